"""What an exercise is: its data, its right answer, and the mistakes that people make."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that can be recognised, since it too follows from the data."""

    name: str
    answer: Callable  # what this mistake makes of the exercise's data
    says: str  # what the learner reads


@dataclass(frozen=True)
class Exercise:
    """A question whose answer, right or wrong, is a function of its data.

    On the page the data is given. `draw(random)` makes other data of the same form: tests use it to
    prove that right and wrong can be told apart, and answers that are code are run on it.
    """

    draw: Callable
    right: Callable
    because: str  # one short reason, read after the right answer
    mistakes: tuple[Mistake, ...]
    page: tuple = ()
    code: bool = False  # the answer is a function of the data
    tolerance: float = 1e-6  # relative: larger where people type rounded decimals
