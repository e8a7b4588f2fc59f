"""The user's decisions on rejects: resolved against what was read, applied to copies of it, and kept apart from it.

A decision names a cell by its row, or by row and column, or all cells of a
kind; it says which id is meant, or which ids, one row each. Splitting a cell
makes several rows of one input row: `Column.origins` tells which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import make_frame, quote
from onoffice_nb.intake.columns import Column
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair, RepairKind
from onoffice_nb.model import CONFIRMATIONS, MAX_ID, RelationInfo

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "Decision",
    "DecisionKey",
    "Meaning",
    "Mend",
    "apply_mends",
    "joined_decisions",
    "mends_frame",
    "rejected_cells",
    "resolve_decisions",
]

DecisionKey = int | tuple[int, str] | str
Meaning = int | str | Sequence[int] | Repair
# With the text that the cell has to have: the decision is one on this text, not on whatever stands there some day.
Decision = Meaning | Mapping[str, Meaning]

# So many faults of decisions are named at once.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Mend:
    """One decision on one cell.

    Attributes:
        side: The position of the column among those that were read.
        position: The position of the input row.
        row: The number of the row, as messages name it.
        column: What the column is called in messages.
        reject: What was read there.
        repair: What was decided; without values as long as nothing is.
    """

    side: int
    position: int
    row: int
    column: str
    reject: Reject
    repair: Repair

    @property
    def is_decided(self) -> bool:
        """Whether the user has decided what the cell means."""
        return bool(self.repair.values)

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {quote(self.reject.raw)}, {self.repair}"


def rejected_cells(columns: Sequence[Column], decisions: Mapping[Any, Any], *, aligned: bool = True) -> list[Mend]:
    """Every cell that was a reject when it was read, decided or not, in the order of the columns.

    Args:
        columns: The columns as read.
        decisions: What was decided, as `resolve_decisions` takes it.
        aligned: Whether the columns stand side by side.

    Raises:
        PairsError: A decision fits no reject.
    """
    decided = {(mend.side, mend.position): mend for mend in resolve_decisions(columns, decisions, aligned=aligned)}
    return [decided.get((cell.side, cell.position), cell) for cell in _rejected_cells(columns)]


def joined_decisions(
    earlier: Mapping[DecisionKey, Decision], decisions: Mapping[DecisionKey, Decision]
) -> dict[DecisionKey, Decision]:
    """Decisions, and those taken before them that they do not replace.

    Raises:
        PairsError: The decisions are not a mapping.
    """
    if not isinstance(decisions, Mapping):
        raise PairsError(f"Expected decisions such as {{4: 1003, 'leading zeros': 'take'}}, got {decisions!r:.100}.")
    return {**earlier, **decisions}


def resolve_decisions(columns: Sequence[Column], decisions: Mapping[Any, Any], *, aligned: bool = True) -> list[Mend]:
    """What each decision means for which cell; a decision on one cell comes before one on all of its kind.

    Args:
        columns: The columns as read; `parent`, `child` and `info` also name them, in this order.
        decisions: Row number, (row number, column) or kind of reject to what is decided:
            an id, several ids, one of the reject's `repairs`, or the word
            `take` or `split` for the repair of that sort that the reject knows.
            The reasons of a candidate (`Repair.pattern`) stand for all cells
            that have exactly one candidate with these reasons. `{text: …}`
            around a decision holds it to cells with this text.
        aligned: Whether the columns stand side by side, so that only one cell of a row may be split.

    Returns:
        The mends, in the order of the rows.

    Raises:
        PairsError: A decision fits no reject, or is none; all such are named at once, and nothing is mended.
    """
    cells = list(_rejected_cells(columns))
    mends: dict[tuple[int, int], Mend] = {}
    faults: list[str] = []

    # Decisions on all of a kind first: those on one cell take their place.
    for key, decision in sorted(decisions.items(), key=lambda item: not isinstance(item[0], str)):
        meant = [cell for cell in cells if _names(key, cell)]
        fault = _why_not_meant(key, meant)
        if fault:
            faults.append(f"{key!r}: {fault}")
        else:
            mends |= _decided(key, decision, meant, faults)

    if aligned:
        faults += _rows_split_twice(mends.values())
    if faults:
        more = f"; and {len(faults) - _NAMED:,} more" if len(faults) > _NAMED else ""
        raise PairsError(
            f"Nothing was mended. {'; '.join(faults[:_NAMED])}{more}. The rejects, their kinds and repairs stand in"
            " .rejects; decisions look like {4: 1003, (9, 'Adresse'): [5008, 5009], 'leading zeros': 'take'}."
        )
    return sorted(mends.values(), key=lambda mend: (mend.position, mend.side))


def _why_not_meant(key: Any, meant: Sequence[Mend]) -> str:
    """Why a key does not say which rejects are meant; `""` where it does."""
    if not meant:
        return "there is no such reject"
    if len(meant) > 1 and not isinstance(key, str):
        choices = ", ".join(repr((cell.row, cell.column)) for cell in meant)
        return f"{len(meant)} cells of the row are rejects; name one: {choices}"
    return ""


def _decided(key: Any, decision: Any, meant: Iterable[Mend], faults: list[str]) -> dict[tuple[int, int], Mend]:
    """The mends of the cells that a decision is about, by side and position; notes for which it means nothing."""
    mends: dict[tuple[int, int], Mend] = {}
    for cell in meant:
        try:
            meaning = _meaning(cell, decision)
            mends[cell.side, cell.position] = replace(cell, repair=_repair(cell, key, meaning))
        except PairsError as fault:
            faults.append(f"{key!r}: {fault}")
    return mends


def _rows_split_twice(mends: Collection[Mend]) -> list[str]:
    """A sentence for each row of which more than one cell is split."""
    splits = Counter(mend.position for mend in mends if len(mend.repair.values) > 1)
    row_at = {mend.position: mend.row for mend in mends}
    return [
        f"row {row_at[position]}: both of its cells are split, and which belongs to which cannot be told"
        for position, times in sorted(splits.items())
        if times > 1
    ]


def apply_mends(columns: Sequence[Column], mends: Sequence[Mend]) -> tuple[list[Column], NDArray[np.int64]]:
    """The columns as the decisions make them.

    Args:
        columns: The columns as read, equally long.
        mends: What was decided.

    Returns:
        Columns whose mended cells are no rejects any more, and for each of
        their rows the input row that it comes from.
    """
    n = len(columns[0].ids)
    decided = {(mend.side, mend.position): mend.repair.values for mend in mends}
    left = np.zeros(n, dtype=bool)
    for side, column in enumerate(columns):
        left[[row for row in column.reject_rows.tolist() if (side, row) not in decided]] = True

    counts = np.ones(n, dtype=np.int64)
    for (_, position), values in decided.items():
        # A row that stays a reject stays one row.
        if not left[position]:
            counts[position] = max(counts[position], len(values))
    origins = np.repeat(np.arange(n), counts)
    starts = np.cumsum(counts) - counts

    mended = []
    for side, column in enumerate(columns):
        problems = np.full(n, -1, dtype=np.int64)
        problems[column.reject_rows] = column.problem_index
        ids = column.ids[origins]
        for position, values in ((place, values) for (of, place), values in decided.items() if of == side):
            problems[position] = -1
            if isinstance(values[0], int):
                rows = slice(starts[position], starts[position] + counts[position])
                ids[rows] = values[: counts[position]]
        problems = problems[origins]
        reject_rows = np.flatnonzero(problems >= 0)
        mended.append(
            replace(column, ids=ids, reject_rows=reject_rows, problem_index=problems[reject_rows], origins=origins)
        )
    return mended, origins


def mends_frame(mends: Sequence[Mend]) -> pd.DataFrame:
    """What was decided, one line per cell: row, column, raw, reason, decision."""
    frame = make_frame(
        {
            "row": [mend.row for mend in mends],
            "column": [mend.column for mend in mends],
            "raw": [mend.reject.raw for mend in mends],
            "reason": [mend.reject.reason for mend in mends],
            "decision": [str(mend.repair) for mend in mends],
        }
    )
    # Whole numbers without lines too: beside those of another frame they would become fractions.
    return frame.astype({"row": "int64"})


_UNDECIDED = Repair(RepairKind.TAKE, ())


def _rejected_cells(columns: Sequence[Column]) -> Iterator[Mend]:
    for side, column in enumerate(columns):
        numbers = column.row_numbers[column.reject_rows].tolist()
        rejects = zip(column.reject_rows.tolist(), numbers, column.problem_index.tolist(), strict=True)
        for position, row, problem in rejects:
            yield Mend(side, position, row, column.name, column.problems[problem], _UNDECIDED)


def _names(key: Any, cell: Mend) -> bool:
    if isinstance(key, str):
        return key == cell.reject.kind or len(_candidates_with(key, cell)) == 1
    if isinstance(key, tuple):
        sides = ("parent", "child", "info")
        return len(key) == 2 and bool(key[0] == cell.row) and key[1] in (cell.column, sides[cell.side])
    return isinstance(key, int | np.integer) and not isinstance(key, bool) and key == cell.row


def _candidates_with(reasons: str, cell: Mend) -> list[Repair]:
    return [repair for repair in cell.reject.repairs if repair.reasons and repair.pattern == reasons]


def _meaning(cell: Mend, decision: Any) -> Any:
    """What was decided for the cell; raises PairsError where that was decided for another text."""
    if not isinstance(decision, Mapping):
        return decision
    if cell.reject.raw not in decision:
        texts = ", ".join(quote(str(text)) for text in decision) or "no text"
        raise PairsError(
            f"row {cell.row}: the cell reads {quote(cell.reject.raw)}, and what was decided is for {texts}; decide anew"
        )
    return decision[cell.reject.raw]


def _repair(cell: Mend, key: Any, decision: Any) -> Repair:
    """The repair that a decision means; raises PairsError with the reason where it means none."""
    if decision in (RepairKind.TAKE, RepairKind.SPLIT):
        return _known_repair(cell, key, decision)
    if decision == RepairKind.LOOK_UP or (isinstance(decision, Repair) and decision.kind is RepairKind.LOOK_UP):
        raise PairsError(
            f"row {cell.row}: oo.look_up_rejects(crm, relation, pairs) looks such numbers up; mend with its answer"
        )

    of_info = cell.reject.kind is RejectKind.NOT_AN_INFO
    values = _values_of(decision)
    accepted = _checked_infos(values) if of_info else _checked_ids(values)
    if not accepted:
        expected = f"one of {', '.join(CONFIRMATIONS)}" if of_info else "an id, several ids or a repair"
        raise PairsError(f"row {cell.row}: expected {expected}, got {decision!r} (repairs: {_offered(cell)})")
    # Why a candidate was chosen is kept; what its record is called, the plan knows.
    reasons = decision.reasons if isinstance(decision, Repair) else ()
    return Repair(RepairKind.TAKE if len(accepted) == 1 else RepairKind.SPLIT, accepted, reasons=reasons)


def _known_repair(cell: Mend, key: Any, sort: str) -> Repair:
    """The one repair of that sort that the reject knows, of the candidates alone where the key names their reasons."""
    choice = (isinstance(key, str) and _candidates_with(key, cell)) or cell.reject.repairs
    fitting = [repair for repair in choice if repair.kind == sort]
    if len(fitting) != 1:
        raise PairsError(f"row {cell.row} has {len(fitting)} repairs of the sort {quote(sort)} ({_offered(cell)})")
    return fitting[0]


def _offered(cell: Mend) -> str:
    return ", ".join(map(str, cell.reject.repairs)) or "none, so give the id"


def _values_of(decision: Any) -> Sequence[Any]:
    """What a decision puts in the place of a cell."""
    if isinstance(decision, Repair):
        return decision.values
    return decision if isinstance(decision, list | tuple) else [decision]


def _checked_ids(values: Sequence[Any]) -> tuple[int, ...]:
    """The values as ids; none where one of them is not an id."""
    return tuple(map(int, values)) if all(map(_is_id, values)) else ()


def _is_id(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and 1 <= int(value) <= MAX_ID


def _checked_infos(values: Sequence[Any]) -> tuple[str, ...]:
    """The values as confirmations; none where they are not exactly one, as a cell holds one alone."""
    if len(values) != 1:
        return ()
    confirmation = values[0].confirmation if isinstance(values[0], RelationInfo) else values[0]
    return (confirmation,) if confirmation in CONFIRMATIONS else ()
