"""What the charts draw: sums by minute, never messages."""

from typing import Final

import numpy as np
from msgspec.structs import replace
from sqlalchemy import Connection, Select, Table, func, literal, select

from kvitto.core.money import NANO
from kvitto.core.report import Origin
from kvitto.store.binned_batches import binned_batch, not_in_bin
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.minute_arrays import as_text, no_numbers, read_numbers
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_report_minute,
    deleted_batch,
    store_state,
)
from kvitto.store.search_conditions import ShownScope
from kvitto.store.timeseries import (
    Costs,
    CostSeries,
    Counted,
    IntArray,
    Rates,
    by_result,
)

_MINUTE_US: Final = 60_000_000
_MOST_TOUCHED: Final = 500
"""If more minutes have changed, all are read."""


class ChartReader:
    """Reads for the charts, from any thread; each call uses a connection of its own.

    `costs` and `rates` are whole, by the minute, so that any part of them can be shown without
    asking again. To keep one up to date, hand it in as `known`: then only those minutes are read
    that have changed.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    def costs(
        self,
        batch_key: int | None = None,
        *,
        with_demo: bool = False,
        shown: ShownScope | None = None,
        known: Costs | None = None,
    ) -> Costs:
        """Return the cumulated cost by currency, of one batch or of all.

        Args:
            batch_key: the batch; None for all.
            with_demo: whether demo batches count among all.
            shown: of all, count only what is shown, and whole batches of it; None for all.
            known: what an earlier call returned.
        """
        steps = batch_cost_minute.c
        with self._database.read() as connection:
            counted = _counted(connection, batch_key, shown, with_demo=with_demo)
            if known is not None and known.counted == counted:
                return known
            touched = _touched(connection, batch_cost_minute, known, counted)
            if known is not None and touched is not None and not len(touched):
                return replace(known, counted=counted)
            query = select(steps.currency, as_text(_AMOUNTS)).group_by(
                steps.batch_pk, steps.currency
            )
            narrowed = _narrowed(query, batch_cost_minute, counted)
            if touched is not None:
                narrowed = narrowed.where(is_one_of(steps.minute, touched.tolist()))
            found = read_numbers(connection, narrowed, len(_AMOUNTS))
        if known is not None and touched is not None:
            for currency, series in known.series.items():
                kept = _without(series.steps(), touched)
                found[currency] = np.concatenate((kept, found.get(currency, kept[:0])))
        made = [CostSeries.of(currency, found[currency]) for currency in sorted(found)]
        return Costs(counted, {one.currency: one for one in made if len(one.minutes)})

    def rates(
        self,
        batch_key: int | None = None,
        *,
        with_demo: bool = False,
        shown: ShownScope | None = None,
        known: Rates | None = None,
    ) -> Rates:
        """Return the new reports by minute of arrival and result, of one batch or of all.

        Args:
            batch_key: the batch; None for all.
            with_demo: whether demo batches count among all.
            shown: of all, count only what is shown, and whole batches of it; None for all.
            known: what an earlier call returned.
        """
        steps = batch_report_minute.c
        with self._database.read() as connection:
            counted = _counted(connection, batch_key, shown, with_demo=with_demo)
            if known is not None and known.counted == counted:
                return known
            touched = _touched(connection, batch_report_minute, known, counted)
            if known is not None and touched is not None and not len(touched):
                return replace(known, counted=counted)
            query = select(_ALL, as_text(_REPORTS)).group_by(steps.batch_pk)
            narrowed = _narrowed(query, batch_report_minute, counted)
            if touched is not None:
                # The latest minutes, as a rule: and of few batches, those that were seen since.
                first, last = int(touched[0]), int(touched[-1])
                seen = select(batch.c.pk).where(batch.c.last_seen_at_us >= first * _MINUTE_US)
                narrowed = narrowed.where(
                    steps.batch_pk.in_(seen), steps.minute >= first, steps.minute <= last
                )
            found = read_numbers(connection, narrowed, len(_REPORTS)).get(
                "", no_numbers(len(_REPORTS))
            )
        found = by_result(found)
        if known is not None and touched is not None:
            is_touched = np.isin(found[:, 0], touched)
            found = np.concatenate((_without(known.steps(), touched), found[is_touched]))
        return Rates.of(counted, found)

    def totals(self, *, with_demo: bool = False) -> dict[str, int]:
        """Return the cost of all batches by currency, in nano-units."""
        query = (
            select(
                batch_cost.c.currency, func.sum(batch_cost.c.units), func.sum(batch_cost.c.nanos)
            )
            .where(not_in_bin(batch_cost.c.batch_pk))
            .group_by(batch_cost.c.currency)
        )
        if not with_demo:
            query = query.where(batch_cost.c.batch_pk.not_in(_DEMO))
        with self._database.read() as connection:
            rows = connection.execute(query)
            return {currency: units * NANO + nanos for currency, units, nanos in rows}


# --- What is counted ----------------------------------------------------------------------------

_AMOUNTS: Final = (batch_cost_minute.c.minute, batch_cost_minute.c.units, batch_cost_minute.c.nanos)
_REPORTS: Final = (
    batch_report_minute.c.minute,
    batch_report_minute.c.code,
    batch_report_minute.c.report_count,
    batch_report_minute.c.finished_count,
)
_ALL: Final = literal("")
"""The one name of what has no names."""
_DEMO: Final = select(batch.c.pk).where(batch.c.origin == Origin.DEMO.value)


def _counted(
    connection: Connection, batch_key: int | None, shown: ShownScope | None, *, with_demo: bool
) -> Counted:
    left_out: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    if batch_key is not None:
        shown = None
    elif shown is not None:
        members = frozenset(connection.scalars(_shown(shown)))
    elif not with_demo:
        left_out = frozenset(connection.scalars(_DEMO))
    revision = connection.scalars(select(store_state.c.revision)).one()
    binned = frozenset(connection.scalars(select(binned_batch.c.batch_pk)))
    return Counted(batch_key, with_demo, left_out, revision, binned, shown, members)


def _shown(shown: ShownScope) -> Select[int]:
    return select(batch.c.pk).where(*shown.batches())


def _touched(
    connection: Connection, table: Table, known: Costs | Rates | None, wanted: Counted
) -> IntArray | None:
    """Return the minutes in which `known` differs from what is wanted, ascending.

    None where all must be read: what is known counts other batches, or there are too many minutes.
    """
    if known is None or known.counted[:2] != wanted[:2]:
        return None
    if known.counted.binned != wanted.binned:
        return None  # another batch was put into the bin, or put back
    if (known.counted.shown, known.counted.members) != (wanted.shown, wanted.members):
        return None  # other batches are shown, of whose minutes nothing is known
    if known.counted.left_out - wanted.left_out:
        return None  # a demo batch has become a real one: its old reports count from now on
    since = known.counted.revision
    if (connection.scalar(select(func.max(deleted_batch.c.revision))) or 0) > since:
        return None  # what was removed can't be found any more
    touched_batches = select(batch.c.pk).where(batch.c.revision > since)
    query = (
        select(table.c.minute)
        .where(table.c.batch_pk.in_(touched_batches), table.c.revision > since)
        .distinct()
        .limit(_MOST_TOUCHED + 1)
    )
    touched = np.array(sorted(connection.scalars(query)), np.int64)
    return touched if len(touched) <= _MOST_TOUCHED else None


def _narrowed(query: Select[str, str], table: Table, counted: Counted) -> Select[str, str]:
    """Narrow a query to the batches that count."""
    if counted.batch_key is not None:
        return query.where(table.c.batch_pk == counted.batch_key)
    query = query.where(not_in_bin(table.c.batch_pk))
    if counted.shown is not None:
        return query.where(table.c.batch_pk.in_(_shown(counted.shown)))
    return query if counted.with_demo else query.where(table.c.batch_pk.not_in(_DEMO))


def _without(steps: IntArray, touched: IntArray) -> IntArray:
    """Return those rows whose minute is none of the touched."""
    return steps[~np.isin(steps[:, 0], touched)]
