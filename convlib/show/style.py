"""The one look of all pictures: blue input, vermilion weight, green result, everything else grey."""

import re

# light, dark: Okabe-Ito hues, darkened until text in them reads on white (contrast of 4.9 and more)
INK, SOFT, LINE, PAGE = ("#1d2733", "#e8edf2"), ("#5b6775", "#a3b0bd"), ("#c9d2db", "#46515d"), ("#ffffff", "#15191e")
INPUT, WEIGHT, OUTPUT = ("#0067a3", "#56b4e9"), ("#b84f00", "#f0934a"), ("#007a59", "#35c99b")
NEVER = ("#c2185b", "#ff80ab")

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
LETTER = 0.62  # of the font size: the width of a digit in the widest of these fonts


def both(colour):
    """A colour for light and for dark pages; JupyterLab says which by color-scheme."""
    return f"light-dark({colour[0]},{colour[1]})"


def width(text, size):
    """Pixels that a text takes, on the safe side."""
    return len(text) * LETTER * size


_RULES = f"""
text{{fill:{both(INK)};font-family:{FONT};font-size:17px;text-anchor:middle}}
text{{font-variant-numeric:tabular-nums;pointer-events:none;user-select:none}}
.h{{font-size:16px;font-weight:600;text-anchor:start}}
.s{{font-size:14px;fill:{both(SOFT)};text-anchor:start}}
.f14{{font-size:14px}}
.f12{{font-size:12px}}
.f10{{font-size:10px}}
.op{{font-size:28px;fill:{both(SOFT)}}}
.soft{{fill:{both(SOFT)}}}
.c{{fill:{both(INK)};fill-opacity:.04;stroke:{both(LINE)}}}
.wc{{fill:{both(WEIGHT)};fill-opacity:.12;stroke:{both(WEIGHT)};stroke-opacity:.45}}
.neg{{fill:{both(WEIGHT)}}}
.pos{{fill:{both(INPUT)}}}
.card{{fill:{both(INK)};fill-opacity:.025;stroke:{both(LINE)}}}
.ghost{{fill:none;stroke:{both(LINE)};stroke-dasharray:3 3}}
.never{{fill:none;stroke:{both(NEVER)};stroke-width:2.5;stroke-linecap:round;pointer-events:none}}
.rule{{fill:none;stroke:{both(LINE)};stroke-width:.7}}
.hit{{fill:{both(INK)};fill-opacity:0;cursor:pointer}}
.step,.feeds{{display:none;pointer-events:none}}
.on{{display:inline}}
.l,.m,.r{{fill:{both(INPUT)};stroke:{both(INPUT)};fill-opacity:.13;stroke-width:2.5;stroke-linejoin:round}}
.m{{fill:{both(WEIGHT)};stroke:{both(WEIGHT)}}}
.r{{fill:{both(OUTPUT)};stroke:{both(OUTPUT)};fill-opacity:.18;stroke-width:3}}
.stamp{{fill:{both(INPUT)};fill-opacity:.09;stroke:{both(INPUT)};stroke-width:2;stroke-linejoin:round}}
.touch{{fill:none;stroke:{both(INPUT)};stroke-opacity:.35;stroke-linecap:square}}
.g{{fill:none;stroke:{both(INPUT)};stroke-width:2;stroke-dasharray:4 3}}
.span{{fill:none;stroke:{both(WEIGHT)};stroke-width:1.5;stroke-dasharray:6 4}}
.b{{fill:none;stroke:{both(WEIGHT)};stroke-width:19;stroke-linecap:round}}
.dot{{fill:none;stroke:{both(INK)};stroke-width:9;stroke-linecap:round}}
.n{{fill:{both(PAGE)};font-size:13px;font-weight:700}}
.t{{fill:{both(SOFT)};text-anchor:start}}
.x{{fill:{both(INPUT)};font-weight:600}}
.w{{fill:{both(WEIGHT)};font-weight:600}}
.y{{fill:{both(OUTPUT)};font-weight:700}}
.differ{{fill:none;pointer-events:none;stroke:{both(INK)};stroke-width:2.5;stroke-dasharray:5 3}}
.sign{{pointer-events:none}}
.sign path{{stroke:{both(INK)};stroke-width:19;stroke-linecap:round}}
.said{{font-size:14px;text-anchor:start}}
.cap{{text-anchor:start}}
.all:hover>.outs>.o>.on,.all:hover>.ins>.i>.on{{display:none}}
.all>.outs>.o:hover>.on,.all>.ins>.i:hover>.on{{display:inline}}
.all>g>.o:hover>g,.all>g>.i:hover>g,.all>g>.k:hover>g{{display:inline}}
.o:hover>g>.hit,.i:hover>g>.c,.k:hover>g>.wc{{stroke:{both(INK)};stroke-opacity:1;stroke-width:2.5}}
"""


def within(rule):
    """The selectors of one rule, none of which reaches out of a picture."""
    return ",".join(".convlib " + selector.strip() for selector in rule[1].split(",")) + "{"


def scoped(rules):
    """Rules as they stand in a picture."""
    return re.sub(r"([^{}]+)\{", within, rules).replace("\n", "")


CSS = scoped(_RULES)
