"""check: one line about an answer, which says the mistake that it sees."""

import contextlib
import io
import pkgutil
from importlib import import_module
from pathlib import Path

import numpy as np

LESSONS = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name.startswith("lesson"))
EXERCISES = {name: exercise for lesson in LESSONS for name, exercise in import_module(f"convlib.learn.{lesson}").EXERCISES.items()}
DRAWS = 4  # an answer that is code is run on this many inputs


class NotYet(Exception):
    """An answer that cannot be compared; its text says why."""


def check(exercise, answer):
    """One line of text that says whether an answer is right and, if it is not, what went wrong.

    exercise: its name, such as "01.3".
    answer: a number, an array, nested lists, or the function that the exercise asks for.
        None and `...` mean that there is no answer yet.

    The line is the same for the same answer. Code is run on data drawn anew, with its prints
    silenced; if it stops with an exception, the line says so. An unknown exercise: ValueError.

    >>> check("01.3", ...)
    '01.3: not answered yet'
    >>> check("01.3", 8)
    '01.3: not yet: this is the plain inner product. Divide it by both lengths.'
    >>> check("01.3", 0.97)
    '01.3: right. The inner product over both lengths: brightness no longer counts.'

    Source: the project's own lessons, one module per lesson in convlib.learn.
    """
    if exercise not in EXERCISES:
        raise ValueError(f"exercise is {exercise!r}, but there are only {', '.join(EXERCISES)}")
    try:
        return f"{exercise}: {verdict(EXERCISES[exercise], answer)}"
    except NotYet as reason:
        return f"{exercise}: {reason}"


def verdict(exercise, answer):
    """What to say of an answer, the right one first, then the known mistakes in their order."""
    if answer is None or answer is ...:
        raise NotYet("not answered yet")
    if exercise.code:
        cases = [exercise.draw(np.random.default_rng(seed)) for seed in range(DRAWS)]
        given = [run(answer, case) for case in cases]
    else:
        cases, given = [exercise.page], [numbers(answer, "your answer")]

    def is_what(candidate):
        return all(
            agree(found, candidate(*case), exercise.tolerance)
            for found, case in zip(given, cases, strict=True)
        )

    if is_what(exercise.right):
        return f"right. {exercise.because}"
    for mistake in exercise.mistakes:
        if is_what(mistake.answer):
            return f"not yet: {mistake.says}"
    return f"not yet: {difference(exercise, cases, given)}"


def agree(found, expected, tolerance):
    """Same shape, and equal up to the tolerance, measured against the largest number expected."""
    expected = np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        return False
    return bool(np.all(abs(found - expected) <= tolerance * max(abs(expected).max(), 1e-300)))


def run(function, case):
    """What the learner's function returns for copies of the data, prints silenced."""
    if not callable(function):
        raise NotYet("not yet: a function is asked for: pass its name, without parentheses")
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            result = function(*(np.array(item) for item in case))
    except Exception as error:
        raise NotYet(f"not yet: for inputs of {sizes(case)} your function stopped with {said(error)}") from None
    if result is None or result is ...:
        raise NotYet("not answered yet: your function returned nothing: does it end in return?")
    return numbers(result, "what your function returned")


def said(error):
    return f"{type(error).__name__}: {error}".splitlines()[0]


def numbers(answer, whose):
    """The answer as a float array, or the reason why it is none."""
    if callable(answer):
        raise NotYet(f"not yet: {whose} is a function, and numbers are asked for: call it")
    try:
        found = np.asarray(answer)
    except ValueError:
        raise NotYet(f"not yet: {whose} is no array: are its rows equally long?") from None
    except Exception as error:  # a tensor that still tracks gradients, say
        raise NotYet(f"not yet: {whose} is no array: {said(error)}") from None
    if found.dtype.kind not in "iuf":
        raise NotYet(f"not yet: {whose} should be made of numbers and is of type {type(answer).__name__}")
    if not np.isfinite(found).all():
        raise NotYet(f"not yet: {whose} holds nan or inf: was something divided by zero?")
    return found.astype(float)


def difference(exercise, cases, given):
    """Where an answer parts from the right one, without giving away what the page asks for."""
    for found, case in zip(given, cases, strict=True):
        expected = np.asarray(exercise.right(*case), dtype=float)
        on = f" (for inputs of {sizes(case)})" if exercise.code else ""
        if found.shape != expected.shape:
            return f"{shape(expected)} was expected and {shape(found)} came{on}"
        wrong = abs(found - expected) > exercise.tolerance * abs(expected).max()
        if wrong.any():
            break
    if not expected.ndim:
        return f"{found:g} is too {'large' if found > expected else 'small'}"
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    told = f": {found[first]:g} came, and {expected[first]:g} is right" if exercise.code else ""
    place = ", ".join(map(str, first))
    return f"{wrong.sum()} of {wrong.size} numbers differ, the first at [{place}]{told}{on}"


def shape(array):
    return f"shape {array.shape}" if array.ndim else "a single number"


def sizes(case):
    return " and ".join("×".join(map(str, np.shape(item))) or "a number" for item in case)
