"""Runs a model once and writes down what happens: a row for each layer, with its cost and what it sees of the input."""

from dataclasses import dataclass, field, replace
from math import prod

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from torch.utils.weak import WeakTensorKeyDictionary

from convlib.network.reach import Reach
from convlib.network.rules import MANY, follow
from convlib.network.view import View

JOINS, READS = ("add", "cat", "mul", "sub"), ("_local_scalar_dense", "is_nonzero", "nonzero", "equal")
WITH_BIAS = {"addmm": "mm", "baddbmm": "bmm"}  # what they are behind their first tensor
FUNCTIONS = ("convolution", "mm", "bmm", "mean", "pool", "upsample", "attention")  # that are layers where no module wraps them


@dataclass
class Row:
    """One layer: what it is, what it costs, and the View of what it returns."""

    name: str
    kind: str
    setting: str = ""
    output: tuple = ()
    parameters: int = 0
    macs: int = 0
    view: View | None = None
    path: str = ""  # where several meet: the one with the largest field


@dataclass
class Watch(TorchDispatchMode):
    """Follows every operation while a model runs."""

    model: torch.nn.Module
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.views, self.within, self.counted = WeakTensorKeyDictionary(), [], set()
        self.names = {module: name or "model" for name, module in self.model.named_modules()}

    def run(self, x):
        """The output of the model, which is left as it was."""
        self.views[x] = View({i: (i - 2, Reach()) for i in range(2, x.dim())}, {}, tuple(x.shape[2:]), "input")
        hooks = [hook for module in self.names for hook in (
            module.register_forward_pre_hook(self.enter), module.register_forward_hook(self.leave))]  # fmt: skip
        try:
            with torch.no_grad(), self:
                return self.model(x)
        finally:
            for hook in hooks:
                hook.remove()

    def enter(self, module, arrived):
        shapes = [tuple(a.shape) for a in arrived if isinstance(a, torch.Tensor)]
        self.within.append((module, shapes, Row(self.names[module], type(module).__name__)))
        own = [p for p in module.parameters(recurse=False) if p not in self.counted]
        self.counted.update(own)
        self.within[-1][-1].parameters = sum(p.numel() for p in own)
        if is_leaf(module) and arrived and isinstance(arrived[0], torch.Tensor) and arrived[0] not in self.views:
            self.note(f"{self.names[module]} ({type(module).__name__}): what it gets does not come from the input by operations of torch")

    def leave(self, module, arrived, result):
        _, _, row = self.within.pop()
        result = result[0] if isinstance(result, (tuple, list)) else result
        leaf = is_leaf(module)
        if leaf or row.parameters or row.macs:
            if isinstance(result, torch.Tensor):
                row.output, row.view = tuple(result.shape[1:]), self.views.get(result)
                if row.view and leaf:
                    self.views[result] = replace(row.view, via=row.name)
            self.rows.append(row)

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    @property
    def failed(self):
        """The innermost layer that was entered and not left, and what arrived there."""
        return self.within[-1] if self.within else (self.model, [], Row("model", type(self.model).__name__))

    @property
    def here(self):
        """The layer that runs now, and whether it is a module without parts of its own."""
        module, _, row = self.within[-1]
        return row, is_leaf(module)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        if self.within:
            self.saw(function, args, kwargs or {}, out)
        return out

    def saw(self, function, args, kwargs, out):
        name, outs = function.overloadpacket.__name__, out if isinstance(out, (tuple, list)) else [out]
        row, leaf = self.here
        given = [a for a in flat(args) if isinstance(a, torch.Tensor)]
        views = [self.views.get(a) for a in given]
        if name in READS and any(views):
            return self.note(f"{row.name}: forward looks at a number that it computed; another input may take another way")
        outs = [o for o in outs if isinstance(o, torch.Tensor)]
        count = flop_registry.get(function.overloadpacket)
        cost = count(*args, **kwargs, out_val=out) // 2 if count else 0
        if not outs or not any(views):
            row.macs += cost
            return
        view = self.followed(function, name, args, kwargs, given, views, outs[0], row)
        meet = sum(v is not None for v in views) > 1 and name.rstrip("_") in JOINS
        if not leaf and (meet or cost or any(part in name for part in FUNCTIONS)):
            row = Row(f"{row.name}.{name}" if row.name != "model" else name, "function")
            self.rows.append(row)
            row.output, row.view = tuple(outs[0].shape[1:]), view
            view = replace(view, via=view.via if meet else row.name)
        if meet and len({v.area() for v in views if v}) > 1:
            row.path = max((v for v in views if v), key=View.area).via
        row.macs += cost
        row.setting = row.setting or setting(name, args)
        for each in outs:
            self.views[each] = view

    def followed(self, function, name, args, kwargs, given, views, out, row):
        if name in WITH_BIAS:
            name, given, views, args = WITH_BIAS[name], given[1:], views[1:], args[1:]
        if name in MANY:
            pairs = [(v or View(size=next(v.size for v in views if v)), g) for v, g in zip(views, given)]
        else:
            pairs = [(v, g) for v, g in zip(views, given) if v]
        known, tensors = [v for v, _ in pairs], [g for _, g in pairs]
        rest = [] if isinstance(args[0], (list, tuple)) and name != "cat" else list(args[1:])
        view = follow(name, torch.Tag.pointwise in function.tags, known, tensors, rest, kwargs, out)
        if view is None:
            self.note(f"{row.name}: {name} is not known here; its output is taken to see all that its inputs see")
            view = known[0].all_collapsed(tensors[0].shape)
        return view


def is_leaf(module):
    """Whether a module has no parts of its own."""
    return next(module.children(), None) is None


def flat(args):
    for a in args:
        yield from a if isinstance(a, (list, tuple)) else [a]


def times(values):
    values = [values] if isinstance(values, int) else list(values)
    return str(values[0]) if len(set(values)) == 1 else "×".join(map(str, values))


def setting(name, args):
    """Kernel, stride, padding, dilation and groups, those that are not the usual ones."""
    if name == "convolution":
        _, w, _, stride, padding, dilation, _, _, groups = args
        parts = ["×".join(map(str, w.shape[2:]))]
        known = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1), "groups": ([groups], 1)}
    elif "_pool" in name and "adaptive" not in name:
        _, kernel, stride, padding = (*args, [], 0)[:4] if len(args) < 4 else args[:4]
        kernel = [kernel] if isinstance(kernel, int) else kernel
        parts, known = ["×".join(map(str, kernel))], {"stride": (stride or kernel, 1), "padding": (padding, 0)}
    else:
        return ""
    values = {key: times(value) for key, (value, usual) in known.items() if prod([usual]) != value and times(value) != str(usual)}
    return ", ".join(parts + [f"{key} {value}" for key, value in values.items()])
