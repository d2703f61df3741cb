"""What the charts draw: sums by minute, never messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Select, func, select

from app.core.money import NANO
from app.core.report import Origin
from app.core.status import Outcome, outcome_of
from app.core.times import from_microseconds
from app.store.database import Database
from app.store.schema import batch, batch_cost, cost_step, opening, report_step


class CostSeries(msgspec.Struct, frozen=True):
    """The cumulated cost in one currency.

    Attributes:
        currency: of all amounts.
        minutes: whole minutes since the epoch, UTC, ascending: where the cost changed.
        nanos: the cost from that minute on, in nano-units, since the beginning of all time.
    """

    currency: str
    minutes: Sequence[int]
    nanos: Sequence[int]


class RateSeries(msgspec.Struct, frozen=True):
    """New reports by their time of arrival.

    Attributes:
        minutes: the first minute of each stretch that has any reports, ascending.
        stretch_minutes: how long a stretch is.
        reports: for each outcome that occurs, how many reports came in each stretch.
    """

    minutes: Sequence[int]
    stretch_minutes: int
    reports: dict[Outcome, Sequence[int]]


class Opening(msgspec.Struct, frozen=True):
    """A time in which a receiver was running.

    Attributes:
        opened_us: from when, microseconds since the epoch, UTC.
        last_us: its end, or its last sign of life.
        is_closed: whether it ended properly; False while it runs, and after a crash.
    """

    opened_us: int
    last_us: int
    is_closed: bool


class ChartReader:
    """Reads for the charts, from any thread; each call uses a connection of its own."""

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            yield connection

    def cost(self, batch_key: int | None = None, *, with_demo: bool = False) -> list[CostSeries]:
        """Return the cumulated cost by currency, of one batch or of all.

        Args:
            batch_key: the batch; None for all.
            with_demo: whether demo batches count among all.
        """
        steps = cost_step.c
        query = (
            select(steps.currency, steps.minute, func.sum(steps.units), func.sum(steps.nanos))
            .group_by(steps.currency, steps.minute)
            .order_by(steps.currency, steps.minute)
        )
        narrowed = _of(query, steps.batch_pk, batch_key, with_demo=with_demo)
        series: dict[str, tuple[list[int], list[int]]] = {}
        with self._snapshot() as connection:
            for currency, minute, units, nanos in _rows(connection, narrowed):
                minutes, sums = series.setdefault(currency, ([], []))
                minutes.append(minute)
                sums.append((sums[-1] if sums else 0) + units * NANO + nanos)
        return [CostSeries(currency, *points) for currency, points in series.items()]

    def rates(
        self,
        batch_key: int | None = None,
        *,
        since_minute: int = 0,
        stretch_minutes: int = 1,
        with_demo: bool = False,
    ) -> RateSeries:
        """Return the new reports by time of arrival and outcome, of one batch or of all.

        Args:
            batch_key: the batch; None for all.
            since_minute: leave out what came before this minute since the epoch.
            stretch_minutes: how many minutes are counted together.
            with_demo: whether demo batches count among all.
        """
        steps = report_step.c
        stretch = steps.minute - steps.minute % stretch_minutes
        query = (
            select(stretch, steps.code, func.sum(steps.reports))
            .where(steps.minute >= since_minute)
            .group_by(stretch, steps.code)
            .order_by(stretch)
        )
        narrowed = _of(query, steps.batch_pk, batch_key, with_demo=with_demo)
        counts: dict[int, dict[Outcome, int]] = {}
        with self._snapshot() as connection:
            for minute, code, reports in _rows(connection, narrowed):
                outcomes = counts.setdefault(minute, dict.fromkeys(Outcome, 0))
                outcomes[outcome_of(code)] += reports
        occurring = [one for one in Outcome if any(row[one] for row in counts.values())]
        return RateSeries(
            list(counts),
            stretch_minutes,
            {one: [row[one] for row in counts.values()] for one in occurring},
        )

    def totals(self, *, with_demo: bool = False) -> dict[str, int]:
        """Return the cost of all batches by currency, in nano-units."""
        query = select(
            batch_cost.c.currency, func.sum(batch_cost.c.units), func.sum(batch_cost.c.nanos)
        ).group_by(batch_cost.c.currency)
        narrowed = _of(query, batch_cost.c.batch_pk, None, with_demo=with_demo)
        with self._snapshot() as connection:
            rows = list(_rows(connection, narrowed))
        return {currency: units * NANO + nanos for currency, units, nanos in rows}

    def reports_since(self, minute: int) -> int:
        """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
        query = select(func.coalesce(func.sum(report_step.c.reports), 0)).where(
            report_step.c.minute >= minute
        )
        narrowed = _of(query, report_step.c.batch_pk, None, with_demo=False)
        with self._snapshot() as connection:
            return int(connection.scalars(narrowed).one())

    def last_arrival(self) -> datetime | None:
        """Return when the latest new report of the sender arrived, UTC; None before the first."""
        query = select(func.max(batch.c.last_seen_us)).where(batch.c.origin != Origin.DEMO.value)
        with self._snapshot() as connection:
            last_us = connection.scalar(query)
            return None if last_us is None else from_microseconds(last_us)

    def openings(self, since_us: int = 0) -> list[Opening]:
        """Return when a receiver was running, since a time in microseconds, oldest first."""
        query = select(opening).where(opening.c.last_us >= since_us).order_by(opening.c.pk)
        with self._snapshot() as connection:
            return [
                Opening(row.opened_us, row.last_us, row.closed_us is not None)
                for row in connection.execute(query)
            ]


def _of(query: Any, column: Column[Any], batch_key: int | None, *, with_demo: bool) -> Select[Any]:
    """Narrow a query to one batch, or to all batches that count."""
    narrowed: Select[Any] = query
    if batch_key is not None:
        return narrowed.where(column == batch_key)
    if with_demo:
        return narrowed
    demo = select(batch.c.pk).where(batch.c.origin == Origin.DEMO.value)
    return narrowed.where(column.not_in(demo))


def _rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Execute a query whose columns are known to its caller only."""
    return map(tuple, connection.execute(query))
