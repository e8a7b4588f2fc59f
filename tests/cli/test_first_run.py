"""The first minute: JupyterLab on the sample export, the page alone, the story in a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from onoffice_nb.cli.commands import app
from onoffice_nb.cli.first_run import FIRST_NOTEBOOK, sample_notebooks, write_page
from onoffice_nb.sandbox import Sandbox

COMMAND = str(Path(sysconfig.get_path("scripts")) / "onoffice-nb")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory and a data folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def recorded(calls: list[list[str]]) -> Callable[..., None]:
    def call(options: list[str] | None = None, argv: list[str] | None = None) -> None:
        calls.append(options or argv or [])

    return call


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What JupyterLab or Voila is started with, instead of starting it."""
    calls: list[list[str]] = []
    monkeypatch.setattr("jupyterlab.labapp.main", recorded(calls))
    monkeypatch.setattr("voila.app.Voila.launch_instance", recorded(calls))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return calls


def test_lab_opens_the_first_notebook_beside_its_data(opened: list[list[str]], folder: Path) -> None:
    assert run("lab").exit_code == 0
    copied = folder / "onoffice-nb"
    assert f"--ServerApp.root_dir={copied}" in opened[0]
    assert f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}" in opened[0]
    for original in [*sample_notebooks().glob("*.ipynb"), *sample_notebooks().glob("data/*.csv")]:
        assert (copied / original.relative_to(sample_notebooks())).read_bytes() == original.read_bytes()


def test_lab_overwrites_nothing(opened: list[list[str]]) -> None:
    mine = Path("new/folder", FIRST_NOTEBOOK)
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert run("lab", "new/folder").exit_code == 0
    assert mine.read_text(encoding="utf-8") == "mine"
    assert Path("new/folder/data/kaeufer_export.csv").is_file()


def test_lab_says_where_it_cannot_write(opened: list[list[str]]) -> None:
    Path("taken").write_text("", encoding="utf-8")
    refused = run("lab", "taken")
    assert (refused.exit_code, opened) == (2, [])
    assert "taken" in refused.output


def test_a_browser_is_opened_where_there_is_one(opened: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("lab", "app"):
        opened.clear()
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.setattr("sys.platform", "linux")
        run(command)
        monkeypatch.setenv("DISPLAY", ":0")
        run(command)
        assert ["--no-browser" in options for options in opened] == [True, False], command


@pytest.mark.parametrize(("command", "module"), [("lab", "jupyterlab"), ("app", "voila")])
def test_a_missing_extra_is_named(command: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    refused = run(command)
    assert refused.exit_code == 2
    assert f"`onoffice-nb {command}` needs {module}" in refused.output
    assert f"pip install 'onoffice-nb[{command}]'" in refused.output


def test_the_page_alone_runs_and_has_the_sample(tmp_path: Path) -> None:
    write_page(page := tmp_path / "page.ipynb")
    space: dict[str, Any] = {}
    for cell in json.loads(page.read_text(encoding="utf-8"))["cells"]:
        exec(cell["source"], space)  # noqa: S102 - this is what the kernel does
    assert len(space["buyers"]) == 14


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own, which ends with the test."""
    environment = os.environ | {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen([COMMAND, *words], env=environment, start_new_session=True, **pipes)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=300)


def line_with(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if found := re.search(pattern, line):
            return found
    raise AssertionError("".join(seen))


def test_lab_prints_the_address_of_the_notebook() -> None:
    with started("lab", "work") as process:
        found = line_with(process, rf"(http://127\.0\.0\.1:\d+)/lab/tree/({re.escape(FIRST_NOTEBOOK)})\?token=(\w+)")
        answer = httpx.get(f"{found[1]}/api/contents/{found[2]}", params={"token": found[3]}, timeout=300)
    assert answer.status_code == 200
    assert len(answer.json()["content"]["cells"]) > 2


def test_app_serves_the_page(unused_port: int) -> None:
    with started("app", "--port", str(unused_port)) as process:
        found = line_with(process, r"(http://127\.0\.0\.1:\d+)/")
        answer = httpx.get(found[1], timeout=300)
    assert answer.status_code == 200
    assert "application/vnd.jupyter.widget-view+json" in answer.text
    assert "oo.connect" not in answer.text, "the page shows no code"


@pytest.fixture
def unused_port() -> int:
    with Sandbox().serve() as server:
        return int(httpx.URL(server.url).port or 0)


def test_demo_tells_the_story_and_leaves_nothing(folder: Path) -> None:
    told = run("demo")
    assert told.exit_code == 0
    assert "SANDBOX · Muster Immobilien" in told.output
    steps = ["oo.read_table", "oo.read_pairs", "oo.plan(", "oo.submit(", "report.frame", "oo.undo("]
    places = [told.output.index(f"{step}") for step in steps]
    assert places == sorted(places)
    assert "7 rejects" in told.output
    assert "Create 6 links in 5 actions, 1 request" in told.output
    assert "14 rows: 7 linked · 7 skipped" in told.output
    assert "6 rows: 6 removed" in told.output
    assert list(folder.iterdir()) == []


def test_demo_asks_for_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an account is at hand, the demonstration stays away from it."""
    with Sandbox() as box, box.serve() as server:
        for name, value in {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret}.items():
            monkeypatch.setenv(f"ONOFFICE_{name}", value)
        assert run("demo").exit_code == 0
        assert not box.log
