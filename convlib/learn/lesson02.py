"""Exercises of lesson 02: how large the output is, and which cells are never read."""

import numpy as np

from convlib.arithmetic import output_size, pad_amounts
from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import convolve, cross_correlate


def apart(sample, right, mistakes):
    """A draw: cases of `sample` in which the right answer and every mistake differ."""
    def draw(random):
        while True:
            case = sample(random)
            answers = [tuple(np.ravel(make(*case))) for make in (right, *(m.answer for m in mistakes))]
            if all(map(len, answers)) and len(set(answers)) == len(answers):
                return case
    return draw


def spread(size, kernel, padding, stride, dilation):
    """How many strides fit, not yet rounded."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride


def outputs(size, kernel, padding, stride, dilation):
    return output_size(int(size), int(kernel), padding=int(padding), stride=int(stride), dilation=int(dilation))


def sample_layer(random):
    return tuple(int(random.integers(*limits)) for limits in ((40, 99), (3, 7), (2, 7), (2, 5), (2, 5)))


SIZE_MISTAKES = (
    Mistake("floor forgotten", lambda *layer: spread(*layer) + 1,
            "there is no part of an output. Round down."),
    Mistake("rounded up", lambda *layer: np.ceil(spread(*layer)) + 1,
            "this is rounded up. The last window must lie inside: round down."),
    Mistake("one short", lambda *layer: np.floor(spread(*layer)),
            "this counts the steps between the windows. There is one window more than steps."),
    Mistake("p counted once", lambda i, k, p, s, d: outputs(i + p, k, 0, s, d),
            "the padding is counted once. It stands on both sides: 2P."),
    Mistake("p counted twice", lambda i, k, p, s, d: outputs(i + 2 * p, k, p, s, d),
            "the padding is counted twice: 2P is already both sides."),
    Mistake("dilation forgotten", lambda i, k, p, s, d: outputs(i, k, p, s, 1),
            "the dilation is missing: the kernel spans d·(K − 1) + 1 cells."),
    Mistake("rate taken for holes", lambda i, k, p, s, d: outputs(i, k, p, s, d + 1),
            "d is taken for the number of holes. It is the rate: d − 1 holes between two taps."),
)
SIZE = Exercise(page=(55, 6, 6, 2, 3), draw=apart(sample_layer, outputs, SIZE_MISTAKES), right=outputs, mistakes=SIZE_MISTAKES,
                because="Padded size minus span, divided by the stride, rounded down, plus one.")


def cells_read(size, kernel, padding, stride):
    """The cells that some window reads, counted from the first cell of the image."""
    starts = range(-padding, size + padding - kernel + 1, stride)
    return {start + tap for start in starts for tap in range(kernel)}


def skipped(size, kernel, padding, stride):
    return [cell for cell in range(size) if cell not in cells_read(size, kernel, padding, stride)]


def sample_gaps(random):
    kernel = int(random.integers(2, 4))
    return int(random.integers(10, 16)), kernel, 2, kernel + int(random.integers(1, 3))


SKIPPED_MISTAKES = (
    Mistake("end only", lambda i, k, p, s: [c for c in skipped(i, k, p, s) if c > max(cells_read(i, k, p, s))],
            "these are lost at the end. The stride is larger than the kernel: cells between two windows are lost too."),
    Mistake("between only", lambda i, k, p, s: [c for c in skipped(i, k, p, s) if c < max(cells_read(i, k, p, s))],
            "these lie between windows. Look behind the last window, too."),
    Mistake("padding ignored", lambda i, k, p, s: skipped(i, k, 0, s),
            "this is right without padding. Here the first window starts on the zeros."),
    Mistake("counted from one", lambda *row: [c + 1 for c in skipped(*row)],
            "these are counted from 1. Count the cells from 0."),
    Mistake("read", lambda i, k, p, s: sorted(c for c in cells_read(i, k, p, s) if 0 <= c < i),
            "these are the cells that are read. The others are asked for."),
    Mistake("zeros too", lambda i, k, p, s: [c for c in range(-p, i + p) if c not in cells_read(i, k, p, s)],
            "zeros of the padding are among them. Only cells of the image are asked for."),
)
SKIPPED = Exercise(page=(12, 3, 2, 5), draw=apart(sample_gaps, skipped, SKIPPED_MISTAKES), right=skipped, mistakes=SKIPPED_MISTAKES,
                   because="Between the windows, and after the last one.")


def same(size, kernel, stride):
    return np.array(pad_amounts("same", size, kernel, stride=stride)[0])


def halves(amount):
    return np.array([amount // 2, amount - amount // 2])


def sample_same(random):
    return int(random.integers(9, 30)), int(random.integers(5, 9)), int(random.integers(2, 5))


SAME_MISTAKES = (
    Mistake("odd one first", lambda *axis: same(*axis)[::-1],
            "this puts the odd zero at the start, as scipy.signal.correlate does. Keras puts it at the end."),
    Mistake("stride forgotten", lambda i, k, s: halves(k - 1),
            "this is right for stride 1. With a stride fewer zeros are needed: look where the last window ends."),
    Mistake("total on each side", lambda *axis: np.repeat(same(*axis).sum(), 2),
            "this is the total, on each side. Share it."),
    Mistake("both rounded down", lambda *axis: np.repeat(same(*axis).min(), 2),
            "both halves are rounded down: one zero is missing, and with it one output."),
    Mistake("output rounded down", lambda i, k, s: halves(max((i // s - 1) * s + k - i, 0)),
            "this gives I / S outputs, rounded down. 'same' rounds up."),
)
SAME = Exercise(page=(11, 6, 4), draw=apart(sample_same, same, SAME_MISTAKES), right=same, mistakes=SAME_MISTAKES,
                because="The last window decides how many zeros are needed; the odd one goes to the end.")


def slide(op, x, w, stride=2, padding="same"):
    """Cross-correlation or convolution of one 2-D channel."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return op(x[None], w[None, None], stride=stride, padding=padding)[0]


def draw_image_and_kernel(random):
    """One axis odd, the other even: only there the zeros are uneven."""
    shape = random.permutation([int(random.choice([5, 7])), int(random.choice([6, 8]))])
    return random.integers(1, 20, shape) / 2, random.permutation([-3, -2, -1, 1, 2, 3, 4, 5, 6]).reshape(3, 3)


STRIDED_SAME = Exercise(
    code=True, draw=draw_image_and_kernel, right=lambda x, w: slide(cross_correlate, x, w),
    because="On images and kernels drawn anew your function does what Keras does.",
    mistakes=(
        Mistake("zeros first", lambda x, w: slide(cross_correlate, x, w, padding=1),
                "this is padding=1, or every second output of 'same' with stride 1. On an even axis Keras puts its only zero at the end."),
        Mistake("zeros last on every axis", lambda x, w: slide(cross_correlate, x, w, padding=((0, 1), (0, 1))),
                "the only zero is at the end on both axes. An odd axis needs two zeros, one on each side."),
        Mistake("valid", lambda x, w: slide(cross_correlate, x, w, padding=0),
                "no zeros were added: this is 'valid'."),
        Mistake("stride forgotten", lambda x, w: slide(cross_correlate, x, w, stride=1),
                "the stride is missing: this is 'same' with stride 1."),
        Mistake("flipped", lambda x, w: slide(convolve, x, w),
                "the kernel is flipped. Keras does not flip it."),
    ),
)


def sizes_before(output, kernel, padding, stride):
    smallest = (output - 1) * stride + kernel - 2 * padding
    return np.array([smallest, smallest + stride - 1])


def sample_backwards(random):
    return tuple(int(random.integers(*limits)) for limits in ((10, 40), (5, 9), (1, 4), (3, 6)))


BACKWARDS_MISTAKES = (
    Mistake("one size", lambda *layer: sizes_before(*layer)[[0, 0]],
            "this is the smallest. Rounding down hides larger ones: how many cells can go unread?"),
    Mistake("one too far", lambda o, k, p, s: sizes_before(o, k, p, s) + [0, 1],
            "the largest is one too large: a full stride more, and another window fits."),
    Mistake("p counted once", lambda o, k, p, s: sizes_before(o, k, p, s) + p,
            "the padding is taken away once. It stands on both sides."),
    Mistake("p forgotten", lambda o, k, p, s: sizes_before(o, k, 0, s),
            "this is the size with its padding. Take the zeros away."),
)
BACKWARDS = Exercise(page=(20, 5, 1, 3), draw=apart(sample_backwards, sizes_before, BACKWARDS_MISTAKES), right=sizes_before,
                     mistakes=BACKWARDS_MISTAKES, because="A stride of s makes s sizes look alike from the other side.")

EXERCISES = {"02.1": SIZE, "02.2": SKIPPED, "02.3": SAME, "02.4": STRIDED_SAME, "02.5": BACKWARDS}
