"""Users and their rights from the sandbox, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.sandbox import Sandbox
from tests.reference_client import ReferenceClient


@pytest.fixture
def box() -> Sandbox:
    """Addresses 153 (all rights), 149 (cannot be read) and 150 (cannot be written); user 25, user 17 of group 225."""
    box = Sandbox(empty=True)
    box.add("address", 153)
    box.add("address", 149, readable=False)
    box.add("address", 150, writable=False)
    box.add("user", 17, Name="theotest", Vorname="Theo", Nachname="Test", email="theo@x.example", groups="219,225")
    box.add("user", 25)
    return box


@pytest.fixture
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


@pytest.mark.parametrize("parameters", [[], {"userfilter": "ownOfficeGroupOrAll"}])
def test_all_users(hand: ReferenceClient, parameters: object) -> None:
    result = hand.call("get", "users", parameters)
    assert result["data"]["meta"] == {"cntabsolute": None}
    first, second = result["data"]["records"]
    assert first == {
        "id": 17,
        "type": None,
        "elements": {
            "id": 17,
            "username": "theotest",
            "firstname": "Theo",
            "lastname": "Test",
            "email": "theo@x.example",
            "meetingurl": "",
        },
    }
    assert second["id"] == 25


def test_users_of_a_group(hand: ReferenceClient) -> None:
    """The documentation's example."""
    result = hand.call("get", "users", {"groupId": 225, "userfilter": "byGroupId"})
    assert [record["id"] for record in result["data"]["records"]] == [17]


def test_own_user(box: Sandbox, hand: ReferenceClient) -> None:
    result = hand.call("get", "users", {"userfilter": "onlyOwn"})
    assert [record["id"] for record in result["data"]["records"]] == [box.user]


@pytest.mark.parametrize(("parameters", "code"), [({"userfilter": "mine"}, 255), ({"userfilter": "byGroupId"}, 167)])
def test_users_refused(hand: ReferenceClient, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("get", "users", parameters) == code


def test_documented_right(hand: ReferenceClient) -> None:
    """The documentation's example: user 17 and addresses 153 and 149; the sandbox restricts the API user alone."""
    asked = {"action": "read", "module": "address", "userid": 17, "recordIds": ["153", "149"]}
    result = hand.call("get", "checkuserrecordsright", asked)
    assert result["cacheable"] is False
    assert result["data"] == {
        "meta": {"cntabsolute": 2},
        "records": [{"id": 0, "type": "", "elements": ["153", "149"]}],
    }


@pytest.mark.parametrize(
    ("action", "allowed"),
    [("read", ["150", "153"]), ("modify", ["149", "153"]), ("create", ["149", "153"]), ("delete", ["149", "153"])],
)
def test_rights_of_the_one_who_asks(box: Sandbox, hand: ReferenceClient, action: str, allowed: list[str]) -> None:
    ids = [149, "150", 153, 99, "x", "9" * 30]
    asked = {"action": action, "module": "address", "userid": box.user, "recordIds": ids}
    assert hand.call("get", "checkuserrecordsright", asked)["data"]["records"][0]["elements"] == allowed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"action": "edit"}, 255),
        ({"module": "unheard"}, 163),
        ({"userid": 99}, 251),
        ({"recordIds": 153}, 74),
        ({"recordIds": None}, 74),
        ({"module": "folder"}, 0),
    ],
)
def test_rights_refused(hand: ReferenceClient, change: dict[str, Any], code: int) -> None:
    asked = {"action": "read", "module": "address", "userid": 17, "recordIds": [153]} | change
    assert hand.code("get", "checkuserrecordsright", asked) == code


@pytest.mark.parametrize("missing", ["action", "module", "userid", "recordIds"])
def test_rights_need_every_parameter(hand: ReferenceClient, missing: str) -> None:
    asked = {"action": "read", "module": "address", "userid": 17, "recordIds": [153]}
    del asked[missing]
    assert hand.code("get", "checkuserrecordsright", asked) == 167
