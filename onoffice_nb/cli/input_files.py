"""What a command reads: a table in a file or a pipe, the columns of ids in it, and what was decided on its rejects."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onoffice_nb.api.client import Client
from onoffice_nb.cli.terminal import echo
from onoffice_nb.errors import InputError
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.provenance import file_notes
from onoffice_nb.matching.matched_pairs import match_pairs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Columns", "Reading", "contents", "field_and_column"]


def contents(file: Path) -> Path | bytes:
    """A file as the functions take it: what comes through a pipe, where it is called `-` as elsewhere."""
    return sys.stdin.buffer.read() if str(file) == "-" else file


@dataclass(frozen=True)
class Reading:
    """How a file is read."""

    sheet: str
    header: int | None
    separator: str
    skip_hidden: bool

    @property
    def options(self) -> dict[str, object]:
        """What was given, by the names of the options."""
        return {
            "--sheet": self.sheet,
            "--header": self.header is not None,
            "--sep": self.separator,
            "--skip-hidden": self.skip_hidden,
        }

    def read(self, file: Path) -> pd.DataFrame:
        """The table; what has to be said of the file goes beside the output, before anything is planned."""
        table = read_table(
            contents(file),
            sheet=self.sheet or None,
            header=self.header,
            # No shell types a tab easily.
            sep=self.separator.replace("\\t", "\t") or None,
            hidden="skip" if self.skip_hidden else "keep",
        )
        for note in file_notes(table):
            echo(f"Note: {note.rstrip('.')}.", err=True)
        return table


@dataclass(frozen=True)
class Columns:
    """What a file says of pairs: columns of ids, or fields to find them by, and what was decided on rejects."""

    parent: str
    child: str
    parent_by: tuple[str, ...]
    child_by: tuple[str, ...]
    info: str
    mends: tuple[str, ...]

    @property
    def options(self) -> dict[str, object]:
        """What was given, by the names of the options."""
        sides: dict[str, object] = {"--parent": self.parent, "--child": self.child}
        by = {"--parent-by": self.parent_by, "--child-by": self.child_by}
        return sides | by | {"--info": self.info, "--mend": self.mends}

    @property
    def missing(self) -> list[str]:
        """The sides of which nothing was said."""
        given = {"--parent": self.parent or self.parent_by, "--child": self.child or self.child_by}
        return [name for name, value in given.items() if not value]

    def pairs(self, crm: Client, relation: str, table: pd.DataFrame) -> Pairs:
        """The pairs of a table, with what was decided."""
        pairs = match_pairs(
            crm,
            relation,
            table,
            parent=_side("parent", self.parent, self.parent_by),
            child=_side("child", self.child, self.child_by),
            info=self.info or None,
        )
        return pairs.mended(dict(map(_decision, self.mends))) if self.mends else pairs


def _side(name: str, column: str, by: tuple[str, ...]) -> str | dict[str, str]:
    if column and by:
        raise InputError(f"--{name} names a column of record ids, --{name}-by what they are found by: leave one out.")
    return column or dict(field_and_column(words) for words in by)


def field_and_column(words: str) -> tuple[str, str]:
    """A field of the CRM, and the column that has it."""
    field, equals, column = words.partition("=")
    if not field or not equals or not column:
        raise InputError(f"Expected FIELD=COLUMN, such as objektnr_extern=Objekt, got {words}.")
    return field, column


# A row, or a row and a column, whose name may have points too.
_CELL: Final = re.compile(r"(\d+)(?:\.(.+))?", re.ASCII)


def _decision(words: str) -> tuple[DecisionKey, Decision]:
    """One decision on rejects, as `Pairs.mended` takes it."""
    which, equals, what = (part.strip() for part in words.rpartition("="))
    if not which or not equals or not what:
        raise InputError(
            f"Expected --mend WHICH=WHAT, such as 4=1003, 9.Adresse=5008,5009 or 'leading zeros=take', got {words}."
        )
    cell = _CELL.fullmatch(which)
    key: DecisionKey = which if cell is None else (int(cell[1]), cell[2]) if cell[2] else int(cell[1])
    parts = [part.strip() for part in what.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return key, what
    ids = [int(part) for part in parts]
    return key, ids[0] if len(ids) == 1 else ids
