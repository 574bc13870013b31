"""Exercises of lesson 08: convolution as a matrix, and its transpose."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import cross_correlate, matrix, transposed


def matrix_of(kernel, shape, **parameters):
    """The matrix of a cross-correlation of one channel of this shape."""
    w = np.asarray(kernel, dtype=float)[None, None]
    return matrix(lambda x: cross_correlate(x, w, **parameters), (1, *map(int, shape)))


def row_of(kernel, shape, row, **parameters):
    return matrix_of(kernel, shape, **parameters)[int(row)]


def by_columns(kernel, shape, row):
    """The same row, its cells read off the image column by column."""
    return row_of(kernel, shape, row).reshape(*map(int, shape)).T.ravel()


def without_gaps(kernel, shape, row):
    """The kernel's numbers side by side, as if the image were no wider than the kernel."""
    start, out = int(np.flatnonzero(row_of(kernel, shape, row))[0]), np.zeros(int(np.prod(shape)))
    out[start : start + np.size(kernel)] = np.ravel(kernel)
    return out


def draw_row(random):
    """An image wider than high: reading it by rows and by columns differ."""
    return random.permutation([1, 2, 3, 5]).reshape(2, 2), np.array([3, random.integers(4, 7)]), random.integers(1, 3)


ROW = Exercise(
    page=([[1, 2], [3, 4]], (3, 4), 2),
    draw=draw_row,
    right=row_of,
    because="A row is the image with the kernel laid on one place and zeros elsewhere, read row by row.",
    mistakes=(
        Mistake("flipped", lambda kernel, shape, row: row_of(np.flip(kernel), shape, row),
                "the kernel is flipped: a row of the true convolution."),
        Mistake("previous", lambda kernel, shape, row: row_of(kernel, shape, row - 1),
                "this is the row before (off by one): rows are counted from 0."),
        Mistake("by columns", by_columns, "the image was read column by column. It is flattened row by row."),
        Mistake("no gap", without_gaps,
                "the kernel's rows follow each other without a gap: the rest of the image's row lies between them."),
    ),
)  # fmt: skip


def counts(size, kernel, padding):
    """Entries, entries that a weight stands in, learned numbers, for a square of `size` and stride 1."""
    found = matrix_of(np.ones((kernel, kernel)), (size, size), padding=padding)
    return np.array([found.size, np.count_nonzero(found), kernel**2])


def at_every_place(size, kernel, padding):
    """As if no window hung over the edge."""
    entries, _, learned = counts(size, kernel, padding)
    return np.array([entries, entries // size**2 * kernel**2, learned])


def draw_counts(random):
    return random.integers(5, 8), random.choice([3, 4]), random.integers(1, 3)


COUNTS = Exercise(
    page=(5, 3, 1),
    draw=draw_counts,
    right=counts,
    because="The windows at the edge lie half on the padding, and padding has no column.",
    mistakes=(
        Mistake("padding has columns", at_every_place,
                "the second number counts every weight at every place. Padding has no column: what lies on it drops out."),
        Mistake("all learned", lambda *data: counts(*data)[[0, 1, 1]],
                "the third number: copies of a weight are not learned apart. How many different weights are there?"),
        Mistake("entries learned", lambda *data: counts(*data)[[0, 1, 0]],
                "the third number: the matrix is not learned, only what it is made of."),
        Mistake("padding forgotten", lambda size, kernel, padding: counts(size, kernel, 0),
                "this is the matrix without padding."),
        Mistake("padded columns", lambda size, kernel, padding: counts(size + 2 * padding, kernel, 0),
                "a column is an input. The padding is none: it is always 0."),
    ),
)  # fmt: skip


def back(z, w, stride=1):
    """Transposed convolution of one 2-D channel."""
    z, w = np.asarray(z, dtype=float), np.asarray(w, dtype=float)
    return transposed(z[None], w[None, None], stride=stride)[0]


def overwritten(z, w):
    """Every stamp wipes out what lies below it."""
    z, w = np.asarray(z, dtype=float), np.asarray(w, dtype=float)
    out = np.zeros(np.add(z.shape, w.shape) - 1)
    for i, j in np.ndindex(z.shape):
        out[i : i + len(w), j : j + w.shape[1]] = z[i, j] * w
    return out


def draw_stamps(random):
    return random.permutation([1, 2, 3, 4]).reshape(2, 2), random.permutation([-1, 1, 2, 5]).reshape(2, 2)


STAMPS = Exercise(
    page=([[2, 0], [1, 3]], [[1, 2], [4, -1]]),
    draw=draw_stamps,
    right=back,
    because="Each number stamps the kernel once, and where stamps overlap they are added.",
    mistakes=(
        Mistake("flipped", lambda z, w: back(z, np.flip(w)),
                "the kernel was turned by 180°. It is stamped as it stands."),
        Mistake("overwritten", overwritten, "the last stamp wins here. Where stamps overlap they are added."),
        Mistake("no overlap", lambda z, w: back(z, w, stride=2),
                "the stamps lie side by side: that is stride 2, not 1."),
    ),
)  # fmt: skip


def draw_factor(random):
    return (random.integers(3, 20),)


FACTOR = Exercise(
    page=(3,),
    draw=draw_factor,
    right=lambda factor: factor**2,
    because="The kernel stands in C and in Cᵀ: once on the way forth, once on the way back.",
    mistakes=(
        Mistake("once", lambda factor: factor, "only one of the two ways was counted: Cᵀ holds the kernel too."),
        Mistake("inverse", lambda factor: 1, "an inverse would not care, the transpose does: look at the player."),
        Mistake("added", lambda factor: 2 * factor, "two ways, one after the other: the factors multiply, they do not add."),
    ),
)


def patches(x, w, order="C"):
    """A row for each place of the kernel: the patch under it, flattened."""
    (height, width), (h, k) = np.shape(x), np.shape(w)
    places = np.ndindex(height - h + 1, width - k + 1)
    return np.array([np.asarray(x, dtype=float)[i : i + h, j : j + k].ravel(order) for i, j in places])


def draw_image_and_kernel(random):
    return random.permutation(20).reshape(random.permutation([4, 5])), random.permutation(6).reshape(2, 3)


PATCHES = Exercise(
    code=True, draw=draw_image_and_kernel, right=patches,
    because="Times the flattened kernel it gives the outputs: the pixels are copied, and the kernel stands once.",
    mistakes=(
        Mistake("transposed", lambda x, w: patches(x, w).T, "this is its transpose, F.unfold's order. Here a row is an output."),
        Mistake("weights copied", lambda x, w: matrix_of(w, np.shape(x)),
                "this is C, made of weights. Copy the pixels."),
        Mistake("by columns", lambda x, w: patches(x, w, "F"),
                "each patch is read column by column. Flatten it row by row."),
        Mistake("backwards", lambda x, w: patches(x, w)[:, ::-1],
                "each patch is read backwards: times the kernel that is the true convolution."),
        Mistake("one short", lambda x, w: patches(np.asarray(x)[:-1, :-1], w),
                "the last row and column of places are missing (off by one)."),
    ),
)  # fmt: skip

EXERCISES = {"08.1": ROW, "08.2": COUNTS, "08.3": STAMPS, "08.4": FACTOR, "08.5": PATCHES}
