"""Lines of PyTorch for chains of convolutions, separable and grouped: see pytorch."""

import numpy as np

from convlib.arithmetic import along_axes
from convlib.ops.pytorch import convolution


def pointwise_convolution(x, w, bias=None, *, spatial=2, source="x", weight="w"):
    """The line that answers as pointwise does.

    >>> import numpy as np
    >>> pointwise_convolution(np.ones((2, 7, 7)), np.ones((4, 2)))
    'F.conv2d(x, w[..., None, None])'
    """
    kernel = w.reshape(*w.shape, *[1] * spatial)
    weight += f"[..., {', '.join(['None'] * spatial)}]"
    return convolution(x, kernel, bias, source=source, weight=weight)


def depthwise_convolution(x, w, bias=None, *, source="x", weight="w", **parameters):
    """The line that answers as depthwise does.

    >>> import numpy as np
    >>> depthwise_convolution(np.ones((2, 7, 7)), np.ones((4, 1, 3, 3)))
    'F.conv2d(x, w, groups=2)'
    """
    groups = x.shape[1 - w.ndim]
    return convolution(x, w, bias, **parameters, groups=groups, source=source, weight=weight)


def depthwise_separable_convolution(x, depthwise_w, pointwise_w, bias=None, **parameters):
    """The line that answers as depthwise_separable does.

    >>> import numpy as np
    >>> depthwise_separable_convolution(np.ones((2, 9)), np.ones((2, 1, 3)), np.ones((4, 2)))
    'F.conv1d(F.conv1d(x, depthwise_w, groups=2), pointwise_w[..., None])'
    """
    depth = depthwise_convolution(x, depthwise_w, **parameters, weight="depthwise_w")
    spatial = depthwise_w.ndim - 2
    return pointwise_convolution(
        x, pointwise_w, bias, spatial=spatial, source=depth, weight="pointwise_w"
    )


def spatially_separable_convolution(
    x, column, row, *, stride=1, padding=0, source="x", names=("column", "row"), channels=None
):
    """The line that answers as spatially_separable does.

    >>> import numpy as np
    >>> x, column, row = np.ones((2, 7, 7)), np.ones(3), np.ones(5)
    >>> print(spatially_separable_convolution(x, column, row).replace("), ", "),\\n"))
    F.conv2d(F.conv2d(x, column.expand(2, -1)[:, None, :, None], groups=2),
    row.expand(2, -1)[:, None, None], groups=2)
    """
    channels = channels or x.shape[-3]
    kernel = column.shape[-1], row.shape[-1]
    down, across = along_axes(x.shape[-2:], kernel, stride, padding)
    weight = f"{names[0]}.expand({channels}, -1)[:, None, :, None]"
    steps = {"stride": (down.stride, 1), "padding": ((down.before, down.after), 0)}
    tall = np.empty((channels, 1, kernel[0], 1))
    source = convolution(x, tall, groups=channels, source=source, weight=weight, **steps)
    weight = f"{names[1]}.expand({channels}, -1)[:, None, None]"
    steps = {"stride": (1, across.stride), "padding": (0, (across.before, across.after))}
    wide = np.empty((channels, 1, 1, kernel[1]))
    return convolution(x, wide, groups=channels, source=source, weight=weight, **steps)


def flattened_convolution(x, across, vertical, horizontal):
    """The line that answers as flattened does.

    >>> import numpy as np
    >>> x, across, factor = np.ones((2, 7, 7)), np.ones((1, 2)), np.ones((1, 3))
    >>> print(flattened_convolution(x, across, factor, factor).replace("), ", "),\\n"))
    F.conv2d(F.conv2d(F.conv2d(x, across[..., None, None]),
    vertical.expand(1, -1)[:, None, :, None]),
    horizontal.expand(1, -1)[:, None, None])
    """
    mixed = pointwise_convolution(x, across, weight="across")
    names = ("vertical", "horizontal")
    return spatially_separable_convolution(
        x, vertical, horizontal, source=mixed, names=names, channels=len(across)
    )


def shuffled_channels(x, groups, *, axis=1, source="x"):
    """The line that answers as channel_shuffle does.

    >>> import numpy as np
    >>> shuffled_channels(np.ones((6, 3)), 2, axis=0)
    'x.unflatten(0, (2, -1)).transpose(0, 1).flatten(0, 1)'
    """
    axis %= x.ndim
    return (
        f"{source}.unflatten({axis}, ({groups}, -1))"
        f".transpose({axis}, {axis + 1}).flatten({axis}, {axis + 1})"
    )


def interleaved_convolution(x, primary_w, secondary_w, **parameters):
    """The line that answers as interleaved_group does: two convolutions, each with a shuffle.

    >>> import numpy as np
    >>> line = interleaved_convolution(np.ones((6, 9)), np.ones((6, 3, 3)), np.ones((6, 2, 1)))
    >>> print(line.replace(").", ")\\n."))
    F.conv1d(F.conv1d(x, primary_w, groups=2)
    .unflatten(0, (2, -1))
    .transpose(0, 1)
    .flatten(0, 1), secondary_w, groups=3)
    .unflatten(0, (3, -1))
    .transpose(0, 1)
    .flatten(0, 1)
    """
    axis, secondary = x.ndim - primary_w.ndim + 1, primary_w.shape[1]
    primary = x.shape[axis] // secondary
    line = convolution(x, primary_w, **parameters, groups=primary, weight="primary_w")
    line = shuffled_channels(x, primary, axis=axis, source=line)
    line = convolution(x, secondary_w, groups=secondary, source=line, weight="secondary_w")
    return shuffled_channels(x, secondary, axis=axis, source=line)
