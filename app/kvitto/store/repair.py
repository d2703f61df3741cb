"""Make the database's files whole again, when others have touched them.

A log is put back from the copy that is held of it. Of a database that is gone the open connection
writes all that it knows into a new one: an unlinked file lives on as long as it is open.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from kvitto.paths import database_file
from kvitto.store.database import FileDatabase
from kvitto.store.errors import DatabaseGoneError, FilesReplacedError, LogGoneError, StoreError
from kvitto.store.file_guard import companions
from kvitto.store.log_copy import LogCopy
from kvitto.store.replacing import (
    finish_replacement,
    free_folder,
    make_staging,
    order_replacement,
)
from kvitto.store.sqlite_errors import from_os

_HOLD_S: Final = 5.0
"""How long the other connections of this process have to end."""


@contextmanager
def held(database: FileDatabase, raw: sqlite3.Connection | None) -> Iterator[None]:
    """Let this process have no connection but `raw`, which is closed before the context ends.

    Raises:
        DatabaseGoneError: the others don't end.
    """
    everything = database.relatives()
    try:
        is_alone = True
        for one in everything:
            one.connections.hold(raw, 0)
            one.reading.dispose()
        for one in everything:
            is_alone = one.connections.hold(raw, _HOLD_S) and is_alone
        if not is_alone:
            raise DatabaseGoneError(database.path, "a query of this program does not end")
        yield
    finally:
        for one in everything:
            one.connections.release()


def put_log_back(
    database: FileDatabase, connection: Connection | None, copy: LogCopy, *, is_own: bool
) -> StoreError:
    """Put the log back as it was; all of this process's connections are closed.

    Args:
        database: the database, which nobody has touched.
        connection: the writer's, where it is open; not in a transaction.
        copy: holds the log.
        is_own: whether what lies in its place is the log's file.

    Returns:
        What happened, in words: it is over.

    Raises:
        StoreError: it can't be put back now; it can be tried again.
    """

    def release() -> str:
        close_unfolded(connection)
        log_file, index = companions(database.path)
        # SQLite makes it anew from the log.
        index.unlink(missing_ok=True)
        return "" if is_own else set_aside(log_file)

    with held(database, None if connection is None else driver_connection(connection)):
        try:
            # Where not all is held, the log is in its place, and is only read anew.
            kept = copy.put_back(release) if copy.is_complete else release()
            return FilesReplacedError(database.path, kept)
        except OSError as error:
            raise LogGoneError(database.path, str(error)) from error


def leave_log(database: FileDatabase, connection: Connection | None, *, is_own: bool) -> str:
    """Take away a log that does not belong to what lies in the place of the database.

    Args:
        database: the database.
        connection: the writer's, which is closed; None where there is none.
        is_own: whether the log is ours. Somebody else's, such as one that was copied along with a
            database, is set aside, not deleted: it may hold what nothing else does.

    Returns:
        The name under which that is kept; "" where there was none.

    Raises:
        StoreError: that can't be done now; it can be tried again.
    """
    with held(database, None if connection is None else driver_connection(connection)):
        close_unfolded(connection)
        try:
            log_file, index = companions(database.path)
            index.unlink(missing_ok=True)
            if not is_own:
                return set_aside(log_file)
            log_file.unlink(missing_ok=True)
        except OSError as error:
            raise from_os(error, database.path) from error
    return ""


def save_database(database: FileDatabase, connection: Connection) -> StoreError:
    """Write all that the connection knows into a new database, in the place of one that is gone.

    Args:
        database: the database; all of its connections in this process are closed.
        connection: the writer's, not in a transaction.

    Returns:
        What happened, in words: it is over.

    Raises:
        StoreError: it can't be saved now; the connection stays open, and it can be tried again.
    """
    raw = driver_connection(connection)
    # At once, as far as readers let it: they may take a moment to end.
    with suppress(sqlite3.Error):
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    with held(database, raw):
        try:
            with database.in_words():
                return _save_all(database, raw, connection.invalidate)
        except (OSError, StoreError) as error:
            if isinstance(error, DatabaseGoneError):
                raise
            detail = error.detail if isinstance(error, StoreError) else str(error)
            raise DatabaseGoneError(database.path, detail) from error


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def close_unfolded(connection: Connection | None) -> None:
    """Close a connection; the log is left as it is, even by the last one.

    What is interrupted while nothing runs ends before the next thing: the folding in of the log.
    """
    if connection is not None:
        driver_connection(connection).interrupt()
        connection.invalidate()


def rescue_log(copy: LogCopy) -> None:
    """Put the log back, where it is not as it was, for a process that is about to end.

    From any thread, whatever the writer is doing: what is held is what was committed at some
    moment, and all that was answered. SQLite is not used.

    Raises:
        OSError: it can't be written.
    """
    if copy.size and copy.is_complete:
        copy.reopen()  # one that was deleted is whole for whoever has it open
        if not copy.is_same():
            copy.put_back()


def rescue_log_or_say(copy: LogCopy) -> None:
    """Put the log back, as `rescue_log` does; what hinders it is told to the terminal alone."""
    try:
        rescue_log(copy)
    except OSError as error:
        os.write(2, f"kvitto: what came last is not saved: {error}\n".encode())


def set_aside(log_file: Path) -> str:
    """Move somebody else's log away; it would be read as part of the database.

    Returns:
        The name under which it is kept; "" where there was none.
    """
    number = 1
    while (aside := log_file.with_name(f"{log_file.name}.foreign-{number}")).exists():
        number += 1
    try:
        if not log_file.stat().st_size:
            return ""
        log_file.replace(aside)
    except FileNotFoundError:
        return ""
    return aside.name


def _save_all(
    database: FileDatabase, raw: sqlite3.Connection, close: Callable[[], None]
) -> StoreError:
    """Write all that the connection knows into a new database, and put that in its place."""
    path = database.path
    folder = path.parent
    if path != database_file(folder):
        raise DatabaseGoneError(path)
    staged = make_staging(folder)
    expected = _revision(raw)
    raw.execute("VACUUM INTO ?", (str(staged),))
    # In a process that has no other connection to this file: opened and closed by SQLite.
    made = sqlite3.connect(staged)
    try:
        damage = made.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok" or _revision(made) != expected:
            staged.unlink()
            raise DatabaseGoneError(path, f"what is left of it is damaged: {damage}")
    finally:
        made.close()
    kept = free_folder(folder, "replaced")
    order_replacement(folder, staged, kept)
    # Before the other one is there: a connection that is closed may delete its log, by its name.
    close()
    finish_replacement(folder)
    for one in database.relatives():
        one.remember_file()
    return FilesReplacedError(path, kept.name)


def _revision(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT revision FROM store_state").fetchone()[0])
