"""The jobs of the tests of many accounts: in a module, as processes import them."""

from __future__ import annotations

import os
from pathlib import Path

import onoffice_nb as oo

PARENTS, CHILDREN = list(range(1001, 1121)), list(range(5001, 5121))


def link_buyers(crm: oo.Client, journal: oo.Journal) -> oo.Report:
    """Links 120 buyers, in three requests."""
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=PARENTS, child=CHILDREN))
    return oo.submit(crm, plan, journal=journal, progress=False)


def take_back(crm: oo.Client, journal: oo.Journal) -> list[oo.Report]:
    """Takes back the latest run of the account, if there is one."""
    return [oo.undo(crm, record.run, journal=journal, progress=False) for record in journal.runs()[:1]]


def tell_the_keys(crm: oo.Client, journal: oo.Journal) -> oo.Report:
    """Does what no job should: its error repeats what it has found in the environment."""
    raise ValueError(f"{crm} {os.environ['KONTO01_TOKEN']} {os.environ['KONTO01_SECRET']}")


def return_nothing(crm: oo.Client, journal: oo.Journal) -> oo.Report:
    """Forgets its report."""
    return None  # type: ignore[return-value]  # what is tested


def die_once(crm: oo.Client, journal: oo.Journal) -> oo.Report:
    """Its process dies without a word, the first time, after the first request was sent."""
    marker = Path(os.environ["DIED_ONCE"])
    if marker.exists():
        return link_buyers(crm, journal)

    def die(now: object) -> None:
        marker.touch()
        os._exit(9)

    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=PARENTS, child=CHILDREN))
    return oo.submit(crm, plan, journal=journal, progress=die)
