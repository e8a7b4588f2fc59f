"""Workbooks made for a test."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook with these sheets: their titles, and their rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
