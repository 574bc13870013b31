"""Prints the teacher's guide of a lesson: what to say, ask and click, from top to bottom, with the time on the clock."""

import re

import numpy as np

from convlib.learn.check import EXERCISES

CLOCK, SHOW, RESOLVE = 0, 1, 2  # what comes first in one cell


def guide(plan):
    """The guide of one lesson, as Markdown."""
    page = plan.page
    parts = [
        f"# {page.number} {page.title}",
        f"{page.promise}.",
        f"**{page.in_class} minutes in class** ({page.alone} alone). Needs: {to_students(page.needs)}",
        f"Page: [{page.path.name}](../students/{page.path.name})",
        "After this lesson students can",
        "\n".join(re.findall(r"^- .*$", page.head, re.MULTILINE)),
        *running_order(plan),
        "## Common mistakes",
        "The cell shows that it is wrong. Ask first, click afterwards.",
        *(mistake(plan, entry) for entry in plan.mistakes),
        *exercises(page),
    ]
    return "\n\n".join(parts) + "\n"


def to_students(text):
    """Links of a page, from the guide's folder."""
    return re.sub(r"\]\((\w+\.ipynb)\)", r"](../students/\1)", text)


def running_order(plan):
    """A part per section, each with its votes and moves in the order of the page."""
    events = [(vote["at"], CLOCK, ask(plan, number, vote)) for number, vote in enumerate(plan.votes, 1)]
    shown = [None, *(move["at"] for move in plan.moves)]
    events += [(move["at"], SHOW, show(plan, move, move["at"] == before)) for before, move in zip(shown, plan.moves)]
    events += [(vote["after"], RESOLVE, resolve(plan, number, vote)) for number, vote in enumerate(plan.votes, 1)]
    events.sort(key=lambda event: event[:2])  # what stands in one place stays in the order of the file
    yield "## Running order"
    start = 0
    for section in plan.sections:
        heading = section["heading"]
        cells = plan.page.numbers(heading)
        span = f" {brackets(cells)}." if cells else ""
        yield f"### {clock(start)} {heading}\n\n{counted(section['minutes'], 'minute')}.{span}"
        yield from (text for place, _, text in events if plan.page.section(place) == heading)
        start += section["minutes"]
    yield f"**{clock(start)} End.**"


def ask(plan, number, vote):
    lines = [f"- **VOTE {number}**, {plan.page.label(vote['at'])}: {vote['asks']}"]
    lines += [f"  - {letter}: {text}" for letter, text in plan.page.options(vote["at"])]
    lines += [f"  - *For you alone: {vote['answer']}. You resolve it after {plan.page.label(vote['after'])}.*"]
    return "\n".join(lines)


def show(plan, move, same):
    player = "the same player" if same else f"`{first_line(plan, move['at'])}`"
    do = marked(move["do"], move["controls"])
    return f"- **SHOW {plan.page.label(move['at'])}**, {player}\n  - Do: {do}\n  - They see: {move['see']}"


def marked(text, controls):
    """The names of controls stand out: what to look for on the screen."""
    for name in controls:
        text = re.sub(rf"(?<![\w`\"]){re.escape(name)}(?![\w`\"])", f"`{name}`", text)
    return text


def resolve(plan, number, vote):
    return f"- **RESOLVE VOTE {number}**, after {plan.page.label(vote['after'])}: **{vote['answer']}**. {vote['because']}"


def first_line(plan, place):
    """The line of a cell by which it is known at a glance: the one with the player, or its first."""
    lines = plan.page.cells[place.cell].source.splitlines()
    line = next((line for line in lines if re.match(r"(\w+ = )?(play|picture)\(", line)), lines[0])
    return line if len(line) <= 60 else line[:57] + "..."


def mistake(plan, entry):
    page = plan.page
    where = f"{page.label(entry['shows'])}, {page.section(entry['shows'])}"
    exercise = f" `check` names it in {entry['exercise']}." if "exercise" in entry else ""
    return f"- \"{entry['says']}\"\n  - {where}: {entry['how']}{exercise}"


def exercises(page):
    yield "## Exercises"
    yield "`check` gives one line for each wrong answer below; read here which slips it knows."
    for name, asks in page.exercises().items():
        exercise = EXERCISES[name]
        slips = "\n".join(f"  - {mistake.name}: {mistake.says}" for mistake in exercise.mistakes)
        yield f"### {name}\n\n{asks}\n\n- Answer: {answer(exercise)}\n- Why: {exercise.because}\n- Slips:\n{slips}"
    yield "## Solutions"
    for cell in page.solutions():
        yield f"```python\n{cell.source}\n```"


def answer(exercise):
    """The right answer, where it is numbers."""
    if exercise.code:
        return "a function, see the solution"
    return written(np.asarray(exercise.right(*exercise.page), dtype=float).tolist())


def written(numbers):
    """Nested lists of numbers, whole ones without a point, others with six digits."""
    if isinstance(numbers, list):
        return f"[{', '.join(map(written, numbers))}]"
    return f"{int(numbers):,}" if numbers == int(numbers) and abs(numbers) < 1e15 else f"{numbers:.6g}"


def counted(number, what):
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def brackets(numbers):
    return f"Cell [{numbers[0]}]" if len(numbers) == 1 else f"Cells [{numbers[0]}] to [{numbers[-1]}]"


def clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"
