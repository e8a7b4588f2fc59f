"""The preflight: each fault, one among 300 good rows, is found and named with its row, and nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.planning.findings import Level
from onoffice_nb.planning.preflight import RULES
from onoffice_nb.sandbox import Behaviour, Sandbox

ESTATES: Final = range(1001, 1101)
ADDRESSES: Final = range(5001, 5101)
BROKERS: Final = range(4001, 4004)
APPOINTMENTS: Final = range(3001, 3301)

# The row, of 300, in which a fault stands.
FAULT: Final = 217

Pair = tuple[int, int]


def agency(**behaviour: Any) -> Sandbox:
    """An agency with a few hundred records, none of which has an id of another module."""
    box = Sandbox(empty=True, behaviour=Behaviour(default_contact=False, **behaviour))
    box.add("user", 21, Vorname="Lena", Nachname="Sommer")
    box.add("estate", *ESTATES, objekttitel="Haus mit Garten")
    box.add("address", *ADDRESSES, Vorname="Jürgen", Name="Brandt")
    box.add("address", *BROKERS, broker=True, Name="Makler", ArtDaten="|Eigentümer|Makler|")
    box.add("calendar", *APPOINTMENTS, description="Besichtigung", start_dt="2026-05-04 10:00:00")
    return box


def good_pairs(parents: Iterable[int] = ESTATES, children: Iterable[int] = ADDRESSES) -> list[Pair]:
    """300 pairs without a fault."""
    parents, children = list(parents), list(children)
    pairs = [(parent, child) for parent in parents for child in children]
    step = len(pairs) // 300 or 1
    return pairs[::step][:300]


def with_fault(pairs: list[Pair], fault: Pair) -> oo.Pairs:
    """The pairs as a frame is read, with one fault in the row of that number."""
    faulty = [*pairs[: FAULT - 1], fault, *pairs[FAULT:]]
    frame = pd.DataFrame(faulty, columns=["a", "b"])
    return oo.read_pairs(frame, parent="a", child="b")


def found(plan: oo.Plan, rule: str) -> list[tuple[str, tuple[int, ...], str]]:
    checks = plan.checks
    columns = ("level", "rows", "advice")
    return list(checks[checks["rule"] == rule][list(columns)].itertuples(index=False, name=None))


def assert_refused(box: Sandbox, plan: oo.Plan, rule: str, *words: object) -> None:
    """The plan has this one error, in its row, and is not submitted unless it is forced."""
    ((level, rows, advice),) = found(plan, rule)
    assert (level, rows) == ("error", (FAULT,))
    assert all(str(word) in advice for word in words), advice
    assert [finding.rule for finding in plan.errors()] == [rule]
    with pytest.raises(oo.PlanError) as refused:
        oo.submit(box.client(), plan, progress=False)
    assert f"{rule}, row {FAULT}: {advice}" in str(refused.value)
    assert not box.writes_received, "nothing was sent"


def test_300_good_rows_have_nothing_against_them() -> None:
    box = agency()
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (1050, 5003)))
    assert plan.checks.empty
    assert list(plan.checks.columns) == ["rule", "level", "rows", "advice"]
    assert oo.submit(box.client(), plan, progress=False).counts == {"linked": 300}
    assert not box.unknown


def test_ids_that_do_not_exist() -> None:
    box = agency()
    for fault, words in (((1050, 9_000_001), ("address", 9_000_001)), ((9_000_001, 5001), ("estate", 9_000_001))):
        plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), fault))
        assert_refused(box, plan, "unknown-record", *words)


def test_ids_that_may_not_be_read() -> None:
    box = agency()
    box.add("address", 5555, readable=False)
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (1050, 5555)))
    assert_refused(box, plan, "unknown-record", "address 5555", "right to read")


def test_a_row_the_other_way_round() -> None:
    box = agency()
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (5001, 1001)))
    assert_refused(box, plan, "swapped", "addresses", "estates", "exchange the two ids")


def test_an_id_of_the_other_side() -> None:
    box = agency()
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (5001, 5002)))
    assert_refused(box, plan, "swapped", "address 5001")


def test_all_rows_the_other_way_round_are_offered_to_be_swapped_back() -> None:
    box = agency()
    frame = pd.DataFrame(good_pairs(), columns=["a", "b"])
    pairs = oo.read_pairs(frame, parent="b", child="a")
    plan = oo.plan(box.client(), "buyer", pairs)
    ((level, rows, advice),) = found(plan, "swapped")
    assert (level, len(rows)) == ("error", 300)
    assert "plan pairs.swapped()" in advice
    assert oo.plan(box.client(), "buyer", pairs.swapped()).checks.empty


@pytest.fixture(scope="module")
def overlapping() -> Sandbox:
    """300 estates, and as many addresses with the same ids; nothing writes to it."""
    box = Sandbox(empty=True, behaviour=Behaviour(default_contact=False))
    for number in range(1001, 1301):
        box.add("estate", number, objektnr_extern=f"A-{number}", objekttitel=f"Haus mit Garten {number}")
        box.add("address", number, Vorname=f"Vor{number}", Name=f"Nach{number}")
    return box


class TestOverlappingIds:
    """An estate 1001 and an address 1001: the ids prove nothing."""

    def frame(self, *names: str, **more: Any) -> pd.DataFrame:
        """300 rows of an estate and an address each, under these names."""
        rows = {names[0]: np.arange(1001, 1301), names[1]: np.arange(1300, 1000, -1)}
        return pd.DataFrame({**rows, **{name: [write(row) for row in range(300)] for name, write in more.items()}})

    @pytest.mark.parametrize(
        "names",
        [
            ("Immobilie", "Adresse"),
            ("Objekt-Nr.", "Kontakt"),
            ("estate_id", "address_id"),
            ("IMMOBILIE", "x"),
            ("x", "Käufer"),
            ("property", "Kunde (Datensatznr.)"),
        ],
    )
    def test_names_of_columns(self, overlapping: Sandbox, names: tuple[str, str]) -> None:
        frame = self.frame(*names)
        right = oo.read_pairs(frame, parent=names[0], child=names[1])
        assert oo.plan(overlapping.client(), "buyer", right).checks.empty
        swapped = oo.read_pairs(frame, parent=names[1], child=names[0])
        plan = oo.plan(overlapping.client(), "buyer", swapped)
        ((level, _, advice),) = found(plan, "column-names")
        assert level == "error"
        assert any(name in advice for name in names)
        with pytest.raises(oo.PlanError, match=r"column-names: .*pairs\.swapped"):
            oo.submit(overlapping.client(), plan, progress=False)
        assert not overlapping.writes_received
        assert oo.plan(overlapping.client(), "buyer", swapped.swapped()).checks.empty

    @pytest.mark.parametrize("names", [("Immobilienkäufer", "x"), ("id_1", "id_2"), ("Objektadresse", "x")])
    def test_names_that_decide_nothing(self, overlapping: Sandbox, names: tuple[str, str]) -> None:
        for parent, child in (names, names[::-1]):
            pairs = oo.read_pairs(self.frame(*names), parent=parent, child=child)
            assert not found(oo.plan(overlapping.client(), "buyer", pairs), "column-names")

    @pytest.mark.parametrize(
        "write",
        [
            lambda row: f"A-{1001 + row}",
            lambda row: f"Nach{1300 - row}, Vor{1300 - row}",
            lambda row: f"Exposé HAUS MIT GARTEN {1001 + row}" if row % 3 else "?",
        ],
        ids=["object number", "person", "title"],
    )
    def test_what_stands_beside_the_ids(self, overlapping: Sandbox, write: Callable[[int], str]) -> None:
        frame = self.frame("id_1", "id_2", remark=write)
        assert oo.plan(overlapping.client(), "buyer", oo.read_pairs(frame, parent="id_1", child="id_2")).checks.empty
        plan = oo.plan(overlapping.client(), "buyer", oo.read_pairs(frame, parent="id_2", child="id_1"))
        ((level, rows, advice),) = found(plan, "other-columns")
        assert level == "error"
        assert len(rows) >= 200
        assert "pairs.swapped()" in advice
        with pytest.raises(oo.PlanError, match=r"other-columns, rows \d"):
            oo.submit(overlapping.client(), plan, progress=False)
        assert not overlapping.writes_received

    def test_a_name_by_chance_decides_nothing(self, overlapping: Sandbox) -> None:
        frame = self.frame("id_1", "id_2", remark=lambda row: "siehe A-1300" if row == 0 else "Rückruf erbeten")
        plan = oo.plan(overlapping.client(), "buyer", oo.read_pairs(frame, parent="id_2", child="id_1"))
        assert not found(plan, "other-columns")

    def test_one_column_taken_for_both(self, overlapping: Sandbox) -> None:
        pairs = oo.read_pairs(parent=list(range(1001, 1301)), child=list(range(1001, 1301)))
        plan = oo.plan(overlapping.client(), "buyer", pairs)
        ((level, rows, advice),) = found(plan, "same-ids")
        assert (level, rows) == ("error", ())
        assert "one column" in advice

    def test_names_stand_beside_the_ids(self, overlapping: Sandbox) -> None:
        plan = oo.plan(overlapping.client(), "buyer", oo.read_pairs(parent=[1001], child=[1002]))
        assert "1001 A-1001 · Haus mit Garten 1001 → 1002 Vor1002 Nach1002" in plan._repr_html_()
        assert plan.names["estate"][1001] == "A-1001 · Haus mit Garten 1001"
        (row,) = plan.frame.itertuples(index=False, name=None)
        assert row == (1001, "A-1001 · Haus mit Garten 1001", 1002, "Vor1002 Nach1002", "create")


def test_contact_persons_have_to_be_brokers() -> None:
    box = agency()
    plan = oo.plan(box.client(), "contactPerson", with_fault(good_pairs(children=BROKERS), (1050, 5001)))
    assert_refused(box, plan, "not-a-broker", "address 5001", "contactPersonAll")
    everybody = with_fault(good_pairs(children=BROKERS), (1050, 5001))
    assert oo.plan(box.client(), "contactPersonAll", everybody).checks.empty


def units() -> tuple[Sandbox, list[Pair]]:
    """An agency, and 300 units of 3 bases."""
    box = agency()
    box.add("estate", 101, 102, 103, stammobjekt="1")
    box.add("estate", *range(2001, 2301))
    return box, [(101 + number % 3, number) for number in range(2001, 2301)]


@pytest.mark.parametrize("relation", ["estate:estateUnit", "complex:estate:units"])
class TestBaseAndUnits:
    def test_a_good_one(self, relation: str) -> None:
        box, pairs = units()
        errors = oo.plan(
            box.client(), relation, oo.read_pairs(parent=[a for a, _ in pairs], child=[b for _, b in pairs])
        )
        assert not errors.errors()

    def test_itself(self, relation: str) -> None:
        box, pairs = units()
        assert_refused(
            box, oo.plan(box.client(), relation, with_fault(pairs, (1001, 1001))), "self-link", "estate 1001"
        )

    def test_a_unit_of_two_bases_in_the_crm(self, relation: str) -> None:
        box, pairs = units()
        box.link("estate:estateUnit", [(1002, 1001)])
        plan = oo.plan(box.client(), relation, with_fault(pairs, (101, 1001)))
        assert_refused(box, plan, "unit-of-two-bases", "estate 1001")

    def test_a_unit_of_two_bases_in_the_file(self, relation: str) -> None:
        box, pairs = units()
        plan = oo.plan(box.client(), relation, with_fault(pairs, (102, 2001)))
        ((_, rows, advice),) = found(plan, "unit-of-two-bases")
        assert pairs[0] == (101, 2001)
        assert rows == (1, FAULT)
        assert "estate 2001" in advice

    def test_a_base_as_a_unit(self, relation: str) -> None:
        box, pairs = units()
        plan = oo.plan(box.client(), relation, with_fault(pairs, (1001, 103)))
        rows = {row for _, rows, _ in found(plan, "base-as-unit") for row in rows}
        assert FAULT in rows
        assert {row for row, (base, _) in enumerate(pairs, 1) if base == 103} - {FAULT} <= rows, "its own units, too"

    def test_a_marked_base_as_a_unit(self, relation: str) -> None:
        box, pairs = units()
        box.add("estate", 104, stammobjekt="1")
        plan = oo.plan(box.client(), relation, with_fault(pairs, (101, 104)))
        assert_refused(box, plan, "base-as-unit", "estate 104")

    def test_a_base_with_units_in_the_crm(self, relation: str) -> None:
        box, pairs = units()
        box.link("estate:estateUnit", [(1001, 1002)])
        plan = oo.plan(box.client(), relation, with_fault(pairs, (101, 1001)))
        assert_refused(box, plan, "base-as-unit", "estate 1001")

    def test_a_unit_as_a_base(self, relation: str) -> None:
        box, pairs = units()
        box.link("estate:estateUnit", [(1001, 1002)])
        plan = oo.plan(box.client(), relation, with_fault(pairs, (1002, 1003)))
        assert_refused(box, plan, "base-as-unit", "estate 1002")

    def test_names_of_columns(self, relation: str) -> None:
        box, pairs = units()
        frame = pd.DataFrame(pairs, columns=["Stammobjekt", "Einheit"])
        plan = oo.plan(box.client(), relation, oo.read_pairs(frame, parent="Einheit", child="Stammobjekt"))
        assert found(plan, "column-names")


def test_a_replacement_moves_a_unit() -> None:
    """The link to the former base goes with the plan, so there is nothing against it."""
    box, _ = units()
    box.link("calendar:estate", [(3001, 1001)])
    pairs = oo.read_pairs(parent=[3001], child=[1002])
    assert oo.plan(box.client(), "calendar:estate", pairs).errors()
    assert not oo.plan(box.client(), "calendar:estate", pairs, replace=True).errors()


def test_an_appointment_has_one_estate() -> None:
    box = agency()
    box.link("calendar:estate", [(3050, 1002)])
    pairs = [(appointment, 1001 + appointment % 100) for appointment in APPOINTMENTS]
    good = [pair if pair[0] != 3050 else (3001, 1002) for pair in pairs]
    plan = oo.plan(box.client(), "calendar:estate", with_fault(good, (3050, 1001)))
    assert_refused(box, plan, "one-estate-an-appointment", "appointment 3050", "replace=True")


def test_self_links() -> None:
    box = agency()
    good = good_pairs(ADDRESSES[:50], ADDRESSES[50:])
    plan = oo.plan(box.client(), "address:contact:address", with_fault(good, (5001, 5001)))
    assert_refused(box, plan, "self-link", "address 5001")


@pytest.mark.parametrize(("rule", "fields"), [("archived-estate", {"status": "0"}), ("sold-estate", {"verkauft": "1"})])
def test_archived_and_sold_estates_are_a_warning(rule: str, fields: dict[str, Any]) -> None:
    box = agency()
    box.add("estate", 1999, **fields)
    plan = oo.plan(box.client(), "interested", with_fault(good_pairs(), (1999, 5001)))
    ((level, rows, advice),) = found(plan, rule)
    assert (level, rows) == ("warning", (FAULT,))
    assert "estate 1999" in advice
    assert oo.submit(box.client(), plan, progress=False).counts == {"linked": 300}


def test_copies_in_another_language() -> None:
    box = agency()
    box.add("estate", 1999, sprache="ENG", mainLangId="1004")
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (1999, 5001)))
    assert_refused(box, plan, "language-copy", "estate 1999", "1004 instead of 1999")


@pytest.mark.parametrize(("module", "number"), [("estate", 1999), ("address", 5999)])
def test_missing_rights_to_write(module: str, number: int) -> None:
    box = agency()
    box.add(module, number, writable=False)
    fault = (number, 5001) if module == "estate" else (1001, number)
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), fault))
    assert_refused(box, plan, "no-write-right", f"{module} {number}", "administrator")


@pytest.mark.parametrize("setting", ["refused", "reading only"])
def test_rights_that_the_api_does_not_tell(setting: str) -> None:
    box = agency(right_checks=setting)
    box.add("estate", 1999, writable=False)
    plan = oo.plan(box.client(), "buyer", with_fault(good_pairs(), (1999, 5001)))
    assert not plan.errors()
    told = [advice for _, _, advice in found(plan, "not-checked")]
    assert any("estates and addresses" in advice for advice in told) is (setting == "refused")


def test_what_cannot_be_known_is_a_warning() -> None:
    box = agency(user_right="missing")
    plan = oo.plan(box.client(), "estate:user:officer", oo.read_pairs(parent=[1001], child=[21]))
    assert not plan.errors()
    assert any("170" in advice for _, _, advice in found(plan, "not-checked"))

    plan = oo.plan(box.client(), "project:estate", oo.read_pairs(parent=[301], child=[1001]))
    assert not plan.errors()
    assert any("project" in advice for _, _, advice in found(plan, "not-checked"))


def test_types_that_are_only_read_or_not_documented() -> None:
    box = agency()
    box.add("messengerUser", 98)
    plan = oo.plan(box.client(), "user:messengerUser:is", oo.read_pairs(parent=[21], child=[98]))
    assert [finding.rule for finding in plan.errors()] == ["read-only-type"]
    with pytest.raises(oo.PlanError, match=r"read-only-type: .*unable to create"):
        oo.submit(box.client(), plan, progress=False)
    assert not box.writes_received

    plan = oo.plan(box.client(), "project:estate", oo.read_pairs(parent=[301], child=[1001]))
    assert found(plan, "undocumented-type")[0][0] == "warning"
    with pytest.raises(oo.PlanError, match="read only"):
        oo.plan(box.client(), "user:messengerUser:is", oo.read_pairs(parent=[21], child=[98]), preflight=False)


class TestForce:
    @pytest.fixture
    def box(self) -> Sandbox:
        return agency(unknown_record="linked")

    @pytest.fixture
    def plan(self, box: Sandbox) -> oo.Plan:
        frame = pd.DataFrame({"Adresse": [1001, 1002], "Immobilie": [5001, 9_000_001]})
        return oo.plan(box.client(), "buyer", oo.read_pairs(frame, parent="Adresse", child="Immobilie"))

    def test_each_rule_has_to_be_named(self, box: Sandbox, plan: oo.Plan) -> None:
        crm = box.client()
        for force in ((), ("column-names",), ("unknown-record",), ("self-link",)):
            with pytest.raises(oo.PlanError, match="nothing was sent"):
                oo.submit(crm, plan, progress=False, force=force)
        assert not box.writes_received
        report = oo.submit(crm, plan, progress=False, force=("column-names", "unknown-record"))
        assert report.counts == {"linked": 2}

    @pytest.mark.parametrize("force", ["column-names", ("column-name",), ("",)])
    def test_what_is_no_rule_is_refused(self, box: Sandbox, plan: oo.Plan, force: Any) -> None:
        with pytest.raises(oo.InputError, match="column-names"):
            oo.submit(box.client(), plan, progress=False, force=force)
        assert not box.writes_received

    def test_what_is_linked_already_is_not_looked_at(self, box: Sandbox) -> None:
        box.link("buyer", [(1001, 9_000_001)])
        plan = oo.plan(box.client(), "buyer", oo.read_pairs(parent=[1001, 1002], child=[9_000_001, 5001]))
        assert plan.checks.empty

    def test_a_removal_of_what_is_not_there_goes_on_with_the_rest(self, box: Sandbox) -> None:
        box.link("buyer", [(1001, 5001)])
        plan = oo.plan_removal(box.client(), "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 9_000_001]))
        ((level, rows, _),) = found(plan, "unknown-record")
        assert (level, rows) == ("warning", (2,))
        assert oo.submit(box.client(), plan, progress=False).counts == {"removed": 1, "skipped": 1}


class TestReading:
    def requests(self, box: Sandbox) -> Counter[str]:
        return Counter(" ".join(str(entry.lines[0]).split()[:2]) for entry in box.log)

    def test_two_reads_of_records_for_500_ids_beside_the_links(self) -> None:
        box = agency()
        box.add("estate", *range(10_001, 10_501), objekttitel="Haus am See")
        box.add("address", *range(20_001, 20_501), Name="Brandt")
        pairs = oo.read_pairs(parent=list(range(10_001, 10_501)), child=list(range(20_001, 20_501)))
        plan = oo.plan(box.client(), "buyer", pairs)
        assert plan.checks.empty
        of_plan = {"get idsfromrelation": 1}
        of_records = {"read estate": 1, "read address": 1}
        # Rights are asked for by user, so it has to be known who asks.
        of_rights = {"get users": 1, "get checkuserrecordsright": 1}
        assert self.requests(box) == of_plan | of_records | of_rights
        assert len(plan.names["estate"]) == len(plan.names["address"]) == 500
        assert len(box.log) == 5

    def test_without_preflight_nothing_is_read(self) -> None:
        box = agency()
        plan = oo.plan(box.client(), "buyer", oo.read_pairs(parent=[1001], child=[9_000_001]), preflight=False)
        assert self.requests(box) == {"get idsfromrelation": 1}
        assert plan.checks.empty
        assert plan.names == {}
        oo.plan_removal(box.client(), "buyer", oo.read_pairs(parent=[1001], child=[9_000_001]), preflight=False)
        assert self.requests(box) == {"get idsfromrelation": 2}
        oo.plan(box.client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]), preflight=False, diff=False)
        assert self.requests(box) == {"get idsfromrelation": 2}

    def test_no_pairs_ask_nothing_of_anybody(self) -> None:
        box = agency()
        assert oo.plan(box.client(), "buyer", oo.read_pairs(parent=[], child=[])).checks.empty

    @settings(deadline=None, max_examples=40)
    @given(st.data())
    def test_every_unknown_id_and_no_other_is_named_with_its_rows(self, data: st.DataObject) -> None:
        """Repeated rows and rejects included: `rows` are those of the input."""
        cells = st.sampled_from([1001, 1002, 1003, 91, 92, "x"])
        parents = data.draw(st.lists(cells, min_size=1, max_size=30))
        children = data.draw(st.lists(st.sampled_from([5001, 5002, 93]), min_size=len(parents), max_size=len(parents)))
        plan = oo.plan(_SHARED.client(), "buyer", oo.read_pairs(parent=parents, child=children))
        rows = {row for _, rows, _ in found(plan, "unknown-record") for row in rows}
        pairs = enumerate(zip(parents, children, strict=True), 1)
        assert rows == {row for row, (parent, child) in pairs if parent != "x" and (parent in (91, 92) or child == 93)}


_SHARED: Final = agency()


class TestShown:
    @pytest.fixture
    def plan(self) -> oo.Plan:
        box = agency()
        box.add("estate", 1999, verkauft="1", objekttitel="<b>Haus</b>")
        return oo.plan(box.client(), "buyer", oo.read_pairs(parent=[1999, 1001], child=[5001, 9_000_001]))

    def test_in_text_and_html(self, plan: oo.Plan) -> None:
        for shown in (str(plan), plan._repr_html_()):
            assert "unknown-record" in shown
            assert "row 2" in shown
            assert "sold-estate" in shown
            assert "1 error" in shown
            assert "force=[…]" in shown
        assert str(plan).index("unknown-record") < str(plan).index("sold-estate")
        assert "<b>Haus" not in plan._repr_html_()

    def test_saved_and_loaded_with_its_findings_and_without_names(self, plan: oo.Plan, tmp_path: Path) -> None:
        path = plan.save(tmp_path / "plan.json")
        loaded = oo.Plan.load(path)
        assert loaded.findings == plan.findings
        assert loaded.digest == plan.digest
        assert loaded.names == {}
        assert "Brandt" not in path.read_text(encoding="utf-8"), "names of people stay at home"

        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"level": "error"', '"level": "warning"'), encoding="utf-8")
        with pytest.raises(oo.PlanError, match="changed after it was saved"):
            oo.Plan.load(path)

    def test_nobody_looked_stays_so(self, tmp_path: Path) -> None:
        plan = oo.plan(agency().client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]), preflight=False)
        assert oo.Plan.load(plan.save(tmp_path / "plan.json")).preflight is None

    def test_the_digest_is_of_what_is_sent(self) -> None:
        crm = agency().client()
        pairs = oo.read_pairs(parent=[1001], child=[9_000_001])
        digests = {oo.plan(crm, "buyer", pairs, preflight=preflight).digest for preflight in (True, False)}
        assert len(digests) == 1


def test_every_rule_has_its_own_name() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name for name in names)
    assert {rule.level for rule in RULES} == set(Level)


def test_findings_can_be_written_as_json() -> None:
    plan = oo.plan(agency().client(), "buyer", oo.read_pairs(parent=[1001], child=[9_000_001]))
    assert json.loads(plan.checks.to_json(orient="records"))[0]["rows"] == [1]
