"""Exercises of lesson 14: branches side by side, their paddings, their cost, and two small kernels in place of a large one."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import convolve, cross_correlate


def draw_module(random):
    """Input channels; 1×1; reduction and width of the 3×3, of the 5×5; projection."""
    return 16 * np.array([random.integers(8, 20), 4, *random.permutation([5, 6, 7, 8]), random.integers(1, 4)])


def weights(c, n1, r3, n3, r5, n5, projection):
    return c * n1 + c * r3 + 9 * r3 * n3 + c * r5 + 25 * r5 * n5 + c * projection


def channels(c, n1, r3, n3, r5, n5, projection):
    return n1 + n3 + n5 + projection


def naive(c, n1, r3, n3, r5, n5, projection):
    return c * (n1 + 9 * n3 + 25 * n5)


def biases(c, n1, r3, n3, r5, n5, projection):
    return n1 + r3 + n3 + r5 + n5 + projection


MODULE = Exercise(
    page=(256, 128, 128, 192, 32, 96, 64),
    draw=draw_module,
    right=lambda *m: (weights(*m), channels(*m)),
    because="Six layers have weights. The outputs of the four branches lie on top of each other.",
    tolerance=1e-9,
    mistakes=(
        Mistake("naive", lambda *m: (naive(*m), m[1] + m[3] + m[5] + m[0]),
                "this is the naive module. Here the 1×1 layers stand in front of the kernels, and after the pooling."),
        Mistake("reductions free", lambda *m: (weights(*m) - m[0] * (m[2] + m[4]), channels(*m)),
                "the 1×1 layers before the 3×3 and the 5×5 have weights too."),
        Mistake("projection free", lambda *m: (weights(*m) - m[0] * m[6], channels(*m)),
                "the pooling has no weights, but the 1×1 layer after it has."),
        Mistake("kernels read all", lambda *m: (naive(*m) + m[0] * (m[2] + m[4] + m[6]), channels(*m)),
                "the 3×3 and the 5×5 read what the 1×1 in front of them left, not all input channels."),
        Mistake("reductions in the output", lambda *m: (weights(*m), channels(*m) + m[2] + m[4]),
                "the weights are right. But the squeezed channels stay inside their branch: they are no outputs."),
        Mistake("branches added", lambda *m: (weights(*m), max(m[1], m[3], m[5], m[6])),
                "the weights are right. But the branches are laid on top of each other, not added."),
        Mistake("biases", lambda *m: (weights(*m) + biases(*m), channels(*m)),
                "the biases are in here. Asked is without."),
    ),
)  # fmt: skip


def draw_kernels(random):
    """Three odd sizes."""
    return (2 * np.sort(random.permutation(np.arange(1, 8))[:3]) + 1,)


PADDINGS = Exercise(
    page=((3, 7, 11),),
    draw=draw_kernels,
    right=lambda sizes: (np.array(sizes) - 1) // 2,
    because="(K − 1)/2 on each side: then the rows that are lost and those that are added are as many.",
    tolerance=1e-9,
    mistakes=(
        Mistake("both sides at once", lambda sizes: np.array(sizes) - 1,
                "this is the padding of both sides together. torch counts one side."),
        Mistake("rounded up", lambda sizes: (np.array(sizes) + 1) // 2,
                "each is one too many: the output would be two rows larger than the input. (K − 1)/2, not (K + 1)/2."),
        Mistake("counted from one", lambda sizes: np.arange(len(sizes)),
                "0, 1, 2 are right for the kernels 1, 3, 5. These kernels are others."),
        Mistake("the sizes themselves", lambda sizes: np.array(sizes),
                "these are the sizes of the kernels. How many rows does each of them lose?"),
    ),
)  # fmt: skip


def draw_widths(random):
    """Channels before a 5×5 layer and after it."""
    return random.integers(16, 60), random.integers(70, 200)


BREAK_EVEN = Exercise(
    page=(48, 128),
    draw=draw_widths,
    right=lambda r, n: 25 * r * n / (9 * (r + n)),
    because="9·m·(r + n) = 25·r·n.",
    tolerance=2e-3,
    mistakes=(
        Mistake("equal widths", lambda r, n: 18 / 25 * n,
                "18/25 is a share of weights, at equal widths. Write down both costs with m, and set them equal."),
        Mistake("upside down", lambda r, n: 9 * (r + n) / 25,
                "25 and 9, or r·n and r + n, changed places. 9·m·(r + n) = 25·r·n: solve for m."),
        Mistake("second layer from n", lambda r, n: (25 * r * n - 9 * n * n) / (9 * r),
                "the second 3×3 was counted from n to n. It reads m channels."),
        Mistake("one layer", lambda r, n: 25 * n / 9,
                "only the first 3×3 was counted. The second has weights too: 9·m·n."),
        Mistake("five and three", lambda r, n: 5 * r * n / (3 * (r + n)),
                "kernels have K·K taps: 25 and 9, not 5 and 3."),
    ),
)  # fmt: skip


def draw_kernel_pair(random):
    """Two kernels without symmetry."""
    first, second = random.permutation(np.arange(-9, 10))[:18].reshape(2, 3, 3).astype(float)
    return first, second


def one_kernel(operator, first, second, padding="full"):
    return operator(np.asarray(first)[None], np.asarray(second)[None, None], padding=padding)[0]


MERGE = Exercise(
    code=True, draw=draw_kernel_pair, right=lambda a, b: one_kernel(convolve, a, b),
    because="The full convolution of the two kernels: each tap of one lays down a copy of the other.",
    mistakes=(
        Mistake("correlated", lambda a, b: one_kernel(cross_correlate, a, b),
                "one of the kernels is flipped: this is their full cross-correlation. Kernels merge by true convolution."),
        Mistake("correlated, the other way", lambda a, b: one_kernel(cross_correlate, b, a),
                "one of the kernels is flipped: this is their full cross-correlation. Kernels merge by true convolution."),
        Mistake("turned", lambda a, b: one_kernel(convolve, np.flip(a), np.flip(b)),
                "both kernels are flipped: the result is turned by 180°. torch flips nothing."),
        Mistake("cut", lambda a, b: one_kernel(convolve, a, b, 1),
                "this is the middle 3×3 only. Two 3×3 windows reach 5×5."),
        Mistake("added", lambda a, b: np.pad(np.add(a, b), 1),
                "the kernels were added. That is two layers side by side, not one after the other."),
        Mistake("multiplied", lambda a, b: np.pad(np.multiply(a, b), 1),
                "the kernels were multiplied tap by tap. Each tap of one meets each tap of the other."),
    ),
)  # fmt: skip

EXERCISES = {"14.1": MODULE, "14.2": PADDINGS, "14.3": BREAK_EVEN, "14.4": MERGE}
