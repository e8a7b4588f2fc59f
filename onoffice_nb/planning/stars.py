"""Pairs into the fewest actions: columns in, columns out, no Python object per pair.

Pairs are the edges of a graph between parents and children. An action is a
*star*: one hub with up to `cap` ids on the other side. Stars that hold each
pair once are a choice of hubs such that each pair touches one, a *vertex
cover*; so the fewest stars have the hubs of a minimum vertex cover.

**Proof of the number.** In a matching no two pairs share an id, so no star
holds two of them: no plan has fewer stars than a matching has pairs. König's
theorem finds a cover just as large (`vertex_cover`).

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

    The same pairs give the same actions, whatever their order. Where no hub
    spills over the cap the number is the optimum; see the module for what holds
    otherwise.

    Args:
        parents: Integer ids, one for each pair; anything that NumPy reads as a column.
        children: The ids on the other side, as many and in the same order.
        cap: How many ids an action may hold on its many side.

    Returns:
        The actions, as positions in the two columns.

    Raises:
        PairsError: The columns differ in length, a pair stands twice, or the cap is below 1.

    Example:
        >>> plan = stars([1, 1, 1, 2, 3], [7, 8, 9, 9, 9])
        >>> len(plan), plan.hub_is_parent.tolist()
        (2, [True, False])
        >>> plan.order[plan.starts[0] : plan.starts[1]].tolist()
        [0, 1, 2]
    """
    parents, children = np.asarray(parents, dtype=np.int64), np.asarray(children, dtype=np.int64)
    if parents.shape != children.shape or parents.ndim != 1:
        raise PairsError(
            f"Expected two columns of the same length, one line a pair, got {parents.size:,} parents and"
            f" {children.size:,} children: pair them row by row."
        )
    if cap < 1:
        raise PairsError(f"Expected a cap of 1 or more ids an action, got {cap}: leave it out for the API's 500.")
    if not len(parents):
        return Stars(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.bool_))

    (parent, n_parents), (child, n_children) = _ranks(parents), _ranks(children)
    place = parent * n_children + child
    order = _order(place)
    _check_distinct(place[order], order, parents, children)
    del place

    parent, child = parent[order], child[order]
    hub = _hubs(parent, child, n_parents, n_children, cap)

    by_hub = _order(hub * len(hub) + np.arange(len(hub)))
    degree = np.bincount(hub, minlength=n_parents + n_children)
    actions = -(-degree // cap)
    hubs = np.repeat(np.arange(len(degree)), actions)
    part_of_hub = np.arange(len(hubs)) - np.repeat(np.cumsum(actions) - actions, actions)
    starts = np.append((np.cumsum(degree) - degree)[hubs] + part_of_hub * cap, len(order))
    return Stars(order[by_hub], starts, (hubs < n_parents) | (np.diff(starts) == 1))


def _check_distinct(places: Ints, order: Ints, parents: Ints, children: Ints) -> None:
    """Raise PairsError if a pair stands twice; `places` are the pairs' numbers, sorted by `order`."""
    repeated = np.flatnonzero(places[1:] == places[:-1])
    if not len(repeated):
        return

    pair = order[repeated[0]]
    raise PairsError(
        f"Expected each pair once, got {parents[pair]} → {children[pair]} more than once"
        f" ({len(repeated):,} repeated in all): keep one of each."
    )


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
    both_ends = parent + child + n_parents
    are_parents = np.arange(n_parents + n_children) < n_parents

    before = None
    while hub is not before:
        before = hub
        for givers in (are_parents, ~are_parents):
            hub = _share_last_actions(hub, both_ends - hub, givers, cap)
    return min(hub, parent, child + n_parents, key=actions)


def _share_last_actions(hub: Ints, end: Ints, givers: Flags, cap: int) -> Ints:
    """The hubs, once the last actions of spilling ones are given to the other ends of their pairs; `hub` if none is.

    An end that takes pairs costs one action, or none where it is a hub with room;
    each giver whose last action it empties saves one. Few ends that take from
    many givers are worth it: those that can take most come first, and each takes
    from the givers that have most left, so that all run empty together.
    """
    load = np.bincount(hub, minlength=len(givers))
    overflow = np.where(givers & (load > cap), load % cap, 0)
    if not overflow.any():
        return hub

    pairs = np.flatnonzero(overflow[hub] > 0)
    takers = _takers(end[pairs], load, cap)
    overflow[overflow > _worth_emptying(overflow, takers)] = 0

    pairs = pairs[overflow[hub[pairs]] > 0]
    pairs = pairs[np.argsort(end[pairs], kind="stable")]
    moved = _best_moves(hub, end, pairs, overflow, takers)
    if not len(moved):
        return hub

    emptied = np.bincount(hub[moved], minlength=len(load)) == overflow
    moved = moved[emptied[hub[moved]]]
    hub = hub.copy()
    hub[moved] = end[moved]
    return hub


@dataclass(frozen=True, slots=True, eq=False)
class _Takers:
    """Ends that may take pairs over from spilling hubs, the most welcome first; four columns.

    `free`: the pairs that fit into an end's last action. `capacity`: those that it
    could take, as far as it has them. `costs`: whether it is no hub yet, so that
    taking costs an action.
    """

    ends: Ints
    free: Ints
    capacity: Ints
    costs: Flags


def _takers(ends: Ints, load: Ints, cap: int) -> _Takers:
    """The ends of spilling pairs, hubs before others, and of each kind first those that can take most."""
    free = np.where(load > 0, -load % cap, cap)
    capacity = np.minimum(np.bincount(ends, minlength=len(load)), free)

    takers = np.flatnonzero(capacity)
    takers = takers[np.lexsort((-capacity[takers], load[takers] == 0))]
    return _Takers(takers, free[takers], capacity[takers], load[takers] == 0)


def _worth_emptying(overflow: Ints, takers: _Takers) -> int:
    """The most that a giver may have left if its emptying is to be tried; 0 if none is worth it.

    The first n takers empty at most as many givers as their capacities are enough
    for, the smallest first, and none that has more than n pairs left.
    """
    sizes = np.sort(overflow[overflow > 0])
    emptied = np.minimum(
        np.searchsorted(np.cumsum(sizes), np.cumsum(takers.capacity), side="right"),
        np.searchsorted(sizes, np.arange(1, len(takers.ends) + 1), side="right"),
    )
    gain = emptied - np.cumsum(takers.costs)
    return int(sizes[emptied[gain.argmax()] - 1]) if (gain > 0).any() else 0


def _best_moves(hub: Ints, end: Ints, pairs: Ints, overflow: Ints, takers: _Takers) -> Ints:
    """The pairs that the first takers take over, as many takers as save most; none where nothing is saved.

    `pairs`: those of givers that are worth emptying, sorted by their end.
    """
    first, last = (np.searchsorted(end[pairs], takers.ends, side=side) for side in ("left", "right"))
    columns = (takers.free, takers.costs, first, last)
    remaining, open_givers = overflow.copy(), int(np.count_nonzero(overflow))
    saving, best, best_prefix = 0, 0, 0
    moves: list[Ints] = []

    for free, cost, start, stop in zip(*(column.tolist() for column in columns), strict=True):
        if saving + open_givers <= best:
            break  # even if every other giver ran empty at no cost, that would save no more

        taken = _fullest(pairs[start:stop], hub, remaining, free)
        remaining[hub[taken]] -= 1
        emptied = int(np.count_nonzero(remaining[hub[taken]] == 0))
        open_givers -= emptied
        saving += emptied - cost
        moves.append(taken)
        if saving > best:
            best, best_prefix = saving, len(moves)

    return np.concatenate([np.empty(0, np.int64), *moves[:best_prefix]])


def _fullest(offered: Ints, hub: Ints, remaining: Ints, free: int) -> Ints:
    """Of the pairs that an end could take, up to `free` of those whose givers have most left."""
    offered = offered[remaining[hub[offered]] > 0]
    if len(offered) <= free:
        return offered
    return offered[np.argpartition(-remaining[hub[offered]], free - 1)[:free]]
