"""What had become of a batch's messages at each age, and the same of the batches before it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from kvitto.core.status import Result, result_of
from kvitto.core.timestamps import from_microseconds
from kvitto.core.usual_share import KNOWN_MOST, LOOKS, MESSAGES_LEAST, Share, Shares
from kvitto.store.database import Database
from kvitto.store.message_columns import IS_FINISHED
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, batch_status, message

_AGES_US: Final = tuple(age // timedelta(microseconds=1) for age in LOOKS)
_NEVER: Final = len(LOOKS)
_CACHED_MOST: Final = 1000
_FAILED: Final = frozenset({Result.FAILED, Result.REJECTED, Result.EXPIRED})


class SharesSoFar(NamedTuple):
    """A batch, and what it is to be compared with.

    Attributes:
        own: its shares at each age of `LOOKS`; those of ages to come are as of now.
        known: the shares of the latest batches that were sent before it.
        known_sent: when each of those was sent, UTC.
    """

    own: Shares
    known: Sequence[Shares]
    known_sent: Sequence[datetime] = ()


class DeliveredShares:
    """Reads shares, and keeps those of batches that did not change since.

    A batch's age is that of its statuses, by the SMS service's clock, from the earliest of them on:
    when their reports arrived does not matter. Any thread may read, one at a time.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database
        self._cached: dict[int, tuple[int, Shares]] = {}

    def read(self, batch_keys: Iterable[int]) -> dict[int, SharesSoFar]:
        """Return the shares of these batches, without those of which nothing is known.

        Reads the messages of each batch that changed: takes time in proportion to their number,
        about half a second for 100,000. Those of before are as quick as a look into a dictionary.

        Raises:
            StoreError: the database can't be read.
        """
        found = {}
        with self._database.read() as connection:
            for key in batch_keys:
                row = connection.execute(_DATED.where(batch.c.pk == key)).one_or_none()
                if row is None:
                    continue
                before = connection.execute(
                    _LARGE.where(batch.c.sent_at_us < row.sent_at_us)
                    .order_by(batch.c.sent_at_us.desc())
                    .limit(KNOWN_MOST)
                ).all()
                found[key] = SharesSoFar(
                    self._shares(connection, row),
                    [self._shares(connection, one) for one in before],
                    [from_microseconds(one.sent_at_us) for one in before],
                )
        return found

    def _shares(self, connection: Connection, row: Any) -> Shares:
        revision, shares = self._cached.get(row.pk, (0, ()))
        if revision != row.revision:
            shares = _read(connection, row.pk, row.sent_at_us)
            while len(self._cached) >= _CACHED_MOST:
                del self._cached[next(iter(self._cached))]
            self._cached[row.pk] = (row.revision, shares)
        return shares


_DATED: Final = select(batch.c.pk, batch.c.revision, batch.c.sent_at_us).where(
    REAL_BATCH, batch.c.sent_at_us.is_not(None), batch.c.purged_at_us.is_(None)
)
_LARGE: Final = _DATED.where(
    select(func.sum(batch_status.c.message_count))
    .where(batch_status.c.batch_pk == batch.c.pk)
    .scalar_subquery()
    >= MESSAGES_LEAST
)


def _read(connection: Connection, batch_key: int, sent_at_us: int) -> Shares:
    begun = _look_of(message.c.first_created_at_us - sent_at_us).label("begun")
    ended = case((IS_FINISHED, _look_of(message.c.created_at_us - sent_at_us)), else_=_NEVER)
    is_finished = IS_FINISHED.label("is_finished")
    query = (
        select(begun, ended.label("ended"), message.c.code, is_finished, func.count().label("of"))
        .where(message.c.batch_pk == batch_key)
        .group_by(begun, ended, message.c.code, is_finished)
    )
    messages, delivered, failed = ([0] * (_NEVER + 1) for _ in range(3))
    for row in connection.execute(query):
        result = result_of(row.code, final=bool(row.is_finished))
        if result is Result.CANCELLED:
            continue
        messages[row.begun] += row.of
        if result is Result.DELIVERED:
            delivered[row.ended] += row.of
        elif result in _FAILED:
            failed[row.ended] += row.of
    columns = zip(*(accumulate(counts) for counts in (messages, delivered, failed)), strict=True)
    return tuple(Share(*counts) for counts in columns)[:_NEVER]


def _look_of(age_us: ColumnElement[int]) -> ColumnElement[int]:
    """Return the number of the first look at which something so old was to be seen."""
    return case(*((age_us <= limit, number) for number, limit in enumerate(_AGES_US)), else_=_NEVER)
