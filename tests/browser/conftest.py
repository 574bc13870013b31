"""One JupyterLab and one Chromium for all tests of this folder, and a fresh page for each."""

import os
import re

import nbformat
import pytest
from lab_page import LabPage, find_chromium, launch
from lab_server import Lab
from nbformat.v4 import new_code_cell, new_notebook

from . import axe

REQUIRED = os.environ.get("CONVLIB_BROWSER") == "required"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


@pytest.fixture(scope="package")
def chromium():
    if find_chromium() is None:
        if REQUIRED:
            pytest.fail("CONVLIB_BROWSER=required, and there is no chromium, chromium-browser or google-chrome on the PATH")
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH: the browser tests are skipped")
    from playwright.sync_api import sync_playwright

    # Ends with this folder: while it runs, nbval's own event loop could not start.
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def axe_core():
    """What axe.py finds, where axe-core is installed."""
    if not axe.SCRIPT.exists():
        (pytest.fail if REQUIRED else pytest.skip)(axe.MISSING)
    return axe


@pytest.fixture(scope="package")
def lab(root):
    with Lab(root / "notebooks") as lab:
        yield lab


@pytest.fixture
def open_page(chromium, lab, request):
    """open_page("01.ipynb") opens a committed notebook; open_page(["code", "more code"]) writes one with these cells first.

    When the test is over: no error on IOPub, no exception in the page or in a widget's callback, no request that left the machine.
    """
    pages = []

    def open_page(notebook, name=request.node.name, **arguments):
        if not isinstance(notebook, str):
            cells = [new_code_cell(source) for source in notebook]
            notebook = re.sub(r"\W", "_", name) + ".ipynb"
            nbformat.write(new_notebook(cells=cells, metadata=KERNEL), lab.folder / notebook)
        pages.append(LabPage(chromium, lab, notebook, **arguments))
        return pages[-1]

    before = len(lab.log)
    yield open_page
    found = [(page.errors, page.crashes, page.outside) for page in pages]
    for page in pages:
        page.close()
    assert found == [([], [], [])] * len(pages)
    tracebacks = re.findall(r"Traceback \(most recent.*?(?=\n\[|\Z)", lab.log[before:], re.DOTALL)
    # The server may log one of its own when a page leaves; a callback that fails passes through widgets.
    assert [t for t in tracebacks if "ipywidgets" in t or re.search(r"convlib\Wshow", t)] == []
