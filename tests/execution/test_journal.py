"""The journal: on the disk before anything is sent, once for each plan, shared by several kernels."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import onoffice_nb as oo
from onoffice_nb.execution.states import Entry, State
from onoffice_nb.sandbox import Sandbox
from tests.scenarios import BUYER


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[oo.Journal]:
    opened = oo.Journal(tmp_path / "folder" / "runs.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def plan() -> oo.Plan:
    return oo.plan(Sandbox().client(), BUYER, oo.read_pairs(parent=[1001, 1002, "x"], child=[5001, 5001, 5002]))


def test_a_run_from_plan_to_end(journal: oo.Journal, plan: oo.Plan) -> None:
    run = journal.open_run(plan)
    journal.mark_sending(run, [0, 1])
    journal.record(run, {0: Entry(State.LINKED), 1: Entry(State.FAILED, 292, "unknown")})
    journal.close_run(run, "finished", "", requests=2, seconds=0.5)
    record = journal.run(run)
    assert (record.state, record.requests, record.undoes) == ("finished", 2, None)
    assert record.relation == plan.relation
    assert record.account == plan.account
    assert record.counts == {"linked": 1, "failed": 1}
    items, columns = journal.load_items(run)
    assert items.parents.tolist() == [1001, 1002]
    assert columns["state"] == ["linked", "failed"]
    assert columns["code"] == [None, 292]
    rows, numbers, reasons = journal.load_rows(run)
    assert rows.tolist() == [0, 1, -1]
    assert numbers.tolist() == [1, 2, 3]
    assert "'x'" in reasons[2]


def test_another_connection_sees_what_is_being_sent(journal: oo.Journal, plan: oo.Plan) -> None:
    run = journal.open_run(plan)
    journal.mark_sending(run, [1])
    assert journal.path is not None
    with closing(sqlite3.connect(journal.path)) as other:
        states = other.execute("SELECT state FROM items ORDER BY item").fetchall()
    assert states == [("planned",), ("sending",)]


def test_a_plan_once(journal: oo.Journal, plan: oo.Plan) -> None:
    journal.open_run(plan)
    with pytest.raises(oo.PlanError, match="as run 1"):
        journal.open_run(plan)
    assert [record.run for record in journal.runs()] == [1]


def test_a_change_is_whole_or_not_at_all(journal: oo.Journal, plan: oo.Plan) -> None:
    run = journal.open_run(plan)
    journal.mark_sending(run, [0, 1])

    class Interrupted(str):
        def __conform__(self, protocol: object) -> str:
            """Called by SQLite when it is this text's turn to be written."""
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.record(run, {0: Entry(State.LINKED), 1: Entry(State.FAILED, 292, Interrupted("unknown"))})
    assert journal.run(run).counts == {"sending": 2}


def test_a_run_is_held_by_one(journal: oo.Journal, plan: oo.Plan) -> None:
    run = journal.open_run(plan)
    with closing(oo.Journal(journal.path)) as other:
        with journal.lock_run(run):
            for opened in (journal, other):
                with pytest.raises(oo.JournalError, match="another kernel"), opened.lock_run(run):
                    pass
        with other.lock_run(run):
            pass


def test_files_that_are_no_journal(tmp_path: Path, journal: oo.Journal) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    with pytest.raises(oo.JournalError, match="cannot be"):
        oo.Journal(broken)
    with pytest.raises(oo.JournalError, match="cannot be"):
        oo.Journal(tmp_path / "broken.sqlite" / "below" / "runs.sqlite")
    assert journal.path is not None
    with closing(sqlite3.connect(journal.path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(oo.JournalError, match="newer"):
        oo.Journal(journal.path)
    with pytest.raises(oo.JournalError, match="no run 5"):
        oo.Journal(":memory:").run(5)


def _submit_ten(path: Path, db: Path, estate: int) -> None:
    crm = Sandbox(db).client()
    for n in range(10):
        plan = oo.plan(crm, BUYER, oo.read_pairs(parent=[estate] * 3, child=[5100 + 3 * n + k for k in range(3)]))
        with closing(oo.Journal(path)) as journal:
            oo.submit(crm, plan, progress=False, journal=journal)


def test_two_kernels_lose_nothing(tmp_path: Path) -> None:
    path, db = tmp_path / "runs.sqlite", tmp_path / "crm.sqlite"
    Sandbox(db).close()
    kernels = multiprocessing.get_context("spawn")
    both = [kernels.Process(target=_submit_ten, args=(path, db, estate)) for estate in (1011, 1012)]
    for kernel in both:
        kernel.start()
    for kernel in both:
        kernel.join(120)
    assert [kernel.exitcode for kernel in both] == [0, 0]
    with closing(oo.Journal(path)) as journal:
        records = journal.runs()
    assert len(records) == 20
    assert all(record.counts == {"linked": 3} and record.state == "finished" for record in records)
    links = Sandbox(db).links(BUYER)
    assert {(estate, 5100 + n) for estate in (1011, 1012) for n in range(30)} <= links
