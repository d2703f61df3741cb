"""One message, live: where it stands, every report about it, and the body of each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.erased import is_erased, said_for_tokens
from kvitto.core.outages import Outage
from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.records import MessageRecord, ReportRecord
from kvitto.store.rights import Right
from kvitto.store.server_errors import BodiesHiddenError
from kvitto.ui.details.message_header import MessageHeader
from kvitto.ui.details.report_history import history, since
from kvitto.ui.details.reports_model import ReportsModel
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.identifiers import erased_word
from kvitto.ui.text.masking import mask_number
from kvitto.ui.text.payload_format import readable
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.payload_view import BodyView
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import ROW_HEIGHT, STEP

_REST_MS: Final = 250
_BLANK_AFTER_MS: Final = 300
"""A message that is not selected any more is shown no longer than this."""
_MOST_LOOKS: Final = 5
"""So often is read again what changes while it is read."""
_STATE: Final = "details/message"
_COLUMNS_STATE: Final = "details/columns"


class _Read(NamedTuple):
    """What is read of a message."""

    message: MessageRecord
    reports: list[ReportRecord]
    callback_keys: int
    outages: list[Outage]
    proofs: dict[int, Sequence[datetime]]


class MessagePage(QWidget):
    """Shows one message, and follows it.

    What it shows is of one message or nothing: all of it is read and put into words before any of
    it is painted, and where that fails, it says so and shows no message.

    Signals:
        failed: a sentence that says what could not be read.
        gone: the message is not in the store any more.
    """

    failed = Signal(str)
    gone = Signal()

    def __init__(self, context: Context, now: Callable[[], datetime], parent: QWidget) -> None:
        """Show nothing until `show_message`."""
        super().__init__(parent)
        self._context = context
        self._now = now
        self._key: int | None = None
        self._shown_key: int | None = None
        self._has_own_columns = False
        self._seen: _Read | None = None
        self._content = QWidget(self)
        self._nothing = text_label(self, is_faint=True)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_AFTER_MS)
        self._blank.timeout.connect(self._show_nothing)
        self._header = MessageHeader(self)
        context.permissions.guard(Right.SEE, self._header.person)
        self._model = ReportsModel(self)
        self._history_name = text_label(self, is_faint=True)
        self._table = TableView(self)
        self._step_text = text_label(self)
        self._body = BodyView(self)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._throttle = Throttle(
            context.tasks, self._read, "message details", rest_ms=_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._throttle.want)
        self._prepare_table()
        self._lay_out()
        self._model.dataChanged.connect(self._show_step)
        context.preferences.changed.connect(self._on_preference)
        self._retranslate()

    def _prepare_table(self) -> None:
        self._table.setModel(self._model)
        self._table.setRootIsDecorated(False)
        self._table.setMinimumHeight(4 * ROW_HEIGHT)
        self._history_name.setBuddy(self._table)
        self._table.selectionModel().currentRowChanged.connect(self._show_step)

    def _lay_out(self) -> None:
        upper = QWidget(self)
        column = QVBoxLayout(upper)
        column.setContentsMargins(3 * STEP, 0, 3 * STEP, 2 * STEP)
        column.setSpacing(STEP)
        column.addWidget(self._history_name)
        column.addWidget(self._table, 1)
        lower = QWidget(self)
        column = QVBoxLayout(lower)
        column.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 3 * STEP)
        column.setSpacing(2 * STEP)
        column.addWidget(self._step_text)
        column.addWidget(self._body, 1)
        # A line of it that has no room is scrolled to: a splitter would cut it off.
        scrolled = QScrollArea(self)
        scrolled.setWidget(lower)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._splitter.addWidget(upper)
        self._splitter.addWidget(scrolled)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._splitter, 1)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._content, 1)
        whole.addWidget(self._nothing, 1)
        self._show_nothing()

    @property
    def header(self) -> MessageHeader:
        """The head of the page."""
        return self._header

    @property
    def table(self) -> TableView:
        """The table of reports."""
        return self._table

    @property
    def step_text(self) -> str:
        """What is said of the selected report."""
        return self._step_text.text()

    @property
    def body(self) -> BodyView:
        """The body of the selected report."""
        return self._body

    @property
    def nothing(self) -> str:
        """What is said instead of a message; "" while one is shown."""
        return "" if self._content.isVisibleTo(self) else self._nothing.text()

    def show_message(self, key: int) -> None:
        """Show the message with this key in the store."""
        if key != self._key:
            self._key = key
            if self._seen is not None and self._seen.message.key != key:
                self._blank.start()
            self._throttle.hurry()

    def take_changes(self, changes: Changes) -> None:
        """Read again what changed of the message."""
        if self._key is None or not self.isVisible():
            return
        batch_key = None if self._seen is None else self._seen.message.batch_key
        if (
            not changes.is_complete
            or self._key in changes.messages
            or any(batch.key == batch_key for batch in changes.batches)
        ):
            self._throttle.want()

    def leave(self) -> None:
        """Show no message any more."""
        self._key = None
        self._blank.stop()

    def save_state(self) -> None:
        """Keep how wide the columns are, and how high the parts."""
        self._context.preferences.put_state(_STATE, self._splitter.saveState())
        if self._has_own_columns or self._shown_key is not None:
            # Columns that nobody has seen have no widths yet.
            self._context.preferences.put_state(_COLUMNS_STATE, self._table.header().saveState())

    def restore_state(self) -> None:
        """Put back what `save_state` kept."""
        parts = self._context.preferences.state(_STATE)
        if not parts.isEmpty():
            self._splitter.restoreState(parts)
        columns = self._context.preferences.state(_COLUMNS_STATE)
        self._has_own_columns = not columns.isEmpty()
        if self._has_own_columns:
            self._table.header().restoreState(columns)

    # --- Showing --------------------------------------------------------------------------------

    async def _read(self) -> None:
        key = self._key
        if key is None or not self.isVisible():
            return
        try:
            asked = await self._context.tasks.in_thread(self._ask, key)
        except StoreError as error:
            self.failed.emit(error_text(error))
            if key == self._key and not self._is_shown(key):
                self._show_nothing(error_text(error))
            return
        if key != self._key:
            return
        if asked is None:
            self.leave()
            self._show_nothing()
            self.gone.emit()
            return
        self._seen = asked
        self._show()

    def _ask(self, key: int) -> _Read | None:
        backend = self._context.backend
        asked: _Read | None = None
        for _ in range(_MOST_LOOKS):
            message = next(iter(backend.reader.messages_by_key([key])), None)
            if message is None or (asked is not None and message == asked.message):
                # Nothing has changed since: all of it is of one moment.
                return None if message is None else asked
            reports = backend.reader.reports(key)
            begin = since(reports)
            outages = [] if begin is None else backend.outages(begin)
            proofs: dict[int, Sequence[datetime]] = {}
            used = {one.callback_key for one in reports if one.callback_key is not None}
            outages = [one for one in outages if not used or any(map(one.counts_for, used))]
            for callback_key in used:
                arrived = max(
                    one.received.arrived for one in reports if one.callback_key is not None
                )
                proofs[callback_key] = backend.outage_queries.minutes_of(
                    callback_key, begin or arrived, arrived
                )
            asked = _Read(message, reports, len(backend.valid_callback_keys()), outages, proofs)
        return asked

    def _is_shown(self, key: int) -> bool:
        return self._seen is not None and self._seen.message.key == key

    def _show_nothing(self, why: str = "") -> None:
        """Show no message at all; say why, if there is something to say."""
        self._blank.stop()
        self._seen, self._shown_key = None, None
        self._content.hide()
        self._nothing.setText(why)
        self._nothing.show()

    def _show(self) -> None:
        seen = self._seen
        if seen is None:
            return
        try:
            self._paint(seen)
        except BaseException:
            # Half of one message over half of another is worse than none.
            self._show_nothing(self.tr("This message can't be shown: see the log."))
            raise

    def _paint(self, seen: _Read) -> None:
        message = seen.message
        steps = history(
            seen.reports,
            current=message.state.rank.sequence,
            callback_keys=seen.callback_keys,
            outages=seen.outages,
            proofs=seen.proofs,
        )
        is_masked = self._context.preferences.is_masked
        self._header.show_message(message, self._now(), is_masked=is_masked)
        self._model.show_steps(steps)
        self._blank.stop()
        self._nothing.hide()
        self._content.show()
        if self._shown_key != message.key:
            self._shown_key = message.key
            if not self._has_own_columns:
                self._table.fit_columns()
            self._table.selectionModel().setCurrentIndex(
                self._model.index(self._model.current_row(), 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )
        self._show_step()

    def _show_step(self) -> None:
        """Show the selected report in words, and its body."""
        step = self._model.step(self._table.currentIndex().row())
        if step is None or self._seen is None:
            self._step_text.setText("")
            self._body.show_text("")
            return
        self._step_text.setText(step.sentences())
        report = step.record.received.report
        is_whole = step.record.body_bytes is None and not is_erased(report)
        self._body.set_title(
            self.tr("The report as it came") if is_whole else self.tr("What is kept of the report")
        )
        text = said_for_tokens(readable(step.record.body), erased_word())
        if self._context.preferences.is_masked:
            for number in self._numbers():
                text = mask_number(text, number)
        if not self._context.permissions.may(Right.SEE):
            text = error_text(BodiesHiddenError())
        self._body.show_text(text)

    def _numbers(self) -> set[str]:
        """Return all recipients that the reports name: reports can differ."""
        reports = [] if self._seen is None else self._seen.reports
        named = {one.received.report.recipient for one in reports}
        return {number for number in named if number}

    def _on_preference(self, name: str) -> None:
        if name == "is_masked":
            self._show()

    def _retranslate(self) -> None:
        self._history_name.setText(self.tr("Reports in the order in which things happened"))
        self._table.setAccessibleName(self.tr("Reports"))
        self._body.set_title(self.tr("The report as it came"))
        self._model.retext()
        self._show()

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read what was not read while nobody saw it."""
        super().showEvent(event)
        self._throttle.want()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
