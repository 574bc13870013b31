"""An operator and its line of PyTorch mean the same when nothing but the arrays is given, with any number of batch axes."""

import numpy as np
import pytest
import torch

from convlib import ops

ROWS = np.random.default_rng(7).standard_normal
# For each operator: the arrays after x, as a line names them, and what has to be given besides.
GIVEN = {
    "attention": ({"k": ROWS((2, 3, 4, 7)), "v": ROWS((2, 3, 4, 2))}, {}),
    "average_pool": ({}, {"size": 2}),
    "batch_norm": ({}, {}),
    "channel_shuffle": ({}, {"groups": 3}),
    "convolve": ({"w": ROWS((2, 3, 2, 3))}, {}),
    "cross_correlate": ({"w": ROWS((2, 3, 2, 3))}, {}),
    "depthwise": ({"w": ROWS((6, 1, 2, 3))}, {}),
    "depthwise_separable": ({"depthwise_w": ROWS((6, 1, 2, 3)), "pointwise_w": ROWS((2, 6))}, {}),
    "dynamic": ({"w": ROWS((6, 5))}, {"heads": 1}),
    "flattened": ({"across": ROWS((2, 3)), "vertical": ROWS((2, 2)), "horizontal": ROWS((2, 3))}, {}),
    "global_average_pool": ({}, {}),
    "global_max_pool": ({}, {}),
    "group_norm": ({}, {"groups": 3}),
    "instance_norm": ({}, {}),
    "interleaved_group": ({"primary_w": ROWS((3, 1, 2, 3)), "secondary_w": ROWS((3, 3, 1, 1))}, {}),
    "layer_norm": ({}, {}),
    "lightweight": ({"w": ROWS((1, 3))}, {}),
    "max_pool": ({}, {"size": 2}),
    "pointwise": ({"w": ROWS((2, 3))}, {}),
    "spatially_separable": ({"column": ROWS(2), "row": ROWS(3)}, {}),
    "transposed": ({"w": ROWS((3, 2, 2, 3))}, {}),
}
ALONE = {"batch_norm", "channel_shuffle", "group_norm", "instance_norm", "layer_norm"}  # one batch axis, in front of the channels


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("batch", [(), (2,), (2, 2), (2, 1, 2)])
def test_nothing_but_the_arrays(name, batch):
    arrays, more = GIVEN[name]
    if name in ALONE:
        batch = (2,)
    x = ROWS((*batch, 3, 5, 7))
    if name == "attention":
        x, arrays = ROWS((2, 3, 5, 7)), dict(arrays)
    if name == "dynamic":
        x = ROWS((*batch, 5, 7))
    operator = getattr(ops, name)
    line = operator.pytorch(x, *arrays.values(), **more)
    names = {key: torch.from_numpy(value) for key, value in {"q": x, "x": x, **arrays}.items()}
    want = eval(line, {"F": torch.nn.functional, **names}).numpy()
    np.testing.assert_allclose(operator(x, *arrays.values(), **more), want, rtol=1e-9, atol=1e-12, err_msg=line)
