"""An operator's line of PyTorch, ready to copy. torch is not imported.

The line is an expression in x, w, b and F, which is torch.nn.functional. Where an operator has
several weights, they go by the names of its arguments.
"""

from convlib.arithmetic import along_axes


def convolution(
    x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1, source="x", weight="w"
):
    """The line that answers as cross_correlate does, for arrays of these shapes.

    Parameters with their default values are left out.

    >>> import numpy as np
    >>> convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)), padding=1, dilation=2)
    'F.conv2d(x, w, padding=1, dilation=2)'
    """
    axes = along_axes(x.shape[2 - w.ndim :], w.shape[2:], stride, padding, dilation)
    source, shape_back = one_batch_axis(x, len(axes), source)
    pads = [axis.before for axis in axes]
    if uneven(axes):  # torch's own padding is the same on both sides
        source, pads = padded(source, axes), [0]
    options = (
        ("stride", 1, [axis.stride for axis in axes]),
        ("padding", 0, pads),
        ("dilation", 1, [axis.dilation for axis in axes]),
        ("groups", 1, [groups]),
    )
    names = [source, weight] if bias is None else [source, weight, "b"]
    return call(f"conv{len(axes)}d", names, options) + shape_back


def flipped_convolution(x, w, bias=None, **parameters):
    """The line that answers as convolve does.

    >>> import numpy as np
    >>> flipped_convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)))
    'F.conv2d(x, w.flip(-1, -2))'
    """
    spatial = ", ".join(str(-1 - axis) for axis in range(w.ndim - 2))
    return convolution(x, w, bias, **parameters, weight=f"w.flip({spatial})")


def transposed_convolution(
    x, w, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """The line that answers as transposed does. F.pad by less than nothing cuts uneven sides off.

    >>> import numpy as np
    >>> transposed_convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)), padding=((0, 1), 0))
    'F.pad(F.conv_transpose2d(x, w), (0, 0, 0, -1))'
    """
    axes = along_axes(x.shape[2 - w.ndim :], w.shape[2:], stride, padding, dilation)
    source, shape_back = one_batch_axis(x, len(axes))
    extra = output_padding if isinstance(output_padding, (tuple, list)) else [output_padding]
    options = (
        ("stride", 1, [axis.stride for axis in axes]),
        ("padding", 0, [0] if uneven(axes) else [axis.before for axis in axes]),
        ("output_padding", 0, extra),
        ("groups", 1, [groups]),
        ("dilation", 1, [axis.dilation for axis in axes]),
    )
    names = [source, "w"] if bias is None else [source, "w", "b"]
    line = call(f"conv_transpose{len(axes)}d", names, options)
    if uneven(axes):
        line = f"F.pad({line}, {tuple(-amount for amount in amounts(axes))})"
    return line + shape_back


def one_batch_axis(x, spatial, source="x"):
    """source as torch knows it, with one batch axis at most, and what restores the others."""
    batch = x.ndim - spatial - 1
    if batch <= 1:
        return source, ""
    return f"{source}.flatten(0, {batch - 1})", f".unflatten(0, x.shape[:{batch}])"


def padded(source, axes, fill=""):
    """source with cells around it, those that torch's operators have no word for."""
    return f"F.pad({source}, {amounts(axes)}{fill})"


def amounts(axes):
    """Padding as F.pad takes it: the last axis first."""
    return tuple(amount for axis in reversed(axes) for amount in (axis.before, axis.after))


def uneven(axes):
    """Some axis has other padding before than after."""
    return any(axis.before != axis.after for axis in axes)


def call(name, arguments, options):
    """A call of F.name; of the options, (name, usual value, values), it says the unusual ones."""
    said = [f"{name}={short(given)}" for name, usual, given in options if set(given) != {usual}]
    return f"F.{name}({', '.join([*arguments, *said])})"


def short(values):
    """One number where all agree."""
    return values[0] if len(set(values)) == 1 else tuple(values)
