"""Both clients from one table of cases: whatever `Client` does, `AsyncClient` does, byte for byte."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count, repeat
from types import SimpleNamespace
from typing import Any, Literal

import httpcore
import httpx
import pandas as pd
import pytest

from onoffice_nb.api import transport
from onoffice_nb.api.client import AsyncClient, Client
from onoffice_nb.api.exchange import ServerClock
from onoffice_nb.api.retries import MAX_ATTEMPTS
from onoffice_nb.api.wire import ApiKeys, Call
from onoffice_nb.errors import (
    ApiError,
    ConnectionFailed,
    InputError,
    NotAuthenticated,
    OnOfficeError,
    OnOfficeWarning,
    OutcomeUnknown,
)
from onoffice_nb.model import Account, RelationInfo
from onoffice_nb.sandbox import Behaviour, Faults, Sandbox
from onoffice_nb.sandbox.endpoint import php_json as php

KEYS = ApiKeys("T" * 32, "S" * 64)
URL = "https://onoffice.invalid/api/stable/api.php"
ACCOUNT = Account("Muster", live=True, fingerprint="f")
Responder = Callable[[httpx.Request], httpx.Response]
Act = Callable[[Any], Any]


class Line:
    """A transport for both clients that keeps what was sent; `respond` answers or raises."""

    def __init__(self, respond: Responder) -> None:
        self.requests: list[httpx.Request] = []
        self._respond = respond
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._respond(request)

    @property
    def bodies(self) -> list[bytes]:
        return [request.content for request in self.requests]

    @property
    def actions(self) -> list[list[dict[str, Any]]]:
        return [json.loads(body)["request"]["actions"] for body in self.bodies]


class Driver:
    """Does something with a client of the one kind or of the other."""

    def __init__(self, kind: Literal["sync", "async"]) -> None:
        self.kind = kind
        self._clock = count(1_700_000_000)

    def __call__(self, line: Line, act: Act, keys: ApiKeys = KEYS) -> Any:
        if self.kind == "sync":
            with Client(keys, URL, ACCOUNT, transport=line.transport) as crm:
                crm._session.clock = ServerClock(lambda: next(self._clock))
                return act(crm)
        return asyncio.run(self._awaited(line, act, keys))

    async def _awaited(self, line: Line, act: Act, keys: ApiKeys) -> Any:
        async with AsyncClient(keys, URL, ACCOUNT, transport=line.transport) as crm:
            crm._session.clock = ServerClock(lambda: next(self._clock))
            found: Awaitable[Any] = act(crm)
            return await found

    def sandbox(self, box: Sandbox, act: Act) -> Any:
        """The same on a sandbox, by its own clock."""
        if self.kind == "sync":
            return act(box.client())

        async def go() -> Any:
            async with box.async_client() as crm:
                return await act(crm)

        return asyncio.run(go())


@pytest.fixture(params=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Driver:
    return Driver(request.param)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, which take no time."""
    waited: list[float] = []

    async def nap(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(asyncio, "sleep", nap)
    return waited


def good(request: httpx.Request) -> httpx.Response:
    """Success for each action; the links of an id are itself and the next one; one estate to read."""
    return httpx.Response(200, content=reply(request))


def reply(request: httpx.Request, code: int = 0) -> bytes:
    results = []
    for action in json.loads(request.content)["request"]["actions"]:
        ids = action["parameters"].get("parentids", action["parameters"].get("childids", []))
        elements: dict[str, Any] = {str(one): [str(one), str(one + 1)] for one in ids}
        results.append(
            {
                "identifier": action["identifier"],
                "data": {"meta": {"cntabsolute": 1}, "records": [{"id": 7, "elements": elements or {"ort": "Aachen"}}]},
                "status": {"errorcode": code, "message": "OK"},
            }
        )
    return php.dumps({"status": {"code": 200, "errorcode": 0}, "response": {"results": results}})


def first(*trouble: Exception | httpx.Response) -> Responder:
    """These, one after the other, and then all is good."""
    left = iter(trouble)

    def respond(request: httpx.Request) -> httpx.Response:
        event = next(left, None)
        if isinstance(event, Exception):
            raise event
        return event or good(request)

    return respond


def always(make: Callable[[], BaseException | httpx.Response]) -> Responder:
    def respond(request: httpx.Request) -> httpx.Response:
        event = make()
        if isinstance(event, BaseException):
            raise event
        return event

    return respond


OPERATIONS: dict[str, Act] = {
    "call": lambda crm: crm.call("do", "sendmail", {"to": "Müller"}, resourceid="48", identifier="mail"),
    "batch": lambda crm: crm.batch([Call("get", "idsfromrelation", {}), Call("create", "relation", {})]),
    "create": lambda crm: crm.create("calendar:address", [2909], [10821, 10823], RelationInfo("gesendet")),
    "modify": lambda crm: crm.modify("calendar:address", [2909], [10821], RelationInfo(feedback="aktiv")),
    "delete": lambda crm: crm.delete("buyer", 1001, 5001),
    "links": lambda crm: crm.link_arrays("buyer", children=[5001]),
    "related": lambda crm: crm.related("buyer", parents=range(1, 25_002)),
    "read by filter": lambda crm: crm.read("estate", ["ort"], filter={"ort": [{"op": "=", "val": "Aachen"}]}),
    "read by ids": lambda crm: crm.read("address", ["Ort"], ids=range(1, 1201)),
    "read tasks": lambda crm: crm.read("task", ["ort"]),
    "read appointments": lambda crm: crm.read("calendar", ["ort"], ids=range(1, 52)),
    "read a period": lambda crm: crm.read("calendar", ["ort"], start="2026-06-01", end="2026-06-30"),
    "appointments": lambda crm: crm.appointments("2026-06-01", "2026-06-30"),
    "infos": lambda crm: crm.info_arrays("calendar:address", parents=[7]),
    "infos as a frame": lambda crm: crm.read_infos("calendar:address", parents=[7]),
    "probe": lambda crm: crm.probe(),
}
every_operation = pytest.mark.parametrize("act", OPERATIONS.values(), ids=OPERATIONS)


@every_operation
def test_both_clients_send_the_same_bytes(act: Act) -> None:
    sent, found = [], []
    for driver in (Driver("sync"), Driver("async")):
        line = Line(first(httpx.ConnectError("down")))
        found.append(driver(line, act))
        sent.append(line.bodies)
    assert sent[0] == sent[1]
    assert len(sent[0]) >= 2
    if isinstance(found[0], pd.DataFrame):
        pd.testing.assert_frame_equal(*found)
    else:
        assert str(found[0]) == str(found[1])


def public_methods(client: type) -> dict[str, Any]:
    return {name: member for name, member in vars(client).items() if not name.startswith("_")}


def test_both_clients_offer_the_same() -> None:
    def signatures(client: type) -> dict[str, str]:
        return {name: str(inspect.signature(method)) for name, method in public_methods(client).items()}

    assert signatures(Client) == signatures(AsyncClient)


def test_both_clients_document_the_same() -> None:
    """Whole docstrings in both, as an editor shows them; examples stand in the blocking one."""

    def documented(client: type) -> dict[str, str]:
        texts = {name: inspect.getdoc(method) or "" for name, method in public_methods(client).items()}
        return {name: text.partition("\n\nExample:")[0] for name, text in texts.items()}

    assert documented(Client) == documented(AsyncClient)
    for name, text in documented(Client).items():
        if name != "close":
            assert "Returns:" in text, name
            assert "Raises:" in text, name


def test_how_it_asks(drive: Driver) -> None:
    line = Line(good)
    drive(line, OPERATIONS["delete"])
    (request,) = line.requests
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["content-type"] == "application/json"
    assert request.extensions["timeout"] == {"connect": 2.0, "read": 30.0, "write": 30.0, "pool": 30.0}


# Failures of the line


def kinds(*roots: type[BaseException]) -> Iterator[type[BaseException]]:
    for root in roots:
        yield root
        yield from kinds(*root.__subclasses__())


def made(kind: Callable[..., BaseException]) -> BaseException:
    """An exception of this kind, whatever it takes to make one."""
    request = httpx.Request("POST", URL, content=KEYS.secret)
    response = httpx.Response(500, request=request)
    for arguments in (("broken",), ()):
        for named in ({"request": request, "response": response}, {"request": request}, {}):
            with suppress(TypeError):
                return kind(*arguments, **named)
    raise AssertionError(f"{kind} cannot be made")


ROOTS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, httpx.CookieConflict)
HTTPX = sorted(
    {exception for exception in kinds(*ROOTS) if exception.__module__.startswith("httpx")},
    key=lambda kind: kind.__name__,
)
OTHERS = [httpcore.ReadError, ssl.SSLError, OSError, TimeoutError, RuntimeError, ValueError, UnicodeError, MemoryError]
NEVER_SENT = {"ConnectError", "ConnectTimeout", "InvalidURL", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}


def test_no_exception_of_httpx_is_forgotten() -> None:
    named = {
        exception
        for exception in vars(httpx).values()
        if inspect.isclass(exception) and issubclass(exception, Exception)
    }
    assert named <= set(HTTPX)
    assert {kind.__name__ for kind in HTTPX} >= NEVER_SENT


@pytest.mark.parametrize("kind", [*HTTPX, *OTHERS], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("where", ["on the way", "in the answer"])
def test_whatever_breaks_comes_out_as_ours(drive: Driver, kind: type[BaseException], where: str) -> None:
    class Breaking(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b'{"status":'
            raise made(kind)

        async def __aiter__(self) -> Any:
            for letter in self:
                yield letter

    breaking = always(lambda: made(kind) if where == "on the way" else httpx.Response(200, stream=Breaking()))
    never_sent = kind.__name__ in NEVER_SENT
    for act, writes in ((OPERATIONS["create"], True), (OPERATIONS["links"], False)):
        line = Line(breaking)
        with pytest.raises(OnOfficeError) as caught:
            drive(line, act)
        assert type(caught.value) is (ConnectionFailed if never_sent else OutcomeUnknown)
        assert kind.__name__ in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        assert len(line.requests) == (1 if writes and not never_sent else MAX_ATTEMPTS)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_an_interrupt_stays_one_and_warns(kind: type[BaseException]) -> None:
    line = Line(always(kind))
    with pytest.raises(kind) as caught:
        Driver("sync")(line, OPERATIONS["links"])
    assert len(line.requests) == 1
    assert "may have arrived" in caught.value.__notes__[0]


def test_a_cancelled_task_is_cancelled() -> None:
    async def go() -> tuple[bool, int]:
        waiting = asyncio.Event()

        class Slow(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                waiting.set()
                await asyncio.Event().wait()
                raise AssertionError("nobody sets this event")

        async with AsyncClient(KEYS, URL, ACCOUNT, transport=Slow()) as crm:
            task = asyncio.create_task(crm.create("buyer", [1], [2]))
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return task.cancelled(), task.cancelling()

    assert asyncio.run(go()) == (True, 1)


@every_operation
def test_connection_failures_are_repeated_and_signed_anew(drive: Driver, act: Act, waits: list[float]) -> None:
    line = Line(first(httpx.ConnectError("down"), httpx.ConnectTimeout("slow")))
    drive(line, act)
    tries = line.actions[:3]
    assert [actions[0]["timestamp"] for actions in tries] == [1_700_000_000, 1_700_000_001, 1_700_000_002]
    assert len({actions[0]["hmac"] for actions in tries}) == 3
    assert [[action["parameters"] for action in actions] for actions in tries] == [
        [action["parameters"] for action in tries[0]]
    ] * 3
    assert len(waits) == 2


@every_operation
def test_repeating_ends(drive: Driver, act: Act, waits: list[float]) -> None:
    line = Line(always(lambda: httpx.ConnectError("down")))
    with pytest.raises(ConnectionFailed):
        drive(line, act)
    assert len(line.requests) == MAX_ATTEMPTS
    assert len(waits) == MAX_ATTEMPTS - 1
    assert sum(waits) < 30


WRITES = {name: OPERATIONS[name] for name in ("call", "batch", "create", "modify", "delete")}
READS = {name: act for name, act in OPERATIONS.items() if name not in WRITES}
UNANSWERED: dict[str, Callable[[], Exception | httpx.Response]] = {
    "time-out": lambda: httpx.ReadTimeout("slow"),
    "connection lost": lambda: httpx.RemoteProtocolError("Server disconnected"),
    "cut": lambda: httpx.Response(200, content=b'{"status":{"code":200,'),
    "empty": lambda: httpx.Response(204),
    "gateway": lambda: httpx.Response(502, html="<h1>502 Bad Gateway</h1>"),
    "redirect": lambda: httpx.Response(307, headers={"location": "https://elsewhere.invalid/api/stable/api.php"}),
    "moved": lambda: httpx.Response(301, headers={"location": "http://onoffice.invalid/"}, content=b"moved"),
    "server error": lambda: httpx.Response(200, content=b'{"status":{"code":500,"errorcode":1,"message":""}}'),
    "bad compression": lambda: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x")),
    "no result": lambda: httpx.Response(200, content=b'{"status":{"code":200,"errorcode":0}}'),
}
every_silence = pytest.mark.parametrize("silence", UNANSWERED.values(), ids=UNANSWERED)


@pytest.mark.parametrize("act", WRITES.values(), ids=WRITES)
@every_silence
def test_a_write_without_an_answer_is_sent_once(
    drive: Driver, act: Act, silence: Callable[[], Exception | httpx.Response], waits: list[float]
) -> None:
    line = Line(always(silence))
    with suppress(OutcomeUnknown):
        assert drive(line, act) == [None, None]
    assert len(line.requests) == 1
    assert waits == []


@pytest.mark.parametrize("act", READS.values(), ids=READS)
@every_silence
def test_a_read_without_an_answer_is_repeated(
    drive: Driver, act: Act, silence: Callable[[], Exception | httpx.Response]
) -> None:
    line = Line(first(silence(), silence()))
    drive(line, act)
    assert {request.url.host for request in line.requests} == {"onoffice.invalid"}
    line = Line(always(silence))
    with pytest.raises(OutcomeUnknown, match="Nothing was written, as this only reads: try again in a minute"):
        drive(line, act)
    assert len(line.requests) == MAX_ATTEMPTS


@every_operation
def test_an_error_of_the_api_is_not_repeated(drive: Driver, act: Act) -> None:
    line = Line(lambda request: httpx.Response(200, content=b'{"status":{"code":400,"errorcode":22,"message":"Not."}}'))
    with pytest.raises(NotAuthenticated):
        drive(line, act)
    line = Line(lambda request: httpx.Response(200, content=reply(request, code=137)))
    with suppress(NotAuthenticated):
        assert [result.code for result in drive(line, act)] == [137, 137]
    assert len(line.requests) == 1


def test_answers_may_be_compressed_and_have_another_status(drive: Driver) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500, headers={"content-encoding": "gzip"}, content=gzip.compress(reply(request)))

    assert drive(Line(respond), OPERATIONS["call"]).code == 0


# Limits of an answer


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer that does not end; counts its pieces, and whether the line was closed."""

    def __init__(self) -> None:
        self.pieces = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in repeat(b" " * 1000):
            self.pieces += 1
            assert self.pieces < 1000, "nobody stops reading"
            yield piece

    async def __aiter__(self) -> Any:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def test_a_huge_answer_is_not_read_to_its_end(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_LARGEST_REPLY", 50_000)
    endless = Endless()
    with pytest.raises(OutcomeUnknown, match="too large"):
        drive(Line(always(lambda: httpx.Response(200, stream=endless))), OPERATIONS["create"])
    assert (endless.pieces, endless.closed) == (51, True)


def test_a_trickling_answer_is_not_waited_for(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(transport, "time", SimpleNamespace(monotonic=lambda: float(next(seconds))))
    endless = Endless()
    with pytest.raises(OutcomeUnknown, match="not complete after 30 s"):
        drive(Line(always(lambda: httpx.Response(200, stream=endless))), OPERATIONS["create"])
    assert (endless.pieces, endless.closed) == (31, True)


# Refused before anything is sent


@pytest.mark.parametrize(
    "act",
    [
        lambda crm: crm.create("buyer", [1, 2], [3, 4]),
        lambda crm: crm.create("buyer", [1], range(1, 502)),
        lambda crm: crm.create("buyer", [1], [2], RelationInfo("gesendet")),
        lambda crm: crm.create("calendar:address", [1], [2], RelationInfo(feedback="aktiv")),
        lambda crm: crm.modify("buyer", [1], [2], RelationInfo("gesendet")),
        lambda crm: crm.modify("calendar:address", [1], [2], None),
        lambda crm: crm.delete("buyer", "1", 2),
        lambda crm: crm.delete("buyer", [1, 2], [3]),
        lambda crm: crm.related("buyer"),
        lambda crm: crm.related("buyer", parents=[1], children=[2]),
        lambda crm: crm.link_arrays("nobody", parents=[1]),
        lambda crm: crm.read("file", ["x"]),
        lambda crm: crm.read("estate", ["ort"], ids=[1], filter={}),
        lambda crm: crm.call("erase", "relation", {}),
        lambda crm: crm.call("read", "estate", {"data": {1}}),
        lambda crm: crm.call("read", "estate", {}, resourceid=48),
        lambda crm: crm.batch([]),
        lambda crm: crm.batch([Call("read", "estate", {})] * 51),
        lambda crm: crm.batch([Call("read", "estate", {}, identifier="a")] * 2),
    ],
)
def test_refused_before_anything_is_sent(drive: Driver, act: Act) -> None:
    line = Line(good)
    with pytest.raises(InputError):
        drive(line, act)
    assert line.requests == []


@every_operation
def test_a_closed_client_says_so(act: Act) -> None:
    line = Line(good)
    crm = Client(KEYS, URL, ACCOUNT, transport=line.transport)
    crm.close()
    with pytest.raises(InputError, match="client is closed"):
        act(crm)

    async def go() -> None:
        crm = AsyncClient(KEYS, URL, ACCOUNT, transport=line.transport)
        await crm.close()
        with pytest.raises(InputError, match="client is closed"):
            await act(crm)

    asyncio.run(go())
    assert line.requests == []


# On the sandbox


def test_the_documented_example(drive: Driver) -> None:
    box = Sandbox()
    drive.sandbox(box, lambda crm: crm.create("calendar:address", [2909], [10821, 10823]))
    assert {(2909, 10821), (2909, 10823)} <= box.links("calendar:address")
    assert box.info(2909, 10821) == ("nicht gesetzt", None)
    drive.sandbox(
        box, lambda crm: crm.modify("calendar:address", [2909], [10821], RelationInfo("gecancelt", "inaktiv"))
    )
    assert box.info(2909, 10821) == ("gecancelt", "inaktiv")
    drive.sandbox(box, lambda crm: crm.delete("calendar:address", 2909, 10821))
    assert (2909, 10821) not in box.links("calendar:address")
    with pytest.raises(ApiError, match="168"):
        drive.sandbox(box, lambda crm: crm.delete("calendar:address", 2909, 10821))


@pytest.mark.parametrize("behaviour", list(Behaviour.variants()), ids=repr)
def test_links_are_read_right_however_the_api_behaves(drive: Driver, behaviour: Behaviour) -> None:
    box = Sandbox(behaviour=behaviour)
    links = [(1001, 5001), (1001, 5003), (1002, 5001), (1003, 5002)]
    box.link("buyer", links)
    expected = pd.DataFrame(sorted(row for row in box.links("buyer") if row[0] in (1001, 1002)))
    found = drive.sandbox(box, lambda crm: crm.related("buyer", parents=[1002, 1001, 999_999]))
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    assert list(found.columns) == ["parent", "child"]
    assert found.dtypes.tolist() == ["int64", "int64"]
    found = drive.sandbox(box, lambda crm: crm.related("buyer", children=[5001, 5003]))
    assert [tuple(row) for row in found.to_numpy().tolist()] == sorted(
        row for row in box.links("buyer") if row[1] in (5001, 5003)
    )
    nothing = drive.sandbox(box, lambda crm: crm.related("buyer", parents=[999_999]))
    assert nothing.dtypes.tolist() == ["int64", "int64"]
    assert len(nothing) == 0


@pytest.mark.parametrize("unknown_resourceid", ["absent", "refused"])
@pytest.mark.parametrize(
    ("module", "field"),
    [
        ("estate", "ort"),
        ("address", "Name"),
        ("user", "Nachname"),
        ("calendar", "description"),
        ("task", "Betreff"),
        ("agentsLog", "Aktionsart"),
    ],
)
def test_records_are_read_by_ids(drive: Driver, module: str, field: str, unknown_resourceid: str) -> None:
    box = Sandbox(behaviour=Behaviour(unknown_resourceid=unknown_resourceid), empty=True)
    fields: dict[str, Any] = {field: "Wert"}
    period: dict[str, Any] = {}
    if module == "calendar":
        fields |= {"start_dt": "2026-06-01 10:00:00", "end_dt": "2026-06-01 10:30:00"}
        period = {"start": "2026-06-01", "end": "2026-06-30"}
    ids = box.add(module, 11, 12, 13, **fields)
    found = drive.sandbox(box, lambda crm: crm.read(module, [field], ids=[13, 999_999, 11]))
    assert sorted(found.to_numpy().tolist()) == [[11, "Wert"], [13, "Wert"]]
    assert list(found.columns) == ["id", field]
    everything = drive.sandbox(box, lambda crm: crm.read(module, [field], **period))
    assert sorted(everything["id"]) == ids
    assert len(drive.sandbox(box, lambda crm: crm.read(module, [field], ids=[]))) == 0


def test_records_are_read_in_pages(drive: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    box = Sandbox(empty=True)
    box.add("estate", *range(1, 1002), ort="Aachen")
    box.add("estate", *range(2001, 2301), ort="Bonn")
    where = {"ort": [{"op": "=", "val": "Aachen"}]}
    found = drive.sandbox(box, lambda crm: crm.read("estate", ["ort"], filter=where, progress=True))
    assert sorted(found["id"]) == list(range(1, 1002))
    assert set(found["ort"]) == {"Aachen"}
    assert len(box.log) == 3
    assert "1001 records" in capsys.readouterr().err


def test_a_list_that_may_be_cut_is_said_where_it_was_asked_for(drive: Driver) -> None:
    page = [{"id": number, "elements": {"Betreff": "x"}} for number in range(1, 501)]

    def respond(request: httpx.Request) -> httpx.Response:
        (action,) = json.loads(request.content)["request"]["actions"]
        result = {"identifier": action["identifier"], "data": {"records": page}, "status": {"errorcode": 0}}
        envelope = {"status": {"code": 200, "errorcode": 0}, "response": {"results": [result]}}
        return httpx.Response(200, content=php.dumps(envelope))

    with pytest.warns(OnOfficeWarning, match="may be cut") as warned:
        frame = drive(Line(respond), lambda crm: crm.read("task", ["Betreff"]))
    assert len(frame) == 500
    assert warned[0].filename == __file__


def test_missing_results_of_a_read_are_asked_for_again(drive: Driver) -> None:
    box = Sandbox(faults=Faults({1: "missing", 2: "reordered", 3: "doubled", 4: "late"}))
    ids = list(range(1, 1502))
    found = drive.sandbox(box, lambda crm: crm.related("buyer", parents=ids))
    assert {tuple(pair) for pair in found.to_numpy().tolist()} == {
        pair for pair in box.links("buyer") if pair[0] in ids
    }
    assert len(box.log) == 5


def test_several_threads_share_a_client() -> None:
    box = Sandbox()
    box.link("buyer", [(parent, 5001) for parent in range(1001, 1101)])
    crm = box.client()
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda parent: crm.related("buyer", parents=[parent])["parent"].tolist(), range(1001, 1101))
    assert list(found) == [[parent] for parent in range(1001, 1101)]


def test_clients_say_where_they_are() -> None:
    box = Sandbox()
    assert repr(box.client()) == "<Client SANDBOX · Muster Immobilien>"
    assert repr(box.async_client()) == "<AsyncClient SANDBOX · Muster Immobilien>"
    assert repr(Client(KEYS, URL, ACCOUNT)) == "<Client LIVE · Muster>"
