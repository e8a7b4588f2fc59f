"""The first part of the page: what is to be done with links, and of which relation type they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from onoffice_nb.builder.task import Task
from onoffice_nb.builder.wording import Words
from onoffice_nb.catalogue import all_relations, search_relations
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, RelationError
from onoffice_nb.model import RelationType, Support

__all__ = ["WhatStep"]

_SHOWN_HITS: Final = 12
_CALLS: Final = ("create", "modify", "delete", "read")

# What agencies link by hand, offered as long as nothing is searched.
_USUAL: Final = (
    *("estate:address:buyer", "estate:address:interested", "estate:address:owner", "estate:address:renter"),
    *("estate:address:contactPerson", "calendar:address", "calendar:estate", "estate:estateUnit"),
)


class WhatStep:
    """The choice of task and relation type.

    Args:
        on_change: Called when one of them is another.

    Attributes:
        task: What is to be done.
        relation: The relation type, None as long as none is chosen.
    """

    def __init__(self, on_change: Callable[[], object]) -> None:
        self.task = Task.LINK
        self.relation: RelationType | None = None
        self._query = ""
        self._is_reopened = False
        self._on_change = on_change
        self.actions: Mapping[str, Callable[..., object]] = {
            "task": self.choose_task,
            "search": self._search,
            "take_only_hit": self._take_only_hit,
            "choose": self.choose,
            "reopen": self._reopen,
        }

    def choose(self, name: str | RelationType) -> RelationType:
        """Choose the relation type.

        Args:
            name: Its URN, its suffix or an unambiguous word.

        Returns:
            The relation type that is chosen now.

        Raises:
            RelationError: Nothing or several have this name, or it is not in the catalogue.
        """
        relation = find_relation(name)
        if relation not in all_relations():
            raise RelationError(
                f"Expected a relation type of the catalogue, got the custom {relation.suffix}: use oo.plan(…) with it."
            )
        self._query = ""
        self._is_reopened = False
        task = self.task if self.task.fits(relation) else Task.LINK
        if (relation, task) != (self.relation, self.task):
            self.relation, self.task = relation, task
            self._on_change()
        return relation

    def choose_task(self, task: str) -> None:
        """Choose what is to be done.

        Args:
            task: `link`, `remove`, `replace` or `status`.

        Raises:
            InputError: It is something else, or cannot be done with links of the chosen type.
        """
        try:
            chosen = Task(task)
        except ValueError:
            raise InputError(f"Expected one of {', '.join(Task)} as the task, got {task!r}.") from None
        if self.relation is not None and not chosen.fits(self.relation):
            raise InputError(
                f"Only links of calendar:address have a status to change, got {self.relation.suffix}: choose the"
                " participants of appointments, or another task."
            )
        if chosen is not self.task:
            self.task = chosen
            self._on_change()

    def view(self, words: Words) -> dict[str, Any]:
        """What the front end shows of it."""
        relation = self.relation
        query = self._query.strip()
        hits = search_relations(query) if query else [find_relation(suffix) for suffix in _USUAL]
        return {
            "task": self.task,
            "tasks": [
                {
                    "value": task,
                    "text": words(f"what.{task}"),
                    "kind": "danger" if task.removes else "",
                }
                for task in Task
                if relation is None or task.fits(relation)
            ],
            "sentence": words(f"what.{self.task}.sentence"),
            "query": self._query,
            "is_searching": relation is None or self._is_reopened,
            "hits": [_hit(hit, words) for hit in hits[:_SHOWN_HITS]],
            "found": words("what.found", n=len(hits)) if query else words("what.usual"),
            "relation": None if relation is None else _described(relation, self.task, words),
        }

    def _search(self, query: str) -> None:
        self._query = query[:200]

    def _take_only_hit(self, query: str) -> None:
        """What Enter does: with one hit only there is no doubt about what is meant."""
        self._search(query)
        hits = search_relations(self._query)
        if self._query.strip() and len(hits) == 1:
            self.choose(hits[0])

    def _reopen(self) -> None:
        """Look for another one; until one is chosen, the present one stays."""
        self._is_reopened = True


def _hit(relation: RelationType, words: Words) -> dict[str, Any]:
    return {
        "suffix": relation.suffix,
        "name": relation.label_de if words.language == "de" else relation.label_en,
        "sides": f"{words.module(relation.parent)} → {words.module(relation.child)}",
    }


def _described(relation: RelationType, task: Task, words: Words) -> dict[str, Any]:
    """The relation type in plain words, what speaks against it, and what is known of it for whoever unfolds it."""
    called = {Task.LINK: "create", Task.REPLACE: "create", Task.REMOVE: "delete", Task.STATUS: "modify"}[task]
    doubts = []
    if getattr(relation, called) is not Support.DOCUMENTED:
        doubts.append(words(f"what.not_documented.{called}"))
    if relation.note:
        doubts.append(words.sentence(f"Note: {relation.note}."))

    support = (f"{call}: {words(f'what.support.{getattr(relation, call)}')}" for call in _CALLS)
    return {
        **_hit(relation, words),
        "parent": words.module(relation.parent),
        "child": words.module(relation.child),
        "doubts": doubts,
        "urn": relation.urn,
        "support": " · ".join(support),
    }
