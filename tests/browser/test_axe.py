"""axe-core finds no serious fault in what is ours on five pages that between them have every kind of control."""

import pytest
from lab_player import Player
from playwright.sync_api import expect

PAGES = [
    "01_sliding_inner_product_and_flip.ipynb",  # sliders, switches, a figure beside, two operators, a clock of its own
    "06_receptive_field.ipynb",  # chains, a text field
    "08_convolution_as_a_matrix.ipynb",  # matrices, input by input, a menu
    "09_upsampling.ipynb",  # side by side, one dimension
    "11_grouped_convolution.ipynb",  # a slider over a list, buttons
]


@pytest.mark.parametrize("name", PAGES)
def test_no_serious_fault_is_ours(axe_core, open_page, name):
    page = open_page(name)
    page.run_all()
    assert axe_core.faults(page, page.code_cells()) == set()


def test_nor_in_the_dark_with_a_message_and_everything_unfolded(axe_core, open_page):
    player = "play(cross_correlate, x, w, dilation=(1, 5), padding=['valid', 'full'])"
    page = open_page(["from convlib import *\nx, w = letter_f(), hook()", player])
    page.run_all()
    page.theme("JupyterLab Dark")
    player = Player(page.show_cell(1))
    player.expect_step(0)
    player.box.get_by_role("button", name="edit the numbers").click()
    expect(player.box.get_by_role("textbox", name="kernel", exact=True)).to_be_visible()
    player.slider("dilation").press("End")
    expect(player.message).to_be_visible()
    assert axe_core.faults(page, [1]) == set()
