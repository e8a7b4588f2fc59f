"""Who linked and unlinked what, by the CRM's own log, and the plan back to how the links stood at an earlier moment.

How a link stood is told backwards: from whether it is there now, through each
change that the log has noted since. Where an entry may be about another
relation type, both are followed; a link for which they end apart is not
restored but named. So is one whose entries contradict what is there now, as
the log lacks a change then. Nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from onoffice_nb.api.change_log import LINK, LinkEvent, read_moment
from onoffice_nb.api.client import Client, require_client
from onoffice_nb.api.operations import Links, record_ids
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, PlanError
from onoffice_nb.formatting import make_frame
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import RelationType, Support, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_links import are_links
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.preflight import run_preflight

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["history", "plan_restore", "states_before"]

Pair = tuple[int, int]

_UNCERTAIN: Final = (
    "the log does not tell whether its changes since then are about this relation type",
    "if you know what the log files this type under, name it: log_module='relation', for example; else look in the CRM",
)
_CONTRADICTION: Final = (
    "what the log has noted since then does not lead to what is there now, so it lacks a change",
    "look in the CRM how it is to be",
)


def history(
    crm: Client,
    relation: str | RelationType,
    *,
    parents: Iterable[int],
    after: str | datetime | None = None,
    log_module: str | None = None,
) -> pd.DataFrame:
    """Who linked and unlinked what and when, by the CRM's own log, whoever it was and by whatever means.

    Only administrators may read the log. Its entries do not name the relation
    type: those that may be about another type between the same two modules are
    not `certain`.

    Args:
        crm: The account; it is read, never written.
        relation: The relation type, or its name: a word, a suffix or the whole URN.
        parents: The ids of the parents whose links are meant.
        after: Only what came after this moment, as '2026-06-01 14:30' or a datetime, by the log's own clock.
        log_module: What this account's log files the type under, where you know it (`crm.read_log` shows it). Entries
            under it are then certain, and others are left out.

    Returns:
        A frame with one row a change, the earliest first: `time` (by the log's clock, which names no time zone),
        `user` (id), `action` (link or unlink), `parent`, `child`, `module`, `certain`, and `entry` (id in the log).

    Raises:
        AccessDenied: The API user is no administrator.
        RelationError: There is no such relation type, or several.
        InputError: What was given are not ids, or not a moment.
        OutcomeUnknown: The log cannot be read, or not as a whole.

    Example:
        >>> import onoffice_nb as oo
        >>> box = oo.Sandbox()
        >>> box.link("owner", [(1001, 5001)], user=22)
        >>> oo.history(box.client(), "owner", parents=[1001])[["user", "action", "parent", "child", "certain"]]
           user action  parent  child  certain
        0    22   link    1001   5001     True
    """
    require_client(crm)
    moment = None if after is None else read_moment(after)
    events = crm.link_events(relation, parents=parents, after=moment, log_module=log_module)
    names = ("time", "user", "action", "parent", "child", "module", "certain")
    columns = {name: [getattr(event, name) for event in events] for name in names}
    return make_frame(columns | {"entry": [event.number for event in events]})


def plan_restore(
    crm: Client,
    relation: str | RelationType,
    *,
    at: str | datetime,
    parents: Iterable[int],
    log_module: str | None = None,
    preflight: bool = True,
) -> Plan:
    """What has to be sent so that the links of these parents stand as they stood at a moment, whoever changed them.

    Nothing is written yet: the plan is one like any other, to be looked at,
    submitted and undone. Links for which the log cannot tell how they stood
    become rejects of the plan, each with its reason, and are left as they are.
    A link that is made again has no confirmation status, and comes last where
    links have an order, as the log tells neither.

    Args:
        crm: The account; it is read, never written.
        relation: The relation type, or its name: a word, a suffix or the whole URN.
        at: The moment, as '2026-06-01 14:30' or a datetime, by the clock of the CRM's log (see `oo.history`). What
            was changed in that very second counts as changed already.
        parents: The ids of the parents whose links are meant.
        log_module: What this account's log files the type under, where you know it (`crm.read_log` shows it).
        preflight: Read the records, for their names and to find out what speaks against the plan, such as a record
            that was deleted since: see `Plan.checks`. Without it, nothing of that is read.

    Returns:
        The plan, for `oo.submit`. Its pairs are the links as they stood then.

    Raises:
        AccessDenied: The API user is no administrator.
        RelationError: There is no such relation type, or several.
        InputError: What was given are not ids, or not a moment.
        PlanError: The log does not reach back as far; or the links were changed while they were read; or the API is
            documented as unable to write this type.
        OutcomeUnknown: The log cannot be read, or not as a whole.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()  # an import has replaced the contact persons of forty estates
        >>> plan = oo.plan_restore(crm, "contactPersonAll", at="2026-02-14 04:00", parents=[1122, 1123])
        >>> plan.counts()
        {'create': 2, 'change': 0, 'remove': 2, 'nothing to do': 0}
    """
    require_client(crm)
    relation_type = find_relation(relation)
    _check_writable(relation_type)
    moment, ids = read_moment(at), record_ids(parents)
    # By the log's clock, whose zone is not known, it may be tomorrow already.
    if moment > datetime.now() + timedelta(days=1):
        raise InputError(f"{moment} has not come yet: give the moment whose links are wanted back.")
    if not crm.log_reaches_back(moment):
        raise PlanError(
            f"The CRM's log holds nothing of {moment} or before, so what was changed before it begins cannot be told."
            " Choose a later moment: oo.history(…) shows from when on it tells of these links."
        )

    links = crm.link_arrays(relation_type, parents=ids)
    events = crm.link_events(relation_type, parents=ids, after=moment, log_module=log_module)
    linked_now = _pairs(links)
    if _pairs(crm.link_arrays(relation_type, parents=ids)) != linked_now:
        raise PlanError("The links were changed while they were read. Make the plan again.")

    wanted, open_questions = _links_before(linked_now, events)
    removed = sorted(linked_now - wanted - open_questions.keys())
    pairs = _as_pairs(sorted(wanted), open_questions)
    removals = np.array(removed, dtype=np.int64).reshape(-1, 2)
    items = Items.of(Verb.CREATE, pairs.parents, pairs.children) + Items.of(Verb.DELETE, removals[:, 0], removals[:, 1])
    linked_before = are_links(items.parents, items.children, links).astype(np.int8)
    plan = Plan(crm.account, relation_type, Verb.CREATE, pairs, items, linked_before, datetime.now(UTC))
    return replace(plan, preflight=run_preflight(crm, plan, of_columns=False)) if preflight else plan


def states_before(linked_now: bool, events: Sequence[LinkEvent]) -> set[bool]:
    """The states that a link may have had before some events, given how it is now.

    Args:
        linked_now: Whether it is there now.
        events: What the log tells of it, the earliest first.

    Returns:
        One state where the log tells it, both where it cannot, none where it contradicts what is there now.

    Example:
        >>> from datetime import datetime
        >>> removed = LinkEvent(1, datetime(2026, 6, 1), 21, "unlink", 1001, 5001, "owner", certain=True)
        >>> states_before(False, [removed]), states_before(True, [removed])
        ({True}, set())
    """
    states = {linked_now}
    for event in reversed(events):
        after = event.action == LINK
        earlier = {not after} if after in states else set()
        states = earlier if event.certain else states | earlier
    return states


def _links_before(linked_now: set[Pair], events: Iterable[LinkEvent]) -> tuple[set[Pair], dict[Pair, tuple[str, str]]]:
    """The links that stood before the events; and those of which this cannot be told, with reason and advice."""
    events_of: dict[Pair, list[LinkEvent]] = defaultdict(list)
    for event in events:
        events_of[event.parent, event.child].append(event)

    linked = linked_now - events_of.keys()
    open_questions: dict[Pair, tuple[str, str]] = {}
    for pair, events_of_pair in sorted(events_of.items()):
        states = states_before(pair in linked_now, events_of_pair)
        if len(states) != 1:
            open_questions[pair] = _UNCERTAIN if states else _CONTRADICTION
        elif states == {True}:
            linked.add(pair)
    return linked, open_questions


def _pairs(links: Links) -> set[Pair]:
    return set(zip(links.parents.tolist(), links.children.tolist(), strict=True))


def _as_pairs(wanted: Sequence[Pair], open_questions: dict[Pair, tuple[str, str]]) -> Pairs:
    """Links as if they had been read from rows: first those that are wanted, then the rejects."""
    columns = np.array(wanted, dtype=np.int64).reshape(-1, 2)
    n, rejected = len(wanted), len(open_questions)
    raw = [f"{parent} → {child}" for parent, child in open_questions]
    reasons = [reason for reason, _ in open_questions.values()]
    suggestions = [advice for _, advice in open_questions.values()]
    rejects: dict[str, list[Any]] = {
        "row": list(range(n + 1, n + rejected + 1)),
        "index": list(range(n, n + rejected)),
        "column": ["parent → child"] * rejected,
        "raw": raw,
        "reason": reasons,
        "suggestion": suggestions,
        # Nothing that was typed, so nothing that could be mended.
        "kind": [""] * rejected,
        "repairs": [()] * rejected,
    }
    sentences = map("{}: {} ({})".format, raw, reasons, suggestions)
    return Pairs(
        parents=columns[:, 0],
        children=columns[:, 1],
        infos=(),
        info=None,
        rows=np.concatenate([np.arange(n), np.full(rejected, -1)]),
        row_numbers=np.arange(1, n + rejected + 1),
        reasons=dict(enumerate(sentences, start=n)),
        rejects=make_frame(rejects),
    )


def _check_writable(relation: RelationType) -> None:
    for verb in (Verb.CREATE, Verb.DELETE):
        if getattr(relation, verb) is Support.NO:
            raise PlanError(
                f"The API is documented as unable to {verb} links of {relation.suffix}: restore them in onOffice"
                " itself; oo.history(…) shows what was changed."
            )
