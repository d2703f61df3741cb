"""What is wrong with the account at the SMS service, in the list of what is wrong."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.ui.services.balance_watch import BalanceWatch
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.books_state import KeyFault
from kvitto.ui.services.todo import Todo

_KEY: Final = "api key"
_BALANCE: Final = "balance"


class AccountItems(QObject):
    """Lists a key that does not work, and a balance that lasts for no other batch.

    Args:
        books: what is asked, and with which key.
        todo: the list.
        balance: what is left, against what a batch costs.
        parent: the owner.

    Signals:
        key_requested: show where the key is.
    """

    key_requested = Signal()

    def __init__(
        self, books: BooksAccess, todo: Todo, balance: BalanceWatch, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._books = books
        self._todo = todo
        self._balance = balance
        books.changed.connect(self._show_key)
        balance.changed.connect(self._show_balance)

    def _show_key(self) -> None:
        state = self._books.state
        if state.is_refused:
            what = self.tr("iP.1 refuses its API key: nothing is asked there any more.")
        elif state.fault is KeyFault.NOT_READ:
            what = self.tr("The API key can't be read from where it is kept: iP.1 is not asked.")
        else:
            self._todo.take_out(_KEY)
            return
        stake = self.tr(
            "What became of messages whose reports are lost stays unknown, and what is left on the "
            "account is not seen. Enter a key that works."
        )
        self._todo.put(
            _KEY,
            f"{what} {stake}",
            occurrence="refused" if state.is_refused else "not read",
            actions=[(self.tr("Show the key"), self.key_requested.emit)],
            again=self._show_key,
        )

    def _show_balance(self) -> None:
        if not self._balance.is_short:
            self._todo.take_out(_BALANCE)
            return
        self._todo.put(
            _BALANCE,
            self.tr(
                "{balance}. What is sent then is turned down (402): pay money in at iP.1."
            ).format(balance=self._balance.told()),
            again=self._show_balance,
        )
