"""A process of its own that submits and is killed with SIGKILL on the way, and what the CRM had confirmed to it."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import onoffice_nb as oo
from onoffice_nb.sandbox import Reply, Sandbox
from tests.scenarios import Pair

_LOADED: Final = (
    *("tests.execution.fault_simulation", "tests.execution.status_simulation", "pandas"),
    *("onoffice_nb.execution.submit", "onoffice_nb.execution.history", "onoffice_nb.sandbox"),
)

# Verb and link of a write.
Key = tuple[str, Pair]


def journal_in(folder: Path) -> oo.Journal:
    """A journal that does not wait for the disk."""
    journal = oo.Journal(folder / "runs.sqlite")
    # Waiting for the disk guards against power cuts; what a killed process has written, the system keeps anyway.
    journal._db._db.execute("PRAGMA synchronous = OFF")
    return journal


def run_until_killed(target: Callable[..., None], *arguments: Any) -> bool:
    """Let another process do it; whether it was killed, and did not get through before."""
    processes = multiprocessing.get_context("forkserver")
    # The server of processes is started once, and what it has loaded, none of them has to.
    processes.set_forkserver_preload(list(_LOADED))
    process = processes.Process(target=target, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL), f"exit code {process.exitcode}"
    return bool(process.exitcode)


def die_on_the_way(box: Sandbox, journal: oo.Journal, chance: random.Random, folder: Path) -> None:
    """Have this process killed at a drawn step, or at any moment at all; note what the CRM confirms until then."""
    tick = _ticking(chance.randint(1, 24)) if chance.random() < 0.5 else _ticking(10_000)
    if chance.random() < 0.5:
        threading.Thread(target=_die_after, args=(chance.uniform(0, 0.03),), daemon=True).start()
    handle = box.transport._handle
    one_by_one = threading.Lock()

    def handle_and_note(body: bytes) -> Reply:
        """The CRM's side: a kill before it is an unsent request, a kill after it an unread answer."""
        tick()
        # Or a request would note what another one, answered meanwhile, has confirmed.
        with one_by_one:
            before = Counter(box.writes_confirmed)
            try:
                return handle(body)
            finally:
                with (folder / "confirmed.jsonl").open("a", encoding="utf-8") as lines:
                    lines.writelines(json.dumps(key) + "\n" for key in (box.writes_confirmed - before).elements())
                tick()

    box.transport._handle = handle_and_note
    for name in ("mark_sending", "record"):
        step = getattr(journal, name)
        setattr(journal, name, lambda *args, do=step: (tick(), do(*args), tick()))


def confirmed_in(box: Sandbox) -> Counter[Key]:
    """How often each write was confirmed by this sandbox."""
    confirmed: Counter[Key] = Counter()
    for (verb, _, parent, child), times in box.writes_confirmed.items():
        confirmed[verb, (parent, child)] += times
    return confirmed


def confirmed_before_the_kill(folder: Path) -> Counter[Key]:
    """How often each write was confirmed to the process that was killed."""
    noted = folder / "confirmed.jsonl"
    if not noted.exists():
        return Counter()
    keys = [json.loads(line) for line in noted.read_text(encoding="utf-8").splitlines() if line.endswith("]")]
    return Counter((verb, (parent, child)) for verb, _, parent, child in keys)


def _ticking(step: int) -> Callable[[], None]:
    """A clock that kills its own process at the given step."""
    steps = itertools.count(1)

    def tick() -> None:
        if next(steps) >= step:
            os.kill(os.getpid(), signal.SIGKILL)

    return tick


def _die_after(seconds: float) -> None:
    threading.Event().wait(seconds)
    os.kill(os.getpid(), signal.SIGKILL)
