"""The order of contact persons: the first is the main contact, and the API has no call that sets an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from onoffice_nb.api.client import Client
from onoffice_nb.errors import OnOfficeError
from onoffice_nb.formatting import counted
from onoffice_nb.model import RelationType

__all__ = ["order_note"]

_NAMED: Final = 5


def order_note(crm: Client, relation: RelationType, order_before: Mapping[int, Sequence[int]]) -> str:
    """What to say where links that were created again do not stand where they stood.

    Args:
        crm: Where to look; it is read, never written.
        relation: The relation type of the links.
        order_before: A parent's id -> its children, in the order that they had before the run.

    Returns:
        A sentence that names the parents; empty where the order is as it was.
    """
    if not order_before:
        return ""
    try:
        order_now = crm.child_order(relation, parents=list(order_before))
    except OnOfficeError as error:
        return f"Whether the contact persons have their former order could not be read: {error}"

    moved = [
        f"{parent} ({', '.join(map(str, before))})"
        for parent, before in order_before.items()
        if not _is_same_order(before, order_now.get(parent, ()))
    ]
    if not moved:
        return ""
    more = f" and {len(moved) - _NAMED:,} more" if len(moved) > _NAMED else ""
    return (
        f"The former order of contact persons could not be restored for {counted(len(moved), 'record')}, as the API"
        " has no call that sets an order. Set it in onOffice (the main contact first):"
        f" {'; '.join(moved[:_NAMED])}{more}."
    )


def _is_same_order(before: Sequence[int], now: Sequence[int]) -> bool:
    """Whether those that stand there before and now stand in the same order."""
    stayed = set(before) & set(now)
    return [child for child in before if child in stayed] == [child for child in now if child in stayed]
