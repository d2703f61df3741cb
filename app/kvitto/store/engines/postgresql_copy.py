"""Whole stores copied to and from a PostgreSQL server, by its COPY."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors
from sqlalchemy import Boolean, Column, Connection, LargeBinary, Table, Text
from typing_extensions import override

from kvitto.store.copy_errors import (
    CopyByPoolerError,
    CopyClashError,
    CopyOfOtherVersionError,
    CopyTargetUsedError,
    CopyUnderWayError,
)
from kvitto.store.copy_rows import InWords, StoreRows, Tuple, all_tables, quoted, storable_text
from kvitto.store.copy_source import CopySource
from kvitto.store.copy_target import BULK, ORIGINAL, CopyTarget, Progress
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_cursor import LOCK
from kvitto.store.engines.postgresql_schema import COPYING, SCHEMA, make_store
from kvitto.store.engines.postgresql_session import APPLICATION
from kvitto.store.engines.postgresql_versions import (
    is_being_copied,
    refuse_other,
    upgrade,
    version_of,
)
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import go_on
from kvitto.store.schema import store_health, store_state

_COPY_LOCK: Final = LOCK + 1
"""The advisory lock of whoever copies into a store, as long as its connection lives."""
_LOCK_S: Final = 5.0
_TRY_EVERY_S: Final = 0.1
_CURSOR: Final = "kvitto_rows"
_AT_ONCE: Final = 1000
_SESSION: Final = (
    "RESET enable_seqscan",
    "RESET plan_cache_mode",
    "SET idle_in_transaction_session_timeout = 0",
    "SET maintenance_work_mem = '256MB'",
    # A program that was killed does not hold its lock until a long statement has ended.
    "SET client_connection_check_interval = 1000",
    "SET client_min_messages = warning",
)
_INDEXES: Final = f"""
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = '{SCHEMA}' AND tablename IN ('message', 'report', 'message_fts')
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    f"AND application_name = '{APPLICATION}' AND pid <> pg_backend_pid()"
)


class ServerRows(StoreRows):
    """Of a store on a server.

    Args:
        driver: the driver's connection, in a transaction.
        in_words: see `StoreRows`.
    """

    def __init__(self, driver: "psycopg.Connection[Any]", in_words: InWords) -> None:
        super().__init__(in_words)
        self._driver = driver

    @override
    def query(self, sql: str) -> Iterator[Tuple]:
        # COPY gives them one by one, which takes twice as long here.
        with (
            self._in_words(),
            self._driver.cursor(_CURSOR, binary=True) as cursor,
        ):
            cursor.execute(sql.encode())
            while some := cursor.fetchmany(_AT_ONCE):
                yield from some

    @override
    def row(self, sql: str) -> Tuple:
        with self._in_words():
            found = self._driver.execute(sql.encode()).fetchone()
        assert found is not None
        return tuple(found)

    @override
    def sum_terms(self, column: Column[Any]) -> list[str]:
        name = quoted(column)
        if isinstance(column.type, Boolean):
            return [f"{name}::int"]
        if isinstance(column.type, LargeBinary):
            return [f"octet_length({name})"]
        return [f"octet_length({name})", f"ascii({name})"]


class ServerTarget(CopyTarget):
    """A store on a server that is to become a copy.

    Until it is whole, nobody can open it; whoever had it open, empty, can't write into it.

    Args:
        database: where it is; it may have no store yet.
    """

    def __init__(self, database: ServerDatabase) -> None:
        super().__init__(database.url.place)
        self._database = database
        self._open = ExitStack()
        self._connection: Connection | None = None
        self._is_whole = False

    @override
    def __enter__(self) -> "ServerTarget":
        with ExitStack() as opening:
            opening.callback(self._database.close)
            opening.enter_context(self._database.in_words())
            self._connection = opening.enter_context(self._database.connecting_to_any())
            _refuse_pooler(self._database, self._driver)
            for one in _SESSION:
                self._driver.execute(one.encode())
            self._lock()
            self._open = opening.pop_all()
        return self

    def _lock(self) -> None:
        """Take the place for this copy.

        Raises:
            CopyUnderWayError: another has it; one that was killed has it for a moment.
        """
        end_s = time.monotonic() + _LOCK_S
        while not self._rows.row(f"SELECT pg_try_advisory_lock({_COPY_LOCK})")[0]:
            if time.monotonic() > end_s:
                raise CopyUnderWayError(self.place)
            threading.Event().wait(_TRY_EVERY_S)

    @override
    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)

    @override
    def in_words(self) -> AbstractContextManager[None]:
        return self._database.in_words()

    @property
    def _driver(self) -> "psycopg.Connection[Any]":
        assert self._connection is not None
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver

    @property
    def _rows(self) -> ServerRows:
        return ServerRows(self._driver, self._database.in_words)

    @property
    @override
    def rows(self) -> StoreRows:
        return self._rows

    @override
    def progress(self) -> Progress | None:
        assert self._connection is not None
        with self._connection.begin():
            if not is_being_copied(self._connection):
                return None
            if version_of(self._connection, self.place) != NEWEST:
                raise CopyOfOtherVersionError(self.place)
            return self._kept_progress()

    def _kept_progress(self) -> Progress:
        return Progress.decoded(self._rows.row(f"SELECT progress FROM {COPYING}")[0])

    @override
    def is_empty(self) -> bool:
        assert self._connection is not None
        with self._connection.begin():
            found = version_of(self._connection, self.place)
            if not found:
                return True
            refuse_other(found, self.place)
            return self._is_empty()

    def _is_empty(self) -> bool:
        return not any(
            self._rows.row(f"SELECT EXISTS (SELECT 1 FROM {table.name})")[0]
            for table in all_tables()
            if table.name not in ORIGINAL
        )

    @override
    @contextmanager
    def finished(self) -> Iterator[StoreRows]:
        assert self._connection is not None
        with self._connection.begin():
            yield self._rows

    @override
    def begin(self, progress: Progress) -> None:
        assert self._connection is not None
        with self._connection.begin():
            if not version_of(self._connection, self.place):
                make_store(self._connection)
                upgrade(self._connection, self.place, go_on)
            if not self._is_empty():
                raise CopyTargetUsedError(self.place)
            progress.indexes = [row[1] for row in self._driver.execute(_INDEXES.encode())]
            for name, _ in self._driver.execute(_INDEXES.encode()).fetchall():
                self._do(f"DROP INDEX {SCHEMA}.{name}")
            for name in ORIGINAL:
                # Whoever has the empty store open finds no state to go on from.
                self._do(f"DELETE FROM {name}")
            self._do(f"CREATE TABLE {SCHEMA}.{COPYING} (progress TEXT NOT NULL)")
            self._driver.execute(f"INSERT INTO {COPYING} VALUES (%s)", (progress.encoded(),))

    @override
    def discard(self) -> None:
        assert self._connection is not None
        with self._connection.begin():
            if not is_being_copied(self._connection):
                return
            # An earlier version has fewer tables, and fewer columns in these.
            of_store = f"WHERE table_schema = '{SCHEMA}' AND table_name"
            (tables,) = self._rows.row(
                "SELECT string_agg(table_name, ', ') FROM information_schema.tables "
                f"{of_store} NOT IN ('schema_version', '{COPYING}')"
            )
            (zeros,) = self._rows.row(
                "SELECT string_agg('0', ', ') FROM information_schema.columns "
                f"{of_store} = '{store_state.name}' AND column_name <> 'pk'"
            )
            progress = self._kept_progress()
            self._do(f"TRUNCATE {tables} RESTART IDENTITY")
            self._do(f"INSERT INTO {store_state.name} VALUES (1, {zeros})")
            self._do(f"INSERT INTO {store_health.name} (pk) VALUES (1)")
            if not progress.is_bulk_done:
                self._make_indexes(progress)
            self._do(f"DROP TABLE {COPYING}")
            upgrade(self._connection, self.place, go_on)

    @override
    @contextmanager
    def transaction(self, progress: Progress) -> Iterator[None]:
        assert self._connection is not None
        try:
            with self._connection.begin():
                yield
                if not self._is_whole:
                    note = f"UPDATE {COPYING} SET progress = %s"
                    self._driver.execute(note.encode(), (progress.encoded(),))
        except errors.UniqueViolation as error:
            raise CopyClashError(self.place, str(error.diag.constraint_name)) from error

    @override
    def add(self, table: Table, rows: Iterable[Tuple]) -> None:
        self._copy(table, table.name, rows)

    def _copy(self, table: Table, into: str, rows: Iterable[Tuple]) -> None:
        columns = list(table.columns)
        listed = ", ".join(map(quoted, columns))
        truths = [at for at, one in enumerate(columns) if isinstance(one.type, Boolean)]
        texts = [at for at, one in enumerate(columns) if isinstance(one.type, Text)]
        statement = f"COPY {into} ({listed}) FROM STDIN (FORMAT BINARY)"
        with self._driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.set_types([_kind(one) for one in columns])
            for row in rows:
                values = list(row)
                for at in truths:
                    if values[at] is not None:
                        values[at] = bool(values[at])
                for at in texts:
                    text = values[at]
                    if text is not None and "\0" in text:
                        values[at] = storable_text(text)
                        self.has_changed_texts = True
                copy.write_row(values)

    @override
    def change(self, table: Table, rows: Iterable[Tuple]) -> None:
        # By way of a table without indexes: what is there is changed, and the search follows.
        self._do(f"CREATE TEMP TABLE changed (LIKE {table.name}) ON COMMIT DROP")
        self._copy(table, "changed", rows)
        names = [quoted(one) for one in table.columns if one.name != "pk"]
        new = ", ".join(f"{name} = changed.{name}" for name in names)
        self._do(f"UPDATE {table.name} SET {new} FROM changed WHERE {table.name}.pk = changed.pk")
        self._do("DROP TABLE changed")

    @override
    def delete(self, table: Table, keys: Sequence[int]) -> None:
        statement = f"DELETE FROM {table.name} WHERE pk = ANY(%s)"
        self._driver.execute(statement.encode(), (list(keys),))

    @override
    def empty(self, table: Table) -> None:
        self._do(f"TRUNCATE {table.name}")

    @override
    def set_values(self, table: Table, column: str, values: Iterable[tuple[int, Any]]) -> None:
        statement = f"UPDATE {table.name} SET {column} = %s WHERE pk = %s"
        with self._driver.cursor() as cursor:
            cursor.executemany(statement.encode(), [(value, key) for key, value in values])

    @override
    def index_messages(self, after: int, upto: int) -> None:
        self._do(
            "INSERT INTO message_fts (rowid, external_id, recipient, reference) "
            "SELECT pk, external_id, recipient, reference FROM message "
            f"WHERE pk > {after} AND pk <= {upto}"
        )

    @override
    def end_bulk(self, progress: Progress) -> None:
        self._make_indexes(progress)
        for name in (*(table.name for table in BULK), "message_fts"):
            self._do(f"ANALYZE {name}")

    def _make_indexes(self, progress: Progress) -> None:
        for definition in progress.indexes:
            self._do(definition)

    @override
    def prepare_publishing(self) -> None:
        for table in all_tables():
            self._do(f"ANALYZE {table.name}")
            if "pk" not in table.c:
                continue
            place = f"SELECT pg_get_serial_sequence('{SCHEMA}.{table.name}', 'pk')"
            (sequence,) = self._rows.row(place)
            if sequence is not None:
                highest = f"SELECT coalesce(max(pk), 0) FROM {table.name}"
                newest = self._rows.number(highest)
                if newest > 0:
                    self._do(f"SELECT setval('{sequence}', {newest})")
        self._do(f"DROP TABLE {COPYING}")
        self._is_whole = True

    @override
    def publish(self, *, has_erased: bool) -> None:
        if has_erased:
            # What was copied before it was erased is in the tables' free space.
            self._driver.execute(b"VACUUM")

    def _do(self, statement: str) -> None:
        self._driver.execute(statement.encode(), prepare=False)


def _refuse_pooler(database: ServerDatabase, driver: "psycopg.Connection[Any]") -> None:
    """Refuse a connection that is one's own for a transaction only, and whose locks are not.

    A receiver that stores by the same pooler is not seen by it: the copy would end too early.
    """
    if database.local_of(driver) is not None:
        raise CopyByPoolerError(database.url.place)


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, Boolean):
        return "bool"
    if isinstance(column.type, Text):
        return "text"
    return "bytea" if isinstance(column.type, LargeBinary) else "int8"


class ServerSource(CopySource):
    """A store on a server.

    Args:
        database: the store.
    """

    def __init__(self, database: ServerDatabase) -> None:
        super().__init__(database.url.place, database)
        self._server = database

    @override
    @contextmanager
    def snapshot(self) -> Iterator[StoreRows]:
        with self.database.read() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            _refuse_pooler(self._server, driver)
            yield ServerRows(driver, self.database.in_words)

    @override
    def is_left(self) -> bool:
        """Look for other connections of Kvitto's; their clocks may be wrong, these are not."""
        self.database.reading.dispose()  # ours
        with self.snapshot() as rows:
            return not rows.number(_OTHERS)
