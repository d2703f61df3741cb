"""The statements that fold a group of reports, compiled once."""

from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.sqlite import insert

from app.store.dialect import (
    ADDED,
    GREATEST,
    LEAST,
    NEW,
    NEW_IF_ANY,
    index_messages,
    insert_or_change,
    select_by_pairs,
    select_known,
)
from app.store.message_columns import SOURCES
from app.store.prepared import Prepared, PreparedInsert
from app.store.rows import SOURCE_COLUMNS, STATE_COLUMNS
from app.store.schema import (
    batch,
    batch_cost,
    batch_mark,
    batch_status,
    cost_step,
    forgotten,
    knock,
    message,
    meta,
    report,
    report_step,
    secret_usage,
)

KNOWN: Final = Prepared(
    select_known(
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
FORGOTTEN: Final = Prepared(
    select_by_pairs(
        (forgotten.c.batch_pk, forgotten.c.message_id),
        forgotten.c.batch_pk,
        forgotten.c.message_id,
    )
)
ADD_BATCH: Final = PreparedInsert(
    insert_or_change(
        batch,
        origin=NEW,
        first_seen_us=LEAST,
        last_seen_us=GREATEST,
        secret_pk=NEW_IF_ANY,
        reports=ADDED,
    ),
    "pk",
    "batch_id",
    "first_seen_us",
    "last_seen_us",
    "reports",
    "origin",
    "done",
    "secret_pk",
    "revision",
)
_CHANGED_STATE: Final = dict.fromkeys((*STATE_COLUMNS, *SOURCE_COLUMNS), NEW)
ADD_MESSAGE: Final = PreparedInsert(
    insert_or_change(message, **_CHANGED_STATE),
    "pk",
    "batch_pk",
    "message_id",
    "revision",
    *STATE_COLUMNS,
)
"""For a message whose values are all of its current state: the others' sources become NULL."""
ADD_MIXED_MESSAGE: Final = PreparedInsert(
    insert_or_change(message, **_CHANGED_STATE),
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
    insert_or_change(
        batch_status, messages=ADDED, settled=ADDED, segments=ADDED, settled_segments=ADDED
    ),
    "batch_pk",
    "code",
    "messages",
    "settled",
    "segments",
    "settled_segments",
    "revision",
)
ADD_COST: Final = PreparedInsert(
    insert_or_change(
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
    insert_or_change(batch_mark, report_count=ADDED),
    "batch_pk",
    "marks",
    "report_count",
    "revision",
)
ADD_USAGE: Final = PreparedInsert(
    insert_or_change(secret_usage, report_count=ADDED, body_bytes=ADDED),
    "secret_pk",
    "day",
    "report_count",
    "body_bytes",
    "raised_count",
    "revision",
)
ADD_STEP: Final = PreparedInsert(
    insert_or_change(cost_step, units=ADDED, nanos=ADDED),
    "batch_pk",
    "currency",
    "minute",
    "units",
    "nanos",
    "revision",
)
ADD_REPORTS: Final = PreparedInsert(
    insert_or_change(report_step, reports=ADDED, ended_count=ADDED),
    "batch_pk",
    "minute",
    "code",
    "reports",
    "ended_count",
    "revision",
)
ADD_KNOCKS: Final = PreparedInsert(
    insert_or_change(knock, requests=ADDED), "minute", "requests", "revision"
)
