"""The committed figures are those that convlib draws today, and nothing else lies beside them."""

import runpy
import xml.etree.ElementTree as ET


def test_figures_are_up_to_date(root, tmp_path):
    runpy.run_path(str(root / "figures" / "make.py"))["draw"](tmp_path)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in (root / "figures").iterdir() if path.suffix not in {".py", ""}}
    assert drawn.keys() == kept.keys()
    assert [name for name in drawn if drawn[name] != kept[name]] == [], "make figures draws them anew"


def test_figures_play_by_themselves_and_stay_small(root):
    for path in (root / "figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        ET.fromstring(text)
        assert "@keyframes" in text and "<script" not in text
        assert len(text) < 150_000, path.name
