"""What depends on data beside torch, one thread, float32: deformable beside grid_sample, others beside their lines."""

from bench_kernel import best
from bench_variants import PHOTOGRAPH, beside_torch, draw
from threadpoolctl import threadpool_limits

import convlib

BUDGET = 20  # times grid_sample
DEFORMABLE = [(1, 1, 256), (3, 3, 256), (16, 32, 64), (64, 64, 56)]  # C_in, C_out, size
# operator, the shapes of its arrays, its parameters
CASES = [
    ("batch_norm", {"x": (8, 64, 56, 56)}, {}),
    ("layer_norm", {"x": (8, 64, 56, 56)}, {}),
    ("instance_norm", {"x": (8, 64, 56, 56)}, {}),
    ("group_norm", {"x": (8, 64, 56, 56)}, {"groups": 8}),
    ("lightweight", {"x": (8, 512, 128), "w": (16, 7)}, {}),
    ("dynamic", {"x": (8, 512, 128), "w": (112, 512)}, {"heads": 16}),
    ("attention", {"q": (8, 8, 128, 64), "k": (8, 8, 128, 64), "v": (8, 8, 128, 64)}, {}),
    ("multi_head_attention", {"x": (8, 128, 512), **dict.fromkeys(("w_q", "w_k", "w_v", "w_o"), (512, 512))}, {"heads": 8}),
]


def dependent_rows():
    import torch

    torch.set_num_threads(1)
    with threadpool_limits(1), torch.no_grad():
        for c_in, c_out, size in DEFORMABLE:
            arrays = draw({"x": (c_in, size, size), "w": (c_out, c_in, 3, 3), "offset": (18, size, size)})
            tensors = [torch.from_numpy(each) for each in arrays.values()]
            ours = best(lambda: convlib.deformable(**arrays, padding=1))  # noqa: B023
            theirs = best(lambda: by_grid_sample(*tensors))  # noqa: B023
            what = f"deformable {c_in}->{c_out}, {size}², 3×3"
            yield f"{what} / torch's grid_sample, one thread", ours / theirs, BUDGET, "×"
            if c_in in (1, 3):
                yield f"{what}, a photograph", 1000 * ours, PHOTOGRAPH, "ms"
        for name, shapes, parameters in CASES:
            ours, theirs = beside_torch(name, shapes, parameters)
            yield f"{name} / torch, one thread: {next(iter(shapes.values()))}", ours / theirs, None, "×"


def by_grid_sample(x, w, offset):
    """deformable with 3×3 taps and padding 1, as one writes it in torch: a grid for each tap."""
    import torch
    from torch.nn import functional as F

    height, width = x.shape[1:]
    rows, columns = torch.arange(height)[:, None] - 1, torch.arange(width) - 1
    y = 0
    for tap, (dy, dx) in enumerate(offset.unflatten(0, (9, 2))):
        i, j = divmod(tap, 3)
        across, down = 2 * (columns + j + dx) + 1, 2 * (rows + i + dy) + 1
        grid = torch.stack([across / width - 1, down / height - 1], -1)[None]
        seen = F.grid_sample(x[None], grid, align_corners=False)
        y = y + F.conv2d(seen, w[:, :, i : i + 1, j : j + 1])
    return y[0]
