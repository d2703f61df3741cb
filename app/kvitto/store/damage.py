"""Find damage in a database's file, and tell one file's contents from another's."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec

from kvitto.store.engines.sqlite import uri_of
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import APPLICATION_ID

_INSTRUCTIONS: Final = 50_000
"""Instructions of SQLite's machine between two looks at whether to stop: some milliseconds."""


class FileMarks(msgspec.Struct, frozen=True):
    """What the database's file says without its log.

    Attributes:
        newest: the revision of the newest transaction, and the key of the newest report in it.
        layout: what is different in another database, though its revision be the same.
        keys: stand for the callback keys in it, which are never deleted.
    """

    newest: tuple[int, ...]
    layout: tuple[Any, ...]
    keys: frozenset[int]

    @property
    def revision(self) -> int:
        """The revision of the newest transaction that is in it."""
        return self.newest[0]

    def follows(self, other: "FileMarks") -> bool:
        """Return whether a file with the `other` marks can have these after some transactions."""
        return self.revision >= other.revision and self.keys >= other.keys


def marks_of(connection: sqlite3.Connection) -> list[tuple[int, ...]]:
    """Return what two connections must agree about, if they see the same database."""
    return [
        connection.execute(query).fetchone()
        for query in (
            "PRAGMA page_count",
            "PRAGMA freelist_count",
            "PRAGMA schema_version",
            "SELECT revision, last_report_pk FROM store_state",
            "SELECT (SELECT max(pk) FROM report), (SELECT max(pk) FROM message)",
        )
    ]


def file_marks(path: Path) -> FileMarks | None:
    """Return the marks of the file alone, as if it had no log; None where it can't be read so."""
    try:
        with closing(_opened_alone(path)) as connection:
            return view_of(connection)
    except sqlite3.Error:
        return None


def view_of(connection: sqlite3.Connection) -> FileMarks | None:
    """Return the marks that a file will have once all that a connection sees is folded in."""
    try:
        marks = marks_of(connection)
        roots = connection.execute("SELECT rootpage FROM sqlite_schema").fetchall()
        keys = connection.execute("SELECT pk, value FROM callback_key").fetchall()
    except (sqlite3.Error, TypeError):
        return None
    return FileMarks(marks[3], (*marks, tuple(roots)), frozenset(map(hash, keys)))


def why_unusable(path: Path, keys: Sequence[tuple[Any, ...]]) -> str:
    """Return why nothing can be received into a file, without its log; "" where something can.

    Args:
        path: the file.
        keys: the callback keys that are known, as the rows of the table.
    """
    try:
        with closing(_opened_alone(path)) as connection:
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if (owner, version) != (APPLICATION_ID, NEWEST):
                return f"overwritten by another database: application {owner}, version {version}"
            if found := find_damage(connection):
                return found
            there = dict(connection.execute("SELECT pk, value FROM callback_key").fetchall())
    except sqlite3.Error as error:
        return f"overwritten: {error}"
    known = {row[0]: row[1] for row in keys}
    by_value = {value: pk for pk, value in there.items()}
    for pk, value in known.items():
        if there.get(pk, value) != value or by_value.get(value, pk) != pk:
            return "overwritten by the database of another receiver"
    return ""


def is_whole(path: Path) -> bool:
    """Return whether a file is a database without damage, as if it had no log."""
    try:
        with closing(_opened_alone(path)) as connection:
            return not find_damage(connection)
    except sqlite3.Error:
        return False


def find_damage(
    connection: sqlite3.Connection, may_go_on: Callable[[], bool] = lambda: True
) -> str | None:
    """Return the first damage that SQLite finds in a database; "" for none, None if stopped."""
    connection.set_progress_handler(lambda: 0 if may_go_on() else 1, _INSTRUCTIONS)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_INTERRUPT:
            return None
        if code & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}:
            raise
        return str(error)
    finally:
        connection.set_progress_handler(None, 0)
    return "" if found == "ok" else str(found)


def _opened_alone(path: Path) -> sqlite3.Connection:
    """Open a database's file without its log, as if nobody ever wrote to it.

    By SQLite, which keeps this process's locks when it is closed.
    """
    return sqlite3.connect(f"{uri_of(path, 'ro')}&immutable=1", uri=True)
