"""Record ids from one source, and how a result of intake is told: rejects, notes, one line.

Nothing is dropped silently: every cell is an id, a repetition of one, or a reject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.columns import Column, read_column
from onoffice_nb.intake.lookups import LookedUp
from onoffice_nb.intake.mends import (
    Decision,
    DecisionKey,
    apply_mends,
    joined_decisions,
    mends_frame,
    resolve_decisions,
)
from onoffice_nb.intake.pasted import without_outer_blank_lines
from onoffice_nb.intake.provenance import file_notes
from onoffice_nb.intake.rejects import duplicate_notes, html_summary, rejects_of, summary

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "Ids",
    "factorize",
    "ids_of_column",
    "read_aligned_column",
    "read_ids",
    "read_only",
]


@dataclass(frozen=True, eq=False)
class Ids:
    """Record ids as read from one source.

    Attributes:
        values: int64[n]: each id once, in order of first appearance.
        rows: int64[m]: for each cell of the source the position of its id in
            `values`, or -1 for a reject.
        rejects: A DataFrame with one line per reject: `row` as messages name
            it, `index` the label in the source, `column`, `raw`, `reason`,
            `suggestion`, `kind` and `repairs` (what the cell may have meant).
        notes: What was taken although it was not a plain number, and which rows repeat others.
        mends: A DataFrame of what the user decided on rejects, one line per cell.
        decisions: The same as it was given to `mended`.
    """

    values: NDArray[np.int64]
    rows: NDArray[np.int64]
    rejects: pd.DataFrame
    _column: Column = field(repr=False)
    _mended_column: Column = field(repr=False)
    notes: tuple[str, ...] = ()
    mends: pd.DataFrame = field(default_factory=partial(mends_frame, ()), repr=False)
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict, repr=False)
    _file_notes: tuple[str, ...] = field(default=(), repr=False)

    def mended(self, decisions: Mapping[DecisionKey, Decision]) -> Ids:
        """The ids with the user's decisions on rejects, as `Pairs.mended` takes them.

        Args:
            decisions: What to do with which rejects, as `Pairs.mended` takes it.

        Returns:
            Ids anew, those that were mended among them.

        Raises:
            PairsError: A decision fits no reject; all such are named at once.

        Example:
            >>> list(read_ids(["5001", "005002", "5003/5004"]).mended({"leading zeros": "take", 3: [5003, 5004]}))
            [5001, 5002, 5003, 5004]
        """
        all_decisions = joined_decisions(self.decisions, decisions)
        mends = resolve_decisions([self._column], all_decisions)
        (column,), _ = apply_mends([self._column], mends)
        ids = ids_of_column(column, self._file_notes)
        return replace(ids, mends=mends_frame(mends), decisions=all_decisions, _column=self._column)

    @property
    def column(self) -> Column:
        """The cells as they were read and mended so far."""
        return self._mended_column

    @property
    def file_notes(self) -> tuple[str, ...]:
        """What has to be said of the file that they were read from."""
        return self._file_notes

    @property
    def duplicates(self) -> int:
        """How many cells repeat an id that stands above."""
        return int(np.count_nonzero(self.rows >= 0)) - len(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[int]:
        return iter(self.values.tolist())

    def __repr__(self) -> str:
        return summary("id", len(self), self.duplicates, len(self.rejects), self.rejects, len(self.mends))

    def _repr_html_(self) -> str:
        return html_summary(repr(self), self.notes, self.rejects)


def read_ids(source: str | Iterable[Any], *, name: str = "ids") -> Ids:
    r"""Record ids from a pasted text, a column of any library, an array or a list.

    Args:
        source: Cells, or a text with one cell a line. A line is judged by the
            rules of a cell; several ids in it count only where it can be
            nothing but a list (`5001, 5002`). The first line may be a heading.
        name: What the ids are called in messages, if the source has no name of its own.

    Returns:
        The ids; every cell is one, a repetition of one, or a reject.

    Raises:
        PairsError: The source is not one list of cells, such as a text of
            several columns. A bad cell never raises, it becomes a reject.

    Example:
        >>> read_ids("Adresse\n5001, 5002\n5002\n12a")
        2 ids · 1 duplicate · 1 reject (first: row 4, '12a': no id)
    """
    if isinstance(source, Ids):
        return source
    notes = file_notes(source)
    # Blank lines before and after a pasted list are no cells; between two ids they are.
    column = read_column(without_outer_blank_lines(source) if isinstance(source, str) else source, name)
    return ids_of_column(column, notes)


def ids_of_column(column: Column, file_notes: tuple[str, ...]) -> Ids:
    """The ids of a column, each once.

    Args:
        column: The column as read, or as mended.
        file_notes: What has to be said of its file.

    Returns:
        The ids.
    """
    rows, first = factorize(column.ids, column.ids > 0)
    duplicates = duplicate_notes(rows, first, column.row_numbers)
    return Ids(
        values=read_only(column.ids[first]),
        rows=read_only(rows),
        rejects=rejects_of([column]),
        notes=(*file_notes, *column.notes, *(f"{column.name}: {note}" for note in duplicates)),
        _column=column,
        _mended_column=column,
        _file_notes=file_notes,
    )


def read_aligned_column(source: Any, name: str) -> Column:
    """One column of pairs, row by row.

    Raises:
        PairsError: The source has lost the order of its rows, so that it cannot stand beside another.
    """
    if isinstance(source, LookedUp):
        source = source.series
    if isinstance(source, set | frozenset):
        raise PairsError(f"{name}: a set has no order, so its ids cannot be paired row by row. Give a list.")
    if isinstance(source, Ids):
        if len(source) < len(source.rows):
            raise PairsError(
                f"{name}: {source!r}, so these ids are no longer row by row. Give what they were read from instead,"
                " or use oo.cross(…) for every parent with every child."
            )
        source = source.values
    return read_column(source, name)


def factorize(keys: NDArray[np.int64], ok: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the distinct keys in order of first appearance.

    Args:
        keys: int64[n].
        ok: bool[n]: which of them count.

    Returns:
        int64[n]: for each row the number of its key, -1 where it does not
        count; and for each number the row where its key first stands.
    """
    import pandas as pd

    counting = np.flatnonzero(ok)
    codes, distinct = pd.factorize(keys[counting])
    rows = np.full(len(keys), -1, dtype=np.int64)
    rows[counting] = codes
    first = np.empty(len(distinct), dtype=np.int64)
    # Of several rows with one key, the first is written last.
    first[codes[::-1]] = counting[::-1]
    return rows, first


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, no longer writable: results are values."""
    array.flags.writeable = False
    return array
