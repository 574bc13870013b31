"""Pooled regions against torch's adaptive pooling and grid_sample, and against answers by hand."""

from math import ceil, floor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.ops import deformable_roi_pool, roi_pool

F = torch.nn.functional


@st.composite
def configurations(draw):
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    regions = []
    for _ in range(draw(st.integers(1, 3))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        tall, wide = draw(st.integers(1, height - top)), draw(st.integers(1, width - left))
        regions.append((top, left, tall, wide))
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    batch = draw(st.lists(st.integers(0, 2), max_size=2))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.standard_normal((*batch, 2, height, width)).astype(dtype)
    return x, regions, size, 3 * rng.standard_normal((len(regions), 2, *size)).astype(dtype)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(configurations())
def test_a_region_is_pooled_as_torch_pools_it_alone(configuration):
    x, regions, size, _ = configuration
    got = roi_pool(x, regions, size)
    assert got.dtype == x.dtype
    assert got.shape == (*x.shape[:-3], len(regions), x.shape[-3], *size)
    tolerance = 1e-5 if x.dtype == np.float32 else 1e-9
    images = torch.from_numpy(x).reshape(int(np.prod(x.shape[:-3])), *x.shape[-3:])
    for r, (top, left, tall, wide) in enumerate(regions):
        cut = images[..., top : top + tall, left : left + wide]
        want = F.adaptive_avg_pool2d(cut, size) if len(cut) else cut.new_zeros(0, 2, *size)
        want = want.reshape(*x.shape[:-2], *size).numpy()
        np.testing.assert_allclose(got[..., r, :, :, :], want, rtol=tolerance, atol=tolerance)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(configurations())
def test_moved_bins_equal_grid_sample(configuration):
    x, regions, size, offset = configuration
    got = deformable_roi_pool(x, regions, size, offset, gamma=0.2)
    assert got.dtype == x.dtype
    height, width = x.shape[-2:]
    images = torch.from_numpy(x).double().reshape(1, -1, height, width)
    if not x.size:
        return
    for r, (top, left, tall, wide) in enumerate(regions):
        for i, j in np.ndindex(*size):
            dy, dx = 0.2 * offset[r, :, i, j].astype(float) * (tall, wide)
            rows = range(floor(i * tall / size[0]), ceil((i + 1) * tall / size[0]))
            columns = range(floor(j * wide / size[1]), ceil((j + 1) * wide / size[1]))
            places = [
                ((2 * (left + dx + c) + 1) / width - 1, (2 * (top + dy + r) + 1) / height - 1)
                for r in rows
                for c in columns
            ]
            grid = torch.tensor(places, dtype=torch.double)[None, None]
            want = F.grid_sample(images, grid, padding_mode="zeros", align_corners=False).mean((0, 2, 3))
            want = want.reshape(x.shape[:-2]).numpy()
            tolerance = 1e-5 if x.dtype == np.float32 else 1e-9
            np.testing.assert_allclose(got[..., r, :, i, j], want, rtol=tolerance, atol=tolerance)


def test_bins_that_stay_are_roi_pool():
    x = np.random.default_rng(5).standard_normal((2, 3, 7, 8))
    regions = np.array([(0, 0, 7, 8), (2, 1, 3, 5)])
    still = np.zeros((2, 2, 2, 3))
    want = roi_pool(x, regions, (2, 3))
    np.testing.assert_array_equal(deformable_roi_pool(x, regions, (2, 3), still), want)
    still += 1
    np.testing.assert_array_equal(deformable_roi_pool(x, regions, (2, 3), still, gamma=0), want)


def test_a_bin_moves_by_parts_of_its_regions_height_and_width():
    """By hand: a region of 4 rows and 2 columns; 0.1 · 5 of it is 2 rows, or 1 column."""
    x = np.zeros((1, 6, 6))
    x[0, 4, 1] = x[0, 2, 3] = 1
    region, offset = [(2, 1, 1, 1)], np.zeros((1, 2, 1, 1))
    assert deformable_roi_pool(x, region, 1, offset).item() == 0
    offset[0, 0] = 20
    assert deformable_roi_pool(x, region, 1, offset).item() == 1  # 2 rows down
    assert deformable_roi_pool(x, [(1, 1, 2, 1)], 1, offset / 2).item() == 0.5
    offset[0] = [[[0]], [[20]]]
    assert deformable_roi_pool(x, region, 1, offset).item() == 1  # 2 columns to the right
    assert deformable_roi_pool(x, region, 1, offset, gamma=0.2).item() == 0


def test_integers_and_halves():
    x = np.full((1, 2, 2), 255, np.uint8)
    assert roi_pool(x, [(0, 0, 2, 2)], 1).dtype == np.float64
    assert roi_pool(x, [(0, 0, 2, 2)], 1).item() == 255
    halves = roi_pool(np.full((1, 64, 64), 60000, np.float16), [(0, 0, 64, 64)], 1)
    assert halves.dtype == np.float16
    assert halves.item() == 60000


@pytest.mark.parametrize("size", [2, (2, 2), [2, 2], np.int64(2)])
def test_size_is_a_number_or_two(size):
    assert roi_pool(np.ones((1, 3, 3)), [[0, 0, 3, 3]], size).tolist() == [[[[1, 1], [1, 1]]]]
