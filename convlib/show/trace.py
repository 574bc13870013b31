"""What every output of an operator is made of, found by experiment on the operator itself.

Switch one weight on and number the inputs: what comes out is the number of the input that this weight met.
So numpy, torch, scipy and a loop written a minute ago are traced alike, bugs included.
"""

import contextlib
import io

import numpy as np

LIMIT = 20_000  # questions to one operator: some seconds for a loop in Python


def trace(op, x, w=None, **parameters):
    """Find out what each output of `op(x, w, **parameters)` is made of.

    `op` may be any function of numpy arrays or torch tensors. It is asked some twenty to a few thousand times,
    on copies. Returns a `Trace`.

    Raises TypeError when `op` returns nothing or no array of numbers, ValueError when it answers differently each
    time or has too many inputs to ask for; an exception of `op` itself passes through.

    >>> t = trace(lambda x, w: np.array([x[0] * w[0] + x[1] * w[1]]), np.array([5.0, 7.0]), np.array([2.0, 3.0]))
    >>> t.kind, t.value.tolist(), t.terms((0,))
    ('products', [31.0], [((0,), (0,), 1.0), ((1,), (1,), 1.0)])

    The impulse response, put to work: Oppenheim & Schafer, Discrete-Time Signal Processing, 1989.
    """
    return Trace(op, x, w, **parameters)


class Trace:
    """The answer of `trace`.

    value   what the operator returns, a numpy array
    kind    "products": every output is a sum of coefficient * input * weight
            "sums":     for these weights, a sum of coefficient * input
            "picks":    one of the inputs that it looks at; the picked one has coefficient 1
            "depends":  anything else: which inputs can move which output
    rows    the terms of all outputs: flat indices `out`, `inp`, `weight` (-1: none) and `coefficient` (nan: none),
            sorted by output
    offset  what stands in each output when the input is zero: the bias
    """

    def __init__(self, op, x, w=None, **parameters):
        self.op, self.parameters, self.name = op, parameters, name(op)
        given = [a for a in (x, w) if a is not None]
        self._make = [question_maker(a) for a in given]
        self.value = self._answer([make_copy(a) for a in given], quiet=False)
        self.x, self.w = as_numbers(x), None if w is None else as_numbers(w)
        self._given = [a for a in (self.x, self.w) if a is not None]
        if not same(self.value, self._answer([make_copy(a) for a in given])):
            raise ValueError(f"{self.name} answers differently each time: seed its random numbers inside")
        self.offset = np.zeros(self.value.shape)
        self.kind, rows = self._find()
        out, inp, weight, coefficient = (np.array(c) for c in zip(*rows)) if rows else np.zeros((4, 0))
        order = np.lexsort((weight, inp, out))
        self.out, self.inp, self.weight = (c[order].astype(int) for c in (out, inp, weight))
        self.coefficient = coefficient[order].astype(float)

    def terms(self, output_index):
        """[(input index, weight index or None, coefficient or None), ...] of one output, in the order of the inputs."""
        output = np.ravel_multi_index(tuple(np.atleast_1d(output_index)) if self.value.ndim else (), self.value.shape or (1,))
        first, last = np.searchsorted(self.out, [output, output + 1])
        return [(place(i, self.x), None if k < 0 else place(k, self.w), None if np.isnan(c) else float(c))
                for i, k, c in zip(self.inp[first:last], self.weight[first:last], self.coefficient[first:last])]  # fmt: skip

    def _find(self):
        """The first way of asking whose terms reproduce the answer, on the given numbers and on random ones."""
        rng = np.random.default_rng(0)
        one, two = ([rng.integers(1, 90, a.shape) * rng.choice([-1.0, 1.0], a.shape) for a in self._given] for _ in "12")
        ways = [("products", self._numbered), ("products", self._units)] if self._is_bilinear(one, two) else []
        ways += [("sums", self._slopes)] if self._is_linear(one[0], two[0]) else []
        for kind, ask in ways:
            self.offset = self._ask(0 * self.x, *self._given[1:])
            rows = ask()
            if self._explains(rows, *self._given) and self._explains(rows, one[0], *(one if kind == "products" else self._given)[1:]):
                return kind, rows
        self.offset = np.zeros(self.value.shape)
        return self._touched()

    def _ask(self, *questions):
        return self._answer([make(q) for make, q in zip(self._make, questions)])

    def _answer(self, arrays, quiet=True):
        with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext(), np.errstate(all="ignore"):
            answer = self.op(*arrays, **self.parameters)
        if answer is None:
            raise TypeError(f"{self.name} returned nothing: does it end in return?")
        return as_numbers(answer, f"what {self.name} returned")

    def _is_bilinear(self, one, two):
        if self.w is None:
            return False
        (x, w), (v, u), ask = one, two, self._ask
        with contextlib.suppress(Exception):  # a function that refuses a question is asked in the next way
            zero = ask(0 * x, 0 * w)
            crossed = ask(x, w) + ask(x, u) + ask(v, w) + ask(v, u)
            return same(ask(v, 0 * w), zero) and same(ask(0 * x, w), zero) and same(ask(x + v, w + u) + 3 * zero, crossed)
        return False

    def _is_linear(self, x, v):
        with contextlib.suppress(Exception):
            ask = lambda x: self._ask(x, *self._given[1:])  # noqa: E731
            zero = ask(0 * x)
            return same(ask(x + v) + zero, ask(x) + ask(v)) and same(ask(-x) + ask(x), 2 * zero)
        return False

    def _numbered(self):
        """One weight at a time: all inputs 1 (how much does it meet?), then numbered (whom?)."""
        ones, numbers, rows = np.ones(self.x.shape), np.arange(1.0, self.x.size + 1).reshape(self.x.shape), []
        for k, w in enumerate(switched(self.w)):
            much, total = ((self._ask(x, w) - self.offset).ravel() for x in (ones, numbers))
            on = np.flatnonzero(much)
            met = np.rint(total[on] / much[on]).astype(int) - 1
            rows += [r for r in zip(on, met, [k] * on.size, much[on]) if 0 <= r[1] < self.x.size]
        return rows

    def _units(self):
        """One weight and one input at a time, where a weight meets several inputs for one output."""
        self._enough(self.x.size * self.w.size)
        return [(o, i, k, c) for k, w in enumerate(switched(self.w)) for o, i, _, c in self._slopes(w)]

    def _slopes(self, *w):
        self._enough(self.x.size)
        rows = []
        for i, x in enumerate(switched(self.x)):
            moved = (self._ask(x, *(w or self._given[1:])) - self.offset).ravel()
            rows += [(o, i, -1, moved[o]) for o in np.flatnonzero(moved)]
        return rows

    def _touched(self):
        """Push one input far up, then far down: which outputs move?"""
        self._enough(2 * self.x.size)
        value, rows, far = self.value.ravel(), [], 1e3 * (1 + np.nanmax(np.abs(self.x), initial=0))
        for i in range(self.x.size):
            moved = np.zeros(value.size, bool)
            for push in (far, -far):
                x = self.x.copy()
                x.flat[i] = push
                with contextlib.suppress(Exception):
                    moved |= ~np.isclose(self._ask(x, *self._given[1:]).ravel(), value, rtol=1e-9, atol=0, equal_nan=True)
            rows += [(o, i, -1, np.nan) for o in np.flatnonzero(moved)]
        picked = {o: i for o, i, *_ in reversed(rows) if self.x.flat[i] == value[o]}
        if len(picked) < value.size:
            return "depends", rows
        return "picks", [(o, i, k, 1.0 if picked[o] == i else np.nan) for o, i, k, _ in rows]

    def _explains(self, rows, x, w=None):
        out, inp, weight, coefficient = (np.array(c) for c in zip(*rows)) if rows else np.zeros((4, 0), int)
        factor = 1 if w is None or (weight < 0).all() else w.ravel()[weight]
        total = np.bincount(out, coefficient * x.ravel()[inp] * factor, minlength=self.value.size)
        return same(self.offset + total.reshape(self.value.shape), self._ask(*(a for a in (x, w) if a is not None)))

    def _enough(self, questions):
        if questions > LIMIT:
            raise ValueError(f"{self.name} has {self.x.size} inputs, too many to trace: take a smaller example")


def question_maker(given):
    """A function that turns a question into what the caller gave: array or tensor, of its dtype; integers widened."""
    if hasattr(given, "new_tensor"):
        return (given.detach() if given.is_floating_point() else given.long()).new_tensor
    dtype = np.asarray(given).dtype
    return lambda question: np.array(question, np.int64 if dtype.kind in "biu" else dtype)


def make_copy(given):
    return given.detach().clone() if hasattr(given, "new_tensor") else np.array(given)


def as_numbers(array, what="the input"):
    """The numbers of an array, a tensor or a list, as float64."""
    try:
        return np.array(array.detach() if hasattr(array, "detach") else array, float)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is no array of numbers but {type(array).__name__}") from None


def switched(a):
    """a, all 0 but for a single 1, in every place."""
    for i in range(a.size):
        one = np.zeros(a.shape)
        one.flat[i] = 1
        yield one


def same(a, b):
    if a.shape != b.shape:
        return False
    scale = np.max(np.abs(b), initial=0, where=np.isfinite(b))
    return np.allclose(a, b, rtol=1e-5, atol=1e-6 * scale, equal_nan=True)


def place(flat, array):
    return tuple(int(i) for i in np.unravel_index(flat, array.shape))


def name(op):
    """How the operator is called on the page."""
    return getattr(getattr(op, "func", op), "__name__", type(op).__name__).replace("<lambda>", "lambda")
