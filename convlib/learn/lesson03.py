"""Exercises of lesson 03: channels and parameters."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import cross_correlate


def one_filter(x, w, bias=0):
    """The map that one filter makes of all channels."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return cross_correlate(x, w[None])[0] + bias


def by_channel(x, w):
    """What each channel adds, before it is added."""
    return np.stack([one_filter([channel], [kernel]) for channel, kernel in zip(x, w, strict=True)])


def draw_small(random):
    kernels = [random.permutation([-1, 0, 2, 3]), random.permutation([-2, 0, 1, 4])]
    return random.permutation(18).reshape(2, 3, 3), np.reshape(kernels, (2, 2, 2)), 40


def draw_layer(random):
    kernels = [random.permutation([-2, -1, 0, 1, 3, 5]) + c for c in range(3)]
    rows, columns = random.permutation([4, 6])
    return random.permutation(3 * rows * columns).reshape(3, rows, columns) / 2, np.reshape(kernels, (3, 2, 3))


CHANNEL_MISTAKES = (
    ("not added", by_channel, "this is what each channel gives by itself. The channels are added: one map is left."),
    ("first channel only", lambda x, w: by_channel(x, w)[0], "this is the first channel alone. The others have a kernel too."),
    ("mean", lambda x, w: by_channel(x, w).mean(axis=0), "this is the mean over the channels. Their sum is asked for."),
    ("one kernel for all", lambda x, w: one_filter(x, [w[0]] * len(w)),
     "here every channel met the first kernel. Each channel has a kernel of its own."),
    ("kernels in reverse", lambda x, w: one_filter(x, w[::-1]), "the kernels are in reverse order: the first goes with the first channel."),
    ("flipped", lambda x, w: one_filter(x, np.flip(w, (-1, -2))), "this is what comes out when the kernels are flipped."),
)  # fmt: skip

BY_HAND = Exercise(
    page=([[[1, 0, 2], [0, 3, 1], [2, 1, 0]], [[0, 1, 1], [2, 0, 0], [1, 0, 3]]], [[[1, 2], [0, -1]], [[0, 1], [3, 0]]], 10),
    draw=draw_small,
    right=one_filter,
    because="Each channel with its own kernel, added, and the bias once.",
    mistakes=(
        Mistake("no bias", lambda x, w, bias: one_filter(x, w), "the bias is missing: 10 at every place."),
        Mistake("bias for each channel", lambda x, w, bias: one_filter(x, w, len(w) * bias),
                "the bias was added once for each input channel. A filter has one, and adds it once."),
        *(Mistake(name, lambda x, w, bias, op=op: op(x, w) + bias, says) for name, op, says in CHANNEL_MISTAKES),
    ),
)  # fmt: skip

WRITE_FILTER = Exercise(
    code=True, draw=draw_layer, right=one_filter,
    because="On images and filters drawn anew your function adds over all channels.",
    mistakes=(
        *(Mistake(*mistake) for mistake in CHANNEL_MISTAKES),
        Mistake("one short", lambda x, w: one_filter(x, w)[:-1, :-1],
                "the last row and column are missing (off by one): range(H - h + 1) has H - h + 1 places."),
    ),
)  # fmt: skip


def draw_counts(random):
    c_in, c_out = random.permutation([12, 20, 24, 36, 50])[:2]
    return int(c_in), int(c_out), int(random.choice([3, 5])), int(random.choice([7, 9]))


COUNT = Exercise(
    page=(24, 40, 3, 5),
    draw=draw_counts,
    right=lambda c_in, c_out, h, k: c_out * (c_in * h * k + 1),
    because="40 filters, each with 24 kernels of 3×5 and one bias.",
    mistakes=(
        Mistake("no bias", lambda c_in, c_out, h, k: c_out * c_in * h * k, "these are the weights. One bias for each filter is missing."),
        Mistake("one bias", lambda c_in, c_out, h, k: c_out * c_in * h * k + 1,
                "you counted one bias for the whole layer. There is one for each filter."),
        Mistake("a bias for each kernel", lambda c_in, c_out, h, k: c_out * c_in * (h * k + 1),
                "you counted a bias for each kernel. There is one for each filter, for all its kernels together."),
        Mistake("a bias for each input", lambda c_in, c_out, h, k: c_out * c_in * h * k + c_in,
                "you counted a bias for each input channel. The output channels have them."),
        Mistake("input channels forgotten", lambda c_in, c_out, h, k: c_out * (h * k + 1),
                "this gives every filter a single kernel. It has one for each of the 24 input channels."),
        Mistake("output channels forgotten", lambda c_in, c_out, h, k: c_in * h * k + 1, "this is one filter. How many are there?"),
    ),
)  # fmt: skip


def draw_dense(random):
    return int(random.integers(10, 40)), int(random.integers(10, 40)), int(random.integers(3, 12))


DENSE = Exercise(
    page=(28, 28, 10),
    draw=draw_dense,
    right=lambda h, w, n: n * (4 * h * w + 1),
    because="Four times the weights, since there are four times the pixels; the biases stay 10.",
    mistakes=(
        Mistake("biases too", lambda h, w, n: 4 * n * (h * w + 1), "you took the biases times 4 as well. They belong to the 10 outputs."),
        Mistake("biases forgotten", lambda h, w, n: 4 * n * h * w, "these are the weights. The biases are missing."),
        Mistake("16 times", lambda h, w, n: n * (16 * h * w + 1),
                "16 times the weights: that is so where the outputs grow with the image. Here they stay 10."),
        Mistake("twice", lambda h, w, n: n * (2 * h * w + 1), "twice the weights. The image is twice as high and twice as wide."),
        Mistake("unchanged", lambda h, w, n: n * (h * w + 1), "unchanged: that is the convolution. Here every pixel has its own weights."),
    ),
)  # fmt: skip


def draw_clip(random):
    c_in, c_out = random.permutation([2, 3, 5])[:2]
    return int(c_in), int(c_out), *(int(size) for size in random.integers(8, 70, 3))


def walked(*sizes):
    return tuple(size - 2 for size in sizes)


CLIP = Exercise(
    page=(3, 8, 16, 40, 60),
    draw=draw_clip,
    right=lambda c_in, c_out, d, h, w: (c_out, *walked(d, h, w)),
    because="8 filters, and along each of the three directions a kernel of 3 fits two times fewer than there are cells.",
    mistakes=(
        Mistake("frames summed", lambda c_in, c_out, d, h, w: (c_out, *walked(h, w)),
                "the frames are gone: that would be a 2-D convolution with frames as channels. Here the kernel walks along them."),
        Mistake("channels kept", lambda c_in, c_out, d, h, w: (c_in, *walked(d, h, w)),
                "the input channels do not survive: each filter adds over all of them. How many filters are there?"),
        Mistake("channels times filters", lambda c_in, c_out, d, h, w: (c_in * c_out, *walked(d, h, w)),
                "one map for each channel and filter: they are added over the channels."),
        Mistake("one filter", lambda c_in, c_out, d, h, w: walked(d, h, w), "this is what one filter makes. Stack what all 8 make."),
        Mistake("one short", lambda c_in, c_out, d, h, w: (c_out, d - 3, h - 3, w - 3),
                "off by one: a kernel of 3 fits into 16 at 16 − 3 + 1 places."),
        Mistake("not smaller", lambda c_in, c_out, d, h, w: (c_out, d, h, w), "nothing got smaller: that needs a padding of 1."),
        Mistake("channels last", lambda c_in, c_out, d, h, w: (*walked(d, h, w), c_out),
                "right numbers, channels last. They are asked for first, as in torch."),
    ),
)  # fmt: skip

EXERCISES = {"03.1": BY_HAND, "03.2": COUNT, "03.3": WRITE_FILTER, "03.4": DENSE, "03.5": CLIP}
