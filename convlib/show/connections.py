"""The matrix of a trace: a row for each output, a column for each input, and in it the weights that carry one to the other."""

import numpy as np

from .layout import Grid
from .style import LETTER
from .text import short

LEAST, MOST, WIDE, HIGH = 9, 44, 980, 560  # pixels: the sides of an entry, the room for a matrix
KINDS = ("products", "sums")


class Connections:
    """Entries, placed below the other grids; each knows the input, the weights and the output that it connects.

    Raises ValueError for a trace whose outputs are no weighted sums: it has no matrix.
    """

    def __init__(self, trace, left, top):
        if trace.kind not in KINDS:
            raise ValueError(f"matrix: the outputs of {trace.name} are no weighted sums of its inputs, so it has no matrix")
        self.array = np.zeros((trace.value.size, trace.x.size))
        self.weights = {}  # of each entry
        w = [] if trace.w is None else trace.w.ravel()
        for o, i, k, c in zip(*(a.tolist() for a in (trace.out, trace.inp, trace.weight, trace.coefficient))):
            self.array[o, i] += c if k < 0 else c * w[k]
            self.weights.setdefault((o, i), []).append(k)
        rows, columns = self.array.shape
        pitch = max(LEAST, min(MOST, WIDE // columns, HIGH // rows))
        self.grid = Grid("C", self.array, 2, pitch=pitch, left=left, top=top)
        self.side, self.size = pitch - 2, (columns * pitch, rows * pitch)
        longest = max(len(short(self.array[entry])) for entry in self.weights) if self.weights else 1
        self.font = next((f for f in (17, 14, 12, 10) if longest * f * LETTER <= pitch - 3), None)

    @property
    def note(self):
        return f"{'×'.join(map(str, self.array.shape))}, {len(self.weights)} of {self.array.size} entries connect"

    def corner(self, entry):
        o, i = entry
        return round(self.grid.left + i * self.grid.pitch), round(self.grid.top + o * self.grid.pitch)

    def box(self, entry):
        left, top = self.corner(entry)
        return f"M{left + 1} {top + 1}h{self.side}v{self.side}h-{self.side}z"

    def row(self, output):
        left, top = self.corner((output, 0))
        return f"M{left - 1} {top - 1}h{self.size[0] + 2}v{self.grid.pitch + 2}h-{self.size[0] + 2}z"

    def column(self, i):
        left, top = self.corner((0, i))
        return f"M{left - 1} {top - 1}h{self.grid.pitch + 2}v{self.size[1] + 2}h-{self.grid.pitch + 2}z"

    def background(self):
        """Its name, and the lines between all entries."""
        left, top, pitch, (wide, high) = round(self.grid.left), round(self.grid.top), self.grid.pitch, self.size
        across = "".join(f"M{left} {top + o * pitch}h{wide}" for o in range(self.array.shape[0] + 1))
        down = "".join(f"M{left + i * pitch} {top}v{high}" for i in range(self.array.shape[1] + 1))
        names = f'<text class="h" x="{left}" y="{top - 30}">matrix</text><text class="s" x="{left}" y="{top - 11}">{self.note}</text>'
        return f'{names}<path class="rule" d="{across}{down}"/>'

    def entries(self, lit):
        """Each entry with its number, and with what it lights when the mouse points at it: lit(output, input, weights)."""
        most, half = max(abs(self.array).max(initial=0), 1e-300), self.grid.pitch // 2
        for (o, i), weights in sorted(self.weights.items()):
            (left, top), value = self.corner((o, i)), self.array[o, i]
            strength = 0.12 + (0.13 if self.font else 0.7) * abs(value) / most
            role = "wc" if self.font or value >= 0 else "pos"
            size = f'width="{self.side}" height="{self.side}"'
            body = f'<rect class="{role}" x="{left + 1}" y="{top + 1}" {size} style="fill-opacity:{strength:.2g}"/>'
            small = "" if self.font == 17 else f' class="f{self.font}"'
            text = f'<text{small} x="{left + half}" y="{top + half + (self.font + 1) // 3}">{short(value)}</text>' if self.font else ""
            yield f'<g class="k"><g data-cell="C-{o}-{i}">{body}{text}</g><g class="feeds">{lit(o, i, weights)}</g></g>'
