"""What every output of an operator is made of, found by experiment on the operator itself.

Switch one weight on and number the inputs: what comes out is the number of the input that this weight met.
So numpy, torch, scipy and a loop written a minute ago are traced alike, bugs included.
"""

import numpy as np

from .questions import Kind, as_numbers, dtype_of, largest, precision, silence, switched

LIMIT = 20_000  # questions to one operator: some seconds for a loop in Python


def trace(op, x, w=None, **parameters):
    """Find out what each output of `op(x, w, **parameters)` is made of.

    `op` may be any function of arrays, tensors or lists of numbers. It is asked some twenty to a few thousand times,
    on copies. Returns a `Trace`.

    Raises TypeError when `op` returns nothing or no array of numbers, ValueError when it answers differently each
    time, returns an empty array, or has too many inputs to ask for; an exception of `op` itself passes through.

    >>> t = trace(lambda x, w: np.array([x[0] * w[0] + x[1] * w[1]]), np.array([5.0, 7.0]), np.array([2.0, 3.0]))
    >>> t.kind, t.value.tolist(), t.terms((0,))
    ('products', [31.0], [((0,), (0,), 1.0), ((1,), (1,), 1.0)])

    The impulse response, put to work: Oppenheim & Schafer, Discrete-Time Signal Processing, 1989.
    """
    return Trace(op, x, w, **parameters)


class TooMany(ValueError):
    """More questions than anyone would wait for."""


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
        self.x, self.w = as_numbers(x), None if w is None else as_numbers(w, "the kernel")
        self._given = [a for a in (self.x, self.w) if a is not None]
        self._kinds = [Kind(a) for a in (x, w) if a is not None]
        with np.errstate(all="ignore"):
            answer = self.op(*(kind.copy() for kind in self._kinds), **parameters)
        self.value = self._numbers(answer)
        if not self.value.size:
            raise ValueError(f"{self.name} returned an empty array of shape {self.value.shape}: is the kernel larger than the input?")
        self._eps = max(precision(dtype) for dtype in (dtype_of(answer), *(kind.dtype for kind in self._kinds)))
        with silence():
            self._ask_again()
            self.kind, rows = self._find()
            self._ask_again()
        out, inp, weight, coefficient = rows
        order = np.lexsort((weight, inp, out))
        self.out, self.inp, self.weight, self.coefficient = (c[order] for c in (out, inp, weight, coefficient))

    def terms(self, output_index):
        """[(input index, weight index or None, coefficient or None), ...] of one output, in the order of the inputs."""
        index = tuple(np.atleast_1d(output_index)) if self.value.ndim else ()
        try:
            output = np.ravel_multi_index(index, self.value.shape)
        except ValueError:
            raise ValueError(f"output index {index} is outside the shape {self.value.shape}") from None
        first, last = np.searchsorted(self.out, [output, output + 1])
        return [(place(i, self.x), None if k < 0 else place(k, self.w), None if np.isnan(c) else float(c))
                for i, k, c in zip(self.inp[first:last], self.weight[first:last], self.coefficient[first:last])]  # fmt: skip

    def _find(self):
        """The first way of asking whose terms reproduce the answer, on the given numbers and on random ones."""
        rng = np.random.default_rng(0)
        one, two = ([kind.draw_wide(rng, a.shape) for kind, a in zip(self._kinds, self._given)] for _ in "12")
        ways = [("sums", lambda: self._is_linear(one[0], two[0]), self._slopes, self._given[1:], self._given[1:])]
        if self.w is not None:
            bilinear = lambda: self._is_bilinear(*one, *two)  # noqa: E731
            ways = [("products", lambda: True, self._numbered, one[1:], two[1:]), ("products", bilinear, self._units, one[1:], two[1:]), *ways]
        for kind, may, ask, w, u in ways:
            try:
                if may():
                    self.offset = self._ask(np.zeros(self.x.shape), *self._given[1:])
                    rows = ask()
                    given = self._explains(kind, rows, self.value, *self._given)
                    if given and all(self._explains(kind, rows, self._ask(*q), *q) for q in ((one[0], *w), (-two[0], *u))):
                        return kind, rows
            except TooMany:
                raise
            except Exception:  # noqa: S112  a function that refuses a question is asked in the next way
                continue
        self.offset = np.zeros(self.value.shape)
        return self._touched()

    def _ask(self, *questions):
        answer = self._numbers(self.op(*(kind.make(q) for kind, q in zip(self._kinds, questions)), **self.parameters))
        if answer.shape != self.value.shape:
            raise ValueError(f"{self.name} answers in another shape")
        return answer
