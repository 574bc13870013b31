"""Rules of the linear variants: transposed, pooled, separable, grouped; their cost and reach."""

import numpy as np

from convlib.arguments.arrays import array, filled
from convlib.arguments.numbers import numeric_padding, whole


def scattered(x_channels, w, groups):
    """w, (C_in, C_out/groups, *kernel), has a kernel for each channel of x; groups divides them."""
    groups = whole("groups", groups, 1)
    if len(w) != x_channels:
        raise ValueError(
            f"w of shape {w.shape} takes {len(w)} channels, but x has {x_channels}: "
            "to a transposed convolution give (C_in, C_out/groups, *kernel)"
        )
    if x_channels % groups:
        raise ValueError(f"groups is {groups}: it must divide the {x_channels} input channels of x")


def spatial_axes(spatial):
    """How many axes of x are spatial."""
    if whole("spatial", spatial, 1) > 3:
        raise ValueError(f"spatial is {spatial}: give 1, 2 or 3")
    return int(spatial)


def window(size):
    """The size of a pooling window as a tuple. One number stands for both axes of a picture."""
    size = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if not 1 <= len(size) <= 3:
        raise ValueError(f"size {size} has the wrong length, {len(size)}: give 1, 2 or 3 numbers")
    return tuple(whole("size", each, 1) for each in size)


def some_real_cells(cells, padding):
    """Every window holds a cell of x: padding alone has neither a largest value nor an average."""
    if 0 in cells:
        raise ValueError(f"padding is {padding!r}: a window would hold no cell of x, so lower it")


def flag(name, value):
    """A bool, and nothing that merely passes for one."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} is {value!r}, a {type(value).__name__}: give True or False")
    return bool(value)


def pointwise_weights(w, x_channels, name="w"):
    """w as (C_out, C_in): a number for each pair of channels."""
    w = filled(array(name, w), name)
    if w.ndim != 2 or w.shape[1] != x_channels:
        raise ValueError(
            f"{name} has shape {w.shape}: give (C_out, {x_channels}), "
            "a number for each pair of channels"
        )
    return w


def depthwise_weights(w, x_channels, name="w"):
    """w as (C * m, 1, *kernel): m kernels for each channel of x."""
    if w.shape[1] != 1 or len(w) % x_channels:
        raise ValueError(
            f"{name} has shape {w.shape}: give (C*m, 1, *kernel), "
            f"m kernels for each of x's {x_channels} channels"
        )


def factor(name, value, channels):
    """A kernel of one axis for each channel, as (channels, k). A plain (k,) is every channel's."""
    value = filled(array(name, value), name)
    if value.ndim not in (1, 2) or value.shape[:-1] not in ((), (channels,)):
        raise ValueError(
            f"{name} has shape {value.shape}: give (k,), or ({channels}, k), one a channel"
        )
    return np.broadcast_to(value, (channels, value.shape[-1]))


def channel_axis(x, axis):
    """An axis of x, not empty and none after it; it may count from the end."""
    whole("axis", axis, -x.ndim)
    if axis >= x.ndim:
        raise ValueError(f"axis is {axis}: x of shape {x.shape} has {x.ndim} axes")
    if 0 in x.shape[axis:]:
        raise ValueError(f"x has shape {x.shape}: only a batch axis may be empty")
    return axis % x.ndim


def shuffled(channels, groups):
    """groups divides the channels."""
    groups = whole("groups", groups, 1)
    if channels % groups:
        raise ValueError(f"groups is {groups}: it must divide the {channels} channels of x")
    return groups


def interleaved(x_channels, primary_w, secondary_w):
    """Partitions on both sides: L primary ones of M channels each, then M secondary ones."""
    channels, per_partition = primary_w.shape[:2]
    if x_channels % per_partition or channels % x_channels:
        raise ValueError(
            f"primary_w has shape {primary_w.shape}: give (C_out, M, *kernel), "
            f"where M divides x's {x_channels} channels and they divide C_out"
        )
    wanted = (channels // per_partition, *[1] * (primary_w.ndim - 2))
    if secondary_w.shape[1:] != wanted or len(secondary_w) % per_partition:
        raise ValueError(
            f"secondary_w has shape {secondary_w.shape}: give (C_out, "
            f"{', '.join(map(str, wanted))}), where the {per_partition} partitions divide C_out"
        )


def sizes(name, value):
    """A tuple of sizes, one for each axis, and none for what has no axis."""
    if not isinstance(value, (tuple, list)):
        raise TypeError(
            f"{name} is {value!r}, a {type(value).__name__}: give a tuple, one number for each axis"
        )
    return tuple(whole(name, each, 1) for each in value)


def same_axes(kernel, output):
    """kernel and output speak of the same axes."""
    if len(kernel) != len(output):
        raise ValueError(
            f"kernel {tuple(kernel)} and output {tuple(output)} disagree on the axes: "
            "give the same count of numbers in both"
        )


def dividing(groups, **channels):
    """groups divides channels that go by these names."""
    groups = whole("groups", groups, 1)
    for name, value in channels.items():
        if value % groups:
            raise ValueError(f"groups is {groups}: it must divide {name}, which is {value}")
    return groups


def layer(given):
    """A layer as (kernel, stride, padding, dilation), with the usual values where it ends early."""
    if not isinstance(given, (tuple, list)):
        raise TypeError(
            f"a layer is {given!r}, a {type(given).__name__}: "
            "give a tuple (kernel, stride, padding, dilation), later ones may be left out"
        )
    if not 1 <= len(given) <= 4:
        raise ValueError(
            f"layer {tuple(given)} has the wrong length, {len(given)}: "
            "give (kernel, stride, padding, dilation), later ones may be left out"
        )
    kernel, stride, padding, dilation = (*given, *(1, 0, 1)[len(given) - 1 :])
    numeric_padding(padding, "a layer of a receptive field")
    return kernel, stride, padding, dilation


def linear(answer, by_matrix):
    """An op that its matrix explains."""
    if not np.allclose(answer, by_matrix, rtol=1e-4, atol=1e-4):
        raise ValueError("op is not linear: a bias, an activation or a maximum is in no matrix")
