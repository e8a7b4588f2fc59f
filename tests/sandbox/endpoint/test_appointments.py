"""Appointments from the sandbox: both calls that show them, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.reference_client import URN, ReferenceClient

PARTICIPANT = "calendar:address"
EVERYTHING = [
    *("id", "createdBy", "modified", "subject", "notes", "type", "status", "confirmationStatus", "private", "date"),
    *("travelTime", "location", "recurrence", "reminder", "groups", "users", "resources", "contacts", "estate"),
    "project",
]


@pytest.fixture
def box() -> Sandbox:
    """Appointments 407 and 671 of user 53, 439 of user 55, 500 of the API user; addresses 153 and 195."""
    box = Sandbox(empty=True)
    box.add("address", 153, 195)
    box.add("estate", 61)
    box.add("project", 1)
    box.add("user", 53, Name="a", Vorname="Onno", Nachname="Tester", email="a@onoffice.example")
    box.add("user", 55, Name="b", groups="219")
    box.add("user", box.user, Name="api", groups="220")
    box.add(
        "calendar",
        407,
        start_dt="2026-05-22 13:30:00",
        end_dt="2026-05-22 14:00:00",
        description="Kundenbesuch",
        note="Notiz",
        ort="Aachen",
        art="Besichtigung",
        von="robert",
        user_ids="53",
        modified="2026-05-19 09:54:57",
    )
    box.add("calendar", 439, start_dt="2026-05-23 11:00:00", art="Notartermin", groups="219", erledigt="1")
    box.add("calendar", 500, start_dt="2026-05-24 11:00:00", user_ids=str(box.user))
    box.add("calendar", 501, start_dt="2026-05-24 12:00:00", groups="220")
    box.add("calendar", 671, start_dt="2026-06-01 11:00:00", end_dt="2026-06-03 12:00:00", user_ids="53", abgesagt="1")
    box.add("calendar", 700)
    box.add("calendar", 999, start_dt="2026-05-22 13:30:00", user_ids="53", readable=False)
    return box


@pytest.fixture
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


def ids(hand: ReferenceClient, parameters: dict[str, Any]) -> list[int]:
    """The appointments that `read calendar` lists."""
    result = hand.call("read", "calendar", parameters)
    assert result["status"]["errorcode"] == 0, result["status"]
    assert result["data"]["meta"]["cntabsolute"] == len(result["data"]["records"])
    return [record["id"] for record in result["data"]["records"]]


def listed(hand: ReferenceClient, **conditions: Any) -> list[int]:
    """The appointments of the year that `get appointmentList` lists."""
    period = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    result = hand.call("get", "appointmentList", {"data": ["id"], "filter": period | conditions})
    assert result["status"]["errorcode"] == 0, result["status"]
    return [record["id"] for record in result["data"]["records"]]


def test_one_appointment_without_parameters(box: Sandbox, hand: ReferenceClient) -> None:
    """As in the documentation's example, `parameters` being the empty list that PHP writes."""
    box.link(PARTICIPANT, [(407, 153)])
    box.link("calendar:estate", [(407, 61)])
    result = hand.call("read", "calendar", [], resourceid="407")
    assert result["data"]["meta"] == {"cntabsolute": 1}
    ((number, elements),) = [(record["id"], record["elements"]) for record in result["data"]["records"]]
    assert number == 407
    assert elements["start_dt"] == "2026-05-22 13:30:00"
    assert elements["art"] == {"Besichtigung": "Besichtigung"}
    assert (elements["status"], elements["abgesagt"]) == ("active", False)
    assert (elements["user_ids"], elements["assignedaddressids"], elements["assignedobjectids"]) == ([53], [153], [61])
    assert elements["users"] == [
        {"id": "53", "username": "a", "firstName": "Onno", "lastName": "Tester", "email": "a@onoffice.example"}
    ]
    assert not {"addresses", "confirmationStatus"} & set(elements)


def test_confirmation_status_is_shown(box: Sandbox, hand: ReferenceClient) -> None:
    box.link(PARTICIPANT, [(407, 195)])
    info = {"statusTerminbestaetigung": "bestätigt"}
    hand.relate("create", PARTICIPANT, 407, 153, relationinfo=info)
    result = hand.call("read", "calendar", {"showConfirmationStatus": True}, resourceid="407")
    (record,) = result["data"]["records"]
    assert record["elements"]["confirmationStatus"] == "confirmed"
    assert sorted(record["elements"]["addresses"], key=lambda address: address["id"]) == [
        {"id": 153, "confirmationStatus": "confirmed"},
        {"id": 195, "confirmationStatus": "not-set"},
    ]


@pytest.mark.parametrize(
    ("german", "english"),
    [("bestätigt", "confirmed"), ("gesendet", "sent"), ("gecancelt", "canceled"), ("nicht gesetzt", "not-set")],
)
def test_statuses_in_english(hand: ReferenceClient, german: str, english: str) -> None:
    hand.relate("create", PARTICIPANT, 407, 153, relationinfo={"statusTerminbestaetigung": german})
    called = hand.call("read", "calendar", {"showConfirmationStatus": True}, resourceid="407")
    assert called["data"]["records"][0]["elements"]["addresses"] == [{"id": 153, "confirmationStatus": english}]
    called = hand.call("get", "appointmentList", {"data": ["contacts", "confirmationStatus"]}, resourceid="407")
    assert called["data"]["records"][0]["elements"] == {
        "confirmationStatus": english,
        "contacts": [{"id": "153", "confirmationStatus": english}],
    }


@pytest.mark.parametrize(
    ("infos", "overall"),
    [
        ((None, None), "not-set"),
        (("gesendet", None), "sent"),
        (("bestätigt", "gesendet"), "confirmed"),
        (("bestätigt", "gecancelt"), "confirmed and canceled"),
        (("gecancelt", None), "canceled"),
    ],
)
def test_overall_status(hand: ReferenceClient, infos: tuple[str | None, ...], overall: str) -> None:
    for address, info in zip((153, 195), infos, strict=True):
        given = {"relationinfo": {"statusTerminbestaetigung": info}} if info else {}
        hand.relate("create", PARTICIPANT, 407, address, **given)
    called = hand.call("get", "appointmentList", {"data": ["confirmationStatus"]}, resourceid="407")
    assert called["data"]["records"][0]["elements"] == {"confirmationStatus": overall}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"datestart": "2026-05-22 23:00:00", "dateend": "2026-05-23 01:00:00", "allusers": True}, [407, 439]),
        ({"datestart": "2026-05-01", "dateend": "2026-12-31"}, [500, 501]),
        ({"datestart": "2026-05-01", "dateend": "2026-12-31", "users": [53]}, [407]),
        ({"datestart": "2026-05-01", "dateend": "2026-12-31", "users": ["53"], "showcancelled": True}, [407, 671]),
        ({"datestart": "2026-05-01", "dateend": "2026-12-31", "groups": [219]}, [439]),
        ({"datestart": "2026-06-02", "dateend": "2026-06-02", "allusers": True, "showcancelled": True}, [671]),
        ({"modifiedstart": "2026-05-19 00:00:00", "allusers": True}, [407]),
        ({"modifiedend": "2026-05-20 00:00:00", "allusers": True}, [407]),
        ({"modifiedstart": "2026-05-20 00:00:00", "allusers": True}, []),
        # Users and groups work together with a period only.
        ({"modifiedstart": "2026-05-19 00:00:00", "users": [53]}, []),
    ],
)
def test_appointments_of_a_period(hand: ReferenceClient, parameters: dict[str, Any], found: list[int]) -> None:
    assert ids(hand, parameters) == found


def test_documented_list(hand: ReferenceClient) -> None:
    parameters = {
        "datestart": "2026-05-01 01:00:00",
        "dateend": "2026-06-30 01:00:00",
        "filter": {"art": [{"op": "IN", "val": ["Besichtigung", "Notartermin"]}]},
        "showcancelled": True,
        "showConfirmationStatus": True,
        "users": [53],
    }
    assert ids(hand, parameters) == [407]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 289),
        ({"allusers": True}, 289),
        ({"datestart": "2026-01-01"}, 92),
        ({"dateend": "2026-01-01"}, 91),
        ({"datestart": "2026-01-02", "dateend": "2026-01-01"}, 93),
        ({"datestart": "01.02.2026", "dateend": "2026-03-01"}, 122),
        ({"modifiedstart": "2026-01-02", "modifiedend": "2026-01-01"}, 288),
        ({"modifiedstart": "2026-01-02", "filter": {"art": [{"op": "=", "val": "x"}]}}, 241),
        ({"datestart": "2026-01-01", "dateend": "2026-01-01", "users": 53}, 301),
        ({"datestart": "2026-01-01", "dateend": "2026-01-01", "groups": "x"}, 295),
        ({"datestart": "2026-01-01", "dateend": "2026-01-01", "filter": {"ort": [{"op": "=", "val": "x"}]}}, 141),
    ],
)
def test_calendar_refusals(hand: ReferenceClient, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("read", "calendar", parameters) == code


def test_at_most_500(box: Sandbox, hand: ReferenceClient) -> None:
    box.add("calendar", *range(1001, 1601), start_dt="2026-05-25 08:00:00")
    period = {"datestart": "2026-05-25", "dateend": "2026-05-25", "allusers": True}
    assert len(ids(hand, period)) == 500
    assert len(listed(hand)) == 500


def test_list_of_the_successor(box: Sandbox, hand: ReferenceClient) -> None:
    """Every field of the documentation's example, asked for with its filter."""
    box.link(PARTICIPANT, [(407, 153)])
    box.link("calendar:estate", [(407, 61)])
    box.link("project:calendar", [(1, 407)])
    conditions = {
        "startDate": "2026-05-22",
        "endDate": "2026-05-22",
        "isDone": False,
        "isCancelled": False,
        "notes": [{"op": "=", "val": "Notiz"}],
    }
    result = hand.call("get", "appointmentList", {"data": EVERYTHING, "filter": conditions})
    assert result["data"]["meta"] == {"cntabsolute": 1}
    (record,) = result["data"]["records"]
    assert (record["id"], record["type"]) == (407, "calendar")
    elements = record["elements"]
    assert set(elements) == set(EVERYTHING)
    assert elements["id"] == "407"
    assert elements["createdBy"] == "robert"
    assert elements["type"] == {"value": "Besichtigung", "label": "Besichtigung"}
    assert elements["status"] == {"value": "active", "label": "active"}
    assert elements["date"] == {
        "start": "2026-05-22T13:30:00+00:00",
        "end": "2026-05-22T14:00:00+00:00",
        "allDay": False,
    }
    assert elements["contacts"] == [{"id": "153", "confirmationStatus": "not-set"}]
    assert (elements["estate"], elements["project"]) == ({"id": "61"}, {"id": "1"})
    assert [user["id"] for user in elements["users"]] == ["53"]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, [407, 439, 500, 501, 671]),
        ({"isCancelled": False}, [407, 439, 500, 501]),
        ({"isCancelled": True}, [671]),
        ({"isDone": True}, [439]),
        ({"isRecurrent": True}, []),
        ({"userIds": ["53"]}, [407, 671]),
        ({"groupIds": ["219"]}, [439]),
        ({"type": [{"op": "!=", "val": "Besichtigung"}], "isCancelled": False}, [439, 500, 501]),
        ({"createdBy": [{"op": "=", "val": "robert"}]}, [407]),
        ({"subject": [{"op": "like", "val": "Kunden%"}]}, [407]),
        ({"startDate": "2026-05-23", "endDate": "2026-05-24"}, [439, 500, 501]),
    ],
)
def test_filters_of_the_successor(hand: ReferenceClient, conditions: dict[str, Any], found: list[int]) -> None:
    assert listed(hand, **conditions) == found


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 167),
        ({"data": "id"}, 74),
        ({"data": ["unheard"]}, 141),
        ({"data": ["id"]}, 230),
        ({"data": ["id"], "filter": {"startDate": "2026-01-01"}}, 230),
        ({"data": ["id"], "filter": {"startDate": "2026-01-02", "endDate": "2026-01-01"}}, 231),
        ({"data": ["id"], "filter": {"startDate": "soon", "endDate": "2026-01-01"}}, 231),
        ({"data": ["id"], "filter": "soon"}, 257),
        ({"data": ["id"], "filter": {"startDate": "2026-01-01", "endDate": "2026-01-01", "ort": "x"}}, 141),
    ],
)
def test_refusals_of_the_successor(hand: ReferenceClient, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("get", "appointmentList", parameters) == code


def test_feedback_is_shown_on_demand(hand: ReferenceClient) -> None:
    parameters = {"relationtype": URN + PARTICIPANT, "parentid": [407], "childid": [153]}
    hand.call("create", "relation", parameters)
    asked = {"data": ["contacts", "showFollowUpStatus"]}

    def contact() -> Any:
        return hand.call("get", "appointmentList", asked, resourceid="407")["data"]["records"][0]["elements"]

    never_set = {"id": "153", "confirmationStatus": "not-set", "followUpAvailable": True, "followUpStatus": None}
    assert contact() == {"contacts": [never_set]}
    hand.call("modify", "relation", parameters | {"relationinfo": {"statusTerminrueckmeldung": "inaktiv"}})
    assert contact() == {"contacts": [never_set | {"followUpStatus": "inaktiv"}]}


def test_unreadable_and_unknown_appointments_are_absent(hand: ReferenceClient) -> None:
    for number in ("999", "12345", "x"):
        assert hand.call("get", "appointmentList", {"data": ["id"]}, resourceid=number)["data"]["records"] == []
        assert hand.call("read", "calendar", [], resourceid=number)["data"]["records"] == []


def test_the_agency_has_appointments_of_its_users() -> None:
    box = Sandbox(behaviour=Behaviour())
    hand = ReferenceClient(box.token, box.secret, box.transport)
    period = {"datestart": "2026-01-01", "dateend": "2026-12-31"}
    of_all = ids(hand, period | {"allusers": True})
    of_users = [ids(hand, period | {"users": [user]}) for user in range(21, 28)]
    assert len(of_all) == 215
    assert sorted(number for numbers in of_users for number in numbers) == of_all
    assert ids(hand, period) == []


def change(hand: ReferenceClient, parameters: dict[str, Any], appointment: object = 407) -> int:
    return hand.code("modify", "calendar", parameters, resourceid=str(appointment))


def test_participants_are_added_or_replaced(box: Sandbox, hand: ReferenceClient) -> None:
    """Who stays keeps the status; the log tells of each link."""
    confirmed = {"relationinfo": {"statusTerminbestaetigung": "bestätigt"}}
    assert hand.relate("create", PARTICIPANT, 407, 153, **confirmed) == 0
    assert change(hand, {"relatedAddressIds": [195]}) == 0
    assert box.links(PARTICIPANT) == {(407, 153), (407, 195)}
    assert box.info(407, 153) == ("bestätigt", None)
    assert box.info(407, 195) == ("nicht gesetzt", None)

    assert change(hand, {"relatedAddressIds": ["153"], "replaceAddressIds": True}) == 0
    assert box.links(PARTICIPANT) == {(407, 153)}
    assert box.info(407, 153) == ("bestätigt", None)
    assert change(hand, {"replaceAddressIds": True}) == 0
    assert box.links(PARTICIPANT) == set()
    actions = [(entry.action, entry.child) for entry in box._store.changes()]
    assert actions == [("link", 153), ("link", 195), ("unlink", 195), ("unlink", 153)]


@pytest.mark.parametrize("nothing", [0, None, "0", ""])
def test_an_appointment_has_one_estate_at_most(box: Sandbox, hand: ReferenceClient, nothing: Any) -> None:
    box.add("estate", 62)
    assert change(hand, {"relatedEstateId": 61}) == 0
    assert change(hand, {"relatedEstateId": "62"}) == 0
    assert box.links("calendar:estate") == {(407, 62)}
    assert change(hand, {"relatedAddressIds": [153]}) == 0
    assert box.links("calendar:estate") == {(407, 62)}, "what is not named stays"
    assert change(hand, {"relatedEstateId": nothing}) == 0
    assert box.links("calendar:estate") == set()


@pytest.mark.parametrize(
    ("parameters", "appointment", "code"),
    [
        ({"relatedAddressIds": [195]}, "", 79),
        ({"relatedAddressIds": [195]}, 408, 80),
        ({"relatedAddressIds": [195]}, "x", 80),
        ({"relatedAddressIds": [195]}, 9, 156),
        ({"relatedAddressIds": 195}, 407, 74),
        ({"relatedAddressIds": ["x"]}, 407, 228),
        ({"relatedAddressIds": [195, 7]}, 407, 292),
        ({"relatedAddressIds": [195], "relatedEstateId": 7}, 407, 293),
        ({"relatedAddressIds": [195], "description": "x"}, 407, 144),
    ],
)
def test_refusals_of_a_change(
    box: Sandbox, hand: ReferenceClient, parameters: dict[str, Any], appointment: object, code: int
) -> None:
    """And nothing of it is done."""
    box.add("calendar", 9, writable=False)
    assert change(hand, parameters, appointment) == code
    assert box.links(PARTICIPANT) == box.links("calendar:estate") == set()


def test_a_change_answers_as_modify_calls_do(hand: ReferenceClient) -> None:
    result = hand.call("modify", "calendar", {"relatedEstateId": 61}, resourceid="407")
    assert result["data"]["records"] == [{"id": 0, "type": "calendar", "elements": {"success": "success"}}]
    assert result["cacheable"] is False
