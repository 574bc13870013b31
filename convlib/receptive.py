"""How much of the input one output sees, layer by layer. No arrays.

Source: André Araujo, Wade Norris and Jack Sim, "Computing Receptive Fields of Convolutional Neural
Networks", 2019.
"""

from typing import NamedTuple

from convlib import arguments
from convlib.arithmetic import along_axes


class Field(NamedTuple):
    """What an output sees: size cells from start, which is negative inside the padding.

    The next output sees as many, jump cells further. With several axes, each is a tuple.
    """

    size: int | tuple
    jump: int | tuple
    start: int | tuple


def receptive_field(layers):
    """The Field of the first output after each layer, in cells of the first layer's input.

    A layer is (kernel, stride, padding, dilation), later ones may be left out; pooling is one too.
    Each is a whole number, or a tuple with one for each axis, and padding may be pairs.
    Every layer adds dilation * (kernel - 1) steps, each as wide as all strides before have made it.

    >>> receptive_field([(3, 2, 1), (3,)])
    [Field(size=3, jump=2, start=-1), Field(size=7, jump=2, start=-1)]

    Raises TypeError for what is no whole number or no layer. Raises ValueError for a number out of
    range, padding by name, or layers that disagree on the axes.
    """
    layers = [arguments.layer(layer) for layer in layers]
    tuples = [len(kernel) for kernel, *_ in layers if isinstance(kernel, (tuple, list))]
    count = max(tuples, default=1)
    fields, (size, jump, start) = [], ([1] * count, [1] * count, [0] * count)
    for layer in layers:
        axes = along_axes((1,) * count, *layer)
        size = [s + (axis.span - 1) * j for s, j, axis in zip(size, jump, axes, strict=True)]
        start = [s - axis.before * j for s, j, axis in zip(start, jump, axes, strict=True)]
        jump = [j * axis.stride for j, axis in zip(jump, axes, strict=True)]
        field = Field(tuple(size), tuple(jump), tuple(start))
        fields.append(field if tuples else Field(*(each[0] for each in field)))
    return fields
