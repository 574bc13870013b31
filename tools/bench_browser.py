"""How long the reader waits: from the key to the frame that shows the new picture, in a real JupyterLab."""

import statistics

import nbformat
from lab_page import LabPage, launch
from lab_server import Lab
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
CELLS = [
    "from convlib import *\nx, w = letter_f(), hook()",
    "play(cross_correlate, x, w, dilation=(1, 2))",
    """import sys
sys.path.insert(0, TOOLS)
from ipywidgets import interact
import matplotlib.pyplot as plt
from bench_figure import draw
outputs = {d: cross_correlate(x, w, dilation=d)[0] for d in (1, 2)}
def show(step, dilation):
    draw(x[0], w[0, 0], outputs[dilation], step, dilation, plt.figure(figsize=(9, 4.5)))
    plt.show()
interact(show, step=(0, 8), dilation=(1, 2));""",
    '''import anywidget, ipywidgets, traitlets
class Letter(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
        const root = el.attachShadow({ mode: "open" });
        root.innerHTML = '<b class="picture"></b>';
        model.on("change:text", () => { root.firstChild.textContent = model.get("text"); }); } }"""
    text = traitlets.Unicode().tag(sync=True)
letter, slider = Letter(), ipywidgets.IntSlider(1, 1, 2)
slider.observe(lambda change: setattr(letter, "text", str(change["new"])), "value")
ipywidgets.VBox([slider, letter])''',
]
# Presses a key on a slider and waits for what it changes, again and again: [milliseconds, ...]. Our picture changes in
# a shadow root; interact puts a new <img> into the cell. The clock stops behind the frame in which it is painted.
MEASURE = """async (handle, [keys, part, count]) => {
    const cell = handle.closest(".jp-Cell");
    const host = [...cell.querySelectorAll("*")].find((element) => element.shadowRoot?.querySelector(".picture"));
    const watched = part === "image" ? cell : host.shadowRoot.querySelector(".picture");
    const attributes = {step: ["data-step"], image: ["src"]}[part];
    const what = {childList: part !== "step", subtree: true, ...(attributes && {attributeFilter: attributes})};
    const painted = (ready) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = ready;
        channel.port2.postMessage(null);
    });
    const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
    const times = [];
    handle.focus();
    for (let n = 0; n < count; n++) {
        const before = part === "image" && cell.querySelector(".jp-OutputArea-output img")?.src;
        const changed = new Promise((ready, failed) => {
            setTimeout(() => failed(new Error(`nothing changed after key ${n}`)), 10000);
            const observer = new MutationObserver(() => {
                const image = part === "image" && cell.querySelector(".jp-OutputArea-output img");
                if (part === "image" && (!image || image.src === before)) return;
                observer.disconnect();
                (image ? image.decode() : Promise.resolve()).then(() => painted(ready));
            });
            observer.observe(watched, what);
        });
        const start = performance.now();
        handle.dispatchEvent(new KeyboardEvent("keydown", {key: keys[n % keys.length], bubbles: true, cancelable: true}));
        await changed;
        times.push(performance.now() - start);
        await pause(60 + 7 * (n % 5));  // what is left of the last change ends, and keys do not fall in step with frames
    }
    return times;
}"""


def latency_rows(tools):
    with sync_playwright() as playwright, Lab() as lab:
        browser = launch(playwright)
        cells = [new_code_cell(source.replace("TOOLS", repr(str(tools)))) for source in CELLS]
        nbformat.write(new_notebook(cells=cells, metadata=KERNEL), lab.folder / "bench.ipynb")
        page = LabPage(browser, lab, "bench.ipynb")
        page.run_all()
        cell = page.show_cell(1)
        step, dilation = cell.locator(".convlib-step [role=slider]"), cell.get_by_role("slider", name="dilation", exact=True)
        ours = measure(step, ["ArrowRight"] * 8 + ["ArrowLeft"] * 8, "step", 96)
        changes = measure(dilation, ["ArrowRight", "ArrowLeft"], "picture", 40)
        page.start_in_kernel("import time; time.sleep(25)")
        busy = measure(step, ["ArrowRight"] * 8 + ["ArrowLeft"] * 8, "step", 96)
        page.page.evaluate("window.lastRequest")
        handles = page.show_cell(2).locator("[role=slider]")
        theirs = measure(handles.nth(0), ["ArrowRight", "ArrowLeft"], "image", 40)
        their_changes = measure(handles.nth(1), ["ArrowRight", "ArrowLeft"], "image", 40)
        floor = measure(page.show_cell(3).locator("[role=slider]"), ["ArrowRight", "ArrowLeft"], "picture", 40)
        browser.close()
    for what, times in [("a step, key to frame", ours), ("a step while the kernel is busy", busy)]:
        yield f"{what}: median", statistics.median(times), 16.7, "ms"
        yield f"{what}: p95", p95(times), 33, "ms"
    yield "a parameter, key to frame: median", statistics.median(changes), 50, "ms"
    yield "a parameter, key to frame: p95", p95(changes), None, "ms"
    yield "the floor, a widget that changes one letter: median", statistics.median(floor), None, "ms"
    yield "a parameter, above that floor", statistics.median(changes) - statistics.median(floor), None, "ms"
    for what, times in [("a step", theirs), ("a parameter", their_changes)]:
        yield f"interact + matplotlib, {what}: median", statistics.median(times), None, "ms"
        yield f"interact + matplotlib, {what}: p95", p95(times), None, "ms"
    yield "a step / interact + matplotlib", statistics.median(ours) / statistics.median(theirs), None, "×"
    yield "a parameter / interact + matplotlib", statistics.median(changes) / statistics.median(their_changes), None, "×"


def measure(handle, keys, part, count):
    """Milliseconds of each key, the first few left out: they find the code still cold."""
    warm = len(keys)
    return handle.evaluate(MEASURE, [keys, part, count + warm])[warm:]


def p95(times):
    return statistics.quantiles(times, n=20)[-1]
