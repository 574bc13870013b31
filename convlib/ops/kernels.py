"""What can be done to a kernel before it meets an input."""

import numpy as np

from convlib import arguments


def flip(w):
    """w turned end for end along every spatial axis: in 2-D, rotated by 180 degrees.

    w is (C_out, C_in, *kernel), and its channels stay, or a plain kernel of 1 or 2 axes. The
    answer, of the same shape, is a view of w.

    >>> flip([[1, 2, 0], [3, 0, 0], [0, -1, 1]])
    array([[ 1, -1,  0],
           [ 0,  0,  3],
           [ 0,  2,  1]])

    Raises TypeError for what is no real number, ValueError for 0 or more than 5 axes.
    Source: Ian Goodfellow, Yoshua Bengio and Aaron Courville, "Deep Learning", 2016.
    """
    w = arguments.kernel_array(w)
    return np.flip(w, _spatial(w))


def dilate(w, rate):
    """w with rate - 1 zeros between neighbours. A kernel of size k gets rate * (k - 1) + 1.

    w is (C_out, C_in, *kernel), or a plain kernel of 1 or 2 axes; rate is a whole number, or a
    tuple with one for each spatial axis.

    >>> dilate([1, 2, 3], 2)
    array([1, 0, 2, 0, 3])

    Raises TypeError for what is no real or whole number. Raises ValueError for a rate below 1, 0
    or more than 5 axes, an empty axis, or an answer too large to make.
    Source: Fisher Yu and Vladlen Koltun, "Multi-Scale Context Aggregation by Dilated
    Convolutions", 2016.
    """
    w = arguments.kernel_array(w)
    spatial = _spatial(w)
    rates = (1,) * spatial.start + arguments.per_axis("rate", rate, len(spatial), 1)
    shape = tuple(r * (k - 1) + 1 for r, k in zip(rates, w.shape, strict=True))
    arguments.affordable("dilated w", shape, w.dtype)
    spread = np.zeros(shape, w.dtype)
    spread[tuple(slice(None, None, r) for r in rates)] = w
    return spread


def _spatial(w):
    return range(0 if w.ndim <= 2 else 2, w.ndim)
