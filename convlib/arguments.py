"""The rules for arguments. Every message about a bad argument is written here, once.

A wrong kind of thing is a TypeError, a wrong value a ValueError. The message names the argument, its value and the rule,
and the fix where there is one. Sizes are Python integers, so they never overflow, and are checked before anything is allocated.
"""

from math import prod

import numpy as np

LARGEST = 2**32  # bytes of one array: a larger one is a slip (padding=10**9), not a lesson
PADDINGS = ("valid", "same", "full")


def array(name, value):
    """value as a numpy array of real numbers (bool, int or float); lists of numbers are welcome.

    Complex numbers are refused: some conjugate the kernel and some do not, so take real and imaginary part one by one.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, and its mask would be lost: fill it first, with {name}.filled(0)")
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} is no array of numbers: {error}") from None
    if numbers.dtype.kind not in "biuf":
        given = f"is a {type(value).__name__}" if numbers.dtype == object else f"has dtype {numbers.dtype}"
        raise TypeError(f"{name} {given}, dtype {numbers.dtype}: give real numbers (bool, int or float)")
    return numbers


def whole(name, value, least):
    """value as an int that is at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}, a {type(value).__name__}: give a whole number (int)")
    if value < least:
        raise ValueError(f"{name} is {int(value)}: it must be at least {least}")
    return int(value)


def per_axis(name, value, axes, least):
    """A whole number for each axis: one for all of them, or a tuple with one each."""
    if not isinstance(value, (tuple, list)):
        return (whole(name, value, least),) * axes
    if len(value) != axes:
        raise ValueError(f"{name} {tuple(value)} has {len(value)} values, but there are {axes} axes: give one number, or {axes}")
    return tuple(whole(name, each, least) for each in value)


def sides(value, axes):
    """Numbers for padding, as a pair (before, after) for each axis; a single axis may give its bare pair."""
    if not isinstance(value, (tuple, list)):
        return ((whole("padding", value, 0),) * 2,) * axes
    if axes == 1 and len(value) == 2:
        value = (value,)
    if len(value) != axes:
        raise ValueError(f"padding {value} has {len(value)} entries, but there are {axes} axes: "
                         "give one number, or for each axis a number or a pair (before, after)")
    return tuple(per_axis("padding", each, 2, 0) for each in value)


def known_padding(name):
    """One of the paddings that have a name."""
    if name not in PADDINGS:
        raise ValueError(f"padding is {name!r}: give numbers or one of {', '.join(map(repr, PADDINGS))}")


def numeric_padding(value):
    """Padding where names have no meaning: a transposed size does not follow from its input alone."""
    if isinstance(value, str):
        raise ValueError(f"padding is {value!r}: transposed, give numbers, since a name leaves the output's size open")


def number_of_axes(**sizes):
    """How many axes the tuples speak of; plain ints fit any number."""
    lengths = {name: len(value) for name, value in sizes.items() if isinstance(value, (tuple, list))}
    if len(set(lengths.values())) > 1:
        raise ValueError(" and ".join(f"{name} {tuple(sizes[name])} has {n} values" for name, n in lengths.items())
                         + ": give one for each axis in both")
    if 0 in lengths.values():
        raise ValueError(f"{next(iter(lengths))} () is empty: give one value for each axis")
    return next(iter(lengths.values()), 1)


def window_fits(kernel, dilation, span, padded):
    """The dilated kernel must lie inside the padded input."""
    if span > padded:
        fix = "lower dilation" if dilation > 1 else "take a smaller kernel"
        raise ValueError(f"kernel {kernel} with dilation {dilation} spans {span}, more than the padded input's {padded}: "
                         f"{fix} or add padding")


def output_padding_fits(output_padding, stride, dilation):
    """output_padding chooses among the sizes that stride merges, so it stays below stride (or dilation)."""
    if output_padding >= max(stride, dilation):
        raise ValueError(f"output_padding is {output_padding}: it must be less than max(stride, dilation) = {max(stride, dilation)}")


def some_output(output, before, after):
    """Padding takes from a transposed output, and must leave something."""
    if output < 1:
        raise ValueError(f"padding ({before}, {after}) leaves an output of {output}: it must be at least 1, so lower padding")


def affordable(name, shape, dtype):
    """shape can be allocated; its size is computed in Python ints, before anything is."""
    size = prod(shape) * dtype.itemsize
    if size > LARGEST:
        raise ValueError(f"{name} of shape {tuple(shape)} takes {size / 1e9:.1f} GB, more than the {LARGEST / 1e9:.1f} GB that convlib fills: "
                         "take a smaller example")


def kernel_array(w):
    """w as an array of weights with 1, 2 or 3 kernel axes, or a plain 1-D or 2-D kernel."""
    w = array("w", w)
    if not 1 <= w.ndim <= 5:
        raise ValueError(f"w has shape {w.shape}, {w.ndim} axes: give a plain kernel of 1 or 2 axes, or (C_out, C_in, *kernel)")
    return w


def weights(w):
    """w as an array (C_out, C_in/groups, *kernel) with 1, 2 or 3 kernel axes, none empty."""
    w = array("w", w)
    if not 3 <= w.ndim <= 5:
        raise ValueError(f"w has shape {w.shape}, {w.ndim} axes: give (C_out, C_in/groups, *kernel) with 1, 2 or 3 kernel axes")
    if 0 in w.shape:
        raise ValueError(f"w has shape {w.shape}: no axis may be empty")
    return w


def signal(x, axes):
    """x as an array (..., C, *spatial) with `axes` spatial axes; only a batch axis may be empty."""
    x = array("x", x)
    if x.ndim <= axes:
        raise ValueError(f"x has shape {x.shape}, {x.ndim} axes: w has {axes} kernel axes, so give x (..., C, *spatial), "
                         f"at least {axes + 1}")
    if 0 in x.shape[-axes - 1:]:
        raise ValueError(f"x has shape {x.shape}: neither channels nor a spatial axis may be empty")
    return x


def group_count(groups, c_in, w):
    """groups divides both numbers of channels, and w takes the channels of one group."""
    groups = whole("groups", groups, 1)
    for channels, of in ((c_in, "input channels of x"), (w.shape[0], "output channels of w")):
        if channels % groups:
            raise ValueError(f"groups is {groups}: it must divide the {channels} {of}")
    if w.shape[1] * groups != c_in:
        raise ValueError(f"w of shape {w.shape} with groups={groups} takes {w.shape[1] * groups} input channels, but x has {c_in}")
    return groups


def bias_vector(bias, c_out):
    """bias as an array with one number for each output channel."""
    bias = array("bias", bias)
    if bias.shape != (c_out,):
        raise ValueError(f"bias has shape {bias.shape}: give ({c_out},), one number for each output channel")
    return bias


def sums_fit(arrays, taps):
    """Sums of whole numbers stay inside int64, judged by the largest value that they could reach."""
    x, w, *bias = (max(abs(int(each.min())), abs(int(each.max()))) if each.size else 0 for each in arrays)
    reach = x * w * taps + sum(bias)
    if reach >= 2**63:
        raise ValueError(f"sums of x, w and bias could reach {reach}, more than int64 holds: give floats")


def operands(x, w, bias, groups):
    """x, w and bias in the dtype that the sum is carried out in, and the dtype of the answer.

    Whole numbers and bools: int64 for both. float16: summed in float32, answered in float16. Else what numpy promotes them to.
    """
    w = weights(w)
    x = signal(x, w.ndim - 2)
    group_count(groups, x.shape[1 - w.ndim], w)
    arrays = [x, w] if bias is None else [x, w, bias_vector(bias, w.shape[0])]
    if all(each.dtype.kind in "biu" for each in arrays):
        affordable("x", x.shape, np.dtype(np.int64))
        sums_fit(arrays, prod(w.shape[1:]))
        dtype = sum_dtype = np.dtype(np.int64)
    else:
        dtype = np.result_type(*arrays)
        sum_dtype = np.result_type(dtype, np.float32)
        affordable("x", x.shape, sum_dtype)
    x, w, *bias = (each.astype(sum_dtype, copy=False) for each in arrays)
    return x, w, bias[0] if bias else None, dtype
