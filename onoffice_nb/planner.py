"""Pairs into the fewest actions: columns in, columns out, no Python object per pair.

Pairs are the edges of a graph between parents and children. An action is a
*star*: one hub with up to `cap` ids on the other side. Stars that hold each
pair once are a choice of hubs such that each pair touches one, a *vertex
cover*; so the fewest stars have the hubs of a minimum vertex cover.

**Proof of the number.** In a matching no two pairs share an id, so no star
holds two of them: no plan has fewer stars than a matching has pairs. König's
theorem finds a cover just as large. Two steps find it:

1. *Leaves.* Where an id has a single pair, the other end of that pair is a hub
   of some minimum cover (it covers what the leaf would, and more). Taking it
   away with its pairs makes new leaves; most address books end here.
2. *The rest.* A greedy matching is grown: trees of alternating paths sprout
   from every unmatched parent at once, and each tree that meets an unmatched
   child gains a pair. When none does, the matching is maximum, and the cover
   is the children that the trees reach and the parents that they do not.

**With the cap** a hub of d pairs costs ⌈d / cap⌉ actions. Nothing can beat the
greater of matching and ⌈pairs / cap⌉. If no hub spills over the cap the plan is
the optimum. In any case it has at most (pairs - stars) / cap actions more than
the fewest stars, hence fewer than twice the optimum, and never more than grouping
by parent or by child. Where hubs spill, full actions are set aside and what is
left over is covered anew, as long as that saves actions: 501 × 100 ids need 101
actions, not 200.

Why not `scipy.sparse.csgraph.maximum_bipartite_matching`: up to SciPy 1.17 its
search never marks dead ends, so that its time doubles with each further layer of
some small graphs. Here a search visits each pair once; the tests compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onoffice_nb.errors import PairsError
from onoffice_nb.model import IDS_PER_ACTION

__all__ = ["Stars", "stars"]

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

# A prime beyond any number of pairs: steps of it, modulo a length, visit each place once and neighbours far apart.
_STRIDE = 2**31 - 1

# A round of leaves that takes away less than this share of the pairs is dearer than searching the rest.
_WORTH_PEELING = 0.02

# Covering what is left over once more takes as long as sending some actions; stop when it saves fewer of them.
_WORTH_COVERING = 0.001


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

    def degrees(hub: Ints) -> Ints:
        return np.bincount(hub, minlength=n_parents + n_children)

    def actions(hub: Ints) -> int:
        return int((-(-degrees(hub) // cap)).sum())

    hub = _cover(parent, child, n_parents, n_children)
    degree = degrees(hub)
    if degree.max() <= cap or not (degree % cap).any():  # as many as the matching, or full actions only: the optimum
        return hub
    while True:
        rest = _left_over(hub, parent + child + n_parents - hub, degree, cap)
        trial = hub.copy()
        trial[rest] = _cover(parent[rest], child[rest], n_parents, n_children)
        saved = actions(hub) - actions(trial)
        if saved > 0:
            hub, degree = trial, degrees(trial)
        if saved <= _WORTH_COVERING * actions(hub):
            break
    return min(hub, parent, child + n_parents, key=actions)


def _left_over(hub: Ints, other: Ints, degree: Ints, cap: int) -> Ints:
    """The pairs outside full actions.

    A spilling hub leaves over the pairs that other hubs may take cheaply: those
    whose other end is a hub with room, or is the other end of many like them.
    """
    spilling = degree > cap
    spilt = np.flatnonzero(spilling[hub])
    hub_spilt, end = hub[spilt], other[spilt]
    taken = np.bincount(end, minlength=len(degree)) + len(hub) * ((degree > 0) & ~spilling)
    liking = np.empty(len(degree), np.int64)
    liking[np.argsort(taken, kind="stable")] = np.arange(len(degree))
    by_hub = _order(hub_spilt * len(degree) + liking[end])
    size = np.where(spilling, degree, 0)
    nth = np.arange(len(spilt)) - (np.cumsum(size) - size)[hub_spilt[by_hub]]
    left = ~spilling[hub]
    full = degree - degree % cap
    left[spilt[by_hub[nth >= full[hub_spilt[by_hub]]]]] = True
    return np.flatnonzero(left)


def _cover(parent: Ints, child: Ints, n_parents: int, n_children: int) -> Ints:
    """Each pair's hub in a minimum vertex cover; the pairs come sorted by parent and child.

    A pair between two hubs goes to the one with fewer pairs, away from the cap.
    """
    of_parent, of_child = np.bincount(parent, minlength=n_parents), np.bincount(child, minlength=n_children)
    parent_hub, child_hub = np.zeros(n_parents, np.bool_), np.zeros(n_children, np.bool_)
    p, c, parents, children = parent, child, of_parent, of_child
    while (parents == 1).any() or (children == 1).any():
        leaf_parent, leaf_child = parents[p] == 1, children[c] == 1
        parent_hub[p[leaf_child]] = True
        child_hub[c[leaf_parent & ~leaf_child]] = True  # of a pair on its own, one end is enough
        kept = ~(parent_hub[p] | child_hub[c])
        n_before, p, c = len(p), p[kept], c[kept]
        if n_before - len(p) <= _WORTH_PEELING * n_before:
            break
        parents, children = np.bincount(p, minlength=n_parents), np.bincount(c, minlength=n_children)
    if len(p):
        parents_too, children_too = _koenig(p, c, n_parents, n_children)
        parent_hub |= parents_too
        child_hub |= children_too
    of_parent[~parent_hub] = len(parent) + 1
    of_child[~child_hub] = len(parent) + 1
    return np.where(of_child[child] < of_parent[parent], n_parents + child, parent)


def _koenig(parent: Ints, child: Ints, n_parents: int, n_children: int) -> tuple[Flags, Flags]:
    """A minimum vertex cover from a maximum matching: which parents, which children.

    Few rounds of few steps, but for long chains: the steps are as many as the longest alternating path.
    """
    child_of, parent_of = _greedy(parent, child, n_parents, n_children)
    first = np.zeros(n_parents + 1, np.int64)
    np.cumsum(np.bincount(parent, minlength=n_parents), out=first[1:])
    parents, children = np.diff(first) > 0, np.bincount(child, minlength=n_children) > 0
    while (child_of[parents] < 0).any() and (parent_of[children] < 0).any():
        tree, reached_from, met = _sprout(child, first, child_of, parent_of)
        if not len(met):
            return (child_of >= 0) & (tree < 0), reached_from >= 0
        while len(met):  # from each tree's find back to its root, swap matched and unmatched
            back = reached_from[met]
            parent_of[met] = back
            child_of[back], met = met, child_of[back]
            met = met[met >= 0]
    # A side that is matched as a whole is a cover.
    by_parent = (child_of[parents] >= 0).all()
    return parents & by_parent, children & ~by_parent


def _greedy(parent: Ints, child: Ints, n_parents: int, n_children: int) -> tuple[Ints, Ints]:
    """A maximal matching: the child of each parent and the parent of each child, -1 for none."""
    child_of, parent_of = np.full(n_parents, -1), np.full(n_children, -1)
    wanted, wanting = np.empty(n_children, np.int64), np.empty(n_parents, np.int64)
    enough = 4 * (n_parents + n_children)
    # Windows over neighbouring ids match well as they come. Mixed afterwards, or all
    # the children of a grid would want the same parent in every round.
    step = 1 if len(parent) <= enough else _STRIDE
    while len(parent):
        sample = np.arange(min(len(parent), enough)) * step % len(parent)
        step = _STRIDE
        p, c = parent[sample], child[sample]
        wanted[c] = p  # of several, the last one stays
        won = wanted[c] == p
        p, c = p[won], c[won]
        wanting[p] = c
        won = wanting[p] == c
        p, c = p[won], c[won]
        child_of[p], parent_of[c] = c, p
        free = (child_of[parent] < 0) & (parent_of[child] < 0)
        parent, child = parent[free], child[free]
    return child_of, parent_of


def _sprout(child: Ints, first: Ints, child_of: Ints, parent_of: Ints) -> tuple[Ints, Ints, Ints]:
    """Alternating trees from all unmatched parents, in step, disjoint.

    Gives the tree of each parent (-1: in none), the parent from which each child
    was reached (-1: not), and the unmatched children met, one for each tree that met any.
    """
    tree, reached_from = np.full(len(child_of), -1), np.full(len(parent_of), -1)
    met = np.full(len(child_of), -1)
    tips = np.flatnonzero(child_of < 0)
    tree[tips] = tips
    while len(tips):
        size = first[tips + 1] - first[tips]
        ends = np.cumsum(size)
        c = child[np.arange(ends[-1]) + np.repeat(first[tips] - ends + size, size)]
        p = np.repeat(tips, size)
        new = np.flatnonzero(reached_from[c] < 0)
        # Mixed, or the last parent would take all its children, and most trees would die.
        new = new[np.arange(len(new)) * _STRIDE % max(len(new), 1)]
        p, c = p[new], c[new]
        reached_from[c] = p
        new = reached_from[c] == p
        p, c = p[new], c[new]
        tips = parent_of[c]
        free = tips < 0
        met[tree[p[free]]] = c[free]
        p, tips = p[~free], tips[~free]
        tree[tips] = tree[p]
        tips = tips[met[tree[tips]] < 0]
    return tree, reached_from, met[met >= 0]
