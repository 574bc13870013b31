"""A real JupyterLab on a copy of a folder, with configuration, data, workspaces and runtime files of its own."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

# Runs in every kernel before the page's own code. What a page fetches from elsewhere fails offline and on a slow
# Binder, so here it fails always, with the address.
LOOPBACK_ONLY = """
import sys

def _refuse(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1"):
        raise RuntimeError(f"a request leaves the machine: {event} {host}")

sys.addaudithook(_refuse)
"""

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"autoStartDefaultKernel": True},
    "docmanager-extension/plugin": {"autosave": False},
}


class Lab:
    """JupyterLab as a context manager: `with Lab("notebooks") as lab:`, then open `lab.url("01.ipynb")`.

    `lab.folder` is the copy it serves: notebooks written there can be opened, and what JupyterLab saves stays there.
    """

    def __init__(self, notebooks=None):
        self.root = Path(tempfile.mkdtemp(prefix="convlib-lab-"))
        self.folder = self.root / "notebooks"
        if notebooks is None:
            self.folder.mkdir()
        else:
            shutil.copytree(notebooks, self.folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        self.token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self):
        self._write_settings()
        self._log_file = open(self.root / "jupyter.log", "w", encoding="utf-8")
        self._process = subprocess.Popen(
            self._command(), cwd=self.folder, env=self._environment(), stdout=self._log_file, stderr=subprocess.STDOUT
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # SIGTERM lets the server end its kernels; only a server that does not listen gets killed.
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log_file.close()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def log(self):
        """What the server and its kernels have written so far."""
        return (self.root / "jupyter.log").read_text(encoding="utf-8", errors="replace")

    def url(self, notebook, workspace="one"):
        return f"http://127.0.0.1:{self.port}/lab/workspaces/{workspace}/tree/{notebook}?token={self.token}"

    def _command(self):
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"]
        command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={self.folder}", "--LabApp.expose_app_in_browser=True"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        return command

    def _environment(self):
        places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
        places |= {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
        own = {name: str(self.root / place) for name, place in places.items()}
        # JupyterLab asks a kernel that restarts about its debugger, and that one warns aloud.
        return {**os.environ, **own, "JUPYTER_TOKEN": self.token, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def _write_settings(self):
        for name, values in SETTINGS.items():
            path = self.root / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        startup = self.root / "ipython" / "profile_default" / "startup" / "loopback_only.py"
        startup.parent.mkdir(parents=True)
        startup.write_text(LOOPBACK_ONLY, encoding="utf-8")

    def _wait_until_it_answers(self, seconds=60):
        address = f"http://127.0.0.1:{self.port}/api/status?token={self.token}"
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log}")
