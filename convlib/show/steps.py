"""What is lit: the group of SVG that shows what one output is made of, where one input goes, what one weight touches."""

import re
from html import escape
from itertools import groupby, takewhile

import numpy as np

from .line import fit_line
from .style import INK, both
from .text import mark, product, short, sum_lines

LEADING = 26  # from line to line of the sum


class Cells:
    """One grid's cells as strings, from which the steps are put together."""

    def __init__(self, grid, values, bare=False, inset=2):
        left, top = grid.all_corners()
        inset = 1 if bare else inset
        self.grid, self.bare, self.left, self.top = grid, bare, left.tolist(), top.tolist()
        self.side = side = grid.pitch - 2 * inset
        self.box = [f"M{x + inset} {y + inset}h{side}v{side}h-{side}z" for x, y in zip(self.left, self.top)]
        self.values = values.ravel().tolist()
        tiny = 1e-12 * np.max(np.abs(values), initial=0, where=np.isfinite(values))  # what rounding leaves of a zero
        self.numbers = ["0" if abs(v) < tiny else short(v) for v in self.values]

    def dashes(self):
        """A dash in every negative cell where numbers have given way to a tint: its colour alone would not tell."""
        half, arm = self.grid.pitch / 2 + 1, self.grid.pitch / 4  # a tinted cell lies 2 pixels in and fills the rest
        d = "".join(f"M{x + half - arm:g} {y + half:g}h{2 * arm:g}" for x, y, v in zip(self.left, self.top, self.values) if v < 0)
        return f'<path style="stroke:{both(INK)};stroke-width:1.5" d="{d}"/>' if self.bare and d else ""


class Steps:
    """Groups of SVG by output, by input and by weight, from a trace, its line and three placed grids."""

    def __init__(self, trace, line, x, w, y, room, foot, against=None, matrix=None):
        self.trace, self.x, self.w, self.y, self.room, self.foot, self.bare = trace, x, w, y, room, foot, x.bare
        self.matrix = matrix
        same = against is not None and against.value.shape == trace.value.shape and against.x.shape == trace.x.shape
        self.against = Steps(against, fit_line(against), x, w, Cells(y.grid, against.value), room, foot) if same else None
        self.most_lines = 1
        self.offset = trace.offset.ravel().tolist()
        self.rows = [[] for _ in y.values]  # of each output: (channel, sheet, left, top, input or None, weight, coefficient)
        self.fed, self.touched = [[] for _ in x.values], [[] for _ in w.values] if w else []
        for output, *row in self.meetings(line):
            self.rows[output].append(row)
            if row[4] is not None:
                self.fed[row[4]].append((output, row[5], row[6]))
            if row[5] >= 0 and row[4] is not None:
                self.touched[row[5]].append(row[4])

    def meetings(self, line):
        """All terms and ghosts of all outputs, in reading order."""
        t, grid, n = self.trace, self.x.grid, self.x.grid.spatial
        sheet = int(np.prod(grid.sides))
        index = np.array(np.unravel_index(t.inp % sheet, grid.sides)).T.reshape(-1, n) * grid.finer
        ghosts = line.ghosts if line else []
        output, weight, channel = (np.r_[a, [g[i] for g in ghosts]].astype(int) for i, a in enumerate((t.out, t.weight, t.inp // sheet)))
        places = np.r_[index, grid.lattice([g[3] for g in ghosts])] if ghosts else index
        inputs = t.inp.tolist() + [None] * len(ghosts)
        coefficients = t.coefficient.tolist() + [1.0] * len(ghosts)
        slices = channel * grid.extent[0] + (places[:, 0] if n == 3 else 0)
        left, top = (a.tolist() for a in grid.corners(channel, places))
        order = np.lexsort((weight, *places.T[::-1], channel, output)).tolist()
        output, weight, channel, slices = (a.tolist() for a in (output, weight, channel, slices))
        return ((output[j], channel[j], slices[j], left[j], top[j], inputs[j], weight[j], coefficients[j]) for j in order)

    def by_output(self, output):
        """The window of one output: cells ringed, each with the weight that it met, and the sum."""
        x, w, rows = self.x, self.w, self.rows[output]
        met, places = {}, {}
        for _, _, left, top, i, k, c in rows:
            met[left, top] = met.get((left, top), 0) + (c * w.values[k] if k >= 0 else c)
            places[left, top] = i
        inset, side = 2, x.side
        lit = "".join(x.box[i] for i in places.values() if i is not None)
        empty = "".join(f"M{a + inset} {b + inset}h{side}v{side}h-{side}z" for (a, b), i in places.items() if i is None)
        parts = [path("l", lit), path("g", empty), self.spans(rows), self.used(row[5] for row in rows)]
        parts += [path("r", self.y.box[output]), self.badges([(*at, self.badge(c)) for at, c in met.items()])]
        parts += [path("r", self.matrix.row(output))] if self.matrix else []
        parts.append(self.points(rows))
        return "".join(parts) + self.lines(self.both_sums(output))

    def by_input(self, i, with_sum=True):
        """All outputs that one input feeds, each with the weight that carries it there."""
        x, w, y = self.x, self.w, self.y
        arrived = {}
        for output, k, c in self.fed[i]:
            arrived[output] = arrived.get(output, 0) + (c * w.values[k] if k >= 0 else c)
        badges = self.badges([(y.left[o], y.top[o], self.badge(c)) for o, c in arrived.items()])
        parts = path("r", "".join(y.box[o] for o in arrived)) + badges
        parts += path("l", self.matrix.column(i)) if self.matrix else ""
        if not with_sum:
            return parts
        kernel = self.used(k for _, k, _ in self.fed[i])
        if self.trace.kind not in ("products", "sums"):
            can = f"{mark('x', x.numbers[i])} can move {mark('y', str(len(arrived)))} output{'s' * (len(arrived) != 1)}"
            return path("l", x.box[i]) + parts + self.lines([can])
        pieces = [product(x.values[i], c if w else None, 1 if w else c, True)[0] for c in list(arrived.values())[:9] if c == c]
        text = ", ".join(pieces) + (", …" if len(arrived) > 9 else "")
        ending = f" added to {mark('y', str(len(arrived)))} output{'s' * (len(arrived) != 1)}"
        return path("l", x.box[i]) + parts + kernel + self.lines([(text or mark("x", x.numbers[i])) + ending])

    def by_weight(self, k):
        """All inputs that one weight touches."""
        half, left, top = self.x.grid.pitch // 2, self.x.left, self.x.top
        squares = "".join(f"M{left[i] + half} {top[i] + half}h0" for i in sorted(set(self.touched[k])))
        return f'<path class="touch" stroke-width="{self.x.side - 1}" d="{squares}"/>'

    def by_entry(self, output, i, weights):
        """The input, the weights and the output that one entry of the matrix connects."""
        return path("l", self.x.box[i]) + self.used(weights) + path("r", self.y.box[output] + self.matrix.box((output, i)))

    def never(self, unread=()):
        """Crosses over the inputs that no output reads, and over the corners of padding given here."""
        corners = [(self.x.left[i], self.x.top[i]) for i, fed in enumerate(self.fed) if not fed] + list(unread)
        return path("never", "".join(f"M{a + 4} {b + 4}l{s} {s}m0 -{s}l-{s} {s}" for a, b in corners for s in (self.x.grid.pitch - 8,)))

    def points(self, rows):
        """Dots where a weight reads between cells: the centre of what it met, which is where a bilinear sample was taken."""
        found, pitch = {}, self.x.grid.pitch
        for _, _, left, top, i, k, c in rows if self.trace.kind == "products" else ():
            if i is not None:
                found.setdefault(k, []).append((left, top, c))
        near = [np.array(met) for met in found.values() if len(met) > 1]
        near = [met for met in near if (met[:, 2] > 0).all() and (np.ptp(met[:, :2], axis=0) <= pitch).all()]
        centres = [met[:, 2] @ met[:, :2] / met[:, 2].sum() + pitch / 2 for met in near]
        return path("dot", "".join(f"M{x:.1f} {y:.1f}h0" for x, y in centres))

    def used(self, weights):
        """Rings around the weights in use, where others stand beside them that are not."""
        weights = sorted({k for k in weights if k >= 0})
        return path("m", "".join(self.w.box[k] for k in weights)) if self.w and len(weights) < len(self.w.box) else ""

    def badge(self, coefficient):
        if self.trace.kind == "picks":
            return "✓" if coefficient == 1 else ""
        return short(coefficient) if coefficient == coefficient else ""

    def badges(self, badges):
        """Round strokes with a number in each: a path and a text for all of a step."""
        badges = [b for b in badges if b[2]]
        if self.bare or not badges:
            return ""
        strokes, characters, pitch = [], [], self.x.grid.pitch
        for left, top, text in badges:
            across = 8 * len(text) - 8
            start = left + pitch - 7 - across
            strokes.append(f"M{start} {top + 8}h{across}")
            characters += [(start + 8 * i, top + 13, c) for i, c in enumerate(text)]
        x, y, text = zip(*characters)
        last_row = sum(1 for _ in takewhile(y[-1].__eq__, reversed(y)))
        y = y[: len(y) - last_row + 1]  # what is not said stays as it was
        x, y = (" ".join(map(str, places)) for places in (x, y))
        return path("b", "".join(strokes)) + f'<text class="n" x="{x}" y="{y}">{"".join(text)}</text>'

    def spans(self, rows):
        """A dashed outline around each sheet's part of the window, where that has holes."""
        pitch, outlines = self.x.grid.pitch, ""
        for _, group in groupby(rows, key=lambda row: row[1]):
            corners = {(row[2], row[3]) for row in group}
            lefts, tops = zip(*corners)
            wide, high = max(lefts) - min(lefts) + pitch, max(tops) - min(tops) + pitch
            if wide * high > len(corners) * pitch**2:
                outlines += f"M{min(lefts) - 2} {min(tops) - 2}h{wide + 4}v{high + 4}h-{wide + 4}z"
        return path("span", outlines)

    def both_sums(self, output):
        if not self.against:
            return self.sum(output)
        return [line for s in (self, self.against) for line in [f"{escape(s.trace.name)}: {s.sum(output)[0]}", *s.sum(output)[1:]]]

    def sum(self, output):
        t, x, w, rows, result = self.trace, self.x, self.w, self.rows[output], self.y.values[output]
        if t.kind in ("products", "sums"):
            value = lambda i: 0.0 if i is None else x.values[i]  # noqa: E731
            terms = [(row[0], value(row[4]), w.values[row[5]] if row[5] >= 0 else None, row[6]) for row in rows]
            return sum_lines(terms, self.offset[output], result, self.room)
        seen = [x.numbers[row[4]] for row in rows]
        if t.kind == "picks":
            return [f"{mark('y', self.y.numbers[output])} is picked from {mark('x', ', '.join(seen[:24]))}{', …' * (len(seen) > 24)}"]
        inputs = f"{mark('x', str(len(seen)))} input{'s' * (len(seen) != 1)}"
        return [f"{mark('y', self.y.numbers[output])} depends on {inputs}", "and is no weighted sum of them"]

    def lines(self, lines, at=24):
        self.most_lines = max(self.most_lines, len(lines))
        if self.bare:  # colours would double the size of a picture with hundreds of steps
            lines = [re.sub("<[^>]+>", "", line) for line in lines]
        return "".join(f'<text class="t" x="{at}" y="{self.foot + i * LEADING}">{line}</text>' for i, line in enumerate(lines))


def path(role, d):
    return f'<path class="{role}" d="{d}"/>' if d else ""
