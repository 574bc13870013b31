"""The linear variants and pooling, traced: kinds, terms by hand, and torch's derivatives."""

from functools import partial

import numpy as np
import pytest
import torch

from convlib.mascot import hook, letter_f
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
from convlib.show.trace import trace

F = torch.nn.functional
X = np.random.default_rng(5).integers(-9, 10, (1, 2, 5, 6)).astype(float)
W = np.random.default_rng(6).integers(1, 10, (2, 2, 3, 2)).astype(float)
DEEP = W.reshape(4, 1, 3, 2)

PRODUCTS = {
    "transposed": (transposed, W, {"stride": 2, "padding": 1, "output_padding": 1}),
    "transposed_dilated": (transposed, W, {"dilation": (2, 1), "padding": ((1, 0), 0)}),
    "transposed_groups": (transposed, W[:, :1], {"groups": 2}),
    "pointwise": (pointwise, W[:, :, 0, 0], {}),
    "depthwise": (depthwise, DEEP, {"stride": 2, "padding": 1}),
}
SUMS = {
    "depthwise_separable": (depthwise_separable, (DEEP, np.arange(1.0, 13).reshape(3, 4))),
    "spatially_separable": (spatially_separable, (np.array([1.0, 2, 4]), np.array([3.0, -1]))),
    "flattened": (flattened, (W[:, :, 0, 0], W[0, :, :, 0], W[1, :, 0])),
    "interleaved_group": (interleaved_group, (np.ones((2, 1, 3, 2)), np.ones((2, 2, 1, 1)))),
    "average_pool": (average_pool, (2,)),
    "global_average_pool": (global_average_pool, ()),
    "channel_shuffle": (channel_shuffle, (2,)),
}


def sum_of(terms, x, w):
    return sum(c * x[i] * (1 if k is None else w[k]) for i, k, c in terms)


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_are_torchs_derivatives(name):
    """The coefficient of input and weight is the second derivative of the output by both."""
    op, w, parameters = PRODUCTS[name]
    traced = trace(op, X, w, **parameters)
    assert traced.kind == "products"
    np.testing.assert_array_equal(traced.value, op(X, w, **parameters))
    line = op.pytorch(X, w, **parameters)
    given = torch.from_numpy(X), torch.from_numpy(w)
    by_input = torch.autograd.functional.jacobian(
        lambda x: eval(line, {"F": F}, {"x": x, "w": given[1]}), given[0]
    ).numpy()
    by_weight = torch.autograd.functional.jacobian(
        lambda w: eval(line, {"F": F}, {"x": given[0], "w": w}), given[1]
    ).numpy()
    for output in np.ndindex(traced.value.shape):
        terms = traced.terms(output)
        assert {c for _, _, c in terms} <= {1.0}
        slopes, weights = np.zeros(X.shape), np.zeros(w.shape)
        for i, k, c in terms:
            slopes[i] += c * w[k]
            weights[k] += c * X[i]
        np.testing.assert_allclose(slopes, by_input[output], atol=1e-9)
        np.testing.assert_allclose(weights, by_weight[output], atol=1e-9)
        assert sum_of(terms, X, w) == traced.value[output]


@pytest.mark.parametrize("name", SUMS)
def test_sums_are_torchs_derivatives(name):
    op, given = SUMS[name]
    traced = trace(lambda x: op(x, *given), X)
    assert traced.kind == "sums"
    np.testing.assert_allclose(traced.value, op(X, *given), rtol=1e-12)
    names = {
        "depthwise_separable": ("depthwise_w", "pointwise_w"),
        "spatially_separable": ("column", "row"),
        "flattened": ("across", "vertical", "horizontal"),
        "interleaved_group": ("primary_w", "secondary_w"),
    }.get(name, ())
    tensors = {n: torch.from_numpy(each) for n, each in zip(names, given)}
    line = op.pytorch(X, *given)
    slopes = torch.autograd.functional.jacobian(
        lambda x: eval(line, {"F": F}, {"x": x, **tensors}), torch.from_numpy(X)
    ).numpy()
    for output in np.ndindex(traced.value.shape):
        found = np.zeros(X.shape)
        for i, _, c in traced.terms(output):
            found[i] += c
        np.testing.assert_allclose(found, slopes[output], rtol=1e-9, atol=1e-9)


def test_transposed_scatters_by_hand():
    traced = trace(transposed, np.array([[5.0, 7.0]]), np.array([[[1.0, 2.0, 3.0]]]), stride=2)
    assert traced.value.tolist() == [[5, 10, 15 + 7, 14, 21]]
    assert traced.terms((0, 2)) == [((0, 0), (0, 0, 2), 1.0), ((0, 1), (0, 0, 0), 1.0)]
    assert traced.terms((0, 3)) == [((0, 1), (0, 0, 1), 1.0)]


@pytest.mark.parametrize("parameters", [{}, {"stride": 1, "padding": 1}, {"stride": 2, "dilation": 2}])
def test_a_maximum_lights_its_window_and_marks_the_winner(parameters):
    x = np.random.default_rng(7).permutation(36).reshape(1, 6, 6).astype(float)
    traced = trace(max_pool, x, size=3, **parameters)
    assert traced.kind == "picks"
    np.testing.assert_array_equal(traced.value, max_pool(x, 3, **parameters))
    stride, d = parameters.get("stride", 3), parameters.get("dilation", 1)
    for _, i, j in np.ndindex(traced.value.shape):
        rows, columns = (
            [place * stride - parameters.get("padding", 0) + d * t for t in range(3)] for place in (i, j)
        )
        window = {(0, r, c) for r in rows for c in columns if 0 <= r < 6 and 0 <= c < 6}
        terms = traced.terms((0, i, j))
        assert {place for place, _, _ in terms} == window
        assert all(weight is None for _, weight, _ in terms)
        assert [x[place] for place, _, c in terms if c == 1] == [traced.value[0, i, j]]


def test_a_global_maximum_looks_at_everything():
    x = np.array([[[1.0, 4], [3, 2]]])
    traced = trace(global_max_pool, x)
    assert traced.kind == "picks"
    assert [place for place, _, _ in traced.terms((0, 0, 0))] == [(0, i, j) for i in (0, 1) for j in (0, 1)]
    assert [place for place, _, c in traced.terms((0, 0, 0)) if c == 1] == [(0, 0, 1)]


@pytest.mark.parametrize("op", [
    partial(transposed, stride=2), depthwise,
    partial(transposed, padding=1, dilation=2),
])  # fmt: skip
def test_the_mascot(op):
    traced = trace(op, letter_f(), hook())
    assert traced.kind == "products"
    np.testing.assert_array_equal(traced.value, op(letter_f(), hook()))


def test_whole_numbers_are_traced_too():
    x, w = X.astype(np.int8), DEEP.astype(np.int8)
    assert trace(depthwise, x, w).kind == "products"
    assert trace(transposed, x, W.astype(np.uint8), stride=2).kind == "products"
    assert trace(max_pool, x, size=2).kind == "picks"
    assert trace(average_pool, x, size=2).kind == "sums"
