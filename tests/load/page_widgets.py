"""What a browser knows of a page's widgets: their models, the players among them, and how one of their sliders is moved."""

REFERENCE = "IPY_MODEL_"
SLIDERS = {"IntSliderModel", "FloatSliderModel", "SelectionSliderModel"}


class Models:
    """The models that the kernel has opened on a page, {id: state}, kept up to date from its messages."""

    def __init__(self):
        self.states = {}

    def take(self, message):
        """Note what a message of the IOPub channel says of a model."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open" and content["target_name"] == "jupyter.widget":
            self.states[content["comm_id"]] = dict(content["data"]["state"])
        elif kind == "comm_msg" and content["data"].get("method") in ("update", "echo_update"):
            self.states.get(content["comm_id"], {}).update(content["data"]["state"])

    def children(self, model):
        return [child.removeprefix(REFERENCE) for child in self.states.get(model, {}).get("children", [])]

    def below(self, model):
        return [each for child in self.children(model) for each in (child, *self.below(child))]

    def is_stage(self, model):
        return "svg" in self.states[model] and "stale" in self.states[model]

    def parameters(self):
        """[(slider, stage of its player), ...]: those that ask the kernel for another picture; the row with the step does not."""
        found = []
        for player, state in self.states.items():
            if "convlib-player" in state.get("_dom_classes", ()):
                stage = next(model for model in self.below(player) if self.is_stage(model))
                asking = [model for row in self.children(player) if not self.has_step(row) for model in self.below(row)]
                found += [(model, stage) for model in asking if self.states[model]["_model_name"] in SLIDERS]
        return found

    def has_step(self, row):
        return any("convlib-step" in self.states[model].get("_dom_classes", ()) for model in self.below(row))

    def moved(self, slider, draw):
        """The change of state of a slider that is put somewhere else; draw(n) picks one of 0..n-1. None where there is nowhere else."""
        state = self.states[slider]
        if state["_model_name"] == "SelectionSliderModel":
            places, name = list(range(len(state["_options_labels"]))), "index"
        else:
            low, high, step = state["min"], state["max"], state["step"]
            places, name = [low + i * step for i in range(round((high - low) / step) + 1)], "value"
        others = [place for place in places if place != state[name]]
        return {name: others[draw(len(others))]} if others else None


def update(comm, state):
    """The content of the message with which jupyter-widgets tells the kernel of a change."""
    return {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}}


def shows_a_widget(message):
    """Does this output hold the view of a widget?"""
    return "application/vnd.jupyter.widget-view+json" in message["content"].get("data", {})
