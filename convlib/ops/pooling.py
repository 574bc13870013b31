"""Pooling: one number for every window, its largest or its average. No weights."""

from functools import reduce
from math import prod

import numpy as np

from convlib import arguments
from convlib.arithmetic import along_axes
from convlib.ops import pytorch_pooling as pytorch
from convlib.ops.windows import lowest, pad, windows


def max_pool(x, size, *, stride=None, padding=0, dilation=1):
    """The largest number in every window. NaN in a window is its answer.

    x is (..., C, *spatial) with any number of batch axes; size is a tuple with a number for each
    spatial axis, or one number for both axes of a picture. The answer is (..., C, *output), see
    output_size. stride, the step from window to window, is size where none is given; dilation is
    the step from cell to cell inside a window. Padding is as in pad_amounts, of minus infinity, and
    so never the answer. The dtype stays as it is, since the answer is one of the inputs.

    >>> max_pool([[[1, 2, 3, 4], [8, 7, 6, 5]]], 2)
    array([[[8, 6]]])

    Raises TypeError for what is no real or whole number. Raises ValueError for shapes and values
    that do not fit, a window without any cell of x, and arrays too large to make.
    Source: Kouichi Yamaguchi, Kenji Sakamoto, Toshio Akabane and Yoshiji Fujimoto, "A Neural
    Network for Speaker-Independent Isolated Word Recognition", 1990.
    """
    x, axes = _pooled(x, size, stride, padding, dilation)
    padded = pad(x, axes, lowest(x.dtype))
    _real_cells(axes, padding)
    return _fold(np.maximum, padded, axes).astype(x.dtype)


def average_pool(x, size, *, stride=None, padding=0, count_padding=True):
    """The average of every window.

    Arguments, shapes and errors are those of max_pool, but padding is of zeros. They count as
    cells of the window; with count_padding=False its sum is divided by its cells of x alone.
    Sums are carried out in float64; whole numbers and bools get an answer in float64.

    >>> average_pool([[[1, 2, 3, 4], [8, 7, 6, 5]]], 2)
    array([[[4.5, 4.5]]])
    >>> average_pool([[6, 6, 6]], (2,), padding=1)
    array([[3., 6.]])

    Source: Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, "Gradient-Based Learning
    Applied to Document Recognition", 1998.
    """
    count_padding = arguments.flag("count_padding", count_padding)
    x, axes = _pooled(x, size, stride, padding, 1)
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    arguments.affordable("x", x.shape, np.dtype(np.float64))
    padded = pad(x.astype(np.result_type(dtype, np.float64), copy=False), axes)
    real = _real_cells(axes, padding)
    cells = prod(axis.kernel for axis in axes) if count_padding else reduce(np.multiply.outer, real)
    with np.errstate(all="ignore"):  # inf and nan speak for themselves
        return (_fold(np.add, padded, axes) / cells).astype(dtype)


def global_max_pool(x, *, spatial=2):
    """The largest number of every channel, what max_pool answers with a window as large as x.

    x is (..., C, *spatial) with that many spatial axes; each has size 1 in the answer.

    >>> global_max_pool([[[1, 2], [4, 3]]])
    array([[[4]]])

    Raises TypeError and ValueError as max_pool does, and for a number of axes that is not 1 to 3.
    Source: Maxime Oquab, Léon Bottou, Ivan Laptev and Josef Sivic, "Is object localization for
    free?", 2015.
    """
    x, spatial = _whole_picture(x, spatial)
    return x.max(spatial, keepdims=True)


def global_average_pool(x, *, spatial=2):
    """The average of every channel, what average_pool answers with a window as large as x.

    x is (..., C, *spatial) with that many spatial axes; each has size 1 in the answer.

    >>> global_average_pool([[[1, 2], [4, 3]]])
    array([[[2.5]]])

    Raises TypeError and ValueError as max_pool does, and for a number of axes that is not 1 to 3.
    Source: Min Lin, Qiang Chen and Shuicheng Yan, "Network In Network", 2014.
    """
    x, spatial = _whole_picture(x, spatial)
    with np.errstate(all="ignore"):  # inf and nan speak for themselves
        return x.mean(spatial, keepdims=True)


def _pooled(x, size, stride, padding, dilation):
    size = arguments.window(size)
    x = arguments.signal(x, len(size), f"size {size} has {len(size)} axes")
    arguments.affordable("x", x.shape, x.dtype)
    stride = size if stride is None else stride
    axes = along_axes(x.shape[-len(size) :], size, stride, padding, dilation)
    for axis in axes:
        arguments.window_fits(axis.kernel, axis.dilation, axis.span, axis.padded)
    return x, axes


def _whole_picture(x, spatial):
    spatial = arguments.spatial_axes(spatial)
    x = arguments.signal(x, spatial, f"spatial is {spatial}")
    arguments.affordable("x", x.shape, x.dtype)
    return x, tuple(range(-spatial, 0))


def _real_cells(axes, padding):
    """For each axis, how many cells of x, not of padding, each window holds."""
    real = [windows(pad(np.ones(axis.size), [axis]), [axis]).sum(0) for axis in axes]
    for cells in real:
        arguments.some_real_cells(cells, padding)
    return real


def _fold(fold, padded, axes):
    """One axis after the other: the largest of a square is the largest of its rows' largest."""
    for place, axis in zip(range(-len(axes), 0), axes, strict=True):
        taps = windows(np.moveaxis(padded, place, -1), [axis])
        padded = reduce(fold, np.moveaxis(taps, (-2, -1), (0, place)))
    return padded


max_pool.pytorch = pytorch.max_pooling
average_pool.pytorch = pytorch.average_pooling
global_max_pool.pytorch = pytorch.global_max_pooling
global_average_pool.pytorch = pytorch.global_average_pooling
