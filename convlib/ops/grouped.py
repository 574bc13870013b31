"""Groups that talk to each other: the channel shuffle, and convolutions around it."""

import numpy as np

from convlib import arguments
from convlib.ops import pytorch_separable as pytorch
from convlib.ops.convolve import cross_correlate


def channel_shuffle(x, groups, *, axis=1):
    """Deal the channels of each group out in turn, as cards: a fixed order, nothing is random.

    x is any array; along axis it has C channels in groups of C/groups. Channel p*(C/groups) + j
    becomes channel j*groups + p. The shape and the dtype stay. A shuffle by C/groups undoes it.

    >>> channel_shuffle([[0, 1, 2, 3, 4, 5]], 2)
    array([[0, 3, 1, 4, 2, 5]])

    Raises TypeError for what is no real or whole number, ValueError for groups that do not divide
    C and an axis that x does not have.
    Source: Xiangyu Zhang, Xinyu Zhou, Mengxiao Lin and Jian Sun, "ShuffleNet: An Extremely
    Efficient Convolutional Neural Network for Mobile Devices", 2018.
    """
    x = arguments.array("x", x)
    arguments.affordable("x", x.shape, x.dtype)
    axis = arguments.channel_axis(x, axis)
    groups = arguments.shuffled(x.shape[axis], groups)
    order = np.arange(x.shape[axis]).reshape(groups, -1).T.ravel()
    return x.take(order, axis)


def interleaved_group(x, primary_w, secondary_w, *, stride=1, padding=0, dilation=1):
    """Two grouped convolutions whose groups cross: together they reach every channel.

    x is (..., L*M, *spatial), primary_w (C, M, *kernel): the L primary partitions have M channels
    each and look around. After a shuffle, every secondary partition has a channel of each primary
    one, and secondary_w (C_out, C/M, 1, ...) mixes them. A second shuffle restores the order.
    Here C is L*M or a multiple of it. The answer is (..., C_out, *output). No kernel is flipped.

    >>> interleaved_group([[1], [2], [3], [4]], [[[1], [1]]] * 4, [[[1], [1]]] * 4)
    array([[10],
           [10],
           [10],
           [10]])

    Raises what cross_correlate raises.
    Source: Ting Zhang, Guo-Jun Qi, Bin Xiao and Jingdong Wang, "Interleaved Group Convolutions for
    Deep Neural Networks", 2017.
    """
    primary_w = arguments.weights(primary_w, "primary_w")
    secondary_w = arguments.weights(secondary_w, "secondary_w")
    spatial = primary_w.ndim - 2
    x = arguments.signal(x, spatial, f"primary_w has {spatial} kernel axes")
    axis = x.ndim - spatial - 1
    arguments.interleaved(x.shape[axis], primary_w, secondary_w)
    secondary = primary_w.shape[1]  # M partitions
    primary = x.shape[axis] // secondary  # L partitions
    y = cross_correlate(
        x, primary_w, stride=stride, padding=padding, dilation=dilation, groups=primary
    )
    y = channel_shuffle(y, primary, axis=axis)
    y = cross_correlate(y, secondary_w, groups=secondary)
    return channel_shuffle(y, secondary, axis=axis)


channel_shuffle.pytorch = pytorch.shuffled_channels
interleaved_group.pytorch = pytorch.interleaved_convolution
