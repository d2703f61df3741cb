"""Which batches hold matches of the filter, and how many: found in the background, kept up."""

import logging
from collections.abc import Callable, Collection
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.clock import utc_now
from kvitto.store.errors import StoreError
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.local_days import local_midnight

log = logging.getLogger(__name__)

TYPING_MS: Final = 20
"""Keys that come together, as of a held key or a scanner, are one search."""
BUSY_AFTER_MS: Final = 300
_FIRST: Final = 2000
"""Matches, the newest, that the first look counts: some screens full."""
_RECOUNT_REST_MS: Final = 1000
_AGEING_MS: Final = 60_000
_MANY: Final = 200
"""Touched batches that are counted one by one; of more, all are counted at once."""


class Search(QObject):
    """Counts the matches of a filter: the newest at once, then all, then what changes.

    Belongs to the window's thread.

    Signals:
        found: the filter that was sought, how many messages match by batch (None: all do), and
            whether that is all.
        recounted: the numbers of matches of some batches, and the keys of those that were counted.
        busy_changed: whether the search takes so long that it should be seen.
        failed: the sentence of a `StoreError`.
    """

    found = Signal(object, object, bool)
    recounted = Signal(object, object)
    busy_changed = Signal(bool)
    failed = Signal(str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Search the store of `context`; seek nothing yet."""
        super().__init__(parent)
        self._context = context
        self._make: Callable[[], MessageFilter] = MessageFilter
        self._wanted = MessageFilter()
        self._finder: MessageSearch | None = None
        self._touched: set[int] = set()
        self._is_whole = True
        self._has_failed = False
        self._is_busy = False
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._start)
        self._busy = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._busy.timeout.connect(lambda: self._set_busy(is_busy=True))
        self._recounting = Throttle(
            context.tasks, self._recount, "recount", rest_ms=_RECOUNT_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._on_recovered)
        self.ageing = QTimer(self, singleShot=True)
        self.ageing.timeout.connect(self.look_at_time)

    @property
    def wanted(self) -> MessageFilter:
        """The filter that is sought, or was last."""
        return self._wanted

    @property
    def is_whole(self) -> bool:
        """Whether all that matches is counted: it was not left, and does not run."""
        return self._is_whole

    @property
    def is_running(self) -> bool:
        """Whether more may be found."""
        return self._finder is not None or self._typing.isActive()

    # --- What is asked --------------------------------------------------------------------------

    def seek(self, make: Callable[[], MessageFilter], *, is_typed: bool = False) -> None:
        """Seek another filter instead of the one before.

        Args:
            make: makes the filter as it is at the time: "today" is another one tomorrow.
            is_typed: wait a moment for the next key.
        """
        self._make = make
        if is_typed:
            self._typing.start()
        else:
            self._start()

    def leave(self) -> None:
        """Seek no further; what is found stays."""
        self._typing.stop()
        self._end()

    def count_again(self, batches: Collection[int]) -> None:
        """Count the matches of these batches again, when there is time: they have changed."""
        if not self._wanted.is_of_batches and batches:
            self._touched.update(batches)
            self._recounting.want()

    # --- Seeking --------------------------------------------------------------------------------

    def _start(self) -> None:
        self._typing.stop()
        self._end()
        self._wanted = self._make()
        self._has_failed = False
        self._touched.clear()
        self._watch_time()
        if self._wanted.is_of_batches:
            # The batches that are known tell by themselves whether they are shown.
            self._is_whole = True
            self.found.emit(self._wanted, None, True)
            return
        self._is_whole = False
        self._busy.start()
        self._finder = MessageSearch(self._context.backend.database)
        self._context.tasks.start(self._seek(self._finder, self._wanted), "search")

    def _end(self) -> None:
        """End the search that is running, if one is: its query too."""
        finder, self._finder = self._finder, None
        if finder is not None:
            finder.stop()
        self._busy.stop()
        self._set_busy(is_busy=False)

    async def _seek(self, finder: MessageSearch, wanted: MessageFilter) -> None:
        in_thread = self._context.tasks.in_thread
        try:
            for limit in (_FIRST, None):
                counts = await in_thread(finder.batches, wanted, limit=limit)
                if finder is not self._finder:
                    return
                # A first look that was not cut short has seen everything.
                self._is_whole = limit is None or sum(counts.values()) < limit
                if self._is_whole:
                    self._end()
                self.found.emit(wanted, counts, self._is_whole)
                if self._is_whole:
                    break
        except InterruptedError:
            log.debug("A search was left")
        except StoreError as error:
            self._has_failed = finder is self._finder
            self.failed.emit(error_text(error))
        finally:
            finder.stop()
            if finder is self._finder:
                self._end()
        if self._touched:
            self._recounting.want()

    def _set_busy(self, *, is_busy: bool) -> None:
        if is_busy is not self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)

    # --- Keeping up -----------------------------------------------------------------------------

    def _on_recovered(self) -> None:
        """Seek again what could not be read."""
        if self._has_failed and not self.is_running:
            self._start()
        elif self._touched:
            self._recounting.want()

    async def _recount(self) -> None:
        """Count what was touched, once all has been counted."""
        if not self._is_whole or not self._touched:
            return
        touched, self._touched = self._touched, set()
        wanted = self._wanted
        finder = MessageSearch(self._context.backend.database)
        among = touched if len(touched) <= _MANY else None
        try:
            counts = await self._context.tasks.in_thread(finder.batches, wanted, among=among)
        except StoreError as error:
            self._touched |= touched
            self.failed.emit(error_text(error))
            return
        finally:
            finder.stop()
        if wanted == self._wanted and self._is_whole:
            if among is None:
                self.found.emit(wanted, counts, True)
            else:
                self.recounted.emit(counts, touched)

    def _watch_time(self) -> None:
        """Look now and then, and when a day ends, whether the period is still the same."""
        sent = self._wanted.sent
        if sent is None:
            self.ageing.stop()
            return
        midnight = local_midnight(utc_now(), -1)
        left_ms = int((midnight - utc_now()).total_seconds() * 1000) + 1
        self.ageing.start(max(1, min(left_ms, _AGEING_MS)))

    def look_at_time(self) -> None:
        """Seek again where time alone has changed the filter: it is another day, or time zone."""
        if self._wanted.sent is not None and not self._typing.isActive():
            if self._make() != self._wanted:
                self._start()
            else:
                self._watch_time()
