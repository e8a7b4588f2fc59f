"""Other people's clients work against the server unchanged: the documented calls, signed and sent in four languages."""

from __future__ import annotations

import json
import subprocess
import warnings
from typing import Any

import pytest

from onoffice_nb.sandbox import Sandbox
from tests.clients.languages import LANGUAGES

# What is not installed is left out, and says so: in the test's name and among the warnings of the run.
EACH = [
    pytest.param(name, id=name if language.installed else f"{name} is not installed: nothing proven")
    for name, language in LANGUAGES.items()
]


@pytest.mark.parametrize("name", EACH)
def test_documented_calls(name: str) -> None:
    language = LANGUAGES[name]
    if not language.installed:
        warnings.warn(f"NOT TESTED: the client in {name}. It needs {', '.join(language.packages)}.", stacklevel=1)
        return
    box = Sandbox()
    with box.serve() as server:
        command = [*language.command, server.url, server.token, server.secret]
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    arrays, scalars, by_parent, by_child, modified, deleted, several, unsigned = done.stdout.splitlines()

    for created in (arrays, scalars):
        assert results(created) == [(0, "OK", [])]
    ((code, _, records),) = results(by_parent)
    assert (code, set(records[0]["elements"]["2909"]), records[0]["elements"]["359"]) == (0, {"10821", "10823"}, [])
    assert results(by_child) == [(0, "OK", [{"id": "relatedIds", "type": "", "elements": {"153": ["671"]}}])]
    for written in (modified, deleted):
        assert results(written) == [(0, "OK", [{"id": 0, "type": "", "elements": {"success": "success"}}])]
    assert [code for code, _, _ in results(several)] == [0, 292, 0]
    assert [result["identifier"] for result in json.loads(several)["response"]["results"]] == ["a", "b", "c"]
    assert results(unsigned) == [(137, "The HMAC is invalid.", None)]

    assert box.links("calendar:address") >= {(2909, 10821), (671, 153)}
    assert (2909, 10823) not in box.links("calendar:address")
    assert box.info(2909, 10821) == ("bestätigt", None)
    assert (1001, 5001) in box.links("buyer")
    assert not box.unknown


def results(reply: bytes) -> list[tuple[int, str, Any]]:
    """Code, message and records of each result; None for the records where `data` is `[]`."""
    envelope = json.loads(reply)
    assert envelope["status"] == {"code": 200, "errorcode": 0, "message": "OK"}
    return [
        (
            result["status"]["errorcode"],
            result["status"]["message"],
            result["data"]["records"] if result["data"] else None,
        )
        for result in envelope["response"]["results"]
    ]
