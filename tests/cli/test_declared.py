"""Nightly runs: drift is found and named, applied once, and nothing is left to do the second time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onoffice_nb.cli.commands import app
from onoffice_nb.execution.journal import user_journal
from onoffice_nb.sandbox import Sandbox

SAME, NOT_CHECKED, DIFFERS = range(3)
OK, PARTIAL, BAD_INPUT, STOPPED = range(4)
LINKS = '[[links]]\nrelation = "owner"\npairs = [[1001, 5001], [1001, 5002], [1002, 5003]]\n'


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox that the command line uses where there are no credentials, with a file that declares links."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/onoffice_nb").mkdir(parents=True)
    Path("links.toml").write_text(LINKS, encoding="utf-8")
    user_journal.cache_clear()
    yield Sandbox(tmp_path / "data/onoffice_nb/sandbox.sqlite")
    user_journal.cache_clear()


def run(*words: str, said: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=said)


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_apply_twice_and_drift_between(box: Sandbox) -> None:
    assert run("check", "links.toml").exit_code == DIFFERS
    assert run("apply", "links.toml", "--yes").exit_code == OK
    assert {(1001, 5001), (1001, 5002), (1002, 5003)} <= box.links("owner")

    assert run("check", "links.toml").exit_code == SAME
    before = box.links("owner"), len(document(run("runs", "--json")))
    again = run("apply", "links.toml", "--yes")
    assert again.exit_code == OK
    assert "as declared, 3 links" in again.output
    assert (box.links("owner"), len(document(run("runs", "--json")))) == before

    # A colleague removes one, and adds one.
    box.unlink("owner", [(1001, 5002)])
    box.link("owner", [(1002, 5009)])
    assert run("check", "links.toml").exit_code == DIFFERS
    (drift,) = document(run("check", "links.toml", "--prune", "--json"))["links"]
    assert drift["missing"] == [[1001, 5002]]
    assert [1002, 5009] in drift["surplus"]

    assert run("apply", "links.toml", "--yes").exit_code == OK
    assert (1002, 5009) in box.links("owner"), "without --prune nothing is removed"
    assert run("check", "links.toml").exit_code == SAME
    assert run("check", "links.toml", "--prune").exit_code == DIFFERS


def test_prune_removes_others_of_these_parents_only(box: Sandbox) -> None:
    box.link("owner", [(1002, 5009), (1003, 5009)])
    assert run("apply", "links.toml", "--prune", "--yes").exit_code == OK
    assert {link for link in box.links("owner") if link[0] in (1001, 1002)} == {
        (1001, 5001),
        (1001, 5002),
        (1002, 5003),
    }
    assert (1003, 5009) in box.links("owner")
    assert run("check", "links.toml", "--prune").exit_code == SAME


def test_nothing_without_a_yes(box: Sandbox) -> None:
    before = box.links("owner")
    refused = run("apply", "links.toml", said="n\n")
    assert refused.exit_code == STOPPED
    assert "Create 3 links (estate:address:owner) in SANDBOX" in refused.output
    assert run("apply", "links.toml").exit_code == BAD_INPUT
    assert box.links("owner") == before
    assert run("apply", "links.toml", said="y\n").exit_code == OK


@pytest.mark.parametrize("command", ["check", "apply"])
def test_what_cannot_be_read_is_no_drift(command: str, box: Sandbox) -> None:
    Path("broken.csv").write_text("relation;parent;child\nowner;1.001;5001\n", encoding="utf-8")
    for file, words in (("broken.csv", "row 2, '1.001'"), ("nowhere.toml", "nowhere.toml cannot be read")):
        result = run(command, file)
        assert result.exit_code == (NOT_CHECKED if command == "check" else BAD_INPUT)
        assert words in result.stderr


def test_no_connection_is_no_drift(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as other, other.serve() as server:
        names = {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret}
    for name, value in names.items():
        monkeypatch.setenv(f"ONOFFICE_{name}", value)
    assert run("check", "links.toml").exit_code == NOT_CHECKED


def test_what_was_typed_wrongly_is_no_drift(box: Sandbox) -> None:
    assert [run("check").exit_code, run("check", "links.toml", "--purge").exit_code] == [NOT_CHECKED, NOT_CHECKED]
    assert run("check", "--help").exit_code == 0
    assert run("apply").exit_code == BAD_INPUT


def test_apply_as_json_names_each_row(box: Sandbox) -> None:
    (done,) = document(run("apply", "links.toml", "--yes", "--json"))["runs"]
    assert done["counts"] == {"linked": 3}
    assert [row["outcome"] for row in done["rows"]] == ["linked"] * 3
    assert document(run("apply", "links.toml", "--yes", "--json")) == {"runs": []}


@pytest.mark.parametrize(
    "declared", [LINKS, "relation;parent;child\nowner;1001;5001\nowner;1001;5002\nowner;1002;5003\n"]
)
def test_links_that_are_declared_through_a_pipe(box: Sandbox, declared: str) -> None:
    assert run("check", "-", said=declared).exit_code == DIFFERS
    refused = run("apply", "-", said=declared)
    assert refused.exit_code == BAD_INPUT
    assert "--yes" in refused.stderr
    assert run("apply", "-", "--yes", said=declared).exit_code == OK
    assert {(1001, 5001), (1001, 5002), (1002, 5003)} <= box.links("owner")
    assert run("check", "-", said=declared).exit_code == SAME


def test_a_table_beside_what_comes_through_a_pipe(box: Sandbox) -> None:
    Path("owners.csv").write_text("estate;address\n1001;5001\n", encoding="utf-8")
    declared = '[[links]]\nrelation = "owner"\nfile = "owners.csv"\nparent = "estate"\nchild = "address"\n'
    assert run("apply", "-", "--yes", said=declared).exit_code == OK
    assert (1001, 5001) in box.links("owner")


@pytest.mark.parametrize("declared", ["", "[[links]]\nrelation = ", "parent;child\n1001;5001\n"])
def test_a_pipe_without_a_declaration_is_not_checked(box: Sandbox, declared: str) -> None:
    refused = run("check", "-", said=declared)
    assert refused.exit_code == NOT_CHECKED
    assert "Traceback" not in refused.stderr
    assert refused.stderr


# The CRM's own log


def test_audit_tells_what_somebody_else_has_done_since(box: Sandbox) -> None:
    run("apply", "links.toml", "--yes")
    assert run("audit", "1").exit_code == OK
    box.unlink("owner", [(1001, 5002)], user=22)
    told = run("audit", "1")
    assert told.exit_code == PARTIAL
    assert "removed since" in told.output
    (deviation,) = document(run("audit", "1", "--json"))["deviations"]
    assert (deviation["parent"], deviation["child"], deviation["user"]) == (1001, 5002, 22)
    assert run("audit", "99").exit_code == BAD_INPUT


def test_restore_brings_back_what_stood_at_a_moment(box: Sandbox) -> None:
    before = box.links("owner")
    run("apply", "links.toml", "--yes")
    after = box.links("owner")
    moment = ["restore", "owner", "--at", "2026-06-01 14:30", "--parents", "1001,1002"]
    planned = document(run(*moment, "--dry-run", "--json"))
    assert planned["counts"]["remove"] == 3
    assert box.links("owner") == after, "nothing is written by looking"

    assert run(*moment, said="n\n").exit_code == STOPPED
    done = run(*moment, "--yes")
    assert done.exit_code == OK, done.output
    assert box.links("owner") == before
    assert run("undo", "2", "--yes").exit_code == OK
    assert box.links("owner") == after


@pytest.mark.parametrize(("option", "value"), [("--at", "yesterday"), ("--parents", "1001;1002"), ("--parents", "")])
def test_restore_says_what_it_expects(option: str, value: str, box: Sandbox) -> None:
    options = {"--at": "2026-06-01 14:30", "--parents": "1001"} | {option: value}
    refused = run("restore", "owner", *[word for pair in options.items() for word in pair], "--dry-run")
    assert refused.exit_code == BAD_INPUT
    assert "xpected" in refused.stderr


def test_of_many_links_the_first_are_shown_and_what_speaks_against_them(box: Sandbox) -> None:
    pairs = [[1001 + number % 8, 5001 + number // 8] for number in range(23)]
    Path("links.toml").write_text(
        f'[[links]]\nrelation = "buyer"\npairs = {[*pairs, [1001, 999_999]]}\n', encoding="utf-8"
    )
    checked = run("check", "links.toml")
    assert checked.exit_code == DIFFERS
    assert "… and 4 more: --json names each." in checked.output
    assert "unknown-record" in checked.output
