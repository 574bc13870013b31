"""A linear operator written out as its matrix."""

from math import prod

import numpy as np

from convlib import arguments


def matrix(op, shape):
    """The matrix of a linear op: matrix(op, x.shape) @ x.ravel() is op(x).ravel().

    op is any function of one array of this shape; it is asked with a 1 in each cell in turn, and
    each answer, read row by row, is a column. The matrix is (size of the answer, size of x), in the
    dtype that op answers float64 with.

    >>> from convlib.ops import cross_correlate
    >>> matrix(lambda x: cross_correlate(x, [[[1, 2]]]), (1, 3))
    array([[1., 2., 0.],
           [0., 1., 2.]])

    Raises TypeError for a shape that is no tuple of whole numbers. Raises ValueError for an op that
    is not linear, a bias included, and for a matrix too large to make.
    Source: Vincent Dumoulin and Francesco Visin, "A guide to convolution arithmetic for deep
    learning", 2016, section 4.1.
    """
    shape = arguments.sizes("shape", shape)
    arguments.affordable("x", shape, np.dtype(float))
    cells = prod(shape)
    trial = np.random.default_rng(0).standard_normal(cells)
    answer = np.ravel(op(trial.reshape(shape)))
    arguments.affordable("the matrix", (answer.size, cells), answer.dtype)
    found = np.empty((answer.size, cells), answer.dtype)
    for cell in range(cells):
        unit = np.zeros(shape)
        unit.flat[cell] = 1
        found[:, cell] = np.ravel(op(unit))
    arguments.linear(answer, found @ trial)
    return found
