"""The plan that takes a run back: from what the journal knows of it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client
from onoffice_nb.errors import PlanError
from onoffice_nb.execution.journal import Journal, RunRecord
from onoffice_nb.execution.states import IN_DOUBT, State
from onoffice_nb.intake.pairs import read_pairs
from onoffice_nb.model import RelationInfo, Verb
from onoffice_nb.planning.actions import IntArray, Items
from onoffice_nb.planning.current_infos import CurrentInfo, current_infos
from onoffice_nb.planning.plan import Plan

__all__ = ["feedback_plan", "undo_plan"]

# What the run has done, or may have done.
_MAY_BE_DONE: Final = IN_DOUBT | {State.SENDING, State.ACCEPTED, State.LINKED, State.CHANGED, State.REMOVED}

_NOT_SET: Final = "nicht gesetzt"
_CHANGED_SINCE: Final = "left alone: its status is not the one that the run set, so somebody changed it since"
_GONE: Final = "left alone: it is not linked any more, or its status cannot be read"
_NOT_KNOWN: Final = "left alone: the CRM did not show the status that it had before"


def undo_plan(crm: Client, journal: Journal, record: RunRecord) -> Plan:
    """The plan that undoes a run.

    Args:
        crm: The client of the account that the run was in.
        journal: Where the run is written down.
        record: The run.

    Returns:
        The plan, with one row for each item that the run has done, or may have done.

    Raises:
        PlanError: Before the run nobody looked which links were there.
        OnOfficeError: The CRM did not answer, or refused.
    """
    items, columns = journal.load_items(record.run)
    linked_before = np.array(columns["before"], dtype=np.int8)
    if len(items) and (linked_before < 0).all():
        raise PlanError(
            f"Before run {record.run} nobody looked which links were there (diff=False), so nobody can tell which are"
            " its own: no way back. oo.plan_removal(…) removes links whoever made them."
        )

    undone = journal.undone_pairs(record.run)
    pairs = zip(items.parents.tolist(), items.children.tolist(), strict=True)
    may_be_done = np.array(
        [state in _MAY_BE_DONE and pair not in undone for pair, state in zip(pairs, columns["state"], strict=True)],
        dtype=bool,
    )
    infos_before = [items.infos[info] if info >= 0 else None for info in columns["info_before"]]
    if record.verb is Verb.MODIFY:
        return _with_statuses_restored(crm, record, items, infos_before, np.flatnonzero(may_be_done))

    created = np.flatnonzero(may_be_done & items.with_verb(Verb.CREATE) & (linked_before == 0))
    removed = np.flatnonzero(may_be_done & items.with_verb(Verb.DELETE) & (linked_before == 1))
    back = Items.of(Verb.DELETE, items.parents[created], items.children[created])
    back += _created_again(items, removed, infos_before)
    # As the run left it; what somebody has changed since, the last look before the first request tells.
    linked_after = np.where(back.with_verb(Verb.DELETE), 1, 0).astype(np.int8)
    return Plan(
        account=crm.account,
        relation=record.relation,
        verb=Verb.DELETE if record.verb is Verb.CREATE else Verb.CREATE,
        pairs=read_pairs(parent=back.parents, child=back.children),
        items=back,
        linked_before=linked_after,
        created_at=datetime.now(UTC),
    )


def feedback_plan(crm: Client, journal: Journal, undo_run: RunRecord) -> Plan | None:
    """The plan that gives links which an undo has created again the feedback that they had before.

    Args:
        crm: The client of the account that the run was in.
        journal: Where both runs are written down.
        undo_run: The undo, which has ended.

    Returns:
        The plan; None where no link had a feedback that the CRM showed, or all of them have it already.

    Raises:
        OnOfficeError: The CRM did not answer, or refused.
    """
    if undo_run.undoes is None or not undo_run.relation.takes_info:
        return None
    before = _feedbacks_before(journal, undo_run.undoes)
    if not before:
        return None

    items, columns = journal.load_items(undo_run.run)
    created = items.with_verb(Verb.CREATE) & np.array([state is State.LINKED for state in columns["state"]], dtype=bool)
    parents, children = items.parents[created], items.children[created]
    infos_now = current_infos(crm, undo_run.relation, parents, children)
    pairs = zip(parents.tolist(), children.tolist(), strict=True)
    wanted = {
        pair: RelationInfo(feedback=before[pair])
        for pair, info in zip(pairs, infos_now, strict=True)
        if pair in before and info is not None and info.feedback != before[pair]
    }
    if not wanted:
        return None
    return _plan_of_statuses(crm, undo_run, list(wanted), list(wanted.values()))


def _feedbacks_before(journal: Journal, run: int) -> dict[tuple[int, int], str]:
    """The feedback of each link that a run was to remove, where the CRM showed one."""
    items, columns = journal.load_items(run)
    pairs = zip(items.parents.tolist(), items.children.tolist(), strict=True)
    infos = (items.infos[info] if info >= 0 else None for info in columns["info_before"])
    return {
        pair: info.feedback
        for pair, info, verb in zip(pairs, infos, items.listed_verbs(), strict=True)
        if verb is Verb.DELETE and info is not None and info.feedback is not None
    }


def _plan_of_statuses(
    crm: Client, record: RunRecord, linked: Sequence[tuple[int, int]], wanted: Sequence[RelationInfo]
) -> Plan:
    """A plan that gives each of these links its status."""
    infos, positions = _distinct(wanted)
    parents, children = (list(side) for side in zip(*linked, strict=True))
    pairs = replace(read_pairs(parent=parents, child=children), infos=infos, info=positions)
    items = Items.of(Verb.MODIFY, pairs.parents, pairs.children, positions, infos)
    stand = np.ones(len(linked), dtype=np.int8)
    return Plan(crm.account, record.relation, Verb.MODIFY, pairs, items, stand, datetime.now(UTC))


def _created_again(items: Items, removed: IntArray, infos_before: Sequence[RelationInfo | None]) -> Items:
    """Links that were removed, with the confirmation that they had; a feedback is set once they stand again."""
    wanted = [_confirmation(infos_before[item]) for item in removed.tolist()]
    infos, positions = _distinct(wanted)
    return Items.of(Verb.CREATE, items.parents[removed], items.children[removed], positions, infos)


def _distinct(wanted: Sequence[RelationInfo | None]) -> tuple[tuple[RelationInfo, ...], NDArray[np.int16]]:
    """The different ones among statuses, and the position there of each link's own; -1 where it has none."""
    infos = tuple(dict.fromkeys(info for info in wanted if info is not None))
    positions = [-1 if info is None else infos.index(info) for info in wanted]
    return infos, np.array(positions, dtype=np.int16)


def _confirmation(info: RelationInfo | None) -> RelationInfo | None:
    if info is None or info.confirmation in (None, _NOT_SET):
        return None
    return RelationInfo(info.confirmation)


def _with_statuses_restored(
    crm: Client, record: RunRecord, items: Items, infos_before: Sequence[RelationInfo | None], changed: IntArray
) -> Plan:
    """Each status as it was before, where it is still the one that the run set; what is left alone says why."""
    parents, children = items.parents[changed], items.children[changed]
    wanted: list[RelationInfo] = []
    rows, reasons = [], {}
    restored: list[int] = []
    infos_now = current_infos(crm, record.relation, parents, children)
    for row, (item, info_now) in enumerate(zip(changed.tolist(), infos_now, strict=True)):
        back = _way_back(items.infos[items.info[item]], infos_before[item], info_now)
        if isinstance(back, RelationInfo):
            rows.append(len(restored))
            restored.append(item)
            wanted.append(back)
        else:
            rows.append(-1)
            reasons[row] = back

    infos, positions = _distinct(wanted)
    pairs = replace(
        read_pairs(parent=items.parents[restored], child=items.children[restored]),
        infos=infos,
        info=positions,
        rows=np.array(rows, dtype=np.int64),
        row_numbers=np.arange(1, len(rows) + 1),
        reasons=reasons,
    )
    back_items = Items.of(Verb.MODIFY, pairs.parents, pairs.children, positions, infos)
    linked = np.ones(len(restored), dtype=np.int8)
    return Plan(crm.account, record.relation, Verb.MODIFY, pairs, back_items, linked, datetime.now(UTC))


def _way_back(changed: RelationInfo, before: RelationInfo | None, now: CurrentInfo | None) -> RelationInfo | str:
    """What restores a status, or why it is left alone."""
    if now is None:
        return _GONE
    if now.matches(changed) is False:
        return _CHANGED_SINCE
    restored = CurrentInfo(before.confirmation, before.feedback).restoring(changed) if before is not None else None
    return restored or _NOT_KNOWN
