"""What an image holds between its cells."""

from math import prod

import numpy as np

STRIP = 2**15  # values that are read at a time: what is made of them stays in the cache


def bilinear(x, rows, columns):
    """x at places between its cells: the four cells around, each by its nearness.

    x is (..., C, H, W); rows and columns are (..., *places), with the leading axes of x. The
    answer is (..., C, *places). Outside x stand zeros, corner by corner: half a cell outside,
    half of the border is left. A place that is NaN gives NaN.

    >>> x = np.arange(9.0).reshape(1, 3, 3)
    >>> bilinear(x, np.array([0.5, 1.5, -0.5]), np.array([1.25, 0.75, 2.0]))
    array([[2.75, 5.25, 1.  ]])
    """
    *images, height, width = x.shape
    *batch, channels = images
    ringed = np.zeros((*images, height + 2, width + 2), x.dtype)
    ringed[..., 1:-1, 1:-1] = x
    cells = ringed.reshape(*images, (height + 2) * (width + 2))
    step = STRIP // max(channels, 1) + 1
    places = rows.shape[len(batch) :]
    y = np.empty((*images, prod(places)), x.dtype)
    for image in np.ndindex(*batch):
        row, column = rows[image].ravel(), columns[image].ravel()
        for start in range(0, row.size, step):
            strip = slice(start, start + step)
            four = _around(row[strip], column[strip], height, width)
            with np.errstate(invalid="ignore"):  # 0 * inf is NaN
                y[image][:, strip] = sum(
                    share.astype(x.dtype) * cells[image].take(cell, axis=-1) for cell, share in four
                )
    return y.reshape(*images, *places)


def _around(rows, columns, height, width):
    """The four cells around each place, as flat indices of the ringed image, and their shares."""
    columns = _neighbours(columns, width)
    for row, tall in _neighbours(rows, height):
        for column, wide in columns:
            yield row * (width + 2) + column, tall * wide


def _neighbours(places, size):
    """The two cells around each place along one axis, and the share of each.

    Cells are counted in the ringed image, where 0 is a zero. A share of 0 meets that zero, so
    that inf and NaN are felt only by places that touch them.
    """
    places = np.clip(places, -1, size)  # beyond, there is nothing but zeros
    low = np.floor(places)
    share = places - low
    first = np.fmax(low, -1).astype(np.intp) + 1  # fmax: NaN has no cell
    return (first, 1 - share), (np.where(share > 0, first + 1, 0), share)
