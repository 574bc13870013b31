"""Pooling against torch, against windows one by one, and against convolution."""

from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convolve import TOLERANCE, shorten

from convlib.ops import (
    average_pool,
    depthwise,
    global_average_pool,
    global_max_pool,
    matrix,
    max_pool,
)

F = torch.nn.functional
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVERAGE = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


@st.composite
def configurations(draw, dilated):
    """x, size and parameters that fit, and the pads at both sides of each axis."""
    spatial = draw(st.integers(1, 3))
    per_axis = st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial)
    kernel, stride = draw(per_axis), draw(per_axis)
    dilation = draw(per_axis) if dilated else [1] * spatial
    sides = st.integers(0, 2)
    pads = [(min(draw(sides), k - 1), min(draw(sides), k - 1)) for k in kernel]
    if draw(st.booleans()):
        pads = [(before, before) for before, _ in pads]
    # a window reaches a real cell if x has no fewer than a step between cells
    least = [max(d * k - b - a, d) for k, d, (b, a) in zip(kernel, dilation, pads, strict=True)]
    size = [n + draw(st.integers(0, 4)) for n in least]
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = numbers.standard_normal((*batch, draw(st.integers(1, 3)), *size)).astype(dtype)
    parameters = {"padding": tuple(pads)}
    if draw(st.booleans()):
        parameters["stride"] = shorten(draw, stride)
    if dilated:
        parameters["dilation"] = shorten(draw, dilation)
    window = kernel[0] if spatial == 2 and kernel[0] == kernel[1] else draw(st.sampled_from([tuple, list]))(kernel)
    return x, window, parameters, pads


def flat(x, spatial):
    """One batch axis, as torch knows it."""
    batch = x.shape[: -spatial - 1]
    return torch.from_numpy(x).reshape(prod(batch), *x.shape[len(batch) :])


def around(x, pads, value=0.0):
    return F.pad(x, [side for pair in reversed(pads) for side in pair], value=value)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations(dilated=True))
def test_max_pool_equals_torch(configuration):
    x, size, parameters, pads = configuration
    steps = {name: value for name, value in parameters.items() if name != "padding"}
    want = MAX[len(pads)](around(flat(x, len(pads)), pads, -np.inf), size, **steps).numpy()
    got = max_pool(x, size, **parameters)
    assert got.shape == (*x.shape[: -len(pads) - 1], *want.shape[1:])
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got, want.reshape(got.shape))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations(dilated=False), st.booleans())
def test_average_pool_equals_torch(configuration, count_padding):
    x, size, parameters, pads = configuration
    steps = {name: value for name, value in parameters.items() if name != "padding"}
    pool = AVERAGE[len(pads)]
    want = pool(around(flat(x, len(pads)), pads), size, **steps)
    if not count_padding:
        want = want / pool(around(torch.ones_like(flat(x, len(pads))), pads), size, **steps)
    got = average_pool(x, size, **parameters, count_padding=count_padding)
    assert got.shape == (*x.shape[: -len(pads) - 1], *want.shape[1:])
    assert got.dtype == x.dtype
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want.numpy().reshape(got.shape), rtol=tolerance, atol=tolerance)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(configurations(dilated=False), st.booleans())
def test_the_lines_of_pytorch_compute_what_the_operators_do(configuration, count_padding):
    x, size, parameters, _ = configuration
    names = {"F": F, "x": torch.from_numpy(x)}
    tolerance = TOLERANCE[x.dtype.type]
    for operator, more in ((max_pool, {}), (average_pool, {"count_padding": count_padding})):
        line = operator.pytorch(x, size, **parameters, **more)
        want, got = eval(line, {}, names).numpy(), operator(x, size, **parameters, **more)
        assert got.shape == want.shape, line
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@pytest.mark.parametrize(
    ("operator", "arguments", "line"),
    [
        (max_pool, {"size": 2}, "F.max_pool2d(x, 2)"),
        (max_pool, {"size": 2, "stride": 2}, "F.max_pool2d(x, 2)"),
        (max_pool, {"size": (3, 2), "stride": 2}, "F.max_pool2d(x, (3, 2), stride=2)"),
        (max_pool, {"size": 3, "padding": 1, "dilation": 2}, "F.max_pool2d(x, 3, padding=1, dilation=2)"),
        (max_pool, {"size": 2, "padding": (0, (0, 1))}, "F.max_pool2d(F.pad(x, (0, 1, 0, 0), value=float('-inf')), 2)"),
        (max_pool, {"size": (2,), "stride": 1}, "F.max_pool1d(x.flatten(0, 1), 2, stride=1).unflatten(0, x.shape[:2])"),
        (average_pool, {"size": 2, "padding": 1}, "F.avg_pool2d(x, 2, padding=1)"),
        (average_pool, {"size": 2, "padding": ((0, 1), 0)}, "F.avg_pool2d(F.pad(x, (0, 0, 0, 1)), 2)"),
        (global_max_pool, {"spatial": 1}, "x.amax((-1,), keepdim=True)"),
        (global_average_pool, {}, "x.mean((-2, -1), keepdim=True)"),
    ],
)
def test_the_lines_of_pytorch_read_well(operator, arguments, line):
    assert operator.pytorch(np.ones((1, 2, 8, 8)), **arguments) == line


def test_the_lines_of_pytorch_pad_by_themselves_only_where_torch_does_not():
    """torch pads by half a window at most. A window as large as x is no reason."""
    x = np.ones((1, 3, 3))
    assert average_pool.pytorch(x, 3, stride=1, padding="same") == "F.avg_pool2d(x, 3, stride=1, padding=1)"
    assert max_pool.pytorch(x, 3, padding=1) == "F.max_pool2d(x, 3, padding=1)"
    for padding in (2, 3):
        line = max_pool.pytorch(np.ones((1, 9, 9)), 4, padding=padding)
        assert ("F.pad" in line) == (padding == 3), line


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.int8])
def test_the_lines_of_pytorch_know_whole_numbers(dtype):
    x = np.arange(2 * 36, dtype=dtype).reshape(1, 2, 6, 6)
    names = {"F": F, "x": torch.from_numpy(x)}
    for operator in (max_pool, average_pool):
        for padding in (0, ((0, 1), (1, 0))):
            line = operator.pytorch(x, 3, stride=2, padding=padding)
            np.testing.assert_allclose(eval(line, {}, names).numpy(), operator(x, 3, stride=2, padding=padding))
    for operator in (global_max_pool, global_average_pool):
        np.testing.assert_allclose(eval(operator.pytorch(x), {}, names).numpy(), operator(x))


def test_every_window_by_hand(numbers):
    """Slide, collect the cells that are there, and ask Python for the largest and the average."""
    x, (before, after), stride, size = numbers((1, 6, 7)), (1, 2), (2, 3), (3, 4)
    largest = max_pool(x, size, stride=stride, padding=((before, after), (2, 3)))
    mean = average_pool(x, size, stride=stride, padding=((before, after), (2, 3)), count_padding=False)
    counted = average_pool(x, size, stride=stride, padding=((before, after), (2, 3)))
    assert largest.shape == mean.shape == (1, 4, 3)
    for i, j in np.ndindex(4, 3):
        rows = range(i * 2 - before, i * 2 - before + 3)
        columns = range(j * 3 - 2, j * 3 - 2 + 4)
        cells = [x[0, r, c] for r in rows for c in columns if 0 <= r < 6 and 0 <= c < 7]
        assert largest[0, i, j] == max(cells)
        assert mean[0, i, j] == pytest.approx(sum(cells) / len(cells))
        assert counted[0, i, j] == pytest.approx(sum(cells) / 12)


@pytest.mark.parametrize("spatial", [1, 2, 3])
def test_global_pooling_is_pooling_with_a_window_as_large_as_x(numbers, spatial):
    x = numbers((2, 3, 4, 5, 6)[: spatial + 2])
    whole = x.shape[2:]
    assert global_max_pool(x, spatial=spatial).shape == (2, 3, *[1] * spatial)
    np.testing.assert_array_equal(global_max_pool(x, spatial=spatial), max_pool(x, whole))
    np.testing.assert_allclose(global_average_pool(x, spatial=spatial), average_pool(x, whole), rtol=1e-12)
    names = {"x": torch.from_numpy(x)}
    for operator in (global_max_pool, global_average_pool):
        want = eval(operator.pytorch(x, spatial=spatial), {}, names).numpy()
        np.testing.assert_allclose(operator(x, spatial=spatial), want, rtol=1e-12)


def test_an_average_is_a_convolution_with_equal_weights(numbers):
    x = numbers((2, 3, 7, 8))
    w = np.full((3, 1, 3, 2), 1 / 6)
    np.testing.assert_allclose(
        average_pool(x, (3, 2), stride=(2, 1), padding=1), depthwise(x, w, stride=(2, 1), padding=1), rtol=1e-12, atol=1e-12
    )


def test_an_average_is_linear_and_a_maximum_is_not():
    averages = matrix(lambda x: average_pool(x, (2,), stride=1, padding=1), (1, 3))
    np.testing.assert_array_equal(averages, [[0.5, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5], [0, 0, 0.5]])
    with pytest.raises(ValueError, match="op is not linear"):
        matrix(lambda x: max_pool(x, (2,)), (1, 4))


def test_strides_are_as_long_as_the_window_where_none_are_given(numbers):
    x = numbers((1, 9, 8))
    np.testing.assert_array_equal(max_pool(x, (3, 2)), max_pool(x, (3, 2), stride=(3, 2)))
    np.testing.assert_array_equal(average_pool(x, 4), average_pool(x, (4, 4), stride=4))


def test_padding_is_never_the_largest():
    x = -np.arange(1.0, 10).reshape(1, 3, 3)
    np.testing.assert_array_equal(max_pool(x, 3, stride=2, padding=1), [[[-1, -2], [-4, -5]]])
    assert max_pool(np.full((1, 2), -np.inf), (2,), padding=1).tolist() == [[-np.inf, -np.inf]]
    x = np.array([[-5, -6]], np.int8)
    assert max_pool(x, (2,), padding=1).tolist() == [[-5, -6]]


def test_sums_of_many_float32_stay_exact():
    x = np.full((1, 1000, 1000), 0.1, np.float32)
    np.testing.assert_allclose(average_pool(x, 1000), x[:, :1, :1], rtol=1e-7)
    np.testing.assert_allclose(global_average_pool(x), x[:, :1, :1], rtol=1e-6)
    assert global_average_pool(x).dtype == np.float32


def test_a_pool_of_size_one_is_a_copy():
    x = np.arange(6.0).reshape(1, 2, 3)
    for operator in (max_pool, average_pool):
        y = operator(x, 1)
        np.testing.assert_array_equal(y, x)
        y += 1
        assert x.sum() == 15


def test_averages_of_the_longest_floats_are_not_shortened():
    x = 1 + np.array([[0, 1]], np.longdouble) * 2 * np.finfo(np.longdouble).eps
    assert average_pool(x, (2,)).dtype == np.longdouble
    assert average_pool(x, (2,)).item() == x.sum() / 2 != 1


def test_padding_of_any_dtype_is_never_the_largest():
    assert not max_pool(np.zeros((1, 4, 4), bool), 3, stride=1, padding=1).any()
    for dtype in (np.int8, np.uint8, np.float32):
        least = np.finfo(dtype).min if dtype is np.float32 else np.iinfo(dtype).min
        assert (max_pool(np.full((1, 4, 4), least, dtype), 3, stride=1, padding=1) == least).all()
