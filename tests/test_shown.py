"""A cell that is run again closes the player that it showed before; what somebody still shows or keeps lives."""

import gc
import weakref

import ipywidgets
import pytest
from IPython.testing.globalipapp import start_ipython
from ipywidgets.widgets.widget import _instances

from convlib import cross_correlate, hook, letter_f, picture, play, trace
from convlib.show import shown


@pytest.fixture
def run(monkeypatch):
    """run(cell, function) is what a kernel does: the function in the cell's name, and the end of the cell."""
    shell = start_ipython() or get_ipython()  # noqa: F821
    monkeypatch.setattr(shown, "_held", {})
    monkeypatch.setattr(shown, "get_ipython", lambda: shell)

    def run(cell, function, page="page"):
        parent = {"header": {"session": page}, "metadata": {"cellId": cell} if cell else {}}
        monkeypatch.setattr(shell, "get_parent", lambda: parent, raising=False)
        result = function()
        if result is not None:
            result._repr_mimebundle_()
        shell.events.trigger("post_run_cell", None)
        return result

    return run


def player(**controls):
    return play(cross_correlate, letter_f(), hook(), **(controls or {"stride": (1, 3)}))


def test_what_a_cell_showed_is_closed_when_it_has_run_again(run):
    before = set(_instances)
    run("a", player)
    known = len(_instances)
    for _ in range(20):
        run("a", player)
    assert len(_instances) == known
    run("a", lambda: picture(trace(cross_correlate, letter_f(), hook())))
    run("a", lambda: None)
    assert set(_instances) == before


def test_nothing_is_left_in_memory(run):
    gone = weakref.ref(run("a", player))
    run("a", player)
    gc.collect()
    assert gone() is None


def test_other_cells_and_other_pages_keep_theirs(run):
    kept = [run("a", player), run("b", player), run("a", player, page="another")]
    run("a", player)
    assert [p.comm is not None for p in kept] == [False, True, True]


def test_all_players_of_a_cell_stay(run):
    def several():
        made = [player() for _ in range(3)]
        for one in made:
            one._repr_mimebundle_()
        players.append(made)

    players = []
    run("a", several)
    run("a", several)
    assert [p.comm is not None for p in sum(players, [])] == [False] * 3 + [True] * 3


def test_shown_in_two_cells_it_lives_until_both_have_run_again(run):
    kept = run("a", player)
    run("b", lambda: kept)
    run("a", player)
    assert kept.comm is not None
    run("b", player)
    assert kept.comm is None


def test_kept_in_a_variable_it_can_be_shown_again(run):
    kept = run("a", player)
    kept.controls["stride"].value = 2
    run("a", player)
    assert kept.comm is None
    run("b", lambda: kept)
    assert kept.comm is not None
    assert all(part.comm is not None for part in kept.parts)
    kept.controls["stride"].value = 3
    assert "stride=3" in kept.stage.code


def test_in_a_box_of_the_learners_it_stays(run):
    kept = run("a", player)
    box = ipywidgets.HBox([kept])
    run("a", player)
    assert kept.comm is not None
    box.close()


def test_a_learners_own_slider_stays_and_asks_only_those_that_are_shown(run):
    slider = ipywidgets.IntSlider(1, 1, 3)
    first = run("a", lambda: player(stride=slider))
    second = run("a", lambda: player(stride=slider))
    slider.value = 2
    assert all(widget.comm is not None for widget in (slider, slider.layout, slider.style))
    assert ("stride=2" in first.stage.code, "stride=2" in second.stage.code) == (False, True)
    run("b", lambda: first)
    assert "stride=2" in first.stage.code


def test_where_the_front_end_names_no_cell_nothing_is_closed(run):
    first = run(None, player)
    run(None, player)
    assert first.comm is not None
