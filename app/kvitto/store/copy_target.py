"""The place that a whole store is copied to: what is asked of it, and a data folder."""

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Self

import msgspec
from sqlalchemy import Table
from typing_extensions import override

from kvitto.paths import database_file, replacement_file
from kvitto.store.copy_errors import CopyOfOtherVersionError
from kvitto.store.copy_rows import FileRows, StoreRows, Tuple, quoted
from kvitto.store.database import open_database, open_for_reading
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.folder import prepare_folder
from kvitto.store.lockfile import Instance
from kvitto.store.migrations import NEWEST
from kvitto.store.replacing import flush
from kvitto.store.schema import message, report, store_health, store_state
from kvitto.store.sqlite_errors import from_os, translated

BULK: Final = (message, report)
"""The large tables, which are copied while more is received; the others come at the end, whole."""
ORIGINAL: Final = (store_state.name, store_health.name)
"""The tables that have a row in a store that nothing is in yet."""
_STAGING: Final = "kvitto-copy"
_COPYING: Final = "copy_progress"


class Progress(msgspec.Struct):
    """How far a copy is; kept where the copy is, in the same transactions.

    Attributes:
        source: what is copied.
        first_key: its oldest callback key, as a digest; "" where it has none.
        revision: all messages are as they were at this one of its revisions, or later.
        first_revision: its revision when the copy began.
        erasures: how many people had been erased then.
        done: the key of the last row of each table of `BULK` that is there.
        is_bulk_done: whether what there was at the beginning is there.
        has_changed_texts: whether texts were changed, since they can't be kept as they are.
        indexes: what makes the indexes that are made only then.
    """

    source: str
    first_key: str
    revision: int
    first_revision: int
    erasures: int
    done: dict[str, int]
    is_bulk_done: bool = False
    has_changed_texts: bool = False
    indexes: list[str] = msgspec.field(default_factory=list)

    def encoded(self) -> str:
        """Return it as text."""
        return msgspec.json.encode(self).decode()

    @staticmethod
    def decoded(text: str) -> "Progress":
        """Return what `encoded` has made a text of."""
        return msgspec.json.decode(text, type=Progress)


class CopyTarget(ABC):
    """A store that is to become a copy. A context: entered, nobody else copies to the same place.

    Attributes:
        place: what it is called.
        has_changed_texts: whether a text was changed, since it can't be kept as it is.
    """

    def __init__(self, place: str) -> None:
        self.place: Final = place
        self.has_changed_texts = False

    @abstractmethod
    def __enter__(self) -> Self:
        """Open it; nothing is changed yet.

        Raises:
            StoreError: it can't be used.
        """

    @abstractmethod
    def __exit__(self, *error: Any) -> None:
        """Close it."""

    @property
    @abstractmethod
    def rows(self) -> StoreRows:
        """What is there, in the present transaction."""

    @abstractmethod
    def progress(self) -> Progress | None:
        """Return how far a copy is that was begun here; None where none was.

        Raises:
            CopyOfOtherVersionError: another version of the program began it.
        """

    @abstractmethod
    def is_empty(self) -> bool:
        """Return whether nothing is there."""

    @abstractmethod
    def finished(self) -> AbstractContextManager[StoreRows]:
        """Give the rows of a whole store that is there."""

    @abstractmethod
    def begin(self, progress: Progress) -> None:
        """Note that a copy begins; from now on nothing else uses the place."""

    @abstractmethod
    def discard(self) -> None:
        """Delete an unfinished copy, if there is one."""

    @abstractmethod
    def in_words(self) -> AbstractContextManager[None]:
        """Turn what the engine says into the store's own errors."""

    @abstractmethod
    def transaction(self, progress: Progress) -> AbstractContextManager[None]:
        """Make a transaction, which keeps `progress` as it is at its end."""

    @abstractmethod
    def add(self, table: Table, rows: Iterable[Tuple]) -> None:
        """Add rows of all columns."""

    @abstractmethod
    def change(self, table: Table, rows: Iterable[Tuple]) -> None:
        """Change rows that are there, by their keys."""

    @abstractmethod
    def delete(self, table: Table, keys: Sequence[int]) -> None:
        """Delete rows by their keys."""

    @abstractmethod
    def empty(self, table: Table) -> None:
        """Delete all rows."""

    @abstractmethod
    def set_values(self, table: Table, column: str, values: Iterable[tuple[int, Any]]) -> None:
        """Set a column of rows: pairs of key and value."""

    @abstractmethod
    def index_messages(self, after: int, upto: int) -> None:
        """Take messages into the search index."""

    @abstractmethod
    def end_bulk(self, progress: Progress) -> None:
        """Do what is better done once, when most rows are there; in a transaction."""

    @abstractmethod
    def prepare_publishing(self) -> None:
        """Do what belongs to the last transaction, at its end."""

    @abstractmethod
    def publish(self, *, has_erased: bool) -> None:
        """Let the copy be used; after the last transaction.

        Args:
            has_erased: whether somebody was erased since some of it was copied.
        """


class FolderTarget(CopyTarget):
    """A data folder without a store. The copy is made in a folder within it, until it is whole.

    Args:
        folder: the data folder; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder.absolute()))
        self.folder: Final = folder
        self._staging: Final = folder / _STAGING
        self._file: Final = database_file(self._staging)
        self._open = ExitStack()
        self._connection: sqlite3.Connection | None = None

    @override
    def __enter__(self) -> Self:
        with ExitStack() as opening:
            prepare_folder(self.folder)
            opening.enter_context(Instance(self.folder))
            opening.callback(self._disconnect)
            self._open = opening.pop_all()
        return self

    @override
    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)

    @override
    @contextmanager
    def in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self._file, error) from error
        except OSError as error:
            if isinstance(error, InterruptedError):
                raise
            raise from_os(error, self._file) from error

    @property
    def _raw(self) -> sqlite3.Connection:
        if self._connection is None:
            opened = sqlite3.connect(uri_of(self._file, "rw"), uri=True, isolation_level=None)
            self._connection = opened
            # No foreign keys: messages come before the batches that they belong to.
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = NORMAL")
            opened.execute("PRAGMA cache_size = -64000")
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @property
    @override
    def rows(self) -> StoreRows:
        return FileRows(self._raw, self.in_words, is_for_server=False)

    @override
    def progress(self) -> Progress | None:
        if not self._file.exists():
            return None
        try:
            row = self._raw.execute(f"SELECT progress FROM {_COPYING}").fetchone()
        except sqlite3.OperationalError:
            return None  # it was cut off before it began, or in its very last moment
        if self._raw.execute("PRAGMA user_version").fetchone() != (NEWEST,):
            raise CopyOfOtherVersionError(self.place)
        return Progress.decoded(row[0])

    @override
    def is_empty(self) -> bool:
        if replacement_file(self.folder).exists():
            return False  # something is about to be put there
        try:
            return database_file(self.folder).stat().st_size == 0
        except FileNotFoundError:
            return True

    @override
    @contextmanager
    def finished(self) -> Iterator[StoreRows]:
        with open_for_reading(self.folder) as there, there.read() as connection:
            driver = connection.connection.driver_connection
            yield FileRows(driver, there.in_words, is_for_server=False)

    @override
    def begin(self, progress: Progress) -> None:
        self.discard()
        open_database(self._staging).close()
        self._raw.execute("BEGIN")
        self._raw.execute(f"CREATE TABLE {_COPYING} (progress TEXT NOT NULL)")
        self._raw.execute(f"INSERT INTO {_COPYING} VALUES (?)", (progress.encoded(),))
        self._raw.execute("COMMIT")

    @override
    def discard(self) -> None:
        self._disconnect()
        if self._staging.exists():
            shutil.rmtree(self._staging)

    @override
    @contextmanager
    def transaction(self, progress: Progress) -> Iterator[None]:
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            yield
            note = f"UPDATE {_COPYING} SET progress = ?"
            self._raw.execute(note, (progress.encoded(),))
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise

    @override
    def add(self, table: Table, rows: Iterable[Tuple]) -> None:
        listed = ", ".join(map(quoted, table.columns))
        marks = ", ".join("?" * len(table.columns))
        self._raw.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})", rows)

    @override
    def change(self, table: Table, rows: Iterable[Tuple]) -> None:
        # By numbers, so that a row is given as it is.
        new = ", ".join(f"{quoted(one)} = ?{at}" for at, one in enumerate(table.columns, 1))
        at = [one.name for one in table.columns].index("pk") + 1
        self._raw.executemany(f"UPDATE {table.name} SET {new} WHERE pk = ?{at}", rows)

    @override
    def delete(self, table: Table, keys: Sequence[int]) -> None:
        statement = f"DELETE FROM {table.name} WHERE pk = ?"
        self._raw.executemany(statement, ((key,) for key in keys))

    @override
    def empty(self, table: Table) -> None:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
        triggers = self._raw.execute(query, (table.name,)).fetchall()
        for name, _ in triggers:  # one of them lets nothing be deleted
            self._raw.execute(f"DROP TRIGGER {name}")
        self._raw.execute(f"DELETE FROM {table.name}")
        for _, made_by in triggers:
            self._raw.execute(made_by)

    @override
    def set_values(self, table: Table, column: str, values: Iterable[tuple[int, Any]]) -> None:
        statement = f"UPDATE {table.name} SET {column} = ?2 WHERE pk = ?1"
        self._raw.executemany(statement, values)

    @override
    def index_messages(self, after: int, upto: int) -> None:
        self._raw.execute(
            "INSERT INTO message_fts (rowid, external_id, recipient, reference) "
            "SELECT pk, external_id, recipient, reference FROM message WHERE pk > ? AND pk <= ?",
            (after, upto),
        )
        # By this the index follows what is changed and deleted.
        self._raw.execute("UPDATE store_state SET indexed_message_pk = ?", (upto,))

    @override
    def end_bulk(self, progress: Progress) -> None:
        """Do nothing."""

    @override
    def prepare_publishing(self) -> None:
        """Do nothing."""

    @override
    def publish(self, *, has_erased: bool) -> None:
        # Without this table it is a copy that is whole, or one that is begun anew.
        self._raw.execute(f"DROP TABLE {_COPYING}")
        if has_erased:
            # What was copied before it was erased is between the rows.
            self._raw.execute("VACUUM")
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._raw.execute("PRAGMA journal_mode = DELETE")
        self._disconnect()
        flush(self._file)
        self._file.replace(database_file(self.folder))
        flush(self.folder)
        self.discard()
