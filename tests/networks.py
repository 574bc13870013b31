"""Networks that people use, as their papers describe them, in torch: for counting, not for training."""

import torch
from torch import nn


def conv(c_in, c_out, kernel, stride=1, groups=1, act=nn.ReLU, padding=None):
    """A convolution without bias, batch norm, activation."""
    padding = kernel // 2 if padding is None else padding
    parts = [nn.Conv2d(c_in, c_out, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(c_out)]
    return nn.Sequential(*parts, *([act()] if act else []))


def alexnet():
    """Krizhevsky, Sutskever and Hinton, 2012: with its two groups, on 227 pixels."""
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
    )  # fmt: skip


def vgg16():
    """Simonyan and Zisserman, 2014: configuration D."""
    layers, channels = [], 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    head = nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)
    return nn.Sequential(*layers, nn.Flatten(), *head)


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1 and a shortcut; the stride stands in the 1×1, as in the paper, or in the 3×3."""

    def __init__(self, c_in, middle, c_out, stride, groups=1, stride_in_3x3=False):
        super().__init__()
        first, second = (1, stride) if stride_in_3x3 else (stride, 1)
        self.branch = nn.Sequential(conv(c_in, middle, 1, first), conv(middle, middle, 3, second, groups), conv(middle, c_out, 1, act=None))
        self.shortcut = nn.Identity() if c_in == c_out else conv(c_in, c_out, 1, stride, act=None)

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def resnet50(groups=1, width=64, stride_in_3x3=False):
    """He et al., 2015; with groups=32, width=128 ResNeXt-50 (Xie et al., 2016)."""
    layers, channels = [conv(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for stage, count in enumerate((3, 4, 6, 3)):
        for block in range(count):
            c_out, stride = 256 * 2**stage, 2 if stage and not block else 1
            layers.append(Bottleneck(channels, width * 2**stage, c_out, stride, groups, stride_in_3x3))
            channels = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


def mobilenet():
    """Howard et al., 2017."""
    layers, channels = [conv(3, 32, 3, 2)], 32
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for width, stride in plan:
        layers += [conv(channels, channels, 3, stride, channels), conv(channels, width, 1)]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000))


def separable(c_in, c_out):
    return [nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False), nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out)]


class Flow(nn.Module):
    """A block of Xception: separable convolutions, perhaps a pooling, and a shortcut."""

    def __init__(self, widths, stride, first_relu=True):
        super().__init__()
        layers = []
        for c_in, c_out in zip(widths, widths[1:]):
            layers += [nn.ReLU(), *separable(c_in, c_out)]
        layers = layers[0 if first_relu else 1 :] + ([nn.MaxPool2d(3, 2, 1)] if stride > 1 else [])
        self.branch = nn.Sequential(*layers)
        self.shortcut = conv(widths[0], widths[-1], 1, stride, act=None) if stride > 1 else nn.Identity()

    def forward(self, x):
        return self.branch(x) + self.shortcut(x)


def xception():
    """Chollet, 2016."""
    return nn.Sequential(
        conv(3, 32, 3, 2, padding=0), conv(32, 64, 3, padding=0),
        Flow((64, 128, 128), 2, False), Flow((128, 256, 256), 2), Flow((256, 728, 728), 2),
        *[Flow((728,) * 4, 1) for _ in range(8)], Flow((728, 728, 1024), 2),
        *separable(1024, 1536), nn.ReLU(), *separable(1536, 2048), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000),
    )  # fmt: skip


class Inverted(nn.Module):
    """The inverted bottleneck of MobileNetV2."""

    def __init__(self, c_in, c_out, widen, stride):
        super().__init__()
        wide = c_in * widen
        self.branch = nn.Sequential(
            conv(c_in, wide, 1, act=nn.ReLU), conv(wide, wide, 3, stride, wide, act=nn.ReLU), conv(wide, c_out, 1, act=None)
        )
        self.keeps = stride == 1 and c_in == c_out

    def forward(self, x):
        return x + self.branch(x) if self.keeps else self.branch(x)


def mobilefacenet():
    """Chen et al., 2018: 112 pixels to 128 numbers."""
    layers, channels = [conv(3, 64, 3, 2), conv(64, 64, 3, groups=64)], 64
    for widen, width, count, stride in ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1)):
        for block in range(count):
            layers.append(Inverted(channels, width, widen, stride if not block else 1))
            channels = width
    head = conv(128, 512, 1), conv(512, 512, 7, groups=512, act=None, padding=0), conv(512, 128, 1, act=None), nn.Flatten()
    return nn.Sequential(*layers, *head)
