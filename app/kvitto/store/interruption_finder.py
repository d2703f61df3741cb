"""When no report could come in, from the runs of receivers and the outages that were noted.

Times in which no receiver ran are the gaps between runs. What is noted is believed only as far
as nothing says otherwise: the computer's clock may have been wrong when it was. A receiver that
runs, and a report that is stored, end every outage that claims the contrary.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, or_, select

from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause, TimeRange, without
from kvitto.core.timestamps import from_microseconds, minute_of, to_microseconds
from kvitto.store.receiver_outages import spare_keys
from kvitto.store.receiver_tables import outage, receiver_run
from kvitto.store.restorations import CAUSE as RESTORED
from kvitto.store.restorations import unknown_ranges
from kvitto.store.schema import batch, batch_report_minute, report, store_state

_OUT_OF_ORDER: Final = timedelta(minutes=1)
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""
_ENDED_BY_ARRIVALS: Final = NOT_RUNNING | {OutageCause.ASLEEP}
"""Where a report that is stored proves the contrary: whatever it came by, a receiver ran."""
_TOGETHER_US: Final = 15_000_000
"""Between two reports so near each other, a receiver ran, too."""
_SHORTEST: Final = timedelta(seconds=1)
_MOST_AT_EDGES: Final = 10_000
_MINUTE_US: Final = 60_000_000
_CLOCKS_APART: Final = timedelta(minutes=5)
"""So far ahead of ours may the clock of another receiver's computer be."""
HEARTBEAT_OVERDUE: Final = timedelta(seconds=150)
"""A receiver whose last heartbeat is older does not run: it writes one each minute."""

_FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Before that, there was no Kvitto."""

Proven = dict[tuple[datetime, datetime], Sequence[TimeRange]]
"""When reports are stored within a time that is over: that does not change any more."""


def read_outages(
    connection: Connection,
    since_us: int,
    *,
    now: datetime | None,
    is_running: bool,
    proven: Proven,
    own: str = "",
) -> list[Outage]:
    """Return the outages that ended since a time, or have not ended; oldest first.

    Of several receivers, each has its own; where another one had reports meanwhile, they say so.

    Args:
        connection: where.
        since_us: since when.
        now: the time; None to believe whatever lies ahead.
        is_running: whether the own receiver runs now, for certain. Of another, its heartbeats tell.
        proven: what was found before; grows.
        own: the name of the own receiver.
    """
    ended_since = or_(outage.c.ended_at_us.is_(None), outage.c.ended_at_us >= since_us)
    rows = connection.execute(select(outage).where(ended_since, outage.c.cause != RESTORED))
    is_file = connection.dialect.name == "sqlite"
    if is_file:
        own = ""  # a store in a folder has one receiver, also where it was copied from a server
    noted_ones = (replace(one, receiver="") if is_file else one for one in map(_from_row, rows))
    noted = {(one.begin, one.by, one.receiver): one for one in noted_ones}
    all_runs = _runs(connection, since_us, now)
    elsewhere = unknown_ranges(connection)
    parts: list[Outage] = []
    for name in {own, *all_runs, *(one.receiver for one in noted.values())}:
        runs = all_runs.get(name, [])
        found = [one for one in noted.values() if one.receiver == name]
        found = [one for one in found if one.by not in NOT_RUNNING]
        is_up = is_running if name == own else _seems_to_run(runs, now)
        gaps = (
            replace(one, receiver=name)
            for one in _gaps(runs, now, is_running=is_up, is_own=name == own)
        )
        found += gaps if name else _until_moved(gaps, all_runs)
        if now is not None:
            found = list(_until_now(found, runs, now))
        others = [one for other, some in all_runs.items() if other != name for one in some]
        for one in (part for whole in found for part in _not_elsewhere(whole, elsewhere)):
            if any(_overlap(one, run) for run in others):
                parts.append(one)  # what came then may have come to another
            else:
                parts += _unproven(connection, one, _awake(one, runs), now, proven)
    if len(all_runs) > 1:
        ran = {name: [TimeRange(one.begin, one.end) for one in all_runs[name]] for name in all_runs}
        if now is not None:
            ran = {
                name: _until(ran[name], now)
                if (is_running if name == own else _seems_to_run(all_runs[name], now))
                else ran[name]
                for name in ran
            }
        parts = spare_keys(connection, parts, ran, now)
    known: dict[tuple[datetime, OutageCause, str], Outage] = {}
    for part in parts:
        # A row of its own may only say that the user has acknowledged it.
        which = (part.begin, part.by, part.receiver)
        note = noted.get(which)
        known.setdefault(
            which, part if note is None else replace(part, acknowledged=note.acknowledged)
        )
    return sorted(known.values(), key=lambda one: (one.begin, one.by, one.receiver))


def unended(connection: Connection, by: OutageCause, own: str) -> list[Outage]:
    """Return the own receiver's outages of a cause that are noted without an end, anywhere."""
    query = select(outage).where(
        outage.c.ended_at_us.is_(None), outage.c.cause == by.value, outage.c.receiver == own
    )
    return [_from_row(row) for row in connection.execute(query.order_by(outage.c.began_at_us))]


def first_arriving(connection: Connection, since: datetime) -> int:
    """Return the key of the first report that arrived since a time, or that the next one will have.

    Finds it by halving: the table has no index over arrivals, and needs none.
    """
    since_us = to_microseconds(since)
    low: int = 0
    high: int = connection.scalars(select(store_state.c.last_report_pk)).one() + 1
    while high - low > 1:
        middle = (low + high) // 2
        row = connection.execute(
            select(report.c.pk, report.c.arrived_at_us)
            .where(report.c.pk >= middle, report.c.pk < high)
            .order_by(report.c.pk)
            .limit(1)
        ).one_or_none()
        if row is None or row.arrived_at_us >= since_us:
            high = middle
        else:
            low = row.pk
    return high


# --- Where no receiver ran ----------------------------------------------------------------------


class _Run(NamedTuple):
    """A time in which a receiver ran, as far as the clock of now can believe it."""

    begin: datetime
    end: datetime
    is_stopped: bool
    is_spooling: bool = False


def _runs(connection: Connection, since_us: int, now: datetime | None) -> dict[str, list[_Run]]:
    """Return each receiver's runs since a time, and the last one before; oldest first.

    One that began later than now, or before there was a Kvitto, did so by a clock that was wrong.
    Of one whose last heartbeat lies ahead, nothing is known but its beginning.
    """
    before = (
        select(receiver_run.c.receiver, func.max(receiver_run.c.heartbeat_at_us).label("last_us"))
        .where(receiver_run.c.heartbeat_at_us < since_us)
        .group_by(receiver_run.c.receiver)
        .subquery()
    )
    query = (
        select(receiver_run)
        .outerjoin(before, before.c.receiver == receiver_run.c.receiver)
        .where(
            receiver_run.c.heartbeat_at_us >= func.coalesce(before.c.last_us, 0),
            receiver_run.c.started_at_us >= to_microseconds(_FIRST),
        )
    )
    found: dict[str, list[_Run]] = {}
    for row in connection.execute(query):
        begin, end = from_microseconds(row.started_at_us), from_microseconds(row.heartbeat_at_us)
        if now is not None and row.receiver and now < end <= now + _CLOCKS_APART:
            begin, end = min(begin, now), now  # another computer's clock
        if now is not None and end > now:
            if begin > now:
                continue
            end = begin
        # The clock may have been put back while it ran.
        run = _Run(min(begin, end), end, row.stopped_at_us is not None, bool(row.is_spooling))
        name = "" if connection.dialect.name == "sqlite" else row.receiver
        found.setdefault(name, []).append(run)
    return {name: sorted(runs) for name, runs in found.items()}


def _seems_to_run(runs: Sequence[_Run], now: datetime | None) -> bool:
    """Return whether a receiver runs now, as its heartbeats tell."""
    if now is None:
        return True
    return any(not one.is_stopped and one.end >= now - HEARTBEAT_OVERDUE for one in runs)


def _until(ran: Sequence[TimeRange], now: datetime) -> list[TimeRange]:
    """Return when a receiver ran that goes on running."""
    last = max(ran, key=lambda one: one.end)
    return [TimeRange(last.begin, now) if one is last else one for one in ran]


def _overlap(one: Outage, run: _Run) -> bool:
    return run.end > one.begin and (one.end is None or run.begin < one.end)


def _gaps(
    runs: Sequence[_Run], now: datetime | None, *, is_running: bool, is_own: bool
) -> Iterator[Outage]:
    """Yield the times in which no receiver ran."""
    latest: _Run | None = None
    for run in runs:
        if latest is not None and run.begin > latest.end:
            yield Outage(latest.end, run.begin, _cause(latest))
        if latest is None or run.end >= latest.end:
            latest = run
    if latest is not None and now is not None and not is_running and latest.end < now:
        is_unheard = latest.is_spooling and not (latest.is_stopped or is_own)
        yield Outage(latest.end, None, OutageCause.UNHEARD if is_unheard else _cause(latest))


def _until_moved(
    gaps: Iterable[Outage], all_runs: Mapping[str, Sequence[_Run]]
) -> Iterator[Outage]:
    """Yield gaps of the receiver without a name: in a store that was moved to a server it is gone.

    The first that started there has taken its place.
    """
    starts = [run.begin for name, runs in all_runs.items() if name for run in runs]
    for one in gaps:
        later = [start for start in starts if start >= one.begin]
        yield replace(one, end=min(later)) if one.end is None and later else one


def _cause(run: _Run) -> OutageCause:
    return OutageCause.STOPPED if run.is_stopped else OutageCause.CRASHED


# --- What says otherwise ------------------------------------------------------------------------


def _not_elsewhere(one: Outage, elsewhere: Sequence[TimeRange]) -> Iterator[Outage]:
    """Yield the parts of a closure in which no receiver ran that wrote into another database."""
    if one.by not in NOT_RUNNING or not elsewhere:
        yield one
        return
    last = elsewhere[-1].end
    whole = TimeRange(one.begin, one.end or max(one.begin, last))
    for part in without(whole, elsewhere):
        yield replace(one, begin=part.begin, end=part.end)
    if one.end is None:
        yield replace(one, begin=whole.end)


def _awake(one: Outage, runs: Sequence[_Run]) -> list[TimeRange]:
    """Return when other runs say that the computer was awake: not that in which it slept."""
    if one.by is not OutageCause.ASLEEP or one.end is None:
        return []
    return [
        TimeRange(run.begin, run.end)
        for run in runs
        if run.begin < one.end
        and run.end > one.begin
        and not (run.begin <= one.begin and one.end <= run.end)
    ]


def _until_now(found: Sequence[Outage], runs: Sequence[_Run], now: datetime) -> Iterator[Outage]:
    """Yield outages as they may be by the clock of now: none begins or has ended later.

    One that has ended, and that the clock of then let end later than now, had ended when the
    present run began; or, if it began since, by now.
    """
    opened = runs[-1].begin if runs else None
    for one in found:
        if one.begin > now:
            continue
        if one.end is None or one.end <= now:
            yield one
        elif opened is not None and one.begin < opened <= now:
            yield replace(one, end=opened)
        else:
            yield replace(one, end=now)


def _unproven(
    connection: Connection,
    one: Outage,
    awake: Sequence[TimeRange],
    now: datetime | None,
    proven: Proven,
) -> list[Outage]:
    """Return the parts of an outage in which no report is stored, and no other run was awake."""
    if one.by not in _ENDED_BY_ARRIVALS or one.end is None:
        return [one]
    whole = (one.begin, one.end)
    arrivals = proven.get(whole)
    if arrivals is None:
        arrivals = _arrivals(connection, *whole)
        if now is not None and one.end < now - _OUT_OF_ORDER:
            proven[whole] = arrivals
    if not (arrivals or awake):
        return [one]
    return [
        replace(one, begin=part.begin, end=part.end)
        for part in without(TimeRange(*whole), [*arrivals, *awake])
        if part.end - part.begin >= _SHORTEST or _is_crash(one, part)
    ]


def _is_crash(one: Outage, part: TimeRange) -> bool:
    """Return whether a part is what a crash left closed: it counts, however soon it was over."""
    return one.by is OutageCause.CRASHED and part.end == one.end


def _arrivals(connection: Connection, begin: datetime, end: datetime) -> list[TimeRange]:
    """Return when reports came within a time: to the minute, and at its edges to the instant."""
    begin_us, end_us = to_microseconds(begin), to_microseconds(end)
    first, last = minute_of(begin_us), minute_of(end_us)
    query = (
        select(batch_report_minute.c.minute)
        .join(batch, batch.c.pk == batch_report_minute.c.batch_pk)
        .where(
            batch.c.first_seen_at_us <= end_us,
            batch.c.last_seen_at_us >= begin_us,
            batch_report_minute.c.minute.between(first, last),
        )
        .distinct()
    )
    minutes = sorted(connection.scalars(query))
    found = [
        TimeRange(from_microseconds(one * _MINUTE_US), from_microseconds((one + 1) * _MINUTE_US))
        for one in minutes
        if first < one < last
    ]
    if first in minutes or last in minutes:
        found += _arrivals_at_edges(connection, begin, end)
    return found


def _arrivals_at_edges(connection: Connection, begin: datetime, end: datetime) -> list[TimeRange]:
    arrived_at_us = connection.scalars(
        select(report.c.arrived_at_us)
        .where(
            report.c.pk >= first_arriving(connection, begin - _OUT_OF_ORDER),
            report.c.pk < first_arriving(connection, end + _OUT_OF_ORDER),
            report.c.arrived_at_us > to_microseconds(begin),
            report.c.arrived_at_us < to_microseconds(end),
        )
        .limit(_MOST_AT_EDGES)
    )
    runs: list[list[int]] = []
    for one in sorted(arrived_at_us):
        if runs and one - runs[-1][1] <= _TOGETHER_US:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return [TimeRange(from_microseconds(begin), from_microseconds(end)) for begin, end in runs]


def _from_row(row: Row[Any]) -> Outage:
    return Outage(
        begin=from_microseconds(row.began_at_us),
        end=None if row.ended_at_us is None else from_microseconds(row.ended_at_us),
        by=OutageCause(row.cause),
        fault=row.fault,
        receiver=row.receiver,
        acknowledged=None
        if row.acknowledged_at_us is None
        else from_microseconds(row.acknowledged_at_us),
    )
