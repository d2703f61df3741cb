"""Queries. They see one committed state of the store each, and never hold up the writer."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, true

from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_statuses import ASKED_AS_REPORTS
from kvitto.store.asked_tables import asked_status
from kvitto.store.batch_rows import batch_records, pages_of_records
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.changes import MOST_MESSAGES, read_changes
from kvitto.store.changes import Changes as Changes
from kvitto.store.database import Database
from kvitto.store.deletions import count_detached
from kvitto.store.dialect import is_one_of
from kvitto.store.message_columns import MESSAGE
from kvitto.store.real_batches import REAL_BATCH, REAL_REJECTION
from kvitto.store.records import (
    BatchRecord,
    MessageRecord,
    QuarantineRecord,
    ReportRecord,
    message_record,
    quarantine_record,
    report_record,
)
from kvitto.store.report_order import named
from kvitto.store.schema import (
    batch,
    batch_cost,
    message,
    quarantine,
    report,
    store_state,
    unauthorized_minute,
)
from kvitto.store.search_conditions import (
    ShownScope,
    conditions_among,
    conditions_of,
    is_shown,
)

_ROWS_AT_ONCE: Final = 1000
_MESSAGES: Final[Select[Any]] = (
    select(*MESSAGE, batch.c.external_id.label("batch_id"), batch.c.label, batch.c.origin)
    .select_from(message)
    .join(batch)
    .where(not_in_bin(batch.c.pk))
)
_REPORTS: Final = (
    select(
        report,
        message.c.external_id.label("message_id"),
        batch.c.external_id.label("batch_id"),
    )
    .join(message, report.c.message_pk == message.c.pk)
    .join(batch, message.c.batch_pk == batch.c.pk)
    .where(not_in_bin(batch.c.pk))
)
_ASKED: Final = (
    select(
        *ASKED_AS_REPORTS,
        message.c.external_id.label("message_id"),
        batch.c.external_id.label("batch_id"),
    )
    .join(message, asked_status.c.message_pk == message.c.pk)
    .join(batch, message.c.batch_pk == batch.c.pk)
    .where(not_in_bin(batch.c.pk))
)
_AS_ASKED: Final = asked_status.c.pk.desc()
"""Their keys go down."""
T = TypeVar("T")


class Counts(msgspec.Struct, frozen=True):
    """Counts over everything.

    Attributes:
        revision: the newest revision.
        batches, messages, reports: how many there are.
        repeats: how many duplicates of reports came.
        refused: how many different bodies are in quarantine.
        unkept: how many more were refused when the quarantine was full.
        unauthorized_counts: requests with a wrong or missing key, or to another path.
    """

    revision: int
    batches: int
    messages: int
    reports: int
    repeats: int
    refused: int
    unkept: int
    unauthorized_counts: int


class Reader:
    """Reads a database, from any thread; each call uses a connection of its own.

    What is in the bin is not there for anybody: only `counts` has it, where it counts demos, too.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    @property
    def database(self) -> Database:
        """Where it reads."""
        return self._database

    @property
    def folder(self) -> Path:
        """The data folder that goes with the database."""
        return self._database.folder

    def revision(self) -> int:
        """Return the newest revision."""
        with self._database.read() as connection:
            return int(connection.scalars(select(store_state.c.revision)).one())

    def counts(self, *, with_demo: bool = True) -> Counts:
        """Count everything. Takes time in proportion to the number of messages and reports.

        Args:
            with_demo: whether to count what demo campaigns and test reports made: batches,
                messages, reports and refused requests.
        """
        real = () if with_demo else (REAL_BATCH,)
        real_refused = () if with_demo else (REAL_REJECTION,)
        messages = select(func.count()).select_from(message)
        reports = select(func.count()).select_from(report)
        if not with_demo:
            messages = messages.join(batch).where(*real)
            reports = reports.join(message).join(batch).where(*real)
        with self._database.read() as connection:

            def number(query: Select[Any]) -> int:
                return int(connection.scalar(query) or 0)

            every = connection.execute(select(store_state)).one()
            # What has no batch any more was left out with the demos.
            gone_messages, gone_reports = count_detached(connection) if with_demo else (0, 0)
            return Counts(
                revision=every.revision,
                batches=number(select(func.count()).select_from(batch).where(*real)),
                messages=number(messages) - gone_messages,
                reports=number(reports) - gone_reports,
                repeats=every.repeat_count,
                refused=number(select(func.count()).select_from(quarantine).where(*real_refused)),
                unkept=every.quarantine_dropped_count,
                unauthorized_counts=number(select(func.sum(unauthorized_minute.c.request_count))),
            )

    def changes_since(self, revision: int, *, limit: int = MOST_MESSAGES) -> Changes:
        """Return what was touched by the commits after `revision`.

        Args:
            revision: the revision that the caller knows; 0 for everything.
            limit: how many messages to name at most.
        """
        with self._database.read() as connection:
            if revision:
                return read_changes(connection, revision, limit)
            newest = connection.scalars(select(store_state.c.revision)).one()
            if not newest:
                return Changes(newest, (), (), is_complete=True)
            batches = list(chain.from_iterable(pages_of_records(connection)))
            return read_changes(connection, revision, limit, batches=batches)

    def batches(self) -> list[BatchRecord]:
        """Return all batches with their sums, in order of first arrival."""
        with self._database.read() as connection:
            return list(chain.from_iterable(pages_of_records(connection)))

    def is_any_awaited(self, now: datetime) -> bool:
        """Tell whether a batch is waited for; see `BatchRecord.is_awaited`."""
        since = to_microseconds(now - AFTER_LAST_REPORT)
        with self._database.read() as connection:
            live = batch_records(connection, batch.c.last_seen_at_us >= since)
        return any(one.is_awaited(now) for one in live)

    def batch(self, batch_id: str) -> BatchRecord | None:
        """Return the batch with the SMS service's id `batch_id`, if it has been seen."""
        with self._database.read() as connection:
            return next(iter(batch_records(connection, batch.c.external_id == batch_id)), None)

    def messages(
        self, batch_key: int, *, after: str | None = None, limit: int = 200
    ) -> list[MessageRecord]:
        """Return a page of a batch's messages, by their ids.

        Args:
            batch_key: the number of the batch in the store.
            after: the message id that ended the page before; None for the first page.
            limit: how many messages a page has.
        """
        query = (
            _MESSAGES.where(message.c.batch_pk == batch_key)
            .order_by(message.c.external_id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(message.c.external_id > after)
        with self._database.read() as connection:
            return [message_record(row) for row in connection.execute(query)]

    def messages_by_key(self, keys: Iterable[int]) -> list[MessageRecord]:
        """Return the messages with these numbers, as far as there are any, in no certain order."""
        query = _MESSAGES.where(is_one_of(message.c.pk, keys))
        with self._database.read() as connection:
            return [message_record(row) for row in connection.execute(query)]

    def message(self, batch_id: str, message_id: str) -> MessageRecord | None:
        """Return a message by the SMS service's ids, if it has been seen."""
        query = _MESSAGES.where(
            batch.c.external_id == batch_id, message.c.external_id == message_id
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else message_record(row)

    def reports(self, message_key: int) -> list[ReportRecord]:
        """Return all reports about a message, in order of arrival, then what was asked of it."""
        query = _REPORTS.where(report.c.message_pk == message_key).order_by(report.c.pk)
        asked = _ASKED.where(asked_status.c.message_pk == message_key)
        with self._database.read() as connection:
            rows = [*connection.execute(query), *connection.execute(asked.order_by(_AS_ASKED))]
            return [report_record(row) for row in rows]

    # --- Streams: everything, in flat memory ----------------------------------------------------
    # Each shows one consistent state, however long it is read. Close it if it is not read out.
    # Those made by demo campaigns and test reports are among all, unless `with_demo` says no.
    # With `shown` they have just what is shown, whatever `with_demo` says.

    def stream_messages(
        self,
        batch_key: int | None = None,
        *,
        with_demo: bool = True,
        shown: ShownScope | None = None,
    ) -> Generator[MessageRecord, None, None]:
        """Yield all messages, or those of one batch, by batch and message id."""
        query = _MESSAGES.order_by(message.c.batch_pk, message.c.external_id)
        if batch_key is not None:
            query = query.where(message.c.batch_pk == batch_key)
        return self._stream((query,), message_record, with_demo=with_demo, shown=shown)

    def stream_reports(
        self,
        batch_key: int | None = None,
        *,
        with_demo: bool = True,
        shown: ShownScope | None = None,
    ) -> Generator[ReportRecord, None, None]:
        """Yield all reports in order of arrival; those of one batch, message by message.

        What was asked from the API comes after them.
        """
        if batch_key is None:
            query, asked = _REPORTS.order_by(report.c.pk), _ASKED.order_by(_AS_ASKED)
        else:
            of_batch, its_id = message.c.batch_pk == batch_key, message.c.external_id
            query = _REPORTS.where(of_batch).order_by(its_id, report.c.pk)
            asked = _ASKED.where(of_batch).order_by(its_id, _AS_ASKED)
        return self._stream((query, asked), report_record, with_demo=with_demo, shown=shown)

    def stream_quarantine(
        self, *, with_demo: bool = True
    ) -> Generator[QuarantineRecord, None, None]:
        """Yield all refused requests in the order in which they came first."""
        query = select(quarantine).order_by(quarantine.c.pk)
        if not with_demo:
            query = query.where(REAL_REJECTION)
        return self._stream((query,), quarantine_record)

    @contextmanager
    def streaming_batches(
        self, *, with_demo: bool = True, shown: ShownScope | None = None
    ) -> Iterator[tuple[Sequence[str], Iterator[BatchRecord]]]:
        """Give the currencies that occur, sorted, and all batches in order of first arrival.

        Both are of the same state: no batch has a cost in another currency.
        """
        with self._database.read() as connection:
            if shown is not None:
                real = [_is_shown_batch(connection, shown)]
            else:
                real = [] if with_demo else [REAL_BATCH]
            currencies = connection.scalars(
                select(batch_cost.c.currency)
                .join(batch, batch.c.pk == batch_cost.c.batch_pk)
                .where(batch_cost.c.message_count > 0, not_in_bin(batch.c.pk), *real)
                .distinct()
                .order_by(batch_cost.c.currency)
            ).all()
            yield currencies, chain.from_iterable(pages_of_records(connection, *real))

    def count_shown(self, shown: ShownScope, *, reports: bool = False) -> int:
        """Count the messages that are shown, or all reports about them."""
        counted = report if reports else message
        query = select(func.count()).select_from(counted)
        if reports:
            query = query.join(message, report.c.message_pk == message.c.pk)
        with self._database.read() as connection:
            query = query.join(batch, batch.c.pk == message.c.batch_pk)
            return int(connection.scalar(query.where(is_shown(connection, shown))) or 0)

    def _stream(
        self,
        queries: Sequence[Select[Any]],
        record: Callable[[Row[Any]], T],
        *,
        with_demo: bool = True,
        shown: ShownScope | None = None,
    ) -> Generator[T, None, None]:
        with self._database.read() as connection:
            narrowed = conditions_among(connection, shown, with_demo=with_demo)
            for query in queries:
                of_these = query.where(*narrowed)
                # Whoever reads no further has the server's cursor closed, too.
                options = {"yield_per": _ROWS_AT_ONCE}
                with connection.execute(of_these, execution_options=options) as rows:
                    yield from map(record, named(rows))


def _is_shown_batch(connection: Connection, shown: ShownScope) -> ColumnElement[bool]:
    parts = msgspec.structs.replace(shown, among=None).batches()
    if not shown.wanted.is_of_batches:
        matches = conditions_of(connection, shown.wanted).anywhere()
        parts.append(batch.c.pk.in_(select(message.c.batch_pk).where(matches)))
    return and_(true(), *parts)
