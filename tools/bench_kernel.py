"""What needs no browser: the operators, the picture, the import, the notebooks."""

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from bench_figure import draw_png
from nbclient import NotebookClient
from threadpoolctl import threadpool_limits

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
# Linux counts the peak of this process alone in VmHWM; elsewhere the operating system's own count has to do.
PEAK = """
def peak_megabytes():
    import resource, sys
    if sys.platform == "linux":
        return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
"""
IMPORT = PEAK + """
import json, sys, time
start = time.perf_counter()
import convlib
seconds = time.perf_counter() - start
print(json.dumps([seconds, peak_megabytes(), "torch" in sys.modules, "matplotlib.pyplot" in sys.modules]))
"""


def best(function, repeats=7, seconds=0.5):
    """The shortest of several runs: what the code takes when nothing else takes the machine."""
    times, end = [], time.perf_counter() + seconds
    while len(times) < repeats or time.perf_counter() < end:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def operator_rows():
    import torch

    from convlib import cross_correlate

    torch.set_num_threads(1)
    draw = np.random.default_rng(0).standard_normal
    cases = [("16 -> 32 channels, 128², 3×3", 2.5, (1, 16, 128, 128), (32, 16, 3, 3)),
             ("3 -> 64 channels, 224², 7×7", 2.5, (1, 3, 224, 224), (64, 3, 7, 7)),
             ("1 -> 1 channel, 512², 3×3 (1 is the aim)", 1, (1, 1, 512, 512), (1, 1, 3, 3))]  # fmt: skip
    with threadpool_limits(1):
        for what, budget, shape, kernel in cases:
            x, w = draw(shape).astype(np.float32), draw(kernel).astype(np.float32)
            a, b = torch.from_numpy(x), torch.from_numpy(w)
            ours, theirs = best(lambda x=x, w=w: cross_correlate(x, w)), best(lambda a=a, b=b: torch.nn.functional.conv2d(a, b))
            yield f"cross_correlate / torch, one thread: {what}", ours / theirs, budget, "×"
        x, w = draw((512, 512)), draw((3, 3))
        ours, loop = best(lambda: cross_correlate(x[None], w[None, None])), best(lambda: double_loop(x, w), repeats=1, seconds=0)
        yield "cross_correlate / textbook double loop, 512²", ours / loop, 1 / 300, "×"


def double_loop(x, w):
    k = len(w)
    out = np.zeros((len(x) - k + 1, len(x[0]) - k + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i : i + k, j : j + k] * w).sum()
    return out


def picture_rows():
    from convlib import cross_correlate, hook, letter_f, picture, trace

    x, w = letter_f(), hook()
    y = cross_correlate(x, w)
    ours = best(lambda: picture(trace(cross_correlate, x, w)).svg)
    theirs = best(lambda: draw_png(x[0], w[0, 0], y[0], 12), repeats=5)
    yield "trace + SVG, 7×7 with 3×3, all 25 steps", 1000 * ours, 10, "ms"
    yield "the same / matplotlib drawing one step of it", ours / theirs, 0.1, "×"
    yield "size of that SVG", len(picture(trace(cross_correlate, x, w)).svg) / 1000, 60, "KB"


def import_rows():
    runs = [json.loads(subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout) for _ in range(5)]
    seconds, megabytes, torch, pyplot = min(runs)
    yield "import convlib", seconds, 0.5, "s"
    yield "import convlib, peak memory of the process", megabytes, 120, "MB"
    yield "import convlib, of torch and pyplot imported", torch + pyplot, 0, ""


def run_notebook(path):
    """(seconds, megabytes) of a notebook from top to bottom: start of its kernel included, and the most that kernel ever held."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK + "print(peak_megabytes())"))
    start = time.perf_counter()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    return time.perf_counter() - start, float(notebook.cells[-1].outputs[0].text)


def notebook_rows():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        seconds, megabytes = run_notebook(path)
        yield f"{path.name}: time, kernel start included", seconds, 10, "s"
        yield f"{path.name}: peak memory of its kernel", megabytes, 600, "MB"
