"""Where things stand in the plots of lesson 19: names beside the points of a scatter, and the map of special cases."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

PLACES = {
    "fully connected": (0, 8.6), "self-attention": (-4.6, 8.6), "standard": (0, 5), "grouped": (-2.7, 4.1), "depthwise": (-4.6, 2.9),
    "1×1": (-1.7, 2.7), "average pooling": (-2.9, 1), "global average": (-2.9, -0.6), "LightConv": (-5.9, 0.2), "DynamicConv": (-6.1, 4.2),
    "IGC": (-0.3, 1.6), "depthwise separable": (-0.3, -0.4), "bottleneck": (1.8, 1.3), "3×1 + 1×3": (3.6, 2), "groups + shuffle": (-3, 6),
    "dilated": (5.2, 6.1), "deformable": (3.2, 7.3), "deformable v2": (3.2, 8.8), "transposed": (4.6, 3.4), "true convolution": (5.2, 4.7),
    "residual": (-1.7, 7.2), "SE, gates frozen": (1.2, 7.1),
}  # fmt: skip
COLOURS = {"where": "#0072b2", "which": "#d55e00", "weights": "#009e73"}
ORANGE = COLOURS["which"]


def logarithmic(axes, across, up):
    """Two logarithmic axes with plain numbers, wide enough for these values and for names at their right."""
    axes.set(xscale="log", yscale="log", xlim=(min(across) / 1.3, max(across) * 2.6), ylim=(min(up) / 1.4, max(up) * 3))
    for side in (axes.xaxis, axes.yaxis):
        side.set(major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator(), major_formatter="{x:,g}")


def named(axes, points, chosen):
    """Write a name beside each point {name: (x, y)}, one above the other where they would meet; the chosen one in orange."""
    taken = []
    for name, at in sorted(points.items(), key=lambda item: (item[1][1], -item[1][0])):
        x, y = axes.transData.transform(at)
        while any(abs(y - b) < 13 and x < a + 6.4 * len(other) + 12 and a < x + 6.4 * len(name) + 12 for a, b, other in taken):
            y += 3
        taken.append((x, y, name))
        place = axes.transData.inverted().transform((x + 9, y - 4))
        axes.annotate(name, at, place, fontsize=8, color=ORANGE if name == chosen else "black", arrowprops={"arrowstyle": "-", "lw": 0.3})


def family_map(arrows):
    """A figure of (question, special case, general case, because): an arrow each, coloured by the question that it answers."""
    figure = Figure(figsize=(10, 7.2), dpi=96)
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.93), xlim=(-6.9, 6.3), ylim=(-1.1, 9.1), xticks=[], yticks=[])
    axes.set_title("every A → B was computed: where (blue), which (orange), weights (green)")
    for question, one, general, because in arrows:
        start, end, colour = np.array(PLACES[one]), np.array(PLACES[general]), COLOURS[question]
        across, up = abs(start - end)
        style = {"arrowstyle": "-|>", "color": colour, "shrinkA": 10, "shrinkB": 12 + 22 * across / (across + up), "lw": 1.3}
        axes.annotate("", end, start, arrowprops=style)
        around = {"fc": "white", "ec": "none", "pad": 0.4}
        axes.text(*(0.58 * start + 0.42 * end), because, fontsize=8, color=colour, ha="center", va="center", bbox=around)
    for name in {name for _, *pair, _ in arrows for name in pair}:
        axes.text(*PLACES[name], name, ha="center", va="center", fontsize=9.5, bbox={"boxstyle": "round", "fc": "white", "ec": "black"})
    return figure
