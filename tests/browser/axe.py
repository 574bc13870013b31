"""axe-core on what is ours in a page of JupyterLab."""

from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "npm" / "node_modules" / "axe-core" / "axe.min.js"
MISSING = "axe-core is not installed: npm ci --prefix tests/npm"

# Ours: outputs, shadow roots too, and text. Not ours: menus, tool bars and the editor of a cell, to which CodeMirror gives no name.
TEXT = ".jp-RenderedMarkdown"

# What no page can mend: JupyterLab 4.6 draws an image/png into an <img> without alt, whatever the bundle says beside it
# (renderImage in its rendermime package). Only plain figures are left out; a figure beside a player has its words.
FIGURE = ".jp-RenderedImage > img"

FAULTS = """async (cell, [text, figure]) => {
    const ours = [...cell.querySelectorAll(".jp-OutputArea-output"), ...document.querySelectorAll(text)];
    const parts = {include: ours.filter((part) => part.checkVisibility()), exclude: [[figure]]};
    const {violations} = await axe.run(parts, {resultTypes: ["violations"]});
    return violations.filter(({impact}) => ["serious", "critical"].includes(impact))
        .flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""


def faults(page, cells):
    """The serious and critical faults in what these cells show that is more than text, and in the text around: `rule: element`."""
    page.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = set()
    for index in cells:
        cell = page.show_cell(index)
        if cell.locator(".jp-OutputArea-output").locator(".convlib-player, svg, img, table").count():
            found |= set(cell.evaluate(FAULTS, [TEXT, FIGURE]))
    return found
