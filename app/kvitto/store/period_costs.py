"""What a period cost, by the time of sending. Demo campaigns are not in it.

A message's whole price stands in the minute of its earliest status: about when it was sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import case, func, select

from kvitto.core.money import NANO
from kvitto.core.status import result_of
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.core.undelivered import NOT_DELIVERED
from kvitto.store.database import Database
from kvitto.store.message_columns import COST_NANO, CURRENCY, IS_FINISHED, IS_REFUNDED, PRICE_NANO
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, batch_cost_minute, message

_MINUTE_US: Final = 60_000_000
_SLICE_MINUTES: Final = 15
"""No time zone's day begins within a quarter of an hour."""
_PREFIX: Final = 3
"""The most digits that a country's calling code has."""


class CostSlice(NamedTuple):
    """What a batch's messages of a quarter of an hour cost.

    Attributes:
        batch_key: the batch.
        currency: of the amount.
        at: the beginning of the quarter, UTC.
        nano: the amount.
    """

    batch_key: int
    currency: str
    at: datetime
    nano: int


class CountedCost(NamedTuple):
    """Messages and what they cost.

    Attributes:
        messages: how many.
        segments: how many SMS parts they need, as far as is known.
        nano: what they cost.
    """

    messages: int = 0
    segments: int = 0
    nano: int = 0

    def plus(self, other: "CountedCost") -> "CountedCost":
        """Return both together."""
        return CountedCost(
            self.messages + other.messages, self.segments + other.segments, self.nano + other.nano
        )


class PeriodDetails(NamedTuple):
    """What the messages of a period tell that are kept. All by currency.

    Attributes:
        undelivered: what did not arrive, and its cost.
        paid_back: what was paid back.
        prefixes: by the first digits of the number, too; "" for none.
        unpriced: how many messages have no price.
    """

    undelivered: Mapping[str, CountedCost]
    paid_back: Mapping[str, CountedCost]
    prefixes: Mapping[tuple[str, str], CountedCost]
    unpriced: int = 0


def read_slices(database: Database, begin: datetime, end: datetime) -> list[CostSlice]:
    """Return what was spent from `begin` until before `end`, UTC.

    Reads the sums of the chart, which outlive the messages.

    Raises:
        StoreError: the database can't be read.
    """
    steps = batch_cost_minute.c
    quarter = (steps.minute // _SLICE_MINUTES).label("quarter")
    query = (
        select(
            steps.batch_pk,
            steps.currency,
            quarter,
            func.sum(steps.units).label("units"),
            func.sum(steps.nanos).label("nanos"),
        )
        .select_from(batch_cost_minute)
        .join(batch, batch.c.pk == steps.batch_pk)
        .where(
            steps.minute >= to_microseconds(begin) // _MINUTE_US,
            steps.minute < to_microseconds(end) // _MINUTE_US,
            REAL_BATCH,
        )
        .group_by(steps.batch_pk, steps.currency, quarter)
    )
    with database.read() as connection:
        return [
            CostSlice(
                row.batch_pk,
                row.currency,
                from_microseconds(row.quarter * _SLICE_MINUTES * _MINUTE_US),
                row.units * NANO + row.nanos,
            )
            for row in connection.execute(query)
        ]


def read_spent(database: Database, begin: datetime, end: datetime) -> dict[str, int]:
    """Return what was spent from `begin` until before `end`, UTC, by currency, in nano-units.

    Raises:
        StoreError: the database can't be read.
    """
    steps = batch_cost_minute.c
    query = (
        select(
            steps.currency,
            func.sum(steps.units).label("units"),
            func.sum(steps.nanos).label("nanos"),
        )
        .select_from(batch_cost_minute)
        .join(batch, batch.c.pk == steps.batch_pk)
        .where(
            steps.minute >= to_microseconds(begin) // _MINUTE_US,
            steps.minute < to_microseconds(end) // _MINUTE_US,
            REAL_BATCH,
        )
        .group_by(steps.currency)
    )
    with database.read() as connection:
        rows = connection.execute(query)
        return {row.currency: row.units * NANO + row.nanos for row in rows}


def read_details(database: Database, begin: datetime, end: datetime) -> PeriodDetails:
    """Return what the messages tell that were sent from `begin` until before `end`, UTC.

    Reads all messages: takes about a second for a million, on any thread.

    Raises:
        StoreError: the database can't be read.
    """
    prefix = func.substr(func.coalesce(message.c.recipient, ""), 1, _PREFIX).label("prefix")
    currency = case((PRICE_NANO.is_not(None), CURRENCY)).label("price_currency")
    paid_back = case((IS_REFUNDED, PRICE_NANO), else_=0)
    query = (
        select(
            message.c.code,
            IS_FINISHED.label("is_ended"),
            IS_REFUNDED.label("is_refunded"),
            currency,
            prefix,
            func.count().label("messages"),
            func.coalesce(func.sum(message.c.segments), 0).label("segments"),
            # A sum of prices need not fit 64 bits: whole units and the rest are added apart.
            func.coalesce(func.sum(COST_NANO // NANO), 0).label("units"),
            func.coalesce(func.sum(COST_NANO % NANO), 0).label("nanos"),
            func.coalesce(func.sum(paid_back // NANO), 0).label("back_units"),
            func.coalesce(func.sum(paid_back % NANO), 0).label("back_nanos"),
        )
        .select_from(message)
        .join(batch, batch.c.pk == message.c.batch_pk)
        .where(
            message.c.first_created_at_us >= to_microseconds(begin),
            message.c.first_created_at_us < to_microseconds(end),
            REAL_BATCH,
        )
        .group_by(message.c.code, "is_ended", "is_refunded", currency, prefix)
    )
    undelivered: dict[str, CountedCost] = {}
    returned: dict[str, CountedCost] = {}
    prefixes: dict[tuple[str, str], CountedCost] = {}
    unpriced = 0
    with database.read() as connection:
        for row in connection.execute(query):
            if row.price_currency is None:
                unpriced += row.messages
                continue
            cost = CountedCost(row.messages, row.segments, row.units * NANO + row.nanos)
            _add(prefixes, (row.prefix, row.price_currency), cost)
            ended = bool(row.is_ended)
            if ended and result_of(row.code, final=True) in NOT_DELIVERED:
                _add(undelivered, row.price_currency, cost)
            if row.is_refunded:
                back = row.back_units * NANO + row.back_nanos
                _add(returned, row.price_currency, cost._replace(nano=back))
    return PeriodDetails(undelivered, returned, prefixes, unpriced)


def _add(sums: dict[Any, CountedCost], key: object, cost: CountedCost) -> None:
    sums[key] = sums.get(key, CountedCost()).plus(cost)
