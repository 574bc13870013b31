"""The stage's script: one string, as a widget brings no more than that, with the style that has to stand inside its shadow root."""

import json
from pathlib import Path


def read(name):
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


SCRIPTS = ("spoken.js", "tend.js", "kernel.js", "stage.js")
PROGRAM = "\n".join([f"const style = {json.dumps(read('stage.css'))};", *map(read, SCRIPTS)])
