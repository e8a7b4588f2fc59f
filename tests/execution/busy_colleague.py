"""Somebody else who works in the CRM while a run writes: on other records' links, which have to stay as they are."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from onoffice_nb.sandbox import Reply, Sandbox
from tests.scenarios import is_write


def let_a_colleague_work(box: Sandbox, chance: random.Random, work: Callable[[random.Random], None]) -> None:
    """Whenever a request writes, over whichever connection, the colleague does something first."""
    handle = box.transport._handle
    one_by_one = threading.Lock()

    def handle_and_meddle(body: bytes) -> Reply:
        if is_write(body):
            with one_by_one:
                work(chance)
        return handle(body)

    box.transport._handle = handle_and_meddle
