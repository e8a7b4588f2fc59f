"""What the CRM holds of a run's items at a moment: whether it is as they want it, and which status it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.model import RelationType, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_infos import CurrentInfo, current_infos
from onoffice_nb.planning.current_links import currently_linked

__all__ = ["Observation", "Observer"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of some items.

    Attributes:
        done: An item's position -> whether the CRM is as it wants it. Items that could not be looked at are not in it.
        untold: Items whose status the CRM does not tell, be it that the account may not read it or that it is a
            feedback, which not every account shows.
        infos: The status that an item's link has now, where it was looked at.
    """

    done: dict[int, bool] = field(default_factory=dict)
    untold: frozenset[int] = frozenset()
    infos: dict[int, CurrentInfo] = field(default_factory=dict)


class Observer:
    """Looks at the CRM for the items of a run.

    Args:
        crm: Where to look.
        relation: The relation type of the items.
        items: All items of the run.
    """

    def __init__(self, crm: Client, relation: RelationType, items: Items) -> None:
        self._crm = crm
        self._relation = relation
        self._items = items
        self._verbs = items.listed_verbs()
        # What is removed has a status too, which undo brings back.
        has_status = (items.info >= 0) | items.with_verb(Verb.DELETE)
        self._has_status = has_status & relation.takes_info

    def look(self, positions: Sequence[int]) -> Observation:
        """Look at some items.

        Raises:
            OnOfficeError: The CRM did not answer, or refused.
        """
        if not positions:
            return Observation()
        chosen = np.array(positions, dtype=np.int64)
        parents, children = self._items.parents[chosen], self._items.children[chosen]
        is_linked = currently_linked(self._crm, self._relation, parents, children)
        wants_link = ~self._items.with_verb(Verb.DELETE)[chosen]
        done = dict(zip(chosen.tolist(), (is_linked == wants_link).tolist(), strict=True))

        with_status = chosen[is_linked & self._has_status[chosen]]
        if not len(with_status):
            return Observation(done)
        infos = current_infos(
            self._crm, self._relation, self._items.parents[with_status], self._items.children[with_status]
        )
        return self._with_statuses(done, dict(zip(with_status.tolist(), infos, strict=True)))

    def child_order(self, positions: Sequence[int]) -> dict[int, list[int]]:
        """The order of the links of those parents that lose some, where it means something: parent -> children.

        Raises:
            OnOfficeError: The CRM did not answer, or refused.
        """
        removals = [item for item in positions if self._verbs[item] is Verb.DELETE]
        if not removals or not self._relation.is_ordered:
            return {}
        parents = np.unique(self._items.parents[removals]).tolist()
        return self._crm.child_order(self._relation, parents=parents)

    def _with_statuses(self, done: dict[int, bool], infos: dict[int, CurrentInfo | None]) -> Observation:
        """A status that is to be changed counts as done once it is seen; a link that was created stands anyway."""
        untold = set()
        for item, info in infos.items():
            if self._verbs[item] is not Verb.MODIFY:
                continue
            matches = self.matches(item, info)
            if matches is None:
                untold.add(item)
                del done[item]
            else:
                done[item] = matches
        known_infos = {item: info for item, info in infos.items() if info is not None}
        return Observation(done, frozenset(untold), known_infos)

    def matches(self, item: int, info: CurrentInfo | None) -> bool | None:
        """Whether a link has the status that its item wants; None if the CRM does not tell."""
        wanted = int(self._items.info[item])
        return info.matches(self._items.infos[wanted]) if info is not None and wanted >= 0 else None
