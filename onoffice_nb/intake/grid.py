"""The cells of a sheet or of a text file, and the frame that they make.

A grid holds what stands in the file; here the row with the names of the
columns is found or taken as told, and everything around the table is left out,
each time with a note: titles above it, empty columns and rows beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote
from onoffice_nb.intake.header import find_header, is_blank
from onoffice_nb.intake.provenance import FILE_NAME, FILE_ROW, NOTES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Grid", "column_letters", "column_number", "listed_rows", "make_table"]

# Empty rows inside a table stay, as rows of their own, unless so many come together that the table has ended.
_MOST_BLANK_ROWS: Final = 1000

# Beyond this a table needs gigabytes, most of them for cells that are empty.
_MOST_CELLS_OF_TABLE: Final = 100_000_000

_NAMED: Final = 5


@dataclass(slots=True)
class Grid:
    """The cells of one sheet or text file.

    Attributes:
        name: What messages call the file.
        rows: The cells of each row; a row ends with its last filled cell, and `None` or `""` is an empty one.
        numbers: The number of each row in the file, ascending.
        columns: The number (from 1) in the file of the column at each place of a row.
        is_text: Whether all cells are text, and separated by a character that a cell may hold as well.
        hidden: The numbers of the rows that the sheet hides.
        notes: What has to be said of the file.
    """

    name: str
    rows: list[list[Any]]
    numbers: Sequence[int]
    columns: Sequence[int]
    is_text: bool
    hidden: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list)


def make_table(grid: Grid, header: int | None = None, *, skip_hidden: bool = False) -> pd.DataFrame:
    """The table that stands in a grid.

    Args:
        grid: The cells of a sheet or a text file.
        header: The number of the row with the names, 0 if there is none, None to find it.
        skip_hidden: Whether the rows that the sheet hides are left out.

    Returns:
        A frame of objects; its index holds the numbers of the rows in the file, `attrs["notes"]` what is to be said.

    Raises:
        PairsError: There is nothing in the file, no such row, or rows have more cells than there are names.
    """
    notes = list(grid.notes)
    numbers, rows = _filled_rows(grid, header, skip_hidden)
    place = _header_place(grid, numbers, rows, header, notes)
    names: list[Any] = []
    first = numbers[0]
    if place is not None:
        names, first = rows[place], numbers[place] + 1
        numbers, rows = numbers[place + 1 :], rows[place + 1 :]
        _check_widths(grid, first - 1, names, numbers, rows)

    labels, kept = _columns(grid, names, rows, notes)
    _note_hidden_rows(grid, numbers, skip_hidden, notes)
    left_out = grid.hidden if skip_hidden else frozenset()
    all_numbers, all_rows = _with_blank_rows(grid, first, numbers, rows, left_out, notes)
    return _frame(grid, labels, kept, all_numbers, all_rows, notes)


def column_letters(number: int) -> str:
    """What a spreadsheet calls a column.

    Example:
        >>> column_letters(1), column_letters(28), column_letters(16_384)
        ('A', 'AB', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The number of a column, from 1; 0 for what no column is called.

    Example:
        >>> column_number("A"), column_number("XFD"), column_number("")
        (1, 16384, 0)
    """
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isupper()):
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def listed_rows(numbers: Sequence[int]) -> str:
    """Rows as a message names them: `row 5`, `rows 5, 7, 9`, of many the first.

    Example:
        >>> listed_rows([5]), listed_rows([5, 7, 8, 9, 10, 12])
        ('row 5', 'rows 5, 7, 8, 9, 10, …')
    """
    more = ", …" if len(numbers) > _NAMED else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(map(str, numbers[:_NAMED]))}{more}"


def _filled_rows(grid: Grid, header: int | None, skip_hidden: bool) -> tuple[list[int], list[list[Any]]]:
    left_out = grid.hidden - {header} if skip_hidden else frozenset()
    numbers: list[int] = []
    rows: list[list[Any]] = []
    for number, cells in zip(grid.numbers, grid.rows, strict=True):
        if number not in left_out and not all(map(is_blank, cells)):
            numbers.append(number)
            rows.append(cells)

    if not rows:
        raise PairsError(f"{grid.name} is empty: there is no row with the names of the columns.")
    return numbers, rows


def _header_place(
    grid: Grid, numbers: list[int], rows: list[list[Any]], header: int | None, notes: list[str]
) -> int | None:
    """Where the names stand among the filled rows, None if there are none; notes what is left out above them."""
    if header == 0:
        return None
    if header is None:
        place = find_header(numbers, rows)
    elif header in numbers:
        place = numbers.index(header)
    else:
        raise PairsError(
            f"{grid.name}: row {header} is empty, so it cannot hold the names of the columns."
            f" The first row that holds something is row {numbers[0]}."
        )

    if place is None:
        notes.append(
            f"{grid.name}: no row looks like the names of the columns, so they are called by letters as in a"
            f" spreadsheet ({', '.join(_letters(grid)[:3])}, …). If a row does hold the names, say which one: header=…"
        )
    elif place > 0:
        title = next(cell for cell in rows[0] if not is_blank(cell))
        notes.append(
            f"{grid.name}: row {numbers[place]} was taken as the header, and {counted(place, 'row')} above it left out,"
            f" such as row {numbers[0]}: {quote(str(title))}. If another row holds the names, say which one: header=…"
        )
    return place


def _check_widths(grid: Grid, header: int, names: list[Any], numbers: list[int], rows: list[list[Any]]) -> None:
    """Refuse rows of a text that have more cells than there are names: a separator has split one of their cells."""
    if not grid.is_text:
        return
    width = len(names)
    too_wide = [
        (number, len(cells))
        for number, cells in zip(numbers, rows, strict=True)
        if len(cells) > width and not all(map(is_blank, cells[width:]))
    ]
    if not too_wide:
        return
    named = ", ".join(f"row {number} has {counted(cells, 'cell')}" for number, cells in too_wide[:_NAMED])
    more = f", and {counted(len(too_wide) - _NAMED, 'more row')}" if len(too_wide) > _NAMED else ""
    raise PairsError(
        f"{grid.name}: {named}{more}, but row {header}, taken as the header, has {counted(width, 'name')}. A separator"
        " inside a cell needs quotation marks around the cell. If another row holds the names, say which one: header=…;"
        " if another character separates, name it: sep=…."
    )


def _columns(grid: Grid, names: list[Any], rows: list[list[Any]], notes: list[str]) -> tuple[list[str], list[int]]:
    """What the columns are called, and the places of a row where they stand; those without name and cells are none."""
    letters = _letters(grid)
    named = {place: str(cell) for place, cell in enumerate(names) if not is_blank(cell)}
    used = _used_places(rows, len(grid.columns), named)
    kept = sorted(named.keys() | used)

    taken = set(named.values())
    labels = [named.get(place) or _free(letters[place], taken) for place in kept]
    if named and used:
        called = ", ".join(letters[place] for place in sorted(used)[:_NAMED])
        more = ", …" if len(used) > _NAMED else ""
        notes.append(
            f"{grid.name}: {counted(len(used), 'column')} without a name: called {called}{more} after its place"
        )
    return labels, kept


def _letters(grid: Grid) -> list[str]:
    return [column_letters(number) for number in grid.columns]


def _free(letters: str, taken: set[str]) -> str:
    """The letters of a column, unless a column is really called so."""
    return f"column {letters}" if letters in taken else letters


def _used_places(rows: list[list[Any]], width: int, named: Mapping[int, str]) -> set[int]:
    """The places without a name where some row holds something."""
    nameless = set(range(width)) - named.keys()
    used: set[int] = set()
    if not nameless:
        return used
    lowest = min(nameless)
    for cells in rows:
        for place in range(lowest, len(cells)):
            if place in nameless and not is_blank(cells[place]):
                nameless.discard(place)
                used.add(place)
    return used


def _note_hidden_rows(grid: Grid, numbers: list[int], skip_hidden: bool, notes: list[str]) -> None:
    if not grid.hidden:
        return
    if skip_hidden:
        skipped = sorted(grid.hidden & set(grid.numbers))
        if skipped:
            notes.append(f"{grid.name}: {counted(len(skipped), 'hidden row')} left out: {listed_rows(skipped)}")
        return
    hidden = [number for number in numbers if number in grid.hidden]
    if hidden:
        notes.append(
            f"{grid.name}: {counted(len(hidden), 'row')} hidden in the sheet, by a filter or by hand, but read as well:"
            f" {listed_rows(hidden)}. hidden='skip' leaves them out"
        )


def _with_blank_rows(
    grid: Grid, first: int, numbers: list[int], rows: list[list[Any]], left_out: Set[int], notes: list[str]
) -> tuple[Sequence[int], list[list[Any]]]:
    """The rows with the blank ones between them, which the user sees as well; `first` is where the table begins."""
    if not numbers or numbers[-1] - first + 1 == len(numbers):
        return range(first, first + len(numbers)), rows

    all_numbers: list[int] = []
    all_rows: list[list[Any]] = []
    expected = first
    for number, cells in zip(numbers, rows, strict=True):
        blank = number - expected
        if blank > _MOST_BLANK_ROWS:
            notes.append(f"{grid.name}: rows {expected} to {number - 1} are empty and left out, row {number} is not")
        elif blank:
            missing = [row for row in range(expected, number) if row not in left_out]
            all_numbers += missing
            all_rows += [[] for _ in missing]
        all_numbers.append(number)
        all_rows.append(cells)
        expected = number + 1
    return all_numbers, all_rows


def _frame(
    grid: Grid, labels: list[str], kept: list[int], numbers: Sequence[int], rows: list[list[Any]], notes: list[str]
) -> pd.DataFrame:
    import pandas as pd

    width = len(kept)
    if width * len(rows) > _MOST_CELLS_OF_TABLE:
        raise PairsError(
            f"{grid.name}: {counted(len(rows), 'row')} of {counted(width, 'column')} are more than"
            f" {_MOST_CELLS_OF_TABLE:,} cells. Save it with the columns that are needed alone."
        )

    table = _kept_cells(rows, kept, "" if grid.is_text else None)
    index = pd.RangeIndex(numbers) if isinstance(numbers, range) else pd.Index(np.array(numbers, dtype=np.int64))
    columns = pd.Index(labels, dtype=object)
    frame = pd.DataFrame(table, index=index.rename(FILE_ROW), columns=columns, dtype=object)
    frame.attrs[FILE_NAME] = grid.name
    if notes:
        frame.attrs[NOTES] = tuple(notes)
    return frame


def _kept_cells(rows: list[list[Any]], kept: list[int], blank: str | None) -> list[list[Any]]:
    """The cells at the places that are kept, in rows of equal length."""
    width = len(kept)
    if kept == list(range(width)):
        # Nearly all rows of a text are of this length already.
        return [cells if len(cells) == width else cells[:width] + [blank] * (width - len(cells)) for cells in rows]
    return [[cells[place] if place < len(cells) else blank for place in kept] for cells in rows]
