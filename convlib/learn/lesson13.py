"""Exercises of lesson 13: the channel shuffle, who hears whom, and what the blocks cost."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import channel_shuffle


def shuffled(c, g):
    return channel_shuffle(np.arange(c), int(g), axis=0)


def draw_channels(random):
    """Channels and groups, where groups and channels in a group differ."""
    g = random.integers(2, 4)
    return g * random.integers(4, 7), g


SHUFFLE = Exercise(
    page=(10, 2),
    draw=draw_channels,
    right=shuffled,
    because="One channel of each group in turn: reshape, transpose, flatten.",
    tolerance=1e-9,
    mistakes=(
        Mistake("undone", lambda c, g: shuffled(c, c // g),
                "this is the way back: the rows are the groups, and you read the columns."),
        Mistake("unmoved", lambda c, g: np.arange(c),
                "nothing moved. Take the first of each group, then the second of each."),
        Mistake("groups backwards", lambda c, g: np.arange(c).reshape(g, -1)[::-1].T.ravel(),
                "the last group was dealt first. Begin with group 0."),
        Mistake("whole groups", lambda c, g: np.arange(c).reshape(g, -1)[::-1].ravel(),
                "whole groups changed places. The channels are dealt one by one."),
        Mistake("from one", lambda c, g: shuffled(c, g) + 1,
                "the order is right, and counted from 1: the first channel is number 0."),
    ),
)  # fmt: skip


def draw_groups(random):
    """Channels and groups: more groups than channels in one, but not twice as many."""
    each = random.integers(3, 6)
    g = each + random.integers(1, each)
    return each * g, g


HEARD = Exercise(
    page=(24, 6),
    draw=draw_groups,
    right=lambda c, g: (c // g) ** 2,
    because="C/g channels are mixed, each from another group, and each of them has heard C/g inputs.",
    tolerance=1e-9,
    mistakes=(
        Mistake("all", lambda c, g: c,
                "not all: a group of the second layer has fewer places than there are groups."),
        Mistake("no shuffle", lambda c, g: c // g,
                "this is what an output hears without the shuffle: its own group."),
        Mistake("one each", lambda c, g: g,
                "this counts one channel of every group. How many places does a group have?"),
        Mistake("share", lambda c, g: c / g / g,
                "this is the share. The number of inputs is asked for."),
        Mistake("added", lambda c, g: 2 * (c // g),
                "the two layers were added. Each channel that is mixed has heard C/g inputs of its own: multiply."),
    ),
)  # fmt: skip


def draw_unit(random):
    """Channels outside and in the middle, groups, side of the map."""
    g = random.integers(2, 9)
    m = g * random.integers(5, 12)
    return 4 * m, m, g, random.choice([7, 14, 28])


UNIT = Exercise(
    page=(272, 68, 4, 14),
    draw=draw_unit,
    right=lambda c, m, g, side: side**2 * (2 * c * m // g + 9 * m),
    because="Two 1×1 layers in groups and a depthwise 3×3: hw(2cm/g + 9m).",
    tolerance=1e-9,
    mistakes=(
        Mistake("1×1 whole", lambda c, m, g, side: side**2 * (2 * c * m + 9 * m),
                "the 1×1 layers were counted whole. In ShuffleNet they are the ones in groups."),
        Mistake("ResNeXt", lambda c, m, g, side: side**2 * (2 * c * m + 9 * m * m // g),
                "this is ResNeXt's block: there the 3×3 layer is in groups, and the 1×1 layers are whole."),
        Mistake("3×3 whole", lambda c, m, g, side: side**2 * (2 * c * m // g + 9 * m * m),
                "the 3×3 layer was counted whole. It is depthwise: 9·m."),
        Mistake("once", lambda c, m, g, side: side**2 * (c * m // g + 9 * m),
                "the second 1×1 layer is missing."),
        Mistake("weights", lambda c, m, g, side: 2 * c * m // g + 9 * m,
                "these are the weights. Each is used once for every pixel."),
        Mistake("one side", lambda c, m, g, side: side * (2 * c * m // g + 9 * m),
                "a map has h·w pixels, not h."),
    ),
)  # fmt: skip


def draw_block(random):
    """L, M and the side of the window."""
    return random.integers(20, 40), random.integers(2, 9), random.choice([3, 5])


def block(primary, secondary, taps):
    return primary * secondary**2 * taps + secondary * primary**2


IGC = Exercise(
    page=(24, 2, 3),
    draw=draw_block,
    right=lambda L, M, k: block(L, M, k * k),
    because="L groups of M·M·S weights, and M groups of L·L.",
    tolerance=1e-9,
    mistakes=(
        Mistake("exchanged", lambda L, M, k: block(M, L, k * k),
                "L and M are exchanged: the layer with the window has L groups of M channels."),
        Mistake("one axis", lambda L, M, k: block(L, M, k),
                "S is the number of taps of the window, k·k."),
        Mistake("both with windows", lambda L, M, k: L * M**2 * k**2 + M * L**2 * k**2,
                "the secondary layer is 1×1: only the primary one has a window."),
        Mistake("primary only", lambda L, M, k: L * M**2 * k**2,
                "this is the primary layer alone."),
        Mistake("ordinary", lambda L, M, k: (L * M) ** 2 * k**2,
                "this is an ordinary layer of the same width."),
    ),
)  # fmt: skip


def draw_layers(random):
    """Two grouped 1×1 layers whose groups are more or fewer than the channels in one."""
    each, g = random.permutation([2, 3])
    return random.integers(1, 20, (each * g, each)), random.integers(1, 20, (each * g, each))


def blocks(w):
    """The whole matrix of a grouped 1×1 layer."""
    each = w.shape[1]
    return np.kron(np.eye(len(w) // each), np.ones((each, each))) * np.tile(w, len(w) // each)


def dealt(rows, groups):
    return channel_shuffle(rows, int(groups), axis=0)


def through(first, second, groups):
    return blocks(second) @ dealt(blocks(first), groups)


WHOLE = Exercise(
    code=True, draw=draw_layers, right=lambda first, second: through(first, second, len(first) // first.shape[1]),
    because="On weights drawn anew: second · shuffle · first, each in blocks.",
    mistakes=(
        Mistake("no shuffle", lambda first, second: blocks(second) @ blocks(first),
                "there is no shuffle in it: the groups do not hear each other yet."),
        Mistake("shuffled back", lambda first, second: through(first, second, first.shape[1]),
                "this shuffles the other way: the rows of the reshape are the groups."),
        Mistake("shuffled last", lambda first, second: dealt(blocks(second) @ blocks(first), len(first) // first.shape[1]),
                "the shuffle comes after both layers. It belongs in between."),
        Mistake("order", lambda first, second: through(second, first, len(first) // first.shape[1]),
                "the layers are exchanged: what acts first stands on the right of the product."),
        Mistake("transposed", lambda first, second: through(first, second, len(first) // first.shape[1]).T,
                "rows and columns are swapped: a row for each output, a column for each input."),
    ),
)  # fmt: skip

EXERCISES = {"13.1": SHUFFLE, "13.2": HEARD, "13.3": UNIT, "13.4": IGC, "13.5": WHOLE}
