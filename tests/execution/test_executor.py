"""A run that is broken off, wherever it is, leaves a truthful journal, and going on once is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.observation import Observation, Observer
from onoffice_nb.execution.states import State
from onoffice_nb.sandbox import Behaviour, Faults, Sandbox
from tests.scenarios import BUYER, NOBODY, PARTICIPANT, outcomes, pairs_of, small

pytestmark = pytest.mark.usefixtures("no_waiting")

BEFORE = {(1, 101), (1, 109), (3, 103)}
WANTED = [(1, 101), (1, 102), (1, 103), (2, 102), (2, 104), (2, NOBODY)]
GOOD = {pair for pair in WANTED if NOBODY not in pair}


def test_lines_that_run_idle_read_back_each_link_once(journal: oo.Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox(empty=True)
    box.add("estate", *range(1, 226))
    box.add("address", *range(1001, 1226))
    asked: list[Sequence[int]] = []
    look = Observer.look

    def noted(observer: Observer, items: Sequence[int]) -> Observation:
        asked.append(items)
        return look(observer, items)

    monkeypatch.setattr(Observer, "look", noted)
    plan = oo.plan(box.client(), BUYER, pairs_of(*zip(range(1, 226), range(1001, 1226), strict=True)), diff=False)
    report = oo.submit(box.client(), plan, progress=False, connections=4, journal=journal)
    assert report.counts == {"linked": 225}
    assert sorted(item for items in asked for item in items) == list(range(225))
    assert report.requests == 5


@pytest.mark.parametrize("later", [{}, dict.fromkeys(range(4, 9), "refused")], ids=["at once", "unreached"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_was_sent_once_stays_in_doubt_when_broken_off(
    journal: oo.Journal, later: dict[int, str], error: type[BaseException]
) -> None:
    """No answer, not there yet when it was looked up, to be sent again: then the run is broken off, and it arrives."""
    box = small(buyers=BEFORE)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 102)))
    box.faults = Faults({2: "commit_late", **later})
    told = count(1)

    def tell(now: Progress) -> None:
        if next(told) > bool(later):
            raise error

    with pytest.raises(error):
        oo.submit(crm, plan, progress=tell, journal=journal)
    box.faults = None
    assert journal.run(1).counts == {"resend": 1}
    assert outcomes(oo.resume(crm, 1, progress=False, journal=journal)) == ["linked"]
    assert oo.undo(crm, 1, progress=False, journal=journal).counts == {"removed": 1}
    assert box.links(BUYER) == BEFORE


def test_a_journal_that_fails_for_good_does_not_hide_what_broke_the_run_off(journal: oo.Journal) -> None:
    crm = small(buyers=BEFORE).client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 102)))

    def tell(now: Progress) -> None:
        journal.close()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as broken:
        oo.submit(crm, plan, progress=tell, journal=journal)
    assert broken.value.__notes__ == ["Run 1 stands in the journal: oo.resume(crm, 1) goes on with it."]


def failing(journal: oo.Journal, step: int, error: BaseException, *, done: bool) -> Callable[[], None]:
    """Let one change of the journal fail, before or after it is done; returns what mends it."""
    steps = count(1)
    whole = {name: getattr(journal, name) for name in ("mark_sending", "record")}

    def change(name: str, *args: Any) -> None:
        bad = next(steps) == step
        if bad and not done:
            raise error
        whole[name](*args)
        if bad:
            raise error

    for name in whole:
        setattr(journal, name, partial(change, name))
    return lambda: vars(journal).update(whole)


@pytest.mark.parametrize("done", [False, True], ids=["undone", "done"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), oo.JournalError("disk is full"), MemoryError()], ids=repr)
@pytest.mark.parametrize("step", range(1, 13))
@pytest.mark.parametrize("connections", [1, 2])
def test_broken_off_at_any_change_of_the_journal(
    journal: oo.Journal, step: int, error: BaseException, done: bool, connections: int
) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*WANTED), replace=True)
    mend = failing(journal, step, error, done=done)
    with suppress(type(error)):
        oo.submit(crm, plan, progress=False, connections=connections, journal=journal)
    record = journal.run(1)
    assert (record.state, record.reason[:10]) in (("stopped", "broken off"), ("finished", ""))
    assert State.SENDING not in record.counts
    mend()
    report = oo.resume(crm, 1, progress=False, journal=journal)
    assert not report.stop_reason
    # Not all of estate 2's new links stand, but all of estate 1's do: its old one goes.
    assert box.links(BUYER) == (BEFORE | GOOD) - {(1, 109)}
    assert outcomes(report) == ["already linked", *["linked"] * 4, "failed"]
    assert report.frame["code"].tolist()[-1] == 292
    assert max(box.writes_confirmed.values()) == 1, "what is known to be done is not asked for again"
    box.writes_confirmed.clear()
    mend = failing(journal, step, error, done=done)
    with suppress(type(error)):
        oo.undo(crm, 1, progress=False, connections=connections, journal=journal)
    mend()
    assert State.SENDING not in journal.run(2).counts
    assert not oo.resume(crm, 2, progress=False, journal=journal).stop_reason
    assert box.links(BUYER) == BEFORE


def test_a_function_that_is_told_and_raises(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()

    def tell(now: Progress) -> None:
        raise RuntimeError("the page is gone")

    with pytest.raises(RuntimeError, match="the page is gone") as raised:
        oo.submit(crm, oo.plan(crm, BUYER, pairs_of(*WANTED)), progress=tell, journal=journal)
    assert "oo.resume(crm, 1)" in raised.value.__notes__[0]
    record = journal.run(1)
    assert (record.state, record.reason) == ("stopped", "broken off by RuntimeError")
    assert outcomes(oo.resume(crm, 1, progress=False, journal=journal)).count("linked") == 4


def test_a_client_that_was_closed_has_sent_nothing(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*WANTED))
    crm.close()
    report = oo.submit(crm, plan, progress=False, journal=journal)
    assert "This client is closed" in report.stop_reason
    assert set(outcomes(report)) == {"already linked", "skipped"}
    assert not box.writes_received
    assert "This client is closed" in oo.resume(crm, report, progress=False, journal=journal).stop_reason
    assert outcomes(oo.resume(box.client(), report, progress=False, journal=journal)).count("linked") == 4


def test_stopped_while_a_bad_id_is_looked_for(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of(*((1, child) for child in (102, 103, 104, NOBODY))))
    report = oo.submit(crm, plan, progress=lambda now: oo.stop(), journal=journal)
    assert outcomes(report) == ["skipped"] * 4
    assert all("not tried alone" in message for message in report.frame["message"])
    assert report.frame["code"].isna().all(), "nobody knows yet whose code it is"
    assert outcomes(oo.resume(crm, report, progress=False, journal=journal)) == ["linked"] * 3 + ["failed"]


def test_refused_in_part_and_not_to_be_read_back_is_not_sent_again() -> None:
    box = small(buyers=BEFORE, behaviour=Behaviour(several_ids="in part, with an error"))
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((2, 102), (2, 103), (2, NOBODY)))
    box.writes_received.clear()
    # Each of the five tries to read fails.
    box.faults = Faults(dict.fromkeys(range(3, 8), "late"))
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["linked", "linked", "unknown"]
    assert max(box.writes_received.values()) == 1
    assert outcomes(oo.retry(crm, report, progress=False)) == ["linked", "linked", "failed"]
    assert box.writes_received["create", BUYER, 2, 102] == 1


def test_what_was_done_in_part_in_silence_before_the_kernel_died(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE, behaviour=Behaviour(several_ids="in part, in silence"))
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((2, 102), (2, 103), (2, NOBODY)))
    failing(journal, 3, KeyboardInterrupt(), done=False)
    with pytest.raises(KeyboardInterrupt):
        oo.submit(crm, plan, progress=False, journal=journal)
    assert journal.run(1).counts == {"accepted": 3}
    assert outcomes(oo.resume(crm, 1, progress=False, journal=journal)) == ["linked", "linked", "failed"]


def test_a_wrong_pair_among_infos_fails_alone() -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    box.link(PARTICIPANT, [(1, child) for child in (101, 102, 103)])
    plan = oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101, 102, 103], info=oo.RelationInfo("gesendet")))
    box.unlink(PARTICIPANT, [(1, 102)])
    report = oo.submit(crm, plan, progress=False)
    assert outcomes(report) == ["changed", "failed", "changed"]
    assert [box.info(1, child) for child in (101, 103)] == [("gesendet", None)] * 2


def test_a_status_on_its_way_when_the_kernel_died_is_looked_up(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    box.link(PARTICIPANT, [(1, 101)])
    run = journal.open_run(oo.plan_info(crm, PARTICIPANT, oo.cross([1], [101], info=oo.RelationInfo("gesendet"))))
    journal.mark_sending(run, [0])
    assert outcomes(oo.resume(crm, run, progress=False, journal=journal)) == ["changed"]
    assert box.info(1, 101) == ("gesendet", None)


def test_a_crm_that_cannot_be_read_says_why(journal: oo.Journal) -> None:
    box = small(buyers=BEFORE)
    crm = box.client()
    report = oo.submit(crm, oo.plan(crm, BUYER, pairs_of(*WANTED)), progress=False, journal=journal)
    box.faults = Faults(chance=1, kinds=["refused"])
    again = oo.retry(crm, report, progress=False, journal=journal)
    assert "Look whether the network is up" in again.stop_reason
    assert outcomes(again) == outcomes(report)
