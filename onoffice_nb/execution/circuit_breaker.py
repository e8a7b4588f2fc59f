"""The circuit breaker: when a run gives up because request after request fails wholly."""

from __future__ import annotations

from typing import Final

__all__ = ["WHOLE_FAILURES", "Patience"]

# Enough to tell a bad moment from a CRM that does not want to be written to.
WHOLE_FAILURES: Final = 3


class Patience:
    """Counts the requests in a row that failed wholly.

    >>> patience = Patience()
    >>> one, other = patience.launched(), patience.launched()
    >>> patience.failed(one, together=True), patience.failed(other, together=True)
    (False, False)
    >>> [patience.failed(patience.launched(), together=False) for _ in range(2)]
    [False, True]
    """

    def __init__(self) -> None:
        self._in_a_row = self._launched = self._excused = 0

    def launched(self) -> int:
        """One more request goes; returns the how manieth it is."""
        self._launched += 1
        return self._launched

    def succeeded(self) -> None:
        """Something was done: the row is at its end."""
        self._in_a_row = 0

    def failed(self, nth: int, *, together: bool) -> bool:
        """Nothing of the nth request was done; returns whether that is enough.

        `together`: where its actions will be split, those that were under way
        beside it may need no more than that as well; and where no answer came,
        they may have met the same bad moment. Side by side they count once.
        """
        if together and nth <= self._excused:
            return False
        self._excused = self._launched if together else self._excused
        self._in_a_row += 1
        return self._in_a_row >= WHOLE_FAILURES
