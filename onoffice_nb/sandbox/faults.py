"""What can go wrong between a client and the API, on purpose: by schedule, or by seeded chance.

Faults({1: "drop_after", 4: "html"})            the first and the fourth request
Faults(chance=0.2, seed=7)                      a fifth of all requests
Faults(chance=1, kinds=["refused"])             every request
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Self

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.handler import Reply

__all__ = ["NEVER_ARRIVED", "NOT_DONE", "Dropped", "Fault", "Faults", "apply_fault"]


class Fault(StrEnum):
    """One thing that goes wrong with a request, and what has been done when it did."""

    REFUSED = "refused"
    """The connection is refused: nothing was sent."""
    UNREACHED = "unreached"
    """No connection within the time: nothing was sent."""
    DROP_BEFORE = "drop_before"
    """The connection breaks before anything was done."""
    DROP_AFTER = "drop_after"
    """The connection breaks after everything was done."""
    LATE = "late"
    """Everything was done, but the answer comes too late."""
    COMMIT_LATE = "commit_late"
    """The answer comes too late, and all is done only after the next request."""
    CUT = "cut"
    """Everything was done; the connection breaks in the middle of the answer."""
    TRUNCATED = "truncated"
    """Everything was done; the answer ends in the middle without an error of the line."""
    HTML = "html"
    """A page of HTML with HTTP 200; nothing was done."""
    HTML_AFTER = "html_after"
    """A page of HTML with HTTP 200; everything was done."""
    BAD_GATEWAY = "bad_gateway"
    """HTTP 502 from a gateway; nothing was done."""
    BAD_GATEWAY_AFTER = "bad_gateway_after"
    """HTTP 502 from a gateway; everything was done."""
    TOO_MANY_REQUESTS = "too_many_requests"
    """HTTP 429 with `Retry-After`; nothing was done."""
    UNAVAILABLE = "unavailable"
    """HTTP 503 with `Retry-After`; nothing was done."""
    SERVER_ERROR = "server_error"
    """The envelope says 500, unknown error; nothing was done."""
    SERVER_ERROR_AFTER = "server_error_after"
    """The envelope says 500, unknown error; everything was done."""
    MISSING = "missing"
    """Everything was done; one result is missing."""
    DOUBLED = "doubled"
    """Everything was done; one result comes twice."""
    REORDERED = "reordered"
    """Everything was done; the results come in another order."""


NEVER_ARRIVED: Final = frozenset({Fault.REFUSED, Fault.UNREACHED})
NOT_DONE: Final = frozenset(
    {
        Fault.DROP_BEFORE,
        Fault.COMMIT_LATE,
        Fault.HTML,
        Fault.BAD_GATEWAY,
        Fault.TOO_MANY_REQUESTS,
        Fault.UNAVAILABLE,
        Fault.SERVER_ERROR,
    }
)
_RESULTS: Final = frozenset({Fault.MISSING, Fault.DOUBLED, Fault.REORDERED})
_PAGE: Final = b"<!DOCTYPE html><html><head><title>%b</title></head><body><h1>%b</h1></body></html>"
_HTML: Final = Reply(200, "text/html", _PAGE % (b"Wartung", b"Wir sind gleich wieder da."))
_BAD_GATEWAY: Final = Reply(502, "text/html", _PAGE % (b"502 Bad Gateway", b"502 Bad Gateway"))
# In seconds.
_RETRY_AFTER: Final = (("retry-after", "2"),)
_TOO_MANY_REQUESTS: Final = Reply(
    429, "text/html", _PAGE % (b"429 Too Many Requests", b"429 Too Many Requests"), _RETRY_AFTER
)
_UNAVAILABLE: Final = Reply(
    503, "text/html", _PAGE % (b"503 Service Unavailable", b"503 Service Unavailable"), _RETRY_AFTER
)
_SERVER_ERROR: Final = Reply(
    200,
    "application/json",
    b'{"status":{"code":500,"errorcode":1,"message":"Unknown error occurred"},"response":{"results":[]}}',
)
_INSTEAD: Final = {
    Fault.HTML: _HTML,
    Fault.HTML_AFTER: _HTML,
    Fault.BAD_GATEWAY: _BAD_GATEWAY,
    Fault.BAD_GATEWAY_AFTER: _BAD_GATEWAY,
    Fault.TOO_MANY_REQUESTS: _TOO_MANY_REQUESTS,
    Fault.UNAVAILABLE: _UNAVAILABLE,
    Fault.SERVER_ERROR: _SERVER_ERROR,
    Fault.SERVER_ERROR_AFTER: _SERVER_ERROR,
}


class Dropped(SandboxError):
    """A fault of the line: there is no answer.

    Attributes:
        fault: what went wrong.
        cut: what came of the answer before the line broke; None for nothing.
    """

    def __init__(self, fault: Fault, cut: Reply | None = None) -> None:
        self.fault = fault
        self.cut = cut
        super().__init__(f"The connection was made to fail: {fault}.")


class Faults:
    """Which request meets which fault; requests are counted from 1.

    Args:
        schedule: the faults of single requests, by their number.
        chance: how likely every other request is to fail, from 0 to 1.
        kinds: the faults that chance chooses from; all unless told otherwise.
        seed: the same seed gives the same request the same fault.

    Raises:
        SandboxError: for a fault that does not exist, or what is not such a schedule.

    >>> faults = Faults({2: "late"})
    >>> [faults.draw() for _ in range(3)]
    [None, <Fault.LATE: 'late'>, None]
    """

    def __init__(
        self,
        schedule: Mapping[int, str] | None = None,
        *,
        chance: float = 0.0,
        kinds: Iterable[str] = tuple(Fault),
        seed: int = 0,
    ) -> None:
        if not isinstance(schedule, Mapping | None) or any(type(number) is not int for number in schedule or ()):
            raise SandboxError(
                f"Expected a map from a request's number to its fault, got {schedule!r}: write {{1: 'late'}}."
            )
        self.schedule: dict[int, Fault] = {number: _fault(kind) for number, kind in (schedule or {}).items()}
        self.chance = chance
        self.kinds: list[Fault] = [_fault(kind) for kind in kinds]
        self.seed = seed
        self._drawn = 0
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, texts: Iterable[str], *, seed: int = 0) -> Self:
        """Faults as written on a command line: `late:3` (the third request) or `late:0.1` (a tenth of them).

        Several chances are one: any of their kinds, as often as the greatest says.

        Args:
            texts: the faults as written.
            seed: as in `Faults`.

        Returns:
            The faults.

        Raises:
            SandboxError: for a text that is not written so.

        >>> Faults.parse(["late:3", "html:0.1", "cut:0.1"])
        Faults({3: 'late'}, chance=0.1, kinds=['html', 'cut'], seed=0)
        """
        schedule: dict[int, str] = {}
        chances: dict[str, float] = {}
        for text in texts:
            kind, _, when = text.partition(":")
            try:
                if "." in when:
                    chances[_fault(kind)] = float(when)
                else:
                    schedule[int(when)] = _fault(kind)
            except ValueError:
                raise SandboxError(
                    f"Expected a fault and when it comes, got {text!r}: write late:3 for the third request or late:0.1."
                ) from None
        return cls(schedule, chance=max(chances.values(), default=0.0), kinds=chances or tuple(Fault), seed=seed)

    def draw(self) -> Fault | None:
        """What the next request meets.

        Returns:
            The fault, or None if all goes well.
        """
        with self._lock:
            self._drawn += 1
            number = self._drawn
        if number in self.schedule:
            return self.schedule[number]
        accident = hashlib.blake2b(f"{self.seed} {number}".encode(), digest_size=8).digest()
        if int.from_bytes(accident[:4]) >= self.chance * 2**32:
            return None
        return self.kinds[int.from_bytes(accident[4:]) % len(self.kinds)]

    def __repr__(self) -> str:
        schedule = {number: str(kind) for number, kind in self.schedule.items()}
        return f"Faults({schedule}, chance={self.chance}, kinds={[str(kind) for kind in self.kinds]}, seed={self.seed})"


def _fault(kind: str) -> Fault:
    try:
        return Fault(kind)
    except ValueError:
        raise SandboxError(f"Expected the name of a fault, got {kind!r}: there are {', '.join(Fault)}.") from None


def apply_fault(reply: Reply, fault: Fault) -> Reply:
    """What becomes of a reply; Dropped where nothing of it arrives whole."""
    if fault in _INSTEAD:
        return _INSTEAD[fault]
    half = Reply(reply.status, reply.content_type, reply.body[: len(reply.body) // 2])
    if fault is Fault.TRUNCATED:
        return half
    if fault not in _RESULTS:
        raise Dropped(fault, half if fault is Fault.CUT else None)
    envelope = json.loads(reply.body)
    results = envelope["response"]["results"]
    middle = len(results) // 2
    envelope["response"]["results"] = {
        Fault.MISSING: results[:middle] + results[middle + 1 :],
        Fault.DOUBLED: results[: middle + 1] + results[middle:],
        Fault.REORDERED: results[::-1],
    }[fault]
    return Reply(reply.status, reply.content_type, php.dumps(envelope))
