"""What is said of what restores have left out: reports that do not come again."""

import logging
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.store.errors import StoreError
from kvitto.store.restorations import AcknowledgeRestoration, Restoration, read_restorations
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Todo
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

_SUBJECT = "restored"


class RestorationBanners(QObject):
    """Says once after the start which reports are in another database, until it is dismissed.

    A restore ends with a start of the window, so nothing new comes while it is open.

    Signals:
        failed: a sentence that says what could not be written.
    """

    failed = Signal(str)

    def __init__(self, context: Context, todo: Todo, parent: QObject | None = None) -> None:
        """Read when the feed has read for the first time."""
        super().__init__(parent)
        self._context = context
        self._todo = todo
        self._found: Sequence[Restoration] = ()
        once = Qt.ConnectionType.SingleShotConnection
        context.feed.changed.connect(lambda _changes: self._start(), once)

    def _start(self) -> None:
        self._context.tasks.start(self._read(), "read what restores left out")

    async def _read(self) -> None:
        tasks, database = self._context.tasks, self._context.backend.database
        try:
            self._found = await tasks.in_thread(read_restorations, database)
        except StoreError as error:
            log.debug("What restores left out can't be read now: %s", error.detail)
        if isValid(self._todo):
            self._say()

    def _say(self) -> None:
        if not self._found:
            self._todo.take_out(_SUBJECT)
            return
        self._todo.put(
            _SUBJECT,
            " ".join(self._sentence(one) for one in self._found),
            since=min(one.begin for one in self._found),
            # Who may not note it in the store notes it for this window.
            know=self._on_known if self._context.permissions.may(Right.EDIT) else None,
            again=self._say,
        )

    def _sentence(self, one: Restoration) -> str:
        begin, end = formatting.exact_time(one.begin), formatting.exact_time(one.end)
        kept = one.kept_file(self._context.backend.folder)
        number = one.left_out.reports
        if kept is None:
            return self.tr(
                "A backup was restored here that was made at {begin}, while Kvitto was receiving. "
                "What was received later is on the computer that it was made on, and the SMS "
                "service does not send it again. Make a new backup there, quit Kvitto here, and "
                "add it: kvitto merge FILE."
            ).format(begin=begin)
        if number is None:
            said = self.tr(
                "A backup was restored. Reports that were received from {begin} to {end} may be "
                "missing here: they are in {file}, as far as that can be read, and the SMS service "
                "does not send them again. Quit Kvitto, save what can be read with kvitto salvage, "
                "and add that with kvitto merge."
            )
        else:
            said = self.tr(
                "A backup was restored. %Ln report(s) received from {begin} to {end} are not here "
                "but in {file}, and the SMS service does not send them again. To add them, quit "
                "Kvitto, and run kvitto merge with that file.",
                "",
                number,
            )
        return said.format(begin=begin, end=end, file=kept)

    def _on_known(self) -> None:
        found = self._found
        self._start_noting(found, utc_now())
        self._context.undo.offer(
            self.tr("What the restore left out is off the list."),
            lambda: self._start_noting(found, None),
        )

    def _start_noting(self, found: Sequence[Restoration], at: datetime | None) -> None:
        self._context.tasks.start(self._note(found, at), "acknowledge what restores left out")

    async def _note(self, found: Sequence[Restoration], at: datetime | None) -> None:
        backend = self._context.backend
        try:
            for one in found:
                edit = backend.edit(AcknowledgeRestoration(one.begin, at))
                await self._context.tasks.in_thread(edit.result)
        except StoreError as error:
            self.failed.emit(error_text(error))
        await self._read()
