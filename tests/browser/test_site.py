"""The site, opened from its folder with the network cut: whole, alive under the mouse and the keyboard, and fit for every reader."""

import itertools
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from lab_player import COVERED
from playwright.sync_api import expect

import convlib
from convlib import cross_correlate, hook, letter_f

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# Every image, those in shadow roots too, that shows nothing or says nothing.
BAD_IMAGES = """() => [document, ...[...document.querySelectorAll(".convlib-living")].map((host) => host.shadowRoot)]
    .flatMap((root) => [...root.querySelectorAll("img")])
    .filter((image) => !image.naturalWidth || !image.alt.trim() || image.alt.includes("<Figure size"))
    .map((image) => image.outerHTML.slice(0, 200))"""
# The text that is no code, with mathematics left out.
PROSE = """() => {
    const copy = document.querySelector("main").cloneNode(true);
    for (const part of copy.querySelectorAll("pre, code, math, script, template")) part.remove();
    return copy.textContent;
}"""
# The steps in view.
STEPS = """(svg) => [...svg.querySelectorAll(".step")].filter((step) => getComputedStyle(step).display !== "none"
    && getComputedStyle(step).visibility === "visible").map((step) => +step.dataset.step)"""


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """The folder of the site, made as `make site` makes it."""
    out = tmp_path_factory.mktemp("made") / "site"
    done = subprocess.run([sys.executable, str(root / "tools" / "make_site.py"), str(out)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING: " not in done.stderr, done.stderr  # Sphinx found nothing amiss
    return out


@pytest.fixture
def open_offline(chromium, site):
    """open_offline("index") opens a page from its file. When the test is over: no request, no error."""
    contexts, found = [], []

    def open_offline(name, **options):
        context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.on("request", lambda request: request.url.startswith(("file:", "data:")) or found.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: message.type == "error" and found.append(message.text))
        page.goto((site / "index.html").as_uri().replace("index.html", name if "?" in name else f"{name}.html"))
        return page

    yield open_offline
    for context in contexts:
        context.close()
    assert found == []


def pictures(page):
    """The pictures of a page, of which Playwright's locators see the inside."""
    return [host.locator("svg.convlib") for host in page.locator(".convlib-living").all() if host.locator("svg.convlib").count()]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole(open_offline, site, name):
    page = open_offline(name)
    assert page.evaluate(BAD_IMAGES) == []
    links = page.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
    assert sum("index.html" in link for link in links) and len(links) > len(PAGES)
    for link in sorted(set(links)):
        parts = urlsplit(link)
        if parts.scheme == "file":
            target = Path(unquote(parts.path))
            assert target.is_file() and target.is_relative_to(site), link
            ids = re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8")) if parts.fragment else []
            assert not parts.fragment or unquote(parts.fragment) in ids, link
        else:
            assert parts.scheme == "https", link
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    formulas = sum(len(re.findall(r"\$[^$]+\$", cell.source)) for cell in notebook.cells if cell.cell_type == "markdown")
    maths = page.locator("math").evaluate_all("all => all.map((one) => [one.textContent, one.getBoundingClientRect().width])")
    assert (len(maths) > 0) == (formulas > 0)
    assert [text for text, wide in maths if not wide or re.search(r"[\\&$]", text)] == []
    assert "$" not in page.evaluate(PROSE)


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_answers_to_the_mouse_and_to_the_keyboard(open_offline, name):
    page = open_offline(name)
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    stills = [output for cell in notebook.cells for output in cell.get("outputs", ())
              if re.search(r" · [0-9a-f]{7}$", output.get("data", {}).get("text/plain", ""))]  # fmt: skip
    assert len(pictures(page)) == len(stills) > 0
    stepped = [svg for svg in pictures(page) if svg.locator(".step").count()]
    assert stepped or not any("step" in output.data["text/plain"] for output in stills)
    for svg in stepped:
        if svg.evaluate("svg => svg.getBoundingClientRect().width > 0"):  # a solution's waits until it is opened
            point_and_step(page, svg)


def point_and_step(page, svg):
    """Points at an output, sees its inputs lit, and comes back to the step in view; then takes a step by the keyboard."""
    output, [step] = svg.locator(".o:has(path.l, path.lit)").last, svg.evaluate(STEPS)
    output.locator("[data-cell]").first.hover()
    expect(output.locator("path.l, path.lit").first).to_be_visible()
    if svg.locator('[data-cell^="x-"]').count():  # a long input is one bar, without cells
        assert svg.evaluate(COVERED, ["path.l, path.lit", "x", "isPointInFill"])
    page.mouse.move(0, 0)
    assert svg.evaluate(STEPS) == [step]
    last = svg.locator(".step").count() - 1
    key, after = ("ArrowRight", step + 1) if step < last else ("ArrowLeft", max(0, step - 1))
    svg.press(key)
    expect(svg).to_have_attribute("data-step", str(after))
    assert svg.evaluate(STEPS) == [after]


def test_a_picture_shows_what_the_trace_says(open_offline):
    svg = pictures(open_offline("index"))[0]
    trace = convlib.trace(cross_correlate, letter_f(), hook(), padding=1)
    for i, j in itertools.product((0, 3, 6), repeat=2):
        svg.locator(f'[data-cell="y-0-{i}-{j}"]').hover()
        inputs = {f"x-{'-'.join(map(str, term[0]))}" for term in trace.terms((0, i, j)) if term[0] is not None}
        assert set(svg.evaluate(COVERED, ["path.l", "x", "isPointInFill"])) == inputs


def test_arrow_keys_speak_and_a_click_pins_a_step(open_offline):
    page = open_offline("index")
    svg, live = pictures(page)[0], page.locator(".convlib-living .live").first
    before = live.text_content()
    for key, step in [("ArrowRight", 1), ("ArrowDown", 8), ("End", 48), ("ArrowUp", 41), ("Home", 0), ("ArrowRight", 1)]:
        svg.press(key)
        expect(svg).to_have_attribute("data-step", str(step))
    assert before != live.text_content() and "equals" in live.text_content()
    svg.locator('[data-cell="y-0-2-3"]').click()
    page.mouse.move(0, 0)
    assert svg.evaluate(STEPS) == [17]


def test_play_moves_a_picture_until_it_is_pressed_again(open_offline):
    page = open_offline("index")
    svg, play = pictures(page)[0], page.get_by_label("Play").first
    assert svg.evaluate(STEPS) == [0]
    play.press(" ")
    expect(svg).to_have_attribute("data-step", "2", timeout=20_000)
    play.press(" ")
    expect(play).not_to_be_checked()
    step = svg.get_attribute("data-step")
    page.wait_for_timeout(1500)
    assert svg.get_attribute("data-step") == step


def test_without_a_script_pictures_play_and_answer_to_the_mouse(open_offline):
    page = open_offline("index", java_script_enabled=False)
    svg, play = pictures(page)[0], page.get_by_label("Play").first
    assert svg.evaluate(STEPS) == [0]
    svg.locator('[data-cell="y-0-3-3"]').hover()
    assert len(svg.evaluate(COVERED, ["path.l", "x", "isPointInFill"])) == 9
    page.mouse.move(0, 0)
    play.check()
    expect(svg.locator('.step[data-step="0"] .t')).to_be_hidden(timeout=10_000)
    assert len(svg.evaluate(STEPS)) == 1
    play.uncheck()
    assert svg.evaluate(STEPS) == [0]


def test_nothing_moves_by_itself(open_offline):
    page = open_offline("07_dilation", java_script_enabled=False)
    hosts = page.locator(".convlib-living")
    assert hosts.count() > 3
    assert hosts.evaluate_all("hosts => hosts.flatMap((host) => host.shadowRoot.getAnimations()).length") == 0
    hosts.first.get_by_label("Play").check()
    assert hosts.evaluate_all("hosts => hosts.map((host) => host.shadowRoot.getAnimations().length > 0)")[:2] == [True, False]


def test_search_finds_a_page(open_offline):
    page = open_offline("search.html?q=gridding")
    expect(page.locator("#search-results a", has_text="Reach further")).to_have_attribute("href", re.compile("07_dilation.html"))


def test_solutions_wait_until_they_are_opened(open_offline):
    page = open_offline("07_dilation")
    solutions = page.locator("details", has=page.get_by_text("Solution", exact=True))
    cells = nbformat.read(NOTEBOOKS / "07_dilation.ipynb", as_version=4).cells
    assert solutions.count() == sum("solution" in cell.metadata.get("tags", []) for cell in cells) > 0
    code = solutions.first.locator("pre").first
    expect(code).to_be_hidden()
    solutions.first.locator("summary").click()
    expect(code).to_be_visible()


@pytest.mark.parametrize(("name", "scheme"), [*((name, "light") for name in [*PAGES, "search"]), ("07_dilation", "dark")])
def test_axe_finds_nothing_serious(axe_core, open_offline, name, scheme):
    page = open_offline(name, color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    assert axe_core.faults_of_document(page) == set()
