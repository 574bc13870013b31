"""Small inputs and kernels that look different from every side."""

import numpy as np

from convlib.arguments import whole
from convlib.mascot import hook, letter_f
from convlib.ops.convolve import cross_correlate


def numbers(*shape, low=-2, high=4):
    """Whole numbers, the same for the same shape."""
    shape = [whole("a number of channels, filters, heads or cells", n, 1) for n in shape]
    return np.random.default_rng(5).integers(low, high, shape).astype(float)


def sides(size, axes):
    """A number for every axis."""
    if not isinstance(size, (int, tuple)):
        raise TypeError(f"size is {size!r}: give a whole number, or one for each axis such as 4,6")
    size = (size,) * axes if isinstance(size, int) else size
    if len(size) != axes or min(size) < 1:
        raise ValueError(f"size {'×'.join(map(str, size))} does not give {axes} numbers of at least 1, one for each axis")
    return size


def image(channels, size, axes=2):
    """An input of so many channels: the letter F where it is one of at most 7×7."""
    size = sides(size, axes)
    if channels == 1 and axes == 2 and max(size) <= 7:
        return letter_f()[:, : size[0], : size[1]]
    return numbers(channels, *size, low=0, high=5)


def share(name, groups, of, channels):
    """How many channels each group has."""
    groups, channels = whole(name, groups, 1), whole(of, channels, 1)
    if channels % groups:
        raise ValueError(f"{name} is {groups}: it must divide {of}, which is {channels}")
    return channels // groups


def weights(first, second, size, axes=2, groups=1):
    """A kernel (first, second / groups, *size): the hook where it is one of 3×3."""
    shape = (first, share("groups", groups, "the number of channels or filters", second), *sides(size, axes))
    return hook() if shape == (1, 1, 3, 3) else numbers(*shape)


def mixed(x, w, groups):
    """Channels without places, mixed in groups."""
    return cross_correlate(x[:, None], w, groups=groups)[:, 0]
