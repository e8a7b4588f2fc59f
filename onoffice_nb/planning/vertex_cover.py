"""A minimum vertex cover of pairs: for each pair one of its two ids, and as few different ones as can be.

Two steps find it:

1. *Leaves.* Where an id has a single pair, the other end of that pair is a hub
   of some minimum cover (it covers what the leaf would, and more). Taking it
   away with its pairs makes new leaves; most address books end here.
2. *The rest* (König's theorem). A greedy matching is grown: trees of alternating
   paths sprout from every unmatched parent at once, and each tree that meets an
   unmatched child gains a pair. When none does, the matching is maximum, and the
   cover is the children that the trees reach and the parents that they do not.

Why not `scipy.sparse.csgraph.maximum_bipartite_matching`: up to SciPy 1.17 its
search never marks dead ends, so that its time doubles with each further layer of
some small graphs. Here a search visits each pair once; the tests compare the two.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flags", "Ints", "minimum_vertex_cover"]

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

# A prime beyond any number of pairs: steps of it, modulo a length, visit each place once and neighbours far apart.
_STRIDE = 2**31 - 1

# A round of leaves that takes away less than this share of the pairs is dearer than searching the rest.
_WORTH_PEELING = 0.02


def minimum_vertex_cover(parent: Ints, child: Ints, n_parents: int, n_children: int) -> Ints:
    """The hub of each pair in a minimum vertex cover.

    A pair between two hubs goes to the one with fewer pairs, away from the cap.

    Args:
        parent: Each pair's parent as a number from 0, int64[pairs]; sorted by parent and child, no pair twice.
        child: Each pair's child, in the same way.
        n_parents: How many parents there are.
        n_children: How many children there are.

    Returns:
        int64[pairs]: the number of a parent, or n_parents + the number of a child.

    Example:
        >>> minimum_vertex_cover(np.array([0, 0, 0, 1, 2]), np.array([0, 1, 2, 2, 2]), 3, 3).tolist()
        [0, 0, 0, 5, 5]
    """
    parent_degree, child_degree = np.bincount(parent, minlength=n_parents), np.bincount(child, minlength=n_children)
    parent_hub, child_hub = np.zeros(n_parents, np.bool_), np.zeros(n_children, np.bool_)

    rest_parent, rest_child = _peel_leaves(parent, child, (parent_degree, child_degree), (parent_hub, child_hub))
    if len(rest_parent):
        parents_too, children_too = _koenig(rest_parent, rest_child, n_parents, n_children)
        parent_hub |= parents_too
        child_hub |= children_too

    # No hub at all counts as one with more pairs than there are.
    parent_degree[~parent_hub] = len(parent) + 1
    child_degree[~child_hub] = len(parent) + 1
    return np.where(child_degree[child] < parent_degree[parent], n_parents + child, parent)


def _peel_leaves(parent: Ints, child: Ints, degrees: tuple[Ints, Ints], hubs: tuple[Flags, Flags]) -> tuple[Ints, Ints]:
    """The pairs that are left once leaves are taken away, round by round; their neighbours are marked in `hubs`."""
    parents, children = degrees
    parent_hub, child_hub = hubs

    while (parents == 1).any() or (children == 1).any():
        leaf_parent, leaf_child = parents[parent] == 1, children[child] == 1
        parent_hub[parent[leaf_child]] = True
        child_hub[child[leaf_parent & ~leaf_child]] = True  # of a pair on its own, one end is enough

        uncovered = ~(parent_hub[parent] | child_hub[child])
        n_before = len(parent)
        parent, child = parent[uncovered], child[uncovered]
        if n_before - len(parent) <= _WORTH_PEELING * n_before:
            break
        parents = np.bincount(parent, minlength=len(parent_hub))
        children = np.bincount(child, minlength=len(child_hub))
    return parent, child


def _koenig(parent: Ints, child: Ints, n_parents: int, n_children: int) -> tuple[Flags, Flags]:
    """A minimum vertex cover from a maximum matching: which parents, which children.

    Few rounds of few steps, but for long chains: the steps are as many as the longest alternating path.
    """
    child_of, parent_of = _greedy(parent, child, n_parents, n_children)
    first = np.zeros(n_parents + 1, np.int64)
    np.cumsum(np.bincount(parent, minlength=n_parents), out=first[1:])
    parents, children = np.diff(first) > 0, np.bincount(child, minlength=n_children) > 0

    while (child_of[parents] < 0).any() and (parent_of[children] < 0).any():
        tree, reached_from, met = _grow_alternating_trees(child, first, child_of, parent_of)
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


def _grow_alternating_trees(child: Ints, first: Ints, child_of: Ints, parent_of: Ints) -> tuple[Ints, Ints, Ints]:
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
