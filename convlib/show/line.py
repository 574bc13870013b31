"""The straight line input = a * output + b * tap + c that the meetings of a trace lie on, axis by axis.

Read off it: stride a, dilation |b|, a flip (b < 0), and the places outside the input (padding) or between its cells
(inserted zeros) where a weight met nothing: the ghosts. No operator needs to be known for that.
"""

from dataclasses import dataclass

import numpy as np

LARGEST = 500_000  # pairs of output and weight that are looked at


@dataclass(frozen=True)
class Line:
    """step, dilation, start: a, b, c per spatial axis; ghosts: one row (output, weight, channel of the input, *place)."""

    step: np.ndarray
    dilation: np.ndarray
    start: np.ndarray
    ghosts: list

    @property
    def flipped(self):
        return bool((self.dilation < 0).any())


def spatial_axes(trace):
    """How many of the last axes are space: w.ndim - 2 for (C_out, C_in, *kernel), all of a plain array, else two."""
    if trace.w is not None:
        return trace.w.ndim - 2 if trace.w.ndim > 2 else trace.w.ndim
    return min(trace.x.ndim, 2)


def fit_line(trace):
    """The Line of a trace, or None where its meetings lie on none."""
    n = spatial_axes(trace)
    x, w, y = trace.x, trace.w, trace.value
    if trace.kind != "products" or not n or min(x.ndim, y.ndim) < n or not trace.out.size or y.size * w.size > LARGEST:
        return None
    (out, tap, met), (lead_y, _, lead_x) = zip(*(split(i, a, n) for i, a in ((trace.out, y), (trace.weight, w), (trace.inp, x))))
    knowns = np.c_[np.ones(len(out)), out, tap]
    found, *_ = np.linalg.lstsq(knowns, met, rcond=None)
    off_axis = [found[1 + i + j * n, k] for j in (0, 1) for i in range(n) for k in range(n) if i != k]
    if np.abs(knowns @ found - met).max() > 1e-6 or np.abs(off_axis).max(initial=0) > 1e-6:
        return None
    found = found.round(6) + 0
    ghosts = find_ghosts(trace, n, found, lead_y, lead_x)
    return Line(np.diagonal(found[1 : 1 + n]), np.diagonal(found[1 + n :]), found[0], ghosts)


def find_ghosts(trace, n, found, lead_y, lead_x):
    """Where a weight that meets this channel elsewhere met nothing."""
    y, w = trace.value, trace.w
    channels = int(np.prod(y.shape[: y.ndim - n]))
    partner = np.full((channels, w.size), -1)
    partner[lead_y, trace.weight] = lead_x
    expected = np.repeat(partner, y.size // channels, axis=0)
    expected[trace.out, trace.weight] = -1
    out, weight = np.nonzero(expected >= 0)
    where = np.c_[np.ones(len(out)), split(out, y, n)[0], split(weight, w, n)[0]] @ found
    return list(zip(out.tolist(), weight.tolist(), expected[out, weight].tolist(), map(tuple, where.round(3).tolist())))


def split(flat, array, n):
    """Flat indices as ((rows of spatial indices), (flat indices of the axes before them))."""
    size = int(np.prod(array.shape[array.ndim - n :]))
    return np.array(np.unravel_index(flat % size, array.shape[array.ndim - n :])).T.reshape(-1, n), flat // size
