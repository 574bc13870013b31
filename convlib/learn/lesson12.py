"""Exercises of lesson 12: a convolution in two steps, its cost, and the one kernel that does the same."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake


def draw_layer(random):
    """Side of a square picture, channels, side of the kernel, output channels."""
    return random.integers(9, 15), random.integers(3, 7), random.choice([3, 5]), random.integers(40, 90)


def in_steps(side, c, k, n):
    cells = (side - k + 1) ** 2
    return k * k * c * cells, n * c * cells


COST = Exercise(
    page=(10, 4, 3, 64),
    draw=draw_layer,
    right=in_steps,
    because="Each channel meets one K×K kernel; then each output pixel takes N·C products.",
    tolerance=1e-9,
    mistakes=(
        Mistake("kernels of full depth", lambda side, c, k, n: (c * in_steps(side, c, k, n)[0], in_steps(side, c, k, n)[1]),
                "step one was counted with kernels that see all channels. A depthwise kernel sees one: K·K·1."),
        Mistake("one kernel for all", lambda side, c, k, n: (in_steps(side, 1, k, n)[0], in_steps(side, c, k, n)[1]),
                "step one was counted for a single channel. Each channel is filtered."),
        Mistake("padded", lambda side, c, k, n: (k * k * c * side**2, n * c * side**2),
                "this counts an output as large as the input. Without padding it is smaller: H - K + 1."),
        Mistake("one sheet mixed", lambda side, c, k, n: (in_steps(side, c, k, n)[0], n * in_steps(side, 1, k, 1)[1]),
                "a 1×1 kernel reads all channels of its pixel: N·C products, not N."),
        Mistake("weights", lambda side, c, k, n: (k * k * c, n * c),
                "these are the weights. Each of them is used once for every output pixel."),
        Mistake("ordinary", lambda side, c, k, n: (n * in_steps(side, c, k, n)[0], in_steps(side, c, k, n)[1]),
                "step one was counted as an ordinary layer, once for each output channel. It is done once."),
        Mistake("FLOPs", lambda side, c, k, n: 2 * np.array(in_steps(side, c, k, n)),
                "this is twice the number of MACs: these are FLOPs."),
    ),
)  # fmt: skip


def draw_sizes(random):
    """Side of a square picture, channels, side of the kernel, depth multiplier, output channels."""
    return random.integers(12, 20), random.integers(4, 7), random.choice([3, 5]), random.integers(2, 4), random.integers(100, 300)


SIZES = Exercise(
    page=(12, 3, 5, 2, 256),
    draw=draw_sizes,
    right=lambda side, c, k, m, n: (side - k + 1, c * m, c * m * k * k, c * m * n),
    because="m kernels look at each channel, and the 1×1 layer reads all C·m sheets.",
    tolerance=1e-9,
    mistakes=(
        Mistake("padded", lambda side, c, k, m, n: (side, c * m, c * m * k * k, c * m * n),
                "the height stays only with padding. Without it: H - K + 1."),
        Mistake("no multiplier", lambda side, c, k, m, n: (side - k + 1, c, c * k * k, c * n),
                "this is multiplier 1. With m kernels for each channel there are m times as many sheets."),
        Mistake("multiplier lost on the way", lambda side, c, k, m, n: (side - k + 1, c * m, c * m * k * k, c * n),
                "the first three are right. The 1×1 layer reads all the sheets that step one made."),
        Mistake("one shared kernel", lambda side, c, k, m, n: (side - k + 1, c * m, m * k * k, c * m * n),
                "step one was counted as if the channels shared their kernels. Each channel has its own."),
        Mistake("kernels of full depth", lambda side, c, k, m, n: (side - k + 1, c * m, c * c * m * k * k, c * m * n),
                "step one was counted with kernels that see all channels. A depthwise kernel sees one."),
        Mistake("multiplier for sheets", lambda side, c, k, m, n: (side - k + 1, m, m * k * k, m * n),
                "the multiplier was taken for the number of sheets. It is their number for *each* channel."),
    ),
)  # fmt: skip


def draw_ratio(random):
    """Side of the kernel, output channels."""
    return random.choice([3, 5, 7]), random.integers(60, 200)


RATIO = Exercise(
    page=(5, 64),
    draw=draw_ratio,
    right=lambda k, n: 1 / (1 / n + 1 / k**2),
    because="1 / (1/N + 1/K²): the two parts of the cost, turned over.",
    tolerance=2e-3,
    mistakes=(
        Mistake("the limit", lambda k, n: k**2,
                "this is the limit for very many output channels. At this N the combining is not yet all of the cost."),
        Mistake("upside down", lambda k, n: 1 / n + 1 / k**2,
                "this is the share that the two steps cost. How many times as much is the ordinary layer?"),
        Mistake("taps along one axis", lambda k, n: 1 / (1 / n + 1 / k),
                "the kernel has K·K taps, not K."),
        Mistake("turned one by one", lambda k, n: n + k**2,
                "each part was turned over by itself. Add them first, then turn the sum."),
        Mistake("how many more", lambda k, n: 1 / (1 / n + 1 / k**2) - 1,
                "this says how many times *more*. Asked is how many times *as many*: one more than that."),
        Mistake("filtering alone", lambda k, n: n,
                "this leaves the combining step out."),
    ),
)  # fmt: skip


def draw_pair(random):
    """Kernels of as many channels as each is wide, so that a wrong order of axes has the right shape too."""
    taps = random.permutation(np.arange(-4, 23))[:27].reshape(3, 3, 3).astype(float)
    return taps, random.permutation([-3, -2, -1, 1, 2, 3, 4, 5, 6]).reshape(3, 3).astype(float)


MERGE = Exercise(
    code=True, draw=draw_pair, right=lambda taps, shares: shares[:, :, None, None] * taps,
    because="The slice for output o and channel c is the kernel of c, times the share of c in o.",
    mistakes=(
        Mistake("transposed", lambda taps, shares: shares.T[:, :, None, None] * taps,
                "the shares are turned: shares[o, c] says how much of channel c goes into output o."),
        Mistake("kernel of the output", lambda taps, shares: shares[:, :, None, None] * taps[:, None],
                "the kernel was chosen by the output channel. It belongs to the input channel."),
        Mistake("flipped", lambda taps, shares: shares[:, :, None, None] * taps[:, ::-1, ::-1],
                "the kernels are flipped. Nothing is flipped here: both layers cross-correlate."),
        Mistake("rows and columns", lambda taps, shares: shares[:, :, None, None] * taps.transpose(0, 2, 1),
                "rows and columns of the kernels are swapped."),
        Mistake("summed", lambda taps, shares: np.einsum("oc,cij->oij", shares, taps),
                "the channels were added up already. The input's channels differ, so each keeps a slice of its own."),
        Mistake("added", lambda taps, shares: shares[:, :, None, None] + taps,
                "the share was added to the kernel. One layer after the other multiplies."),
    ),
)  # fmt: skip

EXERCISES = {"12.1": COST, "12.2": SIZES, "12.3": RATIO, "12.4": MERGE}
