"""What a screen reader says, what the keyboard reaches, and what does not hang on colour, motion or a wide window."""

import re

from lab_player import Player
from playwright.sync_api import expect

START = "from convlib import *\nimport numpy as np\nx, w = letter_f(), hook()"
KINDS = {
    "products": "play(cross_correlate, x, w)",
    "picks": "play(max_pool, x, size=2)",
    "depends": "play(instance_norm, x[None, :, :4, :4])",
    "tinted": "play(cross_correlate, np.ones((1, 20, 20)), w)",
    "chain": "play(chain([lambda x: x[:-1] + x[1:]] * 2), np.arange(8.0))",
    "both": "play(transposed, x[:, :3, :3], w, stride=2, order='both')",
    "input": "play(transposed, x[:, :3, :3], w, order='input')",
}
# The element with the focus, in shadow roots too, and how it shows that it has it.
FOCUSED = """() => {
    let e = document.activeElement;
    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return {
        name: e.getAttribute("aria-label") || e.innerText?.trim() || "",
        player: !!(e.getRootNode().host ?? e).closest(".convlib-player"),
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
        inside: box.top >= 0 && box.bottom <= innerHeight + 1,
    };
}"""


def test_every_step_of_every_kind_of_picture_is_said(open_page):
    page = open_page([START, *KINDS.values()])
    page.run_all()
    for index, kind in enumerate(KINDS, 1):
        player = Player(page.show_cell(index))
        player.expect_step(0)
        live, said = player.box.locator(".live"), []
        for step in range(5):
            player.expect_step(step)
            expect(live).to_have_text(re.compile(rf"^step {step}, (in|out)put \d+(, \d+)*: .*\w"))
            said.append(live.text_content())
            player.step_handle.press("ArrowRight")
        assert len({text.partition(",")[2] for text in said}) == 5, f"{kind}: steps sound alike: {said}"
        assert not re.search("[·−×≈∞→*]| = ", "".join(said)), said
        expect(player.svg).to_have_attribute("aria-label", re.compile(r"^\w+, \d|^\w+ \d.* gives \d.*, \d+ steps$"))
        expect(player.box.locator("#about")).to_have_text(re.compile(r"input.*\d.*Steps 0 to \d+: arrow keys"))
    player = Player(page.show_cell(1))
    player.step_handle.press("Home")
    expect(player.box.locator(".live")).to_have_text(
        "step 0, output 0, 0, 0: 0 times 1 plus 3 times 2 plus 3 times 0 plus 0 times 3 plus 3 times 0 plus 0 times 0 "
        "plus 0 times 0 plus 2 times minus 1 plus 0 times 1 equals 4"
    )


def test_a_changed_picture_says_its_name_and_one_that_plays_is_silent(open_page):
    page = open_page([START, "play(cross_correlate, x, w, stride=(1, 3))", "picture({'a': np.arange(-1, 3).reshape(2, 2)})"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    live = player.box.locator(".live")
    player.slider("stride").press("ArrowRight")
    expect(live).to_have_text(re.compile("^cross_correlate 7 by 7 with 3 by 3 gives 3 by 3, 9 steps. step 0, output 0, 0, 0: "))
    player.play_button.click()
    expect(live).to_have_attribute("aria-live", "off")
    player.expect_step(8)
    expect(live).to_have_attribute("aria-live", "polite")
    expect(live).to_have_text(re.compile("^step 8, "))
    still = page.show_cell(2).locator("svg.convlib")
    expect(still).to_have_attribute("role", "img")
    expect(page.show_cell(2).locator("#about")).to_have_text("a 2 by 2. a 0: minus 1, 0; a 1: 1, 2")


def test_the_keyboard_reaches_and_works_everything(open_page):
    page = open_page([START, "play(cross_correlate, x, w, stride=(1, 2), padding=['valid', 'same'])", "play(max_pool, x, size=2)"])
    page.run_all()
    keyboard, player = page.page.keyboard, Player(page.show_cell(1))
    player.expect_step(0)
    page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.command("notebook:enter-command-mode")

    def tab(name, key="Tab"):
        keyboard.press(key)
        focused = page.page.evaluate(FOCUSED)
        assert (focused["name"], focused["player"]) == (name, True)
        assert focused["outline"], f"{name} has the focus and does not show it"
        assert focused["inside"], f"{name} has the focus and is out of view"

    outputs = player.svg.locator('[data-cell^="y-"]')
    tab("Play")
    keyboard.press("Space")
    expect(player.play_button).to_have_attribute("aria-pressed", "true")
    keyboard.press("Space")
    expect(player.play_button).to_have_attribute("aria-pressed", "false")
    tab("step")
    keyboard.press("Home")
    keyboard.press("ArrowRight")
    player.expect_step(1)
    tab("step, typed")
    keyboard.press("Control+a")
    keyboard.type("7")
    keyboard.press("Enter")
    player.expect_step(7)
    tab("pause, ms")
    keyboard.press("ArrowRight")
    expect(player.slider("pause, ms")).to_have_attribute("aria-valuetext", "600")
    tab("pause, ms, typed")
    tab("stride")
    keyboard.press("ArrowRight")
    expect(outputs).to_have_count(9)
    tab("stride, typed")
    tab("padding")
    keyboard.press("ArrowDown")
    expect(outputs).to_have_count(16)
    tab("flip the kernel")
    keyboard.press("Space")
    expect(player.box.get_by_role("checkbox", name="flip the kernel")).to_be_checked()
    tab("output by output")
    tab("input by input")
    keyboard.press("Enter")
    expect(player.svg).to_have_attribute("aria-label", re.compile("49 steps"))
    expect(player.box.get_by_role("button", name="input by input")).to_have_attribute("aria-pressed", "true")
    expect(player.box.get_by_role("button", name="output by output")).to_have_attribute("aria-pressed", "false")
    tab("side by side")
    tab(player.svg.get_attribute("aria-label"))
    keyboard.press("Home")
    keyboard.press("ArrowDown")
    player.expect_step(7)
    keyboard.press("Space")
    expect(player.play_button).to_have_attribute("aria-pressed", "true")
    keyboard.press("Space")
    tab("copy")
    keyboard.press("Enter")
    expect(player.box.locator(".live")).to_have_text("copied")
    tab("edit the numbers")
    keyboard.press("Enter")
    expect(player.box.get_by_role("button", name="edit the numbers")).to_have_attribute("aria-expanded", "true")
    tab("input")
    tab("draw input again")
    first = player.svg.locator('[data-cell="x-0-0-1"] text')
    before = player.svg.inner_html()
    keyboard.press("Enter")
    expect(player.svg).not_to_have_js_property("innerHTML", before)
    tab("first input")
    keyboard.press("Enter")
    expect(first).to_have_text("3")
    tab("kernel")
    keyboard.press("Control+a")
    keyboard.insert_text("1 0 0\n0 -9 0\n0 0 1")
    tab("draw kernel again")  # leaving the field is enough
    expect(player.svg.locator('[data-cell="w-0-0-1-1"] text')).to_have_text("−9")
    tab("first kernel")
    tab("Play")  # no trap: the next player
    tab("first kernel", "Shift+Tab")
    keyboard.press("Enter")
    expect(player.svg.locator('[data-cell="w-0-0-1-1"] text')).to_have_text("0")
    keyboard.press("Escape")  # and Escape leads back to the cell
    assert page.page.evaluate("document.activeElement.matches('.jp-Cell.jp-mod-active')")
    assert page.page.evaluate("jupyterapp.shell.currentWidget.content.mode") == "command"


def test_nothing_moves_by_itself(open_page):
    page = open_page([START, "play(cross_correlate, x, w)"])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    player.step_handle.press("ArrowRight")
    player.expect_step(1)
    moving = """svg => [svg, ...svg.querySelectorAll("*"), ...svg.getRootNode().querySelectorAll("*")].filter((part) => {
        const style = getComputedStyle(part);
        return style.animationName !== "none" || style.transitionDuration !== "0s";
    }).length"""
    assert player.svg.evaluate(moving) == 0
    assert player.svg.evaluate("svg => svg.getAnimations({subtree: true}).length") == 0
    page.page.wait_for_timeout(700)  # longer than a step takes to play
    assert player.step == 1
