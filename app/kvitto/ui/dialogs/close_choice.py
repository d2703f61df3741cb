"""What closing the window does: the receiver stops, or goes on without the window."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kvitto.clock import utc_now
from kvitto.store.records import BatchRecord
from kvitto.ui.reachability.outage_banners import OutageBanners
from kvitto.ui.services.context import Context
from kvitto.ui.services.open_dialogs import OpenDialogs
from kvitto.ui.services.preferences import OnClose
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.services.tray import Tray
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP

_WIDTH = 440


class CloseDialog(QDialog):
    """Keep receiving without the window, stop, or stay.

    Signals:
        chosen: an `OnClose`, and whether not to ask again.
    """

    chosen = Signal(object, bool)

    def __init__(
        self,
        *,
        has_tray: bool,
        waiting: Sequence[BatchRecord],
        now: datetime,
        loss_at: datetime,
        parent: QWidget | None = None,
    ) -> None:
        """Ask.

        Args:
            has_tray: whether the desktop has a tray in which the window can wait.
            waiting: the batches that are waited for: with any, to go on is what is proposed.
            now: the time, UTC.
            loss_at: when the first report may be deleted if none comes in from now on, UTC.
            parent: the owner.
        """
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(self.tr("Close Kvitto?"))
        text = self._stake(waiting, now, loss_at)
        if not has_tray:
            text += " " + self.tr(
                "This desktop has no tray: start Kvitto again to see what it has received."
            )
        question = QLabel(text, self)
        question.setWordWrap(True)
        question.setMinimumWidth(_WIDTH)
        self._forever = QCheckBox(self.tr("Don't ask again"), self)
        keep = QPushButton(self.tr("Keep receiving in the background"), self)
        keep.clicked.connect(lambda: self._choose(OnClose.TRAY))
        stop = QPushButton(self.tr("Stop receiving"), self)
        stop.clicked.connect(lambda: self._choose(OnClose.STOP))
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.close)
        (keep if waiting else stop).setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(cancel)
        buttons.addStretch()
        buttons.addWidget(stop)
        buttons.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(question)
        column.addWidget(self._forever)
        column.addLayout(buttons)

    def _stake(self, waiting: Sequence[BatchRecord], now: datetime, loss_at: datetime) -> str:
        """Return what is at stake now."""
        if not waiting:
            return self.tr(
                "Nothing is waited for now. Of what is sent while Kvitto is stopped, the SMS "
                "service tries each report again for about 90 minutes, and then deletes it."
            )
        messages = self.tr(
            "%Ln message(s) without a result", "", sum(one.unfinished for one in waiting)
        )
        if loss_at <= now:
            text = self.tr(
                "%Ln batch(es) are waited for, {messages}. The SMS service may be deleting reports "
                "about them already, and deletes more while Kvitto is stopped. It can go on "
                "receiving without its window.",
                "",
                len(waiting),
            )
            return text.format(messages=messages)
        text = self.tr(
            "%Ln batch(es) are waited for, {messages}. If Kvitto stops now and is not started "
            "again by {clock}, the SMS service deletes reports about them. It can go on receiving "
            "without its window.",
            "",
            len(waiting),
        )
        return text.format(
            messages=messages, clock=formatting.clock_time(loss_at, with_seconds=False)
        )

    def _choose(self, choice: OnClose) -> None:
        self.chosen.emit(choice, self._forever.isChecked())
        self.close()


class Closing(QObject):
    """Decides by the preferences, and asks where they say so.

    Signals:
        stop_requested: stop receiving, and end the program.
        leave_requested: end the window; what receives goes on.
        hide_requested: hide the window: the tray keeps it.
    """

    stop_requested = Signal()
    leave_requested = Signal()
    hide_requested = Signal()

    def __init__(
        self,
        context: Context,
        stay_awake: SleepStatus,
        alerts: OutageBanners,
        dialogs: OpenDialogs,
        window: QWidget,
    ) -> None:
        """Ask in a dialog of `window`, one of its `dialogs`.

        Args:
            context: what the parts of the window share.
            stay_awake: knows what is waited for.
            alerts: know of outages, and so by when a report may be deleted.
            dialogs: those of the window.
            window: the owner.
        """
        super().__init__(window)
        self._context = context
        self._stay_awake = stay_awake
        self._alerts = alerts
        self._dialogs = dialogs
        self._window = window

    def ask(self) -> None:
        """Do what closing is to mean, once that is known."""
        choice = self._context.preferences.on_close
        if not self._context.backend.ends_with_window:
            # Nobody receives, or a process that was started by hand, to be ended by hand.
            choice = OnClose.STOP
        if choice is OnClose.ASK:
            self._dialogs.show("closing", self._dialog)
        else:
            self._on_chosen(choice)

    def _dialog(self) -> QWidget:
        from kvitto.ui.dialogs.close_choice import CloseDialog

        dialog = CloseDialog(
            has_tray=Tray.is_there(),
            waiting=self._stay_awake.waiting,
            now=utc_now(),
            loss_at=self._alerts.loss_if_stopped(),
            parent=self._window,
        )
        dialog.chosen.connect(self._on_chosen)
        return dialog

    def _on_chosen(self, choice: OnClose, is_forever: bool = False) -> None:
        if is_forever:
            self._context.preferences.put("on_close", choice.value)
        if choice is not OnClose.TRAY:
            self.stop_requested.emit()
        elif Tray.is_there():
            self.hide_requested.emit()
        else:
            self.leave_requested.emit()
