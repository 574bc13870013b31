"""A matplotlib figure that stands beside a stage and follows the controls."""

import asyncio
import contextlib
import io

import ipywidgets as widgets

from .complaint import said

DPI = 96


class Beside:
    """`image` shows what `draw(**values)` returns. While it draws, newer values replace older ones: no queue builds up.

    stage: says what `draw` raises, and what each figure shows in words.
    """

    def __init__(self, draw, stage):
        self.draw, self.stage, self.values, self.waiting = draw, stage, None, False
        self.image = widgets.Image(format="png")

    def ask(self, values):
        """Draw these values: the first ones at once, later ones when the events that are waiting have been handled."""
        first, known, self.values = self.values is None, values == self.values, values
        with contextlib.suppress(RuntimeError):  # no loop runs outside a notebook
            loop = asyncio.get_running_loop()
            if not (first or known or self.waiting):
                self.waiting = True
                loop.call_later(0.02, self.render)
            if not first:
                return
        if not known:
            self.render()

    def render(self):
        self.waiting = False
        try:
            figure, file = self.draw(**self.values), io.BytesIO()
            figure.savefig(file, format="png", dpi=DPI)
        except Exception as error:  # a function of the page may raise anything
            return self.stage.complain(said(error))
        width, height = figure.get_size_inches() * DPI
        self.image.layout.width, self.image.layout.height = f"{width:.0f}px", f"{height:.0f}px"
        self.image.value, self.stage.figure = file.getvalue(), words(figure)

    def shown(self):
        """The figure for the latest values as a PNG, and what it shows in words."""
        if self.waiting:
            self.render()
        return {"figure": self.image.value, "alt": self.stage.figure}


def words(figure):
    """What stands on a figure, for people who do not see it: titles, axes, and the names of what is drawn."""
    parts = [figure.get_suptitle()]
    for axes in figure.axes:
        named = [text for text in axes.get_legend_handles_labels()[1] if text]
        labels = [f"{way}: {text}" for way, text in (("x", axes.get_xlabel()), ("y", axes.get_ylabel())) if text]
        parts.append(", ".join(filter(None, [axes.get_title(), *labels, *named])))
    said = "; ".join(" ".join(part.split()) for part in parts if part.strip())
    return f"Figure: {said}" if said else f"Figure with {len(figure.axes)} plot{'s' * (len(figure.axes) != 1)}"
