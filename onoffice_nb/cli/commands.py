"""The same in a terminal: onoffice-nb plan | submit | retry | resume | undo | runs | relations | lab | sandbox.

Exit codes: 0 all is as wanted · 1 some rows are not · 2 it could not begin · 3 it was stopped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final

import typer
from platformdirs import user_data_path

from onoffice_nb.api.client import Client
from onoffice_nb.catalogue import relations as find_relations
from onoffice_nb.cli.terminal import ErrorReportingGroup, ExitCode, confirm, echo, print_report_and_exit, progress, show
from onoffice_nb.connection import open_client
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import Journal, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import counted, text_table
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.pairs import read_pairs
from onoffice_nb.planning import planner as diff
from onoffice_nb.planning.plan import Plan

__all__ = ["app"]

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="From a column of ids to links in onOffice enterprise.\n\n"
    "With ONOFFICE_TOKEN and ONOFFICE_SECRET (environment, .env or keyring) it speaks to the live API, without them "
    "to a sandbox in a file of your data folder. Nothing is sent before you agree to it.\n\n"
    "Exit codes: 0 all is as wanted, 1 some rows are not, 2 it could not begin (input, credentials, connection), "
    "3 it was stopped.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)

_CELLS: Final = ("import onoffice_nb as oo\n\ncrm = oo.connect()", "builder = oo.RelationBuilder(crm)\nbuilder")

FileToRead = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CSV or Excel file with a header line, or a saved plan (.json).")
]
Run = Annotated[int, typer.Argument(metavar="RUN", help="The number of the run: onoffice-nb runs lists them.")]
Relation = Annotated[
    str, typer.Option(metavar="NAME", help="Relation type: a word (buyer, Käufer), a suffix or the whole URN.")
]
Parent = Annotated[str, typer.Option(metavar="COLUMN", help="The column with the parents' record ids.")]
Child = Annotated[str, typer.Option(metavar="COLUMN", help="The column with the children's record ids.")]
InfoColumn = Annotated[
    str, typer.Option(metavar="COLUMN", help="The column with the confirmation status (calendar:address only).")
]
Sheet = Annotated[str, typer.Option(metavar="NAME", help="The sheet of an Excel file, if several hold something.")]
Replace = Annotated[bool, typer.Option("--replace", help="Also remove the other links of the given parents.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before something is written.")]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write your rows, and what became of each, to a .csv or .xlsx."),
]
Connections = Annotated[int, typer.Option(min=1, max=4, metavar="N", help="Requests side by side.")]


@app.command()
def plan(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    info: InfoColumn = "",
    sheet: Sheet = "",
    replace: Replace = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the plan to this .json file, to submit it later.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the requests as they will be sent.")] = False,
) -> None:
    """Show what would be sent; nothing is written."""
    with _crm() as crm:
        _check_target(save, file)
        if save is not None and save.suffix.lower() != ".json":
            raise InputError(f"A plan is known by its ending: --save {save}.json")
        made = _plan(crm, file, relation, parent, child, info, sheet, replace)
        # So that what comes out of a pipe is JSON alone.
        show(made, err=as_json)
        for n in range(len(made.requests) if as_json else 0):
            echo(made.to_json(n + 1))
        if save is not None:
            echo(f"Saved as shown. To send it: onoffice-nb submit {made.save(save)}", err=as_json)
    raise typer.Exit(ExitCode.PARTIAL if made.pairs.reasons else ExitCode.OK)


@app.command()
def submit(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    info: InfoColumn = "",
    sheet: Sheet = "",
    replace: Replace = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop there.")] = False,
    yes: Yes = False,
    report: ReportFile = None,
    connections: Connections = 1,
    max_age: Annotated[float, typer.Option(metavar="SECONDS", help="Refuse a saved plan that is older.")] = 900,
) -> None:
    """Create the links that a file names."""
    with _crm() as crm:
        _check_target(report, file)
        made = _plan(crm, file, relation, parent, child, info, sheet, replace)
        if yes and not dry_run:
            # The report will name the rejects.
            echo(made)
        else:
            show(made)
        if dry_run:
            raise typer.Exit(ExitCode.PARTIAL if made.pairs.reasons else ExitCode.OK)
        if len(made.pending) and not yes:
            counts = made.counts()
            del counts["nothing to do"]
            work = ", ".join(f"{doing} {counted(n, 'link')}" for doing, n in counts.items() if n)
            confirm(f"{work.capitalize()} in {crm.account}?")
        done = engine.submit(crm, made, progress=progress(), connections=connections, max_age=max_age)
    print_report_and_exit(done, report)


@app.command()
def retry(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Send again what failed or is unknown in a run.

    What may have arrived is looked up first.
    """
    _rerun(engine.retry, "Send again what failed or is unknown in", run, yes, report, connections)


@app.command()
def resume(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Go on with a run that was stopped.

    Or whose process died; or see the report of a finished one again. What may have arrived is looked up first.
    """
    _rerun(engine.resume, "Go on with", run, yes, report, connections)


@app.command()
def undo(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Take back what a run did, and nothing else.

    Links that were there before the run stay; links that it removed come back.
    """
    _rerun(engine.undo, "Take back", run, yes, report, connections)


@app.command()
def runs() -> None:
    """List the runs, the latest first."""
    lines = [
        (
            each.run,
            each.started.astimezone().strftime("%Y-%m-%d %H:%M"),
            each.account,
            each.relation.suffix,
            f"undo {each.undoes}" if each.undoes else each.verb,
            each.state,
            " · ".join(f"{n:,} {state}" for state, n in each.counts.items()),
        )
        for each in Journal().runs()
    ]
    headers = ["run", "started", "account", "relation type", "what", "state", "links"]
    echo(text_table(headers, lines, numeric=[0]) if lines else "No runs yet.")


@app.command()
def relations(
    word: Annotated[str, typer.Argument(metavar="WORD", help="Only those that have it in URN or labels.")] = "",
) -> None:
    """List the relation types that --relation takes."""
    lines = [(each.suffix, each.parent, each.child, each.label_en, each.label_de) for each in find_relations(word)]
    headers = ["relation type", "parent", "child", "label", "in German"]
    echo(text_table(headers, lines) if lines else f"No relation type has '{word}' in it.")


@app.command()
def lab(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the notebook is, or is to be.")] = Path(),
) -> None:
    """Open JupyterLab with the relation builder.

    Writes a notebook if there is none yet; prints the address where there is no display.
    """
    notebook = folder / "relation_builder.ipynb"
    if not notebook.exists():
        folder.mkdir(parents=True, exist_ok=True)
        empty: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        content = {
            "cells": [{**empty, "source": source} for source in _CELLS],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        notebook.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    options = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{notebook.name}"]
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container root is often the only user there is.
        options.append("--allow-root")
    # JupyterLab comes without types.
    from jupyterlab.labapp import main  # type: ignore[import-untyped]

    with suppress(KeyboardInterrupt):
        main(options)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(metavar="N", help="The port on this machine; 0 takes a free one.")] = 8410,
    db: Annotated[
        str, typer.Option(metavar="FILE", help="Keep everything in this file instead of in memory.", show_default=False)
    ] = ":memory:",
    fault: Annotated[
        list[str] | None, typer.Option(metavar="KIND:WHEN", help="html:3 spoils the third request, html:0.1 a tenth.")
    ] = None,
    latency: Annotated[float, typer.Option(min=0, max=60, metavar="SECONDS", help="Added to each request.")] = 0,
    live_like: Annotated[bool, typer.Option("--live-like", help="With missing rights, as on a real account.")] = False,
) -> None:
    """Run an onOffice of our own on this machine.

    Any client in any language can speak to it. --fault may be given several times.
    """
    from onoffice_nb.sandbox.serve import serve

    with suppress(KeyboardInterrupt):
        serve(echo, port, db, fault or [], latency, live_like)


@contextmanager
def _crm() -> Iterator[Client]:
    """The live account, or a sandbox in a file, so that what is submitted can be undone by the next command."""
    folder = user_data_path("onoffice_nb", ensure_exists=True)
    with open_client(str(folder / "sandbox.sqlite")) as crm:
        yield crm


def _plan(
    crm: Client, file: Path, relation: str, parent: str, child: str, info: str, sheet: str, replace: bool
) -> Plan:
    needed = {"--relation": relation, "--parent": parent, "--child": child}
    if file.suffix.lower() == ".json":
        said = needed | {"--info": info, "--sheet": sheet, "--replace": replace}
        surplus = [name for name, value in said.items() if value]
        if surplus:
            raise InputError(f"{file} is a saved plan and taken as it is: leave {', '.join(surplus)} out.")
        return Plan.load(file)
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise InputError(f"Say {', '.join(missing)} as well: which links, and which columns hold the ids.")
    pairs = read_pairs(read_table(file, sheet=sheet or None), parent=parent, child=child, info=info or None)
    return diff.plan(crm, relation, pairs, replace=replace)


def _check_target(target: Path | None, source: Path | None = None) -> None:
    """Before anything is sent: can what comes of it be kept?"""
    if target is None:
        return
    if target.is_dir() or not os.access(target if target.exists() else target.parent, os.W_OK):
        raise InputError(f"{target} cannot be written: is there such a folder, and may you write to it?")
    if source is not None and target.exists() and source.exists() and target.samefile(source):
        raise InputError(f"{target} is the file that is read: name another one to write to.")


def _rerun(do: Callable[..., Report], what: str, run: int, yes: bool, report: Path | None, connections: int) -> None:
    with _crm() as crm:
        _check_target(report)
        if not yes:
            echo(build_report(journal_for(crm.account), run))
            confirm(f"{what} run {run} in {crm.account}?")
        done = do(crm, run, progress=progress(), connections=connections)
    print_report_and_exit(done, report)
