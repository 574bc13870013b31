"""The public address: one place says it, one command writes it everywhere else, and each page opens itself on Binder."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import address
import nbformat
import pytest
import yaml

PAGES = sorted(path.name for path in (address.ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def copy(root, tmp_path):
    """The files that may hold the address."""
    for path in address.places(root):
        target = tmp_path / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(copy, capsys):
    """run(*words): the command on the copy. Its status, what it says, and of what it complains."""

    def run(*words):
        status = address.main(words, copy)
        return status, *capsys.readouterr()

    return run


def head(root, page):
    return nbformat.read(root / "notebooks" / page, as_version=4).cells[0].source


def test_no_other_file_holds_the_address(root, our_files):
    found = re.compile("|".join(re.escape(form) + r"(?![\w-])" for form in address.forms(address.known(root))))
    holding = {path for path in our_files if found.search(path.read_text(encoding="utf-8"))}
    assert holding <= set(address.places(root)), "tools/address.py, PLACES, would not change it there"
    assert {root / "pyproject.toml", root / "README.md", root / "CITATION.cff"} <= holding


def test_all_links_lead_to_the_same_repository(root):
    """Whatever form a link to Binder or nbgitpuller has, it names the repository of pyproject.toml."""
    repository, seen = address.known(root), 0
    owner, name = repository.split("/")
    for path in address.places(root):
        text = path.read_text(encoding="utf-8")
        for found in re.findall(r"mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/main", text):
            assert found == repository, path
            seen += 1
        for source, folder in re.findall(r"git-pull\?repo=([^&\s]+)&branch=main&urlpath=lab%2Ftree%2F([\w.-]+?)%2F", text):
            assert (source, folder) == (f"https%3A%2F%2Fgithub.com%2F{owner}%2F{name}", name), path
    assert seen >= len(PAGES) + 1
    assert yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["repository-code"] == f"https://github.com/{repository}"
    assert address.binder(repository, "index.ipynb") in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_itself_on_binder(root, page):
    repository = address.known(root)
    link = f"https://mybinder.org/v2/gh/{repository}/main?urlpath=lab%2Ftree%2Fnotebooks%2F{page}"
    before, badge, after = head(root, page).partition(f"\n\n[![Open in Binder](open_in_binder.svg)]({link})\n\n")
    assert badge, f"{page}: make address REPO={repository} writes its badge"
    assert before.splitlines()[-1].startswith("# " if page == "index.ipynb" else "Previous: ")
    assert "mybinder" not in before + after


def test_the_badge_is_small_and_brings_nothing_from_elsewhere(root):
    path = root / "notebooks" / "open_in_binder.svg"
    drawing = ET.parse(path).getroot()
    assert drawing.get("aria-label") == "Open in Binder"
    assert path.stat().st_size < 1000
    assert re.findall(r"https?://[^\"\s]+", path.read_text(encoding="utf-8")) == ["http://www.w3.org/2000/svg"]
    ground, text = (drawing.find(f".//{{*}}{tag}").get("fill") for tag in ("rect", "text"))
    assert contrast(ground, text) >= 4.5


def contrast(*colours):
    """After WCAG 2.2."""
    channels = [[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours]
    linear = [[c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour] for colour in channels]
    dark, light = sorted(sum(c * part for c, part in zip(colour, (0.2126, 0.7152, 0.0722))) for colour in linear)
    return (light + 0.05) / (dark + 0.05)


def test_another_address_and_back_restores_every_byte(copy, run):
    before, known = contents(copy), address.known(copy)
    status, said, _ = run("some-one/my.lessons_2")
    after = contents(copy)
    changed = {name for name in before if before[name] != after[name]}
    assert {"pyproject.toml", "README.md", "CITATION.cff", *(f"notebooks/{page}" for page in PAGES)} <= changed
    assert status == 0
    *named, last = said.splitlines()
    assert set(named) == changed
    assert last == f"https://github.com/some-one/my.lessons_2: {len(changed)} files changed"
    for name in changed:
        assert known.encode() not in after[name]
    run(known)
    assert contents(copy) == before


def test_twice_changes_nothing(copy, run):
    run("some-one/lessons")
    once = contents(copy)
    assert run("some-one/lessons") == (0, "https://github.com/some-one/lessons: 0 files changed\n", "")
    assert contents(copy) == once


def test_only_the_names_change(copy, run):
    """Links to others stay; an nbgitpuller link names the folder too."""
    readme, (owner, name) = copy / "README.md", address.known(copy).split("/")
    line = (
        "https://github.com/{0}/{1}.git https://{0}.github.io/{1}/ https://colab.research.google.com/github/{0}/{1}/blob/main/a.ipynb "
        "https://HUB/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2F{0}%2F{1}&branch=main&urlpath=lab%2Ftree%2F{1}%2Fnotebooks "
        f"https://github.com/{owner}/{name}-data https://github.com/jupyterhub/{name} {owner} {name}"
    )
    with readme.open("a", encoding="utf-8") as file:
        file.write(line.format(owner, name))
    run("some-one/lessons")
    assert readme.read_text(encoding="utf-8").splitlines()[-1] == line.format("some-one", "lessons")


def test_a_new_page_gets_its_badge_and_a_copied_one_its_own(copy, run):
    known = address.known(copy)
    write_page(copy, "20_new.ipynb", "# Title\n\nPrevious: none · [Contents](index.ipynb)\n\n## What you import")
    write_page(copy, "21_copied.ipynb", f"# Title\n\n{address.badge(known, '07_dilation.ipynb')}\n\n## What you import")
    assert run(known)[1].splitlines()[:-1] == ["notebooks/20_new.ipynb", "notebooks/21_copied.ipynb"]
    assert head(copy, "20_new.ipynb").splitlines()[4:] == [address.badge(known, "20_new.ipynb"), "", "## What you import"]
    assert head(copy, "21_copied.ipynb").splitlines()[2:] == [address.badge(known, "21_copied.ipynb"), "", "## What you import"]


def write_page(copy, name, text):
    cells = [nbformat.v4.new_markdown_cell(text, id="cell-00")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), copy / "notebooks" / name)


BAD = ["lessons", "me/my lessons", "me/a/b", "/lessons", "me/", "me/..", "-me/a", "me/a.git", "mé/a", "me/a\n"]


@pytest.mark.parametrize(
    "words, why",
    [
        ([], "REPO is missing: make address REPO=owner/name"),
        ([""], "REPO is missing: make address REPO=owner/name"),
        (["https://github.com/me/lessons"], "REPO 'https://github.com/me/lessons' is an address: leave https://github.com/ away"),
        *(([bad], f"REPO {bad!r} is not owner/name") for bad in BAD),
    ],
)
def test_a_bad_address_is_refused_in_one_line(copy, run, words, why):
    before = contents(copy)
    status, said, complaint = run(*words)
    assert (status, said) == (2, "")
    assert complaint.startswith(why)
    assert complaint.count("\n") == 1
    assert contents(copy) == before


def test_a_page_without_a_place_for_its_badge_stops_all(copy, run):
    write_page(copy, "20_new.ipynb", "no title")
    before = contents(copy)
    assert run("some-one/lessons") == (2, "", "notebooks/20_new.ipynb: the first cell has no title, so there is no place for its badge\n")
    assert contents(copy) == before


@pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="no make on this machine")
def test_make_hands_the_words_over_as_they_are(root):
    words = ["make", "-n", "--no-print-directory", "address", "REPO=a b'$(x)"]
    shown = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == '.venv/bin/python tools/address.py "$REPO"'
