"""A chain computes what its layers do one after the other, and lights what torch's gradients say that an output sees."""

import logging
import re
import xml.etree.ElementTree as ET

import ipywidgets as widgets
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from convlib import chain, cross_correlate, picture, play, receptive_field, trace, transposed
from convlib.show.export import png, still
from convlib.show.reach import reading

SVG = "{http://www.w3.org/2000/svg}"


def ones(kernel, stride=1, padding=0, dilation=1):
    w = np.ones((1, 1, kernel))
    return lambda x: cross_correlate(x, w, stride=stride, padding=padding, dilation=dilation)


def dilated(rates="2 2 2"):
    return [ones(3, dilation=int(d)) for d in rates.split()]


def strip(size):
    return np.arange(1.0, size + 1).reshape(1, size)


STACKS = {
    "plain": [(3,), (3,), (3,)],
    "strided and padded": [(3, 2, 1), (3, 1, 1), (2, 2)],
    "gridding": [(3, 1, 0, 2)] * 3,
    "the case of 000": [(3, 1, 1), (3, 2, 1), (3, 1, 1, 3)],
    "even kernels": [(2,), (4, 2, 1)],
}


def numbers_on(group, role):
    return [list(map(float, m)) for p in group.iter(SVG + "path") if p.get("class") == role
            for m in re.findall(r"M([\d.-]+) ([\d.-]+)h([\d.]+)", p.get("d"))]  # fmt: skip


def lit_cells(drawing, step, role="lit"):
    """{grid name: indices of the cells that a step's boxes cover}."""
    root = ET.fromstring(drawing.svg)
    group = next(g for g in root.iter(SVG + "g") if g.get("data-step") == str(step))
    boxes, found = numbers_on(group, role), {}
    for g in root.iter(SVG + "g"):
        if g.get("data-cell"):
            name, *index = g.get("data-cell").split("-")
            body = g.find(SVG + "rect")
            d = g.find(SVG + "path").get("d") if body is None else ""
            x, y = (float(body.get(k)) for k in "xy") if body is not None else map(float, re.match(r"M([\d.-]+) ([\d.-]+)", d).groups())
            if any(top == y and left - 0.1 <= x < left + wide for left, top, wide in boxes):
                found.setdefault(name, []).append(tuple(map(int, index)))
    return found


def said(drawing, step):
    """The sentence of one step."""
    texts = [t for t in ET.fromstring(still(drawing.svg, step)).iter(SVG + "text") if t.get("class") == "t"]
    assert len(texts) == 1
    return "".join(texts[0].itertext())


@pytest.mark.parametrize("layers", STACKS.values(), ids=STACKS)
def test_every_step_lights_what_gradients_see_in_every_layer(layers):
    x = strip(17)
    stack = [ones(*layer) for layer in layers]
    t = trace(chain(stack), x)
    hidden = [torch.tensor(x)[None].requires_grad_()]
    for kernel, *rest in layers:
        stride, padding, dilation = (rest + [1, 0, 1][len(rest) :])[:3]
        hidden.append(F.conv1d(hidden[-1], torch.ones(1, 1, kernel).double(), stride=stride, padding=padding, dilation=dilation))
        hidden[-1].retain_grad()
    np.testing.assert_allclose(t.value, hidden[-1][0].detach().numpy(), rtol=1e-12)
    drawing = picture(t)
    for step in range(t.value.size):
        lit = lit_cells(drawing, step)
        gradients = torch.autograd.grad(hidden[-1].flatten()[step], hidden[:-1], retain_graph=True)
        for i, gradient in enumerate(gradients):
            seen = gradient.flatten().numpy() != 0
            assert (t.sees(step, i).ravel() == seen).all()
            assert sorted(lit.get(f"y{i}" if i else "x", [])) == [(0, int(k)) for k in np.flatnonzero(seen)]
        coefficients = np.zeros(x.size)
        for (_, k), weight, c in t.terms((0, step)):
            assert weight is None
            coefficients[k] = c
        np.testing.assert_allclose(coefficients, gradients[0].flatten().numpy())


@pytest.mark.parametrize(
    ("rates", "first", "sentence"),
    [
        ("2 2 2", [0, 2, 4, 6, 8, 10, 12], "this output sees 7 of the 13 inputs from 0 to 12"),
        ("1 2 4", list(range(15)), "this output sees 15 of the 15 inputs from 0 to 14"),
        ("3 1 1", list(range(11)), "this output sees 11 of the 11 inputs from 0 to 10"),
        ("5 1", [0, 1, 2, 5, 6, 7, 10, 11, 12], "this output sees 9 of the 13 inputs from 0 to 12"),
    ],
)
def test_hand_written_lists_of_dilated_stacks(rates, first, sentence):
    drawing = picture(trace(chain(dilated), strip(18), rates=rates))
    assert [k for _, k in lit_cells(drawing, 0)["x"]] == first
    dark = [k for _, k in lit_cells(drawing, 0, "hole").get("x", [])]
    assert dark == sorted(set(range(max(first))) - set(first))
    assert said(drawing, 0) == sentence


def test_a_cell_stands_over_the_middle_of_what_it_reads():
    t = trace(chain([ones(3, 2), ones(3, 1, 1), lambda x: transposed(x, np.ones((1, 1, 2)), stride=2)]), strip(11))
    assert [(line[0][0], line[1][0]) for line in t.lines] == [(0, 1), (1, 2), (1, 2), (0.5, 1)]
    layers = [(3, 2, 1), (3, 1, 0, 3), (5, 1, 2), (2, 2)]
    t = trace(chain([ones(*layer) for layer in layers]), strip(40))
    for field, (start, jump, size) in zip(receptive_field(layers), t.lines[1:]):
        assert (field.size, field.jump, field.start) == (size[0], jump[0], start[0] - (size[0] - 1) / 2)


def test_padding_that_the_cone_reads_is_shown():
    drawing = picture(trace(chain([ones(3, 1, 1)] * 2), strip(6)))
    assert said(drawing, 0) == "this output sees 3 of the 3 inputs from 0 to 2; on the way 2 cells of padding"
    groups = {g.get("data-step"): g for g in ET.fromstring(drawing.svg).iter(SVG + "g") if g.get("data-step")}
    assert [len(numbers_on(groups[step], "g")) for step in "0123"] == [2, 1, 0, 0]


def test_in_two_dimensions_the_cone_is_a_square_with_holes():
    w = np.ones((1, 1, 3, 3))
    t = trace(chain([lambda x: cross_correlate(x, w, dilation=2)] * 3), np.ones((1, 14, 14)))
    assert t.sees((0, 0, 1)).sum() == 49
    drawing = picture(t)
    assert said(drawing, 1) == "this output sees 49 of the 169 inputs in rows 0 to 12, columns 1 to 13"
    assert sorted(lit_cells(drawing, 1)["x"]) == [(0, i, j) for i in range(0, 13, 2) for j in range(1, 14, 2)]


def test_layers_may_be_anything_that_can_be_traced():
    conv = torch.nn.Conv2d(1, 2, 3, stride=2, padding=1)
    with torch.no_grad():
        conv.weight.fill_(1.0)
    x = torch.arange(49.0).reshape(1, 1, 7, 7)
    t = trace(chain([conv, torch.nn.ReLU(), torch.nn.MaxPool2d(2)]), x)
    np.testing.assert_allclose(t.value, torch.nn.Sequential(conv, torch.nn.ReLU(), torch.nn.MaxPool2d(2))(x).detach().numpy())
    assert t.kind == "depends"
    assert t.terms((0, 1, 0, 0))[0][1:] == (None, None)
    assert t.sees((0, 1, 1, 1)).sum() == 16  # rows and columns 3 to 6
    assert picture(t).steps == 8


def shuffled(x):
    return x.reshape(3, -1).T.ravel()


def in_groups(x):
    return np.repeat(x.reshape(3, -1).sum(axis=1), x.size // 3)


@pytest.mark.parametrize("spatial", [None, 0])
def test_a_layer_on_no_line_stands_over_the_middle_of_the_one_below(spatial):
    t = trace(chain([shuffled, lambda x: x[:5]], spatial=spatial), np.arange(9.0))
    assert t.lines[1:] == [None, None]
    assert [(start[0], jump[0]) for start, jump in t.places] == [(0, 1), (0, 1), (2 if spatial == 0 else 0, 1)]
    drawing = picture(t, step=1)
    assert 'class="g"' not in drawing.svg, "no padding where nothing tells of a line"
    assert said(drawing, 1) == ("this output sees 1 of the 9 inputs" if spatial == 0 else "this output sees 1 input, at 3")
    for not_one in (np.eye(9, dtype=bool)[[0, 3, 6, 1, 4, 7, 2, 5, 8]], np.eye(4, dtype=bool)[[0, 2, 1, 3]], np.ones((9, 9), bool)):
        assert reading(not_one) is None


def test_where_no_axis_is_space_cells_are_channels():
    t = trace(chain([in_groups, shuffled, in_groups], spatial=0), np.arange(9.0))
    drawing = picture(t, step=4)
    assert said(drawing, 4) == "this output sees 9 of the 9 inputs"
    assert lit_cells(drawing, 4)["y1"] == [(k,) for k in range(9) if t.sees(4, 1)[k]] == [(1,), (4,), (7,)]
    assert 'class="hole"' not in drawing.svg
    assert said(picture(trace(chain([in_groups, in_groups], spatial=0), np.arange(9.0))), 0) == "this output sees 3 of the 9 inputs"
    three = trace(chain([lambda x: np.ones((4, 6)) @ x[:, 0]], spatial=0), np.ones((6, 1)))
    assert picture(three).steps == 4


def test_the_order_of_inputs_shows_what_one_input_feeds():
    t = trace(chain(dilated), strip(18))
    drawing = picture(t, order="input", step=6)
    assert drawing.steps == 18
    assert said(drawing, 6) == "this input feeds 3 of the 6 outputs"
    assert [k for _, k in lit_cells(drawing, 6, "fed")["y"]] == [k for k in range(6) if t.sees((0, k))[0, 6]]


def test_pointing_at_a_cell_lights_what_it_sees_and_what_it_feeds():
    root = ET.fromstring(picture(trace(chain(dilated), strip(18))).svg)
    cell = next(g for g in root.iter(SVG + "g") if any(c.get("data-cell") == "y1-0-4" for c in g) and g.get("class") == "i")
    feeds = next(g for g in cell if g.get("class") == "feeds")
    assert len(numbers_on(feeds, "lit")) == 3
    assert len(numbers_on(feeds, "fed")) == 3 + 3
    assert "this cell of layer 1 sees 3 of the 5 inputs from 4 to 8, and feeds 3 of the 6 outputs" in "".join(feeds.itertext())


def test_cells_that_no_output_sees_are_crossed_out():
    root = ET.fromstring(picture(trace(chain([ones(2, 3)]), strip(9))).svg)
    crosses = next(p for p in root.iter(SVG + "path") if p.get("class") == "never").get("d")
    assert crosses.count("M") == 3


def test_a_picture_is_stable_small_and_a_still_can_be_made():
    make = lambda: picture(trace(chain([ones(3, 1, 1)] * 4), strip(32)), step=3, caption="four <layers>")  # noqa: E731
    drawing = make()
    assert drawing.svg == make().svg
    assert len(drawing.svg.encode()) < 300_000
    assert re.fullmatch(r"chain, 4 layers: 32 -> 32 -> 32 -> 32 -> 32, 32 steps · [0-9a-f]{7}", repr(drawing))
    assert "four &lt;layers&gt;" in drawing.svg
    assert 'class="step on" data-step="3"' in drawing.svg
    assert png(drawing.svg, 3)[:4] == b"\x89PNG"
    root = ET.fromstring(drawing.svg)
    assert root.get("class") == "convlib"
    assert {g.get("data-cell").split("-")[0] for g in root.iter(SVG + "g") if g.get("data-cell")} == {"x", "y1", "y2", "y3", "y"}


def test_a_whole_network_is_drawn_as_bars():
    alexnet = [(11, 4, 0), (3, 2), (5, 1, 2), (3, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2)]
    t = trace(chain([ones(*layer) for layer in alexnet]), np.ones((1, 227)))
    drawing = picture(t, step=2)
    assert [int(line[2][0]) for line in t.lines[1:]] == [11, 19, 51, 67, 99, 131, 163, 195]
    assert drawing.width < 1400
    assert said(drawing, 2).startswith("this output sees 195 of the 195 inputs from 0 to 194")


def named_by_a_learner(x):
    return x[:, 1:] + x[:, :-1]


def test_a_layer_may_have_a_name_and_it_is_escaped():
    assert "layer 1: named_by_a_learner" in picture(trace(chain([named_by_a_learner, ones(2)]), strip(5))).svg
    named_by_a_learner.__name__, before = "<b>", named_by_a_learner.__name__
    try:
        assert "layer 1: &lt;b&gt;" in picture(trace(chain([named_by_a_learner, ones(2)]), strip(5))).svg
    finally:
        named_by_a_learner.__name__ = before


@pytest.mark.parametrize(
    ("layers", "kind", "message"),
    [
        (5, TypeError, "layers is int, no list of functions"),
        ("abc", TypeError, "layers is str, no list of functions"),
        ([], ValueError, "layers is empty: a chain needs at least one layer"),
        ([np.negative, 3], TypeError, "layer 2 is int, no function"),
        (lambda: None, TypeError, "what lambda returned is NoneType, no list"),
        (lambda: [], ValueError, "what lambda returned is empty"),
        ([ones(3), lambda x: None], TypeError, "layer 2: lambda returned nothing: does it end in return"),
        ([ones(3), ones(9)], ValueError, "layer 2: kernel 9 with dilation 1 spans 9, more than the padded input's 6"),
    ],
)
def test_bad_layers_are_named(layers, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        trace(chain(layers), strip(8))


def test_a_chain_takes_neither_kernel_nor_frame():
    with pytest.raises(TypeError, match="a chain takes no kernel"):
        trace(chain(dilated), strip(18), np.ones(3))
    with pytest.raises(ValueError, match="without frame and matrix"):
        picture(trace(chain(dilated), strip(18)), matrix=True)
    with pytest.raises(ValueError, match="step 6 is not among the 6 steps"):
        picture(trace(chain(dilated), strip(18)), step=6)


def test_a_reading_is_found_or_refused():
    strided = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 1, 1]], bool)
    assert (reading(strided).step, reading(strided).offsets.tolist()) == (2, [-1, 0, 1])
    assert reading(np.eye(4, dtype=bool)[::-1]) is None
    assert reading(np.zeros((3, 3), bool)) is None
    assert chain(dilated)(strip(18)).shape == (1, 6)


def send(widget, **state):
    widget._handle_msg({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})


def test_the_player_follows_a_text_of_layers_also_into_nonsense(caplog):
    with caplog.at_level(logging.WARNING):
        player = play(chain(dilated), strip(18), rates=widgets.Text("2 2 2"), caption=lambda rates: f"rates {rates}")
        assert "rates 2 2 2" in player.stage.svg
        assert player.picture.steps == 6
        send(player.step, value=4)
        send(player.controls["rates"], value="1 2 4 1")
        assert (player.stage.message, player.picture.steps, player.step.value) == ("", 2, 1)
        assert player.stage.svg == picture(trace(chain(dilated), strip(18), rates="1 2 4 1"), step=1, caption="rates 1 2 4 1").svg
        nonsense = {"x": "invalid literal", "": "empty", "0": "layer 1: dilation is 0", "7 7": "layer 2: kernel 3 with dilation 7"}
        for text, message in nonsense.items():
            send(player.controls["rates"], value=text)
            assert message in player.stage.message
            assert player.stage.stale
        send(player.controls["rates"], value="1")
        assert (player.stage.message, player.picture.steps) == ("", 16)
        player.order.value = "input"
        assert player.picture.steps == 18
        player.change("x", np.ones((1, 9)))
        assert player.picture.steps == 9
    assert not [r for r in caplog.records if r.exc_info]
