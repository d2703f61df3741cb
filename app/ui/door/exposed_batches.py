"""Follows which batches may have lost reports, and reads no more than has changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from app.core.door import Closure, Span
from app.core.exposure import Beginning
from app.store.exposure import exposure, unknown_beginnings
from app.store.records import BatchRecord
from app.ui.session import Session

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH: Final = timedelta(hours=1)
"""A batch that was heard of first within that may be heard of to have begun earlier."""
_BEGINNINGS_AGAIN: Final = timedelta(seconds=30)
_ALL_AGAIN: Final = timedelta(seconds=60)
"""While the door is closed, what is at risk grows."""


class ExposedBatches:
    """Knows of which times reports about each batch may be lost, ever.

    Belongs to the window's thread, but for `read`, which is called on one thread at a time.
    """

    def __init__(self, session: Session) -> None:
        """Know nothing; read from the store of `session`."""
        self._session = session
        self._changed: set[int] = set()
        self._closures: Sequence[Closure] | None = None
        self._exposed: Mapping[int, Sequence[Span]] = {}
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
        closures: Sequence[Closure],
        now: datetime,
    ) -> Mapping[int, Sequence[Span]]:
        """Return of which times reports about each batch may be lost, by its key.

        Args:
            batches: all batches; not to be changed meanwhile.
            changed: of `take_changed`; to be noted again where this fails.
            closures: the latest closures: where others are known, all is read anew.
            now: the time, UTC.

        Raises:
            StoreError: the store can't be read.
        """
        is_closed = any(one.end is None for one in closures)
        is_old = is_closed and now - self._all_at >= _ALL_AGAIN
        if closures != self._closures or is_old:
            self._exposed = self._found(batches.values(), now)
            self._closures, self._all_at = closures, now
        elif changed:
            some = [batches[key] for key in changed if key in batches]
            kept = {key: one for key, one in self._exposed.items() if key not in changed}
            self._exposed = kept | self._found(some, now)
        return self._exposed

    def _found(self, batches: Iterable[BatchRecord], now: datetime) -> dict[int, Sequence[Span]]:
        among = list(batches)
        closures = self._session.closures(_EVER)
        asked = unknown_beginnings(closures, among, now)
        fresh: set[int] = set()
        if now - self._beginnings_at >= _BEGINNINGS_AGAIN:
            self._beginnings_at = now
            fresh = {one.key for one in among if now - one.first_seen < _FRESH}
        unknown = [key for key in asked if key in fresh or key not in self._beginnings]
        if unknown:
            self._beginnings |= self._session.doors.beginnings(unknown)
        return exposure(closures, among, self._beginnings, now)
