"""What the number format of a cell makes of its number: a date, or something that reads like another number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final

__all__ = ["NumberFormat", "number_format"]

# Formats of East Asian dates that a workbook names by number alone.
_DATES_BY_NUMBER: Final = frozenset({*range(27, 37), *range(50, 59)})
_GENERAL: Final = "General"

# Colours and locales in brackets, blanks as wide as a character, characters that fill the cell.
_NOT_SHOWN: Final = re.compile(r"\[[^\]]*\]|[_*].")
_SHAPE: Final = re.compile(r'(?P<before>(?:"[^"]*"|\\.|[^0#?"\\])*)(?P<digits>[0#?.,]*)(?P<after>.*)', re.DOTALL)
_QUOTES: Final = re.compile(r'["\\]')
_CURRENCY: Final = re.compile(r"EUR|USD|CHF|GBP|DM")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format.

    Attributes:
        code: As Excel's dialogue shows it.
        is_date: Whether numbers are days.
        is_duration: Whether numbers are lengths of time.
        reads_otherwise: Whether a whole number reads like another one, as 5011 under `"KD-"0`, or cannot be seen.
        fewest_digits: How many digits a number has at least, as `00000` fills it up with zeros.
    """

    code: str
    is_date: bool = False
    is_duration: bool = False
    reads_otherwise: bool = False
    fewest_digits: int = 1

    def misleads(self, number: int) -> bool:
        """Whether what is seen of a whole number is not what it is."""
        return self.reads_otherwise or len(str(abs(number))) < self.fewest_digits

    def moment(self, number: float, counts_from_1904: bool) -> datetime | time | timedelta | str:
        """The day, the time or the length of time that a number stands for.

        Args:
            number: Days since the beginning of the workbook's calendar.
            counts_from_1904: Whether the calendar begins in 1904, as in workbooks of old Macs, instead of 1900.

        Returns:
            The moment, or the `########` that Excel shows where a number is none.
        """
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        try:
            moment: datetime | time | timedelta = from_excel(
                number, MAC_EPOCH if counts_from_1904 else WINDOWS_EPOCH, timedelta=self.is_duration
            )
        except (OverflowError, ValueError):
            return "########"
        return moment


@cache
def number_format(number: int, code: str | None) -> NumberFormat:
    """The number format of a style.

    Args:
        number: By which the style names it.
        code: What the workbook says under this number, None for Excel's own.

    Example:
        >>> number_format(14, None).is_date
        True
        >>> [number_format(164, code).misleads(5011) for code in ('"KD-"0', "000000", '#,##0.00 "EUR"')]
        [True, True, False]
    """
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    if code is None:
        code = BUILTIN_FORMATS.get(number, _GENERAL)
        if number in _DATES_BY_NUMBER:
            return NumberFormat(code, is_date=True)
    if is_timedelta_format(code):
        return NumberFormat(code, is_duration=True)
    if is_date_format(code):
        return NumberFormat(code, is_date=True)
    return _format_of_numbers(code)


def _format_of_numbers(code: str) -> NumberFormat:
    """A format that is none of dates: is a whole number shown behind other letters or digits, in thousands, at all?"""
    if code == "@":
        return NumberFormat(code)
    positive = _NOT_SHOWN.sub("", code).split(";")[0].replace(_GENERAL, "0")
    shape = _SHAPE.fullmatch(positive)
    if shape is None or not shape["digits"]:
        return NumberFormat(code, reads_otherwise=True)

    prefix = _QUOTES.sub("", shape["before"]).strip()
    suffix = _QUOTES.sub("", shape["after"])
    in_thousands = shape["digits"].endswith(",")
    has_prefix = re.search(r"[\w/-]", prefix) is not None and not _CURRENCY.fullmatch(prefix)
    whole = shape["digits"].split(".")[0]
    return NumberFormat(
        code,
        reads_otherwise=in_thousands or has_prefix or re.search(r"[1-9]", suffix) is not None,
        fewest_digits=whole.count("0"),
    )
