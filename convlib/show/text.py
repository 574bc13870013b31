"""Numbers and sums as they stand in a picture."""

from functools import lru_cache
from itertools import groupby

from .style import width

LINES, SIZE = 8, 17  # of the sum under a picture


@lru_cache(10_000)
def number(value):
    """At most three significant places beyond whole numbers, with a true minus sign.

    >>> number(-2.0), number(1 / 3), number(1234.0), number(1e19)
    ('−2', '0.333', '1234', '1e19')
    """
    if value != value or abs(value) == float("inf"):
        return "nan" if value != value else "∞" if value > 0 else "−∞"
    if abs(value) >= 99_999.5:
        text = f"{value:.3g}".replace("e+0", "e").replace("e+", "e")
    elif value == round(value) or abs(value) >= 100:
        text = f"{value:.0f}"
    else:
        text = f"{value:.3g}".replace("e-0", "e-")
    return (text if text != "-0" else "0").replace("-", "−")


@lru_cache(10_000)
def short(value):
    """As `number`, in five characters where it can be: what fits into a cell or a badge.

    >>> short(-0.40825), short(12.34), short(7.0), short(0.0002)
    ('−0.41', '12.3', '7', '2e−4')
    """
    if abs(value) >= 99_999.5 and abs(value) != float("inf"):
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("-", "−")
    if value == round(value, 2) and abs(value) < 10 or not 0 < abs(value) < 1000 or value == round(value):
        return number(value)
    text = f"{value:.0e}".replace("e-0", "e-") if abs(value) < 0.005 else f"{value:.{2 - (abs(value) >= 10) - (abs(value) >= 100)}f}"
    return text.replace("-", "−")


@lru_cache(10_000)
def is_exact(value):
    return value != value or float(number(value).replace("−", "-").replace("∞", "inf")) == value


def size(shape, spatial=2):
    """7×7 for (1, 7, 7): the spatial axes, and those before them from the first that is longer than one."""
    shape = list(shape)
    while len(shape) > spatial and shape[0] == 1:
        shape.pop(0)
    return "×".join(map(str, shape)) or "1"


def factor(value, first=False):
    text = number(value)
    return text if first or not text.startswith("−") else f"({text})"


def product(x, w, coefficient, first):
    """The marked-up and the plain form of one term: 3·(−1)."""
    parts = [] if coefficient == 1 else [("w" if w is None else "", coefficient)]
    parts += [("x", x)] + ([] if w is None else [("w", w)])
    texts = [(kind, factor(v, first and i == 0)) for i, (kind, v) in enumerate(parts)]
    return "·".join(mark(*t) for t in texts), "·".join(t for _, t in texts)


def mark(kind, text):
    return f'<tspan class="{kind}">{text}</tspan>' if kind else text


def sum_lines(terms, bias, result, room):
    """The sum of one output as lines of SVG text no wider than `room` pixels.

    terms: (channel, input, weight or None, coefficient) each; several channels get a line and a subtotal each.
    """
    channels = [(channel, list(group)) for channel, group in groupby(terms, key=lambda t: t[0])]
    numbers = [v for _, *factors in terms for v in factors if v is not None] + [bias, result]
    equals, total = " = " if all(map(is_exact, numbers)) else " ≈ ", mark("y", number(result))
    if len(channels) < 2:
        pieces = [product(*t[1:], first=i == 0) for i, t in enumerate(terms)]
        return shorten(wrap(add_bias(pieces, bias), equals, total, number(result), room), len(terms), equals + total)
    lines, subtotals = [], []
    for channel, group in channels:
        subtotal = sum(x * (1 if w is None else w) * c for _, x, w, c in group)
        subtotals.append(((factor(subtotal, not subtotals)),) * 2)
        pieces = [product(*t[1:], first=i == 0) for i, t in enumerate(group)]
        lines += wrap(pieces, equals, number(subtotal), number(subtotal), room, f"channel {channel}: ")
    last = wrap(add_bias(subtotals, bias), equals, total, number(result), room)
    return lines + last if len(lines) + len(last) <= LINES else shorten(last, len(channels), equals + total)


def add_bias(pieces, bias):
    return pieces + ([(factor(bias, not pieces),) * 2] if bias or not pieces else [])


def wrap(pieces, equals, total, plain_total, room, start=""):
    lines, line, used = [], start, len(start)
    for i, (marked, plain) in enumerate(pieces):
        plus = " + " if i else ""
        if line != start and width(" " * (used + len(plus + plain)), SIZE) > room:
            lines.append(line)
            line, used = "", 0
        line, used = line + plus + marked, used + len(plus + plain)
    if width(" " * (used + len(equals + plain_total)), SIZE) > room:
        lines.append(line)
        line = ""
    return lines + [line + equals + total]


def shorten(lines, count, end):
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"+ … {count} terms in all{end}"]

