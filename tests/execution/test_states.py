"""The table of transitions is the only place that says which state may follow which: each of them, and no other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.states import (
    INITIAL,
    OUTCOMES,
    TRANSITIONS,
    Entry,
    ItemStates,
    State,
    transition_table,
)
from onoffice_nb.planning import actions
from onoffice_nb.sandbox import Behaviour
from tests.samples import ROOT
from tests.scenarios import BUYER, NOBODY, PARTICIPANT, Pair, pairs_of, small, trouble

pytestmark = pytest.mark.usefixtures("no_waiting")

Transition = tuple[State, State]
EVERY_TRANSITION = [(before, after) for before in State for after in State if after in TRANSITIONS[before]]


class Play:
    """A sandbox, its client and a journal that remembers each change of a state."""

    def __init__(self, **behaviour: Any) -> None:
        self.box = small(behaviour=Behaviour(**behaviour))
        self.crm = self.box.client()
        self.journal = oo.Journal(":memory:")
        database = self.journal._db._db
        database.execute("CREATE TEMP TABLE changes (before TEXT, after TEXT)")
        database.execute(
            "CREATE TEMP TRIGGER change AFTER UPDATE OF state ON items"
            " BEGIN INSERT INTO changes VALUES (old.state, new.state); END"
        )

    @property
    def transitions(self) -> set[Transition]:
        rows = self.journal._db.query("SELECT DISTINCT before, after FROM changes")
        return {(State(before), State(after)) for before, after in rows}

    def close(self) -> None:
        self.journal.close()
        self.crm.close()
        self.box.close()

    def create(self, *pairs: Pair, **options: Callable[[Progress], object]) -> oo.Report:
        return self._submit(oo.plan(self.crm, BUYER, pairs_of(*pairs)), **options)

    def remove(self, *pairs: Pair, **options: Callable[[Progress], object]) -> oo.Report:
        self.box.link(BUYER, pairs)
        return self._submit(oo.plan_removal(self.crm, BUYER, pairs_of(*pairs)), **options)

    def set_status(self, *pairs: Pair, **options: Callable[[Progress], object]) -> oo.Report:
        self.box.link(PARTICIPANT, pairs)
        frame = pd.DataFrame(pairs, columns=["parent", "child"]).assign(status="bestätigt")
        wanted = oo.read_pairs(frame, parent="parent", child="child", info="status")
        return self._submit(oo.plan_info(self.crm, PARTICIPANT, wanted), **options)

    def _submit(self, plan: oo.Plan, progress: Callable[[Progress], object] | None = None) -> oo.Report:
        return oo.submit(self.crm, plan, progress=progress or False, journal=self.journal)

    def resume(self, report: oo.Report) -> oo.Report:
        return oo.resume(self.crm, report, progress=False, journal=self.journal)

    def retry(self, report: oo.Report) -> oo.Report:
        return oo.retry(self.crm, report, progress=False, journal=self.journal)


def stop(now: Progress) -> None:
    oo.stop()


def answered_and_refused(play: Play) -> None:
    play.create((1, 101), (2, NOBODY), (3, 102), (3, NOBODY))
    play.remove((4, 104))
    play.set_status((1, 101), (2, 102))


def lost_but_done(play: Play) -> None:
    for change in (play.create, play.remove, play.set_status):
        with trouble(play.box, {1: "drop_after"}):
            change((1, 101))


def lost_again_and_again(play: Play) -> None:
    with trouble(play.box, dict.fromkeys(range(1, 9), "drop_before")):
        report = play.create((1, 101))
    play.resume(report)


def lost_and_not_to_be_read(play: Play) -> None:
    for change in (play.create, play.remove, play.set_status):
        with trouble(play.box, {1: "drop_after"}, later_reads="late"):
            report = change((1, 101))
        play.resume(report)


def accepted_and_not_to_be_read(play: Play) -> None:
    with trouble(play.box, later_reads="late"):
        play.create((1, 101))


def done_the_second_time(play: Play) -> None:
    for change in (play.create, play.remove, play.set_status):
        with trouble(play.box, {1: "drop_before", 2: "drop_after"}):
            change((1, 101))


def lost_and_refused_the_second_time(play: Play) -> None:
    with trouble(play.box, {1: "drop_before"}):
        play.create((1, NOBODY))


def stopped_and_arrived_meanwhile(play: Play) -> None:
    for change in (play.create, play.remove, play.set_status):
        with trouble(play.box, {1: "commit_late"}):
            report = change((1, 101), progress=stop)
        play.box.apply_late_writes()
        play.resume(report)


def stopped_and_status_set_meanwhile(play: Play) -> None:
    with trouble(play.box, {1: "drop_before"}):
        report = play.set_status((1, 101), progress=stop)
    play.crm.modify(PARTICIPANT, [1], [101], oo.RelationInfo("bestätigt"))
    play.resume(report)


def stopped_and_still_not_there(play: Play) -> None:
    with trouble(play.box, {1: "drop_before"}):
        report = play.create((1, 101), progress=stop)
    play.resume(report)


def stopped_and_done_by_somebody_else(play: Play) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "ACTIONS_PER_REQUEST", 1)
        # The first is done, the second under way when the run is told to stop.
        created = play.create((1, 101), (2, 102), (3, 103), (4, 104), progress=stop)
        play.box.link(BUYER, [(3, 103)])
        play.resume(created)

        removed = play.remove((1, 111), (2, 112), (3, 113), (4, 114), progress=stop)
        play.box.unlink(BUYER, [(3, 113)])
        play.resume(removed)


def done_by_somebody_else_at_the_last_moment(play: Play) -> None:
    with trouble(play.box, before_write=lambda: play.box.link(BUYER, [(1, 101)])):
        play.create((1, 101))
    with trouble(play.box, before_write=lambda: play.box.unlink(BUYER, [(2, 102)])):
        play.remove((2, 102))


def done_in_part_in_silence(play: Play) -> None:
    play.create((1, 101), (1, NOBODY))


def kept_because_the_new_link_failed(play: Play) -> None:
    play.box.link(BUYER, [(1, 101)])
    plan = oo.plan(play.crm, BUYER, pairs_of((1, NOBODY)), replace=True)
    oo.submit(play.crm, plan, progress=False, journal=play.journal)


def failed_and_done_by_somebody_else(play: Play) -> None:
    created = play.create((1, NOBODY), (2, NOBODY))
    play.box.add("address", NOBODY)
    play.box.link(BUYER, [(1, NOBODY)])
    play.retry(created)

    play.box.set_rights("estate", [4], writable=False)
    removed = play.remove((4, 104))
    play.box.unlink(BUYER, [(4, 104)])
    play.retry(removed)


SCENARIOS: dict[Callable[[Play], None], dict[str, str]] = {
    answered_and_refused: {},
    lost_but_done: {},
    lost_again_and_again: {},
    lost_and_not_to_be_read: {},
    accepted_and_not_to_be_read: {},
    done_the_second_time: {},
    lost_and_refused_the_second_time: {},
    stopped_and_arrived_meanwhile: {},
    stopped_and_status_set_meanwhile: {},
    stopped_and_still_not_there: {},
    stopped_and_done_by_somebody_else: {},
    done_by_somebody_else_at_the_last_moment: {"existing_link": "refused"},
    done_in_part_in_silence: {"several_ids": "in part, in silence"},
    kept_because_the_new_link_failed: {},
    failed_and_done_by_somebody_else: {},
}


def transitions_of(scenario: Callable[[Play], None]) -> set[Transition]:
    with closing(Play(**SCENARIOS[scenario])) as play:
        scenario(play)
        return play.transitions


@pytest.fixture(scope="module")
def exercised() -> dict[Transition, Callable[[Play], None]]:
    """Each transition that the scenarios bring about, and one that does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", lambda seconds: None)
        return {transition: scenario for scenario in SCENARIOS for transition in transitions_of(scenario)}


def test_the_table_allows_what_happens_and_nothing_else(
    exercised: dict[Transition, Callable[[Play], None]],
) -> None:
    assert set(exercised) == set(EVERY_TRANSITION)


@pytest.mark.parametrize("transition", EVERY_TRANSITION, ids=" to ".join)
def test_a_table_without_it_lets_a_run_fail(
    transition: Transition,
    exercised: dict[Transition, Callable[[Play], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, after = transition
    monkeypatch.setitem(TRANSITIONS, before, TRANSITIONS[before] - {after})
    with pytest.raises(oo.JournalError, match=f"become {after}.*fault of onoffice_nb"):
        transitions_of(exercised[transition])


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_memory_and_journal_refuse_what_the_table_does_not_allow(before: State, after: State) -> None:
    is_allowed = after in TRANSITIONS[before]
    with closing(Play()) as play:
        run = play.journal.open_run(oo.plan(play.crm, BUYER, pairs_of((1, 101))))
        play.journal._db.query("UPDATE items SET state = ?", before)
        states = ItemStates([before])
        notes: list[Callable[[], None]] = [
            lambda: play.journal.record(run, {0: Entry(after, None, "noted")}),
            lambda: states.change({0: after}),
        ]
        for note in notes:
            if is_allowed:
                note()
            else:
                with pytest.raises(oo.JournalError, match="nothing was noted"):
                    note()
        assert play.journal.run(run).counts == {after if is_allowed else before: 1}
        assert states[0] is (after if is_allowed else before)
        assert states.count(*State) == states.count(states[0]) == 1


@pytest.mark.parametrize("state", [state for state in State if state not in (State.PLANNED, State.RESEND)])
def test_only_what_waits_is_sent(state: State) -> None:
    with closing(Play()) as play:
        run = play.journal.open_run(oo.plan(play.crm, BUYER, pairs_of((1, 101), (2, 102))))
        play.journal._db.query("UPDATE items SET state = ? WHERE item = 0", state)
        with pytest.raises(oo.JournalError, match="planned or resend"):
            play.journal.mark_sending(run, [0, 1])
        assert play.journal.load_items(run)[1]["state"] == [state, State.PLANNED]


def test_what_a_run_begins_with() -> None:
    with closing(Play()) as play:
        play.box.link(BUYER, [(1, 101)])
        begun = play.journal.open_run(oo.plan(play.crm, BUYER, pairs_of((1, 101), (2, 102))))
        removing = play.journal.open_run(oo.plan_removal(play.crm, BUYER, pairs_of((3, 103))))
        assert {*play.journal.run(begun).counts, *play.journal.run(removing).counts} == INITIAL


def test_the_documentation_shows_the_table() -> None:
    text = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert transition_table() in text, "put transition_table() of states.py there"
    for state in State:
        assert f"| *{state}* | {OUTCOMES[state]} |" in text
