"""Transposed convolution: the way back through cross_correlate, by scattering."""

from math import prod

import numpy as np

from convlib import arguments
from convlib.arithmetic import along_axes, transposed_output_size
from convlib.ops import pytorch
from convlib.ops.operands import transposed_operands


def transposed(
    x, w, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Scatter: every cell of x, times the kernel, is added to the output where the kernel lies.

    x is (..., C_in, *spatial) with any number of batch axes, w (C_in, C_out/groups, *kernel) with
    1, 2 or 3 kernel axes, bias (C_out,). The answer is (..., C_out, *output), see
    transposed_output_size. The kernel is not flipped: a single 1 in x stamps it as it stands.
    stride is the step from stamp to stamp, dilation that from tap to tap; padding, in numbers as
    in pad_amounts, is cut off, and output_padding adds cells at the end. It is no inverse but the
    adjoint of cross_correlate with the same w: <cross_correlate(y, w), x> = <y, transposed(x, w)>.
    Dtypes are as in cross_correlate.

    >>> transposed([[1, 10]], [[[1, 2, 3]]], stride=2)
    array([[ 1,  2, 13, 20, 30]])

    Raises what cross_correlate raises, and ValueError for output_padding that is out of range,
    padding by name or more padding than output.
    Source: Matthew D. Zeiler, Dilip Krishnan, Graham W. Taylor and Rob Fergus, "Deconvolutional
    Networks", 2010.
    """
    x, w, bias, dtype = transposed_operands(x, w, bias, groups)
    size, kernel = x.shape[2 - w.ndim :], w.shape[2:]
    steps = {"stride": stride, "padding": padding, "dilation": dilation}
    output = transposed_output_size(size, kernel, output_padding=output_padding, **steps)
    axes = along_axes(output, kernel, **steps)
    batch, channels = x.shape[: 1 - w.ndim], w.shape[1] * groups
    shape = (*batch, channels, *(axis.padded for axis in axes))
    arguments.affordable("the answer, with the padding that is cut off,", shape, x.dtype)
    y = np.zeros(shape, x.dtype)
    cells = x.reshape(*batch, groups, len(w) // groups, prod(size))
    taps = w.reshape(groups, len(w) // groups, -1, *kernel).swapaxes(1, 2)
    sent = np.empty((*batch, *taps.shape[:2], prod(size)), x.dtype)  # the same for every tap
    for tap in np.ndindex(kernel):
        with np.errstate(all="ignore"):  # inf and nan speak for themselves
            np.matmul(taps[(..., *tap)], cells, out=sent)
            y[(..., *map(_landing, tap, size, axes))] += sent.reshape(*batch, channels, *size)
    y = y[(..., *(slice(axis.before, axis.before + axis.size) for axis in axes))]
    if bias is not None:
        y += bias.reshape(-1, *[1] * len(axes))
    return np.ascontiguousarray(y, dtype)


def _landing(tap, size, axis):
    """Where one tap of the kernel lands for the cells 0, 1, 2 ... of x."""
    first = axis.dilation * tap
    return slice(first, first + axis.stride * (size - 1) + 1, axis.stride)


transposed.pytorch = pytorch.transposed_convolution
