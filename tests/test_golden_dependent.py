"""Deformable, lightweight, dynamic and normalised answers of others: an adapter for each.

Every case is here, by its answer. What ONNX answers besides has no counterpart and is not compared:
the running statistics of BatchNormalization, since convlib's operators have no memory, and the Mean
and InvStdDev of LayerNormalization, which are steps on the way.
"""

import numpy as np
import pytest
from golden_cases import cases

from convlib.ops import batch_norm, deformable, dynamic, group_norm, layer_norm, lightweight

CASES = list(cases("dependent"))
NO_COUNTERPART = {"running_mean", "running_var", "Mean", "InvStdDev"}


def torchvision_deformable(case):
    top, left, bottom, right = case.attrs["padding"]
    return deformable(
        *(case.inputs.get(name) for name in ("x", "weight", "offset", "mask", "bias")),
        stride=tuple(case.attrs["stride"]),
        padding=((top, bottom), (left, right)),
        dilation=tuple(case.attrs["dilation"]),
        groups=case.attrs["groups"],
    )


def onnx_deformable(case):
    """The groups of offsets follow from offset's shape; of these cases, none has other defaults."""
    top, left, bottom, right = case.attrs["pads"]
    x, w, offset = (case.inputs[name] for name in ("X", "W", "offset"))
    assert set(case.attrs) | set(case.inputs) <= {"kernel_shape", "pads", "offset_group", "X", "W", "offset"}
    return deformable(x, w, offset, padding=((top, bottom), (left, right)))


def fairseq_sides(case):
    left = case.attrs["padding_l"]
    return left, case.attrs["kernel_size"] - 1 - left


def fairseq_lightweight(case):
    """Time comes first there: T, B, C."""
    assert case.attrs["head_of_channel"] == "c//(C/H)"
    x, w = case.inputs["x"].transpose(1, 2, 0), case.inputs["weight"][:, 0]
    softmax = case.attrs["weight_softmax"]
    y = lightweight(x, w, case.inputs.get("bias"), padding=fairseq_sides(case), softmax=softmax)
    return y.transpose(2, 0, 1)


def fairseq_dynamic(case):
    """With in_proj one matrix makes the values, then the taps.

    Where it truncates before the softmax, taps that the sequence is too short for are cut off
    first: the kernel is that of the last T taps, which is another operator than the paper's.
    """
    attrs, heads = case.attrs, case.attrs["num_heads"]
    x, query = (case.inputs.get(name) for name in ("x", "query"))
    w, w_bias = case.inputs["linear_weight"], case.inputs.get("linear_bias")
    x = x.transpose(1, 2, 0)
    query = x if query is None else query.transpose(1, 2, 0)
    left, right = fairseq_sides(case)
    if attrs["in_proj"]:
        channels, query = x.shape[1], x
        x = w[:channels] @ x + w_bias[:channels, None]
        w, w_bias = w[channels:], w_bias[channels:]
    if attrs["truncate_before_softmax"]:
        cut = attrs["kernel_size"] - x.shape[-1]
        w, left = w.reshape(heads, -1, w.shape[1])[:, cut:].reshape(-1, w.shape[1]), left - cut
    y = dynamic(
        x,
        w,
        case.inputs.get("conv_bias"),
        heads=heads,
        w_bias=w_bias,
        query=query,
        padding=(left, right),
        softmax=attrs["weight_softmax"],
        renormalize=attrs["renorm_padding"],
    )
    return y.transpose(2, 0, 1)


def onnx_batch_norm(case):
    x, scale, shift, mean, variance = case.inputs.values()
    eps = case.attrs.get("epsilon", 1e-5)
    if case.attrs.get("training_mode"):
        return batch_norm(x, scale, shift, eps=eps)
    return batch_norm(x, scale, shift, eps=eps, mean=mean, variance=variance)


def onnx_group_norm(case):
    x, scale, shift = (case.inputs[name] for name in ("X", "scale", "bias"))
    return group_norm(x, case.attrs["num_groups"], scale, shift, eps=case.attrs.get("epsilon", 1e-5))


def onnx_layer_norm(case):
    """All axes from axis on make one sample; those before it are a batch."""
    x, scale, shift = (case.inputs[name] for name in ("X", "Scale", "B"))
    sample = x.shape[case.attrs.get("axis", -1) :]
    samples = x.reshape(-1, *sample)
    return layer_norm(samples, scale, shift, eps=case.attrs.get("epsilon", 1e-5)).reshape(x.shape)


ADAPTERS = {
    "DeformConv2d": torchvision_deformable,
    "DeformConv": onnx_deformable,
    "LightweightConv": fairseq_lightweight,
    "DynamicConv": fairseq_dynamic,
    "BatchNormalization": onnx_batch_norm,
    "GroupNormalization": onnx_group_norm,
    "LayerNormalization": onnx_layer_norm,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_their_answer_is_ours(case):
    (answer,) = set(case.outputs) - NO_COUNTERPART
    want = case.outputs[answer]
    got = ADAPTERS[case.op](case)
    assert got.dtype == want.dtype
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)


def test_all_cases_are_here():
    assert len(CASES) == 36
    assert {case.op for case in CASES} == set(ADAPTERS)


@pytest.mark.parametrize("case", [c for c in CASES if c.op == "DeformConv2d"], ids=lambda case: case.name)
def test_swapped_offsets_would_be_noticed(case):
    """dx before dy, or a flipped kernel, or no mask: every case tells them apart."""
    (want,) = case.outputs.values()
    inputs = dict(case.inputs)
    offset = inputs["offset"]
    pairs = offset.reshape(len(offset), -1, 2, *offset.shape[2:])[:, :, ::-1]
    wrong = {"offset": pairs.reshape(offset.shape), "weight": inputs["weight"][:, :, ::-1, ::-1]}
    if "mask" in inputs:
        wrong["mask"] = inputs["mask"] * 0 + 1
    for name, value in wrong.items():
        case.inputs = {**inputs, name: value}
        assert not np.allclose(torchvision_deformable(case), want), name
    case.inputs = inputs
