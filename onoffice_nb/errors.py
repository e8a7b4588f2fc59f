"""Every exception of the package, and what each code of the API means.

    OnOfficeError
    ├── InputError               what was typed, pasted or passed cannot be used
    │   ├── RelationError        no such relation type, or several
    │   └── PairsError           ids that cannot become pairs
    ├── SettingsError            credentials missing, cut or swapped
    ├── PlanError                a plan that may not be submitted as it is
    ├── JournalError              the journal of runs cannot be read or written
    ├── ConnectionFailed         no connection was made: nothing has been sent
    ├── OutcomeUnknown           sent, but no readable answer came back
    ├── ApiError                 onOffice answered with an error code
    │   ├── NotAuthenticated     token, secret, signature, clock or IP address
    │   └── AccessDenied         signed correctly, but without the right
    └── SandboxError             the sandbox was asked for what it does not know

Every message says what is wrong and what to do. No message, argument or
attribute ever holds a token, a secret or an hmac.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

__all__ = [
    "AccessDenied",
    "ApiCode",
    "ApiError",
    "ConnectionFailed",
    "InputError",
    "JournalError",
    "NotAuthenticated",
    "OnOfficeError",
    "OutcomeUnknown",
    "PairsError",
    "PlanError",
    "RelationError",
    "SandboxError",
    "Scope",
    "SettingsError",
    "api_code",
    "api_error",
    "code_of_message",
]


class OnOfficeError(Exception):
    """Anything that this package raises on purpose."""


class InputError(OnOfficeError, ValueError):
    """What was typed, pasted or passed cannot be used; the message says why."""


class RelationError(InputError):
    """No relation type has this name, or several have."""


class PairsError(InputError):
    """These ids cannot become pairs (unequal lists, missing columns, no id)."""


class SettingsError(OnOfficeError):
    """Credentials are missing, cut, swapped, or meant for another address."""


class PlanError(OnOfficeError):
    """A plan that may not be submitted as it is; the message names what changed."""


class JournalError(OnOfficeError):
    """The journal of runs cannot be opened, read or written."""


class ConnectionFailed(OnOfficeError):
    """No connection was made, so nothing has been sent and nothing has changed."""


class OutcomeUnknown(OnOfficeError):
    """The request was sent, but what became of it cannot be told.

    Read the links back before sending anything again.
    """


class Scope(StrEnum):
    """What an error code speaks of: the whole run, one action, or one id in it."""

    RUN = "run"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class ApiCode:
    """One error code of the API, with its own message and our advice.

    `message` is the API's wording, with `%s` where a value is filled in.
    """

    code: int
    message: str
    scope: Scope
    advice: str


@cache
def _codes() -> dict[int, ApiCode]:
    table = files("onoffice_nb").joinpath("data/errors.csv").read_text(encoding="utf-8")
    return {
        int(row["code"]): ApiCode(int(row["code"]), row["message"], Scope(row["scope"]), row["advice"])
        for row in csv.DictReader(table.splitlines())
    }


def api_code(code: int) -> ApiCode:
    """What an error code of the API means (facts from the API's documentation).

    >>> api_code(137).message
    'The HMAC is invalid.'
    >>> api_code(137).scope
    <Scope.RUN: 'run'>
    >>> api_code(99_999).message
    'Error 99999, which the documentation does not list'
    """
    known = _codes().get(code)
    if known is not None:
        return known
    return ApiCode(
        code,
        f"Error {code}, which the documentation does not list",
        Scope.ACTION,
        "Ask onOffice support what this code means, and name the request.",
    )


def code_of_message(message: str) -> int:
    """The code of one of the API's messages, or 1 (unknown error): a code was seen replaced by its message.

    >>> code_of_message("Syntax error")
    6
    """
    return next((each.code for each in _codes().values() if each.message == message), 1)


class ApiError(OnOfficeError):
    """onOffice answered with an error code.

    Attributes: `code` (0 where the API gave none), `message` (the API's own
    words), `advice` (what to do), `scope` (does it concern the whole run?).
    """

    def __init__(self, code: int, message: str = "") -> None:
        meaning = api_code(code)
        self.code = code
        self.message = message or meaning.message.replace("%s", "…")
        self.advice = meaning.advice
        self.scope = meaning.scope
        # Most of the API's own words do not end as a sentence.
        end = "" if self.message.endswith((".", "!", "?")) else "."
        super().__init__(f"{code}: {self.message}{end} {self.advice}".rstrip())

    def __reduce__(self) -> tuple[type[ApiError], tuple[int, str]]:
        # Exception would unpickle with the whole text as its code.
        return type(self), (self.code, self.message)


class NotAuthenticated(ApiError):
    """Token, secret, signature, clock or IP address were not accepted."""


class AccessDenied(ApiError):
    """The signature is right, but the API user may not do this."""


class SandboxError(OnOfficeError):
    """The sandbox was asked for something that it does not know."""


_AUTHENTICATION = frozenset({22, 40, 41, 42, 43, 49, 136, 137, 153, 158, 193, 201, 243, 248})
_ACCESS = frozenset({131, 149, 156, 170, 174, 240, 253, 261, 262})


def api_error(code: int, message: str = "") -> ApiError:
    """The exception for an error code.

    >>> api_error(137)
    NotAuthenticated(...)
    """
    if code in _AUTHENTICATION:
        return NotAuthenticated(code, message)
    if code in _ACCESS:
        return AccessDenied(code, message)
    return ApiError(code, message)
