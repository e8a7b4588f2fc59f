from __future__ import annotations

import traceback
from pathlib import Path

import keyring
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.api.credentials import DEFAULT_URL, Credentials, load
from onoffice_nb.errors import SettingsError

TOKEN = "t0k3nCANARY" + "a" * 21
SECRET = "s3cr3tCANARY" + "b" * 52
SANDBOX_TOKEN = "SANDBOX" + "0" * 25
API = "/api/stable/api.php"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without any .env above it, unless a test writes one."""
    monkeypatch.delenv("PYTHON_DOTENV_DISABLED")
    (tmp_path / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "down")
    return tmp_path


def found_with(*arguments: str | None, **named: str | None) -> Credentials:
    """The credentials that these arguments lead to."""
    found = load(*arguments, **named)
    assert found is not None
    return found


def failure(**arguments: str | None) -> str:
    """The message of the SettingsError that these arguments raise, having looked for values in all that it shows."""
    with pytest.raises(SettingsError) as caught:
        load(**arguments)
    error = caught.value
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    ours = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if "onoffice_nb" in frame.f_code.co_filename]
    shown = [repr(cause) + "".join(traceback.format_exception(cause)) for cause in chain]
    assert "CANARY" not in str(error) + "".join(shown) + repr([frame.f_locals for frame in ours])
    return str(error)


def test_nothing_given_is_nobody() -> None:
    assert load() is None


def test_arguments() -> None:
    found = load(TOKEN, SECRET)
    assert found is not None
    assert (found.keys.token, found.keys.secret) == (TOKEN, SECRET)
    assert (found.url, found.label, found.source) == (DEFAULT_URL, "api.onoffice.de", "the arguments")
    assert found.live


def test_order_of_places(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {("onoffice_nb", "token"): "k" * 32, ("onoffice_nb", "secret"): "k" * 64}
    monkeypatch.setattr(keyring, "get_password", lambda *which: stored.get(which))
    assert_found(token="k" * 32, source="the keyring")
    dotenv = elsewhere / ".env"
    dotenv.write_text(f"ONOFFICE_TOKEN='{'f' * 32}'\nONOFFICE_SECRET={'f' * 64}\nUNRELATED=1\n", encoding="utf-8-sig")
    assert_found(token="f" * 32, source=str(dotenv))
    monkeypatch.setenv("ONOFFICE_TOKEN", "e" * 32)
    monkeypatch.setenv("ONOFFICE_SECRET", "e" * 64)
    assert_found(token="e" * 32, source="the environment")
    assert found_with(TOKEN, SECRET).source == "the arguments"


def assert_found(token: str, source: str) -> None:
    found = found_with()
    assert (found.keys.token, found.source) == (token, source)


def test_nearest_dotenv_wins(elsewhere: Path) -> None:
    for folder, letter in ((elsewhere, "a"), (elsewhere / "deep", "b")):
        (folder / ".env").write_text(f"ONOFFICE_TOKEN={letter * 32}\nONOFFICE_SECRET={letter * 64}")
    assert_found(token="b" * 32, source=str(elsewhere / "deep" / ".env"))


def test_label_and_address_from_another_place(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("ONOFFICE_LABEL=Büro \t Köln\nONOFFICE_URL=http://localhost:8410" + API)
    monkeypatch.setenv("ONOFFICE_TOKEN", TOKEN)
    monkeypatch.setenv("ONOFFICE_SECRET", SECRET)
    found = found_with()
    assert (found.label, found.url) == ("Büro Köln", "http://localhost:8410" + API)
    assert found_with(label="Testkonto").label == "Testkonto"


def test_a_folder_does_not_send_ones_keys_elsewhere(elsewhere: Path) -> None:
    dotenv = elsewhere / ".env"
    dotenv.write_text(f"ONOFFICE_URL=https://onoffice.example{API}")
    message = failure(token=TOKEN, secret=SECRET)
    assert "would send the token from the arguments to onoffice.example" in message
    dotenv.write_text(f"ONOFFICE_URL=https://onoffice.example{API}\nONOFFICE_TOKEN={TOKEN}\nONOFFICE_SECRET={SECRET}")
    assert_found(token=TOKEN, source=str(dotenv))


def test_empty_variables_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "SECRET", "URL", "LABEL"):
        monkeypatch.setenv("ONOFFICE_" + name, "")
    assert load() is None


@pytest.mark.parametrize("error", [keyring.errors.KeyringLocked(), keyring.errors.NoKeyringError(), OSError("no bus")])
def test_a_keyring_that_fails_names_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*which: str) -> str:
        raise error

    monkeypatch.setattr(keyring, "get_password", fail)
    assert load() is None


@pytest.mark.parametrize(
    ("token", "secret", "words"),
    [
        (TOKEN, None, ["The secret is missing", "the arguments must name both"]),
        (None, SECRET, ["The token is missing"]),
        ("", "", ["The token (the arguments) has 0 characters, not 32", "The secret (the arguments) has 0 characters"]),
        (SECRET, TOKEN, ["are swapped"]),
        (f" {SECRET}", f"'{TOKEN}'", ["are swapped"]),
        (TOKEN[:-1], SECRET, ["The token (the arguments) has 31 characters, not 32. Copy the whole of it again"]),
        (TOKEN, SECRET + "x", ["The secret (the arguments) has 65 characters, not 64"]),
        (TOKEN + "\n", SECRET, ["The token (the arguments) has blanks or quotation marks around it"]),
        (TOKEN, f"„{SECRET}“", ["The secret (the arguments) has blanks or quotation marks around it"]),
        (TOKEN[:-2] + " x", SECRET, ["holds a blank or a letter beyond ASCII"]),
        (TOKEN[:-1] + "ä", SECRET, ["holds a blank or a letter beyond ASCII"]),
    ],
)
def test_bad_keys(token: str | None, secret: str | None, words: list[str]) -> None:
    message = failure(token=token, secret=secret)
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.onoffice.de" + API, "not encrypted"),
        ("http://localhost.example.com" + API, "not encrypted"),
        ("http://10.0.0.1" + API, "not encrypted"),
        ("https://api.onoffice.de", "lacks the path of the API. Let it end in /api/stable/api.php"),
        ("https://api.onoffice.de/api/stable/", "lacks the path"),
        ("api.onoffice.de" + API, "cannot be a web address"),
        ("ftp://api.onoffice.de" + API, "cannot be a web address"),
        ("https://[::1" + API, "cannot be a web address"),
        ("https://localhost:99999" + API, "cannot be a web address"),
        ("", "cannot be a web address"),
        (TOKEN, "cannot be a web address"),
        (f"https://me:{SECRET}@api.onoffice.de{API}", "user name"),
        (f"https://api.onoffice.de{API}?token={TOKEN}", "a query"),
        (f"https://api.onoffice.de{API} ", "blanks"),
        (f'"https://api.onoffice.de{API}"', "blanks or quotation marks"),
    ],
)
def test_bad_addresses(url: str, words: str) -> None:
    assert words in failure(token=TOKEN, secret=SECRET, url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.onoffice.de/api/latest/api.php",
        "https://proxy.example/onoffice/api/stable/api.php",
        "http://127.0.0.1:8410" + API,
        "http://127.8.9.1" + API,
        "http://[::1]:8410" + API,
        "http://localhost" + API,
    ],
)
def test_good_addresses(url: str) -> None:
    assert found_with(TOKEN, SECRET, url).url == url


def test_an_address_without_keys_is_no_sandbox() -> None:
    assert "no token and secret" in failure(url=DEFAULT_URL)


def test_not_text() -> None:
    with pytest.raises(SettingsError, match=r"have to be text, .* they are not: secret, token, url") as caught:
        load(["CANARY"], 64, {"CANARY"})  # type: ignore[arg-type]  # what is tested
    assert caught.value.__context__ is None


def test_all_problems_at_once() -> None:
    message = failure(token="CANARY", secret=SECRET[:-5], url="http://api.onoffice.de")
    assert message.count("\n") == 2


def test_dotenv_switched_off(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text(f"ONOFFICE_TOKEN={TOKEN}\nONOFFICE_SECRET={SECRET}")
    monkeypatch.setenv("PYTHON_DOTENV_DISABLED", "1")
    assert load() is None


def test_unreadable_dotenv(elsewhere: Path) -> None:
    dotenv = elsewhere / ".env"
    dotenv.write_bytes(f"ONOFFICE_TOKEN={TOKEN}\nONOFFICE_LABEL=Büro".encode("cp1252"))
    message = failure()
    assert str(dotenv) in message
    assert "UTF-8" in message


def test_working_directory_gone(elsewhere: Path) -> None:
    (elsewhere / "deep" / "down").rmdir()
    assert "cannot be read" in failure()


def test_no_repr_shows_a_key() -> None:
    found = load(TOKEN, SECRET)
    assert found is not None
    assert repr(found) == f"<Credentials LIVE · api.onoffice.de · {DEFAULT_URL} · from the arguments>"
    shown = repr(found) + str(found) + repr(found.keys) + found.fingerprint + f"{found}"
    assert not any(part in shown for part in (TOKEN[:4], TOKEN[-4:], SECRET[:4], SECRET[-4:]))


def test_sandbox_token_is_not_live() -> None:
    found = load(SANDBOX_TOKEN, SECRET)
    assert found is not None
    assert not found.live
    assert repr(found).startswith("<Credentials SANDBOX · ")


def test_fingerprint_tells_accounts_apart() -> None:
    here, other_token = load(TOKEN, SECRET), load(TOKEN[::-1], SECRET)
    latest = load(TOKEN, SECRET, "https://api.onoffice.de/api/latest/api.php")
    other_host = load(TOKEN, SECRET, "https://proxy.example" + API)
    prints = [
        credentials.fingerprint for credentials in (here, other_token, other_host, latest) if credentials is not None
    ]
    assert len(set(prints[:3])) == 3
    assert prints[0] == prints[3]
    assert all(len(fingerprint) == 12 for fingerprint in prints)


@given(st.text(), st.text(), st.text())
def test_rubbish_raises_nothing_else(token: str, secret: str, url: str) -> None:
    with pytest.raises(SettingsError):
        load(token, secret, url)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=32, max_size=32))
def test_every_well_formed_token_is_taken(token: str) -> None:
    if token == token.strip("\"'`"):
        assert isinstance(load(token, SECRET), Credentials)
