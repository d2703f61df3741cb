"""What the user does to batches that can be taken back, and is offered to be."""

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.store.bin import MoveToBin, PutBack
from kvitto.store.errors import StoreError
from kvitto.store.mutations import BatchChange, ChangeBatch, Edit
from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text


class BatchCommands(QObject):
    """Changes batches, and offers to take that back once it is made. Of the window's thread.

    Signals:
        failed: the sentence that says why a change could not be made.
        not_made: the key of a batch whose change could not be made.
    """

    failed = Signal(str)
    not_made = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        """Change the store of `context`."""
        super().__init__(parent)
        self._context = context

    def rename(self, batch: BatchRecord, label: str | None) -> None:
        """Call a batch something else; by what it is known by without a name for None."""
        if label != batch.label:
            change, before = BatchChange(label=label), BatchChange(label=batch.label)
            self._change(batch, change, before, self.renamed_text(batch))

    def expect(self, batch: BatchRecord, count: int | None) -> None:
        """Expect so many messages of a batch; None where that is not known."""
        if count != batch.expected_count:
            change = BatchChange(expected_count=count)
            before = BatchChange(expected_count=batch.expected_count)
            self._change(batch, change, before, self.expected_text(batch))

    def archive(self, batches: Sequence[BatchRecord], *, is_archived: bool = True) -> None:
        """Put batches out of the way, or back."""
        now = BatchChange(is_archived=is_archived)
        before = [BatchChange(is_archived=one.is_archived) for one in batches]
        edits = [ChangeBatch(one.key, now, seen) for one, seen in zip(batches, before, strict=True)]
        backs = [ChangeBatch(one.key, seen, now) for one, seen in zip(batches, before, strict=True)]
        if len(batches) == 1:
            text = self.tr("{name} is archived.") if is_archived else self.tr("{name} is back.")
            text = text.format(name=self._name(batches[0]))
        else:
            count = len(batches)
            text = (
                self.tr("%Ln batch(es) are archived.", "", count)
                if is_archived
                else self.tr("%Ln batch(es) are back.", "", count)
            )
        self._start(edits, backs, text, batches)

    def move_to_bin(self, batches: Sequence[BatchRecord]) -> None:
        """Put batches into the bin."""
        keys = tuple(one.key for one in batches)
        if len(batches) == 1:
            text = self.tr("{name} is in the bin for 30 days.").format(name=self._name(batches[0]))
        else:
            text = self.tr("%Ln batch(es) are in the bin for 30 days.", "", len(batches))
        self._start([MoveToBin(keys, utc_now())], [PutBack(keys)], text, batches)

    def put_back(self, batches: Sequence[BatchRecord]) -> None:
        """Take batches out of the bin."""
        keys = tuple(one.key for one in batches)
        text = self.tr("%Ln batch(es) were put back.", "", len(batches))
        self._start([PutBack(keys)], [MoveToBin(keys, utc_now())], text, batches)

    def offer(
        self, key: int, before: BatchChange, change: BatchChange, sentence: str, *, of: str = ""
    ) -> None:
        """Offer to take back a change that was made elsewhere; see `Undo.offer`."""
        back = [ChangeBatch(key, before, change)]
        self._context.undo.offer(sentence, lambda: self._take_back(back), of=of)

    def renamed_text(self, batch: BatchRecord) -> str:
        """Return that a batch has another name."""
        return self.tr("{name} has another name.").format(name=self._name(batch))

    def expected_text(self, batch: BatchRecord) -> str:
        """Return that another number of messages is expected."""
        return self.tr("Another number is expected of {name}.").format(name=self._name(batch))

    def noted_text(self, batch: BatchRecord) -> str:
        """Return that the notes on a batch were changed."""
        return self.tr("The notes on {name} were changed.").format(name=self._name(batch))

    def _name(self, batch: BatchRecord) -> str:
        return name_of(batch, is_masked=self._context.preferences.is_masked)

    def _change(
        self, batch: BatchRecord, change: BatchChange, before: BatchChange, text: str
    ) -> None:
        edit, back = ChangeBatch(batch.key, change, before), ChangeBatch(batch.key, before, change)
        self._start([edit], [back], text, (batch,))

    def _start(
        self,
        edits: Sequence[Edit],
        backs: Sequence[Edit],
        text: str,
        batches: Sequence[BatchRecord],
    ) -> None:
        def offer() -> None:
            self._context.undo.offer(text, lambda: self._take_back(backs))

        self._context.tasks.start(self._make(edits, offer, batches), "change batch")

    def _take_back(self, backs: Sequence[Edit]) -> None:
        self._context.tasks.start(self._make(backs, _nothing, ()), "take back")

    async def _make(
        self, edits: Sequence[Edit], then: Callable[[], None], batches: Sequence[BatchRecord]
    ) -> None:
        try:
            for edit in edits:
                await asyncio.wrap_future(self._context.backend.edit(edit))
        except StoreError as error:
            for batch in batches:
                self.not_made.emit(batch.key)
            self.failed.emit(error_text(error))
        else:
            then()


def _nothing() -> None:
    """Offer nothing: it was taken back."""
