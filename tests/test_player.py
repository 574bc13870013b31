"""The player answers every move with a picture or a message, and never with a traceback."""

import logging
import re

import ipywidgets
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure

from convlib import convolve, cross_correlate, flip, hook, letter_f, picture, play, trace
from convlib.show.export import png
from convlib.show.values import from_text, to_text


def send(widget, **state):
    """What a browser sends when somebody moves a control."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})


def slide(x, w):
    y = np.zeros((x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return y


@pytest.fixture
def player():
    return play(cross_correlate, letter_f(), hook(), stride=(1, 3), padding=(0, 3), dilation=(1, 4))


@pytest.fixture(autouse=True)
def silent_callbacks(caplog):
    """An exception in a callback shows nowhere on a page: it is logged, and fails the test here."""
    with caplog.at_level(logging.WARNING):
        yield
    assert not [r for r in caplog.records if r.exc_info]


def test_the_first_picture_is_the_operator_with_its_own_defaults(player):
    assert {n: c.value for n, c in player.controls.items()} == {"stride": 1, "padding": 0, "dilation": 1}
    assert player.stage.svg == picture(trace(cross_correlate, letter_f(), hook())).svg
    assert (player.step.min, player.step.max, player.stage.steps, player.stage.columns) == (0, 24, 25, 5)


def test_a_thousand_random_moves_end_in_the_right_picture(player):
    rng = np.random.default_rng(0)
    controls = [*player.controls.values(), player.step]
    for _ in range(1000):
        control = controls[rng.integers(len(controls))]
        send(control, value=int(rng.integers(control.min, control.max + 1)))
    values = {n: c.value for n, c in player.controls.items()}
    if 2 * values["dilation"] + 1 <= 7 + 2 * values["padding"]:
        drawing = picture(trace(cross_correlate, letter_f(), hook(), **values), step=player.step.value)
        assert (player.stage.svg, player.stage.message) == (drawing.svg, "")
    else:
        assert "lower dilation or add padding" in player.stage.message
    send(player.controls["dilation"], value=1)
    assert player.stage.message == "" and not player.stage.stale


def test_an_impossible_value_shows_the_operators_own_message_and_the_way_back_is_open(player):
    before = player.stage.svg
    send(player.controls["dilation"], value=4)
    assert player.stage.message == "kernel 3 with dilation 4 spans 9, more than the padded input's 7: lower dilation or add padding"
    assert player.stage.stale and player.stage.svg == before
    send(player.controls["padding"], value=1)
    assert not player.stage.stale and player.stage.message == "" and player.stage.steps == 1


def test_svg_steps_and_step_go_out_in_one_message(player, monkeypatch):
    send(player.step, value=24)
    sent = []
    monkeypatch.setattr(type(player.stage), "_send", lambda self, message, buffers=None: sent.append(set(message.get("state", ()))))
    send(player.controls["stride"], value=2)
    assert any({"svg", "steps", "step"} <= state for state in sent)
    assert player.step.value == player.stage.step == 8 == player.step.max


def test_the_flip_toggle_turns_the_kernel(player):
    send(player.flip, value=True)
    assert player.stage.code == "F.conv2d(x, w.flip(-1, -2))" and "flipped" in player.stage.svg
    assert player.numbers["w"].tolist() == hook().tolist()
    flipped = play(convolve, letter_f(), hook())
    send(flipped.flip, value=True)
    assert "flipped" not in flipped.stage.svg
    tensors = play(F.conv2d, torch.tensor(letter_f()), torch.tensor(hook()))
    send(tensors.flip, value=True)
    assert "flipped" in tensors.stage.svg and tensors.stage.message == ""


def test_by_input_the_steps_are_the_inputs(player):
    send(player.order, index=1)
    assert player.stage.svg == picture(trace(cross_correlate, letter_f(), hook()), order="input").svg
    assert player.step.max == 48


@pytest.mark.parametrize("op", [cross_correlate, convolve])
def test_the_line_of_pytorch_computes_the_picture_in_view(op):
    rng = np.random.default_rng(1)
    player = play(op, letter_f(), hook(), stride=(1, 3), padding=["valid", "same", "full", 2, ((0, 1), (2, 0))], dilation=(1, 3))
    x, w = (torch.tensor(a) for a in (letter_f(), hook()))
    for _ in range(40):
        send(player.controls["stride"], value=int(rng.integers(1, 4)))
        send(player.controls["dilation"], value=int(rng.integers(1, 4)))
        send(player.controls["padding"], index=int(rng.integers(5)))
        send(player.flip, value=bool(rng.integers(2)))
        values = {n: c.value for n, c in player.controls.items()}
        kernel = flip(hook()) if player.flip.value else hook()
        expected = op(letter_f(), kernel, **values)
        assert np.allclose(eval(player.stage.code, {"F": F, "x": x, "w": w}), expected)


def test_functions_of_the_page_show_no_line_of_pytorch():
    assert play(slide, letter_f()[0], hook()[0, 0]).stage.code == ""


def test_a_cell_can_be_edited_in_the_picture(player):
    player.stage._handle_custom_msg({"cell": "w-0-0-1-1", "value": " −7 "}, [])
    w = hook()
    w[0, 0, 1, 1] = -7
    assert player.stage.svg == picture(trace(cross_correlate, letter_f(), w)).svg
    player.stage._handle_custom_msg({"cell": "x-0-2-3", "value": "0,5"}, [])
    assert player.numbers["x"][0, 2, 3] == 0.5
    for cell, value, message in [("x-0-2-3", "many", "input: 'many' is no number"), ("w-0-0-1-1", "", "kernel: '' is no number")]:
        player.stage._handle_custom_msg({"cell": cell, "value": value}, [])
        assert player.stage.message == message
    assert player.numbers["x"][0, 2, 3] == 0.5
    assert not player.stage.stale  # the picture is still that of the numbers, and takes the next one
    player.stage._handle_custom_msg({"cell": "w-0-0-1-1", "value": "1"}, [])
    assert player.stage.message == ""


def test_numbers_can_be_edited_as_text(player):
    text, _ = player.editors["w"]
    assert text.value == "1 2 0\n3 0 0\n0 -1 1"
    send(text, value="1 2\n3 4")
    assert player.numbers["w"].tolist() == [[[[1, 2], [3, 4]]]] and player.stage.steps == 36
    send(text, value="1 2\n3 four")
    assert player.stage.message == "kernel: 'four' is no number"
    send(text, value="1 2\n3")
    assert player.stage.message.startswith("kernel: every row needs as many numbers as the first")
    send(text, value=" ")
    assert player.stage.message == "kernel: no numbers: give a line for each row"
    send(text, value="[[5, 6], [7, 8]]")
    assert player.numbers["w"].tolist() == [[[[5, 6], [7, 8]]]]
    send(text, value="1\n\n2")
    assert player.stage.message == "kernel: 2 sheets of 1 rows do not fit the shape (1, 1, 2, 2)"
    send(text, value="1 0\n0 1")
    assert player.stage.message == "" and player.numbers["w"].sum() == 2


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_text_and_numbers_are_the_same_thing(shape):
    values = np.random.default_rng(0).integers(-9, 9, shape).astype(float)
    assert np.array_equal(from_text(to_text(values), shape, "input"), values)


def test_numbers_are_drawn_again_and_the_first_ones_come_back(player):
    _, (again, back) = player.editors["x"][0], player.editors["x"][1].children
    first = player.stage.svg
    again.click()
    second = player.stage.svg
    again.click()
    assert len({first, second, player.stage.svg}) == 3
    other = play(cross_correlate, letter_f(), hook())
    other.editors["x"][1].children[0].click()
    assert other.stage.svg == second
    back.click()
    assert player.stage.svg == first


def test_integers_stay_integers_until_a_fraction_comes():
    player = play(cross_correlate, letter_f().astype(int), hook().astype(int))
    player.stage._handle_custom_msg({"cell": "x-0-0-0", "value": "4"}, [])
    assert player.given["x"].dtype == int
    player.stage._handle_custom_msg({"cell": "x-0-0-0", "value": "0.5"}, [])
    assert player.numbers["x"][0, 0, 0] == 0.5


def test_the_first_function_that_a_learner_writes_simply_works():
    player = play(slide, letter_f()[0], hook()[0, 0])
    assert player.stage.steps == 25 and player.stage.message == ""
    assert repr(player).startswith("slide 7×7 * 3×3 -> 5×5, 25 steps · ")


def test_a_wrong_function_shows_what_it_does_and_where_it_parts():
    def off_by_one(x, w):
        y = slide(x, w)
        y[1:] = y[:-1].copy()
        return y

    player = play(off_by_one, letter_f()[0], hook()[0, 0], against=slide)
    assert player.step.value == player.stage.step == 5
    assert "off_by_one and slide differ in" in player.stage.svg and 'class="differ"' in player.stage.svg


@pytest.mark.parametrize("function, message", [
    (lambda x, w: None, "lambda returned nothing: does it end in return?"),
    (lambda x, w: np.random.random(3), "lambda answers differently each time: seed its random numbers inside"),
    (lambda x, w: 1 / 0, "ZeroDivisionError: division by zero"),
    (lambda x, w: x[99], "IndexError: index 99 is out of bounds for axis 0 with size 1"),
    (lambda x: x, "positional argument"),
])  # fmt: skip
def test_a_function_that_fails_gets_a_message_and_no_traceback(function, message):
    player = play(function, letter_f(), hook())
    assert message in player.stage.message
    assert message in player._repr_mimebundle_()["text/plain"]
    assert player._repr_mimebundle_()["image/png"][:4] == b"\x89PNG"


def test_sizes_can_have_sliders():
    def sized(size):
        return np.arange(float(size * size)).reshape(1, size, size)

    player = play(cross_correlate, sized, lambda taps: np.ones((1, 1, taps, taps)), size=(3, 8), taps=(1, 5), padding=(0, 2))
    send(player.controls["size"], value=6)
    send(player.controls["taps"], value=2)
    assert player.stage.svg == picture(trace(cross_correlate, sized(6), np.ones((1, 1, 2, 2)))).svg
    player.stage._handle_custom_msg({"cell": "x-0-0-0", "value": "9"}, [])
    send(player.controls["padding"], value=1)
    assert player.numbers["x"][0, 0, 0] == 9  # an edit outlives other sliders
    send(player.controls["size"], value=5)
    assert player.numbers["x"][0, 0, 0] == 0  # but not its own


def test_any_value_can_be_a_function_of_controls():
    player = play(cross_correlate, letter_f(), hook(), bias=lambda shift: np.array([shift]), shift=(0, 5))
    send(player.controls["shift"], value=3)
    assert set(player.controls) == {"shift"}
    assert player.picture.svg == picture(trace(cross_correlate, letter_f(), hook(), bias=np.array([3.0]))).svg


def test_controls_are_those_of_interact_and_other_values_pass_through():
    player = play(cross_correlate, letter_f(), hook(), bias=np.array([2.0]), padding=["valid", "full"], stride=2)
    assert set(player.controls) == {"padding"} and isinstance(player.controls["padding"], ipywidgets.Dropdown)
    assert player.picture.svg == picture(trace(cross_correlate, letter_f(), hook(), bias=np.array([2.0]), padding="valid", stride=2)).svg
    rate = play(lambda x, w, lr=0.002: lr * cross_correlate(x, w), letter_f(), hook(), lr=(0.001, 0.02, 0.001)).controls["lr"]
    assert (rate.value, rate.readout_format) == (0.002, ".3f")
    switched = play(lambda x, w, turned=True: cross_correlate(x, flip(w) if turned else w), letter_f(), hook(), turned=False)
    assert isinstance(switched.controls["turned"], ipywidgets.Checkbox)


def test_a_control_that_nobody_takes_is_refused_by_name():
    with pytest.raises(ValueError, match="control 'dilaton' is a parameter neither of cross_correlate .*: did you mean 'dilation'?"):
        play(cross_correlate, letter_f(), hook(), dilaton=(1, 2))
    with pytest.raises(ValueError, match="clock 'rate' is no control with whole numbers from 0"):
        play(cross_correlate, letter_f(), hook(), clock="rate")


def test_beside_stands_a_figure_of_the_current_values():
    seen = []

    def figure(dilation):
        seen.append(dilation)
        drawn = Figure(figsize=(2, 1))
        drawn.subplots().plot([0, dilation])
        return drawn

    player = play(cross_correlate, letter_f(), hook(), dilation=(1, 4), beside=figure)
    first = player.beside.image.value
    send(player.controls["dilation"], value=3)
    assert seen == [1, 3] and player.beside.image.value != first
    assert (player.beside.image.layout.width, player.beside.image.layout.height) == ("192px", "96px")
    send(player.flip, value=True)
    assert seen == [1, 3]


def test_a_figure_that_fails_is_a_message():
    player = play(cross_correlate, letter_f(), hook(), dilation=(1, 4), beside=lambda dilation: 1 / (dilation - 2))
    assert "savefig" in player.stage.message
    send(player.controls["dilation"], value=2)
    assert re.fullmatch(r"ZeroDivisionError: division by zero \(<lambda>, line \d+\)", player.stage.message)


def test_the_clock_can_move_a_control():
    def learned(updates):
        return hook() * updates

    player = play(cross_correlate, letter_f(), learned, updates=(0, 30), clock="updates")
    assert player.clocked is player.controls["updates"] and player.stage.ticks == 31
    linked = [(link.source, link.target) for link in player.links]
    assert ((player.controls["updates"], "value"), (player.stage, "tick")) in linked


def test_what_a_function_prints_is_silenced_after_the_first_answer(capsys):
    def loud(x, w, stride=1):
        print("here")
        return cross_correlate(x, w, stride=stride)

    player = play(loud, letter_f(), hook(), stride=(1, 3))
    assert capsys.readouterr().out == "here\n"
    send(player.controls["stride"], value=2)
    assert capsys.readouterr().out == ""


def test_a_message_says_where_in_a_function_of_the_page_it_went_wrong():
    player = play(slide, letter_f(), hook())
    assert re.fullmatch(r"\w+Error: .* \(slide, line \d+\)", player.stage.message)
    assert "pass the name of one, without parentheses" in play(slide(letter_f()[0], hook()[0, 0]), letter_f(), hook()).stage.message


def test_a_notebook_keeps_the_view_a_still_and_one_line(player):
    kept = player._repr_mimebundle_()
    assert set(kept) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert kept["application/vnd.jupyter.widget-view+json"]["model_id"] == player.model_id
    assert kept["image/png"][:4] == b"\x89PNG" and kept["text/plain"] == repr(player)
    alone = picture(trace(cross_correlate, letter_f(), hook()))._repr_mimebundle_()
    assert set(alone) == set(kept)


def test_every_control_has_a_label(player):
    for control in (*player.controls.values(), player.step, player.flip):
        assert control.description
    assert [text.description for text, _ in player.editors.values()] == ["input", "kernel"]


def test_the_first_step_may_be_chosen():
    player = play(cross_correlate, letter_f(), hook(), stride=(1, 3), step=12)
    assert (player.step.value, player.stage.step) == (12, 12)
    player.controls["stride"].value = 2
    assert (player.step.value, player.stage.step) == (8, 8)
    with pytest.raises(ValueError, match="step is -1: it must be at least 0"):
        play(cross_correlate, letter_f(), hook(), step=-1)


def test_a_player_saves_what_it_shows(tmp_path):
    player = play(cross_correlate, letter_f(), hook(), stride=(1, 3))
    player.controls["stride"].value, player.step.value = 2, 4
    player.save(tmp_path / "a.svg", step=4)
    player.save(tmp_path / "b.svg")
    player.save(tmp_path / "c.png")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").count("@keyframes") == 0
    assert (tmp_path / "b.svg").read_text(encoding="utf-8").count('data-step="') == 10  # nine steps and the root
    assert (tmp_path / "c.png").read_bytes() == png(player.picture.svg, 4)


def test_every_function_gets_the_controls_that_it_names():
    heard = {}

    def counted(x, w, size=9, k=7):
        heard.update(size=size, k=k, x=x.size, w=w.size)
        return x * w[0]

    player = play(counted, lambda size: np.ones(size), lambda k=2: np.ones(k), size=(3, 6), k=(1, 4), caption=lambda size: f"size {size}")
    player.controls["size"].value, player.controls["k"].value = 5, 3
    assert heard == {"size": 5, "k": 3, "x": 5, "w": 3}
    assert "size 5" in player.stage.svg


def test_an_operator_that_takes_anything_gets_what_nobody_else_names():
    heard = {}

    def anything(x, **others):
        heard.update(others)
        return x

    play(anything, lambda size: np.ones(size), size=(3, 6), gain=(1, 4), caption=lambda loud: str(loud), loud=[True, False])
    assert set(heard) == {"gain"}


def test_an_interrupted_change_leaves_a_player_that_answers():
    def stops(x, w, stride=1):
        if stride == 2:
            raise KeyboardInterrupt
        return cross_correlate(x, w, stride=stride)

    player = play(stops, letter_f(), hook(), stride=(1, 3))
    send(player.controls["stride"], value=2)
    assert "KeyboardInterrupt" in player.stage.message
    send(player.controls["stride"], value=3)
    assert (player.stage.message, player.stage.steps) == ("", 4)
