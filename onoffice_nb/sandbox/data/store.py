"""What the agency keeps: records and links, in SQLite. Knows nothing of requests.

One connection behind one lock: every request is one transaction, whichever
thread it comes from, so two writers never see half of each other.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from onoffice_nb.errors import SandboxError

__all__ = ["API_USER", "Pair", "Participant", "Rights", "Store"]

Pair = tuple[int, int]

# The user as whom every client of the sandbox speaks.
API_USER: Final = 29


class Rights(NamedTuple):
    """What the API user may do with a record, and whether it is an address of a real estate agent."""

    writable: bool
    broker: bool
    readable: bool


class Participant(NamedTuple):
    """An address that takes part in an appointment, with what its link says in German; None where never set."""

    appointment: int
    address: int
    confirmation: str | None
    feedback: str | None


_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    module TEXT NOT NULL, id INTEGER NOT NULL, writable INTEGER NOT NULL, readable INTEGER NOT NULL,
    broker INTEGER NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (module, id)
) WITHOUT ROWID;
CREATE TABLE link (
    position INTEGER PRIMARY KEY, kind TEXT NOT NULL, parent INTEGER NOT NULL, child INTEGER NOT NULL,
    confirmation TEXT, feedback TEXT, UNIQUE (kind, parent, child)
);
CREATE INDEX link_child ON link (kind, child, parent);
PRAGMA user_version = 2;
"""
_VERSION = 2

# By whether parents and whether children are given; written out, so that each finds its index, and not the one of
# the order (hence the plus).
_PAIRS = {
    (False, False): "SELECT parent, child FROM link WHERE kind = ? ORDER BY +position",
    (True, False): "SELECT parent, child FROM link WHERE kind = ? AND parent IN (SELECT value FROM json_each(?))"
    " ORDER BY +position",
    (False, True): "SELECT parent, child FROM link WHERE kind = ? AND child IN (SELECT value FROM json_each(?))"
    " ORDER BY +position",
    (True, True): "SELECT parent, child FROM link WHERE kind = ? AND parent IN (SELECT value FROM json_each(?))"
    " AND child IN (SELECT value FROM json_each(?)) ORDER BY +position",
}


# Of one record, as most actions have it on one side, and of several: json_each alone takes as long as the rest.
_RIGHTS = "SELECT id, writable, broker, readable FROM record WHERE module = ? AND id = ?"
_RIGHTS_OF_ALL = (
    "SELECT id, writable, broker, readable FROM record WHERE module = ? AND id IN (SELECT value FROM json_each(?))"
)


class Store:
    """Records and links in one SQLite database, in memory or in a file.

    Raises SandboxError if the file is no sandbox's database.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.lasting = str(path) != ":memory:"
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self.new = not tables
            if self.lasting:
                # A sandbox may be killed at any moment; with WAL a commit costs no wait for the disk.
                self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
            if self.new:
                self._db.executescript(f"BEGIN;{_SCHEMA}")
                self._db.execute("INSERT INTO about VALUES ('fingerprint', ?)", (uuid.uuid4().hex,))
                self._db.execute("COMMIT")
            elif version != _VERSION:
                raise SandboxError(f"{path} is a database of another program or version. Name another file.")
        except (sqlite3.Error, TypeError) as error:
            raise SandboxError(f"{path} cannot be opened as a sandbox's database ({error}).") from None

    @property
    def fingerprint(self) -> str:
        """What tells this agency from every other; kept with it."""
        with self._lock:
            (value,) = self._db.execute("SELECT value FROM about WHERE name = 'fingerprint'").fetchone()
            return str(value)

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """All or nothing, and nobody else meanwhile; without `keep`, nothing. Not to be nested."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT" if keep else "ROLLBACK")

    def close(self) -> None:
        """Close the database; one in memory is gone."""
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # Records

    def add_records(
        self,
        module: str,
        records: Iterable[tuple[int, Mapping[str, str]]],
        *,
        broker: bool = False,
        writable: bool = True,
        readable: bool = True,
    ) -> None:
        """Put records in, in place of those with the same id."""
        with self._lock:
            self._db.executemany(
                "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (module, number, writable, readable, broker, json.dumps(fields, ensure_ascii=False))
                    for number, fields in records
                ],
            )

    def set_writable(self, module: str, ids: Iterable[int], writable: bool) -> None:
        """Whether the API user may write these records."""
        with self._lock:
            self._db.executemany(
                "UPDATE record SET writable = ? WHERE module = ? AND id = ?", [(writable, module, each) for each in ids]
            )

    def next_id(self, module: str) -> int:
        """An id that no record of this module has."""
        ((last,),) = self._rows("SELECT coalesce(max(id), 0) FROM record WHERE module = ?", module)
        return int(last) + 1

    def rights(self, module: str, ids: Iterable[int]) -> dict[int, Rights]:
        """For those of the ids that are records of this module: what may be done with them."""
        wanted = list(ids)
        if len(wanted) == 1:
            found = self._rows(_RIGHTS, module, wanted[0])
        else:
            found = self._rows(_RIGHTS_OF_ALL, module, json.dumps(wanted))
        return {number: Rights(*map(bool, rights)) for number, *rights in found}

    def first_broker(self) -> int | None:
        """The address with the lowest id that is a real estate agent, if there is one."""
        ((number,),) = self._rows("SELECT min(id) FROM record WHERE module = 'address' AND broker")
        return None if number is None else int(number)

    def records(self, module: str, ids: Iterable[object] | None = None) -> list[tuple[int, dict[str, str]]]:
        """The records of a module that may be read, ordered by id: all, or those with these ids."""
        if ids is None:
            found = self._rows("SELECT id, fields FROM record WHERE module = ? AND readable ORDER BY id", module)
        else:
            found = self._rows(
                "SELECT id, fields FROM record WHERE module = ? AND readable"
                " AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
                module,
                json.dumps(list(ids)),
            )
        return [(number, json.loads(fields)) for number, fields in found]

    # Links

    def pairs(
        self, kind: str, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> list[Pair]:
        """The links kept under this name, in their order: all, of these parents, of these children, or between them."""
        values = [kind, *(json.dumps(list(side)) for side in (parents, children) if side is not None)]
        return [
            (parent, child) for parent, child in self._rows(_PAIRS[parents is not None, children is not None], *values)
        ]

    def link(self, kind: str, pairs: Iterable[Pair], confirmation: str | None = None) -> None:
        """Put links in; those that exist stay as they are."""
        with self._lock:
            self._db.executemany(
                "INSERT OR IGNORE INTO link (kind, parent, child, confirmation) VALUES (?, ?, ?, ?)",
                [(kind, parent, child, confirmation) for parent, child in pairs],
            )

    def unlink(self, kind: str, pairs: Iterable[Pair]) -> None:
        """Take links out; those that are not there are no error."""
        with self._lock:
            self._db.executemany(
                "DELETE FROM link WHERE kind = ? AND parent = ? AND child = ?",
                [(kind, parent, child) for parent, child in pairs],
            )

    def inform(self, kind: str, pairs: Iterable[Pair], confirmation: str | None, feedback: str | None) -> None:
        """Set what is not None of the relationinfo of links."""
        with self._lock:
            self._db.executemany(
                "UPDATE link SET confirmation = coalesce(?, confirmation), feedback = coalesce(?, feedback)"
                " WHERE kind = ? AND parent = ? AND child = ?",
                [(confirmation, feedback, kind, parent, child) for parent, child in pairs],
            )

    def participants(self, appointments: Iterable[int]) -> list[Participant]:
        """Who takes part in these appointments."""
        rows = self._rows(
            "SELECT parent, child, confirmation, feedback FROM link"
            " WHERE kind = 'calendar:address' AND parent IN (SELECT value FROM json_each(?)) ORDER BY +position",
            json.dumps(list(appointments)),
        )
        return [Participant(*row) for row in rows]
