"""Every variant beside the line of PyTorch that it carries, one thread, float32; and photographs of 512²."""

import numpy as np
from bench_kernel import best
from threadpoolctl import threadpool_limits

import convlib

BUDGET = 5  # times torch
PHOTOGRAPH = 50  # ms, so that a slider's picture keeps up
# operator, the shapes of its arrays, its parameters
CASES = [
    ("transposed", {"x": (1, 32, 64, 64), "w": (32, 16, 4, 4)}, {"stride": 2, "padding": 1}),
    ("transposed", {"x": (1, 32, 64, 64), "w": (32, 16, 3, 3)}, {"padding": 1}),
    ("depthwise", {"x": (1, 32, 128, 128), "w": (32, 1, 3, 3)}, {"padding": 1}),
    ("depthwise", {"x": (1, 64, 56, 56), "w": (64, 1, 3, 3)}, {"padding": 1}),
    ("depthwise", {"x": (1, 256, 28, 28), "w": (256, 1, 3, 3)}, {"padding": 1}),
    ("pointwise", {"x": (1, 32, 128, 128), "w": (64, 32)}, {}),
    ("depthwise_separable", {"x": (1, 32, 128, 128), "depthwise_w": (32, 1, 3, 3), "pointwise_w": (64, 32)}, {"padding": 1}),
    ("max_pool", {"x": (1, 64, 112, 112)}, {"size": 3, "stride": 2, "padding": 1}),
    ("average_pool", {"x": (1, 64, 112, 112)}, {"size": 2}),
    ("global_average_pool", {"x": (8, 512, 7, 7)}, {}),
    ("global_max_pool", {"x": (8, 512, 7, 7)}, {}),
    ("spatially_separable", {"x": (1, 3, 512, 512), "column": (9,), "row": (9,)}, {"padding": "same"}),
    ("flattened", {"x": (1, 16, 64, 64), "across": (32, 16), "vertical": (32, 3), "horizontal": (32, 3)}, {}),
    ("channel_shuffle", {"x": (1, 64, 56, 56)}, {"groups": 8}),
    ("interleaved_group", {"x": (1, 64, 56, 56), "primary_w": (64, 8, 3, 3), "secondary_w": (64, 8, 1, 1)}, {"padding": 1}),
]
REGIONS = [(0, 0, 512, 512), (40, 60, 200, 300)]
PHOTOGRAPHS = [
    ("cross_correlate", {"x": (3, 512, 512), "w": (3, 3, 7, 7)}, {"padding": 3}),
    ("convolve", {"x": (1, 512, 512), "w": (1, 1, 15, 15)}, {"padding": "same"}),
    ("transposed", {"x": (3, 512, 512), "w": (3, 3, 4, 4)}, {"stride": 2, "padding": 1}),
    ("depthwise", {"x": (3, 512, 512), "w": (3, 1, 5, 5)}, {"padding": 2}),
    ("pointwise", {"x": (3, 512, 512), "w": (3, 3)}, {}),
    ("depthwise_separable", {"x": (3, 512, 512), "depthwise_w": (3, 1, 3, 3), "pointwise_w": (3, 3)}, {}),
    ("spatially_separable", {"x": (3, 512, 512), "column": (15,), "row": (15,)}, {}),
    ("flattened", {"x": (3, 512, 512), "across": (4, 3), "vertical": (4, 5), "horizontal": (4, 5)}, {}),
    ("max_pool", {"x": (3, 512, 512)}, {"size": 7, "stride": 1}),
    ("average_pool", {"x": (3, 512, 512)}, {"size": 7, "stride": 1}),
    ("global_average_pool", {"x": (3, 512, 512)}, {}),
    ("global_max_pool", {"x": (3, 512, 512)}, {}),
    ("channel_shuffle", {"x": (3, 512, 512)}, {"groups": 3, "axis": 0}),
    ("interleaved_group", {"x": (4, 512, 512), "primary_w": (4, 2, 3, 3), "secondary_w": (4, 2, 1, 1)}, {"padding": 1}),
    ("batch_norm", {"x": (1, 3, 512, 512)}, {}),
    ("layer_norm", {"x": (1, 3, 512, 512)}, {}),
    ("instance_norm", {"x": (1, 3, 512, 512)}, {}),
    ("group_norm", {"x": (1, 3, 512, 512)}, {"groups": 3}),
    ("roi_pool", {"x": (3, 512, 512)}, {"regions": REGIONS, "size": 7}),
    ("deformable_roi_pool", {"x": (3, 512, 512), "offset": (2, 2, 7, 7)}, {"regions": REGIONS, "size": 7}),
]


def variant_rows():
    import torch

    torch.set_num_threads(1)
    with threadpool_limits(1), torch.no_grad():
        for name, shapes, parameters in CASES:
            ours, theirs = beside_torch(name, shapes, parameters)
            yield f"{name} / torch, one thread: {shapes['x']}", ours / theirs, BUDGET, "×"
        for name, shapes, parameters in PHOTOGRAPHS:
            operator, arrays = getattr(convlib, name), draw(shapes)
            took = best(lambda: operator(**arrays, **parameters))  # noqa: B023
            yield f"{name} of a photograph {shapes['x']}", 1000 * took, PHOTOGRAPH, "ms"
        x = np.random.default_rng(0).integers(0, 256, (3, 512, 512), np.uint8)
        took = best(lambda: convlib.cross_correlate(x, np.ones((3, 3, 3, 3), int), padding=1))
        yield f"cross_correlate of a photograph {x.shape} in uint8", 1000 * took, PHOTOGRAPH, "ms"


def beside_torch(name, shapes, parameters):
    """Seconds of an operator, and of the line of torch that it carries."""
    import torch

    operator, arrays = getattr(convlib, name), draw(shapes)
    line = compile(operator.pytorch(*arrays.values(), **parameters), name, "eval")
    names = {"F": torch.nn.functional, **{key: torch.from_numpy(value) for key, value in arrays.items()}}
    return best(lambda: operator(*arrays.values(), **parameters)), best(lambda: eval(line, names))


def draw(shapes):
    normal = np.random.default_rng(0).standard_normal
    return {name: normal(shape).astype(np.float32) for name, shape in shapes.items()}
