"""Whose certificates are trusted: those that the operating system trusts, and those of `SSL_CERT_FILE`.

A company's proxy or an antivirus program that looks into encrypted traffic
signs with a certificate authority of its own, which is installed in the
operating system and stands in no list that comes with Python.
"""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path
from typing import Final

import certifi

from onoffice_nb.errors import SettingsError
from onoffice_nb.formatting import quote

__all__ = ["CA_VARIABLE", "trusted_context"]

# OpenSSL's own name for it; curl, git and httpx know it too.
CA_VARIABLE: Final = "SSL_CERT_FILE"


def trusted_context() -> ssl.SSLContext:
    """A context for clients that trusts what this computer trusts.

    The operating system's store is used; where there is none, as in a bare
    container, or where `truststore` cannot work, the list of `certifi`. What
    `SSL_CERT_FILE` names is trusted too.

    Returns:
        A context that checks certificates and host names.

    Raises:
        SettingsError: if `SSL_CERT_FILE` does not name a file of certificates.
    """
    context = _system_context()
    named = os.environ.get(CA_VARIABLE)
    try:
        if named:
            context.load_verify_locations(cafile=named)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"Expected {CA_VARIABLE} to name a file of certificates (PEM), got {quote(named or '', 200)} ({reason}):"
            " correct the path, or unset the variable."
        ) from None
    return context


def _system_context() -> ssl.SSLContext:
    try:
        from truststore import SSLContext
    except ImportError:
        # There is none for this Python or this system.
        return ssl.create_default_context(cafile=certifi.where())

    context = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not _has_system_store():
        context.load_verify_locations(cafile=certifi.where())
    return context


def _has_system_store() -> bool:
    """Whether the operating system comes with certificates; Windows and macOS do."""
    if sys.platform in ("win32", "darwin"):
        return True
    places = ssl.get_default_verify_paths()
    return places.cafile is not None or (places.capath is not None and any(Path(places.capath).glob("*.0")))
