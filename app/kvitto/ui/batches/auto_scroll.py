"""Keep the newest in view: for a screen on the wall."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QTimer

from kvitto.store.reader import Changes
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.row import UNKNOWN
from kvitto.ui.batches.shown_rows import UNSORTED

_PACE_MS: Final = 1000
"""The eye can follow one step a second, not ten."""
_SOON_MS: Final = 50


class AutoScroll(QObject):
    """Goes to what has changed last: a message of an open batch, or else its batch.

    While it does, a sorted table is sorted again as things change.
    """

    def __init__(self, view: BatchView, model: BatchModel) -> None:
        """Follow in `view`, which shows `model`; off at first."""
        super().__init__(view)
        self._view = view
        self._model = model
        self._is_on = False
        self._message = UNKNOWN
        self._batch = UNKNOWN
        self._step = QTimer(self, singleShot=True)
        self._step.timeout.connect(self._on_step)

    @property
    def is_on(self) -> bool:
        """Whether the newest is followed."""
        return self._is_on

    def set_on(self, *, is_on: bool) -> None:
        """Follow, beginning with what is newest now, or stop."""
        self._is_on = is_on
        self._message = UNKNOWN
        if is_on and self._model.batches.shown:
            newest = max(self._model.batches.shown, key=lambda row: row.record.last_seen)
            self._batch = newest.record.key
            self._step.start(0)

    def take(self, changes: Changes) -> None:
        """Remember what has changed last."""
        if not self._is_on or not changes.batches:
            return
        newest = max(changes.batches, key=lambda batch: (batch.revision, batch.last_seen))
        self._batch = newest.key
        self._message = changes.messages[0] if changes.messages else UNKNOWN
        if not self._step.isActive():
            self._step.start(_SOON_MS)

    def _on_step(self) -> None:
        if not self._is_on or self._batch == UNKNOWN:
            return
        if self._model.batches.sort_column != UNSORTED:
            with self._view.moving():
                self._model.batches.sort_again()
        index = self._newest()
        self._batch = UNKNOWN
        if index.isValid():
            self._view.select(index)
        self._step.start(_PACE_MS)

    def _newest(self) -> QModelIndex:
        for key in self._model.messages.open_batches:
            index = self._model.index_of(key, self._message) if self._message else None
            if index is not None and index.isValid():
                return index
        return self._model.index_of(self._batch)
