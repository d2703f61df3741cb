"""What the details say about many messages at once: computed from rows when it is asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Executable, and_, case, func, or_, select

from kvitto.core.calling_codes import calling_code_of
from kvitto.core.money import NANO, Money
from kvitto.core.status import DELIVERED_TO_HANDSET, result_of
from kvitto.core.timestamps import from_microseconds
from kvitto.core.undelivered import (
    NOT_DELIVERED,
    FailureCount,
    FailureGroup,
    FailurePace,
    failure_groups,
)
from kvitto.store.changes import Changes
from kvitto.store.code_notes import read_code_notes
from kvitto.store.database import Database
from kvitto.store.failure_causes import (
    FIRST_DIGITS,
    PACE,
    TIME_TO_FINISH_US,
    countries_to_ask,
)
from kvitto.store.message_columns import COST_NANO, CURRENCY, IS_FINISHED, IS_REPORTED
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, message
from kvitto.store.search_conditions import ShownScope
from kvitto.store.totals import Totals, TotalsReader

_SLOW: Final = 0.95
_MICROSECONDS: Final = 1_000_000
_HISTORY: Final = 20_000
"""So many of the latest messages tell how long the slowest take."""
_LEAST_HISTORY: Final = 200

_HAS_REPORTS: Final = message.c.report_count > 0
"""Of what never reported, only the end is known: not how long it took."""


class BatchStatistics(msgspec.Struct, frozen=True):
    """What a batch's messages say together. Empty for a batch whose messages were deleted.

    Attributes:
        costs: what the messages cost by the code of their current state, whether they are finished,
            and currency.
        undelivered: what those cost that are finished and were not delivered, by currency; without
            those of which that is not known.
        median_s: seconds from the first report about a message to its settling, for half of the
            finished ones; None where none is finished.
        slow_s: the same for 95 % of them.
        finishes: how many messages finished in each part of the time before now, oldest first, by
            the arrival of the report that finished them.
        part_s: how long a part is, in seconds.
        failures: the messages that did not arrive by code, the largest group first. What a group
            cost is in `costs`.
        slowest_s: seconds that the slowest of the latest messages of other batches took to settle,
            or has taken so far; None where there are too few to tell.
        code_notes: what the user calls codes that the SMS service does not document.
        finished_at: when the last one that is finished did so, UTC; None where none is.
    """

    costs: dict[tuple[int, bool], dict[str, Money]]
    undelivered: dict[str, Money]
    median_s: float | None
    slow_s: float | None
    finishes: Sequence[int]
    part_s: float
    slowest_s: float | None = None
    failures: Sequence[FailureGroup] = ()
    code_notes: dict[int, str] = {}
    finished_at: datetime | None = None


class Statistics:
    """Computes statistics, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database
        self._totals = TotalsReader()

    def totals(
        self,
        *,
        with_demo: bool = False,
        shown: ShownScope | None = None,
        changes: Changes | None = None,
    ) -> Totals:
        """Add up all batches; demo ones only on request. Reads the sums, not the messages.

        What was added up is kept for the next call, by one thread at a time.

        Args:
            with_demo: whether demo batches count among all.
            shown: add up only what is shown, and whole batches of it; None for all.
            changes: what has changed since the call before, and maybe more: only that is added up;
                None where that is not known.

        Returns:
            The same object as before where nothing has changed.
        """
        with self._database.read() as connection:
            scope = shown or ShownScope(with_demo=with_demo)
            return self._totals.read(connection, scope, changes)

    def batch(
        self, batch_key: int, *, now_us: int, part_s: float = 60.0, parts: int = 10
    ) -> BatchStatistics:
        """Read all messages of a batch: takes time in proportion to their number.

        Args:
            batch_key: the batch's key.
            now_us: the time until which finishes are counted, microseconds since the epoch, UTC.
            part_s: how long each part is in which they are counted, in seconds.
            parts: how many parts there are, back from now.
        """
        of_batch = message.c.batch_pk == batch_key
        costs: defaultdict[tuple[int, bool], dict[str, int]] = defaultdict(dict)
        undelivered: defaultdict[str, int] = defaultdict(int)
        ended: Counter[tuple[int, FailurePace, str]] = Counter()
        finished, finished_us = 0, 0
        with self._database.read() as connection:
            for row in _message_sums(connection, of_batch):
                if row.is_finished:
                    finished += row.messages
                    finished_us = max(finished_us, row.latest_us)
                    country = calling_code_of(row.first_digits)
                    ended[row.code, row.pace, country] += row.messages
                if row.currency is None:
                    continue
                at = costs[row.code, row.is_finished]
                at[row.currency] = at.get(row.currency, 0) + row.nano
                if row.is_finished and result_of(row.code, final=True) in NOT_DELIVERED:
                    undelivered[row.currency] += row.nano
            counts = [FailureCount(*key, messages) for key, messages in ended.items()]
            counts += _delivered_by_country(connection, of_batch, counts)
            asked_alone = select(func.count()).where(of_batch, IS_FINISHED, ~_HAS_REPORTS)
            timed = finished - connection.scalars(asked_alone).one()
            return BatchStatistics(
                costs={key: _money(sums) for key, sums in sorted(costs.items())},
                undelivered=_money(undelivered),
                median_s=_time_to_finish_s(connection, of_batch, timed, 0.5),
                slow_s=_time_to_finish_s(connection, of_batch, timed, _SLOW),
                finishes=_finishes(connection, of_batch, now_us, part_s, parts),
                part_s=part_s,
                slowest_s=_slowest_s(connection, batch_key, now_us),
                failures=failure_groups(counts),
                code_notes=read_code_notes(connection),
                finished_at=from_microseconds(finished_us) if finished else None,
            )


class _MessageSum(NamedTuple):
    """Messages of a batch that are alike, and what they cost together.

    Attributes:
        code, is_finished, currency: of all of them; `currency` is None where no cost is known.
        pace, first_digits: how long they were tried, and where they went; `UNKNOWN` and "" for what
            is delivered or not finished.
        messages, nano: how many, and their cost in nano-units.
        latest_us: when the state of one of them began last, microseconds since the epoch, UTC.
    """

    code: int
    is_finished: bool
    currency: str | None
    pace: FailurePace
    first_digits: str
    messages: int
    nano: int
    latest_us: int


def _message_sums(connection: Connection, of_batch: ColumnElement[bool]) -> Iterator[_MessageSum]:
    # A sum of prices need not fit 64 bits, so that whole units and the rest are added apart.
    units = func.coalesce(func.sum(COST_NANO // NANO), 0)
    nanos = func.coalesce(func.sum(COST_NANO % NANO), 0)
    finished = IS_FINISHED.label("is_finished")
    currency_of_cost = case((COST_NANO.is_not(None), CURRENCY)).label("currency_of_cost")
    failed = and_(IS_FINISHED, message.c.code != DELIVERED_TO_HANDSET)
    pace = case((failed, PACE), else_=FailurePace.UNKNOWN.value).label("pace")
    digits = case((failed, FIRST_DIGITS), else_="").label("first_digits")
    alike = (message.c.code, finished, currency_of_cost, pace, digits)
    latest = func.max(message.c.created_at_us)
    query = select(*alike, func.count(), units, nanos, latest).where(of_batch).group_by(*alike)
    for code, is_finished, currency, paced, first, messages, whole, rest, latest_us in _rows(
        connection, query
    ):
        yield _MessageSum(
            code,
            bool(is_finished),
            currency,
            FailurePace(paced),
            first,
            messages,
            whole * NANO + rest,
            latest_us,
        )


def _delivered_by_country(
    connection: Connection, of_batch: ColumnElement[bool], failed: Sequence[FailureCount]
) -> list[FailureCount]:
    """Count what was delivered to the countries to which many failed: it may be the route."""
    wanted = countries_to_ask(failed)
    if not wanted:
        return []
    query = (
        select(FIRST_DIGITS, func.count())
        .where(
            of_batch,
            message.c.code == DELIVERED_TO_HANDSET,
            or_(*(message.c.recipient.like(f"{one}%") for one in wanted)),
        )
        .group_by(FIRST_DIGITS)
    )
    return [
        FailureCount(DELIVERED_TO_HANDSET, FailurePace.UNKNOWN, calling_code_of(first), messages)
        for first, messages in _rows(connection, query)
    ]


def _time_to_finish_s(
    connection: Connection, of_batch: ColumnElement[bool], finished: int, share: float
) -> float | None:
    """Return the time in which this share of the finished messages finished (nearest rank).

    Args:
        connection: where to read.
        of_batch: the condition of the messages.
        finished: how many of them are finished, and have reports.
        share: the share.
    """
    if not finished:
        return None
    place = ceil(share * finished) - 1
    query = select(TIME_TO_FINISH_US).where(of_batch, IS_FINISHED, _HAS_REPORTS)
    # Whichever end is nearer: only so many are kept while sorting.
    if place * 2 <= finished:
        query = query.order_by(TIME_TO_FINISH_US).offset(place)
    else:
        query = query.order_by(TIME_TO_FINISH_US.desc()).offset(finished - 1 - place)
    taken: int = connection.scalars(query.limit(1)).one()
    return taken / _MICROSECONDS


def _slowest_s(connection: Connection, batch_key: int, now_us: int) -> float | None:
    """Return how long the slowest of the latest messages of other batches took to settle."""
    taken_us = case((IS_FINISHED, TIME_TO_FINISH_US), else_=now_us - message.c.first_created_at_us)
    latest = (
        select(taken_us.label("taken_us"))
        .join(batch, batch.c.pk == message.c.batch_pk)
        .where(message.c.batch_pk != batch_key, REAL_BATCH, _HAS_REPORTS)
        .order_by(message.c.pk.desc())
        .limit(_HISTORY)
        .subquery()
    )
    query = select(func.count(), func.max(latest.c.taken_us)).select_from(latest)
    for messages, slowest_us in map(tuple, connection.execute(query)):
        if messages >= _LEAST_HISTORY:
            return float(slowest_us) / _MICROSECONDS
    return None


def _finishes(
    connection: Connection, of_batch: ColumnElement[bool], now_us: int, part_s: float, parts: int
) -> list[int]:
    part_us = int(part_s * _MICROSECONDS)
    since_us = now_us - parts * part_us
    part = (message.c.arrived_at_us - since_us) // part_us
    query = (
        select(part, func.count())
        .where(
            of_batch,
            IS_FINISHED,
            IS_REPORTED,
            message.c.arrived_at_us >= since_us,
            message.c.arrived_at_us < now_us,
        )
        .group_by(part)
    )
    counts = [0] * parts
    for at, messages in _rows(connection, query):
        counts[at] += messages
    return counts


def _money(sums: dict[str, int]) -> dict[str, Money]:
    return {currency: Money(nano, currency) for currency, nano in sorted(sums.items())}


def _rows(connection: Connection, query: Executable) -> Iterator[tuple[Any, ...]]:
    """Execute a query whose columns are known to its caller only."""
    return map(tuple, connection.execute(query))
