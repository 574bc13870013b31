"""Scores to shares."""

import numpy as np


def softmax(scores, axis=-1):
    """exp(scores), scaled to sum to 1 along axis.

    The largest score is taken off first, which changes nothing but keeps exp within range.

    >>> softmax(np.log([1, 2, 1]))
    array([0.25, 0.5 , 0.25])
    """
    with np.errstate(invalid="ignore"):  # inf - inf is NaN
        powers = np.exp(scores - scores.max(axis, keepdims=True))
        return powers / powers.sum(axis, keepdims=True)
