"""What the CRM's own log tells: of a run, and of how links stood at a moment."""

from __future__ import annotations

from typing import Annotated

import typer

from onoffice_nb.cli.documents import audit_document, plan_document, print_document, report_document
from onoffice_nb.cli.options import AsJson, Connections, Force, RunNumber, Yes, open_account
from onoffice_nb.cli.terminal import ExitCode, confirm, echo, print_report_and_exit, progress, show, work_of
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.audit import audit as audit_run
from onoffice_nb.planning.restore import plan_restore

__all__ = ["audit", "restore"]


def audit(
    run: RunNumber,
    user: Annotated[
        int | None, typer.Option(metavar="ID", help="The user that the API is signed in as, if you know it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a run with the CRM's own log, link by link. Nothing is written.

    Names what was made twice, what somebody else has made or removed since, and what
    is missing in the log. Only administrators may read the log.

    \b
      onoffice-nb audit 1
      onoffice-nb audit 1 --json

    Exit code 1: the two tell different stories.
    """
    with open_account() as crm:
        found = audit_run(crm, run, user=user)
    if as_json:
        print_document(audit_document(found))
    else:
        echo(found)
    raise typer.Exit(ExitCode.OK if found.ok else ExitCode.PARTIAL)


def restore(
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="Relation type: a word, a suffix or the URN.")],
    at: Annotated[str, typer.Option(metavar="TIME", help="The moment, by the clock of the CRM: 2026-06-01 14:30.")],
    parents: Annotated[str, typer.Option(metavar="IDS", help="The parents whose links are meant: 1001,1002.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop there.")] = False,
    yes: Yes = False,
    connections: Connections = 1,
    force: Force = None,
    as_json: AsJson = False,
) -> None:
    """Bring links back to how they stood at a moment.

    Those of some parents, whoever changed them, by the CRM's own log, which only
    administrators may read. Shows the plan first, and asks. Links of which the log
    cannot tell are named and left as they are. It is a run like any other, which can
    be undone.

    \b
      onoffice-nb restore contactPersonAll --at "2026-06-01 14:30" --parents 1001,1002 --dry-run
    """
    with open_account() as crm:
        plan = plan_restore(crm, relation, at=at, parents=_ids(parents))
        show(plan, err=as_json)
        if dry_run:
            if as_json:
                print_document(plan_document(plan))
            raise typer.Exit(ExitCode.PARTIAL if plan.pairs.reasons or plan.errors(force or ()) else ExitCode.OK)

        engine.refuse_errors(plan, force or ())
        if len(plan.pending) and not yes:
            work = work_of(plan)
            confirm(f"{work[:1].upper()}{work[1:]} in {crm.account}?", err=as_json)
        report = engine.submit(crm, plan, progress=progress(), connections=connections, force=force or ())
    print_report_and_exit(report, None, report_document(report) if as_json else None)


def _ids(words: str) -> list[int]:
    parts = [part.strip() for part in words.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise InputError(f"Expected record ids with commas between them, such as --parents 1001,1002, got {words}.")
    return [int(part) for part in parts]
