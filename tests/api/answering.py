"""An API of one function: what an operation asks of it, and what the operation makes of its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from onoffice_nb.api.operations import Operation
from onoffice_nb.api.wire import Call, Result

T = TypeVar("T")


def asked(operation: Operation[T], reply: Callable[[Call], Result | None]) -> tuple[list[list[Call]], T]:
    """The calls of each request of an operation, and what it returns."""
    requests: list[list[Call]] = []
    try:
        calls = next(operation)
        while True:
            requests.append(calls)
            calls = operation.send([reply(call) for call in calls])
    except StopIteration as done:
        found: T = done.value
        return requests, found
