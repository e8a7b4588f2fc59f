"""The sandbox as a server: loopback, page, log, restart, parallel writers, a clean stop."""

from __future__ import annotations

import gc
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox import Sandbox
from onoffice_nb.sandbox.data.demo_agency import OTHER_BRANCH
from onoffice_nb.sandbox.endpoint.handler import LARGEST_REQUEST
from onoffice_nb.sandbox.serve import serve
from onoffice_nb.sandbox.transports.http_server import Server
from tests.reference_client import URN, ReferenceClient

BUYER = "estate:address:buyer"


@pytest.fixture(scope="module")
def box() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="module")
def server(box: Sandbox) -> Iterator[Server]:
    with box.serve() as server:
        yield server


@pytest.fixture
def hand(server: Server) -> Iterator[ReferenceClient]:
    hand = ReferenceClient(server.token, server.secret, url=server.url)
    with hand.http:
        yield hand


def test_both_endpoints(server: Server, hand: ReferenceClient) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/stable/api\.php", server.url)
    assert hand.related("estate:address:owner", parentids=[1001])
    hand.url = server.url.replace("stable", "latest")
    assert hand.related("estate:address:owner", parentids=[1001])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/stable/api.php", 405),
        ("PUT", "/api/stable/api.php", 405),
        ("POST", "/api/newest/api.php", 404),
        ("POST", "/", 405),
        ("GET", "/../../etc/passwd", 404),
        ("POST", "/api/stable/api.php", 200),
    ],
)
def test_nothing_else(server: Server, method: str, path: str, status: int) -> None:
    assert httpx.request(method, server.page.rstrip("/") + path).status_code == status


def test_get_with_a_body(server: Server, hand: ReferenceClient) -> None:
    action = hand.action("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [1150]})
    body = json.dumps({"token": hand.token, "request": {"actions": [action]}})
    assert httpx.request("GET", server.url, content=body).json()["response"]["results"][0]["status"]["errorcode"] == 0


def test_same_bytes_as_in_process(box: Sandbox, hand: ReferenceClient) -> None:
    action = hand.action("get", "idsfromrelation", {"relationtype": URN + BUYER, "parentids": [1150, 1001]})
    assert hand.raw(action) == ReferenceClient(box.token, box.secret, box.transport).raw(action)


def test_loopback_only(server: Server) -> None:
    port = int(server.page.rsplit(":", 1)[1].strip("/"))
    assert server._socket.getsockname() == ("127.0.0.1", port)


def test_largest_request(hand: ReferenceClient) -> None:
    assert hand.http.post(hand.url, content=b" " * LARGEST_REQUEST).status_code == 200
    with httpx.Client() as http:
        try:
            assert http.post(hand.url, content=b" " * (2 * LARGEST_REQUEST)).status_code == 413
        except httpx.WriteError:
            # The server may hang up while the rest is still being sent.
            assert hand.http.post(hand.url, content=b"").status_code == 200


def test_hundred_parallel_writers(box: Sandbox, server: Server) -> None:
    """No link lost, none doubled, and none of the replies anything but the right one."""
    estates, before = range(1001, 1101), box.links(BUYER)

    def write(estate: int) -> list[int]:
        hand = ReferenceClient(server.token, server.secret, url=server.url)
        with hand.http:
            return [hand.relate("create", BUYER, estate, list(range(5001 + n, 5101, 10))) for n in range(10)]

    with ThreadPoolExecutor(100) as pool:
        codes = list(pool.map(write, estates))
    assert codes == [[0] * 10] * 100
    assert box.links(BUYER) - before == {(estate, address) for estate in estates for address in range(5001, 5101)}
    assert set(box.writes_received.values()) == {1}
    box.unlink(BUYER, box.links(BUYER) - before)


def test_page(box: Sandbox, server: Server, hand: ReferenceClient) -> None:
    hand.relate("create", BUYER, 1001, 5001)
    hand.code("read", "<script>alert(1)</script>", {})
    response = httpx.get(server.page)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    text = response.text
    assert "SANDBOX · Muster Immobilien" in text
    assert "create relation estate:address:buyer → 0" in text
    assert "several_ids" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert not any(secret in text for secret in (box.token, box.secret))
    assert not re.search(r"(src|href)=.?(https?:)?//", text)
    detail = httpx.get(server.page, params={"relation": BUYER}).text
    assert "<td>1001</td><td>5001</td>" in detail
    assert "<script" not in httpx.get(server.page, params={"relation": "<script>"}).text


def test_stop_frees_the_port_and_twice_does_no_harm() -> None:
    box = Sandbox(empty=True)
    server = box.serve()
    port = int(server.page.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(SandboxError, match=f"Port {port} cannot be opened"):
        box.serve(port)
    server.stop()
    server.stop()
    with socket.socket() as free, pytest.raises(ConnectionRefusedError):
        free.connect(("127.0.0.1", port))
    with box.serve(port) as again:
        assert httpx.get(again.page).status_code == 200


@pytest.mark.parametrize("port", [-1, 70_000])
def test_no_such_port(port: int) -> None:
    with pytest.raises(SandboxError, match="cannot be opened"):
        Sandbox(empty=True).serve(port)


def test_state_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "agency.sqlite"
    first = Sandbox(file)
    assert first.account.persistent
    with first.client() as crm:
        crm.create("buyer", [1001], [5001, 5002])
    first.add("address", 20_000, Name="Neu")
    # Not closed: as if the process had been killed.
    again = Sandbox(file)
    assert {pair for pair in again.links("buyer") if pair[0] == 1001} == {(1001, 5001), (1001, 5002)}
    assert again.existing_ids("address", [20_000]) == {20_000}
    assert again.account == first.account
    assert Sandbox().account.fingerprint != Sandbox().account.fingerprint
    assert not Sandbox().account.persistent


def test_a_dropped_sandbox_leaves_no_database_open() -> None:
    """As in a notebook, where nobody closes one."""
    box = Sandbox(empty=True)
    box.client()
    database = box._store._db
    del box
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        database.execute("SELECT 1")


def test_file_of_another_kind(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database\n" * 100, encoding="utf-8")
    before = text.read_bytes()
    with pytest.raises(SandboxError, match="cannot be opened as a sandbox's database"):
        Sandbox(text)
    assert text.read_bytes() == before
    with pytest.raises(SandboxError, match="cannot be opened"):
        Sandbox(tmp_path / "no such folder" / "agency.sqlite")


def test_database_of_another_program(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(SandboxError, match="of another program or version"):
        Sandbox(file)


RUN = "import sys; from onoffice_nb.sandbox.serve import serve; serve(lambda text: print(text, flush=True), 0, {}, {})"


def test_run_until_ctrl_c(tmp_path: Path) -> None:
    """As in a terminal: the address is said, requests are logged without secrets, Ctrl-C ends it cleanly."""
    code = RUN.format(repr(str(tmp_path / "agency.sqlite")), "['html:2']")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = b""
        while b"Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
            said += line
        given = dict(re.findall(r"ONOFFICE_(\w+)=(\S+)", said.decode()))
        hand = ReferenceClient(given["TOKEN"], given["SECRET"], url=given["URL"])
        with hand.http:
            assert hand.relate("create", BUYER, [1001], [5001]) == 0
            assert b"<html>" in hand.raw()
        process.send_signal(signal.SIGINT)
        log, errors = process.stdout.read(), process.stderr.read()
        assert process.wait(timeout=30) == 0
    assert errors == b""
    assert "200 · create relation estate:address:buyer → 0\n" in log.decode()
    assert "[html]" in log.decode()
    assert log.endswith(b"Stopped.\n")
    assert given["TOKEN"].encode() not in log
    assert (1001, 5001) in Sandbox(tmp_path / "agency.sqlite").links("buyer")


def test_run_live_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of the other branch may not be written, users not read; without it again they may."""
    file, said = str(tmp_path / "agency.sqlite"), list[str]()
    estate, codes = OTHER_BRANCH["estate"][0], list[tuple[int, int]]()

    def ask(server: Server) -> None:
        hand = ReferenceClient(server.token, server.secret, url=server.url)
        with hand.http:
            codes.append((hand.relate("create", BUYER, estate, 5001), hand.code("read", "user", {"data": ["Name"]})))

    monkeypatch.setattr(Server, "wait", ask)
    serve(said.append, 0, file, live_like=True)
    serve(said.append, 0, file)
    assert codes == [(262, 170), (0, 0)]
    assert said.count("Stopped.") == 2
