"""Have the database look at all of itself: for damage, rows that lead nowhere, and its counts."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, func, select

from kvitto.store.check_result import CheckResult
from kvitto.store.database import Database
from kvitto.store.deletions import detached_keys
from kvitto.store.orphans import rows_that_lead_nowhere
from kvitto.store.report_order import stream
from kvitto.store.schema import batch, message, purged_message, report, store_state
from kvitto.store.wrong_values import plain, wrong_values

_LEFT_OVER: Final = frozenset({message.name, purged_message.name})
"""The tables that keep rows of a batch while it is being deleted."""


class FileCheck:
    """Has the database look at all of itself: for damage, rows that lead nowhere, and its counts.

    These are few long queries, so they run beside what computes: on a thread and a connection of
    its own, which may see a later state, and from which another thread can end them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._driver: Any = None
        self._is_stopped = False

    def stop(self) -> None:
        """End it soon; from another thread."""
        self._is_stopped = True
        driver = self._driver
        if driver is not None:
            self._database.interrupt(driver)

    def run(self) -> CheckResult:
        """Return what it has found.

        Raises:
            StoreError: the database can't be read.
            InterruptedError: it was stopped.
        """
        result = CheckResult()
        with self._database.read() as connection:
            self._driver = connection.connection.driver_connection
            try:
                for look in _LOOKS:
                    if self._is_stopped:
                        raise InterruptedError
                    look(connection, result)
            finally:
                self._driver = None
        return result


def _check_file(connection: Connection, result: CheckResult) -> None:
    is_file = connection.dialect.name == "sqlite"
    if is_file:
        # What computes goes by the indexes, and the window by some that it does not use.
        for (found,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
            if found != "ok":
                result.differ(f"The database file is damaged: {found}")
    gone = detached_keys(connection)
    for of, to in _rows_in_file(connection) if is_file else rows_that_lead_nowhere(connection):
        # What is left of a batch that is being deleted belongs to none.
        if to != batch.name or of not in _LEFT_OVER or not gone:
            result.differ(f"A row of {of} belongs to no row of {to}")


def _rows_in_file(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give the tables of each row that leads nowhere, and where it should lead."""
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield row[0], row[2]


def _check_values(connection: Connection, result: CheckResult) -> None:
    """Look for values that their columns can't have."""
    for one in wrong_values(connection):
        result.differ(str(one))


def _check_strays(connection: Connection, result: CheckResult) -> None:
    """Look for reports that belong to no message."""
    lost = (
        select(report.c.message_pk)
        .join(message, isouter=True)
        .where(message.c.pk.is_(None))
        .group_by(report.c.message_pk)
        .order_by(report.c.message_pk)
    )
    for (key,) in stream(connection, lost):
        result.differ(f"There are reports of a message that is not there (number {key})")


def _check_counters(connection: Connection, result: CheckResult) -> None:
    """Compare the counts over everything."""
    every = connection.execute(select(*plain(connection, store_state.columns))).one()
    [repeat_count] = plain(connection, [report.c.repeat_count])
    repeats = connection.scalars(select(func.coalesce(func.sum(repeat_count), 0))).one()
    if repeats != every.repeat_count:
        result.differ(f"{every.repeat_count} duplicates are counted, but reports tell of {repeats}")
    for table, last in (
        (batch, every.last_batch_pk),
        (message, every.last_message_pk),
        (report, every.last_report_pk),
    ):
        newest = connection.scalars(select(func.coalesce(func.max(table.c.pk), 0))).one()
        if newest > last:
            result.differ(
                f"The table {table.name} has a row {newest} beyond the last one given out"
            )


_LOOKS: Final = (_check_file, _check_values, _check_strays, _check_counters)
