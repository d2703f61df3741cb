"""How many requests were refused although they came by a valid key, and until when they are tried.

A body that is refused comes again every ten minutes, until the SMS service deletes it. So it
matters when it came first, and whether the user has looked since.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, func, or_, select

from kvitto.core.outages import IP1_RETRIES, RetryPolicy
from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, minute_of, to_microseconds
from kvitto.store.database import Database
from kvitto.store.schema import callback_key, quarantine, refused_minute
from kvitto.store.traffic import stored_since

ALARMED_FOR: Final = timedelta(days=7)
"""What nobody has looked at for longer is not counted any more: long enough for a holiday."""
RECENT_MINUTES: Final = 10
_MINUTE_US: Final = 60_000_000
_KEPT: Final = (
    select(quarantine.c.first_seen_at_us, quarantine.c.last_seen_at_us)
    .join(callback_key, callback_key.c.pk == quarantine.c.callback_key_pk, isouter=True)
    .where(
        or_(callback_key.c.origin.is_(None), callback_key.c.origin != Origin.DEMO.value),
        # That is no request, and nobody tries it again.
        quarantine.c.kind != RejectionKind.API.value,
    )
)


class RejectionCounts(msgspec.Struct, frozen=True):
    """The refused requests that the user has not looked at; none of the demo's.

    Attributes:
        requests: how many, the same bytes again counted each time.
        kinds: how many of each kind.
        first, last: when the first and the last of them came, UTC, to the minute; None without any.
        gives_up: when the SMS service deletes the first of those that it still tries, at the
            earliest, UTC; None where it tries none any more.
        is_tried: whether that one came again when it was due: else it may have got through since.
        gave_up: when it deleted the first that it tried in vain, at the earliest, UTC; None where
            all are still tried.
        recent_refused: how many were refused in the last ten minutes, looked at or not.
        recent_stored: how many new reports were stored in them.
    """

    requests: int = 0
    kinds: dict[RejectionKind, int] = msgspec.field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    gives_up: datetime | None = None
    is_tried: bool = True
    gave_up: datetime | None = None
    recent_refused: int = 0
    recent_stored: int = 0

    @property
    def is_grave(self) -> bool:
        """Whether more is refused than stored."""
        return self.recent_refused > self.recent_stored


class RejectionCountsReader:
    """Reads the counts, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database, rule: RetryPolicy = IP1_RETRIES) -> None:
        """Read from `database`, which must stay open."""
        self._database = database
        self._patience = (rule.tries - 1) * rule.interval
        self._due = rule.interval + 2 * rule.slack

    def counts(self, now: datetime) -> RejectionCounts:
        """Return the counts at `now`, UTC."""
        with self._database.read() as connection:
            return self._counts(connection, now)

    def gives_up(self, now: datetime) -> datetime | None:
        """Return when the SMS service first deletes what it still tries, at the earliest, UTC.

        Looked at by the user or not. None where it tries none any more, as far as is kept.
        """
        since = to_microseconds(now - self._patience)
        query = _KEPT.where(quarantine.c.first_seen_at_us > since)
        with self._database.read() as connection:
            firsts = [from_microseconds(first_us) for first_us, _ in connection.execute(query)]
        return min((first + self._patience for first in firsts), default=None)

    def _counts(self, connection: Connection, now: datetime) -> RejectionCounts:
        minute = minute_of(to_microseconds(now))
        table = refused_minute.c
        unseen = table.request_count - table.acknowledged_count
        since = minute_of(to_microseconds(now - ALARMED_FOR))
        rows = connection.execute(
            select(table.minute, table.kind, unseen)
            .where(table.minute > since, unseen > 0)
            .order_by(table.minute)
        ).all()
        if not rows:
            return RejectionCounts()
        kinds: dict[RejectionKind, int] = {}
        for _minute, kind, count in rows:
            kinds[RejectionKind(kind)] = kinds.get(RejectionKind(kind), 0) + count
        minutes = [row[0] for row in rows]
        tries = self._tries(connection, minutes)
        ends = [first + self._patience for first, _ in tries]
        still = [(first, last) for first, last in tries if first + self._patience > now]
        recent = minute - RECENT_MINUTES
        return RejectionCounts(
            requests=sum(kinds.values()),
            kinds=kinds,
            first=_time_of(minutes[0]),
            last=_time_of(minutes[-1]),
            gives_up=min(still)[0] + self._patience if still else None,
            is_tried=not still or now - min(still)[1] <= self._due,
            gave_up=min((end for end in ends if end <= now), default=None),
            recent_refused=connection.scalar(
                select(func.coalesce(func.sum(table.request_count), 0)).where(table.minute > recent)
            )
            or 0,
            recent_stored=stored_since(connection, recent + 1),
        )

    def _tries(self, connection: Connection, minutes: list[int]) -> list[tuple[datetime, datetime]]:
        """Return the first and the last try of what was refused in these minutes, perhaps.

        A body that came before is the same one tried again, if the SMS service can still have tried
        it. Where none is kept, each minute is taken for new.
        """
        query = _KEPT.where(quarantine.c.last_seen_at_us >= minutes[0] * _MINUTE_US)
        times = [_time_of(minute) for minute in minutes]
        found = []
        for first_us, last_us in connection.execute(query):
            first, last = from_microseconds(first_us), from_microseconds(last_us)
            if last - first > self._patience:
                # Other reports, with the same bytes: the first of those that came lately.
                first = min((at for at in times if last - at <= self._patience), default=last)
            found.append((first, last))
        return found or [(times[0], times[-1]), (times[-1], times[-1])]


def _time_of(minute: int) -> datetime:
    return from_microseconds(minute * _MINUTE_US)
