"""The picture under the mouse and the keyboard."""

import itertools

import pytest
from lab_player import Player

import convlib
from convlib import cross_correlate, hook, letter_f

START = "from convlib import *\nx, w = letter_f(), hook()"


@pytest.fixture
def open_player(open_page):
    """The player that a line of code shows, in a page of its own."""

    def open_player(line, *more_cells):
        page = open_page([START, line, *more_cells])
        page.run_all()
        player = Player(page.show_cell(1))
        player.expect_step(0)
        return page, player

    return open_player


@pytest.fixture
def still(open_player):
    """A player that stands at its first step."""
    return open_player("play(cross_correlate, x, w)")


def test_arrow_keys_move_the_picture(still):
    _, player = still
    handle = player.step_handle
    for key, step in [("ArrowRight", 1), ("ArrowRight", 2), ("End", 24), ("ArrowLeft", 23), ("Home", 0)]:
        handle.press(key)
        player.expect_step(step)
        row, column = divmod(step, 5)
        assert player.lit("x") == {(0, row + i, column + j) for i, j in itertools.product(range(3), repeat=2)}


def test_arrow_keys_move_in_the_picture_too(still):
    _, player = still
    for key, step in [("ArrowDown", 5), ("ArrowRight", 6), ("End", 24), ("ArrowUp", 19), ("Home", 0)]:
        player.svg.press(key)
        player.expect_step(step)


@pytest.mark.parametrize("parameters", [{}, {"padding": 1, "dilation": 2}, {"stride": 2, "padding": ((0, 1), (2, 0))}])
def test_pointing_at_an_output_lights_exactly_its_inputs(open_player, parameters):
    _, player = open_player(f"play(cross_correlate, x, w, **{parameters!r})")
    trace = convlib.trace(cross_correlate, letter_f(), hook(), **parameters)
    for output in [(0, i, j) for i, j in itertools.product(*map(range, trace.value.shape[1:]))]:
        player.point_at("y-" + "-".join(map(str, output)))
        assert player.lit("x") == {term[0] for term in trace.terms(output)}
        assert player.lit("y") == {output}


def test_pointing_at_an_input_lights_exactly_the_outputs_it_feeds(still):
    _, player = still
    trace = convlib.trace(cross_correlate, letter_f(), hook())
    outputs = [(0, i, j) for i, j in itertools.product(range(5), repeat=2)]
    for i, j in [(0, 0), (0, 3), (3, 3), (6, 2), (6, 6)]:
        player.point_at(f"x-0-{i}-{j}")
        assert player.lit("y") == {output for output in outputs if (0, i, j) in {term[0] for term in trace.terms(output)}}


def test_pointing_at_a_weight_lights_exactly_the_inputs_it_touches(still):
    _, player = still
    for a, b in [(0, 0), (0, 2), (1, 1), (2, 1)]:
        player.point_at(f"w-0-0-{a}-{b}")
        assert player.touched() == {(0, i + a, j + b) for i, j in itertools.product(range(5), repeat=2)}


def test_pointing_at_an_entry_of_the_matrix_lights_its_pixel_and_its_output(open_player):
    page, player = open_player("play(cross_correlate, x[:, :4, :4], w, matrix=True)")
    for output, inputs in [(0, (0, 5, 10)), (3, (5, 10, 15))]:
        for i in inputs:
            player.point_at(f"C-{output}-{i}")
            assert player.lit("x") == {(0, *divmod(i, 4))}
            assert player.lit("y") == {(0, *divmod(output, 2))}
    page.page.mouse.move(2, 2)
    assert len(player.lit("x")) == 9


def test_the_mouse_leaves_and_the_step_comes_back(still):
    page, player = still
    shown = player.lit("x")
    player.point_at("y-0-4-4")
    assert player.lit("x") != shown
    page.page.mouse.move(0, 0)
    assert player.lit("x") == shown


def test_two_pictures_on_one_page_do_not_light_each_other(open_page):
    page = open_page([START, "play(cross_correlate, x, w)", "play(cross_correlate, x, w, dilation=2)"])
    page.run_all()
    first, second = Player(page.show_cell(1)), Player(page.show_cell(2))
    second.expect_step(0)
    # a root of its own: neither's rules reach the other, nor the page
    assert all(player.svg.evaluate("svg => svg.getRootNode() instanceof ShadowRoot") for player in (first, second))
    before = second.lit("x")
    assert before == {(0, i, j) for i, j in itertools.product((0, 2, 4), repeat=2)}
    first.point_at("y-0-3-3")
    assert first.lit("x") == {(0, 3 + i, 3 + j) for i, j in itertools.product(range(3), repeat=2)}
    assert second.lit("x") == before
    first.step_handle.press("End")
    first.expect_step(24)
    assert second.step == 0
    assert second.lit("x") == before


def test_the_step_works_while_the_kernel_sleeps(still):
    page, player = still
    page.start_in_kernel("import time\ntry:\n    time.sleep(30)\nexcept KeyboardInterrupt:\n    pass")
    page.page.wait_for_function("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    for step in range(1, 13):
        player.step_handle.press("ArrowRight")
        player.expect_step(step)
    player.play_button.click()
    player.expect_step(24, seconds=15)
    assert page.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status") == "busy"
    page.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    page.page.evaluate("window.lastRequest")
