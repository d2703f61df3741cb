"""The windows that the main window opens beside itself.

What they consist of is imported when the first is shown: the main window starts sooner without.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context
from kvitto.ui.services.open_dialogs import OpenDialogs
from kvitto.ui.services.sleep_status import SleepStatus
from kvitto.ui.settings.purge_now import PurgeNow

if TYPE_CHECKING:
    from kvitto.ui.settings.settings_dialog import SettingsDialog


class MainDialogs(QObject):
    """Shows one of each.

    Args:
        context: what they work with.
        dialogs: shows one dialog of each kind.
        purging: purges what is old; the settings choose what that is.
        stay_awake: keeps the computer awake, and says so.
        waiting: returns the batches of which reports are still to come, oldest first.
        window: their owner.

    Signals:
        failed: a sentence that says what could not be done.
        restart_receiver_requested: what was chosen is in force once the receiver starts anew.
        restart_requested: start the window again.
        callback_keys_changed: there is another callback URL.
        export_requested: the name of the table to export.
    """

    failed = Signal(str)
    restart_receiver_requested = Signal()
    restart_requested = Signal()
    callback_keys_changed = Signal()
    export_requested = Signal(str)

    def __init__(
        self,
        context: Context,
        dialogs: OpenDialogs,
        *,
        purging: PurgeNow,
        stay_awake: SleepStatus,
        waiting: Callable[[], Sequence[BatchRecord]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context: Final = context
        self._dialogs: Final = dialogs
        self._purging: Final = purging
        self._stay_awake: Final = stay_awake
        self._waiting: Final = waiting
        self._window: Final = window

    def show_settings(self) -> None:
        """Show the settings."""
        self._settings()

    def show_key(self) -> None:
        """Show where the key of iP.1's API is."""
        from kvitto.ui.settings.settings_dialog import PageName

        self._settings().show_page(PageName.BOOKS)

    def show_storage(self) -> None:
        """Show what is kept, and for how long."""
        from kvitto.ui.settings.settings_dialog import PageName

        self._settings().show_page(PageName.STORAGE)

    def _settings(self) -> "SettingsDialog":
        from kvitto.ui.settings.settings_dialog import SettingsDialog

        def make() -> QWidget:
            dialog = SettingsDialog(self._context, self._purging, self._stay_awake, self._window)
            dialog.failed.connect(self.failed)
            dialog.restart_receiver_requested.connect(self.restart_receiver_requested)
            dialog.restart_requested.connect(self.restart_requested)
            dialog.callback_keys_changed.connect(self.callback_keys_changed)
            return dialog

        dialog = self._dialogs.show("settings", make)
        assert isinstance(dialog, SettingsDialog)
        return dialog

    def show_reachability(self) -> None:
        """Show the callback URL, its checks and its interruptions."""

        def make() -> QWidget:
            from kvitto.ui.reachability.reachability_dialog import ReachabilityDialog

            window = ReachabilityDialog(
                self._context, self._waiting, self._stay_awake, self._window
            )
            window.failed.connect(self.failed)
            return window

        self._dialogs.show("reachability", make)

    def show_quarantine(self) -> None:
        """Show what was refused."""

        def make() -> QWidget:
            from kvitto.ui.quarantine.quarantine_window import QuarantineWindow

            window = QuarantineWindow(self._context, self._window)
            window.failed.connect(self.failed)
            window.export_requested.connect(lambda: self.export_requested.emit("quarantine"))
            return window

        self._dialogs.show("quarantine", make)

    def show_demo(self) -> None:
        """Show what sends a made-up batch."""

        def make() -> QWidget:
            from kvitto.ui.dialogs.demo import Demo

            demo = Demo(self._context, self._window)
            demo.failed.connect(self.failed)
            return demo

        self._dialogs.show("demo", make)
