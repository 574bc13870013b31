"""The bake-off of lesson 19: one small network, each variant in turn as its 3×3 layer, trained on scikit-learn's digits.

All variants get nearly the same number of parameters, the same digits, the same steps. The results are in bakeoff.json beside
this file, with the hash of this text: after a change here, `python -m convlib.learn.bakeoff` trains everything anew.
"""

import json
import time
from functools import partial
from hashlib import sha256
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

BUDGET, SEEDS, EPOCHS, BATCH, RATE = 5200, 5, 20, 50, 0.01
RESULTS = Path(__file__).with_suffix(".json")
conv = partial(nn.Conv2d, bias=False)


def around(c_in, c_out, dilation=1, groups=1):
    """A 3×3 layer that keeps the size."""
    return conv(c_in, c_out, 3, padding=dilation, dilation=dilation, groups=groups)


class Shuffle(nn.Module):
    """Deals the channels of each group out in turn."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        return x.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)


class SqueezeExcite(nn.Module):
    """Squeeze each channel to its mean, let two small layers decide, scale the channels."""

    def __init__(self, c):
        super().__init__()
        self.decide = nn.Sequential(conv(c, max(c // 16, 4), 1), nn.ReLU(), conv(max(c // 16, 4), c, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.decide(x.mean((2, 3), keepdim=True))


class Deformable(nn.Module):
    """3×3 taps that move: a 3×3 layer of its own says where. It starts at zero, so the taps start in their square."""

    def __init__(self, c):
        super().__init__()
        self.offset, self.mix = around(c, 18), conv(9 * c, c, 1)
        nn.init.zeros_(self.offset.weight)

    def forward(self, x):
        h, w = x.shape[2:]
        dy, dx = self.offset(x).unflatten(1, (9, 2)).unbind(2)
        row = torch.arange(h)[:, None] + torch.arange(9)[:, None, None] // 3 - 1 + dy
        column = torch.arange(w) + torch.arange(9)[:, None, None] % 3 - 1 + dx
        places = torch.stack([column * 2 / (w - 1) - 1, row * 2 / (h - 1) - 1], dim=-1)
        met = F.grid_sample(x, places.flatten(1, 2), align_corners=True)
        return self.mix(met.unflatten(2, (9, h)).flatten(1, 2))


class SharedRows(nn.Module):
    """LightConv along rows: 4 heads share 3 taps each among their channels, and a softmax makes them positive."""

    def __init__(self, c):
        super().__init__()
        self.taps = nn.Parameter(torch.randn(4, 3))

    def forward(self, x):
        c = x.shape[1]
        kernels = self.taps.softmax(1).repeat_interleave(c // 4, 0)[:, None, None]
        return F.conv2d(x, kernels, padding=(0, 1), groups=c)


def interleaved(c):
    """Groups around, then groups across: as many of the one as of the other where c is a square."""
    size = max(m for m in range(1, c) if c % m == 0 and m * m <= c)
    return nn.Sequential(around(c, c, groups=c // size), Shuffle(c // size), conv(c, c, 1, groups=size), Shuffle(size))


LAYERS = {  # name: channels -> a layer that keeps size and channels
    "standard": lambda c: around(c, c),
    "4 groups": lambda c: around(c, c, groups=4),
    "4 groups + shuffle": lambda c: nn.Sequential(around(c, c, groups=4), Shuffle(4)),
    "depthwise separable": lambda c: nn.Sequential(around(c, c, groups=c), conv(c, c, 1)),
    "3×1 + 1×3": lambda c: nn.Sequential(conv(c, c, (3, 1), padding=(1, 0)), conv(c, c, (1, 3), padding=(0, 1))),
    "bottleneck": lambda c: nn.Sequential(conv(c, c // 4, 1), around(c // 4, c // 4), conv(c // 4, c, 1)),
    "1×1": lambda c: conv(c, c, 1),
    "IGC": interleaved,
    "dilated": lambda c: around(c, c, dilation=2),
    "SE added": lambda c: nn.Sequential(around(c, c), SqueezeExcite(c)),
    "deformable": Deformable,
    "LightConv rows": lambda c: nn.Sequential(SharedRows(c), conv(c, c, 1)),
}


def network(name, c):
    """A 3×3 layer, the variant twice, the mean of each channel, ten numbers."""

    def block(layer):
        return [layer, nn.BatchNorm2d(c), nn.ReLU()]

    layers = [around(1, c), LAYERS[name](c), LAYERS[name](c)]
    return nn.Sequential(*(part for layer in layers for part in block(layer)), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 10))


def count(model):
    return sum(p.numel() for p in model.parameters())


def matched(name):
    """The width whose network comes closest to the budget; in steps of 4 where channels are dealt into groups or quarters."""
    step = 4 if name in ("4 groups", "4 groups + shuffle", "bottleneck", "IGC", "LightConv rows") else 1
    return min(range(8, 80, step), key=lambda c: abs(count(network(name, c)) - BUDGET))


def digits():
    """The first half to learn from, the second half to be asked, in the order of the file."""
    from sklearn.datasets import load_digits

    data = load_digits()
    x, y = torch.tensor(data.images[:, None] / 16, dtype=torch.float32), torch.tensor(data.target)
    half = len(y) // 2
    return x[:half], y[:half], x[half:], y[half:]


def train(name, seed):
    """The share of unseen digits that a network names rightly, in per cent."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    x, y, asked, answers = digits()
    model = network(name, matched(name))
    optimiser = torch.optim.Adam(model.parameters())
    steps = EPOCHS * (len(y) // BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(y)).split(BATCH)[: len(y) // BATCH]:
            optimiser.zero_grad()
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimiser.step()
            rate.step()
    model.eval()
    with torch.no_grad():
        return 100 * (model(asked).argmax(1) == answers).float().mean().item()


def milliseconds(model, x, times=40):
    """Of the processor, on one thread, for one batch: the best of some tries."""
    torch.set_num_threads(1)
    best = float("inf")
    with torch.no_grad():
        for _ in range(times):
            start = time.process_time()
            model(x)
            best = min(best, time.process_time() - start)
    return 1000 * best


def run(names=tuple(LAYERS), seeds=range(SEEDS), progress=lambda name, seed: None):
    """{name: accuracies, one a seed}; progress is told after each training."""
    found = {}
    for name in names:
        found[name] = []
        for seed in seeds:
            found[name].append(round(train(name, seed), 2))
            progress(name, seed)
    return found


def digest():
    """The hash of this file: of the code that trains."""
    return sha256(Path(__file__).read_text(encoding="utf-8").encode()).hexdigest()[:12]


def stored():
    """What ships with the lesson: the hash of the code that trained, torch's version, {name: accuracies}, {name: milliseconds}."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def write():
    """Train all, measure all, and keep it."""
    start = time.process_time()
    accuracy = run(progress=lambda name, seed: print(name, seed, flush=True))
    seconds = round(time.process_time() - start)
    layer, net, image, batch = {}, {}, torch.rand(1, 64, 56, 56), digits()[2][:100]
    for name in LAYERS:
        layer[name] = round(milliseconds(LAYERS[name](64), image), 2)
        net[name] = round(milliseconds(network(name, matched(name)).eval(), batch), 2)
    kept = {"code": digest(), "torch": torch.__version__, "seconds": seconds, "accuracy": accuracy, "layer_ms": layer, "network_ms": net}
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
