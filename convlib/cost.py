"""What a convolution costs: numbers to store, and multiplications to carry out. No arrays."""

from math import prod

from convlib import arguments


def parameters(c_in, c_out, kernel, *, groups=1, bias=True):
    """How many weights a convolution has: c_out kernels of c_in / groups channels, and biases.

    kernel is a tuple with a size for each axis; () is a fully connected layer. A transposed
    convolution has as many.

    >>> parameters(64, 64, (3, 3)), parameters(64, 64, (3, 3), groups=64, bias=False)
    (36928, 576)

    Raises TypeError for what is no whole number, tuple or bool. Raises ValueError for a number
    below 1 and groups that do not divide c_in and c_out.
    Source: Andrew G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for
    Mobile Vision Applications", 2017.
    """
    weights = _weights(c_in, c_out, kernel, groups)
    return weights + c_out if arguments.flag("bias", bias) else weights


def macs(c_in, c_out, kernel, output, *, groups=1):
    """How many multiply-accumulates one picture takes: every weight once for each output cell.

    kernel and output are tuples with a size for each axis. Padding is counted, bias is not; a MAC
    is 2 FLOPs. A transposed convolution uses every weight once for each cell of its input: give the
    size of that as output.

    >>> macs(64, 64, (3, 3), (56, 56))
    115605504

    Raises what parameters raises, and ValueError where kernel and output disagree on the axes.
    Source: Andrew G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for
    Mobile Vision Applications", 2017.
    """
    weights, output = _weights(c_in, c_out, kernel, groups), arguments.sizes("output", output)
    arguments.same_axes(kernel, output)
    return weights * prod(output)


def _weights(c_in, c_out, kernel, groups):
    c_in, c_out = arguments.whole("c_in", c_in, 1), arguments.whole("c_out", c_out, 1)
    kernel = arguments.sizes("kernel", kernel)
    groups = arguments.dividing(groups, c_in=c_in, c_out=c_out)
    return c_out * (c_in // groups) * prod(kernel)
