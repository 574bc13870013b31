"""An operator's line of PyTorch, ready to copy. torch is not imported.

The line is an expression in x, w, b and F, which is torch.nn.functional.
"""

from convlib.arithmetic import along_axes


def convolution(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1, weight="w"):
    """The line that answers as cross_correlate does, for arrays of these shapes.

    Parameters with their default values are left out.

    >>> import numpy as np
    >>> convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)), padding=1, dilation=2)
    'F.conv2d(x, w, padding=1, dilation=2)'
    """
    axes = along_axes(x.shape[2 - w.ndim :], w.shape[2:], stride, padding, dilation)
    source, shape_back = "x", ""
    batch = x.ndim - len(axes) - 1
    if batch > 1:  # torch knows one batch axis
        source = f"x.flatten(0, {batch - 1})"
        shape_back = f".unflatten(0, x.shape[:{batch}])"
    pads = [axis.before for axis in axes]
    if pads != [axis.after for axis in axes]:  # torch's own padding is the same on both sides
        amounts = [amount for axis in reversed(axes) for amount in (axis.before, axis.after)]
        source, pads = f"F.pad({source}, {tuple(amounts)})", [0]
    options = (
        ("stride", 1, [axis.stride for axis in axes]),
        ("padding", 0, pads),
        ("dilation", 1, [axis.dilation for axis in axes]),
        ("groups", 1, [groups]),
    )
    said = [f"{name}={_short(given)}" for name, usual, given in options if set(given) != {usual}]
    names = [source, weight] if bias is None else [source, weight, "b"]
    return f"F.conv{len(axes)}d({', '.join(names + said)}){shape_back}"


def flipped_convolution(x, w, bias=None, **parameters):
    """The line that answers as convolve does.

    >>> import numpy as np
    >>> flipped_convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)))
    'F.conv2d(x, w.flip(-1, -2))'
    """
    spatial = ", ".join(str(-1 - axis) for axis in range(w.ndim - 2))
    return convolution(x, w, bias, **parameters, weight=f"w.flip({spatial})")


def _short(values):
    """One number where all agree."""
    return values[0] if len(set(values)) == 1 else tuple(values)
