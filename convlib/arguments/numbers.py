"""Rules for whole numbers: sizes, strides, padding. Python's integers cannot overflow."""

import numpy as np

PADDINGS = ("valid", "same", "full")


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


def numeric_padding(padding, to="a transposed convolution"):
    """Padding in numbers, where a name would leave a size open."""
    if isinstance(padding, str):
        raise ValueError(f"padding is {padding!r}: give numbers to {to}")


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
