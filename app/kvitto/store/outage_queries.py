"""What the store knows of outages: when no report could come in, why, and what each key got."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, func, select

from kvitto.core.delay import CLOCKS
from kvitto.core.loss_exposure import Beginning
from kvitto.core.outages import IP1_RETRIES, Outage, OutageCause, RetryPolicy, retries_done_by
from kvitto.core.timestamps import from_microseconds, minute_of, to_microseconds
from kvitto.store.callback_keys import LATEST_REPORTS
from kvitto.store.database import Database
from kvitto.store.interruption_finder import Proven, first_arriving, read_outages, unended
from kvitto.store.schema import (
    batch,
    batch_report_minute,
    message,
    report,
    store_state,
    unauthorized_minute,
)

if TYPE_CHECKING:
    from kvitto.store.delay_stats import DelaySpread

_OUT_OF_ORDER: Final = timedelta(minutes=1)
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""
_FIRST_MESSAGES: Final = 1000
_REMEMBERED: Final = 64
"""Outages whose late reports are counted on from where the last count ended."""


class OutageReader:
    """Reads outages, last uses of keys and unauthorized requests; from any thread.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database, rule: RetryPolicy = IP1_RETRIES) -> None:
        """Read from `database`, which must stay open; the SMS service keeps to `rule`."""
        self._database = database
        self._rule = rule
        self._counting = threading.Lock()
        self._late: dict[Outage, _LateCount] = {}
        self._proven: Proven = {}

    def outages(self, since: datetime, *, now: datetime, is_running: bool) -> list[Outage]:
        """Return when no report could come in, whatever the cause, oldest first; overlaps are kept.

        Where the store has several receivers, those of each, in parts that say for which keys they
        do not count. Nothing is known of the time before Kvitto was started first. None lies ahead,
        or covers a moment at which a report was stored or its receiver wrote a heartbeat. A store
        that can't be written at the moment can't say so: add what `AlarmState.since` tells.

        Args:
            since: those that ended before are left out.
            now: the time.
            is_running: whether the own receiver listens now, for certain; if not, its last outage
                has no end. Of other receivers their heartbeats tell.
        """
        with self._database.read() as connection:
            return read_outages(
                connection,
                to_microseconds(since),
                now=now,
                is_running=is_running,
                proven=self._proven,
                own=self._database.receiver,
            )

    def unended(self, by: OutageCause) -> list[Outage]:
        """Return the own receiver's outages of a cause that are noted without an end.

        Even such as lie ahead.
        """
        with self._database.read() as connection:
            return unended(connection, by, self._database.receiver)

    def beginnings(self, batch_keys: Iterable[int]) -> dict[int, Beginning]:
        """Return how batches were heard of first, by their keys.

        What happened first is sought among the messages that were heard of first. Batches without
        reports are left out.
        """
        with self._database.read() as connection:
            found = ((key, _beginning(connection, key)) for key in batch_keys)
            return {key: one for key, one in found if one is not None}

    def unauthorized_counts(self, since_minute: int) -> dict[int, int]:
        """Return how many unauthorized requests came, by minute since the epoch, in order.

        Minutes without any are left out.
        """
        query = select(unauthorized_minute.c.minute, unauthorized_minute.c.request_count).where(
            unauthorized_minute.c.minute >= since_minute
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(unauthorized_minute.c.minute))
            return {minute: requests for minute, requests in rows}  # noqa: C416 - rows, no tuples

    def came_late(self, closed: Outage) -> int:
        """Count the reports of the time of an outage that have come by a later try, by now.

        They come until `retries_done_by`. Called again for the same outage, this only looks at
        what
        has been stored since.
        """
        if closed.end is None:
            return 0
        with self._counting, self._database.read() as connection:
            counted = self._late.pop(closed, None)
            if counted is None:
                counted = _LateCount(connection, closed, self._rule)
            counted.go_on(connection)
            self._late[closed] = counted
            if len(self._late) > _REMEMBERED:
                del self._late[next(iter(self._late))]
            return counted.found

    def last_proof(self, callback_key_id: int) -> datetime | None:
        """Return when the last new report came by a key, UTC: its URL led here then.

        None where it was none of the latest reports.
        """
        with self._database.read() as connection:
            newest = connection.scalars(select(store_state.c.last_report_pk)).one()
            last_us = connection.scalar(
                select(report.c.arrived_at_us)
                .where(
                    report.c.pk > newest - LATEST_REPORTS,
                    report.c.callback_key_pk == callback_key_id,
                )
                .order_by(report.c.pk.desc())
                .limit(1)
            )
            return None if last_us is None else from_microseconds(last_us)

    def delay_stats(self, batch_key: int) -> "DelaySpread | None":
        """Return how late a batch's reports came, and why; None where no report tells.

        Takes time in proportion to the number of its reports. What that needs is loaded at the
        first call.
        """
        from kvitto.store.delay_stats import read_times, spread

        with self._database.read() as connection:
            times = read_times(connection, batch_key)
            if not len(times):
                return None
            since_us = int(times[:, 0].min())
            outages = read_outages(
                connection,
                since_us,
                now=None,
                is_running=True,
                proven=self._proven,
                own=self._database.receiver,
            )
            key = connection.scalar(select(batch.c.callback_key_pk).where(batch.c.pk == batch_key))
            proofs = _minutes_of(connection, key, since_us, int(times[:, 1].max()))
            counting = [one for one in outages if one.counts_for(key)]
            return spread(times, counting, self._rule, proofs)

    def minutes_of(
        self, callback_key_id: int | None, begin: datetime, end: datetime
    ) -> Sequence[datetime]:
        """Return in which minutes reports came by a key, in order: its URL led here then.

        By the key that its batch reports by now; none where that is not known.
        """
        with self._database.read() as connection:
            return _minutes_of(
                connection, callback_key_id, to_microseconds(begin), to_microseconds(end)
            )


# --- Batches ------------------------------------------------------------------------------------


def _beginning(connection: Connection, batch_key: int) -> Beginning | None:
    first = (
        select(message.c.pk, message.c.first_created_at_us)
        .where(message.c.batch_pk == batch_key)
        .order_by(message.c.pk)
        .limit(_FIRST_MESSAGES)
        .subquery()
    )
    key, created_at_us = connection.execute(
        select(func.min(first.c.pk), func.min(first.c.first_created_at_us))
    ).one()
    if key is None:
        return None
    code = connection.scalar(
        select(report.c.code).where(report.c.message_pk == key).order_by(report.c.pk).limit(1)
    )
    return None if code is None else Beginning(from_microseconds(created_at_us), code)


def _minutes_of(
    connection: Connection, callback_key_id: int | None, begin_us: int, end_us: int
) -> list[datetime]:
    query = (
        select(batch_report_minute.c.minute)
        .join(batch, batch.c.pk == batch_report_minute.c.batch_pk)
        .where(
            batch.c.callback_key_pk == callback_key_id,
            batch.c.last_seen_at_us >= begin_us,
            batch.c.first_seen_at_us <= end_us,
            batch_report_minute.c.minute.between(minute_of(begin_us), minute_of(end_us)),
        )
        .distinct()
        .order_by(batch_report_minute.c.minute)
    )
    if callback_key_id is None:
        return []
    return [from_microseconds(minute * 60_000_000) for minute in connection.scalars(query)]


# --- Late reports -------------------------------------------------------------------------------


class _LateCount:
    """Counts the late reports of an outage, each one once.

    Attributes:
        found: how many there are so far.
    """

    def __init__(self, connection: Connection, closed: Outage, rule: RetryPolicy) -> None:
        """Begin with the first report that may be one."""
        retried = rule.interval - CLOCKS
        self._begin_us = to_microseconds(closed.begin)
        self._end_us = to_microseconds(closed.end or closed.begin)
        self._lag_us = retried // _MICROSECOND
        self._until_us = to_microseconds(retries_done_by(closed, rule))
        self._next = first_arriving(connection, closed.begin + retried - _OUT_OF_ORDER)
        self._stop_at = retries_done_by(closed, rule) + _OUT_OF_ORDER
        self.found = 0

    def go_on(self, connection: Connection) -> None:
        """Count those that have been stored since the last time."""
        end = first_arriving(connection, self._stop_at)
        if end <= self._next:
            return
        query = (
            select(func.count())
            .select_from(report)
            .where(
                report.c.pk >= self._next,
                report.c.pk < end,
                report.c.created_at_us.between(self._begin_us, self._end_us),
                report.c.arrived_at_us - report.c.created_at_us >= self._lag_us,
                report.c.arrived_at_us <= self._until_us,
            )
        )
        self.found += connection.scalars(query).one()
        self._next = end


_MICROSECOND: Final = timedelta(microseconds=1)
