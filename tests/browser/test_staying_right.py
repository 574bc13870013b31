"""A page stays right, or says what to do: kernels that go, pages that come back, cells in any order, cells again and again."""

import json
import re

import pytest
from lab_player import Player
from playwright.sync_api import expect

START = "from convlib import *\nx, w = letter_f(), hook()"
PLAY = "play(cross_correlate, x, w, stride=(1, 3))"
PYTORCH = {1: "F.conv2d(x, w)", 2: "F.conv2d(x, w, stride=2)", 3: "F.conv2d(x, w, stride=3)"}
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"


def gone(player):
    """What the stage says when its kernel is gone."""
    return player.box.locator(".lost")


def expect_alive(player, stride=2):
    """The step moves, and a slider is answered."""
    expect(player.svg).to_be_visible(timeout=30_000)
    expect(gone(player)).to_be_hidden()
    player.step_handle.press("End")
    expect(player.svg).not_to_have_attribute("data-step", "0")
    player.slider("stride").press("Home")
    for _ in range(stride - 1):
        player.slider("stride").press("ArrowRight")
    expect(player.code).to_have_text(PYTORCH[stride], timeout=30_000)


def expect_gone(player):
    """It says what to do; its steps work; what would no longer fit the picture cannot be moved."""
    expect(gone(player)).to_contain_text("Run > Run All Cells", timeout=30_000)
    player.step_handle.press("Home")
    player.expect_step(0)
    player.step_handle.press("ArrowRight")
    player.expect_step(1)
    player.play_button.click()
    player.expect_step(int(float(player.step_handle.get_attribute("aria-valuemax"))))
    assert player.slider("stride").evaluate("handle => handle.closest('[inert]') !== null")


RESTART = f"async () => {{ await {KERNEL}.restart() }}"
SHUTDOWN = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown() }"


@pytest.mark.parametrize("end", ["restart", "death", "shutdown"])
def test_a_kernel_goes_while_its_player_is_on_the_page(open_page, end):
    page = open_page([START, PLAY, "picture(trace(cross_correlate, x, w))"])
    page.run_all()
    player = Player(page.show_cell(1))
    expect_alive(player)
    if end == "death":
        page.kill_kernel()
        page.page.locator(".jp-Dialog button").click()  # JupyterLab's own word that it starts another
    else:
        page.page.evaluate({"restart": RESTART, "shutdown": SHUTDOWN}[end])
    expect_gone(player)
    if end == "shutdown":
        page.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.startKernel()")
    page.run_all()
    expect_alive(Player(page.show_cell(1)))


def test_a_busy_kernel_is_not_gone(open_page):
    page = open_page([START, PLAY])
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    page.start_in_kernel("import time\ntime.sleep(4)")
    player.slider("stride").press("ArrowRight")
    page.page.evaluate("window.lastRequest")
    expect(player.code).to_have_text(PYTORCH[2])
    expect(gone(player)).to_be_hidden()


def test_an_interrupt_in_the_middle_of_a_change(open_page):
    """Whether it reaches the change depends on the kernel; what stays is a player that answers."""
    slow = "import time\ndef slow(x, w, stride=1):\n    time.sleep(stride == 2)\n    return cross_correlate(x, w, stride=stride)"
    page = open_page([START, slow, "play(slow, x, w, stride=(1, 3))"])
    page.run_all()
    player = Player(page.show_cell(2))
    player.expect_step(0)
    player.slider("stride").press("ArrowRight")
    page.page.wait_for_function(f"{KERNEL}.status === 'busy'")
    page.page.evaluate(f"{KERNEL}.interrupt()")
    player.slider("stride").press("ArrowRight")
    expect(player.svg.locator('[data-cell^="y-"]')).to_have_count(4, timeout=30_000)
    expect(player.message).to_be_hidden()


LOOP = """import numpy as np
def slide(x, w):
    y = np.zeros((5, 5))
    for i in range(5):
        for j in range(5):
            y[i, j] = (x[i:i+3, j:j+3] * w).sum()
    return y"""


def test_cells_out_of_order(open_page):
    """Python's own word for what is missing; then the loop, then the loop as the learner changed it: the picture follows."""
    page = open_page([START, LOOP, "play(slide, x[0], w[0, 0])"])
    page.run_cell(2)
    assert re.search("NameError", page.show_cell(2).inner_text())
    page.expect_error("NameError")
    for index in (0, 1, 2):
        page.run_cell(index)
    corner = Player(page.show_cell(2)).svg.locator('[data-cell="y-0-0"] text')
    expect(corner).to_have_text("4")
    page.set_source(1, LOOP.replace("* w)", "* w[::-1, ::-1])"))
    page.run_cell(1)
    expect(corner).to_have_text("4")  # what stands there was asked of the loop before
    page.run_cell(2)
    expect(corner).to_have_text("1")  # 2·2 − 1·3
    assert page.page.locator(".convlib-player").count() == 1


@pytest.mark.parametrize("name", ["02_output_size.ipynb", "04_pooling.ipynb"])
def test_a_lesson_backwards_then_forwards(open_page, name):
    page = open_page(name)
    code = page.code_cells()
    page.run_cell(code[0])  # the imports
    for index in code[:0:-1]:
        page.run_cell(index)
    page.expect_error("NameError")
    page.run_all()
    for index in code:
        cell = page.show_cell(index)
        assert "NameError" not in cell.inner_text()
        for number in range(cell.locator(".convlib-player").count()):
            player = Player(cell, number)
            player.step_handle.press("End")
            player.expect_step(int(float(player.step_handle.get_attribute("aria-valuemax"))))
            expect(player.message).to_be_hidden()


def test_run_all_twice(open_page):
    page = open_page([START, PLAY])
    page.run_all()
    Player(page.show_cell(1)).expect_step(0)
    Player(page.show_cell(1)).play_button.click()
    page.run_all()
    player = Player(page.show_cell(1))
    player.expect_step(0)
    expect(page.page.locator(".convlib-player")).to_have_count(1)
    expect_alive(player)


def test_a_cell_run_fifty_times_keeps_one_player(open_page):
    count = "import comm\nopen('open.txt', 'w').write(f'{len(comm.get_comm_manager().comms)} {len(Out)}')"
    page = open_page([START, PLAY, "pair = [play(cross_correlate, x, w, stride=s) for s in (1, 2)]", "display(*pair)"])
    page.run_all()
    Player(page.show_cell(3), 1).expect_step(0)

    def open_in_kernel():
        page.in_kernel(count)
        return (page.lab.folder / "open.txt").read_text()

    page.run_cell(1)
    before = open_in_kernel()
    for _ in range(49):
        page.run_cell(1)
    assert open_in_kernel() == before
    expect_alive(Player(page.show_cell(1)))
    for number in (0, 1):  # those of other cells live
        Player(page.show_cell(3), number).step_handle.press("ArrowRight")
        Player(page.show_cell(3), number).expect_step(1)


def test_a_page_is_loaded_again(open_page):
    """With the kernel alive all is as it was; without it, the saved page says what to do."""
    page = open_page([START, PLAY])
    page.run_all()
    player = Player(page.show_cell(1))
    expect_alive(player, stride=2)
    page.command("docmanager:save")
    page.reload()
    player = Player(page.show_cell(1))
    expect(player.code).to_have_text(PYTORCH[2], timeout=30_000)
    expect_alive(player, stride=3)
    page.command("docmanager:save")
    page.page.evaluate(SHUTDOWN)
    page.reload()
    player = Player(page.show_cell(1))
    expect_gone(player)
    expect(player.code).to_have_text(PYTORCH[3])
    page.command("docmanager:save")  # saved without a kernel, it keeps what it has
    page.reload()
    expect_gone(Player(page.show_cell(1)))
    page.run_all()
    expect_alive(Player(page.show_cell(1)))


def test_saved_by_a_learner_and_opened_by_somebody_else(open_page):
    """Nobody trusts it there: stills, and no word of a widget that failed."""
    page = open_page([START, PLAY, "picture(trace(cross_correlate, x, w))"])
    page.run_all()
    Player(page.show_cell(1)).expect_step(0)
    page.command("docmanager:save")
    path = page.lab.folder / page.notebook
    saved = json.loads(path.read_text())
    saved["cells"][0]["source"] = "# signed by nobody\n" + "".join(saved["cells"][0]["source"])
    (path.parent / "copied.ipynb").write_text(json.dumps(saved))
    other = open_page("copied.ipynb")
    for index in (1, 2):
        cell = other.show_cell(index)
        expect(cell.locator(".jp-OutputArea img")).to_be_visible()
        assert not re.search("model not found|Error displaying widget|Loading widget", cell.inner_text())
    other.run_all()
    expect_alive(Player(other.show_cell(1)))


def test_two_lessons_at_once(open_page):
    first, second = (open_page([START, f"# {n}\nplayer = {PLAY}\nplayer"], name=f"lesson_{n}") for n in (1, 2))
    for page in (first, second):
        page.run_all()
    expect_alive(Player(first.show_cell(1)), stride=3)
    player = Player(second.show_cell(1))
    player.expect_step(0)
    expect(player.code).to_have_text(PYTORCH[1])
    expect_alive(player, stride=2)
    expect(Player(first.show_cell(1)).code).to_have_text(PYTORCH[3])
