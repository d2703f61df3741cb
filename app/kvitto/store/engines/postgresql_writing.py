"""The connection that the writer stores through, to a server."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, Final

import psycopg
from psycopg.errors import InvalidParameterValue
from sqlalchemy import Connection
from typing_extensions import override

from kvitto.store.edit_errors import RefusedEditError
from kvitto.store.engines.base import WriteConnection
from kvitto.store.engines.postgresql import WAIT_S, ServerDatabase
from kvitto.store.engines.postgresql_cursor import TRANSACTION
from kvitto.store.engines.postgresql_errors import may_pass
from kvitto.store.engines.postgresql_notifying import NOTIFY
from kvitto.store.engines.postgresql_session import LOCAL
from kvitto.store.engines.postgresql_vacuum import Vacuuming
from kvitto.store.errors import StoreError
from kvitto.store.ingest import Arrival
from kvitto.store.recent_arrivals import newest
from kvitto.store.rights import Right
from kvitto.store.server_errors import StoreBusyError
from kvitto.store.spooled import unknown_among
from kvitto.store.transactions import Transaction
from kvitto.store.write_requests import ReportRequest

log = logging.getLogger(__name__)

_TRY_EVERY_S: Final = 0.1
_COMMITTED: Final = "committed"
_UNDECIDED: Final = "in progress"
_SINCE: Final = """
    SELECT concat_ws(
        ' ',
        (SELECT stats_reset FROM pg_stat_bgwriter),
        CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
    )
"""
"""Tells since when the server has not crashed, and that no other took its place: a crash ends its
statistics, another continues its log in a timeline of its own."""


class ServerConnection(WriteConnection):
    """Writes to a server, and waits a little where that is away.

    Where a connection is lost while a transaction is committed, the server is asked what became of
    it: nothing is stored twice, nor again where somebody has deleted it meanwhile. A server that
    has crashed may have given its number to another one. Then reports are stored where they are
    found, and all else is made again: a change of a user's is the same the second time, a refused
    request may be counted twice.

    Args:
        database: where to write.
        wait_s: how long a transaction is tried again.
    """

    def __init__(self, database: ServerDatabase, *, wait_s: float = WAIT_S) -> None:
        self._database = database
        self._wait_s = wait_s
        self._connection: Connection | None = None
        self._info: dict[str, Any] = {}
        self._since = ""
        self._pause = threading.Event()
        self._vacuuming = Vacuuming()
        self._is_away = False  # who waits next would wait behind others
        self.incident = self.warning = self.damage = self.failure = None
        self.revision = 0
        self.began_with: int | None = None

    @override
    def write(self, work: Transaction, arrivals: Sequence[Arrival] = ()) -> None:
        """Make a transaction; see `WriteConnection`. It is tried again for `wait_s`."""
        end_s = time.monotonic() + (0 if self._is_away else self._wait_s)
        undecided: tuple[str, str] | None = None
        for tries in itertools.count(1):
            try:
                with self._database.in_words():
                    connection = self._ready()
                    if undecided is not None and self._is_made(connection, *undecided, arrivals):
                        self.revision = newest(connection)[0]
                    else:
                        undecided = None
                        self.revision, _ = work(connection)
                    self._is_away = False
                    return
            except RefusedEditError:
                raise  # nothing is wrong with the connection
            except StoreError as error:
                number = self._info.get(TRANSACTION)
                undecided = (number, self._since) if number else undecided
                self.close()
                # Twice at least: it may be that this program was stopped all the while.
                is_over = time.monotonic() >= end_s and (tries > 1 or self._is_away)
                if not may_pass(error) or is_over:
                    self._is_away = True
                    raise
                if tries == 1:
                    log.info("A transaction is tried again: %s", error.detail)
                self._pause.wait(_TRY_EVERY_S)

    @property
    @override
    def look_in_s(self) -> float:
        """In how many seconds whoever looks at the store is to be told of what was written."""
        owed_s = self._database.notifying.owed_in_s
        return inf if owed_s is None else owed_s

    @override
    def look(self) -> None:
        """Tell of what was written; the next heartbeat tells whether the server is there."""
        if self.look_in_s > 0:
            return
        self._database.notifying.told()
        if self._connection is None:
            return
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            local = self._info.get(LOCAL)
            notify = NOTIFY if local is None else f"{local}; {NOTIFY}"
            driver.execute(notify.encode(), prepare=False)
        except psycopg.Error as error:  # whoever looks asks by itself, too
            log.debug("Nobody was told of a revision: %s", type(error).__name__)

    @override
    def fold_if_due(self, *, is_early: bool = False) -> bool:
        """Do nothing: a server looks after its own log."""
        del is_early
        return False

    @override
    def write_anew(self, on_progress: Callable[[], None]) -> bool:
        """Have the server remove what was erased from its tables; see `Vacuuming`.

        It is left to others where this user could not note it.
        """
        with self._database.in_words():
            driver = self._ready().connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            if Right.EDIT not in (self._database.rights or ()):
                return False
            return self._vacuuming.clean(driver, on_progress)

    @override
    def failed(self, error: StoreError) -> None:
        self.close()

    @override
    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._info = {}
        if connection is not None:
            connection.invalidate()
            connection.close()

    @override
    def finish(self) -> None:
        self.close()

    @override
    def rescue(self) -> int:
        raise NotImplementedError("nothing is mapped that could be cut")

    def _ready(self) -> Connection:
        if self._connection is None:
            self._database.ensure_is_there()
            self._connection = self._database.writing.connect()
            self._since = _since(self._connection)
            self._info = self._connection.info
            self.revision, last_report = newest(self._connection)
            self.began_with = last_report if self.began_with is None else self.began_with
        return self._connection

    def _is_made(
        self, connection: Connection, number: str, since: str, arrivals: Sequence[Arrival]
    ) -> bool:
        """Return whether a transaction is made, and need not be tried again.

        Args:
            connection: the one that is open now.
            number: the transaction's.
            since: what `_SINCE` said before it began; "" for nothing.
            arrivals: what it stores.

        Raises:
            StoreBusyError: the server does not know yet that its program is gone.
        """
        try:
            status = _value(connection, "SELECT pg_xact_status(%s::xid8)", number)
        except InvalidParameterValue:
            return False  # the server has crashed, and has not given the number again yet
        if status == _UNDECIDED:
            raise StoreBusyError(self._database.url.place, "a transaction is not decided yet")
        if status != _COMMITTED or (since and since == self._since):
            return bool(status == _COMMITTED)
        reports = [one for one in arrivals if isinstance(one, ReportRequest)]
        try:
            with connection.begin():
                return bool(reports) and not unknown_among(connection, reports)
        finally:
            self._info[TRANSACTION] = None  # it is not this one that is in doubt


def _since(connection: Connection) -> str:
    """Return what `_SINCE` says; "" where the server does not tell: it may crash at any time then.

    Some that are offered as a service have no log that may be asked for.

    Raises:
        psycopg.Error: the connection is lost.
    """
    try:
        return str(_value(connection, _SINCE))
    except psycopg.Error as error:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        if driver.closed or not error.sqlstate:
            raise
        log.info("The server does not tell since when it runs: %s", error.sqlstate)
        return ""


def _value(connection: Connection, query: str, *values: str) -> object:
    """Return the one value that a query finds, in no transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    row = driver.execute(query.encode(), values or None).fetchone()
    assert row is not None
    return row[0]
