"""The player's figure drawn in matplotlib, as one would without convlib: what our picture is measured against."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def draw(x, w, y, step, dilation=1, figure=None):
    """Input, kernel and output with their numbers, the window of one step with its weights, and the sum."""
    figure = figure or Figure(figsize=(9, 4.5))
    axes = figure.subplots(1, 3, width_ratios=[a.shape[1] for a in (x, w, y)])
    for ax, array, title in zip(axes, (x, w, y), ("input", "kernel", "output")):
        rows, columns = array.shape
        ax.set(title=title, xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6), aspect="equal")
        ax.axis("off")
        for (i, j), value in np.ndenumerate(array):
            ax.add_patch(Rectangle((j - 0.45, i - 0.45), 0.9, 0.9, facecolor="#f2f4f6", edgecolor="#c9d2db"))
            ax.text(j, i, f"{value:g}", ha="center", va="center")
    row, column = divmod(step, y.shape[1])
    terms = []
    for (i, j), weight in np.ndenumerate(w):
        at = row + dilation * i, column + dilation * j
        axes[0].add_patch(Rectangle((at[1] - 0.45, at[0] - 0.45), 0.9, 0.9, facecolor="none", edgecolor="#0067a3", linewidth=2))
        axes[0].text(at[1] + 0.3, at[0] - 0.25, f"{weight:g}", ha="center", va="center", fontsize=8, color="#b84f00")
        terms.append(f"{x[at]:g}·{weight:g}")
    axes[2].add_patch(Rectangle((column - 0.45, row - 0.45), 0.9, 0.9, facecolor="none", edgecolor="#007a59", linewidth=2))
    figure.text(0.05, 0.02, " + ".join(terms) + f" = {y[row, column]:g}")
    return figure


def draw_png(*arguments, **parameters):
    """The same as the bytes of a PNG."""
    figure, file = draw(*arguments, **parameters), io.BytesIO()
    FigureCanvasAgg(figure).print_png(file)
    return file.getvalue()
