"""How a run is told to go, to show how far it is, and to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import Final

from onoffice_nb.api.progress_bar import progress_bar
from onoffice_nb.errors import InputError

__all__ = ["Progress", "ProgressCallback", "RunOptions", "cancellation_scope", "progress_reporter", "stop"]

# About 30 side by side were seen to fail now and then; the API's users keep to a few.
_MOST_CONNECTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        run: Its number.
        done: How many links are settled.
        total: Of how many.
        failed: How many failed, or are unknown.
    """

    run: int
    done: int
    total: int
    failed: int


ProgressCallback = bool | Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to be done.

    Attributes:
        progress: True for a bar, False for none, or a function that is told a `Progress`.
        connections: How many requests may be under way at once, 1 to 4.
        verify: Whether everything is read back at the end.

    Raises:
        InputError: One of them is something else.
    """

    progress: ProgressCallback
    connections: int
    verify: bool

    def __post_init__(self) -> None:
        if not isinstance(self.progress, bool) and not callable(self.progress):
            raise InputError(
                f"Expected progress=True (a bar), False or a function that is told, got {self.progress!r}."
            )
        if type(self.connections) is not int or not 1 <= self.connections <= _MOST_CONNECTIONS:
            raise InputError(
                f"Expected connections from 1 to {_MOST_CONNECTIONS}, got {self.connections!r}: more made the API fail."
            )


# What stops each run under way, and the thread in which it is.
_active_stop_events: dict[Event, threading.Thread] = {}


def stop(thread: threading.Thread | None = None) -> None:
    """Stop every run of this process, or that of a thread: the requests under way are finished first.

    To be called from another thread, or from the function that is told of the progress.

    Args:
        thread: The thread whose run is to stop; without it, all of them do.
    """
    for stop_event, runner in tuple(_active_stop_events.items()):
        if thread in (None, runner):
            stop_event.set()


@contextmanager
def cancellation_scope() -> Iterator[Event]:
    """An event that `stop()` sets, and in the main thread an interrupt too; a second interrupt gets through."""
    stop_event = Event()

    def interrupted(signal_number: int, frame: FrameType | None) -> None:
        if stop_event.is_set():
            raise KeyboardInterrupt
        stop_event.set()

    is_main_thread = threading.current_thread() is threading.main_thread()
    handler_before = signal.signal(signal.SIGINT, interrupted) if is_main_thread else None
    _active_stop_events[stop_event] = threading.current_thread()
    try:
        yield stop_event
    finally:
        del _active_stop_events[stop_event]
        # None is a handler that was not set by Python, and cannot be.
        if handler_before is not None:
            signal.signal(signal.SIGINT, handler_before)


@contextmanager
def progress_reporter(progress: ProgressCallback) -> Iterator[Callable[[Progress], object]]:
    """Whom to tell of the progress: a bar, the caller's own function, or nobody."""
    if callable(progress):
        yield progress
        return

    with progress_bar("links", shown=bool(progress)) as bar:

        def report_progress(now: Progress) -> None:
            if bar.total != now.total:
                # A notebook's bar learns its length by this alone.
                bar.reset(now.total)
            bar.n = now.done
            bar.set_postfix(failed=now.failed)

        yield report_progress
