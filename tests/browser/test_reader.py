"""What a screen reader says, what the keyboard reaches, and what does not hang on colour, motion or a wide window."""

import re

from lab_player import COVERED, Player
from playwright.sync_api import expect

from .contrast import CONTRASTS

START = "from convlib import *\nimport numpy as np\nx, w = letter_f(), hook()"
KINDS = {
    "products": "play(cross_correlate, x, w)",
    "picks": "play(max_pool, x, size=2)",
    "depends": "play(instance_norm, x[None, :, :4, :4])",
    "tinted": "play(cross_correlate, np.ones((1, 15, 15)), w)",
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
    for _ in range(8):  # past the tool bar of the cell, where there is room for one
        keyboard.press("Tab")
        if page.page.evaluate(FOCUSED)["player"]:
            break
    tab("step")
    tab("Play", "Shift+Tab")
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
    keyboard.press("Enter")
    expect(player.svg.locator('[data-cell="w-0-0-1-1"] text')).to_have_text("0")
    tab("Play")  # no trap: the next player
    for _ in range(8):  # and back again
        keyboard.press("Shift+Tab")
        if page.page.evaluate(FOCUSED)["name"] == "first kernel":
            break
    tab("draw kernel again", "Shift+Tab")
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


PICTURES = [
    "play(cross_correlate, x, w, padding=1, dilation=2, against=cross_correlate)",
    "play(max_pool, x, size=2)",
    "play(transposed, x[:, :3, :3], w, stride=2, order='both')",
    "play(cross_correlate, x[:, :4, :4], w, matrix=True)",
    "play(chain([lambda x: cross_correlate(x, np.ones((1, 1, 3)), dilation=2, padding=1)] * 2), np.arange(8.0)[None])",
    "play(cross_correlate, np.random.default_rng(0).integers(-9, 9, (1, 15, 15)), w)",
]


def test_contrast_of_every_kind_of_picture_light_and_dark(open_page):
    page = open_page([START, *PICTURES])
    page.run_all()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.theme(theme)
        for index, line in enumerate(PICTURES, 1):
            player = Player(page.show_cell(index))
            expect(player.step_handle).to_be_visible()
            player.step_handle.press("End" if theme == "JupyterLab Light" else "Home")
            for place in ("y", "x"):  # as it stands, then pointed at
                seen = player.svg.evaluate(CONTRASTS)
                assert len(seen["texts"]) > 3 and len(seen["lines"]) > 1
                assert [(text, round(ratio, 2)) for text, ratio in seen["texts"] if ratio < 4.5] == [], (line, theme)
                assert [(role, round(ratio, 2)) for role, ratio in seen["lines"] if ratio < 3] == [], (line, theme)
                player.svg.locator(f'[data-cell^="{place}-"]').first.hover()
            page.page.mouse.move(2, 2)


def test_contrast_of_a_message_and_of_a_cell_that_is_edited(open_page):
    page = open_page([START, "play(cross_correlate, x, w, dilation=(1, 5))"])
    page.run_all()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.theme(theme)
        player = Player(page.show_cell(1))
        expect(player.svg).to_be_visible()
        player.slider("dilation").press("End")
        expect(player.message).to_be_visible()
        texts = dict(player.svg.evaluate(CONTRASTS)["texts"])
        assert texts["message"] >= 4.5
        player.slider("dilation").press("Home")
        expect(player.message).to_be_hidden()
        player.svg.locator('[data-cell="x-0-0-0"] rect').dblclick()
        texts = dict(player.svg.evaluate(CONTRASTS)["texts"])
        assert min(texts[part] for part in ("INPUT", "CODE", "BUTTON")) >= 4.5
        page.page.keyboard.press("Escape")


def test_colour_is_never_the_only_sign(open_page):
    """What is lit in one colour lies in a grid of its own, with its name above; a tint that means a negative number has a dash."""
    page = open_page([START, *PICTURES])
    page.run_all()
    for index in (1, 2, 3, 4):
        player = Player(page.show_cell(index))
        player.expect_step(0)
        player.step_handle.press("ArrowRight")
        player.expect_step(1)
        for role, grid in {"l": "x", "m": "w", "r": "y"}.items():
            others = {"x", "w", "y"} - {grid}
            assert [name for other in others for name in player.svg.evaluate(COVERED, [f"path.{role}", other, "isPointInFill"])] == []
    player = Player(page.show_cell(6))
    negative = """svg => {
        const dashes = [...svg.querySelectorAll("path")].filter((path) => !path.classList.length);
        return [...svg.querySelectorAll("rect")].map((rect) => {
            const box = rect.getBBox(), middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
            return [rect.classList.contains("neg"), dashes.some((path) => path.isPointInStroke(middle))];
        });
    }"""
    found = player.svg.evaluate(negative)
    assert any(negative for negative, _ in found)
    assert all(negative == dashed for negative, dashed in found)
