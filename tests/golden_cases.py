"""Answers that others computed, read from tests/golden: see golden/README.md."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

GOLDEN = Path(__file__).parent / "golden"


def cases(folder="."):
    """Every case of a folder: its record, and its inputs and outputs by name."""
    for path in sorted((GOLDEN / folder).glob("*.json")):
        with np.load(path.with_suffix(".npz")) as arrays:
            for record in json.loads(path.read_text(encoding="utf-8")):
                inside, outside = f"{record['name']}.in.", f"{record['name']}.out."
                yield SimpleNamespace(
                    **record,
                    inputs={k.removeprefix(inside): arrays[k] for k in arrays if k.startswith(inside)},
                    outputs={k.removeprefix(outside): arrays[k] for k in arrays if k.startswith(outside)},
                )
