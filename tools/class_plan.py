"""What a teacher needs beside a lesson: reads tools/guide/NN.toml, and finds its cells on the page.

The file names a cell by a piece of its source, which stands in one cell of the page. The guide says it with the number that
JupyterLab shows. A rule that is broken raises Unfit, whose text names the file, the entry and the rule.
"""

import re
import tomllib
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS, GUIDE = ROOT / "notebooks", ROOT / "tools" / "guide"
NO_SECTION = ("What you import", "Papers", "Next", "Solutions")
TEXT, NUMBER, NAMES = str, int, list
KEYS = {
    "section": {"heading": TEXT, "minutes": NUMBER},
    "vote": {"at": TEXT, "asks": TEXT, "answer": TEXT, "because": TEXT, "after": TEXT},
    "move": {"at": TEXT, "do": TEXT, "see": TEXT, "controls": NAMES},
    "mistake": {"says": TEXT, "shows": TEXT, "how": TEXT, "exercise": TEXT},
}
PIECES, NOT_NEEDED = ("at", "after", "shows"), {"exercise"}


class Unfit(Exception):
    """A file of the guide that does not fit its page."""


@dataclass(frozen=True, order=True)
class Place:
    """Where on the page: the cell, and for a text how far into it."""

    cell: int
    offset: int


class Page:
    """A lesson as its teacher sees it: headings, cells and their numbers."""

    def __init__(self, path):
        self.path, self.number = path, path.name[:2]
        self.cells = nbformat.read(path, as_version=4).cells
        self.head = self.cells[0].source
        self.promise = self.head.splitlines()[0].removeprefix("# ")
        self.title = re.search(r"^\*\*.* · (.*)\*\*$", self.head, re.MULTILINE)[1]
        times = re.search(r"\*Needs:\* (.*?) \*Time:\* (\d+) minutes alone, (\d+) in class", self.head, re.DOTALL)
        self.needs, alone, in_class = times.groups()
        self.alone, self.in_class = int(alone), int(in_class)
        self.headings = [
            (Place(number, found.start()), found[1].strip())
            for number, cell in enumerate(self.cells) if cell.cell_type == "markdown"
            for found in re.finditer(r"^## (.+)$", cell.source, re.MULTILINE)
        ]  # fmt: skip

    def places(self, piece):
        """The cells in whose source the piece stands; in code it does not matter where."""
        found = [(number, cell) for number, cell in enumerate(self.cells) if piece in cell.source]
        return [Place(number, 0 if cell.cell_type == "code" else cell.source.index(piece)) for number, cell in found]

    def is_code(self, place):
        return self.cells[place.cell].cell_type == "code"

    def label(self, place):
        """[7], or the text above [7]."""
        after = next(cell for cell in self.cells[place.cell :] if cell.cell_type == "code")
        return f"{'' if self.is_code(place) else 'the text above '}[{after.execution_count}]"

    def section(self, place):
        """The heading under which a place lies."""
        return [heading for start, heading in self.headings if start <= place][-1]

    def sections(self):
        return [heading for _, heading in self.headings if heading not in NO_SECTION]

    def numbers(self, heading):
        """The numbers of the code cells under a heading."""
        cells = [(Place(number, 0), cell) for number, cell in enumerate(self.cells) if cell.cell_type == "code"]
        return [cell.execution_count for place, cell in cells if self.section(place) == heading]

    def options(self, place):
        """[("A", "169, all of them"), ...]: the answers to choose from, behind a question."""
        text = self.cells[place.cell].source[place.offset :]
        options = []
        for found in re.finditer(r"\*\*([A-F])\*\* (.*?)(?= · \*\*|\n|$)", text):
            if found[1] == "ABCDEF"[len(options)]:  # the next question begins with A again
                options.append(found.groups())
            elif found[1] == "A":
                break
        return options

    def exercises(self):
        """{"07.1": what it asks}."""
        text = "\n\n".join(self.texts())
        found = re.findall(r"^- \*\*(\d\d\.\d(?:, \d\d\.\d)*)\*\* (.+?)(?=\n- |\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
        return {name: " ".join(asked.split()) for names, asked in found for name in names.split(", ")}

    def texts(self):
        return [cell.source for cell in self.cells if cell.cell_type == "markdown"]

    def solutions(self):
        return [cell for cell in self.cells if "solution" in cell.metadata.get("tags", [])]


class Plan:
    """A page and what the guide says of it; each entry a dict whose pieces have become places."""

    def __init__(self, page, folder=GUIDE):
        self.page, self.path = page, folder / f"{page.number}.toml"
        try:
            said = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Unfit(f"{self.path.name} is missing: each lesson has one in tools/guide") from None
        except tomllib.TOMLDecodeError as error:
            raise Unfit(f"{self.path.name}: {error}") from None
        if unknown := said.keys() - KEYS:
            raise Unfit(f"{self.path.name}: [[{min(unknown)}]] is none of {', '.join(KEYS)}")
        entries = {kind: [self.entry(kind, *given) for given in enumerate(said.get(kind, []), 1)] for kind in KEYS}
        self.sections, self.votes, self.moves, self.mistakes = entries.values()
        self.check_sections()
        for kind, entries in (("vote", self.votes), ("move", self.moves)):
            if [e["at"] for e in entries] != sorted(e["at"] for e in entries):
                raise Unfit(f"{self.path.name}: every [[{kind}]] stands in the order of the page")

    def entry(self, kind, number, given):
        keys, where = KEYS[kind], f"{self.path.name}, [[{kind}]] {number}"
        if unknown := given.keys() - keys:
            raise Unfit(f"{where}: {min(unknown)} is none of {', '.join(keys)}")
        if missing := keys.keys() - given.keys() - NOT_NEEDED:
            raise Unfit(f"{where}: {min(missing)} is missing")
        for key, value in given.items():
            if type(value) is not keys[key] or value == "":
                raise Unfit(f"{where}: {key} is {value!r}: it must be {'text' if keys[key] is TEXT else f'a {keys[key].__name__}'}")
        return {key: self.place(value, f"{where}: {key}") if key in PIECES else value for key, value in given.items()}

    def place(self, piece, where):
        places = self.page.places(piece)
        if len(places) != 1:
            raise Unfit(f"{where} {piece!r} stands in {len(places)} cells of {self.page.path.name}: it must stand in one")
        return places[0]

    def check_sections(self):
        given, wanted = [section["heading"] for section in self.sections], self.page.sections()
        if given != wanted:
            here, there = next(pair for pair in zip_longest(given, wanted) if pair[0] != pair[1])
            raise Unfit(f"{self.path.name}: [[section]] follows the headings of the page: {here!r} stands where {there!r} belongs")
        if (total := sum(section["minutes"] for section in self.sections)) != self.page.in_class:
            raise Unfit(f"{self.path.name}: the minutes add up to {total}, and the page says {self.page.in_class} in class")
