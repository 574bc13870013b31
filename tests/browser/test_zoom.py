"""At a zoom of 200 %, a window of 1280×720 has room for 640×360: nothing is cut, and only a picture scrolls sideways."""

from lab_player import Player
from playwright.sync_api import expect

PLAYERS = [
    "play(cross_correlate, x, w, stride=(1, 3), padding=['valid', 'same', 'full'], dilation=(1, 3))",
    "play(transposed, x[:, :3, :3], w, stride=2, order='both')",
    """from matplotlib.figure import Figure
def curve(dilation):
    figure = Figure(figsize=(3, 3))
    figure.subplots().plot([1, dilation])
    return figure
play(cross_correlate, x, w, dilation=(1, 3), beside=curve)""",
]
# The controls that are cut, that leave the page, or that lie on each other.
FAULTS = """box => {
    const page = box.closest(".jp-WindowedPanel-outer"), edge = page.getBoundingClientRect().left + page.clientWidth + 1, found = [];
    const parts = box.querySelectorAll(".widget-inline-hbox, button, .jupyter-widget-Collapse-header, img");
    const controls = [...parts].filter((part) => part.checkVisibility());
    const boxes = controls.map((part) => part.getBoundingClientRect()), name = (i) => controls[i].textContent.trim() || controls[i].tagName;
    boxes.forEach((a, i) => {
        if (a.right > edge) found.push(`${name(i)} leaves the page`);
        boxes.slice(i + 1).forEach((b, j) => {
            const over = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (over > 1 && down > 1) found.push(`${name(i)} lies on ${name(i + 1 + j)}`);
        });
    });
    for (const part of box.querySelectorAll(".widget-label, .widget-label-basic, button, .widget-readout"))
        if (part.checkVisibility() && part.scrollWidth > part.clientWidth + 1) found.push(`${part.textContent.trim()} is cut`);
    if (box.scrollWidth > box.clientWidth + 1) found.push("the player scrolls sideways");
    if (page.scrollWidth > page.clientWidth + 1) found.push("the page scrolls sideways");
    return found;
}"""


def test_a_player_in_half_the_width(open_page):
    page = open_page(["from convlib import *\nx, w = letter_f(), hook()", *PLAYERS], size=(640, 360))
    page.run_all()
    for index in range(1, len(PLAYERS) + 1):
        player = Player(page.show_cell(index))
        player.expect_step(0)
        assert player.box.evaluate(FAULTS) == []
        picture = player.box.locator(".picture")
        number = player.svg.evaluate("svg => 17 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        assert number >= 11  # 22 on the screen: larger than the 17 of a page that is not zoomed
        picture.evaluate("part => part.scrollLeft = part.scrollWidth")
        player.point_at("y-0-0-4")
        assert player.lit("y") == {(0, 0, 4)}
        player.step_handle.press("ArrowRight")
        player.expect_step(1)
        expect(player.step_handle).to_be_in_viewport()
