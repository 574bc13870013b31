"""The committed figures are those that convlib draws today, and nothing else lies beside them."""

import runpy
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from convlib.figure.command import VARIANTS


@pytest.fixture(scope="module")
def make(root):
    return runpy.run_path(str(root / "figures" / "make.py"))


def test_svgs_are_up_to_date(root, make, tmp_path):
    make["draw"](tmp_path, [".svg"])
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in (root / "figures").glob("*.svg")}
    assert drawn.keys() == kept.keys()
    assert [name for name in drawn if drawn[name] != kept[name]] == [], "make figures draws them anew"


def test_the_gallery_is_complete(root, make):
    folder = root / "figures"
    assert make["gallery"]() == (folder / "README.md").read_text(encoding="utf-8")
    names = {f"{name}{ending}" for name in make["FIGURES"] for ending in (".svg", ".gif", "-dark.gif")}
    assert {path.name for path in folder.iterdir() if path.suffix in (".svg", ".gif", ".png")} == names
    assert set(VARIANTS) <= set(make["FIGURES"])


def test_svgs_play_by_themselves_and_stay_small(root):
    for path in (root / "figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        ET.fromstring(text)
        assert "@keyframes" in text and "<script" not in text
        assert len(text.encode()) < 100_000, path.name


def test_gifs_show_every_step_and_stay_small(root):
    for path in (root / "figures").glob("*.gif"):
        assert path.stat().st_size < 150_000, path.name
        svg = path.with_name(path.name.replace("-dark.gif", ".svg").replace(".gif", ".svg")).read_text(encoding="utf-8")
        with Image.open(path) as image:
            assert 1 < image.n_frames <= svg.count('data-step="') - 1, path.name
            corner = image.convert("RGB").getpixel((1, 1))
            assert (max(corner) < 60) == ("-dark" in path.name), path.name
