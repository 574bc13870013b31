"""A picture shows what the trace found, is the same byte for byte, and stays within its budgets."""

import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from convlib import convolve, cross_correlate, hook, letter_f, picture, trace, transposed
from convlib.show import style
from convlib.show.export import gif, playing, png, still
from convlib.show.text import number, short

SVG = "{http://www.w3.org/2000/svg}"


def whole(*shape, seed=1):
    return np.random.default_rng(seed).integers(-3, 5, shape).astype(float)


def max_of_four(x):
    return x[:, :6, :6].reshape(1, 3, 2, 3, 2).max(axis=(2, 4))


TRACES = {
    "plain": lambda: trace(cross_correlate, letter_f(), hook()),
    "padded and dilated": lambda: trace(cross_correlate, letter_f(), hook(), padding=1, dilation=2),
    "flipped with stride": lambda: trace(convolve, letter_f(), hook(), padding=1, stride=2),
    "channels": lambda: trace(cross_correlate, whole(3, 5, 5), whole(2, 3, 3, 3)),
    "groups": lambda: trace(cross_correlate, whole(4, 4, 4), whole(2, 2, 3, 3), groups=2),
    "batch": lambda: trace(cross_correlate, whole(2, 1, 4, 4), whole(1, 1, 2, 2)),
    "bias and fractions": lambda: trace(lambda x, w: cross_correlate(x, w, [0.5]), whole(1, 4, 4) / 4, whole(1, 1, 2, 2) / 8),
    "strip": lambda: trace(cross_correlate, whole(1, 9), whole(1, 1, 3), padding=1),
    "strips": lambda: trace(cross_correlate, whole(2, 9), whole(2, 2, 3)),
    "slices": lambda: trace(cross_correlate, whole(1, 3, 4, 4), whole(1, 1, 2, 2, 2), padding=(0, 1, 0)),
    "plain arrays": lambda: trace(lambda x, w: cross_correlate(x[None], w[None, None])[0], letter_f()[0], hook()[0, 0]),
    "picks": lambda: trace(max_of_four, letter_f()),
    "depends": lambda: trace(lambda x: x / x.std(), letter_f()),
    "sums": lambda: trace(lambda x: x.mean(axis=-1), letter_f()),
    "one number": lambda: trace(lambda x, w: (x * w).sum(), np.array([1.0, 2]), np.array([3.0, 4])),
}
PRODUCTS = [name for name in TRACES if name not in ("picks", "depends", "sums")]


@pytest.fixture(params=TRACES)
def traced(request):
    return TRACES[request.param]()


def parsed(drawing):
    return ET.fromstring(drawing.svg)


def step_group(root, step):
    return next(g for g in root.iter(SVG + "g") if g.get("data-step") == str(step))


def paths(group, role):
    return "".join(p.get("d") for p in group.iter(SVG + "path") if p.get("class") == role)


def corners(d):
    return {tuple(map(int, at)) for at in re.findall(r"M(-?\d+) (-?\d+)h\d+v", d)}


def cells(root, grid):
    """Where the cells of a grid stand: {index: (left, top)}."""
    found = {}
    for g in root.iter(SVG + "g"):
        address = (g.get("data-cell") or "").split("-")
        if address[0] == grid:
            body = g.find(SVG + "rect")
            at = (int(body.get("x")), int(body.get("y"))) if body is not None else corners(g.find(SVG + "path").get("d")).pop()
            found[tuple(map(int, address[1:]))] = at
    return found


def test_every_step_rings_exactly_the_cells_that_the_trace_names(traced):
    root = parsed(picture(traced))
    x, w, y = (cells(root, k) for k in "xwy")
    assert len(x) == traced.x.size and len(y) == traced.value.size
    for step, output in enumerate(np.ndindex(traced.value.shape)):
        group = step_group(root, step)
        terms = traced.terms(output)
        assert corners(paths(group, "l")) == {x[i] for i, _, _ in terms}
        assert corners(paths(group, "r")) == {y[output or (0,)]}
        if paths(group, "m"):
            used = {w[k] for _, k, _ in terms}
            assert used <= corners(paths(group, "m")) < set(w.values())


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_sum_that_is_written_out_is_the_output(name):
    traced = TRACES[name]()
    root = parsed(picture(traced))
    for step, value in enumerate(traced.value.ravel()):
        lines = ["".join(t.itertext()) for t in step_group(root, step).iter(SVG + "text") if t.get("class") == "t"]
        text = "".join(lines[-1:] if "channel" in lines[0] else lines).replace("−", "-").replace("·", "*")
        left, right = re.split("[=≈]", text)
        assert eval(left) == pytest.approx(float(right), abs=0.02) == pytest.approx(value, abs=0.02)


def test_every_channel_has_its_line_and_its_subtotal():
    traced = TRACES["channels"]()
    root = parsed(picture(traced))
    lines = " ".join("".join(t.itertext()) for t in step_group(root, 4).iter(SVG + "text") if t.get("class") == "t").replace("−", "-")
    parts = re.findall(r"channel \d: (.*?) = (-?\d+)", lines)
    assert len(parts) == 3
    for left, right in parts:
        assert eval(left.replace("·", "*")) == int(right)
    assert sum(int(right) for _, right in parts) == traced.value.ravel()[4]


@pytest.mark.parametrize("name", [name for name in PRODUCTS if name != "bias and fractions"])
def test_a_lit_cell_wears_the_weight_that_it_met(name):
    traced = TRACES[name]()
    root = parsed(picture(traced))
    x = cells(root, "x")
    pitch = int(root.find(f".//{SVG}g[@class='i']//{SVG}rect").get("width")) + 4
    for step, output in enumerate(np.ndindex(traced.value.shape)):
        group = step_group(root, step)
        badges = next(t for t in group.iter(SVG + "text") if t.get("class") == "n")
        lefts, tops = (list(map(int, badges.get(axis).split())) for axis in "xy")
        tops += [tops[-1]] * (len(lefts) - len(tops))  # SVG: without a new height, a letter stays on its line
        worn, text = {}, ""
        for place, letter in zip(zip(lefts, tops), badges.text):
            left, top = place
            text = text + letter if (left - pitch + 1, top - 11) in worn else letter
            worn.pop((left - pitch + 1, top - 11), None)
            worn[left - pitch + 9, top - 11] = text  # the cell in whose upper right corner this letter stands
        for i, k, c in traced.terms(output):
            assert worn[x[i]] == number(c * traced.w[k])


def test_the_badges_of_a_convolution_are_the_kernel_read_backwards():
    badges = [t for t in step_group(parsed(picture(TRACES["flipped with stride"]())), 5).iter(SVG + "text") if t.get("class") == "n"]
    assert "".join(badges[0].itertext()) == "1−10003021"


def test_padding_cells_are_drawn_and_counted_in_the_window():
    root = parsed(picture(TRACES["padded and dilated"]()))
    frame = next(p for p in root.iter(SVG + "path") if p.get("class") == "ghost")
    assert len(corners(frame.get("d"))) == 9 * 9 - 7 * 7
    assert len(corners(paths(step_group(root, 0), "g"))) == 5  # a corner window of rate 2: 5 of its 9 taps
    assert corners(paths(step_group(root, 0), "g")) <= corners(frame.get("d"))
    assert paths(step_group(root, 0), "span")
    assert not paths(step_group(parsed(picture(TRACES["plain"]())), 0), "span")


def test_pointing_at_an_input_lights_the_outputs_that_it_feeds(traced):
    root = parsed(picture(traced))
    y = cells(root, "y")
    fed = {}
    for output in np.ndindex(traced.value.shape):
        for i, *_ in traced.terms(output):
            fed.setdefault(i, set()).add(y[output or (0,)])
    for g in (g for g in root.iter(SVG + "g") if g.get("class") == "i"):
        cell, feeds = g
        index = tuple(map(int, cell.get("data-cell").split("-")[1:]))
        assert corners(paths(feeds, "r")) == fed.get(index, set())


@pytest.mark.parametrize("name", PRODUCTS)
def test_pointing_at_a_weight_lights_the_inputs_that_it_touches(name):
    traced = TRACES[name]()
    root = parsed(picture(traced))
    x = cells(root, "x")
    half = int(root.find(f".//{SVG}g[@class='i']//{SVG}rect").get("width")) // 2
    touched = {}
    for output in np.ndindex(traced.value.shape):
        for i, k, _ in traced.terms(output):
            touched.setdefault(k, set()).add((x[i][0] + half, x[i][1] + half))
    for g in (g for g in root.iter(SVG + "g") if g.get("class") == "k"):
        cell, feeds = g
        index = tuple(map(int, cell.get("data-cell").split("-")[1:]))
        middles = {tuple(map(int, at)) for at in re.findall(r"M(\d+) (\d+)h0", paths(feeds, "touch"))}
        assert middles == touched.get(index, set())


def test_by_input_every_step_is_an_input_and_its_outputs():
    traced = TRACES["plain"]()
    drawing = picture(traced, order="input", step=24)
    root = parsed(drawing)
    assert drawing.steps == 49
    group = step_group(root, 24)
    assert group.get("class") == "step on"
    assert corners(paths(group, "l")) == {cells(root, "x")[0, 3, 3]}
    assert len(corners(paths(group, "r"))) == 9
    assert "added to 9 outputs" in "".join(group.itertext())


def test_the_marks_of_a_maximum_and_of_anything_else():
    words = "".join(step_group(parsed(picture(TRACES["picks"]())), 0).itertext())
    assert "✓" in words and "3 is picked from 0, 3, 0, 3" in words
    assert "depends on 49 inputs" in "".join(step_group(parsed(picture(TRACES["depends"]())), 1).itertext())


def test_labels_say_what_the_line_tells():
    uneven = trace(cross_correlate, letter_f(), hook(), padding=((0, 1), (2, 2)))
    assert "7×7, padding 0+1×2" in " ".join(parsed(picture(uneven)).itertext())
    text = " ".join(parsed(picture(TRACES["padded and dilated"]())).itertext())
    assert "7×7, padding 1" in text and "3×3, dilation 2" in text and "flipped" not in text
    half = trace(lambda x, w: cross_correlate(x, w[:, :, ::-1]), letter_f(), hook())
    text = " ".join(parsed(picture(half)).itertext())
    assert "3×3, flipped up-down" in text and "∗" not in text
    text = " ".join(parsed(picture(TRACES["flipped with stride"]())).itertext())
    assert "3×3, flipped" in text and "4×4, stride 2" in text and "∗" in text


def test_against_rings_the_first_difference_and_shows_both_sums():
    traced, other = TRACES["plain"](), trace(convolve, letter_f(), hook())
    drawing = picture(traced, against=other)
    root = parsed(drawing)
    first = int(np.flatnonzero(traced.value != other.value)[0])
    assert drawing.step == first
    ring = next(p for p in root.iter(SVG + "path") if p.get("class") == "differ")
    left, top = corners(ring.get("d")).pop()
    x, y = cells(root, "y")[tuple(np.unravel_index(first, traced.value.shape))]
    assert (left + 5, top + 5) == (x, y)
    words = "".join(step_group(root, first).itertext())
    for t in (traced, other):
        assert f"{t.name}: " in words and f"= {number(t.value.ravel()[first])}" in words
    assert "differ in 18 of 25 outputs, first at (0, 0, 0)" in drawing.svg
    assert "agree in all 25 outputs" in picture(traced, against=traced).svg
    wider = trace(cross_correlate, letter_f(), hook(), padding=1)
    assert "gives 5×5 numbers, cross_correlate gives 7×7" in picture(traced, against=wider).svg


def test_arrays_alone_are_grids_without_steps():
    drawing = picture({"x": letter_f(), "<b>": [[1, 2], [3, 4.5]]})
    root = parsed(drawing)
    assert len(cells(root, "x")) == 49 and len(cells(root, "<b>")) == 4
    assert "4.5" in "".join(root.itertext()) and "step" not in drawing.svg.split("</style>")[1]
    assert repr(drawing).startswith("x 7×7, <b> 2×2 · ")


def test_the_same_bytes_in_every_process():
    code = ("import hashlib; from convlib import *; p = picture(trace(cross_correlate, letter_f(), hook(), padding=1));"
            "print(hashlib.sha256(p.svg.encode()).hexdigest(), p)")  # fmt: skip
    seeds = [{**os.environ, "PYTHONHASHSEED": seed} for seed in "12"]
    said = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=e).stdout for e in seeds}
    drawing = picture(trace(cross_correlate, letter_f(), hook(), padding=1))
    assert len(said) == 1 and said.pop().strip().endswith(repr(drawing))


def test_a_changed_picture_changes_its_line_of_text():
    first, second = (repr(picture(trace(cross_correlate, x, hook()))) for x in (letter_f(), letter_f() + np.eye(7)))
    assert re.fullmatch(r"cross_correlate 7×7 \* 3×3 -> 5×5, 25 steps · [0-9a-f]{7}", first)
    assert first != second and first.split("·")[0] == second.split("·")[0]


def test_sizes():
    assert len(picture(TRACES["plain"]()).svg.encode()) <= 60 * 1024
    large = picture(trace(cross_correlate, whole(1, 18, 18), hook()))
    assert len(large.svg.encode()) <= 300_000 and 'class="pos"' in large.svg and 'class="b"' not in large.svg
    for x in (whole(3, 20, 20), whole(3, 90, 90)):  # found when it is drawn, and before
        with pytest.raises(ValueError, match=r"picture of .*\d steps would take more than 300 KB: take a smaller example"):
            picture(trace(cross_correlate, x, whole(1, 3, 3, 3)))


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(ValueError, match="order 'columns' is none of 'output', 'input', 'both'"):
        picture(TRACES["plain"](), order="columns")
    with pytest.raises(ValueError, match="step 25 is not among the 25 steps, 0 to 24"):
        picture(TRACES["plain"](), step=25)


def test_it_touches_nothing_outside_and_asks_for_nothing(traced):
    svg = picture(traced).svg
    css = re.search(r"<style>(.*)</style>", svg)[1]
    for selectors in re.findall(r"([^{}]+)\{", css):
        assert all(s.startswith(".convlib ") for s in selectors.split(",")), selectors
    rest = svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|url\(|https?:|@import|href|on\w+=| id=", rest)
    assert set(re.findall(r"#\w+", re.sub(r"light-dark\(#\w+,#\w+\)", "", svg))) == set()


def test_names_from_the_user_are_escaped():
    def bad(x, w):
        return cross_correlate(x, w)

    bad.__name__ = '<script>"&'
    drawing = picture(trace(bad, letter_f(), hook()), against=trace(bad, letter_f(), hook()))
    assert "<script" not in drawing.svg
    assert parsed(drawing).get("aria-label").startswith('<script>"& 7×7')


@pytest.mark.parametrize("theme, page", list(enumerate(style.PAGE)))
def test_colours_read_on_their_page(theme, page):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(f * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4) for f, c in zip((0.2126, 0.7152, 0.0722), channels))

    for colour in (style.INK, style.SOFT, style.INPUT, style.WEIGHT, style.OUTPUT):
        bright, dim = sorted((luminance(colour[theme]), luminance(page)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_the_still_shows_one_step_and_nothing_that_is_hidden():
    text = still(picture(TRACES["plain"]()).svg, 7)
    assert "light-dark" not in text and "hover" not in text and "feeds" not in text.split("</style>")[1]
    assert text.count('class="t"') == 1 and "= −1<" in re.sub("</?tspan[^>]*>", "", text) + "<"
    ET.fromstring(text)
    first, eighth = (Image.open(io.BytesIO(png(picture(TRACES["plain"]()).svg, i))).convert("RGB") for i in (0, 7))
    assert first.size == eighth.size and first.tobytes() != eighth.tobytes()
    assert first.getpixel((2, 2)) == (255, 255, 255)


def test_as_a_file_it_plays_by_itself(tmp_path):
    drawing = picture(TRACES["plain"]())
    text = playing(drawing.svg, drawing.steps)
    assert "@keyframes" in text and "prefers-reduced-motion" in text
    delays = [float(d) for d in re.findall(r"animation-delay:(-[\d.]+)s", text)]
    assert len(delays) == 25 and delays == sorted(delays) and text.count("step on") == 1
    small = picture(trace(cross_correlate, whole(1, 3, 3), whole(1, 1, 2, 2)))
    for name in ("a.svg", "a.gif", "a.png"):
        small.save(tmp_path / name)
        small.save(str(tmp_path / name))
    with Image.open(tmp_path / "a.gif") as animation:
        assert animation.n_frames == 4
    ET.parse(tmp_path / "a.svg")
    with pytest.raises(ValueError, match=r"path '.*a.bmp' ends in '.bmp': take one of .svg, .gif, .png"):
        small.save(tmp_path / "a.bmp")
    assert gif(small.svg, range(4))[:3] == b"GIF"


def test_numbers_are_short_and_true():
    assert [number(v) for v in (-2.0, 0.5, 1 / 3, -0.0, 1234.5, 123456.0, 1e-7, np.inf, np.nan)] == [
        "−2", "0.5", "0.333", "0", "1234", "1.23e5", "1e−7", "∞", "nan"]  # fmt: skip
    values = np.random.default_rng(0).normal(size=300) * 10.0 ** np.random.default_rng(1).integers(-3, 3, 300)
    assert all(len(short(v)) <= 5 for v in values)
    assert all(abs(float(short(v).replace("−", "-")) - v) <= max(0.006, 0.06 * abs(v)) for v in values)


@pytest.mark.parametrize(("op", "shape", "labels"), [
    (cross_correlate, (3, 2, 2, 2), {f"out {o}, in {i}" for o in range(3) for i in range(2)}),
    (transposed, (2, 3, 2, 2), {f"in {i}, out {o}" for o in range(3) for i in range(2)}),
])  # fmt: skip
def test_sheets_of_a_kernel_are_named_after_the_channels_they_connect(op, shape, labels):
    w = np.arange(float(np.prod(shape))).reshape(shape)
    said = set(re.findall(r">((?:out|in) \d, (?:out|in) \d)<", picture(trace(op, np.ones((2, 3, 3)), w)).svg))
    assert said == labels
