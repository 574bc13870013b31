"""Pictures and players as living HTML: what stands in it, and that nothing of a user's text runs in it."""

import html
import re

import pytest
from matplotlib.figure import Figure

from convlib import cross_correlate, hook, letter_f, picture, play, trace
from convlib.show import living
from convlib.show.beside import words


@pytest.fixture
def export(monkeypatch):
    monkeypatch.setenv("CONVLIB_EXPORT", "html")


def shown(widget):
    """The HTML of a cell, without the script behind it."""
    bundle = widget._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    return bundle["text/html"].replace(living.script(), "")


def test_a_picture_is_its_svg_with_a_play_button(export):
    drawn = picture(trace(cross_correlate, letter_f(), hook()))
    page = shown(drawn)
    assert re.search(r'<template shadowrootmode="open">.*<label for="play">Play</label>.*<svg .*</svg>.*</template>', page, re.DOTALL)
    assert page.count('class="step') == drawn.steps == 25
    assert "widget-view" not in page and "<script" not in page
    assert drawn._repr_mimebundle_()["text/plain"] == repr(drawn)


def test_a_player_says_for_which_values_and_which_line_of_torch(export):
    player = play(cross_correlate, letter_f(), hook(), stride=(1, 3), padding=["same", "valid"])
    player.controls["padding"].value = "valid"
    player.controls["stride"].value = 2
    page = shown(player)
    assert "Shown for stride = 2, padding = valid." in page
    assert "<code>F.conv2d(x, w, stride=2)</code>" in page


def test_a_player_without_a_picture_shows_its_message(export):
    page = shown(play(cross_correlate, letter_f(), hook(), dilation=(5, 9)))
    assert "kernel 3 with dilation" in page and "Shown for dilation = " in page
    assert "<svg" not in page and "Play" not in page


def test_the_figure_beside_is_the_one_of_the_values_and_has_words(export):
    def bars(stride=1):
        figure = Figure(figsize=(2, 2))
        figure.subplots().set(title=f"<stride> {stride}", xlabel="n")
        return figure

    player = play(cross_correlate, letter_f(), hook(), stride=(1, 3), beside=bars)
    player.controls["stride"].value = 3
    assert 'alt="Figure: &lt;stride&gt; 3, x: n"' in shown(player)


def test_figures_in_words():
    figure = Figure()
    axes = figure.subplots(1, 2)
    axes[0].plot([1], label="torch")
    axes[1].set(title="second", ylabel="loss")
    assert words(figure) == "Figure: torch; second, y: loss"
    assert words(Figure()) == "Figure with 0 plots"


def test_text_of_users_is_text(export):
    bad = "</template><script>alert(1)</script>"
    drawn = picture({bad: letter_f()}, caption=bad)
    player = play(cross_correlate, letter_f(), hook(), padding={bad: 0, "b": 1})
    loop = lambda x, w: 1 / 0  # noqa: E731
    loop.__name__ = bad
    for widget in (drawn, player, play(loop, letter_f()[0], hook()[0, 0])):
        page = shown(widget)
        assert bad not in page and page.count("</template>") == 1
    assert html.escape(bad) in shown(drawn) and html.escape(bad) in shown(player)


def test_another_choice_is_refused_in_one_line(monkeypatch):
    monkeypatch.setenv("CONVLIB_EXPORT", "pdf")
    bundle = picture(trace(cross_correlate, letter_f(), hook()))._repr_mimebundle_()
    assert bundle == {"text/plain": "CONVLIB_EXPORT is 'pdf', and the only value that it takes is 'html'"}


def test_without_the_choice_it_is_a_widget(monkeypatch):
    monkeypatch.delenv("CONVLIB_EXPORT", raising=False)
    assert "text/html" not in picture(trace(cross_correlate, letter_f(), hook()))._repr_mimebundle_()


def test_the_script_is_a_classic_one_that_ends_no_element():
    assert not re.search(r"^(export|import)\b", living.program(), re.MULTILINE)
    assert "</script" not in living.program()
