"""Every notebook as it is committed: run from top to bottom, small, whole, without traces of the machine it ran on."""

import base64
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
PAGES = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
LESSONS = [path for path in PAGES if re.match(r"\d\d_", path.name) and path.parent == NOTEBOOKS]  # translations have a folder
WIDGETS = "application/vnd.jupyter.widget"
# What a path or an address in memory looks like in an output: neither is the same on the next machine.
OF_A_MACHINE = re.compile(r"(/home/|/Users/|/root/|/tmp/|/work/|site-packages|[A-Z]:\\\\| at 0x[0-9a-f]{6,})")


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def tags(cell):
    return cell.metadata.get("tags", [])


def text_of(cell):
    """All the text that a code cell's outputs show."""
    parts = [output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(parts)


def headings(notebook):
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return [line for line in lines if re.match(r"#+ ", line)]


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def page(request):
    return request.param


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_there_are_pages():
    assert "index.ipynb" in [path.name for path in PAGES]
    assert LESSONS


def test_ran_from_top_to_bottom(page):
    counts = [cell.execution_count for cell in code_cells(read(page))]
    assert counts == list(range(1, len(counts) + 1))


def test_shows_no_error(page):
    for cell in code_cells(read(page)):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", f"{cell.source}\nprints a warning: {output.get('text')}"


def test_holds_no_widget(page):
    notebook = read(page)
    assert "widgets" not in notebook.metadata
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert not [kind for kind in output.get("data", {}) if kind.startswith(WIDGETS)], cell.source


def test_is_in_committed_form(page):
    """`make notebooks` would leave its form as it is: one kernel name, no generated ids, no times of execution."""
    notebook = read(page)
    assert notebook.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook.metadata.language_info == {"name": "python"}
    for number, cell in enumerate(notebook.cells):
        assert cell.id == f"cell-{number:02}"
        assert set(cell.metadata) <= {"tags"}
        assert set(tags(cell)) <= {"solution", "nbval-ignore-output"}


def test_players_can_be_read_before_they_run(page):
    for cell in code_cells(read(page)):
        if re.search(r"^(play|picture)\(", cell.source, re.MULTILINE):
            shown = [output.data for output in cell.outputs if output.output_type in ("execute_result", "display_data")]
            assert shown, cell.source
            still, said = base64.b64decode(shown[-1]["image/png"]), shown[-1]["text/plain"]
            assert still.startswith(b"\x89PNG")
            assert re.search(r" · [0-9a-f]{7}$", said), f"{said!r} does not end in the digest of its picture"
            assert set(shown[-1]) == {"image/png", "text/plain"}


def test_figures_are_shown(page):
    for cell in code_cells(read(page)):
        for output in cell.outputs:
            data = output.get("data", {})
            assert "image/png" in data or not data.get("text/plain", "").startswith("<Figure size"), cell.source


def test_is_small(page):
    assert page.stat().st_size < 500_000


def test_nothing_of_a_machine_is_left(page):
    for cell in code_cells(read(page)):
        assert not OF_A_MACHINE.search(cell.source + text_of(cell)), cell.source


def test_links_lead_somewhere(page):
    for cell in read(page).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", cell.source):
                link = "".join(target)
                if not re.match(r"[a-z]+:|#|attachment:", link):
                    assert (page.parent / unquote(link.split("#")[0])).exists(), link


def test_cells_are_few_and_short(lesson):
    notebook = read(lesson)
    assert 25 <= len(notebook.cells) <= 45
    for cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 10, cell.source


@pytest.mark.parametrize("part", ["vote", "hand", "exercises", "what you can say now", "papers", "next"])
def test_has_its_parts(lesson, part):
    assert [line for line in headings(read(lesson)) if part in line.lower()], f"no heading speaks of: {part}"


def test_opens_with_title_and_way(lesson):
    first = read(lesson).cells[0].source
    assert first.startswith("# ")
    assert "index.ipynb" in first
    assert "minutes" in first


def test_exercises_wait_for_an_answer(lesson):
    notebook = read(lesson)
    asked = [cell for cell in code_cells(notebook) if "check(" in cell.source and "solution" not in tags(cell)]
    assert len(asked) >= 3
    for cell in asked:
        assert "not answered yet" in text_of(cell), cell.source


def test_every_exercise_has_its_solution(lesson):
    notebook = read(lesson)
    names = {True: set(), False: set()}
    for cell in code_cells(notebook):
        for name in re.findall(r"check\(\"([\d.]+)\"", cell.source):
            names["solution" in tags(cell)].add(name)
            if "solution" in tags(cell):
                assert f"{name}: right" in text_of(cell), cell.source
    assert names[True] == names[False]


def test_times_stand_only_where_they_are_not_compared(lesson):
    for cell in code_cells(read(lesson)):
        if re.search(r"perf_counter|%time|timeit|time\.time", cell.source):
            assert "nbval-ignore-output" in tags(cell), cell.source


def test_figures_stay_within_the_page(page):
    """Nothing wider than a notebook on a projector of 1280 pixels: 1100 pixels, at twice the resolution."""
    for cell in code_cells(read(page)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                width = int.from_bytes(base64.b64decode(output.data["image/png"])[16:20], "big")
                assert width <= 2200, cell.source
