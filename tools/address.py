"""Writes the public address of the repository wherever it stands: `make address REPO=owner/name`.

pyproject.toml says what the address is. README.md, CITATION.cff, docs/ and the pages hold links made from it, and each page's
head a badge that opens that page on Binder. The same REPO twice changes nothing; another one and back restores every byte.
"""

import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("pyproject.toml", "README.md", "CITATION.cff", "CONTRIBUTING.md", "docs/*.md", "notebooks/*.ipynb")
GITHUB = "https://github.com/"
# What GitHub allows: letters, digits and hyphens; in the second part dots and underscores too.
REPOSITORY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?/(?!\.{1,2}$)[\w.-]+(?<!\.git)", re.ASCII)
BADGE = re.compile(r"^\[!\[Open in Binder\].*$", re.MULTILINE)
# The badge stands below the line that leads to other lessons; the contents page has a title only.
ABOVE_THE_BADGE = re.compile(r"^(Previous: .*|# .*)$", re.MULTILINE)


class Refused(Exception):
    """Why nothing was written, in one line."""


def known(root):
    """The repository, owner/name, that pyproject.toml names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].removeprefix(GITHUB)


def checked(repository):
    if not repository:
        raise Refused("REPO is missing: make address REPO=owner/name")
    if repository.startswith(GITHUB):
        raise Refused(f"REPO {repository!r} is an address: leave {GITHUB} away, as in make address REPO=owner/name")
    if not REPOSITORY.fullmatch(repository):
        raise Refused(f"REPO {repository!r} is not owner/name: letters, digits and '-', one slash, then letters, digits, '-', '_' and '.'")
    return repository


def places(root):
    """The files that may hold the address; no other does."""
    return [path for pattern in PLACES for path in sorted(root.glob(pattern))]


def forms(repository):
    """How links name a repository. An nbgitpuller link names the folder that it makes, too."""
    owner, name = repository.split("/")
    return (
        f"github.com/{repository}",
        f"/gh/{repository}",
        f"/github/{repository}",
        f"{owner}.github.io/{name}",
        f"github.com%2F{owner}%2F{name}&branch=main&urlpath=lab%2Ftree%2F{name}",
    )


def renamed(text, old, new):
    for before, after in zip(forms(old), forms(new)):
        text = re.sub(re.escape(before) + r"(?![\w-])", lambda _, after=after: after, text)
    return text


def binder(repository, page):
    """The link that opens a notebook in JupyterLab on Binder."""
    return f"https://mybinder.org/v2/gh/{repository}/main?urlpath=lab%2Ftree%2Fnotebooks%2F{page}"


def badge(repository, page):
    return f"[![Open in Binder](open_in_binder.svg)]({binder(repository, page)})"


def with_badge(text, name, repository):
    """A notebook's text with the badge of this page in its first cell, and all else as it was."""
    notebook, wanted = nbformat.reads(text, as_version=4), badge(repository, name)
    head = notebook.cells[0]
    if BADGE.search(head.source):
        source = BADGE.sub(lambda _: wanted, head.source)
    else:
        above = list(ABOVE_THE_BADGE.finditer(head.source.partition("\n## ")[0]))
        if not above:
            raise Refused(f"notebooks/{name}: the first cell has no title, so there is no place for its badge")
        source = f"{head.source[: above[-1].end()]}\n\n{wanted}{head.source[above[-1].end() :]}"
    if source == head.source:
        return text
    head.source = source
    return nbformat.writes(notebook) + "\n"


def main(words, root=ROOT):
    try:
        new, old = checked(" ".join(words)), known(root)
        # everything is worked out before the first file is written
        before = {path: path.read_bytes().decode("utf-8") for path in places(root)}
        after = {path: renamed(text, old, new) for path, text in before.items()}
        after |= {path: with_badge(text, path.name, new) for path, text in after.items() if path.suffix == ".ipynb"}
    except Refused as problem:
        print(problem, file=sys.stderr)
        return 2
    changed = [path for path in before if after[path] != before[path]]
    for path in changed:
        path.write_bytes(after[path].encode("utf-8"))
        print(path.relative_to(root).as_posix())
    print(f"{GITHUB}{new}: {len(changed)} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
