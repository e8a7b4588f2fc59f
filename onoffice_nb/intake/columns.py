"""A column of whatever somebody has, read cell by cell: an id per row, or a reject.

Number columns and texts of plain digits are read as a whole, without a Python
object per row; of all else each distinct cell is judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, printable, quote
from onoffice_nb.intake.cells import Normalisation, ParsedId, exact_integer_limit, read_cell
from onoffice_nb.intake.column_names import quoted_list
from onoffice_nb.intake.digits import read_plain_numbers
from onoffice_nb.intake.explanations import lost_thousands
from onoffice_nb.intake.frames import cells_of_library
from onoffice_nb.intake.pasted import PastedColumn, read_pasted_column
from onoffice_nb.intake.provenance import row_numbers
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair
from onoffice_nb.model import MAX_ID

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Cells", "Column", "cells_of", "check_aligned", "map_distinct", "read_column"]

T = TypeVar("T")

_NORMALISATIONS = tuple(Normalisation)
_AS_IT_IS = -1


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a source.

    Attributes:
        values: A number array, or a list or array of Python objects.
        missing: bool[n]: which cells are empty, None if the values say so themselves.
        index: The labels of a Series, None where the source has none.
    """

    values: NDArray[Any] | Sequence[Any]
    missing: NDArray[np.bool_] | None = None
    index: pd.Index[Any] | None = None

    @property
    def numbers(self) -> NDArray[Any] | None:
        """The values as an array of numbers, None if they are anything else."""
        values = self.values
        return values if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" else None

    def __iter__(self) -> Iterator[Any]:
        if self.missing is None:
            return iter(self.values)
        return (None if is_missing else value for value, is_missing in zip(self.values, self.missing, strict=True))

    def __getitem__(self, row: int) -> Any:
        return None if self.missing is not None and self.missing[row] else self.values[row]


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read: an id per row, or a reject.

    Attributes:
        name: What the column is called in messages.
        ids: int64[n], 0 where there is no id.
        reject_rows: The positions of the rows without an id, ascending.
        problem_index: For each of them the position of its reject in `problems`.
        problems: The distinct rejects.
        notes: What was taken although it was not a plain number, in words.
        index: The source's own labels, None where it has none.
        lines: How many rows each line of a pasted text is.
        origins: int64[n]: the input row of each row, where cells were split by the user; None where each is its own.
    """

    name: str
    ids: NDArray[np.int64]
    reject_rows: NDArray[np.int64]
    problem_index: NDArray[np.int64]
    problems: tuple[Reject, ...]
    notes: tuple[str, ...] = ()
    index: pd.Index[Any] | None = None
    lines: tuple[int, ...] = ()
    origins: NDArray[np.int64] | None = None

    @property
    def row_numbers(self) -> NDArray[np.int64]:
        """int64[n]: the number by which messages name each row; made anew each time, as few columns are asked twice."""
        if self.origins is None:
            return row_numbers(self.index, len(self.ids))
        inputs = int(self.origins[-1]) + 1 if len(self.origins) else 0
        return row_numbers(self.index, inputs)[self.origins]

    @property
    def rejected(self) -> Iterator[tuple[int, Reject]]:
        """The number of each row without an id, and its reject."""
        numbers = self.row_numbers[self.reject_rows].tolist()
        return zip(numbers, (self.problems[problem] for problem in self.problem_index.tolist()), strict=True)

    @property
    def reject_labels(self) -> list[Any]:
        """The source's own label of each reject, its position from 0 where the source has none."""
        rows = self.reject_rows if self.origins is None else self.origins[self.reject_rows]
        labels: list[Any] = rows.tolist() if self.index is None else self.index.take(rows).tolist()
        return labels

    @property
    def reasons(self) -> list[str]:
        """Each problem in words: the column, the raw text, the reason, what to do."""
        return [f"{self.name}: {problem}" for problem in self.problems]


@dataclass(frozen=True, eq=False)
class _Verdicts:
    """What became of each cell.

    Attributes:
        ids: int64[n], 0 for a reject.
        normalisations: int8[n]: the position in `_NORMALISATIONS`, or -1 for a plain number.
        rejects: The distinct rejects among the cells that were judged one by one.
    """

    ids: NDArray[np.int64]
    normalisations: NDArray[np.int8]
    rejects: tuple[Reject, ...] = ()


def read_column(source: Any, name: str) -> Column:
    """Every cell of a source read as an id.

    Args:
        source: A pasted text, Series, Index, array, list or other iterable of cells.
        name: What the column is called in messages, if the source has no name of its own.

    Returns:
        An id or a reject for each cell.

    Raises:
        PairsError: The source is not one list of cells.
    """
    pasted = None
    if isinstance(source, str):
        pasted = read_pasted_column(source, name)
        source = pasted.cells
    elif getattr(source, "name", None) is not None:
        name = printable(source.name)

    cells = cells_of(source, name)
    verdicts = _judge(cells)
    notes = [*_notes_of_text(name, pasted), *_notes_of_cells(name, cells, verdicts, is_text=pasted is not None)]
    reject_rows = np.flatnonzero(verdicts.ids == 0)
    problem_index, problems = map_distinct([cells[row] for row in reject_rows.tolist()], _reject_of)
    lines = () if pasted is None else tuple(map(len, pasted.lines))
    return Column(name, verdicts.ids, reject_rows, problem_index, tuple(problems), tuple(notes), cells.index, lines)


def check_aligned(one: Column, other: Column) -> None:
    """Raise PairsError for columns whose rows cannot stand side by side, instead of zipping them."""
    if len(one.ids) != len(other.ids):
        notes = [*one.notes, *other.notes]
        headers = "".join(f" {note}." for note in notes if note.endswith("as the header"))
        raise PairsError(
            f"{one.name} has {counted(len(one.ids), 'row')}, {other.name} has {counted(len(other.ids), 'row')}: they "
            f"cannot be paired row by row.{headers} Make them equally long, or use oo.cross(…) for every parent with"
            " every child."
        )

    # A list in one line may stand beside one in many; where both have lines, these have to fit.
    if min(len(one.lines), len(other.lines)) > 1 and one.lines != other.lines:
        sizes = enumerate(zip(one.lines, other.lines, strict=False), 1)
        line, (here, there) = next((line, sizes) for line, sizes in sizes if sizes[0] != sizes[1])
        raise PairsError(
            f"{one.name} and {other.name} have as many ids, but not line by line: line {line} has {here} and {there}."
            " Put one id in each line, or use oo.cross(…) for every parent with every child."
        )

    if one.index is not None and other.index is not None and not one.index.equals(other.index):
        raise PairsError(
            f"{one.name} and {other.name} are equally long, but their rows have different labels (index). "
            "Take both from one frame, or use .reset_index(drop=True) on each if their order is what counts."
        )


def cells_of(source: Any, name: str) -> Cells:
    """The cells of a source, as an array if they are numbers.

    Args:
        source: A Series, Index, array, list or other iterable of cells.
        name: What the source is called in messages.

    Raises:
        PairsError: The source is not one list of cells.
    """
    import pandas as pd

    # A frame has columns of columns: in none of the libraries it is a list of cells.
    if hasattr(source, "columns") and hasattr(source, "shape"):
        columns = quoted_list(getattr(source, "column_names", source.columns))
        raise PairsError(f"{name}: expected one column, got a whole DataFrame. Name one of its columns: {columns}.")
    if isinstance(source, pd.MultiIndex):
        raise PairsError(
            f"{name}: expected one column, got an index of {source.nlevels} levels. Name one of them:"
            " index.get_level_values(…)."
        )
    if (series := cells_of_library(source)) is not None:
        source = series
    if isinstance(source, np.ma.MaskedArray):
        source = source.tolist()
    if isinstance(source, np.ndarray) and source.ndim != 1:
        raise PairsError(
            f"{name}: expected one column, got an array of {source.ndim} dimensions. Give one, such as array[:, 0]."
        )
    if isinstance(source, bytes | bytearray | Mapping) or not isinstance(source, Iterable):
        raise PairsError(f"{name}: give a text, list, array, Series or Index, not {type(source).__name__}.")

    if isinstance(source, pd.Series | pd.Index):
        return _cells_of_pandas(source)
    if isinstance(source, np.ndarray) and source.dtype.kind in "iuf":
        return Cells(source)
    return _cells_of_list(list(source))


def map_distinct(cells: Iterable[Any], rule: Callable[[Any], T]) -> tuple[NDArray[np.int64], list[T]]:
    """Apply a rule to every cell, once per distinct one.

    Args:
        cells: Cells of any kind.
        rule: What to do with a cell; its verdicts are hashable.

    Returns:
        For each cell the position of its verdict, and the distinct verdicts.
    """
    verdicts: dict[T, int] = {}
    # Of other kinds, equal does not mean the same: True == 1 == Decimal(1), 0.0 == -0.0. And hashing them may fail.
    known: dict[tuple[type, Any], int] = {}

    def code(cell: Any) -> int:
        key = (type(cell), cell)
        if key[0] not in (str, int):
            return verdicts.setdefault(rule(cell), len(verdicts))
        position = known.get(key)
        if position is None:
            position = known[key] = verdicts.setdefault(rule(cell), len(verdicts))
        return position

    codes = np.fromiter(map(code, cells), dtype=np.int64)
    return codes, list(verdicts)


def _cells_of_pandas(source: pd.Series[Any] | pd.Index[Any]) -> Cells:
    index = getattr(source, "index", None)
    dtype = source.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        return Cells(source.to_numpy(), None, index)

    # Nullable numbers: with gaps an array of them would be one of floats, which holds no more than 2^53 exactly.
    plain: Any = getattr(dtype, "numpy_dtype", None)
    if isinstance(plain, np.dtype) and plain.kind in "iuf":
        missing = np.asarray(source.isna(), dtype=bool)
        return Cells(source.to_numpy(dtype=plain, na_value=plain.type(0)), missing if missing.any() else None, index)

    return Cells(source.to_numpy(dtype=object), None, index)


def _cells_of_list(values: list[Any]) -> Cells:
    # Of exactly this type, as Python takes truth values for numbers, too.
    if values and set(map(type, values)) == {int}:
        with suppress(OverflowError):
            return Cells(np.array(values, dtype=np.int64))
    return Cells(values)


def _judge(cells: Cells) -> _Verdicts:
    verdicts = _judge_objects(cells.values) if cells.numbers is None else _judge_numbers(cells.numbers)
    if cells.missing is not None:
        verdicts.ids[cells.missing] = 0
    if _beside_fractions(cells, verdicts.rejects):
        # Beside 1.003, which was 1003 with a thousands point, 2.0 may have been 2.000.
        verdicts.ids[verdicts.ids < 1000] = 0
    return verdicts


def _judge_numbers(numbers: NDArray[Any]) -> _Verdicts:
    is_float = numbers.dtype.kind == "f"
    if is_float:
        limit = exact_integer_limit(numbers.dtype)
        certain = (numbers >= 1) & (numbers < limit) & (numbers == np.floor(numbers))
    else:
        certain = (numbers >= 1) & (numbers <= MAX_ID)

    ids = np.zeros(len(numbers), dtype=np.int64)
    ids[certain] = numbers[certain]
    written = _NORMALISATIONS.index(Normalisation.DECIMAL) if is_float else _AS_IT_IS
    return _Verdicts(ids, np.full(len(numbers), written, dtype=np.int8))


def _judge_objects(values: Iterable[Any]) -> _Verdicts:
    values = list(values)
    ids = read_plain_numbers(values)
    normalisations = np.full(len(values), _NORMALISATIONS.index(Normalisation.TEXT), dtype=np.int8)

    others = np.flatnonzero(ids == 0)
    codes, verdicts = map_distinct([values[row] for row in others.tolist()], read_cell)
    parsed = [verdict if isinstance(verdict, ParsedId) else None for verdict in verdicts]
    ids[others] = np.array([verdict.value if verdict else 0 for verdict in parsed], dtype=np.int64)[codes]
    written = [
        _NORMALISATIONS.index(verdict.normalisation) if verdict and verdict.normalisation else _AS_IT_IS
        for verdict in parsed
    ]
    normalisations[others] = np.array(written, dtype=np.int8)[codes]
    return _Verdicts(ids, normalisations, tuple(verdict for verdict in verdicts if isinstance(verdict, Reject)))


def _beside_fractions(cells: Cells, rejects: Iterable[Reject]) -> bool:
    """Whether a column has fractions that may be thousands, such as 1.011, so that its small numbers may be, too."""
    numbers = cells.numbers
    if numbers is None:
        return any(map(_is_lost_thousands, rejects))
    if numbers.dtype.kind != "f":
        return False
    small = numbers[(numbers >= 1) & (numbers < 1000)].astype(np.float64)
    thousands = small[small != np.floor(small)] * 1000
    tolerance = np.maximum(1e-6, thousands * np.finfo(numbers.dtype).eps)
    return bool(np.any(np.abs(thousands - np.round(thousands)) < tolerance))


def _is_lost_thousands(reject: Reject) -> bool:
    if reject.kind not in (RejectKind.FRACTION, RejectKind.THOUSANDS, RejectKind.NUMBER_OR_IDS):
        return False
    try:
        return lost_thousands(float(reject.raw.strip().replace(",", "."))) is not None
    except ValueError:
        return False


def _reject_of(cell: Any) -> Reject:
    """The reject of a cell that was not taken, which may be for what stands elsewhere in its column."""
    verdict = read_cell(cell)
    if isinstance(verdict, Reject):
        return verdict
    thousands = verdict.value * 1000
    advice = f"perhaps {thousands}, its thousands point read as a decimal point, as elsewhere in the column"
    repairs = (Repair.take(thousands), Repair.take(verdict.value))
    return Reject(verdict.raw, "whole, but beside fractions", advice, RejectKind.BESIDE_FRACTIONS, repairs)


def _notes_of_text(name: str, pasted: PastedColumn | None) -> list[str]:
    if pasted is None:
        return []
    notes = []
    if pasted.header:
        notes.append(f"{name}: the first line, {quote(pasted.header)}, was taken as the header")
    if pasted.lists and len(pasted.lines) > 1:
        lists = counted(len(pasted.lists), "line was taken as a list", "lines were taken as lists")
        notes.append(f"{name}: {lists} of ids, such as {quote(pasted.lists[0])}")
    return notes


def _notes_of_cells(name: str, cells: Cells, verdicts: _Verdicts, *, is_text: bool) -> list[str]:
    notes = []
    numbers = row_numbers(cells.index, len(verdicts.ids))
    for position, normalisation in enumerate(_NORMALISATIONS):
        # In a text everything is written as text.
        if is_text and normalisation is Normalisation.TEXT:
            continue
        rows = np.flatnonzero((verdicts.normalisations == position) & (verdicts.ids > 0))
        if len(rows):
            first = int(rows[0])
            where = f"such as {quote(str(cells[first]))} in row {numbers[first]}, taken as {verdicts.ids[first]}"
            notes.append(f"{name}: {counted(len(rows), 'id')} {normalisation}, {where}")
    return notes
