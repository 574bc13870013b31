"""The committed notebooks, from the first look to the last cell, light and dark."""

import re
from pathlib import Path

import pytest
from lab_player import Player
from playwright.sync_api import expect

from .contrast import CONTRASTS

START = "from convlib import *\nx, w = letter_f(), hook()"

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_runs_and_its_players_are_alive(open_page, name):
    """The fixture asserts, when this is over, that nothing went wrong and that no request left the machine."""
    page, alive = open_page(name), 0
    page.run_all()
    assert page.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    for index in page.code_cells():
        cell = page.show_cell(index)
        for number in range(cell.locator(".convlib-player").count()):
            player = Player(cell, number)
            expect(player.svg).to_be_visible()
            expect(player.message).to_be_hidden()
            player.step_handle.press("End")
            player.expect_step(int(float(player.step_handle.get_attribute("aria-valuemax"))))
            alive += 1
    assert alive >= 2 or name == "index.ipynb"


def test_worth_reading_before_it_is_run(open_page):
    """A page that nobody trusts yet shows its stills, and no widget that failed."""
    page = open_page("01_sliding_inner_product_and_flip.ipynb")
    stills = 0
    for index in page.code_cells():
        cell = page.show_cell(index)
        stills += cell.locator(".jp-OutputArea img").count()
        assert not re.search("model not found|Error displaying widget|Loading widget", cell.inner_text())
    assert stills >= 3


def test_dark_theme_differs_and_stays_readable(open_page):
    page = open_page([START, "play(cross_correlate, x, w, padding=1, dilation=2)"])
    page.run_all()
    shots = {}
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.theme(theme)
        player = Player(page.show_cell(1))
        player.expect_step(0)
        player.step_handle.press("End")
        contrasts = player.svg.evaluate(CONTRASTS)["texts"]
        assert len(contrasts) > 60
        assert [(text, round(ratio, 1)) for text, ratio in contrasts if ratio < 4.5] == []
        player.step_handle.press("Home")
        shots[theme] = player.svg.screenshot()
    assert shots["JupyterLab Light"] != shots["JupyterLab Dark"]
