"""The arrays of a convolution, checked, and the dtypes of its sums and of its answer."""

from math import prod

import numpy as np

from convlib import arguments


def operands(x, w, bias, groups):
    """x, w and bias in the dtype that sums are carried out in, and the dtype of the answer.

    Whole numbers and bools: summed exactly, and int64. float16: summed in float32. Else as numpy
    promotes.
    """
    w = arguments.weights(w)
    x = arguments.signal(x, w.ndim - 2)
    arguments.grouped(x.shape[1 - w.ndim], w, groups)
    return _alike(x, w, bias, len(w), prod(w.shape[1:]))


def transposed_operands(x, w, bias, groups):
    """The same for w as (C_in, C_out/groups, *kernel)."""
    w = arguments.weights(w, layout="(C_in, C_out/groups, *kernel)")
    x = arguments.signal(x, w.ndim - 2)
    arguments.scattered(x.shape[1 - w.ndim], w, groups)
    return _alike(x, w, bias, w.shape[1] * groups, prod(w.shape) // (w.shape[1] * groups))


def _alike(x, w, bias, outputs, taps):
    """outputs: how many channels the answer has. taps: how many products a sum has at most."""
    arrays = [x, w] if bias is None else [x, w, arguments.bias_vector(bias, outputs)]
    integers = all(each.dtype.kind in "biu" for each in arrays)
    dtype = np.dtype(np.int64) if integers else np.result_type(*arrays)
    sums = dtype if integers else np.result_type(dtype, np.float32)
    arguments.affordable("x", x.shape, sums)
    if integers and arguments.sums_fit(arrays, taps) < 2**53:
        sums = np.dtype(np.float64)  # exact up to there, and its products are fast
    x, w, *bias = (each.astype(sums, copy=False) for each in arrays)
    return x, w, bias[0] if bias else None, dtype


def fractions(**arrays):
    """The arrays in the dtype that sums of fractions are carried out in, and that of the answer.

    Whole numbers and bools: float64, both. float16: summed in float32. Else as numpy promotes.
    """
    integers = all(each.dtype.kind in "biu" for each in arrays.values())
    dtype = np.dtype(np.float64) if integers else np.result_type(*arrays.values())
    sums = np.result_type(dtype, np.float32)
    for name, each in arrays.items():
        arguments.affordable(name, each.shape, sums)
    return [each.astype(sums, copy=False) for each in arrays.values()], dtype.newbyteorder("=")
