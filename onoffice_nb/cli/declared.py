"""Links that a file declares: is the CRM as declared, and make it so."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from onoffice_nb.cli import options
from onoffice_nb.cli.documents import drift_document, print_document, report_document
from onoffice_nb.cli.input_files import contents
from onoffice_nb.cli.options import open_account
from onoffice_nb.cli.terminal import ExitCode, confirm, echo, echo_table, progress, report_code, work_of
from onoffice_nb.errors import OnOfficeError
from onoffice_nb.execution import submit as engine
from onoffice_nb.formatting import counted
from onoffice_nb.planning.desired_state import plan_desired_state, read_desired_state
from onoffice_nb.planning.plan import Plan

__all__ = ["NightlyCommand", "apply", "check"]

_SHOWN: Final = 20

_declared_file: Final = options.described_argument(
    "file",
    "A .toml, or a CSV or Excel file with columns relation, parent, child; or - for standard input.",
    metavar="FILE",
    type=options.FILE,
)
_prune: Final = click.option(
    "--prune", is_flag=True, help="The parents that the file names have no other links than those declared."
)


class NightlyCommand(click.Command):
    """A command whose exit code 2 says that something differs, so that what was typed wrongly has another one."""

    def make_context(self, *words: Any, **settings: Any) -> click.Context:
        """Take what was typed."""
        try:
            return super().make_context(*words, **settings)
        except click.UsageError as error:
            error.exit_code = ExitCode.PARTIAL  # type: ignore[misc]  # of this one error alone
            raise


@click.command(cls=NightlyCommand)
@_declared_file
@_prune
@options.as_json
def check(file: Path, prune: bool, as_json: bool) -> None:
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

    or it is a table itself, with the columns relation, parent and child. Through a
    pipe it is called -, and what begins with [[links]] is TOML.

    \b
    Exit codes of this command:
      0  the CRM is as declared
      1  it could not be checked: file, credentials, connection
      2  it differs
    """
    try:
        with open_account() as crm:
            plans = plan_desired_state(crm, read_desired_state(contents(file)), prune=prune)
    except (OnOfficeError, OSError) as error:
        # Not 2, as elsewhere: whoever is woken at night must know which of the two it is.
        echo(str(error), err=True)
        raise click.exceptions.Exit(ExitCode.PARTIAL) from None

    for plan in plans:
        _show_drift(plan, err=as_json)
    if as_json:
        print_document(drift_document(plans, prune=prune))
    raise click.exceptions.Exit(ExitCode.DIFFERS if any(len(plan.pending) for plan in plans) else ExitCode.OK)


@click.command()
@_declared_file
@_prune
@options.yes
@options.connections
@options.force
@options.as_json
def apply(file: Path, prune: bool, yes: bool, connections: int, force: tuple[str, ...], as_json: bool) -> None:
    """Make the CRM as a file declares.

    Links that are missing are created. With --prune the other links of the file's
    parents are removed, each one after the declared links of its parent stand. What is
    as declared is left alone: a second time there is nothing to do. One run a relation
    type, each of which can be undone.
    See `onoffice-nb check --help` for the file.

    \b
      onoffice-nb apply links.toml
      onoffice-nb apply links.toml --prune --yes

    What comes through a pipe cannot be asked about: `onoffice-nb apply - --yes`.
    """
    with open_account() as crm:
        plans = plan_desired_state(crm, read_desired_state(contents(file)), prune=prune)
        needed = [plan for plan in plans if len(plan.pending)]
        for plan in plans:
            _show_drift(plan, err=as_json)
        for plan in needed:
            engine.refuse_errors(plan, force)
        if needed and not yes:
            work = "; ".join(f"{work_of(plan)} ({plan.relation.suffix})" for plan in needed)
            confirm(f"{work[:1].upper()}{work[1:]} in {crm.account}?", err=as_json)

        reports = []
        for plan in needed:
            report = engine.submit(crm, plan, progress=progress(), connections=connections, force=force)
            reports.append(report)
            echo(f"\n{report}", err=as_json)
            if report.stop_reason:
                break

    if as_json:
        print_document({"runs": [report_document(report) for report in reports]})
    raise click.exceptions.Exit(max(map(report_code, reports), default=ExitCode.OK))


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
