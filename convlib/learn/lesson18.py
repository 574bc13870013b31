"""Exercises of lesson 18: who decides the weights."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import attention, lightweight
from convlib.ops.softmax import softmax


def heads_of(channels, heads):
    """The head of each channel, both counted from 1."""
    return np.ceil(np.arange(1, channels + 1) * heads / channels)


def draw_heads(random):
    heads = random.integers(2, 6)
    return heads * random.choice([6, 7, 8]), heads


HEADS = Exercise(
    page=(12, 3),
    draw=draw_heads,
    right=heads_of,
    because="h = ⌈cH/d⌉: channels in a row share a head, d/H of them.",
    mistakes=(
        Mistake("dealt out", lambda d, heads: np.arange(d) % heads + 1,
                "here the channels are dealt out in turn, like cards. A head has d/H channels in a row."),
        Mistake("from zero", lambda d, heads: heads_of(d, heads) - 1, "heads are counted from 1 here, as in the formula."),
        Mistake("floor", lambda d, heads: np.arange(1, d + 1) * heads // d,
                "rounded down: the formula rounds up (⌈ ⌉), so no channel has head 0."),
        Mistake("H channels to a head", lambda d, heads: np.arange(d) // heads + 1,
                "H channels to a head: then there are d/H heads. It is d/H channels to a head, and H heads."),
    ),
)  # fmt: skip


def counts(d, k, heads):
    """Learned numbers of depthwise, LightConv, DynamicConv, multi-head attention."""
    return np.array([d * k, heads * k, heads * k * d, 4 * d * d])


def wrong_at(place, count):
    """The counts, but for `count` at one place of the four."""
    return lambda *data: np.where(np.arange(4) == place, count(*data), counts(*data))


def draw_counts(random):
    return 64 * random.integers(4, 9), random.choice([3, 5, 7]), random.choice([8, 32])


COUNTS = Exercise(
    page=(256, 5, 8),
    draw=draw_counts,
    right=counts,
    because="d·k, H·k, H·k·d, 4·d²: no position and, in attention, no head costs anything.",
    mistakes=(
        Mistake("regular", wrong_at(0, lambda d, k, heads: d * d * k),
                "the first is a regular convolution. A depthwise kernel reads a single channel."),
        Mistake("kernels per head", wrong_at(1, lambda d, k, heads: d // heads * k),
                "the second: there are H kernels, not d/H. d/H channels share one."),
        Mistake("taps, not their makers", wrong_at(2, lambda d, k, heads: heads * k),
                "the third counts the taps of one position. Learned is the matrix that makes them of d channels."),
        Mistake("no output matrix", wrong_at(3, lambda d, k, heads: 3 * d * d),
                "the fourth: queries, keys, values, and one more: the matrix after the concatenation."),
        Mistake("for each head", wrong_at(3, lambda d, k, heads: 4 * d * d * heads),
                "the fourth: a head gets d/H channels, not all d. The number of heads cancels."),
    ),
)  # fmt: skip


def light(w, x, softmax=True, padding=None):
    """A LightConv, centred as in the paper."""
    w, x = np.asarray(w, dtype=float), np.asarray(x, dtype=float)
    k = w.shape[1]
    return lightweight(x, w, padding=padding or (k // 2, (k - 1) // 2), softmax=softmax)


def draw_scores_and_sequence(random):
    """Two heads of two channels, and an even number of taps: every mistake shows."""
    return random.permutation(8).reshape(2, 4) / 2, random.permutation(24).reshape(4, 6)


def dealt_out(w, x):
    """Channels 1 and 3 to the first head, 2 and 4 to the second."""
    order = np.argsort(np.arange(len(x)) % len(w), kind="stable")
    return light(w, np.asarray(x)[order])[np.argsort(order)]


LIGHT = Exercise(
    code=True, draw=draw_scores_and_sequence, right=light,
    because="On scores and sequences drawn anew your function is a LightConv.",
    mistakes=(
        Mistake("no softmax", lambda w, x: light(w, x, softmax=False), "the taps did not pass through a softmax."),
        Mistake("softmax over heads", lambda w, x: light(softmax(np.asarray(w, dtype=float), axis=0), x, softmax=False),
                "the softmax ran over the heads. It runs over the k taps of a head."),
        Mistake("dealt out", dealt_out, "the channels were dealt out to the heads in turn. A head has channels in a row."),
        Mistake("flipped", lambda w, x: light(np.flip(w, axis=1), x), "the taps are flipped: a true convolution."),
        Mistake("too late", lambda w, x: light(w, x, padding="same"),
                "for an even k the window lies one place too far to the right: the first tap meets i − k//2."),
        Mistake("causal", lambda w, x: light(w, x, padding="causal"),
                "no tap lies behind the position: that is the causal form, for decoders."),
    ),
)  # fmt: skip


def attend(q, keys, values, power=0.5):
    """Attention of one query, whose scores are divided by a power of its length."""
    q, keys, values = (np.asarray(a, dtype=float) for a in (q, keys, values))
    return attention(q[None] * len(q) ** (0.5 - power), keys, values[:, None])[0, 0]


def draw_attention(random):
    """The query meets its keys with 1, 3 and 6, in any order."""
    keys = random.permutation([[0, 3, 1, 1], [1, 4, 1, 1], [2, 0, 2, 2]])
    return [2, 0, 0, 1], keys, random.permutation([0, 4, 11])


ATTEND = Exercise(
    page=([2, 0, 0, 2], [[1, 5, 0, 0], [0, 1, 3, 1], [1, 0, 1, 1]], [8, 0, 16]),
    draw=draw_attention,
    right=attend,
    because="Inner products over √4, softmax, and a mean of the values with these weights.",
    tolerance=2e-3,
    mistakes=(
        Mistake("not scaled", lambda *data: attend(*data, power=0), "the scores were not divided by √4."),
        Mistake("divided by d", lambda *data: attend(*data, power=1),
                "the scores were divided by 4. The root of the length is asked for."),
        Mistake("no softmax", lambda q, keys, values: np.dot(values, np.dot(keys, q)) / np.sqrt(len(q)),
                "the scores themselves were used for weights: the softmax is missing."),
        Mistake("plain shares", lambda q, keys, values: np.dot(values, np.dot(keys, q)) / np.sum(np.dot(keys, q)),
                "the scores were divided by their sum. First take the exponential of each."),
    ),
)  # fmt: skip

EXERCISES = {"18.1": HEADS, "18.2": COUNTS, "18.3": ATTEND, "18.4": LIGHT}
