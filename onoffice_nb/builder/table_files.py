"""Tables of the page as files that the browser saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onoffice_nb.execution.report_files import csv_text, excel_content

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE_TYPES", "table_content"]

# The ending of a file's name -> its media type.
FILE_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv;charset=utf-8",
}


def table_content(table: pd.DataFrame, ending: str, title: str) -> bytes:
    """A table as the content of a file.

    Args:
        table: Any frame; its index is left out.
        ending: One of `FILE_TYPES`.
        title: What its sheet is called, where the file has sheets.

    Returns:
        The bytes of the file.

    Raises:
        InputError: The table is longer than a sheet.
    """
    if ending == "xlsx":
        return excel_content(table, title)
    return csv_text(table).encode("utf-8-sig", "backslashreplace")
