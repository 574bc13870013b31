"""Numbers that a lesson promises: each stands in its committed output with its label, and nbval computes it again."""

import tomllib
from pathlib import Path

import nbformat
import pytest

TESTS = Path(__file__).resolve().parent
LESSONS = sorted((TESTS.parent / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def printed_by(lesson):
    cells = nbformat.read(lesson, as_version=4).cells
    return "".join(o.get("text", "") for cell in cells if cell.cell_type == "code" for o in cell.outputs)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_promises_are_kept(lesson):
    promises = tomllib.loads((TESTS / "promises" / f"{lesson.stem[:2]}.toml").read_text(encoding="utf-8"))["printed"]
    printed = printed_by(lesson)
    assert promises
    assert [promise for promise in promises if promise not in printed] == []
