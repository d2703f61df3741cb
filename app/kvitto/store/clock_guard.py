"""Whether the computer's clock may be believed, before something is done that can't be undone.

A clock that is wrong by a year would purge everything, and revoke every key that was rotated. So
two others are asked: the steady clock, which nobody sets, for as long as the computer runs; and the
reports, which the SMS service dates by a clock of its own.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.record_rows import body_from_row
from kvitto.store.schema import batch_mark, message, report, store_health

FURTHEST_JUMP: Final = timedelta(hours=1)
"""What the clock may be set by between two heartbeats."""
FURTHEST_AHEAD: Final = timedelta(days=1)
"""What the clock may be ahead of everything that is known of the time."""
_LATEST_REPORTS: Final = 1000
"""How many of the latest reports are asked for the time."""


class ClockDoubt(StrEnum):
    """Why the clock is not believed."""

    JUMPED = "jumped"
    """It was set by more than an hour while the computer ran."""
    AHEAD = "ahead"
    """It is more than a day after everything that was received, or known of it."""
    BEHIND = "behind"
    """It is more than an hour before a time that it has shown already."""


class ClockReading(msgspec.Struct, frozen=True):
    """What the clocks say at one moment.

    Attributes:
        now: the computer's clock, UTC.
        steady_s: seconds by a clock that nobody sets, and that goes on in sleep.
        boot: names the time from one start of that clock to the next.
    """

    now: datetime
    steady_s: float
    boot: str


class NoteClock(msgspec.Struct, frozen=True):
    """Compare the clocks with what they said last; an edit of the writer."""

    reading: ClockReading

    def apply(self, connection: Connection, revision: int) -> bool:
        """Note what they say, or why the clock is not believed; there is nothing left to do."""
        del revision
        doubt = _doubt_now(connection, self.reading)
        # In doubt, what it is compared with stays: a clock that is put right is believed again.
        values = _anchor(self.reading) if doubt is None else {"clock_doubt": doubt.value}
        connection.execute(update(store_health).values(**values))
        return True


class ConfirmClock(msgspec.Struct, frozen=True, tag=True):
    """Note that the user says that the clock is right; an edit of the writer."""

    reading: ClockReading

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        del revision
        confirmed = {"clock_confirmed_at_us": to_microseconds(self.reading.now)}
        connection.execute(update(store_health).values(**_anchor(self.reading), **confirmed))
        return True


def clock_doubt(connection: Connection, now: datetime) -> ClockDoubt | None:
    """Return why the clock is not to be believed at the moment; None where it is."""
    row = connection.execute(select(store_health)).one()
    if _is_supported(connection, now):
        return None
    if row.clock_doubt is not None:
        return ClockDoubt(row.clock_doubt)
    return ClockDoubt.AHEAD if _is_ahead(connection, row, now) else None


def newest_own_time(connection: Connection, batch_key: int, now: datetime) -> datetime | None:
    """Return the newest time that the SMS service gave in the reports of a batch, UTC.

    A time that lay too far after the arrival was left out when the report came; if the clock was
    behind then, it is right, and the body still has it. What lies after tomorrow is no such time.
    """
    newest_us = connection.scalar(
        select(func.max(message.c.created_at_us)).where(message.c.batch_pk == batch_key)
    )
    times = [] if newest_us is None else [from_microseconds(newest_us)]
    left_out = (
        select(report)
        .join(message, report.c.message_pk == message.c.pk)
        .where(message.c.batch_pk == batch_key, report.c.marks.contains("created"))
        .order_by(report.c.pk.desc())
        .limit(_LATEST_REPORTS)
    )
    if connection.scalar(
        select(batch_mark.c.batch_pk)
        .where(batch_mark.c.batch_pk == batch_key, batch_mark.c.marks.contains("created"))
        .limit(1)
    ):
        told = [_created_in(body_from_row(row)) for row in connection.execute(left_out)]
        times += [one for one in told if one is not None and one <= now + FURTHEST_AHEAD]
    return max(times, default=None)


def _created_in(body: bytes) -> datetime | None:
    try:
        return parse(body).created
    except RejectedBodyError:
        return None


def _doubt_now(connection: Connection, reading: ClockReading) -> ClockDoubt | None:
    row = connection.execute(select(store_health)).one()
    if _is_supported(connection, reading.now):
        return None
    if row.clock_at_us is not None and row.clock_boot == reading.boot:
        by_clock = reading.now - from_microseconds(row.clock_at_us)
        by_steady = timedelta(seconds=reading.steady_s - row.clock_steady_us / 1_000_000)
        return ClockDoubt.JUMPED if abs(by_clock - by_steady) > FURTHEST_JUMP else None
    if _is_ahead(connection, row, reading.now):
        return ClockDoubt.AHEAD
    if row.clock_doubt is not None and not _is_near_anchor(row, reading.now):
        # What has arrived meanwhile was dated by the clock itself.
        return ClockDoubt(row.clock_doubt)
    if row.clock_at_us is not None:
        is_behind = reading.now < from_microseconds(row.clock_at_us) - FURTHEST_JUMP
        return ClockDoubt.BEHIND if is_behind else None
    return None


def _is_supported(connection: Connection, now: datetime) -> bool:
    """Return whether the SMS service has just dated a report by the same time."""
    own_us, _ = _newest(connection)
    return own_us is not None and abs(now - from_microseconds(own_us)) <= FURTHEST_JUMP


def _is_near_anchor(row: Row[Any], now: datetime) -> bool:
    if row.clock_at_us is None:
        return False
    return -FURTHEST_JUMP <= now - from_microseconds(row.clock_at_us) <= FURTHEST_AHEAD


def _is_ahead(connection: Connection, row: Row[Any], now: datetime) -> bool:
    own_us, arrived_at_us = _newest(connection)
    received_us = arrived_at_us if own_us is None else own_us
    known = [
        one for one in (received_us, row.clock_at_us, row.clock_confirmed_at_us) if one is not None
    ]
    return bool(known) and now - from_microseconds(max(known)) > FURTHEST_AHEAD


def _newest(connection: Connection) -> tuple[int | None, int | None]:
    """Return the newest time of the SMS service's and the newest arrival, of the latest reports.

    A time of the SMS service's that lies after the arrival says no more than the arrival does.
    """
    latest = (
        select(report.c.created_at_us, report.c.arrived_at_us)
        .where(report.c.origin == Origin.WEBHOOK.value)
        .order_by(report.c.pk.desc())
        .limit(_LATEST_REPORTS)
        .subquery()
    )
    query = select(
        func.max(func.min(latest.c.created_at_us, latest.c.arrived_at_us)),
        func.max(latest.c.arrived_at_us),
    )
    own_us, arrived_at_us = connection.execute(query).one()
    return own_us, arrived_at_us


def _anchor(reading: ClockReading) -> dict[str, Any]:
    return {
        "clock_at_us": to_microseconds(reading.now),
        "clock_steady_us": round(reading.steady_s * 1_000_000),
        "clock_boot": reading.boot,
        "clock_doubt": None,
    }
