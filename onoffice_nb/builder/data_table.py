"""A table to take ids from: a frame of the notebook, a file that was dropped on the page, or a pasted text."""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from onoffice_nb.builder.column_guesses import status_columns
from onoffice_nb.builder.pairs_source import MAX_TEXT_IN_CODE
from onoffice_nb.formatting import printable
from onoffice_nb.intake.cells import is_missing
from onoffice_nb.intake.files import read_table, sheet_titles
from onoffice_nb.intake.frames import to_pandas
from onoffice_nb.intake.pasted import read_pasted_column
from onoffice_nb.intake.provenance import file_notes, row_numbers
from onoffice_nb.matching.keys import fold

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EDITABLE_CHARACTERS", "DataTable", "FileOptions", "TableKind", "check_one_column"]

# A longer text is not shown again to be edited.
EDITABLE_CHARACTERS: Final = 10_000

_HEAD_LINES: Final = 200

# Names that copied code uses itself.
_TAKEN_NAMES: Final = frozenset({"oo", "crm", "pairs", "plan", "report"})


class TableKind(StrEnum):
    """Where a table comes from."""

    FRAME = "frame"
    FILE = "file"
    PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file is read, as `oo.read_table` takes it.

    Attributes:
        sheet: The title of the sheet; None for the only one that holds something.
        header: The number of the row with the names of the columns; 0 if there is none, None to find it.
        hidden: Whether rows that the sheet hides are read.
        sep: What separates the cells of a text; None to find it out.
    """

    sheet: str | None = None
    header: int | None = None
    hidden: Literal["keep", "skip"] = "keep"
    sep: str | None = None

    @property
    def code(self) -> str:
        """The arguments of the call, each with a comma before it."""
        hidden = None if self.hidden == "keep" else self.hidden
        given = {"sheet": self.sheet, "header": self.header, "hidden": hidden, "sep": self.sep}
        return "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)


@dataclass(frozen=True, eq=False)
class DataTable:
    """A table as it was given; what stands in it is read when it is asked for.

    Attributes:
        kind: Where it comes from.
        title: What people call it: the name of the file or the frame.
        name: What code calls it.
        content: The frame, the bytes of the file, or the text.
        options: How it is read.
        sheets: The titles of the file's sheets that hold something.
    """

    kind: TableKind
    title: str
    name: str
    content: Any
    options: FileOptions = FileOptions()
    sheets: tuple[str, ...] = ()

    @classmethod
    def of_frame(cls, name: str, frame: Any) -> DataTable:
        """A frame of the notebook."""
        return cls(TableKind.FRAME, name, name, frame)

    @classmethod
    def of_file(cls, title: str, content: bytes) -> DataTable:
        """A file; raises PairsError if it cannot be a table."""
        name = re.sub(r"\W+", "_", fold(title.rpartition(".")[0] or title)).strip("_")
        is_free = name.isidentifier() and not keyword.iskeyword(name) and name not in _TAKEN_NAMES
        return cls(
            TableKind.FILE,
            printable(title),
            name if is_free else "table",
            content,
            sheets=tuple(sheet_titles(printable(title), content)),
        )

    @classmethod
    def of_text(cls, text: str) -> DataTable:
        """A pasted text."""
        return cls(TableKind.PASTED, "", "table", text)

    def with_options(self, options: FileOptions) -> DataTable:
        """The same file, read in another way."""
        return replace(self, options=options)

    @property
    def needs_sheet(self) -> bool:
        """Whether somebody has to say which sheet is meant."""
        return self.options.sheet is None and len(self.sheets) > 1

    @cached_property
    def frame(self) -> Any:
        """What pairs are read from: the notebook's own frame, else the table that was read. Raises PairsError."""
        match self.kind:
            case TableKind.FRAME:
                return self.content
            case TableKind.FILE:
                upload = {"name": self.title, "content": self.content}
                options = self.options
                return read_table(
                    (upload,), sheet=options.sheet, header=options.header, hidden=options.hidden, sep=options.sep
                )
            case TableKind.PASTED:
                return read_table(_with_line_break(self.content), header=self.options.header, sep=self.options.sep)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The same as pandas, to be looked at. Raises PairsError."""
        return to_pandas(self.frame)

    @cached_property
    def labels(self) -> list[Hashable]:
        """The labels of the columns."""
        return list(self.cells.columns)

    @cached_property
    def status_columns(self) -> list[Hashable]:
        """The columns that hold confirmation statuses, as it seems."""
        return status_columns(self.cells)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said of the file: the encoding that was guessed, rows that the sheet hides."""
        return file_notes(self.cells)

    @property
    def has_hidden_rows(self) -> bool:
        """Whether the sheet hides rows, which are read or left out."""
        return self.kind is TableKind.FILE and any("hidden" in note and "row" in note for note in self.notes)

    @property
    def has_unsure_separator(self) -> bool:
        """Whether other separators make as good a table, so that somebody has to look; or somebody has said which."""
        return self.options.sep is not None or any("as good a table" in note for note in self.notes)

    def sample(self, n: int) -> list[tuple[int, list[str]]]:
        """The first rows: the number of each as messages name it, and its cells as texts."""
        head = self.cells.head(n)
        numbers = row_numbers(head.index, len(head)).tolist()
        rows = head.to_numpy(dtype=object).tolist()
        texts = [["" if is_missing(cell) else printable(cell) for cell in row] for row in rows]
        return list(zip(numbers, texts, strict=True))

    @property
    def code(self) -> str:
        """The call that makes the frame, `""` for one that the notebook has."""
        match self.kind:
            case TableKind.FRAME:
                return ""
            case TableKind.FILE:
                return f"oo.read_table({self.title!r}{self.options.code})  # the file that was dropped on the page"
            case TableKind.PASTED if len(self.content) <= MAX_TEXT_IN_CODE:
                return f"oo.read_table({_with_line_break(self.content)!r}{self.options.code})"
            case TableKind.PASTED:
                lines = self.content.count("\n") + 1
                return f"oo.read_table('pasted.txt'{self.options.code})  # a file with the {lines:,} lines as pasted"


def check_one_column(text: str) -> None:
    r"""Raise PairsError if a pasted text has several columns, and so is a table and no list of ids for one side.

    >>> check_one_column("1001\n1002"), check_one_column("1001, 1002")
    (None, None)
    """
    is_plain = "".join(text.split()).isdecimal() and "\t" not in text and " " not in text
    if is_plain:
        return
    # Where the first lines are a table, tens of thousands below them need no look.
    head = "\n".join(text.split("\n", _HEAD_LINES)[:_HEAD_LINES])
    for part in (head, text):
        read_pasted_column(part, "text")


def _with_line_break(text: str) -> str:
    """A text that cannot be taken for the path of a file."""
    return text if text.endswith("\n") else f"{text}\n"
