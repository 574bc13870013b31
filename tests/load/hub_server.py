"""A real JupyterHub on 127.0.0.1: its own folder, local servers, a proxy that asks for a token. Nothing of it outlives the `with`."""

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

import psutil

ROOT = Path(__file__).resolve().parents[2]
PROXY = ROOT / "tests" / "npm" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
sys.path.insert(0, str(ROOT / "tools"))

from lab_server import LOOPBACK_ONLY  # noqa: E402

CONFIGURATION = """
c.JupyterHub.bind_url = "http://127.0.0.1:{public}/"
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "{password}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = {server!r}
c.Spawner.ip = "127.0.0.1"
# a class that arrives at once on a small machine takes longer than the 60 and 30 seconds that a hub waits by itself
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
"""


class Hub:
    """`with Hub(names, notebooks) as hub:` each of `names` can log in at `hub.url` with `hub.password`, and finds the notebooks at home."""

    def __init__(self, names, notebooks, patience=300):
        self.folder = Path(tempfile.mkdtemp(prefix="convlib-hub-"))
        self.password = secrets.token_urlsafe(24)
        self.ports = dict(zip(("public", "hub", "api"), free_ports(3)))
        self.url = f"http://127.0.0.1:{self.ports['public']}"
        self.names, self.notebooks, self.patience = names, notebooks, patience
        self.process, self.started = None, []

    def __enter__(self):
        try:
            self._furnish()
            with open(self.folder / "hub.log", "w") as log:
                # a session of its own: Ctrl-C reaches this script alone, which then ends the hub in order
                self.process = psutil.Popen(
                    [sys.executable, "-m", "jupyterhub", "-f", "config.py"],
                    cwd=self.folder, env=self._environment(), stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            ours = [self.process, *self.processes()]
            self.process.terminate()  # the hub ends its servers and its proxy
            _, alive = psutil.wait_procs(ours, timeout=30)
            for process in alive:
                process.kill()
            psutil.wait_procs(alive, timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self):
        """All that the hub has started and that still runs."""
        try:
            return self.process.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    @property
    def log(self):
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def _furnish(self):
        for name in self.names:
            home = self.folder / "home" / name
            shutil.copytree(self.notebooks, home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
            startup = home / ".ipython" / "profile_default" / "startup" / "loopback_only.py"
            startup.parent.mkdir(parents=True)
            startup.write_text(LOOPBACK_ONLY, encoding="utf-8")
        server = [sys.executable, "-m", "jupyterhub.singleuser"] + ["--allow-root"] * (os.geteuid() == 0)
        written = CONFIGURATION.format(
            **self.ports, folder=self.folder, password=self.password, proxy=[shutil.which("node"), str(PROXY)],
            server=server, patience=self.patience,
        )  # fmt: skip
        (self.folder / "config.py").write_text(written, encoding="utf-8")

    def _environment(self):
        return os.environ | {"CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(32), "HOME": str(self.folder)}

    def _wait_until_it_answers(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/hub/login", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError(f"JupyterHub did not start:\n{self.log}")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
