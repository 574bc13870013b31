"""The picture of a chain: every layer's cells, and for each output a step with the cone of all that it sees."""

from html import escape

import numpy as np

from .caption import write
from .drawing import wrap
from .picture import LARGEST, Picture, difference, too_large
from .stack import MARGIN, Stack, says, text_class
from .steps import LEADING, path
from .style import INPUT, OUTPUT, both, scoped
from .text import short, size

CELLS = 4_000  # of all layers; more would take seconds to ask


LOOK = scoped(f"""
.lit,.fed{{fill:{both(INPUT)};stroke:{both(INPUT)};fill-opacity:.3;stroke-width:1.5;stroke-linejoin:round}}
.fed{{fill:{both(OUTPUT)};stroke:{both(OUTPUT)};fill-opacity:.18}}
.hole{{fill:{both(("#1d2733", "#000000"))};fill-opacity:.45}}
.edge{{fill:none;stroke:{both(INPUT)};stroke-opacity:.6}}
""")


def draw(trace, order="output", step=0, against=None, caption="", frame=(), matrix=False):
    """One Picture of a ChainTrace; details of pointing are left out where it would get too large."""
    if frame or matrix:
        raise ValueError("a chain is drawn without frame and matrix: these belong to one layer")
    order = "input" if order == "input" else "output"
    n, first = trace.spatial, trace.x if order == "input" else trace.value
    count = max(1, first.size)
    sizes = " -> ".join(size(a.shape, n) for a in trace.arrays)
    layers = f"{len(trace.layers)} layer{'s' * (len(trace.layers) != 1)}"
    summary = f"{trace.name}, {layers}: {sizes}, {count} step{'s' * (count != 1)}"
    remark, differs = difference(trace, against)
    step = differs if differs is not None and order == "output" else step
    if not 0 <= step < count:
        raise ValueError(f"step {step} is not among the {count} steps, 0 to {count - 1}")
    if sum(a.size for a in trace.arrays) > CELLS:
        raise too_large(summary)
    cone = Cone(trace)
    wide, columns = cone.stack.width, first.shape[-1] if first.ndim else 1
    for detail in (3, 2, 1, 0):
        inner, height = write(cone.svg(order, step, detail), remark, caption, wide - 2 * MARGIN, cone.stack.foot + LEADING)
        svg = wrap(inner, wide, height, step, escape(summary)).replace("</style>", LOOK + "</style>", 1)
        if len(svg.encode()) <= LARGEST:
            return Picture(svg, wide, count, step, columns, summary)
    raise too_large(summary)


class Cone:
    """The parts of the picture, as strings."""

    def __init__(self, trace):
        self.trace, self.stack = trace, Stack(trace)
        self.rows, self.known, self.padded = self.stack.rows, {}, 0
        self.reads = [[], *([np.flatnonzero(row).tolist() for row in touch] for touch in trace.touch)]
        self.corners = [tuple(c.tolist() for c in row.all_corners()) for row in self.rows]

    def svg(self, order, step, detail):
        """detail: 3 all, 2 no lines where one points, 1 nothing upwards, 0 pointing at outputs only."""
        last = len(self.rows) - 1
        group = lambda i, inner: f'<g class="step{" on" * (i == step)}" data-step="{i}">{inner}</g>'  # noqa: E731
        feeds = lambda i, inner: f'<g class="feeds">{inner}</g>'  # noqa: E731
        steps = last if order == "output" else 0
        bodies, parts = self.bars(), {}
        for layer in range(last + 1):
            parts[layer] = []
            if self.rows[layer].bar and layer != steps:
                continue
            for i, (address, body, hit, text) in enumerate(self.cells(layer)):
                if layer == steps:
                    lit = group(i, self.lit(layer, i, True, order == "output", order == "input"))
                elif detail:
                    lit = feeds(i, self.lit(layer, i, detail == 3, layer, detail > 1 and layer < last))
                else:
                    lit = ""
                whole = layer == 0  # its cells can be edited
                bodies += [] if whole else [body]
                cell = f'<g data-cell="{address}">{body if whole else hit}{text}</g>'
                parts[layer].append(f'<g class="{"o" if layer == last else "i"}">' + (cell + lit if whole else lit + cell) + "</g>")
        named = [("outs" if layer == last else "ins", "".join(parts[layer])) for layer in range(last + 1)]
        named = named if order == "output" else named[::-1]
        drawn = "".join(f'<g class="{name}">{inner}</g>' for name, inner in named)
        return self.labels() + "".join(bodies) + self.never() + f'<g class="all">{drawn}</g>'

    def labels(self):
        parts = []
        for (x, y), title, small in zip(self.stack.labels, self.stack.names, self.stack.notes):
            parts.append(f'<text class="h" x="{x:g}" y="{y:g}">{escape(title)}</text>')
            parts.append(f'<text class="s" x="{x:g}" y="{y + 19:g}">{escape(small)}</text>')
        return "".join(parts)

    def bars(self):
        every = [list(range(a.size)) for a in self.stack.arrays]
        return [path("c", self.boxes(i, every[i])) for i, row in enumerate(self.rows) if row.bar]

    def never(self):
        """Crosses over the cells that no output sees."""
        crosses = []
        for layer, row in enumerate(self.rows[:-1]):
            unseen = np.flatnonzero(~self.trace.reach(len(self.rows) - 1, layer).any(axis=0)).tolist()
            crosses += [(self.corners[layer][0][i] + 4, self.corners[layer][1][i] + 4, row.side - 4) for i in unseen if not row.bar]
        return path("never", "".join(f"M{x:g} {y:g}l{s:g} {s:g}m0 -{s:g}l-{s:g} {s:g}" for x, y, s in crosses))

    def cells(self, layer):
        """Address, body, target of the pointer and number of every cell."""
        array, row, key = self.stack.arrays[layer], self.rows[layer], self.stack.keys[layer]
        texts = [short(v) for v in array.ravel().tolist()]
        small = None if self.stack.bare else text_class(texts, row.side + 4)
        half, side, tall = (row.side + 4) / 2, row.side, row.tall
        for x, y, text, index in zip(*self.corners[layer], texts, np.ndindex(array.shape)):
            box = f"M{x + 2:g} {y + 2:g}h{side:g}v{tall:g}h-{side:g}z"
            body = f'<rect class="c" x="{x + 2:g}" y="{y + 2:g}" width="{side:g}" height="{tall:g}" rx="{min(4, side / 4):g}"/>'
            shown = "" if small is None else f'<text{small} x="{x + half:g}" y="{y + half + 6:g}">{text}</text>'
            yield "-".join(map(str, (key, *index))), "" if row.bar else body, f'<path class="hit" d="{box}"/>', shown

    def lit(self, layer, cell, edges, down, up):
        """What one cell sees, down to the input, and what it feeds, up to the output."""
        key = layer, cell, bool(edges), bool(down), bool(up)
        if key not in self.known:
            parts = self.seen(layer, cell, edges) if down else ""
            parts += self.fed(layer, cell) if up else ""
            own = path("r", self.boxes(layer, [cell]))
            sentence = says(self.trace, layer, cell, down, up, self.padded)
            said = f'<text class="t" x="{MARGIN}" y="{self.stack.foot}">{sentence}</text>'
            self.known[key] = parts + own + said
        return self.known[key]

    def seen(self, layer, cell, edges):
        lit = [np.flatnonzero(self.trace.reach(layer, i)[cell]).tolist() for i in range(layer + 1)]
        ghosts = [sorted({at for a in lit[i] for at in self.stack.padding[i][a]}) for i in range(1, layer + 1)]
        self.padded = sum(map(len, ghosts))
        holes = "".join(self.boxes(i, self.holes(i, lit[i])) for i in range(layer))
        boxes = "".join(self.boxes(i, lit[i]) for i in range(layer))
        empty = "".join(self.ghost_boxes(i, places) for i, places in enumerate(ghosts))
        lines = self.edges(lit) if edges and self.trace.spatial < 2 and not self.rows[0].bar else ""
        return path("edge", lines) + path("hole", holes) + path("lit", boxes) + path("g", empty)

    def fed(self, layer, cell):
        fed = [np.flatnonzero(self.trace.reach(i, layer)[:, cell]).tolist() for i in range(layer + 1, len(self.rows))]
        return path("fed", "".join(self.boxes(i, cells) for i, cells in enumerate(fed, layer + 1)))

    def boxes(self, layer, places):
        """Cells of a layer, by flat index and in order, as a path; neighbours in one box."""
        (left, top), row, parts, first = self.corners[layer], self.rows[layer], [], None
        apart, side, tall = row.apart, row.side, row.tall
        for i, after in zip(places, [*places[1:], None]):
            first = i if first is None else first
            if after == i + 1 and apart and top[after] == top[i] and abs(left[after] - left[i] - apart) < 0.2:
                continue
            wide = left[i] - left[first] + side
            parts.append(f"M{left[first] + 2:g} {top[first] + 2:g}h{wide:g}v{tall:g}h-{wide:g}z")
            first = None
        return "".join(parts)

    def ghost_boxes(self, layer, places):
        row = self.rows[layer]
        if not places:
            return ""
        corners = zip(*(c.tolist() for c in row.corners(np.zeros(len(places), int), np.array(places))))
        return "".join(f"M{x + 2:g} {y + 2:g}h{row.side:g}v{row.tall:g}h-{row.side:g}z" for x, y in corners)

    def edges(self, lit):
        """Thin lines from each lit cell to all that it reads, padding too."""
        parts = []
        for i in range(1, len(lit)):
            below, (left, top), lower, upper = self.corners[i - 1], self.corners[i], self.rows[i - 1], self.rows[i]
            half, foot = lower.side / 2 + 2, upper.tall + 2
            for a in lit[i]:
                x, y = left[a] + 2 + upper.side / 2, top[a] + foot
                parts += [f"M{x:g} {y:g}L{below[0][b] + half:g} {below[1][b] + 2:g}" for b in self.reads[i][a]]
                beyond = lower.corners(0, [at for (at,) in self.stack.padding[i][a]])[0].tolist()
                parts += [f"M{x:g} {y:g}L{at + half:g} {lower.top + 2:g}" for at in beyond]
        return "".join(parts)

    def holes(self, layer, places):
        """The cells of the smallest box, in space, around the lit ones that none of them is, in any channel."""
        shape, n = self.stack.arrays[layer].shape, self.trace.spatial
        if not n:
            return []
        sides = shape[max(0, len(shape) - n) :]
        sheet = int(np.prod(sides))
        lit = {i % sheet for i in places}
        if len(lit) < 2:
            return []
        if len(sides) == 1:
            box = range(min(lit), max(lit) + 1)
        else:
            ends = [range(int(at.min()), int(at.max()) + 1) for at in np.unravel_index(sorted(lit), sides)]
            box = np.ravel_multi_index(np.ix_(*ends), sides).ravel().tolist()
        dark = [i for i in box if i not in lit]
        return [i + sheet * c for c in range(self.stack.arrays[layer].size // sheet) for i in dark]
