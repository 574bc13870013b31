"""Rules for what an operator takes from data: offsets, masks, regions, taps, heads, statistics."""

from math import isfinite
from numbers import Real

import numpy as np

from convlib.arguments.arrays import array
from convlib.arguments.numbers import per_axis, whole


def shaped(name, value, shape, meaning):
    """value as an array of this very shape: nothing is broadcast."""
    value = array(name, value)
    if value.shape != tuple(shape):
        raise ValueError(f"{name} has shape {value.shape}: give {tuple(shape)}, {meaning}")
    return value


def axes_named(name, value, form, least, most=None):
    """value as an array with least to most axes, or any number from least on; form shows them."""
    value = array(name, value)
    if not least <= value.ndim <= (most or value.ndim):
        raise ValueError(f"{name} has shape {value.shape}, {value.ndim} axes: give {form}")
    if 0 in value.shape[value.ndim - least :]:
        rule = "none of its axes may be empty" if most else "only a batch axis may be empty"
        raise ValueError(f"{name} has shape {value.shape}: {rule}")
    return value


def planes(w):
    """w with two kernel axes."""
    return axes_named("w", w, "(C_out, C_in/groups, height, width): offsets are dy and dx", 4, 4)


def offsets(offset, x, taps, output):
    """offset as (..., 2*G*taps, *output), and G, which divides the channels of x."""
    offset = array("offset", offset)
    batch, channels = x.shape[:-3], x.shape[-3]
    groups = offset.shape[-3] // (2 * taps) if offset.ndim >= 3 else 0
    shape = (*batch, 2 * groups * taps, *output)
    if groups < 1 or offset.shape != shape or channels % groups:
        form = ", ".join(map(str, (*batch, f"{2 * taps}*G", *output)))
        raise ValueError(
            f"offset has shape {offset.shape}: give ({form}), dy and dx for each of {taps} taps, "
            f"in G groups that divide the {channels} channels of x"
        )
    return offset, groups


def region_list(regions, height, width):
    """regions as whole numbers (R, 4), each of them inside x."""
    regions = axes_named("regions", regions, "(R, 4): top, left, height, width", 2, 2)
    if regions.shape[1] != 4:
        raise ValueError(
            f"regions has shape {regions.shape}: give (R, 4), for each top, left, height, width"
        )
    if regions.dtype.kind not in "iu":
        raise TypeError(f"regions are of dtype {regions.dtype}: give whole numbers of cells")
    for top, left, tall, wide in regions.tolist():
        if min(top, left) < 0 or min(tall, wide) < 1 or top + tall > height or left + wide > width:
            raise ValueError(
                f"region {(top, left, tall, wide)} is not inside x: it must have at least one "
                f"cell, and x has {height} rows and {width} columns"
            )
    return regions.tolist()


def heads_divide(heads, count, of):
    """heads as a whole number that divides count."""
    heads = whole("heads", heads, 1)
    if count % heads:
        raise ValueError(f"heads is {heads}: it must divide the {count} {of}")
    return heads


def sequence_sides(padding, taps):
    """Padding of a sequence as (left, right): by name, or in numbers."""
    if not isinstance(padding, str):
        return per_axis("padding", padding, 2, 0)
    if padding not in ("same", "causal"):
        raise ValueError(f"padding is {padding!r}: give (left, right), or one of same, causal")
    return (taps - 1, 0) if padding == "causal" else ((taps - 1) // 2, taps // 2)


def taps_for_each_position(left, right, taps):
    """A position makes taps of its own, so there are as many outputs as positions."""
    if left + right != taps - 1:
        raise ValueError(
            f"padding is ({left}, {right}): every position makes taps for one output, "
            f"so left + right must be K - 1, which is {taps - 1}"
        )


def renormalizable(renormalize, softmax):
    """Only a softmax can be taken over the taps that meet a real cell."""
    if renormalize and not softmax:
        raise ValueError("renormalize is True: it needs softmax=True, which it restricts")


def not_negative(name, value):
    """value as a finite number that is not below 0."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, np.floating)):
        raise TypeError(f"{name} is {value!r}, a {type(value).__name__}: give a number")
    if not isfinite(value) or value < 0:
        raise ValueError(f"{name} is {value}: it must be at least 0, and finite")
    return float(value)


def batch_first(x, least):
    """x as (N, C, *spatial) with at least that many axes; N alone may be 0."""
    x = array("x", x)
    form = "(N, C, *spatial)" if least == 2 else "(N, C, *spatial) with a spatial axis"
    if x.ndim < least:
        raise ValueError(f"x has shape {x.shape}, {x.ndim} axes: give {form}, batch first")
    if 0 in x.shape[1:]:
        raise ValueError(f"x has shape {x.shape}: only a batch axis may be empty")
    return x


def both_or_none(name, value, other, its_value):
    """Two arguments that mean nothing without each other."""
    if (value is None) != (its_value is None):
        given, missing = (other, name) if value is None else (name, other)
        raise ValueError(f"{given} is given and {missing} is not: give both, or none")


def none_negative(name, value):
    """An array without negative numbers."""
    if (value < 0).any():
        raise ValueError(f"{name} holds {value.min()}: none of it may be negative")
    return value


def more_than_one(count):
    """A mean over one value is that value, and what is left is 0."""
    if count == 1:
        raise ValueError("each mean would be over 1 value, and the answer 0: give larger sets")
