"""The variants of convolution, in numpy: each readable in a minute."""

from convlib.ops.convolve import convolve, cross_correlate
from convlib.ops.kernels import dilate, flip

__all__ = ["convolve", "cross_correlate", "dilate", "flip"]
