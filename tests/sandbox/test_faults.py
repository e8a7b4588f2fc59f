"""What can go wrong on the way: in process as httpx's exceptions, over HTTP with real sockets."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from onoffice_nb.errors import ConnectionFailed, OutcomeUnknown, SandboxError
from onoffice_nb.sandbox import Fault, Faults, Sandbox
from tests.reference_client import URN, ReferenceClient

BUYER = "estate:address:buyer"
KEY = ("create", BUYER, 1001, 5001)

DONE_AFTER = {
    Fault.DROP_AFTER,
    Fault.LATE,
    Fault.CUT,
    Fault.TRUNCATED,
    Fault.HTML_AFTER,
    Fault.BAD_GATEWAY_AFTER,
    Fault.SERVER_ERROR_AFTER,
    Fault.MISSING,
    Fault.DOUBLED,
    Fault.REORDERED,
}
EXCEPTIONS: dict[Fault, type[httpx.TransportError]] = {
    Fault.REFUSED: httpx.ConnectError,
    Fault.UNREACHED: httpx.ConnectTimeout,
    Fault.DROP_BEFORE: httpx.ReadError,
    Fault.DROP_AFTER: httpx.RemoteProtocolError,
    Fault.LATE: httpx.ReadTimeout,
    Fault.COMMIT_LATE: httpx.ReadTimeout,
    Fault.CUT: httpx.RemoteProtocolError,
}


def writes(hand: ReferenceClient, count: int = 3) -> bytes:
    """A request that links estate 1001 with addresses from 5001 on, one an action."""
    parameters = {"relationtype": URN + BUYER, "parentid": 1001}
    actions = [
        hand.action("create", "relation", parameters | {"childid": 5001 + n}, identifier=str(n)) for n in range(count)
    ]
    return json.dumps({"token": hand.token, "request": {"actions": actions}}).encode()


def results(body: bytes) -> list[str]:
    return [result["identifier"] for result in json.loads(body)["response"]["results"]]


@pytest.mark.parametrize("fault", Fault)
def test_in_process(fault: Fault) -> None:
    box = Sandbox(faults=Faults({1: fault}))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    if fault in EXCEPTIONS:
        with pytest.raises(EXCEPTIONS[fault]):
            hand.send(writes(hand))
    else:
        response = hand.http.post(hand.url, content=writes(hand))
        assert_spoilt(fault, response)
    expected = {(1001, 5001), (1001, 5002), (1001, 5003)} if fault in DONE_AFTER else set()
    assert {pair for pair in box.links("buyer") if pair[0] == 1001} == expected
    assert box.writes_received[KEY] == (fault not in (Fault.REFUSED, Fault.UNREACHED))
    assert box.writes_confirmed == Counter()
    hand.send(writes(hand, 1))
    assert box.writes_confirmed == {KEY: 1}
    assert [entry.fault for entry in box.log] == [fault, None]


def assert_spoilt(fault: Fault, response: httpx.Response) -> None:
    """A reply with this fault, as it arrives."""
    if fault is Fault.TRUNCATED:
        assert response.status_code == 200
        with pytest.raises(ValueError, match=r"."):
            response.json()
    elif fault in (Fault.HTML, Fault.HTML_AFTER):
        assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/html")
    elif fault in (Fault.BAD_GATEWAY, Fault.BAD_GATEWAY_AFTER):
        assert response.status_code == 502
    elif fault in (Fault.TOO_MANY_REQUESTS, Fault.UNAVAILABLE):
        assert response.status_code == (429 if fault is Fault.TOO_MANY_REQUESTS else 503)
        assert response.headers["retry-after"] == "2"
    elif fault in (Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER):
        assert response.json() == {
            "status": {"code": 500, "errorcode": 1, "message": "Unknown error occurred"},
            "response": {"results": []},
        }
    else:
        wrong = {Fault.MISSING: ["0", "2"], Fault.DOUBLED: ["0", "1", "1", "2"], Fault.REORDERED: ["2", "1", "0"]}
        assert results(response.content) == wrong[fault]


@pytest.mark.parametrize("fault", EXCEPTIONS)
def test_in_process_async(fault: Fault) -> None:
    box = Sandbox(faults=Faults({2: fault}))

    async def talk() -> None:
        hand = ReferenceClient(box.token, box.secret)
        async with httpx.AsyncClient(transport=box.transport) as http:
            reply = await http.post(hand.url, content=writes(hand))
            assert results(reply.content) == ["0", "1", "2"]
            with pytest.raises(EXCEPTIONS[fault]):
                await http.post(hand.url, content=writes(hand))

    asyncio.run(talk())


def test_async_client() -> None:
    box = Sandbox()

    async def talk() -> None:
        async with box.async_client() as crm:
            await crm.create("buyer", [1001], [5001])

    asyncio.run(talk())
    assert (1001, 5001) in box.links("buyer")


def test_commit_late_comes_after_the_next_request() -> None:
    """The worst case: who reads back sees nothing yet."""
    box = Sandbox(faults=Faults({1: "commit_late"}))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    with pytest.raises(httpx.ReadTimeout):
        hand.send(writes(hand))
    assert hand.related(BUYER, parentids=[1001]) == []
    assert len(hand.related(BUYER, parentids=[1001])["1001"]) == 3


def test_settle_does_what_was_put_off() -> None:
    box = Sandbox(faults=Faults(chance=1, kinds=["commit_late"]))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    with pytest.raises(httpx.ReadTimeout):
        hand.send(writes(hand))
    box.apply_late_writes()
    assert (1001, 5003) in box.links("buyer")
    assert box.writes_received[KEY] == 1


@pytest.mark.parametrize("fault", Fault)
def test_our_client_says_what_is_known(fault: Fault) -> None:
    """Nothing sent or outcome unknown; never a success, never an exception of httpx."""
    box = Sandbox(faults=Faults(chance=1, kinds=[fault]))
    with box.client() as crm:
        if fault is Fault.REORDERED:
            # One result has no other order.
            assert crm.create("buyer", [1001], [5001]).code == 0
        elif fault not in (Fault.REFUSED, Fault.UNREACHED):
            with pytest.raises(OutcomeUnknown):
                crm.create("buyer", [1001], [5001])
            assert box.writes_received[KEY] == 1


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, ReferenceClient]]:
    box = Sandbox()
    with box.serve() as server:
        hand = ReferenceClient(server.token, server.secret, url=server.url)
        hand.http.timeout = httpx.Timeout(2)
        with hand.http:
            yield box, hand


@pytest.mark.parametrize("fault", Fault)
def test_over_http(served: tuple[Sandbox, ReferenceClient], fault: Fault) -> None:
    """As in process, but that a port which listens cannot refuse: these connections break before anything is done."""
    box, hand = served
    box.unlink("buyer", [(1001, 5001 + n) for n in range(3)])
    if fault in (Fault.LATE, Fault.COMMIT_LATE):
        hand.http.timeout = httpx.Timeout(0.2)
    box.faults = Faults({1: fault})
    if fault in EXCEPTIONS:
        timeouts = (Fault.LATE, Fault.COMMIT_LATE)
        with pytest.raises(httpx.ReadTimeout if fault in timeouts else (httpx.RemoteProtocolError, httpx.ReadError)):
            hand.send(writes(hand))
    else:
        assert_spoilt(fault, hand.http.post(hand.url, content=writes(hand)))
    hand.http.timeout = httpx.Timeout(2)
    expected = {(1001, 5001), (1001, 5002), (1001, 5003)} if fault in DONE_AFTER else set()
    assert {pair for pair in box.links("buyer") if pair[0] == 1001} == expected
    box.apply_late_writes()
    assert results(hand.send(writes(hand))) == ["0", "1", "2"]


def test_chance_is_seeded() -> None:
    def drawn(seed: int) -> list[Fault | None]:
        faults = Faults(chance=0.3, seed=seed)
        return [faults.draw() for _ in range(1000)]

    assert drawn(1) == drawn(1) != drawn(2)
    share = sum(fault is not None for fault in drawn(1))
    assert 200 < share < 400
    assert set(drawn(1)) == {None, *Fault}


def test_schedule_wins_over_chance() -> None:
    faults = Faults({2: "late"}, chance=1, kinds=["html"])
    assert [faults.draw() for _ in range(3)] == ["html", "late", "html"]


def test_written_on_a_command_line() -> None:
    faults = Faults.parse(["late:2", "drop_after:0.5", "cut:0.5"], seed=3)
    assert faults.schedule == {2: Fault.LATE}
    assert (faults.chance, faults.kinds, faults.seed) == (0.5, [Fault.DROP_AFTER, Fault.CUT], 3)
    assert Faults.parse([]).chance == 0


@pytest.mark.parametrize("text", ["late", "late:", "late:x", "late:1.x", "sometimes:3", ":3", ""])
def test_no_such_fault(text: str) -> None:
    with pytest.raises(SandboxError, match=r"got .*(there are|write late:3)"):
        Faults.parse([text])


@pytest.mark.parametrize("wrong", [{"schedule": {1: "x"}}, {"kinds": ["x"]}])
def test_no_such_kind(wrong: Any) -> None:
    with pytest.raises(SandboxError, match="there are refused, unreached"):
        Faults(**wrong)


def test_connection_that_never_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused for good: our client gives up and says that nothing was sent."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    box = Sandbox(faults=Faults(chance=1, kinds=["refused", "unreached"]))
    with box.client() as crm, pytest.raises(ConnectionFailed):
        crm.create("buyer", [1001], [5001])
    assert not box.writes_received
