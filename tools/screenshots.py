"""Takes pictures of every player of a notebook, in a real JupyterLab, at several steps, light and dark, for people to look at.

python tools/screenshots.py notebooks/01_*.ipynb --out DIR --size 1280x900
"""

import argparse
from pathlib import Path

from lab_page import LabPage, launch
from lab_server import Lab
from playwright.sync_api import sync_playwright

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--size", default="1280x1300", help="of the window: width x height; what is taller than the window is cut off")
    parser.add_argument("--cells", action="store_true", help="also every other cell, once per theme")
    arguments = parser.parse_args()
    size = tuple(map(int, arguments.size.split("x")))
    arguments.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for notebook in arguments.notebook:
            with Lab(notebook.parent) as lab:
                page = LabPage(browser, lab, notebook.name, size)
                page.run_all()
                for error in page.errors:
                    print(f"{notebook.name}: {error}")
                for theme, name in THEMES.items():
                    page.theme(name)
                    for path in photograph(page, arguments.out / f"{notebook.stem[:8]}-{theme}", arguments.cells):
                        print(path, flush=True)
                page.close()
        browser.close()


def photograph(page, stem, all_cells):
    """The pictures of each cell, in the theme of the moment; yields their paths."""
    for index in range(page.cell_count()):
        cell = page.show_cell(index)
        page.page.wait_for_timeout(100)
        players = cell.locator(".convlib-player")
        for number in range(players.count()):
            yield from photograph_player(players.nth(number), f"{stem}-cell{index:02}{'abcdef'[number]}")
        if all_cells and not players.count():
            path = f"{stem}-cell{index:02}.png"
            cell.screenshot(path=path)
            yield path


def photograph_player(player, stem):
    """The player at its first, second, middle and last step."""
    handle = player.locator(".convlib-step [role=slider]")
    handle.scroll_into_view_if_needed()
    last = int(float(handle.get_attribute("aria-valuemax")))
    for step in sorted({0, min(1, last), last // 2, last}):
        handle.press("Home")
        for _ in range(step):
            handle.press("ArrowRight")
        handle.page.wait_for_timeout(150)
        path = f"{stem}-step{step:03}.png"
        player.screenshot(path=path)
        yield path


if __name__ == "__main__":
    main()
