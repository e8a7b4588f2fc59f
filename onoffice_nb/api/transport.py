"""The boundary to httpx: its time limits, its exceptions as ours, and a body within limits."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from onoffice_nb.api.exchange import HttpReply
from onoffice_nb.api.trust import CA_VARIABLE, trusted_context
from onoffice_nb.errors import ConnectionFailed, OnOfficeError, OutcomeUnknown

__all__ = ["BoundedBody", "httpx_options", "translate_error"]

# What onOffice's own clients use: 2 s to connect, some 30 s for all of a request.
_SECONDS: Final = 30.0
_TIMEOUT: Final = httpx.Timeout(_SECONDS, connect=2.0)
# More than this is no reply to 50 actions; it would only fill the memory.
_LARGEST_REPLY: Final = 64 * 2**20
_NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# What OpenSSL calls the reasons for which a certificate is refused.
_OUT_OF_DATE: Final = frozenset({9, 10})
_OTHER_NAME: Final = frozenset({62, 63, 64})


def httpx_options(url: str, *, transport: object = None) -> dict[str, Any]:
    """How httpx's clients are set up for an address.

    Args:
        url: the address of the API.
        transport: what replaces the network, if anything does.

    Returns:
        Keyword arguments of `httpx.Client` and `httpx.AsyncClient`.

    Raises:
        SettingsError: if `SSL_CERT_FILE` does not name a file of certificates.
    """
    options: dict[str, Any] = {
        "timeout": _TIMEOUT,
        "headers": {"Content-Type": "application/json"},
        # Plain http is for this computer only: a proxy of the environment would carry the token away from it.
        "trust_env": url.startswith("https:"),
        "transport": transport,
    }
    if transport is None:
        options["verify"] = trusted_context()
    return options


def translate_error(error: BaseException, url: str) -> BaseException:
    """An exception of the network as one of ours: the question is only whether something may have arrived.

    What is not an error, as an interrupt or the cancelling of a task, stays
    what it is, but loses its traceback: it leads through frames that hold the
    token. Of the network's exceptions only the operating system's or TLS's own
    is kept, as the cause; httpx's know the whole request.

    Args:
        error: what was raised while a request was under way.
        url: the address of the API.

    Returns:
        The exception to raise instead.
    """
    if not isinstance(error, Exception):
        error.add_note("A request was under way and may have arrived. If it was to write, read the links back first.")
    if isinstance(error, OnOfficeError) or not isinstance(error, Exception):
        return error.with_traceback(None)

    name = type(error).__name__
    cause = None if isinstance(error, httpx.TimeoutException) else _system_error(error)
    failure: ConnectionFailed | OutcomeUnknown
    if isinstance(error, _NOTHING_SENT):
        reason, may_pass = _why_not_connected(error, cause, url)
        failure = ConnectionFailed(f"No connection to onOffice ({name}), so nothing was sent. {reason}")
        failure.may_pass = may_pass
    elif isinstance(error, httpx.TimeoutException):
        failure = OutcomeUnknown(f"The request may have arrived, but no answer came within {_SECONDS:.0f} s ({name}).")
    else:
        failure = OutcomeUnknown(f"The request may have arrived, but no answer came ({name}).")
    failure.__cause__ = cause
    return failure


def _why_not_connected(error: Exception, cause: OSError | None, url: str) -> tuple[str, bool]:
    """Why no connection came about and what to do about it; and whether it may pass by itself."""
    host = urlsplit(url).hostname or ""
    proxy = _proxy_of(url)
    other_side = f"the proxy {proxy}" if proxy else host

    if isinstance(error, httpx.ProxyError):
        return _why_the_proxy_refused(error, host, proxy)
    if isinstance(error, httpx.TimeoutException):
        return _why_out_of_time(error, other_side, proxy), True
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _why_not_trusted(cause, host), False
    if isinstance(cause, ssl.SSLError):
        return _why_no_tls(cause, host), True
    return _why_not_reached(cause, host, proxy, other_side), True


def _why_no_tls(cause: ssl.SSLError, host: str) -> str:
    return (
        f"What answered for {host} does not speak TLS as it should ({cause.reason or 'no reason given'}): a proxy,"
        f" a firewall or the login page of a Wi-Fi may stand between. Open https://{host}/ in a browser and look."
    )


def _why_not_reached(cause: OSError | None, host: str, proxy: str, other_side: str) -> str:
    if isinstance(cause, socket.gaierror):
        name = proxy.rpartition(":")[0] if proxy else host
        where = "HTTPS_PROXY" if proxy else "ONOFFICE_URL"
        return (
            f"The name {name} was not found (DNS). Look whether this computer is online, whether it needs a VPN, and"
            f" whether the name is right (it comes from {where}, if that is set)."
        )
    if isinstance(cause, ConnectionRefusedError):
        hint = " Look whether HTTPS_PROXY is still right, or unset it." if proxy else " Try again in a minute."
        return f"The computer was reached, but {other_side} refused the connection.{hint}"
    if cause is not None and cause.strerror:
        return f"The operating system says of {other_side}: {cause.strerror}. Look whether the network is up."
    return "Look whether the network is up."


def _why_out_of_time(error: httpx.TimeoutException, other_side: str, proxy: str) -> str:
    if isinstance(error, httpx.PoolTimeout):
        return "All connections of this client were in use for too long. Use fewer threads, or a client each."
    hint = (
        "Look whether HTTPS_PROXY is still right."
        if proxy
        else "A firewall may drop what goes out: if browsers here use a proxy, name it in HTTPS_PROXY."
    )
    return f"No connection came about with {other_side} within {_TIMEOUT.connect:.0f} s (timed out). {hint}"


def _why_the_proxy_refused(error: httpx.ProxyError, host: str, proxy: str) -> tuple[str, bool]:
    status = re.match(r"\d{3}\b", str(error))
    if status is None:
        return f"The proxy {proxy} did not connect to {host}. Look whether HTTPS_PROXY is right.", True
    if status[0] == "407":
        return (
            f"The proxy {proxy} wants a login (407). Set HTTPS_PROXY=http://USER:PASSWORD@{proxy} (special characters"
            " as %XX), and restart the kernel.",
            False,
        )
    return (
        f"The proxy {proxy} refused to connect to {host} ({status[0]}). Ask its administrators to allow {host},"
        " port 443.",
        not status[0].startswith("4"),
    )


def _why_not_trusted(cause: ssl.SSLCertVerificationError, host: str) -> str:
    if cause.verify_code in _OUT_OF_DATE:
        return (
            f"The certificate of {host} is not valid at this computer's time, {datetime.now():%Y-%m-%d %H:%M}"
            f" ({cause.verify_message}). Look whether the clock is right."
        )
    if cause.verify_code in _OTHER_NAME:
        return (
            f"What answered for {host} has a certificate for another name: a proxy, a firewall or the login page of a"
            f" Wi-Fi may stand between. Open https://{host}/ in a browser and look."
        )
    return (
        f"The certificate of {host} is not trusted ({cause.verify_message}). A company's proxy or an antivirus program"
        " that looks into encrypted traffic signs with a certificate authority (CA) of its own: have it installed in"
        f" this computer's store of certificates, or name its file, {CA_VARIABLE}=/path/to/ca.pem, and restart the"
        " kernel."
    )


def _system_error(error: BaseException) -> OSError | None:
    """The innermost exception of the system under one of httpx's, alone: without traceback and without context."""
    innermost = None
    for inner in _causes(error):
        if isinstance(inner, OSError) and not isinstance(inner, TimeoutError):
            innermost = inner
    if innermost is not None:
        innermost.__cause__ = innermost.__context__ = None
        innermost.__traceback__ = None
    return innermost


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What stands under an exception, from the outside in; of a group, its first member."""
    inner: BaseException | None = error.__cause__ or error.__context__
    while inner is not None:
        yield inner
        inner = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else inner.__cause__ or inner.__context__


def _proxy_of(url: str) -> str:
    """The proxy that httpx asks for an address, as host:port and without what logs in; empty where there is none."""
    parts = urlsplit(url)
    proxies = getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not named or proxy_bypass(parts.hostname or ""):
        return ""
    try:
        proxy = urlsplit(named if "://" in named else f"http://{named}")
        return f"{proxy.hostname}:{proxy.port or 80}"
    except ValueError:
        return "of HTTPS_PROXY"


class BoundedBody:
    """A reply gathered piece by piece, within limits of time and size."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _SECONDS
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Take one more piece.

        Raises:
            OutcomeUnknown: when it is too late or too much.
        """
        self._pieces.append(piece)
        self._size += len(piece)
        if time.monotonic() > self._until:
            raise OutcomeUnknown(f"The request was sent, but the answer was not complete after {_SECONDS:.0f} s.")
        if self._size > _LARGEST_REPLY:
            raise OutcomeUnknown("The request was sent, but the answer is too large to be one of onOffice's.")

    def reply(self, response: httpx.Response) -> HttpReply:
        """All of it, with what matters of its head."""
        head = response.headers
        return HttpReply(response.status_code, b"".join(self._pieces), head.get("date"), head.get("retry-after"))
