"""CSV and its kin: which character separates, and the cells of each row as they stand, all of them text.

pandas' reader guesses: it makes NaN of `#N/A`, 1.003 of `1.003`, and skips empty
lines, so that rows are no longer numbered as the user sees them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote
from onoffice_nb.intake.grid import Grid
from onoffice_nb.intake.header import find_header

if TYPE_CHECKING:
    import _csv

__all__ = ["read_delimited"]

# In case of doubt the first: a comma stands in numbers and in sentences as well.
_SEPARATORS: Final = "\t;|,"

# Of a table with a broken row or two, the separator is still the one that tells its ids apart.
_NEARLY: Final = 0.9

# How many lines show which character separates.
_SAMPLE: Final = 300

# Excel's own hint for other programs: it is no row of the table.
_HINT: Final = re.compile(r'"?sep=(?P<separator>[^\r\n"])"?(?P=separator)*[ \t]*(\r\n|\r|\n|$)', re.IGNORECASE)

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_PLAIN: Final = re.compile(r"[1-9][0-9]*")

# The rows above that show where a table has its ids.
_NEIGHBOURS: Final = 20


def read_delimited(name: str, text: str, separator: str | None = None) -> Grid:
    """The cells of a text whose lines are rows.

    Args:
        name: What messages call the file.
        text: All of it. Cells may stand in quotation marks, and then hold separators and line breaks.
        separator: What separates the cells, of any length; None to find it out, first from a line such as `sep=;`.

    Returns:
        The cells, all of them text; rows are numbered from 1 and count as in a spreadsheet, however many lines one has.

    Raises:
        PairsError: A quotation mark is not closed, or a cell is endless; the line is named.

    Example:
        >>> read_delimited("export.csv", "Immobilie;Adresse\\n1001;5001\\n").rows
        [['Immobilie', 'Adresse'], ['1001', '5001']]
    """
    hint = _HINT.match(text)
    lines_before = 1 if hint is not None else 0
    if hint is not None:
        text = text[hint.end() :]
        separator = separator or hint["separator"]

    notes: list[str] = []
    if separator is not None and len(separator) > 1:
        rows = _read_long_separator(name, text, separator, lines_before)
    else:
        dialect, fits = _find_dialect(text, separator)
        rows = _read_rows(name, text, dialect, lines_before)
        notes = [_unsure_note(name, fits)] if len(fits) > 1 else []

    numbers = range(1 + lines_before, 1 + lines_before + len(rows))
    width = max(map(len, rows), default=0)
    return Grid(name, rows, numbers, range(1, width + 1), is_text=True, notes=notes)


def _read_long_separator(name: str, text: str, separator: str, lines_before: int) -> list[list[str]]:
    """The rows of a text whose separator has several characters: it is read as one that the text does not have."""
    stand_in = next(character for character in map(chr, range(0xE000, 0xF8FF)) if character not in text)
    stood_in = text.replace(separator, stand_in)
    rows = _read_rows(name, stood_in, _find_dialect(stood_in, stand_in)[0], lines_before)
    return [[cell.replace(stand_in, separator) for cell in row] for row in rows]


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How the cells of a line are told apart. `skips_blanks`: a cell in quotation marks may follow a blank."""

    separator: str
    skips_blanks: bool = False

    def reader(self, text: str, *, strict: bool) -> _csv.Reader:
        # Only line breaks end a row, not the other characters that Python's splitlines knows.
        lines = StringIO(text, newline="")
        return csv.reader(lines, delimiter=self.separator, skipinitialspace=self.skips_blanks, strict=strict)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a text is a table, told apart by a dialect.

    Attributes:
        dialect: Which one.
        width: How many columns its header has; of one column nothing is separated.
        alike: Which share of the rows is the header, or as long as it.
        id_columns: How many of its columns are numbers alone, as ids are. Of a wrong separator, two of them hang
            together.
        is_prose: Whether a blank follows wherever it separates, as behind a comma in a sentence.
    """

    dialect: _Dialect
    width: int
    alike: float
    id_columns: int = 0
    is_prose: bool = False

    @property
    def consistency(self) -> tuple[bool, float]:
        """Whether anything is separated, and how consistently."""
        return self.width > 1, self.alike

    @property
    def evidence(self) -> tuple[int, float, bool]:
        """What tells separators apart that make nearly equally good tables."""
        return self.id_columns, self.alike, not self.is_prose


def _find_dialect(text: str, separator: str | None) -> tuple[_Dialect, list[_Fit]]:
    """The separator that makes the best table; and where others are as good in everything, the fits of all of these."""
    sample = "".join(islice(StringIO(text, newline=""), _SAMPLE))
    fits = [_best_fit_of(sample, character) for character in separator or _SEPARATORS]
    best = max(fits, key=lambda fit: fit.consistency)
    if best.width < 2:
        return best.dialect, []

    rivals = [fit for fit in fits if fit.width > 1 and fit.alike >= _NEARLY * best.alike]
    chosen = max(rivals, key=lambda fit: fit.evidence)
    return chosen.dialect, [chosen, *(fit for fit in rivals if fit is not chosen and fit.evidence == chosen.evidence)]


def _best_fit_of(sample: str, separator: str) -> _Fit:
    plain = _Dialect(separator)
    dialects = [plain] if separator == " " else [plain, replace(plain, skips_blanks=True)]
    return max((_fit(sample, dialect) for dialect in dialects), key=lambda fit: fit.consistency)


def _fit(sample: str, dialect: _Dialect) -> _Fit:
    numbers: list[int] = []
    rows: list[list[str]] = []
    # Where it cannot be read, the rows until there have to do: the real reading says what is wrong.
    with suppress(csv.Error):
        for number, row in enumerate(dialect.reader(sample, strict=False)):
            if any(row):
                numbers.append(number)
                rows.append(row)
    if not rows:
        # Nothing is left between these separators.
        return _Fit(dialect, width=2, alike=0.0)

    header = find_header(numbers, rows)
    names = rows[header or 0]
    alike = sum(len(row) == len(names) for row in rows[header or 0 :])
    body = rows if header is None else rows[header + 1 :]
    separated = [cell for row in rows[header or 0 :] for cell in row[1:] if cell]
    return _Fit(
        dialect,
        width=len(names),
        alike=alike / len(rows),
        id_columns=sum(_holds_ids(body, place) for place in range(len(names))),
        is_prose=bool(separated) and all(cell.startswith(" ") for cell in separated),
    )


def _holds_ids(body: list[list[str]], place: int) -> bool:
    """Whether most of the cells of a column are plain numbers."""
    cells = [row[place] for row in body if place < len(row) and row[place]]
    return sum(_PLAIN.fullmatch(cell) is not None for cell in cells) * 2 > len(cells)


def _unsure_note(name: str, fits: list[_Fit]) -> str:
    """That another separator makes as good a table as the one that was taken."""
    taken, other = fits[:2]
    ours, theirs = quote(taken.dialect.separator), quote(other.dialect.separator)
    return (
        f"{name}: read with {ours} between the cells, {counted(taken.width, 'column')}; {theirs} would make as good a"
        f" table, {counted(other.width, 'column')}. If that is meant, name it: sep=…"
    )


def _read_rows(name: str, text: str, dialect: _Dialect, lines_before: int) -> list[list[str]]:
    reader = dialect.reader(text, strict=True)
    rows: list[list[str]] = []
    ended = lines_before
    try:
        for row in reader:
            begun, ended = ended + 1, reader.line_num + lines_before
            if ended > begun and _has_swallowed_row(row, rows[-_NEIGHBOURS:], dialect):
                raise PairsError(_unclosed(name, begun, ended))
            rows.append(row)
    except csv.Error as error:
        if "field larger" in str(error):
            raise PairsError(
                f"{name}, line {ended + 1}: a cell of more than {csv.field_size_limit():,} characters. Expected a"
                " table: a row in each line, its cells with a separator between them."
            ) from None
        raise PairsError(_unclosed(name, ended + 1, reader.line_num + lines_before)) from None
    return rows


def _has_swallowed_row(row: list[str], above: list[list[str]], dialect: _Dialect) -> bool:
    """Whether a line inside a cell reads like a row: its ids would be lost, or stand beside those of another row."""
    counts = Counter(place for cells in above for place, cell in enumerate(cells) if _PLAIN.fullmatch(cell))
    id_places = [place for place, count in counts.items() if count * 2 > len(above)]

    for place, cell in enumerate(row):
        first, *others = _LINE_BREAK.split(cell)
        if others and any(
            _reads_like_row(line.split(dialect.separator), offset, id_places, dialect)
            for line, offset in ((first, place), *((other, 0) for other in others))
        ):
            return True
    return False


def _reads_like_row(parts: list[str], offset: int, id_places: list[int], dialect: _Dialect) -> bool:
    """Whether these parts of a line, the first of them at the place `offset`, have ids where the table has them."""
    in_prose = not dialect.skips_blanks and any(part.startswith(" ") for part in parts)
    ids = [parts[place - offset] for place in id_places if offset <= place < offset + len(parts)]
    return len(parts) > 1 and not in_prose and bool(ids) and all(_PLAIN.fullmatch(text) for text in ids)


def _unclosed(name: str, first: int, last: int) -> str:
    until = f" until line {last}" if last > first else ""
    return (
        f"{name}, line {first}: a cell begins with a quotation mark that does not end it{until}. A mark of the"
        ' text itself is written twice, in a cell that stands in marks as a whole ("He said ""yes"""). Write it so, or'
        " remove it."
    )
