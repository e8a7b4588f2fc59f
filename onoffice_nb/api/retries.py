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
_LONGEST = 8.0


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
    """Seconds to wait after failed try number `attempt` (from 1), or None where it must not be repeated.

    The wait doubles from try to try and is shortened by up to a half at
    random, so that many kernels do not come back at the same moment.

    >>> retry_delay(1, ConnectionFailed("no route"), [Call("create", "relation", {})], jitter=lambda: 0.0)
    0.5
    >>> retry_delay(1, OutcomeUnknown("time-out"), [Call("create", "relation", {})]) is None
    True
    """
    repeatable = isinstance(error, ConnectionFailed) or (isinstance(error, OutcomeUnknown) and only_reads(calls))
    if not repeatable or attempt >= MAX_ATTEMPTS:
        return None
    return min(_LONGEST, _FIRST * 2.0 ** (attempt - 1)) * (1 - jitter() / 2)
