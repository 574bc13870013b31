"""The lines of PyTorch of operators whose weights or statistics come from data. See pytorch.py.

The lines are expressions in the names of the operator's own arguments, with b for bias; of a
normalisation, w and b are scale and shift.
"""

import numpy as np

from convlib import arguments
from convlib.ops import pytorch


def lightweight(x, w, bias=None, *, padding="same", softmax=True):
    """The line that answers as lightweight does.

    >>> import numpy as np
    >>> lightweight(np.ones((4, 9)), np.ones((2, 3)))
    'F.conv1d(x, w.softmax(-1).repeat_interleave(2, 0).unsqueeze(1), padding=1, groups=4)'
    """
    channels, taps = x.shape[-2], w.shape[1]
    name = "w.softmax(-1)" if softmax else "w"
    return pytorch.convolution(
        x,
        w[:, None],
        bias,
        padding=(arguments.sequence_sides(padding, taps),),
        groups=channels,
        weight=f"{name}.repeat_interleave({channels // len(w)}, 0).unsqueeze(1)",
    )


def dynamic(
    x,
    w,
    bias=None,
    *,
    heads,
    w_bias=None,
    query=None,
    padding="causal",
    softmax=True,
    renormalize=False,
):
    """The line that answers as dynamic does: taps (..., heads, T, K), times windows.

    >>> import numpy as np
    >>> dynamic(np.ones((4, 9)), np.ones((6, 4)), heads=2, softmax=False).split(" * ")
    ['(F.pad(x, (2, 0)).unfold(-1, 3, 1).unflatten(-3, (2, 2))',
     '(w @ x).unflatten(-2, (2, 3)).transpose(-1, -2).unsqueeze(-3)).sum(-1).flatten(-3, -2)']
    """
    channels, length = x.shape[-2:]
    taps = len(w) // heads
    sides = arguments.sequence_sides(padding, taps)
    scores = "w @ x" if query is None else "w @ query"
    if w_bias is not None:
        scores += " + w_bias.unsqueeze(-1)"
    made = f"({scores}).unflatten(-2, ({heads}, {taps})).transpose(-1, -2)"
    if renormalize:
        made = f"({made} + F.pad(x.new_ones({length}), {sides}).unfold(-1, {taps}, 1).log())"
    if softmax:
        made += ".softmax(-1)"
    met = f"F.pad(x, {sides}).unfold(-1, {taps}, 1).unflatten(-3, ({heads}, {channels // heads}))"
    line = f"({met} * {made}.unsqueeze(-3)).sum(-1).flatten(-3, -2)"
    return line if bias is None else f"{line} + b.unsqueeze(-1)"


def attention(q, k, v):
    """The line that answers as attention does, in the names of its arguments."""
    return "F.scaled_dot_product_attention(q, k, v)"


def multi_head_attention(x, w_q, w_k, w_v, w_o, *, heads):
    """The line that answers as multi_head_attention does."""
    q, k, v = (
        f"(x @ {name}.T).unflatten(-1, ({heads}, -1)).transpose(-2, -3)"
        for name in ("w_q", "w_k", "w_v")
    )
    answers = f"F.scaled_dot_product_attention({q}, {k}, {v})"
    return f"{answers}.transpose(-2, -3).flatten(-2) @ w_o.T"


def batch_norm(x, scale=None, shift=None, *, eps=1e-5, mean=None, variance=None):
    """The line that answers as batch_norm does.

    >>> import numpy as np
    >>> batch_norm(np.ones((2, 3)), eps=0.1)
    'F.batch_norm(x, None, None, training=True, eps=0.1)'
    """
    if mean is None:
        return _normalisation("batch_norm", ["None", "None"], scale, shift, eps, ["training=True"])
    return _normalisation("batch_norm", ["mean", "variance"], scale, shift, eps)


def group_norm(x, groups, scale=None, shift=None, *, eps=1e-5):
    """The line that answers as group_norm does.

    >>> import numpy as np
    >>> group_norm(np.ones((2, 4, 3)), 2, np.ones(4), np.ones(4))
    'F.group_norm(x, 2, weight=w, bias=b)'
    """
    return _normalisation("group_norm", [str(groups)], scale, shift, eps)


def layer_norm(x, scale=None, shift=None, *, eps=1e-5):
    """The line that answers as layer_norm does. torch takes a number for each place.

    >>> import numpy as np
    >>> layer_norm(np.ones((2, 4, 3)), np.ones((4, 3)), np.ones(4))
    'F.layer_norm(x, (4, 3), weight=w, bias=b.reshape(-1, 1).expand(4, 3))'
    """
    sample = x.shape[1:]
    everywhere = f".reshape(-1{', 1' * (len(sample) - 1)}).expand{sample}"
    names = ("" if np.ndim(each) == len(sample) else everywhere for each in (scale, shift))
    return _normalisation("layer_norm", [str(sample)], scale, shift, eps, (), *names)


def instance_norm(x, scale=None, shift=None, *, eps=1e-5):
    """The line that answers as instance_norm does.

    >>> import numpy as np
    >>> instance_norm(np.ones((2, 4, 3)))
    'F.instance_norm(x)'
    """
    return _normalisation("instance_norm", [], scale, shift, eps)


def _normalisation(name, positional, scale, shift, eps, more=(), of_scale="", of_shift=""):
    said = [
        *([] if scale is None else [f"weight=w{of_scale}"]),
        *([] if shift is None else [f"bias=b{of_shift}"]),
        *more,
        *([] if eps == 1e-5 else [f"eps={eps}"]),
    ]
    return f"F.{name}({', '.join(['x', *positional, *said])})"
