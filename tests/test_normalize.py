"""The four norms against torch, against each other, and against answers by hand."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.ops import batch_norm, cross_correlate, group_norm, instance_norm, layer_norm

F = torch.nn.functional
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


@st.composite
def samples(draw):
    """x, what to scale and shift it by, and a number of groups that divides its channels."""
    spatial = draw(st.lists(st.integers(1, 4), min_size=0, max_size=3))
    batch, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 3))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = (2 * rng.standard_normal((batch, channels, *spatial)) + 1).astype(dtype)
    parameters = {"eps": draw(st.sampled_from([1e-5, 1e-3, 0.5]))}
    for name in ("scale", "shift"):
        if draw(st.booleans()):
            parameters[name] = rng.standard_normal(channels).astype(dtype)
    return x, groups, parameters


def agree(operator, x, *positional, **parameters):
    line = operator.pytorch(x, *positional, **parameters)
    names = {"w": parameters.get("scale"), "b": parameters.get("shift")}
    names |= {name: parameters.get(name) for name in ("mean", "variance")}
    tensors = {name: torch.from_numpy(each) for name, each in names.items() if each is not None}
    want = eval(line, {"F": F, "x": torch.from_numpy(x), **tensors}).numpy()
    got = operator(x, *positional, **parameters)
    assert got.dtype == x.dtype
    assert got.shape == x.shape
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=line)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(samples())
def test_all_four_equal_torch(sample):
    x, groups, parameters = sample
    per_sample = x[0].size
    if x.size > x.shape[1]:
        agree(batch_norm, x, **parameters)
    if per_sample > groups:
        agree(group_norm, x, groups, **parameters)
    if per_sample > 1:
        agree(layer_norm, x, **parameters)
        rng = np.random.default_rng(0)
        by_place = {"scale": rng.standard_normal(x.shape[1:]).astype(x.dtype)}
        agree(layer_norm, x, **parameters | by_place)
    if per_sample > x.shape[1]:
        agree(instance_norm, x, **parameters)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(samples())
def test_statistics_of_training_are_used_after_it(sample):
    x, _, parameters = sample
    rng = np.random.default_rng(1)
    mean = rng.standard_normal(x.shape[1]).astype(x.dtype)
    variance = rng.uniform(0.5, 2, x.shape[1]).astype(x.dtype)
    agree(batch_norm, x, **parameters, mean=mean, variance=variance)


def test_the_lines_of_pytorch_read_well():
    x, c, sample = np.ones((2, 4, 3, 3)), np.ones(4), np.ones((4, 3, 3))
    assert batch_norm.pytorch(x, c, c) == "F.batch_norm(x, None, None, weight=w, bias=b, training=True)"
    line = "F.batch_norm(x, mean, variance, bias=b, eps=0.5)"
    assert batch_norm.pytorch(x, shift=c, eps=0.5, mean=c, variance=c) == line
    assert group_norm.pytorch(x, 2, eps=0.1) == "F.group_norm(x, 2, eps=0.1)"
    assert layer_norm.pytorch(x) == "F.layer_norm(x, (4, 3, 3))"
    assert layer_norm.pytorch(x, sample, sample) == "F.layer_norm(x, (4, 3, 3), weight=w, bias=b)"
    spread = "w.reshape(-1, 1, 1).expand(4, 3, 3)"
    assert layer_norm.pytorch(x, c) == f"F.layer_norm(x, (4, 3, 3), weight={spread})"
    assert layer_norm.pytorch(x[:, :, 0, 0], c) == "F.layer_norm(x, (4,), weight=w)"
    assert instance_norm.pytorch(x, c, c) == "F.instance_norm(x, weight=w, bias=b)"


def test_whose_mean_is_taken_off(numbers):
    """N=8, C=32, 7×7: 32 means over 392 values; 64 over 196; 8 over 1,568; 256 over 49."""
    x = 3 * numbers((8, 32, 7, 7)) + 5
    for y, count, size in (
        (batch_norm(x).swapaxes(0, 1), 32, 392),
        (group_norm(x, 8), 64, 196),
        (layer_norm(x), 8, 1568),
        (instance_norm(x), 256, 49),
    ):
        sets = y.reshape(count, size)
        assert np.abs(sets.mean(1)).max() < 1e-12
        np.testing.assert_allclose(sets.std(1), 1, rtol=1e-5)
        assert np.abs(sets[:, : size // 4].mean(1)).min() > 1e-6  # and of no smaller sets


def test_one_group_is_layer_norm_and_a_group_a_channel_is_instance_norm(numbers):
    x, scale, shift = numbers((3, 6, 4, 5)), numbers((6,)), numbers((6,))
    for more in ({}, {"scale": scale, "shift": shift}, {"eps": 0.3}):
        np.testing.assert_allclose(group_norm(x, 1, **more), layer_norm(x, **more), rtol=1e-12)
        np.testing.assert_array_equal(group_norm(x, 6, **more), instance_norm(x, **more))
    np.testing.assert_allclose(batch_norm(x[:1]), instance_norm(x[:1]), rtol=1e-9, atol=1e-12)
    places = np.broadcast_to(scale[:, None, None], x.shape[1:])
    np.testing.assert_array_equal(layer_norm(x, places, shift), layer_norm(x, scale, shift))


def test_a_batch_norm_after_training_folds_into_the_convolution_before_it(numbers):
    x, w, bias = numbers((2, 3, 6, 6)), numbers((4, 3, 3, 3)), numbers((4,))
    scale, shift, mean, variance = numbers((4,)), numbers((4,)), numbers((4,)), numbers((4,)) ** 2
    y = batch_norm(cross_correlate(x, w, bias), scale, shift, mean=mean, variance=variance)
    louder = scale / np.sqrt(variance + 1e-5)
    folded = cross_correlate(x, w * louder[:, None, None, None], (bias - mean) * louder + shift)
    np.testing.assert_allclose(y, folded, rtol=1e-9, atol=1e-12)


def test_a_bias_before_batch_norm_changes_nothing(numbers):
    x = numbers((4, 3, 5, 5))
    np.testing.assert_allclose(batch_norm(x + 7), batch_norm(x), rtol=1e-9, atol=1e-12)


def test_by_hand():
    """1, 3 and 5, 9: means 2 and 7, deviations 1 and 2; over all four, 4.5 and 8.75 squared."""
    x = np.array([[[1, 3], [5, 9]]])
    np.testing.assert_array_equal(instance_norm(x, eps=0), [[[-1, 1], [-1, 1]]])
    np.testing.assert_array_equal(instance_norm(x, [10, 1], [0, 5], eps=0), [[[-10, 10], [4, 6]]])
    np.testing.assert_allclose(layer_norm(x, eps=0), (x - 4.5) / np.sqrt(8.75), rtol=1e-12)
    np.testing.assert_allclose(layer_norm(x, eps=1), (x - 4.5) / np.sqrt(9.75), rtol=1e-12)
    np.testing.assert_array_equal(batch_norm(x, eps=0, mean=[0, 1], variance=[4, 16])[0, 1], [1, 2])
