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
    """Which of the pairs are linked in the CRM now, asked from the side that has fewer ids.

    Args:
        crm: The account; it is read, never written.
        relation: The relation type of the links.
        parents: The pairs' parents, int64[n].
        children: The pairs' children, int64[n].

    Returns:
        bool[n].

    Raises:
        OnOfficeError: The CRM did not answer, or refused.
    """
    if not len(parents):
        return np.zeros(0, dtype=bool)

    parent_ids, child_ids = np.unique(parents), np.unique(children)
    if len(parent_ids) <= len(child_ids):
        existing_links = crm.link_arrays(relation, parents=parent_ids.tolist())
    else:
        existing_links = crm.link_arrays(relation, children=child_ids.tolist())
    return are_links(parents, children, existing_links)


def are_links(parents: IntArray, children: IntArray, links: Links) -> NDArray[np.bool_]:
    """Which of the pairs are among the links.

    Args:
        parents: The pairs' parents, int64[n].
        children: The pairs' children, int64[n].
        links: What the pairs are looked for in.

    Returns:
        bool[n].

    Example:
        >>> are_links(np.array([1, 1]), np.array([5, 6]), Links(np.array([1, 2]), np.array([6, 6]))).tolist()
        [False, True]
    """
    parent_ids = np.concatenate([parents, links.parents])
    child_ids = np.concatenate([children, links.children])

    # Sorted, equal pairs stand side by side, and so in one run.
    order = np.lexsort((child_ids, parent_ids))
    differs = (np.diff(parent_ids[order]) != 0) | (np.diff(child_ids[order]) != 0)
    run = np.concatenate([np.zeros(min(len(order), 1), dtype=np.int64), np.cumsum(differs)])

    has_link = np.zeros(len(order), dtype=bool)
    has_link[run[order >= len(parents)]] = True
    result = np.zeros(len(order), dtype=bool)
    result[order] = has_link[run]
    return result[: len(parents)]
