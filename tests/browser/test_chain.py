"""A chain in JupyterLab: a step lights the cone in every layer, and so does pointing at a cell."""

from lab_player import Player
from playwright.sync_api import expect

START = """
import numpy as np
from convlib import *
def stack(rates):
    w = np.ones((1, 1, 3))
    return [lambda x, d=int(d): cross_correlate(x, w, dilation=d) for d in rates.split()]
"""
PLAYER = "play(chain(stack), np.ones((1, 18)), rates=['2 2 2', '1 2 4 1'])"


def test_a_step_lights_the_cone_and_pointing_lights_another(open_page):
    page = open_page([START, PLAYER])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    player.step_handle.press("ArrowRight")
    player.expect_step(1)
    shown = player.svg.locator(".step:visible")
    expect(shown).to_have_count(1)
    expect(shown.locator(".t")).to_have_text("this output sees 7 of the 13 inputs from 1 to 13")
    expect(shown.locator("path.lit")).to_be_visible()
    assert shown.locator("path.lit").get_attribute("d").count("M") == 7 + 5 + 3
    player.svg.locator('[data-cell="y1-0-4"]').hover()
    expect(shown).to_have_count(0)
    pointed = player.svg.locator(".feeds:visible")
    expect(pointed.locator(".t")).to_have_text("this cell of layer 1 sees 3 of the 5 inputs from 4 to 8, and feeds 3 of the 6 outputs")
    player.box.get_by_label("rates").select_option("1 2 4 1")
    expect(player.svg.locator('[data-cell^="y-"]')).to_have_count(2)
    expect(player.svg.locator('[data-cell^="y3-"]')).to_have_count(4)
