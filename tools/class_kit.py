"""Writes what a class needs into a folder: copies of the pages for students, and a guide for their teacher.

python tools/class_kit.py FOLDER      FOLDER is new, or empty; a relative one is taken from where you stand

students/ holds the pages with emptied solutions, guide/ a README and a text for each lesson.
"""

import os
import shutil
import sys
from pathlib import Path

from class_guide import guide, to_students
from class_plan import NOTEBOOKS, Page, Plan, Unfit
from class_students import write_students

# Each lesson comes after those that it needs; the minutes are the pages' own.
COURSES = {
    "one session": ["01"],
    "half a day, with a break": ["01", "02"],
    "a day: how far a network sees": ["01", "02", "06", "07"],
    "a term, a lesson a week": [f"{number:02}" for number in range(1, 20)],
}
README = """\
# Teach with these pages

`students/` is for your students: all pages, with the solutions emptied and the exercises open. `check` works as before: it names the
mistake that it sees. `guide/` is for you: a text for each lesson, with answers and solutions. Do not hand it out. The project itself
holds the solutions too, so this is practice, not an exam.

Each student needs the environment of the project: see "Get going" in its README. Then `jupyter lab students`. For a server that runs
everything for a class, see `docs/hub.md` in the project.

## How to run a lesson

Before class, open the page in `students/`, choose *Run > Restart Kernel and Run All Cells*, and try the moves once. `[7]` is the number
beside a code cell then. A cell that you run again by itself gets a new number: go by the heading. *View > Table of Contents* lists them.

In class, *View > Presentation Mode* makes the type big, and *View > Simple Interface* hides the tabs. Keep this guide on paper or on
another screen: it has the answers. The page has them too, further down, so do not scroll ahead. Where a section has nothing to vote on
or to show, read its text together, and ask what its cells will print before you scroll to them.

- **VOTE.** Read the question and the choices aloud. A minute in silence, the letter on paper, then hands up together: one finger for A,
  two for B, three for C, four for D. Write the counts on the board. Do not say who is right.
- **SHOW.** Go to the cell and do what stands there. Ask "what do you expect?" before each move. Click the slider named `step` once; then
  the arrow keys move the step, up and down go row by row, and space plays. Any other slider takes arrow keys too.
- **RESOLVE.** Back to the counts on the board. Ask somebody who had the right letter for a reason. Then say yours.
- **Exercises.** Students work alone or in pairs. Walk around, and read what `check` answers them.

## The lessons

| lesson | minutes in class | alone | needs |
| --- | ---: | ---: | --- |
{rows}

## In which order

{courses}

Every lesson comes after those that it needs. Lesson 00 is for looking up what p, d and k mean in a text. Lesson 19 can be taught alone.
"""


def readme(pages):
    by_number = {page.number: page for page in pages}
    rows = [
        f"| [{page.number} {page.title}]({page.path.stem}.md) | {page.in_class} | {page.alone} | {to_students(page.needs)} |"
        for page in pages
    ]
    courses = []
    for name, numbers in COURSES.items():
        total = sum(by_number[number].in_class for number in numbers)
        listed = ", ".join(numbers) if len(numbers) < 5 else f"{numbers[0]} to {numbers[-1]}, in order"
        courses.append(f"- **{name[0].upper()}{name[1:]}**: {listed}. {total // 60} h {total % 60:02} min.")
    return README.format(rows="\n".join(rows), courses="\n".join(courses))


def write_guide(folder, notebooks=NOTEBOOKS):
    folder.mkdir()
    pages = [Page(path) for path in sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))]
    for page in pages:
        (folder / f"{page.path.stem}.md").write_text(guide(Plan(page)), encoding="utf-8")
    (folder / "README.md").write_text(readme(pages), encoding="utf-8")


def refusal(folder):
    """Why nothing may be written into a folder, or None."""
    if folder.is_dir():
        return f"{folder} is not empty: name a new or an empty folder" if any(folder.iterdir()) else None
    if folder.exists():
        return f"{folder} is a file: name a folder"
    return None if folder.parent.is_dir() else f"{folder} cannot be made, since there is no folder {folder.parent}: make that one first"


def write_kit(folder):
    """Everything, or nothing: it grows in a folder of its own inside the named one, and moves up when it is whole."""
    made = not folder.exists()
    folder.mkdir(exist_ok=True)
    growing = folder / "unfinished"
    try:
        growing.mkdir()
        write_students(growing / "students")
        write_guide(growing / "guide")
        for part in ("students", "guide"):
            (growing / part).rename(folder / part)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
        if made and not any(folder.iterdir()):
            folder.rmdir()


def main(words):
    if len(words) != 1 or not words[0].strip():
        print("OUT names no folder: say where to write, as in  make class OUT=../my_class", file=sys.stderr)
        return 2
    folder = Path(os.path.expanduser(words[0])).absolute()
    try:
        if reason := refusal(folder):
            print(f"OUT: {reason}", file=sys.stderr)
            return 2
        write_kit(folder)
    except Unfit as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"OUT cannot be written: {error}", file=sys.stderr)
        return 1
    print(f"{folder / 'students'}: pages for students, without solutions\n{folder / 'guide' / 'README.md'}: where you begin")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
