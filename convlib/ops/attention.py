"""Attention: every position weighs all others, by how well queries and keys agree."""

from math import sqrt

import numpy as np

from convlib import arguments
from convlib.ops import pytorch_dependent as pytorch
from convlib.ops.operands import fractions
from convlib.ops.softmax import softmax


def attention(q, k, v):
    """softmax(q kᵀ / sqrt(d)) v: for each query a weighted mean of the values.

    q is (..., T, d), k (..., S, d), v (..., S, e), with the same leading axes. The answer is
    (..., T, e). For given q and k it is linear in v; with v = np.eye(S) it is the weights.
    Whole numbers are summed in float64.

    >>> attention([[0.0, 0]], [[1.0, 2], [3, 4]], [[2.0], [6]])  # no preference: the mean
    array([[4.]])

    Raises TypeError for what is no real number. Raises ValueError for shapes that do not fit, and
    weights too large to make.
    Source: Ashish Vaswani et al., "Attention Is All You Need", 2017.
    """
    q, k, v = (_tokens(name, value) for name, value in (("q", q), ("k", k), ("v", v)))
    *batch, depth = *q.shape[:-2], q.shape[-1]
    arguments.shaped("k", k, (*batch, k.shape[-2], depth), "keys that queries can meet")
    arguments.shaped("v", v, (*batch, k.shape[-2], v.shape[-1]), "one value for each key")
    (q, k, v), dtype = fractions(q=q, k=k, v=v)
    arguments.affordable("all weights", (*q.shape[:-1], k.shape[-2]), q.dtype)
    with np.errstate(invalid="ignore"):  # 0 * inf is NaN
        weights = softmax(q @ k.swapaxes(-1, -2) / sqrt(depth))
        return (weights @ v).astype(dtype, copy=False)


def multi_head_attention(x, w_q, w_k, w_v, w_o, *, heads):
    """attention of x to itself, several times side by side, each through projections of its own.

    x is (..., T, d). Weights are (out, in), as in torch: w_q and w_k (heads * e, d), w_v
    (heads * f, d), head by head; w_o (d_out, heads * f). The answer is (..., T, d_out).
    Whole numbers are summed in float64.

    >>> x, still, same = np.array([[2.0], [6.0]]), [[0.0]], [[1.0]]
    >>> multi_head_attention(x, still, still, same, same, heads=1)
    array([[4.],
           [4.]])

    Raises what attention raises, and ValueError for heads that do not divide the rows of weights.
    Source: Ashish Vaswani et al., "Attention Is All You Need", 2017.
    """
    x, heads = _tokens("x", x), arguments.whole("heads", heads, 1)
    w_q, w_k, w_v = (
        _projection(name, w, x.shape[-1], heads)
        for name, w in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v))
    )
    arguments.shaped("w_k", w_k, w_q.shape, "as w_q: queries and keys must meet")
    w_o = _projection("w_o", w_o, len(w_v), 1)
    (x, w_q, w_k, w_v, w_o), dtype = fractions(x=x, w_q=w_q, w_k=w_k, w_v=w_v, w_o=w_o)

    def project(w):
        """x through w, head by head: (..., heads, T, rows of w / heads)."""
        return (x @ w.T).reshape(*x.shape[:-1], heads, len(w) // heads).swapaxes(-2, -3)

    with np.errstate(invalid="ignore"):  # 0 * inf is NaN
        answers = attention(project(w_q), project(w_k), project(w_v))
        side_by_side = answers.swapaxes(-2, -3).reshape(*x.shape[:-1], len(w_v))
        return (side_by_side @ w_o.T).astype(dtype, copy=False)


def _tokens(name, value):
    return arguments.axes_named(name, value, "(..., T, d)", 2)


def _projection(name, w, inputs, heads):
    w = arguments.axes_named(name, w, "(out, in), as in torch", 2, 2)
    arguments.heads_divide(heads, len(w), f"rows of {name}")
    return arguments.shaped(name, w, (len(w), inputs), "(out, in), as in torch")


attention.pytorch = pytorch.attention
multi_head_attention.pytorch = pytorch.multi_head_attention
