"""What one cell holds: a record id, or the reason why it holds none.

Only what is certain is an id: a whole number from 1 to 2^53, also as text,
with blanks around it, or with a decimal zero (`5006.0`, which a number column
makes of 5006 as soon as it has a gap). Everything that could also mean
something else is refused with a suggestion, never taken:

* `1.003`, `1,003`: 1003 with a thousands separator, or a fraction
* `9,00E+03`: Excel showed a rounded number, its last digits are lost
* `005001`: a record id has no leading zeros; postcodes and customer numbers have
* `KD-5011`: a customer number is not the number of the record
"""

from __future__ import annotations

import re
import reprlib
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from onoffice_nb.intake.explanations import PLAIN_ID, explain, lost_thousands
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair
from onoffice_nb.model import MAX_ID

__all__ = ["Normalisation", "ParsedId", "exact_integer_limit", "is_missing", "read_cell", "strip_blanks"]


class Normalisation(StrEnum):
    """How an id was written that was taken although it was not a plain whole number."""

    TEXT = "as text"
    BLANKS = "with blanks around"
    DECIMAL = "with a decimal zero"


@dataclass(frozen=True, slots=True)
class ParsedId:
    """A record id.

    Attributes:
        value: The id, from 1 to 2^53.
        raw: The text of its cell as it stands there.
        normalisation: How it was written, None for a plain whole number.
    """

    value: int
    raw: str
    normalisation: Normalisation | None = None


# Everything that str.strip() takes for a blank (no-break spaces among them), and the invisible ones that it does not.
_BLANKS = "".join(character for character in map(chr, range(0x3001)) if character.isspace()) + "\ufeff\u200b\u2060"

# No text that is longer can be an id, and int() is slow or refuses.
_MAX_LENGTH = 200

_DECIMAL_ZERO = re.compile(r"([1-9][0-9]*)\.0{1,2}")


def read_cell(raw: object) -> ParsedId | Reject:
    """The id in a cell of any kind, or why there is none. Never raises.

    Args:
        raw: The cell: a text, a number, a date, nothing, or whatever else.

    Returns:
        The id, or a reject that says why and what the cell may have meant.

    Example:
        >>> read_cell("\\u00a05007 ")
        ParsedId(value=5007, raw='\\xa05007 ', normalisation=<Normalisation.BLANKS: 'with blanks around'>)
        >>> print(read_cell("5008/5009"))
        '5008/5009': 2 ids in one cell (one row each: 5008, 5009)
    """
    # Somebody has judged the cell already, for example a match that is not sure.
    if isinstance(raw, Reject):
        return raw
    if is_missing(raw):
        return _empty("")
    if isinstance(raw, str):
        return _read_text(str(raw))
    if isinstance(raw, bool | np.bool_):
        return Reject(str(raw), "a truth value", "choose the column with the record ids", RejectKind.WRONG_TYPE)
    # np.timedelta64 is a numpy integer, so times come before numbers.
    if isinstance(raw, date | time | timedelta | np.datetime64 | np.timedelta64):
        advice = "if Excel made a date of an id, format the column as text and export again"
        return Reject(str(raw), "a date or a time", advice, RejectKind.DATE)
    if isinstance(raw, int | np.integer):
        return _read_whole(int(raw))
    if isinstance(raw, float | np.floating):
        return _read_float(raw)
    if isinstance(raw, Decimal):
        return _read_decimal(raw)
    if type(raw).__module__.partition(".")[0] == "pyarrow" and hasattr(raw, "as_py"):
        return read_cell(raw.as_py())
    reason = f"of type {type(raw).__name__}"
    return Reject(reprlib.repr(raw), reason, "one id per cell, as a number or as text", RejectKind.WRONG_TYPE)


def is_missing(raw: object) -> bool:
    """Whether a cell is empty in the way of Python, numpy or pandas."""
    # pandas' own are known by name, as a list of numbers need not load pandas.
    if raw is None or type(raw).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(raw, np.datetime64 | np.timedelta64):
        return bool(np.isnat(raw))
    if isinstance(raw, Decimal):
        return raw.is_nan()
    return isinstance(raw, float | np.floating) and bool(raw != raw)


def strip_blanks(text: str) -> str:
    """A text without the blanks around it, no-break and invisible ones included."""
    return text.strip(_BLANKS)


def exact_integer_limit(float_type: Any) -> float:
    """The number from which on a float type (a dtype or a class) skips whole numbers: 2^53, for float32 2^24."""
    return min(2.0 ** (np.finfo(float_type).nmant + 1), float(MAX_ID))


def _empty(raw: str) -> Reject:
    return Reject(raw, "empty", "fill in the record id, or leave the row out", RejectKind.EMPTY)


def _read_whole(value: int, raw: str = "", normalisation: Normalisation | None = None) -> ParsedId | Reject:
    # Python refuses to print numbers of thousands of digits.
    raw = raw or (str(value) if value.bit_length() < _MAX_LENGTH else f"a number of {value.bit_length()} bits")
    if value == 0:
        return Reject(raw, "zero", "record ids start at 1", RejectKind.ZERO)
    if value < 0:
        repairs = (Repair.take(-value),) if -value <= MAX_ID else ()
        return Reject(raw, "negative", "record ids start at 1", RejectKind.NEGATIVE, repairs)
    if value > MAX_ID:
        advice = "so long a number is no record id, or its last digits are lost"
        return Reject(raw, f"beyond 2^53 ({MAX_ID})", advice, RejectKind.TOO_LARGE)
    return ParsedId(value, raw, normalisation)


def _read_float(number: float | np.floating[Any]) -> ParsedId | Reject:
    value, raw = float(number), str(number)
    if value in (float("inf"), float("-inf")):
        return Reject(raw, "infinite", "fill in the record id, or leave the row out", RejectKind.TOO_LARGE)
    if not value.is_integer():
        # A float32 is what it is written as, not what it becomes as a float of twice the length.
        return _fraction(raw, float(raw))
    if value >= exact_integer_limit(type(number)):
        reason = f"beyond what {type(number).__name__} holds exactly"
        return Reject(raw, reason, "keep the ids as whole numbers or text", RejectKind.TOO_LARGE)
    return _read_whole(int(value), raw, Normalisation.DECIMAL)


def _fraction(raw: str, value: float) -> Reject:
    thousands = lost_thousands(value)
    if thousands is None:
        return Reject(raw, "a fraction", "record ids are whole numbers", RejectKind.FRACTION)
    advice = f"perhaps {thousands}, its thousands point read as a decimal point"
    return Reject(raw, "a fraction", advice, RejectKind.FRACTION, (Repair.take(thousands),))


def _read_decimal(number: Decimal) -> ParsedId | Reject:
    raw = str(number)
    exponent = number.as_tuple().exponent
    # A positive exponent is Excel's, or a number of a million digits.
    if not isinstance(exponent, int) or exponent > 0 or number.adjusted() >= len(str(MAX_ID)):
        return explain(raw)
    if number != number.to_integral_value():
        return _fraction(raw, float(number))
    return _read_whole(int(number), raw, Normalisation.DECIMAL if exponent else None)


def _read_text(raw: str) -> ParsedId | Reject:
    text = strip_blanks(raw)
    if not text:
        return _empty(raw)
    if len(text) <= _MAX_LENGTH:
        if PLAIN_ID.fullmatch(text):
            return _read_whole(int(text), raw, Normalisation.BLANKS if text != raw else Normalisation.TEXT)
        if decimal := _DECIMAL_ZERO.fullmatch(text):
            return _read_whole(int(decimal[1]), raw, Normalisation.DECIMAL)
    return replace(explain(text), raw=raw)
