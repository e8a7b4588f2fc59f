"""The demonstration without a server: it builds, offers its own wheel, and opens at the notebook.

That the kernel runs is not seen here: Pyodide and its pandas come from the
network when the page is used. What it has to do without is played in
`tests/test_without_threads.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.lab import ROOT, Server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("lite") / "site"
    command = [sys.executable, str(ROOT / "lite/build.py"), str(built)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return built


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """The site as any web server of files serves it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_offers_this_wheel_to_its_kernels(site: Path) -> None:
    index = json.loads((site / "pypi/all.json").read_text(encoding="utf-8"))
    ((release,),) = index["onoffice-nb"]["releases"].values()
    with zipfile.ZipFile(site / "pypi" / release["filename"]) as wheel:
        assert "onoffice_nb/builder/relation_builder.py" in wheel.namelist()
    # A wheel for one kind of machine would not run in a browser.
    assert release["filename"].endswith("-py3-none-any.whl")


def test_its_notebooks_install_the_package_first_and_are_else_as_committed(site: Path) -> None:
    notebooks = {path.name: path for path in (ROOT / "notebooks").glob("*.ipynb")}
    offered_names = {path.name for path in (site / "files").glob("*.ipynb")}
    # That of many accounts needs threads and processes.
    assert notebooks.keys() - offered_names == {"04_many_accounts.ipynb"}
    for notebook in (notebooks[name] for name in offered_names):
        committed = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        offered = json.loads((site / "files" / notebook.name).read_text(encoding="utf-8"))["cells"]
        assert offered[0]["source"] == '%pip install -q "onoffice_nb[notebook]"'
        assert offered[1:] == committed
    assert (site / "files/data/kaeufer_export.csv").is_file()


def test_its_widgets_are_there(site: Path) -> None:
    config = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    extensions = {extension["name"] for extension in config["federated_extensions"]}
    assert {"anywidget", "@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension"} <= extensions


def test_it_opens_at_the_notebook(address: str, server: Server) -> None:
    page = server.browser.new_page()
    try:
        page.goto(f"{address}/lab/index.html?path=01_relation_builder.ipynb")
        expect(page.get_by_role("heading", name="From an Excel export to links in the CRM")).to_be_visible(
            timeout=120_000
        )
        expect(page.locator(".jp-CodeCell").first).to_contain_text("%pip install")
        # As committed, with its outputs, before anything has run.
        expect(page.get_by_text("Müller-Lüdenscheidt").first).to_be_attached()
    finally:
        page.close()
