"""What is known of a tensor on its way through a model: which of its axes are places of the input, and what the rest covers."""

from dataclasses import dataclass, field, replace
from fractions import Fraction


@dataclass(frozen=True)
class View:
    """axes: {axis of the tensor: (axis of the input, Reach)}; covered: {axis of the input: (first, last)} for the input
    axes that no axis of the tensor follows any more; size: of the input; via: the layer that it came through."""

    axes: dict = field(default_factory=dict)
    covered: dict = field(default_factory=dict)
    size: tuple = ()
    via: str = ""

    def within(self, which, low, high):
        last = self.size[which] - 1
        return max(low, 0), min(high, last)

    def through(self, axis, taps, step):
        """With one axis read by a layer."""
        which, reach = self.axes[axis]
        return replace(self, axes=self.axes | {axis: (which, reach.through(taps, step))})

    def collapsed(self, axis, places):
        """Without one axis: what follows reads all of these places of it."""
        if axis not in self.axes:
            return self
        which, reach = self.axes[axis]
        seen = self.within(which, *reach.over(places))
        covered = self.covered | {which: union(seen, self.covered.get(which, seen))}
        return replace(self, axes={a: v for a, v in self.axes.items() if a != axis}, covered=covered)

    def all_collapsed(self, shape):
        for axis in sorted(self.axes):
            self = self.collapsed(axis, range(shape[axis]))
        return self

    def moved(self, places):
        """With axes at other places: {old axis: new axis}."""
        return replace(self, axes={places[a]: v for a, v in self.axes.items() if a in places})

    def field(self):
        """[(size, jump or None, centre or None), ...] of one output, for each axis of the input."""
        found = {}
        for which, (first, last) in self.covered.items():
            found[which] = last - first + 1, None, Fraction(first + last, 2)
        for which, reach in self.axes.values():
            found[which] = reach.size, reach.jump, reach.centre
        return [found.get(which, (1, None, None)) for which in range(len(self.size))]

    def area(self):
        """How much of the input an output sees: for comparing paths."""
        product = 1
        for size, *_ in self.field():
            product *= size
        return product


def union(a, b):
    return min(a[0], b[0]), max(a[1], b[1])


def joined(views, shapes):
    """What is made of several tensors place by place, as numpy broadcasts them: the larger field, and the way it came."""
    (first, shape), *rest = list(zip(views, shapes))
    for view, other in rest:
        first, shape = _pair(first, shape, view, other)
    return first


def _pair(a, shape_a, b, shape_b):
    count = max(len(shape_a), len(shape_b))
    a = a.moved({i: i + count - len(shape_a) for i in a.axes})
    b = b.moved({i: i + count - len(shape_b) for i in b.axes})
    shape_a, shape_b = ((1,) * (count - len(s)) + tuple(s) for s in (shape_a, shape_b))
    larger = b if b.area() > a.area() else a
    axes = {}
    for axis in sorted(set(a.axes) | set(b.axes)):
        (one, reach), (two, other) = a.axes.get(axis, (None, None)), b.axes.get(axis, (None, None))
        both = reach.joined(other) if one == two else None
        if both and shape_a[axis] == shape_b[axis]:
            axes[axis] = (one, both)
        else:  # one of them has seen all places: so has what is made of both
            a, b = a.collapsed(axis, range(shape_a[axis])), b.collapsed(axis, range(shape_b[axis]))
    covered = dict(a.covered)
    for which, seen in b.covered.items():
        covered[which] = union(seen, covered.get(which, seen))
    for axis in [axis for axis, (which, _) in axes.items() if which in covered]:
        which, reach = axes.pop(axis)
        covered[which] = union(covered[which], View(size=a.size).within(which, *reach.over(range(max(shape_a[axis], shape_b[axis])))))
    return replace(a, axes=axes, covered=covered, via=larger.via), tuple(max(p) for p in zip(shape_a, shape_b))
