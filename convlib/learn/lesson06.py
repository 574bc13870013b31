"""Exercises of lesson 06: the receptive field, and small kernels in place of a large one."""

from math import ceil, floor, sqrt

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.receptive import receptive_field


def field(layers, gaps=lambda k: k - 1, jumps=lambda j, s: (j, j * s), rate=lambda d: d):
    """The recurrence of the page, with the places where people slip."""
    size, jump = 1, 1
    for kernel, stride, dilation in np.asarray(layers, int).tolist():
        used, jump = jumps(jump, stride)
        size += rate(dilation) * gaps(kernel) * used
    return size


def last_field(layers):
    return receptive_field([(k, s, 0, d) for k, s, d in np.asarray(layers, int).tolist()])[-1].size


def draw_layers(random):
    """Three layers (kernel, stride, dilation): every stride and every dilation counts."""
    kernels = [[3, 5, 7], [5, 3, 7], [7, 3, 5]][random.integers(3)]
    return (np.stack([kernels, [2, 2, 3], [1, 2, 3]], axis=1),)


BY_RECURRENCE = Exercise(
    page=([[5, 2, 1], [3, 2, 2], [3, 2, 3]],), draw=draw_layers, right=last_field,
    because="Each layer adds d(k − 1) steps, as wide as the strides before it.",
    mistakes=(
        Mistake("dilation forgotten", lambda layers: field(layers, rate=lambda d: 1),
                "the dilations are missing: a layer adds d(k − 1) steps, not k − 1."),
        Mistake("strides forgotten", lambda layers: field(layers, jumps=lambda j, s: (1, 1)),
                "the strides are missing: a step of a later layer is as wide as all strides before it."),
        Mistake("own stride counted", lambda layers: field(layers, jumps=lambda j, s: (j * s, j * s)),
                "a layer's own stride was counted. It widens the steps of later layers only."),
        Mistake("k in place of k - 1", lambda layers: field(layers, gaps=lambda k: k),
                "k was added where k − 1 belongs: between k taps there are k − 1 steps."),
        Mistake("product of kernels", lambda layers: int(np.prod(np.asarray(layers)[:, 0])),
                "the kernels were multiplied. Fields add up, step by step."),
        Mistake("strides added up", lambda layers: field(layers, jumps=lambda j, s: (j, j + s - 1)),
                "the strides were added. They multiply: each one makes all later steps wider."),
    ),
)  # fmt: skip


def draw_size(random):
    return 2 * int(random.integers(30, 300)), int(random.choice([3, 5, 7]))


DEPTH = Exercise(
    page=(224, 3), draw=draw_size, right=lambda size, k: ceil((size - 1) / (k - 1)),
    because="The field is 1 + n(k − 1), and it must reach the size of the image.",
    tolerance=1e-9,
    mistakes=(
        Mistake("rounded down", lambda size, k: floor((size - 1) / (k - 1)) - (1 if (size - 1) % (k - 1) == 0 else 0),
                "one layer is missing: with so many the field is still too small."),
        Mistake("kernels laid side by side", lambda size, k: ceil(size / k),
                "the kernels were laid side by side. Each layer adds k − 1 to the field, not k."),
        Mistake("doubling", lambda size, k: ceil(np.log2(size)),
                "the field does not double with every layer: without strides it grows by k − 1."),
    ),
)  # fmt: skip


def weights(kernel, channels, bias=True):
    return kernel**2 * channels**2 + bias * channels


SAVED = Exercise(
    page=(64,), draw=lambda random: (int(random.integers(20, 200)),),
    right=lambda c: weights(7, c) - 3 * weights(3, c),
    because="49C² + C against 3(9C² + C): the biases of the two extra layers cost 2C.",
    tolerance=1e-9,
    mistakes=(
        Mistake("no biases", lambda c: weights(7, c, False) - 3 * weights(3, c, False),
                "this leaves out the biases: each layer has C of them."),
        Mistake("one small layer", lambda c: weights(7, c) - weights(3, c),
                "only one 3×3 layer was counted. It takes three for a field of 7."),
        Mistake("two small layers", lambda c: weights(7, c) - 2 * weights(3, c),
                "two 3×3 layers were counted. Their field is 5; it takes three for 7."),
        Mistake("one input channel", lambda c: 49 * c + c - 3 * (9 * c + c),
                "each kernel was given one channel. It has as many as the input: C."),
        Mistake("the small ones", lambda c: 3 * weights(3, c),
                "this is what the three layers have. What do they save?"),
    ),
)  # fmt: skip


def positions(rates):
    """The inputs that one output reads, from kernels of three taps at these rates."""
    seen = {0}
    for rate in np.asarray(rates, int).ravel().tolist():
        seen = {i + tap * rate for i in seen for tap in (-1, 0, 1)}
    return seen


def extent(rates):
    return 1 + 2 * int(np.sum(rates))


HOLES = Exercise(
    page=([1, 5, 5],), draw=lambda random: (random.permutation([[1, 5, 5], [2, 7, 7], [1, 7, 7]][random.integers(3)]),),
    right=lambda rates: len(positions(rates)),
    because="Paths that end on the same input count once, and the gaps are read by none.",
    tolerance=1e-9,
    mistakes=(
        Mistake("extent", extent, "this is how far the field reaches. Between its ends there are inputs that no path arrives at."),
        Mistake("paths", lambda rates: 3 ** np.size(rates), "this is the number of paths. Several end on the same input."),
        Mistake("holes", lambda rates: extent(rates) - len(positions(rates)), "these are the inputs passed by. How many are read?"),
        Mistake("taps added", lambda rates: 1 + 2 * np.size(rates), "this is the field without dilation."),
    ),
)  # fmt: skip


def sigma(n, k):
    return sqrt(n * (k**2 - 1) / 12)


def share(n, k):
    return 4 * sigma(n, k) / (1 + n * (k - 1))


EFFECTIVE = Exercise(
    page=(20, 5), draw=lambda random: (int(random.integers(10, 60)), int(random.choice([5, 7, 9]))), right=share, tolerance=2e-2,
    because="The spread grows with the root of the depth, the field with the depth.",
    mistakes=(
        Mistake("variance", lambda n, k: 4 * sigma(n, k) ** 2 / (1 + n * (k - 1)),
                "a square root is missing: variances add up, and σ is the root of their sum."),
        Mistake("sigma times n", lambda n, k: 4 * n * sigma(1, k) / (1 + n * (k - 1)),
                "the σ of the layers were added. Their variances add up."),
        Mistake("one sigma", lambda n, k: share(n, k) / 4, "this is one σ over the field. Four are asked for: two to each side."),
        Mistake("three taps", lambda n, k: share(n, 3), "this is the share for kernels of three taps."),
    ),
)  # fmt: skip

EXERCISES = {"06.1": BY_RECURRENCE, "06.2": DEPTH, "06.3": SAVED, "06.4": HOLES, "06.5": EFFECTIVE}
