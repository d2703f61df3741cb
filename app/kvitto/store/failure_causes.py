"""Why messages of batches did not arrive, read for many batches at once."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, case, func, or_, select, true

from kvitto.core.calling_codes import LONGEST, calling_code_of
from kvitto.core.status import DELIVERED_TO_HANDSET
from kvitto.core.undelivered import (
    LEAST_OF_ROUTE,
    LONG,
    QUICK,
    FailureCount,
    FailureGroup,
    FailurePace,
    failure_groups,
)
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.message_columns import IS_FINISHED
from kvitto.store.schema import message

_MICROSECOND: Final = timedelta(microseconds=1)
TIME_TO_FINISH_US: Final = message.c.created_at_us - message.c.first_created_at_us
"""How long a finished message took, from its first known status to the one that ended it."""
PACE: Final = case(
    (message.c.report_count < 2, FailurePace.UNKNOWN.value),
    (TIME_TO_FINISH_US < QUICK // _MICROSECOND, FailurePace.QUICK.value),
    (TIME_TO_FINISH_US >= LONG // _MICROSECOND, FailurePace.LONG.value),
    else_=FailurePace.USUAL.value,
)
"""How long a finished message was tried, see `kvitto.core.undelivered.pace_of`."""
FIRST_DIGITS: Final = func.coalesce(func.substr(message.c.recipient, 1, LONGEST), "")
"""As many digits of the recipient as tell where a message went."""

Causes = dict[tuple[int, int], FailureGroup]
"""The group of messages that did not arrive, by the key of their batch and their code."""


def read_causes(connection: Connection, batch_keys: Collection[int]) -> Causes:
    """Return why the messages of batches mostly did not arrive. Reads all of their messages."""
    counts = _ended(connection, batch_keys)
    for key, delivered in _delivered(connection, counts).items():
        counts[key] += delivered
    return {
        (key, code): group
        for key, ended in counts.items()
        for group in failure_groups(ended)
        for code in group.codes
    }


def read_failed_ids(
    database: Database, batch_key: int, codes: Collection[int], calling_code: str, *, limit: int
) -> list[str]:
    """Return the SMS service's ids of some messages of a batch that did not arrive, in any order.

    Args:
        database: where.
        batch_key: the batch.
        codes: that ended them.
        calling_code: the country that they went to; "" for any.
        limit: how many to return at most.

    Raises:
        StoreError: the database can't be read.
    """
    query = select(message.c.external_id).where(
        message.c.batch_pk == batch_key,
        is_one_of(message.c.code, codes),
        IS_FINISHED,
        message.c.recipient.like(f"{calling_code}%") if calling_code else true(),
    )
    with database.read() as connection:
        return list(connection.scalars(query.limit(limit)))


def countries_to_ask(failed: Collection[FailureCount]) -> list[str]:
    """Return the countries to which so many failed that it may be the route."""
    by_country: Counter[str] = Counter()
    for one in failed:
        if one.code != DELIVERED_TO_HANDSET:
            by_country[one.calling_code] += one.messages
    return [one for one, many in by_country.items() if one and many >= LEAST_OF_ROUTE]


def _ended(connection: Connection, batch_keys: Collection[int]) -> dict[int, list[FailureCount]]:
    """Return how all but the delivered messages ended, by batch."""
    pace, digits = PACE.label("pace"), FIRST_DIGITS.label("first_digits")
    alike = (message.c.batch_pk, message.c.code, pace, digits)
    query = (
        select(*alike, func.count())
        .where(
            is_one_of(message.c.batch_pk, batch_keys),
            IS_FINISHED,
            message.c.code != DELIVERED_TO_HANDSET,
        )
        .group_by(*alike)
    )
    found: Counter[tuple[int, int, str, str]] = Counter()
    for key, code, paced, first, messages in connection.execute(query):
        found[key, code, paced, calling_code_of(first)] += messages
    counts: defaultdict[int, list[FailureCount]] = defaultdict(list)
    for (key, code, paced, country), messages in found.items():
        counts[key].append(FailureCount(code, FailurePace(paced), country, messages))
    return counts


def _delivered(
    connection: Connection, failed: dict[int, list[FailureCount]]
) -> dict[int, list[FailureCount]]:
    """Return how many messages reached the countries to which many failed, by batch."""
    wanted = {key: countries_to_ask(counts) for key, counts in failed.items()}
    countries = sorted({one for some in wanted.values() for one in some})
    if not countries:
        return {}
    asked = [key for key, some in wanted.items() if some]
    query = (
        select(message.c.batch_pk, FIRST_DIGITS, func.count())
        .where(
            is_one_of(message.c.batch_pk, asked),
            message.c.code == DELIVERED_TO_HANDSET,
            or_(*(message.c.recipient.like(f"{one}%") for one in countries)),
        )
        .group_by(message.c.batch_pk, FIRST_DIGITS)
    )
    found: defaultdict[int, list[FailureCount]] = defaultdict(list)
    for key, first, messages in connection.execute(query):
        country = calling_code_of(first)
        found[key].append(
            FailureCount(DELIVERED_TO_HANDSET, FailurePace.UNKNOWN, country, messages)
        )
    return found
