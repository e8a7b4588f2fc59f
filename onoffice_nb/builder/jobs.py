"""One thing at a time, beside the kernel's own thread, so that the page and the kernel stay alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from onoffice_nb.builder.widgets import Message, error_boundary
from onoffice_nb.errors import PlanError
from onoffice_nb.execution.control import stop

__all__ = ["JobRunner"]

T = TypeVar("T")


class JobRunner:
    """Whoever reads or writes the CRM goes through here; a second one is refused until the first is done."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._thread: threading.Thread | None = None
        self._working: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._one.locked()

    def run(self, job: Callable[[], T]) -> T:
        """Do it now and wait for it; raises PlanError if something is under way."""
        if not self._one.acquire(blocking=False):
            raise PlanError("The builder is at work already. Wait until it is done, or stop it.")
        self._working = threading.current_thread()
        try:
            return job()
        finally:
            self._one.release()

    def start(self, job: Callable[[], object], message: Message, done: Callable[[], object]) -> None:
        """Do it in a thread, then `done`; what goes wrong is told in `message`. Nothing, if something is under way."""
        if not self._one.acquire(blocking=False):
            return

        def work() -> None:
            try:
                with error_boundary(message):
                    job()
            finally:
                self._one.release()
                done()

        # Whatever ends the kernel may end it too: the journal is written before anything is sent.
        self._thread = self._working = threading.Thread(target=work, name="onoffice_nb builder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop what is under way, and nothing that another builder is doing."""
        if self._working is not None:
            stop(self._working)

    def wait(self) -> None:
        """Until what was started last is done."""
        if self._thread is not None:
            self._thread.join()
