"""A picture on a page without a kernel: the SVG itself, Play and pointing by its own CSS, and the stage's script for the keyboard.

With CONVLIB_EXPORT=html in the environment, a cell shows its pictures and players in this form, and no widget.
"""

import base64
import os
from functools import cache
from html import escape

from .export import delayed, one_by_one
from .script import PROGRAM, read
from .style import INK, INPUT, SOFT, both

CHOICE, HTML = "CONVLIB_EXPORT", "html"
PLAYING = "#play:checked~.row .picture .all:not(:hover) .step"  # whoever points at a cell wants to see that one
STYLE = f"""
:host{{display:block;font:15px/1.5 system-ui,sans-serif;color:{both(INK)}}}
#play{{width:18px;height:18px;margin:0 7px 0 24px;vertical-align:-3px;accent-color:{both(INPUT)}}}
#play:focus-visible{{outline:2px solid {both(INPUT)};outline-offset:2px}}
.row{{display:flex;flex-wrap:wrap;align-items:flex-start}}
.row>div{{flex:1 1 0;min-width:min(100%,var(--least));max-width:100%}}
.picture{{overflow-x:auto;padding:2px;box-sizing:border-box}}
svg,img{{max-width:100%;height:auto}}
code{{font:14px 'DejaVu Sans Mono',Menlo,Consolas,monospace;overflow-wrap:anywhere}}
.code,.values{{margin:2px 0 2px 24px;color:{both(SOFT)}}}
.message{{margin:4px 14px;padding:8px 12px;border-left:4px solid;white-space:pre-wrap}}
"""


def chosen():
    """Whether cells show living HTML. Raises ValueError for a choice that there is not."""
    choice = os.environ.get(CHOICE, "")
    if choice not in ("", HTML):
        raise ValueError(f"{CHOICE} is {choice!r}, and the only value that it takes is {HTML!r}")
    return choice == HTML


@cache
def program():
    """The stage's script and what runs it without a kernel, as one classic script: a page opened as a file loads no modules."""
    return "(() => {\n" + PROGRAM.replace("export default { initialize, render };\n", "") + read("living.js") + "})();\n"


@cache
def script():
    """The program as it stands behind each picture; a page that loads it once can do without."""
    return f"<script>{program()}</script>"


def html(picture, *, code="", message="", values=(), figure=b"", alt=""):
    """The picture, what computes it, and the figure beside it, in a shadow root: its CSS reaches nothing else.

    message: stands in place of all of these. values: of the controls, (name, text) each.
    """
    shown = ", ".join(f"{name} = {value}" for name, value in values)
    below = f'<p class="values">Shown for {escape(shown)}.</p>' if shown else ""
    style = STYLE
    if message:
        above, inside = "", f'<p class="message" role="note">{escape(message)}</p>'
    else:
        style += one_by_one(PLAYING, picture.steps)
        above = '<input type="checkbox" id="play"><label for="play">Play</label>' if picture.steps > 1 else ""
        line = f'<div class="code"><code>{escape(code)}</code></div>' if code else ""
        beside = f'<img src="data:image/png;base64,{base64.b64encode(figure).decode()}" alt="{escape(alt)}">' if figure else ""
        least = 0.66 * picture.width  # it shrinks no further: a figure moves below it, and at last it scrolls
        svg = delayed(picture.svg, picture.steps).replace("<svg ", f'<svg style="min-width:{least:.0f}px" ', 1)
        inside = f'<div class="row" style="--least:{least:.0f}px"><div><div class="picture">{svg}</div>{line}</div>{beside}</div>'
    return (f'<div class="convlib-living" data-steps="{picture.steps}" data-columns="{picture.columns}"><template shadowrootmode="open">'
            f"<style>{style}</style>{above}{inside}{below}</template></div>" + script())  # fmt: skip


def of(widget, picture):
    """The same of a stage or a player, as it stands."""
    stage, beside = getattr(widget, "stage", widget), getattr(widget, "beside", None)
    values = [(name, getattr(c, "label", None) or str(c.value)) for name, c in getattr(widget, "controls", {}).items()]
    figure = beside.shown() if beside else {}
    return html(picture, code=stage.code, message=stage.message, values=values, **figure)
