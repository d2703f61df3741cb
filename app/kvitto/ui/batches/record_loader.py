"""The messages that have been read, and which are to be read next: those that are looked at."""

from array import array
from collections.abc import Collection, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.store.records import MessageRecord
from kvitto.ui.batches.record_cache import RecordCache
from kvitto.ui.batches.row import UNKNOWN

_AHEAD: Final = 60
"""Messages that are read before and after the one that is looked at."""
_AT_ONCE: Final = 250
"""Who scrolls quickly wants what they see last, not all that went by."""


class Reading(QObject):
    """Keeps what was read last, and asks for what is looked at and missing or outdated.

    Signals:
        wanted: the keys of messages to read and `put`.
    """

    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with nothing."""
        super().__init__(parent)
        self._record_cache = RecordCache()
        self._asked: dict[int, None] = {}
        self._sent: set[int] = set()
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)

    def look(self, keys: "array[int]", at: int) -> MessageRecord | None:
        """Return a message that is looked at, as far as it is known.

        Args:
            keys: the keys of its batch's messages: those near it are asked for along with it.
            at: where it is among them.
        """
        key = keys[at]
        if self._is_missing(key):
            for near in keys[max(0, at - _AHEAD) : at + _AHEAD]:
                if near != UNKNOWN and self._is_missing(near):
                    # What was asked for last is read first.
                    self._asked.pop(near, None)
                    self._asked[near] = None
            self._asking.start()
        return self._record_cache.use(key)

    def get(self, key: int) -> MessageRecord | None:
        """Return a message as it was read last, if it is kept."""
        return self._record_cache.get(key)

    def put(self, record: MessageRecord) -> None:
        """Keep a message as it is now."""
        self._record_cache.put(record)
        self._sent.discard(record.key)

    def keys(self) -> list[int]:
        """Return the keys of the messages that are kept."""
        return [record.key for record in self._record_cache]

    def distrust(self, keys: Collection[int] | None = None) -> None:
        """Read some messages again when they are looked at, or all: they may have changed."""
        self._record_cache.distrust(keys)
        if keys is None:
            self._sent.clear()
        else:
            self._sent.difference_update(keys)

    def ask_again(self) -> None:
        """Ask again for what was asked for and not given, when it is looked at."""
        self._sent.clear()

    def purge(self, batch_keys: Iterable[int]) -> None:
        """Forget the messages of batches that are closed: of their changes nothing is heard."""
        closed = set(batch_keys)
        gone = [record.key for record in self._record_cache if record.batch_key in closed]
        self._record_cache.drop(gone)
        self._sent.difference_update(gone)

    def _is_missing(self, key: int) -> bool:
        return key not in self._sent and not self._record_cache.is_fresh(key)

    def _ask(self) -> None:
        keys = list(self._asked)[-_AT_ONCE:]
        self._asked.clear()
        self._sent.update(keys)
        self.wanted.emit(keys)
