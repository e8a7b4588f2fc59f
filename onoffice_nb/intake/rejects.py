"""Rejects and notes as the user sees them: a frame, a line, a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.formatting import counted, escape, html_table, quote
from onoffice_nb.intake.columns import Column
from onoffice_nb.intake.repairs import RejectKind

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["LEFT_OUT", "REJECT_COLUMNS", "duplicate_notes", "html_summary", "rejects_of", "summary", "with_left_out"]

_SHOWN_COLUMNS = ("row", "index", "column", "raw", "reason", "suggestion")
REJECT_COLUMNS = (*_SHOWN_COLUMNS, "kind", "repairs")

LEFT_OUT = "left out by you"

_NAMED = 10
_SHOWN = 20


def duplicate_notes(rows: NDArray[np.int64], first: NDArray[np.int64], row_numbers: NDArray[np.int64]) -> list[str]:
    """The note that names the rows which repeat others, if any do."""
    if not len(first):
        return []
    repeating = np.flatnonzero((rows >= 0) & (first[rows] != np.arange(len(rows))))
    if not len(repeating):
        return []

    named = ", ".join(
        f"row {row_numbers[row]} repeats row {row_numbers[first[rows[row]]]}" for row in repeating[:_NAMED].tolist()
    )
    more = f", and {len(repeating) - _NAMED:,} more" if len(repeating) > _NAMED else ""
    return [f"{counted(len(repeating), 'duplicate')}, each kept once: {named}{more}"]


def rejects_of(columns: Sequence[Column]) -> pd.DataFrame:
    """One line per problem of these columns, in the order of the rows."""
    import pandas as pd

    lines: dict[str, list[Any]] = {name: [] for name in REJECT_COLUMNS}
    for column in columns:
        rejects = [column.problems[problem] for problem in column.problem_index.tolist()]
        lines["row"] += column.row_numbers[column.reject_rows].tolist()
        lines["index"] += column.reject_labels
        lines["column"] += [column.name] * len(rejects)
        lines["raw"] += [reject.raw for reject in rejects]
        lines["reason"] += [reject.reason for reject in rejects]
        lines["suggestion"] += [reject.suggestion for reject in rejects]
        lines["kind"] += [reject.kind.value for reject in rejects]
        lines["repairs"] += [reject.repairs for reject in rejects]

    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in lines.items()})
    return frame.astype({"row": "int64"}).sort_values("row", kind="stable", ignore_index=True)


def with_left_out(rejects: pd.DataFrame, rows: Sequence[int], labels: Sequence[Any]) -> pd.DataFrame:
    """The rejects, and a line for each row that the user leaves out, in the order of the rows.

    Args:
        rejects: As `rejects_of` makes them.
        rows: The numbers of the rows.
        labels: The frame's own label of each of them.
    """
    import pandas as pd

    lines: dict[str, list[Any]] = {name: [""] * len(rows) for name in REJECT_COLUMNS}
    lines |= {"row": list(rows), "index": list(labels), "reason": [LEFT_OUT] * len(rows)}
    lines |= {"kind": [RejectKind.LEFT_OUT.value] * len(rows), "repairs": [()] * len(rows)}
    left_out = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in lines.items()})

    both = pd.concat([rejects, left_out.astype({"row": "int64"})], ignore_index=True)
    return both.sort_values("row", kind="stable", ignore_index=True)


def summary(noun: str, n: int, duplicates: int, rejected: int, rejects: pd.DataFrame, mended: int = 0) -> str:
    """`1,482 pairs · 3 duplicates · 5 rejects (first: row 9, '#NV': no id)`, and how many cells were mended."""
    line = f"{counted(n, noun)} · {counted(duplicates, 'duplicate')}"
    if mended:
        line += f" · {counted(mended, 'cell')} mended by you"
    line += f" · {counted(rejected, 'reject')}"
    if not rejected:
        return line
    first = rejects.iloc[0]
    what = f"{quote(first['raw'])}: {first['reason']}" if first["raw"] else first["reason"]
    return f"{line} (first: row {first['row']}, {what})"


def html_summary(line: str, notes: Sequence[str], rejects: pd.DataFrame) -> str:
    """The same as HTML: the summary, the notes, the first rejects as a table; all escaped."""
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    shown = rejects.loc[:, list(_SHOWN_COLUMNS)].head(_SHOWN)
    table = html_table(_SHOWN_COLUMNS, shown.itertuples(index=False), numeric=[0]) if len(shown) else ""
    more = f"<div>and {len(rejects) - _SHOWN:,} more: see .rejects</div>" if len(rejects) > _SHOWN else ""
    return f"<div>{escape(line)}</div>" + (f"<ul>{listed}</ul>" if listed else "") + table + more
