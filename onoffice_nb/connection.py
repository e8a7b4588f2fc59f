"""`connect()` and `connect_async()`: the live API where there are credentials, else the sandbox; they say which."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from onoffice_nb.api.client import AsyncClient, Client
from onoffice_nb.api.credentials import Credentials, load
from onoffice_nb.errors import SettingsError
from onoffice_nb.model import Account

if TYPE_CHECKING:
    from onoffice_nb.sandbox import Sandbox

__all__ = ["client_of", "connect", "connect_async", "open_client", "open_live", "open_sandbox"]


def connect(
    token: str | None = None, secret: str | None = None, url: str | None = None, *, label: str | None = None
) -> Client:
    """Open a client of the live API, or of the sandbox if there are no credentials anywhere; prints which.

    Credentials are taken from the arguments, from `ONOFFICE_TOKEN`,
    `ONOFFICE_SECRET`, `ONOFFICE_URL` and `ONOFFICE_LABEL`, from a `.env` file,
    or from the keyring, and are checked before any request.

    Args:
        token: 32 characters, from the settings of the API user.
        secret: 64 characters, from the same place.
        url: the address of the API; the stable endpoint without.
        label: what the account is called in previews and reports; the host without.

    Returns:
        A client, which is a context manager too.

    Raises:
        SettingsError: if the credentials are incomplete, cut or swapped.

    Example:
        >>> crm = connect()
        SANDBOX · Muster Immobilien (no credentials found: nothing here is real)
    """
    try:
        credentials = load(token, secret, url, label)
    finally:
        # A verbose traceback shows local variables.
        del token, secret, url
    client = client_of(credentials) if credentials else _sandbox(":memory:").client()
    _say(client.account, credentials)
    return client


def connect_async(
    token: str | None = None, secret: str | None = None, url: str | None = None, *, label: str | None = None
) -> AsyncClient:
    """Open a client for `async` code; otherwise as `connect`. With or without `await`, and with `async with`.

    Args:
        token: 32 characters, from the settings of the API user.
        secret: 64 characters, from the same place.
        url: the address of the API; the stable endpoint without.
        label: what the account is called in previews and reports; the host without.

    Returns:
        A client whose calls are awaited.

    Raises:
        SettingsError: if the credentials are incomplete, cut or swapped.

    Example:
        >>> import asyncio
        >>> async def count_links():
        ...     async with connect_async() as crm:
        ...         return len(await crm.related("buyer", parents=[999_999]))
        >>> asyncio.run(count_links())
        SANDBOX · Muster Immobilien (no credentials found: nothing here is real)
        0
    """
    try:
        credentials = load(token, secret, url, label)
    finally:
        # As above.
        del token, secret, url
    if credentials:
        client = AsyncClient(credentials.keys, credentials.url, _account(credentials))
    else:
        client = _sandbox(":memory:").async_client()
    _say(client.account, credentials)
    return client


def open_client(db: str = ":memory:") -> Client:
    """The same as `connect()` without a word, for the command line; `db` is the sandbox's file."""
    credentials = load()
    return client_of(credentials) if credentials else _sandbox(db).client()


def open_live() -> Client:
    """A client of the account whose credentials are found, and of no sandbox instead of it, without a word.

    Raises:
        SettingsError: There are no credentials, or they are incomplete, cut or swapped.
    """
    credentials = load()
    if credentials is None:
        raise SettingsError(
            "Expected credentials for the live account, found none: set ONOFFICE_TOKEN and ONOFFICE_SECRET in the"
            " environment, in .env or in the keyring, for which pip install 'onoffice-nb[keyring]' is needed."
        )
    return client_of(credentials)


def open_sandbox(db: str = ":memory:") -> Client:
    """A client of the sandbox, whatever credentials there are, without a word; `db` is its file."""
    return _sandbox(db).client()


def _say(account: Account, credentials: Credentials | None) -> None:
    source = f"credentials from {credentials.source}" if credentials else "no credentials found: nothing here is real"
    sys.stdout.write(f"{account} ({source})\n")


def client_of(credentials: Credentials) -> Client:
    """A client of the account that these open, without a word."""
    return Client(credentials.keys, credentials.url, _account(credentials))


def _account(credentials: Credentials) -> Account:
    return Account(credentials.label, credentials.live, credentials.fingerprint)


@cache
def _sandbox(db: str) -> Sandbox:
    """One for the whole process, so that a second `connect()` meets the same CRM."""
    from onoffice_nb.sandbox import Sandbox

    return Sandbox(db)
