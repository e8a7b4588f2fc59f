"""Excel workbooks (.xlsx, .xlsm), read as a stream: what stands in the cells, and what of it the user does not see.

Own code instead of openpyxl's reader, for what that one does not tell or take:
hidden rows while streaming, formulas without a value, Strict Open XML, and
sheets whose formats reach to XFD1048576, at the cost of the filled cells alone.
Which number formats are dates, and which day a number is, openpyxl says.

A workbook is a zip archive of XML files and comes from outside: a document type,
and with it every entity, is refused, and so is what unpacks to more than a sheet holds.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from io import BytesIO
from posixpath import join, normpath
from typing import Any, Final
from xml.parsers import expat

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote
from onoffice_nb.intake.grid import Grid, column_letters, column_number
from onoffice_nb.intake.number_formats import NumberFormat, number_format
from onoffice_nb.intake.sheets import Sheet, choose_sheet

__all__ = ["read_workbook", "sheets_of_workbook"]

# The edges of a sheet in Excel, and the longest text that a cell takes.
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_MOST_CHARACTERS: Final = 1_000_000

# What nobody exports: a million rows of twenty filled columns are within these bounds.
_MOST_CELLS: Final = 20_000_000
_MOST_BYTES: Final = 1_500_000_000
_HIGHEST_RATIO: Final = 200
_SMALL: Final = 50_000_000

_CHUNK: Final = 1 << 18
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,300}")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_AREA: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_TRUE: Final = frozenset({"1", "true"})
_NAMED: Final = 5


class _BrokenWorkbook(PairsError):
    """What is wrong with a workbook, in words for the user."""


def read_workbook(name: str, data: bytes, sheet: str | int | None = None) -> Grid:
    """The cells of one sheet of a workbook.

    Args:
        name: What messages call the file.
        data: All bytes of the file.
        sheet: The title of the sheet, or its number among the visible ones; None for the only one that holds something.

    Returns:
        Numbers, texts, truth values, dates and error values as they are, None for what is empty, and a formula without
        a value as its text (`=…`). Notes name hidden columns, merged cells, such formulas, and formats that show a
        number as another one.

    Raises:
        PairsError: It is no workbook, it is broken, or it has no such sheet.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            workbook = _Workbook(archive)
            chosen, notes = choose_sheet(name, workbook.sheets, sheet, workbook.is_filled)
            content = workbook.read(chosen)
    except _BrokenWorkbook as error:
        raise _unreadable(name, str(error)) from None
    except PairsError:
        raise
    # A damaged archive fails with whatever the zip, the XML or the number parser raises.
    except Exception as error:
        raise _unreadable(name, f"it is damaged ({type(error).__name__})") from None
    return content.grid(name, notes)


def sheets_of_workbook(name: str, data: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold something, in the order of their tabs.

    Args:
        name: What messages call the file.
        data: All bytes of the file.

    Raises:
        PairsError: It is no workbook, or it is broken.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            workbook = _Workbook(archive)
            return [sheet for sheet in workbook.sheets if workbook.is_filled(sheet)]
    except _BrokenWorkbook as error:
        raise _unreadable(name, str(error)) from None
    except Exception as error:
        raise _unreadable(name, f"it is damaged ({type(error).__name__})") from None


def _unreadable(name: str, reason: str) -> PairsError:
    return PairsError(
        f"{name} cannot be read as an Excel workbook: {reason}. Open it in Excel and save it anew, as .xlsx or CSV."
    )


class _Workbook:
    """The parts of a workbook. Elements go by their names without the namespace, as Strict Open XML has others."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {_part(member.filename): member for member in archive.infolist()}
        roots = self._relations("")
        main = next((target for kind, target in roots.values() if kind == "officeDocument"), None)
        if main is None:
            raise _BrokenWorkbook("there is no workbook in it")

        self.sheets: list[Sheet] = []
        self.counts_from_1904 = False
        self.recalculates = False
        self._targets = self._relations(main)
        self._parse(main, self._note_workbook)

    def _note_workbook(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            # The only attribute with a namespace is the one that names the sheet's part.
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            kind, part = self._targets.get(relation, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append(Sheet(attributes.get("name", ""), part, hidden))
        elif tag == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in _TRUE
        elif tag == "calcPr":
            self.recalculates = attributes.get("fullCalcOnLoad") in _TRUE

    @cached_property
    def strings(self) -> list[str]:
        """The texts that the cells of all sheets share."""
        reader = _StringsReader()
        part = self._target("sharedStrings")
        if part:
            self._parse(part, reader.start, reader.end, reader.characters)
        return reader.strings

    @cached_property
    def formats(self) -> list[NumberFormat]:
        """What the number format of each style makes of a number."""
        codes: dict[int, str] = {}
        used: list[int] = []
        path: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            path.append(tag)
            if tag == "numFmt":
                codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif path[-2:] == ["cellXfs", "xf"]:
                used.append(int(attributes.get("numFmtId", "0")))

        part = self._target("styles")
        if part:
            self._parse(part, start, lambda tag: path.pop())
        return [number_format(identity, codes.get(identity)) for identity in used]

    def is_filled(self, sheet: Sheet) -> bool:
        """Whether a sheet holds anything but formats."""
        tags: set[str] = set()
        content = {"v", "f", "is"}
        self._parse(sheet.key, lambda tag, attributes: tags.add(tag), until=lambda: not tags.isdisjoint(content))
        return not tags.isdisjoint(content)

    def read(self, sheet: Sheet) -> _SheetReader:
        """The content of a sheet."""
        reader = _SheetReader(self)
        self._parse(sheet.key, reader.start, reader.end, reader.characters)
        return reader

    def _target(self, wanted_kind: str) -> str:
        return next((part for part_kind, part in self._targets.values() if part_kind == wanted_kind), "")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id -> kind (the last word of its type) and part."""
        folder, _, file = part.rpartition("/")
        relations: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes["Type"].rpartition("/")[2]
                relations[attributes["Id"]] = kind, _part(join("/" + folder, attributes["Target"]))

        listing = _part(f"{folder}/_rels/{file}.rels")
        if listing in self._members:
            self._parse(listing, start)
        return relations

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], object],
        end: Callable[[str], object] | None = None,
        characters: Callable[[str], object] | None = None,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read an XML part, `until` enough is known; `start` and `end` get the names of elements without namespace."""
        member = self._members.get(part)
        if member is None:
            raise _BrokenWorkbook(f"a part of it is missing ({part})")
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > _MOST_BYTES or (member.file_size > _SMALL and ratio > _HIGHEST_RATIO):
            raise _BrokenWorkbook(f"unpacked it is too large ({member.file_size:,} bytes)")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda name, attributes: start(name[name.rfind(" ") + 1 :], attributes)
        if end is not None:
            parser.EndElementHandler = lambda name: end(name[name.rfind(" ") + 1 :])
        if characters is not None:
            parser.CharacterDataHandler = characters

        with self._archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
                if until():
                    return
        parser.Parse(b"", True)


def _refuse_doctype(*declaration: object) -> None:
    raise _BrokenWorkbook("it declares a document type, which no workbook has")


def _part(path: str) -> str:
    """The name of a part as it is compared: without a slash before it, in small letters."""
    return normpath("/" + path.replace("\\", "/")).lstrip("/").lower()


class _Text:
    """The characters of the elements that are asked for, bounded."""

    def __init__(self) -> None:
        self._pieces: list[str] | None = None
        self._length = 0

    def begin(self) -> None:
        self._pieces = []
        self._length = 0

    def characters(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > _MOST_CHARACTERS:
                raise _BrokenWorkbook(f"a cell has more than {_MOST_CHARACTERS:,} characters")

    def finish(self) -> str:
        pieces, self._pieces = self._pieces or (), None
        return "".join(pieces)


class _StringsReader(_Text):
    """The shared strings: `<si>`, each of one text or of several with formats of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._runs: list[str] = []
        self._in_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self._runs = []
        elif tag == "rPh":
            self._in_phonetic = True
        elif tag == "t" and not self._in_phonetic:
            self.begin()

    def end(self, tag: str) -> None:
        if tag == "t":
            self._runs.append(self.finish())
        elif tag == "rPh":
            self._in_phonetic = False
        elif tag == "si":
            self.strings.append(_unescaped("".join(self._runs)))


class _SheetReader(_Text):
    """The filled cells of a sheet, and what has to be said of them.

    A column gets its place in the rows when its first cell comes, so that empty
    ones cost nothing, however far apart the filled ones are.
    """

    def __init__(self, workbook: _Workbook) -> None:
        super().__init__()
        self._workbook = workbook
        self._rows: list[list[Any]] = []
        self._numbers: list[int] = []
        self._places: dict[int, int] = {}
        self._hidden_rows: list[int] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[str] = []
        self._without_value: list[tuple[int, int, str]] = []
        self._shown_otherwise: dict[tuple[int, str], list[tuple[int, int]]] = {}
        self._cells = 0

        # The row and the cell that are being read.
        self._row = 0
        self._column = 0
        self._kind = "n"
        self._style = 0
        self._value = ""
        self._formula: str | None = None
        self._in_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in ("v", "f") or (tag == "t" and not self._in_phonetic):
            self.begin()
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._in_phonetic = True
        elif tag == "col":
            if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
                self._hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == "mergeCell":
            self._merged.append(attributes["ref"])

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "c":
            self._end_cell()
        elif tag in ("v", "t"):
            self._value += self.finish()
        elif tag == "f":
            self._formula = self.finish()
        elif tag == "rPh":
            self._in_phonetic = False

    def grid(self, name: str, notes: list[str]) -> Grid:
        """The cells in the order of their columns, and the notes on them."""
        columns = sorted(self._places)
        order = [self._places[column] for column in columns]
        if order != list(range(len(order))):
            self._rows = [[row[place] if place < len(row) else None for place in order] for row in self._rows]
        return Grid(
            name=name,
            rows=self._rows,
            numbers=self._numbers,
            columns=columns,
            is_text=False,
            hidden=frozenset(self._hidden_rows),
            notes=[*notes, *(f"{name}: {note}" for note in self._notes())],
        )

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        if not 0 < self._row <= _MOST_ROWS or (self._numbers and self._row <= self._numbers[-1]):
            raise _BrokenWorkbook(f"row {self._row} stands after row {self._numbers[-1] if self._numbers else 0}")
        self._column = 0
        if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
            self._hidden_rows.append(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = column_number(reference.rstrip("0123456789")) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._value = ""
        self._formula = None

    def _end_cell(self) -> None:
        value = self._content()
        if value is None:
            return
        if not 0 < self._column <= _MOST_COLUMNS or self._row == 0:
            raise _BrokenWorkbook(f"a cell stands outside of the sheet, in row {self._row}, column {self._column}")

        place = self._places.setdefault(self._column, len(self._places))
        if not self._numbers or self._numbers[-1] != self._row:
            self._numbers.append(self._row)
            self._rows.append([])
        cells = self._rows[-1]
        missing = place + 1 - len(cells)
        if missing > 0:
            cells.extend([None] * missing)
            self._cells += missing
        cells[place] = value
        if self._cells > _MOST_CELLS:
            raise _BrokenWorkbook(f"it has more than {_MOST_CELLS:,} cells; save the columns that are needed alone")

    def _content(self) -> Any:
        """What the cell holds, None for nothing."""
        text = self._value
        if self._formula is not None and self._is_without_value():
            formula = f"={_unescaped(self._formula) or '…'}"
            self._without_value.append((self._row, self._column, formula))
            return formula
        if not text:
            return None

        match self._kind:
            case "s":
                return self._workbook.strings[int(text)] or None
            case "b":
                return text in _TRUE
            case "d":
                return datetime.fromisoformat(text)
            case "n":
                return self._number(text)
            case _:
                return _unescaped(text)

    def _is_without_value(self) -> bool:
        """Whether a formula was never calculated: programs write no value for Excel to fill in, or a zero."""
        if not self._value:
            return self._kind != "str"
        return self._workbook.recalculates and self._value == "0"

    def _number(self, text: str) -> Any:
        number = int(text) if _WHOLE.fullmatch(text) else float(text)
        styles = self._workbook.formats
        form = styles[self._style] if self._style < len(styles) else None
        if form is None:
            return number
        if form.is_date or form.is_duration:
            return form.moment(number, self._workbook.counts_from_1904)
        if isinstance(number, int) and form.misleads(number):
            self._shown_otherwise.setdefault((self._column, form.code), []).append((self._row, number))
        return number

    def _notes(self) -> list[str]:
        notes = []
        if self._without_value:
            row, column, formula = self._without_value[0]
            notes.append(
                f"{counted(len(self._without_value), 'formula')} without a value, such as {column_letters(column)}{row}"
                f" {quote(formula)}. Open the file in Excel and save it, so that it holds what they give"
            )
        for (column, code), cells in self._shown_otherwise.items():
            row, number = cells[0]
            notes.append(
                f"{counted(len(cells), 'number')} in column {column_letters(column)} shown as something else by the"
                f" format {quote(code)}, such as {column_letters(column)}{row}: {number}"
            )
        hidden = [column_letters(column) for column in sorted(self._places) if self._is_hidden(column)]
        if hidden:
            more = ", …" if len(hidden) > _NAMED else ""
            notes.append(f"hidden in the sheet: {counted(len(hidden), 'column')}, {', '.join(hidden[:_NAMED])}{more}")
        merged = [reference for reference in self._merged if self._spans_rows(reference)]
        if merged:
            more = ", …" if len(merged) > _NAMED else ""
            notes.append(
                f"{counted(len(merged), 'merged area')} ({', '.join(merged[:_NAMED])}{more}): only the first cell of it"
                " holds what is shown, its other rows are empty there"
            )
        return notes

    def _is_hidden(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self._hidden_columns)

    def _spans_rows(self, reference: str) -> bool:
        """Whether a merged area is more than one row high and lies in a column that holds something."""
        area = _AREA.fullmatch(reference)
        if area is None or int(area[2]) == int(area[4]):
            return False
        return any(column_number(area[1]) <= column <= column_number(area[3]) for column in self._places)


def _unescaped(text: str) -> str:
    """A text in which characters that XML does not take are written as themselves, not as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
