"""Pairs into the fewest actions: columns in, columns out, no Python object per pair.

Pairs are the edges of a graph between parents and children. An action is a
*star*: one hub with up to `cap` ids on the other side. Stars that hold each
pair once are a choice of hubs such that each pair touches one, a *vertex
cover*; so the fewest stars have the hubs of a minimum vertex cover.

**Proof of the number.** In a matching no two pairs share an id, so no star
holds two of them: no plan has fewer stars than a matching has pairs. König's
theorem finds a cover just as large (`cover`).

**With the cap** a hub of d pairs costs ⌈d / cap⌉ actions. Where no hub spills
over the cap, the plan has as many actions as the matching has pairs: it is the
optimum. Where hubs spill, what is in their last actions is given to other ids,
as long as that saves actions: 501 × 100 ids need 101 actions, not 200. In any
case the plan has at most (pairs - stars) / cap actions more than the fewest
stars, hence fewer than twice the optimum, and never more than grouping by parent
or by child.

There the optimum cannot be promised: finding it is NP-hard for every cap from 3
on. Take cap + 1 pairs for each element of some set, three of them with the
triples that it is in, the others with ids of their own. Each element needs one
action, and a second one unless a triple takes a pair from it; so elements and a
third as many actions more are enough exactly if triples can be chosen that hold
each element once (exact cover by three-sets, each element in three of them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from onoffice_nb.errors import PairsError
from onoffice_nb.model import IDS_PER_ACTION
from onoffice_nb.planning.vertex_cover import Flags, Ints, minimum_vertex_cover

__all__ = ["Stars", "stars"]


@dataclass(frozen=True, slots=True, eq=False)
class Stars:
    """Which pairs share an action, as positions in the columns that were planned.

    `order`, int64[pairs]: the pairs in the order of the actions, by parent and
    child within each. `starts`, int64[stars + 1]: action i holds the pairs
    `order[starts[i]:starts[i + 1]]`. `hub_is_parent`, bool[stars]: one parent with
    several children, or one child with several parents (a single pair: True).
    """

    order: Ints
    starts: Ints
    hub_is_parent: Flags

    def __len__(self) -> int:
        return len(self.hub_is_parent)


def stars(parents: ArrayLike, children: ArrayLike, *, cap: int = IDS_PER_ACTION) -> Stars:
    """The fewest 1:n and n:1 actions that hold each pair exactly once.

    `parents` and `children`: two columns of integer ids, no pair twice. `cap`: ids
    on the many side of an action. The same pairs give the same actions whatever
    their order. Without spilling over the cap the number is the optimum; see the
    module for what holds otherwise. Raises `PairsError` for columns of unequal
    length, a repeated pair, or a cap below 1.

    >>> plan = stars([1, 1, 1, 2, 3], [7, 8, 9, 9, 9])
    >>> len(plan), plan.hub_is_parent.tolist()
    (2, [True, False])
    >>> plan.order[plan.starts[0] : plan.starts[1]].tolist()
    [0, 1, 2]
    """
    parents, children = np.asarray(parents, dtype=np.int64), np.asarray(children, dtype=np.int64)
    if parents.shape != children.shape or parents.ndim != 1:
        raise PairsError(
            f"{parents.size} parents and {children.size} children make no pairs. "
            "Give two columns of the same length, one line a pair."
        )
    if cap < 1:
        raise PairsError(f"An action cannot hold {cap} ids. Give a cap of 1 or more.")
    if not len(parents):
        return Stars(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.bool_))
    (parent, n_parents), (child, n_children) = _ranks(parents), _ranks(children)
    place = parent * n_children + child
    order = _order(place)
    place = place[order]
    again = np.flatnonzero(place[1:] == place[:-1])
    if len(again):
        row = order[again[0]]
        raise PairsError(
            f"The pair {parents[row]} → {children[row]} comes more than once "
            f"({len(again)} repeated in all). Keep one of each."
        )
    parent, child = parent[order], child[order]
    del place
    hub = _hubs(parent, child, n_parents, n_children, cap)

    by_hub = _order(hub * len(hub) + np.arange(len(hub)))
    degree = np.bincount(hub, minlength=n_parents + n_children)
    actions = -(-degree // cap)
    hubs = np.repeat(np.arange(len(degree)), actions)
    nth = np.arange(len(hubs)) - np.repeat(np.cumsum(actions) - actions, actions)
    starts = np.append((np.cumsum(degree) - degree)[hubs] + nth * cap, len(order))
    return Stars(order[by_hub], starts, (hubs < n_parents) | (np.diff(starts) == 1))


def _ranks(ids: Ints) -> tuple[Ints, int]:
    """Each id's place among the distinct ids, and how many these are."""
    low = int(ids.min())
    span = int(ids.max()) - low + 1
    if span <= 4 * len(ids):  # ids that lie close together are counted, not sorted
        ids = ids - low
        seen = np.zeros(span, np.bool_)
        seen[ids] = True
        place = np.cumsum(seen)
        return (place - 1)[ids], int(place[-1])
    order = np.argsort(ids)
    ids = ids[order]
    place = np.cumsum(np.append(True, ids[1:] != ids[:-1]))
    rank = np.empty(len(ids), np.int64)
    rank[order] = place - 1
    return rank, int(place[-1])


def _order(keys: Ints) -> Ints:
    """What sorts the keys; a grid, for one, comes sorted already."""
    return np.arange(len(keys)) if (keys[1:] > keys[:-1]).all() else np.argsort(keys)


def _hubs(parent: Ints, child: Ints, n_parents: int, n_children: int, cap: int) -> Ints:
    """The hub of each pair: a parent's number, or n_parents + a child's number."""

    def actions(hub: Ints) -> int:
        return int((-(-np.bincount(hub) // cap)).sum())

    hub = minimum_vertex_cover(parent, child, n_parents, n_children)
    both = parent + child + n_parents
    are_parents = np.arange(n_parents + n_children) < n_parents
    before = None
    while hub is not before:
        before = hub
        for givers in (are_parents, ~are_parents):
            hub = _share_last_actions(hub, both - hub, givers, cap)
    return min(hub, parent, child + n_parents, key=actions)


def _share_last_actions(hub: Ints, end: Ints, givers: Flags, cap: int) -> Ints:
    """The hubs, once the last actions of spilling ones are given to the other ends of their pairs; `hub` if none is.

    An end that takes pairs costs one action, or none where it is a hub with room;
    each giver whose last action it empties saves one. Few ends that take from
    many givers are worth it: those that can take most come first, and each takes
    from the givers that have most left, so that all run empty together.
    """
    load = np.bincount(hub, minlength=len(givers))
    left = np.where(givers & (load > cap), load % cap, 0)
    if not left.any():
        return hub
    pairs = np.flatnonzero(left[hub] > 0)
    room = np.where(load > 0, -load % cap, cap)
    takes = np.minimum(np.bincount(end[pairs], minlength=len(load)), room)
    takers = np.flatnonzero(takes)
    takers = takers[np.lexsort((-takes[takers], load[takers] == 0))]
    costs = load[takers] == 0
    left[left > _worth_emptying(left, takes[takers], costs)] = 0
    pairs = pairs[left[hub[pairs]] > 0]
    pairs = pairs[np.argsort(end[pairs], kind="stable")]
    first, last = (np.searchsorted(end[pairs], takers, side=side) for side in ("left", "right"))
    rest, waiting, saved, most = left.copy(), int(np.count_nonzero(left)), 0, 0
    given: list[Ints] = []
    kept = 0
    for taker, cost, start, stop in zip(takers.tolist(), costs.tolist(), first.tolist(), last.tolist(), strict=True):
        if saved + waiting <= most:
            break
        offered = pairs[start:stop]
        offered = offered[rest[hub[offered]] > 0]
        if len(offered) > room[taker]:
            offered = offered[np.argpartition(-rest[hub[offered]], room[taker] - 1)[: room[taker]]]
        rest[hub[offered]] -= 1
        emptied = int(np.count_nonzero(rest[hub[offered]] == 0))
        waiting -= emptied
        saved += emptied - cost
        given.append(offered)
        if saved > most:
            most, kept = saved, len(given)
    if not most:
        return hub
    moved = np.concatenate(given[:kept])
    moved = moved[(np.bincount(hub[moved], minlength=len(load)) == left)[hub[moved]]]  # of emptied givers only
    hub = hub.copy()
    hub[moved] = end[moved]
    return hub


def _worth_emptying(left: Ints, takes: Ints, costs: Flags) -> int:
    """The most that a giver may have left if its emptying is to be tried; 0 if none is worth it.

    The first n takers empty at most as many givers as their takes are enough
    for, the smallest first, and none that has more than n pairs left.
    """
    sizes = np.sort(left[left > 0])
    emptied = np.minimum(
        np.searchsorted(np.cumsum(sizes), np.cumsum(takes), side="right"),
        np.searchsorted(sizes, np.arange(1, len(takes) + 1), side="right"),
    )
    gain = emptied - np.cumsum(costs)
    return int(sizes[emptied[gain.argmax()] - 1]) if (gain > 0).any() else 0
