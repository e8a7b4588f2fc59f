"""One request with everything that may happen to it, sans-I/O: sent, read, repeated, its clock corrected.

`batch_cycle` yields what has to happen outside (`Send`, `Wait`) and is sent
what came of it, so `Client` and `AsyncClient` drive the same generator and the
rules for repeating stand here once. Nothing here knows of sockets, threads or
event loops.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias

from onoffice_nb.api.retries import only_reads, retry_delay
from onoffice_nb.api.wire import (
    ApiKeys,
    Call,
    Result,
    read_reply,
    redact,
    with_identifiers,
    write_request,
)
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OutcomeUnknown, warn_user
from onoffice_nb.formatting import counted
from onoffice_nb.model import ACTIONS_PER_REQUEST

__all__ = ["Exchange", "HttpReply", "Send", "ServerClock", "Session", "Wait", "batch_cycle", "request_cycle"]

# A signature is valid for two minutes before and after its timestamp; documented.
_TOLERANCE: Final = 120.0
# Below this the clock is not why a timestamp was refused.
_NOTABLE: Final = 60.0
_TIMESTAMP_REFUSED: Final = 136
# "Unknown field"; a client in production reports it for every request of several actions.
_SEVERAL_REFUSED: Final = 141

# Answers of gateways that another try may change; the others of HTTP 4xx stay as they are.
_PASSING: Final = frozenset({408, 425, 429})
_NOT_KNOWN: Final = "It is not known what was done."


@dataclass(frozen=True, slots=True)
class Send:
    """Post this body, and send an `HttpReply` back (or throw ConnectionFailed or OutcomeUnknown)."""

    # It holds the token: never in a repr, and so in no traceback either.
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back over HTTP; `date` and `retry_after` are the headers of these names, None where there are none."""

    status: int
    body: bytes = field(repr=False)
    date: str | None = None
    retry_after: str | None = None


Exchange: TypeAlias = Generator[Send | Wait, HttpReply | None, list[Result | None]]


class ServerClock:
    """The time by which requests are signed: this computer's, corrected where a reply has proven it wrong.

    Args:
        now: this computer's clock, in Unix seconds.

    Attributes:
        offset: seconds that are added to this computer's clock.
        measured: seconds by which onOffice's clock was ahead of this computer's at the last reply, or
            None where that named no date.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self.offset: float = 0.0
        self.measured: float | None = None

    def timestamp(self) -> int:
        """Unix seconds, as the next request is signed."""
        return int(self._now() + self.offset)

    def measure(self, reply: HttpReply) -> None:
        """Compare this computer's clock with the date that a reply bears, if it bears one."""
        date = _http_date(reply.date)
        self.measured = None if date is None else date - self._now()

    def correct(self) -> bool:
        """Sign by onOffice's clock from now on; False where the last reply gives no reason to."""
        if self.measured is None or abs(self.measured - self.offset) < _NOTABLE:
            return False
        self.offset = self.measured
        warn_user(
            f"This computer's clock is {_in_words(self.measured)} onOffice's, and requests are signed by the corrected"
            " time from now on. Switch on the automatic date and time of this computer."
        )
        return True

    def advice(self) -> str:
        """What to do about a timestamp that was refused."""
        here = datetime.fromtimestamp(self._now(), UTC).strftime("%H:%M:%S UTC")
        if self.measured is None:
            return (
                f"This computer's clock says {here}, which is at least {_TOLERANCE / 60:.0f} minutes off:"
                " switch on its automatic date and time, then try again."
            )
        return (
            f"This computer's clock says {here}; by the date of the reply it is {_in_words(self.measured)} onOffice's,"
            " and a request signed by that date was refused too. Ask onOffice support."
            if abs(self.measured) >= _NOTABLE
            else f"This computer's clock says {here}, and the date of the reply agrees with it. Ask onOffice support."
        )


class Session:
    """What a client knows of its account: how to sign, and what it has learnt while it asked.

    Attributes:
        keys: token and secret.
        clock: the time by which requests are signed.
        actions_per_request: how many actions a request may hold; 1 where the account refuses several.
        refused_calls: names of calls that the account was found not to know, so that they are not asked for again.
    """

    def __init__(self, keys: ApiKeys, now: Callable[[], float] = time.time) -> None:
        self.keys = keys
        self.clock: ServerClock = ServerClock(now)
        self.actions_per_request = ACTIONS_PER_REQUEST
        self.refused_calls: set[str] = set()

    def __repr__(self) -> str:
        return f"<Session {counted(self.actions_per_request, 'action')} a request>"


def batch_cycle(calls: Sequence[Call], session: Session) -> Exchange:
    """The requests for some calls: one, or one a call where the account takes single actions only.

    Args:
        calls: 1 to 50 calls.
        session: what the client knows of its account; it learns here.

    Returns:
        One result a call, in order; None for a write where there is none to be trusted.

    Raises:
        InputError: for what is not a list of 1 to 50 calls.
        ConnectionFailed: if nothing was sent.
        OutcomeUnknown: if it cannot be told what was done.
        ApiError: if the request was refused as a whole.
    """
    sent = with_identifiers(_checked(calls))
    if len(sent) > session.actions_per_request:
        return (yield from _one_by_one(sent, session))

    refusal: ApiError | None = None
    results: list[Result | None] = []
    try:
        results = yield from request_cycle(sent, session)
    except ApiError as error:
        refusal = error.with_traceback(None)
    if refusal is not None and refusal.code != _SEVERAL_REFUSED:
        raise refusal

    several_refused = all(result is not None and result.code == _SEVERAL_REFUSED for result in results)
    if len(sent) > 1 and several_refused:
        # The same code names an unknown field: only an action that is taken alone tells the two apart.
        first = yield from request_cycle(sent[:1], session)
        if first[0] is None or first[0].code != _SEVERAL_REFUSED:
            session.actions_per_request = 1
            return first + (yield from _one_by_one(sent[1:], session, began=True))
    if refusal is not None:
        raise refusal
    return results


def _checked(calls: Sequence[Call]) -> Sequence[Call]:
    wrong = [call for call in calls if not isinstance(call, Call)] if isinstance(calls, Sequence) else [calls]
    if wrong:
        raise InputError(
            f"Expected a list of oo.Call, got {type(wrong[0]).__name__}: write [oo.Call('read', 'estate', {{…}})]."
        )
    if not 0 < len(calls) <= ACTIONS_PER_REQUEST:
        raise InputError(f"Expected 1 to {ACTIONS_PER_REQUEST} actions in a request, got {len(calls)}: split the list.")
    return calls


def _one_by_one(calls: Sequence[Call], session: Session, *, began: bool = False) -> Exchange:
    """A request for each call. Once a write has been sent, no later failure may say that nothing was."""
    results: list[Result | None] = []
    for call in calls:
        try:
            results += yield from request_cycle([call], session)
        except (ConnectionFailed, OutcomeUnknown, ApiError) as error:
            if only_reads(calls) or not (began or results):
                raise
            failure = f"{error} This was action {len(results) + 1} of {len(calls)}, sent one by one: {_NOT_KNOWN}"
        else:
            continue
        raise OutcomeUnknown(failure)
    return results


def request_cycle(calls: Sequence[Call], session: Session) -> Exchange:
    """One request: sent, read, and repeated where that cannot do harm, signed anew each time.

    Args:
        calls: 1 to 50 calls; where there are several, each with an identifier of its own.
        session: what the client knows of its account.

    Returns:
        One result a call, in order; None for a write where there is none to be trusted.

    Raises:
        ConnectionFailed: if nothing was sent.
        OutcomeUnknown: if it cannot be told what was done.
        ApiError: if the request was refused as a whole.
    """
    attempt = 1
    corrected = False
    while True:
        try:
            results = yield from _send_once(calls, session)
        except (ConnectionFailed, OutcomeUnknown) as error:
            seconds = retry_delay(attempt, error, calls)
            if seconds is None:
                _say_what_was_done(error, calls)
                raise
        else:
            if not all(result is not None and result.code == _TIMESTAMP_REFUSED for result in results):
                return results
            # What was refused for its timestamp has done nothing, so that even a write may be asked for again.
            if corrected or not session.clock.correct():
                return [replace(result, advice=session.clock.advice()) for result in results if result is not None]
            corrected = True
            continue
        yield Wait(seconds)
        attempt += 1


def _send_once(calls: Sequence[Call], session: Session) -> Exchange:
    timestamp = session.clock.timestamp()
    reply = yield Send(write_request(calls, session.keys, timestamp))
    if reply is None:
        raise OutcomeUnknown("The request was sent, but no answer was handed on.")

    session.clock.measure(reply)
    body = redact(reply.body, calls, session.keys, timestamp)
    try:
        results = read_reply(body, calls, http_status=reply.status)
    except OutcomeUnknown as error:
        error.may_pass = not 400 <= reply.status < 500 or reply.status in _PASSING
        error.retry_after = _pause(reply)
        raise
    except ApiError as refusal:
        if refusal.code != _TIMESTAMP_REFUSED:
            raise
        return [Result(refusal.code, refusal.message)] * len(calls)

    if None in results and only_reads(calls):
        raise OutcomeUnknown("onOffice did not answer to everything that it was asked.")
    return results


def _say_what_was_done(error: ConnectionFailed | OutcomeUnknown, calls: Sequence[Call]) -> None:
    """Complete the message of an error that ends a request."""
    words = [str(error)]
    if error.retry_after is not None:
        words.append(f"It asks for a pause of {counted(math.ceil(error.retry_after), 'second')}.")
    if isinstance(error, OutcomeUnknown):
        words.append(_nothing_written(error) if only_reads(calls) else _NOT_KNOWN)
    error.args = (" ".join(words),)


def _nothing_written(error: OutcomeUnknown) -> str:
    later = error.may_pass and error.retry_after is None
    return f"Nothing was written, as this only reads{': try again in a minute' if later else ''}."


def _pause(reply: HttpReply) -> float | None:
    """The seconds that `Retry-After` asks for: it names them, or the moment when they are over."""
    asked = (reply.retry_after or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    until, now = _http_date(asked), _http_date(reply.date)
    if until is None:
        return None
    return max(0.0, until - (time.time() if now is None else now))


def _http_date(text: str | None) -> float | None:
    """Unix seconds of a date as HTTP writes it: `Tue, 15 Nov 1994 08:12:31 GMT`."""
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (ValueError, OverflowError):
        return None


def _in_words(ahead: float) -> str:
    """How this computer's clock stands to one that is so many seconds ahead of it."""
    seconds = abs(ahead)
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    amount = counted(minutes, "minute") if seconds < 5400 else counted(hours, "hour")
    return f"{amount} {'behind' if ahead > 0 else 'ahead of'}"
