"""The journal of runs, in SQLite: what was planned, sent and confirmed, and so what undo may remove.

A link's row says *sending* on the disk before its request leaves. Whatever
kills the process, the journal knows afterwards which links may have arrived,
and these are looked up before anything is sent again. It holds ids, codes and
the account's label; never a token, a secret or a name.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.errors import JournalError, PlanError
from onoffice_nb.execution.journal_file import Database
from onoffice_nb.execution.states import NOT_ANSWERED, STATES, Entries, Entry, State
from onoffice_nb.model import Account, RelationInfo, RelationType, Support, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    pass

__all__ = ["Journal", "RunRecord", "journal_for"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the journal knows it. `undoes` is the run that it takes back, if any."""

    run: int
    verb: Verb
    relation: RelationType
    account: Account
    started: datetime
    ended: datetime | None
    state: str
    reason: str
    requests: int
    seconds: float
    undoes: int | None
    counts: dict[str, int]


class Journal:
    """The journal in a file (by default in the user's data folder), or in memory for a sandbox that ends with us.

    >>> Journal(":memory:").runs()
    []
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._db = Database(path)

    @property
    def path(self) -> Path | None:
        """The file, or None in memory."""
        return self._db.path

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def lock_run(self, run: int) -> AbstractContextManager[None]:
        """Hold a run: nobody else, in this process or another, may work on it meanwhile."""
        return self._db.lock_run(run)

    def open_run(self, plan: Plan, undoes: int | None = None) -> int:
        """Note a plan as a new run, all of its links *planned* or settled already; returns the run's number.

        The links stand in the order in which they are sent, so that those of a
        request lie side by side in the file. Raises PlanError if this very plan was submitted before.
        """
        items = plan.items
        states = np.full(len(items), State.PLANNED, dtype=object)
        idle = np.ones(len(items), dtype=bool)
        idle[plan.pending] = False
        states[idle] = State.SKIPPED
        states[idle & items.with_verb(Verb.CREATE)] = State.ALREADY_LINKED
        reasons = np.where(idle & (states == State.SKIPPED), "not linked, so there is nothing to do", "")
        header = (
            plan.submission_key,
            plan.verb,
            json.dumps(asdict(plan.relation), ensure_ascii=False),
            json.dumps(asdict(plan.account), ensure_ascii=False),
            plan.account.fingerprint,
            json.dumps([asdict(info) for info in items.infos], ensure_ascii=False),
            _now(),
            undoes,
        )
        order = np.concatenate([plan.actions.all_members, np.flatnonzero(idle)])
        columns = (items.parents, items.children, items.verbs, items.info, plan.linked_before, states, reasons)
        # One more place than there are items: that of -1, which stays as it is.
        place = np.full(len(items) + 1, -1)
        place[order] = np.arange(len(items))
        why = [plan.pairs.reasons.get(row, "") for row in range(len(plan.pairs.rows))]
        try:
            with self._db.transaction() as db:
                run: int = db.execute(
                    "INSERT INTO runs (key, verb, relation, account, fingerprint, infos, started, undoes, state)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running') RETURNING run",
                    header,
                ).fetchone()[0]
                db.executemany(
                    "INSERT INTO items (run, item, parent, child, verb, info, before, state, message)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    zip(repeat(run), count(), *(column[order].tolist() for column in columns), strict=False),
                )
                db.executemany(
                    "INSERT INTO rows (run, row, item, reason) VALUES (?, ?, ?, ?)",
                    zip(repeat(run), count(), place[plan.pairs.rows].tolist(), why, strict=False),
                )
        except sqlite3.IntegrityError:
            earlier = self._db.query("SELECT run, started FROM runs WHERE key = ?", plan.submission_key)[0]
            raise PlanError(
                f"This plan was submitted already, as run {earlier[0]} on {earlier[1][:16]}. Nothing was sent now."
                " Make a new plan with oo.plan(…): it leaves out what is linked."
            ) from None
        return run

    def mark_sending(self, run: int, items: Iterable[int]) -> None:
        """Note that these links are about to be sent: on the disk before the request leaves."""
        with self._db.transaction() as db:
            db.execute(_UPDATE_ITEMS, (State.SENDING, None, "", run, json.dumps(list(items))))

    def record(self, run: int, entries: Entries) -> None:
        """Note what became of these links: all that are alike at once, which takes a third of the time."""
        alike: dict[Entry, list[int]] = defaultdict(list)
        for item, entry in entries.items():
            alike[entry].append(item)
        with self._db.transaction() as db:
            db.executemany(_UPDATE_ITEMS, ((*entry, run, json.dumps(items)) for entry, items in alike.items()))

    def reopen(self, run: int) -> None:
        """Note that a run goes on."""
        with self._db.transaction() as db:
            db.execute("UPDATE runs SET state = 'running', reason = '', ended = NULL WHERE run = ?", (run,))
            _release_sending(db, run)

    def close_run(self, run: int, state: str, reason: str, requests: int, seconds: float) -> None:
        """Note that a run has ended, and what it took on top of what it took before."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE runs SET state = ?, reason = ?, ended = ?, requests = requests + ?, seconds = seconds + ?"
                " WHERE run = ?",
                (state, reason, _now(), requests, seconds, run),
            )
            _release_sending(db, run)

    def runs(self) -> list[RunRecord]:
        """Every run, the latest first."""
        return [self._record(row) for row in self._db.query(f"{_RUNS} ORDER BY run DESC")]

    def unfinished(self, account: Account) -> list[int]:
        """The runs in an account without an end that were not taken back, the latest first: under way, or killed."""
        query = (
            "SELECT run FROM runs WHERE fingerprint = ? AND ended IS NULL"
            " AND run NOT IN (SELECT undoes FROM runs WHERE undoes IS NOT NULL) ORDER BY run DESC"
        )
        return [row[0] for row in self._db.query(query, account.fingerprint)]

    def run(self, run: int) -> RunRecord:
        """One run."""
        found = self._db.query(f"{_RUNS} WHERE run = ?", run)
        if not found:
            raise JournalError(f"There is no run {run} in the journal {self.path or 'in memory'}. See oo.runs().")
        return self._record(found[0])

    def load_items(self, run: int) -> tuple[Items, dict[str, list[Any]]]:
        """The links of a run, and beside them their columns before, state, code and message."""
        found = self._db.query(
            "SELECT parent, child, verb, info, before, state, code, message FROM items WHERE run = ? ORDER BY item",
            run,
        )
        columns: Sequence[Any] = list(zip(*found, strict=True)) or [()] * 8
        infos = json.loads(self._db.query("SELECT infos FROM runs WHERE run = ?", run)[0][0])
        items = Items(
            np.array(columns[0], dtype=np.int64),
            np.array(columns[1], dtype=np.int64),
            np.array(columns[2], dtype=np.uint8),
            np.array(columns[3], dtype=np.int16),
            tuple(RelationInfo(**info) for info in infos),
        )
        before, states, codes, messages = map(list, columns[4:])
        return items, {
            "before": before,
            "state": [STATES[each] for each in states],
            "code": codes,
            "message": messages,
        }

    def load_rows(self, run: int) -> tuple[NDArray[np.int64], dict[int, str]]:
        """The input rows of a run: the item of each (-1: none), and why some became none."""
        found = self._db.query("SELECT item, reason, row FROM rows WHERE run = ? ORDER BY row", run)
        return np.array([row[0] for row in found], dtype=np.int64), {row[2]: row[1] for row in found if row[1]}

    def undone_pairs(self, run: int) -> set[tuple[int, int]]:
        """The links of a run that earlier undo runs have taken back already, be it removed or created again."""
        return set(
            self._db.query(
                "SELECT parent, child FROM items JOIN runs USING (run)"
                " WHERE undoes = ? AND items.state IN ('removed', 'linked')",
                run,
            )
        )

    def _record(self, row: Sequence[Any]) -> RunRecord:
        run, verb, relation, account, started, ended, state, reason, requests, seconds, undoes = row
        kind = json.loads(relation)
        calls = {name: Support(kind[name]) for name in ("create", "modify", "delete", "read")}
        return RunRecord(
            run=run,
            verb=Verb(verb),
            relation=RelationType(**{**kind, **calls}),
            account=Account(**json.loads(account)),
            started=datetime.fromisoformat(started),
            ended=datetime.fromisoformat(ended) if ended else None,
            state=state,
            reason=reason,
            requests=requests,
            seconds=seconds,
            undoes=undoes,
            counts=dict(self._db.query("SELECT state, count(*) FROM items WHERE run = ? GROUP BY state", run)),
        )


_UPDATE_ITEMS: Final = (
    "UPDATE items SET state = ?, code = ?, message = ? WHERE run = ? AND item IN (SELECT value FROM json_each(?))"
)
_RUNS: Final = "SELECT run, verb, relation, account, started, ended, state, reason, requests, seconds, undoes FROM runs"


def _release_sending(db: sqlite3.Connection, run: int) -> None:
    """Nothing is *sending* once nobody waits for its answer."""
    db.execute(
        "UPDATE items SET state = 'unknown', message = ? WHERE run = ? AND state = 'sending'", (NOT_ANSWERED, run)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def journal_for(account: Account) -> Journal:
    """The journal of the user, or one that ends with this process like the sandbox it speaks of."""
    return user_journal() if account.persistent else _transient_journal(account.fingerprint)


@cache
def user_journal() -> Journal:
    return Journal()


@cache
def _transient_journal(fingerprint: str) -> Journal:
    return Journal(":memory:")
