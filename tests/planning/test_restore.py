"""The way back by the CRM's own log: over any history of several users, exact, or said to be unknown."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.intake.rejects import REJECT_COLUMNS
from onoffice_nb.sandbox import Behaviour, Sandbox
from onoffice_nb.sandbox.sandbox import LogEntry
from tests.scenarios import Pair

BEGIN = 1_770_000_000
OWNER = "estate:address:owner"
BUYER = "estate:address:buyer"
TENANT = "estate:address:tenant"
PARENTS = (1, 2, 3)
CHILDREN = (1, 2, 3, 4)
COLLEAGUES = (21, 22, 28)


@dataclass
class Office:
    """A sandbox in which colleagues link and unlink, and how its links stood after each second."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    now: float = BEGIN

    def __post_init__(self) -> None:
        self.box = Sandbox(empty=True, behaviour=self.behaviour, clock=lambda: self.now)
        self.box.add("estate", *PARENTS, 9)
        # The ids of both sides overlap, as they do in life.
        self.box.add("address", *CHILDREN, broker=True)
        self.box.link(OWNER, [(9, 1)])
        self.stood: dict[float, dict[str, set[Pair]]] = {}
        self.note()

    def note(self) -> None:
        self.stood[self.now] = {relation: self.box.links(relation) for relation in (OWNER, BUYER, TENANT)}

    def change(self, action: str, relation: str, pair: Pair, user: int, seconds: int) -> None:
        self.now += seconds
        do = self.box.link if action == "link" else self.box.unlink
        do(relation, [pair], user=user)
        self.note()

    def at(self, moment: float) -> datetime:
        """A moment by the clock of the log."""
        local = datetime.fromtimestamp(moment, UTC) + timedelta(hours=self.behaviour.log_utc_offset)
        return local.replace(tzinfo=None)

    def client(self) -> oo.Client:
        self.now = time.time()
        return self.box.client()


pairs = st.tuples(st.sampled_from(PARENTS), st.sampled_from(CHILDREN))


def changes(*relations: str) -> st.SearchStrategy[list[tuple[str, str, Pair, int, int]]]:
    return st.lists(
        st.tuples(
            st.sampled_from(["link", "unlink"]),
            st.sampled_from(relations),
            pairs,
            st.sampled_from(COLLEAGUES),
            # Several changes in one second too.
            st.integers(0, 2),
        ),
        max_size=40,
    )


behaviours = st.builds(
    Behaviour,
    log_module=st.sampled_from(Behaviour.settings("log_module")),
    log_side=st.sampled_from(Behaviour.settings("log_side")),
    log_utc_offset=st.sampled_from(Behaviour.settings("log_utc_offset")),
)
MODULE_OF_OWNER = {"by type": None, "relation": "relation", "parent": "estate"}


def rows(plan: oo.Plan) -> set[Pair]:
    return set(zip(plan.pairs.parents.tolist(), plan.pairs.children.tolist(), strict=True))


def of(links: set[Pair], parents: set[int]) -> set[Pair]:
    return {(parent, child) for parent, child in links if parent in parents}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes(OWNER), behaviours, st.data())
def test_the_state_at_any_time_is_rebuilt(history: list[Any], behaviour: Behaviour, data: st.DataObject) -> None:
    office = Office(behaviour)
    for change in history:
        office.change(*change)
    moment = data.draw(st.sampled_from(sorted(office.stood)))
    parents = data.draw(st.sets(st.sampled_from(PARENTS), min_size=1))
    before = office.box.links(OWNER)
    crm = office.client()

    log_module = MODULE_OF_OWNER[behaviour.log_module]
    plan = oo.plan_restore(crm, OWNER, at=office.at(moment), parents=parents, log_module=log_module)
    then = office.stood[moment][OWNER]
    assert rows(plan) == of(then, parents)
    assert not plan.pairs.rejected
    assert office.box.links(OWNER) == before, "a plan writes nothing"

    report = oo.submit(crm, plan, progress=False)
    assert report.ok
    assert of(office.box.links(OWNER), parents) == of(then, parents)
    assert office.box.links(OWNER) - of(office.box.links(OWNER), parents) == before - of(before, parents)
    oo.undo(crm, report, progress=False)
    assert office.box.links(OWNER) == before
    office.box.close()


def test_a_moment_that_has_not_come_is_a_slip() -> None:
    crm = Office().client()
    with pytest.raises(oo.InputError, match="2126"):
        oo.plan_restore(crm, OWNER, at="2126-02-14", parents=[1])


def test_links_between_equal_ids_are_none_of_a_column_taken_twice() -> None:
    office = Office()
    before = office.box.links(OWNER) | {(1, 1), (2, 2)}
    for pair in ((1, 1), (2, 2)):
        office.change("link", OWNER, pair, 21, 1)
    moment = office.now
    for pair in ((1, 1), (2, 2)):
        office.change("unlink", OWNER, pair, 21, 1)
    crm = office.client()
    assert oo.submit(crm, oo.plan_restore(crm, OWNER, at=office.at(moment), parents=[1, 2]), progress=False).ok
    assert office.box.links(OWNER) == before
    office.box.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes(BUYER, TENANT, OWNER), behaviours, st.data())
def test_what_types_share_in_the_log_is_never_guessed(
    history: list[Any], behaviour: Behaviour, data: st.DataObject
) -> None:
    office = Office(behaviour)
    for change in history:
        office.change(*change)
    moment = data.draw(st.sampled_from(sorted(office.stood)))
    now = office.box.links(BUYER)

    plan = oo.plan_restore(office.client(), BUYER, at=office.at(moment), parents=PARENTS)
    then = office.stood[moment][BUYER]
    unknown = {tuple(map(int, raw.split(" → "))) for raw in plan.pairs.rejects["raw"]}
    assert rows(plan) - unknown == rows(plan)
    assert rows(plan) == then - unknown
    every = list(zip(plan.items.parents.tolist(), plan.items.children.tolist(), strict=True))
    removed = set(every[len(plan.pairs) :])
    assert removed == now - then - unknown
    office.box.close()


def test_who_did_what_and_when() -> None:
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 60)
    office.change("unlink", OWNER, (1, 1), 22, 60)
    office.change("link", BUYER, (1, 2), 28, 60)
    office.change("link", OWNER, (2, 2), 28, 60)

    owners = oo.history(office.client(), "owner", parents=[1])
    assert owners[["user", "action", "parent", "child", "certain"]].to_numpy().tolist() == [
        [21, "link", 1, 1, True],
        [22, "unlink", 1, 1, True],
        # The log files buyers under `relation`, as it may file owners.
        [28, "link", 1, 2, False],
    ]
    assert str(owners["time"][1]) == "2026-02-02 03:42:00"
    later = oo.history(office.client(), "owner", parents=[1, 2], after="2026-02-02 03:42")
    assert later["entry"].tolist() == [4, 5]
    told = oo.history(office.client(), "buyer", parents=[1], log_module="relation")
    assert told[["child", "certain"]].to_numpy().tolist() == [[2, True]]


def test_two_records_of_one_kind_are_not_told_apart() -> None:
    office = Office()
    unit = "estate:estateUnit"
    office.now += 60
    office.box.link(unit, [(1, 2)])
    asked = oo.history(office.client(), unit, parents=[1, 2])
    assert asked[["parent", "child", "certain"]].to_numpy().tolist() == [[1, 2, False], [2, 1, False]]
    plan = oo.plan_restore(office.client(), unit, at=office.at(BEGIN), parents=[1], log_module="relation")
    assert plan.pairs.rejected == 1
    assert not len(plan.pending)


@pytest.mark.parametrize("side", Behaviour.settings("log_side"))
def test_a_change_that_is_logged_for_both_sides_is_one(side: str) -> None:
    office = Office(Behaviour(log_side=side))
    for action in ("link", "unlink", "link"):
        office.change(action, OWNER, (1, 1), 21, 1)
    assert oo.history(office.client(), OWNER, parents=[1])["action"].tolist() == ["link", "unlink", "link"]


def test_a_log_that_lacks_a_change_is_contradicted_and_left_alone() -> None:
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 60)
    # Past the log, as an import of the database would be.
    with office.box._store.transaction():
        office.box._store.unlink(OWNER, [(1, 1)])
    plan = oo.plan_restore(office.client(), OWNER, at=office.at(BEGIN), parents=[1])
    assert not len(plan.items)
    assert "1 → 1" in plan.pairs.reasons[0]
    assert "lacks a change" in plan.pairs.reasons[0]
    assert list(plan.pairs.rejects.columns) == list(REJECT_COLUMNS), "as of any other pairs"
    assert "lacks a change" in plan.pairs._repr_html_()


def test_before_the_log_begins_nothing_is_told() -> None:
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 60)
    with pytest.raises(oo.PlanError, match="before it begins"):
        oo.plan_restore(office.client(), OWNER, at=office.at(BEGIN - 1), parents=[1])


def test_only_administrators_may_ask() -> None:
    office = Office(Behaviour(log_right="missing"))
    for ask in (
        lambda crm: oo.history(crm, OWNER, parents=[1]),
        lambda crm: oo.plan_restore(crm, OWNER, at="2026-06-01", parents=[1]),
        lambda crm: crm.read_log(),
    ):
        with pytest.raises(oo.AccessDenied, match="Only administrators"):
            ask(office.client())


@pytest.mark.parametrize(
    ("at", "said"),
    [("yesterday", "as '2026-06-01 14:30'"), (datetime(2026, 6, 1, tzinfo=UTC), "time zone"), (5, "'5'")],
)
def test_what_is_no_moment(at: Any, said: str) -> None:
    with pytest.raises(oo.InputError, match=said):
        oo.plan_restore(Office().client(), OWNER, at=at, parents=[1])


def test_a_change_while_it_is_read_is_noticed() -> None:
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 60)
    crm = office.client()

    def meddle(entry: LogEntry) -> None:
        if "idsfromrelation" in entry.lines[0]:
            office.box.link(OWNER, [(1, 2)])

    office.box.on_request = meddle
    with pytest.raises(oo.PlanError, match="changed while they were read"):
        oo.plan_restore(crm, OWNER, at=office.at(BEGIN), parents=[1])


def test_types_that_cannot_be_written_are_refused() -> None:
    readable = [oo.relation(urn) for urn in oo.relations().frame["urn"]]
    closed = next(relation for relation in readable if "no" in (relation.create, relation.delete))
    with pytest.raises(oo.PlanError, match="unable to"):
        oo.plan_restore(Office().client(), closed, at="2026-06-01", parents=[1])


def test_what_speaks_against_a_restore_is_found_before_anything_is_written() -> None:
    """The record that was linked then is gone by now: the plan names its row, and is not submitted."""
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 5)
    office.change("link", OWNER, (1, 4), 21, 5)
    moment = office.now
    office.change("unlink", OWNER, (1, 1), 21, 5)
    office.change("unlink", OWNER, (1, 4), 21, 5)
    with office.box._store.transaction():
        office.box._store._db.execute("DELETE FROM record WHERE module = 'address' AND id = 4")

    crm = office.client()
    plan = oo.plan_restore(crm, OWNER, at=office.at(moment), parents=[1])
    errors = plan.checks[plan.checks["level"] == "error"]
    assert errors["rule"].tolist() == ["unknown-record"]
    assert errors["rows"].tolist() == [(2,)]
    before = office.box.links(OWNER)
    with pytest.raises(oo.PlanError, match="unknown-record"):
        oo.submit(crm, plan, progress=False)
    assert office.box.links(OWNER) == before
    assert oo.plan_restore(crm, OWNER, at=office.at(moment), parents=[1], preflight=False).preflight is None


def test_a_restore_names_its_records() -> None:
    crm = oo.Sandbox().client()
    plan = oo.plan_restore(crm, "contactPersonAll", at="2026-02-14 04:00", parents=[1122])
    assert plan.example.startswith("For example: 1122 ")
    assert plan.preflight is not None


def test_the_log_is_read_by_period_module_and_action() -> None:
    office = Office()
    for action, relation, parent in (("link", OWNER, 1), ("link", BUYER, 1), ("unlink", OWNER, 1), ("link", OWNER, 2)):
        office.change(action, relation, (parent, 1), 21, 60)
    crm = office.client()

    # The first entry is the link that the office began with.
    everything = crm.read_log()
    assert everything["action"].tolist() == ["link", "link", "link", "unlink", "link"]
    period = crm.read_log(start=office.at(BEGIN + 60), end=office.at(BEGIN + 180))
    assert period["id"].tolist() == everything["id"].tolist()[1:4]
    assert period["time"].tolist() == [office.at(BEGIN + seconds) for seconds in (60, 120, 180)]
    assert crm.read_log(module=period["module"][0], action="unlink")["origin"].tolist() == [1]
    only_before = {"dateTime": [{"op": "<", "val": office.at(BEGIN + 180).isoformat(" ")}]}
    assert len(crm.read_log(start=office.at(BEGIN + 60), filter=only_before)) == 2


def test_async_code_reads_the_same_log() -> None:
    office = Office()
    office.change("link", OWNER, (1, 1), 21, 60)
    office.change("link", OWNER, (1, 2), 21, 60)
    crm, moment = office.client(), office.at(BEGIN + 60)

    async def read() -> tuple[Any, ...]:
        async with office.box.async_client() as client:
            return (
                (await client.read_log(module="owner")).to_dict("list"),
                await client.link_events(OWNER, parents=[1]),
                await client.log_reaches_back(moment),
                await client.child_order(OWNER, parents=[1]),
            )

    assert asyncio.run(read()) == (
        crm.read_log(module="owner").to_dict("list"),
        crm.link_events(OWNER, parents=[1]),
        crm.log_reaches_back(moment),
        crm.child_order(OWNER, parents=[1]),
    )
    assert crm.child_order(OWNER, parents=[1]) == {1: [1, 2]}
