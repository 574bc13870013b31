"""Every convolution of deep learning in numpy, readable in a minute each, and pictures that are asked of that very code."""

# ruff: noqa: I001 - in the order in which lessons need them
from convlib.mascot import hook, letter_f
from convlib.ops.kernels import dilate, flip
from convlib.ops.convolve import convolve, cross_correlate
from convlib.arithmetic import output_size, pad_amounts, transposed_output_size
from convlib.show.trace import trace
from convlib.show.picture import picture
from convlib.show.player import play
from convlib.learn import check

__all__ = [
    "letter_f", "hook",
    "cross_correlate", "convolve", "flip", "dilate",
    "output_size", "transposed_output_size", "pad_amounts",
    "trace", "picture", "play", "check",
]  # fmt: skip
