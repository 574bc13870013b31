"""transposed against torch, against its adjoint, and against zeros put in between."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convolve import TOLERANCE, shorten

from convlib.arithmetic import output_size, transposed_output_size
from convlib.ops import cross_correlate, dilate, flip, matrix, transposed

F = torch.nn.functional
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


@st.composite
def configurations(draw):
    """x, w, bias and parameters that fit, and the pads at both sides of each axis."""
    spatial = draw(st.integers(1, 3))
    per_axis = st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial)
    size, kernel, stride, dilation = (draw(per_axis) for _ in range(4))
    extra = [draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)]
    before, after, pairs = [], [], draw(st.booleans())
    for n, k, s, d, e in zip(size, kernel, stride, dilation, extra, strict=True):
        cells = s * (n - 1) + d * (k - 1) + 1 + e
        first = draw(st.integers(0, min(2, (cells - 1) // (1 if pairs else 2))))
        before.append(first)
        after.append(draw(st.integers(0, min(2, cells - 1 - first))) if pairs else first)
    padding = tuple(zip(before, after, strict=True)) if pairs else shorten(draw, before)

    groups, c_in, c_out = (draw(st.integers(1, 3)) for _ in range(3))
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = numbers.standard_normal((*batch, groups * c_in, *size)).astype(dtype)
    w = numbers.standard_normal((groups * c_in, c_out, *kernel)).astype(dtype)
    bias = numbers.standard_normal(groups * c_out).astype(dtype) if draw(st.booleans()) else None
    parameters = {
        "stride": shorten(draw, stride),
        "padding": padding,
        "output_padding": shorten(draw, extra),
        "dilation": shorten(draw, dilation),
        "groups": groups,
    }
    return x, w, bias, parameters, list(zip(before, after, strict=True))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations())
def test_it_equals_torch(configuration):
    x, w, bias, parameters, pads = configuration
    spatial, batch = w.ndim - 2, x.shape[: 1 - w.ndim]
    flat = torch.from_numpy(x).reshape(int(np.prod(batch)), *x.shape[len(batch) :])
    b = None if bias is None else torch.from_numpy(bias)
    y = TRANSPOSED[spatial](flat, torch.from_numpy(w), b, **{**parameters, "padding": 0})
    want = F.pad(y, [-side for pair in reversed(pads) for side in pair]).numpy()
    got = transposed(x, w, bias, **parameters)
    assert got.shape == (*batch, *want.shape[1:])
    assert got.dtype == x.dtype
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want.reshape(got.shape), rtol=tolerance, atol=tolerance)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(configurations())
def test_the_line_of_pytorch_computes_what_it_does(configuration):
    x, w, bias, parameters, _ = configuration
    names = {"F": F, "x": torch.from_numpy(x), "w": torch.from_numpy(w)}
    if bias is not None:
        names["b"] = torch.from_numpy(bias)
    line = transposed.pytorch(x, w, bias, **parameters)
    want, got = eval(line, {}, names).numpy(), transposed(x, w, bias, **parameters)
    tolerance = TOLERANCE[x.dtype.type]
    assert got.shape == want.shape, line
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({}, "F.conv_transpose2d(x, w)"),
        ({"stride": 2, "padding": (1, 1)}, "F.conv_transpose2d(x, w, stride=2, padding=1)"),
        (
            {"stride": (2, 1), "output_padding": (1, 0), "groups": 2},
            "F.conv_transpose2d(x, w, stride=(2, 1), output_padding=(1, 0), groups=2)",
        ),
        (
            {"padding": ((0, 1), (2, 0)), "dilation": 2},
            "F.pad(F.conv_transpose2d(x, w, dilation=2), (-2, 0, 0, -1))",
        ),
    ],
)
def test_the_line_of_pytorch_reads_well(parameters, line):
    assert transposed.pytorch(np.ones((1, 2, 5, 5)), np.ones((2, 1, 3, 3)), **parameters) == line


def test_an_asymmetric_kernel_is_stamped_as_it_stands():
    w = [[[[1, 2, 0], [3, 0, 0], [0, -1, 1]]]]
    np.testing.assert_array_equal(transposed([[[1]]], w), w[0])
    by_hand = [[1, 2, 0 + 10, 20, 0], [3, 0, 0 + 30, 0, 0], [0, -1, 1 + 0, -10, 10]]
    np.testing.assert_array_equal(transposed([[[1, 10]]], w, stride=(1, 2)), [by_hand])


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_it_is_a_convolution_with_zeros_in_between_and_the_kernel_flipped(numbers, spatial):
    """Zero insertion by stride, span - 1 - padding around, and cross_correlate with flip(w)."""
    x = numbers((2, 4, *(3, 4, 2)[:spatial]))
    w = numbers((4, 3, *(2, 3, 2)[:spatial]))
    stride, dilation, padding = (2, 3, 1)[:spatial], (3, 1, 2)[:spatial], (1, 2, 0)[:spatial]
    extra = (2, 1, 0)[:spatial]
    around = tuple(
        (d * (k - 1) - p, d * (k - 1) - p + e)
        for d, k, p, e in zip(dilation, w.shape[2:], padding, extra, strict=True)
    )
    ordinary = cross_correlate(
        dilate(x, stride), flip(w).swapaxes(0, 1), padding=around, dilation=dilation
    )
    got = transposed(x, w, stride=stride, padding=padding, output_padding=extra, dilation=dilation)
    np.testing.assert_allclose(got, ordinary, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("parameters", [
    {},
    {"stride": 2},
    {"stride": 3, "padding": 1},
    {"stride": (2, 1), "padding": ((1, 0), (0, 2)), "dilation": (1, 2)},
    {"groups": 2, "padding": 2},
    {"groups": 2, "stride": 2, "padding": 1, "dilation": 2},
])  # fmt: skip
def test_it_is_the_adjoint_of_cross_correlate(numbers, parameters):
    """<Cx, y> = <x, C^T y>, and its matrix is C^T. What output_padding restores is what floor lost."""
    w = numbers((4, 4 // parameters.get("groups", 1), 3, 2))
    size, steps = (8, 7), {k: v for k, v in parameters.items() if k != "groups"}
    small = output_size(size, (3, 2), **steps)
    back = transposed_output_size(small, (3, 2), **steps)
    lost = tuple(n - b for n, b in zip(size, back, strict=True))
    there = matrix(lambda x: cross_correlate(x, w, **parameters), (4, *size))
    again = matrix(lambda y: transposed(y, w, output_padding=lost, **parameters), (4, *small))
    np.testing.assert_allclose(again, there.T, rtol=1e-12, atol=1e-12)
    x, y = numbers((4, *size)), numbers((4, *small))
    left = np.vdot(cross_correlate(x, w, **parameters), y)
    right = np.vdot(x, transposed(y, w, output_padding=lost, **parameters))
    assert left == pytest.approx(right, rel=1e-12)


def test_it_is_no_inverse(numbers):
    x, w = numbers((1, 5, 5)), numbers((1, 1, 3, 3))
    back = transposed(cross_correlate(x, w), w)
    assert back.shape == x.shape
    assert not np.allclose(back, x)


def test_groups_are_separate(numbers):
    x, w, bias = numbers((2, 6, 3, 4)), numbers((6, 2, 3, 2)), numbers(4)
    apart = [
        transposed(x[:, 3 * g : 3 * g + 3], w[3 * g : 3 * g + 3], bias[2 * g : 2 * g + 2], stride=2)
        for g in (0, 1)
    ]
    np.testing.assert_allclose(transposed(x, w, bias, stride=2, groups=2), np.concatenate(apart, 1), rtol=1e-12)


def test_cells_between_the_stamps_hold_the_bias_alone():
    y = transposed([[1.0, 2.0]], [[[1.0, 1.0]]], [0.5], stride=3, output_padding=2)
    assert y.tolist() == [[1.5, 1.5, 0.5, 2.5, 2.5, 0.5, 0.5]]


def test_it_is_linear_in_input_and_kernel(numbers):
    x, u, w = numbers((2, 3, 4)), numbers((2, 3, 4)), numbers((2, 3, 2, 3))
    y = transposed(x, w, stride=2)
    np.testing.assert_allclose(transposed(2 * x + u, w, stride=2), 2 * y + transposed(u, w, stride=2), rtol=1e-9)
    np.testing.assert_allclose(transposed(x, -3 * w, stride=2), -3 * y, rtol=1e-9)


def test_large_whole_numbers_are_exact():
    assert transposed([[2**60 + 1, 1]], [[[1, 3]]]).tolist() == [[2**60 + 1, 3 * 2**60 + 4, 3]]


def test_an_answer_too_large_is_refused_by_name():
    message = r"^the answer, with the padding that is cut off, of shape \(1, 1099511627777\) takes 8796093022216 bytes"
    with pytest.raises(ValueError, match=message):
        transposed([[1, 1]], [[[1]]], stride=2**40)


def test_sums_beyond_whole_numbers_count_the_products_that_meet():
    """Every tap and every channel of a group adds to a cell; another output channel does not."""
    assert transposed([[2**61]], np.ones((1, 4, 1), int)).tolist() == [[2**61]] * 4
    assert transposed([[2**61]] * 2, np.ones((2, 1, 1), int), groups=2).tolist() == [[2**61]] * 2
    for x, w in (([[2**61]], np.ones((1, 1, 4), int)), ([[2**61]] * 4, np.ones((4, 1, 1), int))):
        with pytest.raises(ValueError, match=f"^sums of x, w and bias could reach {2**63}, beyond int64: give floats"):
            transposed(x, w)
