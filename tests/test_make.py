"""The commands of the README, as far as they can be tried inside of one of them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="no make on this machine")


def commands(root, *words, **environment):
    """What make would run, one string."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "MAKEFLAGS", "MAKELEVEL")}
    shown = subprocess.run(["make", "-n", *words], cwd=root, env=clean | environment, capture_output=True, text=True, check=True)
    return shown.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has machines without a screen")
def test_lab_opens_no_browser_without_a_screen(root):
    assert "--no-browser" in commands(root, "lab")
    assert "--no-browser" not in commands(root, "lab", DISPLAY=":0")
    assert "--no-browser" not in commands(root, "lab", WAYLAND_DISPLAY="wayland-0")


def test_only_root_is_allowed_to_be_root(root):
    assert ("--allow-root" in commands(root, "lab")) == (os.geteuid() == 0)


def test_an_old_python_is_refused_in_words(root, tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, tmp_path)
    done = subprocess.run(["make", "setup", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "convlib needs Python 3.11 or newer" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_was_moved_is_made_again(root, tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    ready = tmp_path / ".venv" / "ready-for-convlib"
    ready.write_text(f"{tmp_path}\n")
    assert "pip install" not in commands(tmp_path, "setup")
    ready.write_text("/somewhere/else\n")
    assert "pip install" in commands(tmp_path, "setup")


def test_lab_starts_within_ten_seconds_and_keeps_its_token(root, tmp_path):
    if not (root / ".venv" / "ready-for-convlib").exists():
        pytest.skip("the environment was not made by make: the first call would install it")
    own = {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "DISPLAY": ""}
    start = time.monotonic()
    with open(tmp_path / "log", "w") as log:
        lab = subprocess.Popen(["make", "lab"], cwd=root, env=os.environ | own, stdout=log, stderr=log, start_new_session=True)
    try:
        url = None
        while url is None and time.monotonic() < start + 30:
            time.sleep(0.2)
            url = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/index\.ipynb\?token=[0-9a-f]{32,}", (tmp_path / "log").read_text())
        assert url, (tmp_path / "log").read_text()
        with urllib.request.urlopen(url[0]) as page:
            assert page.status == 200
        assert time.monotonic() - start < 10
        with urllib.request.urlopen(url[0].split("?")[0]) as page:
            assert "/login" in page.url
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(15)
