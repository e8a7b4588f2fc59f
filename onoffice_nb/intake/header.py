"""Which row of a table holds the names of its columns, where titles, dates and blank lines may stand above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["find_header", "is_blank"]

# How many filled rows may hold the names, and how many below them show which columns the table has.
_SEARCHED: Final = 30
_SAMPLE: Final = 200

# The share of the cells below that have a name above them: of those below a title it is small.
_COVERED: Final = 0.9

_NUMBER: Final = re.compile(r"\s*[-+]?[0-9][0-9.,'\s]*")
_ID: Final = re.compile(r"\s*[0-9]+\s*")


def is_blank(cell: object) -> bool:
    """Whether nothing is to be seen in a cell.

    Example:
        >>> is_blank(None), is_blank(" "), is_blank(0)
        (True, True, False)
    """
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def find_header(numbers: Sequence[int], rows: Sequence[Sequence[Any]]) -> int | None:
    """The place of the row that holds the names of the columns.

    It is the first row of texts alone which names (nearly) all of the columns
    that are filled below it, and above which there are only titles: rows that
    are narrower, or that a blank row sets apart.

    Args:
        numbers: The number of each row in the file; where one is missing there is a blank row.
        rows: The cells of each row; only the first few hundred are looked at.

    Returns:
        The place in `rows`, or None if the first filled row looks like those below it, so that there are no names.

    Example:
        >>> find_header([1, 3, 4], [["Käufer, Stand 1.5."], ["Immobilie", "Adresse"], ["1001", "5001"]])
        1
        >>> find_header([1, 2], [["1001", "5001"], ["1002", "5002"]]) is None
        True
    """
    sample = _sample(numbers, rows)
    if not sample:
        return None

    candidates = []
    for order, row in enumerate(sample[:_SEARCHED]):
        above, below = sample[:order], sample[order + 1 :]
        if row.is_names and all(_is_title(title, row, above) for title in above):
            covered = _covered(row, below)
            followed = not below or below[0].number == row.number + 1
            candidates.append((covered >= _COVERED, followed, covered, -order, row.place))
    if candidates:
        return max(candidates)[-1]

    first = sample[0]
    return first.place if _differs(first, sample[1:]) else None


@dataclass(frozen=True, slots=True)
class _Row:
    """A filled row: its place among the rows, its number in the file, and its filled cells by their places."""

    place: int
    number: int
    cells: dict[int, Any]

    @property
    def is_names(self) -> bool:
        """Whether all of its cells may be names: texts with a letter that are neither long nor an Excel error."""
        return all(_may_be_name(cell) for cell in self.cells.values())

    @property
    def has_ids(self) -> bool:
        return any(_is_id(cell) for cell in self.cells.values())

    @property
    def is_labelled(self) -> bool:
        """Whether a text announces what stands beside it, as in `Treffer: | 14`."""
        return any(isinstance(cell, str) and cell.rstrip().endswith(":") for cell in self.cells.values())

    @property
    def has_only_ids(self) -> bool:
        return all(_is_id(cell) for cell in self.cells.values())


def _sample(numbers: Sequence[int], rows: Sequence[Sequence[Any]]) -> list[_Row]:
    sample: list[_Row] = []
    for place, (number, cells) in enumerate(zip(numbers, rows, strict=False)):
        filled = {column: cell for column, cell in enumerate(cells) if not is_blank(cell)}
        if filled:
            sample.append(_Row(place, number, filled))
        if len(sample) == _SEARCHED + _SAMPLE:
            break
    return sample


def _is_title(title: _Row, header: _Row, above: Sequence[_Row]) -> bool:
    """Whether a row may stand above the table: it is narrower than the header, or a blank row is between them."""
    set_apart = above[-1].number + 1 < header.number
    if set_apart and (title.is_labelled or not title.has_ids):
        return True
    return len(title.cells) < len(header.cells) and not title.has_only_ids


def _covered(header: _Row, below: Sequence[_Row]) -> float:
    """The share of the filled cells below that stand under a name."""
    total = sum(len(row.cells) for row in below)
    named = sum(len(row.cells.keys() & header.cells.keys()) for row in below)
    return named / total if total else 1.0


def _differs(first: _Row, below: Sequence[_Row]) -> bool:
    """Whether a row with numbers in it is a header still: somewhere a text stands above numbers."""
    if not below:
        return any(_may_be_name(cell) for cell in first.cells.values())
    for column, cell in first.cells.items():
        cells = [row.cells[column] for row in below if column in row.cells]
        numbers = sum(map(_is_number, cells))
        if _may_be_name(cell) and numbers * 2 > len(cells):
            return True
    return False


def _may_be_name(cell: object) -> bool:
    if not isinstance(cell, str) or len(cell) > 200 or cell.startswith(("#", "=")):
        return False
    return any(character.isalpha() for character in cell)


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_id(cell: object) -> bool:
    if isinstance(cell, str):
        return _ID.fullmatch(cell) is not None
    return _is_number(cell)
