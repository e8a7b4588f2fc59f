"""JSON as PHP reads and writes it; beside the real PHP, where there is one."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import warnings
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal

VALUES = [
    {},
    [],
    {"a": {}, "b": []},
    {"0": "a", "1": "b"},
    {"1": "a"},
    {"0": "a", "2": "b"},
    {"00": 1},
    "\x7f \\u007f \\\x7f",
    "ä/ö\\\"'<>& \u2028 \U0001f3e0 \x7f\t\n",
    {"Müller": "Straße/Weg"},
    [1, -1, 2**53, 1.5, 1.0, -0.5, True, False, None],
    {"elements": {"15": [], "1051": ["50"]}},
]

TEXTS = {
    b"": 9,
    b" \n": 9,
    b"{": 6,
    b"{'a': 1}": 6,
    b'{"a": 1,}': 6,
    b"nonsense": 6,
    b"\xef\xbb\xbf{}": 6,
    b'{"a": NaN}': 6,
    b'{"a": Infinity}': 6,
    b'{"a": 01}': 6,
    b'{"a": "b\x01"}': 5,
    b'{"a": "\xff"}': 7,
    b'{"a": "\\ud800"}': 8,
    b"[" * 512 + b"]" * 512: 3,
    b"[" * 100_000 + b"]" * 100_000: 3,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000: 3,
}

READABLE = [b"[" * 511 + b"]" * 511, b"9" * 5000, b"-9223372036854775808", b'{"a": 1, "a": 2}', b'"\\ud83c\\udfe0"']

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(0, 3).map(str), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, b"[]"),
        ({"elements": {}}, b'{"elements":[]}'),
        ({"elements": {"15": [], "1051": ["50"]}}, b'{"elements":{"15":[],"1051":["50"]}}'),
        ("Käufer/in", rb'"K\u00e4ufer\/in"'),
        ({"0": "a", "1": "b"}, b'["a","b"]'),
        ([1.0, 1.5, None, True], b"[1,1.5,null,true]"),
    ],
)
def test_writes_as_php_does(value: object, written: bytes) -> None:
    assert php.dumps(value) == written


@pytest.mark.parametrize(("text", "code"), TEXTS.items(), ids=[text[:12].decode("latin-1") for text in TEXTS])
def test_refuses_with_the_code(text: bytes, code: int) -> None:
    with pytest.raises(ApiRefusal) as caught:
        php.loads(text)
    assert caught.value.code == code


@given(JSON_VALUES)
def test_reads_what_it_wrote(value: object) -> None:
    once = php.loads(php.dumps(value))
    assert php.dumps(once) == php.dumps(value)


@given(st.binary())
def test_reads_or_refuses(text: bytes) -> None:
    with suppress(ApiRefusal):
        php.loads(text)


def test_beside_the_real_php() -> None:
    """Byte by byte what PHP writes, and its own error codes; where no PHP is installed, a warning says so."""
    php_binary = shutil.which("php")
    if php_binary is None:
        warnings.warn("NOT TESTED: the sandbox's JSON beside PHP's own. It needs php-cli.", stacklevel=1)
        return
    script = (
        "while (($line = fgets(STDIN)) !== false) { $v = json_decode(base64_decode($line), true);"
        ' echo json_last_error(), " ", json_last_error() ? "" : json_encode($v), "\\n"; }'
    )
    values = [json.dumps(value).encode() for value in VALUES]
    texts = values + READABLE + [text for text in TEXTS if text.strip()]
    lines = "".join(f"{base64.b64encode(text).decode()}\n" for text in texts)
    done = subprocess.run(
        [php_binary, "-r", script], input=lines, capture_output=True, text=True, check=True, timeout=300
    )
    for text, line in zip(texts, done.stdout.splitlines(), strict=True):
        error, _, written = line.partition(" ")
        # json_last_error counts from 1 (depth); the API's codes from 3; what it has no code for is 8.
        code = 0 if error == "0" else min(int(error) + 2, 8)
        assert code == TEXTS.get(text, 0), text[:40]
        if text in values:
            assert php.dumps(php.loads(text)).decode() == written
