"""A store on a PostgreSQL server: its connections, and what they are told."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from typing_extensions import override

from kvitto.store.engines.base import Database
from kvitto.store.engines.postgresql_cursor import BEGIN, TRANSACTION, cursor_for
from kvitto.store.engines.postgresql_errors import translated
from kvitto.store.engines.postgresql_schema import SCHEMA, ensure_version
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.prepared_statements import CURSOR
from kvitto.store.server_errors import StoreUnreachableError

log = logging.getLogger(__name__)

APPLICATION: Final = "kvitto"
"""What the server calls our connections."""
CONNECT_S: Final = 4
"""How long a server may take to answer at all."""
LOCK_S: Final = 10
"""How long whoever writes waits for another; longer than that one may be idle."""
IDLE_S: Final = 5
"""How long a transaction that holds the lock may wait for its program."""
_SESSION: Final = f"""
    SET client_encoding = 'UTF8';
    SET standard_conforming_strings = on;
    SET search_path = {SCHEMA}, public;
    SET jit = off
"""
_WRITING: Final = f"""
    ;SET lock_timeout = '{LOCK_S}s';
    SET idle_in_transaction_session_timeout = '{IDLE_S}s';
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'
"""
"""For who writes: few rows of each table, by their keys, however small it seems. And a commit that
is answered is on the disk."""


class _Whole(Loader):
    """Loads sums: whole numbers, as all that is summed."""

    @override
    def load(self, data: Buffer) -> Any:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


class _Text(Loader):
    """Loads JSON as its text, which is decoded by its reader."""

    @override
    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


class ServerDatabase(Database):
    """A store on a server.

    Attributes:
        url: where it is.
    """

    def __init__(self, url: StoreUrl, folder: Path) -> None:
        """Prepare engines; connects only when it is used.

        Args:
            url: where it is.
            folder: the data folder of this computer that goes with it.
        """
        super().__init__(folder)
        self.url: Final = url
        self.reading = self._engine(read_only=True)
        self.writing = self._engine(read_only=False)
        self._is_known = False
        self._lock = threading.Lock()
        self._interrupted: WeakKeyDictionary[Any, threading.Thread] = WeakKeyDictionary()

    def _engine(self, *, read_only: bool) -> Engine:
        pool: dict[str, Any] = (
            {"poolclass": QueuePool, "pool_size": 3, "max_overflow": -1, "pool_use_lifo": True}
            if read_only
            else {"poolclass": NullPool}
        )
        engine = create_engine(
            URL.create("kvitto"),
            creator=lambda: self._connect(read_only=read_only),
            hide_parameters=True,
            use_native_hstore=False,
            **pool,
        )

        def begin(connection: Connection) -> None:
            if read_only:
                # By the driver: options of the statement that follows are not meant for this.
                try:
                    _driver(connection).execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                except psycopg.Error:
                    connection.invalidate()  # else the pool tries to roll back, and logs that
                    raise
                return
            connection.info[TRANSACTION] = None
            connection.info[TRANSACTION] = _last_value(connection, BEGIN)

        def on_checkin(driver: Any, record: ConnectionPoolEntry) -> None:
            if driver in self._interrupted:
                record.invalidate()

        event.listen(engine, "begin", begin)
        event.listen(engine, "checkin", on_checkin)
        event.listen(
            engine, "connect", lambda _driver, record: record.info.update({CURSOR: cursor_for})
        )
        return engine

    def _connect(self, *, read_only: bool) -> psycopg.Connection[Any]:
        driver = psycopg.connect(
            make_conninfo(
                self.url.text,
                connect_timeout=CONNECT_S,
                application_name=APPLICATION,
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=15_000,
                **self.url.parameters(),
            ),
            autocommit=True,  # transactions are ours to begin
        )
        try:
            driver.adapters.register_loader("numeric", _Whole)
            driver.adapters.register_loader("json", _Text)
            driver.execute((_SESSION if read_only else _SESSION + _WRITING).encode())
        except BaseException:
            driver.close()
            raise
        return driver

    @override
    def ensure_is_there(self) -> None:
        """Check that there is a store of this version, if that is not known yet.

        Raises:
            StoreError: there is none, or it can't be reached.
        """
        if self._is_known:
            return
        with self.in_words(), self.reading.connect() as connection:
            ensure_version(connection, self.url.place)
        self._is_known = True

    @override
    @contextmanager
    def in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise translated(error.orig, self.url.place, error) from error
        except psycopg.Error as error:
            raise translated(error, self.url.place, error) from error

    @override
    def lost(self, what: str) -> StoreError:
        return StoreUnreachableError(self.url.place, what)

    @override
    def remember_keys(self, keys: Sequence[tuple[Any, ...]]) -> None:
        """Do nothing: a server looks after what it has committed itself."""

    @override
    def interrupt(self, driver: Any) -> None:
        """End the query that a connection is in: that takes a connection of its own, so apart.

        The connection is not used again: it may be meant by a word that comes late.
        """
        with self._lock:
            is_under_way = driver in self._interrupted and self._interrupted[driver].is_alive()
            if is_under_way or driver.closed:
                return
            cancel = threading.Thread(target=_cancel, args=(driver,), name="kvitto-cancel")
            self._interrupted[driver] = cancel
            cancel.start()

    @override
    def close(self) -> None:
        self.reading.dispose()
        self.writing.dispose()


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _last_value(connection: Connection, statements: str) -> Any:
    with _driver(connection).cursor() as cursor:
        cursor.execute(statements.encode(), prepare=False)
        while cursor.nextset():
            pass
        return cursor.fetchall()[0][0]


def _cancel(driver: "psycopg.Connection[Any]") -> None:
    try:
        driver.cancel_safe(timeout=CONNECT_S)
    except psycopg.Error as error:
        log.debug("A query could not be ended: %s", type(error).__name__)
