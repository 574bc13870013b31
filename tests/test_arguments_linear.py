"""Bad input to the linear variants, by the classes of test_arguments: every operator that can receive it.

Deform, the class of offsets and masks, does not concern them. A bad kind of x is the same to all; what
x and w meet in is checked where an operator has rules of its own. The rules of cross_correlate, which
most of them call, have their tests there.
"""

import tracemalloc

import numpy as np
import pytest
import torch
from test_arguments import refused

from convlib.ops import (
    average_pool,
    channel_shuffle,
    depthwise,
    depthwise_separable,
    flattened,
    global_average_pool,
    global_max_pool,
    interleaved_group,
    max_pool,
    pointwise,
    spatially_separable,
    transposed,
)

X = np.ones((1, 2, 5, 5))
DEEP = np.ones((4, 1, 3, 3))
GOOD = {
    transposed: {"w": np.ones((2, 3, 3, 3))},
    max_pool: {"size": 3},
    average_pool: {"size": 3},
    global_max_pool: {},
    global_average_pool: {},
    pointwise: {"w": np.ones((3, 2))},
    depthwise: {"w": DEEP},
    depthwise_separable: {"depthwise_w": DEEP, "pointwise_w": np.ones((3, 4))},
    spatially_separable: {"column": np.ones(3), "row": np.ones(3)},
    flattened: {"across": np.ones((3, 2)), "vertical": np.ones((3, 3)), "horizontal": np.ones((3, 3))},
    channel_shuffle: {"groups": 2},
    interleaved_group: {"primary_w": np.ones((2, 1, 3, 3)), "secondary_w": np.ones((2, 2, 1, 1))},
}
WEIGHTS = [(op, name) for op, given in GOOD.items() for name, value in given.items() if np.ndim(value)]
STEPS = {
    transposed: ("stride", "padding", "dilation"),
    max_pool: ("stride", "padding", "dilation"),
    average_pool: ("stride", "padding"),
    depthwise: ("stride", "padding", "dilation"),
    depthwise_separable: ("stride", "padding", "dilation"),
    spatially_separable: ("stride", "padding"),
    interleaved_group: ("stride", "padding", "dilation"),
}
WITH_STEPS = [(op, name) for op, names in STEPS.items() for name in names]
POOLS = (max_pool, average_pool, global_max_pool, global_average_pool)
SUMMING = tuple(op for op in GOOD if op not in (*POOLS, channel_shuffle))


def name_of(value):
    return getattr(value, "__name__", value)


ALL = pytest.mark.parametrize("op", GOOD, ids=name_of)
SUMS = pytest.mark.parametrize("op", SUMMING, ids=name_of)


def call(op, x=X, **changes):
    return op(x, **{**GOOD[op], **changes})


def cast(op, dtype):
    return {name: np.asarray(value, dtype) for name, value in GOOD[op].items() if np.ndim(value)}


@ALL
def test_the_good_call_is_good(op):
    assert np.isfinite(call(op)).all()


@pytest.mark.parametrize(("op", "name"), WITH_STEPS, ids=name_of)
def test_numbers_out_of_range(op, name):
    """negative_padding, stride_zero, stride_negative, dilation_zero"""
    least = 0 if name == "padding" else 1
    for value in (least - 1, -7, (1, least - 1), np.int64(least - 1)):
        with pytest.raises(ValueError, match=rf"^{name} is (0|-1|-7): it must be at least {least}"):
            call(op, **{name: value})


@pytest.mark.parametrize(("op", "name"), WITH_STEPS, ids=name_of)
def test_parameter_types(op, name):
    for value in (1.5, 2.0, True, np.float64(1), {}, np.array([1, 1]), "2" if name != "padding" else None):
        with pytest.raises(TypeError, match=rf"^{name} is .*: give a whole number"):
            call(op, **{name: value})
    for value in ((), (1, 1, 1)):
        with pytest.raises(ValueError, match=rf"^{name} .* has the wrong length, {len(value)}: give one number"):
            call(op, **{name: value})
    np.testing.assert_array_equal(call(op, **{name: np.int8(1)}), call(op, **{name: 1}))
    if not (name == "stride" and op in POOLS):  # there, None is the size of the window
        with pytest.raises(TypeError, match=f"^{name} is None, a NoneType: give a whole number"):
            call(op, **{name: None})


@pytest.mark.parametrize("op", [op for op in STEPS if op is not transposed], ids=name_of)
def test_modes(op):
    for padding in ("SAME", "", "reflect"):
        with refused(ValueError, f"padding is {padding!r}: give numbers, or one of valid, same, full"):
            call(op, padding=padding)
    assert call(op, padding="same", stride=2).shape[2:] == (3, 3)
    assert call(op, padding="full", stride=1).shape[2:] == (7, 7)
    assert call(op, padding="valid", stride=1).shape[2:] == (3, 3)


@pytest.mark.parametrize("op", [op for op in STEPS if op is not transposed], ids=name_of)
def test_kernel_larger_than_padded_input(op):
    with pytest.raises(ValueError, match="^kernel 3 with dilation 1 spans 3, more than the padded input's 2"):
        call(op, np.ones((1, 2, 5, 2)))
    if "dilation" in STEPS[op]:
        with pytest.raises(ValueError, match="^kernel 3 with dilation 4 spans 9, more than the padded input's 7"):
            call(op, dilation=4, padding=1)


@ALL
def test_wrong_rank_zero_d(op):
    if op is channel_shuffle:
        with refused(ValueError, "axis is 1: x of shape (4,) has 1 axes"):
            call(op, np.ones(4))
        with refused(ValueError, "axis is 0: x of shape () has 0 axes"):
            call(op, np.array(1.0), axis=0)
        return
    for shape in ((), (5,), (5, 5)):
        with pytest.raises(ValueError, match=rf"^x has shape .*, {len(shape)} axes: .* with at least 3"):
            call(op, np.ones(shape))
    if op in POOLS:
        assert call(op, np.ones((5, 5, 5))).ndim == 3
    assert call(op, np.ones((3, 1, 2, 5, 5))).ndim == 5


@pytest.mark.parametrize(("op", "name"), WEIGHTS, ids=name_of)
def test_weights_of_wrong_rank_or_empty(op, name):
    good = GOOD[op][name]
    for bad in (np.array(1.0), np.ones((1,) * 6), np.ones((0, *good.shape[1:])), np.ones((*good.shape[:-1], 0))):
        with pytest.raises(ValueError, match=rf"^{name} has shape "):
            call(op, **{name: bad})


@pytest.mark.parametrize(("op", "name"), WEIGHTS, ids=name_of)
def test_weights_that_do_not_fit_the_channels(op, name):
    good = GOOD[op][name]
    if good.ndim == 1:  # a factor for every channel fits any number of them; one for each of three does not
        with refused(ValueError, f"{name} has shape (3, 3): give (k,), or (2, k), one a channel"):
            call(op, **{name: np.ones((3, 3))})
        return
    shapes = {
        "vertical": (2, 3), "horizontal": (2, 3), "across": (3, 5), "pointwise_w": (3, 5),
    }  # fmt: skip
    wide = shapes.get(name, (3, 5, *good.shape[2:]))
    with pytest.raises(ValueError, match=rf"^{name} (has|of) shape .*(: give|takes \d+ channels, but x has 2)"):
        call(op, **{name: np.ones(wide)})


def test_channel_mismatch_messages():
    fix = "to a transposed convolution give (C_in, C_out/groups, *kernel)"
    with refused(ValueError, f"w of shape (3, 2, 3, 3) takes 3 channels, but x has 2: {fix}"):
        transposed(X, np.ones((3, 2, 3, 3)))
    rule = "give (C*m, 1, *kernel), m kernels for each of x's 2 channels"
    for shape in ((3, 1, 3, 3), (2, 2, 3, 3)):
        with refused(ValueError, f"w has shape {shape}: {rule}"):
            depthwise(X, np.ones(shape))
        with refused(ValueError, f"depthwise_w has shape {shape}: {rule}"):
            depthwise_separable(X, np.ones(shape), np.ones((3, 3)))
    with refused(ValueError, "w has shape (2, 3): give (C_out, 2), a number for each pair of channels"):
        pointwise(X, np.ones((2, 3)))
    with refused(ValueError, "pointwise_w has shape (3, 2): give (C_out, 4), a number for each pair"):
        depthwise_separable(X, DEEP, np.ones((3, 2)))
    wide = np.ones((1, 6, 5, 5))
    for shape in ((6, 4, 3, 3), (4, 3, 3, 3)):
        rule = "give (C_out, M, *kernel), where M divides x's 6 channels and they divide C_out"
        with refused(ValueError, f"primary_w has shape {shape}: {rule}"):
            interleaved_group(wide, np.ones(shape), np.ones((6, 2, 1, 1)))
    for shape in ((6, 3, 1, 1), (4, 2, 1, 1), (6, 2, 3, 1), (6, 2, 1)):
        rule = "give (C_out, 2, 1, 1), where the 3 partitions divide C_out"
        with refused(ValueError, f"secondary_w has shape {shape}: {rule}"):
            interleaved_group(wide, np.ones((6, 3, 3, 3)), np.ones(shape))


def test_groups():
    """groups_not_dividing_in, groups_zero_or_negative, and their types"""
    with refused(ValueError, "groups is 2: it must divide the 5 input channels of x"):
        transposed(np.ones((1, 5, 5, 5)), np.ones((5, 2, 3, 3)), groups=2)
    with refused(ValueError, "groups is 3: it must divide the 4 channels of x"):
        channel_shuffle(np.ones((1, 4, 2, 2)), 3)
    for op in (transposed, channel_shuffle):
        for value in (0, -1):
            with refused(ValueError, f"groups is {value}: it must be at least 1"):
                call(op, groups=value)
        for value in (1.0, True, None, "1", (1, 1)):
            with pytest.raises(TypeError, match="^groups is .*: give a whole number"):
                call(op, groups=value)


def test_axis_of_a_shuffle():
    for axis, shape in ((2, (1, 4)), (4, X.shape)):
        with refused(ValueError, f"axis is {axis}: x of shape {shape} has {len(shape)} axes"):
            channel_shuffle(np.ones(shape), 2, axis=axis)
    with refused(ValueError, "axis is -3: it must be at least -2"):
        channel_shuffle(np.ones((1, 4)), 2, axis=-3)
    with refused(TypeError, "axis is 1.0, a float: give a whole number"):
        channel_shuffle(X, 2, axis=1.0)


@pytest.mark.parametrize("op", [global_max_pool, global_average_pool, pointwise], ids=name_of)
def test_spatial(op):
    with refused(ValueError, "spatial is 4: give 1, 2 or 3"):
        call(op, np.ones((2, 2, 2, 2, 2)), spatial=4)
    with refused(ValueError, "spatial is 0: it must be at least 1"):
        call(op, spatial=0)
    for value in (2.0, True, None, "2", (1,)):
        with pytest.raises(TypeError, match="^spatial is .*: give a whole number"):
            call(op, spatial=value)
    with refused(ValueError, "x has shape (2, 5, 5), 3 axes: spatial is 3, so give (..., C, *spatial) with at least 4"):
        call(op, np.ones((2, 5, 5)), spatial=3)
    assert call(op, np.ones((2, 5)), spatial=np.int64(1)).ndim == 2


@pytest.mark.parametrize("op", [max_pool, average_pool], ids=name_of)
def test_pool(op):
    for size in (0, -1, (2, 0)):
        with pytest.raises(ValueError, match="^size is (0|-1): it must be at least 1"):
            op(X, size)
    for size in (1.5, None, "2", True, (2, 2.0), np.array([2, 2])):
        with pytest.raises(TypeError, match="^size is .*: give a whole number"):
            op(X, size)
    for size in ((), (1, 1, 1, 1)):
        with refused(ValueError, f"size {size} has the wrong length, {len(size)}: give 1, 2 or 3 numbers"):
            op(X, size)
    with refused(ValueError, "x has shape (5, 5), 2 axes: size (2, 2) has 2 axes, so give (..., C, *spatial)"):
        op(np.ones((5, 5)), 2)
    # torch: at most half a window; ONNX: less than a window. Here: a real cell in each.
    for padding in (2, ((2, 0), 0), (0, (0, 3))):
        with refused(ValueError, f"padding is {padding!r}: a window would hold no cell of x, so lower it"):
            op(np.ones((1, 6, 6)), 2, padding=padding, stride=1)
    assert op(np.ones((1, 6, 6)), 4, padding=3).shape == (1, 3, 3)
    # two cells behind five, and yet a stride of 2 puts no window on them alone
    assert op(np.ones((1, 5)), (2,), padding=(0, 2)).tolist() == [[1, 1, 1 if op is max_pool else 0.5]]
    with refused(ValueError, "padding is 1: a window would hold no cell of x, so lower it"):
        max_pool(np.ones((1, 1)), (2,), padding=1, dilation=2)


def test_averages_count_or_do_not():
    for value in (1, 0, None, "yes", np.int64(1)):
        with pytest.raises(TypeError, match="^count_padding is .*: give True or False"):
            average_pool(X, 2, count_padding=value)
    assert average_pool(X, 3, padding=1, count_padding=np.False_).min() == 1
    assert average_pool(X, 3, padding=1).min() == pytest.approx(4 / 9)


def test_output_padding():
    for extra, stride, dilation in ((2, 2, 1), (1, 1, 1), (3, 2, 3)):
        rule = f"it must be less than max(stride, dilation), which is {max(stride, dilation)}"
        with refused(ValueError, f"output_padding is {extra}: {rule}"):
            call(transposed, stride=stride, dilation=dilation, output_padding=extra)
    assert call(transposed, dilation=2, output_padding=1).shape == (1, 3, 10, 10)
    with refused(ValueError, "output_padding is -1: it must be at least 0"):
        call(transposed, stride=2, output_padding=-1)
    with refused(TypeError, "output_padding is 0.5, a float: give a whole number"):
        call(transposed, stride=2, output_padding=0.5)
    with refused(ValueError, "padding (4, 4) leaves an output of size -1: it must be at least 1, so lower padding"):
        call(transposed, padding=4)
    for name in ("valid", "same", "full", "SAME"):
        with refused(ValueError, f"padding is {name!r}: give numbers to a transposed convolution"):
            call(transposed, padding=name)


@pytest.mark.parametrize(("op", "channels"), [(transposed, 3), (pointwise, 3), (depthwise, 4), (depthwise_separable, 3)])
def test_bias_shape(op, channels):
    for shape in ((channels + 1,), (1, channels), (), (0,)):
        with refused(ValueError, f"bias has shape {shape}: give ({channels},), one for each channel"):
            call(op, bias=np.ones(shape))
    np.testing.assert_array_equal(call(op, bias=np.full(channels, 2)), call(op) + 2)
    with refused(TypeError, "bias is a list of dtype complex128: give real numbers"):
        call(op, bias=[1j] * channels)


def test_nan_inf():
    nan, inf = np.nan, np.inf
    x = np.ones((1, 1, 9, 9))
    x[0, 0, 4, 4] = nan

    def reached(y):
        return sorted(map(tuple, np.argwhere(np.isnan(y[0, 0])).tolist()))

    square = [(i, j) for i in (3, 4, 5) for j in (3, 4, 5)]
    w = np.ones((1, 1, 3, 3))
    assert reached(transposed(x, w, padding=1)) == square
    assert reached(max_pool(x, 3, stride=1, padding=1)) == square
    assert reached(average_pool(x, 3, stride=1, padding=1)) == square
    assert reached(depthwise(x, w, padding=1)) == square
    assert reached(depthwise_separable(x, w, [[0.0]], padding=1)) == square
    assert reached(spatially_separable(x, [1.0, 1, 1], [1.0, 1, 1], padding=1)) == square
    assert reached(interleaved_group(x, w, [[[[1.0]]]], padding=1)) == square
    assert reached(pointwise(x, [[1.0]])) == reached(channel_shuffle(x, 1)) == [(4, 4)]
    assert reached(flattened(x, [[1.0]], [[1.0, 1]], [[1.0, 1]])) == [(3, 3), (3, 4), (4, 3), (4, 4)]
    for op in (global_max_pool, global_average_pool):
        assert reached(op(x)) == [(0, 0)]
    assert max_pool([[-inf, 1, inf, nan]], (2,)).tolist()[0][0] == 1
    np.testing.assert_array_equal(average_pool([[inf, -inf, inf, 1.0]], (2,)), [[nan, inf]])
    assert np.isnan(global_average_pool([[inf, -inf]], spatial=1)).all()
    np.testing.assert_array_equal(transposed([[inf, 1.0]], [[[1.0, 0]]]), [[inf, nan, 0]])


@ALL
def test_empty(op):
    for batch in ((0,), (2, 0)):
        y = call(op, np.ones((*batch, 2, 5, 5)), **({"axis": -3} if op is channel_shuffle else {}))
        assert y.shape == (*batch, *call(op, np.ones((1, 2, 5, 5))).shape[1:])
    for shape in ((1, 2, 0, 5), (1, 0, 5, 5)):
        with refused(ValueError, f"x has shape {shape}: only a batch axis may be empty"):
            call(op, np.ones(shape))


@SUMS
def test_uint8_overflow_int64_bool(op):
    bright = np.full((1, 2, 5, 5), 200, np.uint8)
    y = call(op, bright, **cast(op, np.uint8))
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, 200 * call(op))
    y = call(op, np.ones(X.shape, bool), **cast(op, bool))
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, call(op))
    with pytest.raises(ValueError, match=r"^sums of x, w and bias could reach \d+, beyond int64: give floats"):
        call(op, np.full(X.shape, 2**62), **cast(op, np.int64))


def test_whole_numbers_in_pools():
    for dtype in (np.uint8, np.int8, np.int64, np.uint64, bool):
        x = np.array([[[1, 0], [1, 1]]], dtype)
        for y in (max_pool(x, 2), global_max_pool(x), max_pool(x, 2, padding=1)):
            assert y.dtype == dtype
            assert y.max() == 1
        for y in (average_pool(x, 2), global_average_pool(x)):
            assert y.dtype == np.float64
            assert y.item() == 0.75
    bright = np.full((1, 4, 4), 255, np.uint8)
    assert average_pool(bright, 4).item() == global_average_pool(bright).item() == 255
    assert max_pool(np.full((1, 2), 2**63 - 1), (2,)).item() == 2**63 - 1


@ALL
def test_complex_object_strings_datetime_structured(op):
    numbers = "give real numbers (bool, int or float)"
    for value, dtype in (
        (X.astype(complex), "complex128"),
        (X.astype(np.complex64), "complex64"),
        (X.astype(object), "object"),
        (X.astype(str), X.astype(str).dtype),
        (np.zeros(X.shape, "M8[D]"), "datetime64[D]"),
        (np.zeros(X.shape, [("a", float)]), "[('a', '<f8')]"),
    ):
        with refused(TypeError, f"x is a ndarray of dtype {dtype}: {numbers}"):
            call(op, value)
    with refused(TypeError, "x is a masked array: fill it first, since its mask would be lost"):
        call(op, np.ma.masked_array(X))


@pytest.mark.parametrize(("op", "name"), WEIGHTS, ids=name_of)
def test_weights_of_a_wrong_kind(op, name):
    good = GOOD[op][name]
    for value in (good.astype(complex), good.astype(object), good.astype(str), "3x3", None, {}, object()):
        with pytest.raises(TypeError, match=rf"^{name} is a .* of dtype .*: give real numbers"):
            call(op, **{name: value})
    with refused(TypeError, f"{name} is a masked array: fill it first"):
        call(op, **{name: np.ma.masked_array(good)})
    with refused(TypeError, f"{name} is a list and no array: "):
        call(op, **{name: [[1], [1, 2]]})


@ALL
def test_not_arrays(op):
    for value in (None, {}, object(), {1, 2}, (n for n in range(3))):
        with refused(TypeError, f"x is a {type(value).__name__} of dtype object: give real numbers"):
            call(op, value)
    with refused(TypeError, "x is a list and no array: "):
        call(op, [[1], [1, 2]])
    np.testing.assert_array_equal(call(op, X.tolist()), call(op))
    np.testing.assert_array_equal(call(op, torch.from_numpy(X)), call(op))
    lists = {name: value.tolist() for name, value in GOOD[op].items() if np.ndim(value)}
    np.testing.assert_array_equal(call(op, **lists), call(op))


@ALL
def test_negative_strides(op):
    x = np.arange(2.0 * 2 * 10 * 5).reshape(2, 2, 10, 5)
    views = (x[..., ::-2, ::-1], x.transpose(0, 1, 3, 2)[..., ::2], x[:, :, :5].astype(">f8"), x[:, :, :5].astype(">i2"))
    views += (np.broadcast_to(x[:, :1, :5], (2, 2, 5, 5)), np.asfortranarray(x[:, :, 5:]))
    for view in views:
        view.flags.writeable = False
        copy = view.astype(view.dtype.newbyteorder("=")).copy()
        y = call(op, view)
        np.testing.assert_array_equal(y, call(op, copy))
        np.testing.assert_array_equal(view, copy)
        assert y.dtype.isnative
        assert y.flags.writeable
        assert not np.shares_memory(y, view)


def test_what_padding_is_cut_from_lies_in_one_piece_again():
    assert transposed(X, np.ones((2, 1, 3, 3)), padding=1).flags.c_contiguous


@ALL
def test_mixed_float(op):
    for a, b, c in (
        (np.float32, np.float32, np.float32),
        (np.float16, np.float16, np.float16),
        (np.float32, np.float64, np.float64),
        (np.float16, np.float32, np.float32),
    ):
        y = call(op, X.astype(a), **cast(op, b))
        assert y.dtype == (c if cast(op, b) else a)
    if op is not channel_shuffle:
        large = np.full((1, 2, 5, 5), 4000, np.float16)  # in float16, 25 of these would be infinite
        assert np.isfinite(call(op, large, **{k: v / 100 for k, v in cast(op, np.float16).items()})).all()


@ALL
def test_huge(op):
    endless = np.broadcast_to(np.ones(1), (1, 2, 10**6, 10**6))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"^x of shape .* takes 16000000000000 bytes, more than the 4294967296"):
        call(op, endless)
    for name, value in (("padding", 10**9), ("padding", 2**62), ("dilation", 2**62), ("stride", 2**62)):
        if name not in STEPS.get(op, ()) or (op is not transposed and name == "stride"):
            continue
        with pytest.raises(ValueError, match="that convlib fills|more than the padded input's|leaves an output"):
            call(op, **{name: value})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_huge_averages_of_small_numbers():
    bytes_of_gigabyte = np.broadcast_to(np.ones(1, np.uint8), (1, 2**15, 2**15))
    with refused(ValueError, "x of shape (1, 32768, 32768) takes 8589934592 bytes"):  # as float64
        average_pool(bytes_of_gigabyte, 2)


@pytest.mark.parametrize("op", [op for op in STEPS if op is not transposed], ids=name_of)
def test_huge_strides_leave_one_window(op):
    assert call(op, stride=2**63).shape[2:] == (1, 1)


@pytest.mark.parametrize(("op", "because"), [
    (flattened, "vertical and horizontal run along 2"),
    (spatially_separable, "column and row run along 2"),
    (depthwise_separable, "depthwise_w has 2 kernel axes"),
    (interleaved_group, "primary_w has 2 kernel axes"),
    (depthwise, "w has 2 kernel axes"),
    (transposed, "w has 2 kernel axes"),
    (max_pool, "size (3, 3) has 2 axes"),
    (average_pool, "size (3, 3) has 2 axes"),
    (pointwise, "spatial is 2"),
    (global_max_pool, "spatial is 2"),
    (global_average_pool, "spatial is 2"),
], ids=name_of)  # fmt: skip
def test_too_few_axes_are_told_what_asks_for_more(op, because):
    """Two axes are one too few, three are enough, and each operator names what it counted."""
    with refused(ValueError, f"x has shape (5, 5), 2 axes: {because}, so give (..., C, *spatial) with at least 3"):
        call(op, np.ones((5, 5)))
    assert call(op, np.ones((2, 5, 5))).ndim == 3


@pytest.mark.parametrize(("op", "name", "form"), [
    (depthwise, "w", "(C*m, 1, *kernel)"),
    (depthwise_separable, "depthwise_w", "(C*m, 1, *kernel)"),
    (transposed, "w", "(C_in, C_out/groups, *kernel)"),
    (interleaved_group, "primary_w", "(C_out, C_in/groups, *kernel)"),
    (interleaved_group, "secondary_w", "(C_out, C_in/groups, *kernel)"),
], ids=name_of)  # fmt: skip
def test_a_kernel_of_the_wrong_rank_is_shown_the_form(op, name, form):
    with refused(ValueError, f"{name} has shape (3,), 1 axes: give {form} with 1, 2 or 3 kernel axes"):
        call(op, **{name: np.ones(3)})
