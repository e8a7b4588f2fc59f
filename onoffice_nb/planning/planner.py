"""Pairs against the CRM: which links are there already, and so what a plan has to do."""

from __future__ import annotations

from dataclasses import replace as replaced
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.api.operations import Links
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, PlanError
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import RelationType, Support, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_infos import current_infos
from onoffice_nb.planning.current_links import are_links, currently_linked
from onoffice_nb.planning.plan import LINKED_WITH_INFO, Plan
from onoffice_nb.planning.preflight import run_preflight

__all__ = [
    "plan",
    "plan_info",
    "plan_removal",
]


def plan(
    crm: Client,
    relation: str | RelationType,
    pairs: Pairs,
    *,
    diff: bool = True,
    replace: bool = False,
    preflight: bool = True,
) -> Plan:
    """What has to be sent so that each pair is linked. Nothing is written yet.

    Args:
        crm: The account; it is read, never written.
        relation: The relation type, or its name: a word, a suffix or the whole URN.
        pairs: The links that are wanted, from `oo.read_pairs` or `oo.cross`.
        diff: Read the links that are there already, and leave them out. Without it, all are sent, and an undo
            leaves them alone, as it cannot tell whose they are.
        replace: Also remove the other links of the given parents, each one after the new links of its parent
            stand.
        preflight: Read the records, for their names and to find out what speaks against the plan: see
            `Plan.checks`. Without it, nothing of that is read.

    Returns:
        The plan, for `oo.submit`.

    Raises:
        RelationError: There is no such relation type, or several.
        InputError: What was given is not a client or not pairs, or the pairs have a relation info that
            this relation type does not take.
        PlanError: Without preflight: the API is documented as unable to create links of this type.
        OnOfficeError: The CRM did not answer, or refused.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 5001]))
        <Plan SANDBOX · Muster Immobilien: create 2 links in 1 action, 1 request · estate (parent) → address ...>
    """
    relation = _checked_relation(crm, relation, pairs, Verb.CREATE, preflight)
    _check_info_allowed(pairs, relation)
    if any(info.feedback is not None for info in pairs.infos):
        raise InputError("A feedback can only be set on a link that exists: use oo.plan_info(…) after this.")
    if replace and not diff:
        raise InputError("replace=True has to read what is linked: leave diff=False out.")

    items = Items.of(Verb.CREATE, pairs.parents, pairs.children, pairs.info, pairs.infos)
    linked_before = np.full(len(pairs), -1, dtype=np.int8)
    if replace:
        items, linked_before = _with_removals(crm, relation, items)
    elif diff:
        linked_before = currently_linked(crm, relation, pairs.parents, pairs.children).astype(np.int8)
    return _looked_at(crm, Plan(crm.account, relation, Verb.CREATE, pairs, items, linked_before, _now()), preflight)


def _with_removals(crm: Client, relation: RelationType, items: Items) -> tuple[Items, NDArray[np.int8]]:
    """The items and, behind them, all other links of their parents; and for each whether it is linked now."""
    parent_ids = np.unique(items.parents).tolist()
    existing_links = crm.link_arrays(relation, parents=parent_ids) if parent_ids else _NO_LINKS
    linked = are_links(items.parents, items.children, existing_links).astype(np.int8)

    others = ~are_links(existing_links.parents, existing_links.children, Links(items.parents, items.children))
    removals = Items.of(Verb.DELETE, existing_links.parents[others], existing_links.children[others])
    return items + removals, np.concatenate([linked, np.ones(len(removals), dtype=np.int8)])


def plan_removal(crm: Client, relation: str | RelationType, pairs: Pairs, *, preflight: bool = True) -> Plan:
    """What has to be sent so that no pair is linked any more. Nothing is written yet.

    Each link is an action of its own, as the API takes one pair there. Pairs
    that are not linked are left out.

    Args:
        crm: The account; it is read, never written.
        relation: The relation type, or its name: a word, a suffix or the whole URN.
        pairs: The links that are not wanted, from `oo.read_pairs` or `oo.cross`.
        preflight: Read the records, for their names and to find out what speaks against the plan: see
            `Plan.checks`. Without it, nothing of that is read.

    Returns:
        The plan, for `oo.submit`.

    Raises:
        RelationError: There is no such relation type, or several.
        InputError: What was given is not a client or not pairs.
        PlanError: Without preflight: the API is documented as unable to delete links of this type.
        OnOfficeError: The CRM did not answer, or refused.

    Example:
        >>> import onoffice_nb as oo
        >>> box = oo.Sandbox()
        >>> box.link("buyer", [(1001, 5001)])
        >>> oo.plan_removal(box.client(), "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 5001])).counts()
        {'create': 0, 'change': 0, 'remove': 1, 'nothing to do': 1}
    """
    relation = _checked_relation(crm, relation, pairs, Verb.DELETE, preflight)
    items = Items.of(Verb.DELETE, pairs.parents, pairs.children)
    linked_before = currently_linked(crm, relation, pairs.parents, pairs.children).astype(np.int8)
    return _looked_at(crm, Plan(crm.account, relation, Verb.DELETE, pairs, items, linked_before, _now()), preflight)


def plan_info(crm: Client, relation: str | RelationType, pairs: Pairs, *, preflight: bool = True) -> Plan:
    """What has to be sent so that each pair's link has its relation info (`calendar:address` only).

    Nothing is written yet. Pairs that are not linked are left out (they have
    to be created first), and so are those that have the info already. Where
    the account does not show an info (feedbacks, most likely), the change is
    sent, and the report says that it could not be read back.

    Args:
        crm: The account; it is read, never written.
        relation: `"calendar:address"`.
        pairs: Appointments and participants with the info that each is to have, from `oo.read_pairs(…, info=…)`.
        preflight: Read the records, for their names and to find out what speaks against the plan: see
            `Plan.checks`. Without it, nothing of that is read.

    Returns:
        The plan, for `oo.submit`.

    Raises:
        InputError: What was given is not a client or not pairs, or a pair has no info.
        PlanError: Links of this relation type have no info.
        OnOfficeError: The CRM did not answer, or refused.

    Example:
        >>> import pandas as pd
        >>> import onoffice_nb as oo
        >>> box = oo.Sandbox()
        >>> box.link("calendar:address", [(2909, 10821)])
        >>> answers = pd.DataFrame({"appointment": [2909], "participant": [10821], "status": ["bestätigt"]})
        >>> pairs = oo.read_pairs(answers, parent="appointment", child="participant", info="status")
        >>> oo.plan_info(box.client(), "calendar:address", pairs).counts()
        {'create': 0, 'change': 1, 'remove': 0, 'nothing to do': 0}
    """
    relation = _checked_relation(crm, relation, pairs, Verb.MODIFY, preflight)
    if pairs.info is None or (pairs.info < 0).any():
        raise InputError("Each pair needs an info: read them with oo.read_pairs(frame, parent=…, child=…, info=…).")

    items = Items.of(Verb.MODIFY, pairs.parents, pairs.children, pairs.info, pairs.infos)
    linked_before = currently_linked(crm, relation, pairs.parents, pairs.children).astype(np.int8)
    info_before: dict[int, str] = {}
    for item, info in enumerate(current_infos(crm, relation, pairs.parents, pairs.children)):
        if info is None or not linked_before[item]:
            continue
        info_before[item] = str(info)
        if info.matches(pairs.infos[pairs.info[item]]):
            linked_before[item] = LINKED_WITH_INFO
    made = Plan(crm.account, relation, Verb.MODIFY, pairs, items, linked_before, _now(), info_before=info_before)
    return _looked_at(crm, made, preflight)


_NO_LINKS: Final = Links(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _now() -> datetime:
    return datetime.now(UTC)


def _looked_at(crm: Client, made: Plan, preflight: bool) -> Plan:
    """The plan, with what a look at its records has found out if there is to be one."""
    return replaced(made, preflight=run_preflight(crm, made)) if preflight else made


def _checked_relation(
    crm: object, relation: str | RelationType, pairs: object, verb: Verb, preflight: bool
) -> RelationType:
    """The relation type of a plan, once its three arguments are what they have to be."""
    require_client(crm)
    relation = find_relation(relation)
    if not isinstance(pairs, Pairs):
        raise InputError(
            f"Expected Pairs, got {type(pairs).__name__}: read them with oo.read_pairs(frame, parent=…, child=…), or"
            " oo.cross(parents, children)."
        )
    if not preflight and getattr(relation, verb) is Support.NO:
        # Else a rule of the preflight says so.
        raise PlanError(
            f"The API is documented as unable to {verb} links of {relation.suffix} ({relation.note or 'not offered'}):"
            " change them in onOffice itself."
        )
    if verb is Verb.MODIFY and not relation.takes_info:
        raise PlanError(f"Only links of calendar:address have a relation info to modify, {relation.suffix} has none.")
    return relation


def _check_info_allowed(pairs: Pairs, relation: RelationType) -> None:
    if pairs.infos and not relation.takes_info:
        raise InputError(
            f"Only calendar:address takes a relation info, {relation.suffix} does not."
            " Read the pairs without info=… or choose calendar:address."
        )
