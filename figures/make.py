"""Draws every figure of this folder with convlib: `make figures`. Each .svg plays by itself."""

from pathlib import Path

import numpy as np

from convlib import convolve, cross_correlate, hook, letter_f, picture, trace


def whole_numbers(*shape):
    return np.random.default_rng(5).integers(-2, 4, shape).astype(float)


FIGURES = {
    "cross-correlation": lambda: trace(cross_correlate, letter_f(), hook()),
    "convolution": lambda: trace(convolve, letter_f(), hook()),
    "padding-and-stride": lambda: trace(cross_correlate, letter_f(), hook(), padding=1, stride=2),
    "dilation": lambda: trace(cross_correlate, letter_f(), hook(), padding=2, dilation=2, stride=2),
    "groups": lambda: trace(cross_correlate, whole_numbers(4, 4, 4), whole_numbers(2, 2, 3, 3), groups=2),
    "one-dimension": lambda: trace(cross_correlate, whole_numbers(1, 12), np.array([[[1.0, 2, -1]]]), padding=1),
    "three-dimensions": lambda: trace(cross_correlate, whole_numbers(1, 3, 4, 4), whole_numbers(1, 1, 2, 2, 2)),
}


def draw(folder):
    for name, traced in FIGURES.items():
        picture(traced()).save(Path(folder) / f"{name}.svg")


if __name__ == "__main__":
    draw(Path(__file__).parent)
