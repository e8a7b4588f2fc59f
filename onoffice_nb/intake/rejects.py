"""Rejects and notes as the user sees them: a frame, a line, a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.formatting import counted, escape, html_table, quote
from onoffice_nb.intake.columns import Column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["REJECT_COLUMNS", "duplicate_notes", "html_summary", "rejects_of", "summary"]

REJECT_COLUMNS = ("row", "index", "column", "raw", "reason", "suggestion")


_NAMED = 10


_SHOWN = 20


def duplicate_notes(rows: NDArray[np.int64], first: NDArray[np.int64], row_numbers: NDArray[np.int64]) -> list[str]:
    """The note that names the rows which repeat others, if any do."""
    again = np.flatnonzero((rows >= 0) & (first[rows] != np.arange(len(rows)))) if len(first) else np.array([], int)
    if not len(again):
        return []
    named = [f"row {row_numbers[at]} repeats row {row_numbers[first[rows[at]]]}" for at in again[:_NAMED].tolist()]
    more = f", and {len(again) - _NAMED:,} more" if len(again) > _NAMED else ""
    return [f"{counted(len(again), 'duplicate')}, each kept once: {', '.join(named)}{more}"]


def rejects_of(columns: Sequence[Column]) -> pd.DataFrame:
    """One line per problem of these columns, in the order of the rows."""
    import pandas as pd

    lines: dict[str, list[Any]] = {name: [] for name in REJECT_COLUMNS}
    for column in columns:
        texts = [(each.raw, each.reason, each.suggestion) for each in column.problems]
        raw, reason, suggestion = ([texts[why][part] for why in column.problem_index.tolist()] for part in range(3))
        labels = column.reject_rows if column.index is None else column.index.take(column.reject_rows)
        for name, values in zip(
            REJECT_COLUMNS,
            (
                column.row_numbers[column.reject_rows].tolist(),
                labels.tolist(),
                [column.name] * len(raw),
                raw,
                reason,
                suggestion,
            ),
            strict=True,
        ):
            lines[name] += values
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in lines.items()})
    return frame.astype({"row": "int64"}).sort_values("row", kind="stable", ignore_index=True)


def summary(noun: str, n: int, duplicates: int, rejected: int, rejects: pd.DataFrame) -> str:
    """`1,482 pairs · 3 duplicates · 5 rejects (first: row 9, '#NV': no id)`."""
    line = f"{counted(n, noun)} · {counted(duplicates, 'duplicate')} · {counted(rejected, 'reject')}"
    if not rejected:
        return line
    first = rejects.iloc[0]
    return f"{line} (first: row {first['row']}, {quote(first['raw'])}: {first['reason']})"


def html_summary(line: str, notes: Sequence[str], rejects: pd.DataFrame) -> str:
    """The same as HTML: the summary, the notes, the first rejects as a table; all escaped."""
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    shown = rejects.head(_SHOWN)
    table = html_table(REJECT_COLUMNS, shown.itertuples(index=False), numeric=[0]) if len(shown) else ""
    more = f"<div>and {len(rejects) - _SHOWN:,} more: see .rejects</div>" if len(rejects) > _SHOWN else ""
    return f"<div>{escape(line)}</div>" + (f"<ul>{listed}</ul>" if listed else "") + table + more
