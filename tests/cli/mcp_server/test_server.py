"""A model reads, plans and previews; what is written, a person has confirmed at a terminal: exactly that, and once."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

import onoffice_nb as oo
from onoffice_nb.cli.commands import app
from onoffice_nb.cli.mcp_server.confirmations import Confirmations
from onoffice_nb.cli.mcp_server.server import build_server
from onoffice_nb.errors import PlanError
from onoffice_nb.execution.journal import user_journal
from onoffice_nb.sandbox import Sandbox

COMMAND = str(Path(sysconfig.get_path("scripts")) / "onoffice-nb")
TOKEN, SECRET = "t0ken" + 27 * "x", "s3cret" + 58 * "y"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory and a data folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    user_journal.cache_clear()
    yield work
    user_journal.cache_clear()


@dataclass
class Model:
    """A scripted client: it has the tools of the server, and nothing else."""

    box: Sandbox
    confirmations: Confirmations
    folder: Path

    def __post_init__(self) -> None:
        self.server = build_server(self.box.client(), self.folder, self.confirmations)

    def ask(self, tool: str, **arguments: Any) -> tuple[bool, str, dict[str, Any]]:
        """Whether it failed, what was said, and the document, if any."""

        async def call() -> Any:
            # With the frames of the protocol, as over stdin.
            async with Client(self.server, mode="legacy") as client:
                return await client.call_tool(tool, arguments)

        result = asyncio.run(call())
        return bool(result.is_error), result.content[0].text, result.structured_content or {}

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        failed, said, document = self.ask(tool, **arguments)
        assert not failed, said
        return document

    def plan(self, *pairs: tuple[int, int]) -> str:
        lines = "".join(f"{parent};{child}\n" for parent, child in pairs or [(1011, 5001)])
        planned = self.call("plan", relation="buyer", parent="estate", child="address", text=f"estate;address\n{lines}")
        return str(planned["code"])

    @property
    def writes(self) -> int:
        return sum(self.box.writes_received.values())


@pytest.fixture
def model(folder: Path) -> Model:
    return Model(Sandbox(), Confirmations(), folder)


def confirm_at_terminal(code: str, answer: str = "y") -> str:
    """What a person does: a real terminal, the command, a look, a yes."""
    master, terminal = pty.openpty()
    command = subprocess.Popen([COMMAND, "confirm", code], stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.write(master, f"{answer}\n".encode())
    shown = b""
    try:
        while chunk := os.read(master, 4096):
            shown += chunk
    # The terminal is gone with its last program.
    except OSError:
        pass
    finally:
        os.close(master)
        command.wait(timeout=60)
    return shown.decode()


def test_questions_that_are_not_clear_are_asked_back(model: Model, folder: Path) -> None:
    columns = {"parent": "estate", "child": "address"}
    for tool, arguments, said in (
        ("read_records", {"module": "address", "fields": ["Name"]}, "Say which records: ids, or a filter"),
        ("read_pairs", columns, "either a file or a table as text"),
        ("read_pairs", {**columns, "file": "buyers.csv", "text": "estate;address"}, "either a file or a table as text"),
    ):
        failed, words, _ = model.ask(tool, **arguments)
        assert failed
        assert said in words
    assert CliRunner().invoke(app, ["mcp", "--folder", "nowhere"]).exit_code != 0


def test_a_removal_is_planned_and_sent_as_any_other_plan(model: Model) -> None:
    model.box.link("buyer", [(1011, 5001)])
    text = "estate;address\n1011;5001\n"
    planned = model.call("plan", relation="buyer", parent="estate", child="address", text=text, action="remove")
    assert (planned["counts"]["create"], planned["counts"]["remove"]) == (0, 1)
    assert (1011, 5001) in model.box.links("buyer")
    assert not model.writes


def test_the_story(model: Model, folder: Path) -> None:
    (folder / "buyers.csv").write_text("estate;address\n1011;5001\n1012;5001\n1013;#NV\n", encoding="utf-8")
    columns = {"parent": "estate", "child": "address", "file": "buyers.csv"}

    types = model.call("relation_types", word="Käufer")["relation_types"]
    assert "estate:address:buyer" in [relation["suffix"] for relation in types]
    records = model.call("read_records", module="address", fields=["Vorname", "Name"], ids=[5001])
    assert records["records"][0]["id"] == 5001
    assert model.call("read_table", file="buyers.csv")["rows"][2] == {"file row": 4, "estate": "1013", "address": "#NV"}
    pairs = model.call("read_pairs", **columns)
    assert pairs["pairs"] == [[1011, 5001], [1012, 5001]]
    assert (pairs["rejects"][0]["row"], pairs["rejects"][0]["raw"]) == (4, "#NV")

    planned = model.call("plan", relation="buyer", **columns)
    code = planned["code"]
    assert planned["counts"]["create"] == 2
    assert len(planned["rejects"]) == 1
    assert f"onoffice-nb confirm {code}" in planned["to_confirm"]
    request = model.call("preview", code=code)["request"]
    assert request["token"] == "••••••"
    assert request["request"]["actions"][0]["parameters"]["childid"] == [5001]

    asked = model.call("submit", code=code)
    assert (asked["sent"], asked["code"], model.writes) == (False, code, 0)

    shown = confirm_at_terminal(code)
    assert "SANDBOX · Muster Immobilien" in shown
    assert re.search(r"create +1012 +5001", shown)
    assert "Confirmed until" in shown
    assert model.writes == 0

    sent = model.call("submit", code=code)
    assert sent["counts"] == {"linked": 2, "skipped": 1}
    assert {(1011, 5001), (1012, 5001)} <= set(model.box.links("buyer"))
    assert model.call("read_links", relation="buyer", parents=[1012])["links"] == [{"parent": 1012, "child": 5001}]
    assert model.call("report", run=sent["run"])["counts"] == sent["counts"]

    undo = model.call("plan_undo", run=sent["run"])
    written = model.writes
    assert model.call("undo", code=undo["code"])["sent"] is False
    assert model.writes == written
    assert f"take back run {sent['run']}" in confirm_at_terminal(undo["code"])
    assert model.call("undo", code=undo["code"])["counts"] == {"removed": 2}
    assert not {(1011, 5001), (1012, 5001)} & set(model.box.links("buyer"))
    assert [run["undoes"] for run in model.call("runs")["runs"]] == [sent["run"], None]


def test_the_person_sees_the_names_that_the_crm_has_and_never_those_of_another_account(folder: Path) -> None:
    database = Path(os.environ["XDG_DATA_HOME"], "onoffice_nb", "sandbox.sqlite")
    database.parent.mkdir(parents=True)
    ours, elsewhere = (Model(box, Confirmations(), folder) for box in (Sandbox(database), Sandbox()))
    shown = confirm_at_terminal(ours.plan(), "n")
    assert re.search(r"create +1011 .*5001 +Jürgen Brandt", shown)

    shown = confirm_at_terminal(elsewhere.plan(), "n")
    assert "could not be read: The plan is for SANDBOX · Muster Immobilien" in shown
    assert re.search(r"create +1011 +5001\r\n", shown), "ids, which are sure"


def proposal_file(model: Model, code: str) -> Path:
    (path,) = Path(os.environ["XDG_DATA_HOME"], "onoffice_nb/agent").glob(f"{code}.*.json")
    return path


def confirmation_file(code: str) -> Path:
    return Path(os.environ["XDG_DATA_HOME"], "onoffice_nb/agent", f"{code}.confirmed")


def confirmed(model: Model, *pairs: tuple[int, int]) -> str:
    code = model.plan(*pairs)
    model.confirmations.confirm(model.confirmations.load(code))
    return code


def without_confirmation(model: Model) -> str:
    return model.plan()


def with_the_hash_of_nothing(model: Model) -> str:
    confirmed(model)
    return 32 * "0"


def with_the_confirmation_of_another_plan(model: Model) -> str:
    confirmed(model, (1012, 5002))
    return model.plan()


def with_the_confirmation_of_the_same_links_planned_before(model: Model) -> str:
    confirmed(model)
    return model.plan()


def with_the_confirmation_of_another_plan_under_its_name(model: Model) -> str:
    other, code = confirmed(model, (1012, 5002)), model.plan()
    confirmation_file(other).rename(confirmation_file(code))
    return code


def with_the_confirmation_of_another_account(model: Model) -> str:
    elsewhere = replace(model, box=Sandbox())
    return confirmed(elsewhere)


def with_a_confirmation_that_names_another_account(model: Model) -> str:
    code = confirmed(model)
    content = json.loads(confirmation_file(code).read_text())
    confirmation_file(code).write_text(json.dumps(content | {"account": "of somebody else"}))
    return code


def after_it_has_expired(model: Model) -> str:
    code = model.plan()
    late = Confirmations(valid_for=timedelta(seconds=-1))
    late.confirm(late.load(code))
    return code


def after_the_plan_was_changed(model: Model) -> str:
    code = confirmed(model)
    path = proposal_file(model, code)
    path.write_text(path.read_text().replace("5001", "5002"))
    return code


def after_another_plan_took_its_place(model: Model) -> str:
    code = confirmed(model)
    proposal_file(model, model.plan((1012, 5002))).replace(proposal_file(model, code))
    return code


def after_the_person_said_no(model: Model) -> str:
    code = model.plan()
    assert "Nothing was sent." in confirm_at_terminal(code, "n")
    return code


def with_a_confirmation_that_others_could_have_written(model: Model) -> str:
    code = confirmed(model)
    confirmation_file(code).chmod(0o666)
    return code


def with_a_confirmation_that_is_empty(model: Model) -> str:
    code = confirmed(model)
    confirmation_file(code).write_text("")
    return code


def with_a_path(model: Model) -> str:
    return f"../agent/{confirmed(model)}"


def with_a_pattern(model: Model) -> str:
    confirmed(model)
    return "*"


def with_a_pattern_as_long_as_a_hash(model: Model) -> str:
    confirmed(model)
    return 32 * "?"


def with_capitals_and_a_line_break(model: Model) -> str:
    return f"{confirmed(model).upper()}\n"


def with_digits_of_another_script(model: Model) -> str:
    confirmed(model)
    return 32 * "١"


WAYS = [
    without_confirmation,
    with_the_hash_of_nothing,
    with_the_confirmation_of_another_plan,
    with_the_confirmation_of_the_same_links_planned_before,
    with_the_confirmation_of_another_plan_under_its_name,
    with_the_confirmation_of_another_account,
    with_a_confirmation_that_names_another_account,
    after_it_has_expired,
    after_the_plan_was_changed,
    after_another_plan_took_its_place,
    after_the_person_said_no,
    with_a_confirmation_that_others_could_have_written,
    with_a_confirmation_that_is_empty,
    with_a_path,
    with_a_pattern,
    with_a_pattern_as_long_as_a_hash,
    with_capitals_and_a_line_break,
    with_digits_of_another_script,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_is_written_without_the_confirmation_of_exactly_this(model: Model, way: Callable[[Model], str]) -> None:
    code = way(model)
    for _ in range(2):
        failed, said, answer = model.ask("submit", code=code)
        assert failed or answer["sent"] is False, said
    assert model.writes == 0
    assert model.call("runs")["runs"] == []


def test_the_same_ways_would_write_with_a_confirmation(model: Model) -> None:
    assert model.call("submit", code=confirmed(model))["counts"] == {"linked": 1}
    assert model.writes == 1


def test_a_confirmation_is_used_once(model: Model) -> None:
    code = confirmed(model)
    model.call("submit", code=code)
    failed, said, _ = model.ask("submit", code=code)
    assert failed
    assert "carried out already" in said
    assert model.writes == 1


def test_an_undo_needs_a_confirmation_of_its_own(model: Model) -> None:
    run = model.call("submit", code=confirmed(model))["run"]
    model.box.writes_received.clear()
    other = confirmed(model, (1012, 5002))
    undo = model.call("plan_undo", run=run)["code"]

    failed, said, _ = model.ask("undo", code=other)
    assert failed
    assert "submit" in said
    assert model.call("undo", code=undo)["sent"] is False
    # The confirmation of a submission, laid where that of the undo is looked for.
    confirmation_file(other).rename(confirmation_file(undo))
    assert model.call("undo", code=undo)["sent"] is False
    # And the undo's proposal under the name of a plan.
    model.confirmations.confirm(model.confirmations.load(undo))
    failed, _, _ = model.ask("submit", code=undo)
    assert failed
    path = proposal_file(model, undo)
    path.rename(path.with_name(f"{undo}.submit.json"))
    failed, said, _ = model.ask("submit", code=undo)
    assert failed
    assert "changed" in said
    assert model.writes == 0


def test_an_undo_is_what_was_confirmed(model: Model) -> None:
    """Part of the run was taken back meanwhile: what is left is another undo than that which was shown."""
    run = model.call("submit", code=confirmed(model, (1011, 5001), (1012, 5002)))["run"]
    undo = model.call("plan_undo", run=run)["code"]
    model.confirmations.confirm(model.confirmations.load(undo))
    oo.undo(model.box.client(), run, progress=False)
    model.box.writes_received.clear()
    failed, said, _ = model.ask("undo", code=undo)
    assert failed
    assert f"Run {run} is not as it was" in said
    assert model.writes == 0


def test_a_plan_with_errors_is_not_confirmed(model: Model) -> None:
    code = model.plan((1011, 9_000_001))
    shown = confirm_at_terminal(code)
    assert "unknown-record" in shown
    assert "Confirmed" not in shown
    failed, said, _ = model.ask("submit", code=code)
    assert failed
    assert "9000001" in said
    assert model.writes == 0


def test_only_a_terminal_confirms(model: Model) -> None:
    code = model.plan()
    said = CliRunner().invoke(app, ["confirm", code], input="y\n")
    assert said.exit_code == 2
    assert "Nothing was confirmed" in said.output
    assert not confirmation_file(code).exists()


def test_nobody_else_may_read_what_is_proposed(model: Model) -> None:
    code = confirmed(model)
    path = proposal_file(model, code)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_what_is_a_day_old_is_removed(model: Model) -> None:
    old, code = confirmed(model), model.plan((1012, 5002))
    for path in (proposal_file(model, old), confirmation_file(old)):
        os.utime(path, (0, 0))
    model.plan()
    with pytest.raises(PlanError, match="older than a day"):
        model.confirmations.load(old)
    assert model.confirmations.load(code)
    assert not confirmation_file(old).exists()


@pytest.mark.parametrize(
    "file",
    [
        ".env",
        "../outside.csv",
        "/etc/passwd",
        "link.csv",
        ".hidden/keys.csv",
        "keys.txt",
        "estate;address",
        "x\x00.csv",
    ],
)
@pytest.mark.parametrize("way", ["file", "text"])
def test_no_other_file_is_read(model: Model, folder: Path, file: str, way: str) -> None:
    canary = f"ONOFFICE_TOKEN,ONOFFICE_SECRET\n{TOKEN},{SECRET}\n"
    (folder / ".hidden").mkdir()
    for name in (".env", "../outside.csv", ".hidden/keys.csv", "keys.txt"):
        (folder / name).write_text(canary)
    (folder / "link.csv").symlink_to(folder / "keys.txt")
    for tool in ("read_pairs", "plan"):
        arguments = {"relation": "buyer"} if tool == "plan" else {}
        failed, said, _ = model.ask(tool, **{way: file}, parent="ONOFFICE_TOKEN", child="ONOFFICE_SECRET", **arguments)
        assert failed
        assert not {TOKEN, SECRET} & set(re.findall(r"\w+", said))
    if way == "file":
        assert model.ask("read_table", file=file)[0]


def test_no_secret_is_told(model: Model, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    code = confirmed(model)
    told = [
        model.ask("preview", code=code),
        model.ask("preview", code=code, request=7),
        model.ask("submit", code=code),
        model.ask("submit", code=code),
        model.ask("read_records", module="address", fields=["no such field"], ids=[5001]),
        model.ask("read_links", relation="no such relation", parents=[1]),
        model.ask("report", run=1),
        model.ask("runs"),
    ]
    text = f"{told}{caplog.text}{''.join(capfd.readouterr())}"
    assert model.box.token not in text
    assert model.box.secret not in text
    assert [failed for failed, *_ in told] == [False, True, False, True, True, True, False, False]


def test_runs_of_other_accounts_are_not_told(folder: Path) -> None:
    ours = Model(Sandbox(folder / "ours.sqlite"), Confirmations(), folder)
    theirs = Model(Sandbox(folder / "theirs.sqlite"), Confirmations(), folder)
    run = theirs.call("submit", code=confirmed(theirs))["run"]
    assert ours.call("runs")["runs"] == []
    for tool in ("report", "plan_undo"):
        failed, said, _ = ours.ask(tool, run=run)
        assert failed
        assert "another account" in said


def test_live_is_asked_for_and_never_a_sandbox_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts: list[str] = []
    monkeypatch.setattr("mcp.server.MCPServer.run", lambda server: accounts.append(server.instructions))
    refused = CliRunner().invoke(app, ["mcp", "--live"])
    assert refused.exit_code == 2
    assert "ONOFFICE_TOKEN" in refused.output
    assert accounts == []

    monkeypatch.setenv("ONOFFICE_TOKEN", TOKEN)
    monkeypatch.setenv("ONOFFICE_SECRET", SECRET)
    assert CliRunner().invoke(app, ["mcp"]).exit_code == 0
    assert CliRunner().invoke(app, ["mcp", "--live"]).exit_code == 0
    assert ["SANDBOX · Muster Immobilien" in accounts[0], "LIVE · " in accounts[1]] == [True, True]


def test_over_stdin_and_stdout(folder: Path) -> None:
    """The command as a program of a model starts it: nothing but the protocol on stdout."""
    environment = {name: os.environ[name] for name in ("HOME", "XDG_DATA_HOME", "PATH") if name in os.environ}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
    parameters = StdioServerParameters(command=COMMAND, args=["mcp"], env=environment, cwd=str(folder))

    async def talk() -> tuple[set[str], Any]:
        async with Client(parameters) as client:
            tools = await client.list_tools()
            return {tool.name for tool in tools.tools}, await client.call_tool("runs", {})

    names, answer = asyncio.run(asyncio.wait_for(talk(), 120))
    assert {"relation_types", "read_links", "plan", "preview", "submit", "plan_undo", "undo", "report"} <= names
    assert answer.structured_content == {"account": "SANDBOX · Muster Immobilien", "runs": []}
