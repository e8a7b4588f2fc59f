"""What several commands take, each an option to put above a command, and the account that all of them work in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias

import click
from platformdirs import user_data_path

from onoffice_nb.api.client import Client
from onoffice_nb.cli.input_files import Columns, Reading
from onoffice_nb.connection import open_client

__all__ = [
    "FILE",
    "account_database",
    "as_json",
    "columns",
    "connections",
    "described_argument",
    "dry_run",
    "file_to_read",
    "force",
    "input_file",
    "open_account",
    "reading",
    "relation",
    "replace",
    "report_file",
    "run_number",
    "yes",
]

# What stands above a command: it takes the command, or what another one made of it.
_Option: TypeAlias = Callable[[Any], Any]

FILE: Final = click.Path(path_type=Path)


class _DescribedArgument(click.Argument):
    """An argument with a sentence on it. Before 8.5 click lists it among the options, later in a section of its own."""

    def __init__(self, declarations: list[str], description: str, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.help = description

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Its line in the help."""
        return self.make_metavar(ctx), self.help or ""


def described_argument(name: str, description: str, **attributes: Any) -> _Option:
    """An argument of a command, and what its help says of it."""
    return click.argument(name, cls=_DescribedArgument, description=description, **attributes)


def _together(name: str, made_of: Callable[..., Any], *options: _Option) -> _Option:
    """Options that reach the command as one argument: an object that has a field for each of them."""
    names = [field.name for field in fields(made_of)]  # type: ignore[arg-type]  # a dataclass makes it

    def add(command: Callable[..., Any]) -> Any:
        @wraps(command)
        def with_object(**given: Any) -> Any:
            values = {field: given.pop(field) for field in names}
            return command(**given, **{name: made_of(**values)})

        decorated = with_object
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return add


file_to_read: Final = described_argument(
    "file",
    "A CSV or Excel file with a header line, or - for standard input; or a saved plan (.json).",
    metavar="FILE",
    type=FILE,
)
run_number: Final = described_argument(
    "run", "The number of the run: onoffice-nb runs lists them.", metavar="RUN", type=int
)
relation: Final = click.option(
    "--relation", default="", metavar="NAME", help="Relation type: a word (buyer, Käufer), a suffix or the whole URN."
)
columns: Final = _together(
    "columns",
    Columns,
    click.option("--parent", default="", metavar="COLUMN", help="The column with the parents' record ids."),
    click.option("--child", default="", metavar="COLUMN", help="The column with the children's record ids."),
    click.option(
        "--parent-by",
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Instead of --parent: find the parents by this; see `match --help`.",
    ),
    click.option(
        "--child-by",
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Instead of --child: find the children by this; see `match --help`.",
    ),
    click.option(
        "--info", default="", metavar="COLUMN", help="The column with the confirmation status (calendar:address only)."
    ),
    click.option(
        "--mend",
        "mends",
        multiple=True,
        metavar="WHICH=WHAT",
        help="Decide on rejects, by row (4=1003, 9.Adresse=5008,5009) or by kind (leading zeros=take).",
    ),
)
reading: Final = _together(
    "reading",
    Reading,
    click.option(
        "--sheet",
        default="",
        metavar="NAME",
        help="The sheet of an Excel file, by name or number, if several hold something.",
    ),
    click.option(
        "--header",
        type=click.IntRange(min=0),
        metavar="ROW",
        help="The row with the names of the columns, if it is not found. 0: none.",
    ),
    click.option("--sep", "separator", default="", metavar="TEXT", help="What separates the cells of a CSV file."),
    click.option("--skip-hidden", is_flag=True, help="Leave out the rows that an Excel file hides."),
)
input_file: Final = click.option(
    "--input",
    "input_file",
    type=FILE,
    metavar="FILE",
    help="The file of the run's rows, so that --report has your columns.",
)
replace: Final = click.option("--replace", is_flag=True, help="Also remove the other links of the given parents.")
dry_run: Final = click.option("--dry-run", is_flag=True, help="Show the plan and stop there.")
yes: Final = click.option("--yes", "-y", is_flag=True, help="Do not ask before something is written.")
report_file: Final = click.option(
    "--report",
    "report_file",
    type=FILE,
    metavar="FILE",
    help="Write your rows, and what became of each, to a .csv or .xlsx.",
)
force: Final = click.option(
    "--force",
    multiple=True,
    metavar="RULE",
    help="Send although this rule found an error; may be given several times.",
)
connections: Final = click.option(
    "--connections",
    type=click.IntRange(1, 4),
    default=1,
    show_default=True,
    metavar="N",
    help="Requests side by side.",
)
as_json: Final = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document, for scripts; all else goes to stderr."
)


def account_database() -> str:
    """The file of the sandbox that the commands share, so that one can undo what another did."""
    return str(user_data_path("onoffice_nb", ensure_exists=True) / "sandbox.sqlite")


@contextmanager
def open_account() -> Iterator[Client]:
    """The live account, or a sandbox in a file, so that what is submitted can be undone by the next command."""
    with open_client(account_database()) as crm:
        yield crm
