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
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from onoffice_nb.formatting import quote
from onoffice_nb.model import MAX_ID

__all__ = [
    "Normalisation",
    "ParsedId",
    "Reject",
    "exact_integer_limit",
    "is_missing",
    "read_cell",
    "split_text",
    "strip_blanks",
]


class Normalisation(StrEnum):
    """How an id was written that was taken although it was not a plain whole number."""

    TEXT = "as text"
    BLANKS = "with blanks around"
    DECIMAL = "with a decimal zero"


@dataclass(frozen=True, slots=True)
class ParsedId:
    """A record id, the raw text of its cell, and what has to be noted about it."""

    value: int
    raw: str
    taken: Normalisation | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that holds no id: its raw text, the reason, and what to do (`""` if there is nothing to suggest)."""

    raw: str
    reason: str
    suggestion: str = ""

    def __str__(self) -> str:
        return f"{quote(self.raw)}: {self.reason}" + (f" ({self.suggestion})" if self.suggestion else "")


# Everything that str.strip() takes for a blank (no-break spaces among them), and the invisible ones that it does not.
_BLANKS = "".join(each for each in map(chr, range(0x3001)) if each.isspace()) + "\ufeff\u200b\u2060"

# Matching is kept off texts that no id is as long as: they cannot be one, and could be slow.
_MAX_LENGTH = 200

_PLAIN = re.compile("[1-9][0-9]*")
_DECIMAL_ZERO = re.compile(r"([1-9][0-9]*)\.0{1,2}")
_ID_LIST = re.compile(r"\s+(?:und|and|u\.)\s+|\s*[/,;|&+\s]\s*")
_BEYOND = f"beyond 2^53 ({MAX_ID})"


def read_cell(raw: object) -> ParsedId | Reject:
    """The id in a cell of any kind, or why there is none. Never raises.

    >>> read_cell("\\u00a05007 ")
    ParsedId(value=5007, raw='\\xa05007 ', taken=<Normalisation.BLANKS: 'with blanks around'>)
    >>> read_cell("5008/5009")
    Reject(raw='5008/5009', reason='2 ids in one cell', suggestion='one row each: 5008, 5009')
    """
    # Somebody has judged the cell already, for example a match that is not sure.
    if isinstance(raw, Reject):
        return raw
    if is_missing(raw):
        return _empty("")
    if isinstance(raw, str):
        return _read_text(str(raw))
    if isinstance(raw, bool | np.bool_):
        return Reject(str(raw), "a truth value", "choose the column with the record ids")
    # np.timedelta64 is a numpy integer, so times come before numbers.
    if isinstance(raw, date | time | timedelta | np.datetime64 | np.timedelta64):
        return Reject(
            str(raw), "a date or a time", "if Excel made a date of an id, format the column as text and export again"
        )
    if isinstance(raw, int | np.integer):
        return _read_whole(int(raw))
    if isinstance(raw, float | np.floating):
        return _read_float(raw)
    if isinstance(raw, Decimal):
        return _read_decimal(raw)
    return Reject(reprlib.repr(raw), f"of type {type(raw).__name__}", "one id per cell, as a number or as text")


def is_missing(raw: object) -> bool:
    """Whether a cell is empty in the way of Python, numpy or pandas."""
    # pandas' own are known by name, as a list of numbers need not load pandas.
    if raw is None or type(raw).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(raw, np.datetime64 | np.timedelta64):
        return bool(np.isnat(raw))
    return (isinstance(raw, float | np.floating) and bool(raw != raw)) or (isinstance(raw, Decimal) and raw.is_nan())


def strip_blanks(text: str) -> str:
    """A text without the blanks around it, no-break and invisible ones included."""
    return text.strip(_BLANKS)


def exact_integer_limit(kind: Any) -> float:
    """The number from which on a float type (a dtype or a class) skips whole numbers: 2^53, for float32 2^24."""
    return min(2.0 ** (np.finfo(kind).nmant + 1), float(MAX_ID))


def split_text(text: str) -> tuple[list[list[str]], str]:
    """The cells of a pasted text, line by line, and its header (`""` if the first line is none).

    Lines, semicolons, tabs, commas and blanks separate. A comma or a blank
    inside what may be one number does not, so that `9,00E+03` stays one cell
    and cannot be read as 9. Empty lines and empty cells count, as the second
    of two pasted columns must not slip; only the end of the last line does not.

    >>> split_text("Adresse\\n5001, 5002\\t5003\\n\\n1,003\\n")
    ([['5001', '5002', '5003'], [''], ['1,003']], 'Adresse')
    """
    lines = re.split(r"\r\n|\r|\n", text)
    if not lines[-1]:
        del lines[-1]
    header = strip_blanks(lines[0]) if len(lines) > 1 else ""
    # A line with digits or an Excel error may be a bad id, and a bad id is refused rather than taken for a header.
    if not re.search(r"[^\W\d_]", header) or re.search(r"\d|^#", header):
        header = ""
    split: list[list[str]] = []
    goes_on = False
    for line in lines[bool(header) :]:
        cells = _split_line(line)
        # A list that is wrapped after a comma is one line.
        if goes_on:
            split[-1] += cells
        else:
            split.append(cells)
        goes_on = line.rstrip(" ").endswith((",", ";"))
    return split, header


def _split_line(line: str) -> list[str]:
    cells: list[str] = []
    for piece in re.split(r"[;\t]|, +| +,", re.sub("[,;]$", "", line.strip(" "))):
        # No id begins with 0, so `1 003` is no 1 with something behind it.
        whole = re.search("[0-9] 0[0-9]", piece)
        for word in [piece] if whole else re.split(" +", piece.strip(" ")):
            cells += [word] if whole or _one_number(word) else word.split(",")
    return cells


def _one_number(word: str) -> bool:
    """Whether the commas in a word may be part of one number instead of separating several."""
    if not re.fullmatch(r"[+-]?[0-9.]+(,[0-9]+)+([eE][+-]?[0-9]+)?", word):
        return False
    if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+", word):
        return True
    return not all(_PLAIN.fullmatch(part) for part in word.split(","))


def _empty(raw: str) -> Reject:
    return Reject(raw, "empty", "fill in the record id, or leave the row out")


def _read_whole(value: int, raw: str = "", taken: Normalisation | None = None) -> ParsedId | Reject:
    # Python refuses to print numbers of thousands of digits.
    raw = raw or (str(value) if value.bit_length() < _MAX_LENGTH else f"a number of {value.bit_length()} bits")
    if value < 1:
        return Reject(raw, "negative" if value else "zero", "record ids start at 1")
    if value > MAX_ID:
        return Reject(raw, _BEYOND, "so long a number is no record id, or its last digits are lost")
    return ParsedId(value, raw, taken)


def _read_float(number: float | np.floating[Any]) -> ParsedId | Reject:
    value, raw = float(number), str(number)
    if value in (float("inf"), float("-inf")):
        return Reject(raw, "infinite", "fill in the record id, or leave the row out")
    if not value.is_integer():
        thousands = round(value * 1000)
        if 1 <= value < 1000 and abs(value * 1000 - thousands) < 1e-6:
            return Reject(raw, "a fraction", f"perhaps {thousands}, its thousands point read as a decimal point")
        return Reject(raw, "a fraction", "record ids are whole numbers")
    if value >= exact_integer_limit(type(number)):
        return Reject(
            raw, f"beyond what {type(number).__name__} holds exactly", "keep the ids as whole numbers or text"
        )
    return _read_whole(int(value), raw, Normalisation.DECIMAL)


def _read_decimal(number: Decimal) -> ParsedId | Reject:
    raw = str(number)
    exponent = number.as_tuple().exponent
    # A positive exponent is Excel's, or a number of a million digits.
    if not isinstance(exponent, int) or exponent > 0 or number.adjusted() >= len(str(MAX_ID)):
        return Reject(raw, *_explain(raw))
    if number != number.to_integral_value():
        return Reject(raw, "a fraction", "record ids are whole numbers")
    return _read_whole(int(number), raw, Normalisation.DECIMAL if exponent else None)


def _read_text(raw: str) -> ParsedId | Reject:
    text = strip_blanks(raw)
    if not text:
        return _empty(raw)
    around = Normalisation.BLANKS if text != raw else Normalisation.TEXT
    if len(text) <= _MAX_LENGTH:
        if _PLAIN.fullmatch(text):
            return _read_whole(int(text), raw, around)
        if whole := _DECIMAL_ZERO.fullmatch(text):
            return _read_whole(int(whole[1]), raw, Normalisation.DECIMAL)
    return Reject(raw, *_explain(text))


def _explain(text: str) -> tuple[str, str]:
    """Why a text that is no id is none, and what it may have meant."""
    if text.startswith("#"):
        return "no id", "an Excel error value: mend its formula, or fill in the record id"
    if len(text) <= _MAX_LENGTH:
        for pattern, explain in _KNOWN_PATTERNS:
            if found := pattern.fullmatch(text):
                return explain(found)
        parts = _ID_LIST.split(text)
        if len(parts) > 1 and all(_PLAIN.fullmatch(part) for part in parts):
            return f"{len(parts)} ids in one cell", f"one row each: {', '.join(parts)}"
        if any(each.isdecimal() and not each.isascii() for each in text):
            plain = "".join(str(unicodedata.decimal(each, each)) for each in text)
            return "no id", f"perhaps {plain}, in the digits 0 to 9" if _PLAIN.fullmatch(plain) else ""
        numbers = re.findall("[0-9]+", text)
        if len(numbers) == 1 and _PLAIN.fullmatch(numbers[0]) and not any(each.isalpha() for each in text):
            return "no id", f"perhaps {numbers[0]}, without the other characters"
    return "no id", "fill in the record id, digits only"


def _thousands(found: re.Match[str]) -> tuple[str, str]:
    parts = re.split("[^0-9]", found[0])
    together = "".join(parts)
    if found[1] in ", " and all(_PLAIN.fullmatch(part) for part in parts):
        return "one number or several ids", f"{together}, or one row each: {', '.join(parts)}"
    return "a thousands separator or a fraction", f"perhaps {together}, written without separators"


def _exponent(found: re.Match[str]) -> tuple[str, str]:
    number = Decimal(found[0].replace(",", "."))
    near = f"perhaps {number:f} or near it; " if number == number.to_integral_value() and number > 0 else ""
    return "an exponent hides digits", f"{near}format the column as whole numbers and export again"


def _several_or_fraction(found: re.Match[str]) -> tuple[str, str]:
    whole, rest = found[1], found[3]
    if not rest.strip("0"):
        return "a decimal number", f"perhaps {whole}, without decimals"
    if found[2] == "," and _PLAIN.fullmatch(rest):
        return "2 ids in one cell, or a fraction", f"one row each: {whole}, {rest}"
    return "a fraction", "record ids are whole numbers"


# The first form that fits the whole text explains it.
_KNOWN_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = tuple(
    (re.compile(pattern), explain)
    for pattern, explain in (
        (r"0+([.,]0+)?", lambda found: ("zero", "record ids start at 1")),
        (
            r"0+([1-9][0-9]*)",
            lambda found: ("leading zeros", f"{found[1]}, if it is the record id and no postcode or customer number"),
        ),
        (r"\+\s*([1-9][0-9]*)", lambda found: ("a sign", f"perhaps {found[1]}, without the sign")),
        (
            r"[-−–]\s*([1-9][0-9]*)([.,][0-9]+)?",
            lambda found: ("negative", "record ids start at 1" if found[2] else f"{found[1]}, if the sign is a slip"),
        ),
        (r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]{1,2}", _exponent),
        (r"[1-9][0-9]{0,2}([.,'’ \u00a0\u202f\u2009])[0-9]{3}(?:\1[0-9]{3})*", _thousands),
        (
            r"[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?",
            lambda found: ("a date", "if Excel made a date of an id, format the column as text and export again"),
        ),
        (r"([1-9][0-9]*)([.,])([0-9]+)", _several_or_fraction),
        (
            r"[^\W\d_]+[-_ ./#:]{0,2}[0-9]+",
            lambda found: ("no id", "looks like a customer or object number; the number of the record is another one"),
        ),
    )
)
