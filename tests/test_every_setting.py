"""The client beside everything that nobody knows: the relation calls and reads under each setting of each switch."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.errors import ApiError
from onoffice_nb.sandbox import Behaviour, Sandbox

CREATED = ["buyer", "calendar:address", "contactPerson", "contactPersonAll", "estate:estateUnit", "address:user:sync"]
FIELDS = {
    "estate": "ort",
    "address": "Ort",
    "calendar": "art",
    "task": "Betreff",
    "user": "Kuerzel",
    "agentsLog": "Aktionsart",
}
pytestmark = pytest.mark.parametrize("behaviour", list(Behaviour.variants()), ids=repr)


def small(behaviour: Behaviour) -> Sandbox:
    """Records 1 to 9 of some modules; every address is a broker; no link but the estates' default contact person."""
    box = Sandbox(empty=True, behaviour=behaviour)
    for module in FIELDS:
        box.add(module, *range(1, 10), broker=module == "address")
    return box


@pytest.mark.parametrize("relation", CREATED)
def test_calls_of_the_client(behaviour: Behaviour, relation: str) -> None:
    box = small(behaviour)
    crm = box.client()
    before = box.links(relation)
    crm.create(relation, [5], [1, 2, 3])
    made = {(5, 1), (5, 2), (5, 3)}
    # A unit has one base.
    if relation != "estate:estateUnit":
        crm.create(relation, [6, 7], [3])
        made |= {(6, 3), (7, 3)}
    assert box.links(relation) == before | made
    crm.delete(relation, 5, 2)
    assert box.links(relation) == before | made - {(5, 2)}
    for side in ({"parents": range(1, 10)}, {"children": range(1, 10)}):
        found = crm.related(relation, **side).to_numpy().tolist()
        assert {tuple(pair) for pair in found} == box.links(relation)


def test_relationinfo(behaviour: Behaviour) -> None:
    box = small(behaviour)
    box.link("calendar:address", [(1, 1), (1, 2), (2, 1)])
    frame = pd.DataFrame(
        {"t": [1, 1, 2, 3], "a": [1, 2, 1, 9], "s": ["bestätigt", "gesendet", "bestätigt", "gesendet"]}
    )
    crm = box.client()
    pairs = oo.read_pairs(frame, parent="t", child="a", info="s")
    report = oo.submit(crm, oo.plan_info(crm, "calendar:address", pairs), progress=False)
    assert report.frame["outcome"].astype(str).tolist() == ["changed"] * 3 + ["skipped"]
    assert [box.info(*pair) for pair in ((1, 1), (1, 2), (2, 1), (3, 9))] == [
        ("bestätigt", None),
        ("gesendet", None),
        ("bestätigt", None),
        None,
    ]


def test_infos_are_read_back(behaviour: Behaviour) -> None:
    """One appointment that exists and one that does not, whichever call tells its participants' statuses."""
    box = small(behaviour)
    crm = box.client()
    crm.create("calendar:address", [1], [1, 2], oo.RelationInfo("bestätigt"))
    crm.modify("calendar:address", [1], [2], oo.RelationInfo("gesendet", feedback="aktiv"))
    infos = crm.info_arrays("calendar:address", parents=[1, 99])
    assert [infos.parents.tolist(), infos.children.tolist()] == [[1, 1], [1, 2]]
    assert infos.confirmations.tolist() == ["bestätigt", "gesendet"]
    told = behaviour.follow_up_status != "not configured"
    assert infos.feedbacks.tolist() == [None, "aktiv" if told else None]


def test_types_that_may_not_be_writable(behaviour: Behaviour) -> None:
    box = small(behaviour)
    box.link("task:address", [(1, 1)])
    crm = box.client()
    if behaviour.undocumented_writes == "accepted":
        crm.create("task:address", [2], [2])
    else:
        with pytest.raises(ApiError, match="78"):
            crm.create("task:address", [2], [2])
    found = crm.related("task:address", parents=range(1, 10)).to_numpy().tolist()
    assert {tuple(pair) for pair in found} == box.links("task:address")


@pytest.mark.parametrize("module", FIELDS)
def test_records_by_ids(behaviour: Behaviour, module: str) -> None:
    crm = small(behaviour).client()
    if module == "user" and behaviour.user_right == "missing":
        with pytest.raises(ApiError, match="170"):
            crm.read(module, [FIELDS[module]], ids=[1])
    else:
        assert sorted(crm.read(module, [FIELDS[module]], ids=[3, 1, 99])["id"]) == [1, 3]


@pytest.mark.parametrize("module", FIELDS)
def test_lists_of_records(behaviour: Behaviour, module: str) -> None:
    box = small(behaviour)
    crm = box.client()
    period: dict[str, Any] = {}
    if module == "calendar":
        box.add("calendar", *range(1, 10), start_dt="2026-06-01 10:00:00", end_dt="2026-06-01 10:30:00")
        period = {"start": "2026-06-01", "end": "2026-06-30"}
    if module == "user" and behaviour.user_right == "missing":
        with pytest.raises(ApiError, match="170"):
            crm.read(module, [FIELDS[module]])
    else:
        assert sorted(crm.read(module, [FIELDS[module]], **period)["id"]) == list(range(1, 10))


def test_appointments_of_a_period(behaviour: Behaviour) -> None:
    box = small(behaviour)
    days: dict[str, Any] = {"start_dt": "2026-06-01 10:00:00", "end_dt": "2026-06-01 10:30:00"}
    box.add("calendar", 1, 2, art="Besichtigung", description="Führung", user_ids="1", **days)
    box.add("calendar", 3, start_dt="2027-06-01 10:00:00", end_dt="2027-06-01 10:30:00", user_ids="1")
    box.link("calendar:address", [(1, 7), (1, 8)])
    frame = box.client().appointments("2026-06-01", "2026-06-30")
    assert frame["id"].tolist() == [1, 2]
    assert frame["subject"].tolist() == ["Führung"] * 2
    assert frame["type"].tolist() == ["Besichtigung"] * 2
    assert frame["addresses"].tolist() == [[7, 8], []]
    assert frame["users"].tolist() == [[1], [1]]


def test_probing(behaviour: Behaviour) -> None:
    """It reads only, it answers everything, and nothing that it asks for is an error of the client."""
    box = small(behaviour)
    crm = box.client()
    before = {relation: box.links(relation) for relation in CREATED}
    sheet = crm.probe().frame.set_index("question")["answer"]
    assert not box.writes_received
    assert {relation: box.links(relation) for relation in CREATED} == before
    assert sheet["This computer's clock"] in ("right", "not known")
    assert sheet["Users"].startswith("refused (170" if behaviour.user_right == "missing" else "9 users")
    shapes = {"empty elements": "an empty map", "empty lists": "the id with an empty list", "no record": "no record"}
    if behaviour.unlinked_id == "listed":
        assert sheet["Links of an id that has none"] == shapes.get(behaviour.no_hit, "no elements")
