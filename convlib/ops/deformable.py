"""Deformable convolution: every tap may look somewhere else, by an offset that the data give."""

from math import prod

import numpy as np

from convlib import arguments
from convlib.arithmetic import along_axes
from convlib.ops.operands import fractions
from convlib.ops.sampling import bilinear
from convlib.ops.windows import inner_products


def deformable(x, w, offset, mask=None, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """cross_correlate whose taps are moved by offset, and weighted by mask. w is not flipped.

    x is (..., C_in, H, W), w (C_out, C_in/groups, *kernel), bias (C_out,). offset is
    (..., 2*G*taps, *output): for each tap, row by row, dy and then dx, in cells. G groups of
    channels have offsets of their own. mask is (..., G*taps, *output) and multiplies as it is;
    version 1 has none. Taps between cells read the bilinear value. Outside x stand zeros: padding
    only shifts where taps start. The answer is (..., C_out, *output), see output_size.
    Whole numbers are summed in float64. A NaN in offset gives NaN where it is used.

    >>> x, w = np.arange(9.0).reshape(1, 3, 3), np.ones((1, 1, 1, 1))
    >>> offset = np.zeros((2, 3, 3))
    >>> offset[1] = 0.5  # half a cell to the right
    >>> deformable(x, w, offset)
    array([[[0.5, 1.5, 1. ],
            [3.5, 4.5, 2.5],
            [6.5, 7.5, 4. ]]])

    Raises TypeError for what is no real or whole number. Raises ValueError for shapes and values
    that do not fit, and arrays too large to make.
    Sources: Jifeng Dai et al., "Deformable Convolutional Networks", 2017; Xizhou Zhu et al.,
    "Deformable ConvNets v2: More Deformable, Better Results", 2018.
    """
    w = arguments.planes(w)
    x = arguments.signal(x, 2)
    arguments.grouped(x.shape[-3], w, groups)
    bias = np.zeros(len(w), w.dtype) if bias is None else arguments.bias_vector(bias, len(w))
    (*batch, channels, height, width), kernel = x.shape, w.shape[2:]
    axes = along_axes((height, width), kernel, stride, padding, dilation)
    output, taps = tuple(axis.output for axis in axes), prod(kernel)
    offset, sets = arguments.offsets(offset, x, taps, output)
    if mask is None:
        mask = np.ones((*batch, sets * taps, 1, 1), w.dtype)
    else:
        shape = (*batch, sets * taps, *output)
        mask = arguments.shaped("mask", mask, shape, "a number for each tap that offset moves")
    (x, w, offset, mask, bias), dtype = fractions(x=x, w=w, offset=offset, mask=mask, bias=bias)
    arguments.affordable("padded x", (*x.shape[:-2], *(axis.padded for axis in axes)), x.dtype)
    arguments.affordable("sampled x", (*batch, channels, *kernel, *output), x.dtype)

    rows, columns = _places(axes, offset.reshape(*batch, sets, *kernel, 2, *output))
    images = x.reshape(*batch, sets, channels // sets, height, width)
    met = bilinear(images, rows, columns)
    with np.errstate(invalid="ignore"):  # 0 * inf is NaN
        met *= mask.reshape(*batch, sets, 1, *kernel, *mask.shape[-2:])
        y = inner_products(w, met.reshape(*batch, channels, *kernel, *output), groups)
        y += bias[:, None, None]
    return y.astype(dtype, copy=False)


def _places(axes, offset):
    """Rows and columns where the taps look: those of cross_correlate, moved."""
    row, column = (
        np.add.outer(_spaced(axis.kernel, axis.dilation), _spaced(axis.output, axis.stride))
        - axis.before
        for axis in axes
    )
    dy, dx = offset[..., 0, :, :], offset[..., 1, :, :]
    return row[:, None, :, None] + dy, column[:, None, :] + dx


def _spaced(count, step):
    """0, step, 2 * step, ...; step may be beyond int64 where count is 1."""
    return np.array(range(0, count * step, step))
