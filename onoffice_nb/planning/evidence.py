"""What the rules of the preflight look at: a plan, and what the CRM tells of its records. Reads, never writes."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client
from onoffice_nb.api.operations import Links
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.model import ACTIONS_PER_REQUEST, IDS_PER_ACTION, Verb
from onoffice_nb.planning.actions import IntArray
from onoffice_nb.planning.column_names import UNIT_TYPES
from onoffice_nb.planning.current_links import are_links
from onoffice_nb.planning.other_columns import mentioned, texts_beside_ids
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.records import Records, ask, module_of_records, read_known_records
from onoffice_nb.planning.rights import MODULES_WITH_RIGHTS, read_unwritable

__all__ = ["BROKERS_ONLY", "Evidence", "Side"]

BROKERS_ONLY: Final = "estate:address:contactPerson"


class Side(NamedTuple):
    """The parents or the children of a plan's items: their module, and an id for each item."""

    name: str
    module: str
    ids: IntArray


class Evidence:
    """A plan and its records. What only some rules need is read when one of them looks.

    Attributes:
        plan: The plan.
        parents: Its parents.
        children: Its children.
        pending: bool[items], which of its items will be sent.
        examined: bool[items], which of them the rules look at.
    """

    def __init__(self, crm: Client, plan: Plan) -> None:
        self._crm = crm
        self.plan = plan
        self.parents = Side("parent", module_of_records(plan.relation.parent), plan.items.parents)
        self.children = Side("child", module_of_records(plan.relation.child), plan.items.children)
        self.pending = np.zeros(len(plan.items), dtype=bool)
        self.pending[plan.pending] = True
        # A link that is there already is not created: whatever speaks against it does not matter.
        self.examined = self.pending if plan.verb is Verb.CREATE else np.ones(len(plan.items), dtype=bool)

    @property
    def sides(self) -> tuple[Side, Side]:
        """Parents, then children."""
        return self.parents, self.children

    @property
    def one_module(self) -> bool:
        """Whether parents and children are records of the same module."""
        return self.parents.module == self.children.module

    @cached_property
    def created(self) -> NDArray[np.bool_]:
        """bool[items], which of them will be created."""
        return self.pending & self.plan.items.with_verb(Verb.CREATE)

    def with_ids(self, side: Side, ids: IntArray) -> NDArray[np.bool_]:
        """bool[items], which of the examined ones have one of these ids on this side."""
        return self.examined & np.isin(side.ids, ids)

    def examined_ids(self, side: Side) -> IntArray:
        """The ids of a side that the rules look at, ascending."""
        return np.unique(side.ids[self.examined])

    @cached_property
    def records(self) -> dict[str, Records]:
        """The records of both sides, by module."""
        records: dict[str, Records] = {}
        for module in dict.fromkeys(side.module for side in self.sides):
            ids = np.concatenate([side.ids for side in self.sides if side.module == module])
            records[module] = read_known_records(self._crm, module, ids, self.checked_fields(module))
        return records

    def checked_fields(self, module: str) -> list[str]:
        """The fields of a module that rules look at in this plan."""
        if self.plan.verb is not Verb.CREATE:
            return []
        if module == "estate":
            base_or_unit = ["stammobjekt"] if self.plan.relation.suffix in UNIT_TYPES else []
            return ["status", "verkauft", *base_or_unit]
        brokers_only = module == "address" and self.plan.relation.suffix == BROKERS_ONLY
        return ["ArtDaten"] if brokers_only else []

    def missing(self, side: Side) -> IntArray:
        """The ids of a side that are no records of its module, ascending."""
        return self.records[side.module].missing(self.examined_ids(side))

    def misplaced(self, side: Side) -> IntArray:
        """Those of the missing ids that are records of the other side's module, ascending."""
        return self._misplaced[side.name]

    @cached_property
    def _misplaced(self) -> dict[str, IntArray]:
        misplaced = {}
        for side, other in (self.sides, self.sides[::-1]):
            missing = self.missing(side)
            misplaced[side.name] = missing[:0]
            if len(missing) and not self.one_module:
                misplaced[side.name] = read_known_records(self._crm, other.module, missing).ids
        return misplaced

    def absent(self, side: Side) -> IntArray:
        """The ids of a side that are records of neither module, ascending."""
        return np.setdiff1d(self.missing(side), self.misplaced(side))

    @cached_property
    def named_in_reverse(self) -> NDArray[np.bool_]:
        """bool[items], whose row names the records that the ids would be the other way round, in most of the rows.

        Looked for in the first 500, if the ids show nothing and no row names a record of its own.
        """
        reverse = np.zeros(len(self.plan.items), dtype=bool)
        if self.one_module or any(len(self.missing(side)) for side in self.sides):
            return reverse
        pairs = self.plan.pairs
        chosen = np.flatnonzero(self.examined[: len(pairs)])[:IDS_PER_ACTION]
        texts = texts_beside_ids(pairs, chosen.tolist())
        if not texts or self._naming(texts, self.records, self.sides):
            return reverse

        ids_to_read = {
            other.module: read_known_records(self._crm, other.module, side.ids[list(texts)])
            for side, other in (self.sides, self.sides[::-1])
        }
        reversed_sides = (
            Side("parent", self.parents.module, self.children.ids),
            Side("child", self.children.module, self.parents.ids),
        )
        naming = self._naming(texts, ids_to_read, reversed_sides)
        if 2 * len(naming) >= len(texts):
            reverse[list(naming)] = True
        return reverse

    def _naming(self, texts: dict[int, str], records: dict[str, Records], sides: tuple[Side, Side]) -> set[int]:
        """The pairs whose texts mention the record of one of the sides."""
        naming: set[int] = set()
        for side in sides:
            naming |= mentioned(records[side.module], {item: int(side.ids[item]) for item in texts}, texts)
        return naming

    @cached_property
    def main_estates(self) -> dict[int, int]:
        """Of the absent estates, those that are copies in another language: the copy's id -> the main one's.

        Copies cannot be read by their id. The first 50 are asked for: whoever
        has more of them has taken the ids from the wrong place, and sees it.
        """
        absent = [self.absent(side) for side in self.sides if side.module == "estate"]
        estates = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *absent]))[:ACTIONS_PER_REQUEST].tolist()
        results = ask(self._crm, [Call("get", "estateLanguage", {"estateid": estate}) for estate in estates])
        mains = {estate: _main_estate(result) for estate, result in zip(estates, results, strict=True)}
        return {estate: main for estate, main in mains.items() if main is not None and main != estate}

    def linked_and_planned(self, *, parents: IntArray | None = None, children: IntArray | None = None) -> Links:
        """The links that these parents, or children, will have: those that stay, and all that the plan creates."""
        if not self.created.any():
            return Links(self.parents.ids[:0], self.children.ids[:0])
        existing = self._crm.link_arrays(
            self.plan.relation,
            parents=None if parents is None else parents.tolist(),
            children=None if children is None else children.tolist(),
        )
        removed = self.pending & self.plan.items.with_verb(Verb.DELETE)
        removals = Links(self.parents.ids[removed], self.children.ids[removed])
        stays = ~are_links(existing.parents, existing.children, removals)
        return Links(
            np.concatenate([existing.parents[stays], self.parents.ids[self.created]]),
            np.concatenate([existing.children[stays], self.children.ids[self.created]]),
        )

    @cached_property
    def unwritable(self) -> dict[str, IntArray | None]:
        """By module, the ids that the API user may not change; None where the API does not tell.

        Asked for modules that have rights, and only if something will be sent.
        """
        found = {module: records.ids for module, records in self.records.items() if len(records.ids)}
        ids_of_module = {module: ids for module, ids in found.items() if module in MODULES_WITH_RIGHTS}
        return read_unwritable(self._crm, ids_of_module) if self.pending.any() else {}


def _main_estate(result: Result | None) -> int | None:
    """The estate in the main language, of those that `estateLanguage` tells; None where it tells none.

    How the main one is marked is not seen yet: it is the one with a mark beside its language.
    """
    for record in result.records if result is not None and not result.code else ():
        elements = record.get("elements")
        number = record.get("id")
        marks = [value for name, value in elements.items() if name != "language"] if isinstance(elements, dict) else []
        if isinstance(number, int) and any(mark in (True, 1, "1", "true") for mark in marks):
            return number
    return None
