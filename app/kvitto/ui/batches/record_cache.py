"""The messages that have been read, as many as a screen can want."""

from collections.abc import Iterable, Iterator
from typing import Final

from kvitto.store.records import MessageRecord

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
        """Keep a message; those that were put or used longest ago give way."""
        self._records.pop(record.key, None)
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
