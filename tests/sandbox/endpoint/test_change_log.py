"""The CRM's own log in the sandbox: who linked and unlinked what, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.sandbox import Faults, Sandbox
from tests.reference_client import URN, ReferenceClient

NOW = 1_770_000_000
BUYER = "estate:address:buyer"


class Clock:
    now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Sandbox:
    """Estates and addresses 1 to 5."""
    box = Sandbox(empty=True, clock=clock)
    box.add("estate", *range(1, 6))
    box.add("address", *range(1, 6))
    return box


@pytest.fixture
def hand(box: Sandbox, clock: Clock) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport, clock=clock)


def entries(hand: ReferenceClient, **parameters: Any) -> list[dict[str, str]]:
    result = hand.call("read", "log", {"listlimit": 500, **parameters})
    assert result["status"]["errorcode"] == 0, result["status"]
    return [record["elements"] for record in result["data"]["records"]]


def told(hand: ReferenceClient, **parameters: Any) -> list[tuple[str, str, str, str]]:
    """User, action, origin, target."""
    return [
        (entry["userId"], entry["action"], entry["resourcePk"], entry["resourceId"])
        for entry in entries(hand, **parameters)
    ]


def test_entry(box: Sandbox, hand: ReferenceClient) -> None:
    hand.relate("create", "estate:address:owner", 1, 2)
    result = hand.call("read", "log", {"listlimit": 2})
    assert result["cacheable"] is False
    assert result["data"] == {
        "meta": {"cntabsolute": 1},
        "records": [
            {
                "id": 1,
                "type": "Log",
                "elements": {
                    "id": "1",
                    "action": "link",
                    "module": "owner",
                    "userId": str(box.user),
                    # An hour ahead of UTC.
                    "dateTime": "2026-02-02 03:40:00",
                    "resourceId": "2",
                    "resourceTable": "estate",
                    "resourcePk": "1",
                },
            }
        ],
    }


def test_every_change_and_nothing_else_is_logged(box: Sandbox, hand: ReferenceClient) -> None:
    ours = str(box.user)
    hand.relate("create", BUYER, 1, [2, 3])
    hand.relate("create", BUYER, 1, [3, 4])
    hand.relate("create", BUYER, 1, 99)
    hand.relate("delete", BUYER, 1, 2)
    hand.relate("delete", BUYER, 1, 2)
    box.link(BUYER, [(1, 2), (1, 3)], user=22)
    box.unlink(BUYER, [(1, 4), (1, 5)])
    assert told(hand) == [
        (ours, "link", "1", "2"),
        (ours, "link", "1", "3"),
        (ours, "link", "1", "4"),
        (ours, "unlink", "1", "2"),
        ("22", "link", "1", "2"),
        ("21", "unlink", "1", "4"),
    ]


def test_what_was_not_done_is_not_logged(box: Sandbox, hand: ReferenceClient) -> None:
    box.faults = Faults({1: "html", 2: "html_after"})
    creating = hand.action("create", "relation", {"relationtype": URN + BUYER, "parentid": 1, "childid": 2})
    body = {"token": hand.token, "request": {"actions": [creating]}}
    hand.send(body)
    assert box.links(BUYER) == set()
    hand.send(body)
    assert told(hand) == [(str(box.user), "link", "1", "2")]


@pytest.mark.parametrize(
    ("parameters", "numbers"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"listlimit": 2}, ["1", "2"]),
        ({"listlimit": 2, "listOffset": 3}, ["4"]),
        ({"module": "owner"}, ["1", "4"]),
        ({"module": "relation"}, ["2", "3"]),
        ({"user": 22}, ["3"]),
        ({"action": "unlink"}, ["4"]),
        ({"module": "owner", "action": "link"}, ["1"]),
        (
            {"filter": {"dateTime": [{"op": "BETWEEN", "val": ["2026-02-02 03:41:00", "2026-02-02 03:42:00"]}]}},
            ["2", "3"],
        ),
        ({"filter": {"id": [{"op": ">", "val": 2}]}}, ["3", "4"]),
        ({"filter": {"userNr:user.Nr": [{"op": "=", "val": 22}]}}, ["3"]),
        (
            {"filter": {"resourcePk": [{"op": "in", "val": [2]}], "resourceTable": [{"op": "=", "val": "estate"}]}},
            ["2"],
        ),
        ({"filter": {"targetPk": [{"op": "=", "val": 3}], "targetTable": [{"op": "=", "val": "address"}]}}, ["2", "3"]),
    ],
)
def test_choosing(
    box: Sandbox, hand: ReferenceClient, clock: Clock, parameters: dict[str, Any], numbers: list[str]
) -> None:
    hand.relate("create", "estate:address:owner", 1, 2)
    clock.now += 60
    hand.relate("create", BUYER, 2, 3)
    clock.now += 60
    box.link(BUYER, [(3, 3)], user=22)
    clock.now += 60
    hand.relate("delete", "estate:address:owner", 1, 2)
    assert [entry["id"] for entry in entries(hand, **parameters)] == numbers


def test_only_the_number(hand: ReferenceClient) -> None:
    hand.relate("create", BUYER, 1, [1, 2, 3])
    result = hand.call("read", "log", {"listlimit": 0})
    assert result["data"] == {"meta": {"cntabsolute": 3}, "records": []}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 167),
        ({"listlimit": "x"}, 68),
        ({"listlimit": 1, "listOffset": -1}, 67),
        ({"listlimit": 1, "action": "unheard"}, 255),
        ({"listlimit": 1, "filter": {"field": [{"op": "=", "val": "x"}]}}, 141),
    ],
)
def test_refusals(hand: ReferenceClient, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("read", "log", parameters) == code
    assert hand.code("read", "log", {"listlimit": 1}, resourceid="1") == 24


def test_the_agency_remembers_the_import() -> None:
    """The log tells who took the officers' place as contact persons, and the links bear it out."""
    box = Sandbox()
    hand = ReferenceClient(box.token, box.secret, box.transport)
    told_of_import = entries(hand, module="contact person")
    assert {entry["userId"] for entry in told_of_import} == {"28"}
    assert {entry["dateTime"][:10] for entry in told_of_import} == {"2026-02-14"}
    linked = {
        (int(entry["resourcePk"]), int(entry["resourceId"])) for entry in told_of_import if entry["action"] == "link"
    }
    gone = {
        (int(entry["resourcePk"]), int(entry["resourceId"])) for entry in told_of_import if entry["action"] == "unlink"
    }
    assert linked == {(estate, 4008) for estate in range(1121, 1161)}
    assert linked <= box.links("contactPerson")
    assert not gone & box.links("contactPerson")
