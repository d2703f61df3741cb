"""Recompute all states and sums from the reports, and say where the store differs."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select

from app.core.money import NANO, amount_of
from app.core.report import Origin, fingerprint
from app.core.state import MessageState, ReceivedReport
from app.core.sums import BatchSums, CostSum, StatusSum, StepKey
from app.core.times import minute_of
from app.store.database import Database
from app.store.rows import report_from_row, state_from_row
from app.store.schema import (
    batch,
    batch_cost,
    batch_status,
    cost_step,
    message,
    meta,
    report,
    report_step,
)

MAX_DIFFERENCES: Final = 100
"""Differences that are told one by one; the rest are counted."""

_ROWS_AT_ONCE: Final = 1000


class CheckResult(msgspec.Struct):
    """What a check found.

    Attributes:
        batches, messages, reports: how many were checked.
        differences: what differs, in words, the first `MAX_DIFFERENCES`.
        found: how many differences there are in all.
    """

    batches: int = 0
    messages: int = 0
    reports: int = 0
    differences: list[str] = msgspec.field(default_factory=list)
    found: int = 0

    def differ(self, what: str) -> None:
        """Note a difference."""
        self.found += 1
        if len(self.differences) < MAX_DIFFERENCES:
            self.differences.append(what)


def check(
    database: Database, *, on_progress: Callable[[int, int], None] = lambda _done, _all: None
) -> CheckResult:
    """Recompute everything that the store derives from its reports.

    Reads one consistent state; the writer goes on meanwhile. Memory is flat in the number of
    reports and messages, and grows with the number of batches.

    Args:
        database: what to check.
        on_progress: is told now and then how many of all reports are done.

    Raises:
        StoreError: the database can't be read.
    """
    result = CheckResult()
    with (
        database.in_words(),
        database.reading.connect() as connection,
        connection.begin(),
    ):
        _check_file(connection, result)
        sums = _check_messages(connection, result, on_progress)
        _check_batches(connection, result, sums)
        _check_counters(connection, result)
    return result


def _check_file(connection: Connection, result: CheckResult) -> None:
    """Let SQLite look for damage of its own, and for rows that lead nowhere."""
    for (found,) in connection.exec_driver_sql("PRAGMA quick_check(20)"):
        if found != "ok":
            result.differ(f"The database file is damaged: {found}")
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        result.differ(f"A row of {row[0]} belongs to no row of {row[2]}")


def _stream(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    yield from connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)


class _BatchTruth:
    """What the reports say of a batch."""

    def __init__(self) -> None:
        self.sums = BatchSums()
        self.reports = 0
        self.rates: Counter[tuple[int, int]] = Counter()
        self.latest = 0
        """The key of the latest webhook report that came by a secret."""
        self.secret: int | None = None
        """That secret."""

    def see(self, row: Row[Any]) -> None:
        """Take in a report."""
        self.rates[minute_of(row.arrived_us), row.code] += 1
        if row.secret_pk is None or row.origin != Origin.WEBHOOK.value or row.pk < self.latest:
            return
        self.latest, self.secret = row.pk, row.secret_pk


def _check_messages(
    connection: Connection, result: CheckResult, on_progress: Callable[[int, int], None]
) -> dict[int, _BatchTruth]:
    """Fold every message's reports anew; return the sums of all batches that come out."""
    total = connection.scalars(select(func.count()).select_from(report)).one()
    truths: dict[int, _BatchTruth] = {}
    reports = _stream(connection, select(report).order_by(report.c.message_pk))
    by_message = itertools.groupby(reports, key=lambda row: int(row.message_pk))
    next_key, rows = next(by_message, (None, iter(())))
    query = select(message, batch.c.batch_id).join(batch, isouter=True).order_by(message.c.pk)
    for row in _stream(connection, query):
        result.messages += 1
        name = f"Message {row.message_id} of batch {row.batch_id}"
        truth = truths.setdefault(row.batch_pk, _BatchTruth())
        while next_key is not None and next_key < row.pk:
            result.differ(f"There are reports of a message that is not there (number {next_key})")
            next_key, rows = next(by_message, (None, iter(())))
        if next_key != row.pk:
            result.differ(f"{name} has no reports")
            continue
        state = _fold(rows, row, name, truth, result)
        truth.reports += state.reports
        truth.sums.move(None, state)
        if state != state_from_row(row):
            result.differ(f"{name} is stored as {_told(state_from_row(row))}, not {_told(state)}")
        done = result.reports
        result.reports += state.reports
        if done // _ROWS_AT_ONCE != result.reports // _ROWS_AT_ONCE:
            on_progress(result.reports, total)
        next_key, rows = next(by_message, (None, iter(())))
    on_progress(total, total)
    return truths


def _fold(
    rows: Iterator[Row[Any]], of: Row[Any], name: str, truth: _BatchTruth, result: CheckResult
) -> MessageState:
    state: MessageState | None = None
    for row in rows:
        received: ReceivedReport = report_from_row(
            row, batch_id=of.batch_id, message_id=of.message_id
        )
        if fingerprint(received.report) != row.fingerprint:
            result.differ(f"{name} has a report whose fields are not those that came")
        truth.see(row)
        state = MessageState.first(received) if state is None else state.after(received)
    assert state is not None
    return state


def _told(state: MessageState) -> str:
    price = "no price" if state.price is None else f"{amount_of(state.price.value.nano):f}"
    final = ", final" if state.rank.final else ""
    return f"{state.code}{final} since {state.rank.created.isoformat()}, price {price}"


def _check_batches(
    connection: Connection, result: CheckResult, truths: dict[int, _BatchTruth]
) -> None:
    stored = _stored_sums(connection)
    rates = _stored_rates(connection)
    for row in _stream(connection, select(batch).order_by(batch.c.pk)):
        result.batches += 1
        name = f"Batch {row.batch_id}"
        truth = truths.pop(row.pk, _BatchTruth())
        kept = stored.pop(row.pk, BatchSums())
        kept_rates = rates.pop(row.pk, Counter())
        if row.forgotten_us is not None:
            continue  # its sums are all that is left
        truth.sums.drop_zeros()
        kept.drop_zeros()
        if truth.reports != row.reports:
            result.differ(f"{name} counts {row.reports} reports, not {truth.reports}")
        if truth.secret != row.secret_pk:
            result.differ(f"{name} came last by secret {row.secret_pk}, not {truth.secret}")
        _compare(f"{name}: messages at", kept.statuses, truth.sums.statuses, result)
        _compare(f"{name}: cost in", kept.costs, truth.sums.costs, result)
        _compare(f"{name}: cost step", kept.steps, truth.sums.steps, result)
        _compare(f"{name}: reports in minute and of code", kept_rates, truth.rates, result)
    for pk in {*truths, *stored, *rates}:
        result.differ(f"There are messages or sums of a batch that is not there (number {pk})")


def _compare(name: str, kept: dict[Any, Any], truth: dict[Any, Any], result: CheckResult) -> None:
    for key in sorted({*kept, *truth}):
        if kept.get(key) != truth.get(key):
            result.differ(f"{name} {key}: stored {kept.get(key)}, not {truth.get(key)}")


def _stored_sums(connection: Connection) -> dict[int, BatchSums]:
    sums: dict[int, BatchSums] = {}
    for row in connection.execute(select(batch_status)):
        counted = StatusSum(row.messages, row.settled, row.segments)
        sums.setdefault(row.batch_pk, BatchSums()).statuses[row.code] = counted
    for row in connection.execute(select(batch_cost)):
        cost = CostSum(row.units * NANO + row.nanos, row.messages)
        sums.setdefault(row.batch_pk, BatchSums()).costs[row.currency] = cost
    for row in _stream(connection, select(cost_step)):
        key = StepKey(row.currency, row.minute)
        sums.setdefault(row.batch_pk, BatchSums()).steps[key] = row.units * NANO + row.nanos
    return sums


def _stored_rates(connection: Connection) -> dict[int, Counter[tuple[int, int]]]:
    rates: dict[int, Counter[tuple[int, int]]] = {}
    for row in _stream(connection, select(report_step)):
        rates.setdefault(row.batch_pk, Counter())[row.minute, row.code] = row.reports
    return rates


def _check_counters(connection: Connection, result: CheckResult) -> None:
    """Compare the counts over everything."""
    every = connection.execute(select(meta)).one()
    repeats = connection.scalars(select(func.coalesce(func.sum(report.c.repeats), 0))).one()
    if repeats != every.repeats:
        result.differ(f"{every.repeats} duplicates are counted, but reports tell of {repeats}")
    for table, last in (
        (batch, every.last_batch),
        (message, every.last_message),
        (report, every.last_report),
    ):
        newest = connection.scalars(select(func.coalesce(func.max(table.c.pk), 0))).one()
        if newest > last:
            result.differ(
                f"The table {table.name} has a row {newest} beyond the last one given out"
            )
