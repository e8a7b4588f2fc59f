"""The circuit breaker: when a run gives up because request after request fails wholly."""

from __future__ import annotations

from typing import Final

__all__ = ["MAX_CONSECUTIVE_FAILURES", "CircuitBreaker"]

# Enough to tell a bad moment from a CRM that does not want to be written to.
MAX_CONSECUTIVE_FAILURES: Final = 3


class CircuitBreaker:
    """Counts the requests in a row that failed wholly.

    Example:
        >>> breaker = CircuitBreaker()
        >>> one, other = breaker.launched(), breaker.launched()
        >>> breaker.failed(one, concurrent_failure=True), breaker.failed(other, concurrent_failure=True)
        (False, False)
        >>> [breaker.failed(breaker.launched(), concurrent_failure=False) for _ in range(2)]
        [False, True]
    """

    def __init__(self) -> None:
        self._in_a_row = self._launched = self._counted_up_to = 0

    def launched(self) -> int:
        """One more request leaves; returns its number, from 1 on."""
        self._launched += 1
        return self._launched

    def succeeded(self) -> None:
        """Something was done: the row is at its end."""
        self._in_a_row = 0

    def failed(self, request_number: int, *, concurrent_failure: bool) -> bool:
        """Nothing of a request was done.

        Args:
            request_number: What `launched` returned for it.
            concurrent_failure: Whether those that were under way beside it may have failed for the same reason, so
                that they count once together: their actions need to be split too, or they met the same bad moment.

        Returns:
            Whether that is enough for the run to give up.
        """
        if concurrent_failure and request_number <= self._counted_up_to:
            return False
        self._counted_up_to = self._launched if concurrent_failure else self._counted_up_to
        self._in_a_row += 1
        return self._in_a_row >= MAX_CONSECUTIVE_FAILURES
