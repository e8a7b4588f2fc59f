"""Columns of ids that were looked up in the CRM: where each id came from is kept beside it.

Looking up is no matter of intake (see `matching`): here stands only what pairs
have to know of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from onoffice_nb.formatting import counted, make_frame
from onoffice_nb.intake.columns import Column

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LookedUp", "lookup_lines", "lookups_frame"]


class LookedUp(ABC):
    """Ids that were looked up for the rows of a frame; `read_pairs` takes it in place of a column."""

    @property
    @abstractmethod
    def columns(self) -> tuple[Hashable, ...]:
        """The labels of the frame's columns by which the ids were looked up."""

    @property
    @abstractmethod
    def series(self) -> pd.Series[Any]:
        """The record id of each row, or a `Reject` that says why there is none, with the frame's own index."""

    @property
    @abstractmethod
    def rules(self) -> Mapping[int, str]:
        """The position of a row (from 0) to the rule by which its id was found; rows without an id are left out."""


def lookups_frame(sides: Mapping[str, tuple[LookedUp, Column]]) -> pd.DataFrame:
    """Where the ids of pairs came from, one line for each that was looked up: row, side, id, rule.

    Args:
        sides: `parent`, `child` or both, to what was looked up and to its column as read.
    """
    columns: dict[str, list[Any]] = {"row": [], "side": [], "id": [], "rule": []}
    for side, (looked_up, column) in sides.items():
        positions = list(looked_up.rules)
        columns["row"] += column.row_numbers[positions].tolist()
        columns["side"] += [side] * len(positions)
        columns["id"] += column.ids[positions].tolist()
        columns["rule"] += looked_up.rules.values()
    return make_frame(columns)


def lookup_lines(lookups: pd.DataFrame) -> list[str]:
    """How many ids of each side were looked up, and by which rules, in words."""
    lines = []
    for side in dict.fromkeys(lookups["side"].tolist()):
        rules = Counter(lookups.loc[lookups["side"] == side, "rule"].tolist())
        ways = ", ".join(f"{n:,} by {rule}" for rule, n in rules.most_common())
        lines.append(f"{side}: {counted(rules.total(), 'id')} looked up in the CRM: {ways}")
    return lines
