"""The contributing guide names files and commands that there are."""

import re

import pytest


@pytest.fixture(scope="module")
def guide(root):
    return (root / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_it_tells_the_four_ways(guide):
    assert re.findall(r"## A (\w+)", guide) == ["lesson", "variant", "figure", "translation"]


def test_it_fits_on_one_page(guide):
    assert len(guide.split()) < 900


def test_every_path_exists(root, guide):
    """NN stands for a lesson's number; zh is the folder of a translation that somebody will make."""
    words = [word for quoted in re.findall(r"`([^`\n]+)`", guide) for word in quoted.split()]
    paths = [word for word in words if re.match(r"(notebooks|convlib|tests|tools|figures|\.ci)/", word) and "zh" not in word]
    assert len(paths) > 20
    exists = lambda path: bool(list(root.glob(path.replace("NN_name", "07_*").replace("NN", "07")))) or (root / path).exists()  # noqa: E731
    assert [path for path in paths if not exists(path)] == []


def test_every_command_is_there(root, guide):
    targets = set(re.findall(r"\bmake (\w+)", guide))
    known = set(re.search(r"\.PHONY: (.*)", (root / "Makefile").read_text(encoding="utf-8"))[1].split())
    assert targets - known == set()
