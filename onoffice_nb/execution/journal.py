"""The journal of runs, in SQLite: what was planned, sent and confirmed, and so what undo may remove.

An item's row says *sending* on the disk before its request leaves. Whatever
kills the process, the journal knows afterwards which items may have arrived,
and these are looked up before anything is sent again. A change of state that
the table of transitions does not allow is refused. The journal holds ids, codes
and the account's label; never a token, a secret or a name.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count, repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.errors import JournalError, PlanError
from onoffice_nb.execution.journal_file import Database
from onoffice_nb.execution.states import (
    NOT_ANSWERED,
    SENT_AS,
    STATES,
    UNSENT_AS,
    Entries,
    Entry,
    State,
    forbidden_change,
    states_before,
)
from onoffice_nb.model import Account, RelationInfo, RelationType, Support, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_infos import CurrentInfo
from onoffice_nb.planning.plan import LINKED_WITH_INFO, Plan

__all__ = ["Journal", "RunRecord", "journal_for"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the journal knows it.

    Attributes:
        run: Its number.
        verb: What it does with the links of its pairs.
        relation: The relation type of its links.
        account: Where it is.
        started: When it was opened (UTC).
        ended: When it came to an end (UTC); None while it is under way, or after its process died.
        state: `running`, `finished` or `stopped`.
        reason: Why it stopped.
        requests: How many requests that write it took so far.
        seconds: How long it took so far.
        undoes: The number of the run that it takes back, if any.
        note: What its report has to say beside the outcomes.
        source_digest: By which the frame of its rows is known again; empty if there was none.
        source_name: What this frame or its file is called; empty if nobody has noted it.
        counts: How many of its items are in which state.
    """

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
    note: str
    source_digest: str
    source_name: str
    counts: dict[str, int]


class Journal:
    """The journal in a file, or in memory for a sandbox that ends with us.

    Args:
        path: The file; by default `runs.sqlite` in the user's data folder. `":memory:"` keeps it in memory.

    Raises:
        JournalError: The file cannot be opened, or a newer version has written it.

    Example:
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
        """Close the file; a journal that nobody holds any more is closed by itself."""
        self._db.close()

    def lock_run(self, run: int) -> AbstractContextManager[None]:
        """Hold a run: nobody else, in this process or another, may work on it meanwhile.

        Args:
            run: The number of the run.

        Returns:
            A context in which the run is held.

        Raises:
            JournalError: On entering, if somebody else works on it.
        """
        return self._db.lock_run(run)

    def open_run(self, plan: Plan, undoes: int | None = None) -> int:
        """Note a plan as a new run, all of its items *planned* or settled already.

        The items stand in the order in which they are sent, so that those of a
        request lie side by side in the file.

        Args:
            plan: What is to be done.
            undoes: The number of the run that it takes back, if it does.

        Returns:
            The number of the new run.

        Raises:
            PlanError: This very plan was submitted before.
            JournalError: The file cannot be written.
        """
        items = plan.items
        is_idle = np.ones(len(items), dtype=bool)
        is_idle[plan.pending] = False
        states = np.full(len(items), State.PLANNED, dtype=object)
        states[is_idle] = State.SKIPPED
        states[is_idle & items.with_verb(Verb.CREATE)] = State.ALREADY_LINKED
        # Of objects, as numpy gives every text of its own the room of the longest.
        messages = np.full(len(items), "", dtype=object)
        messages[states == State.SKIPPED] = "not linked, so there is nothing to do"
        messages[plan.linked_before == LINKED_WITH_INFO] = "it has this status already"

        header = (
            plan.submission_key,
            plan.verb,
            json.dumps(asdict(plan.relation), ensure_ascii=False),
            json.dumps(asdict(plan.account), ensure_ascii=False),
            plan.account.fingerprint,
            json.dumps([asdict(info) for info in items.infos], ensure_ascii=False),
            _now(),
            undoes,
            plan.pairs.source_digest,
            plan.pairs.source_name,
            json.dumps(_rows_by_text(plan.pairs.row_notes), ensure_ascii=False),
        )
        order = np.concatenate([plan.actions.all_members, np.flatnonzero(is_idle)])
        columns = (items.parents, items.children, items.verbs, items.info, plan.linked_before, states, messages)

        # One more position than there are items: that of -1, which stays as it is.
        position = np.full(len(items) + 1, -1)
        position[order] = np.arange(len(items))
        row_items = _listed(position[plan.pairs.rows])
        row_numbers = _listed(plan.pairs.row_numbers)
        reasons = (plan.pairs.reasons.get(row, "") for row in count())

        try:
            with self._db.transaction() as db:
                run: int = db.execute(
                    "INSERT INTO runs (key, verb, relation, account, fingerprint, infos, started, undoes,"
                    " source_digest, source_name, row_notes, state)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running') RETURNING run",
                    header,
                ).fetchone()[0]
                db.executemany(
                    "INSERT INTO items (run, item, parent, child, verb, info, before, state, message)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    zip(repeat(run), count(), *(_listed(column, order) for column in columns), strict=False),
                )
                db.executemany(
                    "INSERT INTO rows (run, row, item, reason, number) VALUES (?, ?, ?, ?, ?)",
                    zip(repeat(run), count(), row_items, reasons, row_numbers, strict=False),
                )
        except sqlite3.IntegrityError:
            earlier = self._db.query("SELECT run, started FROM runs WHERE key = ?", plan.submission_key)[0]
            raise PlanError(
                f"This plan was submitted already, as run {earlier[0]} on {earlier[1][:16]}. Nothing was sent now."
                " Make a new plan with oo.plan(…): it leaves out what is linked."
            ) from None
        return run

    def mark_sending(self, run: int, items: Sequence[int]) -> None:
        """Note that these items are about to be sent: on the disk before the request leaves.

        Args:
            run: The number of the run.
            items: Positions of items that wait to be sent.

        Raises:
            JournalError: One of them does not wait, or the file cannot be written; nothing is noted then.
        """
        with self._db.transaction() as db:
            changed = 0
            for state, sending in SENT_AS.items():
                changed += _update(db, run, items, Entry(sending), [state])
            if changed != len(items):
                raise JournalError(forbidden_change(State.SENDING, allowed=SENT_AS))

    def record(self, run: int, entries: Entries) -> None:
        """Note what became of these items.

        Args:
            run: The number of the run.
            entries: An item's position -> what is to be noted of it.

        Raises:
            JournalError: An item's state may not follow the one that it has (`states.TRANSITIONS`), or the file
                cannot be written; nothing is noted then.
        """
        # All that are alike at once, which takes a third of the time.
        alike: dict[Entry, list[int]] = defaultdict(list)
        for item, entry in entries.items():
            alike[entry].append(item)

        with self._db.transaction() as db:
            for entry, items in alike.items():
                allowed = states_before(entry.state)
                if _update(db, run, items, entry, allowed) != len(items):
                    raise JournalError(forbidden_change(entry.state, allowed))

    def note_infos_before(self, run: int, infos: Mapping[int, CurrentInfo]) -> None:
        """Note which relation infos links had right before the run touched them, for undo.

        Args:
            run: The number of the run.
            infos: An item's position -> the info of its link.
        """
        if not infos:
            return
        with self._db.transaction() as db:
            listed = json.loads(db.execute("SELECT infos FROM runs WHERE run = ?", (run,)).fetchone()[0])
            for info in dict.fromkeys(infos.values()):
                if not any(info):
                    continue
                fields = info._asdict()
                if fields not in listed:
                    listed.append(fields)
                items = [item for item, before in infos.items() if before == info]
                db.execute(
                    "UPDATE items SET info_before = ? WHERE run = ? AND item IN (SELECT value FROM json_each(?))",
                    (listed.index(fields), run, json.dumps(items)),
                )
            db.execute("UPDATE runs SET infos = ? WHERE run = ?", (json.dumps(listed, ensure_ascii=False), run))

    def note_order_before(self, run: int, order: Mapping[int, Sequence[int]]) -> None:
        """Note in which order children stood before the run removed some of them: a parent's id -> its children.

        What was noted of a parent stays: by now, the run may have removed some.

        Args:
            run: The number of the run.
            order: The children of each parent, in their order.
        """
        with self._db.transaction() as db:
            db.execute(
                "UPDATE runs SET order_before = ? WHERE run = ?",
                (json.dumps({**order, **self.load_order_before(run)}), run),
            )

    def load_order_before(self, run: int) -> dict[int, list[int]]:
        """The order that `note_order_before` noted.

        Args:
            run: The number of the run.

        Returns:
            The children of each parent that was noted.
        """
        order_before = json.loads(self._db.query("SELECT order_before FROM runs WHERE run = ?", run)[0][0])
        return {int(parent): children for parent, children in order_before.items()}

    def set_note(self, run: int, note: str) -> None:
        """Note what the report of a run has to say beside the outcomes.

        Args:
            run: The number of the run.
            note: What is said, in sentences.
        """
        with self._db.transaction() as db:
            db.execute("UPDATE runs SET note = ? WHERE run = ?", (note, run))

    def reopen(self, run: int) -> None:
        """Note that a run goes on.

        Args:
            run: The number of the run.
        """
        with self._db.transaction() as db:
            db.execute("UPDATE runs SET state = 'running', reason = '', ended = NULL WHERE run = ?", (run,))
            _release_sending(db, run)

    def close_run(self, run: int, state: str, reason: str, requests: int, seconds: float) -> None:
        """Note that a run has ended, and what it took on top of what it took before.

        Args:
            run: The number of the run.
            state: How it ended: finished or stopped.
            reason: Why it was stopped; an empty text if it was not.
            requests: How many requests it has sent since it was opened or reopened.
            seconds: How long that took.
        """
        with self._db.transaction() as db:
            db.execute(
                "UPDATE runs SET state = ?, reason = ?, ended = ?, requests = requests + ?, seconds = seconds + ?"
                " WHERE run = ?",
                (state, reason, _now(), requests, seconds, run),
            )
            _release_sending(db, run)

    def runs(self) -> list[RunRecord]:
        """Every run, the latest first.

        Returns:
            What is known of each, without its items.
        """
        return [self._run_record(row) for row in self._db.query(f"{_RUNS} ORDER BY run DESC")]

    def run(self, run: int) -> RunRecord:
        """One run.

        Args:
            run: The number of the run.

        Returns:
            What is known of it, without its items.

        Raises:
            JournalError: The journal has no run of this number.
        """
        rows = self._db.query(f"{_RUNS} WHERE run = ?", run)
        if not rows:
            raise JournalError(f"There is no run {run} in the journal {self.path or 'in memory'}. See oo.runs().")
        return self._run_record(rows[0])

    def load_items(self, run: int) -> tuple[Items, dict[str, list[Any]]]:
        """The items of a run, and beside them their other columns, a list each.

        These are `before`, `state`, `code`, `message` and `info_before` (a position in the items' infos, or -1).

        Args:
            run: The number of the run.

        Returns:
            The items, and the columns by name.
        """
        rows = self._db.query(
            "SELECT parent, child, verb, info, before, state, code, message, info_before FROM items"
            " WHERE run = ? ORDER BY item",
            run,
        )
        columns: Sequence[Any] = list(zip(*rows, strict=True)) or [()] * 9
        infos = json.loads(self._db.query("SELECT infos FROM runs WHERE run = ?", run)[0][0])
        items = Items(
            np.array(columns[0], dtype=np.int64),
            np.array(columns[1], dtype=np.int64),
            np.array(columns[2], dtype=np.uint8),
            np.array(columns[3], dtype=np.int16),
            tuple(RelationInfo(**info) for info in infos),
        )
        before, states, codes, messages, infos_before = map(list, columns[4:])
        return items, {
            "before": before,
            "state": [STATES[state] for state in states],
            "code": codes,
            "message": messages,
            "info_before": infos_before,
        }

    def load_rows(self, run: int) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[int, str]]:
        """The input rows of a run: the item of each (-1: none), the number it is named by, why some became no item.

        Args:
            run: The number of the run.

        Returns:
            Three things of the rows: items, int64; numbers, int64; and the reasons, by the row's position.
        """
        rows = self._db.query(
            "SELECT row, item, coalesce(number, row + 1), reason FROM rows WHERE run = ? ORDER BY row", run
        )
        items = np.array([item for _, item, _, _ in rows], dtype=np.int64)
        numbers = np.array([number for _, _, number, _ in rows], dtype=np.int64)
        return items, numbers, {row: reason for row, _, _, reason in rows if reason}

    def load_row_notes(self, run: int) -> dict[str, dict[int, str]]:
        """What was looked up or mended in the input rows of a run.

        Args:
            run: The number of the run.

        Returns:
            The heading under which a report tells it -> the number of a row -> how, as `Pairs.row_notes` has it.
        """
        ((written,),) = self._db.query("SELECT row_notes FROM runs WHERE run = ?", run)
        notes: dict[str, dict[str, list[int]]] = json.loads(written)
        return {
            heading: {row: text for text, rows in rows_of_text.items() for row in rows}
            for heading, rows_of_text in notes.items()
        }

    def undone_pairs(self, run: int) -> set[tuple[int, int]]:
        """The links of a run that earlier undo runs have taken back already, be it removed or created again.

        Args:
            run: The number of the run.

        Returns:
            The links as (parent, child).
        """
        return set(
            self._db.query(
                "SELECT parent, child FROM items JOIN runs USING (run)"
                " WHERE undoes = ? AND items.state IN ('removed', 'linked', 'changed')",
                run,
            )
        )

    def _run_record(self, row: Sequence[Any]) -> RunRecord:
        run, verb, relation, account, started, ended, state, reason, requests, seconds, undoes, note, digest, name = row
        fields = json.loads(relation)
        calls = {call: Support(fields[call]) for call in ("create", "modify", "delete", "read")}
        return RunRecord(
            run=run,
            verb=Verb(verb),
            relation=RelationType(**{**fields, **calls}),
            account=Account(**json.loads(account)),
            started=datetime.fromisoformat(started),
            ended=datetime.fromisoformat(ended) if ended else None,
            state=state,
            reason=reason,
            requests=requests,
            seconds=seconds,
            undoes=undoes,
            note=note,
            source_digest=digest,
            source_name=name,
            counts=dict(self._db.query("SELECT state, count(*) FROM items WHERE run = ? GROUP BY state", run)),
        )


# Values of a column that are made into objects of Python at once.
_PIECE: Final = 10_000

_RUNS: Final = (
    "SELECT run, verb, relation, account, started, ended, state, reason, requests, seconds, undoes, note,"
    " source_digest, source_name FROM runs"
)


def _rows_by_text(notes: Mapping[str, Mapping[int, str]]) -> dict[str, dict[str, list[int]]]:
    """Notes with each text once, to the rows that have it."""
    turned: dict[str, dict[str, list[int]]] = {}
    for heading, text_of in notes.items():
        rows_of_text = turned.setdefault(heading, {})
        for row, text in text_of.items():
            rows_of_text.setdefault(text, []).append(row)
    return turned


def _update(db: sqlite3.Connection, run: int, items: Sequence[int], entry: Entry, allowed: Iterable[State]) -> int:
    """Note the same of several items, of those that are in an allowed state; returns how many these were."""
    changed = db.execute(
        "UPDATE items SET state = ?, code = ?, message = ? WHERE run = ?"
        " AND item IN (SELECT value FROM json_each(?)) AND state IN (SELECT value FROM json_each(?))",
        (*entry, run, json.dumps(items), json.dumps(list(allowed))),
    )
    return changed.rowcount


def _release_sending(db: sqlite3.Connection, run: int) -> None:
    """Nothing is *sending* once nobody waits for its answer."""
    db.execute(
        "UPDATE items SET state = ?, message = ? WHERE run = ? AND state IN (SELECT value FROM json_each(?))",
        (State.UNKNOWN, NOT_ANSWERED, run, json.dumps(list(UNSENT_AS))),
    )


def _listed(column: NDArray[Any], order: NDArray[np.int64] | None = None) -> Iterator[Any]:
    """A column's values, in an order, as Python's own; piece by piece, as a list takes the memory of five columns."""
    for first in range(0, len(column), _PIECE):
        piece = slice(first, first + _PIECE)
        yield from (column[piece] if order is None else column[order[piece]]).tolist()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def journal_for(account: Account) -> Journal:
    """The journal of the user, or one that ends with this process like the sandbox it speaks of."""
    return user_journal() if account.persistent else _transient_journal(account.fingerprint)


@cache
def user_journal() -> Journal:
    """The journal in the user's data folder, opened once in a process."""
    return Journal()


@cache
def _transient_journal(fingerprint: str) -> Journal:
    return Journal(":memory:")
