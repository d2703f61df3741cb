"""A balance that does not last is told as long as it does not last."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest
from PySide6.QtCore import QObject, Signal
from shiboken6 import delete

from kvitto.books.shapes import Account
from kvitto.clock import utc_now
from kvitto.core.aggregates import CostSum
from kvitto.core.report import Origin
from kvitto.store.changes import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.services.balance_watch import BalanceWatch
from kvitto.ui.services.books_state import BooksState
from tests.store.arrivals import START
from tests.ui.services.batch_records import a_batch

UNIT = 1_000_000_000


class Feed(QObject):
    """Tells of batches."""

    changed = Signal(object)

    def tell(self, *batches: BatchRecord, removed: tuple[int, ...] = ()) -> None:
        self.changed.emit(Changes(1, batches, (), is_complete=True, removed=removed))


class Books(QObject):
    """What is known of the account."""

    changed = Signal()
    state = BooksState()

    def say(self, units: int, currency: str = "EUR") -> None:
        account = Account("ip1-1", "", units * UNIT, currency)
        self.state = msgspec.structs.replace(self.state, account=account, account_at=utc_now())
        self.changed.emit()


class Shared:
    """What the watch looks at."""

    def __init__(self) -> None:
        self.feed, self.books = Feed(), Books()
        self.owner = QObject()
        self.watch = BalanceWatch(cast("Any", self), self.owner)

    def told(self) -> str:
        return self.watch.told().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def shared(qapp: object) -> Iterator[Shared]:
    del qapp
    made = Shared()
    yield made
    for one in (made.owner, made.feed, made.books):
        delete(one)


def priced(key: int, units: int, currency: str = "EUR", **fields: Any) -> BatchRecord:
    """Return a batch that cost as much, sent so many minutes after the start as its key says."""
    cost = {currency: CostSum(units * UNIT, 0, 0)}
    batch = a_batch(key, sent=START + timedelta(minutes=key), **fields)
    return msgspec.structs.replace(batch, costs=cost)


def test_less_than_the_last_batch_cost_is_short(shared: Shared) -> None:
    shared.feed.tell(priced(2, 100), priced(1, 5), priced(3, 1, origin=Origin.DEMO))
    shared.feed.tell(priced(4, 1, codes={112: 3}))
    shared.books.say(60)

    assert shared.watch.is_short
    assert shared.told() == "60.00 EUR left; the next batch like the last costs 100.00 EUR"
    shared.books.say(100)
    assert not shared.watch.is_short


def test_a_batch_that_was_turned_down_does_not_take_the_warning_away(shared: Shared) -> None:
    shared.books.say(60)
    shared.feed.tell(priced(1, 100))

    shared.feed.tell(priced(2, 0, codes={402: 10}), priced(3, 7, "SEK"))

    assert shared.watch.is_short
    assert "costs 100.00 EUR" in shared.told()


def test_a_batch_that_is_paid_back_later_says_no_more(shared: Shared) -> None:
    shared.books.say(60)
    shared.feed.tell(priced(1, 10), priced(2, 100))

    shared.feed.tell(priced(2, 0))

    assert not shared.watch.is_short


def test_a_deleted_batch_says_no_more_until_it_is_put_back(shared: Shared) -> None:
    shared.books.say(60)
    shared.feed.tell(priced(1, 10), priced(2, 100))

    shared.feed.tell(removed=(2,))
    assert not shared.watch.is_short
    assert "costs 10.00 EUR" in shared.told()

    shared.feed.tell(priced(2, 100))
    assert shared.watch.is_short


@pytest.mark.parametrize("units", [0, -5])
@pytest.mark.parametrize("batches", [(), (priced(1, 100),)])
def test_nothing_left_is_short_whatever_is_known(
    shared: Shared, units: int, batches: tuple[BatchRecord, ...]
) -> None:
    shared.feed.tell(*batches)

    shared.books.say(units)

    assert shared.watch.is_short
    assert shared.told() == f"{units}.00 EUR left; that is enough for no message"


def test_nothing_is_said_of_what_is_not_known(shared: Shared) -> None:
    assert not shared.watch.is_short
    assert shared.watch.sentence() == ""
    shared.books.say(0, currency="")
    shared.feed.tell(priced(1, 5, ""))
    assert not shared.watch.is_short
    assert shared.watch.sentence() == ""
