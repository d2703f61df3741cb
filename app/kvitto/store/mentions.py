"""Where a phone number stands besides in the messages to it: in references, bodies and requests."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select

from kvitto.core.phone_number import PhoneNumber, mentions_of, phone_number
from kvitto.store.asked_tables import asked_status
from kvitto.store.dialect import is_one_of
from kvitto.store.packed_body import is_hidden
from kvitto.store.record_rows import body_from_row
from kvitto.store.schema import quarantine, report


class Mentions(NamedTuple):
    """Messages in which a number stands.

    Attributes:
        earlier: keys of messages that went to it by an earlier report, and not by the newest.
        telling: keys of messages to others whose reports tell of it.
    """

    earlier: set[int]
    telling: set[int]


def mentioning_messages(connection: Connection, number: PhoneNumber, own: set[int]) -> Mentions:
    """Return the messages besides `own` in which a number stands. Reads every report."""
    mentions = mentions_of(number)
    found = Mentions(set(), set())
    for table in (report, asked_status):
        columns = table.c
        is_report = table is report
        references = select(columns.reference).where(columns.reference.is_not(None)).distinct()
        telling = [one for one in connection.scalars(references) if mentions.search(one)]
        query = select(table).where(
            or_(
                is_one_of(columns.reference, telling),
                _holds(columns.recipient, number.national),
                # Of bytes and a text, SQLite compares texts.
                _holds(columns.body, number.national.encode()),
                *([is_hidden(columns.body)] if is_report else []),
            )
        )
        for row in connection.execute(query):
            if row.message_pk in own:
                continue
            body = body_from_row(row).decode("utf-8", "replace") if is_report else row.body
            written = phone_number(row.recipient)
            if written is not None and written.is_same(number):
                found.earlier.add(row.message_pk)
            elif any(one and mentions.search(one) for one in (row.reference, row.recipient, body)):
                found.telling.add(row.message_pk)
    found.telling.difference_update(found.earlier)
    return found


def mentioning_requests(connection: Connection, number: PhoneNumber) -> list[Any]:
    """Return what in quarantine has a number in it: `pk`, `kind`, `body`, `headers`, `reason`."""
    kept = quarantine.c
    mentions = mentions_of(number)
    query = select(kept.pk, kept.kind, kept.body, kept.headers, kept.reason).order_by(kept.pk)
    return [
        row
        for row in connection.execute(query)
        if any(
            mentions.search(one)
            for one in (row.body.decode("utf-8", "replace"), row.headers, row.reason)
        )
    ]


def _holds(column: ColumnElement[Any], text: str | bytes) -> ColumnElement[bool]:
    return func.instr(column, literal(text)) > 0
