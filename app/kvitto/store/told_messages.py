"""What reports say of messages, many at once: rows of reports beside the rows of their messages."""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement

from kvitto.core.report import fingerprints_of, is_within_bounds
from kvitto.core.state import MessageState
from kvitto.core.status import FUNDED, REFUNDED, ending_of, step_of
from kvitto.store.record_rows import (
    SOURCE_COLUMNS,
    STATE_COLUMNS,
    sources_to_values,
    state_from_values,
    state_to_values,
)
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
KEPT: Final = (*STATE_COLUMNS, *SOURCE_COLUMNS)
"""The columns of a message that keep its state."""
MESSAGE: Final[tuple[ColumnElement[Any], ...]] = (
    message.c.batch_pk,
    message.c.pk,
    message.c.external_id,
    *(message.c[name] for name in KEPT),
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
_STATE: Final = 3
_NO_SOURCES: Final = (None,) * len(SOURCE_COLUMNS)
_UNKNOWN: Final = (None, None, None)
"""What is kept of the money where no report tells of it."""
_make: Any = namedtuple
_Named: Any = _make("_Named", ("batch_pk", "message_pk", *REPORT))


class ByMessage:
    """Rows of reports in the order of messages, taken message by message.

    Args:
        blocks: the rows, which begin with the keys of their batch and message.
    """

    def __init__(self, blocks: Iterable[Sequence[Tuple]]) -> None:
        self._messages = groupby(chain.from_iterable(blocks), itemgetter(_MESSAGE))
        self._next = self._taken()

    def _taken(self) -> list[Tuple]:
        """Return the rows of the next message; none after the last."""
        return next((list(rows) for _, rows in self._messages), [])

    def skip_to(self, batch: int) -> None:
        """Leave out what belongs to batches with lower keys."""
        while self._next and self._next[0][_BATCH] < batch:
            self._next = self._taken()

    def of(self, key: int) -> list[Tuple]:
        """Return the rows of a message; take the messages in the order of the rows."""
        told = self._next
        if not told or told[0][_MESSAGE] != key:
            return []
        self._next = self._taken()
        return told


def altered(reports: Sequence[Tuple], batch_id: str, message_ids: Sequence[str]) -> list[int]:
    """Return the places of those reports whose fields are not those that came.

    Args:
        reports: some of one batch.
        batch_id: its id.
        message_ids: for each report the id of its message.
    """
    fields = [
        (message_id, batch_id, row[_CODE], row[_FINAL] != 0, *row[_CREATED_US:])
        for message_id, row in zip(message_ids, reports, strict=True)
    ]
    kept = [row[_FINGERPRINT] for row in reports]
    contents = fingerprints_of(fields)
    if contents == kept:
        return []
    return [place for place, one in enumerate(contents) if one != kept[place]]


def untimely(reports: Sequence[Tuple]) -> list[int]:
    """Return the places of those reports whose time can't be right."""
    return [
        place
        for place, row in enumerate(reports)
        if row[_CREATED_US] is not None and not is_within_bounds(row[_CREATED_US], row[_ARRIVED_US])
    ]


def is_stored(row: Tuple, reports: Sequence[Tuple]) -> bool:
    """Tell at once of most messages that they are stored as their reports say.

    That is so where nothing was paid back, and the newest report has all that any has.

    Args:
        row: the columns `MESSAGE`.
        reports: all that came about it; nothing was asked besides.

    Returns:
        False where it is unsure.
    """
    if not reports:
        return False
    count = len(reports)
    of_money: Tuple = _UNKNOWN
    if count == 1:
        newest = reports[0]
        at_us = first_us = _said_us(newest)
    else:
        newest = max(reports, key=_rank)
        at_us, first_us = _said_us(newest), min(map(_said_us, reports))
    _, _, pk, content, arrived_us, _, _, _, code, final, _, *values = newest
    codes = [one[_CODE] for one in reports]
    if REFUNDED in codes:
        return False
    if FUNDED in codes:
        is_final, funded_us = max(
            (bool(one[_FINAL]), _said_us(one)) for one in reports if one[_CODE] == FUNDED
        )
        of_money = (FUNDED, is_final, funded_us)
    if None in values:
        for at, value in enumerate(values, _CREATED_US + 1):
            if value is None and any(one[at] is not None for one in reports):
                return False
    recipient, segments, price, currency, reference = values
    told = (code, final, at_us, content, pk, arrived_us, first_us, count, price, currency)
    return row[_STATE:] == (*told, *of_money, segments, recipient, reference, *_NO_SOURCES)


def values_of(row: Tuple) -> Tuple:
    """Return the values of the columns `KEPT` of a message."""
    return row[_STATE:]


def state_of(row: Tuple) -> MessageState:
    """Return the state that a message is stored in, as far as its own row tells."""
    return state_from_values((*row[_STATE:][: len(STATE_COLUMNS)], None))


def differing(row: Tuple, state: MessageState) -> list[str]:
    """Return the names of those columns in which something else is stored of a message.

    Args:
        row: the columns `MESSAGE`.
        state: what the message's reports say.
    """
    told = (*state_to_values(state), *(sources_to_values(state) or _NO_SOURCES))
    kept = row[_STATE:]
    if told == kept:
        return []
    return [name for name, one, other in zip(KEPT, told, kept, strict=True) if one != other]


def named(row: Tuple) -> Any:
    """Return a report whose columns are read by their names."""
    return _Named._make(row)


def _said_us(report: Tuple) -> int:
    created_us: int | None = report[_CREATED_US]
    arrived_us: int = report[_ARRIVED_US]
    return arrived_us if created_us is None else created_us


def _rank(report: Tuple) -> tuple[int, ...]:
    """Return its rank; see `kvitto.core.state.OrderKey`."""
    said_us = report[_CREATED_US]
    ending, step = _place(report[_CODE], report[_FINAL])
    return (
        ending,
        report[_ARRIVED_US] if said_us is None else said_us,
        step,
        report[_FINGERPRINT],
        report[_PK],
    )


@lru_cache(1024)
def _place(code: int, is_final: int) -> tuple[int, int]:
    """Return how far a status ends its message, and its step."""
    return ending_of(code, final=bool(is_final)), step_of(code)
