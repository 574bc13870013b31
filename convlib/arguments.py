"""The rules for arguments. Every message about a bad argument is written here, once.

A wrong kind of thing is a TypeError, a wrong value a ValueError. A message names the argument,
its value and the rule, and the fix where there is one. Sizes are Python integers: they cannot
overflow, and they are checked before anything of that size is made.
"""

from math import prod

import numpy as np

LARGEST = 2**32  # bytes of one array: more is a slip, such as padding=10**9, and not a lesson
PADDINGS = ("valid", "same", "full")


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
    return numbers


def whole(name, value, least):
    """value as an int that is not below least."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}, a {type(value).__name__}: give a whole number")
    if value < least:
        raise ValueError(f"{name} is {value}: it must be at least {least}")
    return int(value)


def per_axis(name, value, axes, least):
    """A whole number for each axis: one that counts for all, or a tuple of them."""
    if not isinstance(value, (tuple, list)):
        return (whole(name, value, least),) * axes
    if len(value) != axes:
        raise ValueError(
            f"{name} {tuple(value)} has the wrong length, {len(value)}: "
            f"give one number, or a tuple of {axes}, one for each axis"
        )
    return tuple(whole(name, each, least) for each in value)


def number_of_axes(size, kernel):
    """How many axes size and kernel speak of; a plain int fits any number."""
    lengths = [len(each) for each in (size, kernel) if isinstance(each, (tuple, list))]
    if 0 in lengths or len(set(lengths)) > 1:
        raise ValueError(
            f"size {size} and kernel {kernel} disagree on the axes: "
            "give one number, or the same count of numbers in both"
        )
    return lengths[0] if lengths else 1


def sides(padding, axes):
    """Padding in numbers as a pair (before, after) for each axis. One axis may give a bare pair."""
    if not isinstance(padding, (tuple, list)):
        return ((whole("padding", padding, 0),) * 2,) * axes
    if axes == 1 and len(padding) == 2:
        padding = (padding,)
    if len(padding) != axes:
        raise ValueError(
            f"padding {tuple(padding)} has the wrong length, {len(padding)}: give one number, "
            f"or a tuple of {axes}, for each axis a number or a pair (before, after)"
        )
    return tuple(per_axis("padding", each, 2, 0) for each in padding)


def known_padding(name):
    """A padding that has a name."""
    if name not in PADDINGS:
        raise ValueError(f"padding is {name!r}: give numbers, or one of {', '.join(PADDINGS)}")


def numeric_padding(padding):
    """Padding in numbers: a name would leave the size of a transposed output open."""
    if isinstance(padding, str):
        raise ValueError(f"padding is {padding!r}: give numbers to a transposed convolution")


def window_fits(kernel, dilation, span, padded):
    """The kernel, holes included, lies inside the padded input."""
    if span > padded:
        less = "lower dilation" if dilation > 1 else "take a smaller kernel"
        raise ValueError(
            f"kernel {kernel} with dilation {dilation} spans {span}, "
            f"more than the padded input's {padded}: {less} or add padding"
        )


def output_padding_fits(output_padding, stride, dilation):
    """output_padding chooses among the sizes that look alike from the other side."""
    limit = max(stride, dilation)
    if output_padding >= limit:
        raise ValueError(
            f"output_padding is {output_padding}: it must be less than "
            f"max(stride, dilation), which is {limit}"
        )


def some_output(output, before, after):
    """Padding takes cells from a transposed output, and leaves some."""
    if output < 1:
        raise ValueError(
            f"padding ({before}, {after}) leaves an output of size {output}: "
            "it must be at least 1, so lower padding"
        )


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
    return _filled(w)


def weights(w):
    """w as (C_out, C_in/groups, *kernel) with 1, 2 or 3 kernel axes, none of them empty."""
    w = array("w", w)
    if not 3 <= w.ndim <= 5:
        raise ValueError(
            f"w has shape {w.shape}, {w.ndim} axes: "
            "give (C_out, C_in/groups, *kernel) with 1, 2 or 3 kernel axes"
        )
    return _filled(w)


def _filled(w):
    if 0 in w.shape:
        raise ValueError(f"w has shape {w.shape}: none of its axes may be empty")
    return w


def signal(x, axes):
    """x as (..., C, *spatial) with that many spatial axes; batch axes alone may be empty."""
    x = array("x", x)
    if x.ndim <= axes:
        raise ValueError(
            f"x has shape {x.shape}, {x.ndim} axes: w has {axes} kernel axes, "
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
    """Sums of whole numbers stay inside int64, by the largest value that they could reach."""
    x, w, *bias = (max(int(a.max()), -int(a.min())) if a.size else 0 for a in arrays)
    reach = x * w * taps + sum(bias)
    if reach >= 2**63:
        raise ValueError(f"sums of x, w and bias could reach {reach}, beyond int64: give floats")
