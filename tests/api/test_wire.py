from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoffice_nb.api.operations import write_call
from onoffice_nb.api.wire import (
    ACTION_IDS,
    ApiKeys,
    Call,
    Result,
    masked_request,
    read_number,
    read_related,
    read_reply,
    redact,
    sign,
    with_identifiers,
    write_request,
)
from onoffice_nb.catalogue import relation
from onoffice_nb.errors import ApiError, InputError, NotAuthenticated, OnOfficeError, OutcomeUnknown
from onoffice_nb.model import MAX_ID, Action, Verb
from onoffice_nb.sandbox.endpoint import php_json as php

KEYS = ApiKeys("CANARYtoken" + "t" * 21, "CANARYsecret" + "s" * 52)
ACTION = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
ONE = [Call("create", "relation", {"parentid": [1]})]
TWO = with_identifiers([Call("create", "relation", {"parentid": [n]}) for n in (1, 2)])


# The signature


def test_hmac_as_openssl_computes_it() -> None:
    # printf '%s' "1700000000${token}relation${actionid}" | openssl dgst -sha256 -hmac "${secret}" -binary | base64
    keys = ApiKeys(
        "SANDBOX0muster0immobilien0token0", "SANDBOX0muster0immobilien0secret0opens0nothing0but0sandboxes0000"
    )
    assert sign(keys, "relation", ACTION + "create", 1_700_000_000) == "d7p4Y6WNDXBVIWfdcXwarm4OluTuXUU9W2JMt0Y3p94="


@given(st.text(min_size=1, max_size=200), st.text(max_size=40), st.integers(0, 2**33))
def test_hmac_by_its_definition(secret: str, resourcetype: str, timestamp: int) -> None:
    """RFC 2104, by hand: H((K ^ opad) + H((K ^ ipad) + text)), K filled up to 64 bytes."""
    try:
        key = secret.encode()
        text = f"{timestamp}TOKEN{resourcetype}{ACTION}get".encode()
    except UnicodeEncodeError:
        return
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + text).digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
    assert sign(ApiKeys("TOKEN", secret), resourcetype, ACTION + "get", timestamp) == base64.b64encode(outer).decode()


def test_action_ids() -> None:
    assert {verb: ACTION + verb for verb in ("read", "create", "modify", "delete", "get", "do")} == ACTION_IDS


# The request


def test_the_bytes_of_a_request() -> None:
    call = Call("get", "idsfromrelation", {"relationtype": "x", "parentids": [1]}, identifier="Müller")
    digest = sign(KEYS, "idsfromrelation", ACTION + "get", 1_700_000_000)
    expected = (
        f'{{"token": "{KEYS.token}", "request": {{"actions": [{{"actionid": "{ACTION}get", "resourceid": "",'
        ' "identifier": "Müller", "resourcetype": "idsfromrelation", "timestamp": 1700000000,'
        f' "hmac": "{digest}", "hmac_version": 2, "parameters": {{"relationtype": "x", "parentids": [1]}}}}]}}}}'
    )
    assert write_request([call], KEYS, 1_700_000_000) == expected.encode()


def test_the_documented_example() -> None:
    """https://apidoc.onoffice.de/actions/datensatz-anlegen/relationen/, field by field."""
    action = Action(Verb.CREATE, relation("calendar:address"), (2909,), (10821, 10823))
    (sent,) = json.loads(write_request(with_identifiers([write_call(action)]), KEYS, 1_700_000_000))["request"][
        "actions"
    ]
    signature = {name: sent.pop(name) for name in ("timestamp", "hmac", "hmac_version")}
    assert sent == {
        "actionid": "urn:onoffice-de-ns:smart:2.5:smartml:action:create",
        "resourceid": "",
        "identifier": "",
        "resourcetype": "relation",
        "parameters": {
            "relationtype": "urn:onoffice-de-ns:smart:2.5:relationTypes:calendar:address",
            "parentid": [2909],
            "childid": [10821, 10823],
        },
    }
    assert signature == {
        "timestamp": 1_700_000_000,
        "hmac": sign(KEYS, "relation", ACTION + "create", 1_700_000_000),
        "hmac_version": 2,
    }


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('aä/\\"0'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab0"), inner, max_size=4),
    max_leaves=12,
)
CALLS = st.lists(
    st.builds(Call, st.sampled_from(sorted(ACTION_IDS)), st.text("ab"), st.dictionaries(st.text("ab"), JSON_VALUES)),
    min_size=1,
    max_size=5,
)


@given(CALLS)
def test_what_is_shown_is_what_is_sent(calls: list[Call]) -> None:
    shown = masked_request(with_identifiers(calls))
    sent = json.loads(write_request(with_identifiers(calls), KEYS, 1_700_000_000))
    assert list(shown) == list(sent) == ["token", "request"]
    assert shown["token"] == "••••••"
    for seen, real in zip(shown["request"]["actions"], sent["request"]["actions"], strict=True):
        assert list(seen) == list(real)
        assert (seen.pop("hmac"), seen.pop("timestamp")) == ("••••••", "(set when sent)")
        assert (len(real.pop("hmac")), real.pop("timestamp")) == (44, 1_700_000_000)
        assert seen == real
    assert "CANARY" not in json.dumps(shown)


def test_keys_do_not_show() -> None:
    assert repr(KEYS) == "ApiKeys()"


def test_identifiers_tell_calls_apart() -> None:
    calls = [Call("get", "x", {}, identifier=name) for name in ("2", "", "a", "")]
    assert [call.identifier for call in with_identifiers(calls)] == ["2", "1", "a", "3"]
    assert with_identifiers(ONE) == ONE
    with pytest.raises(InputError, match="'a' stands in several calls"):
        with_identifiers([*calls, calls[2]])


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("erase", "relation", {}), "got 'erase': use one of read, create,"),
        ((None, "relation", {}), "got None: use one of"),
        (([], "relation", {}), "use one of read"),
        (("read", 5, {}), "resourcetype to be text, got 5"),
        (("read", "estate", {}, 48), "resourceid to be text, got 48"),
        (("read", "estate", {}, "", 1), "identifier to be text, got 1"),
        (("read", "estate", {"filter": {1, 2}}), r"read 'estate' cannot be sent as JSON: .*set"),
        (("read", "estate", {"x": float("nan")}), "cannot be sent as JSON"),
        (("read", "estate", {"x": "\ud800"}), "cannot be sent as JSON"),
        (("read", "\ud800", {}), "cannot be sent as JSON"),
        (("read", "estate", {"x": DEEP}), "cannot be sent as JSON"),
        (("read", "estate", "data"), "cannot be sent as JSON"),
        (("read", "estate", None), "cannot be sent as JSON"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_is_signed(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Call(*call)


# The reply


def result(identifier: object = "", code: object = 0, **others: Any) -> dict[str, Any]:
    return {
        "actionid": ACTION + "create",
        "resourceid": "",
        "resourcetype": "relation",
        "cacheable": False,
        "identifier": identifier,
        "data": {"meta": {"cntabsolute": None}, "records": []},
        "status": {"errorcode": code, "message": "OK" if code == 0 else "No."},
    } | others


def reply(*results: Any, code: object = 200, errorcode: object = 0, message: object = "OK") -> bytes:
    status = {"code": code, "errorcode": errorcode, "message": message}
    return php.dumps({"status": status, "response": {"results": list(results)}})


def codes(body: bytes, calls: list[Call]) -> list[int | None]:
    """The code of each call's result, None where it has none."""
    return [result.code if result is not None else None for result in read_reply(body, calls)]


def test_a_recorded_form() -> None:
    """Compact, escaped, ids as strings: as the API writes it."""
    body = (
        b'{"status":{"code":200,"errorcode":0,"message":"OK"},"response":{"results":[{"actionid":"urn:onoffice-de-ns:'
        b'smart:2.5:smartml:action:get","resourceid":"","resourcetype":"idsfromrelation","cacheable":true,"identifier":'
        b'"","data":{"meta":{"cntabsolute":null},"records":[{"id":"relatedIds","type":"","elements":{"15":[],"1051":'
        b'["50"],"1082":["52","61"]}}]},"status":{"errorcode":0,"message":"Stra\\u00dfe \\/ OK"}}]}}'
    )
    (found,) = read_reply(body, ONE)
    assert found is not None
    assert (found.code, found.message, found.total, found.error) == (0, "Straße / OK", None, None)
    assert read_related(found, [15, 1051, 1082]) == {15: [], 1051: [50], 1082: [52, 61]}


@pytest.mark.parametrize("code", [0, "0"])
def test_numbers_may_be_texts(code: object) -> None:
    body = reply(result("1", code), result(2, "80"), errorcode="0", code="200")
    assert codes(body, TWO) == [0, 80]


@pytest.mark.parametrize(("total", "read"), [(None, None), (7, 7), ("7", 7), ("", None), ("many", None), (-1, None)])
def test_totals(total: object, read: int | None) -> None:
    (found,) = read_reply(reply(result(data={"meta": {"cntabsolute": total}, "records": []})), ONE)
    assert found is not None
    assert found.total == read


@pytest.mark.parametrize("data", [[], {}, None, "", {"records": []}, {"records": {}}, {"meta": [], "records": None}])
def test_empty_data_has_no_records(data: object) -> None:
    (found,) = read_reply(reply(result(data=data)), ONE)
    assert found == Result(0, "OK")


def test_a_wrong_signature_comes_with_an_empty_list_as_data() -> None:
    status = {"errorcode": 137, "message": "The HMAC is invalid."}
    (found,) = read_reply(reply(result(data=[], status=status)), ONE)
    assert found is not None
    assert isinstance(found.error, NotAuthenticated)


@pytest.mark.parametrize(
    ("code", "errorcode", "message", "expected"),
    [
        (400, "Syntax error", "Syntax error", 6),
        (400, 22, "Not authenticated", 22),
        (400, "41", "Customer unknown", 41),
        (200, 22, "", 22),
        (400, None, "", 1),
        (400, "Something new", "", 1),
    ],
)
def test_refused_as_a_whole(code: int, errorcode: object, message: str, expected: int) -> None:
    with pytest.raises(ApiError) as caught:
        read_reply(reply(code=code, errorcode=errorcode, message=message), ONE)
    assert caught.value.code == expected


def test_a_server_error_leaves_the_outcome_open() -> None:
    with pytest.raises(OutcomeUnknown, match="server error"):
        read_reply(reply(code=500, errorcode=1), ONE)


@pytest.mark.parametrize("errorcode", [97, "97"])
def test_error_in_an_action(errorcode: object) -> None:
    """97 says no more than the results do; without results nobody knows."""
    assert codes(reply(result("1"), result("2", 80), errorcode=errorcode), TWO) == [0, 80]
    assert codes(reply(errorcode=errorcode), TWO) == [None, None]
    assert codes(reply(result("2", 80), errorcode=errorcode), TWO) == [None, None]


def test_success_inside_a_failed_request_is_not_trusted() -> None:
    assert codes(reply(result("1"), result("2", 80), errorcode=1, code=500), TWO) == [None, 80]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result("1"), result("2", 80)], [0, 80]),
        ([], [None, None]),
        ([result("1", 80)], [80, None]),
        ([result("2", 80)], [None, None]),
        ([result("2", 80), result("1")], [None, None]),
        ([result("1"), result("1"), result("2", 80)], [0, None]),
        ([result("1"), result("2", 80), result("2")], [0, 80]),
        ([result("1"), result("2", 80), result("3")], [0, 80]),
        ([result("x"), result("2", 80)], [None, 80]),
        ([result(None), result("2", 80)], [None, 80]),
        ([result([]), result({"2": "2"})], [None, None]),
        ([result(True), result("2 ", 80)], [None, None]),
        ([[], result("2", 80)], [None, 80]),
        ([None, "OK"], [None, None]),
        ([result("1", status=[]), result("2", 80)], [None, 80]),
        ([result("1", code=None), result("2", code="weird")], [1, 1]),
        ([result("1", code=[]), result("2", code=-80)], [1, 1]),
        ([result("1", code=False), result("2", code="")], [1, 1]),
    ],
)
def test_results_are_never_shifted(results: list[Any], expected: list[int | None]) -> None:
    assert codes(reply(*results), TWO) == expected


def test_a_call_without_an_identifier_is_told_by_its_place_only_where_all_fits() -> None:
    assert codes(reply(result()), ONE) == [0]
    assert codes(reply(result(None)), ONE) == [0]
    assert codes(reply(result("1")), ONE) == [None]
    assert codes(reply(result(), result()), ONE) == [None]
    assert codes(reply(), ONE) == [None]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"<html>502 Bad Gateway</html>", b"null", b"[]", b"{}", b"0", b'"OK"', b"\xff\xfe", b"NaN"),
        *(b'{"status":[]}', b'{"status":"OK"}', b'{"response":{"results":[]}}', b'{"status":{"code":200'),
        *(b"[" * 200_000, b"9" * 5000, b'{"status":{"errorcode":' + b"9" * 5000 + b"}}"),
    ],
)
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match=r"HTTP 502"):
        read_reply(body, ONE, http_status=502)


@given(st.integers(900, 1100))
def test_depth_at_the_edge_of_what_python_reads(depth: int) -> None:
    """What json still reads, nothing after it may stumble over."""
    deep = b"[" * depth + b"]" * depth
    for place in (b'"identifier":%b,"status":{"errorcode":0}', b'"identifier":"","status":{"errorcode":%b}'):
        read_or_refuse(b'{"status":{"errorcode":0},"response":{"results":[{' + place % deep + b"}]}}", ONE)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (5, "5"),
        (None, ""),
        ([], ""),
        ("half \ud83c", "half ?"),
        ("x" * 10_000, "x" * 500),
    ],
)
def test_messages_are_fit_to_be_stored_and_shown(message: object, shown: str) -> None:
    status = json.dumps({"errorcode": 80, "message": message}).encode()
    inner = b'{"status":{"errorcode":0},"response":{"results":[{"identifier":"","status":%b}]}}' % status
    (found,) = read_reply(inner, ONE)
    assert found is not None
    assert found.message == shown


def test_a_reply_that_repeats_secrets_is_read_without_them() -> None:
    digest = sign(KEYS, "relation", ACTION + "create", 1_700_000_000)
    echo = f"token {KEYS.token}, secret {KEYS.secret}, hmac {digest}; a hash {'aB3+/' * 8}abc="
    body = reply(result(code=80, status={"errorcode": 80, "message": echo}))
    (found,) = read_reply(redact(body, ONE, KEYS, 1_700_000_000), ONE)
    assert found is not None
    assert found.message == f"token ••••••, secret ••••••, hmac ••••••; a hash {'aB3+/' * 8}abc="


SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 97, 500, "0", "1", "2", "97", "Syntax error", "relatedIds", -1, 2**70, "9" * 5000])
    | st.integers()
    | st.floats()
    | st.text()
)
KEYS_OF_REPLIES = st.sampled_from(
    [
        *("status", "response", "results", "errorcode", "code", "message", "identifier"),
        *("data", "meta", "cntabsolute", "records", "id", "elements"),
    ]
)
RUBBISH = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS_OF_REPLIES | st.text("12"), inner, max_size=6),
    max_leaves=30,
)
# An envelope that is one, with results that may be anything.
NEARLY = st.builds(
    lambda results, code: {"status": {"code": 200, "errorcode": code}, "response": {"results": results}},
    st.lists(
        st.fixed_dictionaries(
            {
                "identifier": st.sampled_from(["1", "2", 1, 2, "", None]) | RUBBISH,
                "status": st.fixed_dictionaries({"errorcode": st.sampled_from([0, "0", 80]) | RUBBISH}) | RUBBISH,
                "data": st.fixed_dictionaries({"meta": RUBBISH, "records": st.lists(RUBBISH) | RUBBISH}) | RUBBISH,
            }
        )
        | RUBBISH,
        max_size=4,
    ),
    st.sampled_from([0, 97, 1]) | SCALARS,
)


def read_or_refuse(body: bytes, calls: list[Call]) -> list[Result | None]:
    try:
        results = read_reply(body, calls)
    except OnOfficeError:
        return [None] * len(calls)
    assert len(results) == len(calls)
    for result in results:
        if result is not None:
            assert isinstance(result.code, int)
            assert str(result.error) or result.error is None
            result.message.encode()
            with suppress(OnOfficeError):
                assert set(read_related(result, [1, 2])) == {1, 2}
    return results


@given(st.binary() | RUBBISH.map(lambda value: json.dumps(value).encode()))
@example(b'{"status":{"errorcode":0},"response":{"results":[{"status":{"errorcode":1e999}}]}}')
def test_rubbish_raises_nothing_of_its_own(body: bytes) -> None:
    read_or_refuse(body, ONE)
    read_or_refuse(body, TWO)


@given(NEARLY)
def test_a_result_counts_only_where_place_and_identifier_fit(envelope: Mapping[str, Any]) -> None:
    raw = envelope["response"]["results"]
    for calls in (ONE, TWO):
        for n, (call, read) in enumerate(zip(calls, read_or_refuse(json.dumps(envelope).encode(), calls), strict=True)):
            if read is not None:
                echoed = raw[n].get("identifier")
                assert str("" if echoed is None else echoed) == call.identifier
                assert isinstance(raw[n]["status"], dict)


# Related ids


def related(elements: object, asked: list[int]) -> dict[int, list[int]]:
    return read_related(Result(0, "OK", ({"id": "relatedIds", "elements": elements},)), asked)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"1": ["50"], "2": []}, {1: [50], 2: []}),
        ({"1": [50, "51"]}, {1: [50, 51], 2: []}),
        ({"2": ["51", "50", 51]}, {1: [], 2: [51, 50]}),
        ({"1": {"0": "50", "2": "52"}}, {1: [50, 52], 2: []}),
        ({"1": None, "2": ""}, {1: [], 2: []}),
        ({"3": ["50"]}, {1: [], 2: []}),
        ([], {1: [], 2: []}),
        (None, {1: [], 2: []}),
        ({}, {1: [], 2: []}),
        ({"1": [str(MAX_ID)]}, {1: [MAX_ID], 2: []}),
    ],
)
def test_related(elements: object, expected: dict[int, list[int]]) -> None:
    assert related(elements, [1, 2]) == expected


def test_no_record_is_no_link() -> None:
    assert read_related(Result(0, "OK"), [1]) == {1: []}


@pytest.mark.parametrize(
    "elements",
    [
        {"1": "50"},
        {"1": 50},
        {"1": ["50", "x"]},
        {"1": [50.5]},
        {"1": [True]},
        {"1": [None]},
        {"1": [["50"]]},
        {"1": [-5]},
        {"1": [MAX_ID + 1]},
        {"1": ["9" * 5000]},
        {"1": ["٥"]},
        {"x": ["50"]},
        ["50"],
        "50",
    ],
)
def test_unreadable_ids_are_never_guessed(elements: object) -> None:
    with pytest.raises(OutcomeUnknown, match="ids in its answer cannot be read"):
        related(elements, [1])


@given(SCALARS)
def test_numbers(value: object) -> None:
    try:
        assert 0 <= read_number(value) <= MAX_ID
    except OutcomeUnknown:
        assert type(value) is not int or not 0 <= value <= MAX_ID
