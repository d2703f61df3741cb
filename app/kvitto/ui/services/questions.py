"""What the user asks iP.1, and what is said of the answers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.text.asked_text import AskedText
from kvitto.ui.text.error_text import error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kvitto.books.pass_result import PassResult
    from kvitto.receiver.receiver_errors import ReceiverError
    from kvitto.store.errors import StoreError


class Questions(QObject):
    """Asks about all batches, and says what came of what the user asked.

    Signals:
        done: a sentence: what the answers say.
        failed: a sentence: why iP.1 can't say it, or it could not be stored.
        key_requested: there is no key; show where one is pasted.
    """

    done = Signal(str)
    failed = Signal(str)
    key_requested = Signal()

    def __init__(self, books: BooksAccess, parent: QObject) -> None:
        """Ask by `books`."""
        super().__init__(parent)
        self._books = books
        self._words = AskedText(self)
        books.asked.connect(self._on_asked)
        books.failed.connect(self._on_failed)

    def ask_all(self) -> None:
        """Ask about every batch that iP.1 has not confirmed since its last report."""
        if self._books.state.has_key:
            self._books.ask_all()
        else:
            self.key_requested.emit()

    def _on_asked(self, results: "Sequence[PassResult]") -> None:
        if not results:
            self.done.emit(self.tr("iP.1 has confirmed every batch since its last report."))
        elif any(one.incomplete is not None for one in results):
            self.failed.emit(self._words.results(results, utc_now()))
        else:
            self.done.emit(self._words.results(results, utc_now()))

    def _on_failed(self, error: "StoreError | ReceiverError") -> None:
        self.failed.emit(error_text(error))
