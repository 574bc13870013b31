"""Depthwise convolution over a sequence whose taps are shared (lightweight) or made (dynamic)."""

import numpy as np

from convlib import arguments
from convlib.arithmetic import along_axes
from convlib.ops import pytorch_dependent as pytorch
from convlib.ops.operands import fractions
from convlib.ops.separable import depthwise, pointwise
from convlib.ops.softmax import softmax as shares
from convlib.ops.windows import pad, windows


def lightweight(x, w, bias=None, *, padding="same", softmax=True):
    """Depthwise cross-correlation whose kernels are shared by C/H channels in a row, and averages.

    x is (..., C, T), w (H, K): the taps of each head, not flipped; bias is (C,). The taps pass
    through a softmax, so they are positive and sum to 1 (near the border some fall outside).
    padding is "same" (an odd cell at the end), "causal" (K - 1 cells in front: no look ahead),
    or a pair (left, right); the paper centres an even K by (K // 2, K // 2 - 1).
    The answer is (..., C, T + left + right - K + 1).

    >>> lightweight([[8.0, 0, 0, 4]], [[0, 0]], padding="causal")
    array([[4., 4., 0., 2.]])

    Raises what depthwise raises, and ValueError for heads that do not divide the channels.
    Source: Felix Wu et al., "Pay Less Attention with Lightweight and Dynamic Convolutions", 2019.
    """
    x, w = _sequence("x", x), arguments.axes_named("w", w, "(H, K): K taps for each head", 2, 2)
    heads, taps = w.shape
    channels = x.shape[-2]
    arguments.heads_divide(heads, channels, "channels of x")
    if arguments.flag("softmax", softmax):
        (w,), dtype = fractions(w=w)
        w = shares(w).astype(dtype)
    arguments.affordable("kernels of all channels", (channels, taps), w.dtype)
    kernels = w.repeat(channels // heads, axis=0)[:, None]
    return depthwise(x, kernels, bias, padding=(arguments.sequence_sides(padding, taps),))


def dynamic(
    x,
    w,
    bias=None,
    *,
    heads,
    w_bias=None,
    query=None,
    padding="causal",
    softmax=True,
    renormalize=False,
):
    """lightweight whose taps are made anew at every position, as a linear function of query.

    x is (..., C, T), query (..., D, T), by default x. w is (heads * K, D), w_bias (heads * K,):
    w @ query + w_bias are the taps, head by head, not flipped. bias is (C,). A softmax over the K
    taps of a head follows; renormalize takes it over those taps alone that meet a cell of x.
    padding is as in lightweight, with left + right = K - 1. The answer is (..., C, T).
    Whole numbers are summed in float64.

    >>> dynamic([[1.0, 2, 3]], [[0], [1]], heads=1, softmax=False)  # previous: 0, this one: itself
    array([[1., 4., 9.]])

    Raises TypeError for what is no real or whole number. Raises ValueError for shapes and values
    that do not fit, and for heads that do not divide the channels or the rows of w.
    Source: Felix Wu et al., "Pay Less Attention with Lightweight and Dynamic Convolutions", 2019.
    """
    arrays, heads, dtype = _checked(x, w, bias, heads, w_bias, query)
    x, w, bias, w_bias, query = arrays
    *batch, channels, length = x.shape
    taps = len(w) // heads
    left, right = arguments.sequence_sides(padding, taps)
    arguments.taps_for_each_position(left, right, taps)
    arguments.renormalizable(
        arguments.flag("renormalize", renormalize), arguments.flag("softmax", softmax)
    )
    arguments.affordable("all windows of x", (*batch, channels, taps, length), x.dtype)

    axes = along_axes((length,), (taps,), padding=((left, right),))
    made = pointwise(query, w, w_bias, spatial=1).reshape(*batch, heads, taps, length)
    if renormalize:
        real = windows(pad(np.ones(length), axes), axes)
        made = np.where(real, made, -np.inf)
    if softmax:
        made = shares(made, axis=-2)
    met = windows(pad(x, axes), axes).reshape(*batch, heads, channels // heads, taps, length)
    with np.errstate(invalid="ignore"):  # 0 * inf is NaN
        y = (made[..., None, :, :] * met).sum(-2).reshape(*batch, channels, length)
        y += bias[:, None]
    return y.astype(dtype, copy=False)


def _checked(x, w, bias, heads, w_bias, query):
    """The arrays of dynamic, the number of heads, and the dtype of the answer."""
    x = _sequence("x", x)
    w = arguments.axes_named("w", w, "(heads * K, D): K taps for each head", 2, 2)
    *batch, channels, length = x.shape
    heads = arguments.heads_divide(heads, channels, "channels of x")
    arguments.heads_divide(heads, len(w), "rows of w")
    if query is None:
        query = x
        arguments.shaped("w", w, (len(w), channels), "a column for each channel of x")
    shape = (*batch, w.shape[1], length)
    query = arguments.shaped("query", query, shape, "a channel for each column of w")
    bias = np.zeros(channels, w.dtype) if bias is None else arguments.bias_vector(bias, channels)
    w_bias = np.zeros(len(w), w.dtype) if w_bias is None else w_bias
    w_bias = arguments.shaped("w_bias", w_bias, (len(w),), "a number for each row of w")
    arrays, dtype = fractions(x=x, w=w, bias=bias, w_bias=w_bias, query=query)
    return arrays, heads, dtype


def _sequence(name, value):
    return arguments.axes_named(name, value, "(..., C, T)", 2)


lightweight.pytorch = pytorch.lightweight
dynamic.pytorch = pytorch.dynamic
