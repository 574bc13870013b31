"""One channel or one axis at a time: against torch, and against the dense kernel that each stands for."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convolve import TOLERANCE, shorten

from convlib.ops import (
    average_pool,
    cross_correlate,
    depthwise,
    depthwise_separable,
    flattened,
    flip,
    pointwise,
    spatially_separable,
)

F = torch.nn.functional
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


@st.composite
def configurations(draw):
    """x, kernels one for each channel and multiplier, weights to mix, a bias and steps."""
    spatial, channels, multiplier, mixed = (draw(st.integers(1, 3)) for _ in range(4))
    per_axis = st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial)
    kernel, stride, dilation = draw(per_axis), draw(per_axis), draw(per_axis)
    padding = draw(st.sampled_from(["same", "valid", "full", 1, ((0, 2),) * spatial]))
    size = [d * (k - 1) + 1 + draw(st.integers(0, 3)) for k, d in zip(kernel, dilation, strict=True)]
    batch = draw(st.lists(st.integers(0, 2), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    normal = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).standard_normal
    x = normal((*batch, channels, *size)).astype(dtype)
    kernels = normal((channels * multiplier, 1, *kernel)).astype(dtype)
    mix = normal((mixed, channels * multiplier)).astype(dtype)
    bias = normal(mixed).astype(dtype) if draw(st.booleans()) else None
    return x, kernels, mix, bias, {
        "stride": shorten(draw, stride), "padding": padding, "dilation": shorten(draw, dilation)
    }  # fmt: skip


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations())
def test_depthwise_and_pointwise_equal_torch(configuration):
    """The lines of PyTorch that the operators carry are what they are compared with."""
    x, kernels, mix, bias, steps = configuration
    spatial, tolerance = kernels.ndim - 2, TOLERANCE[x.dtype.type]
    names = {"F": F, "x": torch.from_numpy(x), "w": torch.from_numpy(kernels)}
    names |= {"depthwise_w": names["w"], "pointwise_w": torch.from_numpy(mix)}
    if bias is not None:
        names["b"] = torch.from_numpy(bias)

    def agree(operator, *arrays, **parameters):
        line = operator.pytorch(*arrays, **parameters)
        want, got = eval(line, {}, names).numpy(), operator(*arrays, **parameters)
        assert got.shape == want.shape, line
        assert got.dtype == x.dtype
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)
        return got

    deep = agree(depthwise, x, kernels, **steps)
    both = agree(depthwise_separable, x, kernels, mix, bias, **steps)
    names |= {"x": torch.from_numpy(deep), "w": names["pointwise_w"]}
    np.testing.assert_array_equal(agree(pointwise, deep, mix, bias, spatial=spatial), both)


def test_the_lines_of_pytorch_read_well():
    x, w = np.ones((1, 2, 9, 9)), np.ones((4, 1, 3, 3))
    assert pointwise.pytorch(x, np.ones((3, 2)), np.ones(3)) == "F.conv2d(x, w[..., None, None], b)"
    assert depthwise.pytorch(x, w, stride=2) == "F.conv2d(x, w, stride=2, groups=2)"
    assert depthwise.pytorch(x, w, np.ones(4), source="y") == "F.conv2d(y, w, b, groups=2)"
    assert (
        depthwise_separable.pytorch(x, w, np.ones((3, 4)), padding=1)
        == "F.conv2d(F.conv2d(x, depthwise_w, padding=1, groups=2), pointwise_w[..., None, None])"
    )


def test_depthwise_puts_the_kernels_of_a_channel_side_by_side(numbers):
    x, w, bias = numbers((2, 3, 6, 5)), numbers((6, 1, 3, 2)), numbers(6)
    y = depthwise(x, w, bias, stride=(1, 2), padding=1, dilation=(2, 1))
    for c, j in np.ndindex(3, 2):
        one = cross_correlate(
            x[:, c : c + 1], w[c * 2 + j][None], bias[c * 2 + j : c * 2 + j + 1], stride=(1, 2), padding=1, dilation=(2, 1)
        )
        np.testing.assert_allclose(y[:, c * 2 + j], one[:, 0], rtol=1e-12)


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_pointwise_is_a_fully_connected_layer_for_every_cell(numbers, spatial):
    x, w, bias = numbers((2, 3, *(4, 5, 2)[:spatial])), numbers((4, 3)), numbers(4)
    want = np.moveaxis(np.moveaxis(x, 1, -1) @ w.T + bias, -1, 1)
    np.testing.assert_allclose(pointwise(x, w, bias, spatial=spatial), want, rtol=1e-12)


def test_depthwise_separable_is_a_dense_kernel_of_rank_one_for_each_channel(numbers):
    x, deep, mix, bias = numbers((2, 3, 7, 6)), numbers((6, 1, 3, 2)), numbers((4, 6)), numbers(4)
    dense = np.einsum("ocm,cmij->ocij", mix.reshape(4, 3, 2), deep.reshape(3, 2, 3, 2))
    steps = {"stride": 2, "padding": 1, "dilation": (1, 2)}
    np.testing.assert_allclose(
        depthwise_separable(x, deep, mix, bias, **steps), cross_correlate(x, dense, bias, **steps), rtol=1e-9, atol=1e-12
    )
    for channel in range(3):  # with one kernel for each channel, a channel's slice has rank 1
        slice_of_one = np.einsum("o,ij->oij", mix[:, channel], deep[channel, 0]).reshape(4, 6)
        assert np.linalg.matrix_rank(slice_of_one) == 1


PADDINGS = pytest.mark.parametrize("padding", [0, 2, (1, 0), ((0, 1), (2, 0)), "same", "valid", "full"])


@PADDINGS
@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
@pytest.mark.parametrize("each", [False, True])
def test_a_kernel_of_rank_one_is_a_column_then_a_row(numbers, padding, stride, each):
    x = numbers((2, 3, 8, 10))  # with stride 2, "same" pads 10 for 3 at the end only
    column, row = (numbers((3, 4)), numbers((3, 3))) if each else (numbers(4), numbers(3))
    dense = np.broadcast_to(column[..., :, None] * row[..., None, :], (3, 4, 3))[:, None]
    got = spatially_separable(x, column, row, stride=stride, padding=padding)
    np.testing.assert_allclose(got, depthwise(x, dense, stride=stride, padding=padding), rtol=1e-9, atol=1e-12)
    line = spatially_separable.pytorch(x, column, row, stride=stride, padding=padding)
    names = {"F": F, "x": torch.from_numpy(x), "column": torch.from_numpy(column), "row": torch.from_numpy(row)}
    np.testing.assert_allclose(got, eval(line, {}, names).numpy(), rtol=1e-9, atol=1e-12)


def test_sobel_is_a_column_times_a_row(numbers):
    x = numbers((1, 6, 7))
    sobel = [[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]]
    np.testing.assert_allclose(spatially_separable(x, [1, 2, 1], [-1, 0, 1]), cross_correlate(x, sobel), rtol=1e-12)


def test_a_flattened_filter_is_an_outer_product_of_three(numbers):
    x, across, vertical, horizontal = numbers((2, 3, 7, 6)), numbers((4, 3)), numbers((4, 3)), numbers((4, 2))
    dense = np.einsum("oc,oy,ox->ocyx", across, vertical, horizontal)
    got = flattened(x, across, vertical, horizontal)
    np.testing.assert_allclose(got, cross_correlate(x, dense), rtol=1e-9, atol=1e-12)
    names = {
        "F": F,
        "x": torch.from_numpy(x),
        "across": torch.from_numpy(across),
        "vertical": torch.from_numpy(vertical),
        "horizontal": torch.from_numpy(horizontal),
    }
    line = flattened.pytorch(x, across, vertical, horizontal)
    np.testing.assert_allclose(got, eval(line, {}, names).numpy(), rtol=1e-9, atol=1e-12)
    # the same column and row for all
    same = flattened(x, across, vertical[0], horizontal[0])
    dense = np.einsum("oc,y,x->ocyx", across, vertical[0], horizontal[0])
    np.testing.assert_allclose(same, cross_correlate(x, dense), rtol=1e-9, atol=1e-12)


def test_no_kernel_is_flipped():
    x = np.arange(25).reshape(1, 5, 5) ** 2
    w = np.array([[[[1, 2, 0], [3, 0, 0], [0, -1, 1]]]])
    np.testing.assert_array_equal(depthwise(x, w), cross_correlate(x, w))
    assert not np.array_equal(depthwise(x, flip(w)), cross_correlate(x, w))
    # by hand: 1·4 + 2·9 + 3·16, and 3·4 + 2·9 + 1·16 with the kernel flipped
    line = np.array([[[4, 9, 16]]])
    assert depthwise(line[0], [[[1, 2, 3]]]).item() == 70
    assert depthwise_separable(line[0], [[[1, 2, 3]]], [[10]]).item() == 700
    assert spatially_separable(line, [1], [1, 2, 3]).item() == 70
    assert spatially_separable(line.swapaxes(1, 2), [1, 2, 3], [1]).item() == 70
    assert flattened(line, [[1]], [[1]], [[1, 2, 3]]).item() == 70
    assert flattened(line.swapaxes(1, 2), [[1]], [[1, 2, 3]], [[1]]).item() == 70


def test_a_box_is_separable(numbers):
    x = numbers((3, 9, 9))
    np.testing.assert_allclose(spatially_separable(x, [1 / 3] * 3, [1 / 3] * 3), average_pool(x, 3, stride=1), rtol=1e-9)


@pytest.mark.parametrize("operator", [
    lambda x: pointwise(x, np.arange(1.0, 7).reshape(2, 3)),
    lambda x: depthwise(x, np.arange(1.0, 37).reshape(6, 1, 3, 2), stride=2, padding=1),
    lambda x: depthwise_separable(x, np.arange(18.0).reshape(3, 1, 3, 2), np.arange(6.0).reshape(2, 3)),
    lambda x: spatially_separable(x, [1.0, 2, 4], [8.0, 16], padding="same"),
    lambda x: flattened(x, np.arange(1.0, 7).reshape(2, 3), [[1.0, 2]] * 2, [[3.0, 5]] * 2),
])  # fmt: skip
def test_they_are_linear_and_leave_batches_apart(numbers, operator):
    x, u = numbers((2, 3, 5, 6)), numbers((2, 3, 5, 6))
    y = operator(x)
    np.testing.assert_allclose(operator(2 * x - u), 2 * y - operator(u), rtol=1e-9, atol=1e-9)
    for picture, answer in zip(x, y, strict=True):
        np.testing.assert_allclose(operator(picture), answer, rtol=1e-12)
