"""One batch of the table, and what is known of its messages."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any

from kvitto.core.outages import TimeRange
from kvitto.store.records import BatchRecord

UNKNOWN = 0
"""Stands for a message whose key has not been read yet: keys count from 1."""
_FEW = 100
"""So many new keys are put among the sorted ones; with more, all are sorted again."""


class BatchRow:
    """A batch, and where it stands.

    Attributes:
        key: the batch's number in the store.
        record: the batch; set it by `set_record`.
        messages: how many messages it has.
        matches: how many of its messages pass the filter; of a batch that is shown.
        keys: the keys of its messages in the order in which they are shown, `UNKNOWN` where they
            have not been read; None while it is closed.
        place: what it was sorted by when it got its place, if that may be another by now: it keeps
            it when the batch changes.
        missed: the first and the last row that was looked at while its key was `UNKNOWN`.
        is_meant: whether the user prefers to see it, were there no filter.
        is_in_time: whether it was sent when the filter wants it.
        is_shown: whether it is among the rows of the table.
        exposed: of which times reports about it may be lost.
    """

    __slots__ = (
        "_known",
        "exposed",
        "is_in_time",
        "is_meant",
        "is_shown",
        "key",
        "keys",
        "matches",
        "messages",
        "missed",
        "place",
        "record",
    )

    def __init__(self, record: BatchRecord) -> None:
        """Start closed, with all its messages."""
        self.key = record.key
        self.set_record(record)
        self.matches = self.messages
        self.keys: array[int] | None = None
        self.place: tuple[Any, ...] | None = None
        self.is_meant = True
        self.is_in_time = True
        self.is_shown = False
        self.exposed: Sequence[TimeRange] = ()
        self.missed: tuple[int, int] | None = None
        self._known: array[int] | None = None

    def set_record(self, record: BatchRecord) -> None:
        """Take the batch as it is now."""
        self.record = record
        self.messages = record.messages

    @property
    def rows(self) -> int:
        """How many rows are below it: while it is closed, one tells that there are some."""
        return min(self.matches, 1) if self.keys is None else len(self.keys)

    def holds(self, key: int) -> bool:
        """Tell whether a message is among those that are shown."""
        if self.keys is None:
            return False
        if self._known is None:
            from kvitto.ui.batches.row_diff import ordered

            # Not as a set: of 100,000 keys that would be ten times as much.
            self._known = ordered(self.keys)
        at = bisect_left(self._known, key)
        return at < len(self._known) and self._known[at] == key

    def set_keys(self, keys: "array[int] | None") -> None:
        """Show these messages, or close."""
        self.keys = keys
        self.missed = None
        self._known = None

    def miss(self, at: int) -> None:
        """Remember that a row was looked at whose message is not known yet."""
        first, last = self.missed or (at, at)
        self.missed = min(first, at), max(last, at)

    def insert_keys(self, at: int, keys: "array[int]") -> None:
        """Show these messages too, before the one at `at`."""
        assert self.keys is not None
        self.keys[at:at] = keys
        if self._known is not None and len(keys) <= _FEW:
            for key in keys:
                insort(self._known, key)
        else:
            self._known = None

    def remove_keys(self, at: int, count: int) -> None:
        """Show so many messages from `at` on no more."""
        assert self.keys is not None
        self._known = None
        del self.keys[at : at + count]
