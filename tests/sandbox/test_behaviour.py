"""Each switch of the sandbox under each of its settings: one test a switch, named after it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.reference_client import URN, ReferenceClient

BUYER = "estate:address:buyer"
PARTICIPANT = "calendar:address"


def agency(**switches: Any) -> tuple[Sandbox, ReferenceClient]:
    """Estates, addresses, appointments and tasks 1 to 9; estate 1 has the buyer 1; address 3 may not be written."""
    box = Sandbox(empty=True, behaviour=Behaviour(**switches))
    for module in ("estate", "address", "calendar", "task", "user"):
        box.add(module, *range(1, 10))
    box.add("address", 3, writable=False)
    box.link(BUYER, [(1, 1)])
    return box, ReferenceClient(box.token, box.secret, box.transport)


@pytest.mark.parametrize(("setting", "code"), [("succeeds", 0), ("refused", 173)])
def test_existing_link(setting: str, code: int) -> None:
    box, hand = agency(existing_link=setting)
    assert hand.relate("create", BUYER, 1, 1) == code
    assert hand.relate("create", BUYER, 1, [1, 2]) == code
    assert box.links(BUYER) == ({(1, 1), (1, 2)} if setting == "succeeds" else {(1, 1)})
    hand.relate("create", PARTICIPANT, 1, 1)
    assert hand.relate("create", PARTICIPANT, 1, 1) == (78 if code else 0)


@pytest.mark.parametrize(("setting", "code"), [("refused", 168), ("succeeds", 0)])
def test_missing_link(setting: str, code: int) -> None:
    box, hand = agency(missing_link=setting)
    assert hand.relate("delete", BUYER, 1, 2) == code
    assert hand.relate("delete", BUYER, 1, 1) == 0
    assert box.links(BUYER) == set()


@pytest.mark.parametrize(
    ("setting", "codes"),
    [("by module", (293, 292, 80)), ("80", (80, 80, 80)), ("173", (173, 173, 78)), ("linked", (0, 0, 0))],
)
def test_unknown_record(setting: str, codes: tuple[int, int, int]) -> None:
    box, hand = agency(unknown_record=setting)
    asked = [hand.relate("create", *ids) for ids in ((BUYER, 99, 2), (BUYER, 2, 99), (PARTICIPANT, 99, 1))]
    assert tuple(asked) == codes
    assert box.links(BUYER) == ({(1, 1), (99, 2), (2, 99)} if setting == "linked" else {(1, 1)})
    hand.relate("create", "estate:address:contactPersonAll", 1, 99)
    assert hand.relate("create", "estate:address:contactPerson", 1, 99) == (codes[1] or 263)
    assert hand.related("estate:address:contactPerson", parentids=[1]) == []


@pytest.mark.parametrize(
    ("setting", "code", "linked"),
    [("all or nothing", 292, set()), ("in part, with an error", 292, {2, 4}), ("in part, in silence", 0, {2, 4})],
)
def test_several_ids(setting: str, code: int, linked: set[int]) -> None:
    box, hand = agency(several_ids=setting)
    assert hand.relate("create", BUYER, 1, [2, 99, 3, 4]) == code
    assert box.links(BUYER) == {(1, 1), *((1, child) for child in linked)}
    assert hand.relate("create", BUYER, 1, [98, 99]) == 292
    assert hand.relate("modify", BUYER, 1, [2, 99], relationinfo={}) == 182
    box.link(PARTICIPANT, [(1, 1)])
    info = {"statusTerminbestaetigung": "gesendet"}
    assert hand.relate("modify", PARTICIPANT, 1, [1, 2], relationinfo=info) == (180 if code else 0)
    assert box.info(1, 1) == (("gesendet" if linked else None), None)


def test_several_ids_of_delete() -> None:
    box, hand = agency(several_ids="in part, with an error", delete_arrays="accepted")
    assert hand.relate("delete", BUYER, [1], [1, 2]) == 168
    assert box.links(BUYER) == set()


@pytest.mark.parametrize("setting", ["refused", "accepted"])
def test_undocumented_writes(setting: str) -> None:
    box, hand = agency(undocumented_writes=setting)
    accepted = setting == "accepted"
    assert hand.relate("create", "task:address", 1, 1) == (0 if accepted else 78)
    box.link("task:address", [(2, 2)])
    assert hand.relate("delete", "task:address", 2, 2) == (0 if accepted else 168)
    assert box.links("task:address") == ({(1, 1)} if accepted else {(2, 2)})
    for derived in ("address:user:strangeNameRelation", "estate:address:matching", "user:messengerUser:is"):
        assert hand.relate("create", derived, 1, 1) == 78
        assert hand.relate("delete", derived, 1, 1) == 168


@pytest.mark.parametrize("setting", [False, True])
def test_tenant_is_renter(setting: bool) -> None:
    box, hand = agency(tenant_is_renter=setting)
    hand.relate("create", "estate:address:renter", 1, 2)
    assert box.links("estate:address:tenant") == ({(1, 2)} if setting else set())
    box, hand = agency(tenant_is_renter=setting, undocumented_writes="accepted")
    assert hand.relate("create", "estate:address:tenant", 1, 2) == 0
    assert hand.related("estate:address:tenant", parentids=[1]) == {"1": ["2"]}
    assert box.links("estate:address:renter") == ({(1, 2)} if setting else set())
    assert hand.relate("delete", "estate:address:tenant", 1, 2) == 0
    assert box.links("estate:address:tenant") == set()


@pytest.mark.parametrize("setting", [True, False])
def test_default_contact(setting: bool) -> None:
    box, _ = agency(default_contact=setting)
    box.add("address", 5, broker=True)
    (estate,) = box.add("estate")
    assert box.links("contactPerson") == ({(estate, 5)} if setting else set())


@pytest.mark.parametrize(("setting", "code"), [("refused", 187), ("accepted", 0)])
def test_delete_arrays(setting: str, code: int) -> None:
    box, hand = agency(delete_arrays=setting)
    box.link(BUYER, [(1, 2), (1, 4)])
    assert hand.relate("delete", BUYER, [1], [1, 2]) == code
    assert hand.relate("delete", BUYER, 1, [4]) == code
    assert box.links(BUYER) == ({(1, 1), (1, 2), (1, 4)} if code else set())


@pytest.mark.parametrize(("setting", "code"), [(500, 302), (None, 0)])
def test_ids_per_action(setting: int | None, code: int) -> None:
    box, hand = agency(ids_per_action=setting)
    box.add("address", *range(1, 502))
    assert hand.relate("create", BUYER, 2, list(range(1, 502))) == code
    assert hand.code("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": list(range(501))}) == code
    assert hand.relate("create", BUYER, 2, list(range(1, 501))) == 0


@pytest.mark.parametrize(("setting", "codes"), [(None, (0, 0, 0)), (50, (0, 0, 303)), (1, (0, 141, 141))])
def test_actions_per_request(setting: int | None, codes: tuple[int, int, int]) -> None:
    _, hand = agency(actions_per_request=setting)
    action = hand.action("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [1]})
    assert tuple(hand.post(*[action] * count)["status"]["errorcode"] for count in (1, 50, 51)) == codes


@pytest.mark.parametrize("setting", [200, 500])
def test_failed_status(setting: int) -> None:
    _, hand = agency(failed_status=setting)
    good, bad = (
        hand.action("create", "relation", {"relationtype": URN + BUYER, "parentid": 1, "childid": child})
        for child in (2, 99)
    )
    assert hand.post(good)["status"]["code"] == 200
    reply = hand.post(good, bad)
    assert reply["status"] == {"code": setting, "errorcode": 0, "message": "OK"}
    assert [result["status"]["errorcode"] for result in reply["response"]["results"]] == [0, 292]


@pytest.mark.parametrize("setting", [True, False])
def test_date_header(setting: bool) -> None:
    box = Sandbox(empty=True, behaviour=Behaviour(date_header=setting), clock=lambda: 1_770_000_000.0)
    hand = ReferenceClient(box.token, box.secret, box.transport)
    with box.serve() as server:
        for http, url in ((hand.http, hand.url), (httpx, server.url)):
            sent = http.post(url, content=b"{}").headers
            assert sent.get("date") == ("Mon, 02 Feb 2026 02:40:00 GMT" if setting else None)


UNIT = "estate:estateUnit"


@pytest.mark.parametrize(
    ("setting", "code", "estates", "units"),
    [
        ("accepted", 0, {(1, 1), (1, 2), (1, 3)}, {(1, 2), (3, 2), (2, 4), (5, 1), (5, 6)}),
        ("refused", 78, {(1, 1)}, {(1, 2), (5, 6)}),
        ("replaces", 0, {(1, 3)}, {(2, 4), (5, 1), (5, 6)}),
    ],
)
def test_single_side(setting: str, code: int, estates: set[Any], units: set[Any]) -> None:
    """An appointment's second estate; a unit's second base, a unit with units, and a base that becomes a unit."""
    box, hand = agency(single_side=setting)
    assert hand.relate("create", "calendar:estate", 1, 1) == 0
    assert hand.relate("create", "calendar:estate", 1, 1) == 0
    assert hand.relate("create", "calendar:estate", 1, 2) == code
    assert hand.relate("create", "calendar:estate", 1, 3) == code
    assert hand.relate("create", "calendar:estate", [2, 3], 1) == 0
    assert {pair for pair in box.links("calendar:estate") if pair[0] == 1} == estates
    assert hand.relate("create", UNIT, 1, 2) == 0
    assert hand.relate("create", UNIT, 5, 6) == 0
    assert [hand.relate("create", UNIT, *pair) for pair in ((3, 2), (2, 4), (5, 1))] == [code] * 3
    assert box.links(UNIT) == units


@pytest.mark.parametrize(("setting", "code"), [("refused", 78), ("accepted", 0)])
def test_self_link(setting: str, code: int) -> None:
    box, hand = agency(self_link=setting)
    assert hand.relate("create", UNIT, 1, 1) == code
    assert hand.relate("create", UNIT, 1, [2, 1]) == code
    assert hand.relate("create", BUYER, 2, 2) == 0
    assert box.links(UNIT) == (set() if code else {(1, 1), (1, 2)})


@pytest.mark.parametrize(("setting", "code"), [("refused", 293), ("accepted", 0)])
def test_language_copy(setting: str, code: int) -> None:
    box, hand = agency(language_copy=setting)
    box.add("estate", 50, sprache="ENG", mainLangId="1")
    assert hand.relate("create", BUYER, 50, 2) == code
    assert box.links(BUYER) == {(1, 1), *([] if code else [(50, 2)])}


@pytest.mark.parametrize(("setting", "code"), [("refused", 182), ("accepted", 0)])
def test_undocumented_modify(setting: str, code: int) -> None:
    box, hand = agency(undocumented_modify=setting)
    interested = "estate:address:interested"
    box.link(interested, [(1, 1)])
    info = {"whatever": "it may be"}
    assert hand.relate("modify", interested, 1, 1, relationinfo=info) == code
    assert hand.relate("modify", interested, 1, 2, relationinfo=info) == (code or 180)
    assert hand.relate("modify", BUYER, 1, 1, relationinfo=info) == 182


@pytest.mark.parametrize(("setting", "codes"), [(0, (179, 293, 261)), (1, (293, 293, 261))])
def test_precedence(setting: int, codes: tuple[int, int, int]) -> None:
    _, hand = agency(precedence=Behaviour.settings("precedence")[setting])
    info = {"statusTerminbestaetigung": "gesendet"}
    asked = [
        hand.relate("create", BUYER, 99, 1, relationinfo=info),
        hand.relate("create", BUYER, 99, 1),
        hand.relate("create", BUYER, 1, 3),
    ]
    assert tuple(asked) == codes
    order = Behaviour.settings("precedence")[setting]
    unsupported_and_missing = 78 if order.index("support") < order.index("records") else 80
    assert hand.relate("create", "task:user", 1, 1) == 132
    assert hand.relate("create", "task:address", 99, 1) == unsupported_and_missing


@pytest.mark.parametrize("setting", [0, 97])
def test_envelope_error(setting: int) -> None:
    _, hand = agency(envelope_error=setting)
    good, bad = (
        hand.action("create", "relation", {"relationtype": URN + BUYER, "parentid": 1, "childid": child})
        for child in (2, 99)
    )
    message = "Error in action" if setting else "OK"
    assert hand.post(good, bad)["status"] == {"code": 200, "errorcode": setting, "message": message}
    assert hand.post(good)["status"] == {"code": 200, "errorcode": 0, "message": "OK"}
    unsigned = hand.post(good | {"hmac": "wrong"})
    assert unsigned["status"]["errorcode"] == setting
    assert unsigned["response"]["results"][0]["status"]["errorcode"] == 137


@pytest.mark.parametrize("setting", [22, 41])
def test_unknown_token(setting: int) -> None:
    box, _ = agency(unknown_token=setting)
    other = ReferenceClient("x" * 32, box.secret, box.transport)
    assert other.post(other.action("get", "idsfromrelation", {}))["status"]["errorcode"] == setting


@pytest.mark.parametrize("setting", [400, 200, 500])
def test_refused_status(setting: int) -> None:
    _, hand = agency(refused_status=setting)
    assert json.loads(hand.send({}))["status"]["code"] == setting


@pytest.mark.parametrize(("setting", "code"), [("text", "Syntax error"), ("code", 6)])
def test_json_error(setting: str, code: object) -> None:
    _, hand = agency(json_error=setting)
    assert json.loads(hand.send(b"{"))["status"] == {"code": 400, "errorcode": code, "message": "Syntax error"}
    assert json.loads(hand.send({}))["status"]["errorcode"] == 13


@pytest.mark.parametrize(("setting", "ids"), [("strings", ["1"]), ("integers", [1])])
def test_related_ids(setting: str, ids: list[object]) -> None:
    _, hand = agency(related_ids=setting)
    assert hand.related(BUYER, parentids=[1]) == {"1": ids}


@pytest.mark.parametrize(("setting", "elements"), [("listed", {"1": ["1"], "2": []}), ("missing", {"1": ["1"]})])
def test_unlinked_id(setting: str, elements: object) -> None:
    _, hand = agency(unlinked_id=setting)
    assert hand.related(BUYER, parentids=[1, 2]) == elements


@pytest.mark.parametrize(
    ("setting", "elements"),
    [("empty elements", [[]]), ("empty lists", [{"2": [], "4": []}]), ("no record", []), ("no elements", [None])],
)
def test_no_hit(setting: str, elements: list[object]) -> None:
    _, hand = agency(no_hit=setting)
    result = hand.call("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [2, 4]})
    assert [record["elements"] for record in result["data"]["records"]] == elements


@pytest.mark.parametrize(("setting", "code"), [("parents", 0), ("refused", 255)])
def test_both_sides(setting: str, code: int) -> None:
    _, hand = agency(both_sides=setting)
    both = {"relationtype": URN + BUYER, "childids": [2], "parentids": [1]}
    assert hand.code("get", "idsfromrelation", both) == code
    if not code:
        assert hand.related(BUYER, childids=[2], parentids=[1]) == {"1": ["1"]}


SUCCESS = [{"id": 0, "type": "", "elements": {"success": "success"}}]


@pytest.mark.parametrize(("setting", "records"), [("empty", []), ("success", SUCCESS)])
def test_create_reply(setting: str, records: list[object]) -> None:
    _, hand = agency(create_reply=setting)
    parameters = {"relationtype": URN + BUYER, "parentid": 1, "childid": 2}
    assert hand.call("create", "relation", parameters)["data"]["records"] == records


@pytest.mark.parametrize(("setting", "records"), [("success", SUCCESS), ("empty", [])])
def test_delete_reply(setting: str, records: list[object]) -> None:
    box, hand = agency(delete_reply=setting)
    box.link(PARTICIPANT, [(1, 1)])
    parameters = {"relationtype": URN + PARTICIPANT, "parentid": 1, "childid": 1}
    info = {"relationinfo": {"statusTerminrueckmeldung": "aktiv"}}
    assert hand.call("modify", "relation", parameters | info)["data"]["records"] == records
    assert hand.call("delete", "relation", parameters)["data"]["records"] == records


@pytest.mark.parametrize(
    ("setting", "message"),
    [(141, "Unknown field: Ort"), (75, 'Unknown field: "Ort"'), (145, "Unknown field: Ort")],
)
def test_unknown_field(setting: int, message: str) -> None:
    _, hand = agency(unknown_field=setting)
    status = {"errorcode": setting, "message": message}
    assert hand.call("read", "estate", {"data": ["Ort"]})["status"] == status
    assert hand.call("read", "estate", {"data": ["ort"], "filter": {"Ort": []}})["status"] == status


@pytest.mark.parametrize(("setting", "codes"), [("absent", (0, 0)), ("refused", (169, 80))])
def test_unknown_resourceid(setting: str, codes: tuple[int, int]) -> None:
    _, hand = agency(unknown_resourceid=setting)
    asked = (
        hand.code("read", "calendar", {"data": ["art"]}, resourceid="99"),
        hand.code("read", "estate", {"data": ["ort"]}, resourceid="99"),
    )
    assert asked == codes


@pytest.mark.parametrize(("setting", "codes"), [("by period", (289, 92, 93, 0)), ("all", (0, 92, 93, 0))])
def test_appointments(setting: str, codes: tuple[int, ...]) -> None:
    _, hand = agency(appointments=setting)
    periods: list[dict[str, Any]] = [
        {"allusers": True},
        {"datestart": "2026-01-01"},
        {"datestart": "2026-01-02", "dateend": "2026-01-01"},
        {"datestart": "2026-01-01", "dateend": "2026-12-31"},
    ]
    assert tuple(hand.code("read", "calendar", period) for period in periods) == codes
    assert hand.code("read", "calendar", [], resourceid="1") == 0
    if setting == "all":
        listed = hand.call("read", "calendar", {"allusers": True})["data"]["records"]
        assert [record["id"] for record in listed] == list(range(1, 10))


@pytest.mark.parametrize("setting", ["ignored", "chosen"])
def test_calendar_data(setting: str) -> None:
    _, hand = agency(calendar_data=setting)
    result = hand.call("read", "calendar", {"data": ["ort", "unheard"]}, resourceid="1")
    (record,) = result["data"]["records"]
    assert set(record["elements"]) == {"ort"} if setting == "chosen" else "start_dt" in record["elements"]


@pytest.mark.parametrize("setting", ["resourceid", "parameter"])
def test_appointment_id(setting: str) -> None:
    _, hand = agency(appointment_id=setting)
    by_resourceid = hand.call("get", "appointmentList", {"data": ["id"]}, resourceid="7")
    by_parameter = hand.call("get", "appointmentList", {"data": ["id"], "resourceId": "7"})
    right, wrong = (by_resourceid, by_parameter) if setting == "resourceid" else (by_parameter, by_resourceid)
    assert [record["id"] for record in right["data"]["records"]] == [7]
    assert wrong["status"]["errorcode"] == 230


@pytest.mark.parametrize(("setting", "found"), [("all", [1, 2]), ("own", [2])])
def test_appointment_list_users(setting: str, found: list[int]) -> None:
    box, hand = agency(appointment_list_users=setting)
    box.add("calendar", 1, start_dt="2026-05-22 08:00:00", user_ids="5")
    box.add("calendar", 2, start_dt="2026-05-22 08:00:00", user_ids=str(box.user))
    period = {"startDate": "2026-05-22", "endDate": "2026-05-22"}
    result = hand.call("get", "appointmentList", {"data": ["id"], "filter": period})
    assert [record["id"] for record in result["data"]["records"]] == found
    result = hand.call("get", "appointmentList", {"data": ["id"], "filter": period | {"userIds": ["5"]}})
    assert [record["id"] for record in result["data"]["records"]] == [1]


@pytest.mark.parametrize(
    ("setting", "shown"),
    [("as written", (True, "aktiv")), ("in English", (True, "active")), ("not configured", (False, None))],
)
def test_follow_up_status(setting: str, shown: tuple[bool, str | None]) -> None:
    box, hand = agency(follow_up_status=setting)
    box.link(PARTICIPANT, [(1, 1)])
    hand.relate("modify", PARTICIPANT, 1, 1, relationinfo={"statusTerminrueckmeldung": "aktiv"})
    result = hand.call("get", "appointmentList", {"data": ["contacts", "showFollowUpStatus"]}, resourceid="1")
    (contact,) = result["data"]["records"][0]["elements"]["contacts"]
    assert (contact["followUpAvailable"], contact["followUpStatus"]) == shown


@pytest.mark.parametrize(("setting", "code"), [("given", 0), ("missing", 170)])
def test_user_right(setting: str, code: int) -> None:
    _, hand = agency(user_right=setting)
    assert hand.code("read", "user", {"data": ["Kuerzel"]}) == code


@pytest.mark.parametrize(("setting", "length", "code"), [("falls back", 20, 0), ("cut", 500, 0), ("refused", 0, 255)])
def test_list_limit(setting: str, length: int, code: int) -> None:
    box, hand = agency(list_limit=setting)
    box.add("estate", *range(1, 700))
    result = hand.call("read", "estate", {"data": ["ort"], "listlimit": 501})
    assert result["status"]["errorcode"] == code
    assert len(result["data"]["records"]) == length


@pytest.mark.parametrize(("setting", "code", "total"), [("refused", 144, 5), ("accepted", 0, 9)])
def test_task_listoffset(setting: str, code: int, total: int) -> None:
    _, hand = agency(task_listoffset=setting)
    assert hand.code("read", "task", {"data": ["Betreff"], "listoffset": 5}) == code
    assert hand.call("read", "task", {"data": [], "listlimit": 5})["data"]["meta"] == {"cntabsolute": total}


@pytest.mark.parametrize(
    ("setting", "code", "allowed"), [("as asked", 0, ["1"]), ("reading only", 0, ["1", "3"]), ("refused", 156, None)]
)
def test_right_checks(setting: str, code: int, allowed: list[str] | None) -> None:
    box, hand = agency(right_checks=setting)
    asked = {"action": "modify", "module": "address", "userid": box.user, "recordIds": [1, 3, 99]}
    result = hand.call("get", "checkuserrecordsright", asked)
    assert result["status"]["errorcode"] == code
    assert [record["elements"] for record in result["data"]["records"]] == ([] if allowed is None else [allowed])


@pytest.mark.parametrize(("setting", "order"), [("at the end", ["3", "4", "2"]), ("at its old place", ["2", "3", "4"])])
def test_recreated_link(setting: str, order: list[str]) -> None:
    box, hand = agency(recreated_link=setting)
    box.add("address", 3)
    hand.relate("create", BUYER, 5, [2, 3, 4])
    hand.relate("delete", BUYER, 5, 2)
    hand.relate("create", BUYER, 5, 2)
    assert hand.related(BUYER, parentids=[5]) == {"5": order}
    # The last link of all is deleted, another one is made, and the first comes back.
    hand.relate("create", BUYER, 5, 6)
    hand.relate("delete", BUYER, 5, 6)
    hand.relate("create", BUYER, 5, [7, 6])
    last = ["7", "6"] if setting == "at the end" else ["6", "7"]
    assert hand.related(BUYER, parentids=[5]) == {"5": [*order, *last]}


def log_entries(hand: ReferenceClient) -> list[dict[str, str]]:
    return [record["elements"] for record in hand.call("read", "log", {"listlimit": 500})["data"]["records"]]


@pytest.mark.parametrize(("setting", "code"), [("given", 0), ("missing", 156)])
def test_log_right(setting: str, code: int) -> None:
    _, hand = agency(log_right=setting)
    assert hand.code("read", "log", {"listlimit": 1}) == code


@pytest.mark.parametrize(
    ("setting", "modules"),
    [
        ("by type", ["relation", "owner", "contact person", "relation"]),
        ("relation", ["relation"] * 4),
        ("parent", ["estate", "estate", "estate", "calendar"]),
    ],
)
def test_log_module(setting: str, modules: list[str]) -> None:
    _, hand = agency(log_module=setting)
    hand.relate("create", "estate:address:owner", 1, 2)
    hand.relate("create", "estate:address:contactPersonAll", 1, 2)
    hand.relate("create", PARTICIPANT, 1, 2)
    assert [entry["module"] for entry in log_entries(hand)] == modules


@pytest.mark.parametrize(
    ("setting", "sides"),
    [
        ("parent is origin", [("1", "estate", "5", "7")]),
        ("child is origin", [("1", "address", "7", "5")]),
        ("both", [("2", "estate", "5", "7"), ("3", "address", "7", "5")]),
    ],
)
def test_log_side(setting: str, sides: list[tuple[str, ...]]) -> None:
    box = Sandbox(empty=True, behaviour=Behaviour(log_side=setting))
    box.link(BUYER, [(5, 7)])
    hand = ReferenceClient(box.token, box.secret, box.transport)
    columns = ("id", "resourceTable", "resourcePk", "resourceId")
    assert [tuple(entry[column] for column in columns) for entry in log_entries(hand)] == sides


@pytest.mark.parametrize(("setting", "hour"), [(1, "03"), (0, "02"), (2, "04")])
def test_log_utc_offset(setting: int, hour: str) -> None:
    def clock() -> float:
        return 1_770_000_000.0

    box = Sandbox(empty=True, behaviour=Behaviour(log_utc_offset=setting), clock=clock)
    box.link(BUYER, [(5, 7)])
    hand = ReferenceClient(box.token, box.secret, box.transport, clock=clock)
    assert [entry["dateTime"] for entry in log_entries(hand)] == [f"2026-02-02 {hour}:40:00"]


def test_every_switch_is_tested_here() -> None:
    assert all(f"test_{switch.name}" in globals() for switch in fields(Behaviour))


def test_each_goes_through_every_setting() -> None:
    variants = list(Behaviour.variants())
    assert variants[0] == Behaviour()
    assert (
        len(variants)
        == len(set(variants))
        == 1 + sum(len(Behaviour.settings(one.name)) - 1 for one in fields(Behaviour))
    )
    assert [len(one.overrides) for one in variants] == [0] + [1] * (len(variants) - 1)
    assert repr(Behaviour(missing_link="succeeds")) == "Behaviour(missing_link='succeeds')"


@pytest.mark.parametrize("wrong", [{"missing_link": "maybe"}, {"unknown_field": 999}, {"default_contact": 1}])
def test_no_other_setting(wrong: dict[str, Any]) -> None:
    with pytest.raises(SandboxError, match="choose one of these settings"):
        Behaviour(**wrong)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.sampled_from([BUYER, "estate:address:contactPerson"]),
    st.lists(st.sampled_from([1, 2, 3, 98]), min_size=1, max_size=4, unique=True),
    st.sampled_from([1, 2, 3, 4, 99]),
    st.booleans(),
    st.fixed_dictionaries(
        {
            "several_ids": st.sampled_from(["in part, with an error", "in part, in silence"]),
            "existing_link": st.sampled_from(["succeeds", "refused"]),
            "precedence": st.sampled_from(Behaviour.settings("precedence")),
        }
    ),
)
def test_done_in_part_is_what_could_be_done_alone(
    kind: str, several: list[int], one: int, turned: bool, switches: dict[str, Any]
) -> None:
    """Whatever is wrong with some of the links, and on which side: the others are made, and only they."""
    pairs = [(one, other) if turned else (other, one) for other in several]

    def fresh() -> tuple[Sandbox, ReferenceClient]:
        box, hand = agency(**switches)
        box.add("estate", 3, writable=False)
        box.add("address", 4, broker=True)
        box.link(kind, [(1, 4)])
        return box, hand

    alone: set[tuple[int, int]] = set()
    codes = []
    for pair in pairs:
        box, hand = fresh()
        codes.append(hand.relate("create", kind, *pair))
        alone |= box.links(kind)
    box, hand = fresh()
    sides = [sorted({pair[side] for pair in pairs}) for side in (0, 1)]
    code = hand.relate("create", kind, *sides)
    assert box.links(kind) == alone
    silent = switches["several_ids"] == "in part, in silence" and 0 in codes
    assert code == 0 if silent or not any(codes) else code in codes
