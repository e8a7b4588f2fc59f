"""What several commands take, and the account that all of them work in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from onoffice_nb.api.client import Client
from onoffice_nb.connection import open_client

__all__ = [
    "AsJson",
    "Child",
    "ChildBy",
    "Connections",
    "FileToRead",
    "Force",
    "Header",
    "InfoColumn",
    "InputFile",
    "Mends",
    "Parent",
    "ParentBy",
    "Relation",
    "Replace",
    "ReportFile",
    "RunNumber",
    "Separator",
    "Sheet",
    "SkipHidden",
    "Yes",
    "open_account",
]

FileToRead = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A CSV or Excel file with a header line, or - for standard input; or a saved plan (.json)."
    ),
]
RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="The number of the run: onoffice-nb runs lists them.")]
Relation = Annotated[
    str, typer.Option(metavar="NAME", help="Relation type: a word (buyer, Käufer), a suffix or the whole URN.")
]
Parent = Annotated[str, typer.Option(metavar="COLUMN", help="The column with the parents' record ids.")]
Child = Annotated[str, typer.Option(metavar="COLUMN", help="The column with the children's record ids.")]
ParentBy = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=COLUMN", help="Instead of --parent: find the parents by this; see `match --help`."),
]
ChildBy = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=COLUMN", help="Instead of --child: find the children by this; see `match --help`."),
]
Mends = Annotated[
    list[str] | None,
    typer.Option(
        "--mend",
        metavar="WHICH=WHAT",
        help="Decide on rejects, by row (4=1003, 9.Adresse=5008,5009) or by kind (leading zeros=take).",
    ),
]
InputFile = Annotated[
    Path | None,
    typer.Option("--input", metavar="FILE", help="The file of the run's rows, so that --report has your columns."),
]
InfoColumn = Annotated[
    str, typer.Option(metavar="COLUMN", help="The column with the confirmation status (calendar:address only).")
]
Sheet = Annotated[
    str, typer.Option(metavar="NAME", help="The sheet of an Excel file, by name or number, if several hold something.")
]
Header = Annotated[
    int | None,
    typer.Option(min=0, metavar="ROW", help="The row with the names of the columns, if it is not found. 0: none."),
]
Separator = Annotated[str, typer.Option("--sep", metavar="TEXT", help="What separates the cells of a CSV file.")]
SkipHidden = Annotated[bool, typer.Option("--skip-hidden", help="Leave out the rows that an Excel file hides.")]
Replace = Annotated[bool, typer.Option("--replace", help="Also remove the other links of the given parents.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before something is written.")]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write your rows, and what became of each, to a .csv or .xlsx."),
]
Force = Annotated[
    list[str] | None,
    typer.Option("--force", metavar="RULE", help="Send although this rule found an error; may be given several times."),
]
Connections = Annotated[int, typer.Option(min=1, max=4, metavar="N", help="Requests side by side.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for scripts; all else goes to stderr.")]


@contextmanager
def open_account() -> Iterator[Client]:
    """The live account, or a sandbox in a file, so that what is submitted can be undone by the next command."""
    folder = user_data_path("onoffice_nb", ensure_exists=True)
    with open_client(str(folder / "sandbox.sqlite")) as crm:
        yield crm
