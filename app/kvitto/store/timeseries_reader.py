"""What the charts draw: sums by minute, never messages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from msgspec.structs import replace
from sqlalchemy import Connection, Select, Table, func, literal, select

from kvitto.core.money import NANO
from kvitto.core.report import Origin
from kvitto.store.binned_batches import binned_batch, not_in_bin
from kvitto.store.chart_news import (
    COST_MINUTES,
    REPORT_MINUTES,
    MinuteTable,
    Row,
    differences,
    with_rows,
)
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.minute_arrays import as_text, no_numbers, read_numbers
from kvitto.store.prepared_statements import Asked
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_report_minute,
    store_state,
)
from kvitto.store.search_conditions import ShownScope
from kvitto.store.timeseries import (
    Costs,
    CostSeries,
    Counted,
    IntArray,
    Rates,
    Rows,
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
        with self._database.read() as connection:
            is_known = known is not None and _asks_alike(known.counted, batch_key, shown, with_demo)
            if known is None or not is_known:
                return _all_costs(connection, _counted(connection, batch_key, shown, with_demo))
            news = COST_MINUTES.read(connection, known.counted, lambda: _members(connection, shown))
            if known.counted == news.counted:
                return known
            if news.rows is None:
                return _all_costs(connection, _counted(connection, batch_key, shown, with_demo))
            if not news.rows:
                return replace(known, counted=news.counted)
            rows = with_rows(known.rows, news)
            if (changed := differences(known.rows, news.rows)) is not None:
                found = {
                    currency: np.array(
                        [(minute, *amount) for _, of, minute, *amount in changed if of == currency],
                        np.int64,
                    )
                    for currency in {currency for _, currency, *_ in changed}
                }
                touched = _NO_MINUTES
            else:
                touched = _minutes(COST_MINUTES, news.rows)
                if len(touched) > _MOST_TOUCHED:
                    return _all_costs(connection, _counted(connection, batch_key, shown, with_demo))
                found = _cost_steps(connection, news.counted, touched)
        for currency, series in known.series.items():
            kept = _without(series.steps(), touched)
            found[currency] = np.concatenate((kept, found.get(currency, kept[:0])))
        return _costs(news.counted, found, rows)

    def ask_costs(self, known: Costs | None) -> Sequence[Asked]:
        """Return what `costs` asks first, for who asks ahead; nothing where all is read."""
        return () if known is None else (COST_MINUTES.ask(known.counted),)

    def ask_rates(self, known: Rates | None) -> Sequence[Asked]:
        """Return what `rates` asks first, for who asks ahead; nothing where all is read."""
        return () if known is None else (REPORT_MINUTES.ask(known.counted),)

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
        with self._database.read() as connection:
            is_known = known is not None and _asks_alike(known.counted, batch_key, shown, with_demo)
            if known is None or not is_known:
                return _all_rates(connection, _counted(connection, batch_key, shown, with_demo))
            news = REPORT_MINUTES.read(
                connection, known.counted, lambda: _members(connection, shown)
            )
            if known.counted == news.counted:
                return known
            if news.rows is None:
                return _all_rates(connection, _counted(connection, batch_key, shown, with_demo))
            if not news.rows:
                return replace(known, counted=news.counted)
            rows = with_rows(known.rows, news)
            if (changed := differences(known.rows, news.rows)) is not None:
                found = by_result(np.array([row for _, *row in changed], np.int64))
                touched = _NO_MINUTES
            else:
                touched = _minutes(REPORT_MINUTES, news.rows)
                if len(touched) > _MOST_TOUCHED:
                    return _all_rates(connection, _counted(connection, batch_key, shown, with_demo))
                found = _report_steps(connection, news.counted, touched)
                found = found[np.isin(found[:, 0], touched)]
        steps = np.concatenate((_without(known.steps(), touched), found))
        return Rates.of(news.counted, steps, rows)

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


# --- Reading ------------------------------------------------------------------------------------


def _all_costs(connection: Connection, counted: Counted) -> Costs:
    rows = Rows(_newest_batch(connection), {})
    return _costs(counted, _cost_steps(connection, counted, None), rows)


def _costs(counted: Counted, steps: Mapping[str, IntArray], rows: Rows) -> Costs:
    made = [CostSeries.of(currency, steps[currency]) for currency in sorted(steps)]
    return Costs(counted, {one.currency: one for one in made if len(one.minutes)}, rows)


def _cost_steps(
    connection: Connection, counted: Counted, touched: IntArray | None
) -> dict[str, IntArray]:
    """Return the steps of minutes by currency; None for all minutes."""
    steps = batch_cost_minute.c
    query = select(steps.currency, as_text(_AMOUNTS)).group_by(steps.batch_pk, steps.currency)
    narrowed = _narrowed(query, batch_cost_minute, counted)
    if touched is not None:
        narrowed = narrowed.where(is_one_of(steps.minute, touched.tolist()))
    return read_numbers(connection, narrowed, len(_AMOUNTS))


def _all_rates(connection: Connection, counted: Counted) -> Rates:
    rows = Rows(_newest_batch(connection), {})
    return Rates.of(counted, _report_steps(connection, counted, None), rows)


def _report_steps(connection: Connection, counted: Counted, touched: IntArray | None) -> IntArray:
    """Return the steps of minutes, and maybe of others between them; None for all minutes."""
    steps = batch_report_minute.c
    query = select(_ALL, as_text(_REPORTS)).group_by(steps.batch_pk)
    narrowed = _narrowed(query, batch_report_minute, counted)
    if touched is not None:
        # The latest minutes, as a rule: and of few batches, those that were seen since.
        first, last = int(touched[0]), int(touched[-1])
        seen = select(batch.c.pk).where(batch.c.last_seen_at_us >= first * _MINUTE_US)
        narrowed = narrowed.where(
            steps.batch_pk.in_(seen), steps.minute >= first, steps.minute <= last
        )
    found = read_numbers(connection, narrowed, len(_REPORTS))
    return by_result(found.get("", no_numbers(len(_REPORTS))))


def _newest_batch(connection: Connection) -> int:
    return int(connection.scalars(select(store_state.c.last_batch_pk)).one())


def _minutes(table: MinuteTable, rows: Iterable[Row]) -> IntArray:
    return np.array(sorted({table.minute(row) for row in rows}), np.int64)


# --- What is counted ----------------------------------------------------------------------------

_AMOUNTS: Final = (batch_cost_minute.c.minute, batch_cost_minute.c.units, batch_cost_minute.c.nanos)
_REPORTS: Final = (
    batch_report_minute.c.minute,
    batch_report_minute.c.code,
    batch_report_minute.c.report_count,
    batch_report_minute.c.finished_count,
)
_NO_MINUTES: Final = np.zeros(0, np.int64)
_ALL: Final = literal("")
"""The one name of what has no names."""
_DEMO: Final = select(batch.c.pk).where(batch.c.origin == Origin.DEMO.value)


def _counted(
    connection: Connection,
    batch_key: int | None,
    shown: ShownScope | None,
    with_demo: bool,
) -> Counted:
    left_out: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    if batch_key is not None:
        shown = None
    elif shown is not None:
        members = _members(connection, shown)
    elif not with_demo:
        left_out = frozenset(connection.scalars(_DEMO))
    revision = connection.scalars(select(store_state.c.revision)).one()
    binned = frozenset(connection.scalars(select(binned_batch.c.batch_pk)))
    return Counted(batch_key, with_demo, left_out, revision, binned, shown, members)


def _shown(shown: ShownScope) -> Select[int]:
    return select(batch.c.pk).where(*shown.batches())


def _asks_alike(
    known: Counted,
    batch_key: int | None,
    shown: ShownScope | None,
    with_demo: bool,
) -> bool:
    """Return whether what is known may be brought up to date for a question."""
    shown = None if batch_key is not None else shown
    return (known.batch_key, known.with_demo, known.shown) == (batch_key, with_demo, shown)


def _members(connection: Connection, shown: ShownScope | None) -> frozenset[int]:
    """Return which batches are shown."""
    return frozenset() if shown is None else frozenset(connection.scalars(_shown(shown)))


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
