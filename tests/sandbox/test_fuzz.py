"""A hostile client gets nowhere: whatever is sent, the reply has the right form and the state stays whole."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onoffice_nb.errors import api_code
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.reference_client import URN, ReferenceClient

BUYER = "estate:address:buyer"
KINDS = [BUYER, "estate:address:contactPerson", "estate:address:contactPersonAll"]
ATTACKS = [
    "' OR '1'='1",
    "'; DROP TABLE record; --",
    '" UNION SELECT value FROM about --',
    "1); DELETE FROM link; --",
    "5001\x00",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%s%n{0}{{7*7}}${x}",
    "\u202e5001",
    "🏠" * 500,
    "%" * 500,
]
HOSTILE = st.one_of(
    st.sampled_from([*ATTACKS, None, True, False, "", [], {}, [[]], {"": ""}, {"0": 5001}]),
    st.sampled_from([0, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308, 5001.0]),
    st.lists(st.sampled_from([5001, "5002", None, *ATTACKS]), max_size=3),
    st.sampled_from([URN + kind for kind in KINDS]),
    st.recursive(st.none() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=9),
)


def _keys(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all that stands in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(way for key, inner_value in inner for way in _keys(inner_value, (*path, key)))]


@st.composite
def requests(draw: st.DrawFn, hand: ReferenceClient) -> bytes:
    """A good request in which some places are taken by something hostile; sometimes broken as text too."""
    relation = {"relationtype": URN + BUYER, "parentid": [1001], "childid": [5001, "5002"], "relationinfo": {"a": "b"}}
    conditions = [{"op": "like", "val": "%a_"}, {"op": "between", "val": [1, 2]}, {"op": "in", "val": ["x"]}]
    search = {"data": ["ort"], "filter": {"ort": conditions}, "sortby": {"Id": "ASC"}, "listlimit": 5, "listoffset": 0}
    actions = [
        hand.action("create", "relation", {key: relation[key] for key in ("relationtype", "parentid", "childid")}),
        hand.action("modify", "relation", relation),
        hand.action("delete", "relation", {"relationtype": URN + BUYER, "parentid": 1001, "childid": 5002}),
        hand.action("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [1001], "childids": []}),
        hand.action("read", "estate", search),
        hand.action("read", "address", {"data": ["Name"], "recordids": [5001]}, resourceid=""),
    ]
    request: Any = {"token": hand.token, "request": {"actions": actions}}
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(_keys(request)[1:]))
        place = request
        for key in way[:-1]:
            place = place[key]
        # The same action may stand there twice.
        place[way[-1]] = copy.deepcopy(draw(HOSTILE))
    body = json.dumps(request, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        start = draw(st.integers(0, len(body)))
        body = body[:start] + draw(st.binary(max_size=8)) + body[start + draw(st.integers(0, 8)) :]
    return body


def _check(box: Sandbox, body: bytes) -> None:
    reply = box.handle(body)
    assert (reply.status, reply.content_type) == (200, "application/json")
    envelope = json.loads(reply.body)
    assert list(envelope) == ["status", "response"]
    results = envelope["response"]["results"]
    if envelope["status"]["errorcode"] not in (0, 97):
        assert results == []
    for result in results:
        code = result["status"]["errorcode"]
        assert code == 0 or api_code(code).message
        assert code != 1
    # Whatever happened: the tables are there, and every link hangs on records.
    if box.behaviour.unknown_record != "linked":
        for kind in KINDS:
            assert box.links(kind) <= {(estate, address) for estate in (1001, 1002) for address in (5001, 5002)}
    assert box.existing_ids("estate", [1001, 1002]) == {1001, 1002}


def _agency(behaviour: Behaviour | None = None) -> tuple[Sandbox, ReferenceClient]:
    box = Sandbox(empty=True, behaviour=behaviour)
    box.add("estate", 1001, 1002, ort="Aachen")
    box.add("address", 5001, 5002, Name="Brandt")
    return box, ReferenceClient(box.token, box.secret, box.transport)


@settings(max_examples=600, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_sent(data: st.DataObject) -> None:
    box, hand = _agency()
    _check(box, data.draw(requests(hand)))


@settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_under_every_setting(data: st.DataObject) -> None:
    for behaviour in Behaviour.variants():
        box, hand = _agency(behaviour)
        _check(box, data.draw(requests(hand)))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_no_request_at_all(body: bytes) -> None:
    box, _ = _agency()
    _check(box, body)


def test_attack_in_every_field() -> None:
    """One box for all: what one attack left behind, another one might find."""
    box, hand = _agency()
    base = hand.action("create", "relation", {"relationtype": URN + BUYER, "parentid": [1001], "childid": [5001]})
    modify = hand.action("modify", "relation", base["parameters"] | {"relationinfo": {"statusTerminbestaetigung": "x"}})
    delete = hand.action("delete", "relation", {"relationtype": URN + BUYER, "parentid": 1001, "childid": 5001})
    get = hand.action("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [1001], "childids": []})
    search = hand.action("read", "estate", {"data": ["ort"], "filter": {"ort": [{"op": "=", "val": "x"}]}})
    for attack in ATTACKS:
        for good in (base, modify, delete, get, search):
            for way in _keys(good)[1:]:
                action = copy.deepcopy(good)
                place = action
                for key in way[:-1]:
                    place = place[key]
                place[way[-1]] = attack
                _check(box, json.dumps({"token": hand.token, "request": {"actions": [action]}}).encode())
    assert hand.call("read", "estate", {"data": ["ort"]})["data"]["meta"]["cntabsolute"] == 2
