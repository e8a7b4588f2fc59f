"""Which relation info the links of some pairs have at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.errors import ApiError, Scope
from onoffice_nb.model import CONFIRMATIONS, FEEDBACKS, RelationInfo, RelationType
from onoffice_nb.planning.actions import IntArray

__all__ = ["CurrentInfo", "current_infos"]


class CurrentInfo(NamedTuple):
    """What the CRM tells of a link's relation info; None where it tells nothing.

    Example:
        >>> CurrentInfo("gesendet", None).matches(RelationInfo("bestätigt"))
        False
        >>> CurrentInfo("gesendet", None).matches(RelationInfo("gesendet", "aktiv")) is None
        True
        >>> CurrentInfo("gesendet", None).restoring(RelationInfo("bestätigt"))
        RelationInfo(confirmation='gesendet', feedback=None)
    """

    confirmation: str | None
    feedback: str | None

    def __str__(self) -> str:
        return " · ".join(filter(None, self))

    def matches(self, wanted: RelationInfo) -> bool | None:
        """Whether the link has this info; None if the CRM does not tell all of it, and nothing speaks against it."""
        parts = [(self.confirmation, wanted.confirmation), (self.feedback, wanted.feedback)]
        wanted_parts = [(now, value) for now, value in parts if value is not None]
        if any(now is not None and now != value for now, value in wanted_parts):
            return False
        return None if any(now is None for now, _ in wanted_parts) else True

    def restoring(self, changed: RelationInfo) -> RelationInfo | None:
        """What has to be set to bring the link back to this info after such a change; None if that is not known."""
        confirmation = self.confirmation if changed.confirmation is not None else None
        feedback = self.feedback if changed.feedback is not None else None
        is_known = (confirmation is None) == (changed.confirmation is None) and (feedback is None) == (
            changed.feedback is None
        )
        return RelationInfo(confirmation, feedback) if is_known else None


def current_infos(
    crm: Client, relation: RelationType, parents: IntArray, children: IntArray
) -> Sequence[CurrentInfo | None]:
    """The relation info of each pair's link, one request for 50 parents.

    Args:
        crm: The account; it is read, never written.
        relation: A relation type that takes an info.
        parents: The pairs' parents, int64[n].
        children: The pairs' children, int64[n].

    Returns:
        One entry a pair; None where it is not linked, or where the account may not read it.

    Raises:
        OnOfficeError: The CRM did not answer, or refused everything.
    """
    try:
        infos = crm.info_arrays(relation, parents=np.unique(parents).tolist()) if len(parents) else None
    except ApiError as error:
        if error.scope is Scope.RUN:
            raise
        infos = None
    if infos is None:
        return [None] * len(parents)

    infos_read = {
        (parent, child): CurrentInfo(
            confirmation if confirmation in CONFIRMATIONS else None, feedback if feedback in FEEDBACKS else None
        )
        for parent, child, confirmation, feedback in zip(
            infos.parents.tolist(),
            infos.children.tolist(),
            infos.confirmations.tolist(),
            infos.feedbacks.tolist(),
            strict=True,
        )
    }
    return [infos_read.get(pair) for pair in zip(parents.tolist(), children.tolist(), strict=True)]
