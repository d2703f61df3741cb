"""The panel beside the table: more about what is selected in it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kvitto.clock import utc_now
from kvitto.core.outages import TimeRange
from kvitto.store.reader import Changes
from kvitto.store.search_conditions import ShownScope
from kvitto.ui.details.batch_page import BatchPage
from kvitto.ui.details.message_page import MessagePage
from kvitto.ui.details.overview_page import OverviewPage
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.widgets.theme import STEP


class DetailsPanel(QWidget):
    """Shows everything in sums, one batch, or one message, and follows what changes.

    Reads only what is visible, and never in the window's thread.

    Args:
        context: what the parts of the window share.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be read or written.
        done: a sentence that says what was printed, saved or copied.
        export_requested: the SMS service's id of the batch that is to be exported; None for all.
        follow_up_requested: the `BatchRecord` of which those who did not get it are asked for.
        shown_follow_up_requested: the same, of what the table shows.
        person_requested: the `PhoneNumber` to which all messages are asked for.
        repeats_requested: the `BatchRecord` whose numbers that are in it twice are asked for.
    """

    failed = Signal(str)
    done = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal(object)
    shown_follow_up_requested = Signal()
    person_requested = Signal(object)
    repeats_requested = Signal(object)

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._selection = Selection()
        self._overview = OverviewPage(context, self)
        self._batch = BatchPage(context, now, self)
        self._message = MessagePage(context, now, self)
        self._pages = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        for page in (self._overview, self._batch, self._message):
            self._pages.addWidget(page)
            page.failed.connect(self.failed)
        self.setMinimumWidth(70 * STEP)
        self._overview.export_requested.connect(self.export_requested)
        self._overview.follow_up_requested.connect(self.shown_follow_up_requested)
        self._batch.done.connect(self.done)
        self._batch.export_requested.connect(self.export_requested)
        self._batch.follow_up_requested.connect(self.follow_up_requested)
        self._batch.repeats_requested.connect(self.repeats_requested)
        self._message.header.person_requested.connect(self.person_requested)
        self._message.gone.connect(lambda: self.show_selection(Selection()))
        context.feed.changed.connect(self._on_changed)

    @property
    def overview_page(self) -> OverviewPage:
        """What is shown while nothing is selected."""
        return self._overview

    @property
    def batch_page(self) -> BatchPage:
        """What is shown of a batch."""
        return self._batch

    @property
    def message_page(self) -> MessagePage:
        """What is shown of a message."""
        return self._message

    @property
    def page(self) -> QWidget | None:
        """The one of the three that is shown."""
        return self._pages.currentWidget()

    def show_selection(self, selection: Selection) -> None:
        """Show what is selected now."""
        self._selection = selection
        if selection.message_key is not None:
            self._batch.leave()
            self._message.show_message(selection.message_key)
            self._pages.setCurrentWidget(self._message)
        elif selection.batch is not None:
            self._message.leave()
            self._batch.show_batch(selection.batch)
            self._pages.setCurrentWidget(self._batch)
        else:
            self._message.leave()
            self._batch.leave()
            self._pages.setCurrentWidget(self._overview)

    def show_scope(self, shown: ShownScope | None) -> None:
        """Add up what is shown only, while nothing is selected; None for all."""
        self._overview.show_scope(shown)

    def show_exposed(self, exposed: Mapping[int, Sequence[TimeRange]]) -> None:
        """Say of which times reports about each batch may be lost, by its key."""
        self._batch.show_exposed(exposed)

    def save_state(self) -> None:
        """Keep how the panel was left, and write what was typed."""
        self._batch.save_edits()
        self._message.save_state()

    def restore_state(self) -> None:
        """Put back what `save_state` kept."""
        self._message.restore_state()

    def _on_changed(self, changes: Changes) -> None:
        if changes.is_empty:
            return
        batch = self._selection.batch
        if batch is not None and batch.key in changes.removed:
            self.show_selection(Selection())
        self._batch.take_changes(changes)
        self._message.take_changes(changes)
