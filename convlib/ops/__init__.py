"""The variants of convolution, in numpy: each readable in a minute."""

from convlib.ops.convolve import convolve, cross_correlate
from convlib.ops.grouped import channel_shuffle, interleaved_group
from convlib.ops.kernels import dilate, flip
from convlib.ops.matrix import matrix
from convlib.ops.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from convlib.ops.separable import (
    depthwise,
    depthwise_separable,
    flattened,
    pointwise,
    spatially_separable,
)
from convlib.ops.transposed import transposed

__all__ = [
    "average_pool",
    "channel_shuffle",
    "convolve",
    "cross_correlate",
    "depthwise",
    "depthwise_separable",
    "dilate",
    "flattened",
    "flip",
    "global_average_pool",
    "global_max_pool",
    "interleaved_group",
    "matrix",
    "max_pool",
    "pointwise",
    "spatially_separable",
    "transposed",
]
