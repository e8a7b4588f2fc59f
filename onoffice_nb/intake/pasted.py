"""A pasted text: rows and columns as a spreadsheet copies them, or one column of ids.

Tabs separate columns and line breaks rows, except inside a cell in quotation
marks, which is how a spreadsheet copies a cell with a line break. A line of
one column is judged as the cell that it is; only what is certainly a list of
ids becomes several cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote
from onoffice_nb.intake.cells import ParsedId, read_cell, strip_blanks
from onoffice_nb.intake.explanations import certain_list

__all__ = [
    "PastedColumn",
    "check_two_texts",
    "pasted_lines",
    "pasted_rows",
    "read_pasted_column",
    "without_outer_blank_lines",
]

# A quotation mark in front is syntax only where another one closes the cell; else it is part of the text.
_CELL = re.compile(r'(?:"((?:[^"\t]|"")*+)"(?=[\t\n]|\Z)|([^\t\n]*))(\t|\n|\Z)')

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class PastedColumn:
    """The cells of one pasted column.

    Attributes:
        lines: The cells of each line: one, or the ids of a list. A list that
            is wrapped after a separator is one line.
        header: The first line where it is a heading, else `""`.
        lists: The lines that became several cells.
    """

    lines: tuple[tuple[str, ...], ...]
    header: str = ""
    lists: tuple[str, ...] = ()

    @property
    def cells(self) -> list[str]:
        """All cells, line by line."""
        return [cell for line in self.lines for cell in line]


def pasted_rows(text: str) -> list[list[str]]:
    r"""The cells of a text as a spreadsheet copies it, row by row.

    Args:
        text: Tabs between the cells, a line break after each row.

    Returns:
        One list of cells a row, which need not be equally long.

    Example:
        >>> pasted_rows('Objekt\tStraße\r\n1001\t"Allee 5\nHinterhaus"\r\n')
        [['Objekt', 'Straße'], ['1001', 'Allee 5\nHinterhaus']]
    """
    if not text:
        return []
    text = _with_plain_line_breaks(text)
    if '"' not in text:
        return [line.split("\t") for line in text.split("\n")]

    rows: list[list[str]] = [[]]
    for match in _CELL.finditer(text):
        quoted, plain, end = match.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        if end == "\n":
            rows.append([])
        elif not end:
            break
    return rows


def pasted_lines(text: str, name: str) -> list[str]:
    """The lines of a text that holds one column.

    Args:
        text: The text.
        name: What the column is called in the message.

    Returns:
        The cell of each row, as it stands there.

    Raises:
        PairsError: There are several columns.
    """
    if text and not {"\t", '"'} & set(text):
        return _with_plain_line_breaks(text).split("\n")
    rows = pasted_rows(text)
    if "\t" not in text:
        return [cell for (cell,) in rows]
    filled = _filled_columns(rows)
    if len(filled) > 1:
        wide = (row for row in rows if sum(map(bool, map(strip_blanks, row))) > 1)
        raise _several_columns(name, len(filled), "\t".join(next(wide, rows[-1])))
    column = filled[0] if filled else 0
    return [row[column] if column < len(row) else "" for row in rows]


def _filled_columns(rows: list[list[str]]) -> list[int]:
    """The columns in which some row has more than blanks."""
    return sorted({column for row in rows for column, cell in enumerate(row) if strip_blanks(cell)})


def read_pasted_column(text: str, name: str) -> PastedColumn:
    """The cells of a pasted column of ids.

    The first line is the heading if it has letters, no digits, and something
    below it. Empty lines count, as the second of two pasted columns must not
    slip; only the end of the last line does not.

    Args:
        text: The text.
        name: What the column is called in the message.

    Raises:
        PairsError: There are several columns: by tabs, or by as many ids in
            every line.

    Example:
        >>> read_pasted_column("Adresse\\n5001, 5002\\n\\n1,003\\n", "child").cells
        ['5001', '5002', '', '1,003']
    """
    texts = pasted_lines(text, name)
    header = strip_blanks(texts[0]) if len(texts) > 1 and _is_heading(texts[0]) else ""
    body = texts[1:] if header else texts
    # Tens of thousands of plain numbers are pasted at times; nothing in them needs a second look.
    if "".join(body).isdecimal():
        return PastedColumn(tuple(zip(body, strict=True)), header)

    split = [_split_line(line) for line in body]
    _check_one_list(name, texts[0] if header else "", body, split)

    lines: list[tuple[str, ...]] = []
    is_open = False
    for line, cells in zip(body, split, strict=True):
        if is_open:
            lines[-1] += cells
        else:
            lines.append(cells)
        is_open = _goes_on(line)
    lists = tuple(line for line, cells in zip(body, split, strict=True) if len(cells) > 1)
    return PastedColumn(tuple(lines), header, lists)


def without_outer_blank_lines(text: str) -> str:
    """A text without the blank lines above and below all else."""
    lines = re.split("\r\n|\r|\n", text)
    filled = [position for position, line in enumerate(lines) if strip_blanks(line)]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def check_two_texts(parent: object, child: object) -> None:
    """Raise PairsError if the same text stands on both sides."""
    if not isinstance(parent, str) or not isinstance(child, str):
        return
    if strip_blanks(parent) and _are_same_cells(strip_blanks(parent), strip_blanks(child)):
        raise PairsError(
            "Parent and child are the same text, so every record would be linked with the one of the same number."
            " Paste the other column on one side; if it is meant, give lists: parent=[…], child=[…]."
        )


def _with_plain_line_breaks(text: str) -> str:
    """A text whose lines end with one character, but for the last, which just ends."""
    return re.sub("\r\n?", "\n", text).removesuffix("\n")


def _are_same_cells(text: str, other: str) -> bool:
    # Without quotation marks texts of the same cells differ by their line breaks alone.
    if '"' in text or '"' in other:
        return pasted_rows(text) == pasted_rows(other)
    return _with_plain_line_breaks(text) == _with_plain_line_breaks(other)


def _is_heading(text: str) -> bool:
    """Whether a cell can only be a heading: with digits, or an Excel error, it may be a bad id."""
    bare = strip_blanks(text)
    return bool(_LETTER.search(bare)) and not re.search(r"\d|^[#=]", bare)


def _split_line(line: str) -> tuple[str, ...]:
    """The cells of a line: the ids of a list, or the line itself."""
    bare = line.strip(" ").strip(";").rstrip(",").strip(" ")
    ids = certain_list(bare)
    return tuple(map(str, ids)) if ids else (bare,)


def _goes_on(line: str) -> bool:
    return line.rstrip(" ").endswith((",", ";"))


def _check_one_list(name: str, header: str, body: list[str], split: list[tuple[str, ...]]) -> None:
    """Raise PairsError if the lines are a table without tabs: as many fields in each of them."""
    filled = [line for line in (header, *body) if strip_blanks(line)]
    if len(filled) < 2:
        return

    width = _width_by_semicolons(filled)
    if width > 1:
        raise _several_columns(name, width, filled[-1])

    width = _width_by_lists(header, split)
    is_wrapped = all(map(_goes_on, filled[:-1])) and not _goes_on(filled[-1])
    if width > 1 and not is_wrapped:
        raise _several_columns(name, width, filled[-1])


def _width_by_semicolons(lines: list[str]) -> int:
    """How many columns that hold something the semicolons make, where each line has as many of them; else 0."""
    if len({line.count(";") for line in lines}) > 1:
        return 0
    columns = zip(*(line.split(";") for line in lines), strict=True)
    return sum(1 for column in columns if any(map(strip_blanks, column)))


def _width_by_lists(header: str, split: list[tuple[str, ...]]) -> int:
    """How many ids each line holds, where all of them (and the words of the header) are as many; else 0."""
    lists = [cells for cells in split if len(cells) > 1]
    sizes = {len(cells) for cells in lists}
    if header:
        sizes.add(len(re.split(r"\s*[;,]\s*|\s+", strip_blanks(header))))

    has_single_ids = any(len(cells) == 1 and isinstance(read_cell(cells[0]), ParsedId) for cells in split)
    if len(sizes) != 1 or not lists or len(lists) + bool(header) < 2 or has_single_ids:
        return 0
    return sizes.pop()


def _several_columns(name: str, width: int, sample: str) -> PairsError:
    return PairsError(
        f"{name}: {counted(width, 'column')} side by side, such as {quote(sample)}, where one list of ids was expected."
        " Paste one of the columns, or each list in a line of its own; of a table, name two columns:"
        " oo.read_pairs(oo.read_table(text), parent=…, child=…)."
    )
