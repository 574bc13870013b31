"""What can be done to a kernel before it meets an input."""

import numpy as np

from convlib import arguments


def flip(w):
    """w turned end for end along every spatial axis: in 2-D, rotated by 180 degrees.

    w is (C_out, C_in, *kernel), whose channels stay where they are, or a plain 1-D or 2-D kernel. Answers a view of w.

    >>> flip([[1, 2, 0], [3, 0, 0], [0, -1, 1]])
    array([[ 1, -1,  0],
           [ 0,  0,  3],
           [ 0,  2,  1]])

    Raises TypeError where w is no array of real numbers, ValueError where it has 0 or more than 5 axes.
    """
    w = arguments.kernel_array(w)
    return np.flip(w, _spatial(w))


def dilate(w, rate):
    """w with rate - 1 zeros between its neighbours (à trous: with holes). rate: one whole number, or one for each spatial axis.

    w is (C_out, C_in, *kernel) or a plain 1-D or 2-D kernel. A kernel of size k comes out with rate * (k - 1) + 1.

    >>> dilate([1, 2, 3], 2)
    array([1, 0, 2, 0, 3])

    Raises TypeError where w is no array of real numbers or rate no whole number, ValueError where rate is below 1.
    Source: Fisher Yu and Vladlen Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", 2016.
    """
    w = arguments.kernel_array(w)
    spatial = _spatial(w)
    rate = (1,) * (w.ndim - len(spatial)) + arguments.per_axis("rate", rate, len(spatial), 1)
    shape = tuple(r * (k - 1) + 1 for r, k in zip(rate, w.shape))
    arguments.affordable("dilated w", shape, w.dtype)
    spread = np.zeros(shape, w.dtype)
    spread[tuple(slice(None, None, r) for r in rate)] = w
    return spread


def _spatial(w):
    return tuple(range(0 if w.ndim <= 2 else 2, w.ndim))
