"""The pages of the documentation that are made from the package's own tables.

`python docs/generate.py` writes them; a test compares them with the tables.
"""

from __future__ import annotations

import csv
import inspect
import os
import re
import socket
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Final
from unittest.mock import patch

import httpx

from onoffice_nb.api import transport
from onoffice_nb.api.transport import BoundedBody, translate_error
from onoffice_nb.api.wire import Call, read_reply
from onoffice_nb.catalogue import all_relations
from onoffice_nb.cli.commands import app
from onoffice_nb.errors import ApiCode, OnOfficeError, Scope, api_code
from onoffice_nb.execution.states import INITIAL, TRANSITIONS, State
from onoffice_nb.model import RelationType, Support
from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.facts import SOURCES, Fact, facts

DOCS: Final = Path(__file__).parent

_ERROR_CODES: Final = """\
# Error codes of the API

<!-- Made by generate.py from onoffice_nb/data/errors.csv. -->

onOffice answers with a number and a sentence. Every exception of ours shows both, and what to do. Search this site for
the number or for the sentence as you got it; where a value is filled in, `%s` stands here.

*Stops the run*: the code speaks of everything that is sent (a wrong secret, for example), so no further request leaves.
Every other code speaks of one action. An action that fails is split until each bad id stands alone, and the rest goes
on."""
# Colours that can be read on light and on dark.
_DIAGRAM_STYLE: Final = """\
---
config:
  theme: base
  themeVariables:
    primaryColor: "#3949ab"
    primaryTextColor: "#ffffff"
    primaryBorderColor: "#3949ab"
    lineColor: "#8a8fa3"
---
stateDiagram-v2"""
_COMMAND_LINE: Final = """\
# The command line

<!-- Made by generate.py from the commands of onoffice_nb/cli. -->"""
_CONNECTION: Final = """\
# No connection, or no answer

<!-- Made by generate.py from the sentences of onoffice_nb/api/transport.py. -->

Search for the sentence as you got it; your own host, proxy and time stand in the place of these.

`ConnectionFailed`: nothing was sent and nothing has changed. `OutcomeUnknown`: the request was sent, and nobody knows
what became of it. What only reads is repeated by itself, and the message then ends in *Nothing was written, as this
only reads*. What writes is never repeated blindly: a run reads the CRM first, and its report says for each row what was
found."""
_FACTS: Final = """\
# Facts of the API, and their sources

<!-- Made by generate.py from onoffice_nb/sandbox/facts.csv and behaviour.py. -->

Nobody outside of onOffice knows all of its API. Each statement that this project relies on stands here with its source;
the last column names the tests that hold the sandbox to it. A *guess* is right or wrong on the real API: nothing in the
client relies on it. What is known to be open is a [switch of the sandbox](#switches), and the client is tested under
every setting of each."""
_SWITCHES: Final = """
## Switches: what nobody outside knows { #switches }

`oo.Sandbox(behaviour=oo.Behaviour(name=setting))`. The first setting is the default, and its source is named.
"""
_RELATION_TYPES: Final = """\
# Relation types

<!-- Made by generate.py from onoffice_nb/data/relations.csv. -->

The {number} types of links that onOffice documents. A type has a direction: the parent's id comes first. Every call
takes a type by its suffix, by its whole URN, or by a word of its names in English or German: `oo.relation("Käufer")`.
The last column names the calls that are documented for links of a type; of those with a question mark nothing is known:
try them with one pair. All others are refused."""
_TESTS: Final = "https://github.com/onoffice-nb/onoffice_nb/blob/main/tests/sandbox"
_URL: Final = "https://api.onoffice.de/api/stable/api.php"
_PROXY: Final = "proxy.example:3128"

# An advice that more codes than these share says too little to stand under a heading for each.
_SHARED: Final = 5
_SHARED_HEADINGS: Final = {
    Scope.RUN: "Faults of a request, which this package does not send",
    Scope.ACTION: "All other codes",
}


def pages() -> dict[str, str]:
    """Each page that is made, by its path below `docs`."""
    return {
        "assets/states.mmd": states_diagram(),
        "facts.md": facts_page(),
        "reference/command-line.md": command_line_page(),
        "relation-types.md": relation_types_page(),
        "troubleshooting/connection.md": connection_page(),
        "troubleshooting/error-codes.md": error_codes_page(),
    }


def states_diagram() -> str:
    """The transitions of an item's state as a diagram of Mermaid; states with the same ones before and after are one.

    `npx @mermaid-js/mermaid-cli --input docs/assets/states.mmd --output docs/assets/states.svg` draws it.
    """
    alike: dict[tuple[frozenset[State], frozenset[State], bool], list[State]] = {}
    for state in State:
        before = frozenset(other for other in State if other is not state and state in TRANSITIONS[other])
        alike.setdefault((before, TRANSITIONS[state], state in INITIAL), []).append(state)
    boxes = {states[0]: ", ".join(states) for states in alike.values()}
    names = {state: state.replace(" ", "_") for state in boxes}

    lines = [f'state "{text}" as {names[state]}' for state, text in boxes.items()]
    lines += [f"[*] --> {names[state]}" for state in boxes if state in INITIAL]
    lines += [
        f"{names[before]} --> {names[after]}"
        for before in boxes
        for after in boxes
        if after in TRANSITIONS[before] and after is not before
    ]
    return "\n".join([_DIAGRAM_STYLE, *(f"    {line}" for line in lines), ""])


def error_codes_page() -> str:
    """Every code of the API: under a heading, which a search finds, where our advice is about this code."""
    table = files("onoffice_nb").joinpath("data/errors.csv").read_text(encoding="utf-8")
    codes = [api_code(int(row["code"])) for row in csv.DictReader(table.splitlines())]
    errors = [code for code in codes if code.advice]
    shared_by = Counter(code.advice for code in errors)

    lines = [_ERROR_CODES]
    for code in errors:
        if shared_by[code.advice] <= _SHARED:
            stops = " *Stops the run.*" if code.scope is Scope.RUN else ""
            lines += ["", f"## {code.code}: {_plain(code.message)} {{ #{code.code} }}", ""]
            lines += [f"{_plain(code.advice)}{stops}"]

    for scope, heading in _SHARED_HEADINGS.items():
        shared = [code for code in errors if shared_by[code.advice] > _SHARED and code.scope is scope]
        lines += ["", f"## {heading}", "", *_advice_of(shared), ""]
        lines += _table(("code", "the API's own words"), ((str(code.code), _plain(code.message)) for code in shared))
    return "\n".join([*lines, ""])


def _advice_of(codes: Iterable[ApiCode]) -> list[str]:
    return [_plain(advice) for advice in dict.fromkeys(code.advice for code in codes)]


def connection_page() -> str:
    """Every failure of a connection, by the sentence that people get."""
    lines = [_CONNECTION]
    for heading, failure in connection_failures():
        sentence = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-01-31 09:30", str(failure))
        lines += ["", f"## {heading}", "", f"`{type(failure).__name__}`: {_plain(sentence)}"]
    return "\n".join([*lines, ""])


def connection_failures() -> Iterator[tuple[str, BaseException]]:
    """Each failure with a heading: what the network raises, as the client translates it."""
    directly: list[tuple[str, Exception]] = [
        ("The name is not found (DNS)", _refused(socket.gaierror(-2, "Name or service not known"))),
        ("The connection is refused", _refused(ConnectionRefusedError(111, "Connection refused"))),
        ("No connection in time: a firewall?", httpx.ConnectTimeout("")),
        ("The network is down", _refused(OSError(101, "Network is unreachable"))),
        ("No connection, for no reason that is told", _refused(None)),
        ("Too many threads for one client", httpx.PoolTimeout("")),
        ("A certificate that is not trusted", _refused(_untrusted(19, "self-signed certificate in certificate chain"))),
        ("A certificate that is out of date", _refused(_untrusted(10, "certificate has expired"))),
        ("A certificate for another name", _refused(_untrusted(62, "hostname mismatch"))),
        ("What answers does not speak TLS", _refused(_no_tls("WRONG_VERSION_NUMBER"))),
        ("No answer in time", httpx.ReadTimeout("")),
        ("The connection broke off", httpx.RemoteProtocolError("")),
    ]
    by_proxy: list[tuple[str, Exception]] = [
        ("The proxy wants a login (407)", httpx.ProxyError("407 Proxy Authentication Required")),
        ("The proxy forbids the connection", httpx.ProxyError("403 Forbidden")),
        ("The proxy does not connect", httpx.ProxyError("")),
        ("The proxy is not found", _refused(socket.gaierror(-2, "Name or service not known"))),
        ("The proxy refuses the connection", _refused(ConnectionRefusedError(111, "Connection refused"))),
        ("The proxy does not answer in time", httpx.ConnectTimeout("")),
    ]
    for proxy, failures in (("", directly), (f"http://{_PROXY}", by_proxy)):
        with patch.dict(os.environ, {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": "", "no_proxy": ""}):
            for heading, error in failures:
                yield heading, translate_error(error, _URL)
    yield from _unusable_answers()


def _refused(cause: OSError | None) -> httpx.ConnectError:
    error = httpx.ConnectError("")
    error.__cause__ = cause
    return error


def _untrusted(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def _no_tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def _unusable_answers() -> Iterator[tuple[str, BaseException]]:
    """What an answer can be that is none."""
    read = Call("read", "estate", {})
    server_error = (
        b'{"status": {"code": 500, "errorcode": 1, "message": "Internal error"}, "response": {"results": []}}'
    )
    for heading, body, status in (
        ("A page of somebody else's instead of an answer", b"<html>", 502),
        ("A server error of onOffice", server_error, 200),
    ):
        try:
            read_reply(body, [read], http_status=status)
        except OnOfficeError as failure:
            yield heading, failure

    for heading, limit in (("The answer comes too slowly", "_SECONDS"), ("The answer is too large", "_LARGEST_REPLY")):
        # Both limits are far away, so one of them is brought near.
        with patch.object(transport, limit, -1):
            body_in_pieces = BoundedBody()
        with patch.object(transport, "_LARGEST_REPLY", -1):
            try:
                body_in_pieces.add(b"")
            except OnOfficeError as failure:
                yield heading, failure


def facts_page() -> str:
    """What is known of the API, from where, and which test holds the sandbox to it."""
    lines = [_FACTS]
    for section, statements in groupby(facts(), key=lambda fact: fact.section):
        rows = [(_cell(fact.fact), SOURCES[fact.source], _proof(fact)) for fact in statements]
        lines += ["", f"## {section}", "", *_table(("fact", "source", "tested in"), rows)]

    switches = [
        (
            f"`{switch.name}`",
            ", ".join(f"`{setting!r}`" for setting in Behaviour.settings(switch.name)),
            _cell(switch.metadata["fact"]),
            SOURCES[switch.metadata["mark"]],
        )
        for switch in fields(Behaviour)
    ]
    lines += [_SWITCHES, *_table(("switch", "settings", "fact", "source"), switches)]
    return "\n".join([*lines, ""])


def _proof(fact: Fact) -> str:
    """Links to the modules of the tests, each once; or why there is none."""
    modules = dict.fromkeys(test.partition("::")[0] for test in fact.tests)
    links = [f"[{module.rpartition('/')[2].removeprefix('test_')}]({_TESTS}/{module}.py)" for module in modules]
    return ", ".join(links) or _cell(fact.proof)


def relation_types_page() -> str:
    """The catalogue as one table for each module of the parent."""
    lines = [_RELATION_TYPES.format(number=len(all_relations()))]
    by_parent = sorted(all_relations(), key=lambda relation: relation.parent)
    for parent, relations in groupby(by_parent, key=lambda relation: relation.parent):
        rows = [
            (f"`{relation.suffix}`", relation.child, relation.label_en, relation.label_de, _calls(relation))
            for relation in relations
        ]
        headers = ("suffix", "child", "English", "Deutsch", "calls")
        lines += ["", f"## Parent: {parent}", "", *_table(headers, rows)]
    return "\n".join([*lines, ""])


def _calls(relation: RelationType) -> str:
    """The calls that are documented, and those of which nothing is known."""
    calls = ("create", "modify", "delete", "read")
    documented = [call for call in calls if getattr(relation, call) is Support.DOCUMENTED]
    unknown = [call for call in calls if getattr(relation, call) is Support.UNKNOWN]
    return ", ".join([*documented, *(f"*{call}?*" for call in unknown)])


def command_line_page() -> str:
    """Each command with its help and its options, in words that do not depend on the width of a terminal."""
    lines = [_COMMAND_LINE, *_help(app.help or "")]
    for name, command in sorted(app.commands.items()):
        lines += ["", f"## {name}", *_help(inspect.cleandoc(command.help or ""))]
        options = [
            (
                f"`{' '.join([', '.join(parameter.opts), parameter.metavar or '']).strip()}`",
                _marked(parameter.help or ""),
            )
            for parameter in command.params
            if parameter.opts[0].startswith("-")
        ]
        lines += ["", *_table(("option", ""), options)] if options else []
    return "\n".join([*lines, ""])


def _help(text: str) -> Iterator[str]:
    """A help text: its paragraphs, and what stands behind a backspace as it is."""
    for paragraph in text.strip().split("\n\n"):
        yield from ["", *(_as_it_is(paragraph) if paragraph.startswith("\b\n") else [_marked(paragraph)])]


def _marked(text: str) -> str:
    """A help text, where backticks and asterisks are meant, and nothing else is."""
    return re.sub(r"(`[^`]*`)|([_<>\[\]|])", lambda found: found[1] or f"\\{found[2]}", text)


def _as_it_is(paragraph: str) -> list[str]:
    heading = [line for line in paragraph.splitlines()[1:] if not line.startswith(" ")]
    body = [line.strip() for line in paragraph.splitlines()[1:] if line.startswith(" ")]
    return [*heading, *([""] if heading else []), "```text", *body, "```"]


def _table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(headers)
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _plain(text: str) -> str:
    """A text so that Markdown shows it as it is."""
    return re.sub(r"([\\`<>*_\[\]{}#|])", r"\\\1", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def write() -> None:
    """Renew every page."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
