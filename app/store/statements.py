"""The statements that fold a group of reports, compiled once."""

from typing import Final

from sqlalchemy import bindparam, func, insert, select, update

from app.core.report import Origin
from app.store.dialect import (
    index_messages,
    insert_or_add,
    select_by_pairs,
    select_by_texts,
)
from app.store.prepared import Prepared
from app.store.rows import STATE_COLUMNS
from app.store.schema import (
    batch,
    batch_cost,
    batch_status,
    cost_step,
    forgotten,
    knock,
    message,
    meta,
    report,
    report_step,
)

META: Final = Prepared(
    select(
        meta.c.revision,
        meta.c.last_batch,
        meta.c.last_message,
        meta.c.last_report,
        meta.c.repeats,
        meta.c.quarantine_bytes,
        meta.c.quarantine_unkept,
        meta.c.indexed_message,
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
BATCHES: Final = Prepared(
    select_by_texts(
        (batch.c.pk, batch.c.batch_id, batch.c.origin, batch.c.forgotten_us), batch.c.batch_id
    )
)
FORGOTTEN: Final = Prepared(
    select_by_pairs(
        (forgotten.c.batch_pk, forgotten.c.message_id),
        forgotten.c.batch_pk,
        forgotten.c.message_id,
    )
)
MESSAGES: Final = Prepared(
    select_by_pairs(
        (
            message.c.pk,
            message.c.batch_pk,
            message.c.message_id,
            *(message.c[name] for name in STATE_COLUMNS),
        ),
        message.c.batch_pk,
        message.c.message_id,
    )
)
KNOWN_REPORTS: Final = Prepared(
    select_by_pairs(
        (report.c.message_pk, report.c.fingerprint, report.c.pk),
        report.c.message_pk,
        report.c.fingerprint,
    )
)
ADD_MESSAGE: Final = Prepared(
    insert(message), "pk", "batch_pk", "message_id", "revision", *STATE_COLUMNS
)
UPDATE_MESSAGE: Final = Prepared(
    update(message).where(message.c.pk == bindparam("key")), "revision", *STATE_COLUMNS
)
ADD_BATCH: Final = Prepared(
    insert(batch),
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
ADD_REPORT: Final = Prepared(insert(report), *report.c.keys())
MAKE_REAL: Final = Prepared(
    update(batch).where(batch.c.pk == bindparam("key")).values(origin=Origin.WEBHOOK.value)
)
UPDATE_BATCH: Final = Prepared(
    update(batch)
    .where(batch.c.pk == bindparam("key"))
    .values(
        last_seen_us=bindparam("seen_us"),
        secret_pk=func.coalesce(bindparam("new_secret"), batch.c.secret_pk),
        reports=batch.c.reports + bindparam("new_reports"),
        revision=bindparam("new_revision"),
    )
)
COUNT_REPEATS: Final = Prepared(
    update(report)
    .where(report.c.pk == bindparam("key"))
    .values(
        repeats=report.c.repeats + bindparam("new_repeats"),
        revision=bindparam("new_revision"),
    )
)
ADD_STATUS: Final = Prepared(
    insert_or_add(
        batch_status, batch_status.c.messages, batch_status.c.settled, batch_status.c.segments
    )
)
ADD_COST: Final = Prepared(
    insert_or_add(batch_cost, batch_cost.c.units, batch_cost.c.nanos, batch_cost.c.messages)
)
ADD_STEP: Final = Prepared(insert_or_add(cost_step, cost_step.c.units, cost_step.c.nanos))
ADD_REPORTS: Final = Prepared(insert_or_add(report_step, report_step.c.reports))
ADD_KNOCKS: Final = Prepared(insert_or_add(knock, knock.c.requests))
