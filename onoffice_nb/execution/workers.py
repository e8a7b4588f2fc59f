"""Who asks the CRM while the journal is written: threads, or where there are none, the caller."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

__all__ = ["worker_pool"]

P = ParamSpec("P")
T = TypeVar("T")


def worker_pool(connections: int) -> Executor:
    """As many workers as there are connections.

    Where no thread can be started (in a browser's Python there are none, in a
    container their number may be limited), the caller does each task when it hands
    it in: slower, as nothing goes on meanwhile.

    >>> with worker_pool(1) as pool:
    ...     pool.submit(max, 1, 2).result()
    2
    """
    if _can_start_threads():
        return ThreadPoolExecutor(connections, thread_name_prefix="onoffice_nb")
    return CallerRuns()


class CallerRuns(Executor):
    """Does each task at once, in the thread that hands it in.

    >>> CallerRuns().submit(max, 1, 2).done()
    True
    """

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of a task that is done already; what it raised is raised by `result()`, as elsewhere."""
        future: Future[T] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def _can_start_threads() -> bool:
    # To be known before any request is handed in: a pool that finds it out later has already queued it.
    probe = threading.Thread(target=lambda: None, name="onoffice_nb probe")
    try:
        probe.start()
    except RuntimeError:
        return False
    probe.join()
    return True
