"""What a file holds that may be a backup of a store."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kvitto.core.timestamps import from_microseconds
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.errors import DatabaseTooNewError
from kvitto.store.file_guard import companions
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import APPLICATION_ID, refuse_unreleased
from kvitto.store.restore_errors import FileFault, NotABackupError

_LOOK_EVERY: Final = 1_000
"""Instructions of SQLite's machine between two looks at whether to stop: a row copied needs few."""


class StoreContents(msgspec.Struct, frozen=True):
    """What is in a copy.

    Attributes:
        batches, messages, reports: how many.
        bytes: how large the file is.
        version: its schema's version.
    """

    batches: int
    messages: int
    reports: int
    bytes: int
    version: int


class Description(msgspec.Struct, frozen=True):
    """What a backup says of itself, before anything is done with it.

    Attributes:
        contents: how much is in it.
        newest: when the last report in it came, UTC; None where there is none, or where an earlier
            version of Kvitto made it, which says that in another way.
    """

    contents: StoreContents
    newest: datetime | None


def describe(file: Path) -> Description:
    """Say what a backup holds, without changing it or looking through it for damage.

    Raises:
        NotABackupError: it can't be read, or is not a store.
        UnreleasedDatabaseError: a Kvitto from before the first release made it.
        DatabaseTooNewError: a newer Kvitto made it.
    """
    check_is_file(file)
    try:
        # SQLite can't read a database with a log that it may not write beside; a copy has none.
        has_log = companions(file)[0].exists()
        query = "" if has_log else "&immutable=1"
        with closing(sqlite3.connect(f"{uri_of(file, 'ro')}{query}", uri=True)) as connection:

            def number(statement: str) -> int | None:
                found = connection.execute(statement).fetchone()[0]
                return None if found is None else int(found)

            owner = number("PRAGMA application_id") or 0
            refuse_unreleased(owner, file)
            if owner != APPLICATION_ID:
                raise NotABackupError(file, FileFault.FOREIGN)
            version = number("PRAGMA user_version") or 0
            if version > NEWEST:
                raise DatabaseTooNewError(file, version, NEWEST)
            newest = None
            if version == NEWEST:
                newest = number("SELECT max(arrived_at_us) FROM report")
            return Description(
                StoreContents(
                    batches=number("SELECT count(*) FROM batch") or 0,
                    messages=number("SELECT count(*) FROM message") or 0,
                    reports=number("SELECT count(*) FROM report") or 0,
                    bytes=file.stat().st_size,
                    version=version,
                ),
                None if newest is None else from_microseconds(newest),
            )
    except sqlite3.Error as error:
        raise NotABackupError(file, FileFault.DAMAGED, str(error)) from error


def read_contents(
    file: Path, may_go_on: Callable[[], bool] = lambda: True, *, of: Path | None = None
) -> StoreContents:
    """Look through a single file for damage, and count what is in it.

    Args:
        file: the file; nobody else has it open.
        may_go_on: is asked now and then.
        of: the file that errors name, where that is another one.

    Raises:
        NotABackupError: it is damaged, or not a store.
        UnreleasedDatabaseError: a Kvitto from before the first release made it.
        DatabaseTooNewError: a newer Kvitto made it.
    """
    named = of or file
    try:
        with closing(sqlite3.connect(uri_of(file, "rw"), uri=True)) as connection:
            interrupted_unless(connection, may_go_on)

            def number(query: str) -> int:
                return int(connection.execute(query).fetchone()[0])

            owner = number("PRAGMA application_id")
            refuse_unreleased(owner, named)
            if owner != APPLICATION_ID:
                raise NotABackupError(named, FileFault.FOREIGN)
            version = number("PRAGMA user_version")
            if version > NEWEST:
                raise DatabaseTooNewError(named, version, NEWEST)
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if damage != "ok":
                raise NotABackupError(named, FileFault.DAMAGED, str(damage))
            return StoreContents(
                batches=number("SELECT count(*) FROM batch"),
                messages=number("SELECT count(*) FROM message"),
                reports=number("SELECT count(*) FROM report"),
                bytes=file.stat().st_size,
                version=version,
            )
    except sqlite3.Error as error:
        raise_if_interrupted(error)
        raise NotABackupError(named, FileFault.DAMAGED, str(error)) from error


def check_is_file(file: Path) -> None:
    """Refuse what is no file: to read a pipe would wait for somebody to write into it."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError as error:
        raise NotABackupError(file, FileFault.MISSING) from error
    except OSError as error:
        raise NotABackupError(file, FileFault.UNREADABLE) from error
    if stat.S_ISDIR(mode):
        raise NotABackupError(file, FileFault.A_FOLDER)
    if not stat.S_ISREG(mode):
        raise NotABackupError(file, FileFault.NO_FILE)


def interrupted_unless(connection: sqlite3.Connection, may_go_on: Callable[[], bool]) -> None:
    """Let what a connection does end with an error as soon as `may_go_on` says so."""
    connection.set_progress_handler(lambda: 0 if may_go_on() else 1, _LOOK_EVERY)


def raise_if_interrupted(error: sqlite3.Error) -> None:
    """Raise InterruptedError where that is what an error of SQLite's means."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        msg = "it was stopped"
        raise InterruptedError(msg) from error
