"""One channel or one axis at a time: each variant is cross_correlate with a simpler kernel."""

from convlib import arguments
from convlib.arithmetic import pad_amounts
from convlib.ops import pytorch_separable as pytorch
from convlib.ops.convolve import cross_correlate


def pointwise(x, w, bias=None, *, spatial=2):
    """Mix the channels of every cell, each cell alone: cross_correlate with a kernel of size 1.

    x is (..., C_in, *spatial) with that many spatial axes, w (C_out, C_in), bias (C_out,); the
    answer is (..., C_out, *spatial). A kernel of size 1 is its own flip.

    >>> pointwise([[[1, 2]], [[10, 20]]], [[1, 1], [0, 3]])
    array([[[11, 22]],
           [[30, 60]]])

    Raises what cross_correlate raises, and ValueError for spatial that is not 1, 2 or 3.
    Source: Min Lin, Qiang Chen and Shuicheng Yan, "Network In Network", 2014.
    """
    spatial = arguments.spatial_axes(spatial)
    x = arguments.signal(x, spatial, f"spatial is {spatial}")
    w = arguments.pointwise_weights(w, x.shape[-1 - spatial])
    return cross_correlate(x, w.reshape(*w.shape, *[1] * spatial), bias)


def depthwise(x, w, bias=None, *, stride=1, padding=0, dilation=1):
    """Each channel meets its own kernels and no other channel: groups = C.

    x is (..., C, *spatial), w (C*m, 1, *kernel), bias (C*m,); the answer is (..., C*m, *output),
    where channel c*m + j is channel c met by its kernel j. The kernel is not flipped.

    >>> depthwise([[1, 2, 3], [10, 20, 30]], [[[1, 1]], [[0, 5]]])
    array([[  3,   5],
           [100, 150]])

    Raises what cross_correlate raises.
    Source: Laurent Sifre, "Rigid-Motion Scattering for Image Classification", 2014.
    """
    w = arguments.weights(w, layout="(C*m, 1, *kernel)")
    channels = arguments.signal(x, w.ndim - 2).shape[1 - w.ndim]
    arguments.depthwise_weights(w, channels)
    return cross_correlate(
        x, w, bias, stride=stride, padding=padding, dilation=dilation, groups=channels
    )


def depthwise_separable(
    x, depthwise_w, pointwise_w, bias=None, *, stride=1, padding=0, dilation=1
):
    """Look around in each channel, then mix the channels: pointwise after depthwise.

    x is (..., C, *spatial), depthwise_w (C*m, 1, *kernel), pointwise_w (C_out, C*m), bias (C_out,);
    the answer is (..., C_out, *output). The kernel is not flipped, and nothing stands in between.

    >>> depthwise_separable([[1, 2, 3], [10, 20, 30]], [[[1, 1]], [[0, 5]]], [[1, 1]])
    array([[103, 155]])

    Raises what cross_correlate raises.
    Source: Andrew G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for
    Mobile Vision Applications", 2017.
    """
    w = arguments.weights(depthwise_w, "depthwise_w", "(C*m, 1, *kernel)")
    spatial = w.ndim - 2
    x = arguments.signal(x, spatial, f"depthwise_w has {spatial} kernel axes")
    arguments.depthwise_weights(w, x.shape[-1 - spatial], "depthwise_w")
    arguments.pointwise_weights(pointwise_w, len(w), "pointwise_w")
    y = depthwise(x, w, stride=stride, padding=padding, dilation=dilation)
    return pointwise(y, pointwise_w, bias, spatial=spatial)


def spatially_separable(x, column, row, *, stride=1, padding=0):
    """A kernel of rank 1, column times row, as its two factors: 2k products instead of k * k.

    x is (..., C, height, width). column and row are (k,), the same for every channel, or (C, k),
    one for each; their sizes may differ. The answer is (..., C, *output). No factor is flipped, so
    this is depthwise with the kernels column[:, None] * row.

    >>> spatially_separable([[[0, 0, 1], [0, 0, 1], [0, 0, 1]]], [1, 2, 1], [-1, 0, 1])
    array([[[4]]])

    Raises what cross_correlate raises.
    Source: Irwin Sobel and Gary Feldman, "A 3x3 Isotropic Gradient Operator for Image Processing",
    1968.
    """
    x = arguments.signal(x, 2, "column and row run along 2")
    channels = x.shape[-3]
    column = arguments.factor("column", column, channels)[:, None, :, None]
    row = arguments.factor("row", row, channels)[:, None, None, :]
    down, across = arguments.per_axis("stride", stride, 2, 1)
    kernel = (column.shape[2], row.shape[3])
    vertical, horizontal = pad_amounts(padding, x.shape[-2:], kernel, stride=(down, across))
    y = depthwise(x, column, stride=(down, 1), padding=(vertical, 0))
    return depthwise(y, row, stride=(1, across), padding=(0, horizontal))


def flattened(x, across, vertical, horizontal):
    """Filters of rank 1 over channels, height and width, as their three factors, C + Y + X weights.

    x is (..., C, height, width), across (C_out, C), vertical (C_out, k) and horizontal (C_out, k),
    whose k may differ; the answer is (..., C_out, *output). First the channels are mixed, then
    every new channel has its own column and row: no factor is flipped.

    >>> flattened([[[1, 2, 4]], [[0, 0, 1]]], [[1, 10]], [[1]], [[1, 0, -1]])
    array([[[-13]]])

    Raises what cross_correlate raises.
    Source: Jonghoon Jin, Aysegul Dundar and Eugenio Culurciello, "Flattened Convolutional Neural
    Networks for Feedforward Acceleration", 2014.
    """
    x = arguments.signal(x, 2, "vertical and horizontal run along 2")
    across = arguments.pointwise_weights(across, x.shape[-3], "across")
    vertical = arguments.factor("vertical", vertical, len(across))
    horizontal = arguments.factor("horizontal", horizontal, len(across))
    return spatially_separable(pointwise(x, across), vertical, horizontal)


pointwise.pytorch = pytorch.pointwise_convolution
depthwise.pytorch = pytorch.depthwise_convolution
depthwise_separable.pytorch = pytorch.depthwise_separable_convolution
spatially_separable.pytorch = pytorch.spatially_separable_convolution
flattened.pytorch = pytorch.flattened_convolution
