"""Exercises of lesson 07: dilation."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import cross_correlate, flip


def draw_sizes(random):
    return random.integers(30, 60), random.choice([5, 7]), random.integers(3, 5), random.choice([5, 7])


def width(size, kernel, rate, padding):
    """Cells of the output at stride 1."""
    return size + 2 * padding - rate * (kernel - 1)


OUTPUT = Exercise(
    page=(32, 5, 3, 5), draw=draw_sizes, right=width,
    because="The kernel spans rate·(k − 1) + 1 cells, and fits into size + 2·padding at that many places.",
    mistakes=(
        Mistake("not dilated", lambda i, k, d, p: width(i, k, 1, p),
                "this is the size without dilation. How many cells does the kernel span with it?"),
        Mistake("rate as holes", lambda i, k, d, p: width(i, k, d + 1, p),
                "the rate was taken for the number of holes. Rate 3 is a spacing of 3: two holes."),
        Mistake("rate times kernel", lambda i, k, d, p: i + 2 * p - d * k + 1,
                "the span was taken as rate · kernel. After the last tap there is no hole."),
        Mistake("padded once", lambda i, k, d, p: width(i, k, d, p) - p,
                "the padding was counted on one side only. It stands on both."),
    ),
)  # fmt: skip


def spread(x, w, rate=2, down=None, padding=0):
    """Cross-correlation of one 2-D channel, the taps rate columns and `down` rows apart."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return cross_correlate(x[None], w[None, None], dilation=(down or rate, rate), padding=padding)[0]


def draw_image_and_kernel(random):
    rows, columns = random.permutation([8, 11])
    return random.integers(0, 20, (rows, columns)) / 2, random.permutation([-2, -1, 0, 1, 3, 5]).reshape(2, 3)


WRITE_DILATED = Exercise(
    code=True, draw=draw_image_and_kernel, right=spread,
    because="On images and kernels drawn anew your taps are two cells apart.",
    mistakes=(
        Mistake("not dilated", lambda x, w: spread(x, w, 1),
                "this is the ordinary cross-correlation: the taps are neighbours."),
        Mistake("two holes", lambda x, w: spread(x, w, 3),
                "there are two holes between your taps: that is rate 3. Rate 2 leaves one."),
        Mistake("rows only", lambda x, w: spread(x, w, 1, down=2),
                "the taps are spread down the rows only. Spread them along the columns too."),
        Mistake("columns only", lambda x, w: spread(x, w, 2, down=1),
                "the taps are spread along the columns only. Spread them down the rows too."),
        Mistake("flipped", lambda x, w: spread(x, flip(w)),
                "the kernel is flipped: this is a true convolution at rate 2."),
        Mistake("one short", lambda x, w: spread(x, w)[:-1, :-1],
                "the last row and column are missing (off by one): H − 2·(h − 1) places."),
        Mistake("every second output", lambda x, w: spread(x, w, 1)[::2, ::2],
                "this skips outputs: that is stride 2. Dilation skips inputs within a window."),
    ),
)  # fmt: skip

STACKS = ([1, 4, 4], [2, 2, 3], [3, 3, 3], [2, 4, 4], [4, 4, 4], [2, 6, 6], [5, 5, 5], [1, 5, 5])


def reads(rates, kernel=3):
    """How often each cell of its field is read by one output of the stack."""
    counts = np.ones(1)
    for rate in np.ravel(rates):
        taps = np.zeros(rate * (kernel - 1) + 1)
        taps[::rate] = 1
        counts = np.convolve(counts, taps)
    return counts


GAPS = Exercise(
    page=([1, 4, 4],), draw=lambda random: (STACKS[random.integers(len(STACKS))],),
    right=lambda rates: (reads(rates).size, np.count_nonzero(reads(rates))),
    because="The extent adds up; what is read are the sums of one offset from each layer, and many coincide.",
    mistakes=(
        Mistake("no gaps", lambda rates: (reads(rates).size, reads(rates).size),
                "the extent is right, but not all of it is read. Mark the cells."),
        Mistake("every path a cell", lambda rates: (reads(rates).size, 3**3),
                "27 counts the reads. Several of them fall on the same cell: count the cells."),
        Mistake("taps added", lambda rates: (reads(rates).size, 3 * 3),
                "9 counts the weights of the three layers. Each layer reads the layer below, not the input."),
        Mistake("swapped", lambda rates: (np.count_nonzero(reads(rates)), reads(rates).size),
                "the other way round: extent first, then the cells that are read."),
        Mistake("rate as holes", lambda rates: (reads(np.add(rates, 1)).size, np.count_nonzero(reads(np.add(rates, 1)))),
                "the rates were taken for numbers of holes. Rate 1 is an ordinary layer."),
    ),
)  # fmt: skip


def back(layers, blocks):
    """Samples that one output of repeated blocks of rates 1, 2, 4, ... hears."""
    return 1 + blocks * (2**layers - 1)


HEARS = Exercise(
    page=(10, 3), draw=lambda random: (random.integers(4, 11), random.integers(2, 5)), right=back,
    because="Each block adds 1 + 2 + 4 + … samples to the one that it starts from.",
    mistakes=(
        Mistake("blocks multiplied", lambda layers, blocks: blocks * 2**layers,
                "the blocks' fields were added, and the sample where two blocks meet was counted twice."),
        Mistake("one block", lambda layers, blocks: 2**layers,
                "this is what one block hears. How many are there?"),
        Mistake("start forgotten", lambda layers, blocks: back(layers, blocks) - 1,
                "one short: a field without any layer is already one sample."),
        Mistake("not dilated", lambda layers, blocks: 1 + blocks * layers,
                "this is the field without dilation."),
    ),
)  # fmt: skip


def run(kernel, rate):
    """The unbroken run of cells below two layers of rates 1 and rate."""
    return 1 + (kernel - 1) * (1 + rate)


LARGEST = Exercise(
    page=(3, 2), draw=lambda random: ((3, 2), (3, 3), (5, 2), (5, 3), (5, 4), (5, 5))[random.integers(6)], right=run,
    because="Two layers fill a run without gaps. Copies of that run may lie side by side, and no further apart.",
    mistakes=(
        Mistake("doubled", lambda kernel, rate: 2 * rate,
                "doubling leaves no gap, but you can go further. How long is the run of the first two layers?"),
        Mistake("one layer", lambda kernel, rate: rate * (kernel - 1) + 1,
                "this is the span of the second layer alone. The first one fills more."),
        Mistake("one too far", lambda kernel, rate: run(kernel, rate) + 1,
                "one too far: the cell between two copies of the run is missed."),
        Mistake("half", lambda kernel, rate: (run(kernel, rate) - 1) // 2,
                "this is the distance from the middle of the run to its end. Measure the whole run."),
    ),
)  # fmt: skip

EXERCISES = {"07.1": OUTPUT, "07.2": WRITE_DILATED, "07.3": GAPS, "07.4": HEARS, "07.5": LARGEST}
