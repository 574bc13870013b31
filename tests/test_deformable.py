"""deformable against torch's grid_sample, against itself, and against answers by hand."""

import tracemalloc
from math import prod

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib.arithmetic import output_size, pad_amounts
from convlib.ops import cross_correlate, deformable, flip, matrix
from convlib.ops.sampling import bilinear

F = torch.nn.functional
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


def by_grid_sample(x, w, offset, mask, bias, stride, padding, dilation, groups):
    """The same in float64, tap by tap; torch has no deformable convolution of its own.

    grid_sample counts from -1, the left edge of the first cell, to 1, the right edge of the last.
    """
    *batch, channels, height, width = x.shape
    kernel, (tall, wide) = w.shape[2:], offset.shape[-2:]
    images, taps = prod(batch), prod(kernel)
    x, w, offset = (torch.as_tensor(each).double() for each in (x, w, offset))
    sets = offset.shape[-3] // (2 * taps)
    offset = offset.reshape(images, sets, taps, 2, tall, wide)
    mask = torch.ones(images, sets, taps, tall, wide) if mask is None else torch.from_numpy(mask)
    mask = mask.reshape(images, sets, taps, tall, wide)
    y = torch.zeros(images, len(w), tall, wide, dtype=torch.double)
    for tap, (i, j) in enumerate(np.ndindex(kernel)):
        parts = []
        for g, part in enumerate(x.reshape(images, channels, height, width).chunk(sets, 1)):
            row = torch.arange(tall)[:, None] * stride[0] - padding[0][0] + i * dilation[0]
            column = torch.arange(wide) * stride[1] - padding[1][0] + j * dilation[1]
            row, column = row + offset[:, g, tap, 0], column + offset[:, g, tap, 1]
            grid = torch.stack([(2 * column + 1) / width - 1, (2 * row + 1) / height - 1], -1)
            seen = F.grid_sample(part, grid, padding_mode="zeros", align_corners=False)
            parts.append(seen * mask[:, g, tap][:, None])
        y += F.conv2d(torch.cat(parts, 1), w[:, :, i : i + 1, j : j + 1], groups=groups)
    if bias is not None:
        y += torch.from_numpy(bias)[:, None, None]
    return y.reshape(*batch, *y.shape[1:])


@st.composite
def configurations(draw):
    two = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, stride, dilation = draw(two), draw(two), draw(two)
    padding = draw(st.one_of(st.just("same"), st.tuples(*[st.tuples(*[st.integers(0, 3)] * 2)] * 2)))
    least = [1, 1]
    if padding != "same":
        least = [max(d * (k - 1) + 1 - sum(p), 1) for d, k, p in zip(dilation, kernel, padding)]
    size = tuple(n + draw(st.integers(0, 5)) for n in least)
    groups, sets, more = draw(st.sampled_from([(1, 1, 2), (1, 2, 1), (2, 1, 1), (2, 2, 1), (1, 3, 1), (2, 4, 1)]))
    batch = draw(st.lists(st.integers(0, 2), max_size=2))
    spread = draw(st.sampled_from([0.5, 2, 20]))  # within a cell, about, and mostly outside
    halves = draw(st.booleans())  # on cells and on the edges between them
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    channels = groups * sets * more
    output = output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
    offset = spread * rng.standard_normal((*batch, 2 * sets * prod(kernel), *output))
    offset = np.round(2 * offset) / 2 if halves else offset
    shapes = {
        "x": (*batch, channels, *size),
        "w": (2 * groups, channels // groups, *kernel),
        "mask": (*batch, sets * prod(kernel), *output) if draw(st.booleans()) else None,
        "bias": (2 * groups,) if draw(st.booleans()) else None,
    }
    arrays = {name: None if s is None else rng.standard_normal(s).astype(dtype) for name, s in shapes.items()}
    parameters = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return arrays | {"offset": offset.astype(dtype)}, parameters


@settings(max_examples=500, derandomize=True, deadline=None)
@given(configurations())
def test_it_equals_grid_sample(configuration):
    arrays, parameters = configuration
    x, w = arrays["x"], arrays["w"]
    got = deformable(**arrays, **parameters)
    pads = parameters["padding"]
    if pads == "same":
        steps = {"stride": parameters["stride"], "dilation": parameters["dilation"]}
        pads = pad_amounts("same", x.shape[-2:], w.shape[2:], **steps)
    want = by_grid_sample(**arrays, **{**parameters, "padding": pads}).numpy()
    assert got.shape == want.shape
    assert got.dtype == x.dtype
    tolerance = TOLERANCE[x.dtype.type]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def moved(taps, dy, dx, output):
    """Every tap looks dy rows further down and dx columns further to the right."""
    offset = np.zeros((taps, 2, *output))
    offset[:, 0], offset[:, 1] = dy, dx
    return offset.reshape(2 * taps, *output)


def test_without_offset_it_is_the_ordinary_convolution(numbers):
    x, w, bias = numbers((2, 4, 7, 6)), numbers((6, 2, 3, 2)), numbers((6,))
    parameters = {"stride": (2, 1), "padding": ((1, 0), (2, 1)), "dilation": (1, 2), "groups": 2}
    want = cross_correlate(x, w, bias, **parameters)
    for kind in (float, int):
        offset = np.zeros((2, 12, *want.shape[-2:]), kind)
        np.testing.assert_array_equal(deformable(x, w, offset, bias=bias, **parameters), want)


def test_the_offset_of_the_dilation_pattern_is_dilation(numbers):
    """Tap (i, j) moves by (i, j), counted from the centre, which stays."""
    x, w = numbers((3, 8, 9)), numbers((2, 3, 3, 3))
    offset = np.empty((3, 3, 2, 8, 9))
    for i, j in np.ndindex(3, 3):
        offset[i, j, 0], offset[i, j, 1] = i - 1, j - 1
    got = deformable(x, w, offset.reshape(18, 8, 9), padding=1)
    np.testing.assert_array_equal(got, cross_correlate(x, w, dilation=2, padding=2))


def test_half_modulation_is_half(numbers):
    x, w, offset = numbers((2, 7, 7)), numbers((3, 2, 3, 3)), numbers((18, 7, 7))
    whole = deformable(x, w, offset, padding=1)
    half = deformable(x, w, offset, np.full((9, 7, 7), 0.5), padding=1)
    np.testing.assert_array_equal(2 * half, whole)
    assert not deformable(x, w, offset, np.zeros((9, 7, 7)), padding=1).any()
    # one tap off is the kernel without it, and the bias is not modulated
    mask = np.ones((3, 3, 7, 7))
    mask[1, 2] = 0
    without = w.copy()
    without[:, :, 1, 2] = 0
    got = deformable(x, w, offset, mask.reshape(9, 7, 7), np.ones(3), padding=1)
    np.testing.assert_allclose(got, deformable(x, without, offset, padding=1) + 1, rtol=1e-12)


def test_whole_offsets_move_what_is_seen(numbers):
    x, w = numbers((1, 6, 7)), numbers((1, 1, 2, 2))
    got = deformable(x, w, moved(4, 2, -1, (5, 6)))
    want = cross_correlate(np.pad(x, ((0, 0), (0, 2), (1, 0)))[:, 2:, :-1], w)
    np.testing.assert_allclose(got, want, rtol=1e-12)
    assert not np.allclose(deformable(x, w, moved(4, -1, 2, (5, 6))), want)


def test_an_asymmetric_kernel_is_not_flipped():
    x, w = np.array([[[1, 2, 0, 1], [0, 3, 1, 0], [2, 0, 1, 4]]]), np.array([[[[1, 2], [0, -1]]]])
    still = np.zeros((8, 2, 3))
    np.testing.assert_array_equal(deformable(x, w, still), [[[2, 1, 2], [6, 4, -3]]])
    np.testing.assert_array_equal(deformable(x, flip(w), still), [[[2, 5, 2], [4, -2, 5]]])
    # the last tap alone, -1, moves one cell up: 1 + 2·2 - 2, 2 + 0 - 0, 0 + 2·1 - 1
    still[6] = -1
    np.testing.assert_array_equal(deformable(x, w, still)[0, 0], [3, 2, 1])


def test_outside_stand_zeros_corner_by_corner():
    """By hand: half a cell outside sees half of the border, a whole cell outside nothing."""
    x, one = np.array([[[8.0, 4, 2]]]), np.ones((1, 1, 1, 1))
    for dx, want in ((-0.5, [4, 6, 3]), (0.5, [6, 3, 1]), (-1, [0, 8, 4]), (3, [0, 0, 0]), (-1.5, [0, 4, 6])):
        np.testing.assert_array_equal(deformable(x, one, moved(1, 0, dx, (1, 3))), [[want]])
    for dy, want in ((0.25, [6, 3, 1.5]), (-0.75, [2, 1, 0.5]), (1, [0, 0, 0]), (-1e300, [0, 0, 0])):
        np.testing.assert_array_equal(deformable(x, one, moved(1, dy, 0, (1, 3))), [[want]])


def test_padding_shifts_where_taps_start_and_adds_no_cells(numbers):
    x, w = numbers((1, 4, 4)), numbers((1, 1, 1, 1))
    offset = moved(1, 1, 1, (6, 6))
    got = deformable(x, w, offset, padding=1)
    np.testing.assert_allclose(got[0, :4, :4], w.item() * x[0], rtol=1e-12)
    assert not got[0, 4:].any()


def test_sets_of_offsets_belong_to_channels_in_a_row(numbers):
    x, w = numbers((4, 5, 5)), numbers((1, 4, 1, 1))
    right, down = moved(1, 0, 1, (5, 5)), moved(1, 1, 0, (5, 5))
    got = deformable(x, w, np.concatenate([right, down]))
    apart = deformable(x[:2], w[:, :2], right) + deformable(x[2:], w[:, 2:], down)
    np.testing.assert_allclose(got, apart, rtol=1e-12)


def test_its_adjoint_is_the_gradient_of_torch(numbers):
    """For given offsets it is linear in x: <Cx, u> = <x, Cᵀu>, and torch knows Cᵀu."""
    x, w, u = numbers((2, 5, 4)), numbers((3, 2, 2, 3)), numbers((3, 3, 4))
    offset, mask = numbers((12, 3, 4)), numbers((6, 3, 4))
    parameters = {"stride": (2, 1), "padding": ((1, 0), (1, 1)), "dilation": (1, 1), "groups": 1}
    held = torch.from_numpy(x).requires_grad_()
    y = by_grid_sample(held, w, offset, mask, None, **parameters)
    (y * torch.from_numpy(u)).sum().backward()
    c = matrix(lambda x: deformable(x, w, offset, mask, **parameters), x.shape)
    np.testing.assert_allclose((c.T @ u.ravel()).reshape(x.shape), held.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_batch_axes_only_stand_side_by_side(numbers):
    x, w = numbers((2, 3, 2, 6, 5)), numbers((3, 2, 3, 2))
    offset, mask = numbers((2, 3, 12, 4, 4)), numbers((2, 3, 6, 4, 4))
    y = deformable(x, w, offset, mask)
    for i, j in np.ndindex(2, 3):
        one = deformable(x[i, j], w, offset[i, j], mask[i, j])
        np.testing.assert_allclose(y[i, j], one, rtol=1e-12)


def test_bilinear_values_by_hand_and_in_strips(numbers):
    x = np.arange(9.0).reshape(1, 3, 3)
    np.testing.assert_array_equal(bilinear(x, np.array([0.5]), np.array([1.25])), [[2.75]])
    np.testing.assert_array_equal(bilinear(x, np.array([1.5]), np.array([0.75])), [[5.25]])
    x, rows, columns = numbers((2, 5, 5)), 3 * numbers((300, 301)), 3 * numbers((300, 301))
    at_once = bilinear(x, rows, columns)  # more than a strip
    np.testing.assert_array_equal(at_once[:, 299, 250:], bilinear(x, rows[299, 250:], columns[299, 250:]))


def test_infinity_is_felt_by_those_who_touch_it():
    x, one = np.ones((1, 3, 5)), np.ones((1, 1, 1, 1))
    x[0, 1, 2] = np.inf
    np.testing.assert_array_equal(deformable(x, one, np.zeros((2, 3, 5))), x)
    touched = np.isinf(deformable(x, one, moved(1, 0, 0.5, (3, 5))))
    assert np.argwhere(touched[0]).tolist() == [[1, 1], [1, 2]]


def test_samples_do_not_fill_the_memory(numbers):
    x, offset = numbers((1, 256, 256)), numbers((18, 256, 256))
    tracemalloc.start()
    deformable(x, np.ones((1, 1, 3, 3)), offset, padding=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * offset.nbytes  # places take as much as offset, samples half of it


def test_samples_keep_the_dtype_and_its_last_digit():
    """Also of long doubles, and for so many channels that they are sampled place by place."""
    x = np.array([[[0, 1]]], np.longdouble)
    third = np.full(1, 1, np.longdouble) / 3
    got = bilinear(x, np.zeros(1, np.longdouble), third)
    assert got.dtype == np.longdouble
    assert got.item() == third.item()
    assert bilinear(third.reshape(1, 1, 1), np.zeros(1), np.zeros(1)).item() == third.item()
    narrow = bilinear(x.astype(np.float32), np.zeros(1, np.float32), third.astype(np.float32))
    assert narrow.dtype == np.float32
    channels = np.arange(2.0**15).reshape(-1, 1, 1)
    np.testing.assert_array_equal(bilinear(channels, np.zeros(3), np.array([0, 0.5, 1])), channels[..., 0] * [1, 0.5, 0])


def test_infinities_of_both_signs_meet_without_a_word():
    with np.errstate(all="raise"):
        assert np.isnan(bilinear(np.array([[[np.inf, -np.inf]]]), np.zeros(1), np.full(1, 0.5))).all()


def test_an_infinity_is_felt_by_those_alone_that_touch_it():
    for x in (np.array([[[np.inf, 1, 2]]]), np.array([[[np.inf], [1], [2]]])):
        along = np.array([0, 1, 1.5, 2, 2.5])
        across = np.zeros(5)
        rows, columns = (across, along) if x.shape[1] == 1 else (along, across)
        np.testing.assert_array_equal(bilinear(x, rows, columns), [[np.inf, 1, 1.5, 2, 1]])
