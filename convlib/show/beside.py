"""A matplotlib figure that stands beside a stage and follows the controls."""

import asyncio
import contextlib
import io

import ipywidgets as widgets

DPI = 96


class Beside:
    """`image` shows what `draw(**values)` returns. While it draws, newer values replace older ones: no queue builds up."""

    def __init__(self, draw, complain):
        self.draw, self.complain, self.values, self.waiting = draw, complain, None, False
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
            return self.complain(error)
        width, height = figure.get_size_inches() * DPI
        self.image.layout.width, self.image.layout.height = f"{width:.0f}px", f"{height:.0f}px"
        self.image.value = file.getvalue()
