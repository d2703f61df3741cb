"""When the door was closed, from the openings and the closures that were noted.

Times in which no receiver ran are the gaps between openings. What is noted is believed only as far
as nothing says otherwise: the computer's clock may have been wrong when it was. A receiver that
runs, and a report that is stored, end every closure that claims the contrary.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, or_, select

from app.core.door import NOT_RUNNING, ClosedBy, Closure, Span, without
from app.core.times import from_microseconds, minute_of, to_microseconds
from app.store.schema import batch, closure, meta, opening, report, report_step

_OUT_OF_ORDER: Final = timedelta(minutes=1)
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""
_ENDED_BY_ARRIVALS: Final = NOT_RUNNING | {ClosedBy.ASLEEP}
"""Where a report that is stored proves the contrary: whatever it came by, a receiver ran."""
_TOGETHER_US: Final = 15_000_000
"""Between two reports so near each other, a receiver ran, too: signs of life are nearer only."""
_SHORTEST: Final = timedelta(seconds=1)
_MOST_AT_EDGES: Final = 10_000
_MINUTE_US: Final = 60_000_000

Proven = dict[tuple[datetime, datetime], Sequence[Span]]
"""When reports are stored within a time that is over: that does not change any more."""


def read_closures(
    connection: Connection,
    since_us: int,
    *,
    now: datetime | None,
    is_running: bool,
    proven: Proven,
) -> list[Closure]:
    """Return the closures that ended since a time, or have not ended; oldest first.

    Args:
        connection: where.
        since_us: since when.
        now: the time; None to believe whatever lies ahead.
        is_running: whether a receiver runs now, for certain.
        proven: what was found before; grows.
    """
    ended_since = or_(closure.c.end_us.is_(None), closure.c.end_us >= since_us)
    noted = {
        (one.begin, one.by): one
        for one in map(_from_row, connection.execute(select(closure).where(ended_since)))
    }
    found = [one for one in noted.values() if one.by not in NOT_RUNNING]
    found += _gaps(connection, since_us, now, is_running=is_running)
    if now is not None:
        found = list(_until_now(connection, found, now))
    parts = (part for one in found for part in _unproven(connection, one, proven))
    known = (
        # A row of its own only says that the user has dismissed it.
        part if (note := noted.get((part.begin, part.by))) is None else _noted(part, note)
        for part in parts
    )
    return sorted(known, key=lambda one: (one.begin, one.by))


def unended(connection: Connection, by: ClosedBy) -> list[Closure]:
    """Return the closures of a cause that are noted without an end, wherever they lie."""
    query = select(closure).where(closure.c.end_us.is_(None), closure.c.cause == by.value)
    return [_from_row(row) for row in connection.execute(query.order_by(closure.c.begin_us))]


def first_arriving(connection: Connection, since: datetime) -> int:
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


# --- Where no receiver ran ----------------------------------------------------------------------


def _gaps(
    connection: Connection, since_us: int, now: datetime | None, *, is_running: bool
) -> Iterator[Closure]:
    """Yield the times in which no receiver ran."""
    before = select(func.max(opening.c.last_us)).where(opening.c.last_us < since_us)
    first_us = connection.scalar(before) or 0
    # In the order in which they were: what the clock said may have been wrong.
    query = select(opening).where(opening.c.last_us >= first_us).order_by(opening.c.pk)
    rows = connection.execute(query).all()
    if not rows:
        return
    now_us = None if now is None else to_microseconds(now)
    runs = [
        Span(from_microseconds(row.opened_us), from_microseconds(row.last_us))
        for row in rows
        if row.opened_us <= row.last_us and (now_us is None or row.last_us <= now_us)
    ]
    is_in_order = all(one.last_us <= other.opened_us for one, other in pairwise(rows))
    for row, following in pairwise(rows):
        # Of a sign of life that lies ahead, nothing is known but the run's beginning.
        is_ahead = now_us is not None and row.last_us > now_us
        begin_us = row.opened_us if is_ahead else row.last_us
        if begin_us >= following.opened_us:
            continue
        gap = Span(from_microseconds(begin_us), from_microseconds(following.opened_us))
        for part in [gap] if is_in_order else without(gap, runs):
            yield Closure(part.begin, part.end, _cause(row))
    if not is_running and now_us is not None and rows[-1].last_us < now_us:
        yield Closure(from_microseconds(rows[-1].last_us), None, _cause(rows[-1]))


def _cause(row: Row[Any]) -> ClosedBy:
    return ClosedBy.CRASHED if row.closed_us is None else ClosedBy.STOPPED


# --- What says otherwise ------------------------------------------------------------------------


def _until_now(connection: Connection, found: list[Closure], now: datetime) -> Iterator[Closure]:
    """Yield closures as they may be by the clock of now: none begins or has ended later.

    One that has ended, and that the clock of then let end later than now, had ended when the
    present run began; or, if it began since, by now.
    """
    opened_us = connection.scalar(
        select(opening.c.opened_us).order_by(opening.c.pk.desc()).limit(1)
    )
    opened = None if opened_us is None else from_microseconds(opened_us)
    for one in found:
        if one.begin > now:
            continue
        if one.end is None or one.end <= now:
            yield one
        elif opened is not None and one.begin < opened <= now:
            yield replace(one, end=opened)
        else:
            yield replace(one, end=now)


def _unproven(connection: Connection, one: Closure, proven: Proven) -> list[Closure]:
    """Return the parts of a closure in which no report is stored."""
    if one.by not in _ENDED_BY_ARRIVALS or one.end is None:
        return [one]
    whole = (one.begin, one.end)
    if whole not in proven:
        proven[whole] = _arrivals(connection, *whole)
    if not proven[whole]:
        return [one]
    return [
        replace(one, begin=part.begin, end=part.end)
        for part in without(Span(*whole), proven[whole])
        if part.end - part.begin >= _SHORTEST
    ]


def _arrivals(connection: Connection, begin: datetime, end: datetime) -> list[Span]:
    """Return when reports came within a time: to the minute, and at its edges to the instant."""
    begin_us, end_us = to_microseconds(begin), to_microseconds(end)
    first, last = minute_of(begin_us), minute_of(end_us)
    query = (
        select(report_step.c.minute)
        .join(batch, batch.c.pk == report_step.c.batch_pk)
        .where(
            batch.c.first_seen_us <= end_us,
            batch.c.last_seen_us >= begin_us,
            report_step.c.minute.between(first, last),
        )
        .distinct()
    )
    minutes = sorted(connection.scalars(query))
    found = [
        Span(from_microseconds(one * _MINUTE_US), from_microseconds((one + 1) * _MINUTE_US))
        for one in minutes
        if first < one < last
    ]
    if first in minutes or last in minutes:
        found += _arrivals_at_edges(connection, begin, end)
    return found


def _arrivals_at_edges(connection: Connection, begin: datetime, end: datetime) -> list[Span]:
    arrived_us = connection.scalars(
        select(report.c.arrived_us)
        .where(
            report.c.pk >= first_arriving(connection, begin - _OUT_OF_ORDER),
            report.c.pk < first_arriving(connection, end + _OUT_OF_ORDER),
            report.c.arrived_us > to_microseconds(begin),
            report.c.arrived_us < to_microseconds(end),
        )
        .limit(_MOST_AT_EDGES)
    )
    runs: list[list[int]] = []
    for one in sorted(arrived_us):
        if runs and one - runs[-1][1] <= _TOGETHER_US:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return [Span(from_microseconds(begin), from_microseconds(end)) for begin, end in runs]


def _noted(part: Closure, note: Closure) -> Closure:
    return replace(part, dismissed=note.dismissed)


def _from_row(row: Row[Any]) -> Closure:
    return Closure(
        begin=from_microseconds(row.begin_us),
        end=None if row.end_us is None else from_microseconds(row.end_us),
        by=ClosedBy(row.cause),
        fault=row.fault,
        dismissed=None if row.dismissed_us is None else from_microseconds(row.dismissed_us),
    )
