"""The journal's file: opened by several at once, and whole again after whatever interrupts a change."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.execution import journal_file
from onoffice_nb.execution.journal_file import Database
from onoffice_nb.sandbox import Sandbox
from tests.scenarios import BUYER, outcomes, pairs_of, small


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "runs.sqlite")
    yield made
    made.close()


class Spoilt:
    """A connection in which one statement goes wrong, or is done and then interrupted."""

    def __init__(self, db: sqlite3.Connection, statement: str, error: BaseException, *, done: bool) -> None:
        self.db, self.statement, self.error, self.done = db, statement, error, done

    def execute(self, query: str, *values: Any) -> Any:
        spoilt = query.startswith(self.statement)
        found = self.db.execute(query, *values) if self.done or not spoilt else None
        if spoilt:
            raise self.error
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


def test_a_journal_of_the_first_version_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be sent again stood as *unknown* then; of the three one has arrived."""
    path = tmp_path / "runs.sqlite"
    with monkeypatch.context() as first_version:
        first_version.setattr(journal_file, "_MIGRATIONS", journal_file._MIGRATIONS[:1])
        Database(path).close()
    box = small(buyers=[(2, 102)])
    crm = box.client()
    plan = oo.plan(crm, BUYER, pairs_of((1, 101), (2, 102), (3, 103)))
    with closing(sqlite3.connect(path)) as db, db:
        header = (plan.submission_key, json.dumps(asdict(plan.relation)), json.dumps(asdict(plan.account)))
        db.execute(
            "INSERT INTO runs (key, verb, relation, account, fingerprint, infos, started, state)"
            " VALUES (?, 'create', ?, ?, ?, '[]', '2026-01-31T12:00:00+00:00', 'stopped')",
            (*header, crm.account.fingerprint),
        )
        for item, state in enumerate(["planned", "unknown", "unknown"]):
            db.execute(
                "INSERT INTO items (run, item, parent, child, verb, info, before, state)"
                " VALUES (1, ?, ?, ?, 0, -1, 0, ?)",
                (item, item + 1, item + 101, state),
            )
            db.execute("INSERT INTO rows (run, row, item) VALUES (1, ?, ?)", (item, item))

    with closing(oo.Journal(path)) as journal:
        assert outcomes(oo.resume(crm, 1, progress=False, journal=journal)) == ["linked"] * 3
        assert oo.undo(crm, 1, progress=False, journal=journal).counts == {"removed": 3}
    assert not box.links(BUYER)


def test_of_the_users_cells_it_holds_those_that_could_not_be_read(tmp_path: Path) -> None:
    """As SECURITY.md tells: no cell of another column, and no name from the CRM."""
    box = Sandbox()
    crm = box.client()
    frame = pd.DataFrame({"e": [1001, 1002], "a": ["5001", "fünf"], "note": ["heiratet Kern", "zieht um"]})
    plan = oo.plan(crm, "buyer", oo.read_pairs(frame, parent="e", child="a"), preflight=True)
    assert "Jürgen Brandt" in str(plan.names)
    with closing(oo.Journal(tmp_path / "runs.sqlite")) as journal:
        oo.submit(crm, plan, progress=False, journal=journal)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "fünf".encode() in held
    for text in ("heiratet", "zieht um", "Brandt", "Brandt, Jürgen"):
        assert text.encode() not in held


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    with closing(oo.Journal(tmp_path / "runs.sqlite")):
        rights = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("runs.sqlite*")}
    assert set(rights.values()) == {0}


def test_several_open_a_new_journal_at_once(tmp_path: Path) -> None:
    for n in range(3):
        start = threading.Barrier(8)
        with ThreadPoolExecutor(8) as pool:
            opened = pool.map(lambda _, n=n, start=start: (start.wait(), Database(tmp_path / f"{n}.sqlite")), range(8))
            for _, journal in opened:
                journal.close()


@pytest.mark.parametrize(
    ("statement", "error", "done", "raised"),
    [
        ("BEGIN", KeyboardInterrupt(), True, KeyboardInterrupt),
        ("BEGIN", sqlite3.OperationalError("database is locked"), False, oo.JournalError),
        ("COMMIT", sqlite3.OperationalError("database or disk is full"), False, oo.JournalError),
        ("COMMIT", KeyboardInterrupt(), True, KeyboardInterrupt),
        ("PRAGMA user_version =", KeyboardInterrupt(), True, KeyboardInterrupt),
        ("PRAGMA user_version =", sqlite3.OperationalError("disk I/O error"), False, oo.JournalError),
    ],
    ids=str,
)
def test_after_a_change_that_failed_the_next_one_works(
    database: Database, statement: str, error: BaseException, done: bool, raised: type[BaseException]
) -> None:
    sound = database._db
    database._db = Spoilt(sound, statement, error, done=done)  # type: ignore[assignment]  # a stand-in
    with pytest.raises(raised), database.transaction() as db:
        db.execute("PRAGMA user_version = 1")
    database._db = sound
    assert not sound.in_transaction
    with database.transaction() as db:
        db.execute("PRAGMA user_version = 1")


def test_a_rollback_by_sqlite_itself_hides_no_reason(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as db:
            db.execute("ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(oo.JournalError, match="disk is full"):
        fail()


def test_where_nothing_can_be_locked_it_says_so(database: Database, tmp_path: Path) -> None:
    (tmp_path / "runs.locks" / "7").mkdir()
    with pytest.raises(oo.JournalError, match="cannot be locked"), database.lock_run(7):
        pass
    with database.lock_run(8):
        pass
