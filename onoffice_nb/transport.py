"""The boundary to httpx: its time limits, its exceptions as ours, and a body within limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from onoffice_nb.errors import ConnectionFailed, OutcomeUnknown
from onoffice_nb.flow import Answer

__all__ = ["HEADERS", "TIMEOUT", "Body", "translated"]

HEADERS: Final = {"Content-Type": "application/json"}
# What onOffice's own clients use: 2 s to connect, some 30 s for all of a request.
_SECONDS: Final = 30.0
TIMEOUT: Final = httpx.Timeout(_SECONDS, connect=2.0)
# More than this is no reply to 50 actions; it would only fill the memory.
_LARGEST_REPLY: Final = 64 * 2**20
_NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)


@contextmanager
def translated() -> Iterator[None]:
    """httpx's exceptions as ours: the question is only whether something may have arrived."""
    try:
        yield
    except _NOTHING_SENT as error:
        raise ConnectionFailed(f"No connection to onOffice ({type(error).__name__}): nothing was sent.") from None
    except httpx.HTTPError as error:
        raise OutcomeUnknown(f"The request was sent, but the answer did not come ({type(error).__name__}).") from None


class Body:
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

    def answer(self, status: int) -> Answer:
        """All of it."""
        return Answer(status, b"".join(self._pieces))
