"""`connect()`: the live API where credentials are given, the sandbox where there are none; it says which."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from onoffice_nb.api.client import Client
from onoffice_nb.api.credentials import Credentials, load
from onoffice_nb.model import Account

if TYPE_CHECKING:
    from onoffice_nb.sandbox import Sandbox

__all__ = ["connect", "open_client"]


def connect(
    token: str | None = None, secret: str | None = None, url: str | None = None, *, label: str | None = None
) -> Client:
    """A client of the live API, or of the sandbox if there are no credentials anywhere; prints which.

    Credentials are taken from the arguments, from `ONOFFICE_TOKEN`,
    `ONOFFICE_SECRET`, `ONOFFICE_URL` (default: the stable endpoint) and
    `ONOFFICE_LABEL`, from a `.env` file, or from the keyring, and are checked
    before any request. `label` is what the account is called in previews and
    reports. Raises SettingsError if they are incomplete, cut or swapped.

    >>> crm = connect()
    SANDBOX · Muster Immobilien (no credentials found: nothing here is real)
    """
    try:
        credentials = load(token, secret, url, label)
    finally:
        # A verbose traceback shows local variables.
        del token, secret, url
    client = _client(credentials) if credentials else _sandbox(":memory:").client()
    source = f"credentials from {credentials.source}" if credentials else "no credentials found: nothing here is real"
    sys.stdout.write(f"{client.account} ({source})\n")
    return client


def open_client(db: str = ":memory:") -> Client:
    """The same without a word, for the command line; `db` is the sandbox's file."""
    credentials = load()
    return _client(credentials) if credentials else _sandbox(db).client()


def _client(credentials: Credentials) -> Client:
    account = Account(credentials.label, credentials.live, credentials.fingerprint)
    return Client(credentials.keys, credentials.url, account)


@cache
def _sandbox(db: str) -> Sandbox:
    """One for the whole process, so that a second `connect()` meets the same CRM."""
    from onoffice_nb.sandbox import Sandbox

    return Sandbox(db)
