"""Where the layers of a stack stand: strips above each other, the input lowest, or grids side by side, the input leftmost."""

import numpy as np

from .layout import Grid
from .reach import outside
from .style import LETTER, width
from .text import mark, short, size

NUMBERS, BARS, WIDE = 400, 900, 120  # cells that still show their number; that still are cells; and beside each other
AXES = ("slices", "rows", "columns")
MARGIN, HEAD, BETWEEN, NARROW = 24, 56, 56, 700


class Strip:
    """One layer in one dimension: each cell over the middle of what it reads; channels below one another."""

    def __init__(self, name, array, place, unit, side, bar):
        self.name, self.array, self.bar = name, array, bar
        self.start, self.jump = float(place[0][0]), float(place[1][0])
        self.side, self.tall = (self.jump * unit, 14) if bar else (side, side)
        self.cells, self.unit, self.left, self.top = array.shape[-1] if array.ndim else 1, unit, 0, 0
        self.channels = max(1, array.size // max(1, self.cells))
        self.size = 0, self.channels * (self.tall + 4)

    def corners(self, channels, places):
        left = self.left + (self.start + self.jump * np.asarray(places, float).ravel()) * self.unit
        left = left + (self.unit - self.side - 4) / 2
        return left.round(1), self.top + np.asarray(channels) * (self.tall + 4)

    def all_corners(self):
        return self.corners(np.repeat(range(self.channels), self.cells), np.tile(np.arange(self.cells), self.channels))

    @property
    def apart(self):
        """How far the next cell is, where it stands beside this one or cells are bars."""
        return self.jump * self.unit if self.bar or self.jump * self.unit < self.side + 6 else 0


class Sheets(Grid):
    """One layer in two dimensions."""

    bar = False

    @property
    def side(self):
        return self.pitch - 4

    tall = side

    @property
    def apart(self):
        return self.pitch


class Stack:
    """A placed ChainTrace: rows[0] is the input."""

    def __init__(self, trace):
        self.trace, n = trace, trace.spatial
        self.arrays = [np.atleast_1d(a) for a in trace.arrays]
        self.arrays = self.arrays if n else [a.ravel() for a in self.arrays]
        self.keys = ["x", *(f"y{i}" for i in range(1, len(trace.layers))), "y"]
        self.padding = [[], *(self.outside(i) for i in range(1, len(self.arrays)))]
        every = [sorted({at for places in cells for at in places}) for cells in self.padding[1:]]
        self.ghosts = [np.array(places, float).reshape(-1, max(1, n)) for places in [*every, ()]]
        self.names = ["input", *(label(i, t, len(trace.layers)) for i, t in enumerate(trace.layers, 1))]
        self.notes = [note(a, n, trace.lines[i], i) for i, a in enumerate(self.arrays)]
        count = sum(a.size for a in self.arrays)
        self.bare = count > NUMBERS
        (self.place_strips if n < 2 else self.place_grids)(count)

    def outside(self, layer):
        """For each cell of a layer, the places outside the layer below that it reads."""
        t, n = self.trace, self.trace.spatial
        below, here = (a.shape[-n:] for a in t.arrays[layer - 1 : layer + 1])
        places = outside(t.readings[layer - 1], here, below)
        return places * (t.arrays[layer].size // max(1, len(places)))

    def place_strips(self, count):
        stands, ghosts = self.trace.places, self.ghosts
        ends = []
        for array, (start, jump), beyond in zip(self.arrays, stands, ghosts):
            start, jump = start[0], jump[0]
            places = np.r_[0, array.shape[-1] - 1, beyond.ravel()]
            ends += [start + jump * places.min(), start + jump * places.max()]
        low, high = min(ends), max(ends) + 1
        finest = min(jump[0] for _, jump in stands)
        bar = count > BARS or high - low > WIDE
        unit = 1000 / (high - low) if bar else int(min(40, max(10 / finest, 1040 / (high - low))))
        side = unit * finest if bar else int(unit * finest) - 4
        self.bare = self.bare or side < 20
        self.rows = [Strip(k, a, stand, unit, side, bar) for k, a, stand in zip(self.keys, self.arrays, stands)]
        column = max(width(t, s) for s, texts in ((16, self.names), (14, self.notes)) for t in texts) + 20
        top, gap = 20, 8 if bar else 34 if len(self.rows) < 8 else 22
        for row in self.rows[::-1]:
            row.left, row.top = MARGIN + column - low * unit, top
            top += max(row.size[1], 36) + gap
        self.labels = [(MARGIN, row.top + row.size[1] / 2 - 4) for row in self.rows]
        self.width = round(max(NARROW, MARGIN + column + (high - low) * unit + MARGIN))
        self.foot = round(top + 8)

    def place_grids(self, count):
        n = self.trace.spatial
        placed = zip(self.keys, self.arrays, self.ghosts)
        self.rows = [Sheets(k, a, min(n, a.ndim), g if a.ndim >= n else np.zeros((0, 0))) for k, a, g in placed]
        across = sum(r.across * r.extent[0] * r.extent[2] for r in self.rows)
        pitch = max(8, min(40, 1100 // across, 640 // max(r.down * r.extent[1] for r in self.rows)))
        self.bare = self.bare or pitch < 26
        left, tall = MARGIN, 0
        for row in self.rows:
            row.pitch = pitch
            tall = max(tall, row.size[1])
        self.labels = []
        for row, title, small in zip(self.rows, self.names, self.notes):
            row.left, row.top = left, round(HEAD + (tall - row.size[1]) / 2)
            self.labels.append((left, row.top - 26))
            left = round(left + max(row.size[0], width(title, 16), width(small, 14)) + BETWEEN / 2)
        self.width, self.foot = round(max(NARROW, left)), round(HEAD + tall + 40)


def label(i, trace, last):
    title = "output" if i == last else f"layer {i}"
    return title if trace.name == "lambda" else f"{title}: {trace.name}"


def note(array, spatial, line, layer):
    """The size of a layer, and what its line tells: its field and its jump in input cells."""
    text = size(array.shape, spatial) + f" cell{'s' * (array.size != 1)}" * (spatial < 2)
    if not line or not layer:
        return text
    start, jump, field = line
    return f"{text} · field {short_axes(field)} · jump {short_axes(np.unique(jump))}"


def short_axes(values):
    return "×".join(short(float(v)) for v in values)


def text_class(texts, pitch):
    """The class of a size at which numbers fit into a cell, None where none does."""
    fits = (pitch - 3) / (max(map(len, texts), default=1) * LETTER)
    return "" if fits >= 17 else next((f' class="f{s}"' for s in (14, 12, 10) if s <= fits), None)


def says(trace, layer, cell, down, up, padded):
    """One sentence: what a cell sees, down to the input, and what it feeds, up to the output."""
    last = len(trace.layers)
    who, said = "output" if layer == last else f"cell of layer {layer}" if layer else "input", []
    if down and layer:
        said.append(says_seen(trace, trace.reach(layer, 0)[cell]))
        said[0] += f"; on the way {mark('x', str(padded))} cell{'s' * (padded != 1)} of padding" if padded else ""
    if up:
        fed, whole = int(trace.reach(last, layer)[:, cell].sum()), trace.value.size
        said.append(f"feeds {mark('y', str(fed))} of the {whole} output{'s' * (whole != 1)}")
    return f"this {who} " + ", and ".join(said)


def says_seen(trace, mask):
    """sees 15 of the 17 inputs from 3 to 19"""
    shape, n = trace.x.shape, trace.spatial
    if not n:
        return f"sees {mark('x', str(int(mask.sum())))} of the {mask.size} input{'s' * (mask.size != 1)}"
    places = np.atleast_1d(mask.reshape(-1, *shape[len(shape) - n :]).any(axis=0))
    if not places.any():
        return "sees no input"
    ends = [(int(at.min()), int(at.max())) for at in np.nonzero(places)]
    whole = int(np.prod([high - low + 1 for low, high in ends]))
    word = ("input" if places.size == mask.size else "place") + "s" * (whole != 1)
    names = AXES[-n:] if n > 1 else ("",)
    if whole == 1:
        return f"sees {mark('x', '1')} {word}, at " + ", ".join(f"{name[:-1]} {low}".strip() for name, (low, _) in zip(names, ends))
    where = ", ".join(f"{name} {low} to {high}".strip() for name, (low, high) in zip(names, ends))
    return f"sees {mark('x', str(int(places.sum())))} of the {whole} {word} {'in' if n > 1 else 'from'} {where}"
