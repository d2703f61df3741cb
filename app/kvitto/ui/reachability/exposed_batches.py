"""Follows which batches may have lost reports, and reads no more than has changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from kvitto.core.loss_exposure import Beginning
from kvitto.core.outages import Outage, TimeRange
from kvitto.store.exposure_queries import exposure, unknown_beginnings
from kvitto.store.records import BatchRecord
from kvitto.ui.backend import Backend

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH: Final = timedelta(hours=1)
"""A batch that was heard of first within that may be heard of to have begun earlier."""
_BEGINNINGS_AGAIN: Final = timedelta(seconds=30)
_ALL_AGAIN: Final = timedelta(seconds=60)
"""During an outage, what is at risk grows."""


class ExposedBatches:
    """Knows of which times reports about each batch may be lost, ever.

    Belongs to the window's thread, but for `read`, which is called on one thread at a time.
    """

    def __init__(self, backend: Backend) -> None:
        """Know nothing; read from the store of `backend`."""
        self._backend = backend
        self._changed: set[int] = set()
        self._outages: Sequence[Outage] | None = None
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}
        self._beginnings: dict[int, Beginning] = {}
        self._beginnings_at = self._all_at = _EVER

    def note(self, keys: Iterable[int]) -> None:
        """Note that batches have changed, or are gone."""
        self._changed.update(keys)

    def take_changed(self) -> set[int]:
        """Return the keys of the batches that have changed since the last time."""
        changed, self._changed = self._changed, set()
        return changed

    def read(
        self,
        batches: Mapping[int, BatchRecord],
        changed: Collection[int],
        outages: Sequence[Outage],
        now: datetime,
    ) -> Mapping[int, Sequence[TimeRange]]:
        """Return of which times reports about each batch may be lost, by its key.

        Args:
            batches: all batches; not to be changed meanwhile.
            changed: of `take_changed`; to be noted again where this fails.
            outages: the latest outages: where they have changed, all is read anew.
            now: the time, UTC.

        Raises:
            StoreError: the store can't be read.
        """
        is_closed = any(one.end is None for one in outages)
        is_old = is_closed and now - self._all_at >= _ALL_AGAIN
        if outages != self._outages or is_old:
            self._exposed = self._found(batches.values(), now)
            self._outages, self._all_at = outages, now
        elif changed:
            some = [batches[key] for key in changed if key in batches]
            kept = {key: one for key, one in self._exposed.items() if key not in changed}
            self._exposed = kept | self._found(some, now)
        return self._exposed

    def _found(
        self, batches: Iterable[BatchRecord], now: datetime
    ) -> dict[int, Sequence[TimeRange]]:
        among = list(batches)
        outages = self._backend.outages(_EVER)
        asked = unknown_beginnings(outages, among, now)
        fresh: set[int] = set()
        if now - self._beginnings_at >= _BEGINNINGS_AGAIN:
            self._beginnings_at = now
            fresh = {one.key for one in among if now - one.first_seen < _FRESH}
        unknown = [key for key in asked if key in fresh or key not in self._beginnings]
        if unknown:
            self._beginnings |= self._backend.outage_queries.beginnings(unknown)
        return exposure(outages, among, self._beginnings, now)
