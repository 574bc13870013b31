"""Convolution under both its names: cross_correlate, torch's conv, and convolve, which flips."""

from convlib import arguments
from convlib.arithmetic import along_axes
from convlib.ops import pytorch
from convlib.ops.kernels import flip
from convlib.ops.operands import operands
from convlib.ops.windows import inner_products, pad, windows


def cross_correlate(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Slide w over x and sum the products of what meets. The kernel is not flipped, as in torch.

    x is (..., C_in, *spatial) with any number of batch axes, w (C_out, C_in/groups, *kernel) with
    1, 2 or 3 kernel axes, bias (C_out,). The answer is (..., C_out, *output), see output_size.
    stride is the step from window to window in cells, dilation that from tap to tap; padding is as
    in pad_amounts. Output channels see the input channels of their own group.
    Whole numbers and bools are summed exactly, and answered in int64. float16 is summed in float32,
    and answered in float16. Other dtypes meet as numpy promotes them.

    >>> cross_correlate([[1, 2, 4, 8]], [[[1, 0, -1]]])
    array([[-3, -6]])

    Raises TypeError for what is no real or whole number. Raises ValueError for shapes and values
    that do not fit, sums that int64 may not hold, and arrays too large to make.
    Source: Ian Goodfellow, Yoshua Bengio and Aaron Courville, "Deep Learning", 2016, section 9.1.
    """
    x, w, bias, dtype = operands(x, w, bias, groups)
    axes = along_axes(x.shape[2 - w.ndim :], w.shape[2:], stride, padding, dilation)
    shape = (*x.shape[: 1 - w.ndim], len(w), *(axis.output for axis in axes))
    padded = pad(x, axes)
    arguments.affordable("the answer", shape, x.dtype)
    y = inner_products(w, windows(padded, axes), groups)
    if bias is not None:
        y += bias.reshape(-1, *[1] * len(axes))
    return y.astype(dtype, copy=False)


def convolve(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution as in mathematics: w is flipped, then slides over x.

    Arguments, shapes, dtypes and errors are those of cross_correlate.

    >>> convolve([[1, 2, 4, 8]], [[[1, 0, -1]]])
    array([[3, 6]])

    Source: Ian Goodfellow, Yoshua Bengio and Aaron Courville, "Deep Learning", 2016, section 9.1.
    """
    w = flip(arguments.weights(w))
    return cross_correlate(
        x, w, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


cross_correlate.pytorch = pytorch.convolution
convolve.pytorch = pytorch.flipped_convolution
