"""Recompute all states and sums from the reports, and say where the store differs."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Table, func, select

from kvitto.core.aggregates import BatchAggregates, CostSum, StatusSum, StepKey
from kvitto.core.asked_status import standing, with_asked
from kvitto.core.erased import is_token
from kvitto.core.money import NANO, amount_of
from kvitto.core.report import Origin, bounded, fingerprint
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.core.status import is_finished
from kvitto.core.timestamps import minute_of
from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.database import Database
from kvitto.store.deletions import detached_keys
from kvitto.store.message_columns import MESSAGE
from kvitto.store.orphans import rows_that_lead_nowhere
from kvitto.store.record_rows import report_from_row, state_from_row
from kvitto.store.report_order import ROWS_AT_ONCE, ReportOrder, stream
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_mark,
    batch_report_minute,
    batch_status,
    message,
    purged_message,
    report,
    store_state,
)
from kvitto.store.server_errors import BodiesHiddenError

MAX_DIFFERENCES: Final = 100
"""Differences that are told one by one; the rest are counted."""


_LEFT_OVER: Final = frozenset({message.name, purged_message.name})
"""The tables that keep rows of a batch while it is being deleted."""


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

    Reads one consistent state, batch by batch; the writer goes on meanwhile. Memory holds the sums
    of one batch at a time.

    Args:
        database: what to check.
        on_progress: is told now and then how many of all reports are done.

    Raises:
        BodiesHiddenError: this user does not see what came.
        StoreError: the database can't be read.
    """
    result = CheckResult()
    with database.read() as connection:
        if database.is_masked(connection):
            raise BodiesHiddenError
        _check_file(connection, result)
        _check_batches(connection, result, on_progress)
        _check_counters(connection, result)
    return result


def _check_file(connection: Connection, result: CheckResult) -> None:
    """Let SQLite look for damage of its own; and look for rows that lead nowhere."""
    is_file = connection.dialect.name == "sqlite"
    if is_file:
        for (found,) in connection.exec_driver_sql("PRAGMA quick_check(20)"):
            if found != "ok":
                result.differ(f"The database file is damaged: {found}")
    gone = detached_keys(connection)
    for of, to in _rows_in_file(connection) if is_file else rows_that_lead_nowhere(connection):
        # What is left of a batch that is being deleted belongs to none.
        if to != batch.name or of not in _LEFT_OVER or not gone:
            result.differ(f"A row of {of} belongs to no row of {to}")


def _rows_in_file(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give the tables of each row that leads nowhere, and where it should lead."""
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield row[0], row[2]


class _BatchTruth:
    """What the reports say of a batch."""

    def __init__(self) -> None:
        self.sums = BatchAggregates()
        self.reports = 0
        self.first_us: int | None = None
        self.last_us: int | None = None
        """When its first and last report arrived."""
        self.sent_at_us: int | None = None
        self.references: set[str] = set()
        self.rates: dict[tuple[int, int], tuple[int, int]] = {}
        """Reports, and how many of them end their message, by minute and code."""
        self.marks: Counter[str] = Counter()
        self.latest = 0
        """The number of the latest webhook report that came by a callback key."""
        self.callback_key: int | None = None
        """The number of that callback key."""

    def see(self, row: Row[Any]) -> None:
        """Take in a report."""
        arrived_at_us: int = row.arrived_at_us
        self.first_us = (
            arrived_at_us if self.first_us is None else min(self.first_us, arrived_at_us)
        )
        self.last_us = arrived_at_us if self.last_us is None else max(self.last_us, arrived_at_us)
        told_us: int = arrived_at_us if row.created_at_us is None else row.created_at_us
        self.sent_at_us = told_us if self.sent_at_us is None else min(self.sent_at_us, told_us)
        if row.reference is not None and not is_token(row.reference):
            self.references = {*_ends(self.references), row.reference}
        key = (minute_of(arrived_at_us), row.code)
        reports, ended = self.rates.get(key, (0, 0))
        self.rates[key] = (reports + 1, ended + is_finished(row.code, final=row.is_final))
        if row.marks is not None:
            self.marks[row.marks] += 1
        if (
            row.callback_key_pk is None
            or row.origin != Origin.WEBHOOK.value
            or row.pk < self.latest
        ):
            return
        self.latest, self.callback_key = row.pk, row.callback_key_pk


def _check_batches(
    connection: Connection, result: CheckResult, on_progress: Callable[[int, int], None]
) -> None:
    """Fold every message's reports anew, and compare with what is stored."""
    total = connection.scalars(select(func.count()).select_from(report)).one()

    def rows(table: Table) -> ReportOrder:
        query = select(table).order_by(*table.primary_key.columns)
        return ReportOrder(stream(connection, query), "batch_pk")

    statuses, costs, steps, rates, marks = map(
        rows, (batch_status, batch_cost, batch_cost_minute, batch_report_minute, batch_mark)
    )
    of_message = (message.c.batch_pk, message.c.external_id)
    messages = ReportOrder(stream(connection, select(*MESSAGE).order_by(*of_message)), "batch_pk")
    told = select(report, message.c.batch_pk).join(message).order_by(*of_message)
    reports = ReportOrder(stream(connection, told), "batch_pk")
    beside = select(*ASKED_AS_REPORTS, message.c.batch_pk).join(message).order_by(*of_message)
    asked = ReportOrder(stream(connection, beside), "batch_pk")
    for row in stream(connection, select(batch).order_by(batch.c.pk)):
        result.batches += 1
        truth = _BatchTruth()
        done = result.reports
        _check_messages(
            row, messages.of(row.pk), reports.of(row.pk), asked.of(row.pk), truth, result
        )
        if done // ROWS_AT_ONCE != result.reports // ROWS_AT_ONCE:
            on_progress(result.reports, total)
        kept = _kept_sums(statuses.of(row.pk), costs.of(row.pk), steps.of(row.pk))
        kept_rates = {
            (one.minute, one.code): (one.report_count, one.finished_count)
            for one in rates.of(row.pk)
        }
        kept_marks = {one.marks: one.report_count for one in marks.of(row.pk)}
        # Of a purged batch the sums are all that is left.
        if row.purged_at_us is None:
            _compare_batch(row, truth, kept, result)
            name = f"Batch {row.external_id}: reports"
            _compare(f"{name} in minute and of code", kept_rates, truth.rates, result)
            _compare(f"{name} with the marks", kept_marks, truth.marks, result)
    on_progress(total, total)
    lost = {key for one in (statuses, costs, steps, rates, marks) for key in one.rest()}
    lost |= {key for key in messages.rest() if key not in detached_keys(connection)}
    for pk in sorted(lost):
        result.differ(f"There are messages or sums of a batch that is not there (number {pk})")
    _check_strays(connection, result)


def _check_messages(
    of: Row[Any],
    messages: Iterator[Row[Any]],
    reports: Iterator[Row[Any]],
    asked: Iterator[Row[Any]],
    truth: _BatchTruth,
    result: CheckResult,
) -> None:
    """Fold the reports of a batch's messages; all come in the order of the messages' ids."""
    by_message = ReportOrder(reports, "message_pk", is_sorted=False)
    beside = ReportOrder(asked, "message_pk", is_sorted=False)
    for row in messages:
        result.messages += 1
        name = f"Message {row.external_id} of batch {of.external_id}"
        told = (by_message.of(row.pk), beside.of(row.pk))
        state = _fold(*told, of.external_id, row.external_id, name, truth, result)
        if state is None:
            result.differ(f"{name} has no reports")
            continue
        truth.reports += state.reports
        truth.sums.move(None, state)
        if state != state_from_row(row):
            result.differ(f"{name} is stored as {_told(state_from_row(row))}, not {_told(state)}")
        result.reports += state.reports


def _check_strays(connection: Connection, result: CheckResult) -> None:
    """Look for reports that belong to no message."""
    lost = (
        select(report.c.message_pk)
        .join(message, isouter=True)
        .where(message.c.pk.is_(None))
        .group_by(report.c.message_pk)
        .order_by(report.c.message_pk)
    )
    for (key,) in stream(connection, lost):
        result.differ(f"There are reports of a message that is not there (number {key})")


def _fold(
    rows: Iterator[Row[Any]],
    asked: Iterator[Row[Any]],
    batch_id: str,
    message_id: str,
    name: str,
    truth: _BatchTruth,
    result: CheckResult,
) -> MessageState | None:
    """Return the state of a message by its reports and asked statuses; None where it has none."""
    state: MessageState | None = None
    seen: list[ReceivedReport] = []
    for row in rows:
        received = _received(row, batch_id, message_id, name, result)
        seen.append(received)
        truth.see(row)
        state = MessageState.first(received) if state is None else state.after(received)
    for row in asked:
        received = _received(row, batch_id, message_id, name, result)
        if not standing([received], seen):
            result.differ(f"{name} has an asked status that a report has told of")
        state = with_asked(state, received)
    return state


def _received(
    row: Row[Any], batch_id: str, message_id: str, name: str, result: CheckResult
) -> ReceivedReport:
    received = report_from_row(row, batch_id=batch_id, message_id=message_id)
    if fingerprint(received.report) != row.fingerprint:
        result.differ(f"{name} has a report whose fields are not those that came")
    if bounded(received.report, received.arrived) is not received.report:
        result.differ(f"{name} has a report whose time can't be right")
    return received


def _told(state: MessageState) -> str:
    price = "no price" if state.price is None else f"price {amount_of(state.price.nano):f}"
    paid_back = ", paid back" if state.is_refunded else ""
    final = ", final" if state.final else ""
    return f"{state.code}{final} since {state.rank.created.isoformat()}, {price}{paid_back}"


def _compare_batch(
    of: Row[Any],
    truth: _BatchTruth,
    kept: BatchAggregates,
    result: CheckResult,
) -> None:
    name = f"Batch {of.external_id}"
    truth.sums.drop_zeros()
    kept.drop_zeros()
    if truth.reports != of.report_count:
        result.differ(f"{name} counts {of.report_count} reports, not {truth.reports}")
    # One that has never reported is kept with the time when it was found.
    is_unreported = of.origin == Origin.API.value and not truth.reports
    seen = (of.first_seen_at_us, of.last_seen_at_us)
    if (truth.first_us, truth.last_us) != seen and not is_unreported:
        result.differ(f"{name} was not first and last seen when its reports arrived")
    if truth.sent_at_us != of.sent_at_us and not is_unreported:
        result.differ(f"{name} was not sent when the earliest of its reports says")
    if _ends(truth.references) != _ends({of.first_reference, of.last_reference} - {None}):
        result.differ(f"{name} does not have the references of its reports")
    if truth.callback_key != of.callback_key_pk:
        result.differ(f"{name} came last by key {of.callback_key_pk}, not {truth.callback_key}")
    _compare(f"{name}: messages at", kept.statuses, truth.sums.statuses, result)
    _compare(f"{name}: cost in", kept.costs, truth.sums.costs, result)
    _compare(f"{name}: cost step", kept.steps, truth.sums.steps, result)


def _ends(references: set[str]) -> set[str]:
    """Return the least and the greatest: whether all are the same, and which that is."""
    return {min(references), max(references)} if references else set()


def _compare(name: str, kept: dict[Any, Any], truth: dict[Any, Any], result: CheckResult) -> None:
    for key in sorted({*kept, *truth}):
        if kept.get(key) != truth.get(key):
            result.differ(f"{name} {key}: stored {kept.get(key)}, not {truth.get(key)}")


def _kept_sums(
    statuses: Iterable[Row[Any]], costs: Iterable[Row[Any]], steps: Iterable[Row[Any]]
) -> BatchAggregates:
    """Return the sums of a batch that the store keeps."""
    sums = BatchAggregates()
    for row in statuses:
        sums.statuses[row.code] = StatusSum(
            row.message_count, row.finished_count, row.segment_count, row.finished_segment_count
        )
    for row in costs:
        paid_back_nano = row.paid_back_units * NANO + row.paid_back_nanos
        sums.costs[row.currency] = CostSum(
            row.units * NANO + row.nanos, row.message_count, paid_back_nano, row.paid_back_count
        )
    for row in steps:
        sums.steps[StepKey(row.currency, row.minute)] = row.units * NANO + row.nanos
    return sums


def _check_counters(connection: Connection, result: CheckResult) -> None:
    """Compare the counts over everything."""
    every = connection.execute(select(store_state)).one()
    repeats = connection.scalars(select(func.coalesce(func.sum(report.c.repeat_count), 0))).one()
    if repeats != every.repeat_count:
        result.differ(f"{every.repeat_count} duplicates are counted, but reports tell of {repeats}")
    for table, last in (
        (batch, every.last_batch_pk),
        (message, every.last_message_pk),
        (report, every.last_report_pk),
    ):
        newest = connection.scalars(select(func.coalesce(func.max(table.c.pk), 0))).one()
        if newest > last:
            result.differ(
                f"The table {table.name} has a row {newest} beyond the last one given out"
            )
