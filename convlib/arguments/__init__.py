"""The rules for arguments. Every message about a bad argument is written here, once.

A wrong kind of thing is a TypeError, a wrong value a ValueError. A message names the argument,
its value and the rule, and the fix where there is one.
"""

from convlib.arguments.arrays import (
    LARGEST,
    affordable,
    array,
    bias_vector,
    grouped,
    kernel_array,
    signal,
    sums_fit,
    weights,
)
from convlib.arguments.numbers import (
    PADDINGS,
    known_padding,
    number_of_axes,
    numeric_padding,
    output_padding_fits,
    per_axis,
    sides,
    some_output,
    whole,
    window_fits,
)

__all__ = [
    "LARGEST",
    "PADDINGS",
    "affordable",
    "array",
    "bias_vector",
    "grouped",
    "kernel_array",
    "known_padding",
    "number_of_axes",
    "numeric_padding",
    "output_padding_fits",
    "per_axis",
    "sides",
    "signal",
    "some_output",
    "sums_fit",
    "weights",
    "whole",
    "window_fits",
]
