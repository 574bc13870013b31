"""Who reads whom in a stack of layers, and the line that this lies on: a stride and a pattern for each axis."""

from itertools import product
from typing import NamedTuple

import numpy as np


class Reading(NamedTuple):
    """What output o of a layer reads along one axis: the places step * o + offset; between inputs where step is a fraction."""

    step: float
    offsets: np.ndarray

    @property
    def middle(self):
        return (self.offsets.min() + self.offsets.max()) / 2

    @property
    def span(self):
        return self.offsets.max() - self.offsets.min()


def touches(trace):
    """A boolean matrix: which output (row) reads which input (column)."""
    touch = np.zeros((trace.value.size, trace.x.size), bool)
    touch[trace.out, trace.inp] = True
    return touch


def outside(readings, out_shape, in_shape):
    """For each place of a layer, the places outside the layer below that it reads: a list of tuples."""
    if not readings or any(r.step < 1 for r in readings):
        return [()] * int(np.prod(out_shape))
    axes = [[[int(r.step * o + p) for p in r.offsets.tolist()] for o in range(size)] for r, size in zip(readings, out_shape)]
    beyond = lambda at: any(not 0 <= i < size for i, size in zip(at, in_shape))  # noqa: E731
    return [tuple(at for at in product(*(axis[o] for axis, o in zip(axes, place))) if beyond(at)) for place in np.ndindex(*out_shape)]


def along(touch, out_shape, in_shape, axis):
    """The same for one axis from the end, whatever the others."""
    if axis > min(len(out_shape), len(in_shape)):
        return None
    whole = touch.reshape(*out_shape, *in_shape)
    keep = len(out_shape) - axis, whole.ndim - axis
    return whole.any(axis=tuple(i for i in range(whole.ndim) if i not in keep))


def reading(touch):
    """The Reading that explains a boolean matrix of one axis, with the fewest offsets; None where none does."""
    found = strided(touch)
    if found or not touch.any():
        return found
    spread = strided(touch.T)  # a transposed layer: each input is spread out over outputs
    return spread and Reading(1 / spread.step, np.sort(-spread.offsets / spread.step))


def strided(touch):
    """A window that slides forward and that some output reads in full, or most outputs nearly so; or None."""
    out, inp = np.nonzero(touch)
    reads = touch[touch.any(axis=1)]
    firsts, lasts, best = reads.argmax(axis=1), touch.shape[1] - 1 - reads[:, ::-1].argmax(axis=1), None
    steps = np.union1d(np.diff(firsts), np.diff(lasts)).tolist()
    for step in [s for s in steps if s > 0] or [1] if out.size and min(steps, default=0) >= 0 else ():
        offsets = np.unique(inp - step * out)
        places = step * np.arange(len(touch))[:, None] + offsets
        inside = (places >= 0) & (places < touch.shape[1])
        again = np.zeros_like(touch)
        again[np.nonzero(inside)[0], places[inside]] = True
        sure = inside.all(axis=1).any() or 3 * inside.sum() >= 2 * inside.size
        if sure and (again == touch).all() and (best is None or len(offsets) < len(best.offsets)):
            best = Reading(step, offsets)
    return best
