"""Convolutions that others computed (golden/README.md): an adapter for each library's terms."""

from types import SimpleNamespace

import numpy as np
import pytest
from golden_cases import cases

from convlib.arithmetic import output_size, pad_amounts
from convlib.learn.keras import keras_same
from convlib.ops import convolve, cross_correlate, flip

CASES = list(cases())


def pairs(pads):
    return tuple(map(tuple, pads))


def onnx(case):
    """pads lists the beginnings of all axes, then the ends; SAME_LOWER puts the odd cell first."""
    x, w, attrs = case.inputs["X"], case.inputs["W"], case.attrs
    parameters = {
        "stride": tuple(attrs.get("strides", [1] * (w.ndim - 2))),
        "dilation": tuple(attrs.get("dilations", [1] * (w.ndim - 2))),
    }
    if attrs.get("auto_pad") == "SAME_LOWER":
        upper = pad_amounts("same", x.shape[2:], w.shape[2:], **parameters)
        padding = tuple((after, before) for before, after in upper)
    else:
        pads = attrs["pads"]
        padding = tuple(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True))
    groups = attrs.get("group", 1)
    return cross_correlate(x, w, case.inputs.get("B"), padding=padding, groups=groups, **parameters)


def torch_same(case):
    """Where torch pads with anything but zeros, its cells are added here."""
    x, w, bias = (case.inputs[name] for name in ("x", "weight", "bias"))
    attrs = case.attrs
    parameters = {"stride": attrs["stride"], "dilation": attrs["dilation"]}
    pads = pad_amounts("same", x.shape[2:], w.shape[2:], **parameters)
    assert pads == pairs(case.explicit_pads)
    padding = "same"
    if attrs["padding_mode"] != "zeros":
        mode = {"replicate": "edge", "circular": "wrap"}[attrs["padding_mode"]]
        x, padding = np.pad(x, ((0, 0), (0, 0), *pads), mode), "valid"
    return cross_correlate(x, w, bias, padding=padding, groups=attrs["groups"], **parameters)


def interleaved(case):
    """The first of its two stages is a grouped convolution, and its answer is on record."""
    attrs = case.attrs
    return cross_correlate(
        case.inputs["x"],
        case.inputs["primary_weight"],
        stride=attrs["stride"],
        padding=attrs["padding"],
        dilation=attrs["dilation"],
        groups=attrs["primary_partitions"],
    )


def keras(case):
    """Channels come last: (N, *spatial, C), and weights are (*kernel, C_in, C_out)."""
    x = np.moveaxis(case.inputs["x"], -1, 1)
    w = np.moveaxis(case.inputs["weight"], (-1, -2), (0, 1))
    groups = case.attrs.get("groups", 1)
    if case.op.startswith("Depthwise"):  # (M, C, *kernel) to (C * M, 1, *kernel)
        groups = x.shape[1]
        w = w.swapaxes(0, 1).reshape(-1, 1, *w.shape[2:])
    parameters = {"stride": case.attrs["strides"], "dilation": case.attrs["dilation"]}
    padding = case.attrs["padding"]
    if padding == "causal":
        ((before, after),) = pad_amounts("full", x.shape[2:], w.shape[2:], **parameters)
        padding = ((before, 0),)
    assert pad_amounts(padding, x.shape[2:], w.shape[2:], **parameters) == pairs(case.explicit_pads)
    y = cross_correlate(x, w, case.inputs["bias"], padding=padding, groups=groups, **parameters)
    return np.moveaxis(y, 1, -1)


BORDERS = {  # scipy's word for what lies beyond the border, and numpy's
    "fill": "constant",
    "constant": "constant",
    "wrap": "wrap",
    "symm": "symmetric",
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
}


def scipy_signal(case):
    """One channel. Their "same" keeps the odd cell at the beginning, but for correlate2d."""
    x, w, attrs = case.inputs["x"], case.inputs["h"], case.attrs
    border = BORDERS[attrs.get("boundary", "fill")]
    more = {"constant_values": attrs.get("fillvalue", 0)} if border == "constant" else {}
    padding = pad_amounts("full" if attrs["mode"] == "full" else "same", x.shape, w.shape)
    if attrs["mode"] == "same" and case.op != "correlate2d":
        padding = tuple((after, before) for before, after in padding)
    if attrs["mode"] != "valid":
        x = np.pad(x, padding, border, **more)
    return SCIPY[case.op](x[None], w[None, None])[0]


def scipy_ndimage(case):
    x, w, attrs = case.inputs["x"], case.inputs["weights"], case.attrs
    x = np.pad(x, pairs(case.explicit_pads), BORDERS[attrs["mode"]])
    return SCIPY[case.op](x[None], w[None, None])[0]


SCIPY = {
    "correlate": cross_correlate,
    "correlate2d": cross_correlate,
    "ndimage.correlate": cross_correlate,
    "convolve": convolve,
    "convolve2d": convolve,
    "ndimage.convolve": convolve,
}
ADAPTERS = {
    "Conv": onnx,
    "TorchConv1dSame": torch_same,
    "TorchConv2dSame": torch_same,
    "TorchConv3dSame": torch_same,
    "InterleavedGroupConv": interleaved,
    "KerasConv1D": keras,
    "KerasConv2D": keras,
    "KerasConv3D": keras,
    "DepthwiseConv1D": keras,
    "DepthwiseConv2D": keras,
    "correlate": scipy_signal,
    "correlate2d": scipy_signal,
    "convolve": scipy_signal,
    "convolve2d": scipy_signal,
    "ndimage.correlate": scipy_ndimage,
    "ndimage.convolve": scipy_ndimage,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_their_answer_is_ours(case):
    want = case.outputs["after_primary" if case.op == "InterleavedGroupConv" else next(iter(case.outputs))]
    got = ADAPTERS[case.op](case)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)


def test_all_cases_are_here():
    assert len(CASES) == 66
    assert {case.op for case in CASES} == set(ADAPTERS)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "convolve2d" in case.op], ids=lambda case: case.name
)
def test_scipy_tells_convolution_from_correlation(case):
    """Cases that would accept a kernel turned the wrong way could not fail."""
    (want,) = case.outputs.values()
    turned = SimpleNamespace(**vars(case))
    turned.inputs = {**case.inputs, "h": flip(case.inputs["h"])}
    assert not np.allclose(scipy_signal(turned), want)


def test_strided_same_of_keras_is_no_symmetric_padding():
    case = next(case for case in CASES if case.name == "keras_same_6x6_k3x3_s2x2")
    assert output_size((6, 6), 3, stride=2, padding=1) == output_size((6, 6), 3, stride=2, padding="same")
    assert pad_amounts("same", (6, 6), 3, stride=2) == pairs(case.explicit_pads) == ((0, 1), (0, 1))


@pytest.mark.parametrize("size", [6, 7])
def test_lesson_02_carries_the_answers_of_keras(size):
    case = next(case for case in CASES if case.name == f"keras_same_{size}x{size}_k3x3_s2x2")
    x, w, bias, y = keras_same(size)
    for carried, given in zip((x, w, bias, y), (case.inputs["x"], case.inputs["weight"], case.inputs["bias"], case.outputs["y"])):
        np.testing.assert_array_equal(carried, given)
