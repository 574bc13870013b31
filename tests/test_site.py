"""`make site`: where it writes, and what becomes of a notebook. tests/browser/test_site.py opens the whole of it."""

import subprocess
import sys
import warnings

import nbformat
import pytest
import yaml

pytest.importorskip("sphinx", reason="the packages of the extra `site` are not installed")

import make_site
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from site_mathml import mathml

ADDRESS = "https://example.org/convlib"


def test_a_folder_of_other_peoples_files_is_refused(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("mine")
    assert make_site.main([str(tmp_path)]) == 1
    assert f"OUT is {tmp_path}, and that holds files which this command did not make" in capsys.readouterr().err
    assert make_site.main([str(tmp_path / "thesis.tex")]) == 1
    assert "that is a file: name a folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert make_site.main([]) == 2


def test_a_new_an_empty_and_a_made_folder_are_taken(tmp_path):
    for folder in (tmp_path / "new", tmp_path):
        assert make_site.checked(folder) == folder
    (tmp_path / make_site.MARK).write_text("")
    (tmp_path / "index.html").write_text("")
    assert make_site.checked(tmp_path) == tmp_path


def executed(root, folder, source):
    """Runs a notebook of one cell as the site does, in a process of its own, which keeps its sockets to itself."""
    folder.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), folder / "00_one.ipynb")
    code = "import pathlib, sys, make_site; make_site.executed(pathlib.Path(sys.argv[1]))"
    return subprocess.run([sys.executable, "-c", code, str(folder)], cwd=root / "tools", capture_output=True, text=True)


def test_a_cell_that_raises_is_named(root, tmp_path):
    done = executed(root, tmp_path / "notebooks", "1 / 0")
    assert done.returncode and "Refused: 00_one.ipynb: a cell raises ZeroDivisionError: division by zero" in done.stderr


def test_a_figure_is_told_in_words(root, tmp_path):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1], label='torch')\nplt.title('loss')\nplt.show()"
    done = executed(root, tmp_path / "notebooks", plot)
    assert done.returncode == 0, done.stderr
    [output] = nbformat.read(tmp_path / "notebooks" / "00_one.ipynb", as_version=4).cells[0].outputs
    assert output.data["text/plain"] == "Figure: loss, torch"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The pages of two notebooks that nobody had to run."""
    room = tmp_path_factory.mktemp("small")
    folder = room / "notebooks"
    folder.mkdir()
    (folder / "badge.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    figure = new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": 'Figure: loss, x: "updates"'})
    first = "# Learn\n\n**00 · 学 · Learning**\n\n[![Open](badge.svg)](https://example.org/run)\n\n## What you import\n\nAll $a_1$."
    cells = [new_markdown_cell(first), new_code_cell("plot()", outputs=[figure], execution_count=1)]
    cells.append(new_code_cell("42", metadata={"tags": ["solution"]}, execution_count=2))
    nbformat.write(new_notebook(cells=cells), folder / "00_learn.ipynb")
    nbformat.write(new_notebook(cells=[new_markdown_cell("# All\n\n[first](00_learn.ipynb)")]), folder / "index.ipynb")
    make_site.prepare(folder, ADDRESS)
    with warnings.catch_warnings():  # Sphinx and its extensions have some for each other
        warnings.simplefilter("ignore")
        make_site.built(folder, room / "site", ADDRESS)
    return room / "site"


def test_pages_link_to_pages_and_say_what_needs_a_kernel(small):
    index, page = ((small / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "00_learn"))
    assert 'href="00_learn.html"' in index and ".ipynb" not in index
    assert "00 Learning" in index
    assert f'href="{ADDRESS}#get-going"' in page
    assert page.index("This page runs without a kernel") < page.index("What you import")
    assert (small / "_static" / "convlib.js").stat().st_size > 1000


def test_a_badge_keeps_its_picture_and_its_way_out(small):
    page = (small / "00_learn.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/run"><img alt="Open" src="_images/badge.svg"' in page
    assert (small / "_images" / "badge.svg").exists()


def test_figures_have_words_and_solutions_wait(small):
    page = (small / "00_learn.html").read_text(encoding="utf-8")
    assert 'alt="What you import · Figure: loss, x: &quot;updates&quot;"' in page
    assert "<summary>" in page and "Solution" in page and "Toggle hidden content" not in page


def test_mathematics_becomes_mathml(small):
    assert "<msub><mi>a</mi><mn>1</mn></msub>" in (small / "00_learn.html").read_text(encoding="utf-8")
    assert mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "block").count("<mtr>") == 2
    assert "&#x23DF;" not in mathml(r"\underbrace{ab}_{\text{c}}", "block")


def test_the_workflow_publishes_what_make_site_made(root):
    workflow = yaml.safe_load((root / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8"))
    assert workflow[True] == {"push": {"branches": ["main"]}}  # YAML takes the word on for a truth
    assert workflow["permissions"] == {"contents": "read"}
    build, publish = workflow["jobs"]["build"]["steps"], workflow["jobs"]["publish"]
    assert "make site OUT=build/site" in [step.get("run") for step in build]
    assert build[-1]["uses"].startswith("actions/upload-pages-artifact@") and build[-1]["with"] == {"path": "build/site"}
    assert publish["needs"] == "build" and publish["permissions"] == {"pages": "write", "id-token": "write"}
