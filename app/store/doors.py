"""What the store knows of the front door: when it was closed and why, and who came through it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, or_, select

from app.core.door import NOT_RUNNING, SENDER, ClosedBy, Closure, RetryRule, comes_again_by
from app.core.lateness import CLOCKS
from app.core.times import from_microseconds, to_microseconds
from app.store.database import Database
from app.store.schema import closure, knock, meta, opening, report
from app.store.secrets import LATEST_REPORTS

if TYPE_CHECKING:
    from app.store.lags import LagSpread

_OUT_OF_ORDER: Final = timedelta(minutes=1)
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""
_REMEMBERED: Final = 64
"""Closures whose late reports are counted on from where the last count ended."""


class DoorReader:
    """Reads what is known of the front door, from any thread.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database, rule: RetryRule = SENDER) -> None:
        """Read from `database`, which must stay open; the sender keeps to `rule`."""
        self._database = database
        self._rule = rule
        self._counting = threading.Lock()
        self._late: dict[Closure, _LateCount] = {}

    def closures(self, since: datetime, *, now: datetime, is_running: bool) -> list[Closure]:
        """Return when the door was closed, whatever the cause, oldest first; overlaps are kept.

        Nothing is known of the time before Kvitto was started first. A store that can't be written
        at the moment can't say so: add what `AlarmState.since` tells.

        Args:
            since: those that ended before are left out.
            now: the time.
            is_running: whether a receiver listens now, for certain; if not, the last closure has no
                end.
        """
        with self._snapshot() as connection:
            return _closures(connection, to_microseconds(since), None if is_running else now)

    def knocks(self, since_minute: int) -> dict[int, int]:
        """Return how many requests of strangers came, by minute since the epoch, in order.

        Minutes without any are left out.
        """
        query = select(knock.c.minute, knock.c.requests).where(knock.c.minute >= since_minute)
        with self._snapshot() as connection:
            rows = connection.execute(query.order_by(knock.c.minute))
            return {minute: requests for minute, requests in rows}  # noqa: C416 - rows, no tuples

    def came_late(self, closed: Closure) -> int:
        """Count the reports of the time of a closure that have come by a later try, by now.

        They come until `comes_again_by`. Called again for the same closure, this only looks at what
        has been stored since.
        """
        if closed.end is None:
            return 0
        with self._counting, self._snapshot() as connection:
            counted = self._late.pop(closed, None)
            if counted is None:
                counted = _LateCount(connection, closed, self._rule)
            counted.go_on(connection)
            self._late[closed] = counted
            if len(self._late) > _REMEMBERED:
                del self._late[next(iter(self._late))]
            return counted.found

    def last_proof(self, secret_key: int) -> datetime | None:
        """Return when the last new report came by a secret, UTC: its URL led here then.

        None where it was none of the latest reports.
        """
        with self._snapshot() as connection:
            newest = connection.scalars(select(meta.c.last_report)).one()
            last_us = connection.scalar(
                select(report.c.arrived_us)
                .where(report.c.pk > newest - LATEST_REPORTS, report.c.secret_pk == secret_key)
                .order_by(report.c.pk.desc())
                .limit(1)
            )
            return None if last_us is None else from_microseconds(last_us)

    def known_since(self) -> datetime | None:
        """Return from when on it is known whether the door was open, UTC; None for never."""
        with self._snapshot() as connection:
            first_us = connection.scalar(select(func.min(opening.c.opened_us)))
            return None if first_us is None else from_microseconds(first_us)

    def lags(self, batch_key: int) -> "LagSpread | None":
        """Return how late a batch's reports came, and why; None where no report tells.

        Takes time in proportion to the number of its reports. What that needs is loaded at the
        first call.
        """
        from app.store.lags import read_times, spread

        with self._snapshot() as connection:
            times = read_times(connection, batch_key)
            if not len(times):
                return None
            closures = _closures(connection, int(times[:, 0].min()), None)
            return spread(times, closures, self._rule)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            yield connection


# --- Closures -----------------------------------------------------------------------------------


def _closures(connection: Connection, since_us: int, not_running: datetime | None) -> list[Closure]:
    """Return the closures that ended since a time, or have not ended.

    Args:
        connection: where.
        since_us: since when.
        not_running: the time, if no receiver runs now.
    """
    ended_since = or_(closure.c.end_us.is_(None), closure.c.end_us >= since_us)
    noted = {
        (one.begin, one.by): one
        for one in map(_from_row, connection.execute(select(closure).where(ended_since)))
    }
    found = [one for one in noted.values() if one.by not in NOT_RUNNING]
    for gap in _gaps(connection, since_us, not_running):
        # A row of its own only says that the user has dismissed it.
        note = noted.get((gap.begin, gap.by))
        found.append(gap if note is None else replace(gap, dismissed=note.dismissed))
    return sorted(found, key=lambda one: (one.begin, one.by))


def _gaps(connection: Connection, since_us: int, not_running: datetime | None) -> Iterator[Closure]:
    """Yield the times in which no receiver ran, oldest first."""
    before = select(func.max(opening.c.last_us)).where(opening.c.last_us < since_us)
    first_us = connection.scalar(before) or 0
    query = select(opening).where(opening.c.last_us >= first_us).order_by(opening.c.opened_us)
    latest: Row[Any] | None = None
    for row in connection.execute(query):
        if latest is not None and row.opened_us > latest.last_us:
            yield _gap(latest, from_microseconds(row.opened_us))
        # The computer's clock may have been put back in between.
        if latest is None or row.last_us >= latest.last_us:
            latest = row
    if latest is None or not_running is None:
        return
    if latest.last_us < to_microseconds(not_running):
        yield _gap(latest, None)


def _gap(after: Row[Any], end: datetime | None) -> Closure:
    by = ClosedBy.CRASHED if after.closed_us is None else ClosedBy.STOPPED
    return Closure(from_microseconds(after.last_us), end, by)


def _from_row(row: Row[Any]) -> Closure:
    return Closure(
        begin=from_microseconds(row.begin_us),
        end=None if row.end_us is None else from_microseconds(row.end_us),
        by=ClosedBy(row.cause),
        fault=row.fault,
        dismissed=None if row.dismissed_us is None else from_microseconds(row.dismissed_us),
    )


# --- Late reports -------------------------------------------------------------------------------


class _LateCount:
    """Counts the late reports of a closure, each one once.

    Attributes:
        found: how many there are so far.
    """

    def __init__(self, connection: Connection, closed: Closure, rule: RetryRule) -> None:
        """Begin with the first report that may be one."""
        retried = rule.interval - CLOCKS
        self._begin_us = to_microseconds(closed.begin)
        self._end_us = to_microseconds(closed.end or closed.begin)
        self._lag_us = retried // _MICROSECOND
        self._until_us = to_microseconds(comes_again_by(closed, rule))
        self._next = _first_arriving(connection, closed.begin + retried - _OUT_OF_ORDER)
        self._stop_at = comes_again_by(closed, rule) + _OUT_OF_ORDER
        self.found = 0

    def go_on(self, connection: Connection) -> None:
        """Count those that have been stored since the last time."""
        end = _first_arriving(connection, self._stop_at)
        if end <= self._next:
            return
        query = (
            select(func.count())
            .select_from(report)
            .where(
                report.c.pk >= self._next,
                report.c.pk < end,
                report.c.created_us.between(self._begin_us, self._end_us),
                report.c.arrived_us - report.c.created_us >= self._lag_us,
                report.c.arrived_us <= self._until_us,
            )
        )
        self.found += connection.scalars(query).one()
        self._next = end


_MICROSECOND: Final = timedelta(microseconds=1)


def _first_arriving(connection: Connection, since: datetime) -> int:
    """Return the key of the first report that arrived since a time, or that the next one will have.

    Finds it by halving: the table has no index over arrivals, and needs none.
    """
    since_us = to_microseconds(since)
    low: int = 0
    high: int = connection.scalars(select(meta.c.last_report)).one() + 1
    while high - low > 1:
        middle = (low + high) // 2
        row = connection.execute(
            select(report.c.pk, report.c.arrived_us)
            .where(report.c.pk >= middle, report.c.pk < high)
            .order_by(report.c.pk)
            .limit(1)
        ).one_or_none()
        if row is None or row.arrived_us >= since_us:
            high = middle
        else:
            low = row.pk
    return high
