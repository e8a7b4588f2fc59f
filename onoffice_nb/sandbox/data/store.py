"""What the agency keeps: records and links, in SQLite. Knows nothing of requests.

One connection behind one lock: every request is one transaction, whichever
thread it comes from, so two writers never see half of each other.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from onoffice_nb.errors import SandboxError

__all__ = ["API_USER", "COLLEAGUE", "LinkChange", "Pair", "Participant", "Rights", "Store"]

Pair = tuple[int, int]

# The user as whom every client of the sandbox speaks.
API_USER: Final = 29
# The user who changes links past the API, unless another one is named.
COLLEAGUE: Final = 21


class Rights(NamedTuple):
    """What the API user may do with a record, and what it is.

    `broker`: an address of a real estate agent; `copy`: an estate's copy in another language than the main one.
    """

    writable: bool
    broker: bool
    readable: bool
    copy: bool


class Participant(NamedTuple):
    """An address that takes part in an appointment, with what its link says in German; None where never set."""

    appointment: int
    address: int
    confirmation: str | None
    feedback: str | None


class LinkChange(NamedTuple):
    """One entry of the log: who linked or unlinked two records, and when (Unix seconds).

    `stored_as` is the name that the link is kept under, `action` is `link` or `unlink`.
    """

    number: int
    moment: int
    user: int
    action: str
    stored_as: str
    parent: int
    child: int


_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    module TEXT NOT NULL, id INTEGER NOT NULL, writable INTEGER NOT NULL, readable INTEGER NOT NULL,
    broker INTEGER NOT NULL, copy INTEGER NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (module, id)
) WITHOUT ROWID;
CREATE TABLE link (
    position INTEGER PRIMARY KEY, kind TEXT NOT NULL, parent INTEGER NOT NULL, child INTEGER NOT NULL,
    confirmation TEXT, feedback TEXT, UNIQUE (kind, parent, child)
);
CREATE INDEX link_child ON link (kind, child, parent);
CREATE TABLE former_position (
    kind TEXT NOT NULL, parent INTEGER NOT NULL, child INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (kind, parent, child)
) WITHOUT ROWID;
CREATE TABLE log (
    number INTEGER PRIMARY KEY, moment INTEGER NOT NULL, user INTEGER NOT NULL, action TEXT NOT NULL,
    kind TEXT NOT NULL, parent INTEGER NOT NULL, child INTEGER NOT NULL
);
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


# All records at once: an encoder for each of them takes longer than all the rest.
_INSERT_RECORDS = """
INSERT OR REPLACE INTO record
SELECT
    ?, json_extract(value, '$[0]'), ?, ?, ?, json_extract(value, '$[1].mainLangId') IS NOT NULL,
    json_extract(value, '$[1]')
FROM json_each(?)
"""

_INSERT_LINK = "INSERT OR IGNORE INTO link (kind, parent, child, confirmation) VALUES (?1, ?2, ?3, ?4)"
# Where a link once was, or behind all that are and were there.
_INSERT_LINK_IN_PLACE = """
INSERT OR IGNORE INTO link (position, kind, parent, child, confirmation) VALUES (
    coalesce(
        (SELECT position FROM former_position WHERE kind = ?1 AND parent = ?2 AND child = ?3),
        1 + max(
            (SELECT coalesce(max(position), 0) FROM link),
            (SELECT coalesce(max(position), 0) FROM former_position)
        )
    ),
    ?1, ?2, ?3, ?4
)
"""
_DELETE_LINK = "DELETE FROM link WHERE kind = ? AND parent = ? AND child = ?"
_NOTE_POSITION = (
    "INSERT OR REPLACE INTO former_position (kind, parent, child, position)"
    " SELECT kind, parent, child, position FROM link WHERE kind = ? AND parent = ? AND child = ?"
)

# Of one record, as most actions have it on one side, and of several: json_each alone takes as long as the rest.
_RIGHTS = "SELECT id, writable, broker, readable, copy FROM record WHERE module = ? AND id = ?"
_RIGHTS_OF_ALL = (
    "SELECT id, writable, broker, readable, copy FROM record"
    " WHERE module = ? AND id IN (SELECT value FROM json_each(?))"
)


class Store:
    """Records and links in one SQLite database, in memory or in a file.

    Args:
        path: the file, or `:memory:`.
        keeps_positions: whether a link that is created again comes where it was before it was deleted.

    Raises:
        SandboxError: if the file is another program's database, or none.
    """

    def __init__(self, path: str | Path = ":memory:", *, keeps_positions: bool = False) -> None:
        self.persistent: bool = str(path) != ":memory:"
        self._keeps_positions = keeps_positions
        self._author: tuple[int, int] | None = None
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            # A sandbox that is dropped and not closed, as in a notebook, leaves no database open.
            self._closing = weakref.finalize(self, self._db.close)
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self.new: bool = not tables
            if self.persistent:
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
    def transaction(self, *, keep: bool = True, user: int | None = None, moment: float = 0.0) -> Iterator[None]:
        """All or nothing, and nobody else meanwhile. Not to be nested.

        Args:
            keep: whether what was done is kept in the end.
            user: in whose name the log notes the changes of links; None for no notes.
            moment: the time of these notes, in Unix seconds.
        """
        with self._lock:
            self._author = None if user is None else (int(moment), user)
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
            self._closing()

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
            listed = json.dumps(list(records), ensure_ascii=False)
            self._db.execute(_INSERT_RECORDS, (module, writable, readable, broker, listed))

    def set_writable(self, module: str, ids: Iterable[int], writable: bool) -> None:
        """Whether the API user may write these records."""
        with self._lock:
            self._db.executemany(
                "UPDATE record SET writable = ? WHERE module = ? AND id = ?",
                [(writable, module, number) for number in ids],
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
        self, stored_as: str, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> list[Pair]:
        """The links kept under this name, in their order: all, of these parents, of these children, or between them."""
        values = [stored_as, *(json.dumps(list(side)) for side in (parents, children) if side is not None)]
        return [
            (parent, child) for parent, child in self._rows(_PAIRS[parents is not None, children is not None], *values)
        ]

    def link(self, stored_as: str, pairs: Iterable[Pair], confirmation: str | None = None) -> None:
        """Put links in, each behind those that are there; those that exist stay as they are."""
        insert = _INSERT_LINK_IN_PLACE if self._keeps_positions else _INSERT_LINK
        with self._lock:
            if self._author is None:
                # Nothing is to be noted, so nobody needs to know which of them are new.
                self._db.executemany(insert, [(stored_as, parent, child, confirmation) for parent, child in pairs])
                return
            made = [
                (parent, child)
                for parent, child in pairs
                if self._db.execute(insert, (stored_as, parent, child, confirmation)).rowcount
            ]
            self._note("link", stored_as, made)

    def unlink(self, stored_as: str, pairs: Iterable[Pair]) -> None:
        """Take links out; those that are not there are no error."""
        removed = []
        with self._lock:
            for parent, child in pairs:
                if self._keeps_positions:
                    self._db.execute(_NOTE_POSITION, (stored_as, parent, child))
                if self._db.execute(_DELETE_LINK, (stored_as, parent, child)).rowcount:
                    removed.append((parent, child))
            self._note("unlink", stored_as, removed)

    def _note(self, action: str, stored_as: str, pairs: list[Pair]) -> None:
        if self._author is not None and pairs:
            self.add_changes([(*self._author, action, stored_as, parent, child) for parent, child in pairs])

    def add_changes(self, changes: Iterable[tuple[int, int, str, str, int, int]]) -> None:
        """Put entries into the log: moment, user, action, stored_as, parent, child."""
        with self._lock:
            self._db.executemany(
                "INSERT INTO log (moment, user, action, kind, parent, child) VALUES (?, ?, ?, ?, ?, ?)", changes
            )

    def changes(self) -> list[LinkChange]:
        """The whole log of links, oldest first."""
        rows = self._rows("SELECT number, moment, user, action, kind, parent, child FROM log ORDER BY number")
        return [LinkChange(*row) for row in rows]

    def inform(self, stored_as: str, pairs: Iterable[Pair], confirmation: str | None, feedback: str | None) -> None:
        """Set what is not None of the relationinfo of links."""
        with self._lock:
            self._db.executemany(
                "UPDATE link SET confirmation = coalesce(?, confirmation), feedback = coalesce(?, feedback)"
                " WHERE kind = ? AND parent = ? AND child = ?",
                [(confirmation, feedback, stored_as, parent, child) for parent, child in pairs],
            )

    def add_participants(self, participants: Iterable[Participant]) -> None:
        """Put participants in, with their statuses."""
        with self._lock:
            self._db.executemany(
                "INSERT OR IGNORE INTO link (kind, parent, child, confirmation, feedback)"
                " VALUES ('calendar:address', ?, ?, ?, ?)",
                participants,
            )

    def participants(self, appointments: Iterable[int]) -> list[Participant]:
        """Who takes part in these appointments."""
        rows = self._rows(
            "SELECT parent, child, confirmation, feedback FROM link"
            " WHERE kind = 'calendar:address' AND parent IN (SELECT value FROM json_each(?)) ORDER BY +position",
            json.dumps(list(appointments)),
        )
        return [Participant(*row) for row in rows]
