"""The player's controls, as a person and as a screen reader meet them."""

import re
import time

from lab_player import Player
from playwright.sync_api import expect

START = "from convlib import *\nx, w = letter_f(), hook()"
# Every element that takes the focus, with the name that a screen reader would say.
FOCUSABLE = "[tabindex]:not([tabindex='-1']), button, input:not([type=hidden]), select, textarea"


def test_playing_runs_to_the_end_and_survives_a_second_view(open_page):
    page = open_page([START, "player = play(cross_correlate, x, w)\nplayer", "player"])
    page.run_all()
    first, second = Player(page.show_cell(1)), Player(page.show_cell(2))
    second.expect_step(0)
    interval = 0.5  # seconds: the stage's own, for a player whose speed nobody changed
    start = time.monotonic()
    second.play_button.click()
    for player in (first, second):
        player.expect_step(24, seconds=30)
    # Two views, one clock: two clocks would run twice as fast.
    assert time.monotonic() - start > 0.8 * 24 * interval
    expect(first.play_button).not_to_have_class(re.compile("mod-active"))
    first.play_button.click()  # it starts over, in both views
    for player in (first, second):
        expect(player.svg).to_have_attribute("data-step", re.compile("^[1-9]$"))


def test_the_key_x_deletes_nothing(open_page):
    page = open_page([START, "play(cross_correlate, x, w, stride=(1, 3), padding=['valid', 'same', 'full'])"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    cells = page.cell_count()
    focusable = player.box.locator(FOCUSABLE)
    assert focusable.count() >= 5
    for element in focusable.all():
        if element.is_visible():
            element.focus()
            for key in ("x", "a", "d", "d"):
                page.page.keyboard.press(key)
    assert page.cell_count() == cells


def test_an_impossible_value_shows_the_operators_message(open_page):
    page = open_page([START, "play(cross_correlate, x, w, dilation=(1, 5))"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    expect(player.message).to_be_hidden()
    dilation = player.slider("dilation")
    dilation.press("End")
    expect(player.message).to_be_visible()
    expect(player.message).to_contain_text("kernel 3 with dilation")
    expect(player.message).to_contain_text("lower dilation or add padding")
    expect(player.message).not_to_contain_text("Traceback")
    dilation.press("Home")
    expect(player.message).to_be_hidden()
    player.step_handle.press("ArrowRight")
    player.expect_step(1)


def test_a_hundred_moves_in_a_second_end_in_the_right_picture(open_page):
    page = open_page([START, "play(cross_correlate, x, w, padding=(0, 6), stride=(1, 6))"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    padding, stride = player.slider("padding"), player.slider("stride")
    for handle in (padding, stride):
        handle.focus()
        for key in ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft"] * 10:
            page.page.keyboard.press(key)
        page.page.keyboard.press("End")
    padding.press("ArrowLeft")
    # padding 5 and stride 6 give (7 + 10 - 3) // 6 + 1 = 3 outputs a side
    expect(player.svg.locator('[data-cell^="y-"]')).to_have_count(9)
    expect(player.code).to_have_text("F.conv2d(x, w, stride=6, padding=5)")
    page.in_kernel("pass")  # whatever was still on its way has arrived
    expect(player.svg.locator('[data-cell^="y-"]')).to_have_count(9)


def test_the_line_of_pytorch_can_be_copied(open_page):
    page = open_page([START, "play(cross_correlate, x, w, dilation=(1, 3))"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.slider("dilation").press("ArrowRight")
    expect(player.code).to_have_text("F.conv2d(x, w, dilation=2)")
    player.box.get_by_role("button", name="copy").click()
    page.page.wait_for_function("async () => await navigator.clipboard.readText() === 'F.conv2d(x, w, dilation=2)'")


def test_a_weight_can_be_edited(open_page):
    page = open_page([START, "play(cross_correlate, x, w)"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    cells = page.cell_count()
    weight = player.svg.locator('[data-cell="w-0-0-0-0"]')
    expect(weight.locator("text")).to_have_text("1")
    weight.locator("rect").dblclick()
    page.page.keyboard.type("-5")
    page.page.keyboard.press("Enter")
    expect(weight.locator("text")).to_have_text("−5")
    assert page.cell_count() == cells


def test_every_control_has_a_name(open_page):
    page = open_page([START, "play(cross_correlate, x, w, stride=(1, 3), padding=['valid', 'same'], dilation=(1, 3))"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    names = player.box.locator(FOCUSABLE).evaluate_all(
        """elements => elements.filter((e) => e.checkVisibility()).map((e) => [e.outerHTML.slice(0, 120),
            e.getAttribute("aria-label") || e.innerText.trim() || e.title || e.labels?.[0]?.innerText.trim() || ""])"""
    )
    assert names
    assert [element for element, name in names if not name] == []
    for name in ("step", "stride", "dilation"):
        expect(player.slider(name)).to_have_count(1)


def test_a_wrong_loop_is_ringed_where_it_parts_from_the_right_one(open_page):
    wrong = """import numpy as np
def late(x, w):
    y = np.zeros((5, 5))
    for i in range(5):
        for j in range(5):
            y[i, j] = (x[i:i+3, j:j+3] * (w if j < 3 else w.T)).sum()
    return y"""
    page = open_page([START, wrong, "play(late, x[0], w[0, 0], against=lambda x, w: cross_correlate(x[None], w[None, None])[0])"])
    page.run_all()
    player = Player(page.show_cell(2))
    player.expect_step(3)
    box = player.svg.locator('[data-cell="y-0-3"] path').first.bounding_box()
    ring = player.svg.locator(".differ").bounding_box()
    for start, length in (("x", "width"), ("y", "height")):
        assert abs(ring[start] + ring[length] / 2 - box[start] - box[length] / 2) < 2
