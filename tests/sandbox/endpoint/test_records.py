"""Reading records from the sandbox: ids, filters, order, pages, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.reference_client import ReferenceClient


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
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


def ids(hand: ReferenceClient, resourcetype: str = "estate", **parameters: Any) -> list[int]:
    """The ids of the records that a call answers."""
    result = hand.call("read", resourcetype, {"data": [], **parameters})
    assert result["status"]["errorcode"] == 0, result["status"]
    return [record["id"] for record in result["data"]["records"]]


def test_record(hand: ReferenceClient) -> None:
    result = hand.call("read", "estate", {"data": ["Id", "ort"], "filter": {"Id": [{"op": "=", "val": 2}]}})
    assert result["data"] == {
        "meta": {"cntabsolute": 1},
        "records": [{"id": 2, "type": "estate", "elements": {"Id": "2", "ort": "Köln"}}],
    }


def test_address_repeats_its_id(hand: ReferenceClient) -> None:
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
        hand = ReferenceClient(agency.token, agency.secret, agency.transport)
        period = {"datestart": "2026-01-01", "dateend": "2026-12-31", "allusers": True}
        result = hand.call("read", resourcetype, {"data": fields, "listlimit": 500, **period})
    records = [record["elements"] for record in result["data"]["records"]]
    assert [name for name in fields if any(record[name] for record in records)] == fields


@pytest.mark.parametrize("resourcetype", ["user", "task", "agentslog"])
def test_by_number(hand: ReferenceClient, resourcetype: str) -> None:
    (number,) = ids(hand, resourcetype)
    assert ids(hand, resourcetype, filter={"Nr": [{"op": "IN", "val": [number, 99]}]}) == [number]


@pytest.mark.parametrize("resourcetype", ["user", "agentslog"])
def test_number_as_a_field(hand: ReferenceClient, resourcetype: str) -> None:
    result = hand.call("read", resourcetype, {"data": ["Nr"]})
    (record,) = result["data"]["records"]
    assert record["elements"] == {"Nr": str(record["id"])}
    assert hand.code("read", "task", {"data": ["Nr"]}) == 141


def test_tasks_are_listed_without_offset(box: Sandbox, hand: ReferenceClient) -> None:
    """The total says how long the page is; who wants more asks for higher numbers."""
    box.add("task", *range(1, 31))
    result = hand.call("read", "task", {"data": [], "listlimit": 25})
    assert (result["data"]["meta"], len(result["data"]["records"])) == ({"cntabsolute": 25}, 25)
    assert ids(hand, "task", listlimit=25, filter={"Nr": [{"op": ">", "val": 25}]}) == [26, 27, 28, 29, 30]
    refused = hand.call("read", "task", {"data": [], "listoffset": 0})
    assert refused["status"] == {"errorcode": 144, "message": 'Invalid field in input data: "listoffset"'}


def test_tasks_with_what_they_are_linked_with(box: Sandbox, hand: ReferenceClient) -> None:
    """The documentation's examples: a list restricted to what is linked, and one task by its id."""
    box.add("task", 451, Betreff="Besichtigung", Eintragsdatum="2019-04-01 08:00:00")
    box.add("project", 1)
    box.link("task:address", [(451, 5001), (7, 5002)])
    box.link("task:estate", [(451, 1)])
    box.link("project:task:customer", [(1, 451)])
    since = {"Eintragsdatum": [{"op": ">", "val": "2019-03-01 00:00"}]}
    restricted = {"relatedAddressId": 5001, "relatedEstateId": 1, "relatedProjectIds": 1, "filter": since}
    result = hand.call("read", "task", {"data": ["Betreff", "Aufgabe"], **restricted})
    related = {"relatedAddressId": ["5001"], "relatedEstateId": ["1"], "relatedProjectIds": ["1"]}
    assert [(record["id"], record["elements"]) for record in result["data"]["records"]] == [
        (451, {"Betreff": "Besichtigung", "Aufgabe": "", **related})
    ]
    one = hand.call("read", "task", {"data": ["Betreff"], "relatedAddressId": 1}, resourceid="451")
    (record,) = one["data"]["records"]
    assert record["elements"] == {"Betreff": "Besichtigung", "relatedAddressId": ["5001"]}


def test_activities_of_records(box: Sandbox, hand: ReferenceClient) -> None:
    box.add("agentsLog", 20, Datum="2026-02-01 09:00:00", Aktionsart="E-Mail")
    box.add("agentsLog", 21, Datum="2026-02-03 09:00:00")
    box.add("agentsLog", 22, Datum="2026-02-02 09:00:00")
    box.add("project", 1)
    box.link("agentsLog:estate", [(20, 1), (21, 1), (21, 2)])
    box.link("agentsLog:address", [(22, 5001)])
    box.link("project:agentslog", [(1, 22)])
    assert ids(hand, "agentslog") == [21, 22, 20, 9]
    assert ids(hand, "agentslog", sortby={"Datum": "ASC"}) == [9, 20, 22, 21]
    assert ids(hand, "agentslog", estateid=1) == [21, 20]
    assert ids(hand, "agentslog", estateid=[2, "3"]) == [21]
    assert ids(hand, "agentslog", addressid=[5001]) == [22]
    assert ids(hand, "agentslog", projectid=1) == [22]
    assert ids(hand, "agentslog", estateid=[1], filter={"Aktionsart": [{"op": "=", "val": "E-Mail"}]}) == [20]
    result = hand.call("read", "agentslog", {"data": ["Objekt_nr", "Adress_nr"], "estateid": 2})
    assert result["data"]["records"][0]["elements"] == {"Objekt_nr": ["1", "2"], "Adress_nr": []}


def test_one_activity_is_refused(hand: ReferenceClient) -> None:
    result = hand.call("read", "agentslog", {"data": ["Datum"]}, resourceid="9")
    assert result["status"] == {"errorcode": 24, "message": 'Missing configuration for resourceId "9"'}


@pytest.mark.parametrize(
    ("resourcetype", "field"),
    [("agentslog", "Adress_nr"), ("agentslog", "Objekt_nr"), ("agentslog", "Benutzer"), ("address", "outlookSync")],
)
def test_fields_that_cannot_be_filtered(hand: ReferenceClient, resourcetype: str, field: str) -> None:
    assert hand.code("read", resourcetype, {"data": [field]}) == 0
    assert hand.code("read", resourcetype, {"data": [], "filter": {field: [{"op": "=", "val": 1}]}}) == 141


def test_mails_and_phones(box: Sandbox, hand: ReferenceClient) -> None:
    """Email filters by the main entry, email by all of them; each entry is told under a name of its own."""
    box.add("address", 10, Email="haupt@x.example", email="zweit@x.example dritt@x.example", mobile="0170 1")
    result = hand.call("read", "address", {"data": ["email", "mobile", "defaultemail", "fax"], "recordids": [10]})
    assert result["data"]["records"][0]["elements"] == {
        "id": 10,
        "email__100": "haupt@x.example",
        "email__101": "zweit@x.example",
        "email__102": "dritt@x.example",
        "mobile__100": "0170",
        "mobile__101": "1",
        "defaultemail__100": "haupt@x.example",
    }
    for field, mail, found in (
        ("Email", "haupt@x.example", [10]),
        ("Email", "zweit@x.example", []),
        ("email", "Zweit@x.example", [10]),
        ("email", "dritt@x.example", [10]),
    ):
        assert ids(hand, "address", filter={field: [{"op": "IN", "val": [mail]}]}) == found
    assert ids(hand, "address", filter={"email": [{"op": "not in", "val": ["dritt@x.example"]}]}) == [5001, 5002]


def test_uuid_names_one_record(box: Sandbox, hand: ReferenceClient) -> None:
    uuids = {}
    for resourcetype in ("estate", "address"):
        result = hand.call("read", resourcetype, {"data": ["uuid"]})
        for record in result["data"]["records"]:
            uuid = record["elements"]["uuid"]
            assert ids(hand, resourcetype, filter={"uuid": [{"op": "in", "val": [uuid]}]}) == [record["id"]]
            uuids[resourcetype, record["id"]] = uuid
    assert len(set(uuids.values())) == len(uuids) == 7


def test_estates_in_other_languages(box: Sandbox, hand: ReferenceClient) -> None:
    """A copy in another language is read only where that language is named, by its id neither."""
    box.add("estate", 50, ort="Cologne", sprache="ENG", mainLangId="2")
    assert 50 not in ids(hand)
    assert hand.call("read", "estate", {"data": ["ort"]}, resourceid="50")["data"]["records"] == []
    parameters = {"data": ["ort"], "addMainLangId": True, "addestatelanguage": True}
    result = hand.call("read", "estate", parameters | {"estatelanguage": "ENG"})
    assert [(record["id"], record["elements"]) for record in result["data"]["records"]] == [
        (50, {"ort": "Cologne", "language": "ENG", "mainLangId": "2"})
    ]
    result = hand.call("read", "estate", parameters, resourceid="2")
    assert result["data"]["records"][0]["elements"] == {"ort": "Köln", "language": "", "mainLangId": None}


def test_languages_of_an_estate(box: Sandbox, hand: ReferenceClient) -> None:
    box.add("estate", 50, sprache="ENG", mainLangId="2")
    versions = [
        {"id": 2, "type": "estateLanguage", "elements": {"language": "DEU", "mainLanguage": True}},
        {"id": 50, "type": "estateLanguage", "elements": {"language": "ENG", "mainLanguage": False}},
    ]
    for named in (2, "2", 50):
        data = hand.call("get", "estateLanguage", {"estateid": named})["data"]
        assert data == {"meta": {"cntabsolute": 2}, "records": versions}
    assert hand.code("get", "estateLanguage", {}) == 167
    assert hand.code("get", "estateLanguage", {"estateid": 999}) == 80


def test_own_user_is_readable_without_the_right() -> None:
    box = Sandbox(behaviour=Behaviour(user_right="missing"))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    result = hand.call("read", "user", {"data": ["Nr", "Name"]}, resourceid=str(box.user))
    assert result["data"]["records"][0]["elements"] == {"Nr": str(box.user), "Name": "api"}
    assert hand.code("read", "user", {"data": ["Name"]}, resourceid="21") == 170


@pytest.mark.parametrize("asked", [[5001, 5002, 5003, 99], ["5001", "5002"], {"0": 5001, "1": 5002}])
def test_recordids_leave_out_what_is_unknown_or_not_readable(hand: ReferenceClient, asked: Any) -> None:
    assert ids(hand, "address", recordids=asked) == [5001, 5002]


def test_recordids_may_be_one_or_none(hand: ReferenceClient) -> None:
    assert ids(hand, "address", recordids=5002) == [5002]
    assert ids(hand, "address", recordids=[]) == []
    assert ids(hand, "address", recordids=["x", None, {}, 2.5, "5001' OR 1=1"]) == []


def test_resourceid_wins_over_the_filter(hand: ReferenceClient) -> None:
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
def test_filter(hand: ReferenceClient, field: str, op: str, value: Any, found: list[int]) -> None:
    assert ids(hand, filter={field: [{"op": op, "val": value}]}) == found


def test_conditions_are_joined_by_and(hand: ReferenceClient) -> None:
    both = {"ort": [{"op": "=", "val": "Aachen"}], "Id": [{"op": ">", "val": 1}, {"op": "<", "val": 5}]}
    assert ids(hand, filter=both) == [4]
    assert ids(hand, filter=[]) == [1, 2, 3, 4, 5]


def test_no_pattern_keeps_it_busy(box: Sandbox, hand: ReferenceClient) -> None:
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
def test_refusals(hand: ReferenceClient, parameters: dict[str, Any], code: int) -> None:
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
def test_order(hand: ReferenceClient, order: dict[str, Any], found: list[int]) -> None:
    assert ids(hand, **order) == found


def test_pages(box: Sandbox, hand: ReferenceClient) -> None:
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
