"""A lesson in front of a class: presentation mode on a projector of 1280×720, with the keyboard alone."""

import re

import pytest
from lab_player import Player
from playwright.sync_api import expect

LESSON = "01_sliding_inner_product_and_flip.ipynb"
# What the last row sees of a player: pixels of type, and whether the picture keeps within its page.
SEEN = """box => {
    const stage = [...box.querySelectorAll("*"), box].find((part) => part.shadowRoot), svg = stage.shadowRoot.querySelector("svg.convlib");
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const size = (part) => parseFloat(getComputedStyle(part).fontSize);
    const of = (parts, factor) => [...parts].filter((part) => part.checkVisibility()).map((part) => factor(part) * size(part));
    const controls = box.querySelectorAll(".widget-label, .widget-readout, .widget-toggle-button, .widget-label-basic span, select");
    const notebook = box.closest(".jp-WindowedPanel-outer");
    return {
        cells: Math.min(...of(svg.querySelectorAll("[data-cell] text"), () => scale)),
        sum: Math.min(...of(svg.querySelectorAll(".step.on .t"), () => scale)),
        controls: Math.min(...of(controls, (part) => part.currentCSSZoom ?? 1)),
        fits: svg.getBoundingClientRect().right <= notebook.getBoundingClientRect().right && box.scrollWidth <= box.clientWidth + 1,
        full: svg.getBoundingClientRect().width >= stage.clientWidth - 8,  // as wide as there is room
        within: svg.getBoundingClientRect().height <= notebook.clientHeight,
    };
}"""
VISIBLE = """() => {
    const cell = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active").getBoundingClientRect();
    const view = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
    return cell.bottom > view.top && cell.top < view.bottom;
}"""
ACTIVE = "jupyterapp.shell.currentWidget.content.activeCellIndex"
HERE = """() => {
    const part = document.activeElement;
    return part.closest(".convlib-player") ? (part.getAttribute("aria-label") ?? part.innerText).trim() : "";
}"""
HAS_PLAYER = "index => jupyterapp.shell.currentWidget.content.widgets[index].node.innerHTML.includes('convlib-player')"


class Teacher:
    """Keys, and nothing else."""

    def __init__(self, page):
        self.page, self.keys = page, page.page.keyboard

    def presentation_mode(self):
        self.keys.press("Control+Shift+c")
        expect(self.page.page.locator(".jp-ModalCommandPalette input, #modal-command-palette input").first).to_be_focused()
        self.keys.type("presentation mode")
        expect(self.page.page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text("Presentation Mode")
        self.keys.press("Enter")

    def to(self, name, key="Tab"):
        """Goes on until the control of this name has the focus."""
        for _ in range(60):
            self.keys.press(key)
            if self.page.page.evaluate(HERE) == name:
                return
        pytest.fail(f"{key} never came to {name!r}")

    def run(self, index):
        """Shift+Enter: the cell runs, and the next one is selected and in view."""
        assert self.page.page.evaluate(ACTIVE) == index
        self.keys.press("Shift+Enter")
        self.page.page.wait_for_function(f"index => {ACTIVE} === index + 1", arg=index)
        self.page.page.wait_for_function(
            """index => {
                const {model} = jupyterapp.shell.currentWidget.content.widgets[index];
                return model.type !== "code" || model.executionState === "idle" || !model.sharedModel.source;
            }""",
            arg=index,
        )
        self.page.page.wait_for_function(VISIBLE)


def test_a_whole_lesson_with_the_keyboard_alone(open_page):
    page = open_page(LESSON, size=(1280, 720))
    teacher, walked = Teacher(page), 0
    page.page.keyboard.press("Escape")
    teacher.presentation_mode()
    expect(page.page.locator("#main")).to_have_class(re.compile("jp-mod-presentationMode"))
    count = page.cell_count()
    for index in range(count):
        teacher.run(index)
        cell = page.page.locator(f'.jp-NotebookPanel [data-windowed-list-index="{index}"]')
        if not page.page.evaluate(HAS_PLAYER, index):
            continue
        teacher.keys.press("ArrowUp")
        player = Player(cell)
        expect(player.svg).to_be_attached()
        teacher.to("step")
        expect(player.step_handle).to_be_in_viewport()
        at = player.step
        teacher.keys.press("ArrowLeft" if at else "ArrowRight")
        player.expect_step(at - 1 if at else 1)
        seen = player.box.evaluate(SEEN)
        assert (min(seen["cells"], seen["sum"]) >= 20 or seen["full"] and seen["cells"] > 13) and seen["controls"] >= 17, (index, seen)
        assert seen["fits"] and seen["within"], (index, seen)
        teacher.to(player.play_button.inner_text().strip(), "Shift+Tab")
        teacher.keys.press("Space")
        expect(player.play_button).to_have_attribute("aria-pressed", "true")
        teacher.keys.press("Space")
        teacher.to("flip the kernel")
        teacher.keys.press("Space")
        expect(player.box.get_by_role("checkbox", name="flip the kernel")).to_be_checked()
        teacher.keys.press("Space")
        teacher.keys.press("Escape")
        assert page.page.evaluate(ACTIVE) == index
        teacher.keys.press("ArrowDown")
        walked += 1
    assert walked >= 5


def test_presentation_mode_can_be_left_again(open_page):
    cells = ["from convlib import *\nx, w = letter_f(), hook()", "play(cross_correlate, x, w, dilation=(1, 3))"]
    page = open_page(cells, size=(1280, 720))
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    before = player.box.evaluate(SEEN)
    for _ in range(2):
        page.command("application:toggle-presentation-mode")
        expect(player.svg).to_have_css("width", re.compile(r"^1\d\d\d"))
        handle, readout = player.slider("dilation").bounding_box(), player.box.locator(".widget-readout").nth(2)
        page.page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        page.page.mouse.down()
        page.page.mouse.move(handle["x"] + 400, handle["y"], steps=4)  # larger, it still follows the mouse
        page.page.mouse.up()
        expect(readout).to_have_text("3")
        player.slider("dilation").press("Home")
        page.command("application:toggle-presentation-mode")
        expect(player.svg).to_have_css("width", "820px")
    assert player.box.evaluate(SEEN) == before
