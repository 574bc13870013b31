"""report against numbers that were published, torch's own counter, and fields measured by gradients."""

import re
import time

import networks
import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import convlib
from convlib import report


def fields(table, kind=None):
    """The size of the field along the first axis, row by row."""
    return [row.view.field()[0][0] for row in table.rows if row.view and kind in (None, row.kind)]


def before_the_end(table):
    """The last field that still slides: behind it everything is seen."""
    return [row.view.field()[0] for row in table.rows if row.view and row.view.axes][-1]


PUBLISHED = {
    "AlexNet": (networks.alexnet, (3, 227, 227), 60_965_224, 724_406_816, 195),
    "VGG-16": (networks.vgg16, (3, 224, 224), 138_357_544, 15_346_630_656 + 123_633_664, 212),
    "ResNet-50": (networks.resnet50, (3, 224, 224), 25_557_032, None, 483),
    "ResNet-50, stride in 3×3": (lambda: networks.resnet50(stride_in_3x3=True), (3, 224, 224), 25_557_032, None, 427),
    "ResNeXt-50": (lambda: networks.resnet50(32, 128, True), (3, 224, 224), 25_028_904, None, 427),
    "MobileNet": (networks.mobilenet, (3, 224, 224), 4_231_976, 568_740_352, 315),
    "Xception": (networks.xception, (3, 299, 299), 22_855_952, None, None),
    "MobileFaceNet": (networks.mobilefacenet, (3, 112, 112), None, 220_965_376, None),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers(name):
    make, shape, parameters, macs, field = PUBLISHED[name]
    model = make()
    table = report(model, shape)
    assert table.parameters == (parameters or table.parameters) == sum(p.numel() for p in model.parameters())
    assert table.macs == (macs or table.macs)
    assert table.notes == []
    if field:
        assert before_the_end(table)[0] == field


def test_a_model_without_numbers_has_the_same_table():
    with torch.device("meta"):
        empty = networks.mobilenet()
    assert str(report(empty, (3, 224, 224))) == str(report(networks.mobilenet(), (3, 224, 224)))
    assert {p.device.type for p in empty.parameters()} == {"meta"}


def test_alexnet_layer_by_layer():
    table = report(networks.alexnet(), (3, 227, 227))
    assert [f for row, f in zip(table.rows, fields(table)) if row.kind in ("Conv2d", "MaxPool2d")] == [11, 19, 51, 67, 99, 131, 163, 195]


def test_a_large_table_is_quick():
    model = networks.resnet50()
    start = time.perf_counter()
    str(report(model, (3, 224, 224)))
    assert time.perf_counter() - start < 15  # the promise is 5 s; a busy machine may take longer


class Sum(nn.Module):
    """Two ways from the same input, added or put side by side."""

    def __init__(self, one, two, join):
        super().__init__()
        self.one, self.two, self.join = one, two, join

    def forward(self, x):
        a, b = self.one(x), self.two(x)
        return a + b if self.join == "add" else torch.cat([a, b], 1)


def random_layer(rng, channels, n):
    """A layer, and how many channels come out; max pooling never, whose gradient shows only the winners."""
    conv, turned, pool = ((nn.Conv1d, nn.ConvTranspose1d, nn.AvgPool1d), (nn.Conv2d, nn.ConvTranspose2d, nn.AvgPool2d))[n - 1]
    kind = rng.choice(["conv", "conv", "dilated", "pool", "turned", "nearest", "add", "cat"])
    k, s = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    if kind == "conv":
        return conv(channels, channels, k, s, padding=k // 2), channels
    if kind == "dilated":
        return conv(channels, channels, k, 1, padding=int(rng.integers(0, 3)), dilation=s), channels
    if kind == "pool":
        return pool(k, s, k // 2), channels
    if kind == "turned":
        return turned(channels, channels, max(k, s), s, padding=int(rng.integers(0, 2))), channels
    if kind == "nearest":
        return nn.Upsample(scale_factor=s), channels
    odd = 2 * int(rng.integers(0, 3)) + 1
    twice = nn.Sequential(*(conv(channels, channels, 3, padding=1) for _ in range(2)))
    return Sum(conv(channels, channels, odd, padding=odd // 2), twice, kind), channels * (2 if kind == "cat" else 1)


def measured(model, length, n):
    """The most cells along the last axis that one output in the middle can change, by the gradient through kernels of ones."""
    for p in model.parameters():
        nn.init.ones_(p)
    model, x = model.double(), torch.ones((1, 1, *(length,) * n), dtype=torch.float64, requires_grad=True)
    y, widths = model(x), []
    for shift in range(12):
        index = [0, 0, *(size // 2 for size in y.shape[2:])]
        index[-1] = min(index[-1] + shift, y.shape[-1] - 1)
        (slope,) = torch.autograd.grad(y[tuple(index)], x, retain_graph=True)
        seen = np.flatnonzero(slope.abs().numpy().reshape(-1, length).sum(axis=0))
        widths.append(seen.max() - seen.min() + 1 if len(seen) else 0)
    return max(widths)


@pytest.mark.parametrize("seed", range(20))
def test_fields_are_what_the_gradient_finds(seed):
    rng, n = np.random.default_rng(seed), 1 + seed % 2
    torch.manual_seed(seed)
    channels, layers = 1, []
    for _ in range(4 if n == 1 else 3):
        layer, channels = random_layer(rng, channels, n)
        layers.append(layer)
    model, length = nn.Sequential(*layers), 240 if n == 1 else 72
    table = report(model, (1, *(length,) * n))
    assert table.notes == []
    assert fields(table)[-1] == measured(model, length, n), table


@pytest.mark.parametrize("name", ["AlexNet", "MobileNet", "MobileFaceNet"])
def test_macs_are_half_of_torchs_flops(name):
    make, shape, *_ = PUBLISHED[name]
    model = make().eval()
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, *shape))
    assert report(model, shape).macs == counter.get_total_flops() / 2


def test_where_paths_meet_the_larger_field_counts_and_is_named():
    model = Sum(nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 7, padding=3), "add")
    last = report(model, (1, 20, 20)).rows[-1]
    assert (last.view.field()[0][0], last.path) == (7, "two")
    assert "largest through two" in str(report(model, (1, 20, 20)))


def test_one_sided_paths_unite():
    """Left and right neighbours: neither path sees five cells, their sum does."""
    left, right = (nn.Sequential(nn.ConstantPad1d(sides, 0.0), nn.Conv1d(1, 1, 3)) for sides in ((4, 0), (0, 4)))
    assert fields(report(Sum(left, right, "add"), (1, 20)))[-1] == 7


class Gate(nn.Module):
    """Squeeze and excite: after it, every cell has seen everything."""

    def forward(self, x):
        return x * torch.sigmoid(x.mean((2, 3), keepdim=True))


def test_a_gate_of_global_means_sees_all():
    assert fields(report(nn.Sequential(nn.Conv2d(1, 2, 3), Gate(), nn.Conv2d(2, 2, 3)), (1, 20, 24)))[-1] == 20


class Branching(nn.Module):
    def forward(self, x):
        return x * 2 if x.sum() > 0 else x


class Outside(nn.Module):
    def forward(self, x):
        return torch.from_numpy(np.sort(x.numpy(), axis=-1))


class Sorting(nn.Module):
    def forward(self, x):
        return torch.sort(x, dim=-1).values


@pytest.mark.parametrize(("layer", "said"), [
    (Branching, "1: forward looks at a number that it computed; another input may take another way"),
    (Outside, r"2 (Conv2d): what it gets does not come from the input by operations of torch"),
    (Sorting, "1: sort is not known here; its output is taken to see all that its inputs see"),
])  # fmt: skip
def test_what_cannot_be_analysed_is_named(layer, said):
    table = report(nn.Sequential(nn.Conv2d(1, 1, 3), layer(), nn.Conv2d(1, 1, 3)), (1, 12, 12))
    assert f"not analysed: {said}" in str(table)
    assert len(table.rows) == 3


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout())
    model[1].eval()
    state = {k: v.clone() for k, v in model.state_dict().items()}
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    report(model, (1, 9, 9))
    assert torch.equal(torch.rand(1), expected)
    assert [m.training for m in model] == [True, False, True]
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_shared_weights_count_once_and_cost_twice():
    layer = nn.Conv2d(2, 2, 3, padding=1, bias=False)
    table = report(nn.Sequential(layer, layer), (2, 4, 4))
    assert (table.parameters, table.macs) == (36, 2 * 36 * 16)


@pytest.mark.parametrize(("model", "shape", "kind", "said"), [
    (nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3)), (3, 8, 8), ValueError,
     r"layer 1 \(Conv2d\) got \(1, 8, 6, 6\), and takes 4 channels: give it in_channels=8"),
    (nn.Sequential(nn.Flatten(), nn.Linear(10, 2)), (3, 8, 8), ValueError,
     r"layer 1 \(Linear\) got \(1, 192\), and takes 10 features: give it in_features=192"),
    (nn.BatchNorm2d(4), (3, 8, 8), ValueError, r"model \(BatchNorm2d\) got .*, and takes 4 channels: give it num_features=3"),
    (Sum(nn.Conv2d(1, 1, 3), nn.Identity(), "add"), (1, 8, 8), ValueError,
     r"model \(Sum\) got \(1, 1, 8, 8\) and failed: The size of tensor"),
    (nn.Conv2d(3, 4, 9), (3, 5, 5), ValueError, r"model \(Conv2d\) got \(1, 3, 5, 5\) and failed: Calculated padded input size"),
    (nn.ReLU(), (3, 0, 8), ValueError, "input_shape .3, 0, 8. holds 0, and every size is at least 1"),
    (nn.ReLU(), "3,8,8", TypeError, "input_shape is '3,8,8', and a tuple of whole numbers is needed"),
    (nn.ReLU(), (3, 8.0), TypeError, "a tuple of whole numbers is needed"),
    (len, (3, 8), TypeError, "model is builtin_function_or_method, and a torch.nn.Module is needed"),
])  # fmt: skip
def test_bad_input_is_named(model, shape, kind, said):
    with pytest.raises(kind, match=said):
        report(model, shape)


def test_a_batch_axis_may_be_given():
    assert str(report(nn.Conv2d(3, 4, 3), (1, 3, 9, 9))) == str(report(nn.Conv2d(3, 4, 3), (3, 9, 9)))


def test_the_notebook_shows_a_table_and_a_chart(capsys):
    class Odd(nn.Conv2d):
        pass

    Odd.__name__ = "<b>"
    table = report(nn.Sequential(Odd(1, 2, 3), nn.ReLU()), (1, 5, 5))
    html = table._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert len(re.findall("<tr>", html)) == 4
    parameters, macs = table.chart().axes
    assert [bar.get_width() for bar in macs.patches] == [100]
    assert "20 parameters" in parameters.get_title()


def test_torch_comes_only_with_the_first_report():
    import subprocess
    import sys

    code = "import sys, convlib; assert 'torch' not in sys.modules; assert callable(convlib.report)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert convlib.report is report


def test_a_notebook_shows_the_table_and_its_chart(monkeypatch):
    """The chart as a PNG of its own: a bare figure is shown only where somebody has drawn with pyplot before."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **how: shown.append((data, how)))
    report(nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 8, 8))._ipython_display_()
    (table, _), (chart, how) = shown
    assert "<table>" in table["text/html"]
    assert chart["image/png"].startswith(b"\x89PNG")
    assert chart["text/plain"] == "chart: the share of each layer in 224 parameters and 7,776 MACs"
    assert how == {"raw": True}
