"""Tells what the table shows, for all that counts it, draws it or takes it out of the window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.core.sending_period import ANY_TIME, SendingPeriod
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import MessageFilter, ShownScope
from kvitto.ui.batches.batch_level import BatchLevel
from kvitto.ui.services.change_feed import Reading
from kvitto.ui.services.context import Context

_EVERYTHING: Final = ShownScope()


@dataclass(frozen=True)
class ShownNow:
    """What the window shows when an export is asked for.

    Attributes:
        scope: what the table shows.
        text: the same as a sentence: `Shown: 2 of 7 batches, 21 messages`.
        period: the period that is chosen.
        batch: the batch that is selected, or that is asked for; None for none.
        is_masked: whether numbers are masked on the screen.
    """

    scope: ShownScope = _EVERYTHING
    text: str = ""
    period: SendingPeriod = ANY_TIME
    batch: BatchRecord | None = None
    is_masked: bool = False


class ScopeWatch(QObject):
    """Follows the filter, the batches that pass it, and what the user prefers to see.

    Belongs to the window's thread.

    Signals:
        changed: the `ShownScope` that the filters leave; None where there is no filter.
        counted: the table shows what `take_counts` took.
    """

    changed = Signal(object)
    counted = Signal()

    def __init__(self, model: BatchLevel, context: Context, parent: QObject) -> None:
        """Follow a model; there is no filter yet."""
        super().__init__(parent)
        self._model = model
        self._feed = context.feed
        self._preferences = context.preferences
        self._filter = MessageFilter()
        self._told: ShownScope | None = None
        self._coming: dict[int, int] = {}
        model.shown_changed.connect(self.look)
        self._feed.add_part(self._plan, self._on_read)

    def set_filter(self, wanted: MessageFilter) -> None:
        """Know what is filtered; `look` when the model knows it too."""
        self._filter = wanted
        self._coming.clear()

    def take_counts(self, counts: Mapping[int, int], among: Iterable[int]) -> None:
        """Show that other numbers of messages match in some batches, as soon as may be.

        What adds the batches up or draws them is told now, and reads them next; the table shows
        them in the same turn as that.

        Args:
            counts: how many match, by batch; 0 where a batch is missing.
            among: the batches that were counted.
        """
        self._coming |= {key: counts.get(key, 0) for key in among}
        self.look()
        self._feed.refresh()

    def _plan(self) -> Reading | None:
        coming = dict(self._coming)
        return (lambda _changes: coming) if coming else None

    def _on_read(self, coming: dict[int, int]) -> None:
        come = {key: count for key, count in coming.items() if self._coming.get(key) == count}
        for key in come:
            del self._coming[key]
        if come:
            self._model.update_counts(come, come)
            self.counted.emit()

    def scope(self) -> ShownScope:
        """Return what is shown now."""
        is_of_batches = self._filter.is_of_batches
        return ShownScope(
            wanted=self._filter,
            with_demo=self._preferences.shows_demo,
            with_archived=self._preferences.shows_done,
            among=None if is_of_batches else self.keys(),
        )

    def keys(self) -> frozenset[int]:
        """Return the keys of the batches that are shown, or are in a moment."""
        if not self._coming:
            return self._model.rows.keys()
        shown = set(self._model.rows.keys())
        for key, count in self._coming.items():
            if self._model.would_show(key, count):
                shown.add(key)
            else:
                shown.discard(key)
        return frozenset(shown)

    def look(self) -> None:
        """Tell what is shown, where that is another."""
        scope = None if self._filter.is_empty else self.scope()
        if scope != self._told:
            self._told = scope
            self.changed.emit(scope)
