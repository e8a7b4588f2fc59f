"""The second witness: a run is held against the CRM's own log, and every deviation is named."""

from __future__ import annotations

from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.scenarios import BUYER, NOBODY, pairs_of, small

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


def test_changes_of_statuses_are_not_in_the_log() -> None:
    box = small()
    box.link("calendar:address", [(1, 101)])
    crm = box.client()
    pairs = oo.read_pairs(parent=[1], child=[101], info=oo.RelationInfo("bestätigt"))
    report = oo.submit(crm, oo.plan_info(crm, "calendar:address", pairs), progress=False)
    with pytest.raises(oo.InputError, match="read_infos"):
        oo.audit(crm, report)


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
