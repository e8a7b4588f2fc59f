"""What is known of the API, from where, and which test holds the sandbox to it: the source of FACTS.md.

`python -m onoffice_nb.sandbox.facts > onoffice_nb/sandbox/FACTS.md` renews it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final

from onoffice_nb.sandbox.behaviour import Behaviour, Mark

__all__ = ["SOURCES", "Fact", "facts", "render"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement; `proof` names its tests (`test_faults::test_x`: tests/sandbox/test_faults.py) or why none."""

    section: str
    source: Mark
    fact: str
    proof: str

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that hold the sandbox to it; none for what is out of reach."""
        return () if self.proof.startswith("out of reach: ") else tuple(self.proof.split())


@cache
def facts() -> tuple[Fact, ...]:
    """All facts that are no switch, from `facts.csv`."""
    table = files("onoffice_nb").joinpath("sandbox/facts.csv").read_text(encoding="utf-8")
    marks: dict[str, Mark] = {"D": "D", "L": "L", "R": "R", "C": "C", "G": "G"}
    return tuple(
        Fact(row["section"], marks[row["source"]], row["fact"], row["proof"])
        for row in csv.DictReader(table.splitlines())
    )


# Where a fact is from, by its mark.
SOURCES: Final = {
    "D": "documented",
    "L": "tried on the live API by another project",
    "R": "seen in a recorded reply",
    "C": "seen in clients in production",
    "G": "a guess",
}


def render() -> str:
    """FACTS.md."""
    lines = [
        "# What the sandbox knows of the API, and from where",
        "",
        "Made by `facts.py` from `facts.csv` and the switches of `behaviour.py`; a test compares them with this page.",
        "`endpoint/test_handler::test_x` stands in `tests/sandbox/endpoint/test_handler.py`, and so on.",
        "",
        "A *guess* is right or wrong on the real API; nothing in the client relies on it. What is known to be open",
        "is a switch, at the end of this page; the few guesses before it fill in where nothing is said at all.",
    ]
    for section, group in groupby(facts(), key=lambda fact: fact.section):
        rows = [(fact.fact, SOURCES[fact.source], "<br>".join(fact.tests) or fact.proof) for fact in group]
        lines += ["", f"## {section}", "", *_table(("fact", "source", "tested in"), rows)]
    switches = [
        (
            f"`{switch.name}`",
            ", ".join(f"`{setting!r}`" for setting in Behaviour.settings(switch.name)),
            switch.metadata["fact"],
            SOURCES[switch.metadata["mark"]],
            f"behaviour::test_{switch.name}",
        )
        for switch in fields(Behaviour)
    ]
    lines += [
        "",
        "## Switches: what nobody outside knows",
        "",
        "`Sandbox(behaviour=Behaviour(name=setting))`. The first setting is the default, and its source is named.",
        "",
        *_table(("switch", "settings", "fact", "source", "tested in"), switches),
        "",
    ]
    return "\n".join(lines)


def _table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(headers)
    body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]


if __name__ == "__main__":
    sys.stdout.write(render())
