"""Rules for arrays: their kinds, shapes and sizes, checked before anything of that size is made."""

from math import prod

import numpy as np

from convlib.arguments.numbers import whole

LARGEST = 2**32  # bytes of one array: more is a slip, such as padding=10**9, and not a lesson


def array(name, value):
    """value as a numpy array of real numbers: bool, int or float. Lists of numbers are welcome.

    Complex numbers are refused, since some correlate with the conjugate and some do not.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array: fill it first, since its mask would be lost")
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} is a {type(value).__name__} and no array: {error}") from None
    if numbers.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} is a {type(value).__name__} of dtype {numbers.dtype}: "
            "give real numbers (bool, int or float)"
        )
    return numbers.astype(numbers.dtype.newbyteorder("="), copy=False)  # the bytes in native order


def affordable(name, shape, dtype):
    """An array that may be made."""
    size = prod(shape) * dtype.itemsize
    if size > LARGEST:
        raise ValueError(
            f"{name} of shape {tuple(shape)} takes {size} bytes, more than the {LARGEST} "
            "that convlib fills: take a smaller example"
        )


def kernel_array(w):
    """w as (C_out, C_in, *kernel) or a plain 1-D or 2-D kernel, none of its axes empty."""
    w = array("w", w)
    if not 1 <= w.ndim <= 5:
        raise ValueError(
            f"w has shape {w.shape}, {w.ndim} axes: "
            "give (C_out, C_in, *kernel), or a plain kernel with 1 or 2"
        )
    return filled(w)


def weights(w, name="w", layout="(C_out, C_in/groups, *kernel)"):
    """w in a layout of channels and 1, 2 or 3 kernel axes, none of them empty."""
    w = array(name, w)
    if not 3 <= w.ndim <= 5:
        raise ValueError(
            f"{name} has shape {w.shape}, {w.ndim} axes: "
            f"give {layout} with 1, 2 or 3 kernel axes"
        )
    return filled(w, name)


def filled(w, name="w"):
    """w, none of its axes empty."""
    if 0 in w.shape:
        raise ValueError(f"{name} has shape {w.shape}: none of its axes may be empty")
    return w


def signal(x, axes, because=None):
    """x as (..., C, *spatial) with that many spatial axes; batch axes alone may be empty.

    because says what asks for so many: without it, the kernel does.
    """
    x = array("x", x)
    if x.ndim <= axes:
        raise ValueError(
            f"x has shape {x.shape}, {x.ndim} axes: {because or f'w has {axes} kernel axes'}, "
            f"so give (..., C, *spatial) with at least {axes + 1}"
        )
    if 0 in x.shape[-axes - 1 :]:
        raise ValueError(f"x has shape {x.shape}: only a batch axis may be empty")
    return x


def grouped(x_channels, w, groups):
    """groups divides the channels on both sides, and w takes those of one group."""
    groups = whole("groups", groups, 1)
    for channels, of in ((x_channels, "input channels of x"), (len(w), "output channels of w")):
        if channels % groups:
            raise ValueError(f"groups is {groups}: it must divide the {channels} {of}")
    if w.shape[1] * groups != x_channels:
        raise ValueError(
            f"w of shape {w.shape} with groups={groups} takes {w.shape[1] * groups} channels, "
            f"but x has {x_channels}"
        )


def bias_vector(bias, channels):
    """One number for each output channel."""
    bias = array("bias", bias)
    if bias.shape != (channels,):
        raise ValueError(f"bias has shape {bias.shape}: give ({channels},), one for each channel")
    return bias


def sums_fit(arrays, taps):
    """How far sums of whole numbers could reach, which is inside int64."""
    x, w, *bias = (max(int(a.max()), -int(a.min())) if a.size else 0 for a in arrays)
    reach = x * w * taps + sum(bias)
    if reach >= 2**63:
        raise ValueError(f"sums of x, w and bias could reach {reach}, beyond int64: give floats")
    return reach
