"""A CSV or Excel file as a frame in which nothing has been coerced: text stays text, every row stays.

What is read (a path, bytes, an upload, a pasted text) becomes bytes with a name;
by their content, not by the name, they are a workbook or a text.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote
from onoffice_nb.intake.delimited import read_delimited
from onoffice_nb.intake.encodings import decode
from onoffice_nb.intake.excel import read_workbook, sheets_of_workbook
from onoffice_nb.intake.grid import Grid, make_table
from onoffice_nb.intake.other_workbooks import read_other_workbook, sheets_of_other_workbook
from onoffice_nb.intake.pasted import pasted_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MAX_FILE_BYTES", "read_table", "sheet_titles"]

MAX_FILE_BYTES: Final = 500_000_000

_LINE_OR_TAB: Final = re.compile(r"[\n\r\t]")
_ADDRESS: Final = re.compile(r"\s*[a-z][a-z0-9+.-]+://", re.IGNORECASE)

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream of a compound file that holds a workbook behind a password.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

# What other kinds of files begin with, after blanks: what they are, and what to do.
_OTHER_KINDS: Final = (
    (rb"%PDF-", "a PDF document", "Export the table itself, as .xlsx or CSV"),
    (
        rb"<(!doctype\s+html|html|head|body|table|div|meta)\b",
        "a web page (HTML)",
        "Open it in Excel and save it as .xlsx",
    ),
    (rb"<\?xml|<Workbook\b", "an XML document", "Open it in Excel and save it as .xlsx"),
    (rb"PAR1", "a Parquet file", "Read it with pandas.read_parquet, which keeps its types"),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf\x27\x1c|BZh", "a compressed archive", "Unpack it and read the file inside"),
)


def read_table(
    source: Any,
    *,
    sheet: str | int | None = None,
    header: int | None = None,
    sep: str | None = None,
    encoding: str | None = None,
    hidden: Literal["keep", "skip"] = "keep",
) -> pd.DataFrame:
    r"""A table as it is: from a CSV or Excel file, an upload or a pasted text.

    Text: encoding and separator are found out, every cell is text. Workbooks:
    numbers, dates and error values are kept as they are, empty cells are None,
    a formula without a value is its text. The row with the names of the columns
    is found below titles and blank rows.

    Args:
        source: A path; the content as bytes or an open file; a value of ipywidgets' FileUpload; or a text with more
            than one line or with tabs, such as cells that were copied in Excel.
        sheet: The title of a workbook's sheet, or its number among the visible ones from 1; needed where several
            hold something.
        header: The number of the row with the names of the columns, as the file counts it; 0 if there is none, so
            that columns are called A, B, C; None to find it.
        sep: What separates the cells of a text; None to find it out (tab, semicolon, bar, comma).
        encoding: What a text is encoded in, by Python's names; None to find it out (UTF-8, UTF-16, Windows-1252,
            Mac Roman, code page 850).
        hidden: `"keep"` reads the rows that a workbook hides, with a note; `"skip"` leaves them out.

    Returns:
        A frame of objects. Its index, `file row`, holds the numbers of the rows in the file, by which messages and
        reports name them; `attrs["notes"]` says what was found out, guessed or left out, and goes into the notes of
        pairs.

    Raises:
        PairsError: What is given cannot be read; the message says what was tried, where it failed and what to do.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     export = Path(folder, "export.csv")
        ...     written = export.write_bytes("Käufer, Stand 1.5.\n\nObjekt;Straße\n1001;Allee 5\n".encode("cp1252"))
        ...     table = read_table(export)
        >>> table
                 Objekt   Straße
        file row
        4          1001  Allee 5
        >>> for note in table.attrs["notes"]:
        ...     print(note)
        export.csv: read as Windows-1252, which is a guess, such as 'Käufer'. If letters look wrong, ...
        export.csv: row 3 was taken as the header, and 1 row above it left out, such as row 1: 'Käufer, Stand 1.5.'. ...
    """
    _check_options(sheet, header, sep, hidden)
    if isinstance(source, str) and _LINE_OR_TAB.search(source):
        return make_table(_pasted_grid(source, sep), header)

    name, content = _open(source)
    if isinstance(content, str):
        grid = read_delimited(name, content, sep)
    else:
        grid = _read_bytes(name, content, sheet, sep, encoding)
    return make_table(grid, header, skip_hidden=hidden == "skip")


def sheet_titles(name: str, data: bytes) -> list[str]:
    """The titles of a workbook's sheets that hold something, hidden ones last.

    Args:
        name: What messages call the file.
        data: All bytes of the file.

    Returns:
        The titles in the order of their tabs; empty for a text file, which has no sheets.

    Raises:
        PairsError: It is a workbook that cannot be read.

    Example:
        >>> sheet_titles("export.csv", b"Immobilie;Adresse")
        []
    """
    kind = _workbook_kind(name, data)
    if not kind:
        return []
    sheets = sheets_of_workbook(name, data) if kind == ".xlsx" else sheets_of_other_workbook(name, data, kind)
    return [sheet.title for sheet in sorted(sheets, key=lambda sheet: sheet.hidden)]


def _check_options(sheet: object, header: object, sep: object, hidden: object) -> None:
    if isinstance(sheet, bool) or not isinstance(sheet, str | int | None):
        raise PairsError(f"sheet={sheet!r}: expected the title of a sheet, or its number from 1.")
    if isinstance(header, bool) or not isinstance(header, int | None) or (header is not None and header < 0):
        raise PairsError(f"header={header!r}: expected the number of the row with the names, from 1, or 0 for none.")
    if sep is not None and (not isinstance(sep, str) or not sep or re.search(r'["\r\n]', sep)):
        raise PairsError(f"sep={sep!r}: expected what separates the cells of a line, such as ';' or '\\t'.")
    if hidden not in ("keep", "skip"):
        raise PairsError(f"hidden={hidden!r}: expected 'keep' or 'skip'.")


def _pasted_grid(text: str, sep: str | None) -> Grid:
    """The cells of a pasted text: those of a spreadsheet, whose tabs separate, or of a CSV file."""
    name = "The text"
    if sep is not None or "\t" not in text:
        return read_delimited(name, text, sep)
    rows = pasted_rows(text)
    width = max(map(len, rows))
    return Grid(name, rows, range(1, 1 + len(rows)), range(1, width + 1), is_text=True)


def _open(source: Any) -> tuple[str, bytes | str]:
    """What messages call a source, and its content."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "The file", bytes(source)
    if isinstance(source, str | os.PathLike):
        return _read_path(source)
    if hasattr(source, "read"):
        return _read_stream(source)
    upload = _only_upload(source)
    if upload is None:
        raise PairsError(
            f"Expected a path, bytes, an open file, an upload or a text of several lines, got {type(source).__name__}."
            " Name a CSV or Excel file: oo.read_table('export.xlsx')."
        )
    return str(upload["name"]), bytes(upload["content"])


def _read_path(source: Any) -> tuple[str, bytes]:
    text = os.fspath(source)
    if isinstance(text, str) and _ADDRESS.match(text):
        raise PairsError(
            f"{quote(text, 200)} is a web address, and only files are read. Download it, and name the file; in a"
            " spreadsheet of the web that is its export as .xlsx."
        )
    try:
        path = Path(text)
        # Before the home folder is looked for: a lock file of Excel begins with a tilde as well.
        _refuse_lock_file(path)
        path = path.expanduser()
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PairsError(
            f"{quote(str(text), 200)} cannot be read: {reason}. Name a CSV or Excel file; without a folder it is looked"
            f" for in {Path.cwd()}."
        ) from None
    return path.name, _bounded(path.name, data)


def _refuse_lock_file(path: Path) -> None:
    locked = re.fullmatch(r"~\$(.+)|\.~lock\.(.+)#|\._(.+)", path.name)
    if locked is not None:
        raise PairsError(
            f"{path.name} is not the table but a file that Excel, LibreOffice or macOS keep beside it, here while it is"
            f" open. Name the table itself: {quote(str(path.with_name(locked[1] or locked[2] or locked[3])), 200)}."
        )


def _read_stream(stream: Any) -> tuple[str, bytes | str]:
    name = getattr(stream, "name", None)
    label = Path(name).name if isinstance(name, str) else "The file"
    try:
        content = stream.read(MAX_FILE_BYTES + 1)
    except Exception as error:
        raise PairsError(f"{label} cannot be read: {error}.") from None
    if isinstance(content, str):
        return label, content
    if not isinstance(content, bytes | bytearray):
        raise PairsError(f"{label} cannot be read: expected bytes or text from it, got {type(content).__name__}.")
    return label, _bounded(label, bytes(content))


def _bounded(name: str, data: bytes) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise PairsError(
            f"{name} has more than {MAX_FILE_BYTES:,} bytes. Save it with the columns that are needed alone."
        )
    return data


def _only_upload(source: Any) -> Mapping[str, Any] | None:
    """The file in a value of FileUpload, or None if it is no such value.

    ipywidgets 8 has a tuple of mappings with name and content, 7 a mapping from
    names to mappings with content.
    """
    value = getattr(source, "value", source)
    if isinstance(value, Mapping) and "content" not in value:
        value = [{"name": name, **upload} for name, upload in value.items() if isinstance(upload, Mapping)]
    uploads = [value] if isinstance(value, Mapping) else list(value) if isinstance(value, tuple | list) else None
    if uploads is None or not all(isinstance(upload, Mapping) and "content" in upload for upload in uploads):
        return None
    if len(uploads) != 1:
        names = ", ".join(quote(str(upload.get("name", ""))) for upload in uploads)
        raise PairsError(
            f"Expected one uploaded file, got {len(uploads)}{': ' + names if names else ''}. Give one of them:"
            " upload.value[0]."
        )
    return {"name": "The upload", **uploads[0]}


def _read_bytes(name: str, data: bytes, sheet: str | int | None, sep: str | None, encoding: str | None) -> Grid:
    """The cells of a file, by what its content is; endings of names are often wrong."""
    kind = _workbook_kind(name, data)
    if kind == ".xlsx":
        return read_workbook(name, data, sheet)
    if kind:
        return read_other_workbook(name, data, kind, sheet)

    for beginning, other_kind, advice in _OTHER_KINDS:
        if re.match(rb"(\xef\xbb\xbf)?\s*(" + beginning + rb")", data, re.IGNORECASE):
            raise PairsError(f"{name} is {other_kind}, and no table that can be read here. {advice}.")
    text, notes = decode(name, data, encoding)
    grid = read_delimited(name, text, sep)
    grid.notes += notes
    return grid


def _workbook_kind(name: str, data: bytes) -> str:
    """Which kind of workbook the content is (`.xlsx`, `.xls`, `.xlsb`, `.ods`), `""` if it is none.

    Raises:
        PairsError: It is protected with a password, or an archive of other files.
    """
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise PairsError(
                f"{name} is protected with a password. Open it in Excel, save it without one, and read that."
            )
        return ".xls"
    if not data.startswith(_ZIP):
        return ""

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = {member.lower().replace("\\", "/") for member in archive.namelist()}
    except Exception:
        # What is wrong with it, the reader of workbooks says.
        members = set()
    if "xl/workbook.bin" in members:
        return ".xlsb"
    if "content.xml" in members and "mimetype" in members:
        return ".ods"
    if members and not any(member.endswith(("workbook.xml", ".rels")) for member in members):
        raise PairsError(
            f"{name} is a zip archive of {counted(len(members), 'file')}, and no workbook. Unpack it and name the table"
            " inside."
        )
    return ".xlsx"
