"""Write what the user says of a batch."""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, NamedTuple, Self

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kvitto.store.errors import StoreError
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.records import BatchRecord
from kvitto.store.repeats import DismissRepeats
from kvitto.store.rights import Right
from kvitto.ui.details.edit_buffer import EditBuffer
from kvitto.ui.services.batch_commands import BatchCommands
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text

_NOT_DIGIT: Final = re.compile(r"[^0-9]")


class BatchDrafts(NamedTuple):
    """The fields of a batch that the user can change."""

    label: EditBuffer
    expected: EditBuffer
    notes: EditBuffer

    @classmethod
    def of(cls, batch: BatchRecord) -> Self:
        """Return what the store has of a batch."""
        return cls(*(EditBuffer(text, batch.revision) for text in stored_texts(batch)))

    @property
    def are_settled(self) -> bool:
        """Whether the store has all that the user typed."""
        return all(draft.is_settled for draft in self)


def stored_texts(batch: BatchRecord) -> tuple[str, str, str]:
    """Return what the store has, as it is shown: label, expected number, notes."""
    expected = "" if batch.expected_count is None else formatting.number(batch.expected_count)
    return batch.label or "", expected, batch.notes or ""


class BatchEdits(QObject):
    """Sends drafts to the store. Belongs to the window's thread.

    Signals:
        failed: the sentence that says why something could not be written. It is still typed.
    """

    failed = Signal(str)

    def __init__(self, context: Context, editing: Sequence[QWidget], parent: QObject) -> None:
        """Write to the session of `context` what is typed into `editing`."""
        super().__init__(parent)
        self._context = context
        context.permissions.guard(Right.EDIT, *editing)
        self._commands = BatchCommands(context, self)
        self._commands.failed.connect(self.failed)

    def label(self, batch: BatchRecord, draft: EditBuffer) -> None:
        """Call the batch as the draft says; by its id alone where that is empty."""
        change, *kept = (BatchChange(label=one.strip() or None) for one in draft.texts)
        self._send(batch, draft, change, kept, self._commands.renamed_text(batch))

    def notes(self, batch: BatchRecord, draft: EditBuffer) -> None:
        """Keep the draft as the notes on a batch."""
        change, *kept = (BatchChange(notes=one if one.strip() else None) for one in draft.texts)
        # They are sent at each pause: all of them are one change.
        done = self._commands.noted_text(batch)
        self._send(batch, draft, change, kept, done, of=f"notes {batch.key}")

    def expected(self, batch: BatchRecord, draft: EditBuffer) -> None:
        """Expect as many messages as the draft says; an unknown number where it says none."""
        change, *kept = (BatchChange(expected_count=_number_in(one)) for one in draft.texts)
        self._send(batch, draft, change, kept, self._commands.expected_text(batch))

    def dismiss_repeats(self, key: int, messages: int) -> None:
        """Say no more of the numbers that are in a batch twice, see `Repeats.told`."""
        try:
            written = self._context.backend.edit(DismissRepeats(key, messages))
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        self._context.tasks.start(self._wait_for(written), "dismiss repeats")

    async def _wait_for(self, written: Future[int]) -> None:
        try:
            await asyncio.wrap_future(written)
        except StoreError as error:
            self.failed.emit(error_text(error))

    def _send(
        self,
        batch: BatchRecord,
        draft: EditBuffer,
        change: BatchChange,
        kept: Sequence[BatchChange],
        done: str,
        *,
        of: str = "",
    ) -> None:
        before, seen = kept
        text = draft.send()
        if text is None:
            return
        # Queued here and now: what is typed last is written even if the window closes next.
        try:
            written = self._context.backend.edit(ChangeBatch(batch.key, change, seen))
        except StoreError as error:
            draft.failed()
            self.failed.emit(error_text(error))
            return

        def offer() -> None:
            self._commands.offer(batch.key, before, change, done, of=of)

        self._context.tasks.start(self._settle(draft, text, written, offer), "batch edit")

    async def _settle(
        self, draft: EditBuffer, text: str, written: Future[int], then: Callable[[], None]
    ) -> None:
        try:
            revision = await asyncio.wrap_future(written)
        except StoreError as error:
            draft.failed()
            self.failed.emit(error_text(error))
        else:
            draft.sent(text, revision)
            then()


def _number_in(text: str) -> int | None:
    digits = _NOT_DIGIT.sub("", text)
    return (int(digits) if digits else 0) or None
