"""A translated lesson is the same lesson: cell by cell the same code and the same numbers, in other words."""

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
TRANSLATED = sorted(NOTEBOOKS.glob("[a-z][a-z]/*.ipynb"))
ORIGINAL = NOTEBOOKS / "07_dilation.ipynb"


class WithoutSentences(ast.NodeTransformer):
    """Strings with a space in them are prose; a single word, such as "same" or "01.3", is code."""

    def visit_Constant(self, node):
        prose = isinstance(node.value, str) and " " in node.value
        return ast.Constant("prose") if prose else node


def code_of(source):
    """What a cell computes, whatever its comments and sentences say."""
    python = TransformerManager().transform_cell(source)  # a line such as %matplotlib inline is IPython's
    return ast.dump(WithoutSentences().visit(ast.parse(python)))


def numbers_of(cell):
    """The numbers that a cell printed; a translation may say them in another order."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    return Counter(re.findall(r"\d[\d.,]*\d|\d", text))


def differences(original, translated):
    """What keeps a translation from being the same lesson, a line each."""
    if len(original.cells) != len(translated.cells):
        return [f"{len(translated.cells)} cells in place of {len(original.cells)}"]
    found = []
    for number, (first, second) in enumerate(zip(original.cells, translated.cells)):
        if first.cell_type != second.cell_type or first.metadata != second.metadata:
            found.append(f"cell {number}: another kind of cell, or other tags")
        elif first.cell_type == "code":
            if code_of(first.source) != code_of(second.source):
                found.append(f"cell {number}: other code")
            elif "nbval-ignore-output" not in first.metadata.get("tags", []) and numbers_of(first) != numbers_of(second):
                found.append(f"cell {number}: other numbers")
        elif first.source == second.source and len(first.source.split()) > 20:
            found.append(f"cell {number}: not translated")
    return found


def test_translations_are_the_same_lessons():
    read = lambda path: nbformat.read(path, as_version=4)  # noqa: E731
    found = {str(path): differences(read(NOTEBOOKS / path.name), read(path)) for path in TRANSLATED}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.fixture
def original():
    return nbformat.read(ORIGINAL, as_version=4)


@pytest.fixture
def translated():
    """A lesson in a language without letters: every word of the prose is another one."""
    notebook = nbformat.read(ORIGINAL, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"[A-Za-z]+", "词", cell.source)
    return notebook


def code(notebook, piece):
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and piece in cell.source)


def test_words_may_differ(original, translated):
    cell = code(translated, "first output at rate 2:")
    cell.source = cell.source.replace("first output at rate 2:", "空洞率为 2 时的第一个输出:") + "  # 手算"
    cell.outputs[0].text = cell.outputs[0].text.replace("first output at rate 2:", "空洞率为 2 时的第一个输出:")
    assert differences(original, translated) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda n: n.cells.pop(), "cells in place of"),
        (lambda n: n.cells[0].update(source=nbformat.read(ORIGINAL, as_version=4).cells[0].source), "not translated"),
        (lambda n: n.cells[-1].metadata.update(tags=[]), "other tags"),
        (lambda n: code(n, "rate=2):").update(source=code(n, "rate=2):").source.replace("rate=2", "rate=3", 1)), "other code"),
        (lambda n: code(n, 'check("07.1"').update(source=code(n, 'check("07.1"').source.replace("07.1", "07.2")), "other code"),
        (lambda n: code(n, "in binary:").outputs[0].update(text="outputs: 21 42 85"), "other numbers"),
    ],
)
def test_a_lesson_that_differs_is_told(original, translated, change, says):
    change(translated)
    assert any(says in line for line in differences(original, translated))
