"""The file in which reports wait, on the receiver's own disk, while the store can't be reached.

One table of reports, to which rows are only added, and from which those are deleted that the store
has; the callback keys as they were known last, so that a receiver that starts while the store is
away knows whose reports it takes; and the last heartbeats that the store does not have.

All of it is for one store, which its mark tells from others: what waits for another one than the
receiver stores into now is left alone.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kvitto.core.ip1_parser import parse
from kvitto.core.marks import joined, split
from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.spool_errors import SpoolDamagedError, SpoolFullError, SpoolUnusableError
from kvitto.store.write_requests import RejectedRequest, ReportRequest

MOST_BYTES: Final = 1 << 30
"""How large the file may become: about a million reports."""
_BUSY_S: Final = 5.0
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS waiting (
        pk INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        arrived_at_us INTEGER NOT NULL,
        callback_key_pk INTEGER,
        origin TEXT NOT NULL,
        marks TEXT,
        report TEXT NOT NULL,
        body BLOB NOT NULL,
        store TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS heartbeat (
        started_at_us INTEGER NOT NULL,
        store TEXT NOT NULL,
        told TEXT NOT NULL,
        PRIMARY KEY (started_at_us, store)
    );
    CREATE TABLE IF NOT EXISTS store (mark TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS callback_key (
        pk INTEGER NOT NULL PRIMARY KEY,
        value TEXT NOT NULL,
        origin TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        public_url TEXT,
        rotated_at_us INTEGER,
        receiver TEXT NOT NULL
    );
    PRAGMA wal_checkpoint(TRUNCATE);
"""
_ADDED: Final = {"waiting": "store", "callback_key": "receiver"}
"""The columns, by their tables, that a file of an earlier version does not have."""
_ADD: Final = (
    "INSERT INTO waiting (arrived_at_us, callback_key_pk, origin, marks, report, body, store) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_KEEP_KEY: Final = "INSERT INTO callback_key VALUES (?, ?, ?, ?, ?, ?, ?)"
_KEEP_HEARTBEAT: Final = (
    "INSERT INTO heartbeat VALUES (?, ?, ?) "
    "ON CONFLICT (started_at_us, store) DO UPDATE SET told = excluded.told"
)
_HEARTBEAT: Final = msgspec.json.Decoder(RecordHeartbeat)
_REPORT: Final = msgspec.json.Decoder(DeliveryReport)

Waiting = tuple[int, ReportRequest | RejectedRequest]
"""The number of what waits, and what it is."""


class SpoolFile:
    """The file; made where it is missing. Any thread, one at a time.

    Attributes:
        path: where it is.
        mark: of the store that it is for; "" where none was ever reached.

    Args:
        path: the file.
        most_bytes: how large it may become.
        busy_s: how long another program may keep it locked.

    Raises:
        SpoolUnusableError: it can't be made or read.
    """

    def __init__(
        self, path: Path, *, most_bytes: int = MOST_BYTES, busy_s: float = _BUSY_S
    ) -> None:
        self.path: Final = path
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        with self._in_words(), ExitStack() as failing:
            with suppress(FileExistsError):
                # Nobody else may read it, not for a moment.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            self._connection = sqlite3.connect(
                uri_of(path, "rw"),
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=busy_s,
            )
            failing.callback(self._connection.close)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # What is added is on the disk when that returns, and survives a power cut.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA fullfsync = ON")
            # What the store has leaves no trace here.
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_TABLES)
            self._add_columns()
            known = self._connection.execute("SELECT mark FROM store").fetchone()
            self.mark: str = "" if known is None else known[0]
            failing.pop_all()

    def _add_columns(self) -> None:
        """Take over a file of an earlier version: what waits in it waits for no certain store."""
        for table, column in _ADDED.items():
            found = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
            if all(row[1] != column for row in found):
                add = f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"
                self._connection.execute(add)

    def add(self, arrivals: Sequence[ReportRequest]) -> None:
        """Keep reports; they are on the disk when this returns.

        Raises:
            SpoolFullError: there is no room for them; none is kept.
            SpoolUnusableError: the file can't be written; none is kept.
        """
        rows = [
            (
                to_microseconds(one.arrived),
                one.callback_key,
                one.origin.value,
                joined(one.marks),
                msgspec.json.encode(one.report).decode(),
                one.body,
                self.mark,
            )
            for one in arrivals
        ]
        with self._in_words(), self._lock, self._transaction():
            if self._used_bytes() + sum(len(one.body) for one in arrivals) > self._most_bytes:
                raise SpoolFullError(self.path)
            self._connection.executemany(_ADD, rows)

    def state(self) -> tuple[int, datetime | None]:
        """Return how many reports wait for the store, and since when, UTC.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        return self._state("store = ?")

    def oldest(self) -> datetime | None:
        """Return when the first of them came, UTC; None where none waits.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        query = "SELECT arrived_at_us FROM waiting WHERE store = ? ORDER BY pk LIMIT 1"
        with self._in_words(), self._lock:
            row = self._connection.execute(query, (self.mark,)).fetchone()
        return None if row is None else from_microseconds(row[0])

    def of_others(self) -> tuple[int, datetime | None]:
        """Return how many reports wait for other stores, and since when, UTC.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        return self._state("store <> ?")

    def _state(self, which: str) -> tuple[int, datetime | None]:
        query = f"SELECT count(*), min(arrived_at_us) FROM waiting WHERE {which}"  # noqa: S608
        with self._in_words(), self._lock:
            count, first_us = self._connection.execute(query, (self.mark,)).fetchone()
        return count, None if first_us is None else from_microseconds(first_us)

    def first(self, most: int, after: int = 0) -> list[Waiting]:
        """Return those for the store that came first, in the order in which they came.

        Args:
            most: how many, at most.
            after: only those with a greater number.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        query = (
            "SELECT pk, arrived_at_us, callback_key_pk, origin, marks, report, body FROM waiting "
            "WHERE pk > ? AND store = ? ORDER BY pk LIMIT ?"
        )
        with self._in_words(), self._lock:
            rows = self._connection.execute(query, (after, self.mark, most)).fetchall()
        return [(row[0], _arrival(*row[1:])) for row in rows]

    def remove(self, numbers: Sequence[int], *, is_last: bool) -> None:
        """Delete what the store has; where that `is_last`, nothing is left of any in the log, too.

        Raises:
            SpoolUnusableError: the file can't be written.
        """
        with self._in_words(), self._lock:
            with self._transaction():
                delete = "DELETE FROM waiting WHERE pk = ?"
                self._connection.executemany(delete, ((one,) for one in numbers))
            if is_last:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_heartbeat(self, heartbeat: RecordHeartbeat) -> None:
        """Keep the last heartbeat of a run, instead of the one before.

        Raises:
            SpoolFullError: there is no room for it.
            SpoolUnusableError: the file can't be written.
        """
        told = msgspec.json.encode(heartbeat).decode()
        row = (to_microseconds(heartbeat.started), self.mark, told)
        with self._in_words(), self._lock, self._transaction():
            self._connection.execute(_KEEP_HEARTBEAT, row)

    def heartbeats(self) -> list[RecordHeartbeat]:
        """Return the last heartbeats of runs that the store may not have, in order.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        query = "SELECT told FROM heartbeat WHERE store = ? ORDER BY started_at_us"
        with self._in_words(), self._lock:
            rows = self._connection.execute(query, (self.mark,)).fetchall()
        found = []
        for (told,) in rows:
            with suppress(msgspec.DecodeError):  # another version has written it
                found.append(_HEARTBEAT.decode(told))
        return found

    def remove_heartbeat(self, started: datetime) -> None:
        """Delete that of a run, which the store has.

        Args:
            started: when the run began, UTC.

        Raises:
            SpoolUnusableError: the file can't be written.
        """
        delete = "DELETE FROM heartbeat WHERE store = ? AND started_at_us = ?"
        with self._in_words(), self._lock, self._transaction():
            self._connection.execute(delete, (self.mark, to_microseconds(started)))

    def keep_keys(self, keys: Sequence[CallbackKey], mark: str) -> None:
        """Keep the callback keys that are valid now, and whose store they are of.

        What waits for no certain store, since none was reached before, waits for that one.

        Args:
            keys: the keys.
            mark: the store's; from now on, this is for that store.

        Raises:
            SpoolFullError: there is no room for them.
            SpoolUnusableError: the file can't be written.
        """
        rows = [
            (
                one.key,
                one.value,
                one.origin.value,
                to_microseconds(one.created),
                one.public_url,
                None if one.rotated is None else to_microseconds(one.rotated),
                one.receiver,
            )
            for one in keys
        ]
        with self._in_words(), self._lock, self._transaction():
            self._connection.execute("DELETE FROM callback_key")
            self._connection.executemany(_KEEP_KEY, rows)
            if mark != self.mark:
                self._connection.execute("DELETE FROM store")
                self._connection.execute("INSERT INTO store VALUES (?)", (mark,))
                for table in ("waiting", "heartbeat"):
                    adopt = f"UPDATE {table} SET store = ? WHERE store = ''"  # noqa: S608
                    self._connection.execute(adopt, (mark,))
        self.mark = mark

    def keys(self) -> list[CallbackKey]:
        """Return the callback keys as they were known last, in order.

        Raises:
            SpoolUnusableError: the file can't be read.
        """
        with self._in_words(), self._lock:
            rows = self._connection.execute("SELECT * FROM callback_key ORDER BY pk").fetchall()
        return [
            CallbackKey(
                key,
                value,
                Origin(origin),
                from_microseconds(created_us),
                url,
                None if rotated_us is None else from_microseconds(rotated_us),
                receiver,
            )
            for key, value, origin, created_us, url, rotated_us, receiver in rows
        ]

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with self._lock:
            self._connection.close()

    def _used_bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            detail = f"{getattr(error, 'sqlite_errorname', '')}: {error}"
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_FULL:
                raise SpoolFullError(self.path, detail) from error
            if code in _DAMAGED:
                raise SpoolDamagedError(self.path, detail) from error
            raise SpoolUnusableError(self.path, detail) from error
        except OSError as error:
            raise SpoolUnusableError(self.path, str(error)) from error


def put_aside(path: Path, now: datetime) -> Path:
    """Put a damaged file aside, with what belongs to it; return where it is then.

    Raises:
        SpoolUnusableError: it can't be moved.
    """
    aside = path.with_name(f"spool-damaged-{now:%Y%m%d-%H%M%S}.db")
    try:
        for suffix in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise SpoolUnusableError(path, str(error)) from error
    return aside


def waiting_in(path: Path) -> tuple[int, datetime | None]:
    """Return how many reports wait in a file that is not in use, and since when; 0 of no spool."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri_of(path, "ro"), uri=True)) as file:
        row = file.execute("SELECT count(*), min(arrived_at_us) FROM waiting").fetchone()
        return row[0], None if row[1] is None else from_microseconds(row[1])
    return 0, None


def _arrival(
    arrived_at_us: int, key: int | None, origin: str, marks: str | None, report: str, body: bytes
) -> ReportRequest | RejectedRequest:
    """Return what waited; a report that this version can't read is one to be looked at."""
    arrived = from_microseconds(arrived_at_us)
    try:
        try:
            read = _REPORT.decode(report)
        except msgspec.DecodeError:  # another version has written it
            read = parse(body)
    except RejectedBodyError as error:
        return RejectedRequest(
            error.kind, error.reason, body, len(body), (), arrived, key, Origin(origin)
        )
    return ReportRequest(read, body, arrived, key, Origin(origin), split(marks))
