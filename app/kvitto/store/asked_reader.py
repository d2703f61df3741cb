"""What whoever asks the SMS service's API needs to know of the store."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Row, Select, distinct, exists, func, select

from kvitto.core.money import NO_CURRENCY, Money
from kvitto.core.report import DeliveryReport
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.askable import askable, key_if_askable
from kvitto.store.asked_edits import AskedOperator
from kvitto.store.asked_statuses import told_of
from kvitto.store.asked_tables import (
    asked_batch,
    asked_difference,
    asked_operator,
    asked_status,
)
from kvitto.store.database import Database
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.schema import batch, batch_status, message, report

_MOST_DIFFERENT: Final = 3
_AT_ONCE: Final = 500
_TAGS: Final = msgspec.json.Decoder(tuple[str, ...])


class AskableBatch(msgspec.Struct, frozen=True):
    """A batch that may be asked about.

    Attributes:
        batch_id: its id.
        callback_key: the key of the URL by which its latest report came; None for none.
        first_seen, last_seen: when its first and latest report came, UTC; without any, when it was
            found.
        messages: how many of its messages are known.
        finished: how many of them are finished.
        asked_at: when it was asked about last, UTC; None for never.
        incomplete: why that could not say that all is there; None where it could.
        there: how many messages the API says that it has; None where unknown.
        is_reported: whether any report of it has come.
        differs: whether what it said differed from what is here.
    """

    batch_id: str
    callback_key: int | None
    first_seen: datetime
    last_seen: datetime
    messages: int
    finished: int
    asked_at: datetime | None
    incomplete: str | None
    there: int | None
    is_reported: bool = True
    differs: bool = False

    @property
    def was_seen_whole(self) -> bool:
        """Whether a whole pass was made after its latest report."""
        return (
            self.asked_at is not None and self.incomplete is None and self.asked_at > self.last_seen
        )

    @property
    def is_confirmed(self) -> bool:
        """Whether that found nothing that differs."""
        return self.was_seen_whole and not self.differs


class KnownMessage(NamedTuple):
    """What is known of a message.

    Attributes:
        reports: what reports say.
        asked: what earlier passes have added beside them.
    """

    reports: Sequence[DeliveryReport] = ()
    asked: Sequence[DeliveryReport] = ()


class OtherMessages(NamedTuple):
    """How many messages of a batch are stored by a report, and unknown to the API.

    Attributes:
        settled: those that it should have known by then.
        young: those that it may not have known yet.
    """

    settled: int = 0
    young: int = 0


class DifferentMessage(msgspec.Struct, frozen=True):
    """A message of which the API and a report say different things.

    Attributes:
        message_id: which.
        kinds: in what they differ, each in a word.
        price: the API's price, where that is it.
    """

    message_id: str
    kinds: tuple[str, ...]
    price: Money | None = None


class AskedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking about a batch.

    Attributes:
        asked_at: when it was asked about last, UTC.
        incomplete: why that could not say that all is there; None where it could.
        there: how many messages the API says that it has; None where unknown.
        seen: how many of them were seen.
        unknown_there: how many messages are here, and not there.
        differing: of how many messages the API and a report say different things.
        different: the first of them.
        cost: the API's sum; None where unknown.
        unreported: how many statuses no report has told of.
        silent: how many messages no report has told of at all.
        latest_unreported: when the latest of those statuses happened, UTC; None for none.
        sender, reference, tags: by what the API names the batch.
        text: the batch's text; "" where it is not kept.
        operators: how many messages each operator had, the most first.
    """

    asked_at: datetime
    incomplete: str | None = None
    there: int | None = None
    seen: int = 0
    unknown_there: int = 0
    differing: int = 0
    different: tuple[DifferentMessage, ...] = ()
    cost: Money | None = None
    unreported: int = 0
    silent: int = 0
    latest_unreported: datetime | None = None
    sender: str = ""
    reference: str = ""
    tags: tuple[str, ...] = ()
    text: str = ""
    operators: tuple[AskedOperator, ...] = ()


class AskedReader:
    """Reads what is known of batches that are asked about. Blocking; any thread.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database: Final = database

    def may_be_asked(self, batch_id: str, *, is_demo: bool = False) -> bool:
        """Return whether a batch may be asked about: see `kvitto.store.askable`."""
        with self._database.read() as connection:
            return key_if_askable(connection, batch_id, is_demo=is_demo) is not None

    def known(self, batch_id: str, message_ids: Collection[str]) -> dict[str, KnownMessage]:
        """Return what reports and earlier passes say of some messages of a batch, by their ids."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(message.c.pk, message.c.external_id)
                .join(batch)
                .where(
                    batch.c.external_id == batch_id,
                    message.c.external_id.in_(list(message_ids)),
                )
            ).all()
            ids = {row.pk: (batch_id, row.external_id) for row in rows}
            told = told_of(cursor_of(connection), ids, if_asked=False)
        return {
            ids[key][1]: KnownMessage(
                [its.report for its in one.reports], [its.report for its in one.asked]
            )
            for key, one in told.items()
        }

    def report_count(self, batch_id: str) -> int:
        """Return how many reports of a batch have come; 0 where it is unknown."""
        query = select(batch.c.report_count).where(batch.c.external_id == batch_id)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def count_others(
        self, batch_id: str, message_ids: Collection[str], settled: datetime
    ) -> OtherMessages:
        """Return how many messages of a batch have reports and are not among these.

        Args:
            batch_id: the batch.
            message_ids: those that the API has.
            settled: what was reported first before that must be known to it.
        """
        query = (
            select(message.c.pk, message.c.external_id)
            .join(batch)
            .where(batch.c.external_id == batch_id, message.c.report_count > 0)
        )
        with self._database.read() as connection:
            rows = connection.execution_options(yield_per=1000).execute(query)
            others = [row.pk for row in rows if row.external_id not in message_ids]
            young = sum(
                connection.scalars(_first_after(others[first : first + _AT_ONCE], settled)).one()
                for first in range(0, len(others), _AT_ONCE)
            )
        return OtherMessages(len(others) - young, young)

    def of_batch(self, batch_key: int) -> AskedRecord | None:
        """Return what came of asking about a batch; None where it was not asked about."""
        query = select(asked_batch).where(asked_batch.c.batch_pk == batch_key)
        of_message = select(
            func.count().label("unreported"),
            func.count(distinct(message.c.pk)).filter(message.c.report_count == 0).label("silent"),
            func.max(asked_status.c.created_at_us).label("latest_us"),
        )
        of_message = of_message.join_from(asked_status, message).where(
            message.c.batch_pk == batch_key
        )
        differing = select(func.count(distinct(asked_difference.c.external_id))).where(
            asked_difference.c.batch_pk == batch_key
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            added = connection.execute(of_message).one()
            different = connection.scalar(differing) or 0
            first = connection.execute(_first_different(batch_key)).all() if different else ()
            operators = connection.execute(
                select(asked_operator)
                .where(asked_operator.c.batch_pk == batch_key)
                .order_by(asked_operator.c.message_count.desc(), *asked_operator.primary_key)
            ).all()
        is_sum_known = row.total_nano is not None and row.currency is not None
        return AskedRecord(
            asked_at=from_microseconds(row.asked_at_us),
            incomplete=row.incomplete,
            # Its sums may follow late: nobody has seen more messages than there are.
            there=None if row.message_count is None else max(row.message_count, row.seen_count),
            seen=row.seen_count,
            unknown_there=row.unknown_there_count,
            differing=different,
            different=_different_messages(first),
            cost=Money(row.total_nano, row.currency) if is_sum_known else None,
            unreported=added.unreported,
            silent=added.silent,
            latest_unreported=None
            if added.latest_us is None
            else from_microseconds(added.latest_us),
            sender=row.sender or "",
            reference=row.reference or "",
            tags=() if row.tags is None else _TAGS.decode(row.tags),
            text=row.body or "",
            operators=tuple(
                AskedOperator(one.mcc, one.mnc, one.message_count, one.delivered_count)
                for one in operators
            ),
        )

    def batches(self) -> list[AskableBatch]:
        """Return all batches that may be asked about, the latest first."""
        counted = (
            select(
                batch_status.c.batch_pk,
                func.sum(batch_status.c.message_count).label("messages"),
                func.sum(batch_status.c.finished_count).label("finished"),
            )
            .group_by(batch_status.c.batch_pk)
            .subquery()
        )
        differing = exists().where(asked_difference.c.batch_pk == batch.c.pk)
        query = (
            select(
                batch,
                counted.c.messages,
                counted.c.finished,
                asked_batch.c.asked_at_us,
                asked_batch.c.incomplete,
                asked_batch.c.message_count,
                asked_batch.c.unknown_there_count,
                differing.label("is_differing"),
            )
            .outerjoin(counted, counted.c.batch_pk == batch.c.pk)
            .outerjoin(asked_batch, asked_batch.c.batch_pk == batch.c.pk)
            .where(askable())
            .order_by(batch.c.last_seen_at_us.desc())
        )
        with self._database.read() as connection:
            return list(map(_askable_batch, connection.execute(query)))


def _first_after(message_keys: Sequence[int], moment: datetime) -> Select[Any]:
    """Return how many of some messages were reported first after a moment."""
    first = (
        select(func.min(report.c.arrived_at_us).label("first_us"))
        .where(report.c.message_pk.in_(message_keys))
        .group_by(report.c.message_pk)
        .subquery()
    )
    return select(func.count()).where(first.c.first_us > to_microseconds(moment))


def _first_different(batch_key: int) -> Select[Any]:
    of_batch = asked_difference.c.batch_pk == batch_key
    ids = (
        select(asked_difference.c.external_id)
        .where(of_batch)
        .distinct()
        .order_by(asked_difference.c.external_id)
        .limit(_MOST_DIFFERENT)
    )
    return (
        select(asked_difference)
        .where(of_batch, asked_difference.c.external_id.in_(ids))
        .order_by(asked_difference.c.external_id, asked_difference.c.kind)
    )


def _different_messages(rows: Iterable[Row[Any]]) -> tuple[DifferentMessage, ...]:
    found: list[DifferentMessage] = []
    for message_id, group in groupby(rows, key=lambda row: row.external_id):
        its = list(group)
        prices = [
            Money(row.price_nano, row.currency or NO_CURRENCY)
            for row in its
            if row.price_nano is not None
        ]
        kinds = tuple(row.kind for row in its)
        found.append(DifferentMessage(message_id, kinds, prices[0] if prices else None))
    return tuple(found)


def _askable_batch(row: Row[Any]) -> AskableBatch:
    asked_at_us = row.asked_at_us
    return AskableBatch(
        batch_id=row.external_id,
        callback_key=row.callback_key_pk,
        first_seen=from_microseconds(row.first_seen_at_us),
        last_seen=from_microseconds(row.last_seen_at_us),
        messages=row.messages or 0,
        finished=row.finished or 0,
        asked_at=None if asked_at_us is None else from_microseconds(asked_at_us),
        incomplete=row.incomplete,
        there=row.message_count,
        is_reported=row.report_count > 0,
        differs=bool(row.is_differing or row.unknown_there_count),
    )
