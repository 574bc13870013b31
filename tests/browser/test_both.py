"""Scatter and gather side by side, under the mouse."""

import itertools
from collections import Counter

from lab_player import COVERED, Player

import convlib
from convlib import hook, letter_f, transposed

START = "from convlib import *\nx, w = letter_f()[:, :3, :3], hook()"


def lit(player, *question):
    """How many cells of each address are covered by lit paths."""
    names = player.svg.evaluate(COVERED, list(question))
    return Counter(tuple(map(int, name.split("-")[1:])) for name in names)


def test_both_sides_react_to_a_step_and_to_pointing_on_either_side(open_page):
    page = open_page([START, "play(transposed, x, w, stride=2, order='both')"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    trace = convlib.trace(transposed, letter_f()[:, :3, :3], hook(), stride=2)
    outputs = [(0, i, j) for i, j in itertools.product(range(7), repeat=2)]
    fed = {i: {o for o in outputs if i in {t[0] for t in trace.terms(o)}} for i in itertools.product([0], range(3), range(3))}
    player.step_handle.press("ArrowRight")
    player.expect_step(1)
    assert lit(player, "path.l", "x", "isPointInFill") == {term[0]: 2 for term in trace.terms((0, 0, 1))}
    for output in [(0, 0, 0), (0, 2, 2), (0, 3, 4), (0, 6, 6)]:
        player.point_at("y-" + "-".join(map(str, output)))
        inputs = {term[0] for term in trace.terms(output)}
        assert lit(player, "path.l", "x", "isPointInFill") == dict.fromkeys(inputs, 2)
        assert player.lit("y") == {output}
        assert set(lit(player, "path.stamp", "y", "isPointInFill")) == set().union(*(fed[i] for i in inputs))
    for copy in (0, 1):
        player.svg.locator('[data-cell="x-0-1-2"] rect').nth(copy).hover()
        assert player.lit("y") == fed[0, 1, 2]
        assert lit(player, "path.l", "x", "isPointInFill") == {(0, 1, 2): 2}
    player.svg.locator('[data-cell="x-0-0-0"] rect').nth(1).dblclick()
    page.page.keyboard.type("5")
    page.page.keyboard.press("Enter")
    player.svg.locator('[data-cell="x-0-0-0"] text').first.get_by_text("5").wait_for()
    assert player.svg.locator('[data-cell="x-0-0-0"] text').all_text_contents() == ["5", "5"]
