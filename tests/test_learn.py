"""check: right answers, every known mistake and nonsense, on the page's data and on data drawn anew."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from convlib.learn import check
from convlib.learn.check import EXERCISES, agree

NAMES = list(EXERCISES)
NUMBERS = [name for name in NAMES if not EXERCISES[name].code]
CODE = [name for name in NAMES if EXERCISES[name].code]
MISTAKES = [(name, mistake) for name in NAMES for mistake in EXERCISES[name].mistakes]
SEEDS = range(100, 160)


def named(value):
    return getattr(value, "name", None)


def drawn(name, seed):
    return EXERCISES[name].draw(np.random.default_rng(seed))


@pytest.fixture
def on_any_data(monkeypatch):
    """Goes through the page's own data, then through other data in its place."""

    def on_any_data(name):
        yield
        for seed in SEEDS[:12] if name in NUMBERS else ():
            monkeypatch.setitem(EXERCISES, name, replace(EXERCISES[name], page=drawn(name, seed)))
            yield

    return on_any_data


def answer(name, candidate):
    return candidate if EXERCISES[name].code else candidate(*EXERCISES[name].page)


@pytest.mark.parametrize("name", NAMES)
def test_right_answer(name, on_any_data):
    exercise = EXERCISES[name]
    for _ in on_any_data(name):
        assert check(name, answer(name, exercise.right)) == f"{name}: right. {exercise.because}"


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=named)
def test_known_mistake_is_named(name, mistake, on_any_data):
    for _ in on_any_data(name):
        assert check(name, answer(name, mistake.answer)) == f"{name}: not yet: {mistake.says}"


@pytest.mark.parametrize("name", NAMES)
def test_right_and_wrong_differ_on_any_data(name):
    """Where two candidates give the same numbers, check could not say which one it sees."""
    exercise = EXERCISES[name]
    candidates = {"right": exercise.right} | {m.name: m.answer for m in exercise.mistakes}
    assert len(candidates) == 1 + len(exercise.mistakes), "two mistakes share a name"
    cases = [drawn(name, seed) for seed in SEEDS] + ([exercise.page] if exercise.page else [])
    for case in cases:
        found = {kind: np.asarray(make(*case), dtype=float) for kind, make in candidates.items()}
        for one, other in combinations(found, 2):
            assert not agree(found[one], found[other], exercise.tolerance), (one, other, case)


@pytest.mark.parametrize("name", NAMES)
def test_not_answered_yet(name):
    assert check(name, ...) == check(name, None) == f"{name}: not answered yet"


class Unreadable:
    def __array__(self, *_, **__):
        raise RuntimeError

    def __repr__(self):
        return "Unreadable()"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("nonsense", [
    "19", "", b"19", object(), {"a": 1}, {1, 2}, [[1, 2], [3]], [[]], [], float("nan"), [[1, float("inf")]] * 2,
    1j, True, [None], np.datetime64("2020-01-01"), 10**400, -1e308, np.zeros((0, 3)), Unreadable(), range(3), print, int,
    np.ones((1, 1, 1)),
], ids=repr)
def test_nonsense_gets_one_line(name, nonsense):
    line = check(name, nonsense)
    assert line.startswith(f"{name}: not ")
    assert len(line.splitlines()) == 1
    assert line == check(name, nonsense)


@pytest.mark.parametrize(("given", "says"), [
    ("19", "your answer should be made of numbers and is of type str"),
    ([[1, 2], [3]], "are its rows equally long?"),
    ([[1, float("nan")], [1, 2]], "your answer holds nan or inf: was something divided by zero?"),
    (np.mean, "your answer is a function, and numbers are asked for: call it"),
    ([1, 2, 3, 4], "shape (2, 2) was expected and shape (4,) came"),
    (torch.ones(2, 2, requires_grad=True), "your answer is no array: RuntimeError: Can't call numpy() on Tensor that requires grad"),
    (7, "shape (2, 2) was expected and a single number came"),
    ([[0, 5], [4, -3]], "2 of 4 numbers differ, the first at [0, 1]"),
])
def test_what_is_said_of_numbers(given, says):
    assert check("01.1", given).startswith("01.1: not yet: ")
    assert says in check("01.1", given)


@pytest.mark.parametrize(("name", "by_hand"), [
    ("01.1", [[0, 4], [3, -3]]),
    ("01.3", 8 / (34 * 2) ** 0.5),
    ("01.4", 0.01966),
    ("01.5", (2, 6)),
])
def test_right_answers_by_hand(name, by_hand):
    """`right` is code as well: these were worked out without it."""
    assert check(name, by_hand).startswith(f"{name}: right.")


def test_single_numbers_are_too_large_or_too_small():
    assert check("01.3", 0.5) == "01.3: not yet: 0.5 is too small"
    assert check("01.3", 0.98) == "01.3: not yet: 0.98 is too large"


@pytest.mark.parametrize("given", [0.97, 0.9701, 0.970142500145332, np.float32(0.9701425)])
def test_rounded_decimals_count(given):
    assert check("01.3", given).startswith("01.3: right.")


def forgets_return(x, w):
    np.sum(x)


def runs_off(x, w):
    return x[len(x)]


def one_argument(x):
    return x


def says_much(x, w):
    raise ValueError("first line\nsecond line")


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize(("function", "says"), [
    (forgets_return, "not answered yet: your function returned nothing: does it end in return?"),
    (runs_off, "your function stopped with IndexError: index"),
    (one_argument, "your function stopped with TypeError: one_argument() takes 1 positional argument"),
    (says_much, "your function stopped with ValueError: first line"),
    (lambda x, w: "text", "what your function returned should be made of numbers and is of type str"),
    (lambda x, w: x, "was expected and shape"),
    (lambda x, w: x * np.nan, "what your function returned holds nan or inf"),
    (np.ones((2, 2)), "a function is asked for: pass its name, without parentheses"),
], ids=repr)
def test_what_is_said_of_code(name, function, says):
    assert says in check(name, function)
    assert len(check(name, function).splitlines()) == 1


@pytest.mark.parametrize("name", CODE)
def test_code_is_told_where_it_parts(name):
    right = EXERCISES[name].right

    def breaks_one_number(x, w):
        out = right(x, w)
        out[0, 1] += 1
        return out

    assert "numbers differ, the first at [0, 1" in check(name, breaks_one_number)
    assert "is right (for inputs of " in check(name, breaks_one_number)


@pytest.mark.parametrize("name", CODE)
def test_code_may_print_write_and_return_lists(name, capsys):
    right = EXERCISES[name].right

    def careless(x, w):
        print("looking at", x)
        out = right(x, w).tolist()
        x[:] = 0
        w[:] = 0
        return out

    assert check(name, careless).startswith(f"{name}: right.")
    assert capsys.readouterr().out == ""


def test_code_that_is_right_now_and_then_is_not_right():
    right = EXERCISES["01.2"].right
    assert "not yet" in check("01.2", lambda x, w: right(x, w) if x.shape[0] == 4 else right(x, w) + 1)


@pytest.mark.parametrize("name", ["01.0", "1.1", "", None, 1.1])
def test_unknown_exercise(name):
    with pytest.raises(ValueError, match=r"exercise is .*, but there are only .*01\.1, 01\.2"):
        check(name, 1)
