"""As in a browser's Python: no thread starts, no socket opens, and the modules that Pyodide lacks are not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import ROOT, SAMPLES

# Seen in Pyodide 314 (Python 3.14): `resource` is missing, a thread raises this very error.
NO_BROWSER_HAS_THESE = """
import socket, sys, threading

def no_thread(thread):
    raise RuntimeError("can't start new thread")

def no_socket(*arguments, **options):
    raise OSError("no sockets here")

threading.Thread.start = no_thread
socket.socket.connect = socket.create_connection = socket.getaddrinfo = no_socket
for name in ("resource", "keyring", "uvicorn", "starlette", "narwhals", "pyarrow", "python_calamine", "rapidfuzz"):
    sys.modules[name] = None

import onoffice_nb as oo
"""

STORY = """
crm = oo.Sandbox().client()
export = oo.read_table(sys.argv[1])
pairs = oo.read_pairs(export, parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")
plan = oo.plan(crm, "buyer", pairs)
report = oo.submit(crm, plan, connections={connections}, progress=False)
print(report.counts, oo.undo(crm, report, progress=False).counts, len(oo.runs(crm)))
"""

FAULTS = """
sandbox = oo.Sandbox()
crm = sandbox.client()
plan = oo.plan(crm, "interested", oo.cross([1001, 1002], [5001, 5002]))
sandbox.faults = oo.Faults({1: "drop_after", 3: "html"})
print(oo.submit(crm, plan, progress=False).counts)
"""

# The file system of a browser's Python is plain memory; the journal and the sandbox lie there as files.
FILES = """
from onoffice_nb.execution.journal import Journal
crm = oo.Sandbox("agency.sqlite").client()
report = oo.submit(crm, oo.plan(crm, "buyer", oo.cross([1001], [5001])), progress=False)
print(crm.account.persistent, report.counts, [run.state for run in Journal().runs()])
"""

BUILDER = """
builder = oo.RelationBuilder(oo.Sandbox().client())
builder.choose("buyer")
builder.use(oo.read_table(sys.argv[1]), parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")
builder.check()
print(builder.submit().counts, builder.undo().counts)
"""

# What the page sends for clicks; what goes into a thread elsewhere is done on the spot.
PAGE = """
builder = oo.RelationBuilder(oo.Sandbox().client(), frames={"export": oo.read_table(sys.argv[1])})

def click(action, **content):
    builder._heard(builder, {"do": action, **content}, ())

click("what.choose", name="estate:address:buyer")
click("data.pick_frame", name="export")
click("check.check")
click("send.tick", is_ticked=True)
click("send.submit")
counts = builder.report.counts
click("send.ask_undo")
click("send.undo")
print(counts, builder.report.counts)
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (STORY.format(connections=1), "{'linked': 7, 'skipped': 7} {'removed': 6} 2"),
        (STORY.format(connections=4), "{'linked': 7, 'skipped': 7} {'removed': 6} 2"),
        (FAULTS, "{'linked': 4}"),
        (FILES, "True {'linked': 1} ['finished']"),
        (BUILDER, "{'linked': 7, 'skipped': 7} {'removed': 6}"),
        (PAGE, "{'linked': 7, 'skipped': 7} {'removed': 6}"),
    ],
    ids=["story", "four connections", "faults", "files", "builder", "page"],
)
def test_it_runs(code: str, said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", NO_BROWSER_HAS_THESE + code, str(SAMPLES / "kaeufer_export.csv")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path / "data")}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path, env=environment
    )
    assert done.stdout.strip() == said, done.stderr
    assert done.stderr == ""
