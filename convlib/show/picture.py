"""One trace as one SVG string: the grids, and for each output the step that shows what it is made of."""

import hashlib
import textwrap
from collections.abc import Mapping
from html import escape

import numpy as np

from .drawing import Page, wrap
from .line import spatial_axes
from .steps import LEADING, Cells, Steps
from .text import size
from .trace import as_numbers

LARGEST = 300_000  # bytes of one picture
TERMS = 9_000  # that many take more


class Picture:
    """An SVG with all of its steps: `.svg` the string, `.steps` their number, `.step` the one in view, `.columns` steps to a row."""

    def __init__(self, svg, width, steps, step, columns, summary):
        self.svg, self.width, self.steps, self.step, self.columns = svg, width, steps, step, columns
        self.summary = f"{summary} · {hashlib.sha256(svg.encode()).hexdigest()[:7]}"

    def __repr__(self):
        return self.summary

    def save(self, path):
        """Write the picture to `path`: an .svg that plays by itself, a .gif that does, or a .png of the step in view."""
        from .export import save

        save(self, path)

    def _repr_mimebundle_(self, **_):
        from .stage import Stage, bundle

        return bundle(Stage.of(self), self)


def picture(trace, *, order="output", step=0, against=None):
    """Draw a Trace: input, kernel and output, with a step for each output (or, with order="input", for each input).

    In place of a Trace, a dict of names and arrays: these as grids, side by side, without steps.
    step: the one in view. against: another Trace; the first output in which the two differ is ringed and comes into
    view, and each step shows both sums.

    Raises ValueError when the picture would be too large, or `order` or `step` is none that there is.

    >>> from convlib import cross_correlate, hook, letter_f, trace
    >>> picture(trace(cross_correlate, letter_f(), hook())).steps
    25
    """
    if order not in ("output", "input"):
        raise ValueError(f"order {order!r} is neither 'output' nor 'input'")
    if isinstance(trace, Mapping):
        return grids(trace)
    sizes = " * ".join(size(a.shape, spatial_axes(trace)) for a in (trace.x, trace.w) if a is not None)
    count = max(1, trace.value.size if order == "output" else trace.x.size)
    summary = f"{trace.name} {sizes} -> {size(trace.value.shape, spatial_axes(trace))}, {count} step{'s' * (count != 1)}"
    if len(trace.out) > TERMS:
        raise too_large(summary)
    page = Page.of(trace, order)
    x, w, y = (Cells(page.grids[k], page.arrays[k], page.bare) if k in page.grids else None for k in "xwy")
    lit = Steps(trace, page.line, x, w, y, page.room, page.foot, against)
    remark, differs = difference(trace, against)
    if differs is not None and order == "output":
        step = differs
    if not 0 <= step < count:
        raise ValueError(f"step {step} is not among the {count} steps, 0 to {count - 1}")
    group = lambda i, inner: f'<g class="step{" on" * (i == step)}" data-step="{i}">{inner}</g>'  # noqa: E731
    feeds = lambda inner: f'<g class="feeds">{inner}</g>'  # noqa: E731
    scatter = order == "input"
    still, outs, ins, weights = page.background(), [], [], []
    for i, (address, body, text) in enumerate(page.cells("y", y)):
        inner = (feeds if scatter else lambda s, i=i: group(i, s))(lit.by_output(i))
        still += body
        outs.append(f'<g class="o">{inner}<g data-cell="{address}"><path class="hit" d="{y.box[i]}"/>{text}</g></g>')
    for i, (address, body, text) in enumerate(page.cells("x", x)):
        inner = group(i, lit.by_input(i)) if scatter else feeds(lit.by_input(i, with_sum=False))
        ins.append(f'<g class="i"><g data-cell="{address}">{body}{text}</g>{inner}</g>')
    for k, (address, body, text) in enumerate(page.cells("w", w) if w else ()):
        weights.append(f'<g class="k"><g data-cell="{address}">{body}{text}</g>{feeds(lit.by_weight(k))}</g>')
    if differs is not None:
        a, b, side = y.left[differs] - 3, y.top[differs] - 3, page.grids["y"].pitch + 6
        still += f'<path class="differ" d="M{a} {b}h{side}v{side}h-{side}z"/>'
        outs.append(f'<g class="sign"><path d="M{a + 4} {b + 4}h0"/><text class="n" x="{a + 4}" y="{b + 9}">≠</text></g>')
    height = page.foot + lit.most_lines * LEADING
    if remark:
        still += f'<text class="said" x="24" y="{height}">{escape(remark)}</text>'
        height += LEADING
    layers = [("outs", outs), ("ins", ins), ("ks", weights)][:: 1 if scatter else -1]
    inner = still + '<g class="all">' + "".join(f'<g class="{name}">{"".join(g)}</g>' for name, g in layers) + "</g>"
    columns = (page.grids["x"] if scatter else page.grids["y"]).sides[-1]
    return finish(inner, page.width, height, summary, count, step, columns)


def grids(arrays):
    """Named arrays as grids side by side."""
    page = Page({str(name): as_numbers(array) for name, array in arrays.items()})
    cells = [cell for key, grid in page.grids.items() for cell in page.cells(key, Cells(grid, page.arrays[key], page.bare))]
    drawn = [f'<g data-cell="{address}">{body}{text}</g>' for address, body, text in cells]
    summary = ", ".join(f"{key} {size(a.shape)}" for key, a in page.arrays.items())
    return finish(page.background() + "".join(drawn), page.width, page.foot - LEADING, summary)


def finish(inner, width, height, summary, steps=1, step=0, columns=1):
    svg = wrap(inner, width, height, step, escape(summary))
    if len(svg.encode()) > LARGEST:
        raise too_large(summary)
    return Picture(svg, width, steps, step, columns, summary)


def too_large(summary):
    return ValueError(f"a picture of {summary} would take more than {LARGEST // 1000} KB: take a smaller example")


def notice(message):
    """A message in the place of a picture."""
    lines = textwrap.wrap(message, 76) or [""]
    text = "".join(f'<text class="s" x="24" y="{36 + 22 * i}">{escape(line)}</text>' for i, line in enumerate(lines))
    return Picture(wrap(text, 760, 44 + 22 * len(lines), 0, escape(message)), 760, 1, 0, 1, message)


def difference(trace, other):
    """What to say of two answers, and the first output in which they differ."""
    if other is None:
        return "", None
    if trace.value.shape != other.value.shape:
        return f"{trace.name} gives {size(trace.value.shape, 0)} numbers, {other.name} gives {size(other.value.shape, 0)}", None
    differ = np.flatnonzero(~np.isclose(trace.value, other.value, rtol=1e-9, atol=1e-12, equal_nan=True))
    if not differ.size:
        return f"{trace.name} and {other.name} agree in all {trace.value.size} outputs", None
    where = tuple(int(i) for i in np.unravel_index(differ[0], trace.value.shape))
    return f"{trace.name} and {other.name} differ in {differ.size} of {trace.value.size} outputs, first at {where}", int(differ[0])
