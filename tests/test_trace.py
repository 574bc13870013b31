"""A trace says what an operator does: its terms are torch's derivatives, and sum to the very value."""

import math
import sys
import warnings
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.autograd.functional import jacobian

from convlib import convolve, cross_correlate, hook, letter_f, trace


def numbers(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def summed(t, x=None, w=None):
    """What the terms say each output is, one `terms` call after the other."""
    x, w = t.x if x is None else x, t.w if w is None else w
    y = t.offset.copy()
    for index in np.ndindex(y.shape):
        y[index] += sum(c * x[i] * (1 if k is None else w[k]) for i, k, c in t.terms(index))
    return y


def slopes(t):
    """The derivatives that the terms imply: outputs × inputs, outputs × weights."""
    by_x, by_w = np.zeros((t.value.size, t.x.size)), np.zeros((t.value.size, 0 if t.w is None else t.w.size))
    x, w = t.x.ravel(), None if t.w is None else t.w.ravel()
    for o, index in enumerate(np.ndindex(t.value.shape)):
        for i, k, c in t.terms(index):
            i = np.ravel_multi_index(i, t.x.shape)
            by_x[o, i] += c if k is None else c * w[np.ravel_multi_index(k, t.w.shape)]
            if k is not None:
                by_w[o, np.ravel_multi_index(k, t.w.shape)] += c * x[i]
    return by_x, by_w


def torch_slopes(op, *given, size):
    return [j.reshape(size, -1).numpy() for j in jacobian(op, given)]


CONVOLUTIONS = [
    (F.conv1d, (2, 9), (3, 2, 3), dict(stride=2, padding=1)),
    (F.conv1d, (4, 8), (4, 1, 2), dict(groups=4, dilation=3)),
    (F.conv1d, (1, 6), (1, 1, 5), dict(padding="same")),
    (F.conv2d, (1, 6, 5), (1, 1, 3, 2), dict()),
    (F.conv2d, (2, 6, 5), (3, 2, 3, 2), dict(stride=(2, 1), padding=(1, 0), bias=numbers(3, seed=9))),
    (F.conv2d, (2, 7, 7), (4, 1, 3, 3), dict(dilation=2, groups=2, padding=2)),
    (F.conv2d, (2, 2, 4, 4), (2, 2, 2, 2), dict()),
    (F.conv3d, (1, 4, 4, 3), (2, 1, 2, 2, 2), dict(stride=(1, 2, 1), padding=(0, 1, 0))),
    (F.conv_transpose1d, (2, 4), (2, 3, 3), dict(stride=2, output_padding=1)),
    (F.conv_transpose2d, (2, 3, 3), (2, 1, 3, 2), dict(stride=2, padding=1, bias=numbers(1, seed=9))),
    (F.conv_transpose2d, (2, 3, 3), (2, 2, 2, 2), dict(dilation=2, groups=2)),
]


@pytest.mark.parametrize("op, x, w, parameters", CONVOLUTIONS)
def test_terms_of_a_convolution_are_torchs_derivatives(op, x, w, parameters):
    x, w = numbers(*x), numbers(*w, seed=1)
    t = trace(op, x, w, **parameters)
    assert t.kind == "products"
    assert np.array_equal(t.value, op(x, w, **parameters).numpy())
    assert np.allclose(summed(t), t.value, rtol=1e-12)
    bias = parameters.get("bias", torch.zeros(1)).numpy()
    assert np.array_equal(t.offset, np.broadcast_to(bias.reshape(-1, *[1] * (w.ndim - 2)), t.value.shape))
    for ours, theirs in zip(slopes(t), torch_slopes(partial(op, **parameters), x, w, size=t.value.size), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-13)
    assert set(t.coefficient) == {1.0}


@pytest.mark.parametrize("sign, op", [(1, cross_correlate), (-1, convolve)], ids=["cross_correlate", "convolve"])
@pytest.mark.parametrize("x, w, parameters", [
    ((2, 9), (2, 2, 3), dict(stride=2, padding=1)),
    ((1, 7, 7), (1, 1, 3, 3), dict(padding=1, dilation=2)),
    ((4, 5, 5), (4, 2, 3, 2), dict(groups=2, bias=np.array([1.0, -2.0, 0.0, 5.0]))),
    ((2, 4, 3, 3), (1, 2, 2, 2, 2), dict(stride=2, padding=1)),
    ((2, 2, 1, 5), (1, 1, 2), dict()),
])  # fmt: skip
def test_terms_of_convlib_are_torchs_derivatives(op, sign, x, w, parameters):
    x, w = numbers(*x), numbers(*w, seed=1)
    t = trace(op, x.numpy(), w.numpy(), **parameters)
    n = w.ndim - 2
    spatial = tuple(range(2, w.ndim))
    tensors = {k: torch.from_numpy(v) if k == "bias" else v for k, v in parameters.items()}

    def reference(x, w):
        conv = (F.conv1d, F.conv2d, F.conv3d)[n - 1]
        flat = x.reshape(-1, *x.shape[x.ndim - n - 1 :])
        return conv(flat, w if sign == 1 else w.flip(spatial), **tensors)

    assert t.kind == "products" and np.allclose(summed(t), t.value, rtol=1e-12)
    for ours, theirs in zip(slopes(t), torch_slopes(reference, x, w, size=t.value.size), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-13)


def test_terms_are_read_one_by_one():
    t = trace(cross_correlate, letter_f(), hook(), padding=1)
    assert t.terms((0, 0, 0)) == [((0, r, c), (0, 0, r + 1, c + 1), 1.0) for r in (0, 1) for c in (0, 1)]
    assert t.terms((0, 3, 2)) == [((0, 2 + a, 1 + b), (0, 0, a, b), 1.0) for a in range(3) for b in range(3)]
    for index in ((0, 7, 0), (0, -1, 0), (0, 0), 0):
        with pytest.raises(ValueError, match=r"is not in an answer of shape \(1, 7, 7\)"):
            t.terms(index)


SUMS = [
    (lambda x: F.avg_pool2d(x, 2), (1, 6, 4)),
    (lambda x: F.avg_pool2d(x, 3, stride=2, padding=1), (2, 5, 5)),
    (lambda x: F.avg_pool2d(x, 3, padding=1, count_include_pad=False), (1, 4, 4)),
    (lambda x: F.adaptive_avg_pool2d(x, 1), (2, 3, 4)),
    (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), (1, 1, 3, 4)),
    (lambda x: F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=True), (1, 2, 3, 3)),
    (lambda x: F.interpolate(x, scale_factor=3), (1, 1, 2, 2)),
    (lambda x: F.pixel_shuffle(x, 2), (4, 2, 3)),
    (lambda x: F.pad(x, (1, 2), mode="reflect"), (2, 4)),
    (lambda x: 2 * x - 3, (3, 2)),
    (lambda x: x.sum(), (4,)),
    (lambda x: torch.fft.fft(x).real, (6,)),
]


@pytest.mark.parametrize("op, shape", SUMS)
def test_terms_of_sums_are_torchs_derivatives(op, shape):
    x = numbers(*shape)
    t = trace(op, x)
    assert t.kind == "sums" and (t.weight == -1).all()
    assert np.array_equal(t.value, op(x).numpy())
    assert np.allclose(summed(t), t.value, atol=1e-12)
    assert np.allclose(slopes(t)[0], torch_slopes(op, x, size=t.value.size)[0], atol=1e-13)


def test_attention_is_a_sum_in_v():
    def attention(q, k, v):
        return torch.softmax(q @ k.T / math.sqrt(q.shape[1]), dim=1) @ v

    q, k, v = numbers(4, 3), numbers(5, 3, seed=1), numbers(5, 2, seed=2)
    t = trace(partial(attention, q, k), v)
    assert (t.kind, t.name) == ("sums", "attention")
    by_v = torch_slopes(partial(attention, q, k), v, size=8)[0]
    assert np.allclose(slopes(t)[0], by_v, atol=1e-13)
    weights = torch.softmax(q @ k.T / math.sqrt(3), dim=1).numpy()
    assert [(i, c) for i, _, c in t.terms((2, 1))] == [((j, 1), pytest.approx(weights[2, j])) for j in range(5)]


def test_weights_that_are_not_multiplied_by_inputs_are_given_numbers():
    x, w = numbers(5), numbers(3, seed=1)
    by_softmax = trace(lambda x, w: F.conv1d(x[None], torch.softmax(w, 0)[None, None])[0], x, w)
    residual = trace(lambda x, w: x[1:-1] + F.conv1d(x[None], w[None, None])[0], x, w)
    unused = trace(lambda x, w: x[:2] + x[2:4], x, w)
    only_weights = trace(lambda x, w: w**2, x, w)
    assert {t.kind for t in (by_softmax, residual, unused, only_weights)} == {"sums"}
    assert by_softmax.terms(1) == [((1 + k,), None, pytest.approx(float(torch.softmax(w, 0)[k]))) for k in range(3)]
    assert residual.terms(0) == [((k,), None, pytest.approx(float(w[k]) + (k == 1))) for k in range(3)]
    assert unused.terms(1) == [((1,), None, 1.0), ((3,), None, 1.0)]
    assert only_weights.terms(2) == [] and np.array_equal(only_weights.offset, (w**2).numpy())


def test_a_weight_that_meets_several_inputs_at_once():
    x, w = numbers(6), numbers(2, seed=1)
    t = trace(lambda x, w: w[0] * (x[1:] - x[:-1]) + w[1] * (0.25 * x[1:] + 0.75 * x[:-1]), x, w)
    assert t.kind == "products"
    assert t.terms(2) == [((2,), (0,), -1.0), ((2,), (1,), 0.75), ((3,), (0,), 1.0), ((3,), (1,), 0.25)]


PICKS = [
    (lambda x: F.max_pool2d(x, 2), (1, 6, 4)),
    (lambda x: F.max_pool2d(x, 3, stride=2, padding=1), (2, 5, 5)),
    (lambda x: F.max_pool2d(x, 2, dilation=2, stride=1), (1, 4, 4)),
    (lambda x: -F.max_pool1d(-x, 3, stride=1), (1, 7)),
    (lambda x: x.unfold(0, 3, 1).median(dim=1).values, (7,)),
]


@pytest.mark.parametrize("op, shape", PICKS)
def test_picks_light_the_window_and_mark_the_winner(op, shape):
    x = numbers(*shape)
    t = trace(op, x)
    assert t.kind == "picks"
    winners = np.zeros((t.value.size, x.numel()))
    window = np.zeros_like(winners, bool)
    for o, index in enumerate(np.ndindex(t.value.shape)):
        for i, k, c in t.terms(index):
            assert k is None
            window[o, np.ravel_multi_index(i, x.shape)] = True
            winners[o, np.ravel_multi_index(i, x.shape)] = c is not None
    assert np.array_equal(winners, torch_slopes(op, x, size=t.value.size)[0])
    # over many inputs, each cell of the window wins once
    seen = sum(np.abs(torch_slopes(op, numbers(*shape, seed=s), size=t.value.size)[0]) for s in range(200))
    assert np.array_equal(window, seen > 0)


def test_the_window_of_a_maximum_over_equal_numbers_is_whole():
    t = trace(lambda x: F.max_pool2d(x, 3, stride=1), torch.from_numpy(letter_f()))
    assert t.kind == "picks" and all(len(t.terms(index)) == 9 for index in np.ndindex(t.value.shape))
    assert all([c for *_, c in t.terms(index)].count(1.0) == 1 for index in np.ndindex(t.value.shape))
    medians = trace(lambda x: x.unfold(0, 3, 1).median(dim=1).values, torch.zeros(5))
    assert [len(medians.terms(i)) for i in range(3)] == [3, 3, 3]


DEPENDS = [
    (lambda x: F.layer_norm(x, x.shape[-1:]), (2, 4)),
    (lambda x: F.instance_norm(x[None])[0], (2, 2, 3)),
    (F.relu, (3, 3)),
    (lambda x: torch.softmax(x, -1), (2, 5)),
    (lambda x: torch.sigmoid(F.avg_pool1d(x, 2)), (1, 6)),
    (lambda x: x[1:] * x[:-1], (5,)),
    (lambda x: torch.softmax(x @ x.T, -1) @ x, (3, 2)),
    (lambda x: F.avg_pool2d(x, 2) ** 2, (1, 4, 4)),
]


@pytest.mark.parametrize("op, shape", DEPENDS)
def test_what_an_output_depends_on_is_where_torch_has_a_derivative(op, shape):
    x = numbers(*shape)
    t = trace(op, x)
    assert t.kind == "depends" and np.isnan(t.coefficient).all()
    lit = np.zeros((t.value.size, x.numel()), bool)
    for o, index in enumerate(np.ndindex(t.value.shape)):
        for i, k, c in t.terms(index):
            assert k is None and c is None
            lit[o, np.ravel_multi_index(i, x.shape)] = True
    generic = sum(np.abs(torch_slopes(op, numbers(*shape, seed=s), size=t.value.size)[0]) for s in range(20))
    assert np.array_equal(lit, generic > 0)


def test_inputs_that_hide_each_other():
    x = np.array([True, True, True, False, False, True])
    by_hand = [{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}]
    for make in (lambda x: x, lambda x: 10.0 * x, lambda x: (200 * x).astype(np.uint8)):
        for f in (np.any, np.all):
            t = trace(lambda x, f=f: [f(x[i : i + 3] > 0) for i in range(4)], make(x))
            assert [{i for (i,), *_ in t.terms(o)} for o in range(4)] == by_hand


@pytest.mark.parametrize("branch", [np.sum, np.max, lambda a: a.flat[0], lambda a: -np.mean(a)])
def test_a_branch_on_a_sign_is_no_sum_of_products(branch):
    def f(x, w):
        return slide(x, w) if branch(x) >= 0 else slide(x, w[::-1])

    def g(x, w):
        return slide(x, w) if branch(w) >= 0 else slide(x, w[::-1])

    x, w = numbers(4, 4).numpy(), numbers(2, 2, seed=1).numpy()
    assert trace(f, x, w).kind == "depends"
    assert trace(g, x, w).kind == "sums"
    for size in range(1, 9):
        v = np.ones(size)
        assert trace(lambda x, w: max(x @ w, 0), v, v).kind == "depends"
        assert trace(lambda x, w: min(x @ w, 0), v, -v).kind == "depends"
        assert trace(lambda x: max(x.sum(), 0), v).kind == "depends"


def test_what_moves_on_the_given_numbers_only():
    def behind_a_gate(x):
        return [x[1:3].max(), x[1:3].min(), x[1] * x[2] * x[3]] if x[0] == 5 else [0, 0, 0]

    for last in (1.0, np.nan):
        t = trace(behind_a_gate, np.array([5.0, 2.0, 3.0, last]))
        assert t.kind == "depends"
        assert [[i for (i,), *_ in t.terms(o)] for o in range(3)] == [[0, 1, 2], [0, 1, 2], [0, 1, 2, 3]]


def test_a_kernel_that_is_a_mask():
    x, mask = numbers(5).numpy(), np.array([True, False, True])
    total = trace(lambda x, w: [x[i : i + 3][w].sum() for i in range(3)], x, mask)
    largest = trace(lambda x, w: [x[i : i + 3][w].max() for i in range(3)], x, mask)
    assert (total.kind, largest.kind) == ("sums", "picks")
    for t in (total, largest):
        assert [[i for (i,), *_ in t.terms(o)] for o in range(3)] == [[o, o + 2] for o in range(3)]


def test_relu_of_numbers_above_zero_picks_nothing():
    for size in range(1, 9):
        for sign, clip in ((1, np.maximum), (-1, np.minimum)):
            assert trace(lambda x, clip=clip: clip(x[:1], 0), np.full(size, 3.0 * sign)).kind == "depends"


def slide(x, w):
    h, k = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    return np.array([[(x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum() for j in range(k)] for i in range(h)])


WINDOW = {(o, i, k) for o in range(4) for i, k in [((o // 2 + a) * 3 + o % 2 + b, 2 * a + b) for a in (0, 1) for b in (0, 1)]}


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int32", "int8", "uint8"])
def test_every_dtype_is_traced_alike(dtype):
    x, w = np.array([[1, 2, 0], [3, 4, 5], [0, 6, 1]], dtype), np.array([[1, 2], [0, 3]], dtype)
    t = trace(slide, x, w)
    assert t.kind == "products" and np.array_equal(t.value, slide(x, w)) and t.value.dtype == float
    assert set(zip(t.out, t.inp, t.weight)) == WINDOW and set(t.coefficient) == {1.0}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_fractions_of_little_precision(dtype):
    x, w = numbers(5, 5, dtype=dtype), numbers(2, 2, seed=1, dtype=dtype)
    t = trace(lambda x, w: sum(w[a, b] * x[a : a + 4, b : b + 4] for a in (0, 1) for b in (0, 1)), x, w)
    assert t.kind == "products" and len(t.out) == 64 and set(t.coefficient) == {1.0}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8])
def test_tensors_of_every_dtype(dtype):
    def by_hand(x, w):
        return sum(w[a, b] * x[a : a + 2, b : b + 2] for a in (0, 1) for b in (0, 1))

    x, w = torch.tensor([[1, 2, 0], [3, 4, 5], [0, 6, 1]], dtype=dtype), torch.tensor([[1, 2], [0, 3]], dtype=dtype)
    t = trace(by_hand, x, w)
    assert t.kind == "products" and np.array_equal(t.value, by_hand(x, w).double().numpy())
    assert set(zip(t.out, t.inp, t.weight)) == WINDOW and set(t.coefficient) == {1.0}


def test_small_coefficients_are_heard_in_float16():
    t = trace(lambda x, w: (x - x.mean())[:2] * w, np.arange(40, dtype=np.float16), np.array([3], np.float16))
    assert t.kind == "products" and [len(t.terms(o)) for o in (0, 1)] == [40, 40]
    assert t.terms(0)[1][2] == pytest.approx(-1 / 40, rel=1e-2)


def test_a_sum_that_is_nearly_too_large_for_float16():
    t = trace(slide, np.ones((8, 8), np.float16), np.ones((7, 7), np.float16))
    assert t.kind == "products" and len(t.out) == 4 * 49


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_matrix_stays_a_matrix():
    t = trace(lambda x, w: x * w, np.matrix([[1.0, 2.0]]), np.matrix([[3.0], [4.0]]))
    assert t.terms((0, 0)) == [((0, 0), (0, 0), 1.0), ((0, 1), (1, 0), 1.0)]


@pytest.mark.parametrize("number", [int, float, Fraction, Decimal])
def test_lists_stay_lists(number):
    def by_hand(x, w):
        assert type(x) is list and type(x[0]) is number
        return [x[i] * w[0] + x[i + 1] * w[1] for i in range(len(x) - 1)]

    t = trace(by_hand, [number(v) for v in (3, 1, 4)], [number(v) for v in (2, 5)])
    assert t.value.tolist() == [11.0, 22.0]
    assert t.terms(1) == [((1,), (0,), 1.0), ((2,), (1,), 1.0)]


def test_bools_are_asked_in_their_own_kind_where_they_are_no_numbers():
    x = np.array([True, True, False, True])
    eroded, edges = trace(lambda x: x[1:] & x[:-1], x), trace(lambda x: ~(x[1:] ^ x[:-1]), x)
    assert (eroded.kind, edges.kind) == ("picks", "depends")
    for t in (eroded, edges):
        assert [[i for (i,), *_ in t.terms(o)] for o in range(3)] == [[0, 1], [1, 2], [2, 3]]


def test_a_mask_is_pushed_as_a_mask():
    t = trace(lambda x: np.array([5, 5, 3, 4])[x].sum(), np.array([True, False, True, True]))
    assert t.terms(()) == [((i,), None, None) for i in range(4)]


def test_single_numbers_come_and_go():
    t = trace(lambda x, w: (x * w).sum(), np.array([2.0, 3.0]), 5.0)
    assert t.value.shape == () and t.terms(()) == [((0,), (), 1.0), ((1,), (), 1.0)]
    assert trace(lambda x: float(3 * x), 2.0).terms(0) == [((), None, 3.0)]
    assert trace(np.tanh, 2.0).terms(()) == [((), None, None)]


def test_tensors_that_want_a_gradient():
    layer = torch.nn.Conv1d(1, 1, 2)
    t = trace(lambda x, w: F.conv1d(x, w), torch.randn(1, 4, requires_grad=True), layer.weight)
    assert t.terms((0, 1)) == [((0, 1), (0, 0, 0), 1.0), ((0, 2), (0, 0, 1), 1.0)]
    x = torch.arange(3.0, requires_grad=True)
    assert trace(lambda x: [v * 2 for v in x], x).terms(2) == [((2,), None, 2.0)]
    squared = trace(lambda x: torch.autograd.grad((x**2).sum(), x)[0], x)
    assert squared.terms(1) == [((1,), None, 2.0)] and x.grad is None


def test_a_module_is_an_operator_with_weights_of_its_own():
    torch.manual_seed(0)
    layer = torch.nn.Conv1d(1, 2, 3)
    t = trace(layer, torch.ones(1, 4))
    assert (t.name, t.kind) == ("Conv1d", "sums")
    assert [c for *_, c in t.terms((1, 0))] == pytest.approx(layer.weight[1, 0].tolist(), abs=1e-6)
    assert t.offset[1, 0] == pytest.approx(layer.bias[1].item())


def test_the_transform_that_rounds_lights_no_extra_cell():
    def by_fourier(x, w):
        size = len(x) + len(w) - 1
        return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(w, size), size)

    for dtype in (np.float64, np.float32):
        t = trace(by_fourier, np.array([1, 2, 3, 4, 5], dtype), np.array([0.5, -1, 2], dtype))
        assert t.kind == "products" and set(t.coefficient) == {1.0}
        assert set(zip(t.out, t.inp, t.weight)) == {(i + k, i, k) for i in range(5) for k in range(3)}


@pytest.mark.parametrize("x_scale, w_scale", [(1e12, 1), (1, 1e-8), (1e-9, 1e-9), (1e150, 1e100), (1e-150, 1e-100)])
def test_huge_and_tiny_numbers(x_scale, w_scale):
    x, w = numbers(5, 5).numpy() * x_scale, numbers(2, 2, seed=1).numpy() * w_scale
    t = trace(slide, x, w)
    assert t.kind == "products" and len(t.out) == 64 and np.allclose(summed(t), t.value, rtol=1e-12, atol=0)
    s = trace(lambda x, w: slide(x, w) + slide(x, w**2), x, w)
    assert s.kind == "sums" and len(s.out) == 64


def test_one_large_output_hides_no_wrong_small_one():
    def second_is_rounded(x):
        return np.array([x[0], np.round(x[1], 1)])

    t = trace(second_is_rounded, np.array([1e12, 0.123]))
    assert t.kind == "depends" and [i for (i,), *_ in t.terms(1)] == [1]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_finite_number_in_the_input(value):
    x, w = letter_f()[0, :4, :4].copy(), hook()[0, 0]
    x[1, 2] = value
    plain = trace(slide, np.ones((4, 4)), w)
    t = trace(slide, x, w)
    with np.errstate(invalid="ignore"):
        assert t.kind == "products" and np.array_equal(t.value, slide(x, w), equal_nan=True)
    assert np.array_equal(t.inp, plain.inp) and np.array_equal(t.weight, plain.weight)
    mended = trace(lambda x, w: slide(np.where(np.isfinite(x), x, 0), w), x, w)
    assert mended.kind == "depends"
    biggest = trace(lambda x: np.array([x[:2].max(), x[1:3].max(), x[2:].max()]), np.array([1.0, 2.0, value, 3.0]))
    assert biggest.kind == "picks" and [len(biggest.terms(i)) for i in range(3)] == [2, 2, 2]
    assert trace(lambda x: x / x, np.array([1.0, 0.0, value])).terms(0) == [((0,), None, None)]
    assert trace(np.tanh, np.array([1.0, value])).terms(1) == [((1,), None, None)]


def test_a_function_that_takes_only_its_own_kind_of_numbers():
    def checked(x):
        if x.min() < 0 or x.max() > 1:
            raise ValueError("pixels are 0 to 1")
        return np.sqrt(x[1:] * x[:-1])

    t = trace(checked, np.array([0.5, 1.0, 0.25, 0.125]))
    assert t.kind == "depends" and [[i for (i,), *_ in t.terms(o)] for o in range(3)] == [[0, 1], [1, 2], [2, 3]]

    def closed(x):
        if x.tolist() != [1.0, 2.0]:
            raise KeyError("not mine")
        return x

    with pytest.raises(ValueError, match="closed takes these numbers only, and cannot be traced. To others it says KeyError: 'not mine'"):
        trace(closed, np.array([1.0, 2.0]))


def test_a_shape_that_depends_on_the_numbers():
    t = trace(lambda x: x[x > 0], np.array([1.0, -1.0, 2.0]))
    assert t.value.tolist() == [1.0, 2.0] and t.kind == "picks"
    assert [t.terms(o) for o in (0, 1)] == [[((0,), None, 1.0)], [((2,), None, 1.0)]]


def test_inputs_are_never_written():
    def careless(x, w):
        x *= 2
        w += 1
        return x[:2] * w

    for make in (lambda v: v, torch.from_numpy):
        x, w = make(np.array([1.0, 2.0, 3.0])), make(np.array([4.0, 5.0]))
        t = trace(careless, x, w)
        assert x.tolist() == [1, 2, 3] and w.tolist() == [4, 5]
        assert t.value.tolist() == [10, 24] and t.kind == "sums" and t.terms(1) == [((1,), None, 12.0)]
    rows = [[1.0, 2.0]]
    trace(lambda x: x[0].append(x[0].pop(0)) or x, rows)
    assert rows == [[1.0, 2.0]]


def test_prints_and_warnings_appear_once(capsys):
    def chatty(x, w):
        print("sum:", x.sum())
        print("careful", file=sys.stderr)
        warnings.warn("slow", stacklevel=1)
        return x * w

    with pytest.warns(UserWarning, match="slow") as caught:
        trace(chatty, np.array([1.0, 2.0]), np.array([3.0]))
    assert capsys.readouterr() == ("sum: 3.0\n", "careful\n") and len(caught) == 1


def test_a_loop_is_run_some_two_dozen_times():
    runs = []

    def counted(x, w):
        runs.append(1)
        return slide(x, w)

    assert trace(counted, letter_f()[0], hook()[0, 0]).kind == "products"
    assert len(runs) <= 30
    runs.clear()
    assert trace(lambda x, w: np.maximum(counted(x, w), 0), letter_f()[0], hook()[0, 0]).kind == "depends"
    assert len(runs) <= 8 * 49


def returning(answer):
    def f(x):
        return answer

    return f


@pytest.mark.parametrize("answer, message", [
    (None, r"^f returned nothing: does it end in return\?$"),
    (..., "^what f returned is no array of numbers but ellipsis$"),
    ("12", "^what f returned is no array of numbers but str$"),
    (["1", "2"], "^what f returned is no array of numbers but list$"),
    ([np.ones(2), "2"], "^what f returned is a list whose rows differ in length, or hold no numbers$"),
    ([[1, 2], [3]], "^what f returned is a list whose rows differ in length, or hold no numbers$"),
    ([[None, None]], "^what f returned is an array with None in it: from a function that does not end in return"),
    ((np.ones(2), np.ones(2)), "^what f returned is a tuple of 2: one array is needed$"),
    ((np.ones(2), np.ones(3)), "^what f returned is a tuple of 2: one array is needed$"),
    (torch.max(torch.ones(2, 2), 0), "^what f returned is a tuple of 2: one array is needed$"),
    ({"y": 1}, "^what f returned is no array of numbers but dict$"),
    ((v for v in [1.0]), "^what f returned is no array of numbers but generator$"),
    (np.fft.fft([1.0, 2.0]), "^what f returned is complex: take its real part or its absolute value$"),
    (torch.ones(2) * 1j, "^what f returned is complex: take its real part or its absolute value$"),
    (slide, "^what f returned is no array of numbers but function$"),
])  # fmt: skip
def test_what_is_no_array_of_numbers(answer, message):
    with pytest.raises(TypeError, match=message):
        trace(returning(answer), np.ones(2))


def test_arguments_that_are_no_numbers():
    with pytest.raises(TypeError, match="^the input is no array of numbers but str$"):
        trace(np.tanh, "letter")
    with pytest.raises(TypeError, match="^the input is no array of numbers but NoneType$"):
        trace(np.tanh, None)
    with pytest.raises(TypeError, match="^the kernel is a list whose rows differ in length"):
        trace(slide, np.ones((3, 3)), [[1, 2], [3]])
    with pytest.raises(TypeError, match="^the input is complex"):
        trace(np.real, np.ones(2) * 1j)


def test_answers_that_change():
    rng = np.random.default_rng(0)
    message = "^f answers differently each time: seed its random numbers inside$"

    def f(x):
        return x + rng.normal(size=x.shape)

    with pytest.raises(ValueError, match=message):
        trace(f, np.ones(2))
    calls = []

    def f(x):
        calls.append(1)
        return x * (1 + len(calls) // 5)

    with pytest.raises(ValueError, match=message):
        trace(f, np.ones(2))

    def f(x):
        return np.ones(rng.integers(1, 1000))

    with pytest.raises(ValueError, match=message):
        trace(f, np.ones(2))
    seeded = trace(lambda x: np.random.default_rng(1).normal(size=3) * x, np.ones(3))
    assert seeded.kind == "sums"


def test_too_many_to_trace():
    message = "^tanh has 10000 inputs, too many to trace: take a smaller example$"
    with pytest.raises(ValueError, match=message):
        trace(np.tanh, np.ones((100, 100)))

    with pytest.raises(ValueError, match="^mean has 20001 inputs, too many to trace: take a smaller example$"):
        trace(np.mean, np.ones(20_001))
    with pytest.raises(ValueError, match="^multiply has 1 inputs and 10001 weights, too many to trace: take a smaller example$"):
        trace(np.multiply, np.ones(1), np.ones(10_001))

    def product(x, w):
        return x[:150] * w.sum() + x[1:] * w.mean()

    with pytest.raises(ValueError, match="product has 151 inputs and 150 weights, too many to trace: take a smaller example"):
        trace(product, np.ones(151), np.ones(150))


def test_an_empty_answer_says_so():
    with pytest.raises(ValueError, match=r"slide returned an empty array of shape \(0,\): is the kernel larger than the input\?"):
        trace(slide, np.ones((2, 2)), np.ones((3, 3)))


def test_the_functions_own_exception_passes_through():
    def strict(x, w):
        raise ZeroDivisionError("by hand")

    with pytest.raises(ZeroDivisionError, match="by hand"):
        trace(strict, np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="kernel 3 .* padded input's 2"):
        trace(cross_correlate, np.ones((1, 2, 2)), hook())


def test_names_as_on_the_page():
    x = np.ones((2, 2))
    assert [trace(f, x).name for f in (np.tanh, lambda x: x, partial(slide, w=x))] == ["tanh", "lambda", "slide"]
