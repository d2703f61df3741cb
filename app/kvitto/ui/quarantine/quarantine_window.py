"""The window of what was refused."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.store.errors import StoreError
from kvitto.store.mutations import AcknowledgeRejections
from kvitto.store.quarantine import QuarantineReader, RejectionRecord, Rejections
from kvitto.store.rejection_counts import RejectionCountsReader
from kvitto.store.server_errors import RejectionsHiddenError
from kvitto.ui.quarantine.payload_pane import BodyPane
from kvitto.ui.quarantine.payload_text import promise
from kvitto.ui.quarantine.rejection_actions import RejectionActions
from kvitto.ui.quarantine.rejection_list import RejectionList
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 1120
_HEIGHT: Final = 680
_STATE: Final = "quarantine"
_BLANK_AFTER_MS: Final = 300
"""A body that is not chosen any more is shown no longer than this."""


class QuarantineWindow(QDialog):
    """Shows what was refused and why, beside the main window; does not hold that up.

    Args:
        context: what the parts of the window share.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be read or written.
        export_requested: all that was refused is to be exported.
    """

    failed = Signal(str)
    export_requested = Signal()

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._reader = QuarantineReader(context.backend.database)
        self._counts = RejectionCountsReader(context.backend.database)
        self._now = now
        self._rejections: Rejections | None = None
        self._gives_up: datetime | None = None
        self._is_closed = False
        self._promise = text_label(self)
        self._listed = RejectionList(context, self._reader, self)
        self._pane = BodyPane(now, self)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._actions = RejectionActions(context, self._reader, self._listed, self)
        self._lay_out()
        self._join()
        self._retranslate()
        self._restore()

    def _lay_out(self) -> None:
        self._splitter.addWidget(self._listed)
        self._splitter.addWidget(self._pane)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._pages.addWidget(self._splitter)
        self._pages.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(self._promise)
        column.addWidget(self._pages, 1)
        column.addWidget(self._actions)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._splitter.setSizes([_WIDTH * 11 // 20, _WIDTH * 9 // 20])

    def _join(self) -> None:
        self._listed.read.connect(self._on_read)
        self._listed.chosen.connect(self._on_chosen)
        self._listed.failed.connect(self.failed)
        self._actions.failed.connect(self.failed)
        self._actions.export_requested.connect(self.export_requested)
        self._context.preferences.changed.connect(self._on_preference)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_AFTER_MS)
        self._blank.timeout.connect(lambda: self._pane.show_body(None, is_masked=True))
        # However it is closed: by its frame, by Esc, or with the main window.
        self.finished.connect(self._on_closed)

    @property
    def refused_list(self) -> RejectionList:
        """The groups and bodies."""
        return self._listed

    @property
    def is_empty(self) -> bool | None:
        """Whether nothing was refused; None while that is not read."""
        return None if self._rejections is None else not self._rejections.groups

    @property
    def promise(self) -> str:
        """What is said of whether anything was lost."""
        return self._promise.text()

    @property
    def pane(self) -> BodyPane:
        """The body that is looked at."""
        return self._pane

    @property
    def actions_row(self) -> RejectionActions:
        """What can be done."""
        return self._actions

    # --- What the user has seen -----------------------------------------------------------------

    async def _acknowledge(self) -> None:
        """Note that the user has seen what was refused so far: it is not alarmed any more."""
        try:
            counts = await self._context.tasks.in_thread(self._counts.counts, self._now())
            if counts.requests and not await self._are_hidden():
                await asyncio.wrap_future(self._context.backend.edit(AcknowledgeRejections()))
        except StoreError as error:
            self.failed.emit(error_text(error))

    async def _are_hidden(self) -> bool:
        return (await self._context.tasks.in_thread(self._reader.rejections)).is_hidden

    @override
    def event(self, event: QEvent) -> bool:
        """Take what is listed for seen whenever the window comes to the front."""
        if event.type() is QEvent.Type.WindowActivate:
            self._context.tasks.start_latest(self._acknowledge(), "refused requests seen")
        return super().event(event)

    # --- What is shown --------------------------------------------------------------------------

    def _on_read(self, rejections: Rejections) -> None:
        self._rejections = rejections
        self._show()
        self._context.tasks.start_latest(self._read_deadline(), "refused requests' deadline")

    async def _read_deadline(self) -> None:
        try:
            gives_up = await self._context.tasks.in_thread(self._counts.gives_up, self._now())
        except StoreError:
            return  # the list tells of it
        if not self._is_closed:
            self._gives_up = gives_up
            self._show()

    def _on_chosen(self) -> None:
        shown, chosen = self._pane.record, self._listed.current_record()
        if shown is not None and (chosen is None or chosen.key != shown.key):
            self._blank.start()
        self._context.tasks.start_latest(self._read_body(), "refused request")

    async def _read_body(self) -> None:
        chosen = self._listed.current_record()
        try:
            bodies = (
                []
                if chosen is None
                else await self._context.tasks.in_thread(self._reader.bodies, [chosen.key])
            )
        except StoreError as error:
            self.failed.emit(error_text(error))
            bodies = []  # another body than the chosen one is not left there
        now_chosen = None if self._is_closed else self._listed.current_record()
        if not self._is_closed and _key(chosen) == _key(now_chosen):
            self._blank.stop()
            record = bodies[0].record if bodies else None
            self._pane.show_body(record, is_masked=self._context.preferences.is_masked)

    def _show(self) -> None:
        rejections = self._rejections
        if rejections is None:
            return
        is_empty = not rejections.groups
        if rejections.is_hidden:
            self._nothing.setText(error_text(RejectionsHiddenError()))
        self._pages.setCurrentWidget(self._nothing if is_empty else self._splitter)
        self._promise.setText(promise(rejections, self._gives_up))
        self._promise.setVisible(not is_empty)

    def _on_preference(self, name: str) -> None:
        if name == "is_masked":
            is_masked = self._context.preferences.is_masked
            self._pane.show_body(self._pane.record, is_masked=is_masked)

    def _on_closed(self) -> None:
        self._is_closed = True
        self._listed.close_reading()
        self._actions.close_working()
        preferences = self._context.preferences
        preferences.put_state(f"{_STATE}/geometry", self.saveGeometry())
        preferences.put_state(f"{_STATE}/across", self._splitter.saveState())
        preferences.put_state(f"{_STATE}/down", self._listed.splitter.saveState())

    def _restore(self) -> None:
        preferences = self._context.preferences
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("across", self._splitter.restoreState),
            ("down", self._listed.splitter.restoreState),
        ):
            state = preferences.state(f"{_STATE}/{name}")
            if not state.isEmpty():
                restore(state)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("What was refused"))
        self._nothing.setText(self.tr("Nothing was refused."))
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


def _key(record: RejectionRecord | None) -> int | None:
    return None if record is None else record.key
