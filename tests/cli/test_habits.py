"""What people and scripts expect of any command: --version, -h, -, --json, completion, the width of the window."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib.metadata import version
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoffice_nb.cli.commands import app
from onoffice_nb.cli.terminal import echo_table
from onoffice_nb.execution.journal import user_journal
from onoffice_nb.sandbox import Sandbox
from tests.samples import ROOT

ROWS = "estate;address\n1001;5001\n1002;x\n"
BUYERS = ["--relation", "buyer", "--parent", "estate", "--child", "address"]


@pytest.fixture(autouse=True)
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/onoffice_nb").mkdir(parents=True)
    user_journal.cache_clear()
    yield Sandbox(tmp_path / "data/onoffice_nb/sandbox.sqlite")
    user_journal.cache_clear()


def run(*words: str, said: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=said)


def test_version() -> None:
    assert run("--version").output == f"onoffice-nb {version('onoffice_nb')}\n"


def test_short_help_is_the_long_one() -> None:
    for words in ([], ["plan"], ["check"]):
        assert run(*words, "-h").output == run(*words, "--help").output != ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_what_the_documentation_says(shell: str) -> None:
    """The line of the documentation gives a script, which asks the command for what may come next."""
    (line,) = re.findall(rf"_ONOFFICE_NB_COMPLETE={shell}_source", (ROOT / "docs/install.md").read_text("utf-8"))
    name, _, value = line.partition("=")
    script = run_with({name: value})
    assert f"{name}={shell}_complete" in script

    typed = {"COMP_WORDS": "onoffice-nb pl" if shell != "fish" else "onoffice-nb", "COMP_CWORD": "1"}
    assert "plan" in run_with({name: f"{shell}_complete"} | typed | ({"COMP_CWORD": "pl"} if shell == "fish" else {}))


def run_with(environment: dict[str, str]) -> str:
    """What the command prints in a shell that asks it for completion."""
    command = Path(sysconfig.get_path("scripts")) / "onoffice-nb"
    return subprocess.run(
        [str(command)], env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    ).stdout


def test_a_table_through_a_pipe(box: Sandbox) -> None:
    sent = run("submit", "-", *BUYERS, "--yes", said=ROWS)
    assert sent.exit_code == 1, sent.output
    assert (1001, 5001) in box.links("buyer")
    found = run("match", "-", "estate", "--by", "objektnr_extern=Objekt", said="Objekt;Ort\nA-1001;Köln\n")
    assert "1 found" in found.output


def test_whoever_pipes_a_table_in_cannot_be_asked(box: Sandbox) -> None:
    before = box.links("buyer")
    refused = run("submit", "-", *BUYERS, said=ROWS)
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert box.links("buyer") == before


def test_every_command_prints_one_document() -> None:
    Path("rows.csv").write_text(ROWS, encoding="utf-8")
    Path("names.csv").write_text("Objekt;Ort\nA-1001;Köln\nA-9999;Köln\n", encoding="utf-8")
    Path("links.toml").write_text('[[links]]\nrelation = "owner"\npairs = [[1001, 5001]]\n', encoding="utf-8")
    history = ["--at", "2026-06-01 14:30", "--parents", "1001"]
    commands = [
        ["plan", "rows.csv", *BUYERS],
        ["submit", "rows.csv", *BUYERS, "--dry-run"],
        ["submit", "rows.csv", *BUYERS, "--yes"],
        ["retry", "1", "--yes"],
        ["resume", "1", "--yes"],
        ["undo", "1", "--yes"],
        ["runs"],
        ["relations", "Käufer"],
        ["match", "names.csv", "estate", "--by", "objektnr_extern=Objekt"],
        ["check", "links.toml"],
        ["apply", "links.toml", "--yes"],
        ["audit", "1"],
        ["restore", "contactPersonAll", *history, "--dry-run"],
        ["restore", "contactPersonAll", *history, "--yes"],
    ]
    documents = {}
    for words in commands:
        result = run(*words, "--json")
        assert result.exit_code in (0, 1, 2), result.output
        documents[" ".join(words[:1])] = json.loads(result.stdout)

    assert documents["plan"]["rejects"][0]["raw"] == "x"
    assert documents["undo"]["counts"] == {"removed": 1}
    assert documents["relations"][0]["suffix"] == "estate:address:buyer"
    assert [row["id"] for row in documents["match"]["rows"]] == [1001, None]
    assert documents["runs"][0]["relation"].endswith("estate:address:buyer")


def test_a_question_stays_out_of_the_document(box: Sandbox) -> None:
    Path("rows.csv").write_text(ROWS, encoding="utf-8")
    sent = run("submit", "rows.csv", *BUYERS, "--json", said="y\n")
    assert "[y/N]" in sent.stderr
    assert json.loads(sent.stdout)["counts"] == {"linked": 1, "skipped": 1}


class Window(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_fits_the_window(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((width, 24)))
    rows = [("1001", "Doppelhaushälfte in Köln " * 4, "create"), ("1002", "kurz", "remove")]
    monkeypatch.setattr("sys.stdout", window := Window())
    echo_table(["parent", "name", "action"], rows)
    lines = window.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert lines[2].endswith("remove")
    assert "kurz" in lines[2]


def test_a_table_in_a_pipe_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((40, 24)))
    monkeypatch.setattr("sys.stdout", pipe := StringIO())
    echo_table(["name"], [("x" * 100,)])
    assert "x" * 100 in pipe.getvalue()
