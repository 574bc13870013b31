"""What every output of an operator is made of, found by experiment on the operator itself.

Switch one weight on and number the inputs: what comes out is the number of the input that this weight met.
So numpy, torch, scipy and a loop written a minute ago are traced alike, bugs included.
"""

import numpy as np

from .asked import Asked, Refused
from .questions import as_numbers, silence
from .ways import bilinear, linear, numbered, slopes, touched, units

__all__ = ["Trace", "as_numbers", "name", "trace"]


def trace(op, x, w=None, **parameters):
    """Find out what each output of `op(x, w, **parameters)` is made of.

    `op` may be any function of arrays, tensors or lists of numbers. It is asked some twenty to a few thousand times,
    on copies. Returns a `Trace`.

    Raises TypeError when `op` returns nothing or no array of numbers, ValueError when it answers differently each
    time, returns an empty array, takes no other numbers than these, or has too many inputs to ask for; an exception
    of `op` itself passes through.

    >>> t = trace(lambda x, w: np.array([x[0] * w[0] + x[1] * w[1]]), np.array([5.0, 7.0]), np.array([2.0, 3.0]))
    >>> t.kind, t.value.tolist(), t.terms((0,))
    ('products', [31.0], [((0,), (0,), 1.0), ((1,), (1,), 1.0)])

    The impulse response, put to work: Oppenheim & Schafer, Discrete-Time Signal Processing, 1989.
    """
    return op.traced(x, w, **parameters) if hasattr(op, "traced") else Trace(op, x, w, **parameters)


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
    x, w    the given numbers, as float64
    """

    def __init__(self, op, x, w=None, **parameters):
        self.op, self.parameters, self.name = op, parameters, name(op)
        if not callable(op):
            raise TypeError(f"op is {type(op).__name__}, no function: pass the name of one, without parentheses")
        ask = Asked(op, self.name, x, w, parameters)
        self.x, self.w, self.value = ask.x, ask.w, ask.value
        with silence():
            ask.again()
            self.kind, self.offset, (out, inp, weight, coefficient) = find(ask)
            ask.again()
        order = np.lexsort((weight, inp, out))
        self.out, self.inp, self.weight, self.coefficient = (c[order] for c in (out, inp, weight, coefficient))

    def terms(self, output_index):
        """[(input index, weight index or None, coefficient or None), ...] of one output, in the order of the inputs.

        Raises ValueError for an output that there is not.
        """
        index = tuple(np.atleast_1d(output_index)) if self.value.ndim else ()
        try:
            output = np.ravel_multi_index(index, self.value.shape)
        except ValueError:
            raise ValueError(f"output {output_index} is not in an answer of shape {self.value.shape}") from None
        first, last = np.searchsorted(self.out, [output, output + 1])
        return [(place(i, self.x), None if k < 0 else place(k, self.w), None if np.isnan(c) else float(c))
                for i, k, c in zip(self.inp[first:last], self.weight[first:last], self.coefficient[first:last])]  # fmt: skip


def find(ask):
    """Kind, offset and rows by the first way whose terms reproduce the answer, on the given numbers and on random ones."""
    rng = np.random.default_rng(0)
    given = [a for a in (ask.x, ask.w) if a is not None]
    one, two = ([kind.draw(rng, a.shape) for kind, a in zip(ask.kinds, given)] for _ in "12")
    (x, *w), v = one, two[0]
    random = [[x, *w], [-x, *w], [-np.abs(a) for a in two]]  # a function may branch on any sign
    ways = [("sums", slopes, lambda: linear(ask, x, v))]
    if w:
        ways = [("products", numbered, lambda: True), ("products", units, lambda: bilinear(ask, *one, *two)), *ways]
    for kind, way, is_worth_it in ways:
        use = slice(2 if kind == "products" else 1)
        try:
            if is_worth_it():
                offset = ask(np.zeros(x.shape))
                rows = way(ask, offset)
                answers = ((ask(*question[use]), question) for question in random)
                if all(ask.explained(rows, offset, y, *question[use]) for y, question in ((ask.value, given), *answers)):
                    return kind, offset, rows
        except Refused:
            continue
    rows, picks = touched(ask, rng)
    return "picks" if picks else "depends", np.zeros(ask.value.shape), rows


def place(flat, array):
    return tuple(int(i) for i in np.unravel_index(flat, array.shape))


def name(op):
    """How the operator is called on the page."""
    return getattr(getattr(op, "func", op), "__name__", type(op).__name__).replace("<lambda>", "lambda")
