"""Padding, and every window of an array at once: the only stride trick in convlib."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlib import arguments


def pad(x, axes):
    """x with zeros around its last axes, as many as each Axis says (convlib.arithmetic)."""
    shape = x.shape[: -len(axes)] + tuple(axis.before + axis.size + axis.after for axis in axes)
    arguments.affordable("padded x", shape, x.dtype)
    if shape == x.shape:
        return x
    padded = np.zeros(shape, x.dtype)
    padded[(..., *(slice(axis.before, axis.before + axis.size) for axis in axes))] = x
    return padded


def windows(padded, axes):
    """A view (..., *kernel, *output) of padded (..., *spatial): what each tap of the kernel meets at each output.

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
