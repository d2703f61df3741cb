"""Sums over all batches that count. Of those that nothing is heard of any more, they are kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, func, select, true

from kvitto.core.aggregates import StatusSum, results_of
from kvitto.core.money import NANO, Money
from kvitto.core.report import Origin
from kvitto.core.status import Result
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
    """

    batches: int
    statuses: dict[int, StatusSum]
    costs: dict[str, Money]
    demo_batches: int
    paid_back: dict[str, Money] = {}
    marks: dict[str, int] = {}
    of_batches: int = 0

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


class _Sums(NamedTuple):
    """The sums over some batches.

    Attributes:
        rows: those of each table by code, currency or marks.
        batches, demo_batches, of_batches: see `Totals`.
    """

    rows: tuple[dict[Any, list[int]], ...]
    batches: int
    demo_batches: int
    of_batches: int

    def and_of(self, other: "_Sums") -> "_Sums":
        """Return the sums over both."""
        return _Sums(
            tuple(map(_added, self.rows, other.rows)),
            self.batches + other.batches,
            self.demo_batches + other.demo_batches,
            self.of_batches + other.of_batches,
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


class TotalsReader:
    """Adds up batches; those that nothing was heard of for a week only where one has changed."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: _Kept | None = None

    def read(self, connection: Connection, scope: ShownScope) -> Totals:
        """Return the sums over what is shown."""
        kept = self._kept
        if kept is None or kept.scope != scope or _is_touched(connection, kept):
            self._kept = kept = _old_batches(connection, scope)
        every = kept.sums.and_of(_sums(connection, scope, lambda pk: pk > kept.last_pk))
        statuses, costs, marks = every.rows
        return Totals(
            batches=every.batches,
            statuses={code: StatusSum(*sums) for code, sums in sorted(statuses.items()) if sums[0]},
            costs={
                currency: Money(units * NANO + nanos, currency)
                for currency, (units, nanos, *_) in sorted(costs.items())
            },
            paid_back={
                currency: Money(units * NANO + nanos, currency)
                for currency, (_, _, units, nanos, count) in sorted(costs.items())
                if count
            },
            marks={kept: count for kept, (count,) in marks.items()},
            demo_batches=every.demo_batches,
            of_batches=every.of_batches,
        )


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
    return _Sums(
        (
            by(
                status.code,
                status.message_count,
                status.finished_count,
                status.segment_count,
                status.finished_segment_count,
            ),
            by(
                cost.currency,
                cost.units,
                cost.nanos,
                cost.paid_back_units,
                cost.paid_back_nanos,
                cost.paid_back_count,
                where=cost.message_count > 0,
            ),
            by(mark.marks, mark.report_count),
        ),
        count(*scope.batches()),
        count(batch.c.origin == Origin.DEMO.value),
        count(*scope.meant()),
    )


def _added(
    one: Mapping[Any, Sequence[int]], other: Mapping[Any, Sequence[int]]
) -> dict[Any, list[int]]:
    """Return the sums of both by their keys."""
    added = {key: list(sums) for key, sums in one.items()}
    for key, sums in other.items():
        added[key] = list(map(sum, zip(added.get(key, [0] * len(sums)), sums, strict=True)))
    return added
