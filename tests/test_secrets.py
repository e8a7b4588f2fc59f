"""Token, secret and hmac show nowhere, whatever fails: not in a text, a file, a log or a traceback with its locals."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import pprint
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from IPython.core.ultratb import VerboseTB

import onoffice_nb as oo
from onoffice_nb.api import client as client_module
from onoffice_nb.api.client import AsyncClient, Client
from onoffice_nb.api.credentials import Credentials
from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.errors import OnOfficeError
from onoffice_nb.model import Account
from onoffice_nb.sandbox import Fault
from onoffice_nb.sandbox.endpoint import php_json as php

TOKEN = "t0k3nCANARY" + "a1" * 10 + "z"
SECRET = "s3cr3tCANARY" + "b2" * 26
KEYS = ApiKeys(TOKEN, SECRET)
URL = "https://onoffice.invalid/api/stable/api.php"
ACCOUNT = Account("Muster", live=True, fingerprint="f", persistent=False)
Act = Callable[[Any], Any]


class Watch:
    """Knows what must not show: the keys, and every hmac that was sent."""

    def __init__(self) -> None:
        self.secrets = {TOKEN, SECRET, "CANARY"}
        self.requests = 0

    def sent(self, body: bytes) -> None:
        self.requests += 1
        request = json.loads(body)
        self.secrets |= {request["token"], *(action["hmac"] for action in request["request"]["actions"])}

    def transport(self, respond: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            self.sent(request.content)
            return respond(request)

        return httpx.MockTransport(handle)

    def check(self, *shown: object) -> None:
        """None of these texts, bytes or things (by their repr) shows a secret."""
        for thing in shown:
            text = (
                thing
                if isinstance(thing, str)
                else thing.decode("latin-1")
                if isinstance(thing, bytes)
                else repr(thing)
            )
            found = [secret for secret in self.secrets if secret in text or json.dumps(secret)[1:-1] in text]
            assert not found, f"{found} shows in {text[:10_000]}"

    def check_error(self, error: BaseException) -> None:
        """Nothing that can be made of an exception shows a secret, wherever in the chain it stands."""
        self.check(str(error), repr(error), repr(error.args), repr(vars(error)))
        self.check(*shown(error))
        if isinstance(error, OnOfficeError):
            self.check(pickle.dumps(error))
            # Only the system's own error may be the cause: it knows of no request.
            cause = error.__cause__
            assert cause is None or isinstance(cause, OSError)
            assert cause is None or (cause.__traceback__, cause.__cause__, cause.__context__) == (None, None, None)
            assert error.__context__ is None


def shown(error: BaseException) -> Iterator[str]:
    """A traceback as Python, debuggers and IPython write it."""
    yield "".join(traceback.format_exception(error))
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    yield VerboseTB(theme_name="nocolor", long_header=True).text(type(error), error, error.__traceback__)


@pytest.fixture
def watch(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Logs at DEBUG from everybody and warnings are watched in every test; the clients' waits take no time."""

    async def nap(seconds: float) -> None:
        pass

    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    # Only the client's: the server's own loop has to go on.
    monkeypatch.setattr(client_module, "asyncio", SimpleNamespace(sleep=nap))
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "asyncio", "uvicorn", "onoffice_nb"):
        caplog.set_level(logging.DEBUG, logger=name)
    watching = Watch()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield watching
    watching.check(*(str(warning.message) for warning in warned))
    watching.check(*(vars(record) for record in caplog.records), *(record.getMessage() for record in caplog.records))


# Every way to fail


def echo(request: httpx.Request) -> str:
    """All that a gateway or an API that wants to be helpful may repeat of a request."""
    action = json.loads(request.content)["request"]["actions"][0]
    return f"token {TOKEN}, secret {SECRET}, hmac {action['hmac']}, body {request.content.decode()}"


def envelope(request: httpx.Request, status: dict[str, Any], code: int = 0) -> httpx.Response:
    results = [
        {"identifier": action["identifier"], "data": [], "status": {"errorcode": code, "message": echo(request)}}
        for action in json.loads(request.content)["request"]["actions"]
    ]
    return httpx.Response(200, content=php.dumps({"status": status, "response": {"results": results if code else []}}))


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"status":'
        raise self.error

    async def __aiter__(self) -> Any:
        for part in self:
            yield part


def raising(make: Callable[[httpx.Request], BaseException]) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        raise make(request)

    return respond


WAYS: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "no connection": raising(lambda request: httpx.ConnectError(echo(request), request=request)),
    "time-out": raising(lambda request: httpx.ReadTimeout(echo(request), request=request)),
    "not of httpx": raising(lambda request: ValueError(request.content)),
    "line breaks": lambda request: httpx.Response(200, stream=Broken(httpx.ReadError(echo(request), request=request))),
    "echoing gateway": lambda request: httpx.Response(502, html=echo(request)),
    "echoing gateway, cut": lambda request: httpx.Response(200, content=b'{"status": ' + request.content),
    "not UTF-8": lambda request: httpx.Response(200, content=b"\xff" + request.content),
    "redirect": lambda request: httpx.Response(307, headers={"location": f"https://elsewhere.invalid/?{TOKEN}"}),
    "refused": lambda request: envelope(request, {"code": 400, "errorcode": 22, "message": echo(request)}),
    "refused in words": lambda request: envelope(request, {"code": 400, "errorcode": echo(request)}),
    "server error": lambda request: envelope(request, {"code": 500, "errorcode": 1, "message": echo(request)}),
    "error of the action": lambda request: envelope(request, {"code": 200, "errorcode": 0}, code=137),
    "no result": lambda request: envelope(request, {"code": 200, "errorcode": 0}),
    "interrupt": raising(lambda request: KeyboardInterrupt()),
    "interrupt in the answer": lambda request: httpx.Response(200, stream=Broken(KeyboardInterrupt())),
    "exit": raising(lambda request: SystemExit(1)),
}
ACTS: dict[str, Act] = {
    "create": lambda crm: crm.create("buyer", [1001], [5001, 5002]),
    "related": lambda crm: crm.related("buyer", parents=[1001]),
    "read": lambda crm: crm.read("estate", ["ort"]),
    "call": lambda crm: crm.call("do", "sendmail", {}),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_failure_shows_a_secret(watch: Watch, way: Any, act: Act, kind: str) -> None:
    async def go() -> None:
        async with AsyncClient(KEYS, URL, ACCOUNT, transport=watch.transport(way)) as crm:
            await act(crm)

    try:
        if kind == "sync":
            act(Client(KEYS, URL, ACCOUNT, transport=watch.transport(way)))
        else:
            asyncio.run(go())
    except BaseException as error:
        failure = error
    watch.check_error(failure)
    assert watch.requests


@pytest.mark.parametrize("place", ["json.dumps", "onoffice_nb.api.wire.sign"])
def test_an_interrupt_while_a_request_is_written(watch: Watch, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    crm = Client(KEYS, URL, ACCOUNT, transport=watch.transport(lambda request: httpx.Response(200)))
    body = {"token": TOKEN}

    def interrupted(what: object, *others: object, **options: object) -> str:
        if body["token"] in repr(what) or isinstance(what, ApiKeys):
            raise KeyboardInterrupt
        return "{}"

    monkeypatch.setattr(place, interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        ACTS["create"](crm)
    monkeypatch.undo()
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]
    assert frames[-1].f_code.co_name == "write_request"
    watch.check(*(frame.f_locals for frame in frames))


def test_over_a_real_line_with_all_logs(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    box = oo.Sandbox()
    with box.serve() as server, warnings.catch_warnings():
        watch.secrets |= {server.token, server.secret}
        good = oo.connect(server.token, server.secret, server.url)
        good.create("buyer", [1001], [5001])
        watch.check(good, vars(good))
        box.faults = oo.Faults({2: "drop_after", 3: "cut", 4: "html", 5: "drop_before"})
        good.related("buyer", parents=[1001])
        good.close()
        for act in ACTS.values():
            with Client(KEYS, server.url, ACCOUNT) as stranger, pytest.raises(OnOfficeError) as caught:
                act(stranger)
            watch.check_error(caught.value)
    refused = Client(KEYS, "http://127.0.0.1:1/api/stable/api.php", ACCOUNT)
    with refused, pytest.raises(oo.ConnectionFailed) as failed:
        ACTS["create"](refused)
    watch.check_error(failed.value)
    assert {"httpx", "httpcore.http11", "httpcore.connection"} <= {record.name for record in caplog.records}


# What is public


def test_nothing_public_shows_a_secret(watch: Watch) -> None:
    credentials = Credentials(KEYS, URL, "Muster", "the arguments")
    client, twin = Client(KEYS, URL, ACCOUNT), AsyncClient(KEYS, URL, ACCOUNT)
    for thing in (KEYS, credentials, client, twin, client.account):
        watch.check(thing, str(thing), f"{thing}", pprint.pformat(thing), [thing], {"thing": thing})
    watch.check(vars(client), vars(twin), pprint.pformat(vars(client)))


@pytest.mark.parametrize(
    "arguments",
    [
        (SECRET, TOKEN),
        (TOKEN[:-1], SECRET),
        (TOKEN, SECRET + "x"),
        (f" {TOKEN}", SECRET),
        (TOKEN, SECRET, f"https://{SECRET}@onoffice.invalid/api/stable/api.php"),
        (TOKEN, SECRET, TOKEN),
        (TOKEN, 5),
        ([TOKEN], SECRET),
    ],
)
def test_wrong_credentials_are_not_repeated(watch: Watch, arguments: Any) -> None:
    with pytest.raises(oo.SettingsError) as caught:
        oo.connect(*arguments)
    error = caught.value
    watch.check(str(error), repr(error), pickle.dumps(error))
    # The first frame is the one that holds the arguments as they were typed: ours come after it.
    error = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
    watch.check(*shown(error))


# From the pairs to the report


PAIRS = oo.read_pairs(parent=[1001, 1002, 1003, 48, 1001], child=[5001, 5002, 9_000_001, 5003, 5001])


def pages(*things: Any) -> Iterator[str]:
    """What a notebook shows of things."""
    for thing in things:
        yield from (repr(thing), str(thing), pprint.pformat(thing))
        if hasattr(thing, "__dict__"):
            yield pprint.pformat(vars(thing))
        if hasattr(thing, "_repr_html_"):
            yield thing._repr_html_()


@pytest.mark.parametrize("seed", range(6))
def test_from_the_pairs_to_the_report(
    watch: Watch, seed: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The sandbox's keys are the canary here: they are sent, and nothing may show them."""
    box = oo.Sandbox(faults=oo.Faults(chance=0.4, seed=seed, kinds=tuple(Fault)))
    watch.secrets |= {box.token, box.secret}
    crm = Client(
        ApiKeys(box.token, box.secret), URL, box.account, transport=watch.transport(box.transport.handle_request)
    )
    journal = oo.Journal(tmp_path / "runs.sqlite")
    box.faults, faults = None, box.faults
    plan = oo.plan(crm, "buyer", PAIRS)
    box.faults = faults
    reports = [oo.submit(crm, plan, journal=journal, force=["unknown-record"])]
    reports.append(oo.retry(crm, reports[0], journal=journal))
    box.faults = None
    reports.append(oo.undo(crm, reports[0], journal=journal))
    watch.check(*pages(crm, plan, plan.pairs, *plan.actions, journal, *reports))
    watch.check(plan.to_json(), plan.save(tmp_path / "plan.json").read_bytes(), oo.runs(journal=journal).to_csv())
    for report in reports:
        watch.check(report.to_csv(tmp_path / "report.csv").read_bytes(), report.to_markdown(), report.frame.to_html())
        watch.check(*report.problems())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"runs.sqlite", "plan.json", "report.csv"} <= {path.name for path in files}
    watch.check(*(path.read_bytes() for path in files))
    watch.check(*capfd.readouterr())
    assert watch.requests > 5


def test_an_api_that_repeats_them_reaches_no_journal(watch: Watch, tmp_path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        reads = b"idsfromrelation" in request.content
        response = envelope(request, {"code": 200, "errorcode": 0}, code=0 if reads else 292)
        if not reads:
            return response
        actions = json.loads(request.content)["request"]["actions"]
        good = [{"identifier": action["identifier"], "data": [], "status": {"errorcode": 0}} for action in actions]
        return httpx.Response(200, content=php.dumps({"status": {"errorcode": 0}, "response": {"results": good}}))

    crm = Client(KEYS, URL, ACCOUNT, transport=watch.transport(respond))
    journal = oo.Journal(tmp_path / "runs.sqlite")
    report = oo.submit(crm, oo.plan(crm, "buyer", PAIRS, preflight=False), journal=journal, progress=False)
    assert report.counts == {oo.Outcome.FAILED: 5}
    watch.check(*pages(report), report.to_markdown(), report.to_csv(tmp_path / "report.csv").read_bytes())
    watch.check(*(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()))
