"""Sliders and switches for the parameters of functions, and which function gets the value of which."""

import difflib
import inspect

import ipywidgets as widgets
from ipywidgets.widgets.interaction import interactive

LOOKING_ON = ("beside", "caption", "frame")
WIDE, NONE = {"description_width": "initial"}, inspect.Parameter.empty


def make_control(name, given, default=NONE):
    """A widget for (min, max), (min, max, step), a bool, a list or a dict, as in `ipywidgets.interact`; None for other values."""
    numbers = isinstance(given, tuple) and len(given) in (2, 3) and all(isinstance(v, (int, float)) for v in given)
    if not (numbers or isinstance(given, (bool, list, dict, widgets.ValueWidget))):
        return None
    control = interactive.widget_from_abbrev(given, default)
    control.description, control.style = name, WIDE
    if isinstance(control, widgets.FloatSlider):
        control.readout_format = f".{len(str(control.step).partition('.')[2])}f"  # as many places as a step has
    control.layout = widgets.Layout(width="auto", min_width="240px", margin="2px 14px 2px 8px")
    return control


def parameters(function, arrays=0):
    """{name: default} of a function's parameters behind the arrays that it is given; None where it takes any, or will not say."""
    try:
        known = list(inspect.signature(function).parameters.values())[arrays:]
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_KEYWORD for p in known):
        return None
    return {p.name: p.default for p in known if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}


class Routes:
    """Who gets which control: every function those that it names.

    An operator that takes any parameter (**others) gets what nobody else names.
    """

    def __init__(self, op, makers, against, controls):
        values = {name: v for name, v in controls.items() if callable(v) and not isinstance(v, widgets.Widget)}
        self.makers = makers | values
        self.named = {key: (parameters(f) or {}) if callable(f) else {} for key, f in self.makers.items()}
        taken = {name for key in ("x", "w", *values) for name in self.named[key]}
        seen = {name for key in LOOKING_ON for name in self.named[key]}
        arrays = 1 if makers["w"] is None else 2
        known = [parameters(f, arrays) for f in (op, against) if f is not None]
        self.to_op = set(controls) - taken - seen if known[0] is None else set(controls) & set(known[0])
        self.to_against = self.to_op if against is None or known[1] is None else self.to_op & set(known[1])
        for name in controls:
            if name not in self.to_op | taken | seen:
                near = difflib.get_close_matches(name, [*(known[0] or ()), *taken, *seen], 1)
                hint = f": did you mean {near[0]!r}?" if near else ""
                looking = "x, w or " + ", ".join(LOOKING_ON)
                raise ValueError(f"control {name!r} is a parameter neither of {getattr(op, '__name__', op)} nor of {looking}{hint}")
        self.defaults = {}
        for source in (known[0] or {}, *self.named.values()):
            self.defaults |= {name: value for name, value in source.items() if name in controls and value is not NONE}

    def make(self, key, values):
        """The value that is given, or that the given function makes of the controls' values; a caption may also name the step."""
        given = self.makers.get(key, values.get(key))
        if not callable(given):
            return given
        known = {name: values[name] for name in self.named[key] if name in values}
        return (lambda step: given(step=step, **known)) if key == "caption" and "step" in self.named[key] else given(**known)
