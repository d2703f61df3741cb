"""The statements that fold a group of reports, compiled once."""

from typing import Final

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from kvitto.store.asked_tables import asked_batch
from kvitto.store.dialect import (
    ADDED,
    GREATEST,
    LEAST,
    NEW,
    NEW_IF_ANY,
    index_messages,
    insert_or_ignore,
    select_by_pairs,
    select_existing,
    upsert,
)
from kvitto.store.erasure_tables import erased_message
from kvitto.store.message_columns import SOURCES
from kvitto.store.prepared_statements import Prepared, PreparedInsert
from kvitto.store.receiver_tables import recent_repeat
from kvitto.store.record_rows import SOURCE_COLUMNS, STATE_COLUMNS
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_mark,
    batch_report_minute,
    batch_status,
    callback_key_usage,
    message,
    purged_message,
    report,
    store_state,
    unauthorized_minute,
)

_LATEST_US: Final = 2**62
"""After any time that there is."""
_IS_ASKED: Final = (
    select(asked_batch.c.batch_pk).where(asked_batch.c.batch_pk == batch.c.pk).scalar_subquery()
)
"""Not NULL where the API was asked about the batch: its messages may have asked statuses."""
_COUNTS: Final = (
    store_state.c.revision,
    store_state.c.last_batch_pk,
    store_state.c.last_message_pk,
    store_state.c.last_report_pk,
    store_state.c.repeat_count,
    store_state.c.quarantine_bytes,
    store_state.c.quarantine_dropped_count,
    store_state.c.indexed_message_pk,
    exists(select(erased_message.c.external_id)),
)
_OF_BATCH: Final = (
    batch.c.external_id,
    batch.c.pk,
    batch.c.origin,
    batch.c.purged_at_us,
    _IS_ASKED,
)
_OF_MESSAGE: Final = (*(message.c[name] for name in STATE_COLUMNS), SOURCES)


def _known_on_a_server() -> str:
    from kvitto.store.engines.postgresql_known import known_sql

    return known_sql(_COUNTS, _OF_BATCH, _OF_MESSAGE)


KNOWN: Final = Prepared(
    select_existing(counts=_COUNTS, of_batch=_OF_BATCH, of_message=_OF_MESSAGE),
    elsewhere=_known_on_a_server,
)
UPDATE_STORE_STATE: Final = Prepared(
    update(store_state),
    "revision",
    "last_batch_pk",
    "last_message_pk",
    "last_report_pk",
    "repeat_count",
    "quarantine_bytes",
    "quarantine_dropped_count",
    "indexed_message_pk",
)
INDEX_MESSAGES: Final = Prepared(index_messages())
PURGED: Final = Prepared(
    select_by_pairs(
        (purged_message.c.batch_pk, purged_message.c.external_id),
        purged_message.c.batch_pk,
        purged_message.c.external_id,
    )
)
ADD_BATCH: Final = PreparedInsert(
    upsert(
        batch,
        origin=NEW,
        first_seen_at_us=LEAST,
        last_seen_at_us=GREATEST,
        callback_key_pk=NEW_IF_ANY,
        report_count=ADDED,
        sent_at_us=LEAST,
        first_reference=LEAST,
        last_reference=GREATEST,
    ),
    "pk",
    "external_id",
    "first_seen_at_us",
    "last_seen_at_us",
    "report_count",
    "origin",
    "is_archived",
    "callback_key_pk",
    "sent_at_us",
    "first_reference",
    "last_reference",
    "revision",
)
REPORT_FIRST: Final = Prepared(
    update(batch)
    .where(batch.c.pk == bindparam("key"))
    .values(first_seen_at_us=_LATEST_US, last_seen_at_us=-_LATEST_US, sent_at_us=_LATEST_US)
)
"""For a batch that was only asked about, before its first reports: their times are its own."""
_CHANGED_STATE: Final = dict.fromkeys((*STATE_COLUMNS, *SOURCE_COLUMNS), NEW)
ADD_MESSAGE: Final = PreparedInsert(
    upsert(message, **_CHANGED_STATE),
    "pk",
    "batch_pk",
    "external_id",
    "revision",
    *STATE_COLUMNS,
)
"""For a message whose values are all of its current state: the others' sources become NULL."""
ADD_MIXED_MESSAGE: Final = PreparedInsert(
    upsert(message, **_CHANGED_STATE),
    "pk",
    "batch_pk",
    "external_id",
    "revision",
    *STATE_COLUMNS,
    *SOURCE_COLUMNS,
)
REPORT_COLUMNS: Final = tuple(report.c.keys())
ADD_REPORT: Final = PreparedInsert(insert(report), *REPORT_COLUMNS)
COUNT_REPEATS: Final = Prepared(
    update(report)
    .where(report.c.pk == bindparam("key"))
    .values(
        repeat_count=report.c.repeat_count + bindparam("new_repeats"),
        revision=bindparam("new_revision"),
    )
)
ADD_RECENT_REPEAT: Final = PreparedInsert(
    insert_or_ignore(recent_repeat), "report_pk", "arrived_at_us", "revision"
)
ADD_STATUS: Final = PreparedInsert(
    upsert(
        batch_status,
        message_count=ADDED,
        finished_count=ADDED,
        segment_count=ADDED,
        finished_segment_count=ADDED,
    ),
    "batch_pk",
    "code",
    "message_count",
    "finished_count",
    "segment_count",
    "finished_segment_count",
    "revision",
)
ADD_COST: Final = PreparedInsert(
    upsert(
        batch_cost,
        units=ADDED,
        nanos=ADDED,
        message_count=ADDED,
        paid_back_units=ADDED,
        paid_back_nanos=ADDED,
        paid_back_count=ADDED,
    ),
    "batch_pk",
    "currency",
    "units",
    "nanos",
    "message_count",
    "paid_back_units",
    "paid_back_nanos",
    "paid_back_count",
    "revision",
)
ADD_MARKS: Final = PreparedInsert(
    upsert(batch_mark, report_count=ADDED),
    "batch_pk",
    "marks",
    "report_count",
    "revision",
)
ADD_USAGE: Final = PreparedInsert(
    upsert(callback_key_usage, report_count=ADDED, body_bytes=ADDED),
    "callback_key_pk",
    "day",
    "report_count",
    "body_bytes",
    "raised_count",
    "revision",
)
ADD_STEP: Final = PreparedInsert(
    upsert(batch_cost_minute, units=ADDED, nanos=ADDED),
    "batch_pk",
    "currency",
    "minute",
    "units",
    "nanos",
    "revision",
)
ADD_REPORTS: Final = PreparedInsert(
    upsert(batch_report_minute, report_count=ADDED, finished_count=ADDED),
    "batch_pk",
    "minute",
    "code",
    "report_count",
    "finished_count",
    "revision",
)
ADD_UNAUTHORIZED_COUNTS: Final = PreparedInsert(
    upsert(unauthorized_minute, request_count=ADDED), "minute", "request_count", "revision"
)
