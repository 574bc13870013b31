"""cross_correlate and convolve against torch, against themselves, and against answers by hand."""

import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.arithmetic import along_axes
from convlib.ops import convolve, cross_correlate, dilate, flip
from convlib.ops.windows import STRIP, pad, strips, windows

F = torch.nn.functional
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


def shorten(draw, values):
    """An int where all axes agree and the dice say so, else a tuple or list."""
    if len(set(values)) == 1 and draw(st.booleans()):
        return values[0]
    return draw(st.sampled_from([tuple, list]))(values)


@st.composite
def configurations(draw, axes=(1, 2, 3)):
    """x, w, bias and parameters that fit, and the padding in torch's own terms."""
    spatial = draw(st.sampled_from(axes))
    per_axis = st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial)
    kernel, stride, dilation = draw(per_axis), draw(per_axis), draw(per_axis)
    if draw(st.booleans()):
        stride, dilation = [stride[0]] * spatial, [dilation[0]] * spatial
    reach = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    form = draw(st.sampled_from(["int", "each", "pairs", "mixed", "valid", "same", "full"]))
    before = draw(st.lists(st.integers(0, 3), min_size=spatial, max_size=spatial))
    after = before
    if form == "int":
        padding = before[0]
        before = after = [padding] * spatial
    elif form == "each":
        padding = tuple(before)
    elif form == "pairs":
        after = draw(st.lists(st.integers(0, 3), min_size=spatial, max_size=spatial))
        padding = tuple(zip(before, after, strict=True))
    elif form == "mixed":
        padding = tuple((b, b) if axis % 2 else b for axis, b in enumerate(before))
    else:
        padding = form
        before = after = reach if form == "full" else [0] * spatial
    extra = draw(st.lists(st.integers(0, 4), min_size=spatial, max_size=spatial))
    least = [r - b - a for r, b, a in zip(reach, before, after, strict=True)]
    size = [(0 if form == "same" else max(n, 0)) + e + 1 for n, e in zip(least, extra, strict=True)]
    if form == "same":
        total = [
            max((-(-n // s) - 1) * s + r + 1 - n, 0)
            for n, s, r in zip(size, stride, reach, strict=True)
        ]
        before = [t // 2 for t in total]
        after = [t - t // 2 for t in total]

    groups = draw(st.integers(1, 3))
    c_in, c_out = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = numbers.standard_normal((*batch, groups * c_in, *size)).astype(dtype)
    w = numbers.standard_normal((groups * c_out, c_in, *kernel)).astype(dtype)
    bias = numbers.standard_normal(groups * c_out).astype(dtype) if draw(st.booleans()) else None
    parameters = {
        "stride": shorten(draw, stride),
        "padding": padding,
        "dilation": shorten(draw, dilation),
        "groups": groups,
    }
    pads = [side for pair in zip(before[::-1], after[::-1], strict=True) for side in pair]
    return x, w, bias, parameters, (tuple(stride), tuple(dilation), pads)


def by_torch(x, w, bias, groups, stride, dilation, pads, turned=False):
    spatial = w.ndim - 2
    batch = x.shape[: -spatial - 1]
    flat = torch.from_numpy(x).reshape(int(np.prod(batch)), *x.shape[-spatial - 1 :])
    kernel = torch.from_numpy(w)
    if turned:
        kernel = kernel.flip(*range(2, w.ndim))
    b = None if bias is None else torch.from_numpy(bias)
    y = CONV[spatial](F.pad(flat, pads), kernel, b, stride, 0, dilation, groups)
    return y.reshape(*batch, *y.shape[1:]).numpy()


@settings(max_examples=600, derandomize=True, deadline=None)
@given(configurations())
def test_both_operators_equal_torch(configuration):
    x, w, bias, parameters, (stride, dilation, pads) = configuration
    tolerance = TOLERANCE[x.dtype.type]
    for operator, turned in ((cross_correlate, False), (convolve, True)):
        got = operator(x, w, bias, **parameters)
        want = by_torch(x, w, bias, parameters["groups"], stride, dilation, pads, turned)
        assert got.shape == want.shape
        assert got.dtype == x.dtype
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations(axes=(2,)))
def test_windows_are_what_torch_unfolds(configuration):
    x, w, _, parameters, (stride, dilation, pads) = configuration
    axes = along_axes(x.shape[-2:], w.shape[2:], stride, parameters["padding"], dilation)
    got = windows(pad(x, axes), axes)
    flat = torch.from_numpy(x).reshape(int(np.prod(x.shape[:-3])), *x.shape[-3:])
    want = F.unfold(F.pad(flat, pads), w.shape[2:], dilation, 0, stride).numpy()
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got.reshape(want.shape), want)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(configurations())
def test_the_line_of_pytorch_computes_what_the_operator_does(configuration):
    x, w, bias, parameters, _ = configuration
    names = {"F": F, "x": torch.from_numpy(x), "w": torch.from_numpy(w)}
    if bias is not None:
        names["b"] = torch.from_numpy(bias)
    tolerance = TOLERANCE[x.dtype.type]
    for operator in (cross_correlate, convolve):
        line = operator.pytorch(x, w, bias, **parameters)
        want = eval(line, {}, names).numpy()
        got = operator(x, w, bias, **parameters)
        assert got.shape == want.shape, line
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@pytest.mark.parametrize(
    ("spatial", "parameters", "line"),
    [
        (2, {}, "F.conv2d(x, w)"),
        (2, {"stride": 1, "padding": 0, "dilation": (1, 1), "groups": 1}, "F.conv2d(x, w)"),
        (1, {"stride": 2, "padding": "full"}, "F.conv1d(x, w, stride=2, padding=2)"),
        (2, {"padding": "valid", "groups": 2}, "F.conv2d(x, w, groups=2)"),
        (2, {"padding": (1, 2), "stride": (2, 1)}, "F.conv2d(x, w, stride=(2, 1), padding=(1, 2))"),
        (2, {"padding": ((1, 2), 0)}, "F.conv2d(F.pad(x, (0, 0, 1, 2)), w)"),
        (3, {"padding": "same", "dilation": [2] * 3}, "F.conv3d(x, w, padding=2, dilation=2)"),
        (2, {"stride": np.int64(2)}, "F.conv2d(x, w, stride=2)"),
        (2, {"dilation": (np.int8(2), 1)}, "F.conv2d(x, w, dilation=(2, 1))"),
    ],
)
def test_the_line_of_pytorch_reads_well(spatial, parameters, line):
    x, w = np.ones((1, 2, *[9] * spatial)), np.ones((2, 1, *[3] * spatial))
    assert cross_correlate.pytorch(x, w, **parameters) == line
    turned = f"w.flip({', '.join(str(-1 - axis) for axis in range(spatial))})"
    assert convolve.pytorch(x, w, **parameters) == line.replace(", w", f", {turned}", 1)


def test_the_line_of_pytorch_folds_batch_axes_and_names_the_bias():
    x, w = np.ones((2, 3, 1, 7, 7)), np.ones((1, 1, 3, 3))
    line = "F.conv2d(x.flatten(0, 1), w, b).unflatten(0, x.shape[:2])"
    assert cross_correlate.pytorch(x, w, np.ones(1)) == line


X = [[[1, 2, 0, 1], [0, 3, 1, 0], [2, 0, 1, 4]]]
W = [[[[1, 2], [0, -1]]]]


def test_an_asymmetric_kernel_shows_who_flips():
    # second cells by hand: 1·2 + 2·0 + 0·3 - 1·1 = 1, and with w flipped -1·2 + 0·0 + 2·3 + 1·1 = 5
    np.testing.assert_array_equal(cross_correlate(X, W), [[[2, 1, 2], [6, 4, -3]]])
    np.testing.assert_array_equal(convolve(X, W), [[[2, 5, 2], [4, -2, 5]]])
    np.testing.assert_array_equal(convolve(X, flip(W)), cross_correlate(X, W))


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_an_impulse_answers_with_the_kernel(spatial):
    w = np.arange(1.0, 1 + 3**spatial).reshape(1, 1, *[3] * spatial)
    impulse = np.zeros((1, *[5] * spatial))
    impulse[(0, *[2] * spatial)] = 1
    centre = (0, *[slice(1, 4)] * spatial)
    np.testing.assert_array_equal(convolve(impulse, w, padding="same")[centre], w[0, 0])
    np.testing.assert_array_equal(cross_correlate(impulse, w, padding="same")[centre], flip(w)[0, 0])
    assert np.count_nonzero(convolve(impulse, w, padding="same")) == 3**spatial


def test_flip_turns_spatial_axes_only():
    w = np.arange(24).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(flip(w), w[:, :, ::-1, ::-1])
    np.testing.assert_array_equal(flip(w[..., 0]), w[:, :, ::-1, 0])
    np.testing.assert_array_equal(flip(w[0, 0]), w[0, 0, ::-1, ::-1])
    np.testing.assert_array_equal(flip([1, 2, 3]), [3, 2, 1])
    assert flip(np.ones((2, 3, 4, 5, 6))).shape == (2, 3, 4, 5, 6)


def test_dilate_puts_zeros_between_taps():
    np.testing.assert_array_equal(dilate([[1, 2], [3, 4]], (2, 3)), [[1, 0, 0, 2], [0] * 4, [3, 0, 0, 4]])
    w = np.arange(1.0, 25).reshape(2, 3, 2, 2)
    assert dilate(w, 3).shape == (2, 3, 4, 4)
    np.testing.assert_array_equal(dilate(w, 3)[:, :, ::3, ::3], w)
    assert np.count_nonzero(dilate(w, 3)) == 24
    assert dilate(w, 1) is not w
    assert [dilate(np.ones(2, dtype), 2).dtype for dtype in (np.int64, np.float32, bool)] == [np.int64, np.float32, bool]


def test_dilation_is_a_kernel_with_holes(numbers):
    x, w = numbers((2, 3, 9, 10)), numbers((4, 3, 2, 3))
    np.testing.assert_allclose(
        cross_correlate(x, w, dilation=(3, 2)), cross_correlate(x, dilate(w, (3, 2))), rtol=1e-12
    )


def test_groups_are_separate_convolutions(numbers):
    x, w = numbers((2, 6, 5, 5)), numbers((4, 3, 3, 3))
    apart = [cross_correlate(x[:, 3 * g : 3 * g + 3], w[2 * g : 2 * g + 2]) for g in (0, 1)]
    np.testing.assert_allclose(cross_correlate(x, w, groups=2), np.concatenate(apart, 1), rtol=1e-12)


def test_batch_axes_only_stand_side_by_side(numbers):
    x, w, bias = numbers((2, 3, 2, 6, 5)), numbers((3, 2, 3, 2)), numbers((3,))
    y = cross_correlate(x, w, bias, stride=2, padding=1)
    for i, j in np.ndindex(2, 3):
        one = cross_correlate(x[i, j], w, bias, stride=2, padding=1)
        np.testing.assert_allclose(y[i, j], one, rtol=1e-12)


def test_it_is_linear_in_input_and_kernel_and_bias_is_added_once(numbers):
    x, u, w, bias = numbers((2, 5, 6)), numbers((2, 5, 6)), numbers((3, 2, 3, 3)), numbers((3,))
    y = cross_correlate(x, w)
    np.testing.assert_allclose(cross_correlate(2 * x + u, w), 2 * y + cross_correlate(u, w), rtol=1e-9)
    np.testing.assert_allclose(cross_correlate(x, -3 * w), -3 * y, rtol=1e-9)
    np.testing.assert_allclose(cross_correlate(x, w, bias) - y, np.ones_like(y) * bias[:, None, None])


def test_full_convolution_commutes_and_correlation_does_not(numbers):
    a, b = numbers((1, 4, 5)), numbers((1, 3, 2))
    there = convolve(a, b[None], padding="full")
    np.testing.assert_allclose(there, convolve(b, a[None], padding="full"), rtol=1e-9)
    assert not np.allclose(
        cross_correlate(a, b[None], padding="full"), cross_correlate(b, a[None], padding="full")
    )


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride"),
    [
        ((1, 200_001), (2, 1, 9), 2),  # several strips along the only axis, the last one short
        ((2, 3, 301, 150), (4, 3, 5, 5), (2, 1)),
        ((1, 2, 21, 60, 61), (3, 2, 3, 3, 3), 1),
        ((1, 2, 3, 100_000), (1, 2, 3, 5), 1),  # a single row is more than a strip
        ((2, 100, 28, 29), (200, 1, 3, 3), 1),  # several strips of groups, the last one short
        ((2, 4, 301, 30), (4, 2, 5, 5), (2, 1)),  # groups too large for that
    ],
)
def test_answers_do_not_show_the_strips_they_were_made_in(numbers, x_shape, w_shape, stride):
    x, w = numbers(x_shape), numbers(w_shape)
    how = {"stride": stride, "groups": x_shape[1 - len(w_shape)] // w_shape[1]}
    want = CONV[w.ndim - 2](torch.from_numpy(x), torch.from_numpy(w), **how).numpy()
    np.testing.assert_allclose(cross_correlate(x, w, **how), want, rtol=1e-9, atol=1e-9)


def test_a_strip_is_some_groups_or_some_rows_of_all_of_them():
    every, rows = slice(None), slice(0, 8)
    assert strips(3, 8, 3 * STRIP // 2) == [(slice(0, 2), rows), (slice(2, 4), rows)]
    assert strips(2, 8, 2 * STRIP) == [(every, slice(0, 4)), (every, slice(4, 8))]
    assert strips(1, 2, 8 * STRIP) == [(every, slice(0, 1)), (every, slice(1, 2))]
    assert strips(2, 8, 0) == [(slice(0, 2 * STRIP), rows)]  # an empty batch


def test_windows_do_not_fill_the_memory():
    x, w = np.ones((1, 1000, 1000), np.float32), np.ones((1, 1, 7, 7), np.float32)
    tracemalloc.start()
    cross_correlate(x, w, padding=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * x.nbytes  # all windows at once would take 49 times x


def test_large_whole_numbers_are_exact():
    """No float on the way would hold them. Smaller ones are summed in float64, which does."""
    for large in (2**53 - 1, 2**53, 2**53 + 1, 1 - 2**53, -(2**53) - 1):
        assert cross_correlate([[large]], [[[1]]]).tolist() == [[large]]
    assert cross_correlate([[2**60 + 1, 1]], [[[1, 3]]]).tolist() == [[2**60 + 4]]
