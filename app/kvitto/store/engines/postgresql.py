"""A store on a PostgreSQL server: its connections, and what they are told."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    QueuePool,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from typing_extensions import override

from kvitto.store.engines.base import Database
from kvitto.store.engines.postgresql_cursor import (
    BEGUN,
    LOCK_ANY,
    LOCKED,
    TRANSACTION,
    VERSION_CHECK,
    begin_anew,
    cursor_for,
    prepare_anew,
)
from kvitto.store.engines.postgresql_errors import translated
from kvitto.store.engines.postgresql_hanging import HangWatch
from kvitto.store.engines.postgresql_notifying import INFO as NOTIFYING
from kvitto.store.engines.postgresql_notifying import NOTIFY, Notifying
from kvitto.store.engines.postgresql_roles import RIGHTS, VIEWS, RightsRow, is_shut_out, rights_of
from kvitto.store.engines.postgresql_session import CONNECT_S, LOCAL, begin_session, open_connection
from kvitto.store.engines.postgresql_versions import (
    ensure_readable,
    ensure_version,
    refuse_newer,
    refuse_other,
    upgrade,
)
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.leases import OWNER
from kvitto.store.migrations.runner import OnUpgrade
from kvitto.store.prepared_statements import CURSOR, Asked
from kvitto.store.rights import Right
from kvitto.store.server_errors import (
    NoDatabaseError,
    NoStoreError,
    ServerUntrustedError,
    StoreAwayError,
    StoreOutdatedError,
    StoreRefusedError,
    StoreUnreachableError,
    StoreUntrustedError,
    UserRefusedError,
)

log = logging.getLogger(__name__)

WAIT_S: Final = 5.0
"""How long a transaction is tried again, where the server is away for a moment: a report that is
refused comes again only after ten minutes."""
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ASKED: Final = "kvitto_asked"
_OTHER_TABLES: Final = {"42P01", "42703", "42883", "0A000"}
"""What a statement meets that was written for other tables."""


class ServerDatabase(Database):
    """A store on a server.

    Attributes:
        url: where it is.
        notifying: when whoever looks at it is told of what this program writes.
        on_upgrade: who upgrades it where that is due is told how far that is; None for nobody.
    """

    is_shared = True
    wait_s = WAIT_S + 0.5  # the last of those tries may be under way

    def __init__(self, url: StoreUrl, folder: Path, *, receives: bool = True) -> None:
        """Prepare engines; connects only when it is used.

        Args:
            url: where it is.
            folder: the data folder of this computer that goes with it.
            receives: whether reports are refused while it is away; if not, no error says so.
        """
        super().__init__(folder)
        self.url: Final = url
        self._receives = receives
        self.reading = self._engine(read_only=True)
        self.writing = self._engine(read_only=False)
        self.notifying: Final = Notifying()
        self.on_upgrade: OnUpgrade | None = None
        self.rights = None
        self._is_known = self._is_closed = self._is_shut_out = False
        self._generation = 0
        self._token: Final = token_hex(8)
        self._local: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._hanging: Final = HangWatch(lambda: open_connection(url).close())
        self._interrupted: WeakKeyDictionary[Any, threading.Thread] = WeakKeyDictionary()

    def _engine(self, *, read_only: bool) -> Engine:
        pool: dict[str, Any] = (
            {"poolclass": QueuePool, "pool_size": 3, "max_overflow": -1, "pool_use_lifo": True}
            if read_only
            else {"poolclass": NullPool}
        )
        engine = create_engine(
            URL.create("kvitto"),
            creator=lambda: self.connect(read_only=read_only),
            hide_parameters=True,
            use_native_hstore=False,
            **pool,
        )

        def begin(connection: Connection) -> None:
            connection.info[TRANSACTION] = None
            begin = f"BEGIN{begin_anew(connection.info)}; {LOCKED}"
            connection.info[BEGUN], version = _last_row(connection, begin)
            try:
                self._check(version)
            except StoreError:
                _driver(connection).rollback()
                raise

        def commit(connection: Connection) -> None:
            connection.info[TRANSACTION] = connection.info[BEGUN]
            self.notifying.told()
            _driver(connection).execute(NOTIFY.encode())

        def on_checkin(driver: Any, record: ConnectionPoolEntry) -> None:
            if driver is None:
                return  # it was lost
            is_old = driver.generation != self._generation
            if is_old or driver in self._interrupted or self._is_closed:
                record.invalidate()

        event.listen(engine, "begin", self._begin_reading if read_only else begin)
        event.listen(engine, "checkin", on_checkin)
        event.listen(engine, "rollback", prepare_anew)
        if not read_only:
            event.listen(engine, "commit", commit)

        def on_connect(driver: Any, record: ConnectionPoolEntry) -> None:
            owner = self.folder_id or self._token
            record.info.update({CURSOR: cursor_for, OWNER: owner, VERSION_CHECK: self._check})
            record.info.update({NOTIFYING: self.notifying, LOCAL: self.local_of(driver)})
            if not read_only:
                # Each group is a text that comes once: a hundred of them would be kept in memory.
                driver.prepare_threshold = None

        event.listen(engine, "connect", on_connect)
        return engine

    def _begin_reading(self, connection: Connection) -> None:
        begin = f"{_SNAPSHOT}{begin_anew(connection.info)}"
        try:
            cursor_for(connection).begin_snapshot(begin, connection.info.pop(_ASKED, ()))
        except psycopg.Error:
            # What has ended this connection has ended those that wait, too.
            connection.invalidate()
            self._let_go()
            raise

    @override
    def ask_ahead(self, connection: Connection, asked: Sequence[Asked]) -> None:
        connection.info[_ASKED] = asked

    def connect(self, *, read_only: bool = True) -> psycopg.Connection[Any]:
        """Return a new connection of the driver's, in no transaction; the caller closes it.

        Raises:
            psycopg.Error: the server can't be reached, or refuses it.
        """
        generation = self._generation
        driver = open_connection(self.url)
        driver.watch, driver.generation = self._hanging, generation
        try:
            local, row = begin_session(driver, read_only=read_only)
            self._note_rights(row)
            if local is not None:
                self._local[driver] = local
        except BaseException:
            driver.close()
            raise
        return driver

    def look_at_rights(self, driver: "psycopg.Connection[Any]") -> frozenset[Right]:
        """Return what this user may do now.

        Raises:
            psycopg.Error: the connection is lost.
        """
        return self._note_rights(driver.execute(RIGHTS.encode()).fetchone())

    def _note_rights(self, row: RightsRow | None) -> frozenset[Right]:
        before, self.rights = self.rights, rights_of(row)
        self._is_shut_out = is_shut_out(row)
        if before not in (None, self.rights):
            self._let_go()  # earlier connections may see other tables
        return self.rights

    def local_of(self, driver: "psycopg.Connection[Any]") -> str | None:
        """Return what each transaction of a connection is told; None where none need be told."""
        return self._local.get(driver)

    @override
    def ensure_is_there(self) -> None:
        """Check that there is a store of this version, if that is not known yet.

        Where it is of an earlier one, and `on_upgrade` is set, it is upgraded.

        Raises:
            StoreError: there is none, or it can't be reached.
            InterruptedError: the upgrade was stopped.
        """
        if self._is_known:
            return
        try:
            with self.in_words(), self.reading.connect() as connection:
                ensure_version(connection, self.url.place)
        except StoreOutdatedError:
            if self.on_upgrade is None:
                raise
            self.upgrade(self.on_upgrade)
        self._is_known = True

    def ensure_can_be_read(self) -> None:
        """Check that there is a store that this program can read.

        Raises:
            StoreError: there is none, or it can't be reached.
        """
        with self.in_words(), self.reading.connect() as connection:
            ensure_readable(connection, self.url.place)

    def upgrade(self, on_upgrade: OnUpgrade) -> bool:
        """Bring the store to this program's version; return whether it was not; see `upgrade`.

        Raises:
            StoreError: it can't be upgraded by this program or this user.
            InterruptedError: `on_upgrade` stopped it.
        """
        with self.changing_tables() as connection:
            return upgrade(connection, self.url.place, on_upgrade)

    @contextmanager
    def changing_tables(self) -> Iterator[Connection]:
        """Give a connection in a transaction that alone writes, whatever there is.

        Raises:
            StoreError: the server can't be reached, or refuses what is done.
        """
        with self.in_words(), self.connecting_to_any() as connection, connection.begin():
            yield connection

    @contextmanager
    def connecting_to_any(self) -> Iterator[Connection]:
        """Give a connection whose transactions alone write, whatever there is."""
        driver = self.connect(read_only=False)
        engine = create_engine(
            URL.create("kvitto"),
            creator=lambda: driver,
            poolclass=NullPool,
            pool_reset_on_return=None,  # it is closed: nothing is left to be taken back
            hide_parameters=True,
        )
        local = self.local_of(driver)
        begin = f"BEGIN; {LOCK_ANY}" if local is None else f"BEGIN; {local}; {LOCK_ANY}"
        event.listen(engine, "begin", lambda one: _last_row(one, begin))
        with engine.connect() as connection:
            yield connection

    def _check(self, version: int) -> None:
        try:
            refuse_other(version, self.url.place)
        except StoreError:
            self._is_known = False
            raise

    @override
    @contextmanager
    def in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            self._refuse_other(error.orig)
            raise self._translated(error.orig, error) from error
        except psycopg.Error as error:
            self._refuse_other(error)
            raise self._translated(error, error) from error

    def _translated(self, error: BaseException | None, otherwise: Exception) -> Exception:
        found = translated(error, self.url.place, otherwise)
        if isinstance(found, NoStoreError) and self._is_shut_out:
            found = StoreRefusedError(found.place, "the user has no role of the store")
        if isinstance(found, StoreRefusedError):
            # With other rights, another connection may see other tables.
            self._let_go()
        if not self._receives and isinstance(found, NoDatabaseError):
            return NoStoreError(found.place)
        if not self._receives and isinstance(found, ServerUntrustedError):
            return StoreUntrustedError(found.place, found.detail)
        if not self._receives and isinstance(found, StoreUnreachableError):
            return StoreAwayError(found.place, found.detail)
        if not self._receives and isinstance(found, StoreRefusedError):
            return UserRefusedError(found.place, found.detail)
        return found

    def _let_go(self) -> None:
        """Close the connections that wait, and those that are in use when they are given back."""
        self._generation += 1
        self.reading.dispose()

    def _refuse_other(self, error: BaseException | None) -> None:
        """Refuse the store where a table or column is missing, since a newer program made it."""
        if isinstance(error, psycopg.Error) and error.sqlstate in _OTHER_TABLES:
            self._is_known = False
            with (
                suppress(psycopg.Error, DBAPIError),
                self.reading.connect() as connection,
                connection.begin(),
            ):
                version = connection.scalar(text("SELECT version FROM schema_version"))
                if version is not None:
                    refuse_newer(version, self.url.place)

    @override
    def lost(self, what: str) -> StoreError:
        kind = StoreUnreachableError if self._receives else StoreAwayError
        return kind(self.url.place, what)

    @override
    def is_masked(self, connection: Connection) -> bool:
        return bool(connection.scalar(select(func.current_schema() == VIEWS)))

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
        self._hanging.close()
        self._is_closed = True  # a connection that is in use is closed when it is given back
        self.reading.dispose()
        self.writing.dispose()


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _last_row(connection: Connection, statements: str) -> Any:
    with _driver(connection).cursor() as cursor:
        cursor.execute(statements.encode(), prepare=False)
        while cursor.nextset():
            pass
        return cursor.fetchall()[0]


def _cancel(driver: "psycopg.Connection[Any]") -> None:
    try:
        driver.cancel_safe(timeout=CONNECT_S)
    except psycopg.Error as error:
        log.debug("A query could not be ended: %s", type(error).__name__)
