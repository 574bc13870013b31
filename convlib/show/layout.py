"""Where the cells of a picture's grids stand, in pixels. Arrays of whole numbers in, arrays of whole numbers out."""

from dataclasses import dataclass, field

import numpy as np

GAP = 30  # between sheets


@dataclass
class Grid:
    """One array as sheets of cells: the last two spatial axes are a sheet, a third is a row of sheets, channels go down.

    A weight's sheets stand as a matrix: a row for each output channel, a column for each input channel.
    ghosts: places, in cells of the input and fractions of them, of padding and inserted zeros. frame: room for padding
    before and after, per spatial axis, whether it is read or not.
    """

    name: str
    array: np.ndarray
    spatial: int
    ghosts: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    frame: tuple = ()
    pitch: int = 44
    left: float = 0
    top: float = 0

    def __post_init__(self):
        shape = self.array.shape
        lead, self.sides = shape[: len(shape) - self.spatial], shape[len(shape) - self.spatial :]
        lead = (1,) * (2 - len(lead)) + lead
        self.lead = (int(np.prod(lead[:-1])), lead[-1])
        if self.name == "w":
            self.down, self.across = self.lead
        else:
            self.across, self.down = self.lead
        self.finer = np.ones(self.spatial, int)  # lattice places per cell: 2 where stride 2 inserts a zero
        self.low, self.high = np.zeros(self.spatial, int), np.array(self.sides, int) - 1
        if self.ghosts.size:
            fractions = self.ghosts[:, :, None] * np.arange(1, 9)
            whole = np.isclose(fractions, fractions.round(), atol=0.01).all(axis=0)
            self.finer = 1 + whole.argmax(axis=1)
            places = self.lattice(self.ghosts)
            self.low = np.minimum(0, places.min(axis=0))
            self.high = np.maximum(self.high * self.finer, places.max(axis=0))
        if len(self.frame):
            before, after = np.array(self.frame).T * self.finer
            self.low = np.minimum(self.low, -before)
            self.high = np.maximum(self.high, (np.array(self.sides) - 1) * self.finer + after)
        self.extent = (1, 1, 1, *(self.high - self.low + 1).tolist())[-3:]
        self.many = self.across * self.down * self.extent[0] > 1

    def lattice(self, places):
        return np.rint(np.asarray(places, float).reshape(-1, self.spatial) * self.finer).astype(int)

    @property
    def cells(self):
        return int(self.across * self.down * np.prod(self.extent))

    @property
    def sheet(self):
        """Width and height of one sheet."""
        return self.extent[2] * self.pitch, self.extent[1] * self.pitch

    @property
    def gap(self):
        return GAP if self.many else 0

    @property
    def size(self):
        wide, high = self.sheet
        across = self.across * self.extent[0]
        return across * wide + (across - 1) * self.gap, self.down * high + (self.down - 1) * self.gap

    def corners(self, channels, places):
        """Left and top of the cells at lattice places; channels: flat indices over the leading axes."""
        first, second = np.divmod(np.asarray(channels, int), self.lead[1])
        down, across = (first, second) if self.name == "w" else (second, first)
        at = np.asarray(places, int).reshape(-1, self.spatial) - self.low
        at = np.c_[np.zeros((len(at), 3 - self.spatial), int), at]
        wide, high = (length + self.gap for length in self.sheet)
        left = self.left + (across * self.extent[0] + at[:, 0]) * wide + at[:, 2] * self.pitch
        return np.rint(left).astype(int), np.rint(self.top + down * high + at[:, 1] * self.pitch).astype(int)

    def all_corners(self):
        """Left and top of every element of the array, in its flat order."""
        index = np.indices(self.sides).reshape(self.spatial, -1).T * self.finer
        channels = int(np.prod(self.lead))
        return self.corners(np.repeat(np.arange(channels), len(index)), np.tile(index, (channels, 1)))

    def ghost_places(self):
        """All lattice places of one sheet that hold no element of the array."""
        every = np.indices(self.high - self.low + 1).reshape(self.spatial, -1).T + self.low
        inside = ((every % self.finer == 0) & (every >= 0) & (every < np.array(self.sides) * self.finer)).all(axis=1)
        return every[~inside]

    def sheets(self):
        """Left, top, width and height of every sheet."""
        wide, high = self.sheet
        return [(self.left + a * (wide + self.gap), self.top + d * (high + self.gap), wide, high)
                for d in range(self.down) for a in range(self.across * self.extent[0])]  # fmt: skip
