"""The page without a browser: what its front end is sent, and what it sends back."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

import onoffice_nb as oo
from onoffice_nb.api.client import Client
from onoffice_nb.api.wire import ApiKeys
from tests.samples import SAMPLES
from tests.scenarios import is_write

EXPORT = oo.read_table(SAMPLES / "kaeufer_export.csv")
PARENT, CHILD = "Datensatznr. Immobilie", "Datensatznr. Adresse"
BUYERS = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}
URL = "https://sandbox.invalid/api/stable/api.php"


class FrontEnd:
    """A builder as its front end has it."""

    def __init__(self, builder: oo.RelationBuilder) -> None:
        self.builder = builder
        self.send("page.browser_language", tag="en")

    def send(self, action: str, *, buffers: Sequence[memoryview] = (), **content: Any) -> None:
        """What the front end sends for a click."""
        self.builder._heard(self.builder, {"do": action, **content}, buffers)

    def click(self, action: str, **content: Any) -> None:
        """Click, and wait until what it starts is done."""
        self.send(action, **content)
        self.builder._work.wait()

    def view(self, part: str) -> dict[str, Any]:
        view: dict[str, Any] = getattr(self.builder, f"_{part}_view")
        return view

    @property
    def text(self) -> str:
        """All that the front end shows, one text a line."""
        return "\n".join(
            text for part in ("page", "what", "data", "check", "send", "runs") for text in _texts(self.view(part))
        )

    def message(self, part: str) -> str:
        """What is said of the last click in this part."""
        return str(self.view("page")["messages"].get(part, {}).get("text", ""))

    @property
    def is_offered(self) -> bool:
        """Whether there is something to confirm."""
        return self.view("send")["confirmation"] is not None

    def choose(self) -> None:
        """Buyer, export, its two columns."""
        self.send("what.choose", name="estate:address:buyer")
        self.send("data.pick_frame", name="buyers")
        for side, label in (("parent", PARENT), ("child", CHILD)):
            self.send("data.column", side=side, column=str([*EXPORT.columns].index(label)))

    def paste(self, relation: str, parents: str, children: str) -> None:
        self.builder.choose(relation)
        self.builder.use(parent=parents, child=children)

    def confirm(self) -> None:
        """Tick the box, and type the number if one is asked for."""
        self.send("send.tick", is_ticked=True)
        number = (self.view("send")["confirmation"] or {}).get("number")
        if number is not None:
            self.send("send.type", typed=str(number))

    def confirm_and_submit(self, *, check: bool = True) -> None:
        if check:
            self.click("check.check")
        self.confirm()
        self.click("send.submit")

    @property
    def states(self) -> dict[str, int]:
        """How many rows of the table are in which state."""
        table = self.view("check")["table"]
        return {} if table is None else {shown["state"]: shown["n"] for shown in table["filters"]}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


class Gate(httpx.BaseTransport):
    """The way to a sandbox; once closed, requests wait there until it is opened."""

    def __init__(self, sandbox: oo.Sandbox) -> None:
        self.sandbox = sandbox
        self.open, self.reached = threading.Event(), threading.Event()
        self.open.set()
        self.only_writes = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if is_write(request.read()) or not self.only_writes:
            self.reached.set()
            assert self.open.wait(30)
        return self.sandbox.transport.handle_request(request)

    def close(self) -> None:
        """Nothing to close: the sandbox lives on."""

    def shut(self, *, only_writes: bool = False) -> None:
        self.only_writes = only_writes
        self.open.clear()
        self.reached.clear()

    def client(self) -> Client:
        keys = ApiKeys(self.sandbox.token, self.sandbox.secret)
        return Client(keys, URL, self.sandbox.account, transport=self)
