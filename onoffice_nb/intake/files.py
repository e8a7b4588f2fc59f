"""A CSV or Excel file as a frame in which nothing has been coerced: text stays text, every row stays.

pandas' own readers guess: they make NaN of `#N/A`, 1.003 of `1.003`, and skip
empty lines, so that rows are no longer numbered as the user sees them.
"""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_table"]

_SEPARATORS = ";\t,"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_GUESSES = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}


def read_table(path: str | Path, *, sheet: str | None = None) -> pd.DataFrame:
    r"""A file's table as it is; its first row holds the names of the columns.

    CSV or text: encoding (UTF-8, UTF-16, Windows-1252) and separator
    (semicolon, tab, comma) are found out, every cell is text. Excel (`.xlsx`,
    `.xlsm`): numbers, dates and error values are kept as they are, empty cells
    are None; `sheet` is needed where several hold something.

    Raises PairsError for files that cannot be read, saying what was tried.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export = Path(folder, "export.csv")
    ...     written = export.write_bytes("Objekt;Straße\n1001;Allee 5\n".encode("cp1252"))
    ...     read_table(export)
      Objekt   Straße
    0   1001  Allee 5
    """
    try:
        path = Path(path)
        data = path.read_bytes()
    except (OSError, TypeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PairsError(
            f"{quote(str(path), 200)} cannot be read: {reason}. Name a CSV or Excel file; without a folder"
            f" it is looked for in {Path.cwd()}."
        ) from None
    if path.suffix.lower() in (".xls", ".xlsb", ".ods"):
        raise PairsError(f"{path.name}: {path.suffix.lower()} files are not read. Save it as .xlsx or CSV.")
    rows = _excel(path.name, data, sheet) if data.startswith(b"PK\x03\x04") else _text(path.name, data)
    return _frame(path.name, rows)


def _text(name: str, data: bytes) -> list[list[Any]]:
    lines = StringIO(_decoded(name, data), newline="")
    first = lines.readline()
    # Excel's own hint for readers: it is no row of the table.
    hint = re.fullmatch(rf"sep=([{_SEPARATORS}])\s*", first, re.IGNORECASE)
    if not hint:
        lines.seek(0)
    try:
        fields = {each: len(next(csv.reader([first], delimiter=each), [])) for each in _SEPARATORS}
        separator = hint[1] if hint else max(fields, key=fields.__getitem__)
        return list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        raise PairsError(f"{name} is no readable table: {error}. Is a quotation mark missing?") from None


def _decoded(name: str, data: bytes) -> str:
    marked = [encoding for mark, encoding in _MARKS.items() if data.startswith(mark)]
    for encoding in marked or _GUESSES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    tried = marked or _GUESSES.values()
    raise PairsError(f"{name} is no text in {' or '.join(tried)}, and no Excel file. Save it as .xlsx or CSV (UTF-8).")


def _excel(name: str, data: bytes, sheet: str | None) -> list[list[Any]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(data), data_only=True)
        sheets = {each.title: [list(row) for row in each.iter_rows(values_only=True)] for each in book.worksheets}
    # A broken workbook fails with whatever the zip, the XML or the number parser raises.
    except Exception as error:
        kind = type(error).__name__
        raise PairsError(f"{name} is no readable Excel workbook ({kind}). Save it anew as .xlsx or CSV.") from None
    filled = [title for title, rows in sheets.items() if any(cell is not None for row in rows for cell in row)]
    if sheet is None and len(filled) > 1:
        raise PairsError(f"{name} has {len(filled)} sheets: {', '.join(map(quote, filled))}. Name one with sheet=….")
    wanted = sheet if sheet is not None else (filled or [""])[0]
    if wanted not in filled:
        raise PairsError(f"{name} has no sheet {quote(wanted)} with data. There are: {', '.join(map(quote, sheets))}.")
    return sheets[wanted]


def _frame(name: str, rows: list[list[Any]]) -> pd.DataFrame:
    import pandas as pd

    def blank(cells: list[Any]) -> bool:
        return all(cell is None or cell == "" for cell in cells)

    while rows and blank(rows[-1]):
        rows.pop()
    if not rows:
        raise PairsError(f"{name} is empty: there is no row with the names of the columns.")
    header, *body = rows
    while header and blank(header[-1:]) and all(blank(row[len(header) - 1 :]) for row in body):
        header = header[:-1]
    width = len(header)
    for line, row in enumerate(body, 1):
        if not blank(row[width:]):
            raise PairsError(
                f"{name}: row {line} has {counted(len(row), 'cell')} under {counted(width, 'column name')}. "
                "A separator inside a cell needs quotation marks around the cell."
            )
    empty = None if any(cell is None or not isinstance(cell, str) for row in body for cell in row) else ""
    table = [row[:width] + [empty] * (width - len(row)) for row in body]
    columns = pd.Index([str(cell) if cell is not None else "" for cell in header], dtype=object)
    return pd.DataFrame(table, columns=columns, dtype=object)
