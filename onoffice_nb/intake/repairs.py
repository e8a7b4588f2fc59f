"""Rejects, and what each may have meant: repairs as values, which nothing but the user's decision applies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from onoffice_nb.formatting import quote

__all__ = ["Reject", "RejectKind", "Repair", "RepairKind"]


class RejectKind(StrEnum):
    """Why a cell is a reject, for all cells alike; its word decides for all of a kind in `mended`."""

    EMPTY = "empty"
    NOT_AN_ID = "not an id"
    ERROR_VALUE = "error value"
    FORMULA = "formula"
    ZERO = "zero"
    NEGATIVE = "negative"
    SIGN = "sign"
    LEADING_ZEROS = "leading zeros"
    TOO_LARGE = "too large"
    THOUSANDS = "thousands"
    FRACTION = "fraction"
    BESIDE_FRACTIONS = "beside fractions"
    DECIMALS = "decimals"
    EXPONENT = "exponent"
    SEVERAL_IDS = "several ids"
    NUMBER_OR_IDS = "number or ids"
    RANGE = "range"
    DATE = "date"
    AMOUNT = "amount"
    OBJECT_NUMBER = "object number"
    OTHER_DIGITS = "other digits"
    OTHER_CHARACTERS = "other characters"
    WRONG_TYPE = "wrong type"
    NOT_AN_INFO = "not an info"
    CONFLICTING_INFOS = "conflicting infos"
    NO_RECORD = "no record found"
    SEVERAL_RECORDS = "several records found"
    UNSURE_RECORD = "record not sure"
    LEFT_OUT = "left out"


class RepairKind(StrEnum):
    """What a repair does; its word is a decision in `mended`."""

    TAKE = "take"
    SPLIT = "split"
    LOOK_UP = "look up"


@dataclass(frozen=True, slots=True, repr=False)
class Repair:
    """One way to mend a rejected cell: what it may have meant.

    Attributes:
        kind: What the repair does with the cell.
        values: The one id (or confirmation) to take, the ids to split the
            cell into, or the object number to look up.
        label: The record in words, where the id was looked up in the CRM.
        reasons: What speaks for that record, in words, such as `same e-mail`.

    Example:
        >>> print(Repair.take(1003), Repair.split(5008, 5009), Repair.look_up("A-1008"), sep="; ")
        take 1003; split into 5008 and 5009; look up object number 'A-1008'
        >>> Repair.split(5008, 5009)
        Repair.split(5008, 5009)
    """

    kind: RepairKind
    values: tuple[int | str, ...]
    label: str = ""
    reasons: tuple[str, ...] = ()

    @classmethod
    def take(cls, value: int | str, label: str = "", reasons: tuple[str, ...] = ()) -> Self:
        """The cell means this one id, or this confirmation."""
        return cls(RepairKind.TAKE, (value,), label, reasons)

    @classmethod
    def split(cls, *ids: int) -> Self:
        """The cell means these ids, one row each."""
        return cls(RepairKind.SPLIT, ids)

    @classmethod
    def look_up(cls, number: str) -> Self:
        """The cell is the number of an object or customer, for which the CRM knows the record id."""
        return cls(RepairKind.LOOK_UP, (number,))

    @property
    def pattern(self) -> str:
        """The reasons as one text, which decides for all cells alike in `mended`; empty where there are none."""
        return " · ".join(self.reasons)

    def __repr__(self) -> str:
        values = ", ".join(map(repr, self.values))
        return f"Repair.{self.kind.name.lower()}({values})"

    def __str__(self) -> str:
        words = [str(value) for value in self.values]
        match self.kind:
            case RepairKind.TAKE:
                return f"take {words[0]}" + (f" ({self.pattern})" if self.reasons else "")
            case RepairKind.SPLIT:
                return f"split into {', '.join(words[:-1])} and {words[-1]}"
            case RepairKind.LOOK_UP:
                return f"look up object number {quote(words[0])}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that was not taken.

    Attributes:
        raw: The text of the cell as it stands there.
        reason: Why it was not taken.
        suggestion: What to do about it, `""` if there is nothing to suggest.
        kind: The reason as a group: equal for all cells that are alike.
        repairs: What the cell may have meant, the likeliest first; empty
            where nobody can tell.
    """

    raw: str
    reason: str
    suggestion: str = ""
    kind: RejectKind = RejectKind.NOT_AN_ID
    repairs: tuple[Repair, ...] = ()

    def __str__(self) -> str:
        # Of nothing there is nothing to quote.
        what = f"{quote(self.raw)}: {self.reason}" if self.raw else self.reason
        return what + (f" ({self.suggestion})" if self.suggestion else "")
