"""Traces of data-dependent variants: kind and terms, against lists written from the definitions."""

from functools import partial
from math import floor

import numpy as np
import pytest

from convlib.ops import (
    attention,
    batch_norm,
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
from convlib.ops.softmax import softmax
from convlib.show.trace import trace


def by_output(answer):
    return {index: answer.terms(index) for index in np.ndindex(answer.value.shape)}


def same_terms(got, want):
    """Inputs and weights are the same, coefficients nearly."""
    assert [term[:2] for term in got] == [term[:2] for term in want]
    np.testing.assert_allclose([term[2] for term in got], [term[2] for term in want], rtol=1e-6, atol=1e-9)


def corners(row, column, size):
    """The cells of an image around a place, and their shares."""
    for r, tall in ((floor(row), 1 - row % 1), (floor(row) + 1, row % 1)):
        for c, wide in ((floor(column), 1 - column % 1), (floor(column) + 1, column % 1)):
            if 0 <= r < size[0] and 0 <= c < size[1] and tall * wide:
                yield (r, c), tall * wide


@pytest.mark.parametrize("modulated", [False, True])
def test_deformable_shows_its_bilinear_shares(numbers, modulated):
    size, taps = (5, 4), 4
    x, w = numbers((2, *size)), numbers((1, 2, 2, 2))
    offset = np.round(4 * numbers((2 * taps, 3, 5))) / 4  # some of them whole
    mask = numbers((taps, 3, 5)) if modulated else None
    parameters = {"stride": (2, 1), "padding": (1, 1)}
    answer = trace(deformable, x, w, offset=offset, mask=mask, **parameters)
    np.testing.assert_array_equal(answer.value, deformable(x, w, offset, mask, **parameters))
    assert answer.kind == "products"
    for (o, oy, ox), terms in by_output(answer).items():
        want = []
        for channel, tap in np.ndindex(2, taps):
            i, j = divmod(tap, 2)
            row = 2 * oy - 1 + i + offset[2 * tap, oy, ox]
            column = ox - 1 + j + offset[2 * tap + 1, oy, ox]
            for cell, share in corners(row, column, size):
                share *= mask[tap, oy, ox] if modulated else 1
                want.append(((channel, *cell), (o, channel, i, j), share))
        same_terms(terms, sorted(want))


def test_deformable_in_its_offsets_depends_on_its_own(numbers):
    x, w, offset = numbers((1, 5, 5)), numbers((1, 1, 2, 1)), 0.3 + 0 * numbers((4, 4, 5))
    answer = trace(lambda offset: deformable(x, w, offset), offset)
    assert answer.kind == "depends"
    for (_, oy, ox), terms in by_output(answer).items():
        assert [term[0] for term in terms] == [(n, oy, ox) for n in range(4)]


def test_lightweight_shows_its_taps(numbers):
    x, w = numbers((4, 6)), numbers((2, 3))
    plain = trace(lightweight, x, w, softmax=False)
    assert plain.kind == "products"
    assert plain.terms((3, 0)) == [((3, 0), (1, 1), 1.0), ((3, 1), (1, 2), 1.0)]
    soft = trace(lightweight, x, w, padding="causal")
    assert soft.kind == "sums"
    np.testing.assert_array_equal(soft.value, lightweight(x, w, padding="causal"))
    same_terms(soft.terms((1, 4)), [((1, t), None, softmax(w)[0, t - 2]) for t in (2, 3, 4)])
    same_terms(soft.terms((2, 1)), [((2, t), None, softmax(w)[1, t + 1]) for t in (0, 1)])


def test_dynamic_shows_taps_that_the_query_made(numbers):
    x, w, query = numbers((4, 5)), numbers((6, 3)), numbers((3, 5))
    made = trace(dynamic, x, w, heads=2, query=query)
    assert made.kind == "sums"
    taps = softmax((w @ query).reshape(2, 3, 5), axis=1)
    same_terms(made.terms((3, 2)), [((3, t), None, taps[1, t, 2]) for t in (0, 1, 2)])
    raw = trace(dynamic, x, w, heads=2, query=query, softmax=False)
    assert raw.kind == "products"
    want = [((0, 2 + k), (k, c), query[c, 4]) for k in range(3) for c in range(3)]
    same_terms(raw.terms((0, 4)), want)
    own = trace(dynamic, x, numbers((6, 4)), heads=2)
    assert own.kind == "depends"  # on all channels here, which make taps, and on its own before
    want = {(channel, 3) for channel in range(4)} | {(1, 1), (1, 2)}
    assert {term[0] for term in own.terms((1, 3))} == want


def test_attention_in_its_values_shows_its_weights(numbers):
    q, k, v = numbers((3, 2)), numbers((4, 2)), numbers((4, 2))
    answer = trace(partial(attention, q, k), v)
    assert answer.kind == "sums"
    np.testing.assert_array_equal(answer.value, attention(q, k, v))
    weights = softmax(q @ k.T / np.sqrt(2))
    for (t, e), terms in by_output(answer).items():
        same_terms(terms, [((s, e), None, weights[t, s]) for s in range(4)])


def test_attention_in_its_queries_depends_on_one_token(numbers):
    q, k, v = numbers((3, 2)), numbers((4, 2)), numbers((4, 2))
    answer = trace(attention, q, k=k, v=v)
    assert answer.kind == "depends"
    assert [term[0] for term in answer.terms((1, 0))] == [(1, 0), (1, 1)]
    heads = trace(partial(multi_head_attention, heads=2), v, w_q=q[:2], w_k=q[:2], w_v=q[:2], w_o=q[:2])
    assert heads.kind == "depends"
    assert len(heads.terms((0, 0))) == v.size


@pytest.mark.parametrize(
    ("norm", "together"),
    [
        (batch_norm, lambda n, c: (slice(None), c)),
        (layer_norm, lambda n, c: (n, slice(None))),
        (instance_norm, lambda n, c: (n, c)),
        (partial(group_norm, groups=2), lambda n, c: (n, slice(c // 2 * 2, c // 2 * 2 + 2))),
    ],
)
def test_norms_depend_on_those_who_share_a_mean(numbers, norm, together):
    x = numbers((2, 4, 3))
    answer = trace(norm, x)
    assert answer.kind == "depends"
    np.testing.assert_array_equal(answer.value, norm(x))
    for (n, c, _), terms in by_output(answer).items():
        share = np.zeros(x.shape, bool)
        share[together(n, c)] = True
        assert [term[0] for term in terms] == [tuple(index) for index in np.argwhere(share).tolist()]


def test_batch_norm_after_training_is_a_scale_for_each_channel(numbers):
    x = numbers((2, 3, 2))
    answer = trace(batch_norm, x, scale=[1, 2, 3], shift=[4, 5, 6], mean=[1, 1, 2], variance=[4, 9, 16], eps=0)
    assert answer.kind == "sums"
    for (n, c, place), terms in by_output(answer).items():
        same_terms(terms, [((n, c, place), None, [1 / 2, 2 / 3, 3 / 4][c])])
    np.testing.assert_allclose(answer.offset[0, :, 0], [4 - 1 / 2, 5 - 2 / 3, 6 - 6 / 4], rtol=1e-12)


def test_a_pooled_region_is_a_mean_of_its_cells(numbers):
    x = numbers((1, 5, 6))
    answer = trace(roi_pool, x, regions=[(1, 2, 3, 4)], size=2)
    assert answer.kind == "sums"
    want = [((0, row, column), None, 1 / 4) for row in (1, 2) for column in (4, 5)]
    same_terms(answer.terms((0, 0, 0, 1)), want)
    offset = np.zeros((1, 2, 1, 1))
    offset[0, 1] = 0.25  # of the region's 2 columns, at gamma 1: half a cell to the right
    answer = trace(deformable_roi_pool, x, regions=[(0, 0, 1, 2)], size=1, offset=offset, gamma=1)
    assert answer.kind == "sums"
    same_terms(answer.terms((0, 0, 0, 0)), [((0, 0, c), None, s) for c, s in ((0, 0.25), (1, 0.5), (2, 0.25))])
