"""The window's first steps: the receiver starts while all that the window consists of is loaded.

Loading takes as long for the one as for the other, and each has a processor of its own. So nothing
is imported here but what these steps need.
"""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kvitto import __version__
from kvitto.output import is_ignored_hangup
from kvitto.receiver.receiver_process import ReceiverProcess, start_process
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.folder import prepare_folder
from kvitto.store.lockfile import is_alive, read_instance_info
from kvitto.ui.services.app_icon import app_icon
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.single_instance import SingleInstance

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What asks the window to end."""


class EarlyStart:
    """What was done before the rest was loaded. Belongs to the window's thread.

    Attributes:
        application: the process's application.
        single: the right to show a window for the folder.
        has_right: whether it is ours already.
        receiver: the receiver that was started; None where one runs, or where that failed.
        is_end_asked: whether a signal has asked for the end meanwhile.

    Args:
        folder: the data folder; made where it is missing.
        host: the address to listen on; None for what the user prefers.
        port: the port to listen on; None for what the user prefers.
        no_auth: whether reports are taken without a secret, too.
        store: the store on a server; None for the one of the folder.

    Raises:
        StoreError: the folder can't be used.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str | None,
        port: int | None,
        no_auth: bool,
        store: StoreUrl | None = None,
    ) -> None:
        prepare_folder(folder)
        self.application: Final = application()
        self.single: Final = SingleInstance(folder)
        self.is_end_asked = False
        self.receiver: ReceiverProcess | None = None
        # From here on there may be a receiver that has to be ended, too.
        for number in SIGNALS:
            if not is_ignored_hangup(number):
                signal.signal(number, self._on_signal)
        self.has_right = _succeeds(self.single.take)
        if not self.has_right or _is_received(folder):
            return
        preferences = Preferences(folder)
        if store is None or preferences.receives_here:
            self.receiver = _started(
                lambda: start_process(
                    folder,
                    host=host or preferences.host,
                    port=preferences.port if port is None else port,
                    no_auth=no_auth,
                    replaces=False,
                    store=store,
                )
            )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.is_end_asked = True


def _succeeds(take: Callable[[], bool]) -> bool:
    """Return whether the right is ours; whoever tries again tells why not."""
    try:
        return take()
    except StoreError:
        return False


def _is_received(folder: Path) -> bool:
    told = read_instance_info(folder)
    return told is not None and bool(told.control_port) and is_alive(told)


def _started(start: Callable[[], ReceiverProcess]) -> ReceiverProcess | None:
    """Return a receiver; None where none can be started: the link tries again, and tells why."""
    try:
        return start()
    except StoreError:
        return None


def application() -> QApplication:
    """Return the process's application; there can be only one."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    made = QApplication(sys.argv[:1])
    made.setApplicationName("kvitto")
    made.setApplicationDisplayName("Kvitto")
    made.setApplicationVersion(__version__)
    made.setDesktopFileName("kvitto")
    made.setWindowIcon(app_icon())
    made.setQuitOnLastWindowClosed(False)
    return made
