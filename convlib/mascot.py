"""The input and the kernel that every page starts from: neither looks like its own mirror image, so a flip shows at once."""

import numpy as np


def letter_f():
    """The letter F, one channel: float64 of shape (1, 7, 7), a fresh array each time.

    >>> letter_f().shape, float(letter_f().sum())
    ((1, 7, 7), 29.0)
    """
    return np.array([[[0, 3, 3, 3, 3, 1, 0],
                      [0, 3, 0, 0, 0, 0, 0],
                      [0, 2, 0, 0, 0, 0, 0],
                      [0, 2, 2, 2, 1, 0, 0],
                      [0, 2, 0, 0, 0, 0, 0],
                      [0, 1, 0, 0, 0, 0, 0],
                      [0, 1, 0, 0, 0, 0, 0]]], float)  # fmt: skip


def hook():
    """A kernel that differs from each of its turns and mirror images: float64 of shape (1, 1, 3, 3).

    >>> hook()[0, 0].tolist()
    [[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [0.0, -1.0, 1.0]]
    """
    return np.array([[[[1, 2, 0],
                       [3, 0, 0],
                       [0, -1, 1]]]], float)  # fmt: skip
