"""The variants of convolution, in numpy: each readable in a minute."""

from convlib.ops.attention import attention, multi_head_attention
from convlib.ops.convolve import convolve, cross_correlate
from convlib.ops.deformable import deformable
from convlib.ops.grouped import channel_shuffle, interleaved_group
from convlib.ops.kernels import dilate, flip
from convlib.ops.matrix import matrix
from convlib.ops.normalize import batch_norm, group_norm, instance_norm, layer_norm
from convlib.ops.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from convlib.ops.roi import deformable_roi_pool, roi_pool
from convlib.ops.separable import (
    depthwise,
    depthwise_separable,
    flattened,
    pointwise,
    spatially_separable,
)
from convlib.ops.transposed import transposed
from convlib.ops.weights import dynamic, lightweight

__all__ = [
    "attention",
    "average_pool",
    "batch_norm",
    "channel_shuffle",
    "convolve",
    "cross_correlate",
    "deformable",
    "deformable_roi_pool",
    "depthwise",
    "depthwise_separable",
    "dilate",
    "dynamic",
    "flattened",
    "flip",
    "global_average_pool",
    "global_max_pool",
    "group_norm",
    "instance_norm",
    "interleaved_group",
    "layer_norm",
    "lightweight",
    "matrix",
    "max_pool",
    "multi_head_attention",
    "pointwise",
    "roi_pool",
    "spatially_separable",
    "transposed",
]
