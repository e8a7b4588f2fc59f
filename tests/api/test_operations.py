"""The flow without a driver: what it wants to be done, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from itertools import count
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

from onoffice_nb.api.operations import (
    HttpReply,
    Send,
    Wait,
    call_one,
    raise_for_errors,
    read_links,
    read_records,
    request_cycle,
    write_links,
)
from onoffice_nb.api.retries import MAX_ATTEMPTS
from onoffice_nb.api.wire import ApiKeys, Call, Result
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OutcomeUnknown, RelationError
from onoffice_nb.model import RelationInfo, Verb
from onoffice_nb.sandbox.endpoint import php_json as php
from tests.api.answering import asked

T = TypeVar("T")
KEYS = ApiKeys("T" * 32, "S" * 64)
CREATE = [Call("create", "relation", {"parentid": [1]}), Call("create", "relation", {"parentid": [2]})]
READ = [Call("get", "idsfromrelation", {}), Call("read", "estate", {})]
LOST = OutcomeUnknown("lost")
DOWN = ConnectionFailed("down")


def answer(*codes: int | None, missing: str = "") -> HttpReply:
    """A reply with a result for each code, identified as "1", "2", …; None leaves one out."""
    results = [
        {"identifier": str(n), "status": {"errorcode": code, "message": missing}}
        for n, code in enumerate(codes, start=1)
        if code is not None
    ]
    return HttpReply(200, php.dumps({"status": {"code": 200, "errorcode": 0}, "response": {"results": results}}))


GOOD = answer(0, 0)


def played(calls: list[Call], happens: list[HttpReply | Exception | None]) -> tuple[list[Send | Wait], Any]:
    """The steps of an exchange to which this happens, and its results or the error that it raised."""
    clock = count(1_700_000_000)
    flow, steps = request_cycle(calls, KEYS, lambda: next(clock)), []
    events = iter(happens)
    try:
        step = next(flow)
        while True:
            steps.append(step)
            if isinstance(step, Wait):
                step = flow.send(None)
                continue
            event = next(events)
            step = flow.throw(event) if isinstance(event, Exception) else flow.send(event)
    except StopIteration as done:
        assert next(events, None) is None
        return steps, done.value
    except (ConnectionFailed, OutcomeUnknown, ApiError, InputError) as error:
        return steps, error


@pytest.mark.parametrize(
    ("calls", "happens", "sends", "ends"),
    [
        (CREATE, [GOOD], 1, [0, 0]),
        (CREATE, [DOWN, DOWN, GOOD], 3, [0, 0]),
        (CREATE, [DOWN] * MAX_ATTEMPTS, MAX_ATTEMPTS, DOWN),
        (CREATE, [LOST], 1, LOST),
        (CREATE, [DOWN, LOST], 2, LOST),
        (CREATE, [None], 1, OutcomeUnknown()),
        (CREATE, [HttpReply(502, b"<html>")], 1, OutcomeUnknown()),
        (CREATE, [answer(0, None)], 1, [0, None]),
        (CREATE, [answer(None, 0)], 1, [None, None]),
        ([*READ[:1], *CREATE[:1]], [LOST], 1, LOST),
        ([*READ[:1], *CREATE[:1]], [answer(None, 0)], 1, [None, None]),
        (READ, [LOST, HttpReply(502, b"<html>"), DOWN, answer(0, None), GOOD], 5, [0, 0]),
        (READ, [LOST] * MAX_ATTEMPTS, MAX_ATTEMPTS, LOST),
        (READ, [answer(0, None)] * MAX_ATTEMPTS, MAX_ATTEMPTS, OutcomeUnknown()),
        (READ, [answer(0, 80)], 1, [0, 80]),
        (READ, [HttpReply(200, b'{"status":{"code":400,"errorcode":22}}')], 1, ApiError(22)),
    ],
)
def test_what_is_sent_again(calls: list[Call], happens: list[Any], sends: int, ends: Any) -> None:
    steps, ended = played(calls, happens)
    assert [type(step) for step in steps] == [Send, *[Wait, Send] * (sends - 1)]
    if isinstance(ends, list):
        assert [result and result.code for result in ended] == ends
    else:
        assert isinstance(ended, type(ends))


def test_each_try_is_signed_anew_and_asks_the_same() -> None:
    steps, _ = played(CREATE, [DOWN, DOWN, GOOD])
    bodies = [json.loads(step.body) for step in steps if isinstance(step, Send)]
    for n, body in enumerate(bodies):
        for action in body["request"]["actions"]:
            assert action["timestamp"] == 1_700_000_000 + n
    assert len({action["hmac"] for body in bodies for action in body["request"]["actions"]}) == 3
    assert len({json.dumps([action["parameters"] for action in body["request"]["actions"]]) for body in bodies}) == 1


@pytest.mark.parametrize("n", [0, 51])
def test_a_request_holds_up_to_50_actions(n: int) -> None:
    steps, ended = played(READ[:1] * n, [])
    assert steps == []
    assert isinstance(ended, InputError)
    assert f"1 to 50 actions, not {n}" in str(ended)


def test_what_repeats_the_keys_is_not_repeated_by_us() -> None:
    _, (result, _) = played(CREATE, [answer(0, 80, missing=f"token {KEYS.token}, secret {KEYS.secret}")])
    assert result.message == "token ••••••, secret ••••••"


@pytest.mark.parametrize("holder", [Send(b"CANARY"), HttpReply(200, b"CANARY")])
def test_bodies_do_not_show(holder: object) -> None:
    assert "CANARY" not in repr(holder)


# Paging: the calls of each request


def linked_to_the_next(call: Call) -> Result:
    """Each id is linked to the one after it, and to itself."""
    (ids,) = (ids for name, ids in call.parameters.items() if name != "relationtype")
    return Result(0, "OK", ({"elements": {str(one): [str(one + 1), one] for one in ids}},))


@pytest.mark.parametrize("n", [0, 1, 500, 501, 25_000, 25_001])
@pytest.mark.parametrize(("side", "name"), [("parents", "parentids"), ("children", "childids")])
def test_links_are_asked_for_in_chunks(n: int, side: str, name: str) -> None:
    ids = list(range(n, 0, -1))
    requests, links = asked(read_links("buyer", **{side: ids}), linked_to_the_next)
    groups = [call.parameters[name] for request in requests for call in request]
    assert [one for group in groups for one in group] == ids
    assert all(len(group) <= 500 for group in groups)
    assert [len(request) for request in requests] == [50] * (n // 25_000) + [-(-(n % 25_000) // 500)] * (n % 25_000 > 0)
    near, far = (links.parents, links.children) if side == "parents" else (links.children, links.parents)
    assert len(links) == 2 * n
    assert near.dtype == far.dtype == np.dtype(np.int64)
    expected = sorted((one, other) for one in ids for other in (one, one + 1))
    assert sorted(zip(near.tolist(), far.tolist(), strict=True)) == expected
    assert (np.lexsort((links.children, links.parents)) == np.arange(2 * n)).all()


def test_an_id_is_asked_for_once() -> None:
    requests, links = asked(read_links("buyer", parents=[7, 5, 7]), linked_to_the_next)
    assert requests[0][0].parameters["parentids"] == [7, 5]
    assert links.parents.tolist() == [5, 5, 7, 7]


def record(number: object, **elements: object) -> dict[str, object]:
    return {"id": number, "elements": elements}


def pages(total: int | None, sizes: list[int]) -> Callable[[Call], Result]:
    """Pages of so many records each, with ids counted on, in a list of so many."""
    numbers, left = count(1), iter(sizes)
    return lambda call: Result(0, "OK", tuple(record(next(numbers)) for _ in range(next(left))), total)


@pytest.mark.parametrize(
    ("total", "sizes"),
    [
        (0, [0]),
        (3, [3]),
        (500, [500]),
        (501, [500, 1]),
        (1203, [500, 500, 203]),
        (None, [500, 500, 0]),
        (None, [500, 499]),
        (1203, [499, 500, 202]),
        (10**9, [500, 0]),
    ],
)
def test_pages(total: int | None, sizes: list[int]) -> None:
    seen: list[int] = []
    requests, columns = asked(read_records("estate", ["ort"], seen=seen.append), pages(total, sizes))
    assert [call.parameters["listoffset"] for (call,) in requests] == [500 * n for n in range(len(sizes))]
    assert {call.parameters["listlimit"] for (call,) in requests} == {500}
    assert columns["id"] == list(range(1, sum(sizes) + 1))
    assert seen == sizes


def test_a_list_that_moves_is_not_taken() -> None:
    same = Result(0, "OK", tuple(record(n) for n in range(500)), 10**9)
    with pytest.raises(OutcomeUnknown, match="changed while it was being read"):
        asked(read_records("estate", ["ort"]), lambda call: same)


@pytest.mark.parametrize("odd", [record("relatedIds"), record(None), {"elements": {}}, {}, record(1.5), record(2**60)])
def test_a_record_without_an_id_is_not_taken(odd: dict[str, object]) -> None:
    with pytest.raises(OutcomeUnknown, match="cannot be read"):
        asked(read_records("estate", ["ort"]), lambda call: Result(0, "OK", (odd,), 1))


@pytest.mark.parametrize(
    ("module", "resourcetype", "n", "requests"),
    [
        ("estate", "estate", 1201, [[500, 500, 201]]),
        ("address", "address", 25_001, [[500] * 50, [1]]),
        ("user", "user", 2, [[2]]),
        ("task", "task", 2, [[2]]),
        ("agentsLog", "agentslog", 2, [[2]]),
        ("calendar", "calendar", 51, [[1] * 50, [1]]),
        ("estate", "estate", 0, []),
    ],
)
def test_reading_by_ids(module: str, resourcetype: str, n: int, requests: list[list[int]]) -> None:
    def ids_of(call: Call) -> list[int]:
        assert (call.verb, call.resourcetype) == ("read", resourcetype)
        if call.resourceid:
            return [int(call.resourceid)]
        if "recordids" in call.parameters:
            return list(call.parameters["recordids"])
        ((field, (condition,)),) = call.parameters["filter"].items()
        assert (field, condition["op"]) == ("Id" if module == "estate" else "Nr", "IN")
        return list(condition["val"])

    def reply(call: Call) -> Result:
        return Result(0, "OK", tuple(record(str(each), ort=f"Ort {each}") for each in ids_of(call)))

    wanted = list(range(1, n + 1))
    sent, columns = asked(read_records(module, ["ort"], ids=[*wanted, *wanted]), reply)
    assert [[len(ids_of(call)) for call in request] for request in sent] == requests
    assert columns == {"id": wanted, "ort": [f"Ort {each}" for each in wanted]}


def test_an_appointment_that_is_not_there_is_left_out_as_in_a_list() -> None:
    codes = {"1": 0, "2": 169, "3": 80, "4": 121}

    def reply(call: Call) -> Result:
        return Result(codes[call.resourceid], "", (record(call.resourceid),) if call.resourceid == "1" else ())

    _, columns = asked(read_records("calendar", ["ort"], ids=[1, 2, 3, 4]), reply)
    assert columns == {"id": [1], "ort": [None]}
    with pytest.raises(ApiError, match="170"):
        asked(read_records("calendar", ["ort"], ids=[1]), lambda call: Result(170, ""))
    with pytest.raises(OutcomeUnknown):
        asked(read_records("calendar", ["ort"], ids=[1]), lambda call: None)


# What is refused before anything is sent


def never() -> Iterator[object]:
    yield from [1001, "x"]


# As a notebook calls them: without types.
writes: Any = write_links
links_of: Any = read_links
records_of: Any = read_records


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        (writes(Verb.CREATE, "buyer", [1, 2], [3, 4]), "n:n is not allowed .2 parents, 2 children."),
        (writes(Verb.CREATE, "buyer", [], [3]), "1 to 500 ids a side, not 0 and 1"),
        (writes(Verb.CREATE, "buyer", [1], []), "1 to 500 ids a side, not 1 and 0"),
        (writes(Verb.CREATE, "buyer", [1], range(1, 502)), "1 to 500 ids a side, not 1 and 501"),
        (writes(Verb.CREATE, "buyer", range(1, 502), [1]), "1 to 500 ids a side, not 501 and 1"),
        (
            writes(Verb.CREATE, "buyer", [1], [2], RelationInfo("gesendet")),
            "Only calendar:address takes a relationinfo",
        ),
        (
            writes(Verb.MODIFY, "buyer", [1], [2], RelationInfo("gesendet")),
            "Only calendar:address takes a relationinfo",
        ),
        (writes(Verb.MODIFY, "calendar:address", [1], [2]), "Nothing to modify"),
        (writes(Verb.CREATE, "calendar:address", [1], [2], RelationInfo(feedback="aktiv")), "create it first"),
        (writes(Verb.CREATE, "calendar:address", [1], [2], "gesendet"), "'gesendet' is no relationinfo"),
        (writes(Verb.CREATE, "buyer", [0], [2]), "No record ids: 0"),
        (writes(Verb.CREATE, "buyer", [True], [2]), "No record ids: True"),
        (writes(Verb.CREATE, "buyer", [1.0], [2]), "No record ids: 1.0"),
        (writes(Verb.CREATE, "buyer", [2**53 + 1], [2]), "No record ids: 9007199254740993"),
        (writes(Verb.CREATE, "buyer", never(), [2]), "No record ids: 'x'"),
        (writes(Verb.CREATE, "buyer", "1001", [2]), "'1001' is no list of whole numbers"),
        (writes(Verb.CREATE, "buyer", 1001, [2]), "1001 is no list of whole numbers"),
        (writes(Verb.CREATE, "buyer", None, [2]), "None is no list of whole numbers"),
        (writes(Verb.DELETE, "buyer", [None], [2]), "No record ids: None"),
        (writes(Verb.CREATE, "no such thing", [1], [2]), "no such thing"),
        (links_of("buyer"), "Ask by parents or by children"),
        (links_of("buyer", parents=[1], children=[1]), "Ask by parents or by children"),
        (links_of("buyer", parents="1001"), "'1001' is no list"),
        (links_of("buyer", children=5), "5 is no list"),
        (records_of("file", ["x"]), "'file' cannot be read by this tool. Modules that can: estate,"),
        (records_of("estate", []), "Name the fields in a list"),
        (records_of("estate", "ort"), "Name the fields in a list"),
        (records_of("estate", ["ort"], ids=[1], filter={}), "by ids or by filter, not both"),
        (records_of("estate", ["ort"], ids=["1001"]), "No record ids: '1001'"),
        (records_of("estate", ["ort"], filter="ort = 'Aachen'"), "is no filter"),
        (records_of("estate", ["ort"], filter={"ort": {1}}), "cannot be sent as JSON"),
    ],
)
def test_refused_before_anything_is_sent(flow: Generator[list[Call], Any, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        next(flow)


def test_ids_may_come_from_a_frame() -> None:
    frame = pd.DataFrame({"id": [1001, 1002]})
    for ids in (frame["id"], frame["id"].to_numpy(), pd.Index(frame["id"]), frame["id"].astype("Int64"), {1001, 1002}):
        requests, _ = asked(read_links("buyer", parents=ids), linked_to_the_next)
        assert sorted(requests[0][0].parameters["parentids"]) == [1001, 1002]
    with pytest.raises(InputError, match="No record ids: nan"):
        next(read_links("buyer", parents=pd.Series([1.5, None])[1:]))


def test_one_call_whatever_it_is() -> None:
    requests, result = asked(call_one(READ[0]), lambda call: Result(0, "OK"))
    assert (requests, result) == ([[READ[0]]], Result(0, "OK"))


def test_an_ambiguous_relation_is_refused() -> None:
    with pytest.raises(RelationError):
        next(read_links("address", parents=[1]))


def test_checked_raises_the_first_error() -> None:
    good, bad = Result(0, "OK"), Result(292, "Unknown address")
    assert raise_for_errors([good, good]) == [good, good]
    with pytest.raises(ApiError, match="292"):
        raise_for_errors([good, bad, None])
    with pytest.raises(OutcomeUnknown):
        raise_for_errors([good, None, bad])
