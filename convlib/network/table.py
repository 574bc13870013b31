"""The answer of report: a table as text, as HTML, and a chart of where parameters and MACs go."""

import io
from html import escape

HEADS = ("layer", "kind", "setting", "output", "parameters", "MACs", "field", "jump", "centre", "share")
WORDS = 4  # columns of words, which stand at the left
CHART = 24  # bars at most


class Table:
    """rows: one for each layer; notes: what could not be analysed; parameters and macs: the totals."""

    def __init__(self, name, shape, rows, notes):
        self.name, self.shape, self.rows, self.notes = name, tuple(shape), rows, notes
        self.parameters, self.macs = (sum(getattr(row, key) for row in rows) for key in ("parameters", "macs"))

    def cells(self):
        for row in self.rows:
            fields = row.view.field() if row.view else []
            setting = ", ".join(filter(None, [row.setting, f"largest through {row.path}" if row.path else ""]))
            share = 100 * row.macs / max(self.macs, 1)
            yield (row.name, row.kind, setting, "×".join(map(str, row.output)), f"{row.parameters:,}", f"{row.macs:,}",
                   *(axes([f[i] for f in fields]) for i in range(3)), f"{share:.1f}%")  # fmt: skip
        yield ("total", "", "", "", f"{self.parameters:,}", f"{self.macs:,}", "", "", "", "")

    def __str__(self):
        rows = [HEADS, *self.cells()]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(cell.ljust(wide) if i < WORDS else cell.rjust(wide) for i, (cell, wide) in enumerate(zip(row, widths))).rstrip()
                 for row in rows]  # fmt: skip
        return "\n".join(lines + [f"not analysed: {note}" for note in self.notes])

    __repr__ = __str__

    def _repr_html_(self):
        style = lambda i: f' style="text-align:{"left" if i < WORDS else "right"}"'  # noqa: E731
        line = lambda kind, row: "<tr>" + "".join(f"<{kind}{style(i)}>{escape(c)}</{kind}>" for i, c in enumerate(row)) + "</tr>"  # noqa: E731
        body = "".join(line("td", row) for row in self.cells())
        notes = "".join(f"<p>not analysed: {escape(note)}</p>" for note in self.notes)
        return f"<table><thead>{line('th', HEADS)}</thead><tbody>{body}</tbody></table>{notes}"

    def chart(self):
        """A matplotlib Figure: the share of each layer in parameters and in MACs, the costliest ones."""
        from matplotlib.figure import Figure

        costly = [row for row in self.rows if row.parameters or row.macs]
        share = lambda row: max(row.parameters / max(self.parameters, 1), row.macs / max(self.macs, 1))  # noqa: E731
        kept = sorted(sorted(costly, key=share)[-CHART:], key=costly.index)
        figure = Figure(figsize=(8, 0.9 + 0.26 * max(len(kept), 1)), layout="constrained")
        axes_of = figure.subplots(1, 2, sharey=True)
        for drawn, key, colour, whole in zip(axes_of, ("parameters", "macs"), ("#0072b2", "#d55e00"), (self.parameters, self.macs)):
            drawn.barh([row.name for row in kept], [100 * getattr(row, key) / max(whole, 1) for row in kept], color=colour)
            drawn.set(title=f"{whole:,} {key.replace('macs', 'MACs')}", xlabel="per cent")
        axes_of[0].invert_yaxis()
        return figure

    def _ipython_display_(self):
        from IPython.display import display

        chart, file = self.chart(), io.BytesIO()
        chart.savefig(file, format="png", dpi=100)  # a figure shows itself only where somebody has imported pyplot
        display({"text/plain": str(self), "text/html": self._repr_html_()}, raw=True)
        said = f"chart: the share of each layer in {self.parameters:,} parameters and {self.macs:,} MACs"
        display({"text/plain": said, "image/png": file.getvalue()}, raw=True)


def axes(values):
    """One value, or one for each axis where they differ."""
    texts = [text(value) for value in values]
    return texts[0] if len(set(texts)) == 1 else "×".join(texts)


def text(value):
    if value is None:
        return "–"
    return str(value) if value == int(value) else f"{float(value):g}"
