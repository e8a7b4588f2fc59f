"""The requests of the documentation's examples as they stand, signed and sent by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.sandbox import Sandbox
from tests.reference_client import URN, ReferenceClient

ACTIVITY = ["Objekt_nr", "Aktionsart", "Aktionstyp", "Datum", "Bemerkung", "merkmal"]
APPOINTMENT = [
    *("id", "createdBy", "modified", "subject", "notes", "type", "status", "confirmationStatus", "private", "date"),
    *("travelTime", "location", "recurrence", "reminder", "groups", "users", "resources", "contacts", "estate"),
    "project",
]
LETTER = ["Briefanrede", "Vorname", "Name", "Strasse", "Plz", "Ort", "Land", "Email"]
PERIOD = ["2020-01-01 00:00:00", "2021-04-01 15:00:00"]

# Verb, resourcetype, resourceid, parameters.
EXAMPLES: list[tuple[str, str, str, Any]] = [
    (
        "create",
        "relation",
        "",
        {"relationtype": URN + "calendar:address", "parentid": [2909], "childid": [10821, 10823]},
    ),
    (
        "create",
        "relation",
        "",
        {
            "relationtype": URN + "calendar:address",
            "relationinfo": {"statusTerminbestaetigung": "gecancelt"},
            "parentid": [359],
            "childid": [281],
        },
    ),
    (
        "modify",
        "relation",
        "",
        {
            "relationtype": URN + "calendar:address",
            "relationinfo": {"statusTerminbestaetigung": "gecancelt", "statusTerminrueckmeldung": "inaktiv"},
            "parentid": [671],
            "childid": [153],
        },
    ),
    ("delete", "relation", "", {"relationtype": URN + "calendar:address", "parentid": 671, "childid": 153}),
    ("get", "idsfromrelation", "", {"relationtype": URN + "estate:address:owner", "parentids": [4629, 4469]}),
    ("read", "calendar", "407", []),
    (
        "read",
        "calendar",
        "",
        {
            "datestart": "2021-01-01 01:00:00",
            "dateend": "2021-02-03 01:00:00",
            "filter": {"art": [{"op": "IN", "val": ["Besichtigung", "Notartermin"]}]},
            "showcancelled": True,
            "showConfirmationStatus": True,
            "users": [53],
        },
    ),
    (
        "read",
        "calendar",
        "",
        {
            "modifiedstart": "2023-10-18 13:45:54",
            "modifiedend": "2023-10-19 17:45:00",
            "showcancelled": True,
            "showConfirmationStatus": True,
            "users": [53],
        },
    ),
    (
        "get",
        "appointmentList",
        "",
        {
            "data": APPOINTMENT,
            "filter": {
                "startDate": "2025-05-22",
                "endDate": "2025-05-22",
                "isDone": False,
                "isCancelled": False,
                "notes": [{"op": "=", "val": "test123"}],
            },
        },
    ),
    (
        "read",
        "task",
        "",
        {
            "data": ["Betreff", "Aufgabe"],
            "relatedAddressId": 1,
            "relatedProjectIds": 1,
            "relatedEstateId": 1,
            "filter": {"Eintragsdatum": [{"op": ">", "val": "2019-03-01 00:00"}]},
        },
    ),
    ("read", "task", "451", {"data": ["Betreff", "Aufgabe"], "relatedAddressId": 1, "relatedEstateId": 1}),
    ("read", "task", "19", {"data": ["Betreff", "Aufgabe"], "showEfforts": True}),
    (
        "read",
        "agentslog",
        "",
        {"estateid": 2507, "filter": {"Aktionsart": [{"op": "=", "val": "Email"}]}, "data": ACTIVITY},
    ),
    (
        "read",
        "agentslog",
        "",
        {
            "estateid": 6103,
            "filter": {
                "Beratungsebene": [{"op": "in", "val": ["G Absage"]}],
                "Absagegrund": [{"op": "in", "val": ["Alter", "Lage"]}],
            },
            "data": [*ACTIVITY, "Beratungsebene", "Absagegrund"],
        },
    ),
    (
        "read",
        "address",
        "",
        {
            "data": ["Briefanrede", "Vorname", "Name", "Land", "Ort", "Plz", "Strasse"],
            "filter": {
                "Vorname": [{"op": "IN", "val": ["Max", "Moritz"]}],
                "letzter_Kontakt": [{"op": "BETWEEN", "val": PERIOD}],
            },
            "sortby": "Strasse",
            "sortorder": "DESC",
        },
    ),
    ("read", "address", "", {"recordids": [10891], "data": ["phone", "fax", "email"]}),
    ("read", "address", "", {"filterid": 102, "data": LETTER}),
    ("read", "address", "", {"recordids": [32], "data": ["Name", "Vorname", "imageUrl"]}),
    (
        "read",
        "user",
        "",
        {
            "data": ["Vorname", "Nachname", "Emailname"],
            "filter": {"Nr": [{"op": "in", "val": [17, 19, 21]}]},
            "sortby": {"Nr": "DESC"},
            "listlimit": 10,
        },
    ),
    ("get", "users", "", {"groupId": 225, "userfilter": "byGroupId"}),
    (
        "get",
        "checkuserrecordsright",
        "",
        {"action": "read", "module": "address", "userid": 17, "recordIds": ["153", "149"]},
    ),
    ("get", "search", "address", {"input": "Max Mustermann"}),
    ("get", "search", "estate", {"input": "Musterstrasse"}),
    (
        "read",
        "log",
        "",
        {
            "module": "estate",
            "listlimit": 2,
            "filter": {"dateTime": [{"op": "BETWEEN", "val": ["2025-08-01 11:30:00", "2025-08-08 11:30:00"]}]},
        },
    ),
]


@pytest.mark.parametrize(
    "example",
    EXAMPLES,
    ids=[f"{verb} {resourcetype} {number}" for number, (verb, resourcetype, *_) in enumerate(EXAMPLES)],
)
def test_runs_as_it_stands(example: tuple[str, str, str, Any]) -> None:
    verb, resourcetype, resourceid, parameters = example
    with Sandbox() as box:
        box.add("user", 17)
        box.link("calendar:address", [(671, 153)])
        hand = ReferenceClient(box.token, box.secret, box.transport)
        result = hand.call(verb, resourcetype, parameters, resourceid=resourceid)
    assert result["status"] == {"errorcode": 0, "message": "OK"}
    assert result["resourceid"] == resourceid
    assert not box.unknown
