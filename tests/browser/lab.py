"""JupyterLab as tests see it: the server, a test's view of it, and a notebook that is open."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as BrowserPage

ROOT: Final = Path(__file__).parents[2]
NOTEBOOKS: Final = ROOT / "notebooks"
RESULTS: Final = ROOT / "test-results"

_SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    # Otherwise cells out of sight are not in the page.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
FrontEnd = Literal["lab", "notebook"]
Theme = Literal["light", "dark"]
_THEMES: Final[dict[Theme, str]] = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS: Final = (1440, 480, 360)
# What Notebook 7 says while it loads, whatever it shows: of a plugin without a schema, of a command of a file browser.
_OF_NOTEBOOK_7: Final = ("reading 'schema'", "'filebrowser:open-path' not registered")
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Page:
    """A notebook that is open, with a kernel that is ready."""

    page: BrowserPage
    results: Path = RESULTS
    errors: list[str] = field(default_factory=list)

    def locator(self, css: str) -> Locator:
        return self.page.locator(css)

    def text(self, words: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_text(words)

    def evaluate(self, script: str, argument: object = None, *, seconds: float = 60) -> Any:
        """What the JavaScript function `script` returns for `argument`, or an error after `seconds`."""
        late = f"new Promise((_, no) => setTimeout(() => no(new Error('no answer in {seconds} s')), {seconds * 1000}))"
        return self.page.evaluate(f"(argument) => Promise.race([({script})(argument), {late}])", argument)

    def use_theme(self, theme: Theme) -> None:
        name = _THEMES[theme]
        self.evaluate("name => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)

    def use_width(self, width: int) -> None:
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": width, "height": size["height"]})

    def standing_out(self, css: str) -> list[str]:
        """What stands out to the right of the element, but for what scrolls in itself."""
        found: list[str] = self.evaluate(_STANDING_OUT, css)
        return found

    def run_all(self, *, seconds: float = 120) -> None:
        """Run every cell."""
        done = self.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')", seconds=seconds)
        assert done is not False, "A cell raised:\n" + "\n".join(self.errors)

    def run_code(self, code: str, *, seconds: float = 60) -> str:
        """Run code in the notebook's kernel, beside its cells. Returns what it prints, and its last value."""
        answer = self.evaluate(_RUN_CODE, code, seconds=seconds)
        assert answer["status"] == "ok", _COLOURS.sub("", answer["text"])
        return str(answer["text"])

    def screenshot(self, name: str) -> None:
        self.page.screenshot(path=self.results / f"{name}.png")

    def check(self) -> None:
        """No exception in the kernel, the page or the log console so far."""
        # The kernel answers in order: after this, the errors of all clicks before have arrived.
        self.run_code("pass")
        badge = "".join(self.locator(".jp-LogConsoleStatusItem").all_inner_texts()).strip()
        assert not self.errors, "\n".join(self.errors)
        assert not badge, f"the log console has {badge} messages"


@dataclass
class Server:
    """A JupyterLab, and the browser that looks at it."""

    url: str
    token: str
    folder: Path
    browser: Browser
    _kept: Page | None = None

    def jupyterlab(self) -> Page:
        """JupyterLab without a notebook.

        To load it costs more than many a test, so a page whose test went well is kept for the next one.
        """
        page, self._kept = self._kept or self.loaded("lab"), None
        return page

    def keep(self, page: Page) -> None:
        """Have a page whose notebook was closed ready for the next test."""
        page.errors.clear()
        self._kept = page

    def loaded(self, path: str) -> Page:
        """What the server shows at a path, in a window of its own."""
        context = self.browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        context.set_default_timeout(20_000)
        page = Page(context.new_page())
        known = _OF_NOTEBOOK_7 if path.startswith("notebooks/") else ()

        def note(error: object) -> None:
            if not any(words in str(error) for words in known):
                page.errors.append(str(error))

        page.page.on("pageerror", note)
        page.page.expose_function("kernelError", lambda text: page.errors.append(_COLOURS.sub("", text)))
        page.page.goto(f"{self.url}/{path}?token={self.token}&reset", timeout=60_000)
        page.page.wait_for_function("window.jupyterapp", timeout=60_000)
        return page


@dataclass(frozen=True)
class Lab:
    """JupyterLab, or Jupyter Notebook 7, for one test."""

    server: Server
    results: Path
    front_end: FrontEnd = "lab"
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def open(
        self,
        notebook: Path | Sequence[str],
        *,
        theme: Theme = "light",
        width: int = 1280,
        height: int = 2400,
        alone: bool = False,
    ) -> Iterator[Page]:
        path = self._placed(notebook)
        is_kept = self.front_end == "lab" and not alone
        folder = "notebooks" if self.front_end == "notebook" else "doc/tree"
        page = self.server.jupyterlab() if is_kept else self.server.loaded(f"{folder}/{path}")
        page.results = self.results
        try:
            page.page.set_viewport_size({"width": width, "height": height})
            page.evaluate(_OPEN, path, seconds=120)
            page.use_theme(theme)
            yield page
            page.check()
            page.evaluate(_CLOSE)
        except BaseException:
            page.screenshot("failed")
            (self.results / "failed.html").write_text(page.page.content(), encoding="utf-8")
            page.page.context.close()
            raise
        if is_kept:
            self.server.keep(page)
        else:
            page.page.context.close()

    def _placed(self, notebook: Path | Sequence[str]) -> str:
        """Where the notebook lies under the server's root. One path keeps one kernel, so each is new."""
        folder = self.server.folder / f"{self.results.name}-{next(self.numbers)}"
        if isinstance(notebook, Path):
            shutil.copytree(notebook.parent, folder)
            return f"{folder.name}/{notebook.name}"
        folder.mkdir()
        cell: dict[str, object] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        kernel = {"name": "python3", "display_name": "Python 3"}
        written = {
            "cells": [{**cell, "source": source} for source in notebook],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        (folder / "test.ipynb").write_text(json.dumps(written), encoding="utf-8")
        return f"{folder.name}/test.ipynb"


@contextmanager
def jupyterlab(own: Path, token: str) -> Iterator[str]:
    """A server with settings and folders of its own inside `own`, its root being `own / "root"`; yields its URL."""
    overrides = own / "config" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(_SETTINGS))
    (own / "root").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={own / 'root'}", f"--IdentityProvider.token={token}"),
        *("--LabApp.extension_manager=readonly", "--LabApp.news_url=None"),
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    environment = {**os.environ, **{name: str(own / folder) for name, folder in folders.items()}}
    environment["IPYTHONDIR"] = str(own / "ipython")
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / "jupyterlab.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/api/status?token={token}", process)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 our own server on loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start: see {RESULTS / 'jupyterlab.log'}")


_OPEN: Final = """async path => {
    await jupyterapp.restored;
    const open = () => jupyterapp.shell.currentWidget?.context?.path === path;
    // Where there is room for one alone, it is the address that opens it.
    if (jupyterapp.shell.mode === 'multiple-document') { await jupyterapp.commands.execute('docmanager:open', {path}); }
    while (!open()) {
        await new Promise(later => setTimeout(later, 50));
    }
    const session = jupyterapp.shell.currentWidget.sessionContext;
    // A kernel that is not ready makes 'run all' open a dialog that nobody answers.
    await session.ready;
    session.iopubMessage.connect((_, message) => {
        if (message.header.msg_type === 'error') { window.kernelError(message.content.traceback.join('\\n')); }
    });
}"""

_CLOSE: Final = """async () => {
    const notebook = jupyterapp.shell.currentWidget;
    await notebook.sessionContext.shutdown();
    notebook.dispose();
}"""

_STANDING_OUT: Final = """css => {
    const outer = document.querySelector(css);
    const right = outer.getBoundingClientRect().right + 1;
    return [...outer.querySelectorAll(':not(.oo-scroll *)')]
        .filter(element => element.getBoundingClientRect().right > right)
        .map(element => element.className || element.tagName);
}"""

_RUN_CODE: Final = """async code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code, store_history: false});
    let text = '';
    future.onIOPub = message => {
        const content = message.content;
        text += content.text ?? content.data?.['text/plain'] ?? content.traceback?.join('\\n') ?? '';
    };
    const reply = await future.done;
    return {status: reply.content.status, text};
}"""
