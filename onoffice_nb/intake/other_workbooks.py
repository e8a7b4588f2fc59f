"""Workbooks of other formats (.xls, .xlsb, .ods), read with python-calamine where that is installed.

It hands on values alone. What it cannot tell is said in a note: which rows are
hidden, which empty cells hold an error value such as #NV, and which a formula
that was never calculated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from onoffice_nb.errors import PairsError
from onoffice_nb.extras import extra
from onoffice_nb.intake.grid import Grid
from onoffice_nb.intake.sheets import Sheet, choose_sheet

__all__ = ["read_other_workbook", "sheets_of_other_workbook"]

# Its rows are as wide as the sheet is filled, so that a few cells far apart would take all memory.
_MOST_CELLS: Final = 50_000_000

# The largest number to which every whole one below is exact in a format that keeps all numbers as floats.
_EXACT: Final = 2.0**53


def read_other_workbook(name: str, data: bytes, kind: str, sheet: str | int | None = None) -> Grid:
    """The cells of one sheet of a workbook that is not .xlsx.

    Args:
        name: What messages call the file.
        data: All bytes of the file.
        kind: Its format, for messages: `.xls`, `.xlsb` or `.ods`.
        sheet: The title of the sheet, or its number among the visible ones; None for the only one that holds something.

    Returns:
        Texts, truth values, dates, whole numbers as int and others as float, None for what is empty.

    Raises:
        MissingExtra: python-calamine is not installed.
        PairsError: The file is broken or protected, or it has no such sheet.
    """
    with _calamine(name, data, kind) as workbook:
        sheets = _sheets(workbook)
        chosen, notes = choose_sheet(name, sheets, sheet, lambda listed: _is_filled(workbook, listed))
        content = workbook.get_sheet_by_name(chosen.key)
        first_column, rows = _rows(name, content)

    notes.append(
        f"{name}: read by python-calamine, which does not tell which rows are hidden (they are read), nor"
        " error values and formulas without a value (they are empty). Save it as .xlsx to have them named"
    )
    width = max(map(len, rows), default=0)
    columns = range(first_column, first_column + width)
    return Grid(name, rows, range(1, 1 + len(rows)), columns, is_text=False, notes=notes)


def sheets_of_other_workbook(name: str, data: bytes, kind: str) -> list[Sheet]:
    """The sheets of such a workbook that hold something, in the order of their tabs.

    Args:
        name: What messages call the file.
        data: All bytes of the file.
        kind: Its format, for messages: `.xls`, `.xlsb` or `.ods`.

    Raises:
        MissingExtra: python-calamine is not installed.
        PairsError: The file is broken or protected.
    """
    with _calamine(name, data, kind) as workbook:
        return [sheet for sheet in _sheets(workbook) if _is_filled(workbook, sheet)]


@contextmanager
def _calamine(name: str, data: bytes, kind: str) -> Iterator[Any]:
    """The workbook as python-calamine opens it; what it fails with becomes an error of ours."""
    with extra("workbooks", f"{name}: reading {kind} files, unless saved as .xlsx or CSV,"):
        import python_calamine as calamine

    try:
        yield calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except PairsError:
        raise
    except calamine.PasswordError:
        raise PairsError(f"{name} is protected with a password. Open it, save it without one, and read that.") from None
    # What fails inside of its Rust code comes as an exception that derives from BaseException alone.
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise PairsError(
            f"{name} cannot be read as a {kind} workbook ({type(error).__name__}). Save it anew, as .xlsx or CSV."
        ) from None


def _sheets(workbook: Any) -> list[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        Sheet(listed.name, listed.name, hidden=listed.visible != SheetVisibleEnum.Visible)
        for listed in workbook.sheets_metadata
        if listed.typ == SheetTypeEnum.WorkSheet
    ]


def _is_filled(workbook: Any, sheet: Sheet) -> bool:
    return workbook.get_sheet_by_name(sheet.key).start is not None


def _rows(name: str, content: Any) -> tuple[int, list[list[Any]]]:
    """The number of the first column, and the cells of each row from the first of the sheet."""
    if content.start is None:
        return 1, []
    (_, left), (bottom, right) = content.start, content.end
    if (bottom + 1) * (right - left + 1) > _MOST_CELLS:
        raise PairsError(f"{name}: its sheet reaches to row {bottom + 1}, column {right + 1}. Save it as .xlsx.")
    return left + 1, [[_value(cell) for cell in row] for row in content.iter_rows()]


def _value(cell: Any) -> Any:
    """A cell as a workbook means it: these formats have no whole numbers, and no empty texts."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return None if cell == "" else cell
