"""Clients that others have published speak to the sandbox unchanged, but for the address of the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from onoffice.actions import Action
from onoffice.api import API
from onoffice.cryptography import create_hmac
from onoffice.parameters import Data, Filter, ReadParameter
from onoffice.resources import Resource

from onoffice_nb.api.wire import ApiKeys, sign
from onoffice_nb.sandbox import Sandbox
from tests.samples import ROOT

PAGE = (ROOT / "docs/how-to/test-a-client.md").read_text(encoding="utf-8")


@dataclass
class BuyerLinks(Data):  # type: ignore[misc]  # the package has no types
    """What that client sends as parameters of a relation."""

    estate: int
    address: int

    def serialize_where(self) -> dict[str, Any]:
        urn = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:buyer"
        return {"relationtype": urn, "parentid": [self.estate], "childid": [self.address]}


@pytest.fixture
def published(onoffice_sandbox: Sandbox) -> Any:
    """`onoffice` of the Python package index, at the sandbox's address."""
    server = onoffice_sandbox.serve()
    client = API(server.token, server.secret)
    client.endpoint = server.url
    return client


def test_it_pages_through_records(published: Any, onoffice_sandbox: Sandbox) -> None:
    first, more = published.read_resource(Resource.ADDRESS, ReadParameter(data=["Vorname", "Name"], limit=300))
    pages = [first]
    while more is not None:
        page, more = more()
        pages.append(page)
    ids = [record["id"] for page in pages for record in page["data"]]
    assert len(pages) > 1
    assert len(ids) == len(set(ids)) == first["count"]
    assert onoffice_sandbox.existing_ids("address", ids) == set(ids)


def test_it_filters(published: Any) -> None:
    found, _ = published.read_resource(Resource.ADDRESS, ReadParameter(["Name"], [Filter("Name", "=", "Brandt")]))
    assert [record["elements"]["Name"] for record in found["data"]] == ["Brandt"]


def test_it_links(published: Any, onoffice_sandbox: Sandbox) -> None:
    assert (1001, 5001) not in onoffice_sandbox.links("buyer")
    published.create_resource(Resource.RELATION, BuyerLinks(1001, 5001))
    assert (1001, 5001) in onoffice_sandbox.links("buyer")


def test_its_signature_is_ours() -> None:
    """Two programs, written by people who never met."""
    token, secret, moment = "t" * 32, "s" * 64, 1_600_000_000
    theirs = create_hmac(token, secret, moment, Resource.RELATION, Action.CREATE)
    assert theirs == sign(ApiKeys(token, secret), "relation", Action.CREATE.value, moment)


def test_the_documented_fixture_runs(tmp_path: Path) -> None:
    """As somebody copies it from the documentation into tests of their own."""
    (block,) = re.findall(r"```python\n(import pytest\n.*?)```", PAGE, flags=re.S)
    (tmp_path / "test_theirs.py").write_text(block, encoding="utf-8")
    options = ["-p", "onoffice_nb.sandbox.pytest_plugin", "-p", "no:cacheprovider", "--strict-markers", "-q"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=tmp_path,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
