"""What each operation of torch does to the view of the input. An operation that is not named here is not analysed."""

from fractions import Fraction
from math import prod

from convlib.network import reach
from convlib.network.view import joined

SAME = """native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training cudnn_batch_norm clone detach alias contiguous
    _to_copy native_dropout copy_ channel_shuffle native_channel_shuffle""".split()


def per_axis(value, count):
    value = [value] if isinstance(value, int) else list(value)
    return value * count if len(value) == 1 else value


def slide(view, shape, taps_of):
    """A window along the last axes: taps_of[-1] for the last one."""
    for back, layer in enumerate(reversed(taps_of), 1):
        axis = len(shape) - back
        if axis in view.axes:
            view = view.through(axis, *layer)
    return view


def convolution(view, x, out, w, bias, stride, padding, dilation, is_transposed, output_padding, groups):
    n = w.dim() - 2
    view = view.collapsed(x.dim() - n - 1, range(x.shape[x.dim() - n - 1]))
    make = reach.transposed if is_transposed else reach.convolution
    numbers = zip(w.shape[2:], *(per_axis(v, n) for v in (stride, padding, dilation)))
    return slide(view, x.shape, [make(*axis) for axis in numbers])


def pool(view, x, out, kernel, stride=(), padding=0, *rest):
    n = out.dim() - 2 if isinstance(kernel, int) else len(kernel)
    dilation = rest[0] if rest and not isinstance(rest[0], bool) else 1
    numbers = zip(*(per_axis(v, n) for v in (kernel, stride or kernel, padding, dilation)))
    return slide(view, x.shape, [reach.convolution(*axis) for axis in numbers])


def adaptive(view, x, out, *_):
    return slide(view, x.shape, [reach.adaptive(a, b) for a, b in zip(x.shape[2:], out.shape[2:])])


def nearest(view, x, out, *_):
    return slide(view, x.shape, [reach.resized(Fraction(a, b), False) for a, b in zip(x.shape[2:], out.shape[2:])])


def linear(view, x, out, size, align_corners=False, *_):
    far = [(a - 1, max(b - 1, 1)) if align_corners else (a, b) for a, b in zip(x.shape[2:], out.shape[2:])]
    return slide(view, x.shape, [reach.resized(Fraction(a, b), True) for a, b in far])


def padded(view, x, out, pads, *_):
    for back in range(len(pads) // 2):
        axis = x.dim() - 1 - back
        if axis in view.axes:
            view = view.through(axis, lambda o, before=pads[2 * back]: [o - before], 1)
    return view


def reduced(view, x, out, axes=None, keep=False, *_, **__):
    axes = range(x.dim()) if axes is None or axes == [] else [a % x.dim() for a in per_axis(axes, 1)]
    for axis in axes:
        view = view.collapsed(axis, range(x.shape[axis]))
    kept = [a for a in range(x.dim()) if a not in set(axes)]
    return view if keep else view.moved({a: i for i, a in enumerate(kept)})


def normalised(view, x, out, shape, *_):
    for axis in range(x.dim() - (len(shape) if isinstance(shape, (list, tuple)) else 0), x.dim()):
        view = view.collapsed(axis, range(x.shape[axis]))
    return view


def by_groups(view, x, out, *_):
    return view.all_collapsed(x.shape)


def softmax(view, x, out, axis, *_):
    return view.collapsed(axis % x.dim(), range(x.shape[axis]))


def reshaped(view, x, out, *_):
    """Kept: axes of the same length behind as many cells, and axes joined with smaller ones behind them. The rest is seen whole."""
    before = {prod(out.shape[:i]): i for i in range(out.dim() - 1, -1, -1)}
    places = {}
    for axis in sorted(view.axes):
        at, length = before.get(prod(x.shape[:axis])), x.shape[axis]
        while at is not None and out.shape[at] == 1 and length > 1:
            at += 1
        if at is None or at in places.values() or out.shape[at] % length:
            view = view.collapsed(axis, range(length))
            continue
        if out.shape[at] > length:
            finer = out.shape[at] // length
            view = view.through(axis, lambda o, finer=finer: [o // finer], Fraction(1, finer))
        places[axis] = at
    return view.moved(places)


def permuted(view, x, out, order):
    return view.moved({old % x.dim(): new for new, old in enumerate(order)})


def swapped(view, x, out, a=0, b=1):
    a, b = a % x.dim(), b % x.dim()
    return view.moved({i: {a: b, b: a}.get(i, i) for i in range(x.dim())})


def expanded(view, x, out, *_, **__):
    more = out.dim() - x.dim()
    return view.moved({i: i + more for i in range(x.dim())})


def sliced(view, x, out, axis=0, start=None, end=None, step=1):
    axis, start = axis % x.dim(), start or 0
    start = max(start + x.shape[axis], 0) if start < 0 else start
    return view.through(axis, lambda o: [start + o * step], step) if axis in view.axes else view


def selected(view, x, out, axis, index):
    axis, index = axis % x.dim(), index % x.shape[axis]
    view = view.collapsed(axis, range(index, index + 1))
    return view.moved({i: i - (i > axis) for i in range(x.dim()) if i != axis})


def parted(view, x, out, sizes, axis=0):
    return view.collapsed(axis % x.dim(), range(x.shape[axis]))


def unbound(view, x, out, axis=0):
    axis %= x.dim()
    return view.collapsed(axis, range(x.shape[axis])).moved({i: i - (i > axis) for i in range(x.dim())})


def concatenated(views, tensors, out, axis=0):
    axis %= out.dim()
    views = [v.collapsed(axis, range(t.shape[axis])) for v, t in zip(views, tensors)]
    return joined(views, [t.shape[:axis] + (1,) + t.shape[axis + 1 :] for t in tensors])


def multiplied(views, tensors, out):
    """Matrix products: the last axis of the first and the last but one of the second are summed over."""
    rows, columns = [view.collapsed(t.dim() - 1 - second, range(t.shape[t.dim() - 1 - second]))
                     for second, (view, t) in enumerate(zip(views, tensors))]  # fmt: skip
    return joined([rows, columns], [(*tensors[0].shape[:-1], 1), (*tensors[1].shape[:-2], 1, tensors[1].shape[-1])])


def attended(views, tensors, out):
    """softmax(q kᵀ) v: the places of q remain, all places of k and v are seen."""
    q, *others = views
    q = q.collapsed(tensors[0].dim() - 1, range(tensors[0].shape[-1]))
    others = [v.all_collapsed(t.shape) for v, t in zip(others, tensors[1:])]
    return joined([q, *others], [out.shape] * len(views))


def shuffled(view, x, out, factor):
    """Pixels out of channels: each output cell reads the cell that it lies in."""
    return slide(view, x.shape, [(lambda o: [o // factor], Fraction(1, factor))] * 2)


def unshuffled(view, x, out, factor):
    return slide(view, x.shape, [reach.convolution(factor, factor, 0)] * 2)


ONE = {
    "convolution": convolution, "_convolution": convolution, "mean": reduced, "sum": reduced, "amax": reduced, "amin": reduced,
    "var": reduced, "std": reduced, "var_mean": reduced, "linalg_vector_norm": lambda view, x, out, p, *rest: reduced(view, x, out, *rest),
    "max_pool2d_with_indices": pool, "max_pool3d_with_indices": pool, "max_pool1d": pool, "avg_pool1d": pool, "avg_pool2d": pool,
    "avg_pool3d": pool, "_adaptive_avg_pool2d": adaptive, "_adaptive_avg_pool3d": adaptive, "adaptive_avg_pool1d": adaptive,
    "adaptive_max_pool2d": adaptive, "adaptive_max_pool3d": adaptive, "upsample_nearest1d": nearest, "upsample_nearest2d": nearest,
    "upsample_nearest3d": nearest, "upsample_linear1d": linear, "upsample_bilinear2d": linear, "upsample_trilinear3d": linear,
    "constant_pad_nd": padded, "reflection_pad1d": padded, "reflection_pad2d": padded, "replication_pad1d": padded,
    "replication_pad2d": padded, "native_layer_norm": normalised, "native_group_norm": by_groups, "_softmax": softmax,
    "_log_softmax": softmax, "view": reshaped, "_unsafe_view": reshaped, "reshape": reshaped, "unsqueeze": reshaped,
    "squeeze": reshaped, "permute": permuted, "transpose": swapped, "t": swapped, "expand": expanded, "slice": sliced,
    "pixel_shuffle": shuffled, "pixel_unshuffle": unshuffled,
    "select": selected, "split": parted, "split_with_sizes": parted, "unbind": unbound,
}  # fmt: skip
MANY = {"mm": multiplied, "bmm": multiplied, "_scaled_dot_product_flash_attention_for_cpu": attended}


def follow(name, pointwise, views, tensors, arguments, keywords, out):
    """The view of an operation's result, or None where no rule says.

    views: of the tensors that carry one; tensors: these; arguments: all others, in order, behind the first tensor.
    """
    if name in ONE and len(views) == 1:
        return ONE[name](views[0], tensors[0], out, *arguments, **keywords)
    if name == "cat":
        return concatenated(views, tensors, out, *arguments)
    if name in MANY:
        return MANY[name](views, tensors, out)
    if pointwise or name in SAME:
        return joined(views, [t.shape for t in tensors])
    return None

