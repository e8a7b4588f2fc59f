"""Submit, retry, resume, undo against the sandbox, with every fault at every request and under every behaviour."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.states import State
from onoffice_nb.planning import actions
from onoffice_nb.sandbox import Behaviour, Fault, Faults, Reply, Sandbox
from tests.scenarios import ADDRESSES, BUYER, ESTATES, NOBODY, PARTICIPANT, is_write, outcomes, pairs_of, small, trouble

pytestmark = pytest.mark.usefixtures("no_waiting")
every_behaviour = pytest.mark.parametrize("behaviour", list(Behaviour.variants()), ids=repr)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = small()
    yield made
    made.close()


def send(crm: oo.Client, *pairs: tuple[int, int], **options: Any) -> oo.Report:
    return oo.submit(crm, oo.plan(crm, BUYER, pairs_of(*pairs)), progress=False, **options)


def writes(box: Sandbox) -> int:
    return sum(1 for entry in box.log if any(verb in line for line in entry.lines for verb in ("create", "delete")))


# What a plan does


def test_the_documented_request_as_it_stands() -> None:
    box = Sandbox()
    crm = box.client()
    pairs = oo.read_pairs(parent=[2909, 2909], child=[10821, 10823])
    plan = oo.plan(crm, "calendar:address", pairs)
    (action,) = plan.actions
    assert action.parameters == {
        "relationtype": "urn:onoffice-de-ns:smart:2.5:relationTypes:calendar:address",
        "parentid": [2909],
        "childid": [10821, 10823],
    }
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["linked", "linked"]
    assert box.links("calendar:address") >= {(2909, 10821), (2909, 10823)}
    assert box.writes_received == {("create", "calendar:address", 2909, child): 1 for child in (10821, 10823)}


def test_only_what_is_missing_is_sent(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101)])
    crm = box.client()
    report = send(crm, (1, 101), (1, 102))
    assert outcomes(report) == ["already linked", "linked"]
    assert list(box.writes_received) == [("create", BUYER, 1, 102)]
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (1, 102)))
    assert "All 2 pairs are linked already. Nothing to send." in str(plan)
    again = oo.submit(crm, plan, progress=False)
    assert again.ok
    assert again.requests == 0


def test_rows_rejects_and_duplicates_are_all_in_the_report(box: Sandbox) -> None:
    frame = pd.DataFrame(
        {"name": ["A", "B", "C", "D"], "e": ["1", "#NV", "1", "2"], "a": ["101", "102", "101", NOBODY]},
        index=[10, 20, 30, 40],
    )
    crm = box.client()
    report = oo.submit(crm, oo.plan(crm, BUYER, oo.read_pairs(frame, parent="e", child="a")), progress=False)
    assert report.frame.index.tolist() == [10, 20, 30, 40]
    assert report.frame["name"].tolist() == ["A", "B", "C", "D"]
    assert outcomes(report) == ["linked", "skipped", "linked", "failed"]
    messages = report.frame["message"].tolist()
    assert "#NV" in messages[1]
    assert messages[2] == "the same pair as row 1"
    assert report.frame["code"].tolist()[3] == 292
    assert report.counts == {"linked": 2, "failed": 1, "skipped": 1}
    assert not report.ok


def test_a_bad_id_ends_up_alone_with_its_own_code(box: Sandbox) -> None:
    crm = box.client()
    wanted = [(1, address) for address in ADDRESSES] + [(1, NOBODY)]
    report = send(crm, *wanted)
    assert outcomes(report) == ["linked"] * len(ADDRESSES) + ["failed"]
    assert report.frame["code"].dropna().tolist() == [292]
    # Halving 31 links takes five more requests, and then the one that brings the last two.
    assert report.requests <= 6
    assert all(times == 1 for key, times in box.writes_confirmed.items())


def test_replacing_creates_before_it_removes(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101), (2, 102), (3, 103)])
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 111), (2, 102), (2, NOBODY)), replace=True)
    report = oo.submit(crm, plan, progress=False)
    assert box.links(BUYER) == {(1, 111), (2, 102), (3, 103)}
    assert report.removals["outcome"].tolist() == ["removed"]
    kinds = [line for entry in box.log for line in entry.lines if "create" in line or "delete" in line]
    assert ["create" in line for line in kinds] == sorted(["create" in line for line in kinds], reverse=True)
    undone = oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == {(1, 101), (2, 102), (3, 103)}
    assert undone.ok


def test_a_parent_whose_new_link_fails_keeps_its_old_one(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101)])
    crm = box.client()
    report = oo.submit(crm, oo.plan(crm, BUYER, pairs_of((1, NOBODY)), replace=True), progress=False)
    assert box.links(BUYER) == {(1, 101)}
    assert report.removals["outcome"].tolist() == ["skipped"]
    assert "kept" in report.removals["message"][0]


def test_removal_and_its_way_back(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101), (1, 102)])
    crm = box.client()
    report = oo.submit(crm, oo.plan_removal(crm, BUYER, pairs_of((1, 101), (2, 101))), progress=False)
    assert outcomes(report) == ["removed", "skipped"]
    assert box.links(BUYER) == {(1, 102)}
    oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == {(1, 101), (1, 102)}


STATUSES = ["bestätigt", "gesendet", "bestätigt"]


def with_statuses(statuses: list[str]) -> oo.Pairs:
    frame = pd.DataFrame({"t": [1, 1, 2], "a": [101, 102, 101], "s": statuses})
    return oo.read_pairs(frame, parent="t", child="a", info="s")


def statuses(box: Sandbox) -> list[tuple[str | None, str | None] | None]:
    return [box.info(*pair) for pair in ((1, 101), (1, 102), (2, 101))]


def test_statuses_are_created_changed_and_brought_back(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, PARTICIPANT, with_statuses(STATUSES))
    assert all(action.info is not None for action in plan.actions)
    created = oo.submit(crm, plan, progress=False)
    assert outcomes(created) == ["linked"] * 3
    assert statuses(box) == [(status, None) for status in STATUSES]

    changes = oo.plan_info(crm, PARTICIPANT, with_statuses(["gecancelt", "gesendet", "nicht gesetzt"]))
    assert changes.counts()["change"] == 2, "one has its status already"
    changed = oo.submit(crm, changes, progress=False)
    assert outcomes(changed) == ["changed", "skipped", "changed"]
    assert "already" in changed.frame["message"][1]
    assert statuses(box) == [("gecancelt", None), ("gesendet", None), ("nicht gesetzt", None)]

    undone = oo.undo(crm, changed, progress=False)
    assert undone.counts == {"changed": 2}
    assert statuses(box) == [(status, None) for status in STATUSES]
    oo.undo(crm, undone, progress=False)
    assert statuses(box) == [("gecancelt", None), ("gesendet", None), ("nicht gesetzt", None)]

    removed = oo.submit(crm, oo.plan_removal(crm, PARTICIPANT, pairs_of((1, 101), (1, 102))), progress=False)
    assert removed.counts == {"removed": 2}
    oo.undo(crm, removed, progress=False)
    assert statuses(box) == [("gecancelt", None), ("gesendet", None), ("nicht gesetzt", None)]


def test_undo_leaves_a_status_that_somebody_changed_since(box: Sandbox) -> None:
    box.link(PARTICIPANT, [(1, 101), (1, 102), (2, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, with_statuses(STATUSES))
    crm.modify(PARTICIPANT, [1], [101], oo.RelationInfo("bestätigt"))
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["skipped", "changed", "changed"], "the first was set by somebody else just before"
    crm.modify(PARTICIPANT, [1], [102], oo.RelationInfo("gecancelt"))
    undone = oo.undo(crm, report, progress=False)
    assert sorted(outcomes(undone)) == ["changed", "skipped"]
    assert "changed it since" in " ".join(undone.frame["message"])
    assert statuses(box) == [("bestätigt", None), ("gecancelt", None), ("nicht gesetzt", None)]


def test_undo_of_a_status_whose_link_is_gone_says_so(box: Sandbox) -> None:
    box.link(PARTICIPANT, [(1, 101), (1, 102), (2, 101)])
    crm = box.client()
    report = oo.submit(crm, oo.plan_info(crm, PARTICIPANT, with_statuses(STATUSES)), progress=False)
    box.unlink(PARTICIPANT, [(1, 102)])
    undone = oo.undo(crm, report, progress=False)
    (message,) = [message for message in undone.frame["message"] if message]
    assert "not linked" in message
    assert (1, 102) not in box.links(PARTICIPANT)


def test_a_link_that_stands_with_another_status_says_so(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, PARTICIPANT, with_statuses(STATUSES))
    with trouble(box, before_write=lambda: box.link(PARTICIPANT, [(1, 101)])):
        report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["linked"] * 3
    assert "its status is 'nicht gesetzt' though" in report.frame["message"][0]
    assert report.frame["message"][1] == ""


@pytest.mark.parametrize("follow_up_status", ["as written", "in English", "not configured"])
def test_a_feedback_is_read_back_where_the_crm_shows_it(follow_up_status: Any) -> None:
    box = small(behaviour=Behaviour(follow_up_status=follow_up_status))
    box.link(PARTICIPANT, [(1, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo(feedback="aktiv")))
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["changed"]
    assert box.info(1, 101) == (None, "aktiv")
    assert ("does not show" in report.frame["message"][0]) == (follow_up_status == "not configured")
    undone = oo.undo(crm, report, progress=False)
    assert outcomes(undone) == ["skipped"], "what it was before is not shown, and cannot be set"
    assert "did not show" in undone.frame["message"][0]


@pytest.mark.parametrize("follow_up_status", ["as written", "in English", "not configured"])
def test_a_feedback_comes_back_with_its_link_where_the_crm_shows_it(follow_up_status: Any) -> None:
    """Creating takes no feedback, so the undo sets it in a run of its own, and says so."""
    box = small(behaviour=Behaviour(follow_up_status=follow_up_status))
    box.link(PARTICIPANT, [(1, 101), (1, 102), (2, 103)])
    with box._store.transaction():
        box._store.inform(PARTICIPANT, [(1, 101)], "bestätigt", "aktiv")
        box._store.inform(PARTICIPANT, [(2, 103)], None, "inaktiv")
    crm, journal = box.client(), oo.Journal(":memory:")
    plan = oo.plan_removal(crm, PARTICIPANT, pairs_of((1, 101), (1, 102), (2, 103)))
    report = oo.submit(crm, plan, progress=False, journal=journal)
    assert outcomes(report) == ["removed"] * 3

    undone = oo.undo(crm, report, progress=False, journal=journal)
    assert outcomes(undone) == ["linked"] * 3
    is_shown = follow_up_status != "not configured"
    assert box.info(1, 101) == ("bestätigt", "aktiv" if is_shown else None)
    assert (box.info(2, 103) or (None, None))[1] == ("inaktiv" if is_shown else None)
    assert ("set again in run 3: 2 changed" in undone.note) == is_shown
    assert len(journal.runs()) == (3 if is_shown else 2)
    again = oo.resume(crm, undone, progress=False, journal=journal)
    assert len(journal.runs()) == (3 if is_shown else 2), "nothing is left to be set"
    assert again.ok


def test_infos_only_where_they_belong(box: Sandbox) -> None:
    pairs = oo.cross([1], [101], info=oo.RelationInfo("bestätigt"))
    with pytest.raises(oo.InputError, match="calendar:address"):
        oo.plan(box.client(), BUYER, pairs)
    with pytest.raises(oo.InputError, match="info"):
        oo.plan_info(box.client(), "calendar:address", pairs_of((1, 101)))
    with pytest.raises(oo.PlanError, match="read only"):
        oo.plan(box.client(), "user:messengerUser:is", pairs_of((1, 2)))


# A plan is submitted as shown, once, and where it belongs


def test_never_twice(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101)))
    oo.submit(crm, plan, progress=False)
    asked = dict(box.writes_received)
    with pytest.raises(oo.PlanError, match="submitted already, as run 1"):
        oo.submit(crm, plan, progress=False)
    assert dict(box.writes_received) == asked


def test_not_in_another_account(box: Sandbox) -> None:
    plan = oo.plan(box.client(), BUYER, pairs_of((1, 101)))
    with pytest.raises(oo.PlanError, match="you are connected to"):
        oo.submit(small().client(), plan, progress=False)


def test_a_run_of_another_account_neither_goes_on_nor_is_taken_back(box: Sandbox) -> None:
    journal = oo.Journal(":memory:")
    report = send(box.client(), (1, 101), journal=journal)
    for go_on in (oo.retry, oo.resume, oo.undo):
        with pytest.raises(oo.PlanError, match=r"Run 1 was in .*, but you are connected to"):
            go_on(small().client(), report, progress=False, journal=journal)


def test_not_when_it_is_old(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101)))
    object.__setattr__(plan, "created_at", datetime.now(UTC) - timedelta(minutes=30))
    with pytest.raises(oo.PlanError, match="30 min old"):
        oo.submit(crm, plan, progress=False)
    assert not box.writes_received
    assert outcomes(oo.submit(crm, plan, progress=False, max_age=3600)) == ["linked"]


def test_not_when_the_frame_has_changed(box: Sandbox) -> None:
    frame = pd.DataFrame({"e": [1, 2], "a": [101, 102]})
    crm = box.client()
    plan = oo.plan(crm, BUYER, oo.read_pairs(frame, parent="e", child="a"))
    frame.loc[1, "a"] = 103
    with pytest.raises(oo.PlanError, match="row 2"):
        oo.submit(crm, plan, progress=False)
    assert not box.writes_received


def test_too_many_connections(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101)))
    with pytest.raises(oo.InputError, match="1 to 4"):
        oo.submit(crm, plan, progress=False, connections=30)
    assert outcomes(oo.submit(crm, plan, progress=False, connections=4)) == ["linked"]


# Trouble


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("fault", list(Fault), ids=str)
def test_every_fault_at_every_request(fault: Fault, at: int) -> None:
    box = small()
    box.link(BUYER, [(1, 101), (4, 130)])
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*((e, a) for e in (1, 2, 3) for a in (*ADDRESSES[:5], NOBODY))))
    before = box.links(BUYER)
    box.writes_confirmed.clear()
    box.faults = Faults({at: fault})
    report = oo.submit(crm, plan, progress=False)
    box.apply_late_writes()
    good = {(e, a) for e in (1, 2, 3) for a in ADDRESSES[:5]}
    assert box.links(BUYER) == before | good
    said = dict(zip(zip(report.frame["parent"], report.frame["child"], strict=True), outcomes(report), strict=True))
    assert {pair for pair, outcome in said.items() if outcome == "failed"} == {(e, NOBODY) for e in (1, 2, 3)}
    assert {said[pair] for pair in good} <= {"linked", "already linked"}
    assert max(box.writes_confirmed.values()) == 1
    undone = oo.undo(crm, report, progress=False)
    assert undone.ok
    assert box.links(BUYER) == before


@every_behaviour
def test_right_under_every_behaviour(behaviour: Behaviour) -> None:
    box = small(behaviour=behaviour)
    box.link(BUYER, [(1, 101), (4, 130)])
    before = box.links(BUYER)
    crm = box.client()
    report = send(crm, (1, 101), (1, 102), (1, NOBODY), (2, 102), (77, 102), (3, 103))
    wanted = {(1, 101), (1, 102), (2, 102), (3, 103)}
    strangers = {(1, NOBODY), (77, 102)} if behaviour.unknown_record == "linked" else set()
    assert box.links(BUYER) == before | wanted | strangers
    said = outcomes(report)
    assert said[:2] == ["already linked", "linked"]
    assert said[3] == said[5] == "linked"
    if not strangers:
        assert said[2] == said[4] == "failed"
        assert report.frame["code"].notna().tolist() == [False, False, True, False, True, False]
    assert {tuple(pair) for pair in crm.related(BUYER, parents=ESTATES).to_numpy().tolist()} == before | wanted | {
        pair for pair in strangers if pair[0] in ESTATES
    }
    removal = oo.submit(crm, oo.plan_removal(crm, BUYER, pairs_of((4, 130), (4, 101))), progress=False)
    assert outcomes(removal) == ["removed", "skipped"]
    oo.undo(crm, removal, progress=False)
    oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == before


@pytest.mark.parametrize("code", [(137, "secret"), (22, "token")], ids=str)
def test_what_concerns_all_stops_at_once(box: Sandbox, code: tuple[int, str]) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*((e, a) for e in ESTATES for a in ADDRESSES)))
    number, what = code
    keys = {"token": box.token, "secret": box.secret} | {what: "SANDBOX" + "x" * (25 if what == "token" else 57)}
    wrong = oo.Client(type(crm._session.keys)(**keys), crm.url, crm.account, transport=box.transport)
    box.log.clear()
    report = oo.submit(wrong, plan, progress=False)
    assert len(box.log) == 1
    assert str(number) in report.stop_reason
    assert set(outcomes(report)) <= {"failed", "skipped"}
    assert not box.links(BUYER)
    again = oo.resume(crm, report, progress=False)
    assert "linked" in outcomes(again) or again.counts
    assert oo.retry(crm, again, progress=False).counts == {"linked": len(ESTATES) * len(ADDRESSES)}


@pytest.mark.parametrize("connections", [1, 2, 4])
def test_three_requests_that_fail_wholly_stop_the_run(box: Sandbox, connections: int) -> None:
    crm = box.client()
    missing = [(1000 + n, 5000 + n) for n in range(460)]
    report = send(crm, *missing, connections=connections)
    assert "3 requests in a row" in report.stop_reason
    # The third failure finds the other lines at work.
    assert 3 <= report.requests <= 2 + connections
    assert report.counts == {"failed": 50 * report.requests, "skipped": 460 - 50 * report.requests}
    assert "not sent" in report.frame["message"].iloc[-1]


@pytest.mark.parametrize("connections", [1, 2, 4])
def test_one_bad_id_in_every_action_stops_nothing(box: Sandbox, connections: int) -> None:
    """Each request fails wholly at first, several of them side by side, until its actions are split."""
    estates = range(2001, 2301)
    box.add("estate", *estates)
    box.add("address", *range(6001, 6601))
    own = [(estate, 6001 + 2 * n + nth) for n, estate in enumerate(estates) for nth in (0, 1)]
    report = send(box.client(), *own, *((estate, 9_000_001) for estate in estates), connections=connections)
    assert not report.stop_reason
    assert report.counts == {"linked": 600, "failed": 300}


@pytest.mark.parametrize("linked_before", [0, 1])
@pytest.mark.parametrize("connections", [1, 4])
def test_a_crm_that_refuses_all_is_not_asked_for_each_link(box: Sandbox, connections: int, linked_before: int) -> None:
    """Two requests of actions that are split down to their links, none of which is taken."""
    estates, addresses = range(2001, 2061), range(6001, 6601)
    box.add("estate", *estates)
    box.add("address", *addresses)
    box.set_rights("estate", estates, writable=False)
    pairs = [(estate, address) for n, estate in enumerate(estates) for address in addresses[10 * n : 10 * n + 10]]
    box.link(BUYER, pairs[:linked_before])
    report = send(box.client(), *pairs, connections=connections)
    assert "3 requests in a row" in report.stop_reason
    assert report.requests < 25
    assert set(report.frame["code"].dropna()) == {262}


@pytest.mark.parametrize("fault", ["bad_gateway", "refused"])
@pytest.mark.parametrize("connections", [2, 4])
def test_one_bad_moment_of_all_lines_stops_nothing(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, connections: int, fault: str
) -> None:
    """What is under way when the train enters the tunnel fails, each of it in every try; after it all is well."""
    monkeypatch.setattr("onoffice_nb.api.retries.MAX_ATTEMPTS", 1)
    estates = range(2001, 2031)
    box.add("estate", *estates)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*((estate, 101 + n) for n, estate in enumerate(estates))))
    monkeypatch.setattr(actions, "ACTIONS_PER_REQUEST", 1)
    tunnel = threading.Barrier(connections)
    answer, inside = box.transport._handle, threading.Semaphore(connections)
    one_by_one = threading.Lock()

    def handle(body: bytes) -> Reply:
        if is_write(body) and inside.acquire(blocking=False):
            tunnel.wait(10)
            with one_by_one:
                box.faults = Faults(chance=1, kinds=[fault])
                try:
                    return answer(body)
                finally:
                    box.faults = None
        with one_by_one:
            return answer(body)

    monkeypatch.setattr(box.transport, "_handle", handle)
    report = oo.submit(crm, plan, progress=False, connections=connections)
    assert not report.stop_reason
    assert report.counts == {"linked": 30}


def test_what_was_accepted_but_not_seen_stays_in_doubt(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read back too early, and stopped then: later it is there, it is ours, and undo removes it."""
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (1, 102)))
    answer = box.transport._handle
    written: list[bytes] = []

    def handle(body: bytes) -> Reply:
        reply = answer(body)
        if b"idsfromrelation" not in body:
            written.append(body)
        elif written:
            oo.stop()
            return Reply(reply.status, reply.content_type, re.sub(rb'"elements":{.*?}', b'"elements":[]', reply.body))
        return reply

    with monkeypatch.context() as early:
        early.setattr(box.transport, "_handle", handle)
        report = oo.submit(crm, plan, progress=False)
    assert report.stop_reason
    assert report.counts == {"unknown": 2}
    assert oo.resume(crm, report, progress=False).counts == {"linked": 2}
    assert oo.undo(crm, report, progress=False).counts == {"removed": 2}
    assert not box.links(BUYER)


def test_no_connection_at_all(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (2, 102)))
    box.faults = Faults(chance=1, kinds=["refused"])
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["skipped", "skipped"]
    assert "nothing was sent" in report.stop_reason
    assert not box.writes_received
    box.faults = None
    assert outcomes(oo.resume(crm, report, progress=False)) == ["linked", "linked"]


def test_an_unknown_outcome_that_cannot_be_read_back(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (2, 101)))
    with trouble(box, {1: "drop_after"}, later_reads="late"):
        report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["unknown", "unknown"]
    assert "oo.retry" in report.frame["advice"][0]
    asked = dict(box.writes_received)
    again = oo.retry(crm, report, progress=False)
    assert outcomes(again) == ["linked", "linked"]
    assert dict(box.writes_received) == asked, "it was there: looked up, not sent again"
    oo.undo(crm, again, progress=False)
    assert not box.links(BUYER)


def test_a_status_of_unknown_outcome_is_looked_up(box: Sandbox) -> None:
    box.link(PARTICIPANT, [(1, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo("gesendet")))
    with trouble(box, {1: "late"}, later_reads="late"):
        report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["unknown"]
    assert outcomes(oo.resume(crm, report, progress=False)) == ["changed"]
    assert box.writes_received["modify", PARTICIPANT, 1, 101] == 1
    assert oo.undo(crm, report, progress=False).counts == {"changed": 1}


def test_a_request_that_is_refused_as_a_whole_fails_with_its_code(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (1, 102)))
    handle = box.transport._handle

    def refusing(body: bytes) -> Reply:
        if not is_write(body):
            return handle(body)
        refusal = {"status": {"code": 400, "errorcode": 93, "message": "no"}, "response": {"results": []}}
        return replace(handle(b"{}"), body=json.dumps(refusal).encode())

    monkeypatch.setattr(box.transport, "_handle", refusing)
    report = oo.submit(crm, plan, progress=False)
    assert report.frame["code"].dropna().tolist()[:1] == [93]
    assert not box.links(BUYER)


def test_an_undo_says_what_it_could_not_look_at_afterwards(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    contact = "estate:address:contactPersonAll"
    box.unlink(contact, box.links(contact))
    box.link(contact, [(1, 103), (1, 101)])
    crm = box.client()
    report = oo.submit(crm, oo.plan_removal(crm, contact, pairs_of((1, 103))), progress=False)

    def unreadable(*arguments: Any, **options: Any) -> Any:
        raise oo.OutcomeUnknown("The line broke.")

    monkeypatch.setattr("onoffice_nb.execution.submit.feedback_plan", unreadable)
    undone = oo.undo(crm, report, progress=False)
    assert outcomes(undone) == ["linked"]
    assert "have their feedback could not be read: The line broke" in undone.note


def test_a_feedback_that_nobody_can_look_up_is_sent_again_by_retry_alone() -> None:
    box = small(behaviour=Behaviour(follow_up_status="not configured"))
    box.link(PARTICIPANT, [(1, 101)])
    crm = box.client()
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo(feedback="aktiv")))
    with trouble(box, {1: "late"}):
        report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["unknown"]
    key = ("modify", PARTICIPANT, 1, 101)
    assert outcomes(oo.resume(crm, report, progress=False)) == ["unknown"]
    assert box.writes_received[key] == 1
    assert outcomes(oo.retry(crm, report, progress=False)) == ["changed"]
    assert box.writes_received[key] == 2


# Control


def test_stop_from_another_thread(box: Sandbox) -> None:
    crm = box.client()
    wanted = [(estate, address) for estate in (*ESTATES, 1000, 1001) for address in ADDRESSES]
    plan = oo.plan(crm, BUYER, pairs_of(*wanted))
    told: list[Progress] = []

    def tell(now: Progress) -> None:
        told.append(now)
        thread = threading.Thread(target=oo.stop)
        thread.start()
        thread.join()

    report = oo.submit(crm, plan, progress=tell)
    assert report.stop_reason == "stopped on request"
    assert told[-1].total == len(plan.pending)
    links = box.links(BUYER)
    for parent, child, outcome in zip(report.frame["parent"], report.frame["child"], outcomes(report), strict=True):
        assert (outcome == "linked") == ((parent, child) in links)
    resumed = oo.resume(crm, report, progress=False)
    assert not resumed.stop_reason
    assert set(outcomes(resumed)) == {"linked", "failed"}


def test_nothing_leaves_after_a_stop_because_a_line_was_reading(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line reads back, the other one is stopped in the middle of splitting: its second half has to stay."""
    monkeypatch.setattr(actions, "ACTIONS_PER_REQUEST", 1)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), *((2, address) for address in ADDRESSES[1:6]), (2, NOBODY)))
    answer = box.transport._handle
    reading, stopped = threading.Event(), threading.Event()
    sizes: list[int] = []

    def handle(body: bytes) -> Reply:
        (action,) = json.loads(body)["request"]["actions"]
        if action["resourcetype"] == "idsfromrelation":
            if not sizes:
                return answer(body)
            first = not reading.is_set()
            reading.set()
            if first:
                stopped.wait(10)
            return answer(body)
        sizes.append(len(action["parameters"]["childid"]))
        if sizes[-1] == 6:
            reading.wait(10)
        elif sizes[-1] == 3:
            # Time for the other half to be given to a line, if it is to be.
            stopped.wait(0.2)
            oo.stop()
            stopped.set()
        return answer(body)

    monkeypatch.setattr(box.transport, "_handle", handle)
    report = oo.submit(crm, plan, progress=False, connections=2)
    assert sorted(sizes) == [1, 3, 6]
    assert report.stop_reason == "stopped on request"
    assert report.counts == {"linked": 4, "skipped": 3}


def test_undo_leaves_what_was_there_and_what_others_did(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101)])
    crm = box.client()
    report = send(crm, (1, 101), (1, 102), (2, 102))
    box.link(BUYER, [(3, 103)])
    box.unlink(BUYER, [(2, 102)])
    undone = oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == {(1, 101), (3, 103)}
    assert sorted(outcomes(undone)) == ["removed", "skipped"]
    box.link(BUYER, [(1, 102)])
    oo.undo(crm, report, progress=False)
    assert (1, 102) in box.links(BUYER), "linked anew by somebody else after the undo"


@pytest.mark.parametrize("existing_link", ["succeeds", "refused"])
def test_what_somebody_else_linked_meanwhile_is_theirs(existing_link: Any) -> None:
    box = small(behaviour=Behaviour(existing_link=existing_link))
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (2, 102), (3, 103)))
    box.link(BUYER, [(2, 102)])
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["linked", "already linked", "linked"]
    assert ("create", BUYER, 2, 102) not in box.writes_received
    oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == {(2, 102)}


def test_a_removal_is_taken_back_once(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101)])
    crm = box.client()
    report = oo.submit(crm, oo.plan_removal(crm, BUYER, pairs_of((1, 101))), progress=False)
    oo.undo(crm, report, progress=False)
    box.unlink(BUYER, [(1, 101)])
    oo.undo(crm, report, progress=False)
    assert not box.links(BUYER), "removed by somebody else after the undo"


def test_two_undos_do_not_do_the_same_work(box: Sandbox) -> None:
    crm = box.client()
    report = send(crm, (1, 101), (2, 102))
    refused: list[int] = []

    def tell(now: Progress) -> None:
        with pytest.raises(oo.JournalError, match="Run 1 is being worked on"):
            oo.undo(crm, report, progress=False)
        refused.append(now.run)

    assert oo.undo(crm, report, progress=tell).counts == {"removed": 2}
    assert refused
    assert set(box.writes_received.values()) == {1}


def test_what_was_taken_back_does_not_go_on(box: Sandbox) -> None:
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (2, 101)))
    with trouble(box, {1: "drop_after"}, later_reads="late"):
        report = oo.submit(crm, plan, progress=False)
    oo.undo(crm, report, progress=False)
    for go_on in (oo.retry, oo.resume):
        with pytest.raises(oo.PlanError, match=r"Run 1 was taken back.*oo\.plan"):
            go_on(crm, report, progress=False)
    assert not box.links(BUYER)


def test_a_run_whose_process_died_is_not_said_to_be_well(box: Sandbox) -> None:
    crm = box.client()
    journal = oo.Journal(":memory:")
    run = journal.open_run(oo.plan(crm, BUYER, pairs_of((1, 101))))
    report = build_report(journal, run)
    assert not report.ok
    assert "Not finished: it has not come to its end: resume it" in str(report)
    assert oo.resume(crm, run, progress=False, journal=journal).ok


CONTACT = "estate:address:contactPersonAll"


def contacts(box: Sandbox, estate: int) -> list[int]:
    return [child for parent, child in box.ordered_links(CONTACT) if parent == estate]


@pytest.fixture
def contact_box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    made = small(behaviour=Behaviour(recreated_link=request.param))
    made.unlink(CONTACT, made.links(CONTACT))
    made.link(CONTACT, [(1, 103), (1, 101), (1, 102), (2, 105), (2, 104)])
    yield made
    made.close()


@pytest.mark.parametrize("contact_box", ["at the end", "at its old place"], indirect=True)
def test_replacing_keeps_the_order_of_contact_persons_that_stay(contact_box: Sandbox) -> None:
    crm = contact_box.client()
    plan = oo.plan(crm, CONTACT, pairs_of((1, 103), (1, 102), (1, 106)), replace=True)
    report = oo.submit(crm, plan, progress=False)
    assert contacts(contact_box, 1) == [103, 102, 106]
    undone = oo.undo(crm, report, progress=False)
    assert set(contacts(contact_box, 1)) == {103, 101, 102}
    restored = contacts(contact_box, 1) == [103, 101, 102]
    assert [child for child in contacts(contact_box, 1) if child != 101] == [103, 102], "those that stay, as they were"
    assert (undone.note == "") == restored
    assert restored or "1 (103, 101, 102)" in str(undone)
    assert contacts(contact_box, 2) == [105, 104]


@pytest.mark.parametrize("contact_box", ["at the end"], indirect=True)
@pytest.mark.parametrize("connections", [1, 4])
def test_contact_persons_that_are_created_again_come_in_their_former_order(
    contact_box: Sandbox, connections: int
) -> None:
    """All of them were replaced, of two estates that had the same ones in another order."""
    contact_box.unlink(CONTACT, contact_box.links(CONTACT))
    contact_box.link(CONTACT, [(1, 103), (1, 101), (1, 102), (2, 102), (2, 103), (2, 101)])
    crm = contact_box.client()
    plan = oo.plan(crm, CONTACT, pairs_of((1, 106), (2, 106)), replace=True)
    report = oo.submit(crm, plan, progress=False, connections=connections)
    assert (contacts(contact_box, 1), contacts(contact_box, 2)) == ([106], [106])
    undone = oo.undo(crm, report, progress=False, connections=connections)
    assert (contacts(contact_box, 1), contacts(contact_box, 2)) == ([103, 101, 102], [102, 103, 101])
    assert undone.note == ""


@pytest.mark.parametrize("contact_box", ["at the end"], indirect=True)
def test_an_order_that_comes_back_is_not_spoken_of(contact_box: Sandbox) -> None:
    """The last one is removed and comes back last; and after an undo that removes, there is nothing to say."""
    crm = contact_box.client()
    removed = oo.submit(crm, oo.plan_removal(crm, CONTACT, pairs_of((1, 102), (2, 104))), progress=False)
    assert oo.undo(crm, removed, progress=False).note == ""
    assert (contacts(contact_box, 1), contacts(contact_box, 2)) == ([103, 101, 102], [105, 104])
    created = oo.submit(crm, oo.plan(crm, CONTACT, pairs_of((1, 107))), progress=False)
    assert oo.undo(crm, created, progress=False).note == ""


def test_undo_of_an_undo(box: Sandbox) -> None:
    crm = box.client()
    report = send(crm, (1, 101), (1, 102))
    undone = oo.undo(crm, report, progress=False)
    oo.undo(crm, undone, progress=False)
    assert box.links(BUYER) == {(1, 101), (1, 102)}


def test_without_looking_first_undo_touches_nothing(box: Sandbox) -> None:
    box.link(BUYER, [(1, 101)])
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (1, 102)), diff=False)
    assert "undo will leave" in str(plan)
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["linked", "linked"]
    with pytest.raises(oo.PlanError, match=r"diff=False.*no way back"):
        oo.undo(crm, report, progress=False)
    assert box.links(BUYER) == {(1, 101), (1, 102)}


def test_without_reading_back_it_says_so(box: Sandbox) -> None:
    report = send(box.client(), (1, 101), verify=False)
    assert outcomes(report) == ["linked"]
    assert "not read back" in report.frame["message"][0]


def test_history(box: Sandbox) -> None:
    crm = box.client()
    report = send(crm, (1, 101), (1, NOBODY))
    oo.undo(crm, report, progress=False)
    history = oo.runs(crm)
    assert history["run"].tolist() == [2, 1]
    assert history["undoes"].tolist()[0] == 1
    assert history["state"].tolist() == ["finished", "finished"]
    assert history[State.FAILED].tolist() == [0, 1]
    assert oo.retry(crm, history["run"].max(), progress=False).undoes_run == 1
    with pytest.raises(oo.JournalError, match="no run 7"):
        oo.undo(crm, 7)
    with pytest.raises(oo.InputError, match=r"got 'last'"):
        oo.undo(crm, "last")  # type: ignore[arg-type]  # as a user may
