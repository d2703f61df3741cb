"""The asked statuses of messages, beside their reports: read, and taken away again.

An asked status counts until a report of the same status comes: see `kvitto.core.asked_status`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    literal,
    null,
    select,
)

from kvitto.core.asked_status import folded, is_same_status, says_the_same
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.store.asked_tables import asked_status
from kvitto.store.dialect import each_of
from kvitto.store.prepared_statements import Cursor, Prepared
from kvitto.store.record_rows import report_from_row
from kvitto.store.schema import report

ASKED_AS_REPORTS: Final[tuple[ColumnElement[Any], ...]] = (
    asked_status.c.pk,
    asked_status.c.message_pk,
    asked_status.c.fingerprint,
    asked_status.c.code,
    asked_status.c.is_final,
    asked_status.c.created_at_us,
    asked_status.c.asked_at_us.label("arrived_at_us"),
    asked_status.c.recipient,
    asked_status.c.segments,
    asked_status.c.price_nano,
    asked_status.c.currency,
    asked_status.c.reference,
    cast(asked_status.c.body, LargeBinary).label("body"),
    cast(null(), Integer).label("callback_key_pk"),
    literal(Origin.API.value).label("origin"),
    literal(0).label("repeat_count"),
    asked_status.c.revision,
    cast(null(), Text).label("marks"),
    cast(null(), Integer).label("body_bytes"),
)
"""The columns of an asked status as those of a report, which arrived when it was asked."""


class _Row(NamedTuple):
    """The columns that a report is made of, of either table."""

    pk: int
    message_pk: int
    code: int
    is_final: int
    created_at_us: int | None
    arrived_at_us: int
    recipient: str | None
    segments: int | None
    price_nano: int | None
    currency: str | None
    reference: str | None
    marks: str | None


def _of_messages(table: Any, **instead: Any) -> Prepared:
    """Return a query for the rows of some messages, in the order of their keys."""
    columns = [
        instead[name].label(name) if name in instead else table.c[name] for name in _Row._fields
    ]
    wanted = each_of(bindparam("messages"), BigInteger(), name="wanted_message")
    query: Select[Any] = select(*columns).where(table.c.message_pk.in_(select(wanted.c.value)))
    return Prepared(query.order_by(table.c.pk))


_REPORTS_OF: Final = _of_messages(report)
_ASKED_OF: Final = _of_messages(
    asked_status, arrived_at_us=asked_status.c.asked_at_us, marks=null()
)
_DELETE: Final = Prepared(delete(asked_status).where(asked_status.c.pk == bindparam("key")))


class Told:
    """All that is told of a message.

    Attributes:
        reports: its reports.
        asked: the asked statuses beside them.
    """

    __slots__ = ("asked", "reports")

    def __init__(self) -> None:
        self.reports: list[ReceivedReport] = []
        self.asked: list[ReceivedReport] = []

    def give_way(self, to: DeliveryReport) -> list[int]:
        """Take out the asked statuses that give way to a report; return their keys."""
        gone = [one.sequence for one in self.asked if is_same_status(one.report, to)]
        if gone:
            self.asked = [one for one in self.asked if one.sequence not in gone]
        return gone

    def has(self, status: DeliveryReport) -> bool:
        """Return whether a report tells of a status, or it was asked before and said the same."""
        return any(is_same_status(status, one.report) for one in self.reports) or any(
            says_the_same(status, one.report) for one in self.asked
        )

    def state(self) -> MessageState | None:
        """Return the message's state; None where nothing is left."""
        return folded(self.reports, self.asked)

    def all(self) -> list[DeliveryReport]:
        """Return what all of them say."""
        return [one.report for one in (*self.reports, *self.asked)]


def told_of(
    cursor: Cursor, messages: Mapping[int, tuple[str, str]], *, if_asked: bool
) -> dict[int, Told]:
    """Return all that is told of messages.

    Args:
        cursor: where to read.
        messages: the ids of each batch and message, by the message's key.
        if_asked: whether to leave out the messages without asked statuses.
    """
    found: dict[int, Told] = {} if if_asked else {key: Told() for key in messages}
    for row in _rows(cursor, _ASKED_OF, messages):
        told = found.setdefault(row.message_pk, Told())
        told.asked.append(_received(row, messages))
    for row in _rows(cursor, _REPORTS_OF, found):
        found[row.message_pk].reports.append(_received(row, messages))
    return found


def delete_asked(cursor: Cursor, keys: Iterable[int]) -> None:
    """Delete asked statuses."""
    _DELETE.write(cursor, [{"key": key} for key in keys])


def _rows(cursor: Cursor, query: Prepared, keys: Collection[int]) -> list[_Row]:
    if not keys:
        return []
    bound = {"messages": msgspec.json.encode(list(keys)).decode()}
    return [_Row(*row) for row in query.rows(cursor, bound)]


def _received(row: _Row, messages: Mapping[int, tuple[str, str]]) -> ReceivedReport:
    batch_id, message_id = messages[row.message_pk]
    return report_from_row(row, batch_id=batch_id, message_id=message_id)
