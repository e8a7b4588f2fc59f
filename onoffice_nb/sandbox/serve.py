"""A sandbox to run in a terminal: it says where it is and what it is asked, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.demo_agency import OTHER_BRANCH
from onoffice_nb.sandbox.faults import Faults
from onoffice_nb.sandbox.sandbox import Sandbox

__all__ = ["serve"]


def serve(
    echo: Callable[[str], object],
    port: int = 8410,
    db: str = ":memory:",
    faults: Iterable[str] = (),
    latency: float = 0.0,
    live_like: bool = False,
) -> None:
    """Serve the demo agency until Ctrl-C.

    Args:
        echo: is given every line that the user is to see.
        port: the port on loopback; 0 takes any that is free.
        db: a file that keeps it all, or `:memory:`.
        faults: as `Faults.parse` takes them.
        latency: what is added to each request, in seconds.
        live_like: whether the API user lacks rights as on a real account: records of another branch
            (`agency.OTHER_BRANCH`) may not be written, and neither users nor the log be read.

    Raises:
        SandboxError: if the port, the file or a fault is not to be had.
    """
    chosen = list(faults)
    box = Sandbox(
        db,
        behaviour=Behaviour(user_right="missing", log_right="missing") if live_like else Behaviour(),
        faults=Faults.parse(chosen) if chosen else None,
        latency=latency,
    )
    for module, ids in OTHER_BRANCH.items():
        box.set_rights(module, ids, writable=not live_like)
    box.on_request = lambda entry: echo(str(entry))
    with box, box.serve(port) as server:
        echo(f"{box.account}\n")
        echo(f"ONOFFICE_URL={server.url}\nONOFFICE_TOKEN={box.token}\nONOFFICE_SECRET={box.secret}\n")
        echo(f"What goes on stands at {server.page}. Ctrl-C stops it.")
        with suppress(KeyboardInterrupt):
            server.wait()
    echo("Stopped.")
