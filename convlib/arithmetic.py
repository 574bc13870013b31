"""Whole numbers: output sizes and padding. No arrays.

size, kernel, stride, dilation: one whole number, or a tuple with one for each axis. Sizes are counted in cells.
Source: Vincent Dumoulin and Francesco Visin, "A guide to convolution arithmetic for deep learning", 2016.
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
    def span(self):
        """How many cells the kernel reaches over, holes included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def output(self):
        """How many positions the kernel takes."""
        padded = self.before + self.size + self.after
        arguments.window_fits(self.kernel, self.dilation, self.span, padded)
        return (padded - self.span) // self.stride + 1


def along_axes(size, kernel, stride=1, padding=0, dilation=1):
    """One Axis for each axis. What the public functions below promise about their arguments is kept here."""
    count = arguments.number_of_axes(size=size, kernel=kernel)
    names = ("size", "kernel", "stride", "dilation")
    numbers = [arguments.per_axis(*each, count, 1) for each in zip(names, (size, kernel, stride, dilation))]
    if isinstance(padding, str):
        arguments.known_padding(padding)
        pads = [_named_padding(padding, *each) for each in zip(*numbers)]
    else:
        pads = arguments.sides(padding, count)
    return [Axis(*each, before, after) for *each, (before, after) in zip(*numbers, pads)]


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
    """How many cells padding adds to each axis: a tuple with a pair (before, after) for each axis.

    padding is a number, or for each axis a number or a pair (before, after): a number counts on either side. Where there is
    one axis its bare pair will do. Or padding is a name: "valid" adds nothing; "same" makes the output ceil(size / stride),
    an odd cell goes to the end; "full" adds dilation * (kernel - 1) on either side, so every window that meets a cell counts.

    >>> pad_amounts("same", (5, 6), (3, 4))
    ((1, 1), (1, 2))

    Raises TypeError for what is no whole number; ValueError for one out of range, an unknown name, a wrong number of axes.
    """
    return tuple((axis.before, axis.after) for axis in along_axes(size, kernel, stride, padding, dilation))


def output_size(size, kernel, *, stride=1, padding=0, dilation=1):
    """How many outputs cross_correlate has: floor((size + padding - span) / stride) + 1 with span = dilation * (kernel - 1) + 1.

    Ints give an int, tuples a tuple; an int next to a tuple counts for every axis. padding as in pad_amounts.

    >>> output_size(7, 3, stride=2, padding=1)
    4
    >>> output_size((7, 8), 3, padding="same")
    (7, 8)

    Raises what pad_amounts raises, and ValueError where the kernel spans more than the padded input.
    """
    output = tuple(axis.output for axis in along_axes(size, kernel, stride, padding, dilation))
    return output if _tuples(size, kernel) else output[0]


def transposed_output_size(size, kernel, *, stride=1, padding=0, output_padding=0, dilation=1):
    """How many outputs a transposed convolution has: stride * (size - 1) + span + output_padding - padding.

    A cross_correlate over that many cells answers `size`. Where stride is larger than 1, several sizes do; output_padding,
    at least 0 and less than max(stride, dilation), chooses one. padding: numbers as in pad_amounts, here taken away.

    >>> transposed_output_size(4, 3, stride=2, padding=1)
    7
    >>> transposed_output_size((4, 4), 3, stride=2, padding=1, output_padding=(0, 1))
    (7, 8)

    Raises TypeError for what is no whole number; ValueError for one out of range, a named padding, or an output below 1.
    """
    arguments.numeric_padding(padding)
    axes = along_axes(size, kernel, stride, padding, dilation)
    extra = arguments.per_axis("output_padding", output_padding, len(axes), 0)
    output = tuple(_spread(*each) for each in zip(axes, extra))
    return output if _tuples(size, kernel) else output[0]


def _spread(axis, extra):
    arguments.output_padding_fits(extra, axis.stride, axis.dilation)
    output = axis.stride * (axis.size - 1) + axis.span + extra - axis.before - axis.after
    arguments.some_output(output, axis.before, axis.after)
    return output


def _tuples(*sizes):
    return any(isinstance(each, (tuple, list)) for each in sizes)
