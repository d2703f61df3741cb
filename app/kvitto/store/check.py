"""Recompute all states and sums from the reports, and say where the store differs."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, select

from kvitto.core.asked_status import standing, with_asked
from kvitto.core.money import amount_of
from kvitto.core.report import bounded, fingerprint
from kvitto.core.state import MessageState, ReceivedReport, rank_of
from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.batch_comparison import (
    BatchTruth,
    compare,
    compare_batch,
    compare_sums,
    kept_sums,
)
from kvitto.store.check_result import CheckResult
from kvitto.store.database import Database
from kvitto.store.deletions import detached_keys
from kvitto.store.message_columns import MESSAGE
from kvitto.store.orphans import rows_that_lead_nowhere
from kvitto.store.record_rows import (
    STATE_COLUMNS,
    report_from_row,
    sources_to_values,
    state_from_row,
    state_to_values,
)
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

_KEPT: Final = attrgetter(*STATE_COLUMNS)
_LEFT_OVER: Final = frozenset({message.name, purged_message.name})
"""The tables that keep rows of a batch while it is being deleted."""


def check(
    database: Database, *, on_progress: Callable[[int, int], None] = lambda _done, _all: None
) -> CheckResult:
    """Recompute everything that the store derives from its reports.

    Reads one consistent state, batch by batch; the writer goes on meanwhile. Memory holds the sums
    of one batch at a time.

    Args:
        database: what to check.
        on_progress: is told now and then how many of all reports are done. What it raises ends the
            check.

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
        truth = BatchTruth()
        for _ in _checked_messages(
            row, messages.of(row.pk), reports.of(row.pk), asked.of(row.pk), truth, result
        ):
            if result.messages % ROWS_AT_ONCE == 0:
                on_progress(min(result.reports, total), total)
        kept = kept_sums(statuses.of(row.pk), costs.of(row.pk), steps.of(row.pk))
        kept_rates = {
            (one.minute, one.code): (one.report_count, one.finished_count)
            for one in rates.of(row.pk)
        }
        kept_marks = {one.marks: one.report_count for one in marks.of(row.pk)}
        if row.purged_at_us is not None:
            result.purged += 1
            compare_sums(row, kept, kept_rates, kept_marks, result)
        else:
            compare_batch(row, truth, kept, result)
            name = f"Batch {row.external_id}: reports"
            compare(f"{name} in minute and of code", kept_rates, truth.rates, result)
            compare(f"{name} with the marks", kept_marks, truth.marks, result)
    on_progress(total, total)
    lost = {key for one in (statuses, costs, steps, rates, marks) for key in one.rest()}
    lost |= {key for key in messages.rest() if key not in detached_keys(connection)}
    for pk in sorted(lost):
        result.differ(f"There are messages or sums of a batch that is not there (number {pk})")
    _check_strays(connection, result)


def _checked_messages(
    of: Row[Any],
    messages: Iterator[Row[Any]],
    reports: Iterator[Row[Any]],
    asked: Iterator[Row[Any]],
    truth: BatchTruth,
    result: CheckResult,
) -> Iterator[None]:
    """Fold the reports of a batch's messages; all come in the order of the messages' ids.

    Gives nothing after each message.
    """
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
        if not _is_stored(row, state):
            kept = state_from_row(row)
            if state != kept:
                result.differ(f"{name} is stored as {_told(kept)}, not {_told(state)}")
        result.reports += state.reports
        yield


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
    truth: BatchTruth,
    result: CheckResult,
) -> MessageState | None:
    """Return the state of a message by its reports and asked statuses; None where it has none."""
    state: MessageState | None = None
    seen: list[ReceivedReport] = []
    for row in rows:
        received = _received(row, batch_id, message_id, name, result)
        report_of, arrived_at_us = received.report, row.arrived_at_us
        # Where the fingerprint is another, this has been told, and the kept one decides.
        rank = rank_of(report_of, arrived_at_us, row.fingerprint, row.pk)
        if state is None:
            state = MessageState.of(report_of, rank, arrived_at_us)
        else:
            state = state.after_report(report_of, rank, arrived_at_us)
        seen.append(received)
        truth.see(row)
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


def _is_stored(row: Row[Any], state: MessageState) -> bool:
    """Tell at once of most messages that they are stored as they are; False where it is unsure."""
    return (
        row.sources is None
        and sources_to_values(state) is None
        and _KEPT(row) == state_to_values(state)
    )


def _told(state: MessageState) -> str:
    price = "no price" if state.price is None else f"price {amount_of(state.price.nano):f}"
    paid_back = ", paid back" if state.is_refunded else ""
    final = ", final" if state.final else ""
    return f"{state.code}{final} since {state.rank.created.isoformat()}, {price}{paid_back}"


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
