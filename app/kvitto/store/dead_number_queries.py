"""Find the numbers that don't work among all messages that are kept."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from kvitto.core.dead_numbers import IN_A_ROW, DeadNumber, PastMessage, dead_number
from kvitto.core.invisible import HIDDEN_DIGIT
from kvitto.core.status import Result, result_of
from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.message_columns import IS_FINISHED
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, batch_status, message


class DeadNumbers(NamedTuple):
    """The numbers that don't work.

    Attributes:
        found: the numbers, those with the most failures first.
        since: when the oldest message that is kept and counts was sent, UTC; None for none.
    """

    found: list[DeadNumber]
    since: datetime | None


def read_dead_numbers(database: Database) -> DeadNumbers:
    """Return the numbers that don't work, over all that is kept; no demo is among it.

    Reads every message: takes about a second for a million of them, on any thread.

    Raises:
        StoreError: the database can't be read.
    """
    with database.read() as connection:
        uncounted = select(batch.c.pk).where(~REAL_BATCH)
        first = connection.scalar(
            select(func.min(message.c.first_created_at_us)).where(
                message.c.batch_pk.not_in(uncounted)
            )
        )
        since = None if first is None else from_microseconds(first)
        candidates = _candidates(connection)
        if not candidates:
            return DeadNumbers([], since)
        told: defaultdict[str, list[PastMessage]] = defaultdict(list)
        query = (
            select(
                message.c.recipient,
                message.c.created_at_us,
                message.c.code,
                IS_FINISHED.label("is_ended"),
            )
            .select_from(message)
            .join(batch, batch.c.pk == message.c.batch_pk)
            .where(is_one_of(message.c.recipient, candidates), REAL_BATCH)
        )
        for row in connection.execute(query):
            result = result_of(row.code, final=bool(row.is_ended))
            at = from_microseconds(row.created_at_us)
            told[row.recipient].append(PastMessage(at, row.code, result))
    dead = (dead_number(recipient, messages) for recipient, messages in told.items())
    found = [one for one in dead if one is not None]
    found.sort(key=lambda one: (-one.failures, one.recipient))
    return DeadNumbers(found, since)


def _candidates(connection: Connection) -> list[str]:
    """Return the numbers with enough failures: few, so that only their messages are looked at."""
    occurring = connection.scalars(select(batch_status.c.code).distinct()).all()
    codes = [code for code in occurring if _has_failed(code)]
    if not codes:
        return []
    query = (
        select(message.c.recipient)
        .select_from(message)
        .join(batch, batch.c.pk == message.c.batch_pk)
        .where(
            is_one_of(message.c.code, codes),
            IS_FINISHED,
            message.c.recipient.is_not(None),
            message.c.recipient.not_like(f"{HIDDEN_DIGIT}%"),  # a viewer can't tell them apart
            REAL_BATCH,
        )
        .group_by(message.c.recipient)
        .having(func.count() >= IN_A_ROW)
    )
    return [str(one) for one in connection.scalars(query)]


def _has_failed(code: int) -> bool:
    any_time = from_microseconds(0)
    result: Result = result_of(code, final=True)
    return PastMessage(any_time, code, result).has_failed
