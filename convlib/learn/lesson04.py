"""Exercises of lesson 04: pooling, its padding and its gradient, and global depthwise convolution."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import average_pool, max_pool


def largest(x, size=(2, 2), **options):
    return max_pool(np.asarray(x, dtype=float)[None], tuple(int(n) for n in size), **options)[0]


def average(x, size=(2, 2), **options):
    return average_pool(np.asarray(x, dtype=float)[None], tuple(int(n) for n in size), **options)[0]


def draw_image(random):
    """Sixteen different numbers, with no winner in the upper left of its window."""
    image = random.permutation(np.arange(1, 17)).reshape(4, 4)
    windows = image.reshape(2, 2, 2, 2)
    corners = np.sort(windows.swapaxes(1, 2).reshape(2, 2, 4), axis=-1)
    windows[:, 0, :, 0], windows[:, 0, :, 1] = corners[..., 1], corners[..., 0]
    windows[:, 1, :, 0], windows[:, 1, :, 1] = corners[..., 2], corners[..., 3]
    return (image,)


PATCH = [[3, 1, 0, 2], [5, 2, 1, 8], [0, 4, 6, 1], [7, 1, 2, 3]]

BY_HAND = Exercise(
    page=(PATCH,),
    draw=draw_image, right=largest,
    because="Of each window the largest: four windows, four numbers.",
    mistakes=(
        Mistake("average", average, "this is the average of each window. The largest is asked for."),
        Mistake("smallest", lambda x: -largest(-np.asarray(x)), "this is the smallest of each window."),
        Mistake("overlapping", lambda x: largest(x, stride=1),
                "these windows overlap: they moved by 1. Here they move by their own size, 2."),
        Mistake("sum", lambda x: 4 * average(x), "this is the sum of each window. The largest is asked for."),
        Mistake("corner", lambda x: np.asarray(x)[::2, ::2],
                "this is the upper left cell of each window: a stride without a maximum."),
    ),
)  # fmt: skip

CORNER = Exercise(
    page=(PATCH,),
    draw=draw_image,
    right=lambda x: np.sum(np.asarray(x)[:2, :2]) / 4,
    because="Four real cells under the window, and the sum is divided by four.",
    tolerance=2e-3,
    mistakes=(
        Mistake("zeros count", lambda x: np.sum(np.asarray(x)[:2, :2]) / 9,
                "the five zeros of the padding were counted as cells. This is torch's default."),
        Mistake("no padding", lambda x: np.mean(np.asarray(x)[:3, :3]),
                "this window lies fully inside the image. With padding 1 the first window hangs over its corner."),
        Mistake("sum", lambda x: np.sum(np.asarray(x)[:2, :2]), "this is the sum. Divide it by the number of real cells."),
    ),
)  # fmt: skip


def routed(x, share):
    """What share(window) makes of each window, times the number that arrives: 1, 2, 3, 4."""
    x, arriving, out = np.asarray(x, dtype=float), iter((1.0, 2.0, 3.0, 4.0)), np.zeros((4, 4))
    for i in (0, 2):
        for j in (0, 2):
            out[i : i + 2, j : j + 2] = share(x[i : i + 2, j : j + 2]) * next(arriving)
    return out


GRADIENT = Exercise(
    page=(PATCH,),
    draw=draw_image,
    right=lambda x: routed(x, lambda window: window == window.max()),
    because="The winner of a window gets all that arrives, the others get nothing.",
    mistakes=(
        Mistake("spread", lambda x: routed(x, lambda window: np.full((2, 2), 0.25)),
                "each cell got a quarter: this is the gradient of an average."),
        Mistake("copied", lambda x: routed(x, np.ones_like),
                "all four cells of a window got the whole number. Only the winner moves the output."),
        Mistake("ones", lambda x: 1.0 * (routed(x, lambda window: window == window.max()) > 0),
                "the winners are right. They get what arrives, not 1."),
        Mistake("corner", lambda x: routed(x, lambda window: np.array([[1, 0], [0, 0]])),
                "everything went to the upper left cell of each window. It goes to the largest."),
        Mistake("times the value", lambda x: routed(x, lambda window: window * (window == window.max())),
                "the number that arrives was multiplied by the winner's value. A maximum has slope 1."),
    ),
)  # fmt: skip


def draw_negative(random):
    """An image below zero, so that a zero in the padding would win, and a window of two sides."""
    return -random.permutation(np.arange(1.0, 49)).reshape(6, 8), random.permutation([2, 4])


def padded(x, value, size, **options):
    return largest(np.pad(np.asarray(x, dtype=float), 1, constant_values=value), size, **options)


WRITE_MAX_POOL = Exercise(
    code=True, draw=draw_negative, right=lambda x, size: padded(x, -np.inf, size),
    because="On images and windows drawn anew your function is max pooling, also below zero.",
    mistakes=(
        Mistake("zeros", lambda x, size: padded(x, 0, size),
                "the border says 0: a padding of zeros wins against negative numbers. Pad with minus infinity."),
        Mistake("no padding", lambda x, size: largest(x, size),
                "the padding is missing: one cell on every side."),
        Mistake("stride one", lambda x, size: padded(x, -np.inf, size, stride=1),
                "the windows overlap: they should move by their own size."),
        Mistake("sides swapped", lambda x, size: padded(x, -np.inf, size[::-1]),
                "the sides of the window are swapped: p counts rows, q counts columns."),
        Mistake("average", lambda x, size: average(np.pad(np.asarray(x, dtype=float), 1), size),
                "this is average pooling. The largest is asked for."),
    ),
)  # fmt: skip


def draw_map(random):
    return random.integers(3, 8), random.integers(8, 12), 8 * random.integers(2, 20)


WEIGHTS = Exercise(
    page=(6, 8, 96),
    draw=draw_map,
    right=lambda h, w, c: (h * w * c, h * w * c * c),
    because="GDC: a weight for each cell of the map. Dense: each of them again for every output.",
    tolerance=1e-9,
    mistakes=(
        Mistake("shared kernel", lambda h, w, c: (h * w, h * w * c * c),
                "the first number is one kernel. Each channel has a kernel of its own."),
        Mistake("with biases", lambda h, w, c: (h * w * c + c, h * w * c * c + c),
                "these count the biases too. No biases, please."),
        Mistake("dense too small", lambda h, w, c: (h * w * c, h * w * c),
                "the dense layer connects every cell of the map to each of the outputs: there are as many as channels."),
    ),
)  # fmt: skip

EXERCISES = {"04.1": BY_HAND, "04.2": CORNER, "04.3": GRADIENT, "04.4": WRITE_MAX_POOL, "04.5": WEIGHTS}
