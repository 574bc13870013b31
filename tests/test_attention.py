"""Attention against torch, and against the convolution that one-hot heads can imitate."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.ops import attention, cross_correlate, multi_head_attention

F = torch.nn.functional
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


def drawn(draw, **shapes):
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


@st.composite
def queries(draw):
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    positions, keys, depth, width = (draw(st.integers(1, 6)) for _ in range(4))
    return drawn(draw, q=(*batch, positions, depth), k=(*batch, keys, depth), v=(*batch, keys, width))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(queries())
def test_attention_equals_torch(arrays):
    got = attention(**arrays)
    line = attention.pytorch(**arrays)
    assert line == "F.scaled_dot_product_attention(q, k, v)"
    want = eval(line, {"F": F} | {name: torch.from_numpy(each) for name, each in arrays.items()}).numpy()
    assert got.dtype == arrays["q"].dtype
    assert got.shape == want.shape
    tolerance = TOLERANCE[got.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@st.composite
def projections(draw):
    batch = draw(st.lists(st.integers(0, 3), max_size=2))
    positions, heads = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    depth, of_keys, of_values, out = (draw(st.integers(1, 4)) for _ in range(4))
    shapes = {
        "x": (*batch, positions, depth),
        "w_q": (heads * of_keys, depth),
        "w_k": (heads * of_keys, depth),
        "w_v": (heads * of_values, depth),
        "w_o": (out, heads * of_values),
    }
    return drawn(draw, **shapes), heads


@settings(max_examples=500, derandomize=True, deadline=None)
@given(projections())
def test_multi_head_attention_equals_its_line_of_pytorch(projection):
    arrays, heads = projection
    got = multi_head_attention(**arrays, heads=heads)
    line = multi_head_attention.pytorch(**arrays, heads=heads)
    want = eval(line, {"F": F} | {name: torch.from_numpy(each) for name, each in arrays.items()}).numpy()
    assert got.dtype == arrays["x"].dtype
    assert got.shape == want.shape
    tolerance = TOLERANCE[got.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@pytest.mark.parametrize("heads", [1, 2, 4, 8])
def test_it_is_the_module_of_torch(numbers, heads):
    module = torch.nn.MultiheadAttention(8, heads, bias=False, batch_first=True, dtype=torch.double)
    x = numbers((3, 5, 8))
    w = module.in_proj_weight.detach().numpy()
    got = multi_head_attention(x, *np.split(w, 3), module.out_proj.weight.detach().numpy(), heads=heads)
    want = module(*[torch.from_numpy(x)] * 3)[0].detach().numpy()
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


def with_places(x, size):
    """Tokens of an image: its channels at a place, then a one-hot code of that place."""
    return np.concatenate([x.reshape(len(x), -1).T, np.eye(size * size)], axis=1)


def shift(dy, dx, size):
    """Row t picks the place that is dy below and dx to the right of place t, if there is one."""
    return np.kron(np.eye(size, k=dy), np.eye(size, k=dx))


def test_nine_one_hot_heads_are_a_3x3_convolution(numbers):
    """Head (i, j) asks for the place that tap (i, j) meets, and reads it through w[:, :, i, j]."""
    size, c_in, c_out, sure = 6, 2, 3, 1e4
    places = size * size
    x, w = numbers((c_in, size, size)), numbers((c_out, c_in, 3, 3))
    taps = list(np.ndindex(3, 3))
    no_channels = np.zeros((places, c_in))
    asks = [np.hstack([no_channels, sure * shift(i - 1, j - 1, size).T]) for i, j in taps]
    answers = np.hstack([no_channels, np.eye(places)])
    reads = [np.hstack([w[:, :, i, j], np.zeros((c_out, places))]) for i, j in taps]
    y = multi_head_attention(
        with_places(x, size),
        np.concatenate(asks),
        np.concatenate([answers] * 9),
        np.concatenate(reads),
        np.hstack([np.eye(c_out)] * 9),
        heads=9,
    )
    got = y.T.reshape(c_out, size, size)[:, 1:-1, 1:-1]
    np.testing.assert_allclose(got, cross_correlate(x, w), rtol=1e-9, atol=1e-12)


def test_quadratic_scores_come_closer_to_a_convolution(numbers):
    """Softmax of -a · distance² to the place asked for: the larger a, the nearer to one-hot."""
    size, w = 8, numbers((1, 1, 3, 3))
    x = numbers((1, size, size))
    rows, columns = (axis.ravel() for axis in np.mgrid[:size, :size])
    want = cross_correlate(x, w)
    errors = []
    for sure in (0.1, 1, 5, 20):
        y = 0
        for i, j in np.ndindex(3, 3):
            away = (rows - rows[:, None] - i + 1) ** 2 + (columns - columns[:, None] - j + 1) ** 2
            y = y + w[0, 0, i, j] * attention(-sure * away, np.eye(size**2) * size, x.reshape(-1, 1))
        error = y.reshape(1, size, size)[:, 1:-1, 1:-1] - want
        errors.append(np.abs(error).max() / np.abs(want).max())
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 0.3
    assert errors[-1] < 1e-7


def test_for_given_queries_and_keys_it_is_a_matrix(numbers):
    q, k, v, u = numbers((5, 3)), numbers((4, 3)), numbers((4, 2)), numbers((4, 2))
    weights = attention(q, k, np.eye(4))
    assert (weights > 0).all()
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-12)
    np.testing.assert_allclose(weights @ v, attention(q, k, v), rtol=1e-12)
    blend = functools.partial(attention, q, k)
    np.testing.assert_allclose(blend(2 * v + u), 2 * blend(v) + blend(u), rtol=1e-9)


def test_without_places_it_does_not_know_the_order(numbers):
    x, order = numbers((6, 4)), np.random.default_rng(1).permutation(6)
    w = [numbers((4, 4)) for _ in range(4)]
    got = multi_head_attention(x[order], *w, heads=2)
    np.testing.assert_allclose(got, multi_head_attention(x, *w, heads=2)[order], rtol=1e-9)


def test_weights_are_as_in_torch_and_heads_are_rows_in_a_row():
    """By hand: all scores are 0, so each head answers the mean of its own projection of x."""
    x, still = np.array([[1.0, 10], [3, 30]]), np.zeros((2, 2))
    w_v, w_o = np.array([[0, 1], [2, 0]]), np.array([[1, 100], [0, 1], [1, 0]])
    y = multi_head_attention(x, still, still, w_v, w_o, heads=2)
    np.testing.assert_array_equal(y, [[20 + 100 * 4, 4, 20]] * 2)
    # the first head asks for the second token: its score there is far above
    w_q, w_k = np.array([[1, 0], [0, 0]]), np.array([[1e3, 0], [0, 0]])
    y = multi_head_attention(x, w_q, w_k, w_v, w_o, heads=2)
    np.testing.assert_array_equal(y, [[30 + 100 * 4, 4, 30]] * 2)


def test_scores_are_divided_by_the_root_of_the_depth():
    q = k = np.ones((1, 4))
    keys, values = np.concatenate([k, 0 * k]), np.array([[1.0], [0]])
    # scores 4 / 2 and 0
    np.testing.assert_allclose(attention(q, keys, values), [[np.exp(2) / (np.exp(2) + 1)]], rtol=1e-12)


def test_large_scores_do_not_overflow():
    assert attention([[1e200]], [[1e100], [0]], [[1], [2]]).tolist() == [[1]]
    assert attention(np.array([[200]], "f2"), np.array([[200], [0]], "f2"), np.array([[1], [2]], "f2")) == 1
