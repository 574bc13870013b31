"""A notebook open in JupyterLab, driven through Chromium as a person would drive it."""

import shutil
from urllib.parse import urlsplit

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--force-color-profile=srgb"]  # fmt: skip

# Everything that a kernel says aloud and that should have stayed silent.
LISTEN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.revealed;
    await panel.sessionContext.ready;
    window.iopubErrors = [];
    panel.sessionContext.iopubMessage.connect((_, message) => {
        const {msg_type} = message.header, content = message.content;
        if (msg_type === 'error') window.iopubErrors.push(content.ename + ': ' + content.evalue);
        // JupyterLab asks for widgets before the page has imported any: 'No such comm' is its answer.
        if (msg_type === 'stream' && content.name === 'stderr' && !content.text.startsWith('No such comm'))
            window.iopubErrors.push(content.text);
    });
}"""


def find_chromium():
    """The path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


def launch(playwright):
    return playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)


class LabPage:
    """A notebook of `lab` open in `browser`. `.page` is Playwright's page, for all that is not below."""

    def __init__(self, browser, lab, notebook, size=(1280, 900), seconds=60):
        self.lab = lab
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.set_default_timeout(seconds * 1000)
        self.outside = []  # the addresses of requests that left the machine
        self.context.on("request", lambda request: self._note(request.url))
        self.page = self.context.new_page()
        self.page.on("websocket", lambda socket: self._note(socket.url))
        self._earlier = []  # what the kernel said before the page was loaded again
        self.crashes = []  # exceptions that nobody caught in the page
        self.page.on("pageerror", lambda error: self.crashes.append(str(error)))
        self.notebook = notebook
        self.page.goto(lab.url(notebook, workspace=f"w{id(self)}"))
        self._attend()

    def reload(self):
        """What the key F5 does."""
        self._earlier = self.errors
        self.page.reload()
        self._attend()

    def _attend(self):
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        self.page.wait_for_function("window.jupyterapp && window.jupyterapp.shell.currentWidget?.sessionContext")
        self.page.evaluate(LISTEN)
        self.page.evaluate("window.jupyterapp.shell.collapseLeft()")

    def _note(self, url):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            self.outside.append(url)

    def close(self):
        """Ends the notebook's kernel too, so that the next test finds the machine idle."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
        self.context.close()

    def command(self, name, **arguments):
        """Runs a command of JupyterLab and waits for its end."""
        return self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)", [name, arguments])

    def run_all(self):
        self.command("notebook:run-all-cells")

    def theme(self, name):
        """'JupyterLab Light' or 'JupyterLab Dark'."""
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def show_cell(self, index):
        """Brings a cell into view, as JupyterLab takes cells that are out of view off the page, and returns its locator."""
        self.page.evaluate("index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')", index)
        return self.page.locator(f'.jp-NotebookPanel:not(.lm-mod-hidden) [data-windowed-list-index="{index}"]')

    def code_cells(self):
        """The indices of the code cells, counted among all cells."""
        return self.page.evaluate(
            "[...window.jupyterapp.shell.currentWidget.content.widgets].flatMap((cell, i) => cell.model.type === 'code' ? [i] : [])"
        )

    def cell_count(self):
        return self.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length")

    @property
    def errors(self):
        """The errors and warnings that the kernel sent since the notebook was opened."""
        return self._earlier + self.page.evaluate("window.iopubErrors")

    def expect_error(self, kind):
        """Errors of this kind were to come, and at least one did: they are no longer among `errors`."""
        came = self.errors
        self._earlier = [error for error in came if not error.startswith(kind)]
        self.page.evaluate("window.iopubErrors.length = 0")
        assert len(self._earlier) < len(came), f"no {kind} came: {came}"

    def set_source(self, index, source):
        """Types something else into a cell."""
        self.page.evaluate(
            "([index, source]) => window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.setSource(source)",
            [index, source],
        )

    def run_cell(self, index):
        """Runs one cell and waits for its end."""
        self.page.evaluate(
            """index => {
                const book = window.jupyterapp.shell.currentWidget.content;
                book.deselectAll();
                book.activeCellIndex = index;
            }""",
            index,
        )
        self.command("notebook:run-cell")

    def kill_kernel(self):
        """As running out of memory does."""
        self.page.evaluate(
            """() => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                kernel.requestExecute({code: "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"}).done.catch(() => null);
            }"""
        )

    def in_kernel(self, code):
        """Runs code in the notebook's kernel and returns when it is done, without touching a cell."""
        self.start_in_kernel(code)
        self.page.evaluate("window.lastRequest")

    def start_in_kernel(self, code):
        """The same, but returns at once."""
        self.page.evaluate(
            """code => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                window.lastRequest = kernel.requestExecute({code, silent: true, store_history: false}).done.then(() => null);
            }""",
            code,
        )
