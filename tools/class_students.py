"""Copies of the pages for students: the solutions are emptied, everything else stays as it is."""

import re
import shutil
from urllib.parse import unquote

import nbformat
from class_plan import NOTEBOOKS

EMPTY = "# Solution: your teacher has it."
SAID = {"Try first. Then compare.": "Your teacher has them. `check` says which mistake it sees."}
# It leads to the pages with the solutions.
BADGE = re.compile(r"^\[!\[[^\n]*mybinder\.org[^\n]*\n+", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def without_solutions(notebook):
    """Empties, in place, what students are to find by themselves. What is left is what a run of it would leave."""
    for cell in notebook.cells:
        if "solution" in cell.metadata.get("tags", []):
            cell.source, cell.outputs = EMPTY, []
        elif cell.cell_type == "markdown":
            cell.source = BADGE.sub("", cell.source)
            for before, after in SAID.items():
                cell.source = cell.source.replace(before, after)
    return notebook


def linked_files(notebook):
    """The files beside the pages to which a page links, other pages apart."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    links = [unquote("".join(found).split("#")[0]) for found in LINK.findall(text)]
    return sorted({link for link in links if link and not re.match(r"[a-z]+:", link) and not link.endswith(".ipynb")})


def write_students(folder, notebooks=NOTEBOOKS):
    """All pages, and what they link to, into a folder that does not exist yet."""
    folder.mkdir()
    for path in sorted(notebooks.glob("*.ipynb")):
        notebook = without_solutions(nbformat.read(path, as_version=4))
        nbformat.write(notebook, folder / path.name)
        for name in linked_files(notebook):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebooks / name, folder / name)
