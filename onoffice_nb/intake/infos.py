"""A column of relationinfos (what a participant answered to an appointment), read as strictly as the ids."""

from __future__ import annotations

import reprlib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.formatting import counted, printable, quote
from onoffice_nb.intake.cells import is_missing, strip_blanks
from onoffice_nb.intake.columns import Column, cells_of, map_distinct
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
    """`codes`: for each row the position of its info in `kinds`, or -1. `column` holds the problems and the notes."""

    codes: NDArray[np.int64]
    distinct_infos: tuple[RelationInfo, ...]
    column: Column


@dataclass(frozen=True, slots=True)
class ParsedInfo:
    info: RelationInfo | None
    normalised_from: str = ""


def read_infos(source: Any, name: str) -> Infos:
    """Every cell read as a confirmation: one of `CONFIRMATIONS`, an `RelationInfo`, or empty for none.

    Text without a frame is one line per row. Raises PairsError where the
    source is no list of cells.
    """
    if isinstance(source, str):
        source = pasted_lines(source, name)
    elif getattr(source, "name", None) is not None:
        name = printable(source.name)
    cells = cells_of(source, name)
    found, verdicts = map_distinct(cells, _read_info)
    kinds = tuple(
        dict.fromkeys(each.info for each in verdicts if isinstance(each, ParsedInfo) and each.info is not None)
    )
    codes = np.array(
        [kinds.index(each.info) if isinstance(each, ParsedInfo) and each.info is not None else -1 for each in verdicts],
        dtype=np.int64,
    )
    notes: list[str] = []
    numbers = row_numbers(cells.index, len(found))
    problems = [each for each in verdicts if isinstance(each, Reject)]
    place = {id(each): at for at, each in enumerate(problems)}
    why = np.array([place.get(id(each), -1) for each in verdicts], dtype=np.int64)[found]
    for at, verdict in enumerate(verdicts):
        if isinstance(verdict, Reject) or (verdict.info is not None and not verdict.normalised_from):
            continue
        rows = np.flatnonzero(found == at)
        row = int(rows[0])
        if verdict.info is None:
            notes.append(f"{name}: {counted(len(rows), 'row')} without an info, such as row {numbers[row]}")
        else:
            where = f"{quote(str(cells[row]))} in row {numbers[row]}, taken as {quote(str(verdict.info))}"
            notes.append(f"{name}: {counted(len(rows), 'info')} {verdict.normalised_from}, such as {where}")
    bad = np.flatnonzero(why >= 0)
    column = Column(
        name, np.zeros(len(found), dtype=np.int64), bad, why[bad], tuple(problems), tuple(notes), cells.index
    )
    return Infos(codes[found], kinds, column)


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
    """The rows of pairs that stand more than once with different infos: which one is meant cannot be told."""
    rows, first = factorize(keys, ok)
    at = np.flatnonzero(ok)
    differ = infos.codes[at] != infos.codes[first[rows[at]]]
    bad = at[np.isin(rows[at], rows[at][differ])]
    pair_of, code_of = rows[bad].tolist(), infos.codes[bad].tolist()
    told: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, pair, code in zip(bad.tolist(), pair_of, code_of, strict=True):
        told[pair][code].append(int(infos.column.row_numbers[row]))

    def word(code: int) -> str:
        return str(infos.distinct_infos[code]) if code >= 0 else ""

    def problem(pair: int, code: int) -> Reject:
        others = [
            f"{quote(word(other))} in row {', '.join(map(str, at[:_NAMED]))}{', …' * (len(at) > _NAMED)}"
            for other, at in told[pair].items()
            if other != code
        ]
        advice = f"{'; '.join(others)}: keep one of these rows"
        return Reject(word(code), "another info for the same pair", advice, RejectKind.CONFLICTING_INFOS)

    problems = tuple(map(problem, pair_of, code_of))
    column = infos.column
    return replace(column, reject_rows=bad, problem_index=np.arange(len(bad)), problems=problems, notes=(), lines=())


def _read_info(cell: Any) -> ParsedInfo | Reject:
    allowed = f"one of: {', '.join(CONFIRMATIONS)}"
    if is_missing(cell):
        return ParsedInfo(None)
    if isinstance(cell, RelationInfo):
        return ParsedInfo(cell)
    if not isinstance(cell, str):
        return Reject(reprlib.repr(cell), "no info", allowed, RejectKind.NOT_AN_INFO)
    text = strip_blanks(cell)
    if not text:
        return ParsedInfo(None)
    normal = unicodedata.normalize("NFC", text)
    if normal in CONFIRMATIONS:
        odd = ["with blanks around"] * (text != cell) + ["in decomposed letters"] * (normal != text)
        return ParsedInfo(RelationInfo(normal), " and ".join(odd))
    near = get_close_matches(normal.casefold()[:50], CONFIRMATIONS, n=1)
    if not near:
        return Reject(str(cell), "no info", allowed, RejectKind.NOT_AN_INFO)
    advice = f"perhaps {near[0]}; {allowed}"
    return Reject(str(cell), "no info", advice, RejectKind.NOT_AN_INFO, (Repair.take(near[0]),))
