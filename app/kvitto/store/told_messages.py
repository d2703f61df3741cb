"""What reports say of messages, many at once: rows of reports beside the rows of their messages."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import ColumnElement

from kvitto.core.report import fingerprint_of, is_within_bounds
from kvitto.core.state import MessageState
from kvitto.core.status import FUNDED, REFUNDED, ending_of, step_of
from kvitto.store.message_columns import SOURCES
from kvitto.store.record_rows import STATE_COLUMNS, sources_to_values, state_from_values
from kvitto.store.report_order import Tuple
from kvitto.store.schema import message

SAID: Final = (
    "code",
    "is_final",
    "created_at_us",
    "recipient",
    "segments",
    "price_nano",
    "currency",
    "reference",
)
"""What a report says, in the order of a fingerprint's fields, after the ids."""
REPORT: Final = (
    "pk",
    "fingerprint",
    "arrived_at_us",
    "callback_key_pk",
    "origin",
    "marks",
    *SAID,
)
"""The columns of a report that are read. Before them come its batch's and its message's keys."""
MESSAGE: Final[tuple[ColumnElement[Any], ...]] = (
    message.c.batch_pk,
    message.c.pk,
    message.c.external_id,
    SOURCES.label("sources"),
    message.c.price_currency,
    message.c.refund_currency,
    *(message.c[name] for name in STATE_COLUMNS),
)
"""The columns of a message that are read."""
_BATCH, _MESSAGE, _PK, _FINGERPRINT, _ARRIVED_US, _CODE, _FINAL, _CREATED_US = (
    0,
    1,
    2,
    3,
    4,
    8,
    9,
    10,
)
_VALUES: Final = range(_CREATED_US + 1, 2 + len(REPORT))
_SOURCES, _OWN_CURRENCIES, _STATE = 3, slice(4, 6), 6
_OF_MONEY: Final = frozenset({FUNDED, REFUNDED})
_make: Any = namedtuple
_Named: Any = _make("_Named", ("batch_pk", "message_pk", *REPORT))


class ByMessage:
    """Rows of reports in the order of messages, taken message by message.

    Args:
        blocks: the rows, which begin with the keys of their batch and message.
    """

    def __init__(self, blocks: Iterable[Sequence[Tuple]]) -> None:
        self._rows: Iterator[Tuple] = chain.from_iterable(blocks)
        self._next = next(self._rows, None)

    def skip_to(self, batch: int) -> None:
        """Leave out what belongs to batches with lower keys."""
        while self._next is not None and self._next[_BATCH] < batch:
            self._next = next(self._rows, None)

    def of(self, key: int) -> list[Tuple]:
        """Return the rows of a message; take the messages in the order of the rows."""
        row, told = self._next, []
        while row is not None and row[_MESSAGE] == key:
            told.append(row)
            row = next(self._rows, None)
        self._next = row
        return told


def has_its_fingerprint(row: Tuple, batch_id: str, message_id: str) -> bool:
    """Tell whether the fields of a report are those that came."""
    fields = (message_id, batch_id, row[_CODE], bool(row[_FINAL]), *row[_CREATED_US:])
    content: int = row[_FINGERPRINT]
    return fingerprint_of(fields) == content


def is_in_time(row: Tuple) -> bool:
    """Tell whether a report's time can be right."""
    created_at_us = row[_CREATED_US]
    return created_at_us is None or is_within_bounds(created_at_us, row[_ARRIVED_US])


def is_stored(row: Tuple, reports: Sequence[Tuple]) -> bool:
    """Tell at once of most messages that they are stored as their reports say.

    That is so where nothing was paid for or paid back, and the newest report has all that any has.

    Args:
        row: the columns `MESSAGE`.
        reports: all that came about it; nothing was asked besides.

    Returns:
        False where it is unsure.
    """
    if row[_SOURCES] is not None or row[_OWN_CURRENCIES] != (None, None) or not reports:
        return False
    newest, count = reports[0], len(reports)
    if count > 1:
        if not _OF_MONEY.isdisjoint([one[_CODE] for one in reports]):
            return False
        newest = max(reports, key=_rank)
        for at in _VALUES:
            if newest[at] is None and any(one[at] is not None for one in reports):
                return False
    _, _, pk, content, arrived_us, _, _, _, code, final, said_us, *values = newest
    if code in _OF_MONEY:
        return False
    recipient, segments, price, currency, reference = values
    at_us = arrived_us if said_us is None else said_us
    first_us = at_us if count == 1 else min(map(_said_us, reports))
    told = (code, final, at_us, content, pk, arrived_us, first_us, count, price, currency)
    of_money = (None, None, None)
    return row[_STATE:] == (*told, *of_money, segments, recipient, reference)


def values_of(row: Tuple) -> Tuple:
    """Return the `STATE_COLUMNS` of a message."""
    return row[_STATE:]


def state_of(row: Tuple) -> MessageState:
    """Return the state that a message is stored in."""
    return state_from_values((*row[_STATE:], row[_SOURCES]))


def has_its_currencies(row: Tuple, state: MessageState) -> bool:
    """Tell whether a message has the currencies that came with its prices, where those differ.

    Args:
        row: the columns `MESSAGE`.
        state: that of the message.
    """
    priced, _, refund, *_ = sources_to_values(state) or (None, None, None)
    return row[_OWN_CURRENCIES] == (priced, refund)


def named(row: Tuple) -> Any:
    """Return a report whose columns are read by their names."""
    return _Named._make(row)


def _said_us(report: Tuple) -> int:
    created_us: int | None = report[_CREATED_US]
    arrived_us: int = report[_ARRIVED_US]
    return arrived_us if created_us is None else created_us


def _rank(report: Tuple) -> tuple[int, ...]:
    """Return its rank; see `kvitto.core.state.OrderKey`."""
    code = report[_CODE]
    return (
        ending_of(code, final=report[_FINAL]),
        _said_us(report),
        step_of(code),
        report[_FINGERPRINT],
        report[_PK],
    )
