"""The command line: what a person sees, what a script can rely on, and what can never happen without a yes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sysconfig
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import onoffice_nb as oo
from onoffice_nb.cli.commands import app
from onoffice_nb.cli.terminal import progress
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.journal import Journal, user_journal
from onoffice_nb.sandbox import LogEntry, Sandbox
from onoffice_nb.sandbox.data.demo_agency import OTHER_BRANCH
from onoffice_nb.sandbox.transports.http_server import Server
from tests.reference_client import ReferenceClient
from tests.samples import SAMPLES

COMMAND = str(Path(sysconfig.get_path("scripts")) / "onoffice-nb")
EXPORT = [SAMPLES / "kaeufer_export.csv", "--parent", "Datensatznr. Immobilie", "--child", "Datensatznr. Adresse"]
EXPORT += ["--relation", "buyer"]
PROSPECTS = [SAMPLES / "interessenten_pairs.csv", "--parent", "estate_id", "--child", "address_id"]
PROSPECTS += ["--relation", "interested"]
BUYERS = ["--relation", "buyer", "--parent", "estate", "--child", "address"]
OK, PARTIAL, BAD_INPUT, STOPPED = range(4)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory and a data folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    # One process is one user; here each test is another one.
    user_journal.cache_clear()
    yield tmp_path
    user_journal.cache_clear()


@pytest.fixture
def box(folder: Path) -> Sandbox:
    """The sandbox that the command line uses where there are no credentials."""
    (folder / "data/onoffice_nb").mkdir(parents=True)
    return Sandbox(folder / "data/onoffice_nb/sandbox.sqlite")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A process that is started in the background of a shell may have been told to ignore Ctrl-C; ours must not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(*words: object, said: str | None = None) -> Result:
    """The command in this process; `said` is what is typed at its question (None: nothing, and the end)."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=said)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@contextmanager
def start(*words: object, encoding: str = "utf-8", **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own, which does not outlive its test."""
    with subprocess.Popen(
        [COMMAND, *map(str, words)],
        env={**os.environ, "PYTHONIOENCODING": encoding, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding=encoding,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def keys(box: Sandbox, url: str) -> dict[str, str]:
    return {"ONOFFICE_URL": url, "ONOFFICE_TOKEN": box.token, "ONOFFICE_SECRET": box.secret}


def table(name: str, *rows: tuple[object, object]) -> Path:
    path = Path(name)
    path.write_text("\n".join(f"{a},{b}" for a, b in [("estate", "address"), *rows]), encoding="utf-8")
    return path


def journal() -> list[str]:
    return [record.state for record in Journal().runs()]


# The way from a file to links and back


def test_plan_submit_undo(box: Sandbox) -> None:
    before = box.links("buyer")
    planned = run("plan", *EXPORT)
    assert planned.exit_code == PARTIAL
    assert "SANDBOX · Muster Immobilien\nestate (parent) → address (child), the buyer\n" in planned.output
    assert "Create 6 links in 5 actions, 1 request" in planned.output
    assert re.search(r"^ 11  .*#NV .*no id", planned.output, re.MULTILINE)
    assert box.links("buyer") == before
    assert journal() == []

    sent = run("submit", *EXPORT, "--report", "report.csv", said="y\n")
    assert sent.exit_code == PARTIAL
    assert "Create 6 links in SANDBOX · Muster Immobilien? [y/N]" in sent.output
    before_the_question = sent.output.split("[y/N]")[0]
    assert re.search(r"^create +1001 .* 5001 +Jürgen Brandt$", before_the_question, re.MULTILINE)
    assert "7 linked · 7 skipped" in sent.output
    assert "To take it back: onoffice-nb undo 1\nReport: report.csv\n" in sent.output
    rows = pd.read_csv("report.csv", sep=";")
    assert rows["row"].tolist() == list(range(2, 16))
    assert rows["outcome"].value_counts().to_dict() == {"linked": 7, "skipped": 7}
    new = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}
    assert box.links("buyer") == before | new

    back = run("undo", 1, said="y\n")
    assert back.exit_code == OK
    assert "Take back run 1 in SANDBOX · Muster Immobilien? [y/N]" in back.output
    assert "6 removed" in back.output
    assert "To take it back" not in back.output
    assert box.links("buyer") == before


def test_all_as_wanted_and_again() -> None:
    file = table("pairs.csv", (1001, 5001), (1002, 5002))
    assert run("plan", file, *BUYERS).exit_code == OK
    assert run("submit", file, *BUYERS, "--yes").exit_code == OK
    again = run("submit", file, *BUYERS)
    assert again.exit_code == OK
    assert "All 2 pairs are linked already. Nothing to send." in again.output
    assert "[y/N]" not in again.output


def test_a_report_that_cannot_be_written_does_not_hide_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("folder").mkdir()
    submit = engine.submit

    def submit_and_tidy_up(*args: Any, **options: Any) -> oo.Report:
        Path("folder").rmdir()
        return submit(*args, **options)

    monkeypatch.setattr(engine, "submit", submit_and_tidy_up)
    file = table("pairs.csv", (1001, 5001))
    sent = run("submit", file, *BUYERS, "--yes", "--report", "folder/report.csv")
    assert sent.exit_code == PARTIAL
    assert "'folder/report.csv' cannot be written" in sent.stderr
    assert "1 linked" in sent.output
    assert "`onoffice-nb resume 1 --report FILE` writes it anew" in sent.stderr
    assert run("resume", 1, "--yes", "--report", "report.csv").exit_code == OK
    assert Path("report.csv").exists()


def test_retry_once_the_cause_is_gone(box: Sandbox) -> None:
    file = table("pairs.csv", (1001, 5001), (1002, 9_000_001))
    sent = run("submit", file, *BUYERS, "--yes", "--force", "unknown-record")
    assert sent.exit_code == PARTIAL
    assert "failed: error 292 " in sent.output
    assert "To send again what failed or is unknown: onoffice-nb retry 1\n" in sent.output
    assert run("retry", 1, "--yes").exit_code == PARTIAL
    box.add("address", 9_000_001)
    retried = run("retry", 1, "--report", "report.csv", said="yes\n")
    assert retried.exit_code == OK
    # The report as it stood comes before the question, the new one after it.
    assert "1 linked · 1 failed" in retried.output.split("[y/N]")[0]
    assert "2 linked" in retried.output.split("[y/N]")[1]
    assert pd.read_csv("report.csv", sep=";")["outcome"].tolist() == ["linked", "linked"]
    assert box.links("buyer") >= {(1001, 5001), (1002, 9_000_001)}


def test_errors_of_the_plan_stop_it_before_anybody_is_asked(box: Sandbox) -> None:
    before = box.links("buyer")
    words = ["submit", table("pairs.csv", (1001, 5001), (1002, 9_000_001)), *BUYERS]
    planned = run("plan", *words[1:])
    assert planned.exit_code == PARTIAL
    # The second row of data: the third line of the file.
    assert re.search(r"ERROR unknown-record, row [23]: Not found: address 9000001\.", planned.output)
    for more in ([], ["--yes"], ["--yes", "--force", "swapped"]):
        refused = run(*words, *more)
        assert refused.exit_code == BAD_INPUT
        assert re.search(r"- unknown-record, row [23]: Not found: address 9000001\.", refused.stderr)
        assert "--force RULE" in refused.stderr
        assert "[y/N]" not in refused.output
    wrong = run(*words, "--yes", "--force", "nonsense")
    assert wrong.exit_code == BAD_INPUT
    assert "unknown-record" in wrong.stderr
    assert (box.links("buyer"), journal()) == (before, [])
    assert run(*words, "--dry-run").exit_code == PARTIAL
    assert run(*words, "--dry-run", "--force", "unknown-record").exit_code == OK


def test_swapped_columns_are_refused(box: Sandbox) -> None:
    before = box.links("buyer")
    Path("pairs.csv").write_text("Immobilie;Adresse\n1001;5001\n", encoding="utf-8")
    swapped = ["--relation", "buyer", "--parent", "Adresse", "--child", "Immobilie"]
    refused = run("submit", "pairs.csv", *swapped, "--yes")
    assert refused.exit_code == BAD_INPUT
    assert "exchange --parent and --child" in refused.stderr
    assert box.links("buyer") == before


def test_the_report_of_a_finished_run_once_more() -> None:
    run("submit", *EXPORT, "--yes", "--report", "first.csv")
    assert run("resume", 1, "--yes", "--report", "second.csv").exit_code == PARTIAL
    first, second = (pd.read_csv(name, sep=";", dtype=str) for name in ("first.csv", "second.csv"))
    assert second.equals(first[second.columns]), "the journal holds all but the user's own columns"


def test_replace_and_back(box: Sandbox) -> None:
    box.link("buyer", [(1001, 5100), (1001, 5101)])
    before = box.links("buyer")
    file = table("pairs.csv", (1001, 5101), (1001, 5102))
    others = before - {(1001, 5100)}
    sent = run("submit", file, *BUYERS, "--replace", said="y\n")
    assert sent.exit_code == OK
    assert re.search(r"Create 1 link, remove \d+ links? in SANDBOX", sent.output)
    assert {pair for pair in box.links("buyer") if pair[0] == 1001} == {(1001, 5101), (1001, 5102)}
    assert {pair for pair in box.links("buyer") if pair[0] != 1001} == {pair for pair in others if pair[0] != 1001}
    assert run("undo", 1, "--yes").exit_code == OK
    assert box.links("buyer") == before


def test_infos(box: Sandbox) -> None:
    columns = ["--parent", "termin_id", "--child", "adresse_id", "--info", "bestaetigung"]
    assert (
        run("submit", SAMPLES / "termine_teilnehmer.csv", "--relation", "calendar:address", *columns, "-y").exit_code
        == 0
    )
    assert box.info(2909, 10821) == ("bestätigt", None)


def test_excel(box: Sandbox) -> None:
    book = openpyxl.Workbook()
    for title, address in (("Mai", 5001), ("Juni", 5002)):
        sheet = book.create_sheet(title)
        for row in (["estate", "address"], [1001, address]):
            sheet.append(row)
    book.save("pairs.xlsx")
    refused = run("plan", "pairs.xlsx", *BUYERS)
    assert refused.exit_code == BAD_INPUT
    assert "'Mai', 'Juni'. Name one with --sheet NAME." in refused.stderr
    before = box.links("buyer")
    assert run("submit", "pairs.xlsx", *BUYERS, "--sheet", "Juni", "--yes").exit_code == OK
    assert box.links("buyer") == before | {(1001, 5002)}


def test_many_rejects_do_not_flood_the_terminal() -> None:
    planned = run("plan", table("pairs.csv", *[(1001, "x" * 5_000)] * 1_000), *BUYERS)
    assert planned.exit_code == PARTIAL
    assert "… and 980 more: `submit --report FILE` names each row." in planned.output
    assert max(map(len, planned.output.splitlines())) < 200
    assert len(planned.output.splitlines()) < 30


# Saved plans


def test_a_saved_plan_is_submitted_as_shown(box: Sandbox) -> None:
    saved = run("plan", *EXPORT, "--save", "plan.json")
    assert saved.exit_code == PARTIAL
    shown, _, hint = saved.stdout.rpartition("Saved as shown. ")
    assert hint == "To send it: onoffice-nb submit plan.json\n"
    # In the meantime somebody else has linked a pair: what was shown is sent all the same.
    box.link("buyer", [(1001, 5001)])
    dry = run("submit", "plan.json", "--dry-run")
    assert (dry.exit_code, dry.stdout) == (PARTIAL, shown)
    assert run("submit", "plan.json", "--yes").exit_code == PARTIAL
    assert box.links("buyer") >= {(1001, 5001), (1010, 5012)}
    again = run("submit", "plan.json", "--yes")
    assert again.exit_code == BAD_INPUT
    assert "submitted already, as run 1" in again.stderr


def test_a_long_plan_is_asked_about_by_its_first_links() -> None:
    asked = run("submit", *PROSPECTS, said="n\n").output
    assert len(re.findall(r"^create ", asked, re.MULTILINE)) == 10
    assert "… and 1,490 more." in asked


def test_an_old_plan_is_refused() -> None:
    run("plan", *EXPORT, "--save", "plan.json")
    refused = run("submit", "plan.json", "--yes", "--max-age", 0)
    assert refused.exit_code == BAD_INPUT
    assert "Make it anew with onoffice-nb plan, or raise --max-age (seconds)." in refused.stderr
    assert journal() == []


def test_a_plan_for_another_account_is_refused(box: Sandbox, folder: Path) -> None:
    run("plan", *EXPORT, "--save", "plan.json")
    with Sandbox().serve() as server:
        refused = CliRunner(env=keys(box, server.url)).invoke(app, ["submit", "plan.json"], input="y\n")
    # The question names the account that would be written to, whatever the plan says of itself.
    assert "Create 6 links in SANDBOX · 127.0.0.1? [y/N]" in refused.output
    assert refused.exit_code == BAD_INPUT
    assert (
        "The plan is for SANDBOX · Muster Immobilien, but you are connected to SANDBOX · 127.0.0.1." in refused.stderr
    )


def test_requests_as_json() -> None:
    planned = run("plan", *PROSPECTS, "--json", "--save", "plan.json")
    assert planned.exit_code == OK
    requests = json.loads(planned.stdout)["requests"]
    actions = [action for request in requests for action in request["request"]["actions"]]
    assert [len(request["request"]["actions"]) for request in requests] == [50, 50, 18]
    assert (
        sum(len(action["parameters"]["parentid"]) * len(action["parameters"]["childid"]) for action in actions) == 1500
    )
    assert {action["hmac"] for action in actions} == {"••••••"}
    assert "Create 1,500 links in 118 actions, 3 requests" in planned.stderr


# Nothing without a yes


@pytest.mark.parametrize("said", ["n\n", "\n", "no\n", "yesterday\n", "quit\n"])
@pytest.mark.parametrize("words", [["submit", "pairs.csv", *BUYERS], ["undo", "1"], ["retry", "1"], ["resume", "1"]])
def test_anything_but_yes_is_no(box: Sandbox, words: list[str], said: str) -> None:
    run("submit", table("first.csv", (1003, 5003), (1004, 9_000_001)), *BUYERS, "--yes", "--force", "unknown-record")
    table("pairs.csv", (1001, 5001))
    before, asked = box.links("buyer"), journal()
    box.add("address", 9_000_001)
    result = run(*words, said=said)
    assert result.exit_code == STOPPED
    assert result.output.endswith("[y/N] Nothing was sent.\n")
    assert (box.links("buyer"), journal()) == (before, asked)


@pytest.mark.parametrize("words", [["submit", "pairs.csv", *BUYERS], ["undo", "1"], ["retry", "1"], ["resume", "1"]])
def test_nobody_to_ask(box: Sandbox, words: list[str]) -> None:
    run("submit", table("first.csv", (1003, 5003)), *BUYERS, "--yes")
    table("pairs.csv", (1001, 5001))
    before = box.links("buyer")
    result = run(*words)
    assert result.exit_code == BAD_INPUT
    assert result.stderr == "There is nobody to ask, so nothing was sent. With --yes it is sent unasked.\n"
    assert (box.links("buyer"), journal()) == (before, ["finished"])


def test_stdin_closed(box: Sandbox) -> None:
    """Not empty but not there at all, as under some schedulers."""
    before = box.links("buyer")
    line = ["sh", "-c", 'exec "$@" <&-', "sh", COMMAND, "submit", str(table("pairs.csv", (1001, 5001))), *BUYERS]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == BAD_INPUT
    assert done.stderr == "There is nobody to ask, so nothing was sent. With --yes it is sent unasked.\n"
    assert (box.links("buyer"), journal()) == (before, [])


def test_dry_run(box: Sandbox) -> None:
    before = box.links("buyer")
    assert run("submit", *EXPORT, "--dry-run", "--yes").output == run("plan", *EXPORT).output
    assert (box.links("buyer"), journal()) == (before, [])


# What cannot be done is said in words


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        (["plan", "pairs.csv"], "Say --relation, --parent, --child as well"),
        (["submit", "pairs.csv", *BUYERS[:4], "--yes"], "Say --child as well"),
        (["plan", "no.csv", *BUYERS], "'no.csv' cannot be read"),
        (["plan", ".", *BUYERS], "'.' cannot be read"),
        (["plan", "pairs.csv", *BUYERS[2:], "--relation", "byer"], "Probably meant:\n  estate:address:buyer"),
        (["plan", "pairs.csv", *BUYERS[2:], "--relation", "xyz"], "onoffice-nb relations shows all"),
        (["plan", "pairs.csv", *BUYERS[:2], "--parent", "estte", "--child", "address"], "Probably meant: 'estate'"),
        (["plan", "pairs.csv", *BUYERS, "--info", "status"], "no column 'status'"),
        (["plan", "pairs.csv", *BUYERS, "--save", "no/plan.json"], "no/plan.json cannot be written"),
        (["plan", "pairs.csv", *BUYERS, "--save", "plan"], "write --save plan.json"),
        (["plan", "pairs.csv", *BUYERS, "--save", "pairs.csv"], "pairs.csv is the file that is read"),
        (["submit", "pairs.csv", *BUYERS, "--yes", "--report", "."], ". cannot be written"),
        (["submit", "pairs.csv", *BUYERS, "--yes", "--report", "pairs.csv"], "pairs.csv is the file that is read"),
        (["submit", "pairs.csv", *BUYERS, "--yes", "--connections", "9"], "--connections"),
        (["submit", "no.json", "--yes"], "no.json cannot be read as a plan"),
        (["submit", "broken.json", "--yes"], "broken.json"),
        (["submit", "Plan.JSON", "--yes", "--relation", "buyer", "--replace"], "leave --relation, --replace out"),
        (["undo", "77", "--yes"], "There is no run 77"),
        (["resume", "77"], "See onoffice-nb runs."),
        (["retry", "x"], "RUN"),
        (["sandbox", "--port", "0", "--fault", "sunshine:3"], "got 'sunshine': there are refused"),
        (["sandbox", "--port", "70000"], "Port 70000 cannot be opened"),
        (["sandbox", "--port", "0", "--db", "pairs.csv"], "cannot be opened as a sandbox's database"),
        (["lab", "pairs.csv/folder"], "pairs.csv"),
    ],
)
def test_refused_in_words(box: Sandbox, words: list[str], explained: str) -> None:
    table("pairs.csv", (1001, 5001))
    Path("broken.json").write_text("{", encoding="utf-8")
    before, content = box.links("buyer"), Path("pairs.csv").read_bytes()
    result = run(*words)
    assert result.exit_code == BAD_INPUT
    assert explained in result.stderr
    assert "oo." not in result.stderr.replace("oo.RelationType.custom", "")
    assert (box.links("buyer"), journal(), Path("pairs.csv").read_bytes()) == (before, [], content)


def test_half_an_account_is_not_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONOFFICE_TOKEN", "0" * 31)
    result = run("plan", *EXPORT)
    assert result.exit_code == BAD_INPUT
    assert "has 31 characters, not 32" in result.stderr
    assert "secret is missing" in result.stderr
    assert result.stdout == ""


def test_a_data_folder_that_cannot_be_made(folder: Path) -> None:
    (folder / "data").write_text("a file in its place", encoding="utf-8")
    for words in (["plan", *EXPORT], ["runs"]):
        result = run(*words)
        assert result.exit_code == BAD_INPUT
        assert "data" in result.stderr


HOSTILE = "\x1b]0;mine\x07\x1b[31m\x9b2J\u202e\u200b\r\b\x00evil"


@pytest.mark.parametrize("at", ["cell", "column", "relation", "file", "plan", "label"])
def test_no_text_steers_the_terminal(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = HOSTILE.replace("\x00", "")
    file, options = table("pairs.csv", (1001, 5001), (1002, hostile)), list(BUYERS)
    if at == "column":
        file.write_text(f"estate,address,{hostile}\n1001,5001,1\n", encoding="utf-8")
        options[-1] = hostile + "x"
    elif at == "relation":
        options[1] = hostile
    elif at == "file":
        file = Path(hostile)
    elif at == "label":
        monkeypatch.setenv("ONOFFICE_LABEL", hostile)
        monkeypatch.setenv("ONOFFICE_TOKEN", hostile)
    elif at == "plan":
        run("plan", file, *options, "--save", "plan.json")
        content = json.loads(Path("plan.json").read_text(encoding="utf-8"))
        content["account"]["label"] = content["relation"]["label_en"] = content["relation"]["note"] = HOSTILE
        content["rejects"] = [dict.fromkeys(content["rejects"][0], HOSTILE)]
        Path("plan.json").write_text(json.dumps(content), encoding="utf-8")
        file, options = Path("plan.json"), []
    results = [run("plan", file, *options), run("plan", file, *options, "--json"), run("submit", file, *options, "-y")]
    results += [run("undo", 1), run("runs")]
    for said in (part for result in results for part in (result.stdout, result.stderr)):
        assert not {
            character for character in said if unicodedata.category(character) in ("Cc", "Cf") and character != "\n"
        }


def test_a_terminal_without_arrows() -> None:
    with start("plan", table("pairs.csv", (1001, 5001)), *BUYERS, encoding="latin-1") as process:
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (OK, "")
    assert "estate (parent) ? address (child), the buyer" in out


def test_a_reader_that_goes_away() -> None:
    with start("relations") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


# Ctrl-C


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_while_planning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onoffice_nb.planning.planner.plan", interrupt)
    result = run("submit", *EXPORT, "--yes")
    assert (result.exit_code, journal()) == (STOPPED, [])
    assert "Stopped. `onoffice-nb runs` lists what was begun" in result.stderr


def test_ctrl_c_at_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", interrupt)
    result = run("submit", *EXPORT)
    assert (result.exit_code, journal()) == (STOPPED, [])
    assert result.output.endswith("Nothing was sent.\n")


def test_a_bar_only_where_somebody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for seen in (True, False):
        screen = StringIO()
        monkeypatch.setattr(screen, "isatty", lambda seen=seen: seen)
        monkeypatch.setattr("sys.stderr", screen)
        assert progress() is seen
        assert ("Ctrl-C stops after the request under way." in screen.getvalue()) is seen
    monkeypatch.setattr("sys.stderr", None)
    assert progress() is False


# Lists


def test_runs() -> None:
    assert run("runs").output == "No runs yet.\n"
    run("submit", *PROSPECTS, "--yes")
    run("submit", table("pairs.csv", (1001, 5001), (1002, 9_000_001)), *BUYERS, "--yes", "--force", "unknown-record")
    run("undo", 2, "--yes")
    listed = run("runs")
    assert listed.exit_code == OK
    header, *lines = listed.output.splitlines()
    assert re.split(r"  +", header) == ["run", "started", "account", "relation type", "what", "state", "links"]
    cells = [re.split(r"  +", line.strip()) for line in lines]
    assert [line[0] for line in cells] == ["3", "2", "1"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", line[1]) for line in cells)
    assert {line[2] for line in cells} == {"SANDBOX · Muster Immobilien"}
    assert [line[3:] for line in cells] == [
        ["estate:address:buyer", "undo 2", "finished", "1 removed"],
        ["estate:address:buyer", "create", "finished", "1 failed · 1 linked"],
        ["estate:address:interested", "create", "finished", "1,500 linked"],
    ]


def test_relations() -> None:
    assert len(run("relations").output.splitlines()) == 1 + 63
    assert "estate:address:buyer" in run("relations", "Käufer").output
    assert run("relations", "qqq").output == "No relation type has 'qqq' in it.\n"


COMMANDS = (
    "plan",
    "submit",
    "match",
    "retry",
    "resume",
    "undo",
    "runs",
    "relations",
    "check",
    "apply",
    "audit",
    "restore",
    "mcp",
    "confirm",
    "lab",
    "app",
    "demo",
    "sandbox",
)


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)])
def test_help(words: list[str]) -> None:
    told = run(*words, "--help")
    assert told.exit_code == OK
    assert "Usage: " in told.output
    # No sentence of the overview is cut.
    assert "..." not in told.output.partition("\n")[2]


HELP_EXAMPLES = [
    line.strip()
    for command in COMMANDS
    for line in CliRunner().invoke(app, [command, "--help"]).output.splitlines()
    if line.startswith("    onoffice-nb ")
]


def test_the_examples_of_the_help_run(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab.labapp.main", lambda options: None)
    monkeypatch.setattr("voila.app.Voila.launch_instance", lambda argv: None)
    monkeypatch.setattr(Server, "wait", lambda server: None)
    monkeypatch.setattr("mcp.server.MCPServer.run", lambda server: None)
    table("buyers.csv", (1001, 5001), (1002, 5002), (1003, "x"))
    sales("sales.csv")
    Path("links.toml").write_text('[[links]]\nrelation = "owner"\npairs = [[1001, 5001]]\n', encoding="utf-8")
    commands = {shlex.split(example)[1] for example in HELP_EXAMPLES}
    assert commands == set(COMMANDS), "each page shows an example"
    for example in HELP_EXAMPLES:
        result = run(*shlex.split(example)[1:], said="y\n")
        # `check` runs before `apply`, and has codes of its own; nothing is proposed under the code of an example.
        expected = (BAD_INPUT,) if {"check", "confirm"} & set(example.split()) else (OK, PARTIAL)
        assert result.exit_code in expected, f"{example}: {result.output}"


def test_the_overview_shows_commands_that_exist() -> None:
    overview = run("--help").output
    shown = {line.split()[1] for line in overview.splitlines() if line.startswith("    onoffice-nb ")}
    assert shown <= set(COMMANDS)
    assert len(shown) > 3


def test_the_overview_lists_the_commands_in_the_order_of_the_work() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", run("--help").output.partition("\nCommands:\n")[2], re.MULTILINE)
    assert listed[:5] == ["plan", "submit", "retry", "resume", "undo"]
    assert sorted(listed) == sorted(COMMANDS)


# Mends, and ids from what people have


def sales(name: str) -> Path:
    """Found, a slip in the name, not found."""
    rows = ["A-1001;Brandt, Jürgen;kunde5001@mail.example", "A-1002;Jürgn Brand;kunde5001@mail.example", "A-9999;;"]
    path = Path(name)
    path.write_text("\n".join(["Objekt;Kunde;Mail", *rows]), encoding="utf-8")
    return path


def workbook(path: str) -> pd.DataFrame:
    return pd.read_excel(path, engine="openpyxl")


MESSY = ((1001, 5001), (1002, "005002"), (1003, "5003/5004"), (1005, "#NV"))


def test_mends_by_row_and_by_kind(box: Sandbox) -> None:
    before = set(box.links("buyer"))
    words = ["--mend", "leading zeros=take", "--mend", "4.address=5003,5004", "--mend", "5 = 5005"]
    result = run("submit", table("messy.csv", *MESSY), *BUYERS, *words, "--yes", "--report", "report.csv")
    assert result.exit_code == OK, result.output
    assert set(box.links("buyer")) - before == {(1001, 5001), (1002, 5002), (1003, 5003), (1003, 5004), (1005, 5005)}
    report = pd.read_csv("report.csv", sep=";")
    assert report["row"].tolist() == [2, 3, 4, 4, 5]
    assert report["mended by you"].dropna().str.contains("take|split").all()


def test_the_plan_names_the_kinds_that_a_mend_may_name() -> None:
    output = run("plan", table("messy.csv", *MESSY), *BUYERS).output
    assert all(kind in output for kind in ("leading zeros", "several ids", "error value"))


@pytest.mark.parametrize(
    ("mend", "told"),
    [
        ("4", "WHICH=WHAT"),
        ("=5", "WHICH=WHAT"),
        ("2=5001", "there is no such reject"),
        ("several ids=take", "row 4"),
        ("3=0", "row 3"),
        ("zero=take", "--mend 9.Adresse=5008,5009"),
    ],
)
def test_a_mend_that_fits_nothing_is_explained_in_words_of_the_terminal(box: Sandbox, mend: str, told: str) -> None:
    result = run("submit", table("messy.csv", *MESSY), *BUYERS, "--yes", "--mend", mend)
    assert (result.exit_code, journal()) == (BAD_INPUT, [])
    assert told in result.stderr
    assert ".rejects" not in result.stderr


def test_a_saved_plan_takes_no_mends() -> None:
    run("plan", table("messy.csv", *MESSY), *BUYERS, "--save", "plan.json")
    result = run("submit", "plan.json", "--mend", "leading zeros=take", "--yes")
    assert result.exit_code == BAD_INPUT
    assert "--mend" in result.stderr


def test_ids_from_object_numbers_and_people(box: Sandbox) -> None:
    by = ["--parent-by", "objektnr_extern=Objekt", "--child-by", "full name=Kunde", "--child-by", "Email=Mail"]
    shown = run("plan", sales("sales.csv"), "--relation", "buyer", *by)
    assert shown.exit_code == PARTIAL
    assert "2 by object number" in shown.output
    assert "row 3: perhaps 5001 Jürgen Brandt" in shown.output

    before = set(box.links("buyer"))
    decided = ["--mend", "3.child=5001", "--yes", "--report", "report.xlsx"]
    assert run("submit", "sales.csv", "--relation", "buyer", *by, *decided).exit_code == PARTIAL
    assert set(box.links("buyer")) - before == {(1001, 5001), (1002, 5001)} - before
    report = workbook("report.xlsx")
    assert report["parent found by"].tolist()[:2] == ["object number"] * 2
    assert report["outcome"].tolist()[-1] == "skipped"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--parent", "Objekt", "--parent-by", "objektnr_extern=Objekt", "--child", "Mail"], "--parent-by"),
        (["--parent-by", "objektnr_extern", "--child", "Mail"], "FIELD=COLUMN"),
        (["--parent-by", "objektnummer=Objekt", "--child", "Mail"], "objektnr_extern"),
        (["--parent-by", "objektnr_extern=Objekt"], "--child"),
    ],
)
def test_what_is_looked_up_by_is_explained(words: list[str], told: str) -> None:
    result = run("plan", sales("sales.csv"), "--relation", "buyer", *words)
    assert result.exit_code == BAD_INPUT
    assert told in result.stderr


@pytest.mark.parametrize(
    ("name", "read"), [("found.csv", lambda path: pd.read_csv(path, sep=";")), ("found.xlsx", workbook)]
)
def test_match_writes_the_record_beside_each_row(name: str, read: Any) -> None:
    result = run("match", sales("sales.csv"), "address", "--by", "full name=Kunde", "--by", "Email=Mail", "--out", name)
    assert result.exit_code == PARTIAL
    assert "3 rows: 1 found, 2 not found" in result.output
    found = read(name)
    assert list(found.columns[:3]) == ["Objekt", "Kunde", "Mail"]
    assert found["row"].tolist() == [2, 3, 4]
    assert found["id"].tolist()[0] == 5001
    assert "5001 Jürgen Brandt" in found["candidates"][1]
    assert "similar name" in found["candidates"][1]


def test_match_without_anything_to_match_by() -> None:
    assert "--by" in run("match", sales("sales.csv"), "estate").stderr
    assert run("match", "sales.csv", "estate", "--by", "objektnr_extern=Objekt").exit_code == PARTIAL
    assert "address and estate" in run("match", "sales.csv", "task", "--by", "a=Objekt").stderr


# The user's own columns, after the process that had them


@pytest.mark.parametrize("command", ["resume", "retry"])
def test_the_report_of_a_run_has_the_columns_of_the_file_that_is_named_again(command: str) -> None:
    path = Path("named.csv")
    path.write_text("estate;address;agent\n1001;5001;Kaya\n1002;5002/5003;Öz\nx;5004;Kern\n", encoding="utf-8")
    run("submit", path, *BUYERS, "--mend", "several ids=split", "--yes")
    result = run(command, 1, "--yes", "--report", "report.csv", "--input", path)
    assert result.exit_code == PARTIAL, result.output
    report = pd.read_csv("report.csv", sep=";")
    assert report["agent"].tolist() == ["Kaya", "Öz", "Öz", "Kern"]
    assert report["row"].tolist() == [2, 3, 3, 4]
    assert report["child"].tolist()[:3] == [5001, 5002, 5003]


@pytest.mark.parametrize("change", [("Kaya", "Kayo"), ("1002;", "1003;"), ("x;5004;Kern\n", "")])
def test_a_file_that_is_not_that_of_the_run_is_refused_before_anything_is_sent(change: tuple[str, str]) -> None:
    path = Path("named.csv")
    path.write_text("estate;address;agent\n1001;5001;Kaya\n1002;5002;Öz\nx;5004;Kern\n", encoding="utf-8")
    run("submit", path, *BUYERS, "--yes")
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    result = run("retry", 1, "--yes", "--report", "report.csv", "--input", path)
    assert result.exit_code == BAD_INPUT
    assert "run 1" in result.stderr
    assert not Path("report.csv").exists()


def test_a_saved_plan_knows_its_file_again() -> None:
    path = table("pairs.csv", (1001, 5001), (1002, 5002))
    run("plan", path, *BUYERS, "--save", "plan.json")
    run("submit", "plan.json", "--yes")
    assert run("resume", 1, "--yes", "--report", "report.csv", "--input", path).exit_code == OK
    assert pd.read_csv("report.csv", sep=";")["estate"].tolist() == [1001, 1002]


# As processes


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_then_resume_then_undo(folder: Path) -> None:
    """The request under way is finished, the rest is not sent, and nothing is in doubt."""
    box = Sandbox()
    before = box.links("interested")
    with box.serve() as server:
        given = keys(box, server.url)
        with start("submit", *PROSPECTS, "--yes", "--report", "report.csv", **given) as process:

            def heard(entry: LogEntry) -> None:
                # Told before the answer leaves: the request is under way.
                if any(line.startswith("create") for line in entry.lines):
                    process.send_signal(signal.SIGINT)

            box.on_request = heard
            out, err = process.communicate(timeout=300)
            box.on_request = None
        assert (process.returncode, err) == (STOPPED, "")
        done = box.links("interested") - before
        assert 0 < len(done) < 1500
        assert f"{len(done):,} linked · {1500 - len(done):,} skipped" in out
        assert "Not finished: stopped on request" in out
        assert "To go on: onoffice-nb resume 1\n" in out
        report = pd.read_csv("report.csv", sep=";")
        linked = report[report["outcome"] == "linked"]
        assert set(zip(linked["parent"], linked["child"], strict=True)) == done
        assert journal() == ["stopped"]

        command = CliRunner(env=given)
        resumed = command.invoke(app, ["resume", "1", "--yes"])
        assert (resumed.exit_code, set(box.writes_received.values())) == (OK, {1})
        assert len(box.links("interested") - before) == 1500
        assert command.invoke(app, ["undo", "1", "--yes"]).exit_code == OK
        assert box.links("interested") == before


def test_a_reader_that_goes_takes_neither_the_report_nor_the_code_along(folder: Path) -> None:
    with start("submit", *PROSPECTS, "--yes", "--report", "report.csv") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == OK
    assert pd.read_csv("report.csv", sep=";")["outcome"].tolist() == ["linked"] * 1500


@pytest.mark.usefixtures("interruptible")
def test_sandbox_for_another_process(folder: Path) -> None:
    with start("sandbox", "--port", 0, "--db", "agency.sqlite", "--fault", "drop_after:2") as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            said += process.stdout.readline()
        given = dict(re.findall(r"^(ONOFFICE_\w+)=(\S+)$", said, re.MULTILINE))
        assert given.keys() == {"ONOFFICE_URL", "ONOFFICE_TOKEN", "ONOFFICE_SECRET"}
        with start("submit", *PROSPECTS, "--yes", "--connections", 2, **given) as client:
            out, err = client.communicate(timeout=300)
        assert (client.returncode, err) == (OK, "")
        assert "SANDBOX · 127.0.0.1 · run 1" in out
        assert "1,500 linked" in out
        process.send_signal(signal.SIGINT)
        log, errors = process.communicate(timeout=300)
        assert (process.returncode, errors) == (OK, ""), errors
    assert "create relation estate:address:interested → 0" in log
    assert "[drop_after]" in log
    assert log.endswith("Stopped.\n")
    assert not any(given[f"ONOFFICE_{name}"] in out + log for name in ("TOKEN", "SECRET"))
    assert len(Sandbox(folder / "agency.sqlite").links("interested")) >= 1500


def test_sandbox_like_a_live_account(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = []

    def ask(server: Server) -> None:
        hand = ReferenceClient(server.token, server.secret, url=server.url)
        with hand.http:
            codes.append(hand.relate("create", "estate:address:buyer", OTHER_BRANCH["estate"][0], 5001))

    monkeypatch.setattr(Server, "wait", ask)
    assert run("sandbox", "--port", 0, "--live-like", "--latency", 0.001).exit_code == OK
    assert run("sandbox", "--port", 0).exit_code == OK
    assert codes == [262, 0]


def test_what_is_to_be_said_of_a_file_is_said_and_hidden_rows_can_be_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Käufer"], [], ["Immobilie", "Adresse"], [1001, 5001], [1002, 5002]):
        sheet.append(row)
    sheet.row_dimensions[5].hidden = True
    book.save(path := tmp_path / "filtered.xlsx")

    options = (str(path), "--relation", "buyer", "--parent", "Immobilie", "--child", "Adresse")
    shown = run("plan", *options)
    assert "row 3 was taken as the header" in shown.stderr
    assert "1 row hidden" in shown.stderr
    assert "--skip-hidden leaves them out" in shown.stderr
    assert "Create 2 links" in shown.output
    assert "Create 1 link " in run("plan", *options, "--skip-hidden", "--header", "3").output

    submitted = run("submit", *options, "--yes", "--report", str(tmp_path / "report.xlsx"))
    assert submitted.exit_code == 0, submitted.output
    assert oo.read_table(tmp_path / "report.xlsx")["Immobilie"].tolist() == [1001, 1002]
