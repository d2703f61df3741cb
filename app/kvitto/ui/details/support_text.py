"""Puts what to write to the SMS service's support on the clipboard, with the ids that it needs."""

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from kvitto.core.undelivered import FailureGroup
from kvitto.store.errors import StoreError
from kvitto.store.failure_causes import read_failed_ids
from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.failure_text import support_text

_NAMED: Final = 10
"""Messages whose ids are told: the support looks at some."""


class SupportText(QObject):
    """Reads the ids of some messages, and copies the text.

    Signals:
        failed: a sentence that says what could not be read.
        done: a sentence that says what is on the clipboard.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QObject) -> None:
        """Read the store of `context`."""
        super().__init__(parent)
        self._context = context

    def copy(self, batch: BatchRecord, group: FailureGroup) -> None:
        """Copy what to write about a group of a batch."""
        self._context.tasks.start_latest(self._copy(batch, group), "support text")

    async def _copy(self, batch: BatchRecord, group: FailureGroup) -> None:
        database = self._context.backend.database
        try:
            ids = await self._context.tasks.in_thread(
                read_failed_ids,
                database,
                batch.key,
                group.codes,
                group.calling_code,
                limit=_NAMED,
            )
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error_text(error))
            return
        if isValid(self):
            sent = formatting.exact_time(batch.sent_at)
            QGuiApplication.clipboard().setText(support_text(group, batch.batch_id, sent, ids))
            self.done.emit(self.tr("The text for the SMS service's support is on the clipboard."))
