"""The window of the numbers that don't work."""

from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.core.dead_numbers import DeadNumber
from kvitto.store.dead_number_queries import DeadNumbers, read_dead_numbers
from kvitto.store.errors import StoreError
from kvitto.ui.followup.follow_up_text import column_title
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.identifiers import phone_number
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.list_files import dialled, numbers_of
from kvitto.ui.widgets.list_output import ListContent, ListOutput
from kvitto.ui.widgets.rows_model import RowsModel
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, RIGHT, TableColumn
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()
_WIDTH: Final = 760
_HEIGHT: Final = 520
_STATE: Final = "dead_numbers/geometry"
_REST_MS: Final = 5000
_NUMBER, _DELIVERED, _FAILURES, _REASON, _FAILED = range(5)


def _when(instant: datetime | None) -> str:
    return "–" if instant is None else formatting.exact_time(instant)


_COLUMNS: Final = (
    TableColumn[DeadNumber](
        QT_TRANSLATE_NOOP("FollowUp", "Number"), lambda row: phone_number(row.recipient)
    ),
    TableColumn[DeadNumber](
        QT_TRANSLATE_NOOP("FollowUp", "Last delivered"), lambda row: _when(row.last_delivered)
    ),
    TableColumn[DeadNumber](
        QT_TRANSLATE_NOOP("FollowUp", "Failed since"),
        lambda row: formatting.number(row.failures),
        RIGHT,
    ),
    TableColumn[DeadNumber](
        QT_TRANSLATE_NOOP("FollowUp", "Last reason"),
        lambda row: formatting.status_word(row.last_failure.code, final=True),
        tip=lambda row: formatting.status_meaning(row.last_failure.code, final=True),
    ),
    TableColumn[DeadNumber](
        QT_TRANSLATE_NOOP("FollowUp", "Last failed"), lambda row: _when(row.last_failure.at)
    ),
)


class DeadNumbersModel(RowsModel[DeadNumber]):
    """Numbers that don't work, those with the most failures first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_rows`."""
        super().__init__(_COLUMNS, "FollowUp", parent)

    @override
    def key_of(self, row: DeadNumber) -> object:
        return row.recipient

    @override
    def cell(self, row: DeadNumber, column: int, role: int) -> Any:
        if column == _REASON and role == RESULT_ROLE:
            return row.last_failure.result.value
        if column == _REASON and role == CODE_ROLE:
            return str(row.last_failure.code)
        shows_text = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}
        if column == _NUMBER and shows_text:
            return phone_number(row.recipient, is_masked=self.is_masked)
        return super().cell(row, column, role)


class DeadNumbersWindow(QDialog):
    """Lists the numbers that don't work; one that works again leaves by itself.

    Args:
        context: what the parts of the window share.
        parent: the owner.

    Signals:
        failed: a sentence that says what could not be read or written.
        told: a sentence that says what was done.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._dead: DeadNumbers | None = None
        self._is_closed = False
        self._head = QLabel(self)
        self._head.setWordWrap(True)
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.model = DeadNumbersModel(self)
        self._view = TableView(self)
        self._view.setModel(self.model)
        self._view.setRootIsDecorated(False)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._view.fill_width(_REASON)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._view)
        self._pages.addWidget(self._nothing)
        self.output = ListOutput(context, self._content, self)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.output)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(self._head)
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._throttle = Throttle(
            context.tasks, self._read, "dead numbers", rest_ms=_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._throttle.want)
        context.feed.failed.connect(self._show)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        self.output.failed.connect(self.failed)
        self.output.done.connect(self.told)
        self.finished.connect(self._on_closed)
        state = context.preferences.state(_STATE)
        if not state.isEmpty():
            self.restoreGeometry(state)
        self._retranslate()
        self._throttle.want()

    @property
    def head(self) -> str:
        """What is said above the list."""
        return self._head.text()

    async def _read(self) -> None:
        if self._is_closed:
            return
        try:
            dead = await self._context.tasks.in_thread(
                read_dead_numbers, self._context.backend.database
            )
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))
            return
        if not self._is_closed:
            self._dead = dead
            self._show()

    def _on_changed(self) -> None:
        if not self._is_closed:
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked" and not self._is_closed:
            self._show()

    def _on_closed(self) -> None:
        self._is_closed = True
        self._throttle.stop()
        self._context.preferences.put_state(_STATE, self.saveGeometry())

    def _content(self) -> ListContent:
        rows = self._view.chosen(self.model.rows)
        return ListContent(
            title=self.windowTitle(),
            note=self.head,
            name=self.tr("numbers-that-dont-work"),
            headings=[column_title(one.title) for one in _COLUMNS],
            cells=[
                [dialled(row.recipient), *(one.text(row) for one in _COLUMNS[1:])] for row in rows
            ],
            numbers=numbers_of([row.recipient for row in rows]),
        )

    def _show(self) -> None:
        dead = self._dead
        rows = [] if dead is None else dead.found
        self.model.show_rows(rows, is_masked=self._context.preferences.is_masked)
        self._pages.setCurrentWidget(self._view if rows else self._nothing)
        self.output.set_any(is_any=bool(rows))
        if dead is None:
            self._nothing.setText(self._context.feed.reading_text())
            self._head.clear()
            return
        self._nothing.setText(self.tr("There is no number whose last three messages failed."))
        since = ""
        if dead.since is not None:
            day = formatting.day(dead.since, with_weekday=True)
            since = f"{day} {formatting.year(dead.since)}"
        self._head.setText(
            self.tr(
                "The last three messages to these numbers failed, and none was delivered since. "
                "Mostly the number is wrong or has ended: ask for a new one. Over what is kept "
                "(since {day})."
            ).format(day=since)
            if rows
            else ""
        )

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Numbers that don't work"))
        self._view.setAccessibleName(self.windowTitle())
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
