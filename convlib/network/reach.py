"""Which cells of the input an output reads along one axis: exact, padding included, for any chain of layers.

An output o reads the input from lo(o) to hi(o). Both climb by `jump` cells an output, in steps that may repeat only
every few outputs: behind a transposed convolution of stride 2, even and odd outputs read differently.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, inf, lcm


@dataclass(frozen=True)
class Reach:
    """lo and hi of the first outputs, up to where the pattern repeats, and the jump from output to output."""

    lo: tuple = (0,)
    hi: tuple = (0,)
    jump: Fraction = Fraction(1)

    @property
    def period(self):
        return len(self.lo)

    @property
    def size(self):
        """Cells that an output sees, padding included; the largest where outputs differ."""
        return max(0, *(high - low + 1 for low, high in zip(self.lo, self.hi)))

    @property
    def start(self):
        return self.lo[0]

    @property
    def centre(self):
        """Of what the first output sees."""
        return Fraction(self.lo[0] + self.hi[0], 2) if self.lo[0] <= self.hi[0] else None

    def at(self, output):
        """The first and the last cell that one output reads."""
        repeat, place = divmod(output, self.period)
        shift = int(repeat * self.period * self.jump)
        return self.lo[place] + shift, self.hi[place] + shift

    def over(self, outputs):
        """The first and the last cell that any of these outputs reads: (inf, -inf) where there is none."""
        read = [self.at(output) for output in outputs]
        return min((low for low, _ in read), default=inf), max((high for _, high in read), default=-inf)

    def through(self, taps, step):
        """The reach behind a layer whose output o reads the places taps(o), `step` places further for the next output."""
        step = Fraction(step)
        whole = step.denominator * self.period
        period = whole // gcd(step.numerator, whole)
        lo, hi = zip(*(self.over(taps(output)) for output in range(period)))
        return Reach(lo, hi, self.jump * step)

    def joined(self, other):
        """The reach of what is made of two answers, place by place: None where their jumps differ."""
        if self.jump != other.jump:
            return None
        both = [(self.at(o), other.at(o)) for o in range(lcm(self.period, other.period))]
        return Reach(tuple(min(a[0], b[0]) for a, b in both), tuple(max(a[1], b[1]) for a, b in both), self.jump)


def convolution(kernel, stride, padding, dilation=1):
    """taps and step of a convolution or a pooling along one axis."""
    return lambda o: [o * stride - padding + dilation * tap for tap in range(kernel)], stride


def transposed(kernel, stride, padding, dilation=1):
    """taps and step of a transposed convolution: the inputs whose stamp covers an output."""
    met = lambda o: ((o + padding - dilation * tap, stride) for tap in range(kernel))  # noqa: E731
    return lambda o: [place // stride for place, stride in met(o) if not place % stride], Fraction(1, stride)


def adaptive(before, after):
    """taps and step of an adaptive pooling."""
    ratio = Fraction(before, after)
    return lambda o: range(floor(o * ratio), ceil((o + 1) * ratio)), ratio


def resized(ratio, linear):
    """taps and step of a resize: the nearest input, or with linear=True the two on either side of the place."""
    if not linear:
        return lambda o: [floor(o * ratio)], ratio
    place = lambda o: (o + Fraction(1, 2)) * ratio - Fraction(1, 2)  # noqa: E731
    return lambda o: {floor(place(o)), ceil(place(o))}, ratio
