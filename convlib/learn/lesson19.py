"""Exercises of lesson 19: name an unnamed operator, count, follow channels, read a spread."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake

NUMBERS = tuple(range(1, 13))  # as lesson 19 numbers its operators
SHOWS = {  # what one output of each would show, in the player of mysteries
    "standard": "all channels, three places in a row, and weights that follow no pattern",
    "4 groups": "two channels, and output 0 has its own two: 0 and 1. Step from output to output",
    "4 groups + shuffle": "two channels, and the next output two others",
    "depthwise separable": "all channels, three places, and in each row the same ratios for every output",
    "3×1 + 1×3": "all channels, three places, and ratios that change from output to output",
    "bottleneck": "all channels, and its eight outputs mix only two sums: compare the ratios of a row from output to output",
    "1×1": "one place only",
    "IGC": "all channels, and the ratios in a row change from one half of the outputs to the other",
    "dilated": "gaps between the places",
    "SE added": "all places lit, and no weights: it is no weighted sum",
    "deformable": "taps that depend on the input. Before training it shows what the standard layer shows",
    "LightConv rows": "weights that two neighbouring channels share up to a factor, and taps that are shares of one",
}


def draw_numbers(random):
    """The list of operators, numbered in another order."""
    return (random.permutation(NUMBERS),)


def mystery(operator, because):
    """Which number has the operator? Every other one is a mistake, told by what it would show."""
    place = {name: i for i, name in enumerate(SHOWS)}
    return Exercise(
        page=(NUMBERS,), draw=draw_numbers, right=lambda numbers: numbers[place[operator]], because=because,
        mistakes=tuple(
            Mistake(name, lambda numbers, i=place[name]: numbers[i], f"{name} would show {shows}.")
            for name, shows in SHOWS.items() if name != operator
        ),
    )  # fmt: skip


A = mystery("4 groups + shuffle", "Two channels of eight, and the next output sees two others: dealt out.")
B = mystery("SE added", "Every place and every channel moves the gate, so nothing is dark, and it is no weighted sum.")
C = mystery("depthwise separable", "Each channel keeps its own three taps; the outputs only scale them.")


def draw_partitions(random):
    """Primary partitions, channels in each, side of the kernel."""
    return random.choice([10, 14, 15, 16]), random.integers(2, 5), random.choice([3, 5, 7])


IGC = Exercise(
    page=(16, 4, 3),
    draw=draw_partitions,
    right=lambda primary, size, k: primary * size * (size * k**2 + primary),
    because="L·M kernels around, of M channels each, then L·M kernels across, of L channels each.",
    tolerance=1e-9,
    mistakes=(
        Mistake("roles swapped", lambda primary, size, k: primary * size * (primary * k**2 + size),
                "the sizes are swapped: a primary partition has M channels, and each of its kernels reads these M."),
        Mistake("one layer", lambda primary, size, k: primary * size**2 * k**2,
                "this is the first grouped layer only. The 1×1 layer across the partitions is missing."),
        Mistake("second dense", lambda primary, size, k: primary * size * (size * k**2 + primary * size),
                "the 1×1 layer was counted without groups: each of its kernels reads one channel of each primary partition."),
        Mistake("depthwise", lambda primary, size, k: primary * size * (k**2 + primary * size),
                "this is the depthwise separable layer: the case M = 1."),
        Mistake("one axis", lambda primary, size, k: primary * size * (size * k + primary),
                "the kernel has two axes: K·K taps."),
        Mistake("no groups", lambda primary, size, k: (primary * size) ** 2 * (k**2 + 1),
                "no group was used at all: both layers were counted as dense."),
    ),
)  # fmt: skip


def draw_connections(random):
    """Who sees whom in two layers, channels in another order each time."""
    first = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    second = np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1], [1, 0, 1, 0, 0, 0]])
    middle = random.permutation(6)
    return first[middle][:, random.permutation(4)], second[:, middle][random.permutation(5)]


def paths(first, second):
    return np.asarray(second) @ np.asarray(first)


REACH = Exercise(
    code=True, draw=draw_connections, right=lambda first, second: (paths(first, second) > 0).astype(float),
    because="An output sees an input if any path leads there: multiply the matrices, and ask where it is not 0.",
    mistakes=(
        Mistake("paths", paths,
                "this counts the paths. Only whether there is one is asked for: 0 or 1."),
        Mistake("transposed", lambda first, second: (paths(first, second) > 0).T.astype(float),
                "rows and columns are swapped: a row for each output, a column for each input."),
        Mistake("all", lambda first, second: (paths(first, second) == np.sum(second, axis=1, keepdims=True)).astype(float),
                "this asks for a path through every middle channel. One path is enough."),
        Mistake("one path", lambda first, second: (paths(first, second) == 1).astype(float),
                "where two paths meet, this answers 0. They see it all the same."),
        Mistake("shares", lambda first, second: paths(first, second) / paths(first, second).sum(axis=1, keepdims=True),
                "these are shares of the paths. Only whether there is one is asked for: 0 or 1."),
    ),
)  # fmt: skip


def draw_accuracies(random):
    """Five seeds of two variants, in another order and at another height."""
    one, other = random.permutation([0, 1, 2, 1, 0]) / 2, random.permutation([1, 3, 2, 0, 1]) / 2
    return random.integers(94, 98) + one, random.integers(90, 93) + other


def apart(one, other):
    return np.mean(one) - np.mean(other)


def variance(values, less=1):
    return np.var(values, ddof=less)


SPREAD = Exercise(
    page=([98.0, 98.5, 99.0, 98.5, 98.0], [97.0, 98.0, 97.5, 96.5, 97.0]),
    draw=draw_accuracies,
    right=lambda one, other: apart(one, other) / np.sqrt(variance(one) / 5 + variance(other) / 5),
    because="The difference of the means over the standard error of that difference.",
    tolerance=5e-3,
    mistakes=(
        Mistake("of one", lambda one, other: apart(one, other) / np.sqrt(variance(one) / 5),
                "only the spread of the first was used. Both means are uncertain."),
        Mistake("deviations", lambda one, other: apart(one, other) / np.sqrt(variance(one) + variance(other)),
                "this divides by the spread of single seeds. A mean of five is surer: divide the variances by 5."),
        Mistake("by n", lambda one, other: apart(one, other) / np.sqrt((variance(one, 0) + variance(other, 0)) / 5),
                "the variances were divided by 5 where 4 belongs: the mean was estimated from the same five (ddof=1)."),
        Mistake("added", lambda one, other: apart(one, other) / (np.sqrt(variance(one) / 5) + np.sqrt(variance(other) / 5)),
                "the two standard errors were added. Add their squares, then take the root."),
        Mistake("difference", apart,
                "this is the difference itself. Divide it by its standard error."),
        Mistake("backwards", lambda one, other: apart(other, one) / np.sqrt(variance(one) / 5 + variance(other) / 5),
                "the sign is turned: first minus second."),
    ),
)  # fmt: skip

EXERCISES = {"19.1": A, "19.2": B, "19.3": C, "19.4": IGC, "19.5": REACH, "19.6": SPREAD}
