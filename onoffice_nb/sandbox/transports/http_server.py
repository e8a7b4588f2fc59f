"""The sandbox over HTTP, on loopback only: any onOffice client in any language can talk to it."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from contextlib import suppress
from operator import index
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from onoffice_nb.errors import SandboxError
from onoffice_nb.sandbox.endpoint.handler import ENDPOINTS, LARGEST_REQUEST, Reply
from onoffice_nb.sandbox.faults import Dropped, Fault
from onoffice_nb.sandbox.transports import status_page as page

if TYPE_CHECKING:
    from onoffice_nb.sandbox.sandbox import Sandbox

__all__ = ["Server"]

# The open connections by the address of their client, so that a fault can break one.
Connections: TypeAlias = dict[Any, asyncio.Transport]

_HOST: Final = "127.0.0.1"
# Longer than any client waits: official ones give up after 20 to 30 s.
_LATE_SECONDS: Final = 45.0
_LATE: Final = frozenset({Fault.LATE, Fault.COMMIT_LATE})


class Server:
    """A sandbox that answers on loopback, in a thread of its own, until `stop()`.

    Args:
        sandbox: the sandbox.
        port: the port; 0 takes any that is free.

    Attributes:
        url: the address of the endpoint.
        page: the address of a page that shows what goes on.
        token: the token that opens it.
        secret: the secret that belongs to it.

    Raises:
        SandboxError: if the port cannot be opened.
    """

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.token: str = sandbox.token
        self.secret: str = sandbox.secret
        self._socket = _listen(port)
        self.page: str = f"http://{_HOST}:{self._socket.getsockname()[1]}/"
        self.url: str = self.page.removesuffix("/") + ENDPOINTS[0]
        self._sandbox = sandbox
        self._connections: Connections = {}
        self._server = _Uvicorn(self._app(), self._connections)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="sandbox", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def __repr__(self) -> str:
        return f"<Server {self.url}>"

    def stop(self) -> None:
        """Finish the requests under way and free the port; to do it twice does no harm."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def wait(self) -> None:
        """Wait until it is stopped."""
        while self._thread.is_alive():
            # Not join(): a Ctrl-C in it makes Python 3.11 take the living thread for ended.
            time.sleep(0.2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _app(self) -> Starlette:
        routes = [Route(path, _Endpoint(self)) for path in ENDPOINTS]
        return Starlette(routes=[Route("/", self._show), *routes])

    def _show(self, request: Request) -> Response:
        return HTMLResponse(page.render(self._sandbox, request.query_params.get("relation", "")), headers=page.HEADERS)

    async def answer(self, request: Request) -> Response | None:
        """The response to one request; None after a fault of the line.

        Args:
            request: as it came over HTTP.

        Returns:
            The response, or None if the connection was dropped instead.
        """
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_REQUEST:
                break
        try:
            reply = await run_in_threadpool(self._sandbox.handle, bytes(body))
        except Dropped as dropped:
            await self._drop(request, dropped)
            return None
        return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.content_type)

    async def _drop(self, request: Request, dropped: Dropped) -> None:
        if dropped.fault in _LATE:
            with suppress(TimeoutError):
                # After the body, all that can still be received is that the client has gone.
                await asyncio.wait_for(request.receive(), _LATE_SECONDS)
        transport = self._connections.get(tuple(request.client)) if request.client is not None else None
        if transport is not None and dropped.cut is not None:
            transport.write(_half(dropped.cut))
            transport.close()
        elif transport is not None:
            transport.abort()
        # Let the loop see that the connection is gone before the request ends, or it would be answered with 500.
        while not await request.is_disconnected():
            await asyncio.sleep(0)


def _listen(port: int) -> socket.socket:
    """A socket that waits on loopback. Not `create_server`, which leaves its own open where there is no such port."""
    listener = socket.socket()
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit it; without, header and body of a reply wait 40 ms for each other.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((_HOST, index(port)))
        listener.listen()
    except (OSError, OverflowError, TypeError) as error:
        listener.close()
        raise SandboxError(
            f"Port {port} cannot be opened on {_HOST} ({error}). Choose another one, or 0 for any that is free."
        ) from None
    return listener


def _half(cut: Reply) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {cut.content_type}\r\ncontent-length: {2 * len(cut.body)}\r\n\r\n"
    return head.encode() + cut.body


class _Endpoint:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        with_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
        # One published client sends its POSTs as GETs with a body, and the API takes them.
        if request.method != "POST" and not (request.method == "GET" and with_body):
            response: Response | None = Response("onOffice answers to POST only.\n", 405, {"allow": "POST"})
        else:
            response = await self._server.answer(request)
        if response is not None:
            await response(scope, receive, send)


def _noting(connections: Connections) -> type[H11Protocol]:
    """A protocol that notes which connections are open, by their clients' addresses."""

    class NotingProtocol(H11Protocol):
        # As uvicorn's own: asyncio says BaseTransport, but what it hands to a protocol of streams is a Transport.
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            self._address = transport.get_extra_info("peername")
            connections[self._address] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self._address, None)
            super().connection_lost(exc)

    return NotingProtocol


class _Uvicorn(uvicorn.Server):
    """uvicorn that says when it is ready, and leaves the program's logging and signals alone."""

    def __init__(self, app: Starlette, connections: Connections) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=_noting(connections),
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                date_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
