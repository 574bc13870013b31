"""Lines of PyTorch for pooling: see pytorch."""

from convlib.arithmetic import along_axes
from convlib.ops.pytorch import call, one_batch_axis, padded, short, uneven
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
