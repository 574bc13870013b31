"""docs/memory.md names every page, each within the budget; README.md says the same."""

import re


def table(root):
    """{page: megabytes}"""
    text = (root / "docs" / "memory.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\(\.\./notebooks/\1\.ipynb\) \| (\d+) \| \d+ \|$", text, re.MULTILINE)
    return {page: int(megabytes) for page, megabytes in rows}


def test_every_page_was_measured_and_is_within_the_budget(root):
    measured = table(root)
    assert set(measured) == {path.stem for path in (root / "notebooks").glob("*.ipynb")}, "make memory"
    assert {page: megabytes for page, megabytes in measured.items() if not 50 < megabytes < 600} == {}


def test_the_readme_names_the_largest(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    said = re.search(r"the largest lesson's kernel takes (\d+) MB \(\[each lesson's\]\(docs/memory\.md\)\)", readme)
    assert int(said[1]) == max(table(root).values()), "make memory wrote another number than README.md has"
