"""Bad input: thirty classes of it, by what other libraries do with each, and every message once.

Two classes do not concern cross-correlation and have no test here: pool (windows without weights)
and deform (offsets and masks). Nor do those parts of nan_inf, complex, bool, uint8_overflow and
groups_zero_or_negative that speak of pooling, normalisation and channel shuffles. output_padding
concerns the size of a transposed convolution, and is tested there.
"""

import re
import tracemalloc

import numpy as np
import pytest
import torch

from convlib import arguments
from convlib.arithmetic import output_size, pad_amounts, transposed_output_size
from convlib.ops import convolve, cross_correlate, dilate, flip

OPERATORS = pytest.mark.parametrize("operator", [cross_correlate, convolve])
X, W = np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3))


def refused(kind, message):
    return pytest.raises(kind, match="^" + re.escape(message))


@OPERATORS
@pytest.mark.parametrize("padding", [-1, (0, -1), ((0, 1), (-1, 0))])
def test_negative_padding(operator, padding):
    with refused(ValueError, "padding is -1: it must be at least 0"):
        operator(X, W, padding=padding)


@OPERATORS
@pytest.mark.parametrize("stride", [0, (1, 0), np.int64(0)])
def test_stride_zero(operator, stride):
    with refused(ValueError, "stride is 0: it must be at least 1"):
        operator(X, W, stride=stride)


@OPERATORS
def test_stride_negative(operator):
    with refused(ValueError, "stride is -1: it must be at least 1"):
        operator(X, W, stride=-1)


@OPERATORS
def test_dilation_zero(operator):
    with refused(ValueError, "dilation is 0: it must be at least 1"):
        operator(X, W, dilation=0)


@OPERATORS
def test_kernel_larger_than_padded_input(operator):
    smaller = "take a smaller kernel or add padding"
    with refused(ValueError, f"kernel 7 with dilation 1 spans 7, more than the padded input's 5: {smaller}"):
        operator(X, np.ones((1, 1, 7, 7)))
    with refused(ValueError, f"kernel 7 with dilation 1 spans 7, more than the padded input's 5: {smaller}"):
        operator(X, np.ones((1, 1, 3, 7)))
    lower = "lower dilation or add padding"
    with refused(ValueError, f"kernel 5 with dilation 2 spans 9, more than the padded input's 7: {lower}"):
        operator(X, np.ones((1, 1, 5, 5)), dilation=2, padding=1)
    assert operator(X, np.ones((1, 1, 5, 5)), dilation=2, padding=2).shape == (1, 1, 1, 1)


@OPERATORS
def test_groups_not_dividing_in(operator):
    with refused(ValueError, "groups is 2: it must divide the 5 input channels of x"):
        operator(np.ones((1, 5, 5, 5)), np.ones((4, 2, 3, 3)), groups=2)


@OPERATORS
def test_groups_not_dividing_out(operator):
    with refused(ValueError, "groups is 2: it must divide the 3 output channels of w"):
        operator(np.ones((1, 4, 5, 5)), np.ones((3, 2, 3, 3)), groups=2)


@OPERATORS
@pytest.mark.parametrize("groups", [0, -1])
def test_groups_zero_or_negative(operator, groups):
    with refused(ValueError, f"groups is {groups}: it must be at least 1"):
        operator(X, W, groups=groups)


@OPERATORS
def test_channel_mismatch(operator):
    with refused(ValueError, "w of shape (1, 2, 3, 3) with groups=1 takes 2 channels, but x has 1"):
        operator(X, np.ones((1, 2, 3, 3)))
    with refused(ValueError, "w of shape (4, 4, 3, 3) with groups=2 takes 8 channels, but x has 4"):
        operator(np.ones((1, 4, 5, 5)), np.ones((4, 4, 3, 3)), groups=2)


@OPERATORS
def test_wrong_rank(operator):
    rule = "w has 2 kernel axes, so give (..., C, *spatial) with at least 3"
    with refused(ValueError, f"x has shape (5, 5), 2 axes: {rule}"):
        operator(np.ones((5, 5)), W)
    for axes, shape in ((2, (3, 3)), (6, (1,) * 6)):
        with refused(ValueError, f"w has shape {shape}, {axes} axes: give (C_out, C_in/groups, *kernel)"):
            operator(X, np.ones(shape))
    # without a batch axis, and with two: documented
    assert operator(np.ones((1, 5, 5)), W).shape == (1, 3, 3)
    assert operator(np.ones((1, 1, 1, 5, 5)), W).shape == (1, 1, 1, 3, 3)


@OPERATORS
def test_zero_d(operator):
    with refused(ValueError, "w has shape (), 0 axes: "):
        operator(np.array(1.0), np.array(2.0))
    with refused(ValueError, "x has shape (), 0 axes: "):
        operator(np.array(1.0), W)
    for function in (flip, lambda w: dilate(w, 2)):
        with refused(ValueError, "w has shape (), 0 axes: give (C_out, C_in, *kernel), or a plain kernel"):
            function(1.0)


def test_nan_inf():
    nan, inf = np.nan, np.inf
    x = [[1, nan, 1, 1, 1, 1.0]]
    np.testing.assert_array_equal(cross_correlate(x, np.ones((1, 1, 2))), [[nan, nan, 2, 2, 2]])
    np.testing.assert_array_equal(convolve(x, [[[1.0, 0]]]), [[nan, nan, 1, 1, 1]])
    np.testing.assert_array_equal(cross_correlate([[1, inf, 1, 1.0]], [[[0.0, 1]]]), [[inf, nan, 1]])
    wide = np.ones((2, 8, 40, 40))
    wide[1, 3, 20, 20] = nan
    seen = np.isnan(cross_correlate(wide, np.ones((4, 8, 3, 3)), padding=1))
    assert np.argwhere(seen[1, 0]).tolist() == [[i, j] for i in (19, 20, 21) for j in (19, 20, 21)]
    assert seen.sum() == 4 * 9


@OPERATORS
def test_empty(operator):
    assert operator(np.ones((0, 1, 5, 5)), W).shape == (0, 1, 3, 3)
    assert operator(np.ones((2, 0, 1, 5, 5)), W, np.ones(1), padding="same").shape == (2, 0, 1, 5, 5)
    assert operator(np.ones((0, 1, 5, 5), np.uint8), np.ones((1, 1, 3, 3), bool)).dtype == np.int64
    for shape in ((1, 1, 0, 5), (1, 0, 5, 5)):
        with refused(ValueError, f"x has shape {shape}: only a batch axis may be empty"):
            operator(np.ones(shape), W, padding=2)
    for shape in ((1, 1, 0, 0), (1, 0, 3, 3), (0, 1, 3, 3)):
        with refused(ValueError, f"w has shape {shape}: none of its axes may be empty"):
            operator(X, np.ones(shape))
    with refused(ValueError, "w has shape (0,): none of its axes may be empty"):
        dilate([], 2)


@OPERATORS
def test_uint8_overflow(operator):
    bright = np.full((1, 1, 3, 3), 200, np.uint8)
    y = operator(bright, np.ones((1, 1, 3, 3), np.uint8))
    assert y.dtype == np.int64
    assert y.item() == 1800
    falling = cross_correlate(np.array([[10, 20, 30]], np.uint8), np.array([[[1, 0, -1]]], np.int8))
    assert falling.item() == -20


@OPERATORS
def test_int64(operator):
    y = operator(np.ones((1, 3, 3), np.int64), np.ones((1, 1, 3, 3), np.int64))
    assert y.dtype == np.int64
    assert y.item() == 9
    large = np.full((1, 1, 2), 2**62)
    with refused(ValueError, f"sums of x, w and bias could reach {2**64}, beyond int64: give floats"):
        operator(large, np.full((1, 1, 2), 2))
    with refused(ValueError, f"sums of x, w and bias could reach {2**63}, beyond int64"):
        operator(np.full((1, 1, 1), -(2**63)), np.ones((1, 1, 1), int))
    with refused(ValueError, f"sums of x, w and bias could reach {2**63}, beyond int64"):
        operator(np.full((1, 1, 1), 2**63, np.uint64), np.ones((1, 1, 1), int))
    with refused(ValueError, f"sums of x, w and bias could reach {2**63}, beyond int64"):
        operator(np.full((1, 1, 1), 1), np.ones((1, 1, 1), int), np.array([2**63 - 1]))
    y = operator(np.full((1, 1), 2**62), np.ones((4, 1, 1), int))
    assert y.tolist() == [[2**62]] * 4  # outputs are no part of each other's sums


@OPERATORS
def test_bool(operator):
    y = operator(np.ones((1, 3, 3), bool), np.ones((1, 1, 3, 3), bool))
    assert y.dtype == np.int64
    assert y.item() == 9
    assert operator(np.ones((1, 3), bool), np.full((1, 1, 2), 0.5)).tolist() == [[1, 1]]


@OPERATORS
def test_complex(operator):
    for dtype in (np.complex64, np.complex128):
        with refused(TypeError, f"x is a ndarray of dtype {np.dtype(dtype)}: give real numbers"):
            operator(X.astype(dtype), W)
        with refused(TypeError, f"w is a ndarray of dtype {np.dtype(dtype)}: give real numbers"):
            operator(X, W.astype(dtype))
    with refused(TypeError, "bias is a list of dtype complex128: give real numbers"):
        operator(X, W, [1j])


@OPERATORS
def test_object_dtype(operator):
    for value in (np.array([[1, 2]], object), np.array([[1, None]], object)):
        with refused(TypeError, "x is a ndarray of dtype object: give real numbers (bool, int or float)"):
            operator(value, np.ones((1, 1, 1)))
    with refused(TypeError, "x is a list of dtype object: give real numbers"):
        operator([[2**70]], np.ones((1, 1, 1)))


@OPERATORS
def test_strings(operator):
    for value in (np.array([["a", "b"]]), [["1", "2"]]):
        with refused(TypeError, f"x is a {type(value).__name__} of dtype <U1: give real numbers"):
            operator(value, np.ones((1, 1, 1)))
    with refused(TypeError, "w is a str of dtype <U3: give real numbers"):
        operator(X, "3x3")


@OPERATORS
def test_datetime_structured(operator):
    with refused(TypeError, "x is a ndarray of dtype datetime64[D]: give real numbers"):
        operator(np.array([["2020-01-01"]], "M8[D]"), np.ones((1, 1, 1)))
    with refused(TypeError, "x is a ndarray of dtype [('a', '<f8')]: give real numbers"):
        operator(np.zeros((1, 2, 2), [("a", float)]), np.ones((1, 1, 1, 1)))
    with refused(TypeError, "x is a masked array: fill it first, since its mask would be lost"):
        operator(np.ma.masked_array([[1.0, 2, 3]], [[0, 1, 0]]), np.ones((1, 1, 1)))


@OPERATORS
def test_negative_strides(operator):
    x = np.arange(2.0 * 2 * 6 * 8).reshape(2, 2, 6, 8)
    views = (x[..., ::-1, ::-2], x.transpose(0, 1, 3, 2)[:, :, ::2], x.astype(">f8"), x.astype(">i2"))
    views += (np.broadcast_to(x[:, :1], x.shape), np.asfortranarray(x))
    for view in views:
        for w in (np.arange(8.0).reshape(1, 2, 2, 2), np.arange(8.0).reshape(2, 2, 2).T[None]):
            view.flags.writeable = w.flags.writeable = False
            copies = view.astype(view.dtype.newbyteorder("=")).copy(), w.copy()
            for padding in (0, 1):
                y = operator(view, w, padding=padding)
                np.testing.assert_array_equal(y, operator(*copies, padding=padding))
                assert y.dtype.isnative
                assert y.flags.writeable
            np.testing.assert_array_equal(view, copies[0])
            np.testing.assert_array_equal(w, copies[1])


def test_answers_share_no_memory_with_the_arguments():
    x, w = np.ones((1, 5)), np.ones((1, 1, 1))
    y = cross_correlate(x, w)
    y += 1
    assert x.sum() == 5


@OPERATORS
def test_mixed_float(operator):
    for a, b, c in (
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.float16, np.float16, np.float16),
        (np.float16, np.float32, np.float32),
        (np.uint8, np.float32, np.float32),
        (np.int64, np.float32, np.float64),
    ):
        assert operator(X.astype(a), W.astype(b)).dtype == c
        assert operator(X.astype(b), W.astype(a)).dtype == c
    assert operator(X.astype("f4"), W.astype("f4"), np.ones(1)).dtype == np.float64
    # 2048 + 1 + 1 is 2048 in float16, where each 1 is lost on the way
    half, one = np.array([[2048, 1]], np.float16), np.ones(1, np.float16)
    assert operator(half, np.ones((1, 1, 2), np.float16), one).item() == 2050


@OPERATORS
def test_huge(operator):
    tracemalloc.start()
    with refused(ValueError, "padded x of shape (1, 1, 2000000005, 2000000005) takes 3200000016"):
        operator(X, W, padding=10**9)
    for padding in (2**62, 2**64, ((0, 2**62), 0), 10**400):
        with pytest.raises(ValueError, match=r"takes \d+ bytes, more than the 4294967296 that convlib"):
            operator(X, W, padding=padding)
    with refused(ValueError, f"kernel 3 with dilation {2**62} spans {2**63 + 1}, more than the pad"):
        operator(X, W, dilation=2**62)
    with pytest.raises(ValueError, match="that convlib fills: take a smaller example"):
        operator(X, W, dilation=2**62, padding="full")
    assert operator(X, W, stride=2**63).tolist() == [[[[9]]]]
    assert operator(X, np.ones((1, 1, 1, 1)), dilation=2**62).shape == (1, 1, 5, 5)
    assert operator(X, np.ones((1, 1, 1, 1)), dilation=2**70, stride=2**70).shape == (1, 1, 1, 1)
    for dtype, size in ((np.float32, 4), (np.uint8, 8)):
        endless = np.broadcast_to(np.ones(1, dtype), (1, 1, 10**6, 10**6))
        with refused(ValueError, f"x of shape (1, 1, 1000000, 1000000) takes {size}000000000000 bytes"):
            operator(endless, W.astype(dtype))
    many = np.broadcast_to(np.ones(1), (10**9, 1, 3, 3))
    with refused(ValueError, "the answer of shape (1, 1000000000, 3, 3) takes 72000000000 bytes"):
        operator(X, many)
    with refused(ValueError, "dilated w of shape (4611686018427387905,) takes 36893488147419103240 bytes"):
        dilate([1.0, 2.0], 2**62)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


PARAMETERS = pytest.mark.parametrize("name", ["stride", "padding", "dilation", "groups"])


@OPERATORS
@PARAMETERS
@pytest.mark.parametrize("value", [1.5, 2.0, True, None, np.float64(1), np.True_, {}, np.array([1, 1])])
def test_parameter_types(operator, name, value):
    kind = type(value).__name__
    with refused(TypeError, f"{name} is {value!r}, a {kind}: give a whole number"):
        operator(X, W, **{name: value})
    if name != "groups":
        with refused(TypeError, f"{name} is {value!r}, a {kind}: give a whole number"):
            operator(X, W, **{name: (1, value)})


@OPERATORS
def test_parameter_types_of_strings_and_lengths(operator):
    for name in ("stride", "dilation", "groups"):
        with refused(TypeError, f"{name} is '2', a str: give a whole number"):
            operator(X, W, **{name: "2"})
    for name in ("stride", "dilation"):
        for value in ((1,), (1, 1, 1), ()):
            rule = "give one number, or a tuple of 2, one for each axis"
            with refused(ValueError, f"{name} {value} has the wrong length, {len(value)}: {rule}"):
                operator(X, W, **{name: value})
    for value in ((1,), (1, 1, 1), (1, 1, 1, 1), ((0, 1),), ()):
        rule = "give one number, or a tuple of 2, for each axis a number or a pair (before, after)"
        with refused(ValueError, f"padding {value} has the wrong length, {len(value)}: {rule}"):
            operator(X, W, padding=value)
    with refused(ValueError, "padding (1, 2, 3) has the wrong length, 3: give one number, or a tuple of 2"):
        operator(X, W, padding=((1, 2, 3), 0))
    with refused(TypeError, "groups is (1, 1), a tuple: give a whole number"):
        operator(X, W, groups=(1, 1))


@OPERATORS
@PARAMETERS
@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint8])
def test_parameter_types_of_numpy_are_whole_numbers_too(operator, name, kind):
    np.testing.assert_array_equal(operator(X, W, **{name: kind(1)}), operator(X, W, **{name: 1}))


@OPERATORS
def test_modes(operator):
    for name in ("SAME", "Same", "s", "", "reflect"):
        with refused(ValueError, f"padding is {name!r}: give numbers, or one of valid, same, full"):
            operator(X, W, padding=name)
    assert operator(X, W, padding="same", stride=2).shape == (1, 1, 3, 3)  # as TensorFlow has it


@OPERATORS
def test_bias_shape(operator):
    for shape in ((2,), (1, 1), (), (0,)):
        with refused(ValueError, f"bias has shape {shape}: give (1,), one for each channel"):
            operator(X, W, bias=np.ones(shape))


def test_output_padding():
    for extra, stride, dilation in ((2, 2, 1), (1, 1, 1), (3, 2, 3)):
        limit = max(stride, dilation)
        rule = f"it must be less than max(stride, dilation), which is {limit}"
        with refused(ValueError, f"output_padding is {extra}: {rule}"):
            transposed_output_size(5, 3, stride=stride, dilation=dilation, output_padding=extra)
    assert transposed_output_size(5, 3, dilation=2, output_padding=1) == 10
    with refused(ValueError, "output_padding is -1: it must be at least 0"):
        transposed_output_size(5, 3, stride=2, output_padding=-1)
    rule = "it must be at least 1, so lower padding"
    with refused(ValueError, f"padding (2, 2) leaves an output of size -1: {rule}"):
        transposed_output_size(1, 3, padding=2)
    for name in arguments.PADDINGS:
        with refused(ValueError, f"padding is {name!r}: give numbers to a transposed convolution"):
            transposed_output_size(5, 3, padding=name)


@OPERATORS
def test_not_arrays(operator):
    assert operator([[1, 2.0]], [[[2]]]).tolist() == [[2, 4]]
    assert operator(((1, 2),), [[[2]]]).dtype == np.int64
    for value in (None, {}, (n for n in range(3)), object(), {1, 2}):
        kind = type(value).__name__
        for name, call in (("x", lambda v: operator(v, W)), ("w", lambda v: operator(X, v))):
            rule = "give real numbers (bool, int or float)"
            with refused(TypeError, f"{name} is a {kind} of dtype object: {rule}"):
                call(value)
    with refused(TypeError, "w is a list and no array: setting an array element with a sequence"):
        operator(X, [[[1], [1, 2]]])
    with refused(TypeError, "x is a Tensor and no array: Can't call numpy() on Tensor that requires grad"):
        operator(torch.ones(1, 1, 5, 5, requires_grad=True), W)
    assert operator(torch.ones(1, 1, 5, 5), W.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "function", [output_size, transposed_output_size, lambda *sizes: pad_amounts(0, *sizes)]
)
def test_sizes(function):
    for size, kernel, name in ((0, 3, "size"), (7, 0, "kernel"), ((7, 0), 3, "size"), (7, (3, -1), "kernel")):
        with pytest.raises(ValueError, match=rf"^{name} is (0|-1): it must be at least 1"):
            function(size, kernel)
    for size, kernel, name in ((7.0, 3, "size"), (7, "3", "kernel"), (7, None, "kernel"), (True, 3, "size")):
        with pytest.raises(TypeError, match=rf"^{name} is .*: give a whole number"):
            function(size, kernel)
    for size, kernel in (((7, 7), (3,)), ((), 3), ([7, 7], (3, 3, 3))):
        with refused(ValueError, f"size {size} and kernel {kernel} disagree on the axes: give one number"):
            function(size, kernel)


@pytest.mark.parametrize("rate", [0, -1])
def test_rate(rate):
    with refused(ValueError, f"rate is {rate}: it must be at least 1"):
        dilate([1, 2], rate)
    with refused(ValueError, "rate (2, 2) has the wrong length, 2: give one number, or a tuple of 1"):
        dilate([1, 2], (2, 2))
    with refused(TypeError, "rate is 1.5, a float: give a whole number"):
        dilate([1, 2], 1.5)
