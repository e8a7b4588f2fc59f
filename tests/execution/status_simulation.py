"""The fault simulation of statuses: appointments whose participants are added with a status, or get another one.

A seed draws who takes part already and with which status, what is wanted, what
goes wrong with the requests, and what a colleague does meanwhile: between plan
and submission to the very links of the plan, and during all of it to others.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

import pandas as pd

import onoffice_nb as oo
from onoffice_nb.model import ACTIONS_PER_REQUEST, CONFIRMATIONS
from onoffice_nb.planning import actions
from onoffice_nb.sandbox import Behaviour, Faults, Reply, Sandbox
from tests.execution.fault_simulation import RunArguments
from tests.scenarios import PARTICIPANT, Pair, is_write

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
            actions_per_request=chance.choice([2, 5, ACTIONS_PER_REQUEST]),
        )

    def play(self) -> Counter[str]:
        """Plan, let a colleague come between, submit in trouble, go on in peace, undo; check after each."""
        with mock.patch.object(actions, "ACTIONS_PER_REQUEST", self.actions_per_request):
            self._play()
        self.figures["scenarios"] += 1
        return self.figures

    def _play(self) -> None:
        box = Sandbox(behaviour=self.behaviour, empty=True)
        box.add("calendar", *APPOINTMENTS)
        box.add("address", *ADDRESSES, 201, 202)
        set_statuses(box, self.before)
        foreign = self._busy_colleague(box)
        journal = oo.Journal(":memory:")
        run: RunArguments = {"journal": journal, "progress": False, "connections": self.connections}
        with box.client() as crm:
            plan = self._plan(crm)
            found = self._between_plan_and_submission(box)

            report = self._in_trouble(box, 1, lambda: oo.submit(crm, plan, **run))
            self.check(box, found, report)
            report = self._in_trouble(box, 2, lambda: oo.retry(crm, report, **run))
            box.apply_late_writes()
            report = oo.retry(crm, report, **run)
            self.check(box, found, report)
            self.check_end(box, found, report)

            undone = self._in_trouble(box, 3, lambda: oo.undo(crm, report, **run))
            box.apply_late_writes()
            oo.retry(crm, undone, **run)
            assert own_statuses(box) == found, "undo restores the exact statuses before"
        assert foreign == foreign_statuses(box), "what a colleague does is untouched"
        journal.close()
        box.close()

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

    def _busy_colleague(self, box: Sandbox) -> Statuses:
        """Somebody who adds, removes and changes other participants whenever a request writes."""
        chance, foreign = random.Random(f"colleague {self.seed}"), dict[Pair, str]()
        handle = box.transport._handle

        def handle_and_meddle(body: bytes) -> Reply:
            if is_write(body):
                pair = chance.choice(FOREIGN)
                if pair in foreign and chance.random() < 0.4:
                    box.unlink(PARTICIPANT, [pair])
                    del foreign[pair]
                else:
                    foreign[pair] = chance.choice(CONFIRMATIONS)
                    set_statuses(box, {pair: foreign[pair]})
            return handle(body)

        # Over several connections, requests would meddle at once.
        if self.connections == 1:
            box.transport._handle = handle_and_meddle
        return foreign

    def _in_trouble(self, box: Sandbox, turn: int, do: Callable[[], oo.Report]) -> oo.Report:
        """With faults at any request; where even reading failed for good, once more in peace."""
        box.faults = Faults(chance=self.fault_chance, seed=self.seed * 100 + turn)
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

    def check_end(self, box: Sandbox, found: Statuses, report: oo.Report) -> None:
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
        twice = {key: times for key, times in box.writes_confirmed.items() if times > 1}
        assert not twice or self.behaviour.several_ids == "in part, in silence", f"asked for again: {twice}"


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
