"""What the window needs of Qt before the rest of it is loaded: the application, and its server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from kvitto import __version__
from kvitto.output import drain_output
from kvitto.receiver.receiver_process import ReceiverProcess
from kvitto.store.errors import StoreError
from kvitto.ui.services.app_icon import app_icon
from kvitto.ui.services.first_steps import FirstSteps
from kvitto.ui.services.single_instance import SingleInstance


class EarlyStart:
    """What was done before the rest was loaded. Belongs to the window's thread.

    Attributes:
        application: the process's application.
        single: the right to show a window for the folder.
        has_right: whether it is ours already.
        receiver: the receiver that was started; None where none was.

    Args:
        first: what was done before Qt was loaded.
    """

    def __init__(self, first: FirstSteps) -> None:
        self._first: Final = first
        with _given_up_where_qt_ends(first):
            self.application: Final = application()
        self.receiver: Final[ReceiverProcess | None] = first.receiver
        self.single: Final = SingleInstance(first.folder, lock=first.lock)
        self.has_right = first.lock.is_locked and self._takes_right()

    @property
    def is_end_asked(self) -> bool:
        """Whether a signal has asked for the end meanwhile."""
        return self._first.is_end_asked

    def _takes_right(self) -> bool:
        """Return whether the right is ours; whoever tries again tells why not."""
        try:
            return self.single.take()
        except StoreError:
            return False


@contextmanager
def _given_up_where_qt_ends(first: FirstSteps) -> Iterator[None]:
    """End the receiver where Qt ends this process, as it does where it can't reach the screen."""

    def tell(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        sys.stderr.write(f"{message}\n")
        if kind is QtMsgType.QtFatalMsg:
            first.give_up()
            drain_output()

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


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
