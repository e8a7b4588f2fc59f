"""Why a text is not an id, and what it may have meant.

`explain` is the one judge of texts, whatever way they came in: a line of a
pasted text is a list of ids only where `certain_list` says so, and then
`explain` calls the same text in one cell "2 ids in one cell".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from onoffice_nb.formatting import counted
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair
from onoffice_nb.model import MAX_ID

__all__ = ["PLAIN_ID", "certain_list", "explain", "lost_thousands"]

PLAIN_ID = re.compile("[1-9][0-9]*")

# Matching is kept off texts that no id is as long as: they cannot be one, and could be slow.
_MAX_LENGTH = 200

# So many ids are written out in a suggestion.
_NAMED_IDS = 12

_CHARACTERS_OF_A_LIST = re.compile("[0-9,; ]+")
_SEPARATORS = re.compile(r"\s+(?:und|and|u\.)\s+|\s*[/,;|&+]\s*|\s+")
_UNCERTAIN_SEPARATOR = re.compile(r"[0-9]\s*,\s*[0-9]|[0-9]\s+[0-9]")
_AROUND = re.compile(r"""["'`„“”‚‘’«»‹›()\[\]{}]""")

_DIGITS_ONLY = "fill in the record id, digits only"
_START_AT_1 = "record ids start at 1"
_WHOLE_NUMBERS = "record ids are whole numbers"
_NOT_A_DATE = "if Excel made a date of an id, format the column as text and export again"
_OTHER_COLUMN = "choose the column with the record ids"


def explain(text: str) -> Reject:
    """Why a text that is not an id is not one, and what it may have meant.

    Args:
        text: The text of a cell, without the blanks around it.

    Returns:
        The reject, with the repairs that are possible.

    Example:
        >>> print(explain("1.003"))
        '1.003': a thousands separator or a fraction (perhaps 1003, written without separators)
        >>> explain("5008/5009").repairs[0].values
        (5008, 5009)
    """
    if listed := certain_list(text):
        return _several_ids(text, listed)
    if len(text) > _MAX_LENGTH:
        return Reject(text, "no id", _DIGITS_ONLY)

    for pattern, explain_match in _KNOWN_PATTERNS:
        if match := pattern.fullmatch(text):
            return explain_match(match)
    for explain_text in (_explain_list, _explain_other_digits, _explain_surroundings):
        if reject := explain_text(text):
            return reject
    return Reject(text, "no id", _DIGITS_ONLY)


def certain_list(text: str) -> tuple[int, ...]:
    """The ids of a text that can only be a list of ids, or nothing.

    Separators are semicolons, commas and blanks, of one kind throughout.
    Whatever could be one number is not a list: `1,003` and `1 003` (thousands),
    `1011,5` (a decimal comma), `241 4791` (groups of a longer number), so a
    blank separates only numbers of four digits and more.

    Example:
        >>> certain_list("5001, 5002"), certain_list("1 111"), certain_list("1011,5")
        ((5001, 5002), (), ())
    """
    if not _CHARACTERS_OF_A_LIST.fullmatch(text):
        return ()

    if ";" in text:
        parts = re.split(" *; *", text)
        certain = True
    elif ", " in text or " ," in text:
        parts = re.split(" +, *|, +", text)
        certain = True
    elif "," in text:
        parts = text.split(",")
        certain = len(parts) > 2 and any(len(part) > 3 for part in parts)
    else:
        parts = re.split(" +", text)
        certain = all(len(part) > 3 for part in parts)

    if not certain or len(parts) < 2 or not all(map(_is_id, parts)):
        return ()
    return tuple(map(int, parts))


def lost_thousands(number: float) -> int | None:
    """The number that a fraction was before its thousands point was read as a decimal point, if it can be that.

    Example:
        >>> lost_thousands(1.011), lost_thousands(15.25), lost_thousands(0.5), lost_thousands(1011.5)
        (1011, 15250, None, None)
    """
    if not 1 <= number < 1000 or number == int(number):
        return None
    thousands = round(number * 1000)
    return thousands if abs(number * 1000 - thousands) < 1e-6 else None


def _is_id(text: str) -> bool:
    return bool(PLAIN_ID.fullmatch(text)) and len(text) <= len(str(MAX_ID)) and int(text) <= MAX_ID


def _take(number: str) -> tuple[Repair, ...]:
    """The repair that takes this number, if it can be an id at all."""
    return (Repair.take(int(number)),) if _is_id(number) else ()


def _one_row_each(ids: tuple[int, ...]) -> str:
    named = ", ".join(map(str, ids[:_NAMED_IDS]))
    return f"one row each: {named}" + (", …" if len(ids) > _NAMED_IDS else "")


def _several_ids(text: str, ids: tuple[int, ...]) -> Reject:
    reason = f"{counted(len(ids), 'id')} in one cell"
    return Reject(text, reason, _one_row_each(ids), RejectKind.SEVERAL_IDS, (Repair.split(*ids),))


# Each of these explains one form, whose groups stand in its pattern below.


def _error_value(match: re.Match[str]) -> Reject:
    advice = "an Excel error value: mend its formula, or fill in the record id"
    return Reject(match[0], "no id", advice, RejectKind.ERROR_VALUE)


def _formula(match: re.Match[str]) -> Reject:
    advice = "open the file in Excel and save it, so that the result of the formula stands in it"
    return Reject(match[0], "a formula without its result", advice, RejectKind.FORMULA)


def _zero(match: re.Match[str]) -> Reject:
    return Reject(match[0], "zero", _START_AT_1, RejectKind.ZERO)


def _leading_zeros(match: re.Match[str]) -> Reject:
    number = match[1]
    advice = f"{number}, if it is the record id and no postcode or customer number"
    return Reject(match[0], "leading zeros", advice, RejectKind.LEADING_ZEROS, _take(number))


def _sign(match: re.Match[str]) -> Reject:
    return Reject(match[0], "a sign", f"perhaps {match[1]}, without the sign", RejectKind.SIGN, _take(match[1]))


def _negative(match: re.Match[str]) -> Reject:
    if match[2]:
        return Reject(match[0], "negative", _START_AT_1, RejectKind.NEGATIVE)
    return Reject(match[0], "negative", f"{match[1]}, if the sign is a slip", RejectKind.NEGATIVE, _take(match[1]))


def _exponent(match: re.Match[str]) -> Reject:
    number = Decimal(match[0].replace(",", "."))
    is_whole = number == number.to_integral_value() and number > 0
    near = f"perhaps {number:f} or near it; " if is_whole else ""
    # Its last digits are lost, so there is no number to take.
    advice = f"{near}format the column as whole numbers and export again"
    return Reject(match[0], "an exponent hides digits", advice, RejectKind.EXPONENT)


def _thousands(match: re.Match[str]) -> Reject:
    parts = re.split("[^0-9]", match[0])
    together = "".join(parts)
    if match[1] in ", " and all(map(_is_id, parts)):
        ids = tuple(map(int, parts))
        advice = f"{together}, or {_one_row_each(ids)}"
        repairs = (*_take(together), Repair.split(*ids))
        return Reject(match[0], "one number or several ids", advice, RejectKind.NUMBER_OR_IDS, repairs)

    reason, advice = "a thousands separator or a fraction", f"perhaps {together}, written without separators"
    return Reject(match[0], reason, advice, RejectKind.THOUSANDS, _take(together))


def _date(match: re.Match[str]) -> Reject:
    return Reject(match[0], "a date", _NOT_A_DATE, RejectKind.DATE)


def _range(match: re.Match[str]) -> Reject:
    advice = "if it is a range of ids, write down each of them; if it is another number, choose another column"
    return Reject(match[0], "a range", advice, RejectKind.RANGE)


def _amount(match: re.Match[str]) -> Reject:
    return Reject(match[0], "an amount or a percentage", _OTHER_COLUMN, RejectKind.AMOUNT)


def _decimal(match: re.Match[str]) -> Reject:
    whole, sign, decimals = match[1], match[2], match[3]
    if not decimals.strip("0"):
        advice = f"perhaps {whole}, without decimals"
        return Reject(match[0], "a decimal number", advice, RejectKind.DECIMALS, _take(whole))

    thousands = lost_thousands(float(f"{whole}.{decimals}"))
    if sign == "," and _is_id(whole) and _is_id(decimals):
        ids = (int(whole), int(decimals))
        repairs = (Repair.split(*ids), *(() if thousands is None else _take(str(thousands))))
        reason = "2 ids in one cell, or a fraction"
        return Reject(match[0], reason, _one_row_each(ids), RejectKind.NUMBER_OR_IDS, repairs)
    if thousands is None:
        return Reject(match[0], "a fraction", _WHOLE_NUMBERS, RejectKind.FRACTION)
    advice = f"perhaps {thousands}, its thousands point read as a decimal point"
    return Reject(match[0], "a fraction", advice, RejectKind.FRACTION, _take(str(thousands)))


def _object_number(match: re.Match[str]) -> Reject:
    advice = "looks like a customer or object number; the number of the record is another one"
    # With a blank in it, it is rather a street or a heading.
    repairs = () if re.search(r"\s", match[0]) else (Repair.look_up(match[0]),)
    return Reject(match[0], "no id", advice, RejectKind.OBJECT_NUMBER, repairs)


def _note_behind(match: re.Match[str]) -> Reject:
    advice = f"perhaps {match[1]}, without the note behind it"
    return Reject(match[0], "no id", advice, RejectKind.OTHER_CHARACTERS, _take(match[1]))


def _explain_list(text: str) -> Reject | None:
    """Several numbers in one text: ids, or one number in groups."""
    parts = _SEPARATORS.split(text)
    if len(parts) < 2 or not all(map(_is_id, parts)):
        return None

    ids = tuple(map(int, parts))
    if not _UNCERTAIN_SEPARATOR.search(text) or all(len(part) > 3 for part in parts):
        return _several_ids(text, ids)
    advice = f"if these are ids, {_one_row_each(ids)}"
    return Reject(text, "one number or several ids", advice, RejectKind.NUMBER_OR_IDS, (Repair.split(*ids),))


def _explain_other_digits(text: str) -> Reject | None:
    """Digits of other scripts, and those of full width."""
    if not any(character.isdecimal() and not character.isascii() for character in text):
        return None
    number = "".join(str(unicodedata.decimal(character, character)) for character in text)
    advice = f"perhaps {number}, in the digits 0 to 9" if PLAIN_ID.fullmatch(number) else ""
    return Reject(text, "no id", advice, RejectKind.OTHER_DIGITS, _take(number))


def _explain_surroundings(text: str) -> Reject | None:
    """Ids in quotation marks or brackets; one number among characters that are not letters."""
    bare = " ".join(_AROUND.sub(" ", text).split())
    if bare != text and (listed := _explain_list(bare)):
        return Reject(text, listed.reason, listed.suggestion, listed.kind, listed.repairs)

    numbers = re.findall("[0-9]+", text)
    has_letters = any(character.isalpha() for character in text)
    if len(numbers) != 1 or not PLAIN_ID.fullmatch(numbers[0]) or has_letters:
        return None
    advice = f"perhaps {numbers[0]}, without the other characters"
    return Reject(text, "no id", advice, RejectKind.OTHER_CHARACTERS, _take(numbers[0]))


# The first form that fits the whole text explains it.
_KNOWN_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Reject]], ...] = tuple(
    (re.compile(pattern), explain_match)
    for pattern, explain_match in (
        (r"#[^\W\d_].*|#+", _error_value),
        (r"=\s*[^\s=].*", _formula),
        (r"0+([.,]0+)?", _zero),
        (r"0+([1-9][0-9]*)", _leading_zeros),
        (r"\+\s*([1-9][0-9]*)", _sign),
        (r"[-−–]\s*([1-9][0-9]*)([.,][0-9]+)?", _negative),
        (r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]{1,2}", _exponent),
        (r"[1-9][0-9]{0,2}([.,'’ \u00a0\u202f\u2009])[0-9]{3}(?:\1[0-9]{3})*", _thousands),
        (r"[0-9]{1,2}(?:[./-] ?| )[0-9]{1,2}(?:[./-] ?| )(?:[0-9]{4}|[0-9]{2})", _date),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?", _date),
        (r"(?:von\s+|from\s+)?[0-9]+\s*(?:[-−–—…]|\.{2,3}|bis|to)\s*[0-9]+", _range),
        (r"[0-9][0-9.,'’\s]*(?:%|‰|€|EUR|CHF|USD|\$|£)", _amount),
        (r"(?:€|EUR|CHF|USD|\$|£)\s*[0-9][0-9.,'’\s]*-?", _amount),
        (r"([1-9][0-9]*)([.,])([0-9]+)", _decimal),
        (r"[^\W\d_]+[-_ ./#:]{0,2}[0-9]+", _object_number),
        (r"([1-9][0-9]*)\s*[(\[].*[)\]]", _note_behind),
    )
)
