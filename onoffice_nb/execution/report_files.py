"""A report as a file for Excel: CSV as a German Excel writes and opens it, or a workbook. No cell becomes a formula."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from onoffice_nb.errors import InputError
from onoffice_nb.formatting import escape_formula, printable, quote, write_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["csv_text", "excel_content", "write_csv", "write_excel"]

# Numbers, truth values and dates, by numpy's letters: pandas writes them as a whole column.
_NO_TEXT: Final = "biufcmM"

# What a sheet of Excel holds, and up to where it shows all digits of a number.
_MOST_ROWS: Final = 1_048_576
_MOST_CHARACTERS: Final = 32_767
_EXACT: Final = 10**15


def write_csv(path: str | Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV: UTF-8 with a mark, semicolons, decimal commas.

    Args:
        path: The file, which is written over.
        table: Any frame; its index is left out. Lists and mappings in its cells become JSON.

    Returns:
        The path.

    Raises:
        InputError: The file cannot be written.
    """
    return write_file(path, csv_text(table), encoding="utf-8-sig")


def csv_text(table: pd.DataFrame) -> str:
    """What `write_csv` writes, as a text."""
    import pandas as pd

    columns = [
        # Not map(): pandas would keep the texts in Arrow where it can, and Arrow takes no half a character.
        column
        if column.dtype.kind in _NO_TEXT
        else pd.Series([_text_of_cell(cell) for cell in column], index=column.index, name=column.name, dtype=object)
        for _, column in table.rename(columns=escape_formula).items()
    ]
    return str(pd.concat(columns, axis=1).to_csv(index=False, sep=";", decimal=",", lineterminator="\n"))


def write_excel(path: str | Path, table: pd.DataFrame) -> Path:
    """Write a table as a workbook (.xlsx) of one sheet, numbers and dates as such.

    Args:
        path: The file, which is written over.
        table: Any frame; its index is left out. Lists and mappings in its cells become JSON.

    Returns:
        The path.

    Raises:
        InputError: The table is longer than a sheet, or the file cannot be written.
    """
    content = excel_content(table)
    try:
        path = Path(path)
        path.write_bytes(content)
    except (OSError, TypeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{quote(str(path), 200)} cannot be written: {reason}. Name a file in a folder that exists; if it is open"
            " in Excel, close it there."
        ) from None
    return path


def excel_content(table: pd.DataFrame, title: str = "Report") -> bytes:
    """What `write_excel` writes, as bytes.

    Args:
        table: Any frame; its index is left out.
        title: What its sheet is called.

    Raises:
        InputError: The table is longer than a sheet.
    """
    from openpyxl import Workbook

    if len(table) >= _MOST_ROWS:
        raise InputError(f"A sheet has {_MOST_ROWS:,} rows, the report {len(table):,} and a header. Write CSV.")
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([_value_for_excel(str(name)) for name in table.columns])
    for row in table.itertuples(index=False, name=None):
        sheet.append([_value_for_excel(cell) for cell in row])
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _plain(cell: Any) -> Any:
    """A cell as a value of Python, None for what is empty; what has parts of its own becomes JSON."""
    import pandas as pd

    if isinstance(cell, str):
        return escape_formula(cell)
    if isinstance(cell, Mapping | list | tuple | Set | np.ndarray):
        return escape_formula(_json(cell))
    if cell is None or pd.isna(cell):
        return None
    return cell.item() if hasattr(cell, "item") and not isinstance(cell, datetime) else cell


def _json(cell: Any) -> str:
    parts = sorted(cell, key=str) if isinstance(cell, Set) else cell.tolist() if isinstance(cell, np.ndarray) else cell
    try:
        return json.dumps(parts, ensure_ascii=False, default=str)
    # Keys that are not texts, or a list that contains itself.
    except (TypeError, ValueError, RecursionError):
        return str(cell)


def _text_of_cell(cell: Any) -> Any:
    """A cell of a CSV file: decimals with a comma, a day without its midnight."""
    value = _plain(cell)
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        return value.date().isoformat()
    return value


def _value_for_excel(cell: Any) -> Any:
    """A cell of a workbook: what Excel would round, refuse or cut becomes a text."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    value: Any = _plain(cell)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        exact = -_EXACT < value < _EXACT
        return value if exact else str(value)
    if isinstance(value, datetime) and value.tzinfo is None and value.year >= 1900:
        return value
    text = str(escape_formula(str(value)))
    text = ILLEGAL_CHARACTERS_RE.sub(lambda found: printable(found[0]), text)
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
