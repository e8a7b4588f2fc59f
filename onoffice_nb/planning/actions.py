"""What has to be done, in columns (`Items`), and the actions that do it, made when looked at (`Actions`).

A million pairs are four arrays here, not a million objects: an `Action` comes
into being only where somebody reads it or sends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.errors import InputError
from onoffice_nb.model import ACTIONS_PER_REQUEST, Action, RelationInfo, RelationType, Verb
from onoffice_nb.planning.stars import stars

__all__ = ["Actions", "IntArray", "Items", "actions_from_groups", "group"]

IntArray: TypeAlias = NDArray[np.int64]

_VERBS = (Verb.CREATE, Verb.MODIFY, Verb.DELETE)


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Single links to be created, modified or deleted: n of them, as columns.

    Attributes:
        parents: int64[n], the parents' record ids.
        children: int64[n], the children's record ids.
        verbs: uint8[n], positions in (create, modify, delete).
        info: int16[n], positions in `infos`, -1 for none.
        infos: The relation infos that the links get.

    Example:
        >>> items = Items.of(Verb.CREATE, np.array([1001, 1001]), np.array([5001, 5002]))
        >>> len(items), items.verb(0)
        (2, <Verb.CREATE: 'create'>)
    """

    parents: IntArray
    children: IntArray
    verbs: NDArray[np.uint8]
    info: NDArray[np.int16]
    infos: tuple[RelationInfo, ...] = ()

    @classmethod
    def of(
        cls,
        verb: Verb,
        parents: IntArray,
        children: IntArray,
        info: NDArray[np.int16] | None = None,
        infos: tuple[RelationInfo, ...] = (),
    ) -> Items:
        """Items that all want the same verb."""
        n = len(parents)
        verbs = np.full(n, _VERBS.index(verb), dtype=np.uint8)
        if info is None:
            info = np.full(n, -1, dtype=np.int16)
        return cls(parents, children, verbs, info, infos)

    def __len__(self) -> int:
        return len(self.parents)

    def __add__(self, other: Items) -> Items:
        shifted = np.where(other.info < 0, other.info, other.info + len(self.infos)).astype(np.int16)
        return Items(
            np.concatenate([self.parents, other.parents]),
            np.concatenate([self.children, other.children]),
            np.concatenate([self.verbs, other.verbs]),
            np.concatenate([self.info, shifted]),
            self.infos + other.infos,
        )

    def with_verb(self, verb: Verb) -> NDArray[np.bool_]:
        """Which of the items want this verb."""
        wanted: NDArray[np.bool_] = self.verbs == _VERBS.index(verb)
        return wanted

    def verb(self, item: int) -> Verb:
        """What one item wants."""
        return _VERBS[self.verbs[item]]

    def listed_verbs(self) -> list[Verb]:
        """What each item wants, as a list: many times faster to look into, one by one, than the column."""
        return [_VERBS[verb] for verb in self.verbs.tolist()]


class Actions(Sequence[Action]):
    """A sequence of actions over some items; `members(n)` tells which items action n is about.

    Action i is about the items at the positions `order[starts[i]:starts[i + 1]]`.
    """

    def __init__(self, relation: RelationType, items: Items, order: IntArray, starts: IntArray) -> None:
        self.relation = relation
        self.items = items
        self._order = order
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def members(self, n: int) -> IntArray:
        """The positions of the items that action `n` is about."""
        return self._order[self._starts[n] : self._starts[n + 1]]

    @property
    def all_members(self) -> IntArray:
        """The positions of all items, in the order of the actions."""
        return self._order[self._starts[0] : self._starts[-1]]

    @overload
    def __getitem__(self, index: int) -> Action: ...

    @overload
    def __getitem__(self, index: slice) -> Actions: ...

    def __getitem__(self, index: int | slice) -> Action | Actions:
        if isinstance(index, slice):
            first, last, step = index.indices(len(self))
            if step != 1:
                raise InputError(f"Expected a slice of actions without a step, got a step of {step}: leave it out.")
            return Actions(self.relation, self.items, self._order, self._starts[first : max(first, last) + 1])

        members = self.members(range(len(self))[index])
        items = self.items
        info = int(items.info[members[0]])
        return Action(
            items.verb(int(members[0])),
            self.relation,
            tuple(dict.fromkeys(items.parents[members].tolist())),
            tuple(dict.fromkeys(items.children[members].tolist())),
            items.infos[info] if info >= 0 else None,
        )

    def __iter__(self) -> Iterator[Action]:
        return (self[n] for n in range(len(self)))

    def __repr__(self) -> str:
        return f"<Actions {len(self)} on {self.relation.suffix}>"

    @property
    def requests(self) -> list[Actions]:
        """The same actions, 50 a request."""
        return [self[first : first + ACTIONS_PER_REQUEST] for first in range(0, len(self), ACTIONS_PER_REQUEST)]


def group(relation: RelationType, items: Items, chosen: IntArray) -> Actions:
    """The fewest actions that do the chosen items, none of them mixing verbs or infos.

    Items to delete become an action each, as the API takes one pair there.

    Args:
        relation: The relation type of the links.
        items: What has to be done.
        chosen: The positions of the items to be done, int64.

    Returns:
        The actions: creations, then changes, then removals.

    Example:
        >>> from onoffice_nb.catalogue import relation
        >>> items = Items.of(Verb.CREATE, np.array([1001, 1001, 1002]), np.array([5001, 5002, 5002]))
        >>> [(action.parents, action.children) for action in group(relation("buyer"), items, np.arange(3))]
        [((1001,), (5001, 5002)), ((1002,), (5002,))]
    """
    order: list[IntArray] = []
    sizes: list[IntArray] = []
    for verb in _VERBS:
        wanted = chosen[items.with_verb(verb)[chosen]]
        if verb is Verb.DELETE:
            order.append(wanted[np.lexsort((items.children[wanted], items.parents[wanted]))])
            sizes.append(np.ones(len(wanted), dtype=np.int64))
            continue

        infos = items.info[wanted]
        for info in np.unique(infos).tolist():
            same_info = wanted[infos == info]
            shared = stars(items.parents[same_info], items.children[same_info])
            order.append(same_info[shared.order])
            sizes.append(np.diff(shared.starts))

    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(sizes))])
    return Actions(relation, items, np.concatenate(order), starts)


def actions_from_groups(relation: RelationType, items: Items, groups: Sequence[IntArray]) -> Actions:
    """One action for each group of items, as they are: parts of stars are stars."""
    sizes = np.array([0, *(len(members) for members in groups)], dtype=np.int64)
    order = np.concatenate([np.zeros(0, dtype=np.int64), *groups])
    return Actions(relation, items, order, np.cumsum(sizes))
