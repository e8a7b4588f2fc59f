"""A column of relationinfos (what a participant answered to an appointment), read as strictly as the ids."""

from __future__ import annotations

import reprlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.formatting import counted, printable, quote
from onoffice_nb.intake.cells import is_missing, strip_blanks
from onoffice_nb.intake.columns import Cells, Column, cells_of, map_distinct
from onoffice_nb.intake.ids import factorize
from onoffice_nb.intake.pasted import pasted_lines
from onoffice_nb.intake.provenance import row_numbers
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair
from onoffice_nb.model import CONFIRMATIONS, RelationInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Infos", "conflicting_infos", "mended_infos", "read_infos"]

_NAMED = 5


@dataclass(frozen=True, eq=False)
class Infos:
    """A column of infos as read.

    Attributes:
        codes: int64[n]: for each row the position of its info in `distinct_infos`, or -1.
        distinct_infos: Each info once, in order of first appearance.
        column: The rejects and the notes; its ids mean nothing.
    """

    codes: NDArray[np.int64]
    distinct_infos: tuple[RelationInfo, ...]
    column: Column


@dataclass(frozen=True, slots=True)
class ParsedInfo:
    """The info of one cell, None where it is empty, and how it was written if not as the API expects it."""

    info: RelationInfo | None
    normalised_from: str = ""


def read_infos(source: Any, name: str) -> Infos:
    """Every cell read as a confirmation.

    Args:
        source: Cells of `CONFIRMATIONS`, of `RelationInfo`, or empty ones, as
            a column, a list or a text with one line a row.
        name: What the column is called in messages, if the source has no name of its own.

    Returns:
        An info, none, or a reject for each cell.

    Raises:
        PairsError: The source is not one list of cells.
    """
    if isinstance(source, str):
        source = pasted_lines(source, name)
    elif getattr(source, "name", None) is not None:
        name = printable(source.name)

    cells = cells_of(source, name)
    verdict_of_row, verdicts = map_distinct(cells, _read_info)
    infos = [verdict.info if isinstance(verdict, ParsedInfo) else None for verdict in verdicts]
    distinct_infos = tuple(dict.fromkeys(info for info in infos if info is not None))
    codes = [-1 if info is None else distinct_infos.index(info) for info in infos]
    return Infos(
        _for_each_row(codes, verdict_of_row),
        distinct_infos,
        _column_of(name, cells, verdict_of_row, verdicts),
    )


def _for_each_row(values: list[int], verdict_of_row: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)[verdict_of_row]


def _column_of(
    name: str, cells: Cells, verdict_of_row: NDArray[np.int64], verdicts: Sequence[ParsedInfo | Reject]
) -> Column:
    problems = [verdict for verdict in verdicts if isinstance(verdict, Reject)]
    numbers = [problems.index(verdict) if isinstance(verdict, Reject) else -1 for verdict in verdicts]
    problem_of_row = _for_each_row(numbers, verdict_of_row)
    reject_rows = np.flatnonzero(problem_of_row >= 0)
    return Column(
        name=name,
        ids=np.zeros(len(verdict_of_row), dtype=np.int64),
        reject_rows=reject_rows,
        problem_index=problem_of_row[reject_rows],
        problems=tuple(problems),
        notes=tuple(_notes(name, cells, verdict_of_row, verdicts)),
        index=cells.index,
    )


def _notes(
    name: str, cells: Cells, verdict_of_row: NDArray[np.int64], verdicts: Sequence[ParsedInfo | Reject]
) -> Iterator[str]:
    """What was taken as empty or written in another way, each with its first row."""
    numbers = row_numbers(cells.index, len(verdict_of_row))
    for position, verdict in enumerate(verdicts):
        if isinstance(verdict, Reject) or (verdict.info is not None and not verdict.normalised_from):
            continue

        rows = np.flatnonzero(verdict_of_row == position)
        first = int(rows[0])
        if verdict.info is None:
            yield f"{name}: {counted(len(rows), 'row')} without an info, such as row {numbers[first]}"
        else:
            example = f"{quote(str(cells[first]))} in row {numbers[first]}, taken as {quote(str(verdict.info))}"
            yield f"{name}: {counted(len(rows), 'info')} {verdict.normalised_from}, such as {example}"


def mended_infos(infos: Infos, column: Column, origins: NDArray[np.int64], wanted: Mapping[int, str]) -> Infos:
    """The infos with the user's decisions.

    Args:
        infos: The infos as read.
        column: Their column, mended.
        origins: The input row of each row.
        wanted: Input row to the confirmation that was decided for it.
    """
    distinct = tuple(dict.fromkeys([*infos.distinct_infos, *map(RelationInfo, wanted.values())]))
    codes = infos.codes.copy()
    for row, confirmation in wanted.items():
        codes[row] = distinct.index(RelationInfo(confirmation))
    return Infos(codes[origins], distinct, column)


def conflicting_infos(keys: NDArray[np.int64], ok: NDArray[np.bool_], infos: Infos) -> Column:
    """The rows of pairs that stand more than once with different infos: which one is meant cannot be told.

    Args:
        keys: int64[n]: equal for the rows of one pair.
        ok: bool[n]: which rows are pairs at all.
        infos: The infos of the rows.

    Returns:
        A column whose rejects are these rows.
    """
    pairs, first = factorize(keys, ok)
    rows = np.flatnonzero(ok)
    differs = infos.codes[rows] != infos.codes[first[pairs[rows]]]
    conflicting = rows[np.isin(pairs[rows], pairs[rows][differs])].tolist()

    # For each pair: which info stands in which rows.
    rows_of: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    row_numbers = infos.column.row_numbers
    for row in conflicting:
        rows_of[int(pairs[row])][int(infos.codes[row])].append(int(row_numbers[row]))
    problems = tuple(_conflict(infos, rows_of[int(pairs[row])], int(infos.codes[row])) for row in conflicting)
    return replace(
        infos.column,
        reject_rows=np.array(conflicting, dtype=np.int64),
        problem_index=np.arange(len(conflicting)),
        problems=problems,
        notes=(),
    )


def _conflict(infos: Infos, rows_of: Mapping[int, list[int]], own: int) -> Reject:
    """The reject of a row with one info, where other rows of the same pair have others."""

    def word(code: int) -> str:
        return str(infos.distinct_infos[code]) if code >= 0 else ""

    others = []
    for code, rows in rows_of.items():
        if code != own:
            named = ", ".join(map(str, rows[:_NAMED])) + (", …" if len(rows) > _NAMED else "")
            others.append(f"{quote(word(code))} in row {named}")
    advice = f"{'; '.join(others)}: keep one of these rows"
    return Reject(word(own), "another info for the same pair", advice, RejectKind.CONFLICTING_INFOS)


def _read_info(cell: Any) -> ParsedInfo | Reject:
    """The info in a cell of any kind, or why there is none."""
    allowed = f"one of: {', '.join(CONFIRMATIONS)}"
    if is_missing(cell):
        return ParsedInfo(None)
    if isinstance(cell, RelationInfo):
        return ParsedInfo(cell)
    if not isinstance(cell, str):
        return Reject(reprlib.repr(cell), "not a confirmation status", allowed, RejectKind.NOT_AN_INFO)
    text = strip_blanks(cell)
    if not text:
        return ParsedInfo(None)
    normal = unicodedata.normalize("NFC", text)
    if normal in CONFIRMATIONS:
        written = ["with blanks around"] if text != cell else []
        if normal != text:
            written.append("in decomposed letters")
        return ParsedInfo(RelationInfo(normal), " and ".join(written))
    near = get_close_matches(normal.casefold()[:50], CONFIRMATIONS, n=1)
    if not near:
        return Reject(str(cell), "not a confirmation status", allowed, RejectKind.NOT_AN_INFO)
    advice = f"perhaps {near[0]}; {allowed}"
    return Reject(str(cell), "not a confirmation status", advice, RejectKind.NOT_AN_INFO, (Repair.take(near[0]),))
