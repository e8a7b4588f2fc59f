"""The requests of a run on their way: waiting, prepared, in flight, and what is read back beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, Final

from onoffice_nb.api.wire import Result
from onoffice_nb.errors import ConnectionFailed, InputError, OnOfficeError
from onoffice_nb.execution.observation import Observation
from onoffice_nb.planning.actions import Actions

__all__ = ["Reply", "Request", "Traffic"]

# Without a connection, or through a client that was closed meanwhile.
_NOTHING_SENT: Final = (ConnectionFailed, InputError)


@dataclass(frozen=True, slots=True)
class Request:
    """Actions that go to the CRM together.

    Attributes:
        actions: Up to 50 of them.
        is_first_try: Whether its links are sent for the first time, and were not split off from a refused action.
        number: Its place among the requests of the run that left, from 1 on; 0 until it leaves itself.
    """

    actions: Actions
    is_first_try: bool = True
    number: int = 0

    @property
    def items(self) -> list[int]:
        """The positions of the items that it is about."""
        members: list[int] = self.actions.all_members.tolist()
        return members


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a request.

    Attributes:
        request: What was sent.
        results: One for each action; None where there is none to be trusted. Empty where nothing was sent.
        error: The error of the whole, if any.
        seen: What was looked up because of this reply.
    """

    request: Request
    results: Sequence[Result | None]
    error: OnOfficeError | None = None
    seen: Observation = field(default_factory=Observation)

    @property
    def was_sent(self) -> bool:
        """Whether anything can have reached the CRM."""
        return not isinstance(self.error, _NOTHING_SENT)


@dataclass(slots=True)
class Traffic:
    """What is where while requests are sent over one or several connections.

    Attributes:
        pool: The workers, one for each connection.
        connections: How many requests may be under way at once.
        queue: Requests to be sent.
        prepared: Requests that the journal knows as being sent, but that no connection was free for yet.
        in_flight: Requests that are under way.
        accepted: Items that were accepted and not read back yet.
        read_backs: What is being read back.
    """

    pool: Executor
    connections: int
    queue: deque[Request]
    prepared: deque[Request] = field(default_factory=deque)
    in_flight: set[Future[Reply]] = field(default_factory=set)
    accepted: list[int] = field(default_factory=list)
    read_backs: set[Future[tuple[list[int], Observation]]] = field(default_factory=set)

    @property
    def pending(self) -> list[Future[Any]]:
        """Whatever an answer is awaited for."""
        return [*self.in_flight, *self.read_backs]

    @property
    def has_free_connection(self) -> bool:
        """Whether something more may be under way."""
        return len(self.in_flight) + len(self.read_backs) < self.connections

    @property
    def may_prepare(self) -> bool:
        """Whether one more request is to be prepared: one more than can be in flight, so that no connection waits."""
        return bool(self.queue) and len(self.in_flight) + len(self.prepared) <= self.connections

    @property
    def may_read_back(self) -> bool:
        """Whether a connection is idle that could read back what was accepted."""
        nothing_to_send = not self.queue and not self.prepared
        return bool(self.accepted) and nothing_to_send and self.has_free_connection
