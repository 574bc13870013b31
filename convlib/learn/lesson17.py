"""Exercises of lesson 17: deformable convolution."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops.sampling import bilinear

SQUARE = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)], float)


def read(x, places):
    """The bilinear values of an image at rows and columns."""
    rows, columns = np.asarray(places, dtype=float)
    return bilinear(np.asarray(x, dtype=float)[None], rows, columns)[0]


def crossed(places):
    """Places whose shares go to the wrong neighbour along each axis."""
    low = np.floor(places)
    return 2 * low + 1 - places


def draw_image_and_place(random):
    return random.permutation([0, 1, 4, 14, 51, 190, 700, 2600, 9700]).reshape(3, 3), random.permutation([0.375, 1.125])


BY_HAND = Exercise(
    page=([[2, 6, 1], [4, 0, 8], [3, 5, 7]], [0.25, 1.25]), draw=draw_image_and_place, right=read,
    because="The four cells around take part, each by its nearness along the rows times that along the columns.",
    tolerance=1e-3,
    mistakes=(
        Mistake("swapped", lambda x, place: read(x, place[::-1]),
                "this is the value with row and column swapped. Row first."),
        Mistake("crossed", lambda x, place: read(x, crossed(np.asarray(place))),
                "the shares went to the wrong cells: the nearer cell takes the larger one."),
        Mistake("nearest", lambda x, place: read(x, np.rint(place)),
                "this is the nearest cell alone. All four around take part."),
        Mistake("mean", lambda x, place: read(x, np.floor(place) + 0.5),
                "this is the mean of the four cells. Weigh them by nearness."),
        Mistake("rows only", lambda x, place: read(x, [place[0], np.floor(place[1])]),
                "this goes between the rows, but not between the columns."),
        Mistake("columns only", lambda x, place: read(x, [np.floor(place[0]), place[1]]),
                "this goes between the columns, but not between the rows."),
    ),
)  # fmt: skip


def bill(channels, kernel, groups, numbers=3, reads=None):
    """Output channels of the second convolution, and its weights."""
    made = numbers * kernel**2 * groups
    return made, kernel**2 * (reads or channels) * made


COUNT = Exercise(
    page=(256, 5, 4), draw=lambda random: (random.choice([64, 96, 128]), random.choice([5, 7]), random.choice([3, 4, 8])), right=bill,
    because="Three numbers for each point and group: dy, dx and a gate. The weights read all the channels.",
    mistakes=(
        Mistake("version 1", lambda c, k, g: bill(c, k, g, 2),
                "this is version 1. Version 2 has a gate for each point as well."),
        Mistake("2C", lambda c, k, g: (2 * c, k**2 * c * 2 * c),
                "twice the channels: the offsets belong to the points of the kernel, not to the channels."),
        Mistake("one group", lambda c, k, g: bill(c, k, 1),
                "the groups were forgotten: each has offsets of its own."),
        Mistake("each channel a group", lambda c, k, g: bill(c, k, c),
                "here each channel has offsets of its own. Only the groups have."),
        Mistake("split", lambda c, k, g: bill(c, k, g, reads=c / g),
                "the second convolution was split into groups. It reads all the channels for all the offsets."),
        Mistake("1×1", lambda c, k, g: (bill(c, k, g)[0], c * bill(c, k, g)[0]),
                "the weights are those of a 1×1 convolution. The second one is as large as the layer's kernel."),
    ),
)  # fmt: skip

DILATE = Exercise(
    page=(3,), draw=lambda random: (random.integers(3, 9),), right=lambda rate: (rate - 1) * SQUARE,
    because="At rate d a tap lies d times as far from the middle: it moves by d − 1 times its place.",
    mistakes=(
        Mistake("places", lambda rate: rate * SQUARE,
                "these are the places where the taps read. The offset is what is added to where they were."),
        Mistake("holes", lambda rate: (rate - 2) * SQUARE,
                "one too few: offsets equal to the places themselves give rate 2 already."),
        Mistake("dx first", lambda rate: (rate - 1) * SQUARE[:, ::-1],
                "dx stands before dy. Row first."),
        Mistake("inwards", lambda rate: (1 - rate) * SQUARE,
                "the sign is turned round: the taps move inwards and past each other."),
        Mistake("from the corner", lambda rate: (rate - 1) * (SQUARE + 1),
                "counted from the upper left tap. That is rate d as well, moved down and to the right: count from the middle."),
    ),
)  # fmt: skip


def draw_image_and_places(random):
    """An image, and a few places within it and outside."""
    places = random.uniform(0, 3, (2, 3, 2))
    places[:, 0, 0], places[:, 2, 1] = (-0.3, 1.4), (4.6, 6.3)
    return random.permutation(35).reshape(5, 7) + 1.0, places


WRITE_READ = Exercise(
    code=True, draw=draw_image_and_places, right=read,
    because="On images and places drawn anew your function reads between the cells, and zeros outside.",
    mistakes=(
        Mistake("swapped", lambda x, places: read(x, places[::-1]),
                "rows and columns are swapped: places[0] holds the rows."),
        Mistake("nearest", lambda x, places: read(x, np.rint(places)),
                "this reads the nearest cell alone."),
        Mistake("floor", lambda x, places: read(x, np.floor(places)),
                "the places are rounded down: nothing is read between the cells."),
        Mistake("clamped", lambda x, places: read(x, np.clip(places, 0, np.reshape(np.subtract(np.shape(x), 1), (2, 1, 1)))),
                "outside the image this repeats the border. Here zeros stand there."),
        Mistake("crossed", lambda x, places: read(x, crossed(np.asarray(places))),
                "the shares went to the wrong cells: the nearer cell takes the larger one."),
    ),
)  # fmt: skip


def turned(degrees, zoom):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return zoom * SQUARE @ np.array([[c, s], [-s, c]])


def draw_offsets(random):
    return ((turned(random.uniform(20, 60), random.uniform(1.3, 2)) - SQUARE + random.normal(0, 0.05, (9, 2))).round(3),)


def pose(places, area=False):
    """The turn in degrees, anticlockwise, and the zoom that bring the square nearest to nine places."""
    fit = np.asarray(places).T @ SQUARE / 6
    size = abs(np.linalg.det(fit))
    return np.rad2deg(np.arctan2(fit[1, 0] - fit[0, 1], fit[0, 0] + fit[1, 1])), size if area else size**0.5


POSE = Exercise(
    page=([[0.32, -0.86], [-0.27, -0.59], [-0.86, -0.32], [0.59, -0.27], [0, 0],
           [-0.59, 0.27], [0.86, 0.32], [0.27, 0.59], [-0.32, 0.86]],),
    draw=draw_offsets, right=lambda offset: pose(np.add(offset, SQUARE)),
    because="Offset plus place is where a tap reads: fit a turn and a zoom to these.",
    tolerance=2e-3,
    mistakes=(
        Mistake("offsets alone", lambda offset: pose(offset),
                "this is the fit of the offsets alone. Add the place of each tap first."),
        Mistake("clockwise", lambda offset: np.multiply(pose(np.add(offset, SQUARE)), (-1, 1)),
                "the sign of the turn: rows grow downwards. Anticlockwise counts as positive."),
        Mistake("radians", lambda offset: np.multiply(pose(np.add(offset, SQUARE)), (np.pi / 180, 1)),
                "the turn is in radians. Degrees are asked for."),
        Mistake("area", lambda offset: pose(np.add(offset, SQUARE), area=True),
                "the zoom is that of the area. Take the square root: how much longer is a side?"),
        Mistake("order", lambda offset: pose(np.add(offset, SQUARE))[::-1],
                "the other way round: the turn first, then the zoom."),
    ),
)  # fmt: skip

EXERCISES = {"17.1": BY_HAND, "17.2": COUNT, "17.3": DILATE, "17.4": WRITE_READ, "17.5": POSE}
