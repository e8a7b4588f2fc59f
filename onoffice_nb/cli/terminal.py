"""How the command line speaks: exit codes, errors as sentences, one question, and no text that steers the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from onoffice_nb.cli.documents import print_document
from onoffice_nb.errors import InputError, OnOfficeError
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.report_files import write_csv, write_excel
from onoffice_nb.formatting import counted, printable, quote, text_table
from onoffice_nb.matching.matches import Matches
from onoffice_nb.model import Account, Outcome
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ErrorReportingGroup",
    "ExitCode",
    "ask_before",
    "confirm",
    "echo",
    "echo_table",
    "plan_code",
    "print_report_and_exit",
    "progress",
    "report_code",
    "show",
    "show_links",
    "show_matches",
    "work_of",
    "write_table",
]

_SHOWN_REJECTS: Final = 20
_REJECT_COLUMNS: Final = ["row", "column", "raw", "reason", "suggestion", "kind"]
_SHOWN_CANDIDATES: Final = 3
_SHOWN_LINKS: Final = 10
_SHOWN_CHARACTERS: Final = 40
_NARROWEST: Final = 8
# Messages speak to people who write Python; here they name what is typed in a terminal.
_TERMINAL_WORDING: Final = {
    "oo.plan(…)": "onoffice-nb plan",
    "plan.save(…)": "onoffice-nb plan --save",
    "oo.relations()": "onoffice-nb relations",
    "oo.retry(crm, report)": "onoffice-nb retry",
    "oo.runs()": "onoffice-nb runs",
    "see report.frame": "--report FILE names each row",
    "max_age (seconds)": "--max-age (seconds)",
    "without info=…": "without --info",
    "plan pairs.swapped()": "exchange --parent and --child",
    "force=[…]": "--force RULE",
    "sheet=…": "--sheet NAME",
    "header=…": "--header ROW",
    "sep=…": "--sep TEXT",
    "hidden='skip'": "--skip-hidden",
    "else user=…": "else --user ID",
    "by= names": "--by names",
    "The rejects, their kinds and repairs stand in .rejects; decisions look like {4: 1003, (9, 'Adresse'):"
    " [5008, 5009], 'leading zeros': 'take'}.": "`onoffice-nb plan` shows the rejects and their kinds; decisions look"
    " like --mend 4=1003, --mend 9.Adresse=5008,5009, --mend 'leading zeros=take'.",
    "oo.look_up_rejects(crm, relation, pairs) looks such numbers up; mend with its answer": "give the record id, or"
    " name the column as --parent-by or --child-by",
}


class ExitCode(IntEnum):
    """What a command exits with, for scripts."""

    OK = 0
    PARTIAL = 1
    BAD_INPUT = 2
    STOPPED = 3

    # Of `check` alone, which exits with 1 where it could not check.
    DIFFERS = 2


class ErrorReportingGroup(click.Group):
    """The commands, none of which ends in a traceback where there is something to say."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work, which click would change to that of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed."""
        for stream in (sys.stdout, sys.stderr):
            # Not every terminal can show an arrow or a middle dot.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of a pipe has gone (`| head`): there is nobody to tell.
            raise
        except (OnOfficeError, OSError) as error:
            echo(str(error), err=True)
            raise click.exceptions.Exit(ExitCode.BAD_INPUT) from None
        except KeyboardInterrupt:
            echo("\nStopped. `onoffice-nb runs` lists what was begun, `onoffice-nb resume RUN` goes on.", err=True)
            raise click.exceptions.Exit(ExitCode.STOPPED) from None


def echo(text: object, *, err: bool = False) -> None:
    """Print a text in the words of a terminal.

    Args:
        text: What is to be said.
        err: Whether it goes to stderr: errors, and all else where stdout is for a document alone.
    """
    click.echo(terminal_wording(str(text)), err=err)


def echo_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Collection[int] = (), err: bool = False
) -> None:
    """Print a table; in a terminal its widest cells are cut so that no line is longer than the window."""
    lines = [[str(cell) for cell in cells] for cells in rows]
    stream = sys.stderr if err else sys.stdout
    if stream.isatty():
        limit = _widest_cell([len(header) for header in headers], lines)
        lines = [[_cut(cell, limit) for cell in cells] for cells in lines]
    echo(text_table(headers, lines, numeric=numeric), err=err)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _widest_cell(widths: Sequence[int], lines: Iterable[Sequence[str]]) -> int:
    """How many characters of a cell fit, so that a line of the table fits into the window if that can be."""
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    widths = [max(column) for column in zip(widths, *(map(len, cells) for cells in lines), strict=True)]
    limit = max(*widths, _NARROWEST)
    while limit > _NARROWEST and sum(min(width, limit) for width in widths) > room:
        limit -= 1
    return limit


def show(plan: Plan, *, err: bool = False) -> None:
    """Print a plan and, of the rows that became no pair, the first."""
    echo(plan, err=err)
    rejects = plan.pairs.rejects
    shown = rejects[_REJECT_COLUMNS].head(_SHOWN_REJECTS).astype(str)
    if len(shown):
        shown["raw"] = shown["raw"].str.slice(stop=_SHOWN_CHARACTERS)
        echo("", err=err)
        echo_table(_REJECT_COLUMNS, shown.to_numpy().tolist(), numeric=[0], err=err)
    for line in _candidate_lines(rejects.head(_SHOWN_REJECTS)):
        echo(line, err=err)

    hidden_count = len(rejects) - len(shown)
    if hidden_count:
        echo(f"… and {hidden_count:,} more: `submit --report FILE` names each row.", err=err)


def _candidate_lines(rejects: pd.DataFrame) -> Iterator[str]:
    """Of rejects that were looked up in the CRM, the records that they may mean, by name."""
    for row, column, repairs in rejects[["row", "column", "repairs"]].itertuples(index=False, name=None):
        for repair in [repair for repair in repairs if repair.label][:_SHOWN_CANDIDATES]:
            number = repair.values[0]
            yield f"row {row}: perhaps {number} {repair.label} ({repair.pattern}): --mend '{row}.{column}={number}'"


def show_links(plan: Plan, limit: int, *, err: bool = False) -> None:
    """Print the first links that a plan sends, with the names of the records where the plan knows them."""
    sent = plan.frame[plan.frame["action"] != "nothing"]
    headers = ["action", "parent", "child"]
    if any(plan.names.values()):
        headers = ["action", "parent", "parent_name", "child", "child_name"]
    numeric = [headers.index(side) for side in ("parent", "child")]
    titles = [header.replace("_", " ") for header in headers]
    echo("", err=err)
    echo_table(titles, sent[headers].head(limit).to_numpy().tolist(), numeric=numeric, err=err)
    if len(sent) > limit:
        echo(f"… and {len(sent) - limit:,} more.", err=err)


def show_matches(matches: Matches) -> None:
    """Print how many rows were found, and of the others the first with their likeliest records."""
    found, problems = len(matches.found), matches.problems
    echo(f"{counted(len(matches), 'row')}: {found:,} found, {len(problems):,} not found")
    for rule, n in Counter(match.rule for match in matches.found.values()).most_common():
        echo(f"  {n:,} by {rule}")

    likely = matches.candidates if problems else {}
    for row in list(problems)[:_SHOWN_REJECTS]:
        echo(f"row {row}: {quote(matches.texts[row], _SHOWN_CHARACTERS)}: {problems[row]}")
        for candidate in likely[row][:_SHOWN_CANDIDATES]:
            echo(f"  perhaps {candidate}")
    if len(problems) > _SHOWN_REJECTS:
        echo(f"… and {len(problems) - _SHOWN_REJECTS:,} more: `--out FILE` names each row.")


def write_table(file: Path, table: pd.DataFrame) -> Path:
    """Write a table as a workbook or, under any other name, as CSV."""
    return write_excel(file, table) if file.suffix.lower() == ".xlsx" else write_csv(file, table)


def ask_before(plan: Plan, account: Account, *, err: bool = False) -> None:
    """Show the first links that are to be sent, and ask; where there is nothing to send, there is no question."""
    if not len(plan.pending):
        return
    show_links(plan, _SHOWN_LINKS, err=err)
    work = work_of(plan)
    confirm(f"{work[:1].upper()}{work[1:]} in {account}?", err=err)


def confirm(question: str, *, err: bool = False) -> None:
    """Ask, and end the command unless the answer is yes; raises InputError where nobody can be asked."""
    asked = f"\n{terminal_wording(question)} [y/N] "
    if err:
        # stdout is for a document alone.
        click.echo(asked, err=True, nl=False)
    try:
        answer = input("" if err else asked)
    except KeyboardInterrupt:
        echo("")
        answer = "no"
    # Without a stdin, input() raises RuntimeError; bytes that are no text raise ValueError.
    except (EOFError, OSError, RuntimeError, ValueError):
        echo("")
        raise InputError("There is nobody to ask, so nothing was sent. With --yes it is sent unasked.") from None
    if answer.strip().lower() not in ("y", "yes"):
        echo("Nothing was sent.")
        raise click.exceptions.Exit(ExitCode.STOPPED)


def progress() -> bool:
    """Whether there is somebody to watch a bar; tells them how to stop."""
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    echo("Ctrl-C stops after the request under way.", err=True)
    return True


def print_report_and_exit(report: Report, file: Path | None, document: object = None) -> None:
    """Write a report's rows to a file, print it and what can be done next, and end the command with its code.

    Args:
        report: What became of a run.
        file: Where its rows go, if anywhere.
        document: What is printed to stdout instead, as JSON; the report then goes to stderr.
    """
    code, saved, err = report_code(report), None, document is not None
    if file is not None:
        # Before anything is printed: the reader of a pipe may have gone.
        try:
            saved = report.to_excel(file) if file.suffix.lower() == ".xlsx" else report.to_csv(file)
        except InputError as error:
            how_to_repeat = f"`onoffice-nb resume {report.run} --report FILE` writes it anew."
            echo(f"{error} The run itself is done: {how_to_repeat}", err=True)
            code = max(code, ExitCode.PARTIAL)

    try:
        echo(f"\n{report}", err=err)
        for hint in _what_next(report):
            echo(hint, err=err)
        if saved is not None:
            echo(f"Report: {saved}", err=err)
        if err:
            print_document(document)
    except BrokenPipeError:
        # What was done keeps its code; Python would stumble over the rest of its output once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise click.exceptions.Exit(code)


def plan_code(plan: Plan, force: Collection[str] = ()) -> ExitCode:
    """What a command that only shows this plan exits with.

    Args:
        plan: What would be sent.
        force: The rules whose errors are meant to be so.

    Returns:
        `OK` where each row became a pair and nothing speaks against sending them, else `PARTIAL`.
    """
    return ExitCode.PARTIAL if plan.pairs.reasons or plan.errors(force) else ExitCode.OK


def report_code(report: Report) -> ExitCode:
    """What a command that made this report exits with."""
    if report.stop_reason:
        return ExitCode.STOPPED
    if report.reasons or not report.ok:
        return ExitCode.PARTIAL
    return ExitCode.OK


def work_of(plan: Plan) -> str:
    """What a plan does, in words: `create 6 links, remove 2 links`."""
    counts = {verb: count for verb, count in plan.counts().items() if count and verb != "nothing to do"}
    return ", ".join(f"{verb} {counted(count, 'link')}" for verb, count in counts.items())


def _what_next(report: Report) -> Iterator[str]:
    if report.stop_reason:
        yield f"To go on: onoffice-nb resume {report.run}"
    elif not report.ok:
        yield f"To send again what failed or is unknown: onoffice-nb retry {report.run}"

    did_something = bool(report.counts.keys() & {Outcome.LINKED, Outcome.CHANGED, Outcome.REMOVED})
    if did_something and not report.undoes_run:
        yield f"To take it back: onoffice-nb undo {report.run}"


def terminal_wording(text: str) -> str:
    """A text with its line breaks, but without anything else that could steer the terminal."""
    for python_words, terminal_words in _TERMINAL_WORDING.items():
        text = text.replace(python_words, terminal_words)
    return "\n".join(printable(line) for line in text.split("\n"))
