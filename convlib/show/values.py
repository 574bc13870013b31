"""An array as text that can be edited: a line for each row, an empty line between sheets."""

import re

import numpy as np

from convlib.ops.kernels import flip

from .text import number


def like(given, values):
    """The values as what was given: a tensor of its dtype, or an array; whole numbers stay whole where they can."""
    values = np.asarray(values, float)
    if hasattr(given, "new_tensor"):
        return given.new_tensor(values)
    dtype = np.asarray(given).dtype
    return values.astype(float if dtype.kind in "biu" and (values != np.round(values)).any() else dtype)


def to_text(values):
    sheets = values.reshape(-1, *values.shape[-2:]) if values.ndim > 1 else values.reshape(1, 1, -1)
    return "\n\n".join("\n".join(" ".join(number(v) for v in row) for row in sheet) for sheet in sheets).replace("−", "-")


def from_text(text, shape, name):
    """The numbers in a text, as an array of this shape; a single sheet may change its size.

    Raises ValueError that says which rule a text breaks.
    """
    if not text.strip():
        raise ValueError(f"{name}: no numbers: give a line for each row")
    text = re.sub(r"\],?", "\n", text).replace("[", "") if "[" in text else text
    sheets = [[row.strip(" \t,;") for row in sheet.splitlines()] for sheet in re.split(r"\n\s*\n", text.strip())]
    sheets = [[re.split(r"[\s,;]+", row) for row in sheet if row] for sheet in sheets]
    widths = {len(row) for sheet in sheets for row in sheet}
    if len(widths) != 1 or len({len(sheet) for sheet in sheets}) != 1:
        raise ValueError(f"{name}: every row needs as many numbers as the first, and every sheet as many rows")
    try:
        values = np.array([[[float(v.replace("−", "-")) for v in row] for row in sheet] for sheet in sheets])
    except ValueError as error:
        raise ValueError(f"{name}: {str(error).split(': ')[-1]} is no number") from None
    lead = shape[:-2] if len(shape) > 1 else ()
    if int(np.prod(lead)) != len(values) or (len(shape) == 1 and values.shape[1] != 1):
        raise ValueError(f"{name}: {len(values)} sheets of {values.shape[1]} rows do not fit the shape {shape}")
    return values.reshape(*lead, *values.shape[1:]) if len(shape) > 1 else values.ravel()


def edited(values, index, text, name):
    """The values with one of them replaced by the number in a text."""
    try:
        new = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        raise ValueError(f"{name}: {text.strip()!r} is no number") from None
    values = values.copy()
    values[index] = new
    return values


def drawn(values, seed):
    """Small whole numbers of the same shape, the same for the same seed."""
    return np.random.default_rng(seed).integers(-3, 5, values.shape).astype(float)


def turn(w):
    """`flip`, for tensors too."""
    return w.flip(tuple(range(2 if w.ndim > 2 else 0, w.ndim))) if hasattr(w, "new_tensor") else flip(w)
