"""The player: a stage with sliders. Whatever they say, there is a picture or the operator's own message."""

import contextlib
import io
import re
from pathlib import Path

import ipywidgets as widgets

from convlib.arguments import whole

from .beside import Beside
from .complaint import said
from .controls import NONE, WIDE, Routes, make_control
from .picture import ORDERS, known_order, notice, picture
from .shown import hold, known
from .stage import Stage, bundle
from .trace import name, trace
from .values import drawn, edited, from_text, like, to_text, turn


def play(op, x, w=None, *, beside=None, against=None, clock="step", step=0, order="output", caption="", frame=(), matrix=False, **controls):
    """Show what `op(x, w, ...)` does, with sliders for its parameters.

    op: any function of arrays or tensors. x, w: what it is given, or functions of controls that make them.
    controls: (min, max), a bool or a list make a slider, a switch or a menu, as in `ipywidgets.interact`; any other
    value is passed on as it is, and a function of controls as what it makes of them. Every function gets the controls
    that it names. beside: a function of controls that returns a matplotlib Figure to stand beside the picture.
    against: another operator; the first output in which the two differ is ringed. clock: the control that the play
    button moves. step: the one to begin with. order, caption, frame, matrix: as in `picture`; caption and frame may be
    functions of controls, caption of `step` too.

    Returns a widget with `.controls[name]`, `.step` and `.stage`.

    Raises ValueError for a control that no function takes. What the operator raises is shown in place of the picture.

    >>> from convlib import cross_correlate, hook, letter_f
    >>> play(cross_correlate, letter_f(), hook(), dilation=(1, 4))
    cross_correlate 7×7 * 3×3 -> 5×5, 25 steps · ...
    """
    makers = {"x": x, "w": w, "beside": beside, "caption": caption, "frame": frame}
    return Player(op, makers, against, clock, whole("step", step, 0), order, matrix, controls)


class Player(widgets.VBox):
    """What `play` returns."""

    def __init__(self, op, makers, against, clock, step, order, matrix, given):
        before = known()
        self.op, self.against, self.matrix = op, against, matrix
        self.routes = Routes(op, makers, against, given)
        made = {n: make_control(n, v, self.routes.defaults.get(n, NONE)) for n, v in given.items()}
        self.controls = {n: control for n, control in made.items() if control is not None}
        self.guests = [control for n, control in self.controls.items() if control is given[n]]  # a learner's own
        self.fixed = {n: v for n, v in given.items() if n not in self.controls}
        self.changed, self.seed, self.picture, self.busy = {}, 0, None, False
        self.stage, self.step = Stage(editable=True), widgets.IntSlider(step, 0, step, description="step", style=WIDE)
        self.flip = widgets.Checkbox(description="flip the kernel", indent=False, layout={"width": "150px", "margin": "2px 20px 2px 6px"})
        names = ("output by output", "input by input", "side by side")
        self.order = widgets.ToggleButtons(options=list(zip(names, ORDERS))[: 2 if hasattr(op, "traced") else 3], value=known_order(order))
        self.order.style = {"button_width": "auto"}
        self.beside = Beside(makers["beside"], self.stage) if makers["beside"] else None
        super().__init__(self.rows(makers["w"] is not None, clock))
        self.add_class("convlib-player")
        for control in (*self.controls.values(), self.flip, self.order):
            control.observe(self.react, "value")
        self.stage.on_msg(self.edit_cell)
        self.update()
        hold(self, made_after=before)

    def rows(self, has_kernel, clock):
        """The widgets, row by row, and the links that work without a kernel."""
        self.stage.interval = 500 if clock == "step" else 100
        pause = widgets.IntSlider(self.stage.interval, 100, 1500, 100, description="pause, ms", style=WIDE, layout={"width": "240px"})
        start = widgets.ToggleButton(description="Play" if clock == "step" else f"Play {clock}", icon="play").add_class("convlib-play")
        start.layout = widgets.Layout(width="auto", min_width="90px")
        self.step.add_class("convlib-step")
        self.step.layout = widgets.Layout(width="auto", flex="1 1 260px", max_width="560px")
        self.clocked = self.step if clock == "step" else self.controls.get(clock)
        if not isinstance(self.clocked, widgets.IntSlider) or self.clocked.min:
            raise ValueError(f"clock {clock!r} is no control with whole numbers from 0")
        self.links = [widgets.jslink(*pair) for pair in (
            ((self.step, "value"), (self.stage, "step")), ((self.clocked, "value"), (self.stage, "tick")),
            ((start, "value"), (self.stage, "playing")), ((pause, "value"), (self.stage, "interval")))]  # fmt: skip
        row = lambda children: widgets.Box(children, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))  # noqa: E731
        rows = [row([start, self.step, pause]), row(list(self.controls.values())), row([self.flip] * has_kernel + [self.order])]
        self.editors = {key: self.editor(key) for key in "xw"[: 1 + has_kernel]}
        stage = self.stage
        if self.beside:
            stage.layout = widgets.Layout(flex="1 1 0px", width="auto")
            stage = row([self.stage, self.beside.image])
            # a figure with no room at the side stands above, near the sliders; reversed, the end is the top
            stage.layout.flex_flow, stage.layout.align_items = "row wrap-reverse", "flex-end"
        panel = widgets.Accordion([row([e for editors in self.editors.values() for e in editors])], titles=("edit the numbers",))
        return [r for r in rows if r.children] + [stage, panel]

    def editor(self, key):
        label = {"x": "input", "w": "kernel"}[key]
        text = widgets.Textarea(description=label, continuous_update=False, style=WIDE, layout={"width": "320px", "height": "130px"})
        again, back = widgets.Button(description=f"draw {label} again"), widgets.Button(description=f"first {label}")
        text.observe(lambda change: self.edit_text(key, change["new"]), "value")
        again.on_click(lambda _: self.draw_again(key))
        back.on_click(lambda _: self.change(key, None))
        return text, widgets.VBox([again, back])

    def values(self):
        return self.fixed | {n: c.value for n, c in self.controls.items()}

    def react(self, change):
        if not self.busy:
            self.update(made_anew={key for key in "xw" for n in self.routes.named[key] if self.controls.get(n) is change["owner"]})

    def update(self, made_anew=()):
        """Ask the operator and show its answer, or show why there is none."""
        for key in made_anew:
            self.changed.pop(key, None)
        first = self.picture is None and not self.stage.message  # what a function prints is heard once
        faults = (Exception,) if first else (Exception, KeyboardInterrupt)  # a learner's function may raise anything
        with contextlib.nullcontext() if first else contextlib.redirect_stdout(io.StringIO()):
            try:
                values = self.values()
                given = {k: self.changed.get(k, self.routes.make(k, values)) for k in "xw"}
                passed = {n: self.routes.make(n, values) for n in self.routes.to_op}
                answer = self.trace(self.op, given, passed)
                other = self.trace(self.against, given, {n: passed[n] for n in self.routes.to_against}) if self.against else None
                order = self.order.value
                count = max(1, answer.x.size if order == "input" else answer.value.size)
                around = {key: self.routes.make(key, values) for key in ("caption", "frame")}
                drawing = picture(answer, order=order, step=min(self.step.value, count - 1), against=other, matrix=self.matrix, **around)
                self.show(drawing, answer, given, passed)
                if self.beside:
                    self.beside.ask({n: values[n] for n in self.routes.named["beside"] if n in values})
            except faults as error:
                self.busy = False
                self.stage.complain(said(error))

    def trace(self, op, given, passed):
        if not self.flip.value:
            return trace(op, given["x"], given["w"], **passed)
        turned = lambda x, w, **p: op(x, turn(w), **p)  # noqa: E731
        turned.__name__ = name(op)
        return trace(turned, given["x"], given["w"], **passed)

    def show(self, drawing, answer, given, passed):
        self.picture, self.given, self.numbers, self.busy = drawing, given, {"x": answer.x, "w": answer.w}, True
        if self.beside:  # side by side where the picture need not shrink by more than a third
            self.stage.layout.min_width = f"{0.66 * drawing.width:.0f}px"
        self.stage.show(drawing, self.line_of_pytorch(answer, passed))
        self.step.max, self.step.value = drawing.steps - 1, drawing.step
        self.stage.ticks = self.clocked.max + 1
        for key, (text, _) in self.editors.items():
            text.value = to_text(self.numbers[key])
        self.busy = False

    def line_of_pytorch(self, answer, passed):
        """The line that computes this picture, for operators that carry one."""
        if not hasattr(self.op, "pytorch"):
            return ""
        line = self.op.pytorch(*(a for a in (answer.x, answer.w) if a is not None), **passed)
        if not self.flip.value:
            return line
        return re.sub(r"\bw\b", f"w.flip({', '.join(str(-1 - i) for i in range(answer.w.ndim - 2))})", line)

    def change(self, key, numbers):
        """Take new numbers for the input or the kernel, or the first ones again."""
        self.changed.pop(key, None)
        if numbers is not None:
            self.changed[key] = like(self.given[key], numbers)
        self.update()

    def draw_again(self, key):
        self.seed += 1
        self.change(key, drawn(self.numbers[key], self.seed))

    def edit_text(self, key, text):
        if self.busy:
            return
        try:
            self.change(key, from_text(text, self.numbers[key].shape, {"x": "input", "w": "kernel"}[key]))
        except ValueError as error:
            self.stage.message = str(error)

    def edit_cell(self, _, content, buffers):
        try:
            key, *index = content["cell"].split("-")
            self.change(key, edited(self.numbers[key], tuple(map(int, index)), content["value"], {"x": "input", "w": "kernel"}[key]))
        except (KeyError, IndexError, ValueError) as error:
            self.stage.message = str(error)

    def save(self, path, **options):
        """Write what the player shows now, as `Picture.save` does; a .png shows the step of the slider."""
        if Path(path).suffix == ".png":
            options = {"step": self.step.value} | options
        (self.picture or notice(self.stage.message)).save(path, **options)

    def __repr__(self):
        return repr(self.picture or notice(self.stage.message))

    def _repr_mimebundle_(self, **_):
        return bundle(self, self.picture or notice(self.stage.message))
