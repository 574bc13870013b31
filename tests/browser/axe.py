"""axe-core on a page of the site, and on what is ours in a page of JupyterLab."""

from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "npm" / "node_modules" / "axe-core" / "axe.min.js"
MISSING = "axe-core is not installed: npm ci --prefix tests/npm"

# Ours: outputs, shadow roots too, and text. Not ours: menus, tool bars and the editor of a cell, to which CodeMirror gives no name.
TEXT = ".jp-RenderedMarkdown"

# What no page can mend: JupyterLab 4.6 draws an image/png into an <img> without alt, whatever the bundle says beside it
# (renderImage in its rendermime package). Only plain figures are left out; a figure beside a player has its words.
FIGURE = ".jp-RenderedImage > img"

# Steps that are not in view are taken out first: axe passes over what is hidden, but reads it, and takes ten times as long.
SERIOUS = """async (parts) => {
    const roots = (root) => [...root.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean);
    const inside = (root) => roots(root).flatMap((one) => [one, ...inside(one)]);
    for (const root of inside(document)) root.querySelectorAll(".step:not(.on), .feeds").forEach((group) => group.remove());
    const {violations} = await axe.run(parts, {resultTypes: ["violations"], preload: false});
    return violations.filter(({impact}) => ["serious", "critical"].includes(impact))
        .flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""
OURS = f"""async (cell, [text, figure]) => {{
    const ours = [...cell.querySelectorAll(".jp-OutputArea-output"), ...document.querySelectorAll(text)];
    return ({SERIOUS})({{include: ours.filter((part) => part.checkVisibility()), exclude: [[figure]]}});
}}"""


def faults(page, cells):
    """The serious and critical faults, `rule: element`, of what these cells show that is more than text, and of the text around."""
    page.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = set()
    for index in cells:
        cell = page.show_cell(index)
        if cell.locator(".jp-OutputArea-output").locator(".convlib-player, svg, img, table").count():
            found |= set(cell.evaluate(OURS, [TEXT, FIGURE]))
    return found


def faults_of_document(page):
    """The same of a whole page of the site."""
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return set(page.evaluate(f"() => ({SERIOUS})(document)"))
