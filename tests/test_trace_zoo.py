"""What learners write, right and wrong, and the terms that a hand-written rule says each of it has.

A rule is index arithmetic: which input a weight meets for an output. It is written here, not asked of trace.
"""

from collections import Counter
from fractions import Fraction
from functools import partial, reduce
from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal

from convlib import hook, letter_f, trace

X, W = letter_f()[0], hook()[0, 0]
ZOO = []


def meets(shape, place, taps=(3, 3), size=(7, 7), coefficient=1.0):
    """{(output, input, weight): coefficient}: place(*output, *tap) is where the input is, and inside `size` it is met."""
    terms = Counter()
    for o, k in product(np.ndindex(*shape), np.ndindex(*taps)):
        i = place(*o, *k)
        if i is not None and all(0 <= a < n for a, n in zip(i, size, strict=True)):
            terms[o, i, k] += coefficient
    return dict(terms)


def weighed(terms, w=W):
    """The same for the given weights, as sums of inputs."""
    total = Counter()
    for (o, i, k), c in terms.items():
        total[o, i, None] += c * w[k]
    return {at: c for at, c in total.items() if c}


def lit(terms, w=W):
    """{(output, input): None}: what an output depends on where nothing is said of products."""
    return {(o, i, None): None for o, i, k in terms if w[k]}


VALID = meets((5, 5), lambda i, j, a, b: (i + a, j + b))
FLIPPED = meets((5, 5), lambda i, j, a, b: (i + 2 - a, j + 2 - b))
SAME = meets((7, 7), lambda i, j, a, b: (i + a - 1, j + b - 1))


def learner(terms, kind="products", x=X, w=W, offset=0.0):
    def keep(f):
        ZOO.append(pytest.param(f, x, w, kind, terms, offset, id=f.__name__))
        return f

    return keep


def found(t):
    """All terms of a trace, in the form of a rule."""
    return {(o, i, k): c for o in np.ndindex(t.value.shape) for i, k, c in t.terms(o)}


@learner(VALID)
def two_loops_and_a_sum(x, w):
    y = np.zeros((5, 5))
    for i in range(5):
        for j in range(5):
            y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
    return y


@learner(VALID)
def four_loops_and_plus_equals(x, w):
    y = np.zeros((5, 5))
    for i, j in product(range(5), range(5)):
        for a, b in product(range(3), range(3)):
            y[i, j] += x[i + a, j + b] * w[a, b]
    return y


@learner(VALID)
def one_float_at_a_time_in_lists(x, w):
    rows = []
    for i in range(5):
        row = []
        for j in range(5):
            total = 0.0
            for a in range(3):
                for b in range(3):
                    total += float(x[i + a][j + b]) * float(w[a][b])
            row.append(total)
        rows.append(row)
    return rows


@learner(VALID, x=X.astype(int).tolist(), w=W.astype(int).tolist())
def lists_in_and_out(x, w):
    return [[sum(x[i + a][j + b] * w[a][b] for a in range(3) for b in range(3)) for j in range(5)] for i in range(5)]


@learner(VALID)
def shifted_slices(x, w):
    return sum(w[a, b] * x[a : a + 5, b : b + 5] for a in range(3) for b in range(3))


@learner(meets((7, 7), lambda i, j, a, b: ((i + a) % 7, (j + b) % 7)))
def rolled(x, w):
    return sum(w[a, b] * np.roll(x, (-a, -b), (0, 1)) for a in range(3) for b in range(3))


@learner(meets((7, 7), lambda i, j, a, b: ((i - a) % 7, (j - b) % 7)))
def rolled_the_wrong_way(x, w):
    return sum(w[a, b] * np.roll(x, (a, b), (0, 1)) for a in range(3) for b in range(3))


@learner(VALID)
def windows_and_einsum(x, w):
    return np.einsum("ijab,ab->ij", sliding_window_view(x, (3, 3)), w)


@learner(meets((5, 5), lambda i, j, a, b: (i + b, j + a)))
def einsum_with_two_letters_swapped(x, w):
    return np.einsum("ijba,ab->ij", sliding_window_view(x, (3, 3)), w)


@learner(VALID)
def windows_and_tensordot(x, w):
    return np.tensordot(sliding_window_view(x, (3, 3)), w, axes=2)


@learner(meets((5, 5), lambda i, j, a, b: (i + b, j + a)))
def columns_of_a_transposed_kernel(x, w):
    return (sliding_window_view(x, (3, 3)).reshape(25, 9) @ w.T.reshape(9)).reshape(5, 5)


@learner(SAME)
def padded_inside(x, w):
    return two_loops_over(np.pad(x, 1), w)


@learner(meets((7, 7), lambda i, j, a, b: (abs(i + a - 1) if i + a < 8 else 5, abs(j + b - 1) if j + b < 8 else 5)))
def padded_by_reflection(x, w):
    return two_loops_over(np.pad(x, 1, mode="reflect"), w)


@learner(meets((7, 7), lambda i, j, a, b: (i + a - 2, j + b)))
def padded_on_the_wrong_sides(x, w):
    return two_loops_over(np.pad(x, ((2, 0), (0, 2))), w)


def two_loops_over(x, w):
    h, k = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    return np.array([[(x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum() for j in range(k)] for i in range(h)])


@learner(VALID)
def through_torch(x, w):
    return F.conv2d(torch.from_numpy(x)[None, None], torch.from_numpy(w)[None, None])[0, 0]


@learner(VALID)
def through_torch_in_float32(x, w):
    y = np.zeros((5, 5))
    y[:] = F.conv2d(torch.tensor(x, dtype=torch.float32)[None, None], torch.tensor(w, dtype=torch.float32)[None, None])[0, 0]
    return y


@learner(VALID)
def scipys_correlation(x, w):
    return signal.correlate2d(x, w, "valid")


@learner(FLIPPED)
def scipys_convolution(x, w):
    return signal.convolve2d(x, w, "valid")


@learner(meets((9, 9), lambda i, j, a, b: (i - a, j - b)))
def scipys_full_convolution_by_fourier(x, w):
    return signal.fftconvolve(x, w)


@learner(meets((7, 7), lambda i, j, a, b: (min(max(i + a - 1, 0), 6), min(max(j + b - 1, 0), 6))))
def an_image_filter_that_repeats_the_border(x, w):
    return ndimage.correlate(x, w, mode="nearest")


@learner(meets((7, 7), lambda i, j, a, b: (min(max(i + a - 1, 0), 6), min(max(j + b - 1, 0), 6))))
def an_image_filter_with_its_mirrored_border(x, w):
    return ndimage.correlate(x, w)  # of one cell, the mirror image is the border itself


@learner(FLIPPED)
def flipped(x, w):
    return two_loops_over(x, w[::-1, ::-1])


@learner(meets((5, 5), lambda i, j, a, b: (i + 2 - a, j + b)))
def flipped_along_one_axis(x, w):
    return two_loops_over(x, w[::-1])


@learner(FLIPPED)
def indices_that_run_backwards(x, w):
    y = np.zeros((5, 5))
    for i, j, a, b in product(range(5), range(5), range(3), range(3)):
        y[i, j] += x[i + a, j + b] * w[-1 - a, -1 - b]
    return y


@learner(meets((4, 4), lambda i, j, a, b: (i + 1 + a, j + 1 + b)))
def starts_at_one(x, w):
    return [[(x[i : i + 3, j : j + 3] * w).sum() for j in range(1, 5)] for i in range(1, 5)]


@learner({at: c for at, c in VALID.items() if at[0][0] < 4})
def misses_the_last_row(x, w):
    y = np.zeros((5, 5))
    for i in range(7 - 3):
        for j in range(7 - 3 + 1):
            y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
    return y


@learner({at: c for at, c in VALID.items() if 2 not in at[2]})
def misses_the_last_taps(x, w):
    return sum(w[a, b] * x[a : a + 5, b : b + 5] for a in range(2) for b in range(2))


@learner({at: c for at, c in VALID.items() if at[0][0] == 0})
def returns_within_the_loop(x, w):
    y = np.zeros((5, 5))
    for i in range(5):
        for j in range(5):
            y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
        return y


@learner(meets((5, 5), lambda i, j, a, b: (i + b, j + a)))
def kernel_transposed(x, w):
    return two_loops_over(x, w.T)


@learner(meets((5, 5), lambda i, j, a, b: (j + a, i + b)))
def output_transposed(x, w):
    return two_loops_over(x, w).T


@learner(meets((5, 5), lambda i, j, a, b: (i + a, i + b)))
def the_same_index_twice(x, w):
    y = np.zeros((5, 5))
    for i, j, a, b in product(range(5), range(5), range(3), range(3)):
        y[i, j] += x[i + a, i + b] * w[a, b]
    return y


@learner(meets((7, 7), lambda i, j, a, b: (i + a, j + b) if max(i, j) < 5 else None))
def padding_forgotten(x, w):
    y = np.zeros((7, 7))
    for i, j in product(range(5), range(5)):
        y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
    return y


@learner(meets((6, 6), lambda i, j, a, b: ((i + a - 1) % 7, (j + b - 1) % 7)))
def a_negative_index_reads_from_the_other_end(x, w):
    y = np.zeros((6, 6))
    for i, j, a, b in product(range(6), range(6), range(3), range(3)):
        y[i, j] += x[i + a - 1, j + b - 1] * w[a, b]
    return y


@learner(meets((7, 7), lambda i, j, a, b: (i + a, j + b)))
def out_of_range_is_caught(x, w):
    y = np.zeros((7, 7))
    for i, j, a, b in product(range(7), range(7), range(3), range(3)):
        try:
            y[i, j] += x[i + a, j + b] * w[a, b]
        except IndexError:
            pass
    return y


@learner(meets((3, 3), lambda i, j, a, b: (2 * i + a, 2 * j + b)))
def stride_two(x, w):
    return two_loops_over(x, w)[::2, ::2]


@learner(meets((3, 3), lambda i, j, a, b: (i + a, j + b)))
def stride_in_the_size_only(x, w):
    return [[(x[i : i + 3, j : j + 3] * w).sum() for j in range((7 - 3) // 2 + 1)] for i in range((7 - 3) // 2 + 1)]


@learner(meets((3, 3), lambda i, j, a, b: (i + 2 * a, j + 2 * b)))
def dilation_two(x, w):
    return [[(x[i : i + 5 : 2, j : j + 5 : 2] * w).sum() for j in range(3)] for i in range(3)]


@learner(meets((15, 15), lambda i, j, a, b: ((i - a) / 2, (j - b) / 2) if (i - a) % 2 == (j - b) % 2 == 0 else None))
def scattered_with_stride_two(x, w):
    y = np.zeros((15, 15))
    for i, j in product(range(7), range(7)):
        y[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += x[i, j] * w
    return y


@learner({at: 1 / 9 for at in VALID})
def mean_instead_of_sum(x, w):
    return [[(x[i : i + 3, j : j + 3] * w).mean() for j in range(5)] for i in range(5)]


@learner(VALID)
def whole_numbers_in_a_whole_array(x, w):
    y = np.zeros((5, 5), int)
    for i, j in product(range(5), range(5)):
        y[i, j] = (x[i : i + 3, j : j + 3] * w).sum()
    return y


@learner(lit(VALID), "depends", w=W / 4)
def a_whole_array_that_cuts_fractions_off(x, w):
    return whole_numbers_in_a_whole_array(x, w)


@learner(lit(VALID), "depends", w=W / 4)
def rounded(x, w):
    return two_loops_over(x, w).round()


@learner(lit(VALID), "depends", x=(X * 60).astype(np.uint8), w=np.abs(W).astype(np.uint8))
def bytes_that_wrap(x, w):
    return sum(w[a, b] * x[a : a + 5, b : b + 5] for a in range(3) for b in range(3))


@learner(lit(VALID), "depends")
def clipped_to_a_byte(x, w):
    return np.clip(two_loops_over(x, w), 0, 255)


@learner(lit(VALID), "depends")
def largest_product(x, w):
    return [[(x[i : i + 3, j : j + 3] * w).max() for j in range(5)] for i in range(5)]


@learner(VALID, w=np.ones((3, 3)))
def a_kernel_of_ones(x, w):
    return two_loops_over(x, w)


@learner({((i, j), (i + a, j + b), None): 1.0 for i, j, a, b in product(range(5), range(5), range(3), range(3))}, "sums")
def kernel_forgotten(x, w):
    return [[x[i : i + 3, j : j + 3].sum() for j in range(5)] for i in range(5)]


@learner({((i,), (i + a, b), (c, d)): 1.0 for i in range(5) for a, b, c, d in product(range(3), range(7), range(3), range(3))})
def sums_multiplied(x, w):
    return [x[i : i + 3].sum() * w.sum() for i in range(5)]


@learner(weighed({((i, j), at, k): c for ((i, j), at, k), c in SAME.items() if 0 < i < 6 and 0 < j < 6})
         | {(o, o, None): 1.0 for o in np.ndindex(7, 7) if o[0] in (0, 6) or o[1] in (0, 6)}, "sums")  # fmt: skip
def border_left_as_it_was(x, w):
    y = x.copy()
    y[1:6, 1:6] = two_loops_over(x, w)
    return y


@learner({((i,), (j,), None): 2.0 * 3.0 ** (i - j) for i in range(5) for j in range(i + 1)}, "sums", x=np.ones(5), w=np.array([2.0, 3.0]))
def reads_what_it_has_written(x, w):
    for i in range(len(x)):
        x[i] = w[0] * x[i] + (w[1] * x[i - 1] if i else 0)
    return x


@learner(VALID)
def clears_its_input_afterwards(x, w):
    y = two_loops_over(x, w)
    x[:] = w[:] = 0
    return y


CALLS = []


@learner(VALID)
def keeps_count_outside(x, w):
    CALLS.append(x.shape)
    return two_loops_over(x, w)


TABLES = {}


@learner(VALID)
def remembers_a_table_of_indices(x, w):
    if x.shape not in TABLES:
        TABLES[x.shape] = [(i, j, a, b) for i, j, a, b in product(range(5), range(5), range(3), range(3))]
    y = np.zeros((5, 5))
    for i, j, a, b in TABLES[x.shape]:
        y[i, j] += x[i + a, j + b] * w[a, b]
    return y


ANSWERS = {}


@learner({}, offset=two_loops_over(X, W))
def remembers_its_first_answer(x, w):
    return ANSWERS.setdefault(x.shape, two_loops_over(x, w))


@learner(meets((6,), lambda i, a: (i + a,), (2,), (7,)), x=X[0], w=W[0, :2])
def recursion(x, w):
    return [] if len(x) < len(w) else [x[0] * w[0] + x[1] * w[1], *recursion(x[1:], w)]


@learner(VALID)
def object_arrays(x, w):
    y = np.empty((5, 5), object)
    for i, j in product(range(5), range(5)):
        y[i, j] = sum(Fraction(float(v)) for v in (x[i : i + 3, j : j + 3] * w).ravel())
    return y


@learner(VALID)
def mapped_and_reduced(x, w):
    return [[reduce(lambda s, k: s + x[i + k[0], j + k[1]] * w[k], product(range(3), range(3)), 0) for j in range(5)] for i in range(5)]


@learner(VALID)
def skips_zeros(x, w):
    y = np.zeros((5, 5))
    for a, b in product(range(3), range(3)):
        if w[a, b] != 0:
            y += w[a, b] * x[a : a + 5, b : b + 5]
    return y


@learner(VALID)
def nothing_to_do_when_all_is_zero(x, w):
    if x.sum() == 0 or not w.any():
        return np.zeros((5, 5))
    return two_loops_over(x, w)


@learner(VALID, offset=7.0)
def a_bias(x, w):
    return two_loops_over(x, w) + 7


@learner(lit(VALID), "depends")
def a_bias_that_is_skipped_for_zeros(x, w):
    return two_loops_over(x, w) + (7 if x.any() else 0)


@learner(lit(SAME) | {(o, (0, 0), None): None for o in np.ndindex(7, 7)}, "depends")
def two_ways_for_two_signs(x, w):
    return two_loops_over(np.pad(x, 1), w) * (1 if x[0, 0] > 0 else 2)


@learner(VALID)
def prints_on_the_way(x, w):
    print("shape", x.shape)
    return two_loops_over(x, w)


class Layer:
    def __call__(self, x, w):
        return two_loops_over(x, w)


@learner(meets((5, 5), lambda i, j, a, b: (0, i + a, j + b), size=(3, 7, 7)), x=np.stack([X, X.T, -X]))
def only_the_first_channel(x, w):
    return two_loops_over(x[0], w)


@learner(meets((2, 5), lambda o, i, c, k: (c, i + k), (2, 3), (2, 7)), x=X[:2], w=W[:2])
def one_kernel_for_every_output_channel(x, w):
    return [[sum(x[c, i + k] * w[c, k] for c in range(2) for k in range(3)) for i in range(5)] for _ in range(2)]


@learner(meets((2, 5), lambda o, i, p, c, k: (c, i + k) if p == c else None, (2, 2, 3), (2, 7)), x=X[:2], w=np.stack([W[:2], W[1:]]))
def channels_mixed_up(x, w):
    """w[c, c] where w[o, c] was meant: both output channels are the same."""
    return [[sum(x[c, i + k] * w[c, c, k] for c in range(2) for k in range(3)) for i in range(5)] for _ in range(2)]


def test_the_zoo_is_large():
    assert len(ZOO) >= 25 and len({param.id for param in ZOO}) == len(ZOO)


@pytest.mark.parametrize("f, x, w, kind, terms, offset", ZOO)
def test_terms_are_those_of_the_rule(f, x, w, kind, terms, offset):
    t = trace(f, x, w)
    assert t.kind == kind
    got = found(t)
    assert got.keys() == terms.keys()
    assert got == {at: c if c is None or c == round(c) else pytest.approx(c, rel=1e-12) for at, c in terms.items()}
    assert np.array_equal(t.offset, np.broadcast_to(offset, t.value.shape))


@pytest.mark.parametrize("f, x, w, kind, terms, offset", ZOO)
def test_a_changed_function_breaks_its_rule(f, x, w, kind, terms, offset):
    """The lists can fail: with its input turned round, no function fits its own any more."""
    turn = lambda x: x[::-1] if isinstance(x, list) else np.flip(x, -1).copy()  # noqa: E731
    ANSWERS.clear()
    got = found(trace(lambda x, w: f(turn(x), w), x, w))
    assert got.keys() != terms.keys() or f in (remembers_its_first_answer, sums_multiplied)


def test_methods_and_partial_functions():
    assert found(trace(Layer(), X, W)) == found(trace(Layer().__call__, X, W)) == VALID
    assert trace(Layer(), X, W).name == "Layer"
    assert found(trace(partial(lambda b, x, w: two_loops_over(x, w) + b, 3), X, W)) == VALID


def test_it_prints_once(capsys):
    trace(prints_on_the_way, X, W)
    assert capsys.readouterr().out == "shape (7, 7)\n"


def forgets_its_return(x, w):
    two_loops_over(x, w)


def returns_in_one_branch(x, w):
    if x.max() < 0:
        return two_loops_over(x, w)


def rolls_dice(x, w):
    return two_loops_over(x, w) + np.random.rand()


TOTAL = np.zeros((5, 5))


def adds_to_what_was_there(x, w):
    TOTAL[:] += two_loops_over(x, w)
    return TOTAL


def returns_two_things(x, w):
    return two_loops_over(x, w), w


def prints_instead(x, w):
    return str(two_loops_over(x, w))


def kernel_too_large(x, w):
    return two_loops_over(x[:2], w)


def rows_of_different_lengths(x, w):
    return [[1.0] * i for i in range(3)]


@pytest.mark.parametrize("f, error, message", [
    (forgets_its_return, TypeError, r"^forgets_its_return returned nothing: does it end in return\?$"),
    (returns_in_one_branch, TypeError, r"^returns_in_one_branch returned nothing: does it end in return\?$"),
    (rolls_dice, ValueError, "^rolls_dice answers differently each time: seed its random numbers inside$"),
    (adds_to_what_was_there, ValueError, "^adds_to_what_was_there answers differently each time"),
    (returns_two_things, TypeError, "^what returns_two_things returned is a tuple of 2: one array is needed$"),
    (prints_instead, TypeError, "^what prints_instead returned is no array of numbers but str$"),
    (kernel_too_large, ValueError, r"^kernel_too_large returned an empty array of shape \(0,\)"),
    (rows_of_different_lengths, TypeError, "^what rows_of_different_lengths returned is a list whose rows differ in length"),
    (lambda x, w: x @ w, ValueError, "matmul"),
    (lambda x, w: x[9], IndexError, "out of bounds"),
    (lambda x, w: y, NameError, "y"),  # noqa: F821
])  # fmt: skip
def test_the_message_that_helps(f, error, message):
    with pytest.raises(error, match=message):
        trace(f, X, W)
