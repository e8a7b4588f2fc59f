"""The second witness: a run is held against the CRM's own log, and every deviation is named."""

from __future__ import annotations

from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.scenarios import BUYER, NOBODY, PARTICIPANT, pairs_of, small

OWNER = "estate:address:owner"
WANTED = [(1, 101), (1, 102), (2, 103)]

every_log = pytest.mark.parametrize(
    "switches",
    [{name: setting} for name in ("log_side", "log_module", "log_utc_offset") for setting in Behaviour.settings(name)],
    ids=str,
)


def linked(box: Sandbox, relation: str = OWNER) -> tuple[oo.Client, oo.Report]:
    crm = box.client()
    return crm, oo.submit(crm, oo.plan(crm, relation, pairs_of(*WANTED)), progress=False)


def told(audit: oo.Audit) -> list[tuple[int, int, str, str]]:
    return [(row.parent, row.child, row.outcome, row.deviation) for row in audit.deviations]


@every_log
def test_a_run_that_went_well_is_borne_out(switches: dict[str, Any]) -> None:
    box = small(behaviour=Behaviour(**switches))
    crm, report = linked(box)
    audit = oo.audit(crm, report)
    assert audit.ok
    assert audit.links == 3
    assert "the CRM's log tells the same" in str(audit)
    assert any(f"User {box.user}" in note for note in audit.notes)
    assert oo.audit(crm, report.run, user=box.user).ok
    assert oo.audit(crm, oo.undo(crm, report, progress=False)).ok


@every_log
def test_every_deviation_is_named(switches: dict[str, Any]) -> None:
    box = small(behaviour=Behaviour(**switches))
    crm, report = linked(box)
    box.unlink(OWNER, [(1, 101)], user=22)
    box.unlink(OWNER, [(2, 103)], user=22)
    box.link(OWNER, [(2, 103)], user=box.user)

    audit = oo.audit(crm, report)
    assert told(audit) == [(1, 101, "linked", "removed since"), (2, 103, "linked", "made twice")]
    assert audit.frame["user"].tolist() == [22, box.user]
    assert not audit.ok
    for text in (str(audit), audit._repr_html_(), repr(audit)):
        assert "2 deviations" in text


def test_what_somebody_else_made_meanwhile() -> None:
    """A colleague was quicker by a moment: the run has seen the link and believes that it is its own."""
    box = small()
    crm, report = linked(box)
    with box._store.transaction():
        box._store._db.execute("UPDATE log SET user = 22 WHERE child = 102")
    audit = oo.audit(crm, report)
    assert told(audit) == [(1, 102, "linked", "made by somebody else")]
    assert audit.frame["user"].tolist() == [22]
    assert "undo would take it back" in str(audit)
    assert [row[3] for row in told(oo.audit(crm, report, user=999))] == ["made by somebody else"] * 3


def test_a_removal_that_was_made_undone() -> None:
    box = small()
    box.link(OWNER, WANTED)
    crm = box.client()
    report = oo.submit(crm, oo.plan_removal(crm, OWNER, pairs_of(*WANTED)), progress=False)
    box.link(OWNER, [(1, 102)], user=22)
    assert told(oo.audit(crm, report)) == [(1, 102, "removed", "linked again since")]


def test_what_was_done_although_the_run_does_not_know() -> None:
    box = small()
    crm = box.client()
    report = oo.submit(crm, oo.plan(crm, OWNER, pairs_of(*WANTED, (1, NOBODY))), progress=False)
    assert oo.audit(crm, report).ok, "what failed is not in the log"
    box.add("address", NOBODY, broker=True)
    box.link(OWNER, [(1, NOBODY)], user=box.user)
    assert told(oo.audit(crm, report)) == [(1, NOBODY, "failed", "done all the same")]


def test_a_log_without_the_run() -> None:
    box = small()
    crm, report = linked(box)
    with box._store.transaction():
        box._store._db.execute("DELETE FROM log")
    audit = oo.audit(crm, report)
    assert {row[3] for row in told(audit)} == {"not in the log"}
    assert len(audit.deviations) == 3
    assert any("begins later" in note for note in audit.notes)


def test_types_that_share_a_module_of_the_log_are_not_told_apart_in_silence() -> None:
    box = small()
    crm, report = linked(box, BUYER)
    assert any("'relation'" in note for note in oo.audit(crm, report).notes)
    assert not any("'relation'" in note for note in oo.audit(crm, report, log_module="relation").notes)


def test_an_entry_that_may_be_of_another_type_is_said_to_be_so() -> None:
    box = small()
    crm, report = linked(box)
    box.link(BUYER, [(1, 101)], user=box.user)
    (deviation,) = oo.audit(crm, report, user=box.user).deviations
    assert "Not all of them are surely of this relation type" in deviation.what


def test_two_users_of_the_same_share_are_not_guessed_between() -> None:
    box = small()
    crm = box.client()
    report = oo.submit(crm, oo.plan(crm, OWNER, pairs_of((1, 101))), progress=False)
    box.unlink(OWNER, [(1, 101)], user=22)
    box.link(OWNER, [(1, 101)], user=22)
    assert any("name it with user=" in note for note in oo.audit(crm, report).notes)
    assert told(oo.audit(crm, report, user=box.user)) == []


@pytest.mark.parametrize(
    ("run", "error", "said"), [(99, oo.JournalError, "no run 99"), ("1", oo.InputError, "number of a run")]
)
def test_what_is_no_run(run: Any, error: type[oo.OnOfficeError], said: str) -> None:
    with pytest.raises(error, match=said):
        oo.audit(small().client(), run)


def changed_statuses(box: Sandbox) -> tuple[oo.Client, oo.Report]:
    box.link(PARTICIPANT, WANTED)
    crm = box.client()
    pairs = oo.cross([1], [101, 102], info=oo.RelationInfo("bestätigt"))
    return crm, oo.submit(crm, oo.plan_info(crm, PARTICIPANT, pairs), progress=False)


def test_statuses_that_are_as_the_run_left_them() -> None:
    crm, report = changed_statuses(small())
    audit = oo.audit(crm, report)
    assert audit.ok
    assert audit.links == 2
    assert any("not of their statuses" in note for note in audit.notes), "who changes one, the log does not tell"


def test_every_deviation_of_a_status_is_named() -> None:
    box = small()
    crm, report = changed_statuses(box)
    box.unlink(PARTICIPANT, [(1, 101)], user=22)
    with box._store.transaction():
        box._store.inform(PARTICIPANT, [(1, 102)], "gecancelt", None)

    audit = oo.audit(crm, report)
    assert told(audit) == [(1, 101, "changed", "removed since"), (1, 102, "changed", "changed since")]
    assert audit.deviations[0].user == 22
    assert audit.deviations[1].user is None
    assert "gecancelt" in str(audit)


def test_a_status_that_was_refused_and_stands_all_the_same() -> None:
    box = small()
    box.link(PARTICIPANT, [(1, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo("bestätigt")))
    box.unlink(PARTICIPANT, [(1, 101)])
    box.add("calendar", 1, writable=False)
    box.link(PARTICIPANT, [(1, 101)])
    report = oo.submit(crm, plan, progress=False)
    assert report.counts == {"failed": 1}
    assert oo.audit(crm, report).ok
    with box._store.transaction():
        box._store.inform(PARTICIPANT, [(1, 101)], "bestätigt", None)
    assert told(oo.audit(crm, report)) == [(1, 101, "failed", "done all the same")]


def test_a_status_that_the_crm_does_not_show_is_not_judged() -> None:
    box = small(behaviour=Behaviour(follow_up_status="not configured"))
    box.link(PARTICIPANT, [(1, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo(feedback="aktiv")))
    audit = oo.audit(crm, oo.submit(crm, plan, progress=False))
    assert audit.ok
    assert any("does not show the status of 1 link" in note for note in audit.notes)


def test_only_administrators_may_ask() -> None:
    box = small(behaviour=Behaviour(log_right="missing"))
    crm, report = linked(box)
    with pytest.raises(oo.AccessDenied, match="Only administrators"):
        oo.audit(crm, report)


def test_another_account_is_refused() -> None:
    journal = oo.Journal(":memory:")
    crm = small().client()
    report = oo.submit(crm, oo.plan(crm, OWNER, pairs_of(*WANTED)), progress=False, journal=journal)
    with pytest.raises(oo.PlanError, match="connected to"):
        oo.audit(small().client(), report, journal=journal)
    journal.close()
