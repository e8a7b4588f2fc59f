"""The same in a terminal: onoffice-nb lab | sandbox | plan | submit | retry | resume | undo | runs.

Exit codes: 0 all is as wanted · 1 some rows are not · 2 bad input or credentials · 3 the run was stopped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_data_path

from onoffice_nb.client import Client
from onoffice_nb.connection import open_client
from onoffice_nb.diff import plan as make_plan
from onoffice_nb.engine import resume as resume_run
from onoffice_nb.engine import retry as retry_run
from onoffice_nb.engine import submit as submit_plan
from onoffice_nb.engine import undo as undo_run
from onoffice_nb.errors import InputError, OnOfficeError
from onoffice_nb.history import runs as all_runs
from onoffice_nb.intake import read_pairs
from onoffice_nb.model import Outcome
from onoffice_nb.plans import Plan
from onoffice_nb.report import Report
from onoffice_nb.tables import read_table
from onoffice_nb.views import text_table, visible

__all__ = ["app"]

app = typer.Typer(
    help="From a column of ids to links in onOffice enterprise: on the sandbox, unless credentials are given.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Code(IntEnum):
    """What the command exits with, for scripts."""

    DONE = 0
    SOME_FAILED = 1
    BAD_INPUT = 2
    STOPPED = 3


FileToRead = Annotated[Path, typer.Argument(help="A CSV or Excel file with a header line, or a saved plan (.json).")]
Run = Annotated[int, typer.Argument(help="The number of the run: onoffice-nb runs lists them.")]
Relation = Annotated[str, typer.Option(help="Relation type: a word (buyer, Käufer), a suffix or the whole URN.")]
Parent = Annotated[str, typer.Option(help="The column with the parents' record ids.")]
Child = Annotated[str, typer.Option(help="The column with the children's record ids.")]
InfoColumn = Annotated[str, typer.Option(help="The column with the confirmation status (calendar:address only).")]
Replace = Annotated[bool, typer.Option("--replace", help="Also remove the other links of the given parents.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before anything is written.")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write the report, row by row, to this CSV file.")]
Connections = Annotated[int, typer.Option(help="Requests side by side, 1 to 4.")]


@app.command()
def plan(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    info: InfoColumn = "",
    replace: Replace = False,
    save: Annotated[Path | None, typer.Option(help="Save the plan to this file, to submit it later.")] = None,
    requests: Annotated[bool, typer.Option("--json", help="Print each request as it will be sent.")] = False,
) -> None:
    """Show what would be sent. Nothing is written."""
    with _crm() as crm:
        made = _plan(crm, file, relation, parent, child, info, replace)
        _show(made)
        if requests:
            for n in range(1, len(made.requests) + 1):
                typer.echo(made.to_json(n))
        if save is not None:
            typer.echo(f"Saved: {made.save(save)}")


@app.command()
def submit(
    file: FileToRead,
    relation: Relation = "",
    parent: Parent = "",
    child: Child = "",
    info: InfoColumn = "",
    replace: Replace = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop there.")] = False,
    yes: Yes = False,
    report: ReportFile = None,
    connections: Connections = 1,
) -> None:
    """Create the links that a file names."""
    with _crm() as crm:
        made = _plan(crm, file, relation, parent, child, info, replace)
        _show(made)
        if dry_run:
            return
        if len(made.todo):
            _confirm(f"Send this to {crm.account}?", yes)
        done = submit_plan(crm, made, progress=_interactive(), connections=connections)
    _finish(done, report)


@app.command()
def retry(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Send again what failed or is unknown; what may have arrived is looked up first."""
    _go_on(retry_run, "Send again what failed in", run, yes, report, connections)


@app.command()
def resume(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Go on with a run that was stopped or whose process died."""
    _go_on(resume_run, "Go on with", run, yes, report, connections)


@app.command()
def undo(run: Run, yes: Yes = False, report: ReportFile = None, connections: Connections = 1) -> None:
    """Take back what a run did, and nothing else."""
    _go_on(undo_run, "Take back", run, yes, report, connections)


@app.command()
def runs() -> None:
    """List the history, the latest run first."""
    with _crm() as crm:
        table = all_runs(crm)
    typer.echo(text_table(list(table.columns), table.astype(str).replace("<NA>", "").to_numpy().tolist()))


@app.command()
def lab(folder: Annotated[Path, typer.Argument(help="Where the notebook is, or is to be.")] = Path()) -> None:
    """Open JupyterLab at a notebook with the relation builder."""
    notebook = folder / "relation_builder.ipynb"
    if not notebook.exists():
        cells = ["import onoffice_nb as oo\n\ncrm = oo.connect()", "builder = oo.RelationBuilder(crm)\nbuilder"]
        notebook.write_text(json.dumps(_notebook(cells), indent=1), encoding="utf-8")
    screen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    options = [] if screen else ["--no-browser"]
    from jupyterlab.labapp import main

    main([*options, str(notebook)])


def _notebook(cells: list[str]) -> dict[str, Any]:
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for n, text in enumerate(cells, start=1)
    ]
    return {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="The port on this machine; 0 takes a free one.")] = 8410,
    db: Annotated[str, typer.Option(help="A file, so that the links survive a restart.")] = ":memory:",
    fault: Annotated[list[str] | None, typer.Option(help="KIND:3 for the third request, KIND:0.1 for a tenth.")] = None,
    latency: Annotated[float, typer.Option(help="Seconds added to each request.")] = 0.0,
) -> None:
    """Run an onOffice of our own on this machine, for any client in any language."""
    from onoffice_nb.sandbox import Faults, Sandbox

    with _explained():
        box = Sandbox(db, faults=Faults.read(fault) if fault else None, latency=latency)
        with box.serve(port) as server:
            typer.echo(f"{box.account}\n")
            typer.echo(f"ONOFFICE_URL={server.url}\nONOFFICE_TOKEN={box.token}\nONOFFICE_SECRET={box.secret}\n")
            typer.echo("Ctrl-C stops it.")
            server.wait()


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of ours as a sentence, not as a traceback."""
    try:
        yield
    except OnOfficeError as error:
        typer.echo(_lines(str(error)), err=True)
        raise typer.Exit(Code.BAD_INPUT) from None


def _lines(text: str) -> str:
    """A message with its line breaks, but without anything that could steer the terminal."""
    return "\n".join(visible(line) for line in text.splitlines())


@contextmanager
def _crm() -> Iterator[Client]:
    """The live account, or a sandbox in a file, so that what is submitted can be undone by the next command."""
    with _explained():
        folder = user_data_path("onoffice_nb", ensure_exists=True)
        with open_client(str(folder / "sandbox.sqlite")) as crm:
            yield crm


def _plan(crm: Client, file: Path, relation: str, parent: str, child: str, info: str, replace: bool) -> Plan:
    if file.suffix == ".json":
        return Plan.load(file)
    missing = [
        f"--{name}" for name, value in (("relation", relation), ("parent", parent), ("child", child)) if not value
    ]
    if missing:
        raise InputError(f"Say {', '.join(missing)} as well: which links, and which columns hold the ids.")
    pairs = read_pairs(read_table(file), parent=parent, child=child, info=info or None)
    return make_plan(crm, relation, pairs, replace=replace)


def _show(made: Plan) -> None:
    typer.echo(_lines(str(made)))
    rejects = made.pairs.rejects
    if len(rejects):
        names = ["row", "column", "raw", "reason", "suggestion"]
        typer.echo("\n" + text_table(names, rejects[names].astype(str).to_numpy().tolist()))


def _go_on(do: Callable[..., Report], what: str, run: int, yes: bool, report: Path | None, connections: int) -> None:
    with _crm() as crm:
        _confirm(f"{what} run {run} in {crm.account}?", yes)
        done = do(crm, run, progress=_interactive(), connections=connections)
    _finish(done, report)


def _confirm(question: str, yes: bool) -> None:
    if not yes and not typer.confirm(question):
        typer.echo("Nothing was sent.")
        raise typer.Exit(Code.DONE)


def _interactive() -> bool:
    return sys.stderr.isatty()


def _finish(done: Report, file: Path | None) -> None:
    typer.echo(_lines(str(done)))
    if file is not None:
        typer.echo(f"Report: {done.to_csv(file)}")
    if done.stopped:
        raise typer.Exit(Code.STOPPED)
    unsettled = done.counts.keys() & {Outcome.FAILED, Outcome.UNKNOWN}
    raise typer.Exit(Code.SOME_FAILED if unsettled or done.reasons else Code.DONE)
