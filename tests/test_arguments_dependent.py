"""Bad input of the data-dependent variants: the classes of it that each of them can receive.

Pooling windows, transposed sizes and shuffles are not theirs: pool, output_padding and the shuffles
of groups_zero_or_negative have no test here. Named modes are those of sequences.
"""

import re
import tracemalloc

import numpy as np
import pytest

from convlib.ops import (
    attention,
    batch_norm,
    cross_correlate,
    deformable,
    deformable_roi_pool,
    dynamic,
    group_norm,
    instance_norm,
    layer_norm,
    lightweight,
    multi_head_attention,
    roi_pool,
)
from convlib.ops.operands import fractions

RNG = np.random.default_rng(30)


def some(*shape):
    return RNG.standard_normal(shape)


ROIS = np.array([[0, 0, 3, 4], [1, 2, 2, 2]])
CALLS = {  # operator, its arrays, its other parameters
    "deformable": (
        deformable,
        {"x": some(2, 4, 5, 6), "w": some(2, 4, 3, 3), "offset": some(2, 36, 5, 6), "mask": some(2, 18, 5, 6), "bias": some(2)},
        {"padding": 1},
    ),
    "roi_pool": (roi_pool, {"x": some(2, 4, 5, 6), "regions": ROIS}, {"size": 2}),
    "deformable_roi_pool": (
        deformable_roi_pool,
        {"x": some(2, 4, 5, 6), "regions": ROIS, "offset": some(2, 2, 2, 2)},
        {"size": 2},
    ),
    "lightweight": (lightweight, {"x": some(2, 4, 7), "w": some(2, 3), "bias": some(4)}, {}),
    "dynamic": (
        dynamic,
        {"x": some(2, 4, 7), "w": some(6, 3), "bias": some(4), "w_bias": some(6), "query": some(2, 3, 7)},
        {"heads": 2},
    ),
    "attention": (attention, {"q": some(2, 5, 3), "k": some(2, 4, 3), "v": some(2, 4, 2)}, {}),
    "multi_head_attention": (
        multi_head_attention,
        {"x": some(2, 5, 3), "w_q": some(4, 3), "w_k": some(4, 3), "w_v": some(6, 3), "w_o": some(2, 6)},
        {"heads": 2},
    ),
    "batch_norm": (batch_norm, {"x": some(3, 4, 5), "scale": some(4), "shift": some(4)}, {}),
    "batch_norm after training": (
        batch_norm,
        {"x": some(3, 4, 5), "scale": some(4), "shift": some(4), "mean": some(4), "variance": some(4) ** 2},
        {},
    ),
    "group_norm": (group_norm, {"x": some(3, 4, 5), "scale": some(4), "shift": some(4)}, {"groups": 2}),
    "layer_norm": (layer_norm, {"x": some(3, 4, 5), "scale": some(4, 5), "shift": some(4)}, {}),
    "instance_norm": (instance_norm, {"x": some(3, 4, 5), "scale": some(4), "shift": some(4)}, {}),
}
EACH = pytest.mark.parametrize("call", CALLS)
EACH_ARRAY = pytest.mark.parametrize(("call", "name"), [(c, n) for c, (_, arrays, _) in CALLS.items() for n in arrays])
NORMS = ("batch_norm", "group_norm", "layer_norm", "instance_norm")
EACH_NORM = pytest.mark.parametrize("call", NORMS)


def run(call, **changed):
    operator, arrays, parameters = CALLS[call]
    return operator(**{**arrays, **parameters, **changed})


def refused(kind, message):
    return pytest.raises(kind, match="^" + re.escape(message))


# Kinds of arrays


@EACH_ARRAY
def test_complex_object_dtype_strings_datetime_structured(call, name):
    value = CALLS[call][1][name]
    for dtype in (np.complex64, np.complex128, object, "U3", "M8[D]", [("a", float)]):
        wrong = np.zeros(value.shape, dtype)
        with refused(TypeError, f"{name} is a ndarray of dtype {wrong.dtype}: give real numbers (bool, int or float)"):
            run(call, **{name: wrong})
    with refused(TypeError, f"{name} is a masked array: fill it first, since its mask would be lost"):
        run(call, **{name: np.ma.masked_array(value, value > 0)})


@EACH_ARRAY
def test_not_arrays(call, name):
    wants = CALLS[call][1][name]
    np.testing.assert_array_equal(run(call, **{name: wants.tolist()}), run(call))
    optional = ("mask", "bias", "w_bias", "query", "scale", "shift", "mean", "variance")
    for value in ({}, (n for n in range(3)), object(), {1, 2}, *([] if name in optional else [None])):
        rule = "give real numbers (bool, int or float)"
        with refused(TypeError, f"{name} is a {type(value).__name__} of dtype object: {rule}"):
            run(call, **{name: value})
    with refused(TypeError, f"{name} is a list and no array: setting an array element with a sequence"):
        run(call, **{name: [[1], [1, 2]]})


@EACH_ARRAY
def test_zero_d(call, name):
    with refused(ValueError, f"{name} has shape (): give " if name not in FREE else f"{name} has shape (), 0 axes: "):
        run(call, **{name: np.array(1.0)})


FREE = ("x", "w", "q", "k", "v", "w_q", "w_k", "w_v", "w_o", "regions")  # their axes are counted first


@EACH_ARRAY
def test_wrong_rank(call, name):
    value = CALLS[call][1][name]
    for wrong in (np.ones(9),) if name == "x" else (value[None], value[0]):  # x has batch axes at will
        with pytest.raises(ValueError, match=r"^\w+ has shape \(.*\).*: (give|w has 2 kernel axes)"):
            run(call, **{name: wrong})


@EACH_ARRAY
def test_wrong_shape_is_no_broadcast(call, name):
    """One number more along any axis is refused; so is a single one, which numpy would repeat."""
    value = CALLS[call][1][name]
    for axis in range(value.ndim):
        longer = np.concatenate([value, value.take([0], axis)], axis)
        alone = value.take([0], axis)
        for wrong in (longer, alone):
            if wrong.shape == value.shape or (call, name, axis) in MAY_VARY:
                continue
            with pytest.raises(ValueError, match=r"(has shape|must divide|not inside|w of shape)"):
                run(call, **{name: wrong})


MAY_VARY = {  # sizes that no other argument says
    ("attention", "q", 1), ("attention", "v", 2), ("multi_head_attention", "x", 1), ("multi_head_attention", "w_o", 0),
    ("roi_pool", "x", 0), ("roi_pool", "x", 1), ("roi_pool", "x", 2), ("roi_pool", "x", 3), ("roi_pool", "regions", 0),
    ("deformable_roi_pool", "x", 0), ("deformable_roi_pool", "x", 1), ("deformable_roi_pool", "x", 2),
    ("deformable_roi_pool", "x", 3), ("lightweight", "x", 0), ("lightweight", "x", 2), ("lightweight", "w", 1),
    ("multi_head_attention", "x", 0), ("lightweight", "w", 0),
    *((norm, "x", axis) for norm in (*NORMS, "batch_norm after training") for axis in (0, 2) if (norm, axis) != ("layer_norm", 2)),
}  # fmt: skip


@EACH
def test_negative_strides(call):
    """Any view of numbers will do, and none is written to."""
    operator, arrays, parameters = CALLS[call]
    want = run(call)
    for view in (lambda a: a.astype(">f8"), np.asfortranarray, lambda a: a[..., ::-1].copy()[..., ::-1]):
        views = {name: a if name == "regions" else view(a) for name, a in arrays.items()}
        copies = {name: each.copy() for name, each in views.items()}
        for each in views.values():
            each.flags.writeable = False
        got = operator(**views, **parameters)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)
        assert got.dtype.isnative
        assert got.flags.writeable
        assert not any(np.shares_memory(got, each) for each in views.values())
        for name, each in views.items():
            np.testing.assert_array_equal(each, copies[name])


# Nothing else has a say in the softmax, the mean or the deviation: whole numbers make them float64.
WHOLE_ALONE = {("lightweight", "w"), ("roi_pool", "x"), *((norm, "x") for norm in NORMS)}


@EACH
def test_mixed_float(call):
    operator, arrays, parameters = CALLS[call]
    floats = [name for name in arrays if name != "regions"]
    kinds = {name: arrays[name].astype(np.float32) for name in floats}
    assert run(call, **kinds).dtype == np.float32
    for name in floats:
        assert run(call, **{**kinds, name: arrays[name]}).dtype == np.float64
        whole = run(call, **{**kinds, name: np.abs(arrays[name]).astype(np.uint8)})
        alone = (call.split()[0], name) in WHOLE_ALONE and call != "batch_norm after training"
        assert whole.dtype == (np.float64 if alone else np.float32)
    halves = {name: arrays[name].astype(np.float16) for name in floats}
    got = run(call, **halves)
    assert got.dtype == np.float16
    want = run(call, **{name: each.astype(float) for name, each in halves.items()})
    np.testing.assert_allclose(got, want, rtol=5e-3, atol=5e-3)


@EACH
def test_uint8_overflow_int64_and_bool(call):
    """Whole numbers are summed in float64, and True is 1."""
    _, arrays, _ = CALLS[call]
    whole = {name: np.full(a.shape, 200, np.uint8) for name, a in arrays.items() if name != "regions"}
    want = run(call, **{name: each.astype(float) for name, each in whole.items()})
    for dtype in (np.uint8, np.int64, np.uint64, np.int16):
        got = run(call, **{name: each.astype(dtype) for name, each in whole.items()})
        assert got.dtype == np.float64
        np.testing.assert_array_equal(got, want)
    flags = {name: RNG.random(a.shape) > 0.3 for name, a in arrays.items() if name != "regions"}
    want = run(call, **{name: each.astype(float) for name, each in flags.items()})
    np.testing.assert_array_equal(run(call, **flags), want)


def test_fractions_are_summed_no_finer_and_no_coarser_than_it_is_said():
    for given, sums in ((np.float16, np.float32), (np.float32, np.float32), (float, float), (np.longdouble, np.longdouble)):
        arrays, dtype = fractions(x=np.ones(2, given), w=np.ones(3, np.float16))
        assert [each.dtype for each in arrays] == [sums, sums]
        assert dtype == given
    arrays, dtype = fractions(x=np.ones(2, bool), w=np.ones(3, np.uint8))
    assert {dtype, *(each.dtype for each in arrays)} == {np.dtype(float)}


def test_uint8_overflow_without_softmax_is_that_of_a_convolution():
    y = lightweight(np.full((1, 3), 200, np.uint8), np.full((1, 3), 200, np.uint8), softmax=False)
    assert y.dtype == np.int64
    assert y.tolist() == [[80000, 120000, 80000]]


# Values in arrays


def test_nan_inf_stay_where_they_are_seen():
    nan = np.nan
    x = np.ones((1, 9, 9))
    x[0, 4, 4] = nan
    still = np.zeros((18, 9, 9))
    seen = np.isnan(deformable(x, np.ones((1, 1, 3, 3)), still, padding=1))
    np.testing.assert_array_equal(seen, np.isnan(cross_correlate(x, np.ones((1, 1, 3, 3)), padding=1)))
    sequence = np.ones((2, 6))
    sequence[0, 2] = nan
    for y in (lightweight(sequence, [[0.0, 0]], padding="causal"), dynamic(sequence, [[0.0], [0]], heads=1, query=np.ones((1, 6)))):
        assert np.argwhere(np.isnan(y)).tolist() == [[0, 2], [0, 3]]
    pooled = roi_pool(x, [(0, 0, 9, 9), (0, 0, 4, 4)], (3, 3))
    assert np.argwhere(np.isnan(pooled)).tolist() == [[0, 0, 1, 1]]
    batch = np.arange(24.0).reshape(2, 4, 3)
    batch[0, 1, 2] = nan
    assert np.isnan(instance_norm(batch)).sum() == 3
    assert np.isnan(group_norm(batch, 2)).sum() == 6
    assert np.isnan(layer_norm(batch)).sum() == 12
    assert np.isnan(batch_norm(batch)).sum() == 6
    assert np.isnan(batch_norm(batch, mean=np.zeros(4), variance=np.ones(4))).sum() == 1
    q, v = np.ones((3, 2)), np.ones((3, 2))
    q[1, 0] = v[2, 1] = nan
    assert np.argwhere(np.isnan(attention(q, np.ones((3, 2)), np.ones((3, 2))))).tolist() == [[1, 0], [1, 1]]
    assert np.argwhere(np.isnan(attention(np.ones((3, 2)), np.ones((3, 2)), v))).tolist() == [[0, 1], [1, 1], [2, 1]]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, 2.0**63, -1e19])
def test_deform_offsets_of_any_size_read_nothing_beyond_x(value):
    x, one, offset = np.ones((1, 3, 3)), np.ones((1, 1, 1, 1)), np.zeros((2, 3, 3))
    offset[0, 1, 1] = value
    y = deformable(x, one, offset)
    assert np.isnan(y[0, 1, 1]) if np.isnan(value) else y[0, 1, 1] == 0
    assert y.sum() != 9
    assert np.delete(y.ravel(), 4).tolist() == [1] * 8


@EACH
def test_inf_is_no_error(call):
    _, arrays, _ = CALLS[call]
    for name in arrays:
        if name != "regions":
            with np.errstate(all="raise"):
                run(call, **{name: np.full(arrays[name].shape, np.inf)})


@EACH
def test_empty(call):
    """No sample gives no answer, of the right shape; any other axis must hold something."""
    operator, arrays, parameters = CALLS[call]
    batched = ("x", "offset", "mask", "query", "q", "k", "v") if "roi" not in call else ("x",)
    none = {name: arrays[name][:0] for name in batched if name in arrays}
    assert run(call, **none).shape == (0, *run(call).shape[1:])
    first = "q" if call == "attention" else "x"
    for axis in range(1, arrays[first].ndim):
        empty = arrays[first].take([], axis)
        with refused(ValueError, f"{first} has shape {empty.shape}: only a batch axis may be empty"):
            run(call, **{first: empty})


@EACH_ARRAY
def test_empty_weights(call, name):
    value = CALLS[call][1][name]
    if name not in ("x", "q", "k", "v"):
        for axis in range(value.ndim):
            with pytest.raises(ValueError, match=rf"^{name} has shape \(.*\): (give|none of its axes may be empty)"):
                run(call, **{name: value.take([], axis)})


# Parameters


WHOLE = [  # call, parameter, least
    ("deformable", "stride", 1), ("deformable", "dilation", 1), ("deformable", "padding", 0), ("deformable", "groups", 1),
    ("roi_pool", "size", 1), ("deformable_roi_pool", "size", 1), ("lightweight", "padding", 0), ("dynamic", "padding", 0),
    ("dynamic", "heads", 1), ("multi_head_attention", "heads", 1), ("group_norm", "groups", 1),
]  # fmt: skip


@pytest.mark.parametrize(("call", "name", "least"), WHOLE)
def test_parameter_types_and_least_values(call, name, least):
    for value in (1.5, 2.0, True, None, np.float64(1), np.True_, {}, np.array([1, 1])):
        with refused(TypeError, f"{name} is {value!r}, a {type(value).__name__}: give a whole number"):
            run(call, **{name: value})
    for value in (least - 1, np.int64(-5)):
        with refused(ValueError, f"{name} is {value}: it must be at least {least}"):
            run(call, **{name: value})
    if name != "padding":
        with refused(TypeError, f"{name} is '2', a str: give a whole number"):
            run(call, **{name: "2"})
    if name in ("stride", "dilation", "size"):
        for value in ((1,), (1, 1, 1), ()):
            rule = "give one number, or a tuple of 2, one for each axis"
            with refused(ValueError, f"{name} {value} has the wrong length, {len(value)}: {rule}"):
                run(call, **{name: value})


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64])
def test_parameter_types_of_numpy_are_whole_numbers_too(kind):
    for call, name, value in (
        ("deformable", "groups", 1), ("deformable", "padding", 1), ("roi_pool", "size", 2), ("dynamic", "heads", 2),
        ("multi_head_attention", "heads", 2), ("group_norm", "groups", 2),
    ):  # fmt: skip
        np.testing.assert_array_equal(run(call, **{name: kind(value)}), run(call, **{name: value}))


@EACH_NORM
def test_eps(call):
    for value in (True, None, "1", [1], np.True_, 1j):
        with refused(TypeError, f"eps is {value!r}, a {type(value).__name__}: give a number"):
            run(call, eps=value)
    for value in (-1e-9, np.nan, np.inf):
        with refused(ValueError, f"eps is {value}: it must be at least 0, and finite"):
            run(call, eps=value)
    for value in (np.float32(0.5), 0.5, np.float64(0.5)):
        np.testing.assert_array_equal(run(call, eps=value), run(call, eps=0.5))
    assert np.isfinite(run(call, eps=0)).all()


def test_gamma():
    with refused(ValueError, "gamma is -0.1: it must be at least 0, and finite"):
        run("deformable_roi_pool", gamma=-0.1)


@pytest.mark.parametrize("call", ["lightweight", "dynamic"])
def test_modes(call):
    for name in ("valid", "full", "SAME", "Causal", ""):
        with refused(ValueError, f"padding is {name!r}: give (left, right), or one of same, causal"):
            run(call, padding=name)
    with refused(ValueError, "padding (1, 2, 3) has the wrong length, 3: give one number, or a tuple of 2"):
        run(call, padding=(1, 2, 3))
    for value in (1, 0, "yes", None):
        with refused(TypeError, f"softmax is {value!r}, a {type(value).__name__}: give True or False"):
            run(call, softmax=value)
    assert run("lightweight", padding=(3, 0)).shape == (2, 4, 8)
    np.testing.assert_array_equal(run(call, padding=1), run(call, padding=(1, 1)))


def test_taps_that_dynamic_cannot_use():
    rule = "every position makes taps for one output, so left + right must be K - 1, which is 2"
    for padding in ((1, 2), (0, 0), (2**62, 0)):
        with refused(ValueError, f"padding is {padding}: {rule}"):
            run("dynamic", padding=padding)
    with refused(ValueError, "renormalize is True: it needs softmax=True, which it restricts"):
        run("dynamic", renormalize=True, softmax=False)
    with refused(TypeError, "renormalize is 1, a int: give True or False"):
        run("dynamic", renormalize=1)
    with refused(ValueError, "w has shape (6, 3): give (6, 4), a column for each channel of x"):
        run("dynamic", query=None)
    with refused(ValueError, "query has shape (2, 3, 6): give (2, 3, 7), a channel for each column of w"):
        run("dynamic", query=some(2, 3, 6))
    with refused(ValueError, "w_bias has shape (3,): give (6,), a number for each row of w"):
        run("dynamic", w_bias=some(3))


def test_heads_that_divide_nothing():
    with refused(ValueError, "heads is 3: it must divide the 4 channels of x"):
        run("lightweight", w=some(3, 3))
    with refused(ValueError, "heads is 3: it must divide the 4 channels of x"):
        run("dynamic", heads=3)
    with refused(ValueError, "heads is 4: it must divide the 6 rows of w"):
        run("dynamic", heads=4)
    with refused(ValueError, "heads is 3: it must divide the 4 rows of w_q"):
        run("multi_head_attention", heads=3)
    with refused(ValueError, "heads is 4: it must divide the 6 rows of w_v"):
        run("multi_head_attention", heads=4)


def test_groups():
    with refused(ValueError, "groups is 3: it must divide the 4 channels of x"):
        run("group_norm", groups=3)
    with refused(ValueError, "groups is 3: it must divide the 4 input channels of x"):
        run("deformable", groups=3)
    with refused(ValueError, "groups is 2: it must divide the 3 output channels of w"):
        run("deformable", w=some(3, 2, 3, 3), bias=None, groups=2)
    with refused(ValueError, "w of shape (2, 3, 3, 3) with groups=1 takes 3 channels, but x has 4"):
        run("deformable", w=some(2, 3, 3, 3))


def test_bias_shape():
    for shape in ((3,), (2, 1), (), (0,)):
        with refused(ValueError, f"bias has shape {shape}: give (2,), one for each channel"):
            run("deformable", bias=np.ones(shape))
    for call in ("lightweight", "dynamic"):
        with refused(ValueError, "bias has shape (2,): give (4,), one for each channel"):
            run(call, bias=some(2))


def test_deform():
    form = "dy and dx for each of 9 taps, in G groups that divide the 4 channels of x"
    for shape in ((2, 17, 5, 6), (2, 18, 4, 6), (2, 19, 5, 6), (1, 18, 5, 6), (18, 5, 6), (2, 54, 5, 6), (5, 6), (2, 0, 5, 6)):
        with refused(ValueError, f"offset has shape {shape}: give (2, 18*G, 5, 6), {form}"):
            run("deformable", offset=np.ones(shape), mask=None)
    for shape in ((2, 9, 5, 6), (2, 17, 5, 6), (2, 18, 6, 5), (18, 5, 6), (1, 18, 5, 6)):
        rule = "give (2, 18, 5, 6), a number for each tap that offset moves"
        with refused(ValueError, f"mask has shape {shape}: {rule}"):
            run("deformable", mask=np.ones(shape))
    assert run("deformable", offset=some(2, 72, 5, 6), mask=None).shape == (2, 2, 5, 6)
    for shape in ((2, 4, 3), (2, 4, 3, 3, 3)):
        rule = "give (C_out, C_in/groups, height, width): offsets are dy and dx"
        with refused(ValueError, f"w has shape {shape}, {len(shape)} axes: {rule}"):
            run("deformable", w=np.ones(shape))
    for parameters, message in (
        ({"padding": -1}, "padding is -1: it must be at least 0"),
        ({"padding": (1, -1)}, "padding is -1: it must be at least 0"),
        ({"padding": "SAME"}, "padding is 'SAME': give numbers, or one of valid, same, full"),
        ({"padding": 0, "dilation": 3}, "kernel 3 with dilation 3 spans 7, more than the padded input's 5: lower dilation"),
        ({"dilation": 2**62}, f"kernel 3 with dilation {2**62} spans {2**63 + 1}, more than the padded input's 7"),
    ):
        with refused(ValueError, message):
            run("deformable", **parameters)


def test_huge_steps_of_deformable():
    """As cross_correlate, which needs no more than the numbers themselves."""
    x, w, one = some(1, 5, 5), some(1, 1, 3, 3), some(1, 1, 1, 1)
    still, each = np.zeros((18, 1, 1)), np.zeros((2, 5, 5))
    for stride in (5, 2**63, 10**400):
        np.testing.assert_array_equal(deformable(x, w, still, stride=stride), cross_correlate(x, w, stride=stride))
    np.testing.assert_array_equal(deformable(x, one, each, dilation=2**70), cross_correlate(x, one))
    for padding in (10**9, 2**62, 10**400):
        with pytest.raises(ValueError, match=r"^padded x of shape .* takes \d+ bytes, more than the 4294967296"):
            deformable(x, w, still, stride=10**500, padding=padding)


def test_regions():
    inside = "is not inside x: it must have at least one cell, and x has 5 rows and 6 columns"
    for region in ((0, 0, 6, 1), (0, 0, 1, 7), (-1, 0, 2, 2), (0, -1, 2, 2), (4, 0, 2, 1), (0, 5, 1, 2), (0, 0, 0, 1), (0, 0, 1, 0)):
        with refused(ValueError, f"region {region} {inside}"):
            run("roi_pool", regions=[(0, 0, 5, 6), region])
    with refused(TypeError, "regions are of dtype float64: give whole numbers of cells"):
        run("roi_pool", regions=ROIS.astype(float))
    with refused(ValueError, "regions has shape (2, 3): give (R, 4), for each top, left, height, width"):
        run("roi_pool", regions=ROIS[:, :3])
    with refused(ValueError, "offset has shape (2, 2, 2, 3): give (2, 2, 2, 2), dy and dx for each bin of each region"):
        run("deformable_roi_pool", offset=some(2, 2, 2, 3))


def test_attention_that_cannot_meet():
    with refused(ValueError, "k has shape (2, 4, 2): give (2, 4, 3), keys that queries can meet"):
        run("attention", k=some(2, 4, 2))
    with refused(ValueError, "v has shape (2, 5, 2): give (2, 4, 2), one value for each key"):
        run("attention", v=some(2, 5, 2))
    with refused(ValueError, "w_k has shape (2, 3): give (4, 3), as w_q: queries and keys must meet"):
        run("multi_head_attention", w_k=some(2, 3))
    with refused(ValueError, "w_v has shape (6, 4): give (6, 3), (out, in), as in torch"):
        run("multi_head_attention", w_v=some(6, 4))
    with refused(ValueError, "w_o has shape (2, 4): give (2, 6), (out, in), as in torch"):
        run("multi_head_attention", w_o=some(2, 4))


def test_norms_of_too_little():
    alone = "each mean would be over 1 value, and the answer 0: give larger sets"
    for norm, shape in (
        (batch_norm, (1, 3)),
        (batch_norm, (1, 3, 1, 1)),
        (layer_norm, (5, 1)),
        (instance_norm, (2, 3, 1)),
        (lambda x: group_norm(x, 3), (2, 3)),
    ):
        with refused(ValueError, alone):
            norm(np.ones(shape))
    assert batch_norm(np.ones((1, 3)), mean=[1] * 3, variance=[1] * 3).tolist() == [[0] * 3]
    for given, missing in (("mean", "variance"), ("variance", "mean")):
        with refused(ValueError, f"{given} is given and {missing} is not: give both, or none"):
            run("batch_norm", **{given: np.ones(4)})
    with refused(ValueError, "variance holds -1.0: none of it may be negative"):
        run("batch_norm", mean=np.ones(4), variance=[1.0, 1, -1, 1])
    with refused(ValueError, "x has shape (4,), 1 axes: give (N, C, *spatial), batch first"):
        batch_norm(np.ones(4))
    with refused(ValueError, "x has shape (4, 3), 2 axes: give (N, C, *spatial) with a spatial axis, batch first"):
        instance_norm(np.ones((4, 3)))
    with refused(ValueError, "scale has shape (5,): give (4,), one for each channel"):
        run("layer_norm", scale=np.ones(5))
    for norm in ("batch_norm", "group_norm", "instance_norm"):  # only a layer has a number for each place
        with refused(ValueError, "scale has shape (4, 5): give (4,), one for each channel"):
            run(norm, scale=np.ones((4, 5)))
    with refused(ValueError, "shift has shape (5, 4): give (4, 5), one for each place of a sample"):
        run("layer_norm", shift=np.ones((5, 4)))


@EACH_ARRAY
def test_huge(call, name):
    """Arrays that cannot be filled are refused before anything of their size is made."""
    value = CALLS[call][1][name]
    tracemalloc.start()
    endless = np.broadcast_to(np.float32(1), (10**12 // max(value[..., 0].size, 1), *value.shape))
    with pytest.raises(ValueError, match=r"(takes \d+ bytes, more than the 4294967296|has shape|must divide)"):
        run(call, **{name: endless})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def endless(*shape):
    return np.broadcast_to(np.uint8(1), shape)


def test_huge_answers():
    n = 10**5
    tracemalloc.start()
    for call, name, message in (
        (lambda: deformable(endless(1, n, n), some(1, 1, 1, 1), endless(2, n, n)), "x of shape", 8 * n * n),
        (lambda: deformable(endless(4000, 50, 50), endless(1, 4000, 15, 15), endless(450, 50, 50), padding=7), "sampled x of", 18 * 10**9),
        (lambda: attention(endless(n, 1), endless(n, 1), endless(n, 1)), "all weights of", 8 * n * n),
        (lambda: multi_head_attention(endless(n, 1), *[endless(1, 1)] * 4, heads=1), "all weights of", 8 * n * n),
        (lambda: lightweight(endless(10**9, 9), endless(1, 9)), "kernels of all channels of", 72 * 10**9),
        (lambda: dynamic(endless(n, n), endless(1, n), heads=1), "x of", 8 * n * n),
        (lambda: dynamic(endless(1, n), endless(n, 1), heads=1), "all windows of x of", 8 * n * n),
        (lambda: roi_pool(endless(1, 9, 9), [(0, 0, 9, 9)], 10**9), "the answer of", 10**18),
        (lambda: roi_pool(endless(n, n, n), [(0, 0, 9, 9)], 1), "x of", 8 * n**3),
        (lambda: batch_norm(endless(n, n)), "x of", 8 * n * n),
        (lambda: group_norm(endless(n, n), 1), "x of", 8 * n * n),
        (lambda: layer_norm(endless(n, n)), "x of", 8 * n * n),
        (lambda: instance_norm(endless(2, n, n)), "x of", 16 * n * n),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=rf"^{name} .*takes {message} bytes, more than the 4294967296"):
            call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**28  # some arguments of a reasonable size were made floats


@pytest.mark.parametrize(("call", "name", "form"), [
    ("lightweight", "x", "(..., C, T)"),
    ("lightweight", "w", "(H, K): K taps for each head"),
    ("dynamic", "x", "(..., C, T)"),
    ("dynamic", "w", "(heads * K, D): K taps for each head"),
    ("attention", "q", "(..., T, d)"),
    ("attention", "k", "(..., T, d)"),
    ("attention", "v", "(..., T, d)"),
    ("multi_head_attention", "x", "(..., T, d)"),
    ("multi_head_attention", "w_q", "(out, in), as in torch"),
    ("multi_head_attention", "w_o", "(out, in), as in torch"),
])  # fmt: skip
def test_wrong_rank_is_shown_the_form(call, name, form):
    with refused(ValueError, f"{name} has shape (3,), 1 axes: give {form}"):
        run(call, **{name: np.ones(3)})


def test_statistics_are_told_what_they_are_for():
    for call, name in (("batch_norm", "scale"), ("batch_norm after training", "mean"), ("layer_norm", "shift")):
        with refused(ValueError, f"{name} has shape (3,): give (4,), one for each channel"):
            run(call, **{name: np.ones(3)})
    with refused(ValueError, "mean has shape (4, 5): give (4,), one for each channel"):
        run("batch_norm after training", mean=np.ones((4, 5)))
    for call in ("batch_norm", "group_norm", "instance_norm"):
        with refused(ValueError, "shift has shape (4, 5): give (4,), one for each channel"):
            run(call, shift=np.ones((4, 5)))
    with refused(ValueError, "scale has shape (4, 4): give (4, 5), one for each place of a sample"):
        run("layer_norm", scale=np.ones((4, 4)))


def test_inf_may_meet_the_zeros_of_padding():
    with np.errstate(all="raise"):
        y = dynamic([[1.0, 2, 3]], [[np.inf], [1]], heads=1, softmax=False)
    np.testing.assert_array_equal(y, [[np.nan, np.inf, np.inf]])


def test_huge_samples_of_regions():
    """The answer is small, and so is x; what the bins read is not."""
    with refused(ValueError, f"sampled x of shape (1000, {220 * 50 * 50}) takes {8 * 1000 * 220 * 50 * 50} bytes"):
        roi_pool(np.zeros((1000, 50, 50)), [(0, 0, 50, 50)] * 220, 1)


def test_huge_padding_counts_in_every_channel():
    with refused(ValueError, f"padded x of shape (1000, 2005, 2005) takes {8 * 1000 * 2005**2} bytes"):
        deformable(some(1000, 5, 5), some(1, 1000, 1, 1), np.zeros((2, 1, 1)), stride=5000, padding=1000)
