"""What no cell shows any more is closed: a cell that is run again and again fills neither the kernel's memory nor the page's.

ipywidgets keeps every widget that was ever made, in the kernel and in the page, although running a cell again takes
its output away. So each run of a cell notes what it made and showed. When it has run again, what it held before and
no cell holds now is closed. Whoever kept a player in a variable can show it again: it is opened anew.
"""

import ipywidgets as widgets
from IPython import get_ipython
from ipywidgets.widgets.widget import _instances  # every open widget

_held = {}  # cell: what its last run made or showed
_running = []  # what the cell that runs now has made or shown


def known():
    """The ids of the widgets that are open now."""
    return set(_instances)


def hold(widget, made_after=None):
    """The running cell makes or shows `widget`; one that was closed is opened.

    made_after: what was known before the widget; all widgets since then are its parts.
    """
    if made_after is not None:
        widget.parts = [part for key, part in _instances.items() if key not in made_after]
    if widget.comm is None:
        for part in sorted(parts(widget), key=lambda part: not isinstance(part, (widgets.Layout, widgets.Style))):
            part.open()
        for guest in guests(widget):
            guest.observe(widget.react, "value")
            widget.update()  # it may have moved meanwhile
    if here() is not None and widget not in _running:
        events = get_ipython().events
        if let_go not in events.callbacks["post_run_cell"]:
            events.register("post_run_cell", let_go)
        _running.append(widget)


def here():
    """The running cell as (page, cell); None where the front end does not say, or no cell runs: there, nothing is closed."""
    parent = getattr(get_ipython(), "get_parent", dict)() or {}
    cell = parent.get("metadata", {}).get("cellId")
    return cell and (parent["header"]["session"], cell)


def let_go(_):
    """A cell has run: close what it held before and no cell holds now."""
    cell = here()
    if cell is None:
        return
    before = _held.pop(cell, [])
    if _running:
        _held[cell] = _running[:]
        _running.clear()
    boxes = [list(box.children) for box in _instances.values() if isinstance(box, widgets.Box)]  # that a learner made
    still = {id(widget) for held in (*_held.values(), *boxes) for widget in held}
    for widget in before:
        if id(widget) not in still:
            close(widget)


def guests(widget):
    """A learner's own sliders among the controls: they stay open."""
    return getattr(widget, "guests", ())


def parts(widget):
    return getattr(widget, "parts", None) or [widget.layout, widget]


def close(widget):
    """Close the widget with all of its parts, and let Out forget it."""
    in_use = set()
    for guest in guests(widget):
        guest.unobserve(widget.react, "value")
        in_use |= {guest.layout.model_id, guest.style.model_id}
    for part in reversed(parts(widget)):
        if part.comm and part.model_id not in in_use:
            part.close()
    widget.__dict__.pop("_repr_mimebundle_", None)  # closed, it could not be shown again
    shell = get_ipython()
    forgotten = (widget, getattr(widget, "picture", None))
    for number in [n for n, value in shell.user_ns.get("_oh", {}).items() if value is not None and any(value is one for one in forgotten)]:
        del shell.user_ns["_oh"][number]
        for names in (shell.user_ns, shell.user_ns_hidden):
            names.pop(f"_{number}", None)
