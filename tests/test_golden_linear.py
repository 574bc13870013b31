"""Transposed, pooled, separable and grouped answers of others: an adapter for each library's terms.

No case of these families is left out. ONNX has no operator for a dilated average: it is a
depthwise convolution with equal weights, and the adapter says so. Indices of maxima, of which
convlib has none, do not occur in the data.
"""

from math import prod
from types import SimpleNamespace

import numpy as np
import pytest
from golden_cases import cases

from convlib.arithmetic import output_size, pad_amounts, transposed_output_size
from convlib.cost import macs, parameters
from convlib.ops import (
    average_pool,
    channel_shuffle,
    depthwise,
    depthwise_separable,
    flip,
    global_average_pool,
    global_max_pool,
    interleaved_group,
    max_pool,
    transposed,
)
from convlib.receptive import receptive_field

DEPTHWISE = ("DepthwiseConv1D", "DepthwiseConv2D")
CASES = list(cases("linear"))
CASES += [case for case in cases() if case.op in ("InterleavedGroupConv", *DEPTHWISE)]


def onnx_pads(attrs, size, kernel, stride, dilation):
    """Pairs (before, after): pads lists the beginnings of all axes, then the ends."""
    if attrs.get("auto_pad", "NOTSET").startswith("SAME"):
        pads = pad_amounts("same", size, kernel, stride=stride, dilation=dilation)
        return pads if attrs["auto_pad"] == "SAME_UPPER" else tuple(pair[::-1] for pair in pads)
    pads = attrs.get("pads", [0] * 2 * len(kernel))
    return tuple(zip(pads[: len(kernel)], pads[len(kernel) :], strict=True))


def ceil_cells(size, kernel, stride, dilation, pads):
    """Cells that ceil_mode adds at the end, but for a window that would start beyond the padding."""
    added = []
    for n, k, s, d, (before, after) in zip(size, kernel, stride, dilation, pads, strict=True):
        room = before + n + after - d * (k - 1) - 1
        steps = -(-room // s)
        if steps * s >= before + n:
            steps -= 1
        added.append((0, max(steps * s - room, 0)))
    return tuple(added)


def onnx_pool(case):
    x, attrs = case.inputs["X"], case.attrs
    size, kernel = x.shape[2:], tuple(attrs["kernel_shape"])
    stride = tuple(attrs.get("strides", [1] * len(kernel)))
    dilation = tuple(attrs.get("dilations", [1] * len(kernel)))
    pads = onnx_pads(attrs, size, kernel, stride, dilation)
    more = ((0, 0),) * len(kernel)
    if attrs.get("ceil_mode"):
        more = ceil_cells(size, kernel, stride, dilation, pads)
    both = tuple((b, a + e) for (b, a), (_, e) in zip(pads, more, strict=True))
    if case.op == "MaxPool":
        return max_pool(x, kernel, stride=stride, padding=both, dilation=dilation)
    if attrs.get("count_include_pad"):  # what is declared counts, what ceil_mode adds does not
        x, both = np.pad(x, ((0, 0), (0, 0), *pads)), more
    if set(dilation) == {1}:
        return average_pool(x, kernel, stride=stride, padding=both, count_padding=False)
    w = np.ones((x.shape[1], 1, *kernel), x.dtype)
    total, cells = (
        depthwise(each, w, stride=stride, padding=both, dilation=dilation) for each in (x, np.ones_like(x))
    )
    return total / cells


def onnx_transposed(case):
    """What is to be cut off is given by pads, or follows from the wanted output."""
    x, w, attrs = case.inputs["X"], case.inputs["W"], case.attrs
    axes = w.ndim - 2
    steps = {
        "stride": tuple(attrs.get("strides", [1] * axes)),
        "dilation": tuple(attrs.get("dilations", [1] * axes)),
    }
    extra, output = attrs.get("output_padding", [0] * axes), attrs.get("output_shape")
    full = [
        f + e for f, e in zip(transposed_output_size(x.shape[2:], w.shape[2:], **steps), extra, strict=True)
    ]
    if attrs.get("auto_pad", "NOTSET").startswith("SAME"):
        output = [n * s for n, s in zip(x.shape[2:], steps["stride"], strict=True)]
    if output:
        cut = [max(f - o, 0) for f, o in zip(full, output, strict=True)]
        upper = attrs.get("auto_pad") == "SAME_UPPER"
        begin = [c // 2 if upper else c - c // 2 for c in cut]
    else:
        pads = attrs.get("pads", [0] * 2 * axes)
        begin = pads[:axes]
        output = [f - b - a for f, b, a in zip(full, begin, pads[axes:], strict=True)]
    if hasattr(case, "crop_before"):
        assert list(begin) == case.crop_before
    return cut_to(x, w, case.inputs.get("B"), output, begin, attrs.get("group", 1), **steps)


def cut_to(x, w, bias, output, begin, groups=1, **steps):
    """A transposed convolution with the wanted output: `begin` is cut in front, the rest behind."""
    full = transposed_output_size(x.shape[2:], w.shape[2:], **steps)
    ends = [f - o - b for f, o, b in zip(full, output, begin, strict=True)]
    pads = tuple((b, max(end, 0)) for b, end in zip(begin, ends, strict=True))
    extra = tuple(max(-end, 0) for end in ends)
    return transposed(x, w, bias, padding=pads, output_padding=extra, groups=groups, **steps)


def torch_transposed(case):
    parameters = {k: tuple(v) if isinstance(v, list) else v for k, v in case.attrs.items()}
    return transposed(case.inputs["x"], case.inputs["weight"], case.inputs["bias"], **parameters)


def keras_transposed(case):
    """Weights are (*kernel, C_out, C_in). "same" cuts down to size * stride."""
    attrs = case.attrs
    x = np.moveaxis(case.inputs["x"], -1, 1)
    w = np.moveaxis(case.inputs["weight"], (-1, -2), (0, 1))
    stride, kernel, size = attrs["strides"], w.shape[2:], x.shape[2:]
    if attrs["output_padding"] is None:
        longer = [0 if attrs["padding"] == "same" else max(k - s, 0) for k, s in zip(kernel, stride)]
        output = [n * s + more for n, s, more in zip(size, stride, longer, strict=True)]
    else:
        half = [k // 2 if attrs["padding"] == "same" else 0 for k in kernel]
        output = [
            (n - 1) * s + k - 2 * p + extra
            for n, s, k, p, extra in zip(size, stride, kernel, half, attrs["output_padding"], strict=True)
        ]
    begin = case.crop_before
    if attrs["padding"] == "same":
        totals = [(-(-o // s) - 1) * s + k - o for o, s, k in zip(output, stride, kernel, strict=True)]
        assert begin == [max(total, 0) // 2 for total in totals]
    y = cut_to(x, w, case.inputs["bias"], output, begin, stride=stride, dilation=attrs["dilation"])
    return np.moveaxis(y, 1, -1)


def keras_depthwise(case):
    """Weights are (*kernel, C, m)."""
    x = np.moveaxis(case.inputs["x"], -1, 1)
    parameters = {name: case.attrs[name] for name in ("padding", "dilation")}
    y = depthwise(
        x, depthwise_kernels(case.inputs["weight"]), case.inputs["bias"], stride=case.attrs["strides"], **parameters
    )
    return np.moveaxis(y, 1, -1)


def depthwise_kernels(weight):
    w = np.moveaxis(weight, (-2, -1), (0, 1))  # (C, m, *kernel)
    return w.reshape(-1, 1, *w.shape[2:])


def keras_separable(case):
    y = depthwise_separable(
        np.moveaxis(case.inputs["x"], -1, 1),
        depthwise_kernels(case.inputs["depthwise_weight"]),
        case.inputs["pointwise_weight"][0, 0].T,
        case.inputs["bias"],
        stride=case.attrs["strides"],
        padding=case.attrs["padding"],
        dilation=case.attrs["dilation"],
    )
    return np.moveaxis(y, 1, -1)


def keras_pool(case):
    """Averages divide by the cells that are there."""
    x, attrs = np.moveaxis(case.inputs["x"], -1, 1), case.attrs
    steps = {"stride": tuple(attrs["strides"]), "padding": attrs["padding"]}
    pads = pad_amounts(attrs["padding"], x.shape[2:], attrs["pool_size"], stride=steps["stride"])
    assert pads == tuple(map(tuple, case.explicit_pads))
    if case.op == "KerasMaxPooling2D":
        y = max_pool(x, tuple(attrs["pool_size"]), **steps)
    else:
        y = average_pool(x, tuple(attrs["pool_size"]), count_padding=False, **steps)
    return np.moveaxis(y, 1, -1)


def interleaved(case):
    steps = {name: case.attrs[name] for name in ("stride", "padding", "dilation")}
    weights = case.inputs["primary_weight"], case.inputs["secondary_weight"]
    return interleaved_group(case.inputs["x"], *weights, **steps)


ADAPTERS = {
    "MaxPool": onnx_pool,
    "AveragePool": onnx_pool,
    "GlobalMaxPool": lambda case: global_max_pool(case.inputs["X"], spatial=case.inputs["X"].ndim - 2),
    "GlobalAveragePool": lambda case: global_average_pool(case.inputs["X"], spatial=case.inputs["X"].ndim - 2),
    "ConvTranspose": onnx_transposed,
    "OnnxConvTranspose2d": onnx_transposed,
    "ConvTranspose1d": torch_transposed,
    "ConvTranspose2d": torch_transposed,
    "ConvTranspose3d": torch_transposed,
    "KerasConv2DTranspose": keras_transposed,
    "DepthwiseConv1D": keras_depthwise,
    "DepthwiseConv2D": keras_depthwise,
    "SeparableConv2D": keras_separable,
    "KerasMaxPooling2D": keras_pool,
    "KerasAveragePooling2D": keras_pool,
    "ChannelShuffle": lambda case: channel_shuffle(case.inputs["x"], case.attrs["groups"]),
    "InterleavedGroupConv": interleaved,
}
COUNTED = ("count_macs", "receptive_field")


@pytest.mark.parametrize("case", [c for c in CASES if c.op not in COUNTED], ids=lambda case: case.name)
def test_their_answer_is_ours(case):
    want = case.outputs["y" if "y" in case.outputs else next(iter(case.outputs))]
    got = ADAPTERS[case.op](case)
    assert got.shape == want.shape
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)


@pytest.mark.parametrize("case", [c for c in CASES if c.op == "count_macs"], ids=lambda case: case.name)
def test_their_count_of_products_is_ours(case):
    attrs, want = case.attrs, {name: value.tolist() for name, value in case.outputs.items()}
    if attrs["layer"] == "Linear":
        (c_in, c_out), kernel, groups, cells = (attrs["in_features"], attrs["out_features"]), (), 1, ()
    else:
        c_in, c_out, kernel, groups = (
            attrs[name] for name in ("in_channels", "out_channels", "kernel_size", "groups")
        )
        function = transposed_output_size if "Transpose" in attrs["layer"] else output_size
        more = {"output_padding": tuple(attrs["output_padding"])} if "output_padding" in attrs else {}
        steps = {name: tuple(attrs[name]) for name in ("stride", "padding", "dilation")}
        size = function(tuple(attrs["input_shape"][2:]), tuple(kernel), **steps, **more)
        assert want["output_shape"] == [attrs["input_shape"][0], c_out, *size]
        cells = attrs["input_shape"][2:] if "Transpose" in attrs["layer"] else size
    pictures = attrs["input_shape"][0]
    assert pictures * macs(c_in, c_out, kernel, cells, groups=groups) == want["macs"] == want["flops"] // 2
    assert parameters(c_in, c_out, kernel, groups=groups, bias=attrs["bias"]) == want["params"]
    assert want["bias_adds"] == (prod(want["output_shape"]) if attrs["bias"] else 0)


@pytest.mark.parametrize("case", [c for c in CASES if c.op == "receptive_field"], ids=lambda case: case.name)
def test_their_receptive_field_is_ours(case):
    layers = [
        [tuple(layer[name]) for name in ("kernel", "stride", "padding", "dilation")]
        for layer in case.attrs["layers"]
    ]
    last = receptive_field(layers)[-1]
    want = (case.outputs[name] for name in ("receptive_field", "jump", "start"))
    for got, value in zip(last, want, strict=True):
        assert list(got) == value.tolist()


def test_all_cases_are_here():
    assert len(CASES) == 67 + 3 + 3
    assert {case.op for case in CASES} == {*ADAPTERS, *COUNTED}


@pytest.mark.parametrize(
    "name", ["convt_2d_all", "convt_2d_basic", "convt_1d_stride3_dil2_groups2", "convt_3d_basic"]
)
def test_a_flipped_kernel_would_be_found(name):
    case = next(case for case in CASES if case.name == name)
    turned = SimpleNamespace(**vars(case))
    turned.inputs = {**case.inputs, "weight": flip(case.inputs["weight"])}
    assert not np.allclose(torch_transposed(turned), case.outputs["y"])
