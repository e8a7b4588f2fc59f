"""Reading records from the sandbox: ids, filters, order, pages, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox import Sandbox
from tests.reference_client import ByHand


@pytest.fixture
def box() -> Sandbox:
    box = Sandbox(empty=True)
    for number, (title, place, price) in enumerate(
        [
            ("Villa am Park", "Aachen", "900000"),
            ("Altbau 100%", "Köln", "95000.50"),
            ("", "Düren", "1200000"),
            ("Haus_am See", "aachen", ""),
            ('O\'Brien "Loft"', "Jülich", "95000.5"),
        ],
        start=1,
    ):
        box.add("estate", number, objekttitel=title, ort=place, kaufpreis=price)
    box.add("address", 5001, Vorname="Elif", Name="Özdemir", KdNr="77")
    box.add("address", 5002, Name="Brandt", KdNr="5001")
    box.add("address", 5003, Name="verborgen", readable=False)
    box.add("user", 21, Kuerzel="EÖ")
    box.add("calendar", 2909, art="Besichtigung", start_dt="2026-03-01 10:00:00")
    box.add("task", 7, Betreff="Anrufen")
    box.add("agentsLog", 9, Aktionsart="E-Mail")
    return box


@pytest.fixture
def hand(box: Sandbox) -> ByHand:
    return ByHand(box.token, box.secret, box.transport)


def ids(hand: ByHand, resourcetype: str = "estate", **parameters: Any) -> list[int]:
    """The ids of the records that a call answers."""
    result = hand.call("read", resourcetype, {"data": [], **parameters})
    assert result["status"]["errorcode"] == 0, result["status"]
    return [record["id"] for record in result["data"]["records"]]


def test_record(hand: ByHand) -> None:
    result = hand.call("read", "estate", {"data": ["Id", "ort"], "filter": {"Id": [{"op": "=", "val": 2}]}})
    assert result["data"] == {
        "meta": {"cntabsolute": 1},
        "records": [{"id": 2, "type": "estate", "elements": {"Id": "2", "ort": "Köln"}}],
    }


def test_address_repeats_its_id(hand: ByHand) -> None:
    result = hand.call("read", "address", {"data": ["Name", "KdNr"], "recordids": [5001]})
    (record,) = result["data"]["records"]
    assert record == {"id": 5001, "type": "address", "elements": {"id": 5001, "Name": "Özdemir", "KdNr": "77"}}


@pytest.mark.parametrize(
    ("resourcetype", "fields"),
    [
        ("estate", ["Id", "objekttitel", "objektnr_extern", "strasse", "hausnummer", "plz", "ort"]),
        ("address", ["Vorname", "Name", "Firma", "Strasse", "Plz", "Ort", "KdNr", "Email"]),
        ("user", ["Vorname", "Nachname", "Name", "Kuerzel"]),
        ("calendar", ["description", "start_dt", "art", "ort"]),
        ("task", ["Betreff", "Status", "Deadline"]),
        ("agentslog", ["Datum", "Aktionsart", "Aktionstyp", "Bemerkung"]),
    ],
)
def test_label_fields(resourcetype: str, fields: list[str]) -> None:
    """The demo agency has a text in each of them."""
    with Sandbox() as agency:
        hand = ByHand(agency.token, agency.secret, agency.transport)
        period = {"datestart": "2026-01-01", "dateend": "2026-12-31", "allusers": True}
        result = hand.call("read", resourcetype, {"data": fields, "listlimit": 500, **period})
    records = [record["elements"] for record in result["data"]["records"]]
    assert [name for name in fields if any(record[name] for record in records)] == fields


@pytest.mark.parametrize("resourcetype", ["user", "task", "agentslog"])
def test_by_number(hand: ByHand, resourcetype: str) -> None:
    (number,) = ids(hand, resourcetype)
    assert ids(hand, resourcetype, filter={"Nr": [{"op": "IN", "val": [number, 99]}]}) == [number]
    result = hand.call("read", resourcetype, {"data": ["Nr"]})
    assert result["data"]["records"][0]["elements"] == {"Nr": str(number)}


@pytest.mark.parametrize("asked", [[5001, 5002, 5003, 99], ["5001", "5002"], {"0": 5001, "1": 5002}])
def test_recordids_leave_out_what_is_unknown_or_not_readable(hand: ByHand, asked: Any) -> None:
    assert ids(hand, "address", recordids=asked) == [5001, 5002]


def test_recordids_may_be_one_or_none(hand: ByHand) -> None:
    assert ids(hand, "address", recordids=5002) == [5002]
    assert ids(hand, "address", recordids=[]) == []
    assert ids(hand, "address", recordids=["x", None, {}, 2.5, "5001' OR 1=1"]) == []


def test_resourceid_wins_over_the_filter(hand: ByHand) -> None:
    result = hand.call("read", "calendar", {"data": ["art"], "filter": {"unheard": "of"}}, resourceid="2909")
    assert [record["id"] for record in result["data"]["records"]] == [2909]
    for unknown in ("1", "x", "2909 OR 1=1"):
        result = hand.call("read", "calendar", {"data": ["art"]}, resourceid=unknown)
        assert result["data"]["records"] == []
    by_filter = {"data": ["ort"], "filter": {"unheard": "of"}}
    result = hand.call("read", "estate", by_filter, resourceid="2")
    assert [record["elements"] for record in result["data"]["records"]] == [{"ort": "Köln"}]


@pytest.mark.parametrize(
    ("field", "op", "value", "found"),
    [
        ("ort", "=", "Aachen", [1, 4]),
        ("ort", "is", "Köln", [2]),
        ("ort", "IS", "köln", [2]),
        ("ort", "!=", "Aachen", [2, 3, 5]),
        ("ort", "<>", "Aachen", [2, 3, 5]),
        ("ort", "in", ["Köln", "Düren"], [2, 3]),
        ("ort", "IN", [], []),
        ("ort", "in", "Köln", [2]),
        ("ort", "not in", ["Köln", "Düren"], [1, 4, 5]),
        ("ort", "Not  In", ["Köln"], [1, 3, 4, 5]),
        ("ort", "like", "%ü%", [3, 5]),
        ("ort", "LIKE", "a%n", [1, 4]),
        ("ort", "not like", "%e%", [2, 5]),
        ("ort", "like", "Kö", []),
        ("ort", "like", "K__n", [2]),
        ("objekttitel", "=", "", [3]),
        ("objekttitel", "like", "%", [1, 2, 3, 4, 5]),
        ("objekttitel", "like", "%[a-z]%", []),
        ("objekttitel", "=", 'O\'Brien "Loft"', [5]),
        ("objekttitel", "=", "' OR '1'='1", []),
        ("kaufpreis", ">", 95000.5, [1, 3]),
        ("kaufpreis", ">=", "95000.5", [1, 2, 3, 5]),
        ("kaufpreis", "=", "95000.50", [2, 5]),
        ("kaufpreis", "<", 900000, [2, 4, 5]),
        ("kaufpreis", "<=", 900000, [1, 2, 4, 5]),
        ("kaufpreis", "between", [95000, "900000"], [1, 2, 5]),
        ("Id", "in", [1, "2", 99], [1, 2]),
        ("Id", ">", "4", [5]),
    ],
)
def test_filter(hand: ByHand, field: str, op: str, value: Any, found: list[int]) -> None:
    assert ids(hand, filter={field: [{"op": op, "val": value}]}) == found


def test_conditions_are_joined_by_and(hand: ByHand) -> None:
    both = {"ort": [{"op": "=", "val": "Aachen"}], "Id": [{"op": ">", "val": 1}, {"op": "<", "val": 5}]}
    assert ids(hand, filter=both) == [4]
    assert ids(hand, filter=[]) == [1, 2, 3, 4, 5]


def test_no_pattern_keeps_it_busy(box: Sandbox, hand: ByHand) -> None:
    box.add("estate", 6, objekttitel="a" * 2000)
    assert ids(hand, filter={"objekttitel": [{"op": "like", "val": "%a" * 200 + "%b"}]}) == []


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 167),
        ({"data": "ort"}, 74),
        ({"data": None}, 74),
        ({"data": [5]}, 291),
        ({"data": [None]}, 291),
        ({"data": ["Ort"]}, 141),
        ({"data": ["ort; DROP TABLE record"]}, 141),
        ({"data": [], "filter": "ort"}, 257),
        ({"data": [], "filter": {"ort": "Aachen"}}, 257),
        ({"data": [], "filter": {"ort": ["Aachen"]}}, 257),
        ({"data": [], "filter": {"ort": [{"op": "="}]}}, 257),
        ({"data": [], "filter": {"ort": [{"op": "between", "val": [1]}]}}, 257),
        ({"data": [], "filter": {"ort": [{"op": "=", "val": ["a"]}]}}, 257),
        ({"data": [], "filter": {"ort": [{"op": "~", "val": "a"}]}}, 142),
        ({"data": [], "filter": {"Ort": [{"op": "=", "val": "a"}]}}, 141),
        ({"data": [], "sortby": "Ort"}, 212),
        ({"data": [], "sortby": 5}, 212),
        ({"data": [], "sortby": {"ort": "SIDEWAYS"}}, 255),
        ({"data": [], "listlimit": "many"}, 68),
        ({"data": [], "listlimit": None}, 68),
        ({"data": [], "listlimit": "9" * 5000}, 68),
        ({"data": [], "listoffset": -1}, 67),
    ],
)
def test_refusals(hand: ByHand, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("read", "estate", parameters) == code


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ({"sortby": {"kaufpreis": "ASC"}}, [4, 2, 5, 1, 3]),
        ({"sortby": {"kaufpreis": "desc"}}, [3, 1, 2, 5, 4]),
        ({"sortby": {"ort": "ASC", "Id": "DESC"}}, [4, 1, 3, 5, 2]),
        ({"sortby": "Id", "sortorder": "DESC"}, [5, 4, 3, 2, 1]),
        ({"sortby": "Id"}, [1, 2, 3, 4, 5]),
        ({"sortby": []}, [1, 2, 3, 4, 5]),
    ],
)
def test_order(hand: ByHand, order: dict[str, Any], found: list[int]) -> None:
    assert ids(hand, **order) == found


def test_pages(box: Sandbox, hand: ByHand) -> None:
    box.add("estate", *range(1, 602))
    assert ids(hand) == list(range(1, 21))
    assert ids(hand, listlimit="3", listoffset="2") == [3, 4, 5]
    assert ids(hand, listlimit=500, listoffset=500) == list(range(501, 602))
    assert ids(hand, listlimit=0) == []
    result = hand.call("read", "estate", {"data": [], "listoffset": 1000})
    assert result["data"] == {"meta": {"cntabsolute": 601}, "records": []}


def test_field_that_the_module_does_not_have(box: Sandbox) -> None:
    with pytest.raises(SandboxError, match="estate has no field Ort"):
        box.add("estate", Ort="Aachen")
