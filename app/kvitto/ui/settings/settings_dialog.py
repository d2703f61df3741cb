"""The settings: a sidebar of pages, and no button but Close."""

from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.settings.appearance_page import AppearancePage
from kvitto.ui.settings.autostart import Autostart, system_autostart
from kvitto.ui.settings.books_page import BooksPage
from kvitto.ui.settings.closing_page import ClosingPage
from kvitto.ui.settings.notifications_page import NotificationsPage
from kvitto.ui.settings.purge_now import PurgeNow
from kvitto.ui.settings.receiving_page import ReceivingPage
from kvitto.ui.settings.settings_page import SettingsPage
from kvitto.ui.settings.storage_page import StoragePage
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP, colours

_WIDTH: Final = 800
_HEIGHT: Final = 620
_LEAST_WIDTH: Final = 640
_LEAST_HEIGHT: Final = 440
_SIDEBAR_WIDTH: Final = 196


class PageName(Enum):
    """The pages, in the sidebar's order."""

    RECEIVING = 0
    STORAGE = 1
    APPEARANCE = 2
    CLOSING = 3
    NOTIFICATIONS = 4
    BOOKS = 5


class SettingsDialog(QDialog):
    """Everything that the user can set. A change takes effect at once, and is kept.

    Show it with `show`, so that its effects can be seen behind it.

    Signals:
        restart_receiver_requested: receive at the host and port of the preferences from now on.
        restart_requested: another store was chosen: start the window again.
        callback_keys_changed: a secret was renewed or ended; the callback URL may be another one.
        failed: a sentence: what could not be done, while the dialog was not there to say it.
    """

    restart_receiver_requested = Signal()
    restart_requested = Signal()
    callback_keys_changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        context: Context,
        purging: PurgeNow,
        awake: SleepStatus,
        parent: QWidget | None = None,
        *,
        autostart: Autostart | None = None,
    ) -> None:
        """Build all pages on `context`.

        Args:
            context: what they show and change.
            purging: the window's: it goes on when the dialog is closed.
            awake: the window's, likewise.
            parent: the window.
            autostart: another way to start with the computer than the system's.
        """
        super().__init__(parent)
        refusal: StoreError | None = None
        try:
            if autostart is None:
                autostart = system_autostart(context.backend.folder, context.backend.store)
        except StoreError as error:
            refusal = error
        storage = StoragePage(context, purging)
        storage.restart_requested.connect(self.restart_requested)
        storage.receiving_requested.connect(self.restart_receiver_requested)
        receiving = ReceivingPage(context)
        receiving.restart_requested.connect(self.restart_receiver_requested)
        receiving.callback_keys_changed.connect(self.callback_keys_changed)
        self._pages: dict[PageName, SettingsPage] = {
            PageName.RECEIVING: receiving,
            PageName.STORAGE: storage,
            PageName.APPEARANCE: AppearancePage(context),
            PageName.CLOSING: ClosingPage(context, autostart or refusal, awake),
            PageName.NOTIFICATIONS: NotificationsPage(context),
            PageName.BOOKS: BooksPage(context),
        }
        self._sidebar = _Sidebar(self)
        self._stack = QStackedWidget(self)
        for page in self._pages.values():
            page.failed.connect(self._on_failed)
            item = QListWidgetItem(self._sidebar)
            item.setSizeHint(QSize(0, ROW_HEIGHT + 2 * STEP))
            self._stack.addWidget(_scrolling(page))
        self._message = _Message(self)
        self._close = QPushButton(self)
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.close)
        self._lay_out()
        self._retranslate()
        self._recolour()
        self._sidebar.currentRowChanged.connect(self._on_row)
        self._sidebar.setCurrentRow(0)

    def _lay_out(self) -> None:
        resize_at_first(self, _WIDTH, _HEIGHT)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        upright, lying = _Line(self), _Line(self)
        upright.setFixedWidth(1)
        lying.setFixedHeight(1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self._sidebar)
        across.addWidget(upright)
        across.addWidget(self._stack, 1)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        bottom.addStretch()
        bottom.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self._message)
        column.addWidget(lying)
        column.addLayout(bottom)

    @property
    def message(self) -> str:
        """The sentence that says what could not be done; "" where there is none."""
        return self._message.sentence

    def page(self, which: PageName) -> SettingsPage:
        """Return a page."""
        return self._pages[which]

    def show_page(self, which: PageName) -> None:
        """Go to a page."""
        self._sidebar.setCurrentRow(which.value)

    def _on_row(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        self._message.say("")
        if self.isVisible():
            self._pages[PageName(row)].refresh()

    def _on_failed(self, sentence: str) -> None:
        if self.isVisible():
            self._message.say(sentence)
        else:
            self.failed.emit(sentence)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read again what the page shows."""
        super().showEvent(event)
        self._pages[PageName(self._sidebar.currentRow())].refresh()

    # --- Words and colours ----------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        self._sidebar.setAccessibleName(self.tr("Pages"))
        self._close.setText(self.tr("Close"))
        for row, page in enumerate(self._pages.values()):
            item = self._sidebar.item(row)
            item.setText(page.title())

    def _recolour(self) -> None:
        for row, page in enumerate(self._pages.values()):
            self._sidebar.item(row).setIcon(icon(page.icon_name))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()


class _Sidebar(QListWidget):
    """The names of the pages."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(_SIDEBAR_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setViewportMargins(2 * STEP, 3 * STEP, 2 * STEP, 3 * STEP)
        self.setItemDelegate(_PlainRow(self))
        # The margins are part of the list to the eye.
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)


class _PlainRow(QStyledItemDelegate):
    """Draws no frame around the text of the row that has the focus: it is the selected one."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class _Line(QWidget):
    """A thin line that divides; it follows the theme by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Mid)
        self.setAutoFillBackground(True)


class _Message(QWidget):
    """What could not be done: a sentence, in view only where there is one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._icon = QLabel(self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        self.hide()
        self._recolour()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def say(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        self.setVisible(bool(sentence))

    def _recolour(self) -> None:
        palette = self.palette()
        tint = colours().danger
        if palette.color(QPalette.ColorRole.Window) != tint:
            palette.setColor(QPalette.ColorRole.Window, tint)
            self.setPalette(palette)
        self._icon.setPixmap(icon("alert-outline").pixmap(ICON_SIZE, ICON_SIZE))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationPaletteChange:
            self._recolour()


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
