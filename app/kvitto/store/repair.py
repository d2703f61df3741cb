"""Save what the writer's open connection still holds, when its files were touched by others.

An unlinked file lives on as long as it is open, and a connection can fold a log that nobody else
finds any more into its database, or write all that it knows into a new one.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection

from kvitto.paths import database_file
from kvitto.store.database import Database
from kvitto.store.errors import DatabaseGoneError, FilesReplacedError, LogGoneError, StoreError
from kvitto.store.file_guard import FileState, companions
from kvitto.store.replacing import finish_replacement, make_staging, order_replacement

_HOLD_S: Final = 5.0
"""How long the other connections of this process have to end."""


@contextmanager
def held(database: Database, raw: sqlite3.Connection) -> Iterator[None]:
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


def save(database: Database, connection: Connection, state: FileState) -> StoreError:
    """Save all that was answered, and leave whole files behind; then the connection is closed.

    Args:
        database: the database; all of its connections in this process are closed.
        connection: the writer's, not in a transaction.
        state: what became of the files.

    Returns:
        What happened, in words: it is over.

    Raises:
        StoreError: it can't be saved now; the connection stays open, and it can be tried again.
    """
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    if state is not FileState.LOG_CUT:
        # At once, as far as readers let it: they may take a moment to end.
        with suppress(sqlite3.Error):
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    with held(database, raw):
        try:
            with database.in_words():
                if state is FileState.LOG_GONE:
                    return _save_log(database, raw, connection.invalidate)
                return _save_all(database, raw, connection.invalidate)
        except (OSError, StoreError) as error:
            if isinstance(error, DatabaseGoneError | LogGoneError):
                raise
            detail = error.detail if isinstance(error, StoreError) else str(error)
            kind = DatabaseGoneError if state is FileState.DATABASE_GONE else LogGoneError
            raise kind(database.path, detail) from error


def is_log_folded(raw: sqlite3.Connection) -> bool:
    """Return whether an empty log holds nothing that is missing in the database.

    Another program may have folded it in and cut it, as SQLite lets it.
    """
    try:
        is_busy, frames, folded = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error:
        return False
    return not is_busy and frames == folded


def _save_log(database: Database, raw: sqlite3.Connection, close: Callable[[], None]) -> StoreError:
    """Fold a log that is gone into its database, and begin another."""
    path = database.path
    is_busy, frames, folded = raw.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if is_busy or frames != folded:
        raise LogGoneError(path, f"folded {folded} of {frames}, busy {is_busy}")
    moved = _move_aside(database)
    close()
    return FilesReplacedError(path, moved)


def _move_aside(database: Database) -> str:
    """Take away what lies where the log should be: it would be read as part of the database.

    Returns:
        The name under which somebody else's log is kept; "" where there was none.
    """
    log_file, index = companions(database.path)
    # SQLite makes it anew from the log.
    index.unlink(missing_ok=True)
    if not log_file.exists():
        return ""
    is_own = database.guard is not None and database.guard.has_own_log()
    if is_own or not log_file.stat().st_size:
        log_file.unlink()
        return ""
    number = 1
    while (aside := log_file.with_name(f"{log_file.name}.foreign-{number}")).exists():
        number += 1
    log_file.replace(aside)
    return aside.name


def _save_all(database: Database, raw: sqlite3.Connection, close: Callable[[], None]) -> StoreError:
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
    kept = order_replacement(folder, staged, "replaced")
    # Before the other one is there: a connection that is closed may delete its log, by its name.
    close()
    finish_replacement(folder)
    for one in database.relatives():
        one.remember_file()
    return FilesReplacedError(path, kept.name)


def _revision(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT revision FROM store_state").fetchone()[0])
