"""All that is held of a person, for whoever asks what is."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.database import Database
from kvitto.store.follow_up_queries import FollowUpReader
from kvitto.store.mentions import mentioning_messages, mentioning_requests
from kvitto.store.person import found_recipients, message_records
from kvitto.store.reader import Reader
from kvitto.store.records import MessageRecord, ReportRecord


class HeldMessage(msgspec.Struct, frozen=True):
    """A message with all that is kept of it.

    Attributes:
        message: the message.
        reports: its reports in order of arrival, then what was asked of it.
        mark, note: what the user did about it, and noted on it; None for nothing.
    """

    message: MessageRecord
    reports: Sequence[ReportRecord]
    mark: str | None
    note: str | None


class HeldOfPerson(msgspec.Struct, frozen=True):
    """All that is held of a person.

    Attributes:
        number: the number.
        messages: the messages to it, the newest first.
        mentions: messages to others that tell of it.
        refused: refused requests that tell of it: body, headers as JSON, why it was refused.
    """

    number: PhoneNumber
    messages: Sequence[HeldMessage]
    mentions: Sequence[HeldMessage]
    refused: Sequence[tuple[str, str, str]]


def read_held(database: Database, number: PhoneNumber) -> HeldOfPerson:
    """Return all that is held of a number. Reads every report: it takes seconds for a million.

    Raises:
        StoreError: the database can't be read.
    """
    with database.shared_snapshot(), database.read() as connection:
        own = {key for key, _ in found_recipients(connection, number)}
        found = mentioning_messages(connection, number, own)
        return HeldOfPerson(
            number,
            _messages(database, connection, own | found.earlier),
            _messages(database, connection, found.telling),
            [
                (row.body.decode("utf-8", "replace"), row.headers, row.reason)
                for row in mentioning_requests(connection, number)
            ],
        )


def _messages(database: Database, connection: Connection, keys: set[int]) -> list[HeldMessage]:
    newest_first = sorted(keys, reverse=True)
    said = {row.key: row for row in FollowUpReader(database).rows(newest_first)}
    reader = Reader(database)
    return [
        HeldMessage(
            one,
            reader.reports(one.key),
            None if (row := said.get(one.key)) is None or row.mark is None else row.mark.value,
            None if row is None else row.note,
        )
        for one in message_records(connection, newest_first)
    ]
