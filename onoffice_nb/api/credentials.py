"""Credentials: found in arguments, environment, `.env` or keyring, checked before any request, never shown.

The first of these places that names a token or a secret has to name both:
halves from two places would sign for nobody, and half an account must not
quietly become the sandbox. The lengths are documented by the API; a cut or
swapped copy is the commonest reason for "not authenticated".
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dotenv import find_dotenv
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict

from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.errors import InputError, SettingsError
from onoffice_nb.extras import extra

__all__ = ["DEFAULT_URL", "KEYRING_SERVICE", "CredentialReference", "Credentials", "load"]

DEFAULT_URL: Final = "https://api.onoffice.de/api/stable/api.php"
KEYRING_SERVICE: Final = "onoffice_nb"
SANDBOX_PREFIX: Final = "SANDBOX"

_LENGTHS: Final = {"token": 32, "secret": 64}
_PATHS: Final = ("/api/stable/api.php", "/api/latest/api.php")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*_")
# Longer, and it could be a token or a secret that was given in the place of a name.
_LONGEST_NAME: Final = 31
# What comes along when a value is copied from a web page, a mail or a shell line.
_AROUND: Final = " \t\r\n\u00a0\u200b\ufeff\"'`´„“”‚‘’«»"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who may ask, and where: the keys are checked, and no repr shows them.

    `label` names the account in every preview and report (the host, unless
    given); `source` says where the keys were found.
    """

    keys: ApiKeys = field(repr=False)
    url: str
    label: str
    source: str

    @property
    def live(self) -> bool:
        """Whether these may be keys of a real account; only the sandbox's tokens say what they are."""
        return not self.keys.token.startswith(SANDBOX_PREFIX)

    @property
    def fingerprint(self) -> str:
        """Tells two accounts apart; a random token of 32 characters cannot be found from it."""
        return hashlib.sha256(f"{_host(self.url)} {self.keys.token}".encode()).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"<Credentials {'LIVE' if self.live else 'SANDBOX'} · {self.label} · {self.url} · from {self.source}>"


def load(
    token: str | None = None, secret: str | None = None, url: str | None = None, label: str | None = None
) -> Credentials | None:
    """The credentials from the first place that has any, or None where no place has.

    Looked through in this order: the arguments, the environment
    (`ONOFFICE_TOKEN`, `ONOFFICE_SECRET`, `ONOFFICE_URL`, `ONOFFICE_LABEL`), a
    file `.env` with the same names in the working directory or a parent, the
    keyring (service `onoffice_nb`, names `token` and `secret`). Address and
    label come from the first place that names them.

    Args:
        token: 32 characters.
        secret: 64 characters.
        url: the address of the API.
        label: what the account is called.

    Returns:
        The credentials, checked by length and form, or None.

    Raises:
        SettingsError: with all that is wrong at once, without any value.
    """
    try:
        given = _place("the arguments", {"token": token, "secret": secret, "url": url, "label": label})
    finally:
        # A verbose traceback shows local variables.
        del token, secret, url
    places = [given, _place("the environment", EnvSettingsSource(_Names)()), *_dotenv()]
    keys = next((place for place in places if place.has_keys), None) or _keyring()
    if not keys.has_keys and given.url is None:
        return None
    address = next((place for place in places if place.url is not None), given)
    labels = (" ".join((place.label or "").split()) for place in places)
    return _checked(keys, address, next(filter(None, labels), ""))


@dataclass(frozen=True, slots=True)
class CredentialReference:
    """Where the credentials of one account are: in the environment, in a `.env` file or in the keyring.

    It holds the name of the place and never what lies there, so it may be
    pickled, shown and logged. Whoever works on the account reads the place
    itself, then and there.

    Args:
        label: What the account is called in plans, reports and the name of its journal, at most 31 characters.
        prefix: How the names begin, with its last underscore: `NORD_` for `NORD_TOKEN`, `NORD_SECRET` and, where the
            address is not the stable endpoint, `NORD_URL`. Without `dotenv` they are looked for in the environment.
        dotenv: A file that holds these names; without a prefix they begin with `ONOFFICE_`.
        keyring: The service of a keyring entry that holds `token`, `secret` and, if need be, `url`.

    Raises:
        InputError: No place is named, or two are, or a name could be a token or a secret itself.

    Example:
        >>> CredentialReference("Nord Immobilien", prefix="NORD_")
        CredentialReference(label='Nord Immobilien', prefix='NORD_', dotenv='', keyring='')
        >>> CredentialReference("Nord Immobilien")
        Traceback (most recent call last):
        onoffice_nb.errors.InputError: Expected one place for the credentials of an account, got none...
    """

    label: str
    _: KW_ONLY
    prefix: str = ""
    dotenv: str | Path = ""
    keyring: str = ""

    def __post_init__(self) -> None:
        named = [name for name in ("prefix", "dotenv", "keyring") if getattr(self, name)]
        if named not in (["prefix"], ["dotenv"], ["prefix", "dotenv"], ["keyring"]):
            raise InputError(
                f"Expected one place for the credentials of an account, got {' and '.join(named) or 'none'}:"
                ' write prefix="NORD_" for NORD_TOKEN and NORD_SECRET of the environment, dotenv="nord.env", or'
                ' keyring="nord".'
            )
        # What was given is not repeated: it may be the token that belongs into the place.
        for name in ("label", "prefix", "keyring"):
            text = getattr(self, name)
            if not isinstance(text, str) or len(text) > _LONGEST_NAME or not text.isprintable():
                raise InputError(
                    f"Expected {name} as a text of at most {_LONGEST_NAME} characters. It names the account or the"
                    " place of its credentials, and never is a token or a secret."
                )
        if not isinstance(self.dotenv, str | Path):
            raise InputError(f"Expected dotenv as the path of a file, got {type(self.dotenv).__name__}.")
        if not self.label.strip():
            raise InputError("Expected a label, which tells the accounts apart, got a blank one.")
        if self.prefix and not _PREFIX.fullmatch(self.prefix):
            raise InputError('Expected a prefix of letters, digits and underscores, the last one too: prefix="NORD_".')
        if self.dotenv:
            # Another process may work in another folder.
            object.__setattr__(self, "dotenv", str(Path(self.dotenv).expanduser().absolute()))

    def load(self) -> Credentials:
        """Read the place.

        Returns:
            The credentials, checked by length and form.

        Raises:
            SettingsError: They are not there, incomplete, cut or swapped; without any value.
            MissingExtra: The keyring is named, and the package that reads it is not installed.
        """
        place = self._read()
        if not place.has_keys:
            raise SettingsError(f"Token and secret are not in {place.place}. Put both there, or name another place.")
        return _checked(place, place, self.label)

    def _read(self) -> _Place:
        prefix = self.prefix or "ONOFFICE_"
        if self.keyring:
            return _keyring_entry(self.keyring)
        if self.dotenv:
            return _dotenv_file(str(self.dotenv), prefix)
        found = EnvSettingsSource(_Names, env_prefix=prefix)()
        return _place(f"the environment, as {prefix}TOKEN and {prefix}SECRET", found)


def _checked(keys: _Place, address: _Place, label: str) -> Credentials:
    problems = [*_key_problems(keys), *_url_problems(address, keys)]
    if problems:
        raise SettingsError("\n".join(problems))
    where = address.url or DEFAULT_URL
    return Credentials(
        keys=ApiKeys(_plain(keys.token), _plain(keys.secret)),
        url=where,
        label=label or _host(where),
        source=keys.place,
    )


class _Place(BaseModel):
    """What one place names."""

    place: str
    token: SecretStr | None = None
    secret: SecretStr | None = None
    url: str | None = Field(default=None, repr=False)
    label: str | None = None

    @property
    def has_keys(self) -> bool:
        return self.token is not None or self.secret is not None


class _Names(_Place, BaseSettings):
    """How the environment and `.env` call it."""

    model_config = SettingsConfigDict(env_prefix="ONOFFICE_", env_ignore_empty=True)


def _place(place: str, found: Mapping[str, Any]) -> _Place:
    try:
        return _Place.model_validate({**found, "place": place})
    except ValidationError as error:
        names = ", ".join(sorted({str(wrong["loc"][0]) for wrong in error.errors(include_input=False)}))
    del found
    # Outside of the handler, or the exception would carry the values along.
    raise SettingsError(f"These have to be text, and in {place} they are not: {names}.")


def _dotenv() -> list[_Place]:
    # python-dotenv's own switch; a process that inherits it must not find an account by accident.
    if os.environ.get("PYTHON_DOTENV_DISABLED", "").casefold() in ("1", "true", "t", "yes", "y"):
        return []
    path, trouble = "", ""
    try:
        path = find_dotenv(usecwd=True)
    except OSError as error:
        trouble = type(error).__name__
    if trouble:
        raise SettingsError(f".env cannot be read ({trouble}). Make it UTF-8 text that you may read.")
    return [_dotenv_file(path, "ONOFFICE_")] if path else []


def _dotenv_file(path: str, prefix: str) -> _Place:
    found, trouble = {}, ""
    try:
        if not Path(path).is_file():
            raise FileNotFoundError
        # Notepad writes a byte order mark before the first name.
        found = DotEnvSettingsSource(_Names, env_file=path, env_file_encoding="utf-8-sig", env_prefix=prefix)()
    except (OSError, UnicodeDecodeError) as error:
        trouble = type(error).__name__
    # Outside of the handler, for the same reason: a UnicodeDecodeError carries the whole file.
    if trouble:
        raise SettingsError(f"{path} cannot be read ({trouble}). Make it UTF-8 text that you may read.")
    return _place(path, found)


def _keyring() -> _Place:
    """The keyring is only one of the places: where there is none, or it stays locked, it names nothing."""
    try:
        import keyring

        found = {name: keyring.get_password(KEYRING_SERVICE, name) or None for name in _LENGTHS}
    except Exception:  # Backends raise whatever their system does: D-Bus errors, OSError, ImportError.
        found = {}
    return _place("the keyring", found)


def _keyring_entry(service: str) -> _Place:
    """An entry that somebody has named: a keyring that cannot be read is told, not passed over."""
    with extra("keyring", "Reading the keyring"):
        import keyring

    found, trouble = {}, ""
    try:
        found = {name: keyring.get_password(service, name) or None for name in (*_LENGTHS, "url")}
    except Exception as error:  # As above.
        trouble = type(error).__name__
    if trouble:
        raise SettingsError(f"The keyring cannot be read ({trouble}). Unlock it, or name another place.")
    return _place(f"the keyring, as {service}", found)


def _plain(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


def _key_problems(keys: _Place) -> Iterator[str]:
    """What is wrong with token and secret, by length and form only: their text stays out of every message."""
    if not keys.has_keys:
        yield "An address is given, but no token and secret. Give them too, or neither of the three for the sandbox."
        return
    lengths = {name: len(_plain(getattr(keys, name)).strip(_AROUND)) for name in _LENGTHS}
    if lengths == {"token": _LENGTHS["secret"], "secret": _LENGTHS["token"]}:
        yield f"Token and secret ({keys.place}) are swapped: the token is the one with 32 characters."
        return
    for name, expected in _LENGTHS.items():
        value = _plain(getattr(keys, name))
        which = f"The {name} ({keys.place})"
        if getattr(keys, name) is None:
            yield f"The {name} is missing: {keys.place} must name both, token and secret, or neither."
        elif lengths[name] != expected:
            yield f"{which} has {lengths[name]} characters, not {expected}. Copy the whole of it again from onOffice."
        elif len(value) != expected:
            yield f"{which} has blanks or quotation marks around it that came along when it was copied. Remove them."
        elif not value.isascii() or not value.isprintable() or " " in value:
            yield f"{which} holds a blank or a letter beyond ASCII. Copy it again from onOffice."


def _url_problems(address: _Place, keys: _Place) -> Iterator[str]:
    """What is wrong with the address, of which nothing but the host is repeated: a password may stand in it."""
    url = DEFAULT_URL if address.url is None else address.url
    which = f"The address ({address.place})"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", 0
    foreign = host != _host(DEFAULT_URL) and not _is_loopback(host)
    if url != url.strip(_AROUND) or not url.isprintable() or " " in url:
        yield f"{which} has blanks or quotation marks in or around it. Remove them."
    elif not host or port == 0 or parts.scheme not in ("http", "https"):
        yield f"{which} cannot be a web address. Leave it out, or write it like {DEFAULT_URL}."
    elif "@" in parts.netloc or parts.query or parts.fragment:
        yield f"{which} has a user name, a query or a # part. Remove it."
    elif parts.scheme != "https" and not _is_loopback(host):
        yield f"{which} is not encrypted. Write https:// instead of http://, which may only ask this computer itself."
    elif not parts.path.endswith(_PATHS):
        yield f"{which} lacks the path of the API. Let it end in {_PATHS[0]}, or in {_PATHS[1]}."
    elif foreign and address is not keys and Path(address.place).name == ".env":
        # A folder that came from somewhere must not send one's own keys to somewhere.
        yield (
            f"{which} would send the token from {keys.place} to {host}. "
            "Name keys and address in the same place, or pass the address as an argument."
        )


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
