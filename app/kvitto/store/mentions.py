"""Where a phone number stands besides in the messages to it: in references, bodies and requests."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select

from kvitto.core.phone_number import PhoneNumber, mentions_of, phone_number
from kvitto.store.asked_tables import asked_status
from kvitto.store.dialect import is_one_of
from kvitto.store.packed_body import is_hidden
from kvitto.store.record_rows import body_from_row
from kvitto.store.schema import quarantine, report

_ALL_BUT_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))


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
    query = select(kept.pk, kept.kind, kept.body, kept.headers, kept.reason).order_by(kept.pk)
    return [
        row
        for row in connection.execute(query)
        if any(is_mentioned(number, one) for one in (row.body, row.headers, row.reason))
    ]


def is_mentioned(number: PhoneNumber, text: bytes | str) -> bool:
    """Return whether a number stands in a text, in any of its forms.

    What `mentions_of` finds has the national digits with no other digit between them. That most
    texts have not is known in a fortieth of the time.

    Args:
        number: the number.
        text: the text, of any length; as UTF-8, or what comes near it, where it is of bytes.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if number.national.encode() not in data.translate(None, _ALL_BUT_DIGITS):
        return False
    text = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return mentions_of(number).search(text) is not None


def _holds(column: ColumnElement[Any], text: str | bytes) -> ColumnElement[bool]:
    return func.instr(column, literal(text)) > 0
