"""Which of the pairs are linked in the CRM at this moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client
from onoffice_nb.api.operations import Links
from onoffice_nb.model import RelationType
from onoffice_nb.planning.actions import IntArray

__all__ = ["are_links", "currently_linked"]


def currently_linked(crm: Client, relation: RelationType, parents: IntArray, children: IntArray) -> NDArray[np.bool_]:
    """Which of the pairs are linked in the CRM now, asked from the side that has fewer ids."""
    if not len(parents):
        return np.zeros(0, dtype=bool)
    above, below = np.unique(parents), np.unique(children)
    if len(above) <= len(below):
        there = crm.link_arrays(relation, parents=above.tolist())
    else:
        there = crm.link_arrays(relation, children=below.tolist())
    return are_links(parents, children, there)


def are_links(parents: IntArray, children: IntArray, links: Links) -> NDArray[np.bool_]:
    """Which of the pairs are among the links.

    >>> are_links(np.array([1, 1]), np.array([5, 6]), Links(np.array([1, 2]), np.array([6, 6]))).tolist()
    [False, True]
    """
    above = np.concatenate([parents, links.parents])
    below = np.concatenate([children, links.children])
    order = np.lexsort((below, above))
    differs = (np.diff(above[order]) != 0) | (np.diff(below[order]) != 0)
    same = np.concatenate([np.zeros(min(len(order), 1), dtype=np.int64), np.cumsum(differs)])
    hit = np.zeros(len(order), dtype=bool)
    hit[same[order >= len(parents)]] = True
    result = np.zeros(len(order), dtype=bool)
    result[order] = hit[same]
    return result[: len(parents)]
