"""Every exception of the package, and what each code of the API means.

    OnOfficeError
    ├── InputError               what was typed, pasted or passed cannot be used
    │   ├── RelationError        no such relation type, or several
    │   └── PairsError           ids that cannot become pairs
    ├── MissingExtra             a package that an extra brings is not installed
    ├── SettingsError            credentials missing, cut or swapped
    ├── PlanError                a plan that may not be submitted as it is
    ├── JournalError             the journal of runs cannot be read or written
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
import sys
import warnings
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
    "MissingExtra",
    "NotAuthenticated",
    "OnOfficeError",
    "OnOfficeWarning",
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
    "warn_user",
]


class OnOfficeError(Exception):
    """Anything that this package raises on purpose."""


class InputError(OnOfficeError, ValueError):
    """What was typed, pasted or passed cannot be used; the message says why."""


class RelationError(InputError):
    """No relation type has this name, or several have."""


class PairsError(InputError):
    """These ids cannot become pairs (unequal lists, missing columns, no id)."""


class MissingExtra(OnOfficeError, ImportError):
    """A package is needed that only an extra brings; the message says which extra."""


class SettingsError(OnOfficeError):
    """Credentials are missing, cut, swapped, or meant for another address."""


class PlanError(OnOfficeError):
    """A plan that may not be submitted as it is; the message names what changed."""


class JournalError(OnOfficeError):
    """The journal of runs cannot be opened, read or written."""


class ConnectionFailed(OnOfficeError):
    """No connection was made, so nothing has been sent and nothing has changed.

    The message says why, and what to do; the cause (`__cause__`) is the
    operating system's or TLS's own error, where there was one.

    Attributes:
        may_pass: False where trying again cannot help: a certificate that is not trusted, a proxy
            that wants a login.
        retry_after: seconds that the other side asks to wait, or None.
    """

    may_pass: bool = True
    retry_after: float | None = None


class OutcomeUnknown(OnOfficeError):
    """The request was sent, but what became of it cannot be told.

    Read the links back before sending anything again.

    Attributes:
        may_pass: False where trying again cannot help: a firewall that forbids the request.
        retry_after: seconds that the other side asks to wait (HTTP's `Retry-After`), or None.
    """

    may_pass: bool = True
    retry_after: float | None = None


class OnOfficeWarning(UserWarning):
    """What a result does not show by itself: a list that may be cut, a clock that is off."""


def warn_user(message: str) -> None:
    """Warn with an OnOfficeWarning, at the line outside of this package that led here.

    Args:
        message: what may be amiss, and what to do.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     warn_user("The list may be cut: ask for fewer days.")
        >>> caught[0].category.__name__
        'OnOfficeWarning'
    """
    package = __name__.partition(".")[0]
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, OnOfficeWarning, stacklevel=level)


class Scope(StrEnum):
    """What an error code speaks of: the whole run, one action, or one id in it."""

    RUN = "run"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class ApiCode:
    """One error code of the API, with its own message and our advice.

    Attributes:
        code: The number.
        message: The API's wording, with `%s` where a value is filled in.
        scope: What the code speaks of.
        advice: What to do.
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

    Args:
        code: the number that the API has answered with.

    Returns:
        Its message, its scope and what to do; also for a code that the documentation does not list.

    Example:
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

    Args:
        message: the API's own words, letter by letter.

    Returns:
        The code.

    Example:
        >>> code_of_message("Syntax error")
        6
    """
    return next((known.code for known in _codes().values() if known.message == message), 1)


class ApiError(OnOfficeError):
    """onOffice answered with an error code.

    Args:
        code: the API's code; 0 where it gave none.
        message: the API's own words; those of the documentation where it gave none.
        advice: what to do, where more is known than the code tells.

    Attributes:
        code: as above.
        message: as above.
        advice: what to do.
        scope: whether the code concerns the whole run or one action.
    """

    def __init__(self, code: int, message: str = "", advice: str = "") -> None:
        meaning = api_code(code)
        self.code = code
        self.message: str = message or meaning.message.replace("%s", "…")
        self.advice: str = advice or meaning.advice
        self.scope: Scope = meaning.scope
        # Most of the API's own words do not end as a sentence.
        end = "" if self.message.endswith((".", "!", "?")) else "."
        super().__init__(f"{code}: {self.message}{end} {self.advice}".rstrip())

    def __reduce__(self) -> tuple[type[ApiError], tuple[int, str, str]]:
        # Exception would unpickle with the whole text as its code.
        return type(self), (self.code, self.message, self.advice)


class NotAuthenticated(ApiError):
    """Token, secret, signature, clock or IP address were not accepted."""


class AccessDenied(ApiError):
    """The signature is right, but the API user may not do this."""


class SandboxError(OnOfficeError):
    """The sandbox was asked for something that it does not know."""


_AUTHENTICATION = frozenset({22, 40, 41, 42, 43, 49, 136, 137, 153, 158, 193, 201, 243, 248})
_ACCESS = frozenset({131, 149, 156, 170, 174, 240, 253, 261, 262})


def api_error(code: int, message: str = "", advice: str = "") -> ApiError:
    """The exception for an error code: NotAuthenticated, AccessDenied or a plain ApiError.

    Args:
        code: the API's code.
        message: the API's own words, if it gave any.
        advice: what to do, where more is known than the code tells.

    Returns:
        The exception, to be raised.

    Example:
        >>> api_error(137)
        NotAuthenticated(...)
    """
    if code in _AUTHENTICATION:
        return NotAuthenticated(code, message, advice)
    if code in _ACCESS:
        return AccessDenied(code, message, advice)
    return ApiError(code, message, advice)
