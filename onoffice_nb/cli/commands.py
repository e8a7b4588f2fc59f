"""The same in a terminal: each command reads, asks and prints; what it does stands in the packages below.

The docstring of a command is its help page. `\b` keeps the lines of an example
as they are; the examples run, one after the other, in the tests.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from onoffice_nb.api.client import Client
from onoffice_nb.catalogue import relations as find_relations
from onoffice_nb.cli import declared, first_run, options, past
from onoffice_nb.cli.documents import (
    matches_document,
    plan_document,
    print_document,
    relations_document,
    report_document,
    runs_document,
)
from onoffice_nb.cli.input_files import Columns, Reading, field_and_column
from onoffice_nb.cli.mcp_server import commands as mcp_server
from onoffice_nb.cli.options import open_account
from onoffice_nb.cli.terminal import (
    ErrorReportingGroup,
    ExitCode,
    ask_before,
    confirm,
    echo,
    echo_table,
    plan_code,
    print_report_and_exit,
    progress,
    show,
    show_matches,
    write_table,
)
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import Journal, journal_for
from onoffice_nb.execution.report import Report
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


@click.group(
    name="onoffice-nb",
    cls=ErrorReportingGroup,
    help=_OVERVIEW,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="onoffice_nb", message="onoffice-nb %(version)s", help="Print the version.")
def app() -> None:
    """Has options alone; its help is the overview."""


@app.command()
@options.file_to_read
@options.relation
@options.columns
@options.reading
@options.replace
@click.option("--save", type=options.FILE, metavar="FILE", help="Save the plan to this .json file, to submit it later.")
@options.as_json
def plan(
    file: Path, relation: str, columns: Columns, reading: Reading, replace: bool, save: Path | None, as_json: bool
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
        plan = _plan(crm, file, relation, columns, reading, replace)

        # So that what comes out of a pipe is JSON alone.
        show(plan, err=as_json)
        if as_json:
            print_document(plan_document(plan))
        if save is not None:
            echo(f"Saved as shown. To send it: onoffice-nb submit {plan.save(save)}", err=as_json)
    raise click.exceptions.Exit(plan_code(plan))


@app.command()
@options.file_to_read
@options.relation
@options.columns
@options.reading
@options.replace
@options.dry_run
@options.yes
@options.report_file
@options.connections
@click.option(
    "--max-age",
    type=float,
    default=900,
    show_default=True,
    metavar="SECONDS",
    help="Refuse a saved plan that is older.",
)
@options.force
@options.as_json
def submit(
    file: Path,
    relation: str,
    columns: Columns,
    reading: Reading,
    replace: bool,
    dry_run: bool,
    yes: bool,
    report_file: Path | None,
    connections: int,
    max_age: float,
    force: tuple[str, ...],
    as_json: bool,
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
        plan = _plan(crm, file, relation, columns, reading, replace)
        if yes and not dry_run:
            # The report will name the rejects.
            echo(plan, err=as_json)
        else:
            show(plan, err=as_json)
        if dry_run:
            if as_json:
                print_document(plan_document(plan))
            raise click.exceptions.Exit(plan_code(plan, force))

        engine.refuse_errors(plan, force)
        if not yes:
            ask_before(plan, crm.account, err=as_json)
        report = engine.submit(crm, plan, progress=progress(), connections=connections, max_age=max_age, force=force)
    print_report_and_exit(report, report_file, report_document(report) if as_json else None)


@app.command()
@options.run_number
@options.yes
@options.report_file
@options.input_file
@options.reading
@options.connections
@options.as_json
def retry(
    run: int,
    yes: bool,
    report_file: Path | None,
    input_file: Path | None,
    reading: Reading,
    connections: int,
    as_json: bool,
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
    question = "Send again what failed or is unknown in"
    _rerun(engine.retry, question, run, yes, report_file, connections, as_json, input_file, reading)


@app.command()
@options.run_number
@options.yes
@options.report_file
@options.input_file
@options.reading
@options.connections
@options.as_json
def resume(
    run: int,
    yes: bool,
    report_file: Path | None,
    input_file: Path | None,
    reading: Reading,
    connections: int,
    as_json: bool,
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
    _rerun(engine.resume, "Go on with", run, yes, report_file, connections, as_json, input_file, reading)


@app.command()
@options.run_number
@options.yes
@options.report_file
@options.connections
@options.as_json
def undo(run: int, yes: bool, report_file: Path | None, connections: int, as_json: bool) -> None:
    """Take back what a run did, and nothing else.

    Links that the run created are removed; links that it removed come back, and
    statuses that it changed or removed become what they were, where the CRM showed
    them. Links that were there before the run stay. The undo is a run of its own, so
    it can be undone as well.

    \b
      onoffice-nb undo 1
    """
    _rerun(engine.undo, "Take back", run, yes, report_file, connections, as_json)


@app.command()
@options.described_argument(
    "file", "A CSV or Excel file with a header line, or - for standard input.", metavar="FILE", type=options.FILE
)
@options.described_argument("module", "Whose records are looked for: address or estate.", metavar="MODULE")
@click.option(
    "--by",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="A field of the CRM and the column that has it; may be several.",
)
@options.reading
@click.option(
    "--out",
    type=options.FILE,
    metavar="FILE",
    help="Write your rows, and the record of each, to a .csv or .xlsx.",
)
@options.as_json
def match(file: Path, module: str, by: tuple[str, ...], reading: Reading, out: Path | None, as_json: bool) -> None:
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
        table = reading.read(file)
        matches = match_rows(crm, module, table, by=dict(map(field_and_column, by)))

    saved = None if out is None else write_table(out, _matched_rows(table, matches))
    if as_json:
        print_document(matches_document(matches))
    else:
        show_matches(matches)
    if saved is not None:
        echo(f"Rows: {saved}", err=as_json)
    raise click.exceptions.Exit(ExitCode.PARTIAL if matches.problems else ExitCode.OK)


def _matched_rows(table: pd.DataFrame, matches: Matches) -> pd.DataFrame:
    """The user's rows, and beside them the record of each or its candidates."""
    found = matches.frame[["row", "id", "label", "rule", "problem"]]
    likely = matches.candidates
    found["candidates"] = ["; ".join(map(str, likely.get(row, ()))) for row in found["row"].tolist()]
    found.index = table.index
    taken = {name: f"{name} (yours)" for name in found.columns if name in table.columns}
    return table.rename(columns=taken).join(found)


@app.command()
@options.as_json
def runs(as_json: bool) -> None:
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
@options.described_argument("word", "Only those that have it in URN or labels.", metavar="[WORD]", default="")
@options.as_json
def relations(word: str, as_json: bool) -> None:
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


for _command in (
    declared.check,
    declared.apply,
    past.audit,
    past.restore,
    mcp_server.mcp,
    mcp_server.confirm,
    first_run.lab,
    first_run.app,
    first_run.demo,
):
    app.add_command(_command)


@app.command()
@click.option(
    "--port",
    type=int,
    default=8410,
    show_default=True,
    metavar="N",
    help="The port on this machine; 0 takes a free one.",
)
@click.option("--db", default=":memory:", metavar="FILE", help="Keep everything in this file instead of in memory.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND:WHEN",
    help="Spoil a reply; may be given several times. html:3 the third, html:0.1 a tenth.",
)
@click.option(
    "--latency",
    type=click.FloatRange(0, 60),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="Added to each request.",
)
@click.option("--live-like", is_flag=True, help="With missing rights, as on a real account.")
def sandbox(port: int, db: str, faults: tuple[str, ...], latency: float, live_like: bool) -> None:
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
        serve(echo, port, db, faults, latency, live_like)


def _plan(crm: Client, file: Path, relation: str, columns: Columns, reading: Reading, replace: bool) -> Plan:
    """The plan of a file, be it a table or a saved plan; raises InputError where options are missing or too many."""
    if file.suffix.lower() == ".json":
        given = {"--relation": relation, "--replace": replace} | columns.options | reading.options
        surplus = ", ".join(name for name, value in given.items() if value)
        if surplus:
            raise InputError(
                f"Expected {file} alone, as a saved plan is taken as it is, got {surplus} as well: leave {surplus} out."
            )
        return Plan.load(file)

    missing = ["--relation"] * (not relation) + columns.missing
    if missing:
        raise InputError(f"Say {', '.join(missing)} as well: which links, and which columns hold the ids.")
    pairs = columns.pairs(crm, relation, reading.read(file))
    return planner.plan(crm, relation, pairs, replace=replace)


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
    reading: Reading | None = None,
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
