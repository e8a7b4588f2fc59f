from __future__ import annotations

import asyncio
import time
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

import onoffice_nb
from onoffice_nb import connection
from onoffice_nb.api.client import AsyncClient
from onoffice_nb.connection import connect, connect_async, open_client
from onoffice_nb.errors import SettingsError
from onoffice_nb.sandbox import Sandbox

TOKEN, SECRET = "t0k3nCANARY" + "a" * 21, "s3cr3tCANARY" + "b" * 52


@pytest.fixture(autouse=True)
def nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but loopback may be reached; the sandbox of the process is new; no wait takes time."""
    send = httpx.HTTPTransport.handle_request

    def loopback_only(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "127.0.0.1", f"{request.url} was asked for"
        return send(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", loopback_only)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.chdir(tmp_path)
    connection._sandbox.cache_clear()


def test_the_sandbox_unless_credentials_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    crm = connect()
    assert capsys.readouterr().out == "SANDBOX · Muster Immobilien (no credentials found: nothing here is real)\n"
    assert (crm.account.live, crm.account.persistent) == (False, False)
    assert repr(crm) == "<Client SANDBOX · Muster Immobilien>"
    crm.create("buyer", [1001], [5001])
    for same in (connect(), open_client()):
        assert same.link_arrays("buyer", parents=[1001]).children.tolist() == [5001]


def test_a_sandbox_in_a_file_lasts(tmp_path: Path) -> None:
    path = str(tmp_path / "sandbox.sqlite")
    crm = open_client(path)
    assert crm.account.persistent
    crm.create("buyer", [1001], [5001])
    assert (1001, 5001) in Sandbox(path).links("buyer")
    assert len(open_client().link_arrays("buyer", parents=[1001])) == 0


def test_live_with_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    crm = connect(TOKEN, SECRET)
    assert capsys.readouterr().out == "LIVE · api.onoffice.de (credentials from the arguments)\n"
    assert (crm.url, crm.account.live) == ("https://api.onoffice.de/api/stable/api.php", True)
    assert repr(connect(TOKEN, SECRET, label="Testkonto")) == "<Client LIVE · Testkonto>"


def test_credentials_of_the_environment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ONOFFICE_TOKEN", TOKEN)
    monkeypatch.setenv("ONOFFICE_SECRET", SECRET)
    monkeypatch.setenv("ONOFFICE_LABEL", "Muster GmbH")
    assert repr(connect()) == "<Client LIVE · Muster GmbH>"
    assert capsys.readouterr().out == "LIVE · Muster GmbH (credentials from the environment)\n"
    assert repr(open_client()) == "<Client LIVE · Muster GmbH>"
    assert capsys.readouterr().out == ""


def test_accounts_are_told_apart() -> None:
    live, other = connect(TOKEN, SECRET).account, connect(TOKEN[::-1], SECRET).account
    latest = connect(TOKEN, SECRET, "https://api.onoffice.de/api/latest/api.php").account
    assert live.fingerprint == latest.fingerprint
    assert len({live.fingerprint, other.fingerprint, connect().account.fingerprint}) == 3
    assert TOKEN not in live.fingerprint


def test_an_async_client_is_opened_in_three_ways(capsys: pytest.CaptureFixture[str]) -> None:
    async def opened() -> list[AsyncClient]:
        plain = connect_async()
        awaited = await connect_async(TOKEN, SECRET, label="Testkonto")
        async with connect_async() as managed:
            await managed.create("buyer", [1001], [5001])
            assert (await plain.related("buyer", parents=[1001]))["child"].tolist() == [5001]
        return [plain, awaited, managed]

    clients = asyncio.run(opened())
    assert [repr(client) for client in clients] == [
        "<AsyncClient SANDBOX · Muster Immobilien>",
        "<AsyncClient LIVE · Testkonto>",
        "<AsyncClient SANDBOX · Muster Immobilien>",
    ]
    assert capsys.readouterr().out.splitlines()[1] == "LIVE · Testkonto (credentials from the arguments)"
    with pytest.raises(SettingsError, match="swapped"):
        connect_async(SECRET, TOKEN)


def test_the_version_is_that_of_the_installed_package() -> None:
    assert onoffice_nb.__version__ == version("onoffice_nb")


@pytest.mark.parametrize(
    ("token", "secret", "url", "words"),
    [
        (SECRET, TOKEN, None, "swapped"),
        (TOKEN[:-1], SECRET, None, "31 characters, not 32"),
        (TOKEN, None, None, "secret is missing"),
        (TOKEN, SECRET, "http://api.onoffice.de/api/stable/api.php", "Write https://"),
        (TOKEN, SECRET, "http://192.168.1.5/api/stable/api.php", "Write https://"),
        (None, None, "https://api.onoffice.de/api/stable/api.php", "no token and secret"),
    ],
)
def test_half_an_account_is_no_sandbox(token: str | None, secret: str | None, url: str | None, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        connect(token, secret, url)


def test_loopback_is_asked_directly_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox().serve() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://proxy.invalid:3128")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with connect(server.token, server.secret, server.url) as crm:
            assert str(crm.account) == "SANDBOX · 127.0.0.1"
            assert len(crm.related("buyer", parents=[1001])) == 0
