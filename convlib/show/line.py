"""The straight line input = a * output + b * tap + c that the meetings of a trace lie on, axis by axis.

Read off it: stride a, dilation |b|, a flip (b < 0), and the places outside the input (padding) or between its cells
(inserted zeros) where a weight met nothing: the ghosts. No operator needs to be known for that.
"""

from dataclasses import dataclass

import numpy as np

LARGEST = 500_000  # pairs of output and weight that are looked at


@dataclass(frozen=True)
class Line:
    """step, dilation, start: a, b, c per spatial axis, 0 where nothing tells; ghosts: (output, weight, channel of the input, place);
    sheets: what the kernel's two leading axes count; all_told: there are no ghosts but these."""

    step: np.ndarray
    dilation: np.ndarray
    start: np.ndarray
    ghosts: list
    sheets: tuple = ("out", "in")
    all_told: bool = True

    @property
    def flipped(self):
        """Whether the kernel meets the input backwards: True along every axis of more than one tap."""
        return bool((self.dilation < 0).any() and (self.dilation <= 0).all())

    @property
    def flips(self):
        """The same in words."""
        if self.flipped or not (self.dilation < 0).any():
            return "flipped" * self.flipped
        names = ("front to back", "up-down", "left-right")[-len(self.dilation) :]
        return "flipped " + " and ".join(name for name, rate in zip(names, self.dilation) if rate < 0)


def spatial_axes(trace):
    """How many of the last axes are space: w.ndim - 2 for (C_out, C_in, *kernel), all of a plain array, else two."""
    if trace.w is not None:
        return trace.w.ndim - 2 if trace.w.ndim > 2 else trace.w.ndim
    return min(trace.x.ndim, 2)


def fit_line(trace, frame=()):
    """The Line of a trace, or None where its meetings lie on none.

    frame: the padding as declared, (before, after) per spatial axis. Where too few outputs meet anything to tell the
    line, the first window is taken to begin with it.
    """
    n = spatial_axes(trace)
    x, w, y = trace.x, trace.w, trace.value
    if trace.kind != "products" or not n or min(x.ndim, y.ndim) < n or not trace.out.size or y.size * w.size > LARGEST:
        return None
    (out, tap, met), (lead_y, lead_w, lead_x) = zip(*(split(i, a, n) for i, a in ((trace.out, y), (trace.weight, w), (trace.inp, x))))
    found, told, free = np.zeros((1 + 2 * n, n)), np.ones((1 + 2 * n, n), bool), []
    for axis in range(n):
        own = [0, 1 + axis, 1 + n + axis]
        start = [(tap, -before) for before, _ in frame[axis : axis + 1] for tap in (0, w.shape[w.ndim - n + axis] - 1)]
        fitted = fit_axis(np.c_[np.ones(len(out)), out[:, axis], tap[:, axis]], met[:, axis], start)
        if fitted is None:
            return None
        found[own, axis], unknown = fitted
        told[own, axis] = np.abs(unknown).max(axis=1, initial=0) < 1e-6
        free.append(np.zeros((1 + 2 * n, unknown.shape[1])))
        free[-1][own] = unknown
    ghosts, all_told = find_ghosts(trace, n, found, np.hstack(free), (lead_y, lead_x), bool(len(frame)))
    found = np.where(told, found.round(6), 0) + 0.0
    sheets = kernel_sheets(trace, n, lead_y, lead_w, lead_x)
    return Line(np.diagonal(found[1 : 1 + n]), np.diagonal(found[1 + n :]), found[0], ghosts, sheets, all_told)


def fit_axis(knowns, met, start=()):
    """c, a, b of one axis, and the directions in which they are not determined; None where the meetings lie on no line.

    start: (tap, place) that the first output may begin with, where the meetings leave something open.
    """
    found, *_ = np.linalg.lstsq(knowns, met, rcond=None)
    if np.abs(knowns @ found - met).max() > 1e-6:
        return None
    free = unknown(knowns)
    for tap, place in start if free.size else ():
        fitted = fit_axis(np.r_[knowns, [[1, 0, tap]]], np.r_[met, place])
        if fitted is not None and (fitted[0][2] < 0) == (tap > 0):  # a flipped kernel begins with its last tap
            return fitted
    return found, free


def kernel_sheets(trace, n, lead_y, lead_w, lead_x):
    """The first leading axis of a kernel counts outputs; inputs where it goes with these alone, as in a transposed kernel."""
    (*_, c_y), (*_, c_x), lead = ((1, *a.shape[: a.ndim - n]) for a in (trace.value, trace.x, trace.w))
    first = lead_w // lead[-1]
    turned = len(lead) == 3 and (first == lead_x % c_x).all() and not (first == lead_y % c_y).all()
    return ("in", "out") if turned else ("out", "in")


def unknown(knowns):
    """The directions, one a column, in which the line is not determined: too few outputs or weights meet anything."""
    lengths, directions = np.linalg.eigh(knowns.T @ knowns)
    return directions[:, lengths < 1e-9 * lengths[-1]]


def find_ghosts(trace, n, found, free, leads, framed=False):
    """Where a weight that meets this channel elsewhere met nothing, since there is no such input, and whether these are all.

    framed: so do weights that meet no input at all, beside others of their kernel that do.
    """
    x, w, y = trace.x, trace.w, trace.value
    size, channels = int(np.prod(y.shape[y.ndim - n :])), int(np.prod(x.shape[: x.ndim - n]))
    weights, taps = trace.weight, int(np.prod(w.shape[w.ndim - n :])) if framed else 1
    partners = np.unique((leads[0] * w.size + weights // taps * taps) * channels + leads[1])
    partners = (partners + np.arange(taps)[:, None] * channels).ravel()
    partner, place = np.indices((partners.size, size)).reshape(2, -1)
    both, channel = np.divmod(partners[partner], channels)
    out, weight = both // w.size * size + place, both % w.size
    knowns = np.c_[np.ones(len(out)), split(out, y, n)[0], split(weight, w, n)[0]]
    where = (knowns @ found).round(3) + 0.0
    real = ((where == where.round()) & (where >= 0) & (where < x.shape[x.ndim - n :])).all(axis=1)  # met, or passed by
    sure = (np.abs(knowns @ free) < 1e-6).all(axis=1)
    rows = zip(*(a[sure & ~real].tolist() for a in (out, weight, channel, where)))
    return sorted((o, k, c, tuple(at)) for o, k, c, at in rows), bool(sure.all())


def split(flat, array, n):
    """Flat indices as ((rows of spatial indices), (flat indices of the axes before them))."""
    size = int(np.prod(array.shape[array.ndim - n :]))
    return np.array(np.unravel_index(flat % size, array.shape[array.ndim - n :])).T.reshape(-1, n), flat // size
