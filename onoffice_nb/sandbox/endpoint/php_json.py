"""JSON as PHP reads and writes it: that is what a client of onOffice meets on the line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import count
from typing import Any, Final, NoReturn

from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal

__all__ = ["as_list", "as_map", "dumps", "loads"]

# json_decode's default depth is 512, of which the value itself is one.
_DEPTH: Final = 511

# What fills most of a reply, and needs no call.
_AS_THEY_ARE: Final = frozenset({str, int, bool, type(None)})


def dumps(value: object) -> bytes:
    r"""A value as PHP's json_encode writes it: compact, ASCII, `/` escaped, an empty map as `[]`.

    A map whose keys count up from 0 is a list in PHP, and a float without a
    fraction loses its point.

    >>> dumps({"a": {}, "b": "ä/b", "c": {"0": 1.0}})
    b'{"a":[],"b":"\\u00e4\\/b","c":[1]}'
    """
    text = json.dumps(_encoded(value), separators=(",", ":"), allow_nan=False).replace("/", "\\/")
    # Python escapes DEL, PHP does not; a pair of backslashes is text and stays.
    return re.sub(r"(\\\\)|\\u007f", lambda match: match[1] or "\x7f", text).encode()


def _encoded(value: object) -> object:
    if isinstance(value, dict):
        members = _encoded_members(value.values())
        return members if _is_a_list(value) else dict(zip(value, members, strict=True))
    if isinstance(value, list | tuple):
        return _encoded_members(value)
    return _number(value) if isinstance(value, float) else value


def _encoded_members(members: Iterable[object]) -> list[object]:
    return [member if type(member) in _AS_THEY_ARE else _encoded(member) for member in members]


def _is_a_list(array: dict[Any, Any]) -> bool:
    """Whether PHP takes an array for a list: the empty one, and one whose keys count up from 0."""
    return not array or ("0" in array and all(key == str(n) for key, n in zip(array, count(), strict=False)))


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def loads(body: bytes) -> Any:
    """A value as PHP's json_decode reads it; Refusal with one of the API's codes 3 to 9 where it cannot.

    >>> loads(b'{"a": [1, "2"]}')
    {'a': [1, '2']}
    """
    if not body.strip():
        raise ApiRefusal(9)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ApiRefusal(7) from None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise ApiRefusal(5 if error.msg.startswith("Invalid control character") else 6) from None
    except RecursionError:
        raise ApiRefusal(3) from None
    if text.count("[") + text.count("{") > _DEPTH and _depth(value) > _DEPTH:
        raise ApiRefusal(3)
    if "\\u" in text and _has_lone_surrogate(value):
        raise ApiRefusal(8)
    return value


def _no_constant(name: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ApiRefusal(6)


def _integer(digits: str) -> int | float:
    """An integer as PHP keeps it: beyond 64 bits it becomes a float."""
    if len(digits) > 20:
        return float(digits)
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(number)


def _depth(value: object) -> int:
    """How deep arrays are nested: 1 for a flat one."""
    depth, level = 0, [value]
    while arrays := [member for member in level if isinstance(member, dict | list)]:
        depth += 1
        level = [inner for array in arrays for inner in (array.values() if isinstance(array, dict) else array)]
    return depth


def _has_lone_surrogate(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def as_list(value: object) -> list[Any] | None:
    """An array, or None: PHP does not tell `["a"]` from `{"0": "a"}`."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else None


def as_map(value: object) -> dict[str, Any] | None:
    """A map, or None: PHP does not tell `{"0": "a"}` from `["a"]`, nor `{}` from `[]`."""
    if isinstance(value, list):
        return {str(n): member for n, member in enumerate(value)}
    return value if isinstance(value, dict) else None
