"""What Keras 3.15.1 answered, for lesson 02. The page runs wherever convlib is installed, so the numbers come with it."""

import json
from pathlib import Path

import numpy as np

ANSWERS = Path(__file__).with_suffix(".json")


def keras_same(size):
    """Input, kernel, bias and output of a 3×3 convolution with stride 2 and padding "same", on 7×7 or 6×6, in Keras's order.

    >>> [array.shape for array in keras_same(6)]
    [(1, 6, 6, 2), (3, 3, 2, 3), (3,), (1, 3, 3, 3)]
    """
    return [np.array(array) for array in json.loads(ANSWERS.read_text(encoding="utf-8"))[f"{size}x{size}"]]
