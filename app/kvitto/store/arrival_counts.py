"""How many reports have come today and in the last minute, kept up by what has changed since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.binned_batches import binned_batch
from kvitto.store.database import Database
from kvitto.store.dialect import as_json
from kvitto.store.prepared_statements import Asked, Prepared
from kvitto.store.real_batches import HAS_REPORTS, REAL_BATCH
from kvitto.store.schema import (
    batch,
    batch_report_minute,
    deleted_batch,
    message,
    pending_deletion,
    report,
    store_state,
)
from kvitto.store.traffic import last_report_before

_MINUTE: Final = timedelta(minutes=1)
_MINUTE_US: Final = 60_000_000
_AHEAD: Final = timedelta(minutes=1)
"""What has just come by a clock that was set back since counts, too."""


class ArrivalCounts(NamedTuple):
    """What has come; no demo, nothing in the bin.

    Attributes:
        today, last_minute: how many new reports came since midnight, and in the last minute.
        last: when the SMS service's latest new report arrived, UTC; None before the first.
    """

    today: int
    last_minute: int
    last: datetime | None


class _Found(NamedTuple):
    """What the queries answer.

    Attributes:
        revision, last_report: of the store.
        deleted_at: the revision in which a batch was deleted last; None where none was.
        last_us: when the latest report of what they read arrived; None where none has.
        binned: the keys of the batches in the bin.
        today: batches by their keys, and how many reports each has had since midnight.
        lately: when reports came in the last minute.
    """

    revision: int
    last_report: int
    deleted_at: int | None
    last_us: int | None
    binned: frozenset[int]
    today: list[tuple[int, int]]
    lately: list[int]


class _Known(NamedTuple):
    """What is known, and of when.

    Attributes:
        minute: midnight, as a minute since the epoch.
        since_us: what came before is not in `lately` any more.
        newest_us: the latest time in `lately`, or one that was in it.
        today: the reports since midnight, by batch.
        lately: a heap of when those came that arrived since `since_us`.
    """

    revision: int
    last_report: int
    last_us: int | None
    binned: frozenset[int]
    minute: int
    since_us: int
    newest_us: int
    today: dict[int, int]
    lately: list[int]


class ArrivalCounter:
    """Counts what has come, again and again; by one thread at a time.

    All is read at first, then only what is new; all once more where something was deleted, put into
    the bin or taken out of it, on another day, and where the clock was set back.

    Args:
        database: must stay open.
    """

    def __init__(self, database: Database) -> None:
        self._database: Final = database
        self._known: _Known | None = None

    def ask(self, minute: int, now: datetime) -> Asked:
        """Return what `read` will ask, for who asks ahead."""
        return _ask(self._known, minute, to_microseconds(now - _MINUTE))

    def read(self, minute: int, now: datetime) -> ArrivalCounts:
        """Count.

        Args:
            minute: midnight, as a minute since the epoch.
            now: the time, UTC.

        Raises:
            StoreError: the database can't be read.
        """
        since_us = to_microseconds(now - _MINUTE)
        with self._database.read() as connection:
            known = self._known
            found = _read(connection, _ask(known, minute, since_us))
            if known is not None and not _follows(found, known, minute, since_us):
                known = None
                found = _read(connection, _ask(None, minute, since_us))
        self._known = known = _with(known, found, minute, since_us)
        until_us = to_microseconds(now + _AHEAD)
        last_minute = len(known.lately)
        if known.newest_us >= until_us:
            last_minute -= sum(at_us >= until_us for at_us in known.lately)
        return ArrivalCounts(
            sum(known.today.values()),
            last_minute,
            None if known.last_us is None else from_microseconds(known.last_us),
        )


def _ask(known: _Known | None, minute: int, since_us: int) -> Asked:
    values: dict[str, Any] = {"minute": minute, "since_us": since_us}
    if known is None:
        return Asked(_ALL, values | {"midnight_us": minute * _MINUTE_US})
    return Asked(_NEW, values | {"revision": known.revision, "last_report": known.last_report})


def _read(connection: Connection, asked: Asked) -> _Found:
    revision, last_report, deleted_at, last_us, binned, today, lately = asked.row(connection)
    return _Found(
        revision,
        last_report,
        deleted_at,
        last_us,
        binned=_KEYS.decode(binned),
        today=_COUNTS.decode(today),
        lately=_TIMES.decode(lately),
    )


def _follows(found: _Found, known: _Known, minute: int, since_us: int) -> bool:
    """Return whether what was found is all that was not known."""
    return (
        found.revision >= known.revision
        and found.last_report >= known.last_report
        and (found.deleted_at or 0) <= known.revision
        and found.binned == known.binned
        and minute == known.minute
        and since_us >= known.since_us
    )


def _with(known: _Known | None, found: _Found, minute: int, since_us: int) -> _Known:
    today, lately = ({}, []) if known is None else (known.today, known.lately)
    last_us, newest_us = (None, 0) if known is None else (known.last_us, known.newest_us)
    today.update(found.today)
    if known is None:
        lately = found.lately
        heapify(lately)
    else:
        for at_us in found.lately:
            heappush(lately, at_us)
    while lately and lately[0] < since_us:
        heappop(lately)
    return _Known(
        found.revision,
        found.last_report,
        max((one for one in (last_us, found.last_us) if one is not None), default=None),
        found.binned,
        minute,
        since_us,
        max([newest_us, *found.lately]),
        today,
        lately,
    )


def _query(
    touched: Sequence[ColumnElement[bool]],
    heard: Sequence[ColumnElement[bool]],
    after: ColumnElement[Any],
) -> Select[Any]:
    """Return a query for a `_Found`.

    Args:
        touched: which batches are counted today.
        heard: of which the latest arrival is looked for.
        after: the key of a report; those after it are looked at.
    """
    minutes = batch_report_minute.c
    today = (
        select(func.coalesce(func.sum(minutes.report_count), 0))
        .where(minutes.batch_pk == batch.c.pk, minutes.minute >= bindparam("minute"))
        .correlate(batch)
        .scalar_subquery()
    )
    # Each report's batch is looked up by itself: joined, a server may read all messages. Where no
    # batch is in the bin or half deleted, every one counts that has a real report.
    its_batch = select(message.c.batch_pk).where(message.c.pk == report.c.message_pk)
    real = (
        select(batch.c.pk)
        .where(batch.c.pk == its_batch.correlate(report).scalar_subquery(), REAL_BATCH)
        .correlate(report)
        .scalar_subquery()
    )
    is_any_gone = or_(
        exists(select(binned_batch.c.batch_pk)), exists(select(pending_deletion.c.batch_pk))
    )
    lately = select(report.c.arrived_at_us).where(
        report.c.pk > after,
        report.c.arrived_at_us >= bindparam("since_us"),
        report.c.origin != Origin.DEMO.value,
        or_(~is_any_gone, real.is_not(None)),
    )
    return select(
        store_state.c.revision,
        store_state.c.last_report_pk,
        select(func.max(deleted_batch.c.revision)).scalar_subquery(),
        select(func.max(batch.c.last_seen_at_us))
        .where(REAL_BATCH, HAS_REPORTS, *heard)
        .scalar_subquery(),
        as_json(select(binned_batch.c.batch_pk)).scalar_subquery(),
        select(func.json_group_array(func.json_array(batch.c.pk, today)))
        .where(REAL_BATCH, *touched)
        .scalar_subquery(),
        as_json(lately).scalar_subquery(),
    )


_SINCE: Final = (batch.c.revision > bindparam("revision"),)
_NEW: Final = Prepared(_query(_SINCE, _SINCE, bindparam("last_report")))
_TODAY: Final = (batch.c.last_seen_at_us >= bindparam("midnight_us"),)
_ALL: Final = Prepared(_query(_TODAY, (), last_report_before(bindparam("since_us"))))
_KEYS: Final = msgspec.json.Decoder(frozenset[int])
_COUNTS: Final = msgspec.json.Decoder(list[tuple[int, int]])
_TIMES: Final = msgspec.json.Decoder(list[int])
