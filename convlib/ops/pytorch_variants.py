"""Lines of PyTorch for pooling, and for chains of convolutions: see pytorch."""

import numpy as np

from convlib.arithmetic import along_axes
from convlib.ops.pytorch import call, convolution, one_batch_axis, padded, short, uneven
from convlib.ops.windows import lowest


def max_pooling(x, size, *, stride=None, padding=0, dilation=1):
    """The line that answers as max_pool does.

    >>> import numpy as np
    >>> max_pooling(np.ones((1, 7, 7)), 3, stride=2, padding=1)
    'F.max_pool2d(x, 3, stride=2, padding=1)'
    """
    axes, options = _moves(x, size, stride, padding, dilation)
    source, shape_back = one_batch_axis(x, len(axes))
    fill = f", value={lowest(x.dtype)!r}".replace("-inf", "float('-inf')")
    if _beyond_torch(axes):
        source = padded(source, axes, fill)
    else:
        options.append(("padding", 0, [axis.before for axis in axes]))
    options.append(("dilation", 1, [axis.dilation for axis in axes]))
    return call(f"max_pool{len(axes)}d", [source, _window(axes)], options) + shape_back


def average_pooling(x, size, *, stride=None, padding=0, count_padding=True):
    """The line that answers as average_pool does.

    Where torch cannot count the cells by itself, the line averages a picture of ones to find them.

    >>> import numpy as np
    >>> average_pooling(np.ones((1, 7, 7)), 3, padding=1, count_padding=False)
    'F.avg_pool2d(x, 3, padding=1, count_include_pad=False)'
    """
    axes, options = _moves(x, size, stride, padding)
    source, shape_back = one_batch_axis(x, len(axes), _in_floats(x))
    name = f"avg_pool{len(axes)}d"
    if not _beyond_torch(axes):
        options.append(("padding", 0, [axis.before for axis in axes]))
        options.append(("count_include_pad", True, [bool(count_padding)]))
        return call(name, [source, _window(axes)], options) + shape_back
    lines = [
        call(name, [padded(each, axes), _window(axes)], options)
        for each in (source, f"{source}.new_ones({source}.shape)")
    ]
    return (lines[0] if count_padding else f"({' / '.join(lines)})") + shape_back


def global_max_pooling(x, *, spatial=2):
    """The line that answers as global_max_pool does.

    >>> import numpy as np
    >>> global_max_pooling(np.ones((1, 7, 7)))
    'x.amax((-2, -1), keepdim=True)'
    """
    return f"x.amax({tuple(range(-spatial, 0))}, keepdim=True)"


def global_average_pooling(x, *, spatial=2):
    """The line that answers as global_average_pool does.

    >>> import numpy as np
    >>> global_average_pooling(np.ones((1, 7, 7)))
    'x.mean((-2, -1), keepdim=True)'
    """
    return f"{_in_floats(x)}.mean({tuple(range(-spatial, 0))}, keepdim=True)"


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
    tall, wide = np.empty((channels, 1, column.shape[-1], 1)), np.empty((channels, 1, 1, row.shape[-1]))
    kernel = (tall.shape[2], wide.shape[3])
    down, across = along_axes(x.shape[-2:], kernel, stride, padding)
    passes = (
        (tall, f"{names[0]}.expand({channels}, -1)[:, None, :, None]", (down.stride, 1), ((down.before, down.after), 0)),
        (wide, f"{names[1]}.expand({channels}, -1)[:, None, None]", (1, across.stride), (0, (across.before, across.after))),
    )
    for w, weight, stride, padding in passes:
        source = convolution(
            x, w, stride=stride, padding=padding, groups=channels, source=source, weight=weight
        )
    return source


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
    """The line that answers as interleaved_group does: two convolutions, each with a shuffle."""
    axis, secondary = x.ndim - primary_w.ndim + 1, primary_w.shape[1]
    primary = x.shape[axis] // secondary
    line = convolution(x, primary_w, **parameters, groups=primary, weight="primary_w")
    line = shuffled_channels(x, primary, axis=axis, source=line)
    line = convolution(x, secondary_w, groups=secondary, source=line, weight="secondary_w")
    return shuffled_channels(x, secondary, axis=axis, source=line)


def _moves(x, size, stride, padding, dilation=1):
    """How a window moves over x, and its stride as an option where it is not its size."""
    size = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    stride = size if stride is None else stride
    axes = along_axes(x.shape[-len(size) :], size, stride, padding, dilation)
    strides = [axis.stride for axis in axes]
    return axes, [] if strides == list(size) else [("stride", None, strides)]


def _window(axes):
    return str(short([axis.kernel for axis in axes]))


def _beyond_torch(axes):
    """torch pads evenly, by half a window at most, and in 3-D only what a window fits in."""
    return uneven(axes) or any(
        axis.before and (2 * axis.before > axis.span or axis.size < axis.span) for axis in axes
    )


def _in_floats(x):
    return "x.double()" if x.dtype.kind in "biu" else "x"
