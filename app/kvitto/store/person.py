"""All messages to one phone number, over all batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, func, select, union_all

from kvitto.core.phone_number import PhoneNumber, phone_number
from kvitto.core.timestamps import from_microseconds
from kvitto.store.batch_rows import batch_records
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.database import Database
from kvitto.store.dialect import MESSAGE_FTS, is_one_of, not_indexed
from kvitto.store.erasure_tables import erasure
from kvitto.store.follow_up_queries import FollowUpReader, FollowUpRow
from kvitto.store.message_columns import MESSAGE
from kvitto.store.records import BatchRecord, MessageRecord, message_record
from kvitto.store.schema import batch, message
from kvitto.store.server_errors import NumbersHiddenError
from kvitto.store.text_match import WRITTEN_OTHERWISE, TextMatch

MOST_LISTED: Final = 1000
"""The newest messages that are listed of a person."""


class Person(msgspec.Struct, frozen=True):
    """What is kept of a phone number.

    Attributes:
        number: the number; with its calling code where any message has it.
        others: other numbers that can be meant, where it was written without calling code.
        keys: the keys of its messages, those that were sent last first.
        since: when the first of them was sent, UTC; None where there is none.
        messages: the newest of them, `MOST_LISTED` at most, the newest first.
        binned: how many more messages to it are in the bin: held, but neither listed nor counted.
        batches: the batches of the messages that are listed, by their keys.
    """

    number: PhoneNumber
    others: tuple[PhoneNumber, ...] = ()
    keys: tuple[int, ...] = ()
    since: datetime | None = None
    messages: tuple[MessageRecord, ...] = ()
    binned: int = 0
    batches: dict[int, BatchRecord] = msgspec.field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        """Whether any message to it is held, in the bin or not."""
        return bool(self.keys or self.binned)


class Erasure(msgspec.Struct, frozen=True):
    """What the store says of the erasure of a person.

    Attributes:
        erased_at: when, UTC.
        messages, reports: how many messages and reports to the number there were.
        mentions: how many other messages told of the number.
        refused: how many refused requests told of it, and were deleted.
        ids: how many of the SMS service's ids have it in them: they stay.
        is_rewritten: whether the file was written anew since, so that no trace is left in it;
            on a server, whether no query finds the rows of before any more.
    """

    erased_at: datetime
    messages: int
    reports: int
    mentions: int
    refused: int
    ids: int
    is_rewritten: bool


class PersonReader:
    """Reads what is kept of a person, from any thread.

    All calls raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read `database`, which must stay open."""
        self._database = database

    def person(self, number: PhoneNumber, *, limit: int = MOST_LISTED) -> Person:
        """Return what is kept of a number.

        Args:
            number: the number. One without calling code can be several people's: see `Person`.
            limit: how many messages to read at most.

        Raises:
            NumbersHiddenError: this user of a server sees no numbers.
        """
        with self._database.read() as connection:
            if self._database.is_masked(connection):
                raise NumbersHiddenError
            return read_person(connection, number, limit=limit)

    def follow_ups(self, keys: Sequence[int]) -> list[FollowUpRow]:
        """Return what the user did about messages, and noted on them."""
        return FollowUpReader(self._database).rows(keys)

    def erasures(self) -> list[Erasure]:
        """Return all erasures, the newest first."""
        with self._database.read() as connection:
            return read_erasures(connection)


def read_person(connection: Connection, number: PhoneNumber, *, limit: int) -> Person:
    """Return what is kept of a number; see `PersonReader.person`."""
    found = found_recipients(connection, number)
    numbers = {one for _, one in found if one.calling_code}
    if not number.calling_code and numbers:
        # The one that most messages went to; the user is asked about the others.
        count = {one: sum(other == one for _, other in found) for one in numbers}
        number, *others = sorted(numbers, key=lambda one: (-count[one], one.digits))
    else:
        others = []
    own = [key for key, one in found if number.is_same(one)]
    sent = select(message.c.pk, message.c.first_created_at_us).where(
        is_one_of(message.c.pk, own), not_in_bin(message.c.batch_pk)
    )
    newest_first = sorted([(row[1], row[0]) for row in connection.execute(sent)], reverse=True)
    binned = len(own) - len(newest_first)
    if not newest_first:
        return Person(number, tuple(others), binned=binned)
    keys = [key for _, key in newest_first]
    listed = message_records(connection, keys[:limit])
    those = is_one_of(batch.c.pk, sorted({one.batch_key for one in listed}))
    return Person(
        number,
        tuple(others),
        tuple(keys),
        from_microseconds(newest_first[-1][0]),
        tuple(listed),
        binned,
        {one.key: one for one in batch_records(connection, those)},
    )


def message_records(connection: Connection, keys: Sequence[int]) -> list[MessageRecord]:
    """Return the messages with these keys that are there, in their order."""
    listed = _MESSAGES.where(is_one_of(message.c.pk, keys))
    records = {row.pk: message_record(row) for row in connection.execute(listed)}
    return [records[key] for key in keys if key in records]


def found_recipients(connection: Connection, number: PhoneNumber) -> list[tuple[int, PhoneNumber]]:
    """Return the keys of the messages to a number, and how it is written there."""
    indexed = (
        select(message.c.pk, message.c.recipient)
        .select_from(MESSAGE_FTS.join(message, message.c.pk == MESSAGE_FTS.c.rowid))
        .where(TextMatch([number.national], "recipient"))
    )
    newest = select(message.c.pk, message.c.recipient).where(
        not_indexed(), func.instr(message.c.recipient, number.national) > 0
    )
    otherwise = select(message.c.pk, message.c.recipient).where(WRITTEN_OTHERWISE)
    found: dict[int, PhoneNumber] = {}
    for key, recipient in connection.execute(union_all(indexed, newest, otherwise)):
        written = phone_number(recipient)
        if written is not None and written.is_same(number):
            found[key] = written
    return list(found.items())


def read_erasures(connection: Connection) -> list[Erasure]:
    """Return all erasures, the newest first."""
    found: list[Erasure] = []
    is_rewritten = False
    for row in connection.execute(select(erasure).order_by(erasure.c.pk.desc())):
        if row.event == REWRITTEN:
            is_rewritten = True
            continue
        found.append(
            Erasure(
                from_microseconds(row.happened_at_us),
                row.message_count,
                row.report_count,
                row.mention_count,
                row.refused_count,
                row.id_count,
                is_rewritten,
            )
        )
    return found


ERASED: Final = "erased"
"""The event that a person was erased."""
REWRITTEN: Final = "rewritten"
"""The event that the file was written anew."""

_MESSAGES: Final[Select[Any]] = (
    select(*MESSAGE, batch.c.external_id.label("batch_id"), batch.c.label, batch.c.origin)
    .select_from(message)
    .join(batch, batch.c.pk == message.c.batch_pk)
)
