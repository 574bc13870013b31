"""Channel shuffles and interleaved groups, against torch, cards and one dense kernel."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.ops import (
    channel_shuffle,
    cross_correlate,
    depthwise_separable,
    flip,
    interleaved_group,
    matrix,
)

F = torch.nn.functional


@settings(max_examples=500, derandomize=True, deadline=None)
@given(
    st.integers(1, 5), st.integers(1, 5), st.lists(st.integers(1, 3), min_size=1, max_size=4),
    st.integers(0, 3), st.sampled_from([np.float32, np.float64, np.uint8, bool]),
)  # fmt: skip
def test_channel_shuffle_equals_torch(groups, each, rest, axis, dtype):
    axis = min(axis, len(rest))
    x = np.arange(groups * each * np.prod(rest, dtype=int)).astype(dtype)
    x = x.reshape(*rest[:axis], groups * each, *rest[axis:])
    got = channel_shuffle(x, groups, axis=axis)
    assert got.dtype == x.dtype
    moved = torch.from_numpy(x).movedim(axis, 1 if x.ndim > 1 else 0)
    if moved.ndim > 2:
        want = F.channel_shuffle(moved, groups).movedim(1, axis)
        np.testing.assert_array_equal(got, want.numpy())
    line = channel_shuffle.pytorch(x, groups, axis=axis)
    np.testing.assert_array_equal(got, eval(line, {}, {"x": torch.from_numpy(x)}).numpy())
    np.testing.assert_array_equal(channel_shuffle(got, each, axis=axis), x)
    np.testing.assert_array_equal(channel_shuffle(x, groups, axis=axis - x.ndim), got)


def test_a_shuffle_deals_cards():
    nine = np.arange(9)[None]
    assert channel_shuffle(nine, 3).tolist() == [[0, 3, 6, 1, 4, 7, 2, 5, 8]]
    twelve = np.arange(12)
    dealt = channel_shuffle(twelve, 3, axis=0)
    for j, p in np.ndindex(4, 3):
        assert dealt[j * 3 + p] == twelve[p * 4 + j]
    assert not np.array_equal(channel_shuffle(twelve, 3, axis=0), channel_shuffle(twelve, 4, axis=0))


def test_a_shuffle_is_a_permutation_and_its_transpose_undoes_it():
    there = matrix(lambda x: channel_shuffle(x, 2, axis=0), (6,))
    back = matrix(lambda x: channel_shuffle(x, 3, axis=0), (6,))
    np.testing.assert_array_equal(there.sum(0), 1)
    np.testing.assert_array_equal(there.T, back)


@pytest.mark.parametrize("groups", [1, 6])
def test_trivial_shuffles_are_copies(groups):
    x = np.arange(6)
    y = channel_shuffle(x, groups, axis=0)
    np.testing.assert_array_equal(x, y)
    y += 1
    assert x[0] == 0


@st.composite
def configurations(draw):
    """L, M and wider layers (more kernels than channels), any number of axes and batches."""
    primary, secondary, wider, again = (draw(st.integers(1, 3)) for _ in range(4))
    spatial, channels = draw(st.integers(1, 3)), primary * secondary
    kernel = draw(st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial))
    size = [k + draw(st.integers(0, 3)) for k in kernel]
    batch = draw(st.lists(st.integers(1, 2), max_size=2))
    normal = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).standard_normal
    x = normal((*batch, channels, *size))
    primary_w = normal((wider * channels, secondary, *kernel))
    secondary_w = normal((again * secondary, wider * primary, *[1] * spatial))
    padding = draw(st.sampled_from([0, 1, "same", ((1, 0),) * spatial]))
    return x, primary_w, secondary_w, {"stride": draw(st.integers(1, 2)), "padding": padding}


@settings(max_examples=300, derandomize=True, deadline=None)
@given(configurations())
def test_interleaved_group_equals_torch(configuration):
    x, primary_w, secondary_w, steps = configuration
    line = interleaved_group.pytorch(x, primary_w, secondary_w, **steps)
    names = {"F": F, "x": torch.from_numpy(x)}
    names |= {"primary_w": torch.from_numpy(primary_w), "secondary_w": torch.from_numpy(secondary_w)}
    want, got = eval(line, {}, names).numpy(), interleaved_group(x, primary_w, secondary_w, **steps)
    assert got.shape == want.shape, line
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=line)


def test_interleaved_groups_are_one_dense_kernel(numbers):
    """Every input reaches every output: along primary partition p, then secondary partition m."""
    p_count, m_count = 2, 3
    x, first, second = numbers((2, 6, 7, 6)), numbers((6, 3, 3, 2)), numbers((6, 2, 1, 1))
    dense = np.zeros((6, 6, 3, 2))
    for m, p, to, c in np.ndindex(m_count, p_count, p_count, m_count):
        # secondary partition m holds channel m of every primary partition p, and answers as m * L + to
        shuffled_back = to * m_count + m
        dense[shuffled_back, p * m_count + c] += second[m * p_count + to, p, 0, 0] * first[p * m_count + m, c]
    assert np.all(dense != 0)
    got = interleaved_group(x, first, second, stride=2, padding=1)
    np.testing.assert_allclose(got, cross_correlate(x, dense, stride=2, padding=1), rtol=1e-9, atol=1e-12)
    turned = interleaved_group(x, flip(first), second, stride=2, padding=1)
    assert not np.allclose(turned, got)  # so no kernel is flipped


def test_depthwise_separable_is_interleaved_with_groups_of_one(numbers):
    """L = C and M = 1: the primary stage is depthwise, the secondary one pointwise."""
    x, deep, mix = numbers((2, 4, 5, 5)), numbers((4, 1, 3, 3)), numbers((4, 4))
    np.testing.assert_allclose(
        interleaved_group(x, deep, mix[..., None, None], padding=1),
        depthwise_separable(x, deep, mix, padding=1),
        rtol=1e-12,
    )
