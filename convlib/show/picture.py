"""One trace as one SVG string: the grids, and for each output the step that shows what it is made of."""

import hashlib
import textwrap
from collections.abc import Mapping
from html import escape

import numpy as np

from .both import BothPage, BothSteps
from .caption import write
from .drawing import Page, wrap
from .line import spatial_axes
from .steps import LEADING, Cells, Steps
from .text import size
from .trace import as_numbers

LARGEST = 300_000  # bytes of one picture
ORDERS = ("output", "input", "both")
TERMS = 9_000  # that many take more


class Picture:
    """An SVG with all of its steps: `.svg` the string, `.steps` their number, `.step` the one in view, `.columns` steps to a row."""

    def __init__(self, svg, width, steps, step, columns, summary):
        self.svg, self.width, self.steps, self.step, self.columns = svg, width, steps, step, columns
        self.summary = f"{summary} · {hashlib.sha256(svg.encode()).hexdigest()[:7]}"

    def __repr__(self):
        return self.summary

    def save(self, path, *, step=None, dark=False):
        """Write the picture to `path`: an .svg or a .gif that plays by itself, or a .png of the step in view.

        step: only this one. dark: on a dark page; an .svg of all steps fits itself to the page it stands on.
        """
        from .export import save

        save(self, path, step, dark)

    def _repr_mimebundle_(self, **_):
        from .stage import Stage, bundle

        return bundle(Stage.of(self), self)


def picture(trace, *, order="output", step=0, against=None, caption="", frame=(), matrix=False):
    """Draw a Trace: input, kernel and output, with a step for each output (or, with order="input", for each input).

    order="both": a step for each output, in two drawings: the inputs that reach it, each with its stamp on the output,
    and the window over the input with its padding and inserted zeros.
    In place of a Trace, a dict of names and arrays: these as grids, side by side, without steps; or the trace of a chain.
    Inputs that no output reads are crossed out.
    step: the one in view. against: another Trace; the first output in which the two differ is ringed and comes into
    view, and each step shows both sums. caption: lines of text below the sum, or a function of the step that returns
    them. frame: (before, after) per spatial axis,
    padding to draw even where no output reads it. matrix: also the matrix of the operator, with the step's row lit.

    Raises ValueError when the picture would be too large, `order`, `step` or `frame` is none that there is, or
    there is no matrix.

    >>> from convlib import cross_correlate, hook, letter_f, trace
    >>> picture(trace(cross_correlate, letter_f(), hook())).steps
    25
    """
    known_order(order)
    if isinstance(trace, Mapping):
        return grids(trace, caption)
    if hasattr(trace, "draw"):  # a chain
        return trace.draw(order, step, against, caption, frame, matrix)
    n, count = spatial_axes(trace), max(1, trace.x.size if order == "input" else trace.value.size)
    sizes = " * ".join(size(a.shape, n) for a in (trace.x, trace.w) if a is not None)
    summary = f"{trace.name} {sizes} -> {size(trace.value.shape, n)}, {count} step{'s' * (count != 1)}"
    if len(trace.out) > TERMS:
        raise too_large(summary)
    remark, differs = difference(trace, against)
    step = differs if differs is not None and order != "input" else step
    if not 0 <= step < count:
        raise ValueError(f"step {step} is not among the {count} steps, 0 to {count - 1}")
    kind_of_page, kind_of_steps, keys = (BothPage, BothSteps, "xwyz") if order == "both" else (Page, Steps, "xwy")
    page = kind_of_page.of(trace, order, framed(frame, n), matrix)
    cells = {key: Cells(grid, page.arrays[key], page.bare) for key, grid in page.grids.items()}
    lit = kind_of_steps(trace, page.line, *(cells.get(key) for key in keys), page.room, page.foot, against, page.matrix)
    inner = page.background() + layers(page, cells, lit, step, order)
    if differs is not None:
        inner += ring(cells["y"], differs)
    foot = page.foot + lit.most_lines * LEADING
    inner, height = write(inner, remark, caption, page.room, foot)
    columns = page.grids["x" if order == "input" else "y"].sides[-1]
    return finish(inner, page.width, height, summary, count, step, columns)


def known_order(order):
    if order not in ORDERS:
        raise ValueError(f"order {order!r} is none of {', '.join(map(repr, ORDERS))}")
    return order


def layers(page, cells, lit, step, order):
    """The bodies of the outputs, and above them all that answers to the mouse: each cell with what it lights."""
    group = lambda i, inner: f'<g class="step{" on" * (i == step)}" data-step="{i}">{inner}</g>'  # noqa: E731
    feeds = lambda i, inner: f'<g class="feeds">{inner}</g>'  # noqa: E731
    by_output, by_input = (feeds, group) if order == "input" else (group, feeds)
    bodies, outs, ins, weights = [], [], [], []
    for i, (address, body, text) in enumerate(page.cells("y", cells["y"])):
        bodies.append(body)
        hit = f'<g data-cell="{address}"><path class="hit" d="{cells["y"].box[i]}"/>{text}</g>'
        outs.append(f'<g class="o">{by_output(i, lit.by_output(i))}{hit}</g>')
    for key in (key for key in "xz" if key in cells):
        for i, (address, body, text) in enumerate(page.cells(key, cells[key])):
            inner = by_input(i, lit.by_input(i, with_sum=order == "input"))
            ins.append(f'<g class="i"><g data-cell="x{address[1:]}">{body}{text}</g>{inner}</g>')
    for k, (address, body, text) in enumerate(page.cells("w", cells["w"]) if "w" in cells else ()):
        weights.append(f'<g class="k"><g data-cell="{address}">{body}{text}</g>{feeds(k, lit.by_weight(k))}</g>')
    drawn = [("ks", weights), ("ins", ins), ("outs", outs)]  # the steps last: they are drawn over the other cells
    drawn = drawn[::-1] if order == "input" else drawn
    drawn += [("entries", page.matrix.entries(lit.by_entry))] if page.matrix else []
    bodies += [*(c.dashes() for c in cells.values()), lit.never(page.unread())]
    return "".join(bodies) + '<g class="all">' + "".join(f'<g class="{name}">{"".join(g)}</g>' for name, g in drawn) + "</g>"


def ring(cells, output):
    """Around the first output in which two operators differ."""
    left, top, side = cells.left[output] - 3, cells.top[output] - 3, cells.grid.pitch + 6
    sign = f'<path d="M{left + 4} {top + 4}h0"/><text class="n" x="{left + 4}" y="{top + 9}">≠</text>'
    return f'<path class="differ" d="M{left} {top}h{side}v{side}h-{side}z"/><g class="sign">{sign}</g>'


def framed(frame, spatial):
    """The frame as pairs of whole numbers, or ValueError."""
    pairs = [tuple(pair) for pair in frame]
    if pairs and (len(pairs) != spatial or any(len(pair) != 2 or min(pair) < 0 for pair in pairs)):
        raise ValueError(f"frame {frame!r} is no pair (before, after), from 0 on, for each of the {spatial} spatial axes")
    return pairs


def grids(arrays, caption):
    """Named arrays as grids side by side."""
    page = Page({str(name): as_numbers(array) for name, array in arrays.items()})
    cells = {key: Cells(grid, page.arrays[key], page.bare) for key, grid in page.grids.items()}
    drawn = [f'<g data-cell="{address}">{body}{text}</g>' for key in cells for address, body, text in page.cells(key, cells[key])]
    drawn += [c.dashes() for c in cells.values()]
    summary = ", ".join(f"{key} {size(a.shape)}" for key, a in page.arrays.items())
    inner, height = write(page.background() + "".join(drawn), "", caption, page.room, page.foot)
    return finish(inner, page.width, height - LEADING, summary)


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
