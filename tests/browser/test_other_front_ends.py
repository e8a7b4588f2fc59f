"""The page outside JupyterLab: by itself (Voila), in Jupyter Notebook 7 and in the classic Notebook.

Each is judged by what the CRM holds.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as BrowserPage

from onoffice_nb import Sandbox
from tests.browser.lab import NOTEBOOKS, Server
from tests.samples import SAMPLES

BUYERS = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}


@pytest.fixture
def sandbox() -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox over HTTP, and the environment in which it is the account."""
    box = Sandbox()
    with box.serve() as server:
        account = {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret, "LABEL": box.label}
        yield box, {f"ONOFFICE_{name}": value for name, value in account.items()}


@contextmanager
def serving(command: Sequence[str], port: int, address: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """A server in a process of its own, until it answers, and to its end."""
    with log.open("w") as output:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 120
            while True:
                assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
                assert time.monotonic() < deadline, f"port {port} does not answer"
                try:
                    with urllib.request.urlopen(address, timeout=60):  # noqa: S310 our own server on loopback
                        break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def opened(server: Server, address: str) -> tuple[Any, BrowserPage]:
    context = server.browser.new_context(viewport={"width": 1280, "height": 2400}, locale="de-DE")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(address, timeout=120_000)
    return context, page


def link_the_export(root: Locator) -> None:
    """The main story in German, the export as a file."""
    expect(root.locator(".oo-what h3")).to_have_text("Was")
    root.locator(".oo-relation-search input").fill("Käufer")
    expect(root.locator(".oo-hits li")).to_have_count(1)
    root.locator(".oo-relation-search input").press("Enter")
    expect(root.locator(".oo-relation-name")).to_have_text("Käufer")
    root.locator(".oo-data input[type=file]").set_input_files(SAMPLES / "kaeufer_export.csv")
    expect(root.locator(".oo-data")).to_contain_text("6 Paare")
    root.locator(".oo-check").first.click()
    expect(root.locator(".oo-check-result")).to_contain_text("Jürgen Brandt")
    root.locator(".oo-confirm input").check()
    root.locator(".oo-submit").click()
    expect(root.locator(".oo-after")).to_contain_text("7 verknüpft")


def test_the_main_story_as_a_page_of_its_own(
    server: Server, sandbox: tuple[Sandbox, dict[str, str]], tmp_path: Path
) -> None:
    box, environment = sandbox
    before, port = box.links("buyer"), free_port()
    command = [sys.executable, "-c", "from onoffice_nb.cli import app; app()", "app", f"--port={port}"]
    address = f"http://127.0.0.1:{port}/"
    with serving(command, port, address, environment, tmp_path / "log"):
        context, page = opened(server, address)
        link_the_export(page.locator(".oo-builder"))
        assert box.links("buyer") - before == BUYERS
        assert page.locator(".jp-InputArea").count() == 0, "no code is shown"
        context.close()


@contextmanager
def notebook_server(application: str, environment: dict[str, str], folder: Path, *options: str) -> Iterator[str]:
    """A Jupyter server with settings of its own; yields the address of notebook 01 with places for path and token."""
    port, token = free_port(), secrets.token_hex(16)
    shutil.copytree(NOTEBOOKS, folder / "root")
    command = [
        *(sys.executable, "-m", application, "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", *options),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        f"--ServerApp.root_dir={folder / 'root'}",
    ]
    address = f"http://127.0.0.1:{port}"
    folders = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    with serving(command, port, f"{address}/api/status?token={token}", environment | folders, folder / "log"):
        yield f"{address}/{{}}01_relation_builder.ipynb?token={token}"


def test_the_main_story_in_notebook_7_where_keys_stay_in_the_page(
    server: Server, sandbox: tuple[Sandbox, dict[str, str]], tmp_path: Path
) -> None:
    box, environment = sandbox
    before = box.links("buyer")
    with notebook_server("notebook", environment, tmp_path, "--expose-app-in-browser") as address:
        context, page = opened(server, address.format("notebooks/"))
        page.wait_for_function("window.jupyterapp", timeout=60_000)
        page.evaluate(
            "async () => { await jupyterapp.restored;"
            " await jupyterapp.shell.currentWidget.sessionContext.ready;"
            " await jupyterapp.commands.execute('notebook:run-all-cells'); }"
        )
        root = page.locator(".oo-builder")
        expect(root).to_have_count(1)
        cells = page.locator(".jp-Cell").count()
        root.locator(".oo-task input").first.focus()
        for key in ("b", "a"):
            page.keyboard.press(key)
        assert page.locator(".jp-Cell").count() == cells

        link_the_export(root)
        assert box.links("buyer") - before == BUYERS
        context.close()


def test_the_main_story_and_back_in_the_classic_notebook(
    server: Server, sandbox: tuple[Sandbox, dict[str, str]], tmp_path: Path
) -> None:
    box, environment = sandbox
    before = box.links("buyer")
    with notebook_server("nbclassic", environment, tmp_path) as address:
        context, page = opened(server, address.format("nbclassic/notebooks/"))
        # While it restores widgets of earlier, it takes away what a cell shows meanwhile; so all is run twice.
        page.wait_for_function("window.Jupyter?.notebook?.kernel?.widget_manager")
        for runs in (1, 2):
            page.evaluate("Jupyter.notebook.execute_all_cells()")
            page.wait_for_function(
                """runs => {
                    const cells = Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code');
                    return cells.at(-1).input_prompt_number === runs * cells.length;
                }""",
                arg=runs,
            )
        root = page.locator(".oo-builder")
        expect(root.locator(".oo-what h3")).to_have_text("Was", timeout=60_000)
        cells = page.locator(".cell").count()
        root.locator(".oo-task input").first.focus()
        for key in ("b", "a"):
            page.keyboard.press(key)
        assert page.locator(".cell").count() == cells

        link_the_export(root)
        assert box.links("buyer") - before == BUYERS
        root.locator(".oo-undo").click()
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-after")).to_contain_text("6 entfernt")
        assert box.links("buyer") == before
        # Its style sheets make a rem of ten pixels, and hide what tells that a part can be unfolded.
        summary = root.locator(".oo-runs-list > summary")
        assert summary.evaluate("summary => getComputedStyle(summary).display") == "list-item"
        assert root.locator(".oo-send h3").evaluate("title => title.scrollWidth <= title.clientWidth")
        root.screenshot(path=tmp_path / "classic.png")
        context.close()
