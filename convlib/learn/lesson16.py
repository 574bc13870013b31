"""Exercises of lesson 16: gates, what they cost, who shares a mean, and batch norm folded away."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake


def draw_gates(random):
    """Means of three channels and two matrices; the first hidden number is negative, all gates differ."""
    a, b = random.integers(1, 4, 2)
    means, first = [a, b, a + b + 1], [[1, 1, -1], [-1, 0, 1]]
    return means, first, [[1, 1], [2, -1], [-1, 0.5]]


def scores(means, first, second, bend=True):
    hidden = np.asarray(first) @ means
    return np.asarray(second) @ (np.maximum(hidden, 0) if bend else hidden)


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def shares(s):
    return np.exp(s) / np.exp(s).sum()


GATES = Exercise(
    page=([2, 1, 4], [[1, 1, -1], [-1, 0, 1]], [[1, 1], [2, -1], [-1, 0.5]]),
    draw=draw_gates,
    right=lambda *given: sigmoid(scores(*given)),
    because="Each score goes through a sigmoid of its own. Nothing makes the gates sum to 1.",
    tolerance=2e-3,
    mistakes=(
        Mistake("no ReLU", lambda *given: sigmoid(scores(*given, bend=False)),
                "the ReLU is missing: the first hidden number is negative, so it becomes 0."),
        Mistake("softmax", lambda *given: shares(scores(*given)),
                "these sum to 1: a softmax. A gate has a sigmoid of its own, and does not look at the others."),
        Mistake("normalised", lambda *given: sigmoid(scores(*given)) / sigmoid(scores(*given)).sum(),
                "the gates were divided by their sum. Nothing is normalised after the sigmoid."),
        Mistake("no sigmoid", scores,
                "these are the scores. The sigmoid is still to come: 1 / (1 + exp(-s))."),
        Mistake("scaled", lambda means, first, second: means * sigmoid(scores(means, first, second)),
                "the gates were multiplied with the means: that is scale already. The gates themselves are asked for."),
    ),
)  # fmt: skip


def draw_stage(random):
    """Blocks, channels, reduction ratio."""
    ratio = random.choice([4, 8, 16])
    return random.choice([3, 5, 6, 7, 9]), ratio * random.integers(10, 40), ratio


COST = Exercise(
    page=(6, 512, 8),
    draw=draw_stage,
    right=lambda n, c, r: n * 2 * c * c / r,
    because="Two matrices a block, C times C/r each: 2C²/r.",
    tolerance=1e-9,
    mistakes=(
        Mistake("one matrix", lambda n, c, r: n * c * c / r,
                "this is one matrix a block. There are two: down to C/r, and up again."),
        Mistake("one block", lambda n, c, r: 2 * c * c / r,
                "this is a single block. How many are there?"),
        Mistake("no reduction", lambda n, c, r: n * 2 * c * c,
                "the reduction is missing: the middle has C/r numbers, not C."),
        Mistake("reduced twice", lambda n, c, r: n * 2 * c * c / r**2,
                "the reduction was taken twice. Only the middle is narrow: C · C/r."),
        Mistake("with biases", lambda n, c, r: n * (2 * c * c / r + c / r + c),
                "this counts biases too. There are none here."),
        Mistake("bottleneck", lambda n, c, r: n * (2 * c * c / r + 9 * (c / r) ** 2),
                "this has a 3×3 layer in the middle. After the squeeze there are no neighbours left."),
    ),
)  # fmt: skip


def draw_block(random):
    """Samples, channels, side, groups: no two of the numbers of means are equal."""
    groups = random.integers(2, 4)
    return random.integers(16, 20), groups * (groups + random.integers(1, 3)), random.integers(4, 8), groups


MEANS = Exercise(
    page=(4, 12, 5, 3),
    draw=draw_block,
    right=lambda n, c, side, g: (c, n, n * c, n * g),
    because="One mean for each channel, each sample, each sample and channel, each sample and group.",
    tolerance=1e-9,
    mistakes=(
        Mistake("sizes", lambda n, c, side, g: (n * side**2, c * side**2, side**2, c // g * side**2),
                "these are the numbers of values in each mean. How many means are there?"),
        Mistake("swapped", lambda n, c, side, g: (n, c, n * c, n * g),
                "batch and layer are swapped: batch norm has one mean for each channel, over all samples."),
        Mistake("batch forgotten", lambda n, c, side, g: (c, 1, c, g),
                "this is right for one sample. Only batch norm shares a mean among samples."),
        Mistake("token", lambda n, c, side, g: (c, n * side**2, n * c, n * g),
                "layer norm was taken place by place, as a transformer does. Here it spans all places of a sample."),
        Mistake("group size", lambda n, c, side, g: (c, n, n * c, n * (c // g)),
                "groups and the channels of a group are mixed up: there are G groups in each sample."),
    ),
)  # fmt: skip


def draw_layer(random):
    """Flattened kernels, and scale, shift, mean, variance for each; no value is 0 or 1."""
    c, n = random.integers(2, 5), random.integers(5, 8)
    rows = random.integers(2, 6, (3, c)) + 0.5
    return random.integers(2, 9, (c, n)) / 2 + 0.25, np.vstack([rows, random.choice([4.0, 9, 16], (1, c))])


def folded(w, s, divide=np.sqrt, scale=True):
    factor = (s[0] if scale else 1) / divide(s[3])
    return np.hstack([factor[:, None] * w, (s[1] - factor * s[2])[:, None]])


FOLD = Exercise(
    code=True, draw=draw_layer, right=folded,
    because="The kernels are scaled, and the bias takes what the mean leaves.",
    mistakes=(
        Mistake("variance", lambda w, s: folded(w, s, divide=lambda v: v),
                "it divides by the variance. The standard deviation is its root."),
        Mistake("no scale", lambda w, s: folded(w, s, scale=False),
                "the learned scale, row 0 of s, is missing."),
        Mistake("mean as it is", lambda w, s: np.hstack([folded(w, s)[:, :-1], (s[1] - s[2])[:, None]]),
                "the kernels are right. The mean goes through the same division and scale before it is taken off."),
        Mistake("no shift", lambda w, s: np.hstack([folded(w, s)[:, :-1], folded(w, s)[:, -1:] - s[1][:, None]]),
                "the kernels are right. The learned shift, row 1 of s, is missing in the bias."),
        Mistake("sign", lambda w, s: np.hstack([folded(w, s)[:, :-1], 2 * s[1][:, None] - folded(w, s)[:, -1:]]),
                "the kernels are right. The mean was added: it is taken off."),
        Mistake("kernels unscaled", lambda w, s: np.hstack([w, folded(w, s)[:, -1:]]),
                "the bias is right. The kernels must be scaled too."),
    ),
)  # fmt: skip

EXERCISES = {"16.1": GATES, "16.2": COST, "16.3": MEANS, "16.4": FOLD}
