"""An operator under question: asked on copies, its answers compared but for rounding."""

import numpy as np

from .questions import Kind, as_numbers, dtype_of, largest, precision

LIMIT = 20_000  # questions to one operator: some seconds for a loop in Python


class Refused(Exception):
    """The operator raised something, or answered in another shape."""


class Asked:
    """An operator under question, on copies of what it was given.

    x, w: the given numbers; value: its answer to them; tolerance, noise: what rounding may do to a sum, to a zero.
    """

    def __init__(self, op, name, x, w, parameters):
        self.op, self.name, self.parameters = op, name, parameters
        self.x, self.w = as_numbers(x), None if w is None else as_numbers(w, "the kernel")
        self.kinds = [Kind(a) for a in (x, w) if a is not None]
        with np.errstate(all="ignore"):
            answer = op(*self.copies(), **parameters)
        self.value = self.numbers(answer)
        if not self.value.size:
            raise ValueError(f"{name} returned an empty array of shape {self.value.shape}: is the kernel larger than the input?")
        eps = max(precision(dtype) for dtype in (dtype_of(answer), *(kind.dtype for kind in self.kinds)))
        self.tolerance, self.noise = max(1e-5, 8 * eps), min(64 * eps, 2e-3)

    def copies(self):
        return [kind.copy() for kind in self.kinds]

    def numbers(self, answer):
        if answer is None:
            raise TypeError(f"{self.name} returned nothing: does it end in return?")
        return as_numbers(answer, f"what {self.name} returned")

    def answer(self, *arrays):
        try:
            answer = self.numbers(self.op(*arrays, **self.parameters))
        except Exception as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        if answer.shape != self.value.shape:
            raise Refused(f"an answer of shape {answer.shape}")
        return answer

    def __call__(self, x, w=None):
        """The answer to other numbers; without w, for the given weights. A mask stays a mask."""
        rest = [kind.copy() if w is None and kind.dtype.kind == "b" else kind.make(self.w if w is None else w) for kind in self.kinds[1:]]
        return self.answer(self.kinds[0].make(x), *rest)

    def narrowly(self, x):
        """The answer to another input that the caller's own dtype holds."""
        kind, copies = self.kinds[0], self.copies()
        return self.answer(kind.make(np.clip(x, kind.low, kind.high), wide=False), *copies[1:])

    def again(self):
        """Ask the first question once more."""
        try:
            differs = self.differ(self.answer(*self.copies()), self.value).any()
        except Refused:
            differs = True
        if differs:
            raise ValueError(f"{self.name} answers differently each time: seed its random numbers inside")

    def differ(self, a, b):
        """Where a and b differ by more than rounding."""
        slack = 1e-9 * np.where(np.isfinite(b), np.abs(b), 0) + self.noise * max(largest(a), largest(b))
        return (np.abs(a - b) > slack) | (np.isnan(a) != np.isnan(b))

    def same(self, a, b):
        return np.allclose(a, b, rtol=self.tolerance, atol=self.tolerance * largest(b), equal_nan=True)

    def enough(self, questions):
        if questions > LIMIT:
            weights = "" if self.w is None else f" and {self.w.size} weights"
            raise ValueError(f"{self.name} has {self.x.size} inputs{weights}, too many to trace: take a smaller example")

    def explained(self, rows, offset, answer, x, w=None):
        """Whether the terms reproduce an answer. Every output has an error of its own: a large one hides no small one."""
        out, inp, weight, coefficient = rows
        if inp.size and not 0 <= inp.min() <= inp.max() < x.size:
            return False
        parts = coefficient * x.ravel()[inp] * (1 if w is None else w.ravel()[weight])
        total = np.bincount(out, parts, answer.size) + offset.ravel()
        size = np.bincount(out, np.abs(parts), answer.size) + np.abs(offset.ravel())
        allowed = self.tolerance * np.where(np.isfinite(size), size, 0) + self.noise * largest(answer)
        answer = answer.ravel()
        return ((np.abs(total - answer) <= allowed) | (total == answer) | (np.isnan(total) & np.isnan(answer))).all()
