"""Every convolution of deep learning in numpy, readable in a minute each, and pictures that are asked of that very code."""

# ruff: noqa: I001 - in the order in which lessons need them
from convlib.mascot import hook, letter_f
from convlib.ops.kernels import dilate, flip
from convlib.ops.convolve import convolve, cross_correlate
from convlib.arithmetic import output_size, pad_amounts, transposed_output_size
from convlib.cost import macs, parameters
from convlib.ops.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from convlib.receptive import receptive_field
from convlib.ops.matrix import matrix
from convlib.ops.transposed import transposed
from convlib.ops.separable import (
    depthwise,
    depthwise_separable,
    flattened,
    pointwise,
    spatially_separable,
)
from convlib.ops.grouped import channel_shuffle, interleaved_group
from convlib.ops.normalize import batch_norm, layer_norm, instance_norm, group_norm
from convlib.ops.deformable import deformable
from convlib.ops.roi import roi_pool, deformable_roi_pool
from convlib.ops.weights import lightweight, dynamic
from convlib.ops.attention import attention, multi_head_attention
from convlib.show.trace import trace
from convlib.show.chain import chain
from convlib.show.picture import picture
from convlib.show.player import play
from convlib.learn import check
from convlib.network import report

__all__ = [
    "letter_f", "hook",
    "cross_correlate", "convolve", "flip", "dilate",
    "output_size", "transposed_output_size", "pad_amounts",
    "parameters", "macs",
    "max_pool", "average_pool", "global_max_pool", "global_average_pool",
    "pointwise", "receptive_field", "matrix", "transposed",
    "spatially_separable", "flattened", "depthwise", "depthwise_separable",
    "channel_shuffle", "interleaved_group",
    "batch_norm", "layer_norm", "instance_norm", "group_norm",
    "deformable", "roi_pool", "deformable_roi_pool",
    "lightweight", "dynamic", "attention", "multi_head_attention",
    "trace", "chain", "picture", "play", "check", "report",
]  # fmt: skip
