"""The file of the journal: its connection, its migrations, its locks."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from onoffice_nb.errors import JournalError

__all__ = ["Database"]

# Seconds that another process waits for its turn: longer than any single change takes.
_LOCK_TIMEOUT: Final = 60

# What filelock raises where a file system has no locks; its releases before 4 the second.
_NO_LOCKS: Final = (OSError, NotImplementedError)

# Each list of statements brings the file from the version before to the next; never change one, add another.
_MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE runs (
            run INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            verb TEXT NOT NULL,
            relation TEXT NOT NULL,
            account TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            infos TEXT NOT NULL,
            started TEXT NOT NULL,
            ended TEXT,
            state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            requests INTEGER NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0,
            undoes INTEGER REFERENCES runs (run)
        )
        """,
        """
        CREATE TABLE items (
            run INTEGER NOT NULL REFERENCES runs (run),
            item INTEGER NOT NULL,
            parent INTEGER NOT NULL,
            child INTEGER NOT NULL,
            verb INTEGER NOT NULL,
            info INTEGER NOT NULL,
            before INTEGER NOT NULL,
            state TEXT NOT NULL,
            code INTEGER,
            message TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (run, item)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE rows (
            run INTEGER NOT NULL REFERENCES runs (run),
            row INTEGER NOT NULL,
            item INTEGER NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (run, row)
        ) WITHOUT ROWID
        """,
    ),
    # The states "resend" and "resending", which a program of before does not know, stood as "unknown" till now: it is
    # looked up just as they are, so what is there may stay.
    (),
    # The relation info that a link had before the run touched it: a position in the run's infos, or -1.
    ("ALTER TABLE items ADD COLUMN info_before INTEGER NOT NULL DEFAULT -1",),
    # By which number messages name a row: that of its file. Rows of before count from 1.
    ("ALTER TABLE rows ADD COLUMN number INTEGER",),
    # The order of contact persons before a run removed some (JSON: a parent's id -> its children), and what a report
    # has to say beside the outcomes.
    (
        "ALTER TABLE runs ADD COLUMN order_before TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    ),
    # By what the frame that a run's rows came from is known again.
    ("ALTER TABLE runs ADD COLUMN source_digest TEXT NOT NULL DEFAULT ''",),
    # What it is called, so that people know the run again.
    ("ALTER TABLE runs ADD COLUMN source_name TEXT NOT NULL DEFAULT ''",),
    # What was looked up or mended in its rows (JSON: heading -> text -> numbers of rows, as most texts are of many).
    ("ALTER TABLE runs ADD COLUMN row_notes TEXT NOT NULL DEFAULT '{}'",),
)


class Database:
    """SQLite in the user's data folder, in another file, or in memory; safe with several threads and kernels.

    Args:
        path: The file; by default `runs.sqlite` in the user's data folder. `":memory:"` keeps it in memory.

    Raises:
        JournalError: The file cannot be opened, or a newer version has written it.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path: Path | None = (
            None if path == ":memory:" else Path(path or user_data_path("onoffice_nb") / "runs.sqlite")
        )
        self._lock_folder = self.path and self.path.with_suffix(".locks")
        self._lock = threading.RLock()
        self._held_runs: set[int] = set()
        try:
            if self._lock_folder is not None:
                self._lock_folder.mkdir(parents=True, exist_ok=True)
            # SQLite does not wait its turn to make a file a WAL, so several kernels open a new one one by one.
            with self._locked("opening", timeout=_LOCK_TIMEOUT):
                self._open()
        except (*_NO_LOCKS, sqlite3.Error) as error:
            raise JournalError(f"The journal {self.path} cannot be opened: {error}.") from None

    def _open(self) -> None:
        if self.path is not None:
            # The files that SQLite lays beside it may be read by the same users.
            self.path.touch(mode=0o600)
        # One connection, guarded by a lock.
        self._db = sqlite3.connect(
            self.path or ":memory:", timeout=_LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        # Also where nobody closes it: when this object goes, or the process ends.
        self._closing = weakref.finalize(self, self._db.close)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._migrate()
        except BaseException:
            self.close()
            raise

    def _migrate(self) -> None:
        with self.transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(_MIGRATIONS):
                raise JournalError(f"The journal {self.path} was written by a newer onoffice_nb. Update this one.")
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of a change or nothing of it; takes the file's write lock at once, as two kernels may share it."""
        with self._lock:
            try:
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    yield self._db
                    self._db.execute("COMMIT")
                except BaseException:
                    # SQLite may have rolled back itself (disk full), and an interrupt may come right after BEGIN.
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
            except sqlite3.IntegrityError:
                raise
            except sqlite3.Error as error:
                raise JournalError(f"The journal {self.path or 'in memory'} cannot be written: {error}.") from None

    def close(self) -> None:
        """Close the file."""
        self._closing()

    @contextmanager
    def lock_run(self, run: int) -> Iterator[None]:
        """Hold a run: nobody else, in this process or another, may work on it meanwhile.

        Raises:
            JournalError: Somebody else holds it, or the file system has no locks.
        """
        taken = f"Run {run} is being worked on by another kernel or terminal. Wait until it is done."
        with self._lock:
            if run in self._held_runs:
                raise JournalError(taken)
            self._held_runs.add(run)
        try:
            with ExitStack() as lock:
                try:
                    lock.enter_context(self._locked(str(run), timeout=0))
                except Timeout:
                    raise JournalError(taken) from None
                except _NO_LOCKS as error:
                    raise JournalError(f"Run {run} cannot be locked in {self._lock_folder}: {error}.") from None
                yield
        finally:
            self._held_runs.discard(run)

    def _locked(self, name: str, timeout: float) -> AbstractContextManager[object]:
        """A lock between processes, where there can be several.

        The system lets go of it when its process dies, so a killed run can be
        resumed at once. The file stays: removing it would let two others hold
        one each.
        """
        return nullcontext() if self._lock_folder is None else FileLock(self._lock_folder / name, timeout=timeout)

    def query(self, query: str, *values: object) -> list[Any]:
        """The rows that a query finds.

        Raises:
            JournalError: The file cannot be read.
        """
        with self._lock:
            try:
                return self._db.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise JournalError(f"The journal {self.path or 'in memory'} cannot be read: {error}.") from None
