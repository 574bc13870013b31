"""The matrix under a picture, the padding as declared, and the inputs that nobody reads."""

import re
from functools import partial

import numpy as np
import pytest

from convlib import average_pool, convolve, cross_correlate, deformable, hook, letter_f, matrix, max_pool, picture, play, trace, transposed
from convlib.show.connections import Connections

X, W = letter_f(), hook()


def entries(svg):
    return {tuple(map(int, e)) for e in re.findall(r'data-cell="C-(\d+)-(\d+)"', svg)}


@pytest.mark.parametrize(
    ("op", "parameters"), [(cross_correlate, {}), (cross_correlate, {"stride": 2, "padding": 1}), (transposed, {"stride": 2})]
)
def test_the_matrix_is_the_operators(op, parameters):
    x = X[:, :4, :5]
    drawn = Connections(trace(op, x, W, **parameters), 0, 0)
    assert np.allclose(drawn.array, matrix(lambda v: op(v, W, **parameters), x.shape))
    assert entries(picture(trace(op, x, W, **parameters), matrix=True).svg) == set(drawn.weights)


def test_a_sum_without_a_kernel_has_a_matrix_too():
    drawn = Connections(trace(partial(average_pool, size=2), X[:, :4, :4]), 0, 0)
    assert np.allclose(drawn.array.sum(axis=1), 1)
    assert set(drawn.array.ravel()) == {0, 0.25}


def test_what_is_no_weighted_sum_has_none():
    with pytest.raises(ValueError, match="matrix: the outputs of max_pool are no weighted sums"):
        picture(trace(max_pool, X, size=2), matrix=True)


def test_a_step_lights_its_row_and_an_entry_what_it_connects():
    seen = trace(cross_correlate, X[:, :4, :4], W)
    drawn = Connections(seen, 24, 0)
    svg = picture(seen, matrix=True).svg
    left, top = re.search(r'class="rule" d="M(\d+) (\d+)h', svg).groups()
    pitch = drawn.grid.pitch
    for step in range(4):
        body = re.search(rf'<g class="step(?: on)?" data-step="{step}">(.*?)</g>', svg)[1]
        assert f"M{int(left) - 1} {int(top) + step * pitch - 1}h" in body
    pointed = re.search(r'data-cell="C-3-5">.*?<g class="feeds">(.*?)</g>', svg)[1]
    assert [kind for kind in "lmr" if f'class="{kind}"' in pointed] == ["l", "m", "r"]


def crosses(svg):
    return len(re.findall(r"l-?\d+ \d+m", (re.search(r'class="never" d="([^"]*)"', svg) or ["", ""])[1]))


@pytest.mark.parametrize(("size", "stride", "unread"), [(7, 2, 0), (6, 2, 11), (7, 3, 13), (7, 1, 0)])
def test_inputs_that_no_output_reads_are_crossed_out(size, stride, unread):
    assert crosses(picture(trace(cross_correlate, X[:, :size, :size], W, stride=stride)).svg) == unread


@pytest.mark.parametrize(("size", "unread"), [(6, 15), (7, 0)])
def test_declared_padding_that_no_output_reads_is_crossed_out(size, unread):
    seen = trace(cross_correlate, X[:, :size, :size], W, stride=2, padding=1)
    drawn = picture(seen, frame=((1, 1), (1, 1)))
    assert crosses(drawn.svg) == unread
    assert "padding 1</text>" in drawn.svg
    assert crosses(picture(seen).svg) == 0


def read(size, kernel, pads, stride, dilation=1):
    starts = range(-pads, size + pads - dilation * (kernel - 1), stride)
    return {start + dilation * tap for start in starts for tap in range(kernel)}


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("flipped", [False, True])
def test_crosses_are_right_where_windows_are_few(kernel, flipped):
    """One or two windows, weights that meet nothing but padding: the declared frame tells where the windows lie."""
    x, w = np.arange(1.0, 7)[None], np.arange(1.0, kernel + 1)[None, None]
    op = convolve if flipped else cross_correlate
    for pads, stride, dilation in [(p, s, d) for p in range(3) for s in (1, 2, 3, 4) for d in (1, 2, 3)]:
        met = read(6, kernel, pads, stride, dilation)
        if met:
            svg = picture(trace(op, x, w, padding=pads, stride=stride, dilation=dilation), frame=((pads, pads),)).svg
            assert crosses(svg) == 6 + 2 * pads - len(met), (pads, stride, dilation)


@pytest.mark.parametrize("stride", [(1, 3), (3, 1), (3, 2), (4, 4)])
def test_crosses_are_right_on_a_small_image(stride):
    drawn = picture(trace(cross_correlate, X[:, :3, :3], W[..., :2, :2], padding=1, stride=stride), frame=((1, 1), (1, 1)))
    rows, columns = (len(read(3, 2, 1, s)) for s in stride)
    assert crosses(drawn.svg) == 25 - rows * columns


def test_where_windows_meet_nothing_no_padding_is_crossed_out():
    drawn = picture(trace(cross_correlate, X[:, :3, :3], W[..., :2, :2], padding=2, stride=4), frame=((2, 2), (2, 2)))
    assert crosses(drawn.svg) == 8


@pytest.mark.parametrize("frame", [((1, 1),), ((1, -1), (0, 0)), ((1, 1, 1), (1, 1))])
def test_a_frame_that_does_not_fit(frame):
    with pytest.raises(ValueError, match="is no pair \\(before, after\\), from 0 on, for each of the 2 spatial axes"):
        picture(trace(cross_correlate, X, W), frame=frame)


def test_a_caption_stands_below_and_is_escaped():
    plain, told = picture(trace(cross_correlate, X, W)), picture(trace(cross_correlate, X, W), caption="7 <b> 3\n" + "word " * 40)
    assert "7 &lt;b&gt; 3</text>" in told.svg
    assert told.svg.count('class="cap"') >= 3
    assert height(told) > height(plain) + 50


def height(drawn):
    return int(re.search(r' height="(\d+)"><style>', drawn.svg)[1])


def test_a_player_makes_caption_and_frame_of_its_controls():
    player = play(cross_correlate, X[:, :6, :6], W, stride=(1, 3), padding=(0, 2), matrix=True,
                  caption=lambda stride, size=6: f"{size} over {stride}", frame=lambda padding: ((padding,) * 2,) * 2)  # fmt: skip
    assert "6 over 1" in player.stage.svg
    player.controls["stride"].value, player.controls["padding"].value = 2, 1
    assert "6 over 2" in player.stage.svg
    assert crosses(player.stage.svg) == 15
    assert len(entries(player.stage.svg)) == len(Connections(trace(cross_correlate, X[:, :6, :6], W, stride=2, padding=1), 0, 0).weights)


def test_a_control_may_be_for_the_caption_alone():
    player = play(cross_correlate, X, W, caption=lambda text="a": f"said: {text}", text=["a", "b"])
    player.controls["text"].value = "b"
    assert "said: b" in player.stage.svg
    with pytest.raises(ValueError, match="control 'txt' is a parameter neither of cross_correlate nor of x, w or beside, caption, frame"):
        play(cross_correlate, X, W, caption=lambda text="a": text, txt=["a"])


def test_a_dot_marks_where_a_weight_reads_between_cells():
    offset = np.zeros((18, 5, 5))
    offset[0], offset[1] = 0.5, 0.25  # the first tap of each window: half a row down, a quarter of a column right
    svg = picture(trace(partial(deformable, offset=offset), X, W)).svg
    body = re.search(r'<g class="step on" data-step="0">(.*?)</g>', svg)[1]
    corner = [int(re.search(rf'data-cell="x-0-0-0"><rect class="c" .*?{axis}="(\d+)"', svg)[1]) - 2 for axis in "xy"]
    assert re.search(r'class="dot" d="M([\d.]+) ([\d.]+)h0"', body).groups() == (f"{corner[0] + 22 + 11:.1f}", f"{corner[1] + 22 + 22:.1f}")
    assert 'class="dot"' not in picture(trace(cross_correlate, X, W)).svg.split("</style>")[1]


def test_a_caption_may_follow_the_step():
    drawn = picture(trace(cross_correlate, X[:, :4, :4], W), caption=lambda step: f"{9 * (step + 1)} products so far")
    for step in range(4):
        assert f">{9 * (step + 1)} products so far<" in re.search(rf'<g class="step(?: on)?" data-step="{step}">(.*?)</g>', drawn.svg)[1]
    player = play(cross_correlate, X[:, :4, :4], W, stride=(1, 2), caption=lambda stride, step: f"stride {stride}, step {step}")
    assert "stride 1, step 3" in player.stage.svg
    player.controls["stride"].value = 2
    assert player.stage.svg.count("stride 2, step") == 1


def test_a_remark_is_wrapped():
    def with_a_rather_long_name_for_a_function(x, w):
        return -cross_correlate(x, w)

    x = X[:, 0, :5]
    drawn = picture(trace(cross_correlate, x, W[:, :, 0]), against=trace(with_a_rather_long_name_for_a_function, x, W[:, :, 0]))
    lines = re.findall('class="said"[^>]*>([^<]*)<', drawn.svg)
    assert len(lines) > 1
    assert " ".join(lines).endswith("differ in 3 of 3 outputs, first at (0, 0)")
