"""When batches are compared with what is usual, and what comes of it; without Qt or a clock."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import nsmallest
from typing import Final

from kvitto.core.report import Origin
from kvitto.core.usual_share import (
    FAILED_LEAST,
    KNOWN_LEAST,
    LOOKS,
    MESSAGES_LEAST,
    Worse,
    band_of,
    worse_at,
)
from kvitto.store.delivered_shares import SharesSoFar
from kvitto.store.records import BatchRecord

_FIRST: Final = 1
"""The first look at which something can be told, since it takes two in a row."""


class UsualLooks:
    """Knows which batches are to be compared, and when the next look is.

    A batch is compared from 15 minutes to a day after its first report arrived, where enough large
    ones were sent before it. It is not compared where that turned out not to be so: too few of
    those were of that size at that age, or reports about it may be lost. Where it stands then is
    told by the fixed rule, see `notification_rules`.

    Args:
        opened: when the window was opened, UTC: looks of before are not made.
    """

    def __init__(self, opened: datetime) -> None:
        self._opened = opened
        self._watched: dict[int, BatchRecord] = {}
        self._next: dict[int, int] = {}
        """The number in `LOOKS` of the next look at each of them; none is left at the end."""
        self._large: dict[int, datetime] = {}
        """When each batch was sent that is large enough to say what is usual."""
        self._known_from: datetime | None = None
        self._not_compared: set[int] = set()

    def see(self, batches: Iterable[BatchRecord], removed: Iterable[int], now: datetime) -> None:
        """Take in what changed; the first time, everything there is."""
        is_changed = False
        for batch in batches:
            is_changed |= self._see_size(batch)
            if not _may_be_worse(batch, now):
                self._forget(batch.key)
                continue
            self._watched[batch.key] = batch
            self._next.setdefault(batch.key, self._after(batch, self._opened))
        for key in removed:
            self._forget(key)
            is_changed |= self._large.pop(key, None) is not None
        if is_changed:
            first = nsmallest(KNOWN_LEAST, self._large.values())
            self._known_from = first[-1] if len(first) == KNOWN_LEAST else None

    def is_compared(self, batch: BatchRecord) -> bool:
        """Tell whether a batch is compared with what is usual, as far as is known."""
        return (
            batch.sent is not None
            and self._known_from is not None
            and batch.sent > self._known_from
            and batch.key not in self._not_compared
        )

    def next_look(self) -> datetime | None:
        """Return when the next look is due; None for never."""
        return min((at for _batch, at in self._planned()), default=None)

    def due(self, now: datetime) -> list[BatchRecord]:
        """Return the batches that are to be looked at now."""
        return [batch for batch, at in self._planned() if at <= now]

    def look(
        self, due: Iterable[BatchRecord], found: Mapping[int, SharesSoFar | None], now: datetime
    ) -> tuple[list[tuple[BatchRecord, Worse]], list[BatchRecord]]:
        """Compare batches with what is usual.

        Args:
            due: the batches that were due at `now`.
            found: their shares; None or nothing for those that can't be compared.
            now: the time when they were due, UTC.

        Returns:
            The batches that are worse than usual and were not before the window was opened, and
            those that turned out not to be comparable.
        """
        worse, others = [], []
        for before in due:
            batch = self._watched.get(before.key)
            if batch is None:
                continue
            following = self._after(batch, now)
            shares = found.get(batch.key)
            if shares is None or band_of(one[following - 1] for one in shares.known) is None:
                self._not_compared.add(batch.key)
                others.append(batch)
            elif (
                told := worse_at(following - 1, shares.own, shares.known)
            ) is not None and not any(
                worse_at(look, shares.own, shares.known)
                for look in range(_FIRST, self._after(batch, self._opened))
            ):
                worse.append((batch, told))
            self._next[batch.key] = following
        return worse, others

    def _planned(self) -> Iterator[tuple[BatchRecord, datetime]]:
        """Yield the batches that will be looked at, and when each is next."""
        for key, batch in self._watched.items():
            if self._next[key] < len(LOOKS) and self.is_compared(batch):
                yield batch, batch.first_seen + LOOKS[self._next[key]]

    @staticmethod
    def _after(batch: BatchRecord, then: datetime) -> int:
        """Return the number of the first look after a time."""
        age = then - batch.first_seen
        return next((look for look in range(_FIRST, len(LOOKS)) if LOOKS[look] > age), len(LOOKS))

    def _see_size(self, batch: BatchRecord) -> bool:
        """Note whether a batch is large enough to say what is usual; tell whether that changed."""
        says = (
            batch.sent is not None
            and batch.origin is Origin.WEBHOOK
            and batch.purged is None
            and batch.messages >= MESSAGES_LEAST
        )
        sent = batch.sent if says else None
        if self._large.get(batch.key) == sent:
            return False
        if sent is None:
            del self._large[batch.key]
        else:
            self._large[batch.key] = sent
        return True

    def _forget(self, key: int) -> None:
        self._watched.pop(key, None)
        self._next.pop(key, None)


def _may_be_worse(batch: BatchRecord, now: datetime) -> bool:
    """Tell whether there may be something to tell of a batch: of few, so that few are read."""
    return (
        batch.origin is Origin.WEBHOOK
        and not batch.is_archived
        and batch.purged is None
        and now - batch.first_seen <= 2 * LOOKS[-1]
        and batch.tally().not_delivered >= FAILED_LEAST
    )
