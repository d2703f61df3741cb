"""The statements that fold a group of reports, compiled once."""

from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.sqlite import insert

from kvitto.store.dialect import (
    ADDED,
    GREATEST,
    LEAST,
    NEW,
    NEW_IF_ANY,
    index_messages,
    select_by_pairs,
    select_existing,
    upsert,
)
from kvitto.store.message_columns import SOURCES
from kvitto.store.prepared_statements import Prepared, PreparedInsert
from kvitto.store.record_rows import SOURCE_COLUMNS, STATE_COLUMNS
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_mark,
    batch_status,
    callback_key_usage,
    cost_step,
    message,
    meta,
    purged,
    report,
    report_step,
    unauthorized,
)

KNOWN: Final = Prepared(
    select_existing(
        counts=(
            meta.c.revision,
            meta.c.last_batch,
            meta.c.last_message,
            meta.c.last_report,
            meta.c.repeats,
            meta.c.quarantine_bytes,
            meta.c.quarantine_unkept,
            meta.c.indexed_message,
        ),
        of_batch=(batch.c.batch_id, batch.c.pk, batch.c.origin, batch.c.forgotten_us),
        of_message=[*(message.c[name] for name in STATE_COLUMNS), SOURCES],
    )
)
UPDATE_META: Final = Prepared(
    update(meta),
    "revision",
    "last_batch",
    "last_message",
    "last_report",
    "repeats",
    "quarantine_bytes",
    "quarantine_unkept",
    "indexed_message",
)
INDEX_MESSAGES: Final = Prepared(index_messages())
PURGED: Final = Prepared(
    select_by_pairs(
        (purged.c.batch_pk, purged.c.message_id),
        purged.c.batch_pk,
        purged.c.message_id,
    )
)
ADD_BATCH: Final = PreparedInsert(
    upsert(
        batch,
        origin=NEW,
        first_seen_us=LEAST,
        last_seen_us=GREATEST,
        secret_pk=NEW_IF_ANY,
        reports=ADDED,
        sent_at_us=LEAST,
        first_reference=LEAST,
        last_reference=GREATEST,
    ),
    "pk",
    "batch_id",
    "first_seen_us",
    "last_seen_us",
    "reports",
    "origin",
    "done",
    "secret_pk",
    "sent_at_us",
    "first_reference",
    "last_reference",
    "revision",
)
_CHANGED_STATE: Final = dict.fromkeys((*STATE_COLUMNS, *SOURCE_COLUMNS), NEW)
ADD_MESSAGE: Final = PreparedInsert(
    upsert(message, **_CHANGED_STATE),
    "pk",
    "batch_pk",
    "message_id",
    "revision",
    *STATE_COLUMNS,
)
"""For a message whose values are all of its current state: the others' sources become NULL."""
ADD_MIXED_MESSAGE: Final = PreparedInsert(
    upsert(message, **_CHANGED_STATE),
    "pk",
    "batch_pk",
    "message_id",
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
        repeats=report.c.repeats + bindparam("new_repeats"),
        revision=bindparam("new_revision"),
    )
)
ADD_STATUS: Final = PreparedInsert(
    upsert(batch_status, messages=ADDED, settled=ADDED, segments=ADDED, settled_segments=ADDED),
    "batch_pk",
    "code",
    "messages",
    "settled",
    "segments",
    "settled_segments",
    "revision",
)
ADD_COST: Final = PreparedInsert(
    upsert(
        batch_cost,
        units=ADDED,
        nanos=ADDED,
        messages=ADDED,
        paid_back_units=ADDED,
        paid_back_nanos=ADDED,
        paid_back_count=ADDED,
    ),
    "batch_pk",
    "currency",
    "units",
    "nanos",
    "messages",
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
    "secret_pk",
    "day",
    "report_count",
    "body_bytes",
    "raised_count",
    "revision",
)
ADD_STEP: Final = PreparedInsert(
    upsert(cost_step, units=ADDED, nanos=ADDED),
    "batch_pk",
    "currency",
    "minute",
    "units",
    "nanos",
    "revision",
)
ADD_REPORTS: Final = PreparedInsert(
    upsert(report_step, reports=ADDED, ended_count=ADDED),
    "batch_pk",
    "minute",
    "code",
    "reports",
    "ended_count",
    "revision",
)
ADD_UNAUTHORIZED_COUNTS: Final = PreparedInsert(
    upsert(unauthorized, requests=ADDED), "minute", "requests", "revision"
)
