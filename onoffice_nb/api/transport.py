"""The boundary to httpx: its time limits, its exceptions as ours, and a body within limits."""

from __future__ import annotations

import time
from typing import Any, Final

import httpx

from onoffice_nb.api.operations import HttpReply
from onoffice_nb.errors import ConnectionFailed, OnOfficeError, OutcomeUnknown

__all__ = ["BoundedBody", "httpx_options", "translate_error"]

# What onOffice's own clients use: 2 s to connect, some 30 s for all of a request.
_SECONDS: Final = 30.0
_TIMEOUT: Final = httpx.Timeout(_SECONDS, connect=2.0)
# More than this is no reply to 50 actions; it would only fill the memory.
_LARGEST_REPLY: Final = 64 * 2**20
_NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def httpx_options(url: str) -> dict[str, Any]:
    """How httpx's clients are set up for an address."""
    return {
        "timeout": _TIMEOUT,
        "headers": {"Content-Type": "application/json"},
        # Plain http is for this computer only: a proxy of the environment would carry the token away from it.
        "trust_env": url.startswith("https:"),
    }


def translate_error(error: BaseException) -> BaseException:
    """An exception of the network as one of ours: the question is only whether something may have arrived.

    What is no error, as an interrupt or the cancelling of a task, stays what
    it is, but loses its traceback: it leads through frames that hold the token.
    """
    if not isinstance(error, Exception):
        error.add_note("A request was under way and may have arrived. If it was to write, read the links back first.")
    if isinstance(error, OnOfficeError) or not isinstance(error, Exception):
        return error.with_traceback(None)
    name = type(error).__name__
    if isinstance(error, _NOTHING_SENT):
        return ConnectionFailed(f"No connection to onOffice ({name}): nothing was sent. Is the network up?")
    return OutcomeUnknown(f"The request may have arrived, but no answer came ({name}).")


class BoundedBody:
    """A reply gathered piece by piece, within limits of time and size."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _SECONDS
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """One more piece; raises OutcomeUnknown when it is too late or too much."""
        self._pieces.append(piece)
        self._size += len(piece)
        if time.monotonic() > self._until:
            raise OutcomeUnknown(f"The request was sent, but the answer was not complete after {_SECONDS:.0f} s.")
        if self._size > _LARGEST_REPLY:
            raise OutcomeUnknown("The request was sent, but the answer is too large to be one of onOffice's.")

    def answer(self, status: int) -> HttpReply:
        """All of it."""
        return HttpReply(status, b"".join(self._pieces))
