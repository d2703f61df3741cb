"""Recompute all states and sums from the reports, and say where the store differs."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, func, select
from sqlalchemy.exc import DBAPIError

from kvitto.core.asked_status import standing, with_asked
from kvitto.core.money import amount_of
from kvitto.core.state import MessageState, ReceivedReport, rank_of
from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.asked_tables import asked_status
from kvitto.store.batch_comparison import (
    BatchTruth,
    compare,
    compare_batch,
    compare_sums,
    kept_sums,
)
from kvitto.store.check_result import CheckResult
from kvitto.store.database import Database
from kvitto.store.deletions import Deletion, detached_keys
from kvitto.store.file_check import FileCheck
from kvitto.store.record_rows import report_from_row
from kvitto.store.report_order import ROWS_AT_ONCE, ReportOrder, Tuple, blocks, stream
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_mark,
    batch_report_minute,
    batch_status,
    message,
    pending_deletion,
    purged_message,
    report,
)
from kvitto.store.server_errors import BodiesHiddenError
from kvitto.store.told_messages import (
    MESSAGE,
    REPORT,
    ByMessage,
    altered,
    differing,
    is_stored,
    named,
    state_of,
    untimely,
    values_of,
)
from kvitto.store.wrong_values import READING_FAILS, any_text, is_no_text, plain

_Columns: TypeAlias = Callable[[Iterable[ColumnElement[Any]]], Iterable[ColumnElement[Any]]]
"""What is read of columns: these, or `plain` of them."""
_STOP_EVERY_S: Final = 0.05
_OWN_CURRENCIES: Final = frozenset({"price_currency", "refund_currency"})


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
    with ThreadPoolExecutor(1, "kvitto-check") as beside, database.read() as connection:
        if database.is_masked(connection):
            raise BodiesHiddenError
        file_check = FileCheck(database)
        of_file = beside.submit(file_check.run)
        try:
            result = _compute(connection, of_file, on_progress)
            result.put_first(of_file.result())
        except BaseException:
            # An interruption between two queries is none.
            while not of_file.done():
                file_check.stop()
                wait([of_file], _STOP_EVERY_S)
            raise
    return result


def _compute(
    connection: Connection, of_file: Future[CheckResult], on_progress: Callable[[int, int], None]
) -> CheckResult:
    """Check what is computed; without the values that columns can't have, where there are any.

    Args:
        connection: the state to check.
        of_file: tells whether there are any; they are differences of its own.
        on_progress: see `check`.
    """
    try:
        return _check_batches(connection, on_progress, list)
    except READING_FAILS as error:
        is_text = is_no_text(error)
        is_of_database = isinstance(error, DBAPIError | sqlite3.Error)
        if not is_text and (is_of_database or not of_file.result().found):
            raise
    with any_text(connection):
        result = _check_batches(connection, on_progress, partial(plain, connection))
    if is_text and not result.found:
        result.differ("A text in the database is not UTF-8")
    return result


def _check_batches(
    connection: Connection, on_progress: Callable[[int, int], None], columns: _Columns
) -> CheckResult:
    """Fold every message's reports anew, and compare with what is stored."""
    result = CheckResult()
    # Only how far it is: to count the reports themselves takes long.
    [report_count] = plain(connection, [batch.c.report_count])
    total = int(connection.scalars(select(func.coalesce(func.sum(report_count), 0))).one())
    with ExitStack() as reading:
        _check_each(connection, result, reading, total, on_progress, columns)
    on_progress(total, total)
    return result


def _check_each(
    connection: Connection,
    result: CheckResult,
    reading: ExitStack,
    total: int,
    on_progress: Callable[[int, int], None],
    columns: _Columns,
) -> None:
    """Check batch by batch; what is left open by then is closed by `reading`."""

    def rows(table: Table) -> ReportOrder:
        query = select(*columns(table.columns)).order_by(*table.primary_key.columns)
        return ReportOrder(reading.enter_context(closing(stream(connection, query))), "batch_pk")

    def in_blocks(query: Select[Any]) -> Iterator[Sequence[Tuple]]:
        return reading.enter_context(closing(blocks(connection, query)))

    statuses, costs, steps, rates, marks = map(
        rows, (batch_status, batch_cost, batch_cost_minute, batch_report_minute, batch_mark)
    )
    of_message = (message.c.batch_pk, message.c.external_id)
    query = select(*columns(MESSAGE)).order_by(*of_message)
    messages = ReportOrder(chain.from_iterable(in_blocks(query)), itemgetter(0))
    of_report = [report.c[name] for name in REPORT]
    told = select(*columns([message.c.batch_pk, report.c.message_pk, *of_report])).select_from(
        report.join(message)
    )
    reports = ByMessage(in_blocks(told.order_by(*of_message)))
    asked_columns = {one.name: one for one in ASKED_AS_REPORTS}
    of_asked = [asked_columns[name] for name in REPORT]
    beside = select(
        *columns([message.c.batch_pk, asked_status.c.message_pk, *of_asked])
    ).select_from(asked_status.join(message))
    asked = ByMessage(in_blocks(beside.order_by(*of_message)))
    for row in stream(connection, select(*columns(batch.columns)).order_by(batch.c.pk)):
        result.batches += 1
        reports.skip_to(row.pk)
        asked.skip_to(row.pk)
        checking = _Checking(row, reports, asked, result)
        of_batch = messages.of(row.pk)
        while some := list(islice(of_batch, ROWS_AT_ONCE)):
            before = result.messages // ROWS_AT_ONCE
            checking.take(some)
            if result.messages // ROWS_AT_ONCE != before:
                on_progress(min(result.reports, total), total)
        truth = checking.truth
        kept = kept_sums(statuses.of(row.pk), costs.of(row.pk), steps.of(row.pk))
        kept_rates = {
            (one.minute, one.code): (one.report_count, one.finished_count)
            for one in rates.of(row.pk)
        }
        kept_marks = {one.marks: one.report_count for one in marks.of(row.pk)}
        if row.purged_at_us is not None:
            result.purged += 1
            known = _known_messages(connection, row.pk)
            compare_sums(row, kept, kept_rates, kept_marks, known, result)
        else:
            compare_batch(row, truth, kept, result)
            name = f"Batch {row.external_id}: reports"
            compare(f"{name} in minute and of code", kept_rates, truth.rates, result)
            compare(f"{name} with the marks", kept_marks, truth.marks, result)
    lost = {key for one in (statuses, costs, steps, rates, marks) for key in one.rest()}
    lost |= {key for key in messages.rest() if key not in detached_keys(connection)}
    for pk in sorted(lost):
        result.differ(f"There are messages or sums of a batch that is not there (number {pk})")


def _known_messages(connection: Connection, batch_key: int) -> int | None:
    """Return how many messages a purged batch had and has; a late report makes none of one anew.

    None while these ids are being deleted, too.
    """
    its_ids = and_(
        pending_deletion.c.batch_pk == batch_key,
        pending_deletion.c.kind == Deletion.OLD_BATCH.value,
    )
    if connection.scalar(select(pending_deletion.c.batch_pk).where(its_ids)) is not None:
        return None
    deleted = select(func.count()).where(purged_message.c.batch_pk == batch_key)
    its = and_(
        purged_message.c.batch_pk == message.c.batch_pk,
        purged_message.c.external_id == message.c.external_id,
    )
    others = (
        select(func.count())
        .select_from(message.outerjoin(purged_message, its))
        .where(message.c.batch_pk == batch_key, purged_message.c.external_id.is_(None))
    )
    return sum(connection.scalars(one).one() for one in (deleted, others))


class _Checking:
    """Folds the reports of a batch's messages, in the order of the messages' ids.

    Attributes:
        truth: what all of them say.

    Args:
        of: the batch.
        reports: all reports, in the order of their messages.
        asked: all asked statuses likewise.
        result: where it is counted, and differences are noted.
    """

    def __init__(
        self, of: Row[Any], reports: ByMessage, asked: ByMessage, result: CheckResult
    ) -> None:
        self.truth = BatchTruth()
        self._batch_id: str = of.external_id
        self._reports = reports
        self._asked = asked
        self._result = result

    def take(self, messages: Sequence[Tuple]) -> None:
        """Check some messages."""
        stored: list[Tuple] = []
        seen: list[Tuple] = []
        ids: list[str] = []
        for row in messages:
            _, key, message_id, *_ = row
            told, beside = self._reports.of(key), self._asked.of(key)
            seen += told
            ids += [message_id] * len(told)
            if not beside and is_stored(row, told):
                stored.append(values_of(row))
            else:
                self._fold(row, told, beside)
        self._see_that_they_came(seen, ids)
        self._result.messages += len(messages)
        self._result.reports += len(seen)
        self.truth.see(seen)
        self.truth.count(stored)

    def _name(self, message_id: str) -> str:
        return f"Message {message_id} of batch {self._batch_id}"

    def _see_that_they_came(self, rows: Sequence[Tuple], message_ids: Sequence[str]) -> None:
        """Compare the fields of reports, or of asked statuses, with their fingerprints."""
        for place in altered(rows, self._batch_id, message_ids):
            name = self._name(message_ids[place])
            self._result.differ(f"{name} has a report whose fields are not those that came")
        for place in untimely(rows):
            name = self._name(message_ids[place])
            self._result.differ(f"{name} has a report whose time can't be right")

    def _fold(self, row: Tuple, reports: Sequence[Tuple], asked: Sequence[Tuple]) -> None:
        """Fold a message's reports and asked statuses one by one, and compare its state."""
        message_id: str = row[2]
        name = self._name(message_id)
        state: MessageState | None = None
        seen: list[ReceivedReport] = []
        for one in map(named, reports):
            received = self._received(one, message_id)
            # Where the fingerprint is another, this has been told, and the kept one decides.
            rank = rank_of(received.report, one.arrived_at_us, one.fingerprint, one.pk)
            if state is None:
                state = MessageState.of(received.report, rank, one.arrived_at_us)
            else:
                state = state.after_report(received.report, rank, one.arrived_at_us)
            seen.append(received)
        self._see_that_they_came(asked, [message_id] * len(asked))
        for one in asked:
            received = self._received(named(one), message_id)
            if not standing([received], seen):
                self._result.differ(f"{name} has an asked status that a report has told of")
            state = with_asked(state, received)
        if state is None:
            self._result.differ(f"{name} has no reports")
            return
        self.truth.reports += state.reports
        self.truth.sums.move(None, state)
        columns = differing(row, state)
        if not columns:
            return
        kept, told = _told(state_of(row)), _told(state)
        if kept != told:
            self._result.differ(f"{name} is stored as {kept}, not {told}")
        elif _OWN_CURRENCIES.issuperset(columns):
            self._result.differ(f"{name} has a price in a currency that no report has told of")
        else:
            self._result.differ(f"{name} is not stored as its reports say: {', '.join(columns)}")

    def _received(self, row: Any, message_id: str) -> ReceivedReport:
        return report_from_row(row, batch_id=self._batch_id, message_id=message_id)


def _told(state: MessageState) -> str:
    price = "no price" if state.price is None else f"price {amount_of(state.price.nano):f}"
    paid_back = ", paid back" if state.is_refunded else ""
    final = ", final" if state.final else ""
    return f"{state.code}{final} since {state.rank.created.isoformat()}, {price}{paid_back}"
