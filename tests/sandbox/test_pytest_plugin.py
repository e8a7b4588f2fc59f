"""The pytest plugin, in a pytest of its own: a fixture for other people's tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import httpx
import pytest
from onoffice_nb.sandbox import Behaviour

kept = []

def test_agency(onoffice_sandbox):
    with onoffice_sandbox.client() as crm:
        crm.create("buyer", [1001], [5001])
    assert (1001, 5001) in onoffice_sandbox.links("buyer")

def test_each_has_its_own(onoffice_sandbox):
    assert (1001, 5001) not in onoffice_sandbox.links("buyer")

@pytest.mark.onoffice_sandbox(empty=True, behaviour=Behaviour(missing_link="succeeds"))
def test_options(onoffice_sandbox):
    assert onoffice_sandbox.existing_ids("estate", [1001]) == set()
    onoffice_sandbox.add("estate", 1)
    onoffice_sandbox.add("address", 2)
    with onoffice_sandbox.client() as crm:
        crm.delete("buyer", 1, 2)

def test_server(onoffice_sandbox):
    kept.append(onoffice_sandbox.serve())
    assert httpx.get(kept[0].page).status_code == 200

def test_server_is_stopped():
    with pytest.raises(httpx.ConnectError):
        httpx.get(kept[0].page)

def test_unheard_call(onoffice_sandbox):
    with onoffice_sandbox.client() as crm, pytest.raises(Exception):
        crm.call("do", "sendmail", {})
"""


def test_fixture(tmp_path: Path) -> None:
    file = tmp_path / "test_mine.py"
    file.write_text(TESTS, encoding="utf-8")
    options = ["-p", "onoffice_nb.sandbox.pytest_plugin", "-p", "no:cacheprovider", "--strict-markers", "-q"]
    # The plugin may be installed too, and pytest takes it once only.
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(file)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=alone,
        cwd=tmp_path,
    )
    assert "6 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "The sandbox does not know: do sendmail. It knows: create relation, modify relation" in done.stdout


def test_plugin_is_light() -> None:
    """It is loaded into every pytest of an environment, so it loads nothing else."""
    heavy = {"httpx", "numpy", "pandas", "starlette", "uvicorn", "anyio", "sqlite3"}
    # What was loaded before counts for nothing: where coverage is measured, it brings modules of its own.
    code = """
import sys
before = set(sys.modules)
import onoffice_nb.sandbox.pytest_plugin
print(*{name.partition(".")[0] for name in set(sys.modules) - before})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    loaded = set(done.stdout.split())
    assert "onoffice_nb" in loaded
    assert not heavy & loaded
