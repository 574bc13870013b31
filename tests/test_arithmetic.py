"""Output sizes and padding: every small case against torch's shapes, and against counting."""

from itertools import product

import pytest
import torch

from convlib.arithmetic import Axis, along_axes, output_size, pad_amounts, transposed_output_size

F = torch.nn.functional


def count_positions(size, kernel, stride, before, after, dilation):
    """Slide along and count."""
    last_cell = before + size + after - 1
    starts = range(0, last_cell + 1, stride)
    return sum(start + dilation * (kernel - 1) <= last_cell for start in starts)


SMALL = list(product(range(1, 8), range(1, 5), range(1, 4), range(3), range(1, 4)))


def test_every_small_output_size_equals_counting():
    fitting = 0
    for size, kernel, stride, padding, dilation in SMALL:
        for before, after in product((padding,), range(3)):
            count = count_positions(size, kernel, stride, before, after, dilation)
            arguments = {"stride": stride, "padding": (before, after), "dilation": dilation}
            if count:
                fitting += 1
                assert output_size(size, kernel, **arguments) == count
            else:
                with pytest.raises(ValueError, match=f"kernel {kernel} with dilation {dilation} spans"):
                    output_size(size, kernel, **arguments)
    assert 0 < fitting < 3 * len(SMALL)


def test_every_small_output_size_equals_torch():
    for size, kernel, stride, padding, dilation in SMALL:
        if dilation * (kernel - 1) + 1 <= size + 2 * padding:
            x, w = torch.empty(1, 1, size, device="meta"), torch.empty(1, 1, kernel, device="meta")
            want = F.conv1d(x, w, None, stride, padding, dilation).shape[-1]
            got = output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
            assert got == want, (size, kernel, stride, padding, dilation)


def test_every_small_transposed_output_size_equals_torch():
    for size, kernel, stride, padding, dilation in SMALL:
        x, w = torch.empty(1, 1, size, device="meta"), torch.empty(1, 1, kernel, device="meta")
        for extra in range(max(stride, dilation)):
            parameters = {"stride": stride, "padding": padding, "dilation": dilation}
            want = stride * (size - 1) + dilation * (kernel - 1) + 1 + extra - 2 * padding
            if want < 1:
                with pytest.raises(ValueError, match=f"leaves an output of size {want}: "):
                    transposed_output_size(size, kernel, output_padding=extra, **parameters)
                continue
            y = F.conv_transpose1d(x, w, None, output_padding=extra, **parameters)
            got = transposed_output_size(size, kernel, output_padding=extra, **parameters)
            assert got == y.shape[-1] == want


def test_transposed_sizes_lead_back():
    for size, kernel, stride, padding, dilation in SMALL:
        parameters = {"stride": stride, "padding": padding, "dilation": dilation}
        for extra in range(stride):
            if stride * (size - 1) + dilation * (kernel - 1) + 1 + extra > 2 * padding:
                big = transposed_output_size(size, kernel, output_padding=extra, **parameters)
                assert output_size(big, kernel, **parameters) == size


def test_same_gives_the_size_over_the_stride_rounded_up_with_the_odd_cell_at_the_end():
    for size, kernel, stride, _, dilation in SMALL:
        parameters = {"stride": stride, "dilation": dilation}
        ((before, after),) = pad_amounts("same", size, kernel, **parameters)
        wanted = -(-size // stride)
        assert output_size(size, kernel, padding="same", **parameters) == wanted
        assert after - before in (0, 1)
        if before + after:  # one cell less would be too few
            assert count_positions(size, kernel, stride, before, after - 1, dilation) < wanted


@pytest.mark.parametrize(
    ("size", "stride", "pads"), [(6, 2, (0, 1)), (7, 2, (1, 1)), (5, 3, (0, 1)), (4, 3, (1, 1))]
)
def test_same_depends_on_the_size_once_there_is_a_stride(size, stride, pads):
    assert pad_amounts("same", size, 3, stride=stride) == (pads,)


def test_full_meets_every_cell_with_every_tap():
    assert pad_amounts("full", 5, 3) == ((2, 2),)
    assert pad_amounts("full", (5, 5), (3, 2), dilation=(2, 1)) == ((4, 4), (1, 1))
    assert output_size(5, 3, padding="full") == 5 + 3 - 1


def test_valid_adds_nothing():
    assert pad_amounts("valid", (5, 5), 3) == ((0, 0), (0, 0))
    assert output_size((5, 6), 3, padding="valid") == (3, 4)


@pytest.mark.parametrize(
    ("padding", "pads"),
    [
        (1, ((1, 1), (1, 1))),
        ((1, 2), ((1, 1), (2, 2))),  # two axes: a number for each
        (((1, 2), (0, 1)), ((1, 2), (0, 1))),
        ((1, (0, 2)), ((1, 1), (0, 2))),
        ([1, [0, 2]], ((1, 1), (0, 2))),
    ],
)
def test_padding_in_numbers(padding, pads):
    assert pad_amounts(padding, (7, 7), (3, 3)) == pads


@pytest.mark.parametrize("padding", [(1, 2), ((1, 2),)])
def test_one_axis_may_give_its_pair_bare(padding):
    assert pad_amounts(padding, 7, 3) == pad_amounts(padding, (7,), (3,)) == ((1, 2),)


def test_ints_give_an_int_and_tuples_a_tuple():
    assert output_size(7, 3) == 5
    assert isinstance(output_size(7, 3), int)
    assert output_size((7,), 3) == (5,)
    assert output_size(7, (3, 2)) == (5, 6)
    assert output_size([7, 8, 9], (3, 2, 1), stride=(1, 2, 3)) == (5, 4, 3)
    assert transposed_output_size(7, 3) == 9
    assert transposed_output_size((7, 8), 3, output_padding=0) == (9, 10)
    assert transposed_output_size(4, (3, 3), stride=2, padding=((1, 0), 0)) == (8, 9)


def test_sizes_have_no_upper_end():
    assert output_size(2**70, 3, stride=2**69) == 2
    assert output_size(7, 3, padding=2**62) == 2**63 + 5
    assert output_size(7, 1, dilation=2**62) == 7
    assert transposed_output_size(2**40, 2, stride=2**40) == 2**80 - 2**40 + 2
    with pytest.raises(ValueError, match=r"kernel 2 with dilation 4611686018427387904 spans 4611686"):
        output_size(7, 2, dilation=2**62)


def test_a_kernel_moves_by_one_over_nothing_but_the_input_unless_it_is_said():
    assert along_axes((5, 6), (3, 2)) == [Axis(5, 3, 1, 1, 0, 0), Axis(6, 2, 1, 1, 0, 0)]
