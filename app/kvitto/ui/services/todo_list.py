"""What is listed as wrong, the worst first, and what the user knows already; without Qt."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

import msgspec

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""A fault that was not there for so long is another one when it comes again."""


class Severity(IntEnum):
    """How much is at stake."""

    NOTE = 1
    """Nothing is lost as long as the user does as it says."""
    WARNING = 2
    """Something is lost if nobody does anything."""
    DANGER = 3
    """Something is being lost."""


class TodoItem(msgspec.Struct, frozen=True):
    """Something that is wrong.

    Attributes:
        subject: which; of each there is one.
        sentence: what it is, with its size and its deadline.
        severity: how much is at stake.
        since: since when, UTC; None for since it was put into the list.
        size: how large it is, in any unit, to tell whether it grows: what the user knows comes back
            when it does.
        occurrence: tells an occurrence from an earlier one of the same subject; "" where there is
            nothing to tell them by.
        fault: what it comes of; of several items with one fault, one is listed. "" for itself.
        addition: what is said of it behind another item of the same fault.
        headline: what is said where there is one line, the deadline first; "" for the sentence.
    """

    subject: str
    sentence: str
    severity: Severity
    since: datetime | None = None
    size: int = 0
    occurrence: str = ""
    fault: str = ""
    addition: str = ""
    headline: str = ""


class Listed(msgspec.Struct, frozen=True):
    """What is listed of one fault.

    Attributes:
        subject: of its first item, which tells it apart.
        subjects: all of its items, in the order in which they are said.
        sentence: what is wrong.
        headline: the same for one line, with what matters most first.
        severity: of the worst of them.
        since: since when, UTC.
        size: of all of them.
        occurrence: of its first item.
    """

    subject: str
    subjects: tuple[str, ...]
    sentence: str
    headline: str
    severity: Severity
    since: datetime
    size: int
    occurrence: str


class Known(msgspec.Struct, frozen=True):
    """What the user has said to know.

    Attributes:
        severity, size, occurrence: how it was then.
        seen_at: when it was there last, UTC.
    """

    severity: int
    size: int
    occurrence: str
    seen_at: datetime


class TodoList:
    """Holds what is wrong, and what of it the user knows.

    Args:
        known: what the user knew when the program ended last, by subject.
    """

    def __init__(self, known: Mapping[str, Known] | None = None) -> None:
        self._items: dict[str, TodoItem] = {}
        self._known: dict[str, Known] = dict(known or {})

    @property
    def known(self) -> Mapping[str, Known]:
        """What is to be kept until the program starts again, by subject."""
        return self._known

    @property
    def items(self) -> Mapping[str, TodoItem]:
        """All that is wrong, known or not, by subject."""
        return self._items

    def put(self, item: TodoItem, now: datetime) -> bool:
        """List an item instead of what was listed of its subject; return whether it is another.

        What the user knows of it counts no more once it is worse, or another occurrence.
        """
        before = self._items.get(item.subject)
        if item.since is None:
            since = now if before is None or before.since is None else before.since
            item = msgspec.structs.replace(item, since=since)
        self._items[item.subject] = item
        return item != before

    def take_out(self, subject: str) -> bool:
        """Take what is listed of a subject out; return whether it was there.

        What comes again later is not known any more.
        """
        if self._items.pop(subject, None) is None:
            return False
        self._known.pop(subject, None)
        return True

    def know(self, subject: str, now: datetime) -> None:
        """Note that the user knows what is listed under a subject."""
        for one in self._by_fault():
            if one.subject == subject:
                self._known[subject] = Known(one.severity, one.size, one.occurrence, now)

    def forget(self, subject: str) -> None:
        """Note that the user does not want to have known that: it is listed again."""
        self._known.pop(subject, None)

    def to_do(self, now: datetime) -> list[Listed]:
        """Return what is to be shown: one for each fault that the user does not know, worst first.

        Of equal ones, what began last comes first.
        """
        shown = [one for one in self._by_fault() if not self._is_known(one, now)]
        return sorted(shown, key=lambda one: (-one.severity, -one.since.timestamp(), one.subject))

    def keep_in_mind(self, now: datetime) -> None:
        """Note that what the user knows is still there."""
        for one in self._by_fault():
            known = self._known.get(one.subject)
            if known is not None and self._is_known(one, now):
                self._known[one.subject] = msgspec.structs.replace(known, seen_at=now)

    def _is_known(self, one: Listed, now: datetime) -> bool:
        known = self._known.get(one.subject)
        return (
            known is not None
            and known.occurrence == one.occurrence
            and one.severity <= known.severity
            and one.size <= known.size
            and now - known.seen_at <= FORGOTTEN_AFTER
        )

    def _by_fault(self) -> list[Listed]:
        faults: dict[str, list[TodoItem]] = {}
        for item in self._items.values():
            faults.setdefault(item.fault or item.subject, []).append(item)
        return [_joined(items) for items in faults.values()]


def _joined(items: list[TodoItem]) -> Listed:
    """Make one of the items with one fault: that without an addition tells what it is."""
    items = sorted(items, key=lambda one: (bool(one.addition), -one.severity, one.subject))
    first, *others = items
    sentence = " ".join([first.sentence, *(one.addition or one.sentence for one in others)])
    return Listed(
        subject=first.subject,
        subjects=tuple(one.subject for one in items),
        sentence=sentence,
        headline=next((one.headline for one in items if one.headline), sentence),
        severity=max(one.severity for one in items),
        since=min(one.since for one in items if one.since is not None),
        size=sum(one.size for one in items),
        occurrence=first.occurrence,
    )
