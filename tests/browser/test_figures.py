"""The figures of the README in a browser: they play by themselves, and stand still for who asked for it."""

import pytest


@pytest.fixture
def open_window(chromium):
    """A window of its own, for people who want motion ("no-preference") or do not ("reduce")."""
    contexts = []

    def open_window(motion):
        contexts.append(chromium.new_context(reduced_motion=motion, viewport={"width": 1280, "height": 900}))
        return contexts[-1].new_page()

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def figures(root):
    found = sorted((root / "figures").glob("*.svg"))
    assert found
    return found


def moves(window, image):
    """Whether an image looks different after a step, or after another one where the steps look alike."""
    before = image.screenshot()
    for _ in range(5):
        window.wait_for_timeout(750)
        if image.screenshot() != before:
            return True
    return False


def test_figures_play_by_themselves(open_window, figures, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("".join(f'<p><img id="{path.stem}" src="{path.as_uri()}"></p>' for path in figures), encoding="utf-8")
    window = open_window("no-preference")
    window.goto(page.as_uri())
    assert [path.stem for path in figures if not moves(window, window.locator(f'[id="{path.stem}"]'))] == []


def test_figures_stand_still_where_motion_is_not_wanted(open_window, figures):
    """Opened as a page: a browser's wish for less motion does not reach an <img> in a test."""
    window = open_window("reduce")
    for path in figures:
        window.goto(path.as_uri())
        first = window.screenshot()
        window.wait_for_timeout(700)
        assert window.screenshot() == first, path.stem
        # It stands at a step, and the step is lit: without its `on`, the picture would be another.
        window.locator(".on").evaluate("step => step.classList.remove('on')")
        assert window.screenshot() != first, path.stem
