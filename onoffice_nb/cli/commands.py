"""The same in a terminal: each command reads, asks and prints; what it does stands in the packages below.

The docstring of a command is its help page. `\b` keeps the lines of an example
as they are; the examples run, one after the other, in the tests.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from onoffice_nb.api.client import Client
from onoffice_nb.catalogue import relations as find_relations
from onoffice_nb.cli import declared, first_run, past
from onoffice_nb.cli.documents import (
    matches_document,
    plan_document,
    print_document,
    relations_document,
    report_document,
    runs_document,
)
from onoffice_nb.cli.mcp_server import commands as mcp_server
from onoffice_nb.cli.options import (
    AsJson,
    Child,
    ChildBy,
    Connections,
    FileToRead,
    Force,
    Header,
    InfoColumn,
    InputFile,
    Mends,
    Parent,
    ParentBy,
    Relation,
    Replace,
    ReportFile,
    RunNumber,
    Separator,
    Sheet,
    SkipHidden,
    Yes,
    open_account,
)
from onoffice_nb.cli.terminal import (
    ErrorReportingGroup,
    ExitCode,
    confirm,
    echo,
    echo_table,
    print_report_and_exit,
    progress,
    show,
    show_matches,
    work_of,
    write_table,
)
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import Journal, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.provenance import file_notes
from onoffice_nb.matching.matched_pairs import match_pairs
from onoffice_nb.matching.matcher import match as match_rows
from onoffice_nb.matching.matches import Matches
from onoffice_nb.planning import planner
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["app"]

_OVERVIEW: Final = """From a column of ids to links in onOffice enterprise.

With ONOFFICE_TOKEN and ONOFFICE_SECRET (in the environment, in .env or in the keyring) it works in your account,
without them in a sandbox, whose file is in your data folder and in which nothing is real. Each command says which.
Nothing is written before you have seen what, and have said yes.

\b
  onoffice-nb demo
  onoffice-nb relations Käufer
  onoffice-nb plan buyers.csv --relation buyer --parent estate --child address
  onoffice-nb submit buyers.csv --relation buyer --parent estate --child address
  onoffice-nb runs
  onoffice-nb undo 1

`onoffice-nb COMMAND --help` explains a command.

\b
Exit codes:
  0  all is as wanted
  1  some rows are not: they became no pair, failed, or are unknown
  2  it could not begin: input, credentials, connection
  3  it was stopped, or you said no

`onoffice-nb check` has codes of its own, for nightly runs. With --json a command prints one document.
"""

app: typer.Typer = typer.Typer(
    cls=ErrorReportingGroup,
    help=_OVERVIEW,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        echo(f"onoffice-nb {version('onoffice_nb')}")
        raise typer.Exit


@app.callback()
def overview(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Has options alone; its help is the overview."""


@app.command()
def plan(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    parent_by: ParentBy = None,
    child_by: ChildBy = None,
    info: InfoColumn = "",
    mend: Mends = None,
    sheet: Sheet = "",
    header: Header = None,
    separator: Separator = "",
    skip_hidden: SkipHidden = False,
    replace: Replace = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the plan to this .json file, to submit it later.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be sent. Nothing is written.

    Reads the file, names the rows that become no pair, with the reason of each,
    and asks the CRM which pairs are linked already. What is left is the plan.

    \b
      onoffice-nb plan buyers.csv --relation buyer --parent estate --child address
      onoffice-nb plan buyers.csv --relation buyer --parent estate --child address --json
      onoffice-nb plan buyers.csv --relation buyer --parent estate --child address --save plan.json

    A saved plan is sent exactly as it was shown: onoffice-nb submit plan.json

    Rows that became no pair are mended by you, in the file or here: by the number of
    the row (and the column, where two of its cells are wrong), or all of a kind.

    \b
      --mend 4=1003                        the row means 1003
      --mend 9.Adresse=5008,5009           two ids, one link each
      --mend "leading zeros=take"          of every such cell what it may have meant
      --mend "several ids=split"
      --mend "same e-mail · similar name=take"

    \b
      onoffice-nb plan buyers.csv --relation buyer --parent estate --child address --mend 4=5003

    Instead of record ids, a file may hold what people have; what is not sure becomes
    no pair, and its candidates are shown:

    \b
      onoffice-nb plan sales.csv --relation buyer --parent-by objektnr_extern=Objekt --child-by Email=Mail
    """
    with open_account() as crm:
        _check_target(save, file)
        if save is not None and save.suffix.lower() != ".json":
            raise InputError(
                f"Expected a file for the plan that ends in .json, got {save}: write --save {save.with_suffix('.json')}"
            )
        reading = _Reading(sheet, header, separator, skip_hidden)
        rows = _Rows(file, reading, parent, child, parent_by or [], child_by or [], info, mend or [])
        plan = _plan(crm, rows, relation, replace)

        # So that what comes out of a pipe is JSON alone.
        show(plan, err=as_json)
        if as_json:
            print_document(plan_document(plan))
        if save is not None:
            echo(f"Saved as shown. To send it: onoffice-nb submit {plan.save(save)}", err=as_json)
    raise typer.Exit(_code_of_plan(plan))


@app.command()
def submit(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    parent_by: ParentBy = None,
    child_by: ChildBy = None,
    info: InfoColumn = "",
    mend: Mends = None,
    sheet: Sheet = "",
    header: Header = None,
    separator: Separator = "",
    skip_hidden: SkipHidden = False,
    replace: Replace = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop there.")] = False,
    yes: Yes = False,
    report_file: ReportFile = None,
    connections: Connections = 1,
    max_age: Annotated[float, typer.Option(metavar="SECONDS", help="Refuse a saved plan that is older.")] = 900,
    force: Force = None,
    as_json: AsJson = False,
) -> None:
    """Create the links that a file names, or send a saved plan.

    Shows the plan first, and asks. Ctrl-C stops after the request under way; what
    was sent is known, and the run can be resumed. Where no answer came, the CRM is
    read before anything is sent again, so that nothing is done twice.

    \b
      onoffice-nb submit buyers.csv --relation buyer --parent estate --child address --dry-run
      onoffice-nb submit buyers.csv --relation buyer --parent estate --child address --report report.csv
      onoffice-nb submit plan.json --yes

    `onoffice-nb plan --help` explains --mend, --parent-by and --child-by.

    What next: `onoffice-nb retry RUN` for rows that failed, `onoffice-nb undo RUN` to take all of it back.
    """
    with open_account() as crm:
        _check_target(report_file, file)
        reading = _Reading(sheet, header, separator, skip_hidden)
        rows = _Rows(file, reading, parent, child, parent_by or [], child_by or [], info, mend or [])
        plan = _plan(crm, rows, relation, replace)
        if yes and not dry_run:
            # The report will name the rejects.
            echo(plan, err=as_json)
        else:
            show(plan, err=as_json)
        if dry_run:
            if as_json:
                print_document(plan_document(plan))
            raise typer.Exit(_code_of_plan(plan, force or ()))

        engine.refuse_errors(plan, force or ())
        if len(plan.pending) and not yes:
            confirm(f"{work_of(plan).capitalize()} in {crm.account}?", err=as_json)
        report = engine.submit(
            crm, plan, progress=progress(), connections=connections, max_age=max_age, force=force or ()
        )
    print_report_and_exit(report, report_file, report_document(report) if as_json else None)


@app.command()
def retry(
    run: RunNumber,
    yes: Yes = False,
    report_file: ReportFile = None,
    input_file: InputFile = None,
    sheet: Sheet = "",
    header: Header = None,
    separator: Separator = "",
    skip_hidden: SkipHidden = False,
    connections: Connections = 1,
    as_json: AsJson = False,
) -> None:
    """Send again what failed or is unknown in a run.

    For when the cause is gone: a record was missing and is there now, a right was
    given, the line is back. What may have arrived is looked up first. The report
    covers all rows of the run.

    \b
      onoffice-nb retry 1
      onoffice-nb retry 1 --yes --report report.csv --input buyers.csv

    The journal does not hold your columns: --input names the file that the run came
    from, to be read as it was read then, and its rows stand in the report again.
    """
    reading = _Reading(sheet, header, separator, skip_hidden)
    question = "Send again what failed or is unknown in"
    _rerun(engine.retry, question, run, yes, report_file, connections, as_json, input_file, reading)


@app.command()
def resume(
    run: RunNumber,
    yes: Yes = False,
    report_file: ReportFile = None,
    input_file: InputFile = None,
    sheet: Sheet = "",
    header: Header = None,
    separator: Separator = "",
    skip_hidden: SkipHidden = False,
    connections: Connections = 1,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was stopped, or whose process died.

    What may have arrived is looked up first, then the rest is sent. What failed
    stays failed: see `onoffice-nb retry`. Of a run that has come to its end this
    only shows the report once more, and writes it with --report. The journal does
    not hold your columns: --input names the file that the run came from, to be read
    as it was read then, and its rows stand in the report again.

    \b
      onoffice-nb resume 1
      onoffice-nb resume 1 --yes --report report.csv --input buyers.csv
    """
    reading = _Reading(sheet, header, separator, skip_hidden)
    _rerun(engine.resume, "Go on with", run, yes, report_file, connections, as_json, input_file, reading)


@app.command()
def undo(
    run: RunNumber,
    yes: Yes = False,
    report_file: ReportFile = None,
    connections: Connections = 1,
    as_json: AsJson = False,
) -> None:
    """Take back what a run did, and nothing else.

    Links that the run created are removed; links that it removed come back, without
    their status, which the CRM does not tell. Links that were there before the run
    stay. The undo is a run of its own, so it can be undone as well.

    \b
      onoffice-nb undo 1
    """
    _rerun(engine.undo, "Take back", run, yes, report_file, connections, as_json)


@app.command()
def match(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or Excel file with a header line.")],
    module: Annotated[str, typer.Argument(metavar="MODULE", help="Whose records are looked for: address or estate.")],
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="A field of the CRM and the column that has it; may be several."),
    ] = None,
    sheet: Sheet = "",
    header: Header = None,
    separator: Separator = "",
    skip_hidden: SkipHidden = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write your rows, and the record of each, to a .csv or .xlsx.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the record that each row of a file means. Nothing is written to the CRM.

    By a number of its own (objektnr_extern, KdNr, uuid), by Email or Telefon1, or by
    names and streets (Vorname, Name, or both in one: "full name"; Strasse, Plz, Ort).
    What is sure by a rule is found; all else gets candidates, for you to judge.

    \b
      onoffice-nb match sales.csv estate --by objektnr_extern=Objekt
      onoffice-nb match sales.csv address --by "full name=Kunde" --by Email=Mail --out found.xlsx

    The same while linking: onoffice-nb plan … --parent-by objektnr_extern=Objekt
    """
    with open_account() as crm:
        _check_target(out, file)
        if not by:
            raise InputError("Say --by as well: a field of the CRM and the column that has it, FIELD=COLUMN.")
        table = _Reading(sheet, header, separator, skip_hidden).read(file)
        matches = match_rows(crm, module, table, by=dict(map(_field_and_column, by)))

    saved = None if out is None else write_table(out, _matched_rows(table, matches))
    if as_json:
        print_document(matches_document(matches))
    else:
        show_matches(matches)
    if saved is not None:
        echo(f"Rows: {saved}", err=as_json)
    raise typer.Exit(ExitCode.PARTIAL if matches.problems else ExitCode.OK)


def _matched_rows(table: pd.DataFrame, matches: Matches) -> pd.DataFrame:
    """The user's rows, and beside them the record of each or its candidates."""
    found = matches.frame[["row", "id", "label", "rule", "problem"]]
    likely = matches.candidates
    found["candidates"] = ["; ".join(map(str, likely.get(row, ()))) for row in found["row"].tolist()]
    found.index = table.index
    taken = {name: f"{name} (yours)" for name in found.columns if name in table.columns}
    return table.rename(columns=taken).join(found)


@app.command()
def runs(as_json: AsJson = False) -> None:
    """List the runs, the latest first.

    Each with its number, which retry, resume and undo take. A run that is *running*
    is under way in another process, or that process died: resume goes on with it.

    \b
      onoffice-nb runs
      onoffice-nb runs --json
    """
    records = Journal().runs()
    if as_json:
        print_document(runs_document(records))
        return

    lines = [
        (
            record.run,
            record.started.astimezone().strftime("%Y-%m-%d %H:%M"),
            record.account,
            record.relation.suffix,
            f"undo {record.undoes}" if record.undoes else record.verb,
            record.state,
            " · ".join(f"{count:,} {state}" for state, count in record.counts.items()),
        )
        for record in records
    ]
    headers = ["run", "started", "account", "relation type", "what", "state", "links"]
    if not lines:
        echo("No runs yet.")
        return
    echo_table(headers, lines, numeric=[0])


@app.command()
def relations(
    word: Annotated[str, typer.Argument(metavar="WORD", help="Only those that have it in URN or labels.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the relation types that --relation takes.

    A relation type has a direction: which side is the parent stands in the second
    column, and the third says what the child is.

    \b
      onoffice-nb relations
      onoffice-nb relations Käufer
    """
    found = find_relations(word)
    if as_json:
        print_document(relations_document(found))
        return

    lines = [
        (relation.suffix, relation.parent, relation.child, relation.label_en, relation.label_de) for relation in found
    ]
    headers = ["relation type", "parent", "child", "label", "in German"]
    if not lines:
        echo(f"No relation type has '{word}' in it.")
        return
    echo_table(headers, lines)


app.command("check", cls=declared.NightlyCommand)(declared.check)
app.command("apply")(declared.apply)
app.command("audit")(past.audit)
app.command("restore")(past.restore)
app.command("mcp")(mcp_server.mcp)
app.command("confirm")(mcp_server.confirm)
app.command("lab")(first_run.lab)
app.command("app")(first_run.app)
app.command("demo")(first_run.demo)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(metavar="N", help="The port on this machine; 0 takes a free one.")] = 8410,
    db: Annotated[
        str, typer.Option(metavar="FILE", help="Keep everything in this file instead of in memory.", show_default=False)
    ] = ":memory:",
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:WHEN", help="Spoil a reply; may be given several times. html:3 the third, html:0.1 a tenth."
        ),
    ] = None,
    latency: Annotated[float, typer.Option(min=0, max=60, metavar="SECONDS", help="Added to each request.")] = 0,
    live_like: Annotated[bool, typer.Option("--live-like", help="With missing rights, as on a real account.")] = False,
) -> None:
    """Run an onOffice of our own on this machine.

    Any client in any language can speak to it. Prints its address, a token and a
    secret, then each request and what became of it, until Ctrl-C. It checks
    signatures and answers with the API's own codes.

    \b
      onoffice-nb sandbox
      onoffice-nb sandbox --port 0 --db agency.sqlite
      onoffice-nb sandbox --fault drop_after:2 --fault html:0.1 --latency 0.2
    """
    from onoffice_nb.sandbox.serve import serve

    with suppress(KeyboardInterrupt):
        serve(echo, port, db, fault or [], latency, live_like)


@dataclass(frozen=True)
class _Reading:
    """How a file is read."""

    sheet: str
    header: int | None
    separator: str
    skip_hidden: bool

    @property
    def options(self) -> dict[str, object]:
        """What was given, by the names of the options."""
        return {
            "--sheet": self.sheet,
            "--header": self.header is not None,
            "--sep": self.separator,
            "--skip-hidden": self.skip_hidden,
        }

    def read(self, file: Path) -> pd.DataFrame:
        """The table; what has to be said of the file goes beside the output, before anything is planned."""
        table = read_table(
            # As elsewhere: what comes through a pipe.
            sys.stdin.buffer.read() if str(file) == "-" else file,
            sheet=self.sheet or None,
            header=self.header,
            # No shell types a tab easily.
            sep=self.separator.replace("\\t", "\t") or None,
            hidden="skip" if self.skip_hidden else "keep",
        )
        for note in file_notes(table):
            echo(f"Note: {note.rstrip('.')}.", err=True)
        return table


@dataclass(frozen=True)
class _Rows:
    """What a file says of pairs: columns of ids, or fields to find them by, and what was decided on rejects."""

    file: Path
    reading: _Reading
    parent: str
    child: str
    parent_by: list[str]
    child_by: list[str]
    info: str
    mends: list[str]

    @property
    def options(self) -> dict[str, object]:
        """What was given, by the names of the options."""
        sides = {"--parent": self.parent, "--child": self.child}
        by = {"--parent-by": self.parent_by, "--child-by": self.child_by}
        return sides | by | {"--info": self.info, "--mend": self.mends} | self.reading.options

    @property
    def missing(self) -> list[str]:
        """The sides of which nothing was said."""
        given = {"--parent": self.parent or self.parent_by, "--child": self.child or self.child_by}
        return [name for name, value in given.items() if not value]

    def read(self, crm: Client, relation: str) -> Pairs:
        """The pairs, with what was decided."""
        table = self.reading.read(self.file)
        pairs = match_pairs(
            crm,
            relation,
            table,
            parent=_side("parent", self.parent, self.parent_by),
            child=_side("child", self.child, self.child_by),
            info=self.info or None,
        )
        return pairs.mended(dict(map(_decision, self.mends))) if self.mends else pairs


def _side(name: str, column: str, by: list[str]) -> str | dict[str, str]:
    if column and by:
        raise InputError(f"--{name} names a column of record ids, --{name}-by what they are found by: leave one out.")
    return column or dict(_field_and_column(words) for words in by)


def _field_and_column(words: str) -> tuple[str, str]:
    field, equals, column = words.partition("=")
    if not field or not equals or not column:
        raise InputError(f"Expected FIELD=COLUMN, such as objektnr_extern=Objekt, got {words}.")
    return field, column


# A row, or a row and a column, whose name may have points too.
_CELL: Final = re.compile(r"(\d+)(?:\.(.+))?", re.ASCII)


def _decision(words: str) -> tuple[DecisionKey, Decision]:
    """One decision on rejects, as `Pairs.mended` takes it."""
    which, equals, what = (part.strip() for part in words.rpartition("="))
    if not which or not equals or not what:
        raise InputError(
            f"Expected --mend WHICH=WHAT, such as 4=1003, 9.Adresse=5008,5009 or 'leading zeros=take', got {words}."
        )
    cell = _CELL.fullmatch(which)
    key: DecisionKey = which if cell is None else (int(cell[1]), cell[2]) if cell[2] else int(cell[1])
    parts = [part.strip() for part in what.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return key, what
    ids = [int(part) for part in parts]
    return key, ids[0] if len(ids) == 1 else ids


def _plan(crm: Client, rows: _Rows, relation: str, replace: bool) -> Plan:
    """The plan of a file, be it a table or a saved plan; raises InputError where options are missing or too many."""
    if rows.file.suffix.lower() == ".json":
        options = {"--relation": relation, "--replace": replace} | rows.options
        surplus = [name for name, value in options.items() if value]
        if surplus:
            raise InputError(
                f"Expected {rows.file} alone, as a saved plan is taken as it is, got {', '.join(surplus)} as well:"
                f" leave {', '.join(surplus)} out."
            )
        return Plan.load(rows.file)

    missing = ["--relation"] * (not relation) + rows.missing
    if missing:
        raise InputError(f"Say {', '.join(missing)} as well: which links, and which columns hold the ids.")
    return planner.plan(crm, relation, rows.read(crm, relation), replace=replace)


def _code_of_plan(plan: Plan, force: Collection[str] = ()) -> ExitCode:
    return ExitCode.PARTIAL if plan.pairs.reasons or plan.errors(force) else ExitCode.OK


def _check_target(target: Path | None, source: Path | None = None) -> None:
    """Before anything is sent: can what comes of it be kept?"""
    if target is None:
        return
    if target.is_dir() or not os.access(target if target.exists() else target.parent, os.W_OK):
        raise InputError(f"{target} cannot be written: is there such a folder, and may you write to it?")
    if source is not None and target.exists() and source.exists() and target.samefile(source):
        raise InputError(f"{target} is the file that is read: name another one to write to.")


def _rerun(
    operation: Callable[..., Report],
    question: str,
    run: int,
    yes: bool,
    report_file: Path | None,
    connections: int,
    as_json: bool,
    input_file: Path | None = None,
    reading: _Reading | None = None,
) -> None:
    """Retry, resume or undo a run, after a look at its report as it stands."""
    with open_account() as crm:
        _check_target(report_file, input_file)
        table = reading.read(input_file) if reading is not None and input_file is not None else None
        report = build_report(journal_for(crm.account), run)
        if table is not None:
            # Before anything is sent: are these the rows of the run?
            report = report.with_source(table)
        if not yes:
            echo(report, err=as_json)
            confirm(f"{question} run {run} in {crm.account}?", err=as_json)
        report = operation(crm, run, progress=progress(), connections=connections)
    if table is not None:
        report = report.with_source(table)
    print_report_and_exit(report, report_file, report_document(report) if as_json else None)
