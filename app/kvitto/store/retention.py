"""What is old enough to be purged, and how much that is.

A batch is purged as a whole, once its newest report is old enough. Its sums can be kept: then
only its messages and reports go, and with them every phone number and body.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, exists, func, or_, select

from kvitto.core.awaited import AFTER_LAST_REPORT, is_batch_finished
from kvitto.core.report import LATEST_CREATED
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.asked_tables import asked_batch
from kvitto.store.bin import KEPT, kept_long_enough
from kvitto.store.clock_guard import ClockDoubt, clock_doubt, newest_own_time
from kvitto.store.database import Database
from kvitto.store.expected_counts import EXPECTED_COUNT
from kvitto.store.schema import batch, batch_mark, batch_status, message, quarantine

LONG_SILENT: Final = timedelta(days=30)
"""A batch that is not finished must be silent at least this long: its last reports may still come,
and what one says of a purged message does not reach the sums any more."""


class RetentionRule(msgspec.Struct, frozen=True):
    """What is kept.

    Attributes:
        days: what is older goes.
        keeps_sums: whether the sums of a purged batch stay, or nothing of it.
    """

    days: int
    keeps_sums: bool = True


class PurgePlan(msgspec.Struct, frozen=True):
    """What is old enough to be purged at one moment.

    Attributes:
        rule: by which rule.
        seen_before: a batch that was heard of since then is not purged after all.
        batches: the keys of the batches, in order of first arrival.
        messages, reports: how many there are in them.
        refused: the keys of refused requests that are as old.
        oldest: when the oldest report of them arrived, UTC; None where nothing is due.
        binned: the keys of the batches whose time in the bin is over; of `due_in_bin` only.
        doubt: why the clock is not believed: then nothing is purged; None where it is.
    """

    rule: RetentionRule
    seen_before: datetime
    batches: Sequence[int] = ()
    messages: int = 0
    reports: int = 0
    refused: Sequence[int] = ()
    oldest: datetime | None = None
    binned: Sequence[int] = ()
    doubt: ClockDoubt | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would go."""
        return not (self.batches or self.refused or self.binned)


class Retention:
    """Finds what is old, from any thread."""

    def __init__(self, database: Database) -> None:
        """Look into `database`, which must stay open."""
        self._database = database

    def due(self, rule: RetentionRule, now: datetime) -> PurgePlan:
        """Return what would be purged now.

        A batch is due when its newest report is older than the rule's days, and no report can come
        any more (`core.awaited`): it is finished at the size that the user expects, or looks
        finished and was silent as long as that takes, or was silent for `LONG_SILENT`. Where sums
        are kept, one of which only those are left is not.
        """
        before = now - timedelta(days=rule.days)
        with self._database.read() as connection:
            doubt = clock_doubt(connection, now)
            found = list(_old_batches(connection, rule, before, now))
            refused = connection.scalars(
                select(quarantine.c.pk)
                .where(quarantine.c.last_seen_at_us < to_microseconds(before))
                .order_by(quarantine.c.pk)
            ).all()
        return PurgePlan(
            rule=rule,
            seen_before=before,
            batches=[one.key for one in found],
            messages=sum(one.messages for one in found),
            reports=sum(one.reports for one in found),
            refused=refused,
            oldest=min((one.first_seen for one in found), default=None),
            doubt=doubt,
        )

    def due_in_bin(self, now: datetime) -> PurgePlan:
        """Return what would be deleted of the bin now, whatever else is kept."""
        with self._database.read() as connection:
            return PurgePlan(
                rule=RetentionRule(KEPT.days, keeps_sums=False),
                seen_before=now - KEPT,
                binned=kept_long_enough(connection, now),
                doubt=clock_doubt(connection, now),
            )


class _OldBatch(msgspec.Struct):
    key: int
    messages: int
    reports: int
    first_seen: datetime


def _old_batches(
    connection: Connection, rule: RetentionRule, before: datetime, now: datetime
) -> Iterator[_OldBatch]:
    """Yield the batches that are due, in order of first arrival."""
    counted = (
        select(
            batch_status.c.batch_pk,
            func.sum(batch_status.c.message_count).label("message_count"),
            func.sum(batch_status.c.finished_count).label("finished_count"),
        )
        .group_by(batch_status.c.batch_pk)
        .subquery()
    )
    has_messages = exists(select(1).where(message.c.batch_pk == batch.c.pk))
    # No time that is kept of a report lies later than so after its arrival: of most batches the
    # messages need not be read.
    near_us = to_microseconds(before - LATEST_CREATED)
    may_tell_later = or_(
        batch.c.last_seen_at_us >= near_us,
        exists(select(1).where(asked_batch.c.batch_pk == batch.c.pk)),
        exists(select(1).where(batch_mark.c.batch_pk == batch.c.pk)),
    )
    query = (
        select(
            batch,
            EXPECTED_COUNT,
            counted.c.message_count,
            counted.c.finished_count,
            has_messages.label("has_messages"),
            may_tell_later.label("may_tell_later"),
        )
        .join(counted, counted.c.batch_pk == batch.c.pk)
        .where(batch.c.last_seen_at_us < to_microseconds(before))
        .order_by(batch.c.pk)
    )
    silent_us = to_microseconds(now - LONG_SILENT)
    quiet_us = to_microseconds(now - AFTER_LAST_REPORT)
    for row in connection.execute(query).all():
        looks_finished = is_batch_finished(
            messages=row.message_count, finished=row.finished_count, expected=row.expected
        )
        is_over = looks_finished and (row.expected is not None or row.last_seen_at_us < quiet_us)
        if not (is_over or row.last_seen_at_us < silent_us):
            continue
        if rule.keeps_sums and not row.has_messages:
            continue
        own_time = newest_own_time(connection, row.pk, now) if row.may_tell_later else None
        if own_time is not None and own_time >= before:
            continue  # it came while the computer's clock was behind
        messages, reports = row.message_count, row.report_count
        if row.purged_at_us is not None:
            messages, reports = _left_of(connection, row.pk)
        yield _OldBatch(row.pk, messages, reports, from_microseconds(row.first_seen_at_us))


def _left_of(connection: Connection, batch_key: int) -> tuple[int, int]:
    """Count what is left of a batch of which a part is purged: its sums don't tell."""
    query = select(func.count(), func.coalesce(func.sum(message.c.report_count), 0)).where(
        message.c.batch_pk == batch_key
    )
    messages, reports = connection.execute(query).one()
    return messages, reports
