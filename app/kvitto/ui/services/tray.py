"""What the user is told outside the window: the icon in the system's tray, and notices."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget
from typing_extensions import override

from kvitto.ui.services.app_icon import app_icon
from kvitto.ui.services.desktop_notices import DesktopNotices, Notice
from kvitto.ui.services.todo_list import Listed, Severity


class Tray(QObject):
    """The tray icon, where the system has a tray, and notices, which need none.

    Attributes:
        severity: what the icon is marked with; None while nothing is wrong.

    Signals:
        open_requested: show the window.
        quit_requested: stop receiving, and end.
        notice_opened: the user pressed a notice; what it was about, as `notify` got it.
    """

    open_requested = Signal()
    quit_requested = Signal()
    notice_opened = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Prepare; shown by `show`."""
        super().__init__(parent)
        self.severity: Severity | None = None
        self._menu = QMenu(parent)
        self._open = QAction(self._menu)
        self._open.triggered.connect(self.open_requested)
        self._quit = QAction(self._menu)
        self._quit.triggered.connect(self.quit_requested)
        self._menu.addAction(self._open)
        self._menu.addAction(self._quit)
        self._standing = ""
        self._worst: Listed | None = None
        self._icon = QSystemTrayIcon(app_icon(), self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._about: object = None
        self._icon.messageClicked.connect(lambda: self.notice_opened.emit(self._about))
        self._notices = DesktopNotices(self)
        self._notices.opened.connect(self.notice_opened)
        self._notices.failed.connect(self._show_bubble)
        self.retranslate()

    @staticmethod
    def is_there() -> bool:
        """Tell whether the system has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Show the icon, if there is a tray."""
        if self.is_there():
            self._icon.show()

    def hide(self) -> None:
        """Take the icon away, and tell nothing more."""
        self._icon.hide()
        self._notices.stop()

    @property
    def tip(self) -> str:
        """What is said where the pointer rests on the icon."""
        return self._icon.toolTip()

    def show_standing(self, words: str) -> None:
        """Say how receiving stands, in a few words."""
        self._standing = words
        told = [f"Kvitto: {words}" if words else "Kvitto"]
        if self._worst is not None:
            told.append(self._worst.sentence)
        self._icon.setToolTip("\n".join(told))

    def show_worst(self, worst: Listed | None, marked: Callable[[Severity], QIcon]) -> None:
        """Show the worst of what is wrong by the icon, and say it with how receiving stands.

        Args:
            worst: what that is; None for nothing.
            marked: returns the program's icon with the sign of a severity.
        """
        severity = None if worst is None else worst.severity
        if severity is not self.severity:
            self.severity = severity
            self._icon.setIcon(app_icon() if severity is None else marked(severity))
        self._worst = worst
        self.show_standing(self._standing)

    def notify(self, title: str, text: str, about: object = None) -> None:
        """Show a notice of the system's; `about` comes back when the user presses it."""
        self._notices.show(Notice(title, text, about, self.tr("Show")))

    def _show_bubble(self, notice: Notice) -> None:
        """Show a notice at the icon, where the desktop has no service for notices."""
        self._about = notice.about
        if self._icon.isVisible() and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(notice.title, notice.text, app_icon())

    def retranslate(self) -> None:
        """Say everything again in the language of now."""
        self._open.setText(self.tr("Open Kvitto"))
        self._quit.setText(self.tr("Stop receiving and quit"))
        self.show_standing(self._standing)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open_requested.emit()

    @override
    def event(self, event: QEvent) -> bool:
        """Follow the language."""
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        return super().event(event)
