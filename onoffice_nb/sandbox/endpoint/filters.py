"""The filter of a read call: conditions on fields, joined by AND.

Operators, in any case: `is` or `=`, `!=` or `<>`, `>`, `<`, `>=`, `<=`,
`between`, `like`, `not like` (with `%` and `_`), `in`, `not in` (documented).
Numbers compare as numbers, everything else as text without regard to case, as
MySQL does (a guess).
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias

from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal

__all__ = ["Keep", "comparable", "read_filter"]

Keep: TypeAlias = Callable[[Mapping[str, Any]], bool]
_Key: TypeAlias = tuple[int, float, str]

_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_COMPARED: Final[dict[str, Callable[[_Key, _Key], bool]]] = {
    "is": operator.eq,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def comparable(value: object) -> _Key:
    """What a value is compared and sorted by: nothing before numbers before text.

    >>> comparable("") < comparable("9") < comparable("10.5") < comparable("a") == comparable("A")
    True
    """
    text = str(value)
    if not text:
        return -1, 0.0, ""
    if _NUMBER.fullmatch(text):
        return 0, float(text), ""
    return 1, 0.0, text.casefold()


def read_filter(raw: object, fields: Collection[str], unknown_field: int) -> Keep:
    """A test for records; Refusal 257 (form), 142 (operator) or `unknown_field`."""
    by_field = php.as_map(raw)
    if by_field is None:
        raise ApiRefusal(257, "no map of fields")
    tests: list[Keep] = []
    for name, conditions in by_field.items():
        if name not in fields:
            raise ApiRefusal(unknown_field, name)
        listed = php.as_list(conditions)
        if listed is None:
            raise ApiRefusal(257, name)
        tests += [_test(name, php.as_map(condition) or {}) for condition in listed]
    return lambda record: all(test(record) for test in tests)


# What is not so: each by the operator that it is the opposite of.
_OPPOSITES: Final = {"!=": "=", "<>": "=", "not in": "in", "not like": "like"}


def _test(name: str, condition: Mapping[str, Any]) -> Keep:
    symbol, value = condition.get("op"), condition.get("val")
    if not isinstance(symbol, str) or "val" not in condition:
        raise ApiRefusal(257, name)
    op = " ".join(symbol.lower().split())
    wanted = op not in _OPPOSITES
    matches = _match(name, _OPPOSITES.get(op, op), symbol, value)

    def keeps(record: Mapping[str, Any]) -> bool:
        """A field of several entries, such as an address's mails, matches if any entry does."""
        values = record[name]
        entries = [values] if isinstance(values, str) else (values or [""])
        return any(matches(entry) for entry in entries) is wanted

    return keeps


def _match(name: str, op: str, symbol: str, value: object) -> Callable[[str], bool]:
    """A test for one value; Refusal 257 (form) or 142 (operator)."""
    if op == "in":
        listed = php.as_list(value)
        keys = {comparable(member) for member in ([value] if listed is None else listed)}
        return lambda text: comparable(text) in keys
    if op == "between":
        bounds = php.as_list(value) or []
        if len(bounds) != 2:
            raise ApiRefusal(257, name)
        low, high = map(comparable, bounds)
        return lambda text: low <= comparable(text) <= high
    if isinstance(value, dict | list):
        raise ApiRefusal(257, name)
    if op == "like":
        pattern = _pattern(str(value))
        return lambda text: pattern.fullmatch(text) is not None
    if op not in _COMPARED:
        raise ApiRefusal(142, symbol)
    compare, key = _COMPARED[op], comparable(value)
    return lambda text: compare(comparable(text), key)


def _pattern(text: str) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression: fnmatch writes one that no pattern can keep busy."""
    glob = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return re.compile(fnmatch.translate("".join(glob.get(char, char) for char in text)), re.IGNORECASE)
