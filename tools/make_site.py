"""Turns all notebooks into a site that needs no kernel, no server and no network: static HTML with living pictures.

python tools/make_site.py OUT      OUT: a new or empty folder, or one that this command made
"""

import os
import shutil
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from execute_notebooks import NOTEBOOKS, execute
from fontTools.ttLib import TTFont
from nbclient.exceptions import CellExecutionError
from site_pages import prepare

from convlib.show import living
from convlib.show.export import fonts

ROOT, THEME = NOTEBOOKS.parent, Path(__file__).resolve().parent / "site_theme"
MARK = ".made-by-make-site"  # in a folder that this command may replace
AT_ONCE = 2  # notebooks; each has a kernel, and torch in it
# Where indices stand, in units of the font (2048 to an em), as in fonts made for mathematics.
SCRIPTS = {"SuperscriptShiftUp": 740, "SuperscriptShiftUpCramped": 590, "SuperscriptBottomMin": 260, "SubscriptShiftDown": 300}
# Runs in every kernel first: what a figure shows in words stands beside it, and becomes its text for who does not see it.
STARTUP = """
from matplotlib.figure import Figure
from convlib.show.beside import words
Figure._repr_pretty_ = lambda figure, printer, cycle, words=words: printer.text(words(figure))
del Figure, words
"""


class Refused(Exception):
    """A site that cannot be made, in words."""


def checked(out):
    """The folder, if it may be replaced."""
    out = Path(out).absolute()
    if out.exists() and not out.is_dir():
        raise Refused(f"OUT is {out}, and that is a file: name a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        raise Refused(f"OUT is {out}, and that holds files which this command did not make: name a new or an empty folder")
    return out


def executed(folder):
    """Runs all notebooks of a folder, with cells that show living pictures."""
    startup = folder.parent / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "words.py").write_text(STARTUP, encoding="utf-8")
    os.environ |= {"CONVLIB_EXPORT": "html", "OMP_NUM_THREADS": "1", "IPYTHONDIR": str(startup.parent.parent)}
    paths = sorted(folder.glob("*.ipynb"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {path: pool.submit(execute, path) for path in paths}
        for path, run in running.items():
            try:
                run.result()
            except CellExecutionError as error:
                pool.shutdown(cancel_futures=True)
                raise Refused(f"{path.name}: a cell raises {error.ename}: {error.evalue}") from None
            print(f"ran {path.name}", flush=True)


def built(source, out, address):
    """Sphinx makes pages of the notebooks; what it has to complain of goes to stderr."""
    from sphinx.application import Sphinx

    shutil.copytree(THEME / "static", source.parent / "static")
    (source.parent / "static" / "convlib.js").write_text(living.program(), encoding="utf-8")
    write_math_font(source.parent / "static" / "math.ttf")
    options = {
        "project": "convlib", "author": "The convlib authors", "html_title": "convlib",
        "copyright": "The convlib authors. Code: MIT. Text and figures: CC BY 4.0",
        "extensions": ["myst_nb", "site_mathml", "sphinx.ext.githubpages"], "html_math_renderer": "mathml",
        "nb_execution_mode": "off", "myst_enable_extensions": ["dollarmath"],
        "templates_path": [str(THEME / "templates")], "html_static_path": [str(source.parent / "static")],
        "html_theme": "pydata_sphinx_theme", "html_css_files": ["convlib.css"], "html_js_files": [("convlib.js", {"defer": ""})],
        "html_sidebars": {"**": ["lessons.html"]}, "html_show_sourcelink": False, "html_copy_source": False, "html_show_sphinx": False,
        "html_context": {"default_mode": "auto"},
        "html_show_search_summary": False,  # it would fetch pages, and a page that was opened as a file may not
        "html_theme_options": {
            "logo": {"text": "convlib"}, "navbar_center": [], "navbar_persistent": ["search-button"],
            "navbar_end": ["theme-switcher", "navbar-icon-links"],
            "icon_links": [{"name": "Repository", "url": address, "icon": "fa-brands fa-github"}],
            "secondary_sidebar_items": [], "footer_start": ["copyright"], "footer_end": [], "article_header_start": [],
            "pygments_light_style": "a11y-high-contrast-light", "pygments_dark_style": "a11y-high-contrast-dark",
        },
    }  # fmt: skip
    site = Sphinx(source, None, out, source.parent / "doctrees", "html", confoverrides=options, status=None, parallel=AT_ONCE)
    site.connect("html-page-context", name_solutions)
    site.build()


def name_solutions(app, page, template, context, tree):
    """A solution is called by the word that it shows; myst-nb gives it another name for screen readers."""
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")


def write_math_font(path):
    """DejaVu Serif, which matplotlib ships: it puts large brackets and roots together. It sets indices too high: mended here."""
    with TTFont(next(Path(name).with_name("DejaVuSerif.ttf") for name in fonts())) as font:
        for name, value in SCRIPTS.items():
            getattr(font["MATH"].table.MathConstants, name).Value = value
        font.save(path)


def main(words):
    if len(words) != 1:
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 2
    try:
        out = checked(words[0])
        with tempfile.TemporaryDirectory(prefix="convlib-site-") as room:
            source, site = Path(room) / "notebooks", Path(room) / "site"
            shutil.copytree(NOTEBOOKS, source, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
            executed(source)
            address = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
            prepare(source, address)
            built(source, site, address)
            (site / MARK).write_text("`make site` may replace this folder.\n")
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(site, out)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"made {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
