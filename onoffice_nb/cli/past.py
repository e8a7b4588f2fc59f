"""What the CRM's own log tells: of a run, and of how links stood at a moment."""

from __future__ import annotations

import click

from onoffice_nb.cli import options
from onoffice_nb.cli.documents import audit_document, plan_document, print_document, report_document
from onoffice_nb.cli.options import open_account
from onoffice_nb.cli.terminal import ExitCode, ask_before, echo, plan_code, print_report_and_exit, progress, show
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.audit import audit as audit_run
from onoffice_nb.planning.restore import plan_restore

__all__ = ["audit", "restore"]


@click.command()
@options.run_number
@click.option("--user", type=int, metavar="ID", help="The user that the API is signed in as, if you know it.")
@options.as_json
def audit(run: int, user: int | None, as_json: bool) -> None:
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
    raise click.exceptions.Exit(ExitCode.OK if found.ok else ExitCode.PARTIAL)


@click.command()
@options.described_argument("relation", "Relation type: a word, a suffix or the URN.", metavar="RELATION")
@click.option("--at", required=True, metavar="TIME", help="The moment, by the clock of the CRM: 2026-06-01 14:30.")
@click.option("--parents", required=True, metavar="IDS", help="The parents whose links are meant: 1001,1002.")
@options.dry_run
@options.yes
@options.connections
@options.force
@options.as_json
def restore(
    relation: str,
    at: str,
    parents: str,
    dry_run: bool,
    yes: bool,
    connections: int,
    force: tuple[str, ...],
    as_json: bool,
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
            raise click.exceptions.Exit(plan_code(plan, force))

        engine.refuse_errors(plan, force)
        if not yes:
            ask_before(plan, crm.account, err=as_json)
        report = engine.submit(crm, plan, progress=progress(), connections=connections, force=force)
    print_report_and_exit(report, None, report_document(report) if as_json else None)


def _ids(words: str) -> list[int]:
    parts = [part.strip() for part in words.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise InputError(f"Expected record ids with commas between them, such as --parents 1001,1002, got {words}.")
    return [int(part) for part in parts]
