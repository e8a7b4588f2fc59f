"""Links that a file declares: is the CRM as declared, and make it so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from onoffice_nb.cli.documents import drift_document, print_document, report_document
from onoffice_nb.cli.options import AsJson, Connections, Force, Yes, open_account
from onoffice_nb.cli.terminal import ExitCode, confirm, echo, echo_table, progress, report_code, work_of
from onoffice_nb.errors import OnOfficeError
from onoffice_nb.execution import submit as engine
from onoffice_nb.formatting import counted
from onoffice_nb.planning.desired_state import plan_desired_state, read_desired_state
from onoffice_nb.planning.plan import Plan

__all__ = ["NightlyCommand", "apply", "check"]

_SHOWN: Final = 20

DeclaredFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A .toml, or a CSV or Excel file with columns relation, parent, child.")
]
Prune = Annotated[
    bool, typer.Option("--prune", help="The parents that the file names have no other links than those declared.")
]


class NightlyCommand(TyperCommand):
    """A command whose exit code 2 says that something differs, so that what was typed wrongly has another one."""

    def make_context(self, *words: Any, **options: Any) -> Any:
        """Take what was typed."""
        try:
            return super().make_context(*words, **options)
        except Exception as error:
            if getattr(error, "exit_code", None) == ExitCode.DIFFERS:
                error.exit_code = int(ExitCode.PARTIAL)  # type: ignore[attr-defined]  # only those that have one
            raise


def check(file: DeclaredFile, prune: Prune = False, as_json: AsJson = False) -> None:
    """Tell whether the CRM has the links that a file declares. Nothing is written.

    For nightly runs. Each link that is missing is named; with --prune also each that
    the file's parents have beside those declared.

    \b
      onoffice-nb check links.toml
      onoffice-nb check links.toml --prune --json

    The file says it by the pair, or by a table beside it:

    \b
      [[links]]
      relation = "contactPersonAll"
      pairs = [[1001, 5001], [1002, 5003]]
      [[links]]
      relation = "buyer"
      file = "buyers.csv"
      parent = "estate"
      child = "address"

    or it is a table itself, with the columns relation, parent and child.

    \b
    Exit codes of this command:
      0  the CRM is as declared
      1  it could not be checked: file, credentials, connection
      2  it differs
    """
    try:
        with open_account() as crm:
            plans = plan_desired_state(crm, read_desired_state(file), prune=prune)
    except (OnOfficeError, OSError) as error:
        # Not 2, as elsewhere: whoever is woken at night must know which of the two it is.
        echo(str(error), err=True)
        raise typer.Exit(ExitCode.PARTIAL) from None

    for plan in plans:
        _show_drift(plan, err=as_json)
    if as_json:
        print_document(drift_document(plans, prune=prune))
    raise typer.Exit(ExitCode.DIFFERS if any(len(plan.pending) for plan in plans) else ExitCode.OK)


def apply(
    file: DeclaredFile,
    prune: Prune = False,
    yes: Yes = False,
    connections: Connections = 1,
    force: Force = None,
    as_json: AsJson = False,
) -> None:
    """Make the CRM as a file declares.

    Links that are missing are created. With --prune the other links of the file's
    parents are removed, each one after the declared links of its parent stand. What is
    as declared is left alone: a second time there is nothing to do. One run a relation
    type, each of which can be undone.
    See `onoffice-nb check --help` for the file.

    \b
      onoffice-nb apply links.toml
      onoffice-nb apply links.toml --prune --yes
    """
    with open_account() as crm:
        plans = plan_desired_state(crm, read_desired_state(file), prune=prune)
        needed = [plan for plan in plans if len(plan.pending)]
        for plan in plans:
            _show_drift(plan, err=as_json)
        for plan in needed:
            engine.refuse_errors(plan, force or ())
        if needed and not yes:
            work = "; ".join(f"{work_of(plan)} ({plan.relation.suffix})" for plan in needed)
            confirm(f"{work[:1].upper()}{work[1:]} in {crm.account}?", err=as_json)

        reports = []
        for plan in needed:
            report = engine.submit(crm, plan, progress=progress(), connections=connections, force=force or ())
            reports.append(report)
            echo(f"\n{report}", err=as_json)
            if report.stop_reason:
                break

    if as_json:
        print_document({"runs": [report_document(report) for report in reports]})
    raise typer.Exit(max(map(report_code, reports), default=ExitCode.OK))


def _show_drift(plan: Plan, *, err: bool) -> None:
    """What differs for one relation type, and the first links of it."""
    name, declared = plan.relation.suffix, counted(len(plan.pairs), "link")
    if not len(plan.pending):
        echo(f"{plan.account} · {name}: as declared, {declared}", err=err)
        return

    differing = plan.frame[plan.frame["action"] != "nothing"]
    echo(f"{plan.account} · {name}: {work_of(plan)} to have it as declared, {declared}", err=err)
    for finding in plan.findings:
        echo(finding, err=err)
    headers = list(differing.columns)
    echo_table(headers, differing.head(_SHOWN).to_numpy().tolist(), numeric=[0, 2], err=err)
    if len(differing) > _SHOWN:
        echo(f"… and {len(differing) - _SHOWN:,} more: --json names each.", err=err)
