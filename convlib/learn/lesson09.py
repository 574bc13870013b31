"""Exercises of lesson 09: transposed convolution, its sizes and its overlaps."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import transposed


def stamped(x, w, stride=1):
    """Transposed convolution of one 2-D channel."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return transposed(x[None], w[None, None], stride=stride)[0]


def assigned(x, w, stride=1):
    """As `stamped`, where a later stamp covers what lies under it."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    y = np.zeros([stride * (n - 1) + k for n, k in zip(x.shape, w.shape)])
    for i, j in np.ndindex(x.shape):
        y[stride * i : stride * i + len(w), stride * j : stride * j + len(w[0])] = x[i, j] * w
    return y


def trailing(x, w):
    """A zero too many: behind the last input of each axis."""
    y = stamped(x, w, 2)
    return np.pad(y, ((0, 1), (0, 1)))


def draw_two_squares(random):
    return random.permutation([1, 2, 3, 5]).reshape(2, 2), random.permutation([-1, 1, 4, 7]).reshape(2, 2)


def draw_image_and_kernel(random):
    """An image and a kernel without symmetry: every mistake shows in the numbers."""
    rows, columns = random.permutation([3, 4])
    return random.integers(1, 20, (rows, columns)) / 2, random.permutation([-2, -1, 1, 2, 3, 4, 5, 6, 7]).reshape(3, 3)


BY_HAND = Exercise(
    page=([[1, 2], [0, 3]], [[1, 4], [2, 0]]),
    draw=draw_two_squares,
    right=stamped,
    because="Four stamps of the kernel, each multiplied by its input, added where they overlap.",
    mistakes=(
        Mistake("flipped", lambda x, w: stamped(x, np.flip(w)),
                "the kernel was turned. As a stamp it lies on the output as it is; only the window turns it."),
        Mistake("axes swapped", lambda x, w: stamped(x, np.transpose(w)),
                "rows and columns of the kernel are swapped."),
        Mistake("covered", assigned,
                "where stamps overlap, the last one covers the others. Add them."),
        Mistake("stride two", lambda x, w: stamped(x, w, 2),
                "this is stride 2: the stamps do not overlap. Stride 1 moves them by one cell."),
        Mistake("averaged", lambda x, w: stamped(x, w) / stamped(np.ones_like(x), np.ones_like(w)),
                "where stamps overlap, this is their mean. Add them."),
    ),
)


def draw_layer(random):
    """Size, kernel, stride, padding, output_padding."""
    return tuple(int(random.choice(list(v))) for v in (range(9, 30), (6, 7), (3, 4), (2,), (1,)))


SIZE = Exercise(
    page=(14, 5, 3, 2, 1), draw=draw_layer,
    right=lambda i, k, s, p, a: s * (i - 1) + k - 2 * p + a,
    because="S(I − 1) + K − 2P + a = 39 + 5 − 4 + 1.",
    mistakes=(
        Mistake("output_padding forgotten", lambda i, k, s, p, a: s * (i - 1) + k - 2 * p,
                "output_padding is missing: it adds cells at the end."),
        Mistake("padding once", lambda i, k, s, p, a: s * (i - 1) + k - p + a,
                "padding was counted once. It cuts cells off both sides."),
        Mistake("padding added", lambda i, k, s, p, a: s * (i - 1) + k + 2 * p + a,
                "padding was added. Here it cuts cells off the output."),
        Mistake("one gap too many", lambda i, k, s, p, a: s * i + k - 2 * p + a,
                "a gap too many: I stamps have I − 1 steps between them."),
        Mistake("direct", lambda i, k, s, p, a: (i + 2 * p - k) // s + 1,
                "this is the size of the direct convolution, which shrinks."),
        Mistake("kernel forgotten", lambda i, k, s, p, a: s * (i - 1) + 1 - 2 * p + a,
                "the last stamp covers K cells, not 1."),
    ),
)


def draw_way_back(random):
    """A size and a layer, with kernel and padding such that each mistake leaves another remainder."""
    return int(random.integers(10, 40)) * 5 + 4, 7, 5, 1  # (i + 2 − 7) mod 5 = 4


WAY_BACK = Exercise(
    page=(79, 6, 4, 1), draw=draw_way_back,
    right=lambda i, k, s, p: (i + 2 * p - k) % s,
    because="(i + 2p − k) mod s: as many cells as the direct convolution dropped.",
    mistakes=(
        Mistake("padding once", lambda i, k, s, p: (i + p - k) % s,
                "padding was counted once. It is on both sides: 2p."),
        Mistake("none", lambda i, k, s, p: 0,
                "with 0 a smaller size comes back. How many cells did the direct convolution drop?"),
        Mistake("missing cells", lambda i, k, s, p: s - (i + 2 * p - k) % s,
                "this is what was missing for one more window. Asked is what was left over."),
    ),
)

WRITE_TRANSPOSED = Exercise(
    code=True, draw=draw_image_and_kernel, right=lambda x, w: stamped(x, w, 2),
    because="On images and kernels drawn anew your function is the transposed convolution with stride 2.",
    mistakes=(
        Mistake("not turned", lambda x, w: stamped(x, np.flip(w), 2),
                "the kernel is the wrong way round: a stamp lies as it is, a window over zeros must turn it."),
        Mistake("stride one", stamped,
                "this is stride 1: the stamps lie one cell apart. Two are asked for."),
        Mistake("covered", lambda x, w: assigned(x, w, 2),
                "a later stamp covers the earlier ones: add with +=."),
        Mistake("zero at the end", trailing,
                "the output is one row and one column too large: a zero was put behind the last input too."),
        Mistake("not padded", lambda x, w: stamped(x, w, 2)[2:-2, 2:-2],
                "only windows that lie inside: pad with K − 1 = 2 zeros on each side."),
    ),
)


def draw_overlap(random):
    """A kernel and a stride that does not divide it."""
    stride = int(random.integers(2, 6))
    return stride * int(random.integers(2, 5)) + int(random.integers(1, stride)), stride


def both_counts(kernel, stride):
    return np.array([kernel // stride, -(-kernel // stride)])


OVERLAP = Exercise(
    page=(7, 3), draw=draw_overlap,
    right=lambda k, s: both_counts(k, s) ** 2,
    because="In one dimension 2 or 3 stamps meet, in two dimensions their products.",
    mistakes=(
        Mistake("one dimension", both_counts,
                "this is right in one dimension. Rows and columns multiply."),
        Mistake("doubled", lambda k, s: both_counts(k, s) * 2,
                "counts of rows and columns multiply; they do not add."),
        Mistake("rim", lambda k, s: np.array([1, both_counts(k, s)[1] ** 2]),
                "1 stands at the rim, where stamps are missing. Away from it more stamps meet."),
        Mistake("order", lambda k, s: both_counts(k, s)[::-1] ** 2,
                "both numbers are right: the smallest first."),
    ),
)


def u_net(size, levels=4, loss=4, grow=2):
    """The width after a U-Net: `loss` cells go at each level, in two convolutions."""
    for _ in range(levels):
        size = (size - loss) // 2
    for _ in range(levels):
        size = (size - loss) * grow
    return size - loss


U_NET = Exercise(
    page=(572,), draw=lambda random: (188 + 16 * int(random.integers(1, 60)),),
    right=u_net,
    because="Going down loses 4 cells a level, going up doubles what is left and loses 4 again.",
    mistakes=(
        Mistake("padded", lambda size: size,
                "this is a U-Net with padding 1. As published, each 3×3 loses two cells."),
        Mistake("one convolution", lambda size: u_net(size, loss=2),
                "there are two 3×3 convolutions at each level, and each loses two cells."),
        Mistake("bottom", lambda size: u_net(size, levels=4, grow=1),
                "on the way up the transposed convolutions double the width each time."),
        Mistake("last pair forgotten", lambda size: u_net(size) + 4,
                "the last two convolutions are missing: they lose 4 more."),
        Mistake("three levels", lambda size: u_net(size, levels=3),
                "four levels down and four up; this is three."),
    ),
)

EXERCISES = {"09.1": BY_HAND, "09.2": SIZE, "09.3": WAY_BACK, "09.4": WRITE_TRANSPOSED, "09.5": OVERLAP, "09.6": U_NET}
