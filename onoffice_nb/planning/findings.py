"""What a look at the records has found out about a plan, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["Finding", "Level", "Preflight", "named_rows"]

_NAMED_ROWS: Final = 5


class Level(StrEnum):
    """How much a finding weighs: an error stops a submission unless its rule is named in `force`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says.

    Attributes:
        rule: The rule's name, as `force` takes it.
        level: Whether it stops a submission.
        rows: The numbers of the input rows that it is about, as messages name them; empty where it is about the
            plan as a whole.
        advice: What was found, and what to do about it.

    Example:
        >>> print(Finding("self-link", Level.ERROR, (4, 17), "A record is linked with itself."))
        error self-link, rows 4, 17: A record is linked with itself.
    """

    rule: str
    level: Level
    rows: tuple[int, ...]
    advice: str

    @property
    def where(self) -> str:
        """The rule and the rows: `self-link, rows 4, 17`."""
        return f"{self.rule}, {named_rows(self.rows)}" if self.rows else self.rule

    def __str__(self) -> str:
        return f"{self.level} {self.where}: {self.advice}"


@dataclass(frozen=True, slots=True)
class Preflight:
    """The findings about a plan, errors first, and what its records are called.

    Attributes:
        findings: What was found.
        names: Module -> record id -> name, of the records that could be read.
    """

    findings: tuple[Finding, ...] = ()
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def named_rows(rows: tuple[int, ...]) -> str:
    """Rows as a sentence names them, not endless.

    >>> named_rows((7,)), named_rows((1, 2, 3, 4, 5, 6, 7))
    ('row 7', 'rows 1, 2, 3, 4, 5 and 2 more')
    """
    named = ", ".join(f"{row}" for row in rows[:_NAMED_ROWS])
    more = len(rows) - _NAMED_ROWS
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{f' and {more:,} more' if more > 0 else ''}"
