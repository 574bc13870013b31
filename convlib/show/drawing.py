"""The page of a picture: where each grid stands, its cells and labels. Steps are put in by steps.py."""

from html import escape

import numpy as np

from .connections import Connections
from .layout import Grid
from .line import fit_line, spatial_axes
from .style import CSS, LETTER, width
from .text import number, short, size

NUMBERS = 400  # cells that still show their number
MARGIN, HEAD, FOOT, BETWEEN, CAPTION, NARROW = 24, 56, 46, 56, 20, 460


class Page:
    """Named arrays as grids: left to right on one centre line, or one below the other where they are strips.

    line: what the line through their meetings tells; signs: what stands between the grids; frame: padding around the
    input that is drawn even where nothing reads it; matrix: a trace whose matrix stands below.
    """

    called = {"x": "input", "w": "kernel", "y": "output"}

    def __init__(self, arrays, spatial=2, line=None, order="output", signs=(), frame=(), matrix=None):
        self.arrays = {name: np.atleast_1d(a) for name, a in arrays.items()}
        self.spatial, self.line, self.order, self.signs = spatial, line, order, signs
        self.padded = "z" if order == "both" else "x"  # the grid with padding and inserted zeros
        places = [g[3] for g in line.ghosts] if line and order != "input" else []
        around = {self.padded: (np.array(places), frame if order != "input" else ())}
        self.grids = {k: Grid(k, a, min(spatial, a.ndim) or 1, *around.get(k, ())) for k, a in self.arrays.items()}
        pitch, self.bare = self.pitch()
        for grid in self.grids.values():
            grid.pitch = pitch
        self.names, self.notes = {k: self.called.get(k, k) for k in arrays}, self.small_print()
        (self.place_strips if spatial == 1 else self.place_row)()
        self.matrix = self.place_matrix(matrix) if matrix else None
        self.room = self.width - 2 * MARGIN

    @classmethod
    def of(cls, trace, order, frame=(), matrix=False):
        arrays = {k: a for k, a in {"x": trace.x, "w": trace.w, "y": trace.value}.items() if a is not None}
        line = fit_line(trace, frame)
        return cls(arrays, spatial_axes(trace), line, order, signs_between(trace, line, order), frame, trace if matrix else None)

    def pitch(self):
        """The side of a cell in pixels, and whether numbers give way to a tint."""
        grids = self.grids.values()
        across = sum(g.across * g.extent[0] * g.extent[2] for g in grids)
        down = max(g.down * g.extent[1] for g in grids)
        if sum(g.cells for g in grids) > NUMBERS:
            return max(6, min(20, 1000 // across, 640 // down)), True
        longest = max((len(short(v)) for v in self.arrays.get("w", np.zeros(0)).ravel()), default=1)
        if longest > 3:  # wide enough for a badge of five characters
            return 56, False
        return (44 if down <= 18 and across <= 26 else 40), False

    def small_print(self):
        """Beside each name: the size, and what the line tells of padding, dilation, flip and stride."""
        notes, line = {k: size(a.shape, self.spatial) for k, a in self.arrays.items()}, self.line
        if line:
            grid = self.grids[self.padded]
            sides = list(zip((-grid.low).tolist(), (grid.high - (np.array(grid.sides) - 1) * grid.finer).tolist()))
            padding = dict.fromkeys(str(before) if before == after else f"{before}+{after}" for before, after in sides)
            notes[self.padded] += f", padding {'×'.join(padding)}" * any(map(any, sides))
            notes[self.padded] += f", {max(grid.finer) - 1} zero{'s' * int(max(grid.finer) > 2)} between" * int(max(grid.finer) > 1)
            rate, stride = np.abs(line.dilation).max(), line.step.max()
            notes["w"] += f", dilation {number(rate)}" * int(rate > 1) + f", {line.flips}" * bool(line.flips and self.order == "output")
            notes["y"] += f", stride {number(stride)}" * int(stride > 1)
        return notes

    def column(self, key):
        return max(self.grids[key].size[0], width(self.notes[key], 14), width(self.names[key], 16))

    def caption(self, grid):
        return CAPTION if grid.many else 0

    def place_row(self):
        grids, left = self.grids, MARGIN
        tall = max(g.size[1] + self.caption(g) for g in grids.values())
        middles = []
        for key, grid in grids.items():
            grid.left = left
            grid.top = round(HEAD + (tall - grid.size[1] + self.caption(grid)) / 2)
            left = round(left + self.column(key) + BETWEEN)
            middles.append((left - BETWEEN / 2 - (self.column(key) - grid.size[0]) / 2, HEAD + tall / 2 + 9))
        self.signs = [(*middle, sign) for middle, sign in zip(middles, self.signs)]
        self.width = max(NARROW, left - BETWEEN + MARGIN)
        self.foot = round(HEAD + tall + FOOT)

    def place_strips(self):
        """An output stands below the middle of its window where the stride is one."""
        self.signs, top = [], 0  # between strips, one below the other, there is no room for signs
        for grid in self.grids.values():
            grid.left, grid.top = MARGIN, top + HEAD + self.caption(grid)
            top = grid.top + grid.size[1]
        line = self.line
        if line and line.step[0] == 1 and not (self.grids["x"].finer > 1).any():
            x, y = self.grids["x"], self.grids["y"]
            taps = self.grids["w"].sides[0]
            y.left = round(MARGIN + x.pitch * max(0, line.start[0] + line.dilation[0] * (taps - 1) / 2 - x.low[0]))
        self.width = round(max(NARROW, *(g.left + self.column(k) + MARGIN for k, g in self.grids.items())))
        self.foot = round(top + FOOT)

    def place_matrix(self, trace):
        x = self.grids["x"]
        left = round(x.left - x.low[0] * x.pitch) if self.spatial == 1 and not x.many else MARGIN  # columns below their inputs
        matrix = Connections(trace, left, self.foot - FOOT + HEAD)
        self.width = max(self.width, left + matrix.size[0] + MARGIN)
        self.foot = matrix.grid.top + matrix.size[1] + FOOT
        return matrix

    def background(self):
        """All that is no cell of an array: labels, sheets, padding, signs."""
        parts = [self.matrix.background()] if self.matrix else []
        for key, grid in self.grids.items():
            top, left = grid.top - self.caption(grid), round(grid.left)
            parts.append(f'<text class="h" x="{left}" y="{top - 30}">{escape(self.names[key])}</text>')
            parts.append(f'<text class="s" x="{left}" y="{top - 11}">{self.notes[key]}</text>')
            for label, (a, b, wide, high) in zip(self.sheet_labels(key), grid.sheets() if grid.many else ()):
                parts.append(f'<rect class="card" x="{a - 5:g}" y="{b - 5:g}" width="{wide + 10}" height="{high + 10}" rx="8"/>')
                parts.append(f'<text class="s f12" x="{a:g}" y="{b - 9:g}">{label}</text>')
        parts += [f'<text class="op" x="{x:g}" y="{y:g}">{sign}</text>' for x, y, sign in self.signs if sign]
        return "".join(parts) + self.padding()

    def padding(self):
        grid = self.grids.get(self.padded)
        places = grid.ghost_places() if grid else ()
        if not len(places):
            return ""
        side = grid.pitch - 4
        channels = int(np.prod(grid.lead))
        corners = list(zip(*(c.tolist() for c in grid.corners(np.repeat(range(channels), len(places)), np.tile(places, (channels, 1))))))
        boxes = "".join(f"M{a + 2} {b + 2}h{side}v{side}h-{side}z" for a, b in corners)
        half = grid.pitch // 2
        zeros = "" if self.bare else "".join(f'<tspan x="{a + half}" y="{b + half + 9}">0</tspan>' for a, b in corners)
        return f'<path class="ghost" d="{boxes}"/>' + (f'<text class="soft">{zeros}</text>' if zeros else "")

    def unread(self):
        """The corners of declared padding that no output reads."""
        grid = self.grids[self.padded]
        if not len(grid.frame) or not self.line or not self.line.all_told:
            return []
        read = {tuple(place) for place in grid.lattice([g[3] for g in self.line.ghosts]).tolist()}
        places = [place for place in grid.ghost_places().tolist() if tuple(place) not in read]
        channels = int(np.prod(grid.lead))
        return list(zip(*(c.tolist() for c in grid.corners(np.repeat(range(channels), len(places)), places * channels))))

    def sheet_labels(self, key):
        """What tells a grid's sheets apart, in the order of Grid.sheets."""
        grid = self.grids[key]
        down, across = (self.line.sheets if self.line else ("out", "in")) if key == "w" else ("channel", "batch")
        for d in range(grid.down):
            for a in range(grid.across):
                label = [f"{down} {d}"] * (grid.down > 1) + [f"{across} {a}"] * (grid.across > 1)
                for z in range(grid.extent[0]):
                    slices = [f"slice {z + grid.low[0]}"] * (grid.extent[0] > 1)
                    full = ", ".join(label + slices)
                    yield full if width(full, 12) <= grid.sheet[0] + 10 else ", ".join(slices if z or not label else label)

    def cells(self, key, cells):
        """The body and the number of every cell of a grid, with its address: [(body, number), ...] as SVG."""
        array, grid = self.arrays[key], self.grids[key]
        flat, side, half = array.ravel(), cells.side, grid.pitch // 2
        finite = np.abs(np.where(np.isfinite(flat), flat, 0))
        tint = (finite / max(finite.max(initial=0), 1e-300)).round(2)
        opacity = (0.06 + 0.55 * tint if self.bare else (0.12 if key == "w" else 0.04) + 0.13 * tint).round(2).tolist()
        longest = max(map(len, cells.numbers), default=1)
        fits = (grid.pitch - 5) / (longest * LETTER)
        small = "" if fits >= 17 else f' class="f{next((s for s in (14, 12, 10) if s <= fits), 10)}"'
        addresses = ["-".join(map(str, (escape(key), *index))) for index in np.ndindex(array.shape)]
        for x, y, text, value, alpha, address in zip(cells.left, cells.top, cells.numbers, cells.values, opacity, addresses):
            role = ("neg" if value < 0 else "pos") if self.bare else "wc" if key == "w" else "c"
            shade = f' style="fill-opacity:{alpha:g}"' if value or self.bare else ""
            body = f'<rect class="{role}" x="{x + 2}" y="{y + 2}" width="{side}" height="{side}" rx="{min(5, side // 4)}"{shade}/>'
            yield address, body, "" if self.bare else f'<text{small} x="{x + half}" y="{y + half + 9}">{text}</text>'


def signs_between(trace, line, order):
    """A star for sliding the kernel as it is, an asterisk for sliding it flipped, as the two operations are written."""
    if trace.w is None:
        return ["→"]
    if order == "input":
        return ["×", "→"]
    slides_flipped = line and line.flipped and (line.dilation <= -1).any()
    return ["∗" if slides_flipped else "★", "="] if trace.kind == "products" else ["", "→"]


def wrap(inner, width, height, step, label):
    """The root of every picture."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" class="convlib" data-step="{step}" role="group" aria-label="{label}" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"><style>{CSS}</style>{inner}</svg>')  # fmt: skip
