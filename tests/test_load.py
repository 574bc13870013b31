"""The pure parts of `make load`: what a student's browser knows of widgets, and how measurements become a page. No hub starts here."""

import json

import pytest
from channel import PARTS
from ipywidgets import FloatSlider, IntSlider, SelectionSlider
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from page_widgets import Models, shows_a_widget, update
from student import is_answer
from summary import needed, percentile, spread

from convlib import cross_correlate, hook, letter_f, play


@pytest.fixture
def page():
    """A player, and the models that a browser has when the kernel has told it of every widget."""
    padding, dilation = FloatSlider(0, min=0, max=2, step=1), SelectionSlider(options=[1, 2])
    player = play(padded, letter_f(), hook(), stride=(1, 3), padding=padding, dilation=dilation)
    models = Models()
    for widget in set(everything(player)):
        state = json.loads(json.dumps(widget.get_state(), default=lambda child: f"IPY_MODEL_{child.model_id}"))
        models.take(message("comm_open", {"comm_id": widget.model_id, "target_name": "jupyter.widget", "data": {"state": state}}))
    return player, models


def padded(x, w, stride=1, padding=0, dilation=1):
    return cross_correlate(x, w, stride=stride, padding=int(padding), dilation=dilation)


def everything(widget):
    return [widget, *(each for child in getattr(widget, "children", ()) for each in everything(child))]


def message(kind, content):
    return {"header": {"msg_type": kind}, "content": content}


def changed(comm, **state):
    return message("comm_msg", {"comm_id": comm, "data": {"method": "update", "state": state}})


def test_a_student_finds_the_parameters_and_the_stage(page):
    player, models = page
    assert {slider for slider, _ in models.parameters()} == {player.controls[name].model_id for name in ("stride", "padding", "dilation")}
    assert {stage for _, stage in models.parameters()} == {player.stage.model_id}


@pytest.mark.parametrize("name, key, places", [("stride", "value", {2, 3}), ("padding", "value", {1, 2}), ("dilation", "index", {1})])
def test_a_slider_moves_to_every_other_place(page, name, key, places):
    player, models = page
    slider = player.controls[name].model_id
    moved = [models.moved(slider, lambda count, n=n: n % count) for n in range(4)]
    assert {state[key] for state in moved} == places


def test_a_slider_with_one_place_stays():
    models, slider = Models(), IntSlider(1, min=1, max=1)
    models.states["a"] = slider.get_state()
    assert models.moved("a", lambda count: 0) is None


def test_models_follow_the_kernel(page):
    player, models = page
    slider = player.controls["stride"].model_id
    models.take(changed(slider, value=3))
    assert models.states[slider]["value"] == 3
    assert {models.moved(slider, lambda count, n=n: n % count)["value"] for n in range(2)} == {1, 2}


def test_a_move_reaches_the_player_as_a_browsers_does(page):
    """What the student sends makes ipywidgets set the value, and the stage gets another picture."""
    player, models = page
    slider, stage = player.controls["stride"], player.stage.svg
    content = update(slider.model_id, models.moved(slider.model_id, lambda count: count - 1))
    slider._handle_msg({"content": content, "buffers": []})
    assert slider.value == 3
    assert player.stage.svg != stage


def test_what_counts_as_the_answer():
    assert is_answer(changed("stage", svg="<svg/>", steps=4), "stage")
    assert is_answer(changed("stage", message="too large"), "stage")
    assert not is_answer(changed("stage", tick=1), "stage")
    assert not is_answer(changed("slider", svg="<svg/>"), "stage")
    assert not is_answer(message("stream", {"text": "svg"}), "stage")


def test_what_counts_as_a_picture():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
    assert shows_a_widget(message("display_data", {"data": view}))
    assert not shows_a_widget(message("display_data", {"data": {"image/png": ""}}))
    assert not shows_a_widget(message("status", {"execution_state": "idle"}))


def test_messages_have_the_form_that_the_server_reads():
    parts = {name: {name: 1} for name in PARTS}
    channel, frames = deserialize_msg_from_ws_v1(serialize_msg_to_ws_v1(parts, "shell", lambda part: json.dumps(part).encode()))
    assert (channel, [json.loads(frame) for frame in frames]) == ("shell", [{name: 1} for name in PARTS])


@pytest.mark.parametrize("values, share, answer", [([5], 0.95, 5), ([3, 1, 2], 0.5, 2), (range(1, 101), 0.95, 95)])
def test_percentile(values, share, answer):
    assert percentile(values, share) == answer


def test_spread():
    assert spread([1, 2, 9], "s") == "2.0 s median, 9.0 s at p95, 9.0 s at most"
    assert spread([], "s") == "nothing measured"


def test_a_class_of_thirty():
    wants = needed(30, peak=600, share=400, common=200, start=20, sliders=0.1)
    assert wants == {"gigabytes_apart": 18.2, "gigabytes_together": 12.2, "start": 600, "sliders": 3}
