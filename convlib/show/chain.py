"""A stack of layers under question: each is traced on its own, and from these traces follows what every cell sees."""

import inspect
import traceback
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .complaint import HERE
from .reach import along, reading, touches
from .trace import Trace, name


def chain(layers, *, spatial=None):
    """A stack of layers, for `trace`, `picture` and `play`: which inputs does one output see, through all of them?

    layers: a list of functions of one array, or a function that returns such a list; its parameters are then controls
    of `play`. spatial: how many axes are space, the channels before them; by default one for a single strip
    (T,) or (1, T), else two.

    The trace has `.value`, what the last layer returns; `.layers`, a Trace of each; `.sees(output)`, the inputs that one
    output sees as a boolean array; `.terms(output)`, as a Trace's. Its picture has a step for each output.

    >>> from convlib import trace
    >>> def twice(step=1):
    ...     return [lambda x: x[:-step] + x[step:]] * 2
    >>> t = trace(chain(twice), np.arange(6.0), step=2)
    >>> t.value.tolist(), t.sees(0).tolist()
    ([8.0, 12.0], [True, False, True, False, True, False])

    Raises TypeError or ValueError for what is no list of functions, and names the layer that raised an exception.
    """
    return Chain(layers, spatial)


class Chain:
    """What `chain` returns: a function of the input and of the parameters of the function that makes the layers."""

    def __init__(self, layers, spatial):
        makes = callable(layers)
        if not makes:
            layers = listed(layers, "layers")
        self.make = layers if makes else lambda: layers
        self.__name__ = name(layers) if makes else "chain"
        self.spatial = spatial
        array = inspect.Parameter("x", inspect.Parameter.POSITIONAL_ONLY)
        others = inspect.signature(self.make).parameters.values()
        named = [p.replace(kind=p.KEYWORD_ONLY) if p.kind is p.POSITIONAL_OR_KEYWORD else p for p in others]
        self.__signature__ = inspect.Signature([array, *named])

    def layers(self, **parameters):
        return listed(self.make(**parameters), f"what {self.__name__} returned")

    def __call__(self, x, **parameters):
        for i, layer in enumerate(self.layers(**parameters), 1):
            x = at_layer(i, layer, x)
        return x

    def traced(self, x, w=None, **parameters):
        """What `trace` returns for a chain."""
        if w is not None:
            raise TypeError("a chain takes no kernel: its layers hold their weights")
        traces = []
        for i, layer in enumerate(self.layers(**parameters), 1):
            traces.append(at_layer(i, lambda x, f=layer: Trace(f, x), x))
            x = at_layer(i, layer, x)
        return ChainTrace(self.__name__, traces, self.spatial)


def listed(layers, what):
    """The functions in a list."""
    if not isinstance(layers, Iterable) or isinstance(layers, str):
        raise TypeError(f"{what} is {type(layers).__name__}, no list of functions of one array")
    layers = list(layers)
    if not layers:
        raise ValueError(f"{what} is empty: a chain needs at least one layer")
    for i, layer in enumerate(layers, 1):
        if not callable(layer):
            raise TypeError(f"layer {i} is {type(layer).__name__}, no function of one array")
    return layers


def at_layer(i, f, x):
    """f(x); an exception says which layer raised it."""
    try:
        return f(x)
    except Exception as error:
        if type(error) not in (TypeError, ValueError):
            raise
        ours = Path(traceback.extract_tb(error.__traceback__)[-1].filename).is_relative_to(HERE)  # its own words say enough
        raise type(error)(f"layer {i}: {error}").with_traceback(None if ours else error.__traceback__) from None


class ChainTrace:
    """The traces of a stack of layers, and what follows from them.

    value, x, kind, offset, out, inp, weight, coefficient   as of a Trace from the input to the last layer
    layers   a Trace of each layer
    touch    a boolean matrix for each layer: which of its cells (rows) reads which cell below
    lines    for the input and each layer, in input cells and per axis: where its cell 0 stands, how far the next is, and
             its field; None where its reading lies on no line, and for all layers above
    places   the same without the field; where nothing tells, a layer stands over the middle of the one below
    """

    def __init__(self, name, layers, spatial=None):
        self.name, self.layers, self.w, self.parameters = name, layers, None, {}
        self.x, self.value = layers[0].x, layers[-1].value
        flat = self.x.ndim < 2 or (self.x.ndim == 2 and self.x.shape[0] == 1)
        self.spatial = min((1 if flat else 2) if spatial is None else spatial, max(1, self.x.ndim))
        self.arrays = [self.x, *(t.value for t in layers)]
        self.touch = [touches(t) for t in layers]
        self.known = {}
        self.readings = [self.read(t, touch) for t, touch in zip(layers, self.touch)]
        self.lines, self.places = self.composed(), self.placed()
        linear = all(t.kind == "sums" for t in layers)
        self.kind = "sums" if linear else "depends"
        self.find_terms(linear)

    def read(self, trace, touch):
        """A Reading per axis of one layer, or None."""
        maps = [along(touch, trace.value.shape, trace.x.shape, axis) for axis in range(self.spatial, 0, -1)]
        found = [m is not None and reading(m) for m in maps]
        return found if found and all(found) else None

    def composed(self):
        """Start, jump and field per axis of the input and each layer, by composition."""
        n = self.spatial
        lines = [(np.zeros(n), np.ones(n), np.ones(n))]
        for read in self.readings:
            if read and lines[-1]:
                start, jump, field = lines[-1]
                step, middle, span = (np.array([getattr(r, key) for r in read], float) for key in ("step", "middle", "span"))
                lines.append((start + jump * middle, jump * step, field + jump * span))
            else:
                lines.append(None)
        return lines

    def placed(self):
        """Start and jump per axis, for every layer."""
        n = max(1, self.spatial)
        places = [(np.zeros(n), np.ones(n))]
        for layer, read in enumerate(self.readings, 1):
            start, jump = places[-1]
            if read:
                step, middle = (np.array([getattr(r, key) for r in read], float) for key in ("step", "middle"))
                places.append((start + jump * middle, jump * step))
            else:
                below, here = (self.sides(i) for i in (layer - 1, layer))
                places.append((start + jump * (below - here) / 2, jump))
        return places

    def sides(self, layer):
        """How many cells a layer has along each axis; all of them where no axis is space."""
        shape = self.arrays[layer].shape
        if not self.spatial:
            return np.array([self.arrays[layer].size])
        return np.array(((1,) * self.spatial + shape)[-self.spatial :])

    def find_terms(self, linear):
        """The terms of the whole: coefficients multiplied through where all layers are sums."""
        total, offset = np.eye(self.x.size), np.zeros(self.x.size)
        for t in self.layers if linear else ():
            matrix = np.zeros((t.value.size, t.x.size))
            np.add.at(matrix, (t.out, t.inp), t.coefficient)
            total, offset = matrix @ total, matrix @ offset + t.offset.ravel()
        self.out, self.inp = np.nonzero(self.reach(len(self.layers), 0))
        self.weight = np.full(self.out.size, -1)
        self.coefficient = total[self.out, self.inp] if linear else np.full(self.out.size, np.nan)
        self.offset = offset.reshape(self.value.shape) if linear else np.zeros(self.value.shape)

    terms = Trace.terms

    def sees(self, output, layer=0):
        """Which inputs (or cells of another layer) one output sees: a boolean array. output: a flat index or a tuple."""
        flat = output if np.ndim(output) == 0 else np.ravel_multi_index(tuple(output), self.value.shape)
        return self.reach(len(self.layers), layer)[int(flat)].reshape(self.arrays[layer].shape)

    def reach(self, upper, lower):
        """A boolean matrix: which cell of the upper layer (rows) sees which of the lower, 0 being the input."""
        if (upper, lower) not in self.known:
            if upper == lower:
                paths = np.eye(self.arrays[lower].size)
            else:
                paths = self.reach(upper, lower + 1).astype(np.float32) @ self.touch[lower].astype(np.float32)
            self.known[upper, lower] = paths > 0
        return self.known[upper, lower]

    def draw(self, *options):
        from .cone import draw

        return draw(self, *options)
