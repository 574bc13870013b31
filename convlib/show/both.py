"""Scatter and gather in one picture: the output between the input that is stamped onto it and the input as windows read it.

Both sides share the output, and so the step: it lights the inputs that reach one output, the stamp of each of them, and the window.
"""

import numpy as np

from .drawing import BETWEEN, FOOT, HEAD, MARGIN, NARROW, Page
from .line import fit_line, spatial_axes
from .steps import Steps, path
from .style import width
from .text import SIZE, mark

UNDER = 64  # between two grids of a column, for the labels of the lower one
COUNTABLE = 16  # stamps on one output; of more, those with the same outline are drawn once
NESTS = 4  # outlines of stamps before the next one lies on the first


class BothPage(Page):
    """Left the input x as it is and the kernel, in the middle the output, right z: x once more, with its padding and inserted zeros."""

    called = Page.called | {"x": "scatter: the input", "z": "gather: the same input"}

    @classmethod
    def of(cls, trace, order, frame=(), matrix=False):
        arrays = {"x": trace.x, "w": trace.w, "y": trace.value, "z": trace.x}
        line = fit_line(trace, frame)
        arrays = {k: a for k, a in arrays.items() if a is not None}
        return cls(arrays, spatial_axes(trace), line, order, frame=frame, matrix=trace if matrix else None)

    def small_print(self):
        notes = super().small_print()
        turned = f", kernel {self.line.flips}" if self.line and self.line.flips else ""
        return notes | {"z": notes["z"] + turned}

    def columns(self):
        """Which grids stand one below the other: input over kernel, where that makes the picture hardly taller."""
        grids = self.grids
        first = [k for k in "xw" if k in grids]
        tall = sum(grids[k].size[1] + self.caption(grids[k]) for k in first) + UNDER * (len(first) - 1)
        others = max(grids[k].size[1] + self.caption(grids[k]) for k in "yz")
        return [*([first] if tall <= 1.3 * others else [[k] for k in first]), ["y"], ["z"]]

    def place_row(self):
        grids, left, middles = self.grids, MARGIN, []
        columns = self.columns()
        heights = [sum(grids[k].size[1] + self.caption(grids[k]) for k in keys) + UNDER * (len(keys) - 1) for keys in columns]
        tall = max(heights)
        for keys, height in zip(columns, heights):
            top, wide = HEAD + (tall - height) / 2, max(map(self.column, keys))
            for key in keys:
                grids[key].left, grids[key].top = left, round(top + self.caption(grids[key]))
                top = grids[key].top + grids[key].size[1] + UNDER
            left = round(left + wide + BETWEEN)
            middles.append((left - BETWEEN / 2, HEAD + tall / 2 + 9))
        signs = ["×"] * (len(columns) - 3) + ["→", "←"]
        self.signs = [(*middle, sign) for middle, sign in zip(middles, signs)]
        self.width, self.foot = max(NARROW, left - BETWEEN + MARGIN), round(HEAD + tall + FOOT)

    def place_strips(self):
        """Below each other; where a window moves by one cell of z a step, the middle of it stands below its output."""
        super().place_strips()
        line, y, z = self.line, self.grids["y"], self.grids["z"]
        y.left = MARGIN
        if line and line.step[0] * z.finer[0] == 1:
            half = line.dilation[0] * (self.grids["w"].sides[0] - 1) / 2
            ahead = round(z.pitch * (z.finer[0] * (line.start[0] + half) - z.low[0]))
            y.left, z.left = MARGIN + max(0, ahead), MARGIN + max(0, -ahead)
        self.width = round(max(NARROW, *(g.left + self.column(k) + MARGIN for k, g in self.grids.items())))


class BothSteps(Steps):
    """As Steps, with z as the input whose windows are lit; `plain` are the cells of x, the input as it is."""

    def __init__(self, trace, line, plain, w, y, z, room, foot, against=None, matrix=None):
        self.plain = plain
        super().__init__(trace, line, z, w, y, room, foot, against, matrix)

    def by_output(self, output):
        sent = {}
        for *_, i, k, c in self.rows[output]:
            if i is not None:
                sent[i] = sent.get(i, 0) + (c * self.w.values[k] if k >= 0 else c)
        countable = len(sent) <= COUNTABLE
        outlines = [self.stamp(i, n * countable) for n, i in enumerate(sent)]
        stamps = "".join(path("stamp", d) for d in (outlines if countable else dict.fromkeys(outlines)))
        inputs = path("l", "".join(self.plain.box[i] for i in sent))
        badges = self.badges([(self.plain.left[i], self.plain.top[i], self.badge(c)) for i, c in sent.items()])
        return stamps + inputs + badges + super().by_output(output)

    def both_sums(self, output):
        return [*super().both_sums(output), *self.count(output)]

    def count(self, output):
        """How many stamps reach an output, and how many products the zeros cost that were put in for the window's sake."""
        if self.trace.kind not in ("products", "sums"):
            return []
        inputs = [row[4] for row in self.rows[output]]
        zeros, stamps = inputs.count(None), len({*inputs} - {None})
        reach = f"{mark('x', str(stamps))} stamp{'s' * (stamps != 1)} reach{'es' * (stamps == 1)} this output"
        wasted = f"products with a zero put in: {zeros} of {len(inputs)}"
        if zeros and width(f"{stamps} stamps reach this output; {wasted}", SIZE) <= self.room:
            return [f"{reach}; {wasted}"]
        return [reach, wasted] if zeros else [reach]

    def by_input(self, i, with_sum=False):
        return path("l", self.plain.box[i] + self.x.box[i]) + super().by_input(i, with_sum)

    def by_weight(self, k):
        parts = []
        for cells in (self.plain, self.x):
            half = cells.grid.pitch // 2
            parts += [f"M{cells.left[i] + half} {cells.top[i] + half}h0" for i in sorted(set(self.touched[k]))]
        return f'<path class="touch" stroke-width="{self.x.side - 1}" d="{"".join(parts)}"/>'

    def never(self, unread=()):
        """Both copies of an input that no output reads."""
        plain = [(self.plain.left[i], self.plain.top[i]) for i, fed in enumerate(self.fed) if not fed]
        return super().never([*unread, *plain])

    def by_entry(self, output, i, weights):
        return path("l", self.plain.box[i]) + super().by_entry(output, i, weights)

    def stamp(self, i, n):
        """The outline of all outputs that one input feeds: a rectangle on each sheet, or cell by cell where that has holes."""
        y, outlines, sheets = self.y, "", {}
        size = int(np.prod(y.grid.sides[-2:]))
        for output in sorted({output for output, *_ in self.fed[i]}):
            sheets.setdefault(output // size, []).append((y.left[output], y.top[output]))
        out = 3 - 3 * (n % NESTS)
        for corners in sheets.values():
            lefts, tops = zip(*corners)
            wide, high = (max(at) - min(at) + y.grid.pitch for at in (lefts, tops))
            if wide * high == len(corners) * y.grid.pitch**2:
                corners = [(min(lefts), min(tops))]
            else:
                wide = high = y.grid.pitch
            outlines += "".join(f"M{a - out} {b - out}h{wide + 2 * out}v{high + 2 * out}h-{wide + 2 * out}z" for a, b in corners)
        return outlines
