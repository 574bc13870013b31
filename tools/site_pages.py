"""What an executed notebook needs before it becomes a page of the site."""

import re

import nbformat
from nbformat.v4 import new_markdown_cell

from convlib.show import living

NOTE = """```{{note}}
This page runs without a kernel. Point at a cell of a picture, press *Play*, or click into a picture and take the arrow keys.
Sliders, exercises and your own code need a kernel: [get the notebooks]({address}#get-going).
```"""
CONTENTS = "```{{toctree}}\n:hidden:\n\nContents <self>\n{lessons}\n```"
TITLE = re.compile(r"^\*\*(\d\d) · .* · (.+)\*\*$", re.MULTILINE)


def prepare(folder, address):
    """Rewrites, in place, the notebooks of a folder. address: of the repository."""
    paths = sorted(folder.glob("*.ipynb"))
    pages = {path: nbformat.read(path, as_version=4) for path in paths}
    lessons = [(path.stem, TITLE.search(page.cells[0].source)) for path, page in pages.items()]
    listed = "\n".join(f"{' '.join(title.groups())} <{stem}>" for stem, title in lessons if title)
    for path, page in pages.items():
        for cell, heading in under_headings(page.cells):
            if cell.cell_type == "code":
                fit(cell, heading)
        before, *after = re.split(r"(?=^## )", page.cells[0].source, maxsplit=1, flags=re.MULTILINE)
        page.cells[0].source = "\n\n".join([before.rstrip(), NOTE.format(address=address), *after])
        if path.stem == "index":
            page.cells.append(new_markdown_cell(CONTENTS.format(lessons=listed)))
        nbformat.write(page, path)


def under_headings(cells):
    """Each cell, with the heading that it stands under."""
    heading = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            heading = (re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE) or [heading])[-1]
        yield cell, heading


def fit(cell, heading):
    """The pictures of a code cell share one script, its figures get a text, and a solution waits until it is opened."""
    words, own = [], {}
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = data["text/html"].replace(living.script(), "")
        elif "image/png" in data:
            words.append(data.get("text/plain", ""))
    if words:
        own["image"] = {"alt": " · ".join(dict.fromkeys([re.sub(r"[`*$\\]", "", heading), *words]))}
    if "solution" in cell.metadata.get("tags", []):
        cell.metadata["tags"] = [*cell.metadata["tags"], "hide-cell"]
        own |= {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
    if own:
        cell.metadata["mystnb"] = own
