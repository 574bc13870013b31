"""`python -m convlib figure`: any configuration of any variant, as a file."""

import inspect
import re
from pathlib import Path

from convlib.figure import variants
from convlib.show.export import ENDINGS, checked
from convlib.show.picture import ORDERS, picture

VARIANTS = {name: made for name, made in vars(variants).items() if getattr(made, "__module__", "") == variants.__name__}


def add(commands):
    """The command and, below it, one for each variant with the options that it has."""
    figure = commands.add_parser("figure", help="draw a variant as .svg, .gif or .png", description="Draws any variant.")
    names = figure.add_subparsers(dest="variant", required=True, metavar="variant")
    for name, make in VARIANTS.items():
        parser = names.add_parser(name, help=make.__doc__, description=f"{name}: {make.__doc__}.")
        parser.add_argument("path", type=Path, help="the file to write: " + ", ".join(ENDINGS))
        for option, known in inspect.signature(make).parameters.items():
            flag, words = f"--{option.replace('_', '-')}", f"by default {said(known.default)}"
            parser.add_argument(flag, type=value, default=known.default, metavar="N", help=words)
        parser.add_argument("--order", choices=ORDERS, default="output", help="a step for each output or input, or both ways")
        parser.add_argument("--matrix", action="store_true", help="also the matrix of the operator")
        parser.add_argument("--step", type=int, help="only this step, counted from 0")
        parser.add_argument("--dark", action="store_true", help="for a dark page")
        parser.add_argument("--force", action="store_true", help="replace an existing file")
        parser.set_defaults(run=run)


def said(default):
    return "as large as the window" if default is None else "×".join(map(str, default)) if isinstance(default, tuple) else str(default)


def value(text):
    """3, 0.5, 2,3 or 2x3 for two axes, yes and no, or a word such as same.

    >>> value("3"), value("2,3"), value("0.5"), value("same"), value("no")
    (3, (2, 3), 0.5, 'same', False)
    """
    parts = re.split("[,x×]", text) if re.fullmatch(r"[\d,x×]+", text) else [text]
    if len(parts) > 1 and all(parts):
        return tuple(map(int, parts))
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)


def run(given):
    """Write the file and return its line; ValueError and TypeError say what does not fit, OSError what cannot be written."""
    path = checked(given.path)
    if path.exists() and not given.force:
        raise FileExistsError(f"{path} exists: give --force to replace it")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {path.parent}")
    make = VARIANTS[given.variant]
    options = {name: getattr(given, name) for name in inspect.signature(make).parameters}
    drawing = picture(make(**options), order=given.order, **({"matrix": True} if given.matrix else {}))
    drawing.save(path, step=given.step, dark=given.dark)
    return f"{path}: {drawing.summary}"
