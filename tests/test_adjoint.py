"""<Cx, y> = <x, Cᵀy> for every linear operator. Its adjoint is written with the operators themselves."""

import numpy as np
import pytest

from convlib.ops import (
    average_pool,
    batch_norm,
    channel_shuffle,
    convolve,
    cross_correlate,
    depthwise,
    depthwise_separable,
    dilate,
    flattened,
    flip,
    global_average_pool,
    interleaved_group,
    matrix,
    pointwise,
    roi_pool,
    spatially_separable,
    transposed,
)

normal = np.random.default_rng(8).standard_normal
W, DEEP = normal((4, 3, 3, 2)), normal((6, 1, 3, 2))
MIX, LAST = normal((4, 6)), normal((4, 3))
COLUMN, ROW, SHAPE = normal(3), normal(2), (3, 7, 6)
REGIONS = [(0, 1, 5, 3), (3, 0, 4, 6)]
STEPS = {"stride": (2, 1), "padding": 1}  # of 7 and 6, the windows leave no cell out
PRIMARY, SECONDARY = normal((6, 3, 3, 2)), normal((6, 2, 1, 1))


def around(y, column, row, channels, **steps):
    """The adjoint of a column and a row, which are one kernel for every channel."""
    kernel = np.broadcast_to(np.outer(column, row), (channels, 1, len(column), len(row)))
    return transposed(y, kernel, groups=channels, **steps)


def trained(x):
    """Its own adjoint: a factor for each channel."""
    return batch_norm(x[None], eps=0, mean=np.zeros(3), variance=np.arange(1.0, 4))[0]


def regions_back(y):
    """Every bin of REGIONS returns its value to its cells, in equal parts."""
    x = np.zeros(SHAPE)
    for (top, left, tall, wide), bins in zip(REGIONS, y, strict=True):
        for i, j in np.ndindex(2, 2):
            rows = slice(top + i * tall // 2, top - (-(i + 1) * tall // 2))
            columns = slice(left + j * wide // 2, left - (-(j + 1) * wide // 2))
            x[:, rows, columns] += bins[:, i, j, None, None] / x[0, rows, columns].size
    return x


def grouped_back(y):
    """Shuffles and grouped convolutions, each undone, in the other order."""
    y = transposed(channel_shuffle(y, 2, axis=0), SECONDARY, groups=3)
    return transposed(channel_shuffle(y, 3, axis=0), PRIMARY, groups=2, padding=1)


PAIRS = {
    "cross_correlate": (lambda x: cross_correlate(x, W, **STEPS), lambda y: transposed(y, W, **STEPS)),
    "convolve": (lambda x: convolve(x, W), lambda y: transposed(y, flip(W))),
    "transposed": (
        lambda x: transposed(x, W.swapaxes(0, 1), stride=2, output_padding=1),
        lambda y: cross_correlate(y, W.swapaxes(0, 1), stride=2),
    ),
    "depthwise": (lambda x: depthwise(x, DEEP, **STEPS), lambda y: transposed(y, DEEP, groups=3, **STEPS)),
    "pointwise": (lambda x: pointwise(x, LAST), lambda y: pointwise(y, LAST.T)),
    "depthwise_separable": (
        lambda x: depthwise_separable(x, DEEP, MIX, **STEPS),
        lambda y: transposed(pointwise(y, MIX.T), DEEP, groups=3, **STEPS),
    ),
    "spatially_separable": (
        lambda x: spatially_separable(x, COLUMN, ROW, **STEPS),
        lambda y: around(y, COLUMN, ROW, 3, **STEPS),
    ),
    "flattened": (
        lambda x: flattened(x, LAST, COLUMN, ROW),
        lambda y: pointwise(around(y, COLUMN, ROW, 4), LAST.T),
    ),
    "average_pool": (
        lambda x: average_pool(x, (3, 2), **STEPS),
        lambda y: around(y, np.full(3, 1 / 3), np.full(2, 1 / 2), 3, **STEPS),
    ),
    "global_average_pool": (global_average_pool, lambda y: np.broadcast_to(y / 42, SHAPE)),
    "roi_pool": (lambda x: roi_pool(x, REGIONS, 2), regions_back),
    "batch_norm after training": (trained, trained),
    "flip": (flip, flip),
    "dilate": (lambda x: dilate(x[None], (2, 3))[0], lambda y: y[:, ::2, ::3]),
    "channel_shuffle": (lambda x: channel_shuffle(x, 2, axis=2), lambda y: channel_shuffle(y, 3, axis=2)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_every_linear_operator_has_its_adjoint(name):
    there, back = PAIRS[name]
    x = normal(SHAPE)
    y = normal(there(x).shape)
    assert back(y).shape == SHAPE
    assert np.vdot(there(x), y) == pytest.approx(np.vdot(x, back(y)), rel=1e-9)
    np.testing.assert_allclose(matrix(back, y.shape), matrix(there, SHAPE).T, atol=1e-12)


def test_interleaved_groups_have_their_adjoint():
    x = normal((6, 5, 6))
    y = normal(interleaved_group(x, PRIMARY, SECONDARY, padding=1).shape)
    assert np.vdot(interleaved_group(x, PRIMARY, SECONDARY, padding=1), y) == pytest.approx(
        np.vdot(x, grouped_back(y)), rel=1e-9
    )
