"""The fault simulation of statuses: appointments whose participants are added with a status, or get another one.

A seed draws who takes part already and with which status, what is wanted, what
goes wrong with the requests, and what a colleague does meanwhile: between plan
and submission to the very links of the plan, and during all of it to others. In
every third scenario the process is killed on the way, and another one goes on.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest import mock

import pandas as pd

import onoffice_nb as oo
from onoffice_nb.model import ACTIONS_PER_REQUEST, CONFIRMATIONS
from onoffice_nb.planning import actions
from onoffice_nb.sandbox import Behaviour, Faults, Sandbox
from tests.execution.busy_colleague import let_a_colleague_work
from tests.execution.fault_simulation import RunArguments
from tests.execution.killed_process import (
    Key,
    confirmed_before_the_kill,
    confirmed_in,
    die_on_the_way,
    journal_in,
    run_until_killed,
)
from tests.scenarios import PARTICIPANT, Pair

T = TypeVar("T")

Statuses = dict[Pair, str]

APPOINTMENTS: Final = range(1, 6)
ADDRESSES: Final = range(101, 109)
FOREIGN: Final = [(appointment, address) for appointment in APPOINTMENTS for address in (201, 202)]
NOT_SET: Final = "nicht gesetzt"

SWITCHES: Final[dict[str, list[Any]]] = {
    "existing_link": ["succeeds", "refused"],
    "missing_link": ["refused", "succeeds"],
    "several_ids": ["all or nothing", "in part, with an error", "in part, in silence"],
    "envelope_error": [0, 97],
    "no_hit": ["empty elements", "empty lists", "no record", "no elements"],
}


@dataclass
class StatusScenario:
    """What a seed drew."""

    seed: int
    before: Statuses
    wanted: Statuses
    by_colleague: Statuses
    is_change: bool
    behaviour: Behaviour
    fault_chance: float
    connections: int
    kill_process: bool
    actions_per_request: int
    figures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def draw(cls, seed: int) -> StatusScenario:
        chance = random.Random(f"statuses {seed}")
        every = list(itertools.product(APPOINTMENTS, ADDRESSES))

        def some(pairs: list[Pair], most: int) -> Statuses:
            chosen = chance.sample(pairs, chance.randint(1, min(most, len(pairs))))
            return {pair: chance.choice(CONFIRMATIONS) for pair in chosen}

        wanted = some(every, 30)
        return cls(
            seed=seed,
            before=some(every, 30),
            wanted=wanted,
            by_colleague=some(list(wanted), 3),
            is_change=chance.random() < 0.6,
            behaviour=Behaviour(**{name: chance.choice(settings) for name, settings in SWITCHES.items()}),
            fault_chance=chance.choice([0.0, 0.1, 0.3, 0.6]),
            connections=chance.choice([1, 1, 2, 4]),
            kill_process=seed % 3 == 0,
            actions_per_request=chance.choice([2, 5, ACTIONS_PER_REQUEST]),
        )

    def play(self, folder: Path) -> Counter[str]:
        """Plan, let a colleague come between, submit in trouble, go on in peace, undo; check after each."""
        with mock.patch.object(actions, "ACTIONS_PER_REQUEST", self.actions_per_request):
            self._play(folder)
        self.figures["scenarios"] += 1
        return self.figures

    def _play(self, folder: Path) -> None:
        db = folder / "crm.sqlite"
        box = self.sandbox(db)
        box.add("calendar", *APPOINTMENTS)
        box.add("address", *ADDRESSES, 201, 202)
        set_statuses(box, self.before)
        plan = self._in_trouble(box, 4, lambda: self._plan(box.client()))
        assert not plan.errors(), f"nothing speaks against it: {plan.checks}"
        found = self._between_plan_and_submission(box)

        confirmed: Counter[Key] = Counter()
        if self.kill_process:
            box.close()
            was_killed = run_until_killed(_submit_and_die, self.seed, folder, db, plan.save(folder / "plan.json"))
            self.figures["killed" if was_killed else "got through before the kill"] += 1
            confirmed += confirmed_before_the_kill(folder)
            box = self.sandbox(db)
        foreign = self.busy_colleague(box)
        journal = journal_in(folder)
        run = self.arguments(journal)
        with box.client() as crm:
            if journal.runs():
                report = self._in_trouble(box, 1, lambda: oo.resume(crm, 1, **run))
            else:
                report = self._in_trouble(box, 1, lambda: oo.submit(crm, plan, **run))
            self.check(box, found, report)
            report = self._in_trouble(box, 2, lambda: oo.retry(crm, report, **run))
            box.apply_late_writes()
            report = oo.retry(crm, report, **run)
            self.check(box, found, report)
            self.check_end(box, found, report, confirmed)

            undone = self._in_trouble(box, 3, lambda: oo.undo(crm, report, **run))
            box.apply_late_writes()
            oo.retry(crm, undone, **run)
            assert own_statuses(box) == found, "undo restores the exact statuses before"
        assert foreign == foreign_statuses(box), "what a colleague does is untouched"
        journal.close()
        box.close()

    def sandbox(self, db: str | Path) -> Sandbox:
        return Sandbox(db, behaviour=self.behaviour, empty=True)

    def arguments(self, journal: oo.Journal) -> RunArguments:
        return {"journal": journal, "progress": False, "connections": self.connections}

    def faults(self, turn: int) -> Faults:
        return Faults(chance=self.fault_chance, seed=self.seed * 100 + turn)

    def _plan(self, crm: oo.Client) -> oo.Plan:
        rows = [(parent, child, status) for (parent, child), status in self.wanted.items()]
        frame = pd.DataFrame(rows, columns=["parent", "child", "status"])
        pairs = oo.read_pairs(frame, parent="parent", child="child", info="status")
        return oo.plan_info(crm, PARTICIPANT, pairs) if self.is_change else oo.plan(crm, PARTICIPANT, pairs)

    def _between_plan_and_submission(self, box: Sandbox) -> Statuses:
        """A colleague sets statuses of links that the plan is about; returns what the run will find."""
        linked = {pair: status for pair, status in self.by_colleague.items() if pair in self.before}
        set_statuses(box, linked if self.is_change else self.by_colleague)
        return own_statuses(box)

    def busy_colleague(self, box: Sandbox) -> Statuses:
        """A colleague adds, removes and changes others whenever a request writes; what should stand of theirs."""
        foreign = foreign_statuses(box)

        def work(chance: random.Random) -> None:
            pair = chance.choice(FOREIGN)
            if pair in foreign and chance.random() < 0.4:
                box.unlink(PARTICIPANT, [pair])
                del foreign[pair]
            else:
                foreign[pair] = chance.choice(CONFIRMATIONS)
                set_statuses(box, {pair: foreign[pair]})

        let_a_colleague_work(box, random.Random(f"colleague {self.seed}"), work)
        return foreign

    def _in_trouble(self, box: Sandbox, turn: int, do: Callable[[], T]) -> T:
        """With faults at any request; where even reading failed for good, once more in peace."""
        box.faults = self.faults(turn)
        try:
            return do()
        except (oo.ConnectionFailed, oo.OutcomeUnknown, oo.ApiError):
            box.faults = None
            return do()
        finally:
            self.figures["faults"] += sum(entry.fault is not None for entry in box.log)
            box.log.clear()
            box.faults = None

    def check(self, box: Sandbox, found: Statuses, report: oo.Report) -> None:
        """At any time: nothing that nobody wanted, and no row says what is not so."""
        box.apply_late_writes()
        now = own_statuses(box)
        for pair, status in now.items():
            allowed = {found.get(pair), self.wanted.get(pair)}
            assert status in allowed, f"{pair} is {status}, allowed: {allowed}"
        assert found.keys() <= now.keys(), "a participant is gone"
        frame = report.frame
        for parent, child, outcome in zip(frame["parent"], frame["child"], frame["outcome"], strict=True):
            if outcome in ("changed", "linked"):
                assert now[parent, child] == self.wanted[parent, child], f"{parent} → {child} is said to be {outcome}"

    def check_end(self, box: Sandbox, found: Statuses, report: oo.Report, confirmed: Counter[Key]) -> None:
        """In peace: every status is as wanted, and nothing that was done and could be seen was asked for again."""
        now, frame = own_statuses(box), report.frame
        pairs = zip(frame["parent"], frame["child"], strict=True)
        outcomes = dict(zip(pairs, frame["outcome"], strict=True))
        for pair, status in self.wanted.items():
            outcome = outcomes[pair]
            if self.is_change and pair not in self.before:
                assert (pair in now, outcome) == (False, "skipped"), f"{pair} was not linked"
            elif self.is_change and self.before[pair] == status:
                assert (now[pair], outcome) == (found[pair], "skipped"), f"{pair} was so when the plan was made"
            elif self.is_change:
                assert (now[pair], outcome) == (status, "skipped" if found[pair] == status else "changed"), f"{pair}"
            elif pair in found:
                assert (now[pair], outcome) == (found[pair], "already linked"), f"{pair} was there before"
            else:
                assert (now[pair], outcome) == (status, "linked"), f"{pair}: {outcome}"
            self.figures["statuses"] += 1
        twice = {key: times for key, times in (confirmed + confirmed_in(box)).items() if times > 1}
        assert not twice or self.behaviour.several_ids == "in part, in silence", f"asked for again: {twice}"


def _submit_and_die(seed: int, folder: Path, db: Path, saved_plan: Path) -> None:
    scenario = StatusScenario.draw(seed)
    time.sleep = lambda seconds: None
    mock.patch.object(actions, "ACTIONS_PER_REQUEST", scenario.actions_per_request).start()
    box = scenario.sandbox(db)
    journal = journal_in(folder)
    box.faults = scenario.faults(0)
    scenario.busy_colleague(box)
    die_on_the_way(box, journal, random.Random(f"kill statuses {seed}"), folder)
    oo.submit(box.client(), oo.Plan.load(saved_plan), **scenario.arguments(journal))


def set_statuses(box: Sandbox, statuses: Statuses) -> None:
    """Put participants in with these statuses, past all checks and counters."""
    box.link(PARTICIPANT, statuses)
    for pair, status in statuses.items():
        with box._store.transaction():
            box._store.inform(PARTICIPANT, [pair], status, None)


def all_statuses(box: Sandbox) -> Statuses:
    infos = {pair: box.info(*pair) for pair in box.links(PARTICIPANT)}
    return {pair: (info and info[0]) or NOT_SET for pair, info in infos.items()}


def own_statuses(box: Sandbox) -> Statuses:
    """Those that the plan may be about."""
    return {pair: status for pair, status in all_statuses(box).items() if pair not in FOREIGN}


def foreign_statuses(box: Sandbox) -> Statuses:
    """Those of the busy colleague."""
    return {pair: status for pair, status in all_statuses(box).items() if pair in FOREIGN}
