"""The messages that have been read, and which are to be read next: those that are looked at."""

from array import array
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.store.records import MessageRecord
from kvitto.ui.batches.row import UNKNOWN

_AHEAD: Final = 60
"""Messages that are read before and after the one that is looked at."""
_AT_ONCE: Final = 250
"""Who scrolls quickly wants what they see last, not all that went by."""
_CAPACITY: Final = 4000
"""About 6 MB; a screen shows fifty."""


class RecordCache:
    """Keeps the messages that were read last, by their keys."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        """Start empty; keep up to `capacity` messages."""
        self._capacity = capacity
        self._records: dict[int, MessageRecord] = {}
        self._stale: set[int] = set()

    def get(self, key: int) -> MessageRecord | None:
        """Return a message as it was read last, if it is kept."""
        return self._records.get(key)

    def use(self, key: int) -> MessageRecord | None:
        """Return a message as `get` does, and keep it longer: it is looked at."""
        record = self._records.pop(key, None)
        if record is not None:
            self._records[key] = record
        return record

    def is_fresh(self, key: int) -> bool:
        """Tell whether a message is kept, and nothing has been heard of a change since."""
        return key in self._records and key not in self._stale

    def put(self, record: MessageRecord) -> None:
        """Keep a message, unless a newer state is kept; those used longest ago give way."""
        known = self._records.pop(record.key, None)
        if known is not None and known.revision > record.revision:
            self._records[record.key] = known
            return
        self._records[record.key] = record
        self._stale.discard(record.key)
        while len(self._records) > self._capacity:
            oldest = next(iter(self._records))
            self.drop((oldest,))

    def drop(self, keys: Iterable[int]) -> None:
        """Forget messages."""
        for key in keys:
            self._records.pop(key, None)
            self._stale.discard(key)

    def distrust(self, keys: Iterable[int] | None = None) -> None:
        """Take some of what is kept, or all, for outdated: shown, but to be read again."""
        self._stale.update(self._records if keys is None else self._records.keys() & set(keys))

    def __len__(self) -> int:
        """Return how many messages are kept."""
        return len(self._records)

    def __iter__(self) -> Iterator[MessageRecord]:
        """Return the messages that are kept."""
        return iter(self._records.values())


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
