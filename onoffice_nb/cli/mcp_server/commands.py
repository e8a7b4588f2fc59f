"""`onoffice-nb mcp` for the model, `onoffice-nb confirm` for the person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from platformdirs import user_data_path

from onoffice_nb.cli.mcp_server.confirmations import Confirmations
from onoffice_nb.cli.mcp_server.server import build_server
from onoffice_nb.cli.terminal import confirm as ask
from onoffice_nb.cli.terminal import echo, echo_table, show, work_of
from onoffice_nb.connection import open_live, open_sandbox
from onoffice_nb.errors import InputError
from onoffice_nb.execution import submit as engine

__all__ = ["confirm", "mcp"]

_SHOWN: Final = 50


def mcp(
    live: Annotated[
        bool, typer.Option("--live", help="Work in your account, not in the sandbox, whatever credentials there are.")
    ] = False,
    folder: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where tables are read from, and nowhere else.")
    ] = Path(),
) -> None:
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
    # The same file as that of the other commands, so that they can undo what was done here.
    database = user_data_path("onoffice_nb", ensure_exists=True) / "sandbox.sqlite"
    with open_live() if live else open_sandbox(str(database)) as crm:
        build_server(crm, folder).run()


def confirm(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of the plan, which the model has told you.")],
) -> None:
    """Look at what a model wants to write, and allow it, once.

    Shows the plan as it will be sent, and asks. Your yes holds for this plan in this
    account, for ten minutes, and is used up when the model submits it. Nothing is
    sent by this command itself. It asks in a terminal only.

    \b
      onoffice-nb confirm 0123456789abcdef0123456789abcdef
    """
    confirmations = Confirmations()
    proposal = confirmations.load(code)
    plan = proposal.plan
    show(plan)
    sent = plan.frame[plan.frame["action"] != "nothing"][["action", "parent", "child"]]
    echo("")
    echo_table(list(sent.columns), sent.head(_SHOWN).to_numpy().tolist(), numeric=[1, 2])
    if len(sent) > _SHOWN:
        echo(f"… and {len(sent) - _SHOWN:,} more.")

    engine.refuse_errors(plan, ())
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise InputError("This is confirmed by a person in a terminal, and by nobody else. Nothing was confirmed.")
    work = work_of(plan) or "nothing"
    what = work if proposal.undoes is None else f"take back run {proposal.undoes} ({work})"
    ask(f"Allow the model, once: {what} in {plan.account}?")
    expires = confirmations.confirm(proposal).astimezone()
    echo(f"Confirmed until {expires:%H:%M}. Tell the model to go on.")
