"""What the front end sends, checked at the door: an action that there is, with the values that it takes.

A broken front end, or somebody else who writes to the widget's channel, may
send anything. What an action takes stands in its signature, and nowhere else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, get_args, get_type_hints

from onoffice_nb.errors import InputError
from onoffice_nb.formatting import quote

__all__ = ["Actions", "action_of", "part_of"]

_NOTHING_DONE: Final = "Nothing was done: show the page anew, and click again."

Actions = Mapping[str, Mapping[str, Callable[..., object]]]

_BUFFERS: Final = "buffers"
_WORDS: Final = {str: "a text", int: "a whole number", bool: "true or false", type(None): "nothing"}
# Beyond it, a front end in JavaScript does not know whole numbers exactly.
_LARGEST: Final = 2**53
_SHOWN: Final = 60


def part_of(content: object, parts: Sequence[str]) -> str:
    """The part of the page that a message is for; the first one, where it names none.

    >>> part_of({"do": "check.take"}, ["what", "check"]), part_of([1], ["what", "check"])
    ('check', 'what')
    """
    do = content.get("do") if isinstance(content, Mapping) else None
    part = do.partition(".")[0] if isinstance(do, str) else ""
    return part if part in parts else parts[0]


def action_of(content: object, buffers: Sequence[memoryview], actions: Actions) -> Callable[[], object]:
    """The action that a message asks for, with its values.

    Args:
        content: What came.
        buffers: What came beside it.
        actions: Part of the page and name of the action to the action.

    Returns:
        What is to be called.

    Raises:
        InputError: There is no such action, or it takes other values. Nothing was done.

    Example:
        >>> def search(text: str) -> None: print(text)
        >>> action_of({"do": "check.search", "text": "Kaya"}, (), {"check": {"search": search}})()
        Kaya
        >>> action_of({"do": "check.search", "text": 5}, (), {"check": {"search": search}})
        Traceback (most recent call last):
        onoffice_nb.errors.InputError: The page sent text='5' for 'check.search', expected a text. Nothing was done...
    """
    do = content.get("do") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(do, str):
        raise InputError(f"The page sent {_shown(content)}, which asks for nothing. {_NOTHING_DONE}")
    part, _, name = do.partition(".")
    action = actions.get(part, {}).get(name)
    if action is None:
        raise InputError(f"The page asked for {_shown(do)}, which there is not. {_NOTHING_DONE}")

    values = {key: value for key, value in content.items() if key != "do"}
    if buffers:
        values[_BUFFERS] = buffers
    _check_names(do, action, values, buffers)

    hints = get_type_hints(action)
    for key, value in values.items():
        if key != _BUFFERS:
            _check(do, key, value, hints[key])
    return partial(action, **values)


def _check_names(
    do: str, action: Callable[..., object], values: Mapping[str, object], buffers: Sequence[memoryview]
) -> None:
    """Raise InputError if an action is sent a value that it does not take, or not sent one that it needs."""
    taken = inspect.signature(action).parameters
    # What is called as buffers are but came as text is none.
    unknown = [key for key in values if key not in taken or (key == _BUFFERS and values[key] is not buffers)]
    missing = [key for key, parameter in taken.items() if parameter.default is parameter.empty and key not in values]
    if unknown or missing:
        wrong = f"with {_shown(unknown[0])}" if unknown else f"without {_shown(missing[0])}"
        raise InputError(f"The page asked for {_shown(do)} {wrong}. {_NOTHING_DONE}")


def _check(do: str, key: str, value: object, hint: Any) -> None:
    """Raise InputError if a value is not of a type that the action takes."""
    expected = [kind for kind in get_args(hint) or (hint,) if kind in _WORDS]
    # A truth value is a number to Python, not to whoever clicks.
    is_expected = type(value) in expected and not (type(value) is int and abs(value) > _LARGEST)
    if not is_expected:
        words = " or ".join(_WORDS[kind] for kind in expected)
        raise InputError(f"The page sent {key}={_shown(value)} for {_shown(do)}, expected {words}. {_NOTHING_DONE}")


def _shown(value: object) -> str:
    return quote(value if isinstance(value, str) else repr(value), _SHOWN)
