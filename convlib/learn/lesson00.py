"""Exercises of lesson 00: conventions for padding, dilation, weights and counts."""

from convlib.learn.exercise import Exercise, Mistake


def draw_total(random):
    return int(random.integers(8, 20)), int(random.integers(3, 5)), 2 * int(random.integers(2, 5))


TOTAL = Exercise(
    page=(7, 4, 4),
    draw=draw_total,
    right=lambda size, kernel, p: size + p - kernel + 1,
    because="Two rows above and two below: 7 + 4 − 4 + 1.",
    mistakes=(
        Mistake("per side", lambda size, kernel, p: size + 2 * p - kernel + 1,
                "this reads the padding per side, as torch does. Here it is the total over both sides."),
        Mistake("one side", lambda size, kernel, p: size + p // 2 - kernel + 1,
                "this counts one side only. Half of the total is above, and the other half below."),
        Mistake("no padding", lambda size, kernel, p: size - kernel + 1, "this leaves the padding out."),
        Mistake("one short", lambda size, kernel, p: size + p - kernel,
                "off by one: a kernel that fits exactly has one place, not none. Add 1."),
        Mistake("never smaller", lambda size, kernel, p: size + p, "this is the padded input. The kernel takes K − 1 rows off it."),
    ),
)  # fmt: skip


def draw_back(random):
    return int(random.integers(10, 20)), int(random.integers(6, 10)), 2


def through(size, kernel, direct):
    """The padding of the direct convolution and the size that it makes."""
    return direct, size + 2 * direct - kernel + 1


BACK = Exercise(
    page=(6, 7, 2),
    draw=draw_back,
    right=lambda size, kernel, p: through(size, kernel, kernel - 1 - p),
    because="The direct padding is K − 1 − P = 4, and 6 + 2·4 − 7 + 1 = 8.",
    mistakes=(
        Mistake("as a convolution", lambda size, kernel, p: through(size, kernel, p),
                "this takes P as the padding of the direct convolution. It is K − 1 − P."),
        Mistake("K − P", lambda size, kernel, p: through(size, kernel, kernel - p),
                "this uses K − P. A kernel of K reaches K − 1 beyond its first cell: K − 1 − P."),
        Mistake("P ignored", lambda size, kernel, p: through(size, kernel, kernel - 1), "this is the answer for padding=0."),
        Mistake("one side", lambda size, kernel, p: (kernel - 1 - p, size - p),
                "the padding is right. For the rows it counts on both sides."),
        Mistake("other order", lambda size, kernel, p: through(size, kernel, kernel - 1 - p)[::-1],
                "both numbers are right, in the other order: the padding first."),
    ),
)  # fmt: skip


def draw_holes(random):
    return int(random.integers(3, 8)), int(random.integers(2, 6))


HOLES = Exercise(
    page=(3, 2),
    draw=draw_holes,
    right=lambda kernel, holes: (holes + 1, (holes + 1) * (kernel - 1) + 1),
    because="The rate is one more than the holes, and 3·(3 − 1) + 1 = 7.",
    mistakes=(
        Mistake("holes as a rate", lambda kernel, holes: (holes, holes * (kernel - 1) + 1),
                "this takes the holes for the rate. The step from tap to tap is one more than the zeros between."),
        Mistake("one gap", lambda kernel, holes: (holes + 1, kernel + holes),
                "the rate is right. The zeros stand in each of the K − 1 gaps, not in one."),
        Mistake("a gap too many", lambda kernel, holes: (holes + 1, (holes + 1) * kernel),
                "the rate is right. Behind the last tap there are no more zeros: K − 1 gaps, not K."),
        Mistake("one short", lambda kernel, holes: (holes + 1, (holes + 1) * (kernel - 1)),
                "the rate is right, and the span off by one: the first tap is a cell, too."),
    ),
)  # fmt: skip


def draw_weight(random):
    return *(int(c) for c in random.permutation([2, 8, 12, 24, 48])[:2]), int(random.choice([3, 5, 7]))


WEIGHT = Exercise(
    page=(24, 8, 5),
    draw=draw_weight,
    right=lambda c_in, c_out, k: (c_in, c_out, k, k),
    because="Input channels first: it is the weight of the convolution from 8 to 24 that it runs back.",
    mistakes=(
        Mistake("as in Conv2d", lambda c_in, c_out, k: (c_out, c_in, k, k),
                "this is the order of Conv2d. In a transposed convolution the input channels come first."),
        Mistake("rows first", lambda c_in, c_out, k: (k, k, c_in, c_out),
                "this puts rows and columns first, as TensorFlow's convolutions do."),
        Mistake("rows first, turned", lambda c_in, c_out, k: (k, k, c_out, c_in),
                "this is TensorFlow's order for a transposed convolution. torch puts the channels first."),
        Mistake("one axis", lambda c_in, c_out, k: (c_in, c_out, k), "rows and columns of the kernel are two axes: 5 and 5."),
        Mistake("a number", lambda c_in, c_out, k: c_in * c_out * k * k, "this is how many weights there are. The shape is asked for."),
    ),
)  # fmt: skip


def draw_work(random):
    c_in, c_out = random.permutation([3, 16, 32, 48])[:2]
    return int(c_in), int(c_out), int(random.choice([3, 5])), int(random.choice([14, 28, 56]))


FLOPS = Exercise(
    page=(16, 32, 3, 28),
    draw=draw_work,
    right=lambda c_in, c_out, k, o: 2 * c_in * c_out * k * k * o * o,
    because="Every weight once for each output place, and a multiplication and an addition each.",
    mistakes=(
        Mistake("MACs", lambda c_in, c_out, k, o: c_in * c_out * k * k * o * o,
                "these are the MACs. Strictly, a MAC is two floating-point operations."),
        Mistake("parameters", lambda c_in, c_out, k, o: c_in * c_out * k * k,
                "these are the weights. Each is used once for each output place."),
        Mistake("twice the weights", lambda c_in, c_out, k, o: 2 * c_in * c_out * k * k,
                "this is one output place. There are 28×28 of them."),
        Mistake("one row", lambda c_in, c_out, k, o: 2 * c_in * c_out * k * k * o, "this is one row of the output. Count the columns too."),
        Mistake("input channels forgotten", lambda c_in, c_out, k, o: 2 * c_out * k * k * o * o,
                "the input channels are missing: each filter is 16 kernels deep."),
        Mistake("output channels forgotten", lambda c_in, c_out, k, o: 2 * c_in * k * k * o * o,
                "this is one output channel. There are 32."),
        Mistake("four times", lambda c_in, c_out, k, o: 4 * c_in * c_out * k * k * o * o,
                "twice too many: a MAC is two operations, one multiplication and one addition."),
    ),
)  # fmt: skip

EXERCISES = {"00.1": TOTAL, "00.2": BACK, "00.3": HOLES, "00.4": WEIGHT, "00.5": FLOPS}
