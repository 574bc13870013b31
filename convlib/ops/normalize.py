"""Normalisation: take a mean off, divide by a standard deviation. Variants differ in whose mean."""

from math import prod

import numpy as np

from convlib import arguments
from convlib.ops import pytorch_dependent as pytorch
from convlib.ops.operands import fractions


def batch_norm(x, scale=None, shift=None, *, eps=1e-5, mean=None, variance=None):
    """(x - mean) / sqrt(variance + eps): for each channel, over the batch and all places.

    x is (N, C, *spatial), batch first, and so is the answer; scale and shift (C,) are applied to
    it. The variance is the mean squared deviation. After training, mean and variance (C,) are
    those of the training data: give both, and the answer is linear in x.
    Whole numbers are computed in float64, float16 in float32.

    >>> batch_norm([[1.0, 10], [3, 50]], eps=0)
    array([[-1., -1.],
           [ 1.,  1.]])

    Raises TypeError for what is no real number. Raises ValueError for shapes and values that do
    not fit, and for means over a single value.
    Source: Sergey Ioffe and Christian Szegedy, "Batch Normalization: Accelerating Deep Network
    Training by Reducing Internal Covariate Shift", 2015.
    """
    x = arguments.batch_first(x, 2)
    arguments.both_or_none("mean", mean, "variance", variance)
    trained = {}
    if mean is not None:
        given = {"mean": mean, "variance": variance}
        trained = {name: _per_channel(name, value, x) for name, value in given.items()}
        arguments.none_negative("variance", trained["variance"])
    (x, *trained), dtype = fractions(x=x, **trained)
    sets = (0, *range(2, x.ndim))
    return _scaled(_standardised(x, sets, eps, *trained).astype(dtype), scale, shift)


def group_norm(x, groups, scale=None, shift=None, *, eps=1e-5):
    """As batch_norm, but for each sample alone, over all places and the channels of a group.

    groups divides the channels of x: (N, C, *spatial), batch first. scale and shift are (C,).

    >>> group_norm([[1.0, 3, 10, 50]], 2, eps=0)
    array([[-1.,  1., -1.,  1.]])

    Raises what batch_norm raises, and ValueError for groups that do not divide the channels.
    Source: Yuxin Wu and Kaiming He, "Group Normalization", 2018.
    """
    x = arguments.batch_first(x, 2)
    groups = arguments.shuffled(x.shape[1], groups)
    (x,), dtype = fractions(x=x)
    sets = x.reshape(len(x), groups, prod(x.shape[1:]) // groups)
    return _scaled(_standardised(sets, (2,), eps).reshape(x.shape).astype(dtype), scale, shift)


def layer_norm(x, scale=None, shift=None, *, eps=1e-5):
    """As batch_norm, but for each sample alone, over all channels and places: one group.

    x is (N, C, *spatial), batch first. scale and shift are (C,), or as in torch (C, *spatial).

    >>> layer_norm([[1.0, 3], [10, 50]], eps=0)
    array([[-1.,  1.],
           [-1.,  1.]])

    Raises what batch_norm raises.
    Source: Jimmy Lei Ba, Jamie Ryan Kiros and Geoffrey Hinton, "Layer Normalization", 2016.
    """
    return _scaled(group_norm(x, 1, eps=eps), scale, shift, by_place=True)


def instance_norm(x, scale=None, shift=None, *, eps=1e-5):
    """As batch_norm, but for each sample and channel alone, over all places: C groups.

    x is (N, C, *spatial), batch first, with at least one spatial axis. scale and shift are (C,).

    >>> instance_norm([[[1.0, 3], [10, 50]]], eps=0)
    array([[[-1.,  1.],
            [-1.,  1.]]])

    Raises what batch_norm raises.
    Source: Dmitry Ulyanov, Andrea Vedaldi and Victor Lempitsky, "Instance Normalization: The
    Missing Ingredient for Fast Stylization", 2016.
    """
    x = arguments.batch_first(x, 3)
    return group_norm(x, x.shape[1], scale, shift, eps=eps)


def _standardised(x, sets, eps, mean=None, variance=None):
    """x with the mean 0 and, but for eps, the variance 1 along the axes of sets."""
    eps = arguments.not_negative("eps", eps)
    with np.errstate(all="ignore"):  # inf and nan speak for themselves
        if mean is None:
            count = prod(x.shape[axis] for axis in sets)
            arguments.more_than_one(count)
            mean = x.sum(sets, keepdims=True) / count
            variance = np.square(x - mean).sum(sets, keepdims=True) / count
        return (x - mean) / np.sqrt(variance + eps)


def _scaled(y, scale, shift, by_place=False):
    for name, value, apply in (("scale", scale, np.multiply), ("shift", shift, np.add)):
        if value is not None:
            value = _per_channel(name, value, y, by_place)
            (y, value), dtype = fractions(x=y, **{name: value})
            y = apply(y, value).astype(dtype)
    return y


def _per_channel(name, value, x, by_place=False):
    """value, one for each channel, so that it meets x; by_place it may be one for each place."""
    value = arguments.array(name, value)
    if by_place and value.ndim > 1:
        return arguments.shaped(name, value, x.shape[1:], "one for each place of a sample")
    value = arguments.shaped(name, value, x.shape[1:2], "one for each channel")
    return value.reshape(-1, *[1] * (x.ndim - 2))


batch_norm.pytorch = pytorch.batch_norm
group_norm.pytorch = pytorch.group_norm
layer_norm.pytorch = pytorch.layer_norm
instance_norm.pytorch = pytorch.instance_norm
