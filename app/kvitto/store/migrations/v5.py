"""Version 5: states and sums by sharper rules, what was paid back, and marks of reports.

All messages are folded anew from their reports. Of messages that were deleted while their sums were
kept, those sums stay as they are.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from kvitto.store.migrations import v5_sums

_ROWS_AT_ONCE: Final = 1000

_NEW_COLUMNS: Final = (
    "ALTER TABLE message ADD COLUMN fingerprint INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE message ADD COLUMN funding_code INTEGER",
    "ALTER TABLE message ADD COLUMN funding_final BOOLEAN",
    "ALTER TABLE message ADD COLUMN funding_created_us INTEGER",
    "ALTER TABLE message ADD COLUMN price_report_pk INTEGER",
    "ALTER TABLE message ADD COLUMN price_currency TEXT",
    "ALTER TABLE message ADD COLUMN refund_price_nano INTEGER",
    "ALTER TABLE message ADD COLUMN refund_currency TEXT",
    "ALTER TABLE message ADD COLUMN refund_report_pk INTEGER",
    "ALTER TABLE message ADD COLUMN currency_report_pk INTEGER",
    "ALTER TABLE message ADD COLUMN segments_report_pk INTEGER",
    "ALTER TABLE message ADD COLUMN recipient_report_pk INTEGER",
    "ALTER TABLE message ADD COLUMN reference_report_pk INTEGER",
    "ALTER TABLE report ADD COLUMN marks TEXT",
    "ALTER TABLE report_step ADD COLUMN ended_count INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_status ADD COLUMN settled_segments INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_cost ADD COLUMN paid_back_units INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_cost ADD COLUMN paid_back_nanos INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_cost ADD COLUMN paid_back_count INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE batch_mark (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        marks TEXT NOT NULL,
        report_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, marks)
    ) WITHOUT ROWID
    """,
)
_OLD_COLUMNS: Final = (
    "ALTER TABLE message DROP COLUMN price_rank",
    "ALTER TABLE message DROP COLUMN segments_rank",
    "ALTER TABLE message DROP COLUMN recipient_rank",
    "ALTER TABLE message DROP COLUMN reference_rank",
)


def upgrade(connection: Connection) -> None:
    """Add the columns, and fold everything anew."""
    _execute(connection, _NEW_COLUMNS)
    _execute(connection, v5_sums.TAKEN_AWAY)
    if _leave_out_times(connection):
        connection.exec_driver_sql(_LATEST_CALLBACK_KEY)
    _fold_messages(connection)
    _execute(connection, _OLD_COLUMNS)
    _execute(connection, v5_sums.ADDED_ANEW)


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


# --- Reports ------------------------------------------------------------------------------------


class _Timed(NamedTuple):
    """A report whose time is absent, could not be read, or is out of bounds."""

    pk: int
    message_pk: int
    message_id: str
    batch_id: str
    code: int
    final: int
    created_us: int | None
    recipient: str | None
    segments: int | None
    price_nano: int | None
    currency: str | None
    reference: str | None
    body: bytes
    repeats: int


_TIMED: Final = """
    SELECT report.pk, report.message_pk, message.message_id, batch.batch_id, report.code,
        report.final, report.created_us, report.recipient, report.segments, report.price_nano,
        report.currency, report.reference, report.body, report.repeats
    FROM report
    JOIN message ON message.pk = report.message_pk
    JOIN batch ON batch.pk = message.batch_pk
    WHERE report.pk > ? AND (
        report.created_us IS NULL
        OR report.created_us < 946684800000000
        OR report.created_us > report.arrived_us + 86400000000
    )
    ORDER BY report.pk
    LIMIT ?
"""


_LATEST_CALLBACK_KEY: Final = """
    UPDATE batch SET secret_pk = latest.secret_pk
    FROM (
        SELECT message.batch_pk, report.secret_pk, max(report.pk)
        FROM report JOIN message ON message.pk = report.message_pk
        WHERE report.origin = 'webhook' AND report.secret_pk IS NOT NULL
        GROUP BY message.batch_pk
    ) AS latest
    WHERE latest.batch_pk = batch.pk AND batch.forgotten_us IS NULL
"""


def _leave_out_times(connection: Connection) -> bool:
    """Leave out the times that can't be right, and mark them and those that could not be read.

    Return whether a report went: without its time it was a copy of another.
    """
    last = 0
    is_any_gone = False
    while True:
        rows = connection.exec_driver_sql(_TIMED, (last, _ROWS_AT_ONCE)).all()
        if not rows:
            return is_any_gone
        for row in rows:
            is_any_gone |= _leave_out_time(connection, _Timed(*row))
        last = rows[-1].pk


def _leave_out_time(connection: Connection, one: _Timed) -> bool:
    """Leave out a report's time; return whether the report went with it."""
    if one.created_us is None:
        if _names_a_time(one.body):
            mark = "UPDATE report SET marks = 'created' WHERE pk = ?"
            connection.exec_driver_sql(mark, (one.pk,))
        return False
    fingerprint = _fingerprint_without_time(one)
    same = "SELECT pk FROM report WHERE message_pk = ? AND fingerprint = ?"
    first = connection.exec_driver_sql(same, (one.message_pk, fingerprint)).scalar()
    if first is None:
        change = (
            "UPDATE report SET created_us = NULL, marks = 'created', fingerprint = ? WHERE pk = ?"
        )
        connection.exec_driver_sql(change, (fingerprint, one.pk))
        return False
    # It says nothing that another one does not say: a copy of that.
    copied = "UPDATE report SET repeats = repeats + ? WHERE pk = ?"
    connection.exec_driver_sql(copied, (one.repeats + 1, first))
    connection.exec_driver_sql("DELETE FROM report WHERE pk = ?", (one.pk,))
    connection.exec_driver_sql("UPDATE meta SET repeats = repeats + 1")
    return True


def _names_a_time(body: bytes) -> bool:
    """Tell whether a body has something where its time should be."""
    try:
        fields = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and fields.get("created") not in (None, "")


def _fingerprint_without_time(one: _Timed) -> int:
    fields = (
        one.message_id,
        one.batch_id,
        one.code,
        bool(one.final),
        None,
        one.recipient,
        one.segments,
        one.price_nano,
        one.currency,
        one.reference,
    )
    digest = blake2b(msgspec.json.encode(fields), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


# --- Messages -----------------------------------------------------------------------------------

_FUNDED: Final = 103
_REFUNDED: Final = 104
_DELIVERED: Final = 201
_INFO: Final = 1
_STEPS: Final = {101: 1, 102: 2, 103: 3, 104: 4, 110: 5, 114: 6, 111: 7, 112: 8, 113: 9}
_GROUP_STEPS: Final = {1: 10, 2: 11, 4: 12, 5: 13}


class _Report(NamedTuple):
    """What matters of a report."""

    message_pk: int
    pk: int
    code: int
    final: int
    created_us: int
    arrived_us: int
    fingerprint: int
    price_nano: int | None
    currency: str | None
    segments: int | None
    recipient: str | None
    reference: str | None

    def rank(self) -> tuple[int, int, int, int]:
        """Return what decides which of a message's reports is its state."""
        ending = 0
        if self.final or self.code == _DELIVERED:
            ending = 1 if self.code // 100 == _INFO else 2
        step = _STEPS.get(self.code) or _GROUP_STEPS.get(self.code // 100, 0)
        return (ending, self.created_us, step, self.fingerprint)


_REPORTS: Final = """
    SELECT message_pk, pk, code, final, coalesce(created_us, arrived_us), arrived_us, fingerprint,
        price_nano, currency, segments, recipient, reference
    FROM report
    ORDER BY message_pk
"""
_STATE: Final = """
    UPDATE message SET code = ?, final = ?, created_us = ?, fingerprint = ?, report_pk = ?,
        arrived_us = ?, first_created_us = ?, reports = ?, price_nano = ?, currency = ?,
        funding_code = ?, funding_final = ?, funding_created_us = ?,
        segments = ?, recipient = ?, reference = ?,
        price_currency = ?, refund_price_nano = ?, refund_currency = ?,
        price_report_pk = ?, refund_report_pk = ?, currency_report_pk = ?,
        segments_report_pk = ?, recipient_report_pk = ?, reference_report_pk = ?
    WHERE pk = ?
"""


def _fold_messages(connection: Connection) -> None:
    """Fold the reports of every message anew."""
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).exec_driver_sql(_REPORTS)
    reports: Iterator[_Report] = (_Report(*row) for row in rows)
    states: list[tuple[Any, ...]] = []
    for message_pk, its in groupby(reports, attrgetter("message_pk")):
        states.append((*_state(list(its)), message_pk))
        if len(states) == _ROWS_AT_ONCE:
            connection.exec_driver_sql(_STATE, states)
            states.clear()
    if states:
        connection.exec_driver_sql(_STATE, states)


def _state(reports: list[_Report]) -> tuple[Any, ...]:
    """Return the values of `_STATE`, but the message."""
    newest_first = sorted(reports, key=_Report.rank, reverse=True)
    statuses = [one for one in newest_first if one.code != _REFUNDED]
    refunds = [one for one in newest_first if one.code == _REFUNDED]
    current = (statuses or refunds)[0]
    price = _first(statuses, "price_nano")
    refund = _first(refunds, "price_nano")
    currency, segments, recipient, reference = (
        _first(newest_first, name) for name in ("currency", "segments", "recipient", "reference")
    )
    fundings = [
        (one.final, one.created_us, one.code) for one in reports if one.code in (_FUNDED, _REFUNDED)
    ]
    final, created_us, code = max(fundings, default=(None, None, None))
    return (
        current.code,
        current.final,
        current.created_us,
        current.fingerprint,
        current.pk,
        current.arrived_us,
        min(one.created_us for one in reports),
        len(reports),
        price and price.price_nano,
        currency and currency.currency,
        code,
        final,
        created_us,
        segments and segments.segments,
        recipient and recipient.recipient,
        reference and reference.reference,
        None if price is currency else price and price.currency,
        refund and refund.price_nano,
        None if refund is currency else refund and refund.currency,
        *(
            None if one is None or one is current else one.pk
            for one in (price, refund, currency, segments, recipient, reference)
        ),
    )


def _first(newest_first: list[_Report], name: str) -> _Report | None:
    """Return the newest report that has a value."""
    return next((one for one in newest_first if getattr(one, name) is not None), None)
