"""Exercises of lesson 10: kernels of rank 1, what two passes cost, flattened filters."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.learn.lesson01 import correlate, true_convolution


def draw_table(random):
    """A column and a row whose numbers grow by no fixed step."""
    return random.permutation([2, 3, 5]), random.permutation([1, 5, 7])


MISSING = Exercise(
    page=([2, 1, 4], [1, 3, 2]),
    draw=draw_table,
    right=lambda column, row: column[2] * row[2],
    because="All rows are multiples of one row: that is rank 1.",
    mistakes=(
        Mistake("added", lambda column, row: column[1] * row[2] + column[2] * row[1] - column[1] * row[1],
                "this continues by equal differences. Rows of a table are multiples of each other."),
        Mistake("along the row", lambda column, row: column[2] * (2 * row[1] - row[0]),
                "this continues the step of its row. Compare with the row above: what is the factor?"),
        Mistake("down the column", lambda column, row: (2 * column[1] - column[0]) * row[2],
                "this continues the step of its column. Compare with the column beside: what is the factor?"),
        Mistake("row above", lambda column, row: column[1] * row[2],
                "this repeats the number above. The last row is a multiple of the middle row, not the same."),
    ),
)  # fmt: skip


def draw_sizes(random):
    """Side of the image, side of the kernel."""
    m = random.integers(4, 8)
    return m + random.integers(4, 12), m


TWO_PASSES = Exercise(
    page=(12, 5),
    draw=draw_sizes,
    right=lambda n, m: (n - m + 1) * n * m + (n - m + 1) ** 2 * m,
    because="The column leaves N − m + 1 rows of N numbers, the row N − m + 1 of both, each for m products.",
    tolerance=1e-9,
    mistakes=(
        Mistake("N minus 2", lambda n, m: (2 * n - 2) * (n - 2) * m,
                "N − 2 positions are those of a kernel of 3. This kernel fits N − m + 1 times."),
        Mistake("second as large", lambda n, m: 2 * (n - m + 1) * n * m,
                "the second pass was counted on as many outputs as the first. It leaves fewer columns."),
        Mistake("per output", lambda n, m: 2 * m * (n - m + 1) ** 2,
                "2m products for each final output is the limit for large images. The column also slides along the edge, "
                "where no final output stands."),
        Mistake("one pass", lambda n, m: (n - m + 1) ** 2 * m**2,
                "this is one pass with the whole kernel."),
        Mistake("off by one", lambda n, m: (n - m) * n * m + (n - m) ** 2 * m,
                "a kernel of m fits N − m + 1 times, one more than N − m."),
        Mistake("same size", lambda n, m: 2 * n * n * m,
                "this is the count with padding that keeps the size. Here there is none."),
    ),
)  # fmt: skip


def singular(w):
    return np.linalg.svd(np.asarray(w, dtype=float), compute_uv=False)


def truncated(w, rank=1, power=1.0):
    """The sum of the first tables, with the singular values to some power."""
    u, s, v = np.linalg.svd(np.asarray(w, dtype=float))
    return (u[:, :rank] * s[:rank] ** power) @ v[:rank]


def draw_kernel(random):
    """A 3×3 kernel of whole numbers in which no part is small, and whose largest table has no symmetry."""
    while True:
        w = random.integers(-4, 5, (3, 3))
        s = singular(w)
        table = truncated(w)
        lopsided = min(abs(table - np.flip(table)).max(), abs(table - table.T).max()) > 0.1
        if s[2] > 0.2 * s[0] and s[1] < 0.9 * s[0] and lopsided:
            return (w,)


ENERGY = Exercise(
    page=([[2, 1, 0], [1, 0, -1], [0, -1, -3]],),
    draw=draw_kernel,
    right=lambda w: singular(w)[0] ** 2 / (singular(w) ** 2).sum(),
    because="The largest singular value, squared, over the sum of all squares.",
    tolerance=3e-3,
    mistakes=(
        Mistake("not squared", lambda w: singular(w)[0] / singular(w).sum(),
                "the singular values are not squared yet: energy is a sum of squares."),
        Mistake("root", lambda w: singular(w)[0] / np.sqrt((singular(w) ** 2).sum()),
                "this is the square root of the share: lengths were divided, not energies."),
        Mistake("lost", lambda w: 1 - singular(w)[0] ** 2 / (singular(w) ** 2).sum(),
                "this is the share that is lost."),
        Mistake("amount", lambda w: singular(w)[0] ** 2,
                "this is the energy that is kept. Divide by the whole."),
    ),
)  # fmt: skip


def draw_bank(random):
    """Filters, channels, side of the kernel."""
    return random.integers(65, 128), random.integers(8, 64), random.choice([3, 5, 7])


FLATTENED = Exercise(
    page=(96, 64, 5),
    draw=draw_bank,
    right=lambda f, c, k: f * (c + k + k),
    because="Every filter has its own three: C + Y + X.",
    tolerance=1e-9,
    mistakes=(
        Mistake("one filter", lambda f, c, k: c + k + k, "this is one filter. The layer has more."),
        Mistake("full", lambda f, c, k: f * c * k * k, "this is the layer before it is flattened."),
        Mistake("column and row per channel", lambda f, c, k: f * c * (k + k),
                "this has a column and a row for every channel. They are shared: the channels are mixed first."),
        Mistake("plane kept", lambda f, c, k: f * (c + k * k),
                "the plane is still whole: its k·k numbers split too, into k + k."),
        Mistake("channels mixed once", lambda f, c, k: c + f * (k + k),
                "each filter mixes the channels in its own way: C numbers for each."),
        Mistake("depthwise separable", lambda f, c, k: c * k * k + f * c,
                "this is a depthwise separable layer, lesson 12. A flattened filter is three 1-D ones."),
    ),
)  # fmt: skip


def draw_image_and_kernel(random):
    return random.integers(0, 10, (5, 7)), draw_kernel(random)[0]


SEPARATE = Exercise(
    code=True, draw=draw_image_and_kernel, right=lambda x, w: correlate(x, truncated(w)),
    because="On images and kernels drawn anew it is the best rank-1 kernel that slides.",
    mistakes=(
        Mistake("whole kernel", correlate, "this slides the whole kernel: nothing was dropped."),
        Mistake("no singular value", lambda x, w: correlate(x, truncated(w, power=0)),
                "the singular value is missing: column and row have length 1, the kernel has not."),
        Mistake("singular value twice", lambda x, w: correlate(x, truncated(w, power=2)),
                "the singular value is in both factors. Give it to one, or its square root to each."),
        Mistake("rank 2", lambda x, w: correlate(x, truncated(w, rank=2)), "two tables were kept: that is rank 2."),
        Mistake("swapped", lambda x, w: correlate(x, truncated(w).T), "column and row are swapped."),
        Mistake("flipped", lambda x, w: true_convolution(x, truncated(w)),
                "the kernel is flipped: this page slides it as it is."),
    ),
)  # fmt: skip

EXERCISES = {"10.1": MISSING, "10.2": TWO_PASSES, "10.3": ENERGY, "10.4": FLATTENED, "10.5": SEPARATE}
