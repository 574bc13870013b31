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
    each strip of outputs: a kernel is a row, a window is a column.
    """
    spatial = w.ndim - 2
    batch, output = met.shape[: -2 * spatial - 1], met.shape[-spatial:]
    taps = prod(w.shape[1:])
    kernels = w.reshape(groups, -1, taps)
    y = np.empty((*batch, len(w), *output), met.dtype)
    row = met.size // output[0] * met.itemsize
    height = max(STRIP // max(row, 1), 1)
    for top in range(0, output[0], height):
        strip = (..., slice(top, top + height), *[slice(None)] * (spatial - 1))
        outputs = y[strip]
        columns = met[strip].reshape(*batch, groups, taps, prod(outputs.shape[-spatial:]))
        with np.errstate(all="ignore"):  # inf and nan speak for themselves
            outputs[...] = (kernels @ columns).reshape(outputs.shape)
    return y
