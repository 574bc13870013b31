"""Pooling of regions of interest: any region becomes a grid of the same size."""

from math import prod

import numpy as np

from convlib import arguments
from convlib.ops.operands import fractions
from convlib.ops.sampling import bilinear


def roi_pool(x, regions, size):
    """Cut each region into a grid of bins, and answer the mean of each bin.

    x is (..., C, H, W). regions is (R, 4): top, left, height, width, in whole cells inside x.
    size is a whole number, or rows and columns of the grid. Bin i of k in a region n cells tall
    holds its cells from floor(i * n / k) to ceil((i + 1) * n / k). The answer is
    (..., R, C, *size): all regions of each image. Whole numbers are summed in float64.

    >>> roi_pool(np.arange(16).reshape(1, 4, 4), [(0, 0, 4, 2)], (2, 1))
    array([[[[ 2.5],
             [10.5]]]])

    Raises TypeError for what is no real or whole number. Raises ValueError for shapes that do not
    fit, a region that is not inside x, and answers too large to make.
    Source: Jifeng Dai et al., "Deformable Convolutional Networks", 2017, section 2.2.
    """
    return _pool(x, regions, size, None, 0)


def deformable_roi_pool(x, regions, size, offset, *, gamma=0.1):
    """roi_pool whose bins are moved by offset, in parts of their region's height and width.

    offset is (R, 2, *size): dy and dx of each bin. A bin moves by gamma * dy * height rows and
    gamma * dx * width columns. Between its cells x is bilinear, and outside x stand zeros.
    The other arguments, the answer and the errors are those of roi_pool.

    >>> offset = np.zeros((1, 2, 1, 1))
    >>> offset[0, 1] = 5  # half the region's width to the right, from a mean of 6.5
    >>> deformable_roi_pool(np.arange(16).reshape(1, 4, 4), [(0, 0, 4, 2)], 1, offset)
    array([[[[7.5]]]])

    Source: Jifeng Dai et al., "Deformable Convolutional Networks", 2017, section 2.2.
    """
    return _pool(x, regions, size, arguments.array("offset", offset), gamma)


def _pool(x, regions, size, offset, gamma):
    x = arguments.signal(x, 2)
    size = arguments.per_axis("size", size, 2, 1)
    regions = arguments.region_list(regions, *x.shape[-2:])
    gamma = arguments.not_negative("gamma", gamma)
    answer = (*x.shape[:-2], len(regions), *size)
    arguments.affordable("the answer", answer, x.dtype)
    if offset is None:
        offset = np.zeros((len(regions), 2, *size), x.dtype)
    meaning = "dy and dx for each bin of each region"
    offset = arguments.shaped("offset", offset, (len(regions), 2, *size), meaning)
    (x, offset), dtype = fractions(x=x, offset=offset)
    bins = list(_bins(regions, size, gamma * offset))
    rows, columns = (np.concatenate(places) for places in zip(*bins, strict=True))
    counts = [len(places) for places, _ in bins]
    images = x.reshape(prod(x.shape[:-2]), *x.shape[-2:])  # places are the same in all channels
    arguments.affordable("sampled x", (len(images), len(rows)), x.dtype)
    firsts = np.cumsum([0, *counts[:-1]])
    means = np.add.reduceat(bilinear(images, rows, columns), firsts, axis=1) / counts
    return np.moveaxis(means.reshape(answer), -3, -4).astype(dtype)


def _bins(regions, size, moves):
    """Rows and columns where each bin looks: its cells, moved."""
    for (top, left, tall, wide), move in zip(regions, moves, strict=True):
        for i, j in np.ndindex(*size):
            dy, dx = move[:, i, j] * (tall, wide)
            rows, columns = _cells(i, size[0], tall), _cells(j, size[1], wide)
            yield (
                np.repeat(rows + top + dy, len(columns)),
                np.tile(columns + left + dx, len(rows)),
            )


def _cells(i, bins, cells):
    """The cells of bin i along one axis. Bins share a cell where bins do not divide cells."""
    return np.arange(i * cells // bins, -(-(i + 1) * cells // bins))
