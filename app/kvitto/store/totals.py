"""Sums over all batches that count, kept up by the batches that have changed since."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, func, select, true

from kvitto.core.aggregates import StatusSum, results_of
from kvitto.core.money import NANO, Money
from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.changes import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_mark,
    batch_status,
    deleted_batch,
    store_state,
)
from kvitto.store.search_conditions import ShownScope

_ANY: Final = true()
_LIVE_US: Final = 7 * 86_400_000_000
"""A batch that was heard of so shortly before the last one may be heard of again at any time."""


class Totals(msgspec.Struct, frozen=True):
    """Sums over all batches that count.

    Attributes:
        batches: how many there are.
        statuses: their messages by the code of their current state.
        costs: what they cost by currency, without what was paid back.
        paid_back: what was paid back by currency; only those in which something was.
        marks: how many of their reports have each combination of marks, see `kvitto.core.marks`.
        demo_batches: how many demo batches there are, whether they count or not.
        of_batches: how many batches there would be without the filter.
        archived_batches: how many of those that count are archived.
        aside: the messages of those that are archived, or whose messages were deleted, by the code
            of their current state and both.
    """

    batches: int
    statuses: dict[int, StatusSum]
    costs: dict[str, Money]
    demo_batches: int
    paid_back: dict[str, Money] = {}
    marks: dict[str, int] = {}
    of_batches: int = 0
    archived_batches: int = 0
    aside: dict[tuple[int, bool, bool], StatusSum] = {}

    @property
    def messages(self) -> int:
        """How many messages have been seen."""
        return sum(counted.messages for counted in self.statuses.values())

    @property
    def finished(self) -> int:
        """How many of them are finished."""
        return sum(counted.finished for counted in self.statuses.values())

    @property
    def segments(self) -> int:
        """How many SMS parts they need, as far as is known."""
        return sum(counted.segments for counted in self.statuses.values())

    def results(self) -> dict[Result, int]:
        """Return how many messages show each result; every result is there, in stacking order."""
        return results_of(self.statuses)

    def listed_results(self, *, with_archived: bool) -> dict[Result, int]:
        """Return the same for the messages that a list has: not of those that were deleted.

        Args:
            with_archived: whether archived batches are listed.
        """
        results = self.results()
        for (code, is_archived, is_purged), counted in self.aside.items():
            if is_purged or (is_archived and not with_archived):
                for result, messages in results_of({code: counted}).items():
                    results[result] -= messages
        return results


class _Sums(NamedTuple):
    """The sums over some batches.

    Attributes:
        rows: of each table by code, currency or marks; costs in nano-units, then what was paid
            back, in how many messages, and in how many there is a cost. At last what is aside.
        batches, demo_batches, of_batches, archived_batches: see `Totals`.
    """

    rows: tuple[dict[Any, list[int]], ...]
    batches: int
    demo_batches: int
    of_batches: int
    archived_batches: int

    def and_of(self, other: "_Sums", sign: int = 1) -> "_Sums":
        """Return the sums over both; those over the first alone where the sign is -1."""
        rows = zip(self.rows, other.rows, strict=True)
        return _Sums(
            tuple(_added(one, another, sign) for one, another in rows),
            self.batches + sign * other.batches,
            self.demo_batches + sign * other.demo_batches,
            self.of_batches + sign * other.of_batches,
            self.archived_batches + sign * other.archived_batches,
        )


class _Kept(NamedTuple):
    """The sums over the batches up to one.

    Attributes:
        scope: which of them count.
        last_pk: the last of them.
        revision: of when they were added up.
        sums: what came out.
    """

    scope: ShownScope
    last_pk: int
    revision: int
    sums: _Sums


class _Live(NamedTuple):
    """The sums over the batches after those that are kept.

    Attributes:
        kept: the sums over those before.
        revision: of what is added up.
        newest_pk: no batch after this one was there when all were read.
        records: of the batches that have changed since, as they are added up.
        sums: what came out.
        totals: the same for all batches.
    """

    kept: _Kept
    revision: int
    newest_pk: int
    records: Mapping[int, BatchRecord]
    sums: _Sums
    totals: Totals


class TotalsReader:
    """Adds up batches: all at first, then those that have changed.

    Those that nothing was heard of for a week are added up apart, and again only where one of them
    has changed. What is kept is never changed: a reading that fails leaves no trace.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: _Kept | None = None
        self._live: _Live | None = None

    def read(
        self, connection: Connection, scope: ShownScope, changes: Changes | None = None
    ) -> Totals:
        """Return the sums over what is shown.

        Args:
            connection: reads the store.
            scope: which batches count.
            changes: all that has changed since the last call, and more maybe; None where that is
                not known.
        """
        if changes is not None and (live := self._followed(scope, changes)) is not None:
            self._live = live
            return live.totals
        kept = self._kept
        if kept is None or kept.scope != scope or _is_touched(connection, kept):
            self._kept = kept = _old_batches(connection, scope)
        revision, newest_pk = connection.execute(
            select(store_state.c.revision, store_state.c.last_batch_pk)
        ).one()
        sums = _sums(connection, scope, lambda pk: pk > kept.last_pk)
        records: dict[int, BatchRecord] = {}
        if changes is not None:
            if self._live is not None and _goes_on(self._live, changes):
                records |= self._live.records
            records |= {one.key: one for one in changes.batches if one.key > kept.last_pk}
            for key in changes.removed:
                records.pop(key, None)
        totals = _totals(kept.sums.and_of(sums))
        self._live = _Live(kept, revision, newest_pk, records, sums, totals)
        return totals

    def _followed(self, scope: ShownScope, changes: Changes) -> _Live | None:
        """Return what comes of changes; None where something else must be known for it."""
        live = self._live
        if live is None or live.kept is not self._kept or live.kept.scope != scope:
            return None
        if not _goes_on(live, changes):
            return None
        if changes.is_empty:
            return live._replace(revision=changes.revision)
        records = dict(live.records)
        sums = live.sums
        for key in (*changes.removed, *(one.key for one in changes.batches)):
            if key <= live.kept.last_pk or not (key in records or key > live.newest_pk):
                return None
            if (before := records.pop(key, None)) is not None:
                sums = sums.and_of(_sums_of(before, scope), -1)
        for one in changes.batches:
            records[one.key] = one
            sums = sums.and_of(_sums_of(one, scope))
        totals = _totals(live.kept.sums.and_of(sums))
        return _Live(live.kept, changes.revision, live.newest_pk, records, sums, totals)


def _goes_on(live: _Live, changes: Changes) -> bool:
    """Return whether changes leave out nothing since what is added up."""
    return changes.since <= live.revision <= changes.revision


def _totals(every: _Sums) -> Totals:
    statuses, costs, marks, aside = every.rows
    return Totals(
        batches=every.batches,
        statuses={code: StatusSum(*sums) for code, sums in sorted(statuses.items()) if sums[0]},
        costs={currency: Money(nano, currency) for currency, (nano, *_) in sorted(costs.items())},
        paid_back={
            currency: Money(nano, currency)
            for currency, (_, nano, count, _) in sorted(costs.items())
            if count
        },
        marks={kept: count for kept, (count,) in marks.items()},
        demo_batches=every.demo_batches,
        of_batches=every.of_batches,
        archived_batches=every.archived_batches,
        aside={key: StatusSum(*sums) for key, sums in sorted(aside.items())},
    )


def _sums_of(record: BatchRecord, scope: ShownScope) -> _Sums:
    """Return the sums over one batch, which is not in the bin: as `_sums` finds them."""
    is_demo = record.origin is Origin.DEMO
    is_meant = (scope.with_demo or not is_demo) and (scope.with_archived or not record.is_archived)
    sent = scope.wanted.sent
    is_shown = (
        is_meant
        and (sent is None or sent.begin <= record.sent_at < sent.end)
        and (scope.among is None or record.key in scope.among)
    )
    rows: tuple[dict[Any, list[int]], ...] = ({}, {}, {}, {})
    if is_shown:
        statuses = {
            code: [one.messages, one.finished, one.segments, one.finished_segments]
            for code, one in record.statuses.items()
        }
        why = (record.is_archived, record.purged is not None)
        rows = (
            statuses,
            {
                currency: [one.nano, one.paid_back_nano, one.paid_back_messages, one.messages]
                for currency, one in record.costs.items()
            },
            {kept: [count] for kept, count in record.marks.items()},
            {(code, *why): sums for code, sums in statuses.items()} if any(why) else {},
        )
    is_archived = is_shown and record.is_archived
    return _Sums(rows, int(is_shown), int(is_demo), int(is_meant), int(is_archived))


def _is_touched(connection: Connection, kept: _Kept) -> bool:
    """Return whether a batch that is added up has changed since, or is gone."""
    if connection.scalars(select(store_state.c.revision)).one() < kept.revision:
        return True  # another database has taken the place of that one
    return any(
        connection.scalar(
            select(pk).where(table.c.revision > kept.revision, pk <= kept.last_pk).limit(1)
        )
        is not None
        for table, pk in ((batch, batch.c.pk), (deleted_batch, deleted_batch.c.batch_pk))
    )


def _old_batches(connection: Connection, scope: ShownScope) -> _Kept:
    """Add up the batches before the first one that was heard of lately."""
    revision, last_pk = connection.execute(
        select(store_state.c.revision, store_state.c.last_batch_pk)
    ).one()
    newest = select(func.max(batch.c.last_seen_at_us) - _LIVE_US).scalar_subquery()
    live = select(func.min(batch.c.pk)).where(batch.c.last_seen_at_us >= newest)
    first_live = connection.scalar(live)
    last_pk = last_pk if first_live is None else first_live - 1
    return _Kept(scope, last_pk, revision, _sums(connection, scope, lambda pk: pk <= last_pk))


def _sums(
    connection: Connection,
    scope: ShownScope,
    is_of: Callable[[Column[int]], ColumnElement[bool]],
) -> _Sums:
    """Add up those batches of a scope whose keys meet a condition."""
    counting = select(batch.c.pk).where(*scope.batches(), is_of(batch.c.pk))

    def by(
        key: Column[Any], *summed: Column[int], where: ColumnElement[bool] = _ANY
    ) -> dict[Any, list[int]]:
        """Add up columns of a table by one of its columns."""
        pk = key.table.c.batch_pk
        query = select(key, *map(func.sum, summed)).where(pk.in_(counting), is_of(pk), where)
        found = connection.execute(query.group_by(key))
        return {value: [int(one) for one in sums] for value, *sums in map(tuple, found)}

    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(batch).where(is_of(batch.c.pk), *conditions)
        return int(connection.scalar(query) or 0)

    status, cost, mark = batch_status.c, batch_cost.c, batch_mark.c
    is_purged = batch.c.purged_at_us.is_not(None)
    of_status = (
        status.message_count,
        status.finished_count,
        status.segment_count,
        status.finished_segment_count,
    )
    by_code = (
        select(status.code, batch.c.is_archived, is_purged, *map(func.sum, of_status))
        .join(batch, batch.c.pk == status.batch_pk)
        .where(*scope.batches(), is_of(batch.c.pk))
        .group_by(status.code, batch.c.is_archived, is_purged)
    )
    statuses: dict[Any, list[int]] = {}
    aside: dict[Any, list[int]] = {}
    for code, is_archived, purged, *sums in map(tuple, connection.execute(by_code)):
        counted = [int(one) for one in sums]
        statuses = _added(statuses, {code: counted}, 1)
        if is_archived or purged:
            aside[code, bool(is_archived), bool(purged)] = counted
    costs = by(
        cost.currency,
        cost.units,
        cost.nanos,
        cost.paid_back_units,
        cost.paid_back_nanos,
        cost.paid_back_count,
        cost.message_count,
        where=cost.message_count > 0,
    )
    return _Sums(
        (
            statuses,
            {
                currency: [units * NANO + nanos, back_units * NANO + back_nanos, *counts]
                for currency, (units, nanos, back_units, back_nanos, *counts) in costs.items()
            },
            by(mark.marks, mark.report_count),
            aside,
        ),
        count(*scope.batches()),
        count(batch.c.origin == Origin.DEMO.value, not_in_bin(batch.c.pk)),
        count(*scope.meant()),
        count(*scope.batches(), batch.c.is_archived),
    )


def _added(
    one: Mapping[Any, Sequence[int]], other: Mapping[Any, Sequence[int]], sign: int
) -> dict[Any, list[int]]:
    """Return the sums of both by their keys; no key of which nothing is left."""
    added = {key: list(sums) for key, sums in one.items()}
    for key, sums in other.items():
        before = added.get(key) or [0] * len(sums)
        added[key] = [old + sign * new for old, new in zip(before, sums, strict=True)]
        if not any(added[key]):
            del added[key]
    return added
