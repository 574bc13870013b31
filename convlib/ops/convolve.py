"""Convolution, by both of its names: cross_correlate, which deep learning calls convolution, and convolve, which flips the kernel."""

from math import prod

from convlib import arguments
from convlib.arithmetic import along_axes
from convlib.ops import pytorch
from convlib.ops.kernels import flip
from convlib.ops.windows import pad, windows


def cross_correlate(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Slide w over x; each output is the sum of the products of what meets. The kernel is not flipped: this is torch's convolution.

    x (..., C_in, *spatial) with any number of batch axes, w (C_out, C_in/groups, *kernel) with 1, 2 or 3 kernel axes, bias (C_out,).
    Answers (..., C_out, *output): output_size says how much, pad_amounts what padding may be. dilation is the distance between taps.
    The channels fall into groups, and each output channel sees the inputs of its own group.
    Whole numbers and bools are summed in int64, float16 in float32 (and answered in float16), all else as numpy promotes.

    >>> cross_correlate([[1, 2, 4, 8]], [[[1, 0, -1]]])
    array([[-3, -6]])

    Raises TypeError for what is no real number or no whole number, ValueError for shapes and values that do not fit.
    Source: Ian Goodfellow, Yoshua Bengio and Aaron Courville, "Deep Learning", 2016, section 9.1.
    """
    x, w, bias, dtype = arguments.operands(x, w, bias, groups)
    axes = along_axes(x.shape[2 - w.ndim :], w.shape[2:], stride, padding, dilation)
    batch, c_out, taps = x.shape[: 1 - w.ndim], w.shape[0], prod(w.shape[1:])
    output = tuple(axis.output for axis in axes)
    arguments.affordable("the answer", (*batch, c_out, *output), x.dtype)

    met = windows(pad(x, axes), axes).reshape(*batch, groups, taps, prod(output))
    y = w.reshape(groups, c_out // groups, taps) @ met
    y = y.reshape(*batch, c_out, prod(output))
    if bias is not None:
        y += bias[:, None]
    return y.reshape(*batch, c_out, *output).astype(dtype, copy=False)


def convolve(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution as mathematics has it: w is flipped, then slides over x. Arguments and answer as in cross_correlate.

    >>> convolve([[1, 2, 4, 8]], [[[1, 0, -1]]])
    array([[3, 6]])

    Raises what cross_correlate raises.
    Source: Ian Goodfellow, Yoshua Bengio and Aaron Courville, "Deep Learning", 2016, section 9.1.
    """
    w = arguments.weights(w)
    return cross_correlate(x, flip(w), bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


cross_correlate.pytorch = pytorch.convolution
convolve.pytorch = pytorch.flipped_convolution
