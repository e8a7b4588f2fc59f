"""One job at a time, beside the kernel's own thread, so that the page and the kernel stay alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from onoffice_nb.errors import PlanError
from onoffice_nb.execution.control import stop

__all__ = ["JobRunner"]

T = TypeVar("T")


class JobRunner:
    """Whoever reads or writes the CRM goes through here; a second job is refused until the first is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Started last, to be waited for; and at work last, be it started here or the caller's own.
        self._started: threading.Thread | None = None
        self._worker: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._lock.locked()

    def run(self, job: Callable[[], T]) -> T:
        """Do a job here and now; raises PlanError if another one is under way."""
        if not self._lock.acquire(blocking=False):
            raise PlanError("The builder is at work already. Wait until it is done, or stop it.")

        self._worker = threading.current_thread()
        try:
            return job()
        finally:
            self._lock.release()

    def start(
        self,
        job: Callable[[], object],
        boundary: Callable[[], AbstractContextManager[None]],
        on_end: Callable[[], object],
    ) -> None:
        """Do a job in a thread, then `on_end`; nothing, if another one is under way.

        Where no thread can be started (in a browser's Python there are none, in a
        container their number may be limited), the job is done here and now: the
        page then shows how far it is, but hears no click before its end.

        Args:
            job: What is to be done.
            boundary: Makes what stands around the job and tells what went wrong in it.
            on_end: Called when the job is over, however it ended.
        """
        if not self._lock.acquire(blocking=False):
            return

        def work() -> None:
            try:
                with boundary():
                    job()
            finally:
                self._lock.release()
                on_end()

        # Whatever ends the kernel may end the thread too: the journal is written before anything is sent.
        thread = threading.Thread(target=work, name="onoffice_nb builder", daemon=True)
        self._started = self._worker = thread
        try:
            thread.start()
        except RuntimeError:
            self._started, self._worker = None, threading.current_thread()
        if self._started is None:
            work()

    def stop(self) -> None:
        """Stop the job under way, and nothing that another builder is doing."""
        if self._worker is not None:
            stop(self._worker)

    def wait(self) -> None:
        """Until the job that was started last is done."""
        if self._started is not None:
            self._started.join()
