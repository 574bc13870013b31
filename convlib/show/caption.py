"""The lines of text below a picture: a remark, and a caption, which may say something else at each step."""

import re
import textwrap
from html import escape

from .steps import LEADING


def write(inner, remark, caption, room, foot):
    """The SVG with its text below, and its height. caption: a text, or a function of the step that returns one."""
    said = lines_of(remark, room, 8)
    inner += svg_of(said, "said", foot)
    foot += LEADING * len(said)
    if not callable(caption):
        lines = lines_of(caption, room, 9)
        return inner + svg_of(lines, "cap", foot), foot + LEADING * len(lines)
    most = 0

    def with_caption(group):
        nonlocal most
        lines = lines_of(caption(int(group[1])), room, 9)
        most = max(most, len(lines))
        return group[0] + svg_of(lines, "cap", foot)

    inner = re.sub(r'<g class="step(?: on)?" data-step="(\d+)">', with_caption, inner)
    return inner, foot + LEADING * most


def lines_of(text, room, letter):
    """Lines no wider than `room` pixels, where a letter takes so many on average."""
    return [line for part in str(text).splitlines() for line in textwrap.wrap(part, int(room / letter)) or [""]]


def svg_of(lines, role, foot):
    return "".join(f'<text class="{role}" x="24" y="{foot + i * LEADING}">{escape(line)}</text>' for i, line in enumerate(lines))
