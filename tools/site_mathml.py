"""A Sphinx extension: mathematics as MathML, which browsers typeset and screen readers read, without a script."""

import re

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

# What the converter or most fonts leave undone; the style sheet knows the classes.
MENDED = (
    (re.compile(r"<mo[^>]*>&#x0?23DF;</mo>"), '<mspace class="brace"/>'),  # few fonts can stretch it: a border can
    (re.compile(r"<mo([^>]*)>(&#x0?22(?:11|0F);)</mo>"), r'<mo\1 largeop="false" class="large">\2</mo>'),  # nor enlarge a sum
    (re.compile(r"<mi>(exp|log|cos)</mi>"), r'<mi>\1</mi><mspace width="0.17em"/>'),
)


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mathml(latex, display):
    math = convert(re.sub(r"(begin|end)\{aligned\}", r"\1{align*}", latex), display=display)
    for what, better in MENDED:
        math = what.sub(better, math)
    return math


def inline(writer, node):
    writer.body.append(mathml(node.astext(), "inline"))
    raise SkipNode


def block(writer, node):
    writer.body.append(f'<div class="math-block">{mathml(node.astext(), "block")}</div>')
    raise SkipNode
