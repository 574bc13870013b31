"""`make class`: the guide speaks of what is on the pages, and the copies for students hold no answer."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys

import class_kit
import nbformat
import pytest
from class_guide import guide
from class_plan import GUIDE, NOTEBOOKS, Page, Plan, Unfit
from class_students import EMPTY, linked_files, without_solutions, write_students
from execute_notebooks import execute

from convlib.learn.check import EXERCISES

LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
# What a player has beside the controls of its call; the labels are those of convlib/show/player.py.
OF_EVERY_PLAYER = {"step", "Play", "flip the kernel", "output by output", "input by input", "side by side", "edit the numbers"}
LETTERED = re.compile(r"\*\*A\*\* ")
MARKED = re.compile(r"^## .*\bvote\b|\*\*Vote( again| once more)?\b", re.MULTILINE | re.IGNORECASE)
RESOLVED = re.compile(r"\*\*([A-F])(?:\.\*\*|, [^*]+\*\*|\*\*[:,.])")


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "kit"
    assert class_kit.main([str(folder)]) == 0
    return folder


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def plan(request):
    return Plan(Page(request.param))


@pytest.fixture(params=sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def page_and_copy(request, kit):
    return [nbformat.read(path, as_version=4) for path in (request.param, kit / "students" / request.param.name)]


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook):
    return [cell for cell in code(notebook) if "solution" in cell.metadata.get("tags", [])]


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


# The plans: what people wrote, held against the pages.


def test_lessons_and_plans_belong_together():
    assert sorted(path.name for path in GUIDE.iterdir()) == [f"{path.name[:2]}.toml" for path in LESSONS]


def test_a_plan_has_enough_to_show(plan):
    assert len(plan.moves) >= 3
    assert len(plan.mistakes) >= 3
    assert plan.votes
    assert all(section["minutes"] > 0 for section in plan.sections)


def test_every_question_to_vote_on_is_in_the_plan(plan):
    texts = [(number, cell.source) for number, cell in enumerate(plan.page.cells) if cell.cell_type == "markdown"]
    lettered = [(number, found.start()) for number, text in texts for found in LETTERED.finditer(text)]
    with_options = [vote for vote in plan.votes if plan.page.options(vote["at"])]
    assert len(with_options) == len(lettered)
    for vote, (number, offset) in zip(with_options, lettered):
        assert vote["at"].cell == number and vote["at"].offset < offset
    for number, text in texts:
        for mark in MARKED.finditer(text):
            assert any(vote["at"].cell == number and vote["at"].offset >= mark.start() for vote in plan.votes), text[mark.start() :][:80]


def test_the_answers_are_those_of_the_page(plan):
    resolved = []
    for number, cell in enumerate(plan.page.cells):
        if cell.cell_type == "markdown":
            resolved += [(number, found[1]) for found in RESOLVED.finditer(cell.source)]
    lettered = [vote for vote in plan.votes if plan.page.options(vote["at"])]
    assert sorted(vote["answer"] for vote in lettered) == sorted(letter for _, letter in resolved)
    for vote in plan.votes:
        assert vote["after"] > vote["at"]
        assert (vote in lettered) == (len(vote["answer"]) == 1)
    for vote in lettered:
        assert vote["answer"] in dict(plan.page.options(vote["at"]))
        told = min(number for number, letter in resolved if letter == vote["answer"] and number > vote["at"].cell)
        assert vote["after"].cell < told, f"{vote['asks']}: the page has told the answer before the guide resolves it"


def player_in(cell):
    """The call that makes the cell's player or picture."""
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    return next(call for call in calls if getattr(call.func, "id", None) in ("play", "picture"))


def test_every_move_moves_something_that_is_there(plan):
    source = "\n".join(cell.source for cell in plan.page.cells if cell.cell_type == "code")
    for move in plan.moves:
        names = {keyword.arg for keyword in player_in(plan.page.cells[move["at"].cell]).keywords}
        if None in names:  # **controls: made somewhere else on the page
            names |= {name or key for name, key in re.findall(r"\b(\w+)=|\"(\w+)\":", source)}
        assert set(move["controls"]) <= names - {"beside", "against", "caption", "frame", "matrix", "order"} | OF_EVERY_PLAYER, move["do"]
        for name in move["controls"]:
            assert name.lower() in move["do"].lower(), f"{name} is moved, and the text does not name it: {move['do']}"


def test_the_labels_of_every_player_are_still_those(root):
    source = (root / "convlib" / "show" / "player.py").read_text(encoding="utf-8")
    for label in OF_EVERY_PLAYER:
        assert f'"{label}' in source, label


def test_mistakes_name_exercises_of_their_lesson(plan):
    for mistake in plan.mistakes:
        assert mistake.get("exercise", f"{plan.page.number}.1") in EXERCISES
        assert mistake.get("exercise", plan.page.number)[:2] == plan.page.number


FAULTS = {
    "minutes =": ("minuets =", r"\[\[section\]\] 1: minuets is none of heading, minutes"),
    "minutes = 4": ("minutes = 5", r"the minutes add up to 91, and the page says 90 in class"),
    "minutes = ": ('minutes = "5" #', r"\[\[section\]\] 1: minutes is '5': it must be a int"),
    'heading = "Vote first"': ('heading = "Vote second"', r"'Vote second' stands where 'Vote first' belongs"),
    "[[vote]]": ("[[votes]]", r"\[\[votes\]\] is none of section, vote, move, mistake"),
    "because = ": ("# because = ", r"\[\[vote\]\] 1: because is missing"),
    "play(dilated,": ("play(deleted,", r"\[\[move\]\] 1: at 'play\(deleted,' stands in 0 cells of 07_dilation\.ipynb"),
    'shows = "': ('shows = "play" # "', r"\[\[mistake\]\] 1: shows 'play' stands in \d+ cells of 07_dilation\.ipynb: it must stand in one"),
    "[[section]]": ("[section]]", r"line 3"),
}


@pytest.mark.parametrize("right", FAULTS)
def test_a_plan_that_does_not_fit_is_refused(tmp_path, right):
    wrong, message = FAULTS[right]
    text = (GUIDE / "07.toml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "07.toml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(Unfit, match=rf"^07\.toml.*{message}"):
        Plan(Page(NOTEBOOKS / "07_dilation.ipynb"), tmp_path)


def test_moves_out_of_order_are_refused(tmp_path):
    text = (GUIDE / "01.toml").read_text(encoding="utf-8")
    first = '[[move]]\nat = "play(as_printed, letter_f()"\ndo = "x"\nsee = "y"\ncontrols = []\n\n'
    (tmp_path / "01.toml").write_text(text.replace("[[move]]", first + "[[move]]", 1), encoding="utf-8")
    with pytest.raises(Unfit, match=r"every \[\[move\]\] stands in the order of the page"):
        Plan(Page(LESSONS[1]), tmp_path)


def test_a_lesson_without_a_plan_is_named(tmp_path):
    with pytest.raises(Unfit, match=r"07\.toml is missing"):
        Plan(Page(NOTEBOOKS / "07_dilation.ipynb"), tmp_path)


# The guide: what the teacher holds.


def test_the_guide_says_all_that_the_plan_has(plan, kit):
    text = (kit / "guide" / f"{plan.page.path.stem}.md").read_text(encoding="utf-8")
    assert text == guide(plan)
    for entry in (*plan.votes, *plan.moves, *plan.mistakes):
        for key in ("asks", "because", "do", "see", "says", "how"):
            assert entry.get(key, "").replace("`", "") in text.replace("`", "")
    for heading in plan.page.sections():
        assert re.search(rf"^### \d:\d\d {re.escape(heading)}$", text, re.MULTILINE)
    assert f"**{plan.page.in_class // 60}:{plan.page.in_class % 60:02} End.**" in text
    for name in (name for name in EXERCISES if name.startswith(plan.page.number)):
        assert f"### {name}\n" in text
        assert all(mistake.says in text for mistake in EXERCISES[name].mistakes)
    for cell in plan.page.solutions():
        assert cell.source in text


def test_the_guide_goes_down_the_page(plan):
    """One after the other, as the teacher scrolls: a text comes before its cell, and a vote is resolved after it."""
    order = guide(plan).split("## Running order")[1].split("## Common mistakes")[0]
    found = re.findall(r"^- \*\*(VOTE|SHOW|RESOLVE)(?: VOTE \d+\*\*, after| \d+\*\*,)? (the text above )?\[(\d+)\]", order, re.MULTILINE)
    assert [kind for kind, _, _ in found].count("VOTE") == len(plan.votes) == [kind for kind, _, _ in found].count("RESOLVE")
    assert len(found) == 2 * len(plan.votes) + len(plan.moves)
    places = [int(number) - 0.5 * bool(text) + 0.25 * (kind == "RESOLVE") for kind, text, number in found]
    assert places == sorted(places)
    for heading, part in zip(plan.page.sections(), re.split(r"^### .*$", order, flags=re.MULTILINE)[1:], strict=True):
        assert set(map(int, re.findall(r"\*\*SHOW \[(\d+)\]\*\*", part))) <= set(plan.page.numbers(heading))


def test_the_guide_of_lesson_07():
    text = guide(Plan(Page(NOTEBOOKS / "07_dilation.ipynb")))
    assert "### 0:00 Vote first" in text
    assert "- **VOTE 1**, the text above [2]: " in text
    assert "  - C: 49\n" in text
    assert "*For you alone: C. You resolve it after [8].*" in text
    assert "- **SHOW [3]**, `play(dilated, letter_f()[0], hook()[0, 0], rate=(1, 3),`" in text
    assert "- Answer: 30\n" in text  # exercise 07.1: 32 + 2·5 − 3·4


def test_links_of_the_guide_lead_somewhere(kit):
    for path in (kit / "guide").iterdir():
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            assert (kit / "guide" / link).exists(), f"{path.name}: {link}"


def test_the_readme_lists_every_lesson_with_its_minutes(kit):
    text = (kit / "guide" / "README.md").read_text(encoding="utf-8")
    for page in map(Page, LESSONS):
        assert f"({page.path.stem}.md) | {page.in_class} | {page.alone} |" in text


@pytest.mark.parametrize("course", class_kit.COURSES)
def test_no_course_takes_a_lesson_before_one_that_it_needs(course):
    taken, pages = [], {page.number: page for page in map(Page, LESSONS)}
    for number in class_kit.COURSES[course]:
        needs = re.sub(r"\([^)]*\.ipynb\)", "", pages[number].needs)
        assert set(re.findall(r"\b[01]\d\b", needs)) <= set(taken), number
        taken.append(number)


# The copies.


def test_copies_hold_no_solution(page_and_copy):
    page, copy = page_and_copy
    open_text = "\n".join(cell.source for cell in page.cells if cell not in tagged(page))
    everything = json.dumps(copy, ensure_ascii=False)
    for cell in tagged(page):
        for line in cell.source.splitlines() + printed(cell).splitlines():
            if line.strip() and line.strip() not in open_text:
                assert json.dumps(line.strip(), ensure_ascii=False)[1:-1] not in everything
    assert [cell.source for cell in tagged(copy)] == [EMPTY] * len(tagged(page))
    assert not re.search(r"\d\d\.\d: right", everything)
    assert "mybinder.org" not in everything
    assert "Try first" not in everything


def test_copies_are_the_pages_otherwise(page_and_copy):
    page, copy = page_and_copy
    for before, after in zip(page.cells, copy.cells, strict=True):
        assert (before.cell_type, before.id, before.metadata) == (after.cell_type, after.id, after.metadata)
        if before.cell_type == "code":
            assert before.execution_count == after.execution_count
            if before not in tagged(page):
                assert (before.source, before.outputs) == (after.source, after.outputs)
        elif "## Solutions" not in before.source:
            assert before.source == after.source or "mybinder.org" in before.source


def test_copies_keep_every_check_and_it_waits(page_and_copy):
    page, copy = page_and_copy
    asked = [set(re.findall(r"check\(\"(\d\d\.\d)\"", "\n".join(cell.source for cell in code(book)))) for book in page_and_copy]
    assert asked[0] == asked[1]
    said = "\n".join(printed(cell) for cell in code(copy))
    assert set(re.findall(r"^(\d\d\.\d): not answered yet", said, re.MULTILINE)) == asked[0]


def test_links_of_copies_stay_in_the_folder(kit):
    for path in (kit / "students").glob("*.ipynb"):
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
        for link in re.findall(r"\]\(([^)\s#]+)", text):
            assert re.match(r"https?:", link) or (path.parent / link).resolve().parent == path.parent, link
            assert re.match(r"https?:", link) or (path.parent / link).exists(), link


@pytest.mark.parametrize("name", ["07_dilation", "13_shuffle_and_interleave"])
def test_a_copy_runs_and_stays_as_it_was_written(kit, tmp_path, name):
    path = tmp_path / f"{name}.ipynb"
    shutil.copy(kit / "students" / path.name, path)
    before = nbformat.read(path, as_version=4)
    execute(path)
    after = nbformat.read(path, as_version=4)
    for was, now in zip(code(before), code(after), strict=True):
        assert was.execution_count == now.execution_count
        assert printed(was) == printed(now)
        assert [output.output_type for output in was.outputs] == [output.output_type for output in now.outputs]


def test_the_badge_goes_and_linked_files_come_along(tmp_path):
    pages = tmp_path / "pages"
    (pages / "data").mkdir(parents=True)
    (pages / "data" / "a b.csv").write_text("1")
    (pages / "logo.svg").write_text("<svg/>")
    (pages / "open.svg").write_text("<svg/>")
    badge = "[![Open in Binder](open.svg)](https://mybinder.org/v2/gh/somebody/pages/main?urlpath=lab)"
    text = f"# Title\n\n{badge}\n\nText, [numbers](data/a%20b.csv), [me](#top), [more](b.ipynb)\n\n<img src=\"logo.svg\">"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="cell-00")]), pages / "a.ipynb")
    write_students(tmp_path / "out", pages)
    assert set(files(tmp_path / "out")) == {"a.ipynb", "data/a b.csv", "logo.svg"}
    copy = nbformat.read(tmp_path / "out" / "a.ipynb", as_version=4)
    assert copy.cells[0].source == text.replace(badge + "\n\n", "")
    assert linked_files(without_solutions(copy)) == ["data/a b.csv", "logo.svg"]


# The folder.


def test_the_kit_is_two_folders_and_the_same_every_time(kit, tmp_path):
    assert sorted(path.name for path in kit.iterdir()) == ["guide", "students"]
    assert class_kit.main([str(tmp_path / "again")]) == 0
    assert files(tmp_path / "again") == files(kit)


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "grades.txt").write_text("mine")
    assert class_kit.main([str(tmp_path / "kit")]) == 2
    assert capsys.readouterr().err == f"OUT: {tmp_path / 'kit'} is not empty: name a new or an empty folder\n"
    assert files(tmp_path) == {"kit/grades.txt": b"mine"}


def test_words_that_name_no_folder(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert class_kit.main([str(tmp_path / "file")]) == 2
    assert "is a file: name a folder" in capsys.readouterr().err
    assert class_kit.main([str(tmp_path / "not" / "there")]) == 2
    assert f"there is no folder {tmp_path / 'not'}: make that one first" in capsys.readouterr().err
    for words in ([], [""], [" "], ["a", "b"]):
        assert class_kit.main(words) == 2
        assert capsys.readouterr().err == "OUT names no folder: say where to write, as in  make class OUT=../my_class\n"
    assert set(files(tmp_path)) == {"file"}


def test_an_empty_folder_and_a_relative_one_will_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kit").mkdir()
    assert class_kit.main(["kit"]) == 0
    assert str(tmp_path / "kit" / "guide" / "README.md") in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kit"]


@pytest.mark.parametrize("existed", [True, False])
def test_what_stops_half_way_leaves_nothing(tmp_path, monkeypatch, capsys, existed):
    def stops(folder):
        folder.mkdir()
        (folder / "README.md").write_text("half")
        raise Unfit("07.toml: the minutes add up to 91")

    monkeypatch.setattr(class_kit, "write_guide", stops)
    if existed:
        (tmp_path / "kit").mkdir()
    assert class_kit.main([str(tmp_path / "kit")]) == 1
    assert capsys.readouterr().err == "07.toml: the minutes add up to 91\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["kit"] * existed


@pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="no make on this machine")
@pytest.mark.parametrize("words, stands", [(["-C", "project"], "."), ([], "project")])
def test_make_counts_a_relative_folder_from_where_you_stand(root, tmp_path, words, stands):
    project = tmp_path / "project"
    (project / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, project)
    (project / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "$(pwd) $*"\n')
    (project / ".venv" / "bin" / "python").chmod(0o755)
    (project / ".venv" / "ready-for-convlib").write_text(f"{project}\n")
    here = tmp_path / stands
    mine = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")} | {"PWD": str(here)}
    done = subprocess.run(["make", *words, "class", "OUT=my class"], cwd=here, env=mine, capture_output=True, text=True)
    assert f"{here.resolve()} {project}/tools/class_kit.py my class\n" in done.stdout, done.stdout + done.stderr
