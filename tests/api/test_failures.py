"""Connections that fail in earnest, on loopback: each says why in its own sentence, and what to do."""

from __future__ import annotations

import asyncio
import json
import pickle
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import trustme

from onoffice_nb.api import client as client_module
from onoffice_nb.api import transport, trust
from onoffice_nb.api.client import AsyncClient, Client
from onoffice_nb.api.retries import MAX_ATTEMPTS
from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.errors import ConnectionFailed, OnOfficeError, OutcomeUnknown, SettingsError
from onoffice_nb.model import Account
from onoffice_nb.sandbox.endpoint import php_json as php

KEYS = ApiKeys("T" * 32, "S" * 64)
ACCOUNT = Account("Muster", live=True, fingerprint="f")
Handler = Callable[[socket.socket], None]
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy_and_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    async def no_time(seconds: float) -> None:
        pass

    # The client's only: the loops and threads of these tests go on.
    monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr(client_module, "asyncio", SimpleNamespace(sleep=no_time))


@contextmanager
def listening(handle: Handler) -> Iterator[int]:
    """A port on loopback where each connection is handled in turn."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    handle(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # On Linux, closing alone does not wake a thread that accepts.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def closed_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
    return port


def url_of(port: int) -> str:
    return f"https://127.0.0.1:{port}/api/stable/api.php"


def read(url: str, kind: str) -> Any:
    """One read, by a client of the one kind or of the other."""
    if kind == "sync":
        with Client(KEYS, url, ACCOUNT) as crm:
            return crm.related("buyer", parents=[1001])

    async def go() -> Any:
        async with AsyncClient(KEYS, url, ACCOUNT) as crm:
            return await crm.related("buyer", parents=[1001])

    return asyncio.run(go())


def failure(url: str, kind: str) -> ConnectionFailed:
    """How a read fails before anything is sent."""
    with pytest.raises(ConnectionFailed) as caught:
        read(url, kind)
    error = caught.value
    assert "nothing was sent" in str(error)
    check_cause(error)
    return error


def check_cause(error: OnOfficeError) -> None:
    """The cause is the system's own error, alone, and whatever is shown of it all knows no secret."""
    cause = error.__cause__
    assert cause is None or (isinstance(cause, OSError) and not isinstance(cause, httpx.HTTPError))
    if cause is not None:
        assert (cause.__traceback__, cause.__context__, cause.__cause__) == (None, None, None)
    assert error.__suppress_context__
    shown = f"{error!r} {cause!r} {pickle.dumps(error)!r}"
    assert KEYS.token not in shown
    assert KEYS.secret not in shown


both = pytest.mark.parametrize("kind", ["sync", "async"])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def named_authority(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority, named where programs look for one."""
    named = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(named))
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    return authority


@contextmanager
def api_over_tls(certificate: trustme.LeafCert) -> Iterator[int]:
    """An API behind this certificate: it answers every request with no links."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            request = b""
            while b"\r\n\r\n" not in request:
                request += secured.recv(65536)
            head, _, body = request.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += secured.recv(65536)
            (action,) = json.loads(body)["request"]["actions"]
            result = {"identifier": action["identifier"], "data": {"records": []}, "status": {"errorcode": 0}}
            reply = php.dumps({"status": {"code": 200, "errorcode": 0}, "response": {"results": [result]}})
            secured.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(reply) + reply)

    with listening(handle) as port:
        yield port


# Certificates


@both
def test_a_certificate_that_nobody_vouches_for(authority: trustme.CA, kind: str) -> None:
    with api_over_tls(authority.issue_cert("127.0.0.1")) as port:
        error = failure(url_of(port), kind)
    assert "certificate of 127.0.0.1 is not trusted" in str(error)
    assert "SSL_CERT_FILE=/path/to/ca.pem" in str(error)
    assert "antivirus" in str(error)
    assert isinstance(error.__cause__, ssl.SSLCertVerificationError)
    assert not error.may_pass


@both
def test_the_company_s_authority_can_be_named(named_authority: trustme.CA, kind: str) -> None:
    with api_over_tls(named_authority.issue_cert("127.0.0.1")) as port:
        assert len(read(url_of(port), kind)) == 0


@both
def test_a_certificate_for_another_name(named_authority: trustme.CA, kind: str) -> None:
    with api_over_tls(named_authority.issue_cert("login.hotel.example")) as port:
        error = failure(url_of(port), kind)
    assert "certificate for another name" in str(error)
    assert "in a browser" in str(error)


@both
def test_a_certificate_that_is_out_of_date(named_authority: trustme.CA, kind: str) -> None:
    old = named_authority.issue_cert(
        "127.0.0.1", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=datetime(2020, 1, 1, tzinfo=UTC)
    )
    with api_over_tls(old) as port:
        error = failure(url_of(port), kind)
    assert "not valid at this computer's time" in str(error)
    assert "clock" in str(error)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_names_no_authority_is_said_at_once(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "ca.pem"
    if content is not None:
        named.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    with pytest.raises(SettingsError, match="SSL_CERT_FILE") as caught:
        Client(KEYS, "https://api.onoffice.de/api/stable/api.php", ACCOUNT)
    assert str(named) in str(caught.value)


@pytest.mark.parametrize("missing", ["the store", "truststore"])
def test_without_a_store_of_the_system_there_is_the_list_of_certifi(
    missing: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "certifi.pem"
    authority.cert_pem.write_to_path(str(named))
    monkeypatch.setattr("certifi.where", lambda: str(named))
    with api_over_tls(authority.issue_cert("127.0.0.1")) as port:
        failure(url_of(port), "sync")
        if missing == "the store":
            monkeypatch.setattr(trust, "_has_system_store", lambda: False)
        else:
            monkeypatch.setitem(sys.modules, "truststore", None)
        assert len(read(url_of(port), "sync")) == 0


@both
def test_what_does_not_speak_tls(kind: str) -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")

    with listening(plain) as port:
        error = failure(url_of(port), kind)
    assert "does not speak TLS" in str(error)
    assert error.may_pass


# Proxies


@contextmanager
def proxy_that_says(status: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())

    with listening(handle) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:t0ps3cret@127.0.0.1:{port}")
        yield port


@both
def test_a_proxy_that_wants_a_login(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy_that_says("407 Proxy Authentication Required", monkeypatch) as port:
        error = failure("https://api.onoffice.de/api/stable/api.php", kind)
    assert f"The proxy 127.0.0.1:{port} wants a login (407)" in str(error)
    assert "HTTPS_PROXY=http://USER:PASSWORD@" in str(error)
    assert "t0ps3cret" not in repr(error) + repr(error.__cause__)
    assert not error.may_pass


@both
def test_a_proxy_that_refuses(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy_that_says("403 Forbidden", monkeypatch) as port:
        error = failure("https://api.onoffice.de/api/stable/api.php", kind)
    assert f"The proxy 127.0.0.1:{port} refused to connect to api.onoffice.de (403)" in str(error)
    assert "administrators" in str(error)


@both
def test_a_proxy_that_is_dead(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:t0ps3cret@127.0.0.1:{closed_port()}")
    error = failure("https://api.onoffice.de/api/stable/api.php", kind)
    assert "the proxy 127.0.0.1:" in str(error)
    assert "refused the connection" in str(error)
    assert "HTTPS_PROXY" in str(error)
    assert "t0ps3cret" not in repr(error) + repr(error.__cause__)
    assert isinstance(error.__cause__, ConnectionRefusedError)


@both
def test_a_proxy_whose_name_is_not_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    error = failure("https://api.onoffice.de/api/stable/api.php", kind)
    assert "The name proxy.invalid was not found" in str(error)
    assert "HTTPS_PROXY" in str(error)


# Names, ports, time


@both
def test_a_name_that_is_not_found(kind: str) -> None:
    error = failure("https://onoffice.invalid/api/stable/api.php", kind)
    assert "The name onoffice.invalid was not found (DNS)" in str(error)
    assert "ONOFFICE_URL" in str(error)
    assert isinstance(error.__cause__, socket.gaierror)


@both
def test_a_port_that_refuses(kind: str) -> None:
    error = failure(url_of(closed_port()), kind)
    assert "127.0.0.1 refused the connection" in str(error)
    assert isinstance(error.__cause__, ConnectionRefusedError)
    assert error.may_pass


@both
def test_a_connection_that_does_not_come_about_in_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_TIMEOUT", httpx.Timeout(0.2, connect=0.2))
    over = threading.Event()

    def hold(connection: socket.socket) -> None:
        over.wait(10)

    with listening(hold) as port:
        error = failure(url_of(port), kind)
        over.set()
    assert "timed out" in str(error)
    assert "firewall" in str(error)


@both
def test_an_answer_that_does_not_come_in_time(
    named_authority: trustme.CA, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_TIMEOUT", httpx.Timeout(0.2, connect=2))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    named_authority.issue_cert("127.0.0.1").configure_cert(context)

    def silent(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            while secured.recv(65536):
                pass

    with listening(silent) as port, pytest.raises(OutcomeUnknown) as caught:
        read(url_of(port), kind)
    assert "no answer came within" in str(caught.value)
    assert "Nothing was written" in str(caught.value)
    check_cause(caught.value)


# What is tried again


@pytest.mark.parametrize("trusted", [True, False])
def test_what_cannot_pass_by_itself_is_not_tried_again(trusted: bool, authority: trustme.CA) -> None:
    """A line that breaks in the handshake may hold the next time; a certificate stays what it is."""
    tries = 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def handle(connection: socket.socket) -> None:
        nonlocal tries
        tries += 1
        if not trusted:
            context.wrap_socket(connection, server_side=True).close()

    with listening(handle) as port, Client(KEYS, url_of(port), ACCOUNT) as crm, pytest.raises(ConnectionFailed):
        crm.create("buyer", [1001], [5001])
    assert tries == (MAX_ATTEMPTS if trusted else 1)
