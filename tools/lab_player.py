"""A player on a page of JupyterLab: its controls, and what its picture shows at the moment."""

from playwright.sync_api import expect

# The cells of one grid whose middle lies in what is drawn and visible of one kind of path. It asks the browser for
# the geometry, not the SVG for its wording.
COVERED = """(svg, [paths, grid, how]) => {
    const seen = [...svg.querySelectorAll(paths)].filter((path) => path.getClientRects().length);
    const names = [];
    for (const cell of svg.querySelectorAll(`[data-cell^="${grid}-"]`)) {
        const box = cell.querySelector("rect, path").getBBox();
        const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (seen.some((path) => path[how](middle))) names.push(cell.dataset.cell);
    }
    return names;
}"""


class Player:
    """The `number`-th player in a cell, or the stage that stands alone."""

    def __init__(self, cell, number=0):
        self.box = cell.locator(".convlib-player").nth(number)
        self.svg = self.box.locator("svg.convlib")
        self.step_handle = self.box.locator(".convlib-step [role=slider]")
        self.play_button = self.box.locator(".convlib-play")
        self.message = self.box.get_by_role("alert")
        self.code = self.box.locator(".code code")

    def slider(self, name):
        return self.box.get_by_role("slider", name=name, exact=True)

    @property
    def step(self):
        """The step of the picture."""
        return int(self.svg.get_attribute("data-step"))

    def expect_step(self, step, seconds=30):
        expect(self.svg).to_have_attribute("data-step", str(step), timeout=1000 * seconds)

    def point_at(self, cell):
        """Moves the mouse over a cell, such as "y-0-1-2"."""
        self.svg.locator(f'[data-cell="{cell}"]').locator("rect, path").first.hover()

    def lit(self, grid):
        """The indices of the cells of x, or of y, that are lit now: window of an output, or outputs of an input."""
        return self._covered({"x": "path.l", "y": "path.r"}[grid], grid, "isPointInFill")

    def touched(self):
        """The indices of the inputs that the weight under the mouse touches."""
        return self._covered("path.touch", "x", "isPointInStroke")

    def _covered(self, *question):
        return {tuple(map(int, name.split("-")[1:])) for name in self.svg.evaluate(COVERED, list(question))}
