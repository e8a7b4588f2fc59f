"""A small CRM to play in, and short ways to say what is wanted of it and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import onoffice_nb as oo
from onoffice_nb.sandbox import Faults, Reply, Sandbox

BUYER = "estate:address:buyer"
PARTICIPANT = "calendar:address"
ESTATES = (1, 2, 3, 4)
APPOINTMENTS = (1, 2, 3, 4)
ADDRESSES = tuple(range(101, 131))
NOBODY = 9_000_001

Pair = tuple[int, int]


def small(*, buyers: Iterable[Pair] = (), **options: Any) -> Sandbox:
    """A sandbox of four estates, four appointments and thirty brokers, some of them linked as buyers."""
    box = Sandbox(empty=True, **options)
    box.add("estate", *ESTATES)
    box.add("calendar", *APPOINTMENTS)
    box.add("address", *ADDRESSES, broker=True)
    box.link(BUYER, buyers)
    return box


def pairs_of(*pairs: Pair) -> oo.Pairs:
    """Pairs as if they had been read from two columns."""
    return oo.read_pairs(parent=[parent for parent, _ in pairs], child=[child for _, child in pairs])


def outcomes(report: oo.Report) -> list[str]:
    """The outcome of each input row."""
    return [str(outcome) for outcome in report.frame["outcome"]]


def is_write(body: bytes) -> bool:
    """Whether a request creates, changes or removes links."""
    return b'"resourcetype":"relation"' in body.replace(b" ", b"")


@contextmanager
def trouble(
    box: Sandbox,
    writes: Mapping[int, str] = MappingProxyType({}),
    *,
    later_reads: str = "",
    before_write: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """A fault for the nth request that writes, one for all that read after the first write, and who comes between."""
    handle, written = box.transport._handle, 0

    def spoilt(body: bytes) -> Reply:
        nonlocal written
        if is_write(body):
            written += 1
            fault = writes.get(written, "")
            before_write()
        else:
            fault = later_reads if written else ""
        box.faults = Faults({1: fault}) if fault else None
        try:
            return handle(body)
        finally:
            box.faults = None

    box.transport._handle = spoilt
    try:
        yield
    finally:
        box.transport._handle = handle
