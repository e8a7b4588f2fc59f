"""A small CRM to play in, and short ways to say what is wanted of it and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import onoffice_nb as oo
from onoffice_nb.sandbox import Sandbox

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
