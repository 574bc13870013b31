"""Executes notebooks in their folder and writes them in the form that is committed.

python tools/execute_notebooks.py [notebooks/01_....ipynb ...]      without names: all of notebooks/

An output keeps its still (image/png) and its text; widget views and widget state go, as does all that changes from run to run.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"


def execute(path):
    """Runs the notebook at `path` as a person would, top to bottom in its own folder, and writes it back."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=60, record_timing=False, coalesce_streams=True, resources=place).execute()
    normalise(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def normalise(notebook):
    """Takes out, in place, what must not be committed."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(notebook.cells):
        # The generated ids differ from run to run; a place in the notebook does not.
        cell.id = f"cell-{number:02}"
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET, None)
            # a widget without a still or a text of its own leaves nothing behind
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]


def main(names):
    every = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    for path in [Path(name) for name in names] or every:
        start = time.perf_counter()
        execute(path.resolve())
        print(f"{path.name}: {time.perf_counter() - start:.1f} s, {path.stat().st_size / 1000:.0f} KB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
