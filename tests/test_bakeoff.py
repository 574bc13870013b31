"""The bake-off of lesson 19: its results come from its code, and come again when a variant is trained anew."""

import datetime

import numpy as np
import pytest
import torch

from convlib import report
from convlib.learn import bakeoff, lesson19
from convlib.learn.bakeoff import LAYERS

KEPT = bakeoff.stored()
# The variances of all variants together, or a variant's own where that is larger.
POOLED = np.sqrt(np.mean([np.var(accuracy, ddof=1) for accuracy in KEPT["accuracy"].values()]))
# Two means of the same variant are further apart than this many standard errors once in a thousand times: Student's t with
# 12 * 4 degrees of freedom. Another version of torch rounds otherwise, which is as good as other seeds.
FAR = 3.5


def within(name, accuracy):
    kept = KEPT["accuracy"][name]
    error = max(POOLED, np.std(kept, ddof=1)) * np.sqrt(1 / len(accuracy) + 1 / len(kept))
    return abs(np.mean(accuracy) - np.mean(kept)) <= FAR * error


def test_results_come_from_this_code():
    assert KEPT["code"] == bakeoff.digest(), "bakeoff.py has changed: python -m convlib.learn.bakeoff trains everything anew"


def test_every_variant_has_its_results():
    assert list(KEPT["accuracy"]) == list(LAYERS) == list(KEPT["layer_ms"]) == list(KEPT["network_ms"]) == list(lesson19.SHOWS)
    assert {len(accuracy) for accuracy in KEPT["accuracy"].values()} == {bakeoff.SEEDS}
    assert KEPT["seconds"] < 300


def test_a_variant_trained_anew_is_within_the_spread():
    """Another variant each day, three of its five seeds."""
    name = list(LAYERS)[datetime.datetime.now(datetime.UTC).toordinal() % len(LAYERS)]
    told = []
    found = bakeoff.run([name], range(3), lambda *which: told.append(which))
    assert told == [(name, seed) for seed in range(3)]
    assert within(name, found[name]), (name, found[name], KEPT["accuracy"][name])


def test_the_tolerance_can_fail():
    """A variant that looks at its neighbours is not taken for one that does not."""
    assert not within("1×1", KEPT["accuracy"]["standard"])
    assert not within("standard", KEPT["accuracy"]["1×1"])


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_keeps_size_and_channels(name):
    x = torch.randn(2, 16, 5, 7, generator=torch.Generator().manual_seed(0))
    assert LAYERS[name](16)(x).shape == x.shape


@pytest.mark.parametrize("name", LAYERS)
def test_budgets_match(name):
    model = bakeoff.network(name, bakeoff.matched(name))
    assert report(model, (1, 8, 8)).parameters == pytest.approx(bakeoff.BUDGET, rel=0.05)


def test_an_untrained_deformable_layer_is_the_standard_layer():
    torch.manual_seed(0)
    layer, x = LAYERS["deformable"](3), torch.randn(2, 3, 6, 5)
    straight = torch.nn.functional.conv2d(x, layer.mix.weight.view(3, 3, 3, 3), padding=1)
    assert torch.allclose(layer(x), straight, atol=1e-5)


def test_deformable_taps_move():
    """All offsets one cell to the right: the answer of the standard layer, one cell further."""
    torch.manual_seed(0)
    layer, x = LAYERS["deformable"](2), torch.randn(1, 2, 6, 8)
    layer.offset.forward = lambda x: torch.tensor([0.0, 1.0]).repeat(9)[None, :, None, None].expand(1, 18, *x.shape[2:])
    straight = torch.nn.functional.conv2d(x, layer.mix.weight.view(2, 2, 3, 3), padding=1)
    assert torch.allclose(layer(x)[..., :-1], straight[..., 1:], atol=1e-5)


def test_digits_are_asked_that_training_never_saw():
    x, y, asked, answers = bakeoff.digits()
    assert len(y) == 898 and len(answers) == 899
    assert not any(torch.equal(a, b) for a in x[:100] for b in asked[:100])
