"""Exercises of lesson 11: grouped convolution, its weights and its connections."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake


def draw_layer(random):
    """Channels in and out, side of the kernel, groups: the channels differ, and so do their shares."""
    groups, each = random.integers(9, 14), random.choice([4, 6, 8])  # neither is the side of a kernel
    return groups * each, groups * (each + random.integers(1, 5)), random.choice([3, 5, 7]), groups


WEIGHTS = Exercise(
    page=(96, 144, 5, 12),
    draw=draw_layer,
    right=lambda c, n, k, g: n * (c // g) * k * k,
    because="N kernels, each as deep as one group: N · C/G · K · K.",
    tolerance=1e-9,
    mistakes=(
        Mistake("no groups", lambda c, n, k, g: n * c * k * k,
                "this is the ordinary layer, without groups. A kernel is only as deep as its group."),
        Mistake("one group", lambda c, n, k, g: (n // g) * (c // g) * k * k,
                "this is one group's share. There are G such groups."),
        Mistake("with biases", lambda c, n, k, g: n * (c // g) * k * k + n,
                "this counts N biases too. Weights alone are asked for."),
        Mistake("one axis", lambda c, n, k, g: n * (c // g) * k,
                "the kernel has two axes: K·K taps, not K."),
        Mistake("depthwise", lambda c, n, k, g: n * k * k,
                "a kernel of depth 1 belongs to as many groups as channels. Here a group holds several channels."),
    ),
)  # fmt: skip


def draw_output(random):
    """Channels in and out, groups, and an output channel that is not in the first group."""
    groups, each_in = random.integers(4, 8), random.integers(3, 6)
    each_out = each_in + random.integers(2, 4)
    group = random.integers(2, groups)
    return groups * each_in, groups * each_out, groups, group * each_out + random.integers(0, each_out)


def reads(c, n, g, o):
    first = o // (n // g) * (c // g)
    return np.array([first, first + c // g - 1])


READS = Exercise(
    page=(24, 36, 6, 20),
    draw=draw_output,
    right=reads,
    because="N/G outputs make a group; its inputs begin at (its number) · C/G.",
    tolerance=1e-9,
    mistakes=(
        Mistake("one too far", lambda c, n, g, o: reads(c, n, g, o) + [0, 1],
                "the last one belongs to the next group: first + C/G is where that begins."),
        Mistake("counted from one", lambda c, n, g, o: reads(c, n, g, o) + 1,
                "one too far at both ends: count from 0."),
        Mistake("all", lambda c, n, g, o: np.array([0, c - 1]),
                "this is the whole input. A grouped layer's output reads its own group only."),
        Mistake("outputs counted", lambda c, n, g, o: np.array([0, n // g - 1]) + o // (n // g) * (n // g),
                "these are the outputs of its group. Which inputs does this group read?"),
        Mistake("next group", lambda c, n, g, o: reads(c, n, g, o) + c // g,
                "one group too far: o // (N/G), rounded down, counts the groups from 0."),
    ),
)  # fmt: skip


def draw_block(random):
    """Channels outside, number of groups, channels in each group."""
    groups = random.integers(4, 33)
    return groups * random.integers(16, 33), groups, random.integers(3, 9)


RESNEXT = Exercise(
    page=(512, 32, 8),
    draw=draw_block,
    right=lambda c, g, d: 2 * c * g * d + g * d * 9 * d,
    because="Squeeze and widen in full, slide in groups: G · (C·d + 9·d² + d·C).",
    tolerance=1e-9,
    mistakes=(
        Mistake("3×3 not grouped", lambda c, g, d: 2 * c * g * d + 9 * (g * d) ** 2,
                "the 3×3 layer was counted without groups: each of its outputs reads the d channels of its group."),
        Mistake("1×1 grouped", lambda c, g, d: 2 * c * d + g * d * 9 * d,
                "the 1×1 layers were cut into groups too. In ResNeXt only the 3×3 layer is."),
        Mistake("one path", lambda c, g, d: 2 * c * d + 9 * d * d,
                "this is one path. There are G of them."),
        Mistake("never widened", lambda c, g, d: c * g * d + g * d * 9 * d,
                "the second 1×1 layer is missing: the block must come back to its wide end."),
        Mistake("depthwise", lambda c, g, d: 2 * c * g * d + g * d * 9,
                "this counts 3×3 kernels of depth 1. They are as deep as their group: d."),
    ),
)  # fmt: skip


def draw_pixels_and_weights(random):
    """A column for each of 5 pixels; more outputs than inputs; 2 or 3 groups of 2 channels."""
    groups = random.integers(2, 4)
    return random.integers(1, 20, (2 * groups, 5)), random.integers(1, 20, (3 * groups, 2))


def in_groups(x, w, order=1):
    count = len(x) // w.shape[1]
    return np.concatenate([a @ b for a, b in zip(np.split(w, count), np.split(x, count)[::order], strict=True)])


def dealt(x, w):
    """Output o in group o % G, as if the groups were dealt out like cards."""
    count = len(x) // w.shape[1]
    return np.stack([row @ np.split(x, count)[o % count] for o, row in enumerate(w)])


GROUPED = Exercise(
    code=True, draw=draw_pixels_and_weights, right=in_groups,
    because="On numbers drawn anew, each output mixes the channels of its own group.",
    mistakes=(
        Mistake("first group", lambda x, w: w @ x[: w.shape[1]],
                "every output reads the first group. Move on by C/G channels from group to group."),
        Mistake("dealt", dealt,
                "the outputs are dealt to the groups one by one (o % G). The first N/G of them belong to the first group."),
        Mistake("every other", lambda x, w: in_groups(x[np.arange(len(x)).reshape(w.shape[1], -1).T.ravel()], w),
                "each group takes every G-th channel. It takes C/G neighbouring ones."),
        Mistake("backwards", lambda x, w: in_groups(x, w, -1),
                "the groups of the input are taken from the last to the first."),
        Mistake("ungrouped", lambda x, w: np.tile(w, len(x) // w.shape[1]) @ x,
                "the same weights were used on every group, and added: the groups must stay apart."),
    ),
)  # fmt: skip

EXERCISES = {"11.1": WEIGHTS, "11.2": READS, "11.3": RESNEXT, "11.4": GROUPED}
