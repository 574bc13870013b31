"""Exercises of lesson 15: factors on shortcuts, a residual block by hand, a projection's price, a chain as one matrix."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake


def draw_factor(random):
    """A factor on every shortcut, and the share of the gradient that is the limit."""
    return random.choice([0.85, 0.9, 0.93, 0.95]), random.choice([0.002, 0.005, 0.01, 0.02])


def blocks(factor, limit):
    return np.ceil(np.log(limit) / np.log(factor))


FADES = Exercise(
    page=(0.9, 0.01),
    draw=draw_factor,
    right=blocks,
    because="λⁿ < 0.01, so n > log 0.01 / log 0.9 = 43.7.",
    tolerance=1e-9,
    mistakes=(
        Mistake("rounded down", lambda factor, limit: blocks(factor, limit) - 1,
                "one too few: after so many blocks a little more than the limit is still there. Round up."),
        Mistake("subtracted", lambda factor, limit: np.ceil((1 - limit) / (1 - factor)),
                "this takes the same amount away at each block. A factor takes a share of what is left."),
        Mistake("the share lost", lambda factor, limit: np.ceil(np.log(1 - limit) / np.log(factor)),
                "this asks when the limit is *lost*, not when it is all that is left."),
        Mistake("twice a block", lambda factor, limit: np.ceil(np.log(limit) / np.log(factor) / 2),
                "λ was counted twice a block. A block has one shortcut, whatever the number of its layers."),
    ),
)  # fmt: skip


def relu(z):
    return np.maximum(z, 0)


def layers(a, w1, w2):
    return np.matmul(w2, relu(np.matmul(w1, a)))


BLOCK_MISTAKES = (
    Mistake("no shortcut", lambda a, w1, w2: relu(layers(a, w1, w2)),
            "this is what comes out without the shortcut: a is missing in the sum."),
    Mistake("sum after the activation", lambda a, w1, w2: relu(layers(a, w1, w2)) + a,
            "the shortcut was added after the last ReLU. It joins before."),
    Mistake("no activation at the end", lambda a, w1, w2: layers(a, w1, w2) + a,
            "a negative number is left: the last ReLU is missing."),
    Mistake("no activation in the middle", lambda a, w1, w2: relu(np.matmul(w2, np.matmul(w1, a)) + a),
            "the ReLU between the two layers is missing."),
    Mistake("shortcut from the middle", lambda a, w1, w2: relu(layers(a, w1, w2) + relu(np.matmul(w1, a))),
            "the shortcut starts at the block's input, not between its layers."),
    Mistake("matrices swapped", lambda a, w1, w2: relu(layers(a, w2, w1) + a),
            "the two matrices changed places: W1 acts first."),
)  # fmt: skip


def right_block(a, w1, w2):
    return relu(layers(a, w1, w2) + a)


def draw_block(random):
    """An input without negative numbers and two matrices for which every mistake shows."""
    while True:
        case = random.integers(1, 5, 2), random.integers(-3, 4, (2, 2)), random.integers(-3, 4, (2, 2))
        found = {tuple(answer(*case)) for answer in (right_block, *(m.answer for m in BLOCK_MISTAKES))}
        if len(found) == 1 + len(BLOCK_MISTAKES) and right_block(*case).any():
            return case


BY_HAND = Exercise(
    page=([2, 1], [[-2, -2], [1, 1]], [[-2, -2], [-1, 2]]),
    draw=draw_block,
    right=right_block,
    because="Through both layers, with a ReLU between them; add a; ReLU.",
    mistakes=BLOCK_MISTAKES,
)


def draw_sizes(random):
    """Channels in and out, side of the input; the stride is 2."""
    return 8 * random.integers(4, 9), 8 * random.integers(10, 20), 2 * random.integers(10, 40)


PROJECTION = Exercise(
    page=(64, 128, 56),
    draw=draw_sizes,
    right=lambda a, b, side: (a * b, a * b * (side // 2) ** 2),
    because="A 1×1 layer from 64 to 128, used once for each of the 28·28 outputs.",
    tolerance=1e-9,
    mistakes=(
        Mistake("stride forgotten", lambda a, b, side: (a * b, a * b * side**2),
                "the weights are right. With stride 2 there are outputs only at every second pixel and row."),
        Mistake("3×3", lambda a, b, side: (9 * a * b, 9 * a * b * (side // 2) ** 2),
                "this is a 3×3 layer. The projection is 1×1: it sees one pixel."),
        Mistake("biases", lambda a, b, side: (a * b + b, a * b * (side // 2) ** 2),
                "the biases are in here. Asked is without."),
        Mistake("padding", lambda a, b, side: (0, 0),
                "this is option A: padding with zeros costs nothing. Asked is option B."),
        Mistake("FLOPs", lambda a, b, side: (a * b, 2 * a * b * (side // 2) ** 2),
                "the weights are right. The second number counts FLOPs: two for each MAC."),
        Mistake("new channels only", lambda a, b, side: (a * (b - a), a * (b - a) * (side // 2) ** 2),
                "only the additional channels were made. A projection makes all of them."),
    ),
)  # fmt: skip


def draw_chain(random):
    """The blocks' matrices and the factors on their shortcuts."""
    n = random.integers(3, 5)
    return random.integers(-3, 4, (n, 3, 3)) + np.eye(3) / 2, random.permutation([0.5, 0.75, 1.25, 2.0])[:n]


def chained(matrices):
    product = np.eye(3)
    for matrix in matrices:
        product = matrix @ product
    return product


def factors(lam):
    return np.asarray(lam)[:, None, None] * np.eye(3)


CHAIN = Exercise(
    code=True,
    draw=draw_chain,
    right=lambda w, lam: chained(factors(lam) + w),
    because="The product of (λ·I + W), the first block on the right.",
    mistakes=(
        Mistake("other way round", lambda w, lam: chained((factors(lam) + w)[::-1]),
                "the order is reversed: the first block acts first, so its matrix stands on the right."),
        Mistake("no shortcuts", lambda w, lam: chained(w),
                "this is the product of the layers alone: the plain network, without shortcuts."),
        Mistake("all factors 1", lambda w, lam: chained(np.eye(3) + w),
                "the factors were left out: this is λ = 1 everywhere."),
        Mistake("factor on the layers", lambda w, lam: chained(np.eye(3) + np.asarray(lam)[:, None, None] * w),
                "λ was put on the layers. It stands on the shortcut."),
        Mistake("added everywhere", lambda w, lam: chained(np.asarray(lam)[:, None, None] + w),
                "λ was added to every entry of W. The shortcut is λ times the identity matrix: the diagonal only."),
        Mistake("paths forgotten", lambda w, lam: np.prod(lam) * np.eye(3) + chained(w),
                "two paths only: all shortcuts, or all layers. There are also those that take some of each."),
        Mistake("summed", lambda w, lam: (factors(lam) + w).sum(0),
                "the blocks were added. One after the other multiplies."),
    ),
)  # fmt: skip

EXERCISES = {"15.1": FADES, "15.2": BY_HAND, "15.3": PROJECTION, "15.4": CHAIN}
