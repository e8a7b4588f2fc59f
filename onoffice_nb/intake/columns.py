"""A column of whatever somebody has, read cell by cell: an id per row, or a problem.

Number columns are read as a whole, without a Python object per row; in all
others each distinct text is judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, printable, quote
from onoffice_nb.intake.cells import Normalisation, ParsedId, Reject, exact_integer_limit, read_cell, split_text
from onoffice_nb.intake.provenance import row_numbers
from onoffice_nb.model import MAX_ID

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Column", "cells_of", "check_aligned", "map_distinct", "quoted_list", "read_column"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read: an id per row, or a problem.

    `ids` has 0 where there is none; the rows of these are `bad` (positions,
    ascending), and `why` says for each of them which of `problems` it has.
    `index` holds the source's own labels, None where it has none; `lines` how
    many rows each line of a pasted text is.
    """

    name: str
    ids: NDArray[np.int64]
    reject_rows: NDArray[np.int64]
    problem_index: NDArray[np.int64]
    problems: tuple[Reject, ...]
    notes: tuple[str, ...] = ()
    index: pd.Index[Any] | None = None
    lines: tuple[int, ...] = ()

    @cached_property
    def row_numbers(self) -> NDArray[np.int64]:
        """int64[n]: the number by which messages name each row."""
        return row_numbers(self.index, len(self.ids))

    @property
    def reasons(self) -> list[str]:
        """Each problem in words: the column, the raw text, the reason, what to do."""
        return [f"{self.name}: {each}" for each in self.problems]


def read_column(source: Any, name: str) -> Column:
    """Every cell of a source (text, Series, Index, array, list) read as an id; `name` is for messages.

    Raises PairsError where the source is no list of cells.
    """
    notes: list[str] = []
    pasted = isinstance(source, str)
    lines: list[list[str]] = []
    if isinstance(source, str):
        lines, header = split_text(source)
        source = [cell for line in lines for cell in line]
        if header:
            notes.append(f"{name}: the first line, {quote(header)}, was taken as the header")
    elif getattr(source, "name", None) is not None:
        name = printable(source.name)
    cells, index = cells_of(source, name)
    if isinstance(cells, np.ndarray):
        ids = _whole(cells)
        taken = {Normalisation.DECIMAL: np.flatnonzero(ids)} if cells.dtype.kind == "f" else {}
    else:
        codes, judged = map_distinct(cells, read_cell)
        ids = np.array([each.value if isinstance(each, ParsedId) else 0 for each in judged], dtype=np.int64)[codes]
        kinds = np.array([each.taken or "" if isinstance(each, ParsedId) else "" for each in judged], dtype=object)[
            codes
        ]
        taken = {
            kind: np.flatnonzero(kinds == kind) for kind in Normalisation if not (pasted and kind is Normalisation.TEXT)
        }
    numbers = row_numbers(index, len(ids))
    for kind, rows in taken.items():
        if len(rows):
            found = read_cell(cells[rows[0]])
            value = found.value if isinstance(found, ParsedId) else 0
            number = numbers[rows[0]]
            where = f"such as {quote(found.raw)} in row {number}, taken as {value}"
            notes.append(f"{name}: {counted(len(rows), 'id')} {kind}, {where}")
    bad = np.flatnonzero(ids == 0)
    why, problems = map_distinct([cells[at] for at in bad.tolist()], _problem)
    return Column(name, ids, bad, why, tuple(problems), tuple(notes), index, tuple(map(len, lines)))


def check_aligned(one: Column, other: Column) -> None:
    """Raise PairsError for columns whose rows cannot stand side by side, instead of zipping them."""
    if len(one.ids) != len(other.ids):
        headers = "".join(f" {note}." for each in (one, other) for note in each.notes if note.endswith("as the header"))
        raise PairsError(
            f"{one.name} has {counted(len(one.ids), 'row')}, {other.name} has {counted(len(other.ids), 'row')}: they "
            f"cannot be paired row by row.{headers} Make them equally long, or use oo.cross(…) for every parent with"
            " every child."
        )
    # A list in one line may stand beside one in many; where both have lines, these have to fit.
    if min(len(one.lines), len(other.lines)) > 1 and one.lines != other.lines:
        pairs = zip(one.lines, other.lines, strict=False)
        at = next(at for at, (here, there) in enumerate(pairs) if here != there)
        raise PairsError(
            f"{one.name} and {other.name} have as many ids, but not line by line: line {at + 1} has"
            f" {one.lines[at]} and {other.lines[at]}. Put one id in each line, or use oo.cross(…) for every parent with"
            " every child."
        )
    if one.index is not None and other.index is not None and not one.index.equals(other.index):
        raise PairsError(
            f"{one.name} and {other.name} are equally long, but their rows have different labels (index). "
            "Take both from one frame, or use .reset_index(drop=True) on each if their order is what counts."
        )


def cells_of(source: Any, name: str) -> tuple[NDArray[Any] | list[Any], pd.Index[Any] | None]:
    """The cells of a source, as an array if they are numbers, and the labels of a Series."""
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        raise PairsError(
            f"{name}: a whole DataFrame was given. Name one of its columns: {quoted_list(source.columns)}."
        )
    if isinstance(source, pd.MultiIndex):
        raise PairsError(f"{name}: an index of {source.nlevels} levels. Name one: index.get_level_values(…).")
    if isinstance(source, np.ma.MaskedArray):
        source = source.tolist()
    if isinstance(source, np.ndarray) and source.ndim != 1:
        raise PairsError(f"{name}: an array of {source.ndim} dimensions. Give one column of it, such as array[:, 0].")
    if isinstance(source, bytes | bytearray | Mapping) or not isinstance(source, Iterable):
        kind = type(source).__name__
        raise PairsError(f"{name}: give a text, list, array, Series or Index, not {kind}.")
    index = source.index if isinstance(source, pd.Series) else None
    array: Any = source
    dtype = getattr(array, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        return np.asarray(array), index
    # pandas' own nullable numbers: with gaps they go cell by cell, as an array would make floats of them.
    plain = getattr(dtype, "numpy_dtype", None)
    if isinstance(plain, np.dtype) and plain.kind in "iuf" and not array.isna().any():
        return array.to_numpy(dtype=plain), index
    return list(source), index


def map_distinct(cells: Iterable[Any], rule: Callable[[Any], T]) -> tuple[NDArray[np.int64], list[T]]:
    """Apply a rule to every cell, once per distinct one: for each cell the position of its verdict in the list."""
    verdicts: dict[T, int] = {}
    # Of other kinds, equal does not mean the same: True == 1 == Decimal(1), 0.0 == -0.0. And hashing them may fail.
    known: dict[tuple[type, Any], int] = {}

    def code(cell: Any) -> int:
        key = (type(cell), cell)
        if key[0] not in (str, int):
            return verdicts.setdefault(rule(cell), len(verdicts))
        found = known.get(key)
        if found is None:
            found = known[key] = verdicts.setdefault(rule(cell), len(verdicts))
        return found

    codes = np.fromiter(map(code, cells), dtype=np.int64)
    return codes, list(verdicts)


def quoted_list(names: Iterable[Any]) -> str:
    """Column names as a message lists them."""
    return ", ".join(quote(str(name)) for name in names)


def _whole(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """The ids in an array of numbers, 0 where a number is none."""
    if numbers.dtype.kind == "f":
        ok = (numbers >= 1) & (numbers < exact_integer_limit(numbers.dtype)) & (numbers == np.floor(numbers))
        small = numbers[(numbers >= 1) & (numbers < 1000)].astype(np.float64)
        thousands = small[small != np.floor(small)] * 1000
        # Beside 1.003, which was 1003 with a thousands point, 2.0 may have been 2.000.
        if np.any(np.abs(thousands - np.round(thousands)) < 1e-6):
            ok &= numbers >= 1000
    else:
        ok = (numbers >= 1) & (numbers <= MAX_ID)
    ids = np.zeros(len(numbers), dtype=np.int64)
    ids[ok] = numbers[ok]
    return ids


def _problem(cell: Any) -> Reject:
    found = read_cell(cell)
    if isinstance(found, Reject):
        return found
    advice = f"perhaps {found.value * 1000}, its thousands point read as a decimal point, as elsewhere in the column"
    return Reject(found.raw, "whole, but beside fractions", advice)
