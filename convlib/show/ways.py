"""The ways of asking an operator what its outputs are made of, from the most telling to the most patient.

Every way returns rows: four arrays, flat indices of output, input and weight (-1: none), and coefficients (nan: none).
"""

import contextlib

import numpy as np

from .asked import Refused
from .questions import largest, switched


def bilinear(ask, x, w, v, u):
    """Whether ask(x, w) is a sum of products and a constant, as far as four random questions tell."""
    zero = ask(0 * x, 0 * w)
    crossed = ask(x, w) + ask(x, u) + ask(v, w) + ask(v, u)
    return ask.same(ask(v, 0 * w), zero) and ask.same(ask(0 * x, w), zero) and ask.same(ask(x + v, w + u) + 3 * zero, crossed)


def linear(ask, x, v):
    """Whether ask(x) is linear but for a constant."""
    zero = ask(0 * x)
    return ask.same(ask(x + v) + zero, ask(x) + ask(v)) and ask.same(ask(-x) + ask(x), 2 * zero)


def numbered(ask, offset):
    """One weight at a time: all inputs 1 (how much does it meet?), then numbered (whom?)."""
    ask.enough(2 * ask.w.size)
    ones, numbers, blocks = np.ones(ask.x.shape), np.arange(1.0, ask.x.size + 1).reshape(ask.x.shape), []
    for k, w in enumerate(switched(ask.w)):
        much, total = ((ask(x, w) - offset).ravel() for x in (ones, numbers))
        on, coefficient = heard(ask, much, offset)
        blocks.append((on, np.rint(total[on] / much[on]).astype(int) - 1, np.full(on.size, k), coefficient))
    return joined(blocks)


def units(ask, offset):
    """One weight and one input at a time, where a weight meets several inputs for one output."""
    ask.enough(ask.x.size * ask.w.size)
    blocks = [slopes(ask, offset, w) for w in switched(ask.w)]
    return joined([(out, inp, np.full(out.size, k), much) for k, (out, inp, _, much) in enumerate(blocks)])


def slopes(ask, offset, w=None):
    """One input at a time, for the given weights."""
    ask.enough(ask.x.size)
    blocks = []
    for i, x in enumerate(switched(ask.x)):
        much = (ask(x, w) - offset).ravel()
        on, coefficient = heard(ask, much, offset)
        blocks.append((on, np.full(on.size, i), np.full(on.size, -1), coefficient))
    return joined(blocks)


def touched(ask, rng):
    """Push one input at a time, far and near: which outputs move?

    Not on the given numbers alone: on random ones there are no ties, and where all is low or high, none hides the other.
    Returns rows, and whether each output is always one of the inputs that can move it.
    """
    ask.enough(7 * ask.x.size)
    kind, far, levels = ask.kinds[0], 1e3 * (1 + largest(ask.x)), np.unique(ask.x[np.isfinite(ask.x)])
    up, down, near = (lambda _: far), (lambda _: -far), (lambda v: nearest(v, levels))
    finite, random = np.nan_to_num(ask.x, nan=far / 1e3, posinf=far / 1e3, neginf=-far / 1e3), kind.draw(rng, ask.x.shape, wide=False)
    starts = [(finite, (up, down, near)), (random, (up, down)), (0 * finite - far, (up,)), (0 * finite + far, (down,))]
    moved, refusals, examples = np.zeros((ask.x.size, ask.value.size), bool), [], [(ask.x, ask.value)]
    for start, pushes in starts:
        try:
            more, before = moves(ask, start, pushes)
        except Refused as refusal:  # a function that checks its input may refuse all of these
            refusals.append(refusal)
        else:
            moved |= more
            examples += [(start, before)] * (start is random)
    if len(refusals) == len(starts):
        raise ValueError(f"{ask.name} takes these numbers only, and cannot be traced. To others it says {refusals[0]}")
    opposite = np.clip(-random, kind.low, kind.high)
    with contextlib.suppress(Refused):
        examples.append((opposite, ask.narrowly(opposite)))
    equal = [moved & alike(x.reshape(-1, 1), y.reshape(1, -1)) for x, y in examples]
    inp, out = np.nonzero(moved)
    picks = all(e.any(axis=0).all() for e in equal)
    picked = np.where(picks & (equal[0].argmax(axis=0)[out] == inp), 1.0, np.nan)
    return (out, inp, np.full(out.size, -1), picked), picks


def moves(ask, start, pushes):
    """Which outputs (columns) a push of each input (rows) moves, and the answer before."""
    before, refusal = ask.narrowly(start), None
    moved, answers = np.zeros((start.size, before.size), bool), 0
    for i, v in enumerate(start.ravel().tolist()):
        for push in pushes:
            x = np.array(start)
            x.flat[i] = push(v)
            try:
                moved[i] |= ask.differ(ask.narrowly(x), before).ravel()
                answers += 1
            except Refused as error:
                refusal = error
    if refusal and not answers:
        raise refusal
    return moved, before


def nearest(v, levels):
    """The nearest other number that stands in the input: what this function takes, and too near to saturate."""
    others = levels[levels != v]
    return others[np.abs(others - v).argmin()] if others.size else v + 1


def alike(a, b):
    return (a == b) | (np.isnan(a) & np.isnan(b))


def heard(ask, much, offset):
    """Where an answer is more than what rounding leaves of a zero, and how much: a whole number where it is one but for rounding."""
    slack = ask.noise * (largest(much) + np.abs(np.nan_to_num(offset.ravel())))
    on = np.flatnonzero(np.abs(much) > slack)
    whole = np.rint(much[on])
    return on, np.where(np.abs(much[on] - whole) <= slack[on], whole, much[on])


def joined(blocks):
    return tuple(np.concatenate(column) for column in zip(*blocks)) if blocks else (*np.zeros((3, 0), int), np.zeros(0))
