"""The fault simulation: one seed, one scenario, and what has to be true after it.

A seed draws links that exist, pairs that are wanted, ids that do not exist, how
the CRM behaves where nobody knows, and what goes wrong with its requests; in
every third scenario the process is killed on the way and another one goes on; in
every fifth all is taken back at once, with what is still in doubt. A colleague
links and unlinks others meanwhile; in every second one a preflight has looked.
What must hold is said in `Scenario.check` and nowhere else.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, TypeVar
from unittest import mock

import pytest

import onoffice_nb as oo
from onoffice_nb.model import ACTIONS_PER_REQUEST
from onoffice_nb.planning import actions
from onoffice_nb.sandbox import Behaviour, Fault, Faults, Reply, Sandbox
from tests.execution.busy_colleague import let_a_colleague_work
from tests.execution.killed_process import (
    Key,
    confirmed_before_the_kill,
    confirmed_in,
    die_on_the_way,
    journal_in,
    run_until_killed,
)
from tests.scenarios import BUYER, Pair

T = TypeVar("T")

ESTATES = range(1, 9)
ADDRESSES = range(101, 116)
MISSING = (90, 990)
# What a colleague works on: the same estates, with addresses of their own.
FOREIGN = {(estate, address) for estate in ESTATES for address in (201, 202)}

# What changes how a link comes to be, or how the client can tell.
SWITCHES: dict[str, list[Any]] = {
    "existing_link": ["succeeds", "refused"],
    "missing_link": ["refused", "succeeds"],
    "unknown_record": ["by module", "80", "173"],
    "several_ids": ["all or nothing", "in part, with an error", "in part, in silence"],
    "envelope_error": [0, 97],
    "related_ids": ["strings", "integers"],
    "unlinked_id": ["listed", "missing"],
    "no_hit": ["empty elements", "empty lists", "no record", "no elements"],
    "create_reply": ["empty", "success"],
    "delete_reply": ["success", "empty"],
}


class RunArguments(TypedDict):
    """How each run of a scenario is done."""

    journal: oo.Journal
    progress: bool
    connections: int


@dataclass
class Scenario:
    """What a seed drew."""

    seed: int
    wanted: list[Pair]
    existing: set[Pair]
    behaviour: Behaviour
    chance: float
    connections: int
    kill_process: bool
    undo_immediately: bool
    actions_per_request: int
    preflight: bool
    figures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def draw(cls, seed: int) -> Scenario:
        chance = random.Random(seed)
        parents = [*ESTATES, *(MISSING[:1] if chance.random() < 0.3 else ())]
        children = [*ADDRESSES, *(MISSING[1:] if chance.random() < 0.5 else ())]
        every = [(parent, child) for parent in parents for child in children]
        wanted = chance.sample(every, chance.randint(1, len(every)))
        good = [pair for pair in every if not set(pair) & set(MISSING)]
        return cls(
            seed=seed,
            wanted=wanted,
            existing=set(chance.sample(good, chance.randint(0, 40))),
            behaviour=Behaviour(**{name: chance.choice(settings) for name, settings in SWITCHES.items()}),
            chance=chance.choice([0.0, 0.1, 0.3, 0.6, 0.85]),
            connections=chance.choice([1, 1, 2, 4]),
            kill_process=seed % 3 == 0,
            undo_immediately=seed % 5 == 0,
            # Fewer than the API takes, so that a few links are many requests, some of them side by side.
            actions_per_request=chance.choice([2, 5, ACTIONS_PER_REQUEST]),
            preflight=chance.random() < 0.5,
        )

    @property
    def possible(self) -> set[Pair]:
        return {pair for pair in self.wanted if not set(pair) & set(MISSING)}

    def faults(self, turn: int) -> Faults:
        return Faults(chance=self.chance, seed=self.seed * 100 + turn)

    def sandbox(self, db: str | Path = ":memory:") -> Sandbox:
        return Sandbox(db, behaviour=self.behaviour, empty=True)

    def seed_data(self, box: Sandbox) -> None:
        box.add("estate", *ESTATES)
        box.add("address", *ADDRESSES, 201, 202)
        box.link(BUYER, self.existing)

    def plan(self, crm: oo.Client) -> oo.Plan:
        parents, children = zip(*self.wanted, strict=True)
        pairs = oo.read_pairs(parent=list(parents), child=list(children))
        return oo.plan(crm, BUYER, pairs, preflight=self.preflight)

    def forced(self, plan: oo.Plan) -> list[str]:
        """The rules that have to be named so that the plan is submitted with all its faults."""
        return [finding.rule for finding in plan.errors()]

    def busy_colleague(self, box: Sandbox) -> set[Pair]:
        """A colleague links and unlinks others whenever a request writes; what should stand of theirs at any time."""
        foreign = foreign_links(box)

        def work(chance: random.Random) -> None:
            pair = chance.choice(sorted(FOREIGN))
            if pair in foreign:
                box.unlink(BUYER, [pair])
                foreign.remove(pair)
            else:
                box.link(BUYER, [pair])
                foreign.add(pair)

        let_a_colleague_work(box, random.Random(f"colleague {self.seed}"), work)
        return foreign

    def play(self, folder: Path) -> Counter[str]:
        """Submit in trouble, go on in trouble, then in peace, then undo; check after each."""
        with mock.patch.object(actions, "ACTIONS_PER_REQUEST", self.actions_per_request):
            return self._play(folder)

    def _play(self, folder: Path) -> Counter[str]:
        journal = journal_in(folder)
        db = folder / "crm.sqlite"
        box = self.sandbox(db)
        self.seed_data(box)
        confirmed: Counter[Key] = Counter()
        if self.kill_process:
            box.close()
            self._submit_and_kill(folder, db)
            box = self.sandbox(db)
            confirmed += confirmed_before_the_kill(folder)
        foreign = self.busy_colleague(box)
        needless = self._watch(box)
        with box.client() as crm:
            runs = journal.runs()
            if runs:
                report = self._in_trouble(box, 2, lambda: oo.resume(crm, 1, **self.arguments(journal)))
            else:
                plan = self._in_trouble(box, 5, lambda: self.plan(crm))
                self.check_preflight(box, crm, plan, journal)
                arguments = self.arguments(journal)
                report = self._in_trouble(box, 1, lambda: oo.submit(crm, plan, force=self.forced(plan), **arguments))
            self.check(box, report)
            self.figures["in doubt after trouble"] += report.counts.get("unknown", 0)
            if self.undo_immediately:
                oo.undo(crm, report, **self.arguments(journal))
                assert own_links(box) == self.existing, "undo takes back what is in doubt as well"
                assert foreign_links(box) == foreign, "what a colleague does is untouched"
                return self.figures
            report = self._in_trouble(box, 3, lambda: oo.retry(crm, report, **self.arguments(journal)))
            self.check(box, report)
            box.apply_late_writes()
            report = oo.retry(crm, report, **self.arguments(journal))
            self.check_end(box, report, confirmed)
            assert not needless, f"asked for although it was there to be seen: {needless}"
            self.figures["requests"] += report.requests
            undone = self._in_trouble(box, 4, lambda: oo.undo(crm, report, **self.arguments(journal)))
            box.apply_late_writes()
            oo.retry(crm, undone, **self.arguments(journal))
            assert own_links(box) == self.existing, "undo restores the exact state before"
            assert foreign_links(box) == foreign, "what a colleague does is untouched"
        box.close()
        journal.close()
        return self.figures

    def _watch(self, box: Sandbox) -> set[Pair]:
        """Links that will be asked for although they stand in the CRM already, where reading could have told."""
        needless: set[Pair] = set()
        late: set[Pair] = set()
        handle = box.transport._handle

        def watched(body: bytes) -> Reply:
            links, before = own_links(box), Counter(box.writes_received)
            try:
                return handle(body)
            finally:
                asked = {(key[2], key[3]) for key in box.writes_received - before if key[0] == "create"}
                if box.log and box.log[-1].fault is Fault.COMMIT_LATE:
                    late.update(asked)
                needless.update((asked & links) - late)

        if self.connections == 1 and self.behaviour.several_ids != "in part, in silence":
            box.transport._handle = watched
        return needless

    def arguments(self, journal: oo.Journal) -> RunArguments:
        return {"journal": journal, "progress": False, "connections": self.connections}

    def _in_trouble(self, box: Sandbox, turn: int, do: Callable[[], T]) -> T:
        """With faults at any request; where even reading failed for good, once more in peace."""
        box.faults = self.faults(turn)
        try:
            return do()
        except (oo.ConnectionFailed, oo.OutcomeUnknown, oo.ApiError):
            self.figures["reading failed"] += 1
            box.faults = None
            return do()
        finally:
            self.figures["faults"] += sum(entry.fault is not None for entry in box.log)
            box.log.clear()
            box.faults = None

    def check_preflight(self, box: Sandbox, crm: oo.Client, plan: oo.Plan, journal: oo.Journal) -> None:
        """Each row with an id that is no record is named, and no other; nothing is sent as long as it is not forced."""
        named = {row for finding in plan.findings if finding.rule == "unknown-record" for row in finding.rows}
        expected = {row for row, pair in enumerate(self.wanted, 1) if set(pair) & set(MISSING)}
        assert named == (expected if self.preflight else set()), f"rows {named} are said to be of unknown records"
        assert {finding.rule for finding in plan.errors()} <= {"unknown-record"}
        if not plan.errors():
            return

        received = Counter(box.writes_received)
        with pytest.raises(oo.PlanError, match="unknown-record"):
            oo.submit(crm, plan, **self.arguments(journal))
        assert box.writes_received == received, "a plan with errors is not sent"
        self.figures["refused by the preflight"] += 1

    def check(self, box: Sandbox, report: oo.Report) -> None:
        """At any time: nothing is gone, nothing is there that nobody wanted, and no row says what is not so."""
        box.apply_late_writes()
        links = own_links(box)
        assert self.existing <= links, "a link that existed before is gone"
        assert links <= self.existing | self.possible, "a link that nobody wanted"
        frame = report.frame
        for parent, child, outcome in zip(frame["parent"], frame["child"], frame["outcome"], strict=True):
            if outcome in ("linked", "already linked"):
                assert (parent, child) in links, f"{parent} → {child} is said to be {outcome}"
        assert "sending" not in set(frame["outcome"])
        assert len(frame) == len(self.wanted)

    def check_end(self, box: Sandbox, report: oo.Report, confirmed: Counter[Key]) -> None:
        """In peace: every link is there, each failure has its own code, nothing confirmed was asked for again."""
        self.check(box, report)
        assert self.existing | self.possible == own_links(box), "an intended link is missing"
        codes = {"by module": {90: 293, 990: 292}, "80": {90: 80, 990: 80}, "173": {90: 173, 990: 173}}
        frame = report.frame
        for parent, child, outcome, code in zip(
            frame["parent"], frame["child"], frame["outcome"], frame["code"], strict=True
        ):
            if (parent, child) in self.existing:
                assert outcome == "already linked", f"{parent} → {child} was there before: {outcome}"
            elif (parent, child) in self.possible:
                assert outcome in ("linked", "already linked"), f"{parent} → {child}: {outcome} {code}"
            else:
                assert outcome == "failed", f"{parent} → {child} cannot be linked, but: {outcome}"
                own = codes[self.behaviour.unknown_record]
                expected = {own[record] for record in (parent, child) if record in own}
                assert code in expected, f"{parent} → {child}: {code}"
                self.figures["failures with their own code"] += 1
        confirmed += confirmed_in(box)
        if self.behaviour.several_ids != "in part, in silence":
            twice = {pair: times for pair, times in confirmed.items() if times > 1}
            assert not twice, f"asked for again although confirmed: {twice}"
        self.figures["links"] += len(self.possible - self.existing)

    def _submit_and_kill(self, folder: Path, db: Path) -> None:
        """Another process submits, and is killed with SIGKILL: at a drawn step, or at any moment at all."""
        was_killed = run_until_killed(_submit_and_die, self.seed, folder, db)
        self.figures["killed" if was_killed else "got through before the kill"] += 1


def own_links(box: Sandbox) -> set[Pair]:
    """The links that the plan may be about."""
    return box.links(BUYER) - FOREIGN


def foreign_links(box: Sandbox) -> set[Pair]:
    """The links of the busy colleague."""
    return box.links(BUYER) & FOREIGN


def _submit_and_die(seed: int, folder: Path, db: Path) -> None:
    scenario = Scenario.draw(seed)
    time.sleep = lambda seconds: None
    mock.patch.object(actions, "ACTIONS_PER_REQUEST", scenario.actions_per_request).start()
    box = scenario.sandbox(db)
    journal = journal_in(folder)
    plan = scenario.plan(box.client())
    box.faults = scenario.faults(0)
    box.writes_confirmed.clear()
    scenario.busy_colleague(box)
    die_on_the_way(box, journal, random.Random(f"kill {seed}"), folder)
    arguments = scenario.arguments(journal)
    oo.submit(box.client(), plan, force=scenario.forced(plan), **arguments)
