"""A key that iP.1 refuses, and a balance that does not last, are listed until that is mended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from shiboken6 import delete

from kvitto.ui.services.books_state import BooksState, KeyFault, KeyPlace
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.undo import Undo
from kvitto.ui.todo.account_items import AccountItems

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HAS_KEY = BooksState(place=KeyPlace.KEYRING)


class Books(QObject):
    """What is known of the key."""

    changed = Signal()
    state = HAS_KEY

    def say(self, state: BooksState) -> None:
        self.state = state
        self.changed.emit()


class Balance(QObject):
    """What is left."""

    changed = Signal()
    is_short = False

    def told(self) -> str:
        return "12.00 SEK left; the next batch like the last costs 500.00 SEK"

    def say(self, *, is_short: bool) -> None:
        self.is_short = is_short
        self.changed.emit()


class Desk:
    """The list, and what is known."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.owner = QObject()
        self.todo = Todo(Preferences(folder), Undo(), self.owner, clock=lambda: NOW)
        self.books = cast("Any", Books())
        self.balance = cast("Any", Balance())
        self.items = AccountItems(self.books, self.todo, self.balance, self.owner)

    def said(self) -> str:
        return " ".join(one.sentence for one in self.todo.to_do())


@pytest.fixture
def desk(data_dir: Path, qapp: object) -> Iterator[Desk]:
    del qapp
    made = Desk(data_dir)
    yield made
    delete(made.owner)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (BooksState(place=KeyPlace.KEYRING, is_refused=True), "iP.1 refuses its API key"),
        (BooksState(fault=KeyFault.NOT_READ), "can't be read from where it is kept"),
    ],
)
def test_a_key_that_does_not_work_is_listed_with_what_it_costs(
    desk: Desk, state: BooksState, said: str
) -> None:
    asked: list[bool] = []
    desk.items.key_requested.connect(lambda: asked.append(True))
    assert desk.said() == ""

    desk.books.say(state)

    assert said in desk.said()
    assert "stays unknown" in desk.said()
    ((_label, act),) = desk.todo.actions_of(desk.todo.to_do()[0])
    act()
    assert asked == [True]
    desk.books.say(HAS_KEY)
    assert desk.said() == ""


def test_a_key_that_was_typed_wrongly_is_said_where_it_is_typed_only(desk: Desk) -> None:
    desk.books.say(BooksState(fault=KeyFault.REFUSED))

    assert desk.said() == ""


def test_a_balance_is_listed_while_it_lasts_for_no_other_batch(desk: Desk) -> None:
    desk.balance.say(is_short=True)
    assert desk.said().startswith("12.00 SEK left; the next batch like the last costs 500.00 SEK.")
    desk.todo.know(desk.todo.to_do()[0])
    desk.balance.say(is_short=True)
    assert desk.said() == "", "of each report it is not told again"

    desk.balance.say(is_short=False)
    desk.balance.say(is_short=True)

    assert "402" in desk.said(), "it was enough meanwhile: this is another time"
