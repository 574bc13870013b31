"""The line of a trace tells stride, dilation, start and flip, and where a weight met padding or an inserted zero."""

from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from convlib import convolve, cross_correlate, hook, letter_f, trace
from convlib.show.line import fit_line, spatial_axes

X, W = letter_f(), hook()


def image(*shape):
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape)


def transposed(x, w, **parameters):
    return F.conv_transpose2d(torch.from_numpy(x), torch.from_numpy(w), **parameters)


# function, input, kernel, parameters, then by hand: stride, dilation (negative: flipped), start
LINES = [
    (cross_correlate, X, W, {}, (1, 1), (1, 1), (0, 0)),
    (cross_correlate, X, W, dict(padding=1), (1, 1), (1, 1), (-1, -1)),
    (cross_correlate, X, W, dict(padding=((2, 0), (0, 1))), (1, 1), (1, 1), (-2, 0)),
    (cross_correlate, X, W, dict(dilation=2, padding=2), (1, 1), (2, 2), (-2, -2)),
    (cross_correlate, X, W, dict(stride=2, padding=1), (2, 2), (1, 1), (-1, -1)),
    (cross_correlate, X, W, dict(stride=(3, 1), dilation=(1, 2)), (3, 1), (1, 2), (0, 0)),
    (convolve, X, W, {}, (1, 1), (-1, -1), (2, 2)),
    (convolve, X, W, dict(padding="full"), (1, 1), (-1, -1), (0, 0)),
    (convolve, X, W, dict(dilation=2, stride=2), (2, 2), (-2, -2), (4, 4)),
    (cross_correlate, image(4, 5, 5), image(4, 2, 3, 3), dict(groups=2, padding=1), (1, 1), (1, 1), (-1, -1)),
    (cross_correlate, image(2, 9), image(3, 2, 4), dict(stride=2, padding=(3,)), (2,), (1,), (-3,)),
    (cross_correlate, image(1, 4, 4, 4), image(1, 1, 2, 2, 2), dict(padding=1), (1, 1, 1), (1, 1, 1), (-1, -1, -1)),
    (transposed, X[:, :4, :4], W, dict(stride=2), (0.5, 0.5), (-0.5, -0.5), (0, 0)),
    (transposed, X[:, :4, :4], W, dict(stride=3, padding=1), (1 / 3, 1 / 3), (-1 / 3, -1 / 3), (1 / 3, 1 / 3)),
    (lambda x, w: cross_correlate(x[None], w[None, None])[0], X[0], W[0, 0], {}, (1, 1), (1, 1), (0, 0)),
    (lambda x, w: cross_correlate(x, w[:, :, ::-1], padding=1), X, W, {}, (1, 1), (-1, 1), (1, -1)),
]


@pytest.mark.parametrize("f, x, w, parameters, stride, dilation, start", LINES)
def test_a_line_reads_as_by_hand(f, x, w, parameters, stride, dilation, start):
    t = trace(f, x, w, **parameters)
    line = fit_line(t)
    assert line.step == pytest.approx(stride, abs=1e-5)
    assert line.dilation == pytest.approx(dilation, abs=1e-5)
    assert line.start == pytest.approx(start, abs=1e-5)
    assert line.flipped == (max(dilation) < 0)


@pytest.mark.parametrize("f, x, w, parameters, stride, dilation, start", LINES)
def test_ghosts_are_the_places_outside_and_between(f, x, w, parameters, stride, dilation, start):
    """By hand: walk over outputs and taps, and note each place that holds no input."""
    t = trace(f, x, w, **parameters)
    n = len(stride)
    met = {(o, k) for o, k in zip(t.out.tolist(), t.weight.tolist())}
    partners = {(np.unravel_index(o, t.value.shape)[:-n], k, np.unravel_index(i, x.shape)[:-n]) for o, k, i in zip(t.out, t.weight, t.inp)}
    expected = set()
    for lead, k, channel in partners:
        for place in np.ndindex(t.value.shape[-n:]):
            o = int(np.ravel_multi_index((*lead, *place), t.value.shape))
            tap = np.unravel_index(k, w.shape)[-n:]
            at = [a * i + b * j + c for a, i, b, j, c in zip(stride, place, dilation, tap, start)]
            if not all(abs(v - round(v)) < 1e-9 and 0 <= round(v) < size for v, size in zip(at, x.shape[-n:])):
                channel_index = int(np.ravel_multi_index(channel, x.shape[:-n])) if channel else 0
                expected.add((o, int(k), channel_index, tuple(round(v, 3) + 0.0 for v in at)))
    ghosts = fit_line(t).ghosts
    assert set(ghosts) == expected and len(ghosts) == len(expected)
    assert not met & {(o, k) for o, k, *_ in ghosts}


def test_a_flip_in_words():
    x, w = image(1, 4, 4, 4), image(1, 1, 2, 2, 2)
    turned = {"": [], "flipped": [2, 3, 4], "flipped up-down": [3], "flipped front to back and left-right": [2, 4]}
    for words, axes in turned.items():
        assert fit_line(trace(lambda x, w, axes=axes: cross_correlate(x, np.flip(w, axes)), x, w)).flips == words
    assert fit_line(trace(convolve, X, W[..., :1])).flips == "flipped"


def test_ghosts_counted_by_hand():
    assert fit_line(trace(cross_correlate, X, W)).ghosts == []
    one_ring = fit_line(trace(cross_correlate, X, W, padding=1)).ghosts
    assert len(one_ring) == 49 * 9 - 19 * 19  # of 7 outputs and 3 taps along an axis, 19 pairs meet a cell
    assert [g for g in one_ring if g[0] == 0] == [
        (0, 0, 0, (-1, -1)), (0, 1, 0, (-1, 0)), (0, 2, 0, (-1, 1)), (0, 3, 0, (0, -1)), (0, 6, 0, (1, -1))]  # fmt: skip
    scattered = fit_line(trace(transposed, X[:, :2, :2], W, stride=2)).ghosts
    assert {at for *_, at in scattered if at != (0.5, 0.5)} >= {(0.5, 0), (0, 0.5), (-1, -1), (1.5, 0.5)}


def test_every_channel_that_shares_a_kernel_has_ghosts():
    def summed(x, w):
        return sum(cross_correlate(x[c : c + 1], w[None, None], padding=1)[0] for c in range(3))

    ghosts = fit_line(trace(summed, image(3, 4, 4), image(3, 3))).ghosts
    assert [len([g for g in ghosts if g[2] == c]) for c in range(3)] == [16 * 9 - 10 * 10] * 3


def test_a_cell_that_the_function_passes_by_is_no_ghost():
    def misses_the_last_row(x, w):
        y = np.zeros((5, 5))
        for i, j in product(range(4), range(5)):
            y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
        return y

    def starts_at_one(x, w):
        y = np.zeros(2)
        y[1] = x[1] * w[0] + x[2] * w[1]
        return y

    line = fit_line(trace(misses_the_last_row, X[0], W[0, 0]))
    assert line.ghosts == [] and line.step.tolist() == [1, 1]
    line = fit_line(trace(starts_at_one, image(3), image(2)))
    assert line.ghosts == [] and (line.step.tolist(), line.dilation.tolist()) == ([0], [1])


def test_a_single_cell_tells_of_no_line():
    line = fit_line(trace(cross_correlate, np.ones((1, 1, 1)), W, padding=1))
    assert (line.step.tolist(), line.dilation.tolist(), line.ghosts) == ([0, 0], [0, 0], [])


def pad(mode):
    return lambda x, w: cross_correlate(np.pad(x, ((0, 0), (1, 1), (1, 1)), mode=mode), w)


@pytest.mark.parametrize("f", [
    pad("reflect"), pad("wrap"), pad("edge"),
    lambda x, w: cross_correlate(x[:, [3, 0, 1, 6, 2, 5, 4]], w),
    lambda x, w: cross_correlate(x, w.transpose(0, 1, 3, 2)),
    lambda x, w: cross_correlate(x, w).transpose(0, 2, 1),
    lambda x, w: cross_correlate(x, w) ** 2,
    lambda x, w: cross_correlate(x, w**2),
    lambda x, w: 0 * cross_correlate(x, w),
], ids=["reflect", "wrap", "edge", "permuted", "kernel transposed", "output transposed", "squared", "no products", "nothing"])  # fmt: skip
def test_no_line_no_ghosts(f):
    assert fit_line(trace(f, X, W)) is None


def test_no_line_without_a_kernel_or_for_one_number():
    assert fit_line(trace(np.cumsum, image(4))) is None
    assert fit_line(trace(lambda x, w: (x * w).sum(), image(4), image(4))) is None
    assert fit_line(trace(lambda x, w: x * w, image(4), 2.0)) is None


def test_which_axes_are_space():
    axes = [spatial_axes(trace(cross_correlate, x, w)) for x, w in ((X, W), (image(1, 4), image(1, 1, 2)))]
    axes += [spatial_axes(trace(np.tanh, image(*shape))) for shape in ((4,), (2, 3), (2, 2, 2))]
    axes += [spatial_axes(trace(lambda x, w: x[:2] * w, image(3), image(2)))]
    assert axes == [2, 1, 1, 2, 2, 1]
