"""`onoffice-nb mcp` for the model, `onoffice-nb confirm` for the person."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.cli import options
from onoffice_nb.cli.mcp_server.confirmations import Confirmations
from onoffice_nb.cli.mcp_server.server import build_server
from onoffice_nb.cli.terminal import confirm as ask
from onoffice_nb.cli.terminal import echo, show, show_links, work_of
from onoffice_nb.connection import open_live, open_sandbox
from onoffice_nb.errors import InputError, OnOfficeError
from onoffice_nb.execution import submit as engine
from onoffice_nb.model import Account
from onoffice_nb.planning.findings import Preflight
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.records import module_of_records, read_known_records

__all__ = ["confirm", "mcp"]

_SHOWN: Final = 50


@click.command()
@click.option("--live", is_flag=True, help="Work in your account, not in the sandbox, whatever credentials there are.")
@click.option(
    "--folder",
    type=options.FILE,
    default=".",
    show_default=True,
    metavar="FOLDER",
    help="Where tables are read from, and nowhere else.",
)
def mcp(live: bool, folder: Path) -> None:
    """Serve the pipe to a language model as tools (MCP).

    The program of the model starts this command and speaks the Model Context
    Protocol with it over stdin and stdout. The model can read, plan and preview. What it wants to write waits until
    you have confirmed it in a terminal: onoffice-nb confirm CODE. It works in the
    sandbox, also where there are credentials, unless you start it with --live.

    \b
      onoffice-nb mcp
      onoffice-nb mcp --folder .

    A model that may run commands of its own on this machine, with your rights, needs
    no tool of this server to write: do not give it a terminal and --live together.
    """
    if not folder.is_dir():
        raise InputError(f"Expected a folder, got {folder}: there is none of this name.")
    with _open(live=live) as crm:
        build_server(crm, folder).run()


@click.command()
@options.described_argument("code", "The code of the plan, which the model has told you.", metavar="CODE")
def confirm(code: str) -> None:
    """Look at what a model wants to write, and allow it, once.

    Shows the plan as it will be sent, with the names that its first records have in
    the CRM, and asks. Your yes holds for this plan in this
    account, for ten minutes, and is used up when the model submits it. Nothing is
    sent by this command itself. It asks in a terminal only.

    \b
      onoffice-nb confirm 0123456789abcdef0123456789abcdef
    """
    confirmations = Confirmations()
    proposal = confirmations.load(code)
    plan = proposal.plan
    show(plan)
    show_links(_with_names(plan), _SHOWN)

    engine.refuse_errors(plan, ())
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise InputError("This is confirmed by a person in a terminal, and by nobody else. Nothing was confirmed.")
    work = work_of(plan) or "nothing"
    what = work if proposal.undoes is None else f"take back run {proposal.undoes} ({work})"
    ask(f"Allow the model, once: {what} in {plan.account}?")
    expires = confirmations.confirm(proposal).astimezone()
    echo(f"Confirmed until {expires:%H:%M}. Tell the model to go on.")


def _open(*, live: bool) -> Client:
    return open_live() if live else open_sandbox(options.account_database())


def _with_names(plan: Plan) -> Plan:
    """The plan, and what its first records are called: a saved plan holds no names, so the CRM is asked for them."""
    relation = plan.relation
    first = plan.pending[:_SHOWN]
    names: dict[str, dict[int, str]] = {}
    try:
        with _open(live=plan.account.live) as crm:
            _refuse_other(crm.account, plan.account)
            for side, ids in ((relation.parent, plan.items.parents), (relation.child, plan.items.children)):
                module = module_of_records(side)
                found = read_known_records(crm, module, np.unique(ids[first])).names()
                names[module] = names.get(module, {}) | found
    except (OnOfficeError, OSError) as error:
        echo(f"The names of the records could not be read: {error}", err=True)
    return replace(plan, preflight=Preflight(plan.findings, names))


def _refuse_other(connected: Account, meant: Account) -> None:
    if connected.fingerprint != meant.fingerprint:
        raise InputError(f"The plan is for {meant}, and what is found here is another account, {connected}.")
