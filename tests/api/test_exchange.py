"""One request without a driver: what it wants to be done, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import formatdate
from itertools import count
from typing import Any

import pytest

from onoffice_nb.api.exchange import HttpReply, Send, Session, Wait, batch_cycle
from onoffice_nb.api.retries import MAX_ATTEMPTS
from onoffice_nb.api.wire import ApiKeys, Call
from onoffice_nb.errors import (
    ApiError,
    ConnectionFailed,
    InputError,
    NotAuthenticated,
    OnOfficeWarning,
    OutcomeUnknown,
)
from onoffice_nb.sandbox.endpoint import php_json as php

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
    flow, steps = batch_cycle(calls, Session(KEYS, lambda: next(clock))), []
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
    assert f"1 to 50 actions in a request, got {n}" in str(ended)


def test_what_repeats_the_keys_is_not_repeated_by_us() -> None:
    _, (result, _) = played(CREATE, [answer(0, 80, missing=f"token {KEYS.token}, secret {KEYS.secret}")])
    assert result.message == "token ••••••, secret ••••••"


@pytest.mark.parametrize("holder", [Send(b"CANARY"), HttpReply(200, b"CANARY")])
def test_bodies_do_not_show(holder: object) -> None:
    assert "CANARY" not in repr(holder)


# What gateways say


def waits(steps: list[Send | Wait]) -> list[float]:
    return [step.seconds for step in steps if isinstance(step, Wait)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 407, 413])
@pytest.mark.parametrize("calls", [READ, CREATE], ids=["read", "write"])
def test_what_a_gateway_forbids_is_not_asked_for_again(status: int, calls: list[Call]) -> None:
    steps, ended = played(calls, [HttpReply(status, b"<h1>Forbidden</h1>")])
    assert len(steps) == 1
    assert isinstance(ended, OutcomeUnknown)
    assert f"HTTP {status}" in str(ended)
    assert "try again" not in str(ended)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_read_again_but_never_written_again(status: int) -> None:
    reply = HttpReply(status, b"<h1>Busy</h1>")
    steps, ended = played(READ, [reply, GOOD])
    assert [type(step) for step in steps] == [Send, Wait, Send]
    assert [result.code for result in ended] == [0, 0]

    steps, ended = played(CREATE, [reply])
    assert len(steps) == 1
    assert isinstance(ended, OutcomeUnknown)


@pytest.mark.parametrize(
    ("asked", "date", "pause"),
    [
        ("20", None, 20.0),
        (" 20 ", None, 20.0),
        (formatdate(1_000_025, usegmt=True), formatdate(1_000_000, usegmt=True), 25.0),
        (formatdate(1_000_000, usegmt=True), formatdate(1_000_025, usegmt=True), 0.0),
        ("soon", None, 0.0),
        ("-5", None, 0.0),
        ("", None, 0.0),
    ],
)
def test_the_pause_that_a_gateway_asks_for_is_kept(asked: str, date: str | None, pause: float) -> None:
    steps, _ = played(READ, [HttpReply(429, b"", date, asked), GOOD])
    (waited,) = waits(steps)
    assert max(pause, 0.25) <= waited <= max(pause, 0.5)


def test_a_long_pause_is_told_and_not_waited_for() -> None:
    steps, ended = played(READ, [HttpReply(503, b"", None, "600")])
    assert len(steps) == 1
    assert "a pause of 600 seconds" in str(ended)
    assert ended.retry_after == 600.0


def test_an_answer_of_onoffice_counts_whatever_the_status() -> None:
    _, ended = played(CREATE, [HttpReply(403, GOOD.body)])
    assert [result.code for result in ended] == [0, 0]


# The clock

HERE = 1_700_000_000
REFUSED = answer(136, 136, missing="Your timestamp is too old")


def dated(reply: HttpReply, seconds_ahead: int) -> HttpReply:
    return HttpReply(reply.status, reply.body, formatdate(HERE + seconds_ahead, usegmt=True))


def with_clock(
    calls: list[Call], respond: Callable[[int], HttpReply], session: Session | None = None
) -> tuple[list[int], Any]:
    """The timestamps that were sent by a clock that stands still, and what it ended with."""
    session = session or Session(KEYS, lambda: float(HERE))
    stamps: list[int] = []
    steps = batch_cycle(calls, session)
    try:
        step = next(steps)
        while True:
            assert isinstance(step, Send)
            stamps.append(json.loads(step.body)["request"]["actions"][0]["timestamp"])
            step = steps.send(respond(stamps[-1]))
    except StopIteration as done:
        return stamps, done.value
    except ApiError as error:
        return stamps, error


def tolerant(server: int) -> Callable[[int], HttpReply]:
    """An API whose clock is so many seconds ahead, and which takes no timestamp that is two minutes off."""
    return lambda stamp: dated(GOOD if abs(stamp - HERE - server) <= 120 else REFUSED, server)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (420, "7 minutes behind"),
        (-3600, "60 minutes ahead of"),
        (7200, "2 hours behind"),
        (-86_400, "24 hours ahead of"),
    ],
)
@pytest.mark.parametrize("calls", [READ, CREATE], ids=["read", "write"])
def test_a_clock_that_is_off_is_corrected_and_said_once(calls: list[Call], server: int, words: str) -> None:
    session = Session(KEYS, lambda: float(HERE))
    with pytest.warns(OnOfficeWarning, match=words) as warned:
        stamps, results = with_clock(calls, tolerant(server), session)
    assert stamps == [HERE, HERE + server]
    assert [result.code for result in results] == [0, 0]

    stamps, results = with_clock(calls, tolerant(server), session)
    assert stamps == [HERE + server], "what was learnt stays"
    assert len(warned) == 1


def test_a_clock_that_is_a_little_off_is_left_alone() -> None:
    stamps, results = with_clock(CREATE, tolerant(90))
    assert stamps == [HERE]
    assert [result.code for result in results] == [0, 0]


@pytest.mark.parametrize("date", [None, "yesterday", "", "Tue, 99 Nov 1994 08:12:31 GMT"])
def test_without_a_date_the_sentence_says_by_how_much_at_least(date: str | None) -> None:
    stamps, results = with_clock(CREATE, lambda stamp: HttpReply(200, REFUSED.body, date))
    assert stamps == [HERE]
    error = results[0].error
    assert isinstance(error, NotAuthenticated)
    assert error.code == 136
    assert "22:13:20 UTC" in str(error)
    assert "at least 2 minutes off" in str(error)


def test_a_date_that_agrees_is_not_the_reason() -> None:
    stamps, results = with_clock(CREATE, lambda stamp: dated(REFUSED, 3))
    assert stamps == [HERE]
    assert "agrees" in str(results[0].error)


def test_a_corrected_time_that_is_refused_too_is_not_tried_for_ever() -> None:
    with pytest.warns(OnOfficeWarning):
        stamps, results = with_clock(CREATE, lambda stamp: dated(REFUSED, 600))
    assert stamps == [HERE, HERE + 600]
    assert [result.code for result in results] == [136, 136]
    assert "10 minutes behind" in str(results[0].error)


def test_a_timestamp_refused_as_a_whole_is_corrected_too() -> None:
    whole = HttpReply(200, php.dumps({"status": {"code": 400, "errorcode": 136, "message": "too old"}}))
    with pytest.warns(OnOfficeWarning, match="5 minutes behind"):
        stamps, results = with_clock(
            CREATE, lambda stamp: dated(GOOD, 300) if stamp == HERE + 300 else dated(whole, 300)
        )
    assert stamps == [HERE, HERE + 300]
    assert [result.code for result in results] == [0, 0]


# Accounts that take one action a request


def account(
    answer_to: Callable[[dict[str, Any]], int | None], *, single: bool, as_whole: bool
) -> Callable[[bytes], HttpReply]:
    """An API that refuses several actions in one request with 141, if it is of that kind."""

    def respond(body: bytes) -> HttpReply:
        actions = json.loads(body)["request"]["actions"]
        several = single and len(actions) > 1
        if several and as_whole:
            envelope = {"status": {"code": 400, "errorcode": 141, "message": "Unknown field"}}
            return HttpReply(200, php.dumps({**envelope, "response": {"results": []}}))
        results = []
        for action in actions:
            code = 141 if several else answer_to(action)
            if code is not None:
                results.append({"identifier": action["identifier"], "status": {"errorcode": code, "message": ""}})
        return HttpReply(200, php.dumps({"status": {"code": 200, "errorcode": 0}, "response": {"results": results}}))

    return respond


def sent_to(
    calls: list[Call], session: Session, respond: Callable[[bytes], HttpReply | Exception]
) -> tuple[list[int], Any]:
    """How many actions each request held, and what came of it."""
    sizes: list[int] = []
    steps = batch_cycle(calls, session)
    try:
        step = next(steps)
        while True:
            if isinstance(step, Wait):
                step = steps.send(None)
                continue
            sizes.append(len(json.loads(step.body)["request"]["actions"]))
            reply = respond(step.body)
            step = steps.throw(reply) if isinstance(reply, Exception) else steps.send(reply)
    except StopIteration as done:
        return sizes, done.value
    except (ApiError, OutcomeUnknown, ConnectionFailed) as error:
        return sizes, error


THREE = [Call("create", "relation", {"parentid": [n]}) for n in (1, 2, 3)]
every_refusal = pytest.mark.parametrize("as_whole", [False, True], ids=["each action", "as a whole"])


@every_refusal
def test_where_several_actions_are_refused_one_is_sent_at_a_time(as_whole: bool) -> None:
    session = Session(KEYS)
    api = account(lambda action: 0, single=True, as_whole=as_whole)
    sizes, results = sent_to(THREE, session, api)
    assert sizes == [3, 1, 1, 1]
    assert [result.code for result in results] == [0, 0, 0]
    assert session.actions_per_request == 1

    sizes, results = sent_to(THREE, session, api)
    assert sizes == [1, 1, 1], "what was learnt stays"
    assert [result.code for result in results] == [0, 0, 0]


@every_refusal
def test_errors_of_single_actions_stay_theirs(as_whole: bool) -> None:
    codes = {1: 0, 2: 292, 3: 0}
    api = account(lambda action: codes[action["parameters"]["parentid"][0]], single=True, as_whole=as_whole)
    _, results = sent_to(THREE, Session(KEYS), api)
    assert [result.code for result in results] == [0, 292, 0]


def test_an_unknown_field_in_every_action_is_no_reason_to_send_one_at_a_time() -> None:
    session = Session(KEYS)
    sizes, results = sent_to(THREE, session, account(lambda action: 141, single=False, as_whole=False))
    assert sizes == [3, 1]
    assert [result.code for result in results] == [141, 141, 141]
    assert session.actions_per_request == 50


def test_a_request_that_is_refused_as_a_whole_stays_refused() -> None:
    session = Session(KEYS)

    def respond(body: bytes) -> HttpReply:
        return HttpReply(200, php.dumps({"status": {"code": 400, "errorcode": 141, "message": "Unknown field: x"}}))

    sizes, ended = sent_to(THREE, session, respond)
    assert sizes == [3, 1]
    assert isinstance(ended, ApiError)
    assert ended.code == 141
    assert session.actions_per_request == 50


@pytest.mark.parametrize("trouble", [LOST, DOWN, ApiError(22)], ids=["lost", "down", "refused"])
def test_after_a_write_was_sent_alone_nothing_says_that_nothing_was_sent(trouble: Exception) -> None:
    """One at a time: the second write fails, so the first may have been done."""
    session = Session(KEYS)
    session.actions_per_request = 1
    good = account(lambda action: 0, single=True, as_whole=False)

    def respond(body: bytes) -> HttpReply | Exception:
        first = json.loads(body)["request"]["actions"][0]["parameters"]["parentid"] == [1]
        if first:
            return good(body)
        if isinstance(trouble, ApiError):
            return HttpReply(200, b'{"status":{"code":400,"errorcode":22,"message":"Not authenticated"}}')
        return type(trouble)(str(trouble))

    _, ended = sent_to(THREE, session, respond)
    assert isinstance(ended, OutcomeUnknown)
    assert "action 2 of 3" in str(ended)
    assert "not known what was done" in str(ended)


def test_a_write_alone_without_an_answer_leaves_the_others_theirs() -> None:
    session = Session(KEYS)
    session.actions_per_request = 1
    silent = account(lambda action: None if action["parameters"]["parentid"] == [2] else 0, single=True, as_whole=False)
    _, results = sent_to(THREE, session, silent)
    assert [result and result.code for result in results] == [0, None, 0]


def test_reads_alone_fail_as_they_do_together() -> None:
    session = Session(KEYS)
    session.actions_per_request = 1
    _, ended = sent_to(READ, session, lambda body: ConnectionFailed("down"))
    assert isinstance(ended, ConnectionFailed)


def test_what_a_session_shows() -> None:
    assert repr(Session(KEYS)) == "<Session 50 actions a request>"
