"""The sandbox in place of the network: httpx's requests, httpx's exceptions, no socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

import anyio.to_thread
import httpx

from onoffice_nb.sandbox.endpoint.handler import ENDPOINTS, Reply
from onoffice_nb.sandbox.faults import Dropped, Fault

__all__ = ["SandboxTransport"]

_EXCEPTIONS: Final = {
    Fault.REFUSED: (httpx.ConnectError, "Connection refused"),
    Fault.UNREACHED: (httpx.ConnectTimeout, "timed out"),
    Fault.DROP_BEFORE: (httpx.ReadError, "Connection reset by peer"),
    Fault.DROP_AFTER: (httpx.RemoteProtocolError, "Server disconnected without sending a response."),
    Fault.LATE: (httpx.ReadTimeout, "The read operation timed out"),
    Fault.COMMIT_LATE: (httpx.ReadTimeout, "The read operation timed out"),
}


class SandboxTransport(httpx.MockTransport):
    """Hands requests to a sandbox, blocking or `async`; its faults become httpx's exceptions."""

    def __init__(self, handle: Callable[[bytes], Reply]) -> None:
        super().__init__(self._respond)
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """In a thread, so that a sandbox with latency holds up nobody else."""
        await request.aread()
        return await anyio.to_thread.run_sync(self._respond, request)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        if request.url.path not in ENDPOINTS:
            return httpx.Response(404, html="<h1>404 Not Found</h1>")
        # One published client sends its POSTs as GETs with a body, and the API takes them.
        if request.method != "POST" and not (request.method == "GET" and request.content):
            return httpx.Response(405, headers={"allow": "POST"})
        try:
            reply = self._handle(request.content)
        except Dropped as dropped:
            if dropped.cut is None:
                exception, message = _EXCEPTIONS[dropped.fault]
                raise exception(message, request=request) from None
            return httpx.Response(
                200, headers={"content-type": "application/json"}, stream=TruncatedStream(dropped.cut.body)
            )
        return httpx.Response(
            reply.status, headers=[("content-type", reply.content_type), *reply.headers], content=reply.body
        )


class TruncatedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The beginning of a body, after which the line breaks."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
