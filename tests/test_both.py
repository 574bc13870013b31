"""Scatter and gather side by side: one step lights the same terms on both sides, and every stamp is what its input feeds."""

import logging
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from test_picture import SVG, TRACES, parsed, paths, step_group, whole

from convlib import cross_correlate, hook, letter_f, picture, play, trace, transposed
from convlib.show.export import png, still
from convlib.show.text import number

WAYS_UP = {
    "stride 2": lambda: trace(transposed, whole(1, 2, 2), hook(), stride=2),
    "all parameters": lambda: trace(transposed, whole(1, 3, 3), hook(), bias=[0.5], stride=3, padding=1, output_padding=2, dilation=2),
    "channels up": lambda: trace(transposed, whole(2, 3, 3), whole(2, 2, 2, 2), stride=2),
    "strip up": lambda: trace(transposed, whole(1, 5), whole(1, 1, 4), stride=2, padding=1),
    "gaps between stamps": lambda: trace(transposed, whole(1, 2, 3), hook()[..., :1, :1], stride=2),
    "up with stride 1": lambda: trace(transposed, whole(1, 4, 4), hook()),
}
ALL = TRACES | WAYS_UP


@pytest.fixture(params=ALL)
def traced(request):
    return ALL[request.param]()


@pytest.fixture
def root(traced):
    return parsed(picture(traced, order="both"))


def boxes(d):
    """{(left, top, width, height)} of the rectangles of a path."""
    return {tuple(map(int, box)) for box in re.findall(r"M(-?\d+) (-?\d+)h(\d+)v(\d+)h-", d)}


def places(root, traced):
    """The cells of both copies of the input and of the output: left, right, output, each {index: (left, top)}."""
    bodies = [(g.get("data-cell"), g) for g in root.iter(SVG + "g") if g.get("data-cell")]
    at = lambda g: (int(g.find(SVG + "rect").get("x")), int(g.find(SVG + "rect").get("y")))  # noqa: E731
    index = lambda name: tuple(map(int, name.split("-")[1:]))  # noqa: E731
    x = [(index(name), at(g)) for name, g in bodies if name[0] == "x"]
    y = {index(name): boxes(g.find(SVG + "path").get("d")).pop()[:2] for name, g in bodies if name[0] == "y"}
    return dict(x[: traced.x.size]), dict(x[traced.x.size :]), y


def covered(box, cells, side):
    left, top, wide, high = box
    return {i for i, (a, b) in cells.items() if left < a + side / 2 < left + wide and top < b + side / 2 < top + high}


def fed(traced):
    found = {}
    for output in np.ndindex(traced.value.shape):
        for i, *_ in traced.terms(output):
            found.setdefault(i, set()).add(output or (0,))
    return found


def test_both_copies_of_the_input_are_there_and_stand_apart(root, traced):
    left, right, y = places(root, traced)
    assert left.keys() == right.keys() == set(np.ndindex(traced.x.shape)) and len(y) == traced.value.size
    assert not set(left.values()) & set(right.values()) and not set(y.values()) & {*left.values(), *right.values()}


def test_a_step_lights_the_terms_of_the_trace_on_both_sides(root, traced):
    left, right, y = places(root, traced)
    for step, output in enumerate(np.ndindex(traced.value.shape)):
        group = step_group(root, step)
        inputs = {i for i, _, _ in traced.terms(output)}
        lit = {box[:2] for box in boxes(paths(group, "l"))}
        assert lit == {left[i] for i in inputs} | {right[i] for i in inputs}
        assert {box[:2] for box in boxes(paths(group, "r"))} == {y[output or (0,)]}


def test_each_input_that_reaches_an_output_has_a_stamp_on_just_the_outputs_that_it_feeds(root, traced):
    feeds, (*_, y) = fed(traced), places(root, traced)
    side = int(root.find(f".//{SVG}g[@class='i']//{SVG}rect").get("width"))
    for step, output in enumerate(np.ndindex(traced.value.shape)):
        stamps = [p.get("d") for p in step_group(root, step).iter(SVG + "path") if p.get("class") == "stamp"]
        inputs = sorted({i for i, _, _ in traced.terms(output)})
        drawn = [set().union(*(covered(box, y, side) for box in boxes(d))) for d in stamps]
        expected = sorted(sorted(feeds[i]) for i in inputs)
        assert sorted(map(sorted, drawn)) == (expected if len(inputs) <= 16 else sorted(map(list, set(map(tuple, expected)))))
        if traced.kind in ("products", "sums"):
            words = "".join(step_group(root, step).itertext())
            assert re.search(r"(\d+) stamps? reach", words)[1].endswith(str(len(inputs)))


def test_neighbouring_stamps_are_not_drawn_on_one_line(root, traced):
    for step in range(traced.value.size):
        stamps = [p.get("d") for p in step_group(root, step).iter(SVG + "path") if p.get("class") == "stamp"]
        stamps = stamps[:4] if len(stamps) <= 16 else stamps
        assert len(set(stamps)) == len(stamps)


def test_pointing_at_either_copy_lights_both_and_the_outputs_that_it_feeds(root, traced):
    (left, right, y), feeds = places(root, traced), fed(traced)
    groups = [g for g in root.iter(SVG + "g") if g.get("class") == "i"]
    assert len(groups) == 2 * traced.x.size
    for cell, lights in groups:
        index = tuple(map(int, cell.get("data-cell").split("-")[1:]))
        assert lights.get("class") == "feeds"
        assert {box[:2] for box in boxes(paths(lights, "l"))} == {left[index], right[index]}
        assert {box[:2] for box in boxes(paths(lights, "r"))} == {y[output] for output in feeds.get(index, ())}


@pytest.mark.parametrize("name", WAYS_UP)
def test_the_sum_is_the_output(name):
    traced = WAYS_UP[name]()
    root = parsed(picture(traced, order="both"))
    for step, value in enumerate(traced.value.ravel()):
        lines = ["".join(t.itertext()) for t in step_group(root, step).iter(SVG + "text") if t.get("class") == "t"]
        sums = [line.replace("−", "-").replace("·", "*") for line in lines if not re.search("reach|put in", line)]
        assert 1 <= len(lines) - len(sums) <= 2
        text = "".join(sums[-1:] if "channel" in sums[0] else sums)
        left, right = re.split("[=≈]", text)
        assert eval(left) == pytest.approx(value, abs=0.02) and number(value) == right.strip().replace("-", "−")


def test_only_the_right_copy_has_padding_and_zeros():
    traced = WAYS_UP["stride 2"]()
    root = parsed(picture(traced, order="both"))
    left, right, _ = places(root, traced)
    ghosts = {box[:2] for box in boxes(paths(root, "ghost"))}
    assert len(ghosts) == 7 * 7 - 4 and min(a for a, _ in ghosts) > max(a for a, _ in left.values())
    words = " ".join(root.itertext())
    assert "2×2, padding 2, 1 zero between, kernel flipped" in words
    assert "4 stamps reach this output; products with a zero put in: 5 of 9" in "".join(step_group(root, 12).itertext())


def test_a_narrow_picture_gives_the_zeros_a_line_of_their_own():
    group = step_group(parsed(picture(WAYS_UP["strip up"](), order="both")), 4)
    assert ["".join(t.itertext()) for t in group.iter(SVG + "text") if t.get("class") == "t"][1:] == [
        "2 stamps reach this output", "products with a zero put in: 2 of 4"]  # fmt: skip


def test_in_a_strip_the_middle_of_the_window_stands_below_its_output():
    traced = WAYS_UP["strip up"]()
    root = parsed(picture(traced, order="both"))
    *_, y = places(root, traced)
    for step, output in enumerate(np.ndindex(traced.value.shape)):
        window = boxes(paths(step_group(root, step), "g")) | {
            box for box in boxes(paths(step_group(root, step), "l")) if box[1] > y[output][1]
        }
        lefts = sorted(box[0] for box in window)
        assert abs((lefts[0] + lefts[-1]) / 2 - y[output][0]) <= 22


def test_size_bytes_and_still(traced):
    drawing = picture(traced, order="both")
    assert drawing.svg == picture(traced, order="both").svg and len(drawing.svg.encode()) < 300_000
    assert drawing.steps == traced.value.size and "both" not in drawing.svg
    text = still(drawing.svg, drawing.steps - 1)
    ET.fromstring(text)
    assert "feeds" not in text.split("</style>")[1] and "light-dark" not in text
    assert png(drawing.svg)[:4] == b"\x89PNG"
    assert len(picture(WAYS_UP["stride 2"](), order="both").svg.encode()) < 60_000


def test_what_is_too_large_says_so():
    with pytest.raises(ValueError, match="would take more than 300 KB: take a smaller example"):
        picture(trace(transposed, whole(1, 12, 12), whole(1, 1, 5, 5), stride=2), order="both")


def test_against_in_both():
    traced, other = (trace(transposed, letter_f()[:, :4, :4], w, stride=2, padding=2) for w in (hook(), hook()[..., ::-1]))
    drawing = picture(traced, order="both", against=other)
    assert drawing.step == int(np.flatnonzero(traced.value != other.value)[0]) and "first at" in drawing.svg
    with pytest.raises(ValueError, match="order 'all' is none of 'output', 'input', 'both'"):
        picture(traced, order="all")


def test_the_player_offers_it_and_may_begin_with_it(caplog):
    player = play(transposed, letter_f()[:, :3, :3], hook(), order="both", stride=(1, 3))
    assert player.order.value == "both" and player.order.options[2] == ("side by side", "both")
    assert player.stage.svg == picture(trace(transposed, letter_f()[:, :3, :3], hook()), order="both").svg
    with caplog.at_level(logging.WARNING):
        for name, value in (("output", 5), ("both", 5), ("input", 3)):
            player.order.value = name
            assert player.stage.columns == value
        player.order.value = "both"
        player.controls["stride"].value = 2
    assert not [r for r in caplog.records if r.exc_info]
    assert player.stage.svg == picture(trace(transposed, letter_f()[:, :3, :3], hook(), stride=2), order="both").svg
    assert play(cross_correlate, letter_f(), hook()).order.value == "output"
    with pytest.raises(ValueError, match="order 'all' is none of 'output', 'input', 'both'"):
        play(cross_correlate, letter_f(), hook(), order="all")


def test_the_matrix_and_crosses_serve_both_copies():
    traced = trace(cross_correlate, whole(1, 4, 4), whole(1, 1, 2, 2), stride=3)
    drawing = picture(traced, order="both", matrix=True, caption="4 of 16 twice", frame=((1, 1), (0, 0)))
    root = parsed(drawing)
    left, right, _ = places(root, traced)
    unread = set(left) - set(fed(traced))
    crosses = {(int(a) - 2, int(b) - 2) for a, b in re.findall(r"M(\d+) (\d+)l", paths(root, "never"))}
    assert {left[i] for i in unread} | {right[i] for i in unread} <= crosses
    assert len(crosses) == 2 * len(unread) + 8  # and the two rows of the frame
    assert "4 of 16 twice" in "".join(root.itertext()) and "C-0-0" in drawing.svg
