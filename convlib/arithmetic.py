"""Whole numbers: output sizes and padding. No arrays.

size, kernel, stride and dilation are whole numbers, or tuples with one for each axis.
Source: Vincent Dumoulin and Francesco Visin, "A guide to convolution arithmetic for deep
learning", 2016.
"""

from typing import NamedTuple

from convlib import arguments


class Axis(NamedTuple):
    """How a kernel moves along one axis."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def padded(self):
        """How many cells there are, padding included."""
        return self.before + self.size + self.after

    @property
    def span(self):
        """How many cells the kernel reaches over, holes included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def output(self):
        """How many positions the kernel takes."""
        arguments.window_fits(self.kernel, self.dilation, self.span, self.padded)
        return (self.padded - self.span) // self.stride + 1


def along_axes(size, kernel, stride=1, padding=0, dilation=1):
    """An Axis for each axis. The rules for arguments that the functions below promise are kept."""
    count = arguments.number_of_axes(size, kernel)
    numbers = (
        arguments.per_axis("size", size, count, 1),
        arguments.per_axis("kernel", kernel, count, 1),
        arguments.per_axis("stride", stride, count, 1),
        arguments.per_axis("dilation", dilation, count, 1),
    )
    if isinstance(padding, str):
        arguments.known_padding(padding)
        pads = [_named_padding(padding, *each) for each in zip(*numbers, strict=True)]
    else:
        pads = arguments.sides(padding, count)
    return [Axis(*each, *pair) for *each, pair in zip(*numbers, pads, strict=True)]


def _named_padding(name, size, kernel, stride, dilation):
    reach = dilation * (kernel - 1)
    if name == "valid":
        return 0, 0
    if name == "full":
        return reach, reach
    output = -(-size // stride)  # rounded up
    total = max((output - 1) * stride + reach + 1 - size, 0)
    return total // 2, total - total // 2


def pad_amounts(padding, size, kernel, *, stride=1, dilation=1):
    """How many cells padding adds: a tuple with a pair (before, after) for each axis.

    padding is a number, or for each axis a number or a pair (before, after). A number counts on
    both sides. One axis alone may give its pair bare: (1, 2) for ((1, 2),). Or padding is a name:
    "valid" adds nothing. "same" makes the output ceil(size / stride), an odd cell at the end.
    "full" adds dilation * (kernel - 1) on both sides: every window that meets a cell counts.

    >>> pad_amounts("same", (5, 6), (3, 4))
    ((1, 1), (1, 2))

    Raises TypeError for what is no whole number. Raises ValueError for a number out of range, an
    unknown name, or a tuple of the wrong length.
    """
    axes = along_axes(size, kernel, stride, padding, dilation)
    return tuple((axis.before, axis.after) for axis in axes)


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    """How many outputs a convolution has: floor((size + padding - span) / stride) + 1.

    The span of the kernel is dilation * (kernel - 1) + 1; padding is as in pad_amounts.
    Ints give an int. Tuples give a tuple, and an int beside a tuple counts for every axis.

    >>> output_size(7, 3, stride=2, padding=1)
    4
    >>> output_size((7, 8), 3, padding="same")
    (7, 8)

    Raises what pad_amounts raises, and ValueError where the kernel spans more than the padded
    input.
    """
    output = tuple(axis.output for axis in along_axes(size, kernel, stride, padding, dilation))
    return _like(output, size, kernel)


def transposed_output_size(size, kernel, *, stride=1, padding=0, output_padding=0, dilation=1):
    """How many outputs a transposed convolution has.

    That is stride * (size - 1) + span + output_padding - padding: what a convolution starts from
    to end with size. Where stride is above 1 it may start from several sizes; output_padding, at
    least 0 and less than max(stride, dilation), chooses. padding is as in pad_amounts, in numbers.

    >>> transposed_output_size(4, 3, stride=2, padding=1)
    7
    >>> transposed_output_size((4, 4), 3, stride=2, padding=1, output_padding=(0, 1))
    (7, 8)

    Raises TypeError for what is no whole number. Raises ValueError for a number out of range, a
    padding by name, a tuple of the wrong length, or an output below 1.
    """
    arguments.numeric_padding(padding)
    axes = along_axes(size, kernel, stride, padding, dilation)
    extra = arguments.per_axis("output_padding", output_padding, len(axes), 0)
    return _like(tuple(map(_spread, axes, extra)), size, kernel)


def _spread(axis, extra):
    arguments.output_padding_fits(extra, axis.stride, axis.dilation)
    output = axis.stride * (axis.size - 1) + axis.span + extra - axis.before - axis.after
    arguments.some_output(output, axis.before, axis.after)
    return output


def _like(output, *sizes):
    """A tuple if a size was one, else the only number."""
    return output if any(isinstance(size, (tuple, list)) for size in sizes) else output[0]
