"""Form, signature, dispatch and envelope of the sandbox, at the byte, spoken to by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from onoffice_nb.errors import ApiError, SandboxError, api_code
from onoffice_nb.model import RelationType
from onoffice_nb.sandbox import Behaviour, Sandbox
from onoffice_nb.sandbox.endpoint.handler import LARGEST_REQUEST
from tests.reference_client import ACTION, URN, ReferenceClient

NOW = 1_700_000_000
ASK = {"relationtype": URN + "calendar:address", "parentids": [2909]}


class Clock:
    now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport, clock=lambda: NOW)


def test_create_at_the_byte(hand: ReferenceClient) -> None:
    documented = {"relationtype": URN + "calendar:address", "parentid": [2909], "childid": [10821, 10823]}
    assert hand.raw(hand.action("create", "relation", documented, identifier="a/b ä")) == (
        b'{"status":{"code":200,"errorcode":0,"message":"OK"},"response":{"results":[{'
        rb'"actionid":"urn:onoffice-de-ns:smart:2.5:smartml:action:create","resourceid":"","resourcetype":"relation",'
        rb'"cacheable":false,"identifier":"a\/b \u00e4","data":{"meta":{"cntabsolute":null},"records":[]},'
        b'"status":{"errorcode":0,"message":"OK"}}]}}'
    )


def test_get_at_the_byte(box: Sandbox, hand: ReferenceClient) -> None:
    box.link("calendar:address", [(2909, 10821)])
    assert hand.raw(hand.action("get", "idsfromrelation", ASK | {"parentids": [2909, 671]})).endswith(
        b'"cacheable":true,"identifier":"","data":{"meta":{"cntabsolute":null},"records":[{"id":"relatedIds","type":"",'
        b'"elements":{"2909":["10821"],"671":[]}}]},"status":{"errorcode":0,"message":"OK"}}]}}'
    )


def test_no_hit_at_the_byte(hand: ReferenceClient) -> None:
    assert b'"records":[{"id":"relatedIds","type":"","elements":[]}]' in hand.raw(
        hand.action("get", "idsfromrelation", ASK)
    )


def test_delete_at_the_byte(box: Sandbox, hand: ReferenceClient) -> None:
    box.link("buyer", [(1001, 5001)])
    parameters = {"relationtype": URN + "estate:address:buyer", "parentid": 1001, "childid": 5001}
    assert b'"records":[{"id":0,"type":"","elements":{"success":"success"}}]' in hand.raw(
        hand.action("delete", "relation", parameters)
    )


def test_wrong_hmac_at_the_byte(hand: ReferenceClient) -> None:
    assert hand.raw(hand.action("get", "idsfromrelation", ASK, hmac="wrong")) == (
        b'{"status":{"code":200,"errorcode":0,"message":"OK"},"response":{"results":[{'
        b'"actionid":"urn:onoffice-de-ns:smart:2.5:smartml:action:get","resourceid":"","resourcetype":"idsfromrelation",'
        b'"cacheable":true,"identifier":"","data":[],"status":{"errorcode":137,"message":"The HMAC is invalid."}}]}}'
    )


def test_broken_json_at_the_byte(hand: ReferenceClient) -> None:
    assert hand.send(b'{"token":') == (
        b'{"status":{"code":400,"errorcode":"Syntax error","message":"Syntax error"},"response":{"results":[]}}'
    )


WHOLE: list[tuple[Any, int]] = [
    ([], 13),
    ({}, 13),
    ("text", 13),
    ({"token": ""}, 13),
    ({"token": 5, "request": {}}, 13),
    ({"token": "x" * 32}, 14),
    ({"token": "x" * 32, "request": "text"}, 14),
    ({"token": "x" * 32, "request": {}}, 15),
    ({"token": "x" * 32, "request": {"actions": []}}, 15),
    ({"token": "x" * 32, "request": {"actions": "text"}}, 15),
    ({"token": "x" * 32, "request": {"actions": ["text"]}}, 247),
    ({"token": "x" * 32, "request": {"actions": [[]]}}, 247),
]


@pytest.mark.parametrize(("request_", "code"), WHOLE)
def test_refused_as_a_whole(hand: ReferenceClient, request_: Any, code: int) -> None:
    reply = json.loads(hand.send(request_))
    assert reply == {
        "status": {"code": 400, "errorcode": code, "message": api_code(code).message},
        "response": {"results": []},
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actionid": None}, 16),
        ({"actionid": 5}, 16),
        ({"actionid": ""}, 17),
        ({"resourceid": None}, 18),
        ({"resourceid": []}, 18),
        ({"resourceid": True}, 18),
        ({"resourcetype": None}, 19),
        ({"resourcetype": ""}, 19),
        ({"resourcetype": {}}, 19),
        ({"parameters": None}, 20),
        ({"parameters": "text"}, 20),
    ],
)
def test_form_of_an_action(hand: ReferenceClient, change: dict[str, Any], code: int) -> None:
    good = hand.action("get", "idsfromrelation", ASK)
    reply = hand.post(good, good | change)
    assert (reply["status"]["errorcode"], reply["response"]["results"]) == (code, [])


def test_unknown_token(box: Sandbox) -> None:
    other = ReferenceClient("SANDBOX" + "x" * 25, box.secret, box.transport, clock=lambda: NOW)
    reply = other.post(other.action("get", "idsfromrelation", ASK))
    assert reply["status"] == {"code": 400, "errorcode": 22, "message": "Not authenticated"}


def test_signature_of_another_token(box: Sandbox, hand: ReferenceClient) -> None:
    other = ReferenceClient("SANDBOX" + "x" * 25, box.secret, box.transport, clock=lambda: NOW)
    assert hand.post(other.action("get", "idsfromrelation", ASK))["response"]["results"][0]["status"] == {
        "errorcode": 137,
        "message": "The HMAC is invalid.",
    }


def test_wrong_secret(box: Sandbox) -> None:
    wrong = ReferenceClient(box.token, "x" * 64, box.transport, clock=lambda: NOW)
    assert wrong.code("get", "idsfromrelation", ASK) == 137


def test_signature_of_another_action(box: Sandbox, hand: ReferenceClient) -> None:
    read = hand.action("read", "estate", {"data": ["ort"]})
    stolen = read | {"actionid": ACTION + "create", "resourcetype": "relation"}
    stolen["parameters"] = {"relationtype": URN + "estate:address:buyer", "parentid": 1001, "childid": 5001}
    assert hand.post(stolen)["response"]["results"][0]["status"]["errorcode"] == 137
    assert box.links("buyer").isdisjoint({(1001, 5001)})


def test_parameters_are_not_signed(box: Sandbox, hand: ReferenceClient) -> None:
    """As documented: a signature that was seen can sign other parameters as long as it is valid, more than once."""
    seen = hand.action(
        "create", "relation", {"relationtype": URN + "estate:address:buyer", "parentid": 1, "childid": 1}
    )
    other = seen | {"parameters": seen["parameters"] | {"parentid": 1001, "childid": 5001}}
    for _ in range(2):
        assert hand.post(other)["response"]["results"][0]["status"]["errorcode"] == 0
    assert (1001, 5001) in box.links("buyer")


def test_keys_are_as_long_as_real_ones(box: Sandbox) -> None:
    assert (len(box.token), len(box.secret)) == (32, 64)
    assert box.token.startswith("SANDBOX")


@pytest.mark.parametrize("seconds", [-120, -1, 0, 1, 120])
def test_timestamp_within_two_minutes(hand: ReferenceClient, clock: Clock, seconds: int) -> None:
    clock.now = NOW + seconds
    assert hand.code("get", "idsfromrelation", ASK) == 0


@pytest.mark.parametrize("seconds", [-10_000, -121, 121, 10_000])
def test_timestamp_beyond_two_minutes(hand: ReferenceClient, clock: Clock, seconds: int) -> None:
    clock.now = NOW + seconds
    assert hand.code("get", "idsfromrelation", ASK) == 136


@pytest.mark.parametrize(
    "stamp", [None, "", "now", -5, [], {}, True, 1.5, "9" * 100, str(NOW) + " ", "１７００００００００"]
)
def test_timestamp_that_is_none(hand: ReferenceClient, stamp: object) -> None:
    assert hand.code("get", "idsfromrelation", ASK, timestamp=stamp) == 136


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hmac": None}, 137),
        ({"hmac": ""}, 137),
        ({"hmac": "ä"}, 137),
        ({"hmac": 5}, 243),
        ({"hmac": []}, 243),
        ({"hmac_version": 1}, 137),
        ({"hmac_version": None}, 137),
        ({"hmac_version": [2]}, 137),
        ({"hmac": "wrong", "timestamp": 5}, 136),
    ],
)
def test_signature_that_is_none(hand: ReferenceClient, change: dict[str, Any], code: int) -> None:
    assert hand.code("get", "idsfromrelation", ASK, **change) == code


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": str(NOW)},
        {"hmac_version": "2"},
        {"identifier": None},
        {"identifier": "x"},
        {"identifier": 7},
        {"unheard": "of"},
        {"parameters": ASK | {"extendedclaim": "claim"}},
        {"parameters": ASK | {"childids": [], "listlimit": 500, "listoffset": 0}},
        {"parameters": ASK | {"parentids": 2909}},
        {"parameters": ASK | {"parentids": "2909"}},
        {"parameters": ASK | {"parentids": ["2909"]}},
        {"parameters": ASK | {"parentids": {"0": 2909}}},
    ],
)
def test_requests_as_clients_really_send_them(hand: ReferenceClient, change: dict[str, Any]) -> None:
    result = hand.call("get", "idsfromrelation", **({"parameters": ASK} | change))
    assert result["status"]["errorcode"] == 0
    assert result["identifier"] == change.get("identifier", "")


@pytest.mark.parametrize(
    ("verb", "resourcetype", "resourceid", "cacheable"),
    [
        ("get", "idsfromrelation", "", True),
        ("read", "calendar", 2909, True),
        ("read", "calendar", "2909", True),
        ("create", "relation", "", False),
        ("modify", "relation", "", False),
        ("delete", "relation", "", False),
        ("do", "unheard", "7", False),
    ],
)
def test_what_is_echoed(
    hand: ReferenceClient, verb: str, resourcetype: str, resourceid: object, cacheable: bool
) -> None:
    result = hand.call(verb, resourcetype, ASK | {"data": ["art"]}, resourceid=resourceid)
    assert (result["actionid"], result["resourcetype"]) == (ACTION + verb, resourcetype)
    assert result["resourceid"] == str(resourceid)
    assert result["cacheable"] is cacheable


def test_signature_comes_before_meaning(hand: ReferenceClient) -> None:
    assert hand.code("read", "unheard", {}, hmac="wrong") == 137


def test_any_content_type(box: Sandbox, hand: ReferenceClient) -> None:
    body = json.dumps({"token": box.token, "request": {"actions": [hand.action("get", "idsfromrelation", ASK)]}})
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        response = hand.http.post(hand.url, content=body, headers={"content-type": content_type})
        assert response.json()["response"]["results"][0]["status"]["errorcode"] == 0


@pytest.mark.parametrize(
    ("verb", "resourcetype", "others", "code", "message"),
    [
        ("read", "searchcriteria", {}, 25, 'Missing configuration for resourceType "searchcriteria"'),
        ("create", "estate", {}, 23, f'Missing configuration for actionId "{ACTION}create"'),
        ("read", "relation", {}, 23, f'Missing configuration for actionId "{ACTION}read"'),
        ("unheard", "relation", {}, 23, f'Missing configuration for actionId "{ACTION}unheard"'),
        ("get", "idsfromrelation", {"resourceid": "7"}, 24, 'Missing configuration for resourceId "7"'),
    ],
)
def test_calls_that_it_does_not_know(
    box: Sandbox, hand: ReferenceClient, verb: str, resourcetype: str, others: dict[str, Any], code: int, message: str
) -> None:
    result = hand.call(verb, resourcetype, ASK, **others)
    assert result["status"] == {"errorcode": code, "message": message}
    assert result["data"] == {"meta": {"cntabsolute": None}, "records": []}
    assert len(box.unknown) == 1


@pytest.mark.parametrize("identifier", [b"1e999", b"-1e999", b"[1]", b"{}"])
def test_identifier_that_cannot_be_echoed(hand: ReferenceClient, identifier: bytes) -> None:
    request = json.dumps({"token": hand.token, "request": {"actions": [hand.action("get", "idsfromrelation", ASK)]}})
    reply = json.loads(hand.send(request.encode().replace(b'"identifier": ""', b'"identifier": ' + identifier)))
    assert reply["response"]["results"][0]["identifier"] == ""


def test_custom_relation_type(box: Sandbox) -> None:
    heir = RelationType.custom(URN + "estate:address:heir", parent="estate", child="address")
    with pytest.raises(SandboxError, match="knows the relation types of the catalogue only"):
        box.links(heir)
    with Sandbox().client() as crm, pytest.raises(ApiError, match="132"):
        crm.create(heir, [1001], [5001])


def test_empty_parameter_name(hand: ReferenceClient) -> None:
    assert hand.code("get", "idsfromrelation", ASK | {"": 5}) == 21


def test_one_result_an_action_in_order(box: Sandbox, hand: ReferenceClient) -> None:
    """Several actions of which one fails: the others are done, each result stands in its place."""
    buyer = {"relationtype": URN + "estate:address:buyer", "parentid": [1001]}
    reply = hand.post(
        hand.action("create", "relation", buyer | {"childid": [5001]}, identifier="a"),
        hand.action("create", "relation", buyer | {"childid": [9000]}, identifier="b"),
        hand.action("create", "relation", buyer | {"childid": [5003]}, identifier="c"),
    )
    assert reply["status"] == {"code": 200, "errorcode": 0, "message": "OK"}
    results = reply["response"]["results"]
    assert [(result["identifier"], result["status"]["errorcode"]) for result in results] == [
        ("a", 0),
        ("b", 292),
        ("c", 0),
    ]
    assert {pair for pair in box.links("buyer") if pair[0] == 1001} == {(1001, 5001), (1001, 5003)}


def test_largest_request(box: Sandbox, hand: ReferenceClient) -> None:
    body = json.dumps(
        {"token": box.token, "request": {"actions": [hand.action("get", "idsfromrelation", ASK)]}}
    ).encode()
    for size, status in ((LARGEST_REQUEST, 200), (LARGEST_REQUEST + 1, 413)):
        assert hand.http.post(hand.url, content=body.ljust(size)).status_code == status


def test_get_with_a_body(box: Sandbox, hand: ReferenceClient) -> None:
    """One published client sends its requests so; a GET without a body is nothing."""
    body = json.dumps({"token": box.token, "request": {"actions": [hand.action("get", "idsfromrelation", ASK)]}})
    response = hand.http.request("GET", hand.url, content=body)
    assert response.json()["response"]["results"][0]["status"]["errorcode"] == 0
    assert hand.http.request("GET", hand.url).status_code == 405
    assert hand.http.request("PUT", hand.url, content=body).status_code == 405


def test_elsewhere_there_is_nothing(hand: ReferenceClient) -> None:
    assert hand.http.get(hand.url).status_code == 405
    assert hand.http.post(hand.url.replace("stable", "newest")).status_code == 404
    assert hand.http.post(hand.url.replace("stable", "latest"), content=b"").status_code == 200


def test_log_holds_no_secret(box: Sandbox, hand: ReferenceClient) -> None:
    action = hand.action("create", "relation", ASK | {"parentid": 2909, "childid": 10821, "extendedclaim": "claim"})
    hand.post(action, action | {"hmac": "wrong"})
    hand.post(hand.action("read", f"{box.token}\x1b[2J", {"relationtype": box.secret}))
    hand.send({"token": "x"})
    hand.send(b"{")
    assert [entry.lines for entry in box.log] == [
        ("create relation calendar:address → 0", "create relation calendar:address → 137"),
        ("read ••••••?[2J •••••• → 25",),
        ("14: Missing or invalid element: request",),
        ("6: Syntax error",),
    ]
    shown = repr([*box.log, *box.unknown, box, box.behaviour, box.account, box.client()])
    assert not any(secret in shown for secret in (box.token, box.secret, action["hmac"], "claim"))


def test_asked_and_confirmed(box: Sandbox, hand: ReferenceClient) -> None:
    hand.relate("create", "estate:address:buyer", [1001], [5001, 5002])
    hand.relate("create", "estate:address:buyer", [1001], [5002, 9000])
    hand.relate("delete", "estate:address:buyer", 1001, 5001)
    hand.relate("create", "estate:address:buyer", [1001, 1002], [5001, 5002])
    kind = "estate:address:buyer"
    assert box.writes_received == {
        ("create", kind, 1001, 5001): 1,
        ("create", kind, 1001, 5002): 2,
        ("create", kind, 1001, 9000): 1,
        ("delete", kind, 1001, 5001): 1,
    }
    assert box.writes_confirmed == {
        ("create", kind, 1001, 5001): 1,
        ("create", kind, 1001, 5002): 1,
        ("delete", kind, 1001, 5001): 1,
    }


def test_refused_request_leaves_nothing(box: Sandbox, hand: ReferenceClient) -> None:
    before = box.links("buyer")
    good = hand.action(
        "create", "relation", {"relationtype": URN + "estate:address:buyer", "parentid": 1, "childid": 1}
    )
    hand.post(good, "no action")
    assert box.links("buyer") == before
    assert not box.writes_received


def test_behaviour_names_its_settings() -> None:
    with pytest.raises(Exception, match="'all or nothing', 'in part, with an error', 'in part, in silence'"):
        Behaviour(several_ids="some")
