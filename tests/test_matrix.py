"""The matrix of a linear operator: times the input, it is the operator."""

from functools import partial

import numpy as np
import pytest

from convlib.ops import average_pool, cross_correlate, flattened, matrix, max_pool, transposed


@pytest.mark.parametrize(("op", "shape"), [
    (lambda x: cross_correlate(x, np.arange(1.0, 19).reshape(1, 2, 3, 3), stride=2, padding=1), (2, 5, 4)),
    (lambda x: transposed(x, np.arange(1.0, 19).reshape(2, 1, 3, 3), stride=2), (2, 2, 3)),
    (lambda x: average_pool(x, 2), (1, 4, 4)),
    (lambda x: flattened(x, [[1.0, 2]], [[1.0, 3]], [[5.0, 7]]), (2, 3, 3)),
    (lambda x: np.cumsum(x, 0), (3, 2)),
    (lambda x: x.sum(), (4,)),
])  # fmt: skip
def test_times_the_input_it_is_the_operator(numbers, op, shape):
    x, found = numbers(shape), matrix(op, shape)
    assert found.shape == (np.size(op(x)), x.size)
    np.testing.assert_allclose(found @ x.ravel(), np.ravel(op(x)), rtol=1e-12)


def test_rows_are_outputs_and_columns_are_inputs():
    w = [[[[1.0, 2], [3, 4]]]]
    by_hand = [
        [1, 2, 0, 3, 4, 0, 0, 0, 0],
        [0, 1, 2, 0, 3, 4, 0, 0, 0],
        [0, 0, 0, 1, 2, 0, 3, 4, 0],
        [0, 0, 0, 0, 1, 2, 0, 3, 4],
    ]
    np.testing.assert_array_equal(matrix(lambda x: cross_correlate(x, w), (1, 3, 3)), by_hand)


def test_float32_answers_make_a_float32_matrix():
    found = matrix(lambda x: 3 * x.astype(np.float32), (2,))
    assert found.dtype == np.float32
    assert found.tolist() == [[3, 0], [0, 3]]


def test_what_is_not_linear_is_refused():
    bias = partial(cross_correlate, w=np.ones((1, 1, 2)), bias=np.ones(1))
    for op in (bias, lambda x: np.maximum(x, 0), lambda x: max_pool(x, (2,)), lambda x: x * x):
        with pytest.raises(ValueError, match="^op is not linear: a bias, an activation or a maximum"):
            matrix(op, (1, 4))


def test_bad_shapes():
    for shape in (3, None, "ab"):
        with pytest.raises(TypeError, match="^shape is .*: give a tuple, one number for each axis"):
            matrix(np.asarray, shape)
    with pytest.raises(ValueError, match="^shape is 0: it must be at least 1"):
        matrix(np.asarray, (3, 0))
    with pytest.raises(ValueError, match=r"^the matrix of shape \(1000000, 1000000\) takes 8000000000000 bytes"):
        matrix(np.asarray, (1000, 1000))
    with pytest.raises(ValueError, match=r"^x of shape \(1000000, 1000000\) takes 8000000000000 bytes"):
        matrix(np.asarray, (10**6, 10**6))
