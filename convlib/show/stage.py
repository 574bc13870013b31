"""The stage: shows one SVG string in the notebook and lights one step of it, without asking the kernel."""

import anywidget
import traitlets

from . import living
from .export import png
from .script import PROGRAM, read
from .shown import hold


class Stage(anywidget.AnyWidget):
    """One picture. `step` of `steps` is lit; while `playing`, `tick` counts up to `ticks`, one each `interval` milliseconds."""

    # its text, not its path: of a path, anywidget follows the changes, and keeps every stage in memory for that
    _esm, _css = PROGRAM, read("player.css")
    svg = traitlets.Unicode("<svg></svg>").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    steps = traitlets.Int(1).tag(sync=True)
    columns = traitlets.Int(1).tag(sync=True)
    tick = traitlets.Int(0).tag(sync=True)
    ticks = traitlets.Int(1).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    interval = traitlets.Int(500).tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)
    code = traitlets.Unicode("").tag(sync=True)
    editable = traitlets.Bool(False).tag(sync=True)
    figure = traitlets.Unicode("").tag(sync=True)  # what the figure beside shows, in words

    @classmethod
    def of(cls, picture):
        stage = cls(svg=picture.svg, steps=picture.steps, step=picture.step, columns=picture.columns)
        stage.picture = picture
        return stage

    def show(self, picture, code="", message=""):
        """Take a new picture; svg, steps and the step that is still possible go out together."""
        with self.hold_sync():
            self.svg, self.steps, self.columns, self.step = picture.svg, picture.steps, picture.columns, picture.step
            self.code, self.message, self.stale = code, message, False

    def complain(self, message):
        """Say why there is no picture for these values; the last one stays, dimmed."""
        with self.hold_sync():
            self.message, self.stale = message, True


def bundle(widget, picture):
    """What a notebook keeps of a widget: its view, a still that can be read without it, and one line of text."""
    try:
        if living.chosen():
            return {"text/html": living.of(widget, picture), "text/plain": repr(picture)}
    except ValueError as error:
        return {"text/plain": str(error)}
    hold(widget)
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view, "image/png": png(picture.svg, picture.step), "text/plain": repr(picture)}
