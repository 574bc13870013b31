"""lightweight and dynamic against torch, against loops after the paper, and against themselves."""

import functools
from math import ceil

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.ops import depthwise, dynamic, lightweight, matrix
from convlib.ops.softmax import softmax

F = torch.nn.functional
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


def tensors(**arrays):
    """What a line of PyTorch may name."""
    named = {name: torch.from_numpy(each) for name, each in arrays.items() if each is not None}
    return {"F": F, **named}


@st.composite
def sequences(draw):
    """x, shared taps, taps to make, and what else there may be."""
    heads, taps, length = draw(st.integers(1, 3)), draw(st.integers(1, 5)), draw(st.integers(1, 6))
    channels, depth = heads * draw(st.integers(1, 3)), draw(st.integers(1, 4))
    batch = draw(st.lists(st.integers(0, 2), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = {
        "x": (*batch, channels, length),
        "w": (heads, taps),
        "made": (heads * taps, depth),
        "query": (*batch, depth, length),
        "bias": (channels,),
        "w_bias": (heads * taps,),
    }
    arrays = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    for name in ("query", "bias", "w_bias"):
        if draw(st.booleans()):
            arrays[name] = None
    if arrays["query"] is None:
        arrays["made"] = rng.standard_normal((heads * taps, channels)).astype(dtype)
    left = draw(st.integers(0, taps - 1))
    padding = draw(st.sampled_from(["same", "causal", (left, taps - 1 - left)]))
    return arrays, heads, padding, draw(st.booleans())


@settings(max_examples=500, derandomize=True, deadline=None)
@given(sequences())
def test_lightweight_equals_its_line_of_pytorch(sequence):
    arrays, _, padding, soft = sequence
    x, w, bias = arrays["x"], arrays["w"], arrays["bias"]
    got = lightweight(x, w, bias, padding=padding, softmax=soft)
    line = lightweight.pytorch(x, w, bias, padding=padding, softmax=soft)
    want = eval(line, tensors(x=x, w=w, b=bias)).numpy()
    assert got.dtype == x.dtype
    assert got.shape == want.shape == x.shape
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(sequences(), st.booleans())
def test_dynamic_equals_its_line_of_pytorch(sequence, renormalize):
    arrays, heads, padding, soft = sequence
    x, w, bias, query, w_bias = (arrays[name] for name in ("x", "made", "bias", "query", "w_bias"))
    parameters = {"heads": heads, "w_bias": w_bias, "query": query, "padding": padding}
    parameters |= {"softmax": soft, "renormalize": soft and renormalize}
    got = dynamic(x, w, bias, **parameters)
    line = dynamic.pytorch(x, w, bias, **parameters)
    want = eval(line, tensors(x=x, w=w, b=bias, query=query, w_bias=w_bias)).numpy()
    assert got.dtype == x.dtype
    assert got.shape == want.shape == x.shape
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


def test_the_lines_of_pytorch_read_well():
    x = np.ones((2, 4, 9))
    line = "F.conv1d(F.pad(x, (3, 0)), w.repeat_interleave(2, 0).unsqueeze(1), b, groups=4)"
    assert lightweight.pytorch(x, np.ones((2, 4)), np.ones(4), padding="causal", softmax=False) == line
    line = (
        "(F.pad(x, (1, 1)).unfold(-1, 3, 1).unflatten(-3, (2, 2)) * ((w @ query + w_bias.unsqueeze(-1))"
        ".unflatten(-2, (2, 3)).transpose(-1, -2) + F.pad(x.new_ones(9), (1, 1)).unfold(-1, 3, 1).log())"
        ".softmax(-1).unsqueeze(-3)).sum(-1).flatten(-3, -2) + b.unsqueeze(-1)"
    )
    more = {"query": x, "w_bias": np.ones(6), "padding": "same", "renormalize": True}
    assert dynamic.pytorch(x, np.ones((6, 4)), np.ones(4), heads=2, **more) == line


def by_the_paper(x, taps):
    """DepthwiseConv(X, W, i, c), its sums as they stand there: j and c count from 1."""
    channels, length = x.shape
    heads, k = taps.shape[:2]
    y = np.zeros_like(x)
    for c in range(1, channels + 1):
        head = ceil(c * heads / channels)
        for i in range(1, length + 1):
            for j in range(1, k + 1):
                place = i + j - ceil((k + 1) / 2)
                if 1 <= place <= length:
                    y[c - 1, i - 1] += taps[head - 1, j - 1, i - 1] * x[c - 1, place - 1]
    return y


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6])
def test_the_sums_of_the_paper(numbers, k):
    """Its centre of an even kernel is (K // 2, K // 2 - 1), one cell from "same"."""
    x, w, made = numbers((6, 9)), numbers((3, k)), numbers((3 * k, 6))
    centre = (k // 2, k // 2 - 1) if k % 2 == 0 else "same"
    shared = np.repeat(softmax(w)[..., None], 9, axis=2)
    np.testing.assert_allclose(lightweight(x, w, padding=centre), by_the_paper(x, shared), rtol=1e-9)
    taps = softmax((made @ x).reshape(3, k, 9), axis=1)
    np.testing.assert_allclose(
        dynamic(x, made, heads=3, padding=centre), by_the_paper(x, taps), rtol=1e-9, atol=1e-12
    )
    if k % 2 == 0:
        assert not np.allclose(lightweight(x, w), by_the_paper(x, shared))


def test_taps_of_a_softmax_are_positive_and_sum_to_one(numbers):
    impulse = np.zeros((4, 9))
    impulse[:, 4] = 1
    w = 3 * numbers((2, 5))
    y = lightweight(impulse, w)
    assert (y[:, 2:7] > 0).all()
    np.testing.assert_allclose(y.sum(1), 1, rtol=1e-12)
    np.testing.assert_allclose(y[0, 6:1:-1], np.exp(w[0]) / np.exp(w[0]).sum(), rtol=1e-12)  # met in turn
    # what is constant stays so, away from the border; there, taps outside are lost
    flat = lightweight(np.full((4, 9), 7.0), w)
    np.testing.assert_allclose(flat[:, 2:7], 7, rtol=1e-12)
    assert (flat[:, [0, 1, 7, 8]] < 7).all()
    np.testing.assert_allclose(softmax(1000 * numbers((3, 4))).sum(-1), 1, rtol=1e-12)


def test_renormalised_taps_sum_to_one_at_the_border_too(numbers):
    ones, w, query = np.ones((2, 6)), 3 * numbers((8, 3)), numbers((3, 6))
    for padding in ("causal", "same", (1, 2)):
        usual = dynamic(ones, w, heads=2, query=query, padding=padding)
        np.testing.assert_allclose(usual[:, 3], 1, rtol=1e-12)  # the one position that sees no border
        assert (usual[:, 0] < 1).all()
        full = dynamic(ones, w, heads=2, query=query, padding=padding, renormalize=True)
        np.testing.assert_allclose(full, 1, rtol=1e-12)


def test_heads_are_channels_in_a_row_and_kernels_are_not_flipped():
    x = np.zeros((4, 5))
    x[:, 2] = [1, 2, 3, 4]
    w = np.array([[1, 2, 0], [0, 0, 5]])
    y = lightweight(x, w, softmax=False)
    want = [[0, 0, 2, 1, 0], [0, 0, 4, 2, 0], [0, 15, 0, 0, 0], [0, 20, 0, 0, 0]]
    np.testing.assert_array_equal(y, want)
    kernels = w[[0, 0, 1, 1]][:, None]
    np.testing.assert_array_equal(y, depthwise(x, kernels, padding="same"))


def test_dynamic_with_the_same_taps_everywhere_is_lightweight(numbers):
    x, w = numbers((2, 6, 7)), numbers((3, 4))
    made = {"w_bias": w.ravel(), "query": np.zeros((2, 1, 7)), "heads": 3, "padding": (1, 2)}
    got = dynamic(x, np.ones((12, 1)), np.ones(6), **made)
    np.testing.assert_allclose(got, lightweight(x, w, np.ones(6), padding=(1, 2)), rtol=1e-12)


def test_causal_is_blind_to_what_comes(numbers):
    x, w, made = numbers((4, 8)), numbers((2, 3)), numbers((6, 4))
    later = x.copy()
    later[:, 5:] = numbers((4, 3))
    for op in (lambda x: lightweight(x, w, padding="causal"), lambda x: dynamic(x, made, heads=2)):
        np.testing.assert_array_equal(op(x)[:, :5], op(later)[:, :5])
        assert not np.allclose(op(x)[:, 5:], op(later)[:, 5:])


def test_their_adjoints_are_gradients_of_torch(numbers):
    """For given taps both are linear in x: <Cx, u> = <x, Cᵀu>, and torch knows Cᵀu."""
    x, w, u = numbers((4, 6)), numbers((2, 3)), numbers((4, 6))
    made, query = numbers((6, 2)), numbers((2, 6))
    for operator, weights, parameters in (
        (lightweight, w, {"padding": (2, 0)}),
        (dynamic, made, {"heads": 2, "query": query, "padding": "same", "renormalize": True}),
    ):
        names = tensors(x=x, w=weights, query=query)
        held = names["x"].requires_grad_()
        y = eval(operator.pytorch(x, weights, **parameters), names)
        (y * torch.from_numpy(u)).sum().backward()
        c = matrix(functools.partial(operator, w=weights, **parameters), x.shape)
        np.testing.assert_allclose((c.T @ u.ravel()).reshape(x.shape), held.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_batch_axes_only_stand_side_by_side(numbers):
    x, w, made = numbers((2, 3, 4, 5)), numbers((2, 3)), numbers((6, 4))
    for op in (lambda x: lightweight(x, w), lambda x: dynamic(x, made, heads=2, renormalize=True)):
        y = op(x)
        for i, j in np.ndindex(2, 3):
            np.testing.assert_allclose(y[i, j], op(x[i, j]), rtol=1e-12)
