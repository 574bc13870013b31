"""Every variant by its name: a function of its options that returns what `picture` draws.

The options are the parameters' names; their defaults are what the gallery shows.
"""

from functools import partial

import numpy as np

import convlib as c
from convlib.figure.examples import image, mixed, numbers, share, sides, weights
from convlib.show.chain import chain
from convlib.show.trace import trace

REGION = [(1, 1, 5, 5)]  # top, left, height, width


def cross_correlate(size=7, kernel=3, channels=1, filters=1, axes=2, stride=1, padding=0, dilation=1, groups=1):
    """the kernel slides as it is: what deep learning calls convolution"""
    w = weights(filters, channels, kernel, axes, groups)
    return trace(c.cross_correlate, image(channels, size, axes), w, stride=stride, padding=padding, dilation=dilation, groups=groups)


def convolve(size=7, kernel=3, channels=1, filters=1, axes=2, stride=1, padding=0, dilation=1, groups=1):
    """the kernel is flipped first: the mathematician's convolution"""
    w = weights(filters, channels, kernel, axes, groups)
    return trace(c.convolve, image(channels, size, axes), w, stride=stride, padding=padding, dilation=dilation, groups=groups)


def strided(size=7, kernel=3, channels=1, filters=1, axes=2, stride=2, padding=1, dilation=1, groups=1):
    """cross_correlate that moves by more than one cell"""
    return cross_correlate(size, kernel, channels, filters, axes, stride, padding, dilation, groups)


def dilated(size=7, kernel=3, channels=1, filters=1, axes=2, stride=1, padding=0, dilation=2, groups=1):
    """cross_correlate with holes in the kernel"""
    return cross_correlate(size, kernel, channels, filters, axes, stride, padding, dilation, groups)


def grouped(size=4, kernel=3, channels=4, filters=2, axes=2, stride=1, padding=0, dilation=1, groups=2):
    """cross_correlate in groups of channels that do not meet"""
    return cross_correlate(size, kernel, channels, filters, axes, stride, padding, dilation, groups)


def transposed(
    size=3, kernel=3, channels=1, filters=1, axes=2, stride=2, padding=1, output_padding=0, dilation=1, groups=1
):
    """the adjoint of cross_correlate: each input stamps the kernel onto the output"""
    w = weights(channels, filters, kernel, axes, groups)
    given = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation, "groups": groups}
    return trace(c.transposed, image(channels, size, axes), w, **given)


def max_pool(size=7, kernel=2, channels=1, axes=2, stride=None, padding=0, dilation=1):
    """the largest number of each window"""
    return trace(c.max_pool, image(channels, size, axes), size=sides(kernel, axes), stride=stride, padding=padding, dilation=dilation)


def average_pool(size=7, kernel=2, channels=1, axes=2, stride=None, padding=0, count_padding=True):
    """the mean of each window"""
    given = {"stride": stride, "padding": padding, "count_padding": count_padding}
    return trace(c.average_pool, image(channels, size, axes), size=sides(kernel, axes), **given)


def global_max_pool(size=4, channels=2, axes=2):
    """one number a channel: its largest"""
    return trace(c.global_max_pool, image(channels, size, axes), spatial=axes)


def global_average_pool(size=4, channels=2, axes=2):
    """one number a channel: its mean"""
    return trace(c.global_average_pool, image(channels, size, axes), spatial=axes)


def pointwise(size=3, channels=3, filters=2, axes=2):
    """1×1: the channels of a pixel are mixed, its neighbours are not seen"""
    return trace(c.pointwise, image(channels, size, axes), numbers(filters, channels), spatial=axes)


def depthwise(size=5, kernel=3, channels=2, multiplier=1, axes=2, stride=1, padding=0, dilation=1):
    """a kernel for each channel, and no channel meets another"""
    w = weights(channels * multiplier, 1, kernel, axes)
    return trace(c.depthwise, image(channels, size, axes), w, stride=stride, padding=padding, dilation=dilation)


def depthwise_separable(size=4, kernel=3, channels=2, filters=2, stride=1, padding=0, dilation=1):
    """depthwise, then pointwise"""
    across = partial(c.depthwise, w=numbers(channels, 1, *sides(kernel, 2), low=1), stride=stride, padding=padding, dilation=dilation)
    return trace(chain([across, partial(c.pointwise, w=numbers(filters, channels, low=1))]), image(channels, size))


def spatially_separable(size=5, kernel=3, stride=1, padding=0):
    """a column, then a row: two short kernels in place of one of rank 1"""
    (n,) = sides(kernel, 1)
    down = partial(c.cross_correlate, w=numbers(1, 1, n, 1, low=1), stride=(stride, 1), padding=(padding, 0))
    right = partial(c.cross_correlate, w=numbers(1, 1, 1, n, low=1), stride=(1, stride), padding=(0, padding))
    return trace(chain([down, right]), image(1, size))


def flattened(size=4, kernel=2, channels=2):
    """across the channels, then down, then right"""
    (n,) = sides(kernel, 1)
    parts = (numbers(1, channels, 1, 1, low=1), numbers(1, 1, n, 1, low=1), numbers(1, 1, 1, n, low=1))
    return trace(chain([partial(c.cross_correlate, w=w) for w in parts]), image(channels, size))


def channel_shuffle(channels=9, groups=3):
    """the channels of all groups change places: written in rows, read in columns"""
    x = np.arange(float(channels))
    return trace(chain([partial(c.channel_shuffle, groups=groups, axis=0)]), x)


def interleaved_group(channels=6, primary=2):
    """grouped convolutions of size 1 with a shuffle between and behind: every input reaches every output"""
    many = share("primary", primary, "channels", channels)
    first = partial(mixed, w=numbers(channels, many, 1, low=1), groups=primary)
    second = partial(mixed, w=numbers(channels, primary, 1, low=1), groups=many)
    there, back = (partial(c.channel_shuffle, groups=g, axis=0) for g in (primary, many))
    return trace(chain([first, there, second, back]), np.arange(1.0, channels + 1))


def deformable(size=5, kernel=3, shift=0.6, stride=1, padding=0, dilation=1):
    """each tap reads where its offset sends it, between the cells"""
    x, w = image(1, size), weights(1, 1, kernel)
    out = c.cross_correlate(x, w, stride=stride, padding=padding, dilation=dilation).shape[1:]
    taps = np.random.default_rng(5).uniform(-shift, shift, (2 * w[0, 0].size, 1, 1)).round(1)
    offset = np.broadcast_to(taps, (len(taps), *out))
    return trace(partial(c.deformable, offset=offset, stride=stride, padding=padding, dilation=dilation), x, w)


def lightweight(size=8, kernel=3, channels=2, heads=1, padding="same"):
    """depthwise over a sequence, with taps that are shared and averaged"""
    taps = numbers(heads, kernel)
    return trace(partial(c.lightweight, w=taps, padding=padding), numbers(channels, size, low=0))


def dynamic(size=8, kernel=3, channels=2, heads=1, padding="causal"):
    """taps that are made anew at every position"""
    x = numbers(channels, size, low=0)
    makes = numbers(heads * kernel, channels) / 4
    return trace(partial(c.dynamic, w=makes, query=x, heads=heads, padding=padding), x)


def attention(size=6, channels=2):
    """every position takes a mean of all, weighted by how alike they are"""
    q, k = numbers(2, size, channels) / 2
    return trace(partial(c.attention, q, k), numbers(size, channels, low=0, high=6))


def multi_head_attention(size=4, channels=4, heads=2):
    """several attentions side by side, mixed at the end"""
    projections = dict(zip(("w_q", "w_k", "w_v", "w_o"), numbers(4, channels, channels) / 4))
    return trace(partial(c.multi_head_attention, **projections, heads=heads), numbers(size, channels, low=0))


def batch_norm(size=2, channels=2, batch=3):
    """one mean for each channel, over the batch and all places"""
    return trace(c.batch_norm, numbers(batch, channels, size, size, low=0, high=9))


def layer_norm(size=2, channels=2, batch=3):
    """one mean for each picture, over its channels and places"""
    return trace(c.layer_norm, numbers(batch, channels, size, size, low=0, high=9))


def instance_norm(size=2, channels=2, batch=3):
    """one mean for each channel of each picture"""
    return trace(c.instance_norm, numbers(batch, channels, size, size, low=0, high=9))


def group_norm(size=2, channels=4, batch=2, groups=2):
    """one mean for each group of channels of each picture"""
    return trace(c.group_norm, numbers(batch, channels, size, size, low=0, high=9), groups=groups)


def roi_pool(size=7, bins=2):
    """the mean of each bin of a region"""
    return trace(partial(c.roi_pool, regions=REGION, size=(bins, bins)), image(1, size))


def deformable_roi_pool(size=7, bins=2, shift=4.0):
    """the mean of each bin of a region, at the place where its offset moves it"""
    offset = np.random.default_rng(5).uniform(-shift, shift, (1, 2, bins, bins)).round(1)
    return trace(partial(c.deformable_roi_pool, regions=REGION, size=(bins, bins), offset=offset), image(1, size))
