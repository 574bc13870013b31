"""Padding, all windows of an array at once, and kernels that meet them."""

from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlib import arguments

STRIP = 2**20  # bytes of windows that are copied at a time: they stay in the processor's cache


def pad(x, axes, fill=0):
    """x with zeros, or what else to fill in, around its last axes, as many as each Axis says."""
    shape = x.shape[: -len(axes)] + tuple(axis.padded for axis in axes)
    if shape == x.shape:
        return x
    arguments.affordable("padded x", shape, x.dtype)
    padded = np.full(shape, fill, x.dtype)
    padded[(..., *(slice(axis.before, axis.before + axis.size) for axis in axes))] = x
    return padded


def lowest(dtype):
    """What is never larger than another number of this dtype."""
    if dtype.kind == "f":
        return -np.inf
    return False if dtype.kind == "b" else np.iinfo(dtype).min


def windows(padded, axes):
    """What each tap meets at each output: a view (..., *kernel, *output) of padded (..., *spatial).

    Nothing is copied. This is the only stride trick in convlib.

    >>> from convlib.arithmetic import Axis
    >>> windows(np.arange(5), [Axis(size=5, kernel=2, stride=1, dilation=3, before=0, after=0)])
    array([[0, 1],
           [3, 4]])
    """
    last = range(padded.ndim - len(axes), padded.ndim)
    view = sliding_window_view(padded, [axis.span for axis in axes], axis=tuple(last))
    steps = [axis.stride for axis in axes] + [axis.dilation for axis in axes]
    view = view[(..., *(slice(None, None, step) for step in steps))]
    return view.transpose(*range(last.start), *range(padded.ndim, view.ndim), *last)


def inner_products(w, met, groups):
    """Kernels times what they met: (..., C_out, *output).

    w is (C_out, C_in/groups, *kernel), met (..., C_in, *kernel, *output). One matrix product for
    each strip of groups or of rows: a kernel is a row of the matrix, a window a column.
    """
    spatial = w.ndim - 2
    batch, output = met.shape[: -2 * spatial - 1], met.shape[-spatial:]
    kernels = np.ascontiguousarray(w).reshape(groups, -1, prod(w.shape[1:]))  # a flip is a view
    y = np.empty((*batch, *kernels.shape[:2], prod(output)), met.dtype)
    met = met.reshape(*batch, groups, *w.shape[1:], *output)
    width, whole = prod(output[1:]), slice(None)
    with np.errstate(all="ignore"):  # inf and nan speak for themselves
        for some, rows in strips(len(kernels), output[0], met.nbytes):
            seen = met[(..., some, *[whole] * (spatial + 1), rows, *[whole] * (spatial - 1))]
            outputs = y[..., some, :, rows.start * width : rows.stop * width]
            columns = seen.reshape(*outputs.shape[:-2], kernels.shape[2], outputs.shape[-1])
            np.matmul(kernels[some], columns, out=outputs)
    return y.reshape(*batch, len(w), *output)


def strips(groups, rows, size):
    """Which groups and which rows to take at a time, of windows that have size bytes in all.

    Groups of which a strip holds two stay whole: products of a few rows each would be slower.
    """
    if 2 * size <= STRIP * groups:
        step = max(STRIP * groups // max(size, 1), 1)
        return [(slice(first, first + step), slice(0, rows)) for first in range(0, groups, step)]
    step = max(STRIP * rows // size, 1)
    return [(slice(None), slice(top, top + step)) for top in range(0, rows, step)]
