"""An operator's line of PyTorch: an expression in x, w, b and F (torch.nn.functional), ready to copy. torch is not imported."""

from convlib.arithmetic import pad_amounts


def convolution(x, w, bias=None, *, stride=1, padding=0, dilation=1, groups=1, weight="w"):
    """The line that answers what cross_correlate does, for arrays of these shapes. What has its default value is left out.

    >>> import numpy as np
    >>> convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)), padding=1, dilation=2)
    'F.conv2d(x, w, padding=1, dilation=2)'
    """
    spatial = w.ndim - 2
    batch_axes = x.ndim - spatial - 1
    pads = pad_amounts(padding, x.shape[-spatial:], w.shape[2:], stride=stride, dilation=dilation)
    source, after = "x", ""
    if batch_axes > 1:  # torch knows one batch axis
        source, after = f"x.flatten(0, {batch_axes - 1})", f".unflatten(0, x.shape[:{batch_axes}])"
    if any(before != end for before, end in pads):  # torch pads both sides alike
        source, pads = f"F.pad({source}, {sum(reversed(pads), ())})", ((0, 0),) * spatial
    options = {"stride": stride, "padding": tuple(before for before, _ in pads), "dilation": dilation, "groups": groups}
    defaults = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    said = [f"{name}={_short(value)}" for name, value in options.items() if _short(value) != defaults[name]]
    return f"F.conv{spatial}d({', '.join([source, weight] + ['b'] * (bias is not None) + said)}){after}"


def flipped_convolution(x, w, bias=None, **parameters):
    """The line that answers what convolve does.

    >>> import numpy as np
    >>> flipped_convolution(np.ones((1, 7, 7)), np.ones((1, 1, 3, 3)))
    'F.conv2d(x, w.flip(-1, -2))'
    """
    spatial = ", ".join(str(-1 - axis) for axis in range(w.ndim - 2))
    return convolution(x, w, bias, **parameters, weight=f"w.flip({spatial})")


def _short(value):
    """One number for all axes where they agree."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return values[0] if len(set(values)) == 1 else values
