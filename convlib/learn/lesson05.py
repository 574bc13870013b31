"""Exercises of lesson 05: 1×1 layers as matrices, bottlenecks and ranks."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake


def draw_pixel(random):
    """A pixel, a square matrix that is no mirror image of itself, and biases; one output is negative."""
    pixel = [random.integers(4, 7), random.integers(2, 6), random.integers(1, 4)]
    return pixel, np.array([[1, 0, 2], [-3, 0, 1], [2, 1, 0]]) * random.integers(1, 4), random.permutation([1, 2, 4])


def mixed(pixel, weights):
    return np.asarray(weights) @ np.asarray(pixel)


PIXEL = Exercise(
    page=([2, 1, 3], [[1, 0, 2], [-3, 0, 1], [2, 1, 0]], [1, 2, 4]),
    draw=draw_pixel,
    right=lambda pixel, weights, bias: mixed(pixel, weights) + bias,
    because="Each row of the matrix is a 1×1 kernel: multiply, add, and add its bias.",
    mistakes=(
        Mistake("no bias", lambda pixel, weights, bias: mixed(pixel, weights),
                "the products are right. The bias is missing."),
        Mistake("columns", lambda pixel, weights, bias: mixed(pixel, np.transpose(weights)) + bias,
                "a column was taken for a kernel. A row of the matrix makes one output channel."),
        Mistake("ReLU", lambda pixel, weights, bias: np.maximum(mixed(pixel, weights) + bias, 0),
                "this is what a ReLU leaves. The 1×1 layer itself is linear: a negative number stays."),
        Mistake("no mixing", lambda pixel, weights, bias: np.diag(weights) * pixel + bias,
                "each channel met only its own weight: that is a depthwise layer. A 1×1 layer mixes all channels."),
        Mistake("bias multiplied", lambda pixel, weights, bias: mixed(pixel, weights) * bias,
                "the bias was multiplied. It is added."),
    ),
)  # fmt: skip


def draw_funnel(random):
    """Channels outside, channels in the middle, side of the middle kernel."""
    middle = 4 * random.integers(2, 20)
    return middle * random.integers(3, 6), middle, random.choice([3, 5, 7])


FUNNEL = Exercise(
    page=(512, 128, 3),
    draw=draw_funnel,
    right=lambda c, m, k: 2 * c * m + k**2 * m**2,
    because="Squeeze, slide, widen: C·m + K²·m² + m·C.",
    tolerance=1e-9,
    mistakes=(
        Mistake("with biases", lambda c, m, k: 2 * c * m + k**2 * m**2 + 2 * m + c,
                "this counts the biases too: m + m + C. Weights alone are asked for."),
        Mistake("never widened", lambda c, m, k: c * m + k**2 * m**2,
                "the second 1×1 layer is missing: the block must come back to its wide end."),
        Mistake("one axis", lambda c, m, k: 2 * c * m + k * m**2,
                "the kernel has two axes: K·K taps, not K."),
        Mistake("middle once", lambda c, m, k: 2 * c * m + k**2 * m,
                "each middle output reads all middle channels: K²·m·m. K²·m would be a depthwise layer."),
        Mistake("all three wide", lambda c, m, k: k**2 * (2 * c * m + m**2),
                "every layer was counted as K×K. The first and the last are 1×1."),
        Mistake("plain", lambda c, m, k: k**2 * c**2,
                "this is the plain layer without a bottleneck."),
    ),
)  # fmt: skip


def draw_widths(random):
    """A funnel (wide, narrow, wider) and the same turned round (narrow, wide, wider)."""
    narrow = random.integers(2, 6)
    return narrow + random.integers(2, 5), narrow, narrow + random.integers(6, 9)


RANKS = Exercise(
    page=(12, 5, 16),
    draw=draw_widths,
    right=lambda a, b, c: (b, b, b, a),
    because="The middle binds always; the first width binds only without an activation.",
    mistakes=(
        Mistake("lifted", lambda a, b, c: (b, c, b, c),
                "no activation helps behind a narrow middle: all outputs are mixtures of the middle channels."),
        Mistake("lifted once", lambda a, b, c: (b, c, b, a),
                "the second number is too large: all outputs are mixtures of the few middle channels, bent or not."),
        Mistake("activation ignored", lambda a, b, c: (b, b, b, b),
                "where the middle is the wide place, a ReLU does make new channels: look at the last number."),
        Mistake("middle ignored", lambda a, b, c: (a, a, b, b),
                "this looks at the first width and the last. What goes through the middle?"),
        Mistake("counted kernels", lambda a, b, c: (c, c, c, c),
                "this counts output channels. Are they independent?"),
    ),
)  # fmt: skip


def draw_two_layers(random):
    """Two 1×1 layers without activation, C -> m -> C."""
    return random.permutation([-2, -1, 1, 2, 3, 5]).reshape(2, 3), random.permutation([-3, 1, 2, 4, 5, 7]).reshape(3, 2)


MERGE = Exercise(
    code=True, draw=draw_two_layers, right=lambda first, second: second @ first,
    because="The layer that acts first stands on the right: one matrix does what two did.",
    mistakes=(
        Mistake("order", lambda first, second: first @ second,
                "the order is wrong: W x means that W acts on x, so the first layer stands next to x, on the right."),
        Mistake("transposed", lambda first, second: (second @ first).T,
                "rows and columns are swapped: a row for each output channel, a column for each input channel."),
        Mistake("cell by cell", lambda first, second: second * first.T,
                "cells were multiplied with cells. A matrix product sums over the middle channels."),
        Mistake("added", lambda first, second: second + first.T,
                "the matrices were added. One layer after the other multiplies them."),
        Mistake("activated", lambda first, second: second @ np.maximum(first, 0),
                "a ReLU was put on the weights. There is no activation here, or no single matrix would do."),
    ),
)  # fmt: skip

EXERCISES = {"05.1": PIXEL, "05.2": FUNNEL, "05.3": RANKS, "05.4": MERGE}
