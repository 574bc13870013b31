"""Receptive fields against gradients and published values; costs against torch's own counters."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convlib.arithmetic import output_size
from convlib.cost import macs, parameters
from convlib.receptive import Field, receptive_field

CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
EVEN = st.integers(1, 3)


def by_gradient(layers, size):
    """The cells of an input of this size that move each output, by kernels of ones: no term cancels."""
    x = torch.zeros(1, 1, size, dtype=torch.double, requires_grad=True)
    y = x
    for kernel, stride, padding, dilation in layers:
        y = nn.functional.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.double), None, stride, padding, dilation)
    return [torch.autograd.grad(out, x, retain_graph=True)[0][0, 0].nonzero().flatten().tolist() for out in y[0, 0]]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.tuples(EVEN, EVEN, st.integers(0, 2), EVEN), min_size=1, max_size=4))
def test_receptive_fields_equal_gradients(layers):
    """Of all outputs whose field lies inside the input, the field is what moves them, first to last."""
    field = receptive_field(layers)[-1]
    size = max(2 * field.size + 4 * field.jump, 8)
    inside = 0
    for output, cells in enumerate(by_gradient(layers, size)):
        first = field.start + output * field.jump
        if first >= 0 and first + field.size <= size:
            inside += 1
            assert (cells[0], cells[-1]) == (first, first + field.size - 1)
    assert inside


def stack(*layers):
    return [field.size for field in receptive_field(layers)]


def residual_network(blocks, stride_on):
    """ResNet with bottlenecks: 1×1, 3×3, 1×1. The first block of a stage takes the stride."""
    layers = [(7, 2, 3), (3, 2, 1)]
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage and not block else 1
            strides = {kernel: stride if kernel == stride_on else 1 for kernel in (1, 3)}
            layers += [(1, strides[1]), (3, strides[3], 1), (1, 1)]
    return receptive_field(layers)[-1].size


def test_alexnet():
    layers = [(11, 4), (3, 2), (5, 1, 2), (3, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2)]
    assert stack(*layers) == [11, 19, 51, 67, 99, 131, 163, 195]


def test_vgg_16():
    layers = [layer for convs in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * convs + [(2, 2)]]
    sizes = stack(*layers)
    assert (sizes[-2], sizes[-1]) == (196, 212)


def test_resnets():
    assert residual_network((3, 4, 6, 3), stride_on=1) == 483
    assert residual_network((3, 4, 6, 3), stride_on=3) == 427  # where torchvision puts it
    assert residual_network((3, 4, 23, 3), stride_on=1) == 1027
    assert residual_network((3, 8, 36, 3), stride_on=1) == 1507


def test_mobilenet():
    depthwise = [(3, s, 1) for s in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)]
    assert stack((3, 2, 1), *[layer for deep in depthwise for layer in (deep, (1, 1))])[-1] == 315


def test_fields_by_hand():
    assert receptive_field([]) == []
    assert receptive_field([(1,)]) == [Field(1, 1, 0)]
    assert stack((3, 1), (3, 2), (3, 1)) == [3, 5, 9]
    assert [stack((3, 1), (3, 2), (3, 1, 0, d))[-1] for d in (1, 2, 3)] == [9, 13, 17]
    assert stack(*[(3, 1, d, d) for d in (1, 2, 4, 8)]) == [3, 7, 15, 31]
    assert receptive_field([(3, 2, (2, 0)), (3, 1, (1, 5))])[-1] == Field(7, 2, -4)


def test_fields_of_several_axes():
    layers = [((3, 5), (1, 2), ((1, 0), 2)), ((2, 2), 2), (3, (1, 1), 1, (1, 3))]
    fields = receptive_field(layers)
    for axis, alone in enumerate((
        receptive_field([(3, 1, 1), (2, 2), (3, 1, 1, 1)]),
        receptive_field([(5, 2, 2), (2, 2), (3, 1, 1, 3)]),
    )):  # fmt: skip
        assert [Field(*(part[axis] for part in field)) for field in fields] == alone
    assert receptive_field([((3,),)]) == [Field((3,), (1,), (0,))]


@st.composite
def layers_with_input(draw):
    spatial, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    c_in, c_out = groups * draw(st.integers(1, 4)), groups * draw(st.integers(1, 4))
    kernel, stride, dilation = (tuple(draw(EVEN) for _ in range(spatial)) for _ in range(3))
    size = tuple(d * (k - 1) + 1 + draw(st.integers(0, 3)) for k, d in zip(kernel, dilation, strict=True))
    return c_in, c_out, kernel, {"groups": groups, "bias": draw(st.booleans())}, (stride, dilation), size


@settings(max_examples=150, derandomize=True, deadline=None)
@given(layers_with_input(), st.integers(1, 2), st.booleans())
def test_costs_equal_torchs_counters(drawn, batch, is_transposed):
    c_in, c_out, kernel, more, (stride, dilation), size = drawn
    layer = (TRANSPOSED if is_transposed else CONV)[len(kernel)]
    layer = layer(c_in, c_out, kernel, stride=stride, dilation=dilation, **more)
    assert parameters(c_in, c_out, kernel, **more) == sum(p.numel() for p in layer.parameters())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        layer(torch.zeros(batch, c_in, *size))
    used = size if is_transposed else output_size(size, kernel, stride=stride, dilation=dilation)
    assert 2 * batch * macs(c_in, c_out, kernel, used, groups=more["groups"]) == counter.get_total_flops()


def test_a_fully_connected_layer_has_no_kernel_axes():
    layer = nn.Linear(10, 7)
    assert parameters(10, 7, ()) == sum(p.numel() for p in layer.parameters())
    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(1, 10))
    assert 2 * macs(10, 7, (), ()) == counter.get_total_flops()


def test_costs_by_hand():
    assert parameters(64, 64, (3, 3), bias=False) == 36864
    assert parameters(64, 64, (3, 3), groups=4, bias=False) == 9216
    assert parameters(64, 64, (3, 3), groups=64, bias=False) + parameters(64, 64, (1, 1), bias=False) == 4672
    assert parameters(64, 64, (3, 3)) == 36864 + 64
    assert macs(64, 64, (3, 3), (56, 56)) == 115605504
    assert macs(16, 32, [3], [7], groups=np.int64(2)) == 7 * 32 * 8 * 3
    assert parameters(2**60 + 2, 2, (), groups=2, bias=False) == 2**60 + 2  # exact: no float on the way


@pytest.mark.parametrize("function", [lambda *a, **k: parameters(*a, **k), lambda *a, **k: macs(*a, (5, 5), **k)])
def test_bad_costs(function):
    for name, arguments in (("c_in", (0, 8, (3, 3))), ("c_out", (8, -1, (3, 3))), ("kernel", (8, 8, (3, 0)))):
        with pytest.raises(ValueError, match=rf"^{name} is (0|-1): it must be at least 1"):
            function(*arguments)
    for name, arguments in (("c_in", (2.0, 8, (3, 3))), ("c_out", (8, True, (3, 3))), ("kernel", (8, 8, ("3", 3)))):
        with pytest.raises(TypeError, match=rf"^{name} is .*: give a whole number"):
            function(*arguments)
    with pytest.raises(TypeError, match="^kernel is 3, a int: give a tuple, one number for each axis"):
        function(8, 8, 3)
    with pytest.raises(ValueError, match="^groups is 3: it must divide c_in, which is 8"):
        function(8, 9, (3, 3), groups=3)
    with pytest.raises(ValueError, match="^groups is 4: it must divide c_out, which is 9"):
        function(8, 9, (3, 3), groups=4)
    with pytest.raises(ValueError, match="^groups is 0: it must be at least 1"):
        function(8, 8, (3, 3), groups=0)


def test_bad_bias_and_output():
    for value in (1, None, "no", np.ones(8)):
        with pytest.raises(TypeError, match="^bias is .*: give True or False"):
            parameters(8, 8, (3,), bias=value)
    with pytest.raises(TypeError, match="^output is 5, a int: give a tuple"):
        macs(8, 8, (3, 3), 5)
    with pytest.raises(ValueError, match="^output is 0: it must be at least 1"):
        macs(8, 8, (3, 3), (5, 0))
    with pytest.raises(ValueError, match=r"^kernel \(3, 3\) and output \(5,\) disagree on the axes"):
        macs(8, 8, [3, 3], (5,))


def test_bad_layers():
    for value in (3, None, "conv"):
        with pytest.raises(TypeError, match=r"^a layer is .*: give a tuple \(kernel, stride, padding, dilation\)"):
            receptive_field([(3, 1), value])
    for value in ((), (3, 1, 0, 1, 1)):
        with pytest.raises(ValueError, match=rf"has the wrong length, {len(value)}: give \(kernel, stride"):
            receptive_field([value])
    with pytest.raises(ValueError, match="^padding is 'same': give numbers to a layer of a receptive field"):
        receptive_field([(3, 1, "same")])
    for name, layer in (("kernel", (0,)), ("stride", (3, 0)), ("padding", (3, 1, -1)), ("dilation", (3, 1, 0, 0))):
        with pytest.raises(ValueError, match=rf"^{name} is (0|-1): it must be at least"):
            receptive_field([layer])
    with pytest.raises(TypeError, match="^stride is 1.5, a float: give a whole number"):
        receptive_field([(3, 1.5)])
    with pytest.raises(ValueError, match="disagree on the axes|has the wrong length"):
        receptive_field([((3, 3),), ((3, 3, 3),)])
