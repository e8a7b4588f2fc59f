"""Which failure may be repeated, and after how long. Pure.

A request that never left may always be sent again. A request that may have
arrived may be repeated only if it does nothing but read: a write whose outcome
is unknown has to be looked up first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import random

from onoffice_nb.api.wire import Call
from onoffice_nb.errors import ConnectionFailed, OnOfficeError, OutcomeUnknown

__all__ = ["MAX_ATTEMPTS", "only_reads", "retry_delay"]

# Five tries within some twenty seconds outlast a tunnel, and are no siege of a server in trouble.
MAX_ATTEMPTS = 5
_FIRST = 0.5
_LONGEST_WAIT = 8.0
# A gateway may ask for a pause; beyond this one, whoever waits had better be told.
_LONGEST_PAUSE = 30.0


def only_reads(calls: Sequence[Call]) -> bool:
    """Whether these calls change nothing in the CRM.

    >>> only_reads([Call("get", "idsfromrelation", {}), Call("read", "estate", {})])
    True
    >>> only_reads([Call("get", "idsfromrelation", {}), Call("do", "sendmail", {})])
    False
    """
    return all(call.verb in ("get", "read") for call in calls)


def retry_delay(
    attempt: int, error: OnOfficeError, calls: Sequence[Call], *, jitter: Callable[[], float] = random
) -> float | None:
    """How long to wait before the next try, if there may be one.

    The wait doubles from try to try and is shortened by up to a half at
    random, so that many kernels do not come back at the same moment. A pause
    that the other side asks for (`Retry-After`) is kept, up to 30 seconds.

    Args:
        attempt: number of the try that failed, from 1.
        error: what it failed with.
        calls: what the request asks for.
        jitter: a random number from 0 to 1.

    Returns:
        Seconds, or None where the request must not be repeated, or had better not.

    Example:
        >>> retry_delay(1, ConnectionFailed("no route"), [Call("create", "relation", {})], jitter=lambda: 0.0)
        0.5
        >>> retry_delay(1, OutcomeUnknown("time-out"), [Call("create", "relation", {})]) is None
        True
    """
    if not isinstance(error, ConnectionFailed | OutcomeUnknown) or not error.may_pass or attempt >= MAX_ATTEMPTS:
        return None
    if isinstance(error, OutcomeUnknown) and not only_reads(calls):
        return None

    pause = error.retry_after or 0.0
    if pause > _LONGEST_PAUSE:
        return None
    backoff = min(_LONGEST_WAIT, _FIRST * 2.0 ** (attempt - 1)) * (1 - jitter() / 2)
    return max(backoff, pause)
