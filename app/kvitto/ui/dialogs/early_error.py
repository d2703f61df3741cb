"""What is shown where the window fails before there is a loop, a folder or a log.

Who starts Kvitto from a menu sees no terminal.
"""

import signal
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

from kvitto.problem import ProblemError
from kvitto.ui.dialogs.startup_error import TRY_EVERY_S, StartupErrorDialog
from kvitto.ui.services.early_start import application
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language


def tries_again(error: ProblemError, attempt: Callable[[], None]) -> bool:
    """Show why there is no window, until `attempt` succeeds or the user gives up.

    It is made when the user wants it, and now and then where the error goes on by itself. Speaks
    the system's language: that of the settings lies in the folder.

    Returns:
        Whether it has succeeded.
    """
    application()
    # Python's own handler would wait for the loop to end.
    interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
    languages = Languages()
    languages.speak(Language.SYSTEM)
    dialog = StartupErrorDialog()
    loop = QEventLoop()
    dialog.quit_requested.connect(lambda: loop.exit(0))
    clock = QTimer(dialog, singleShot=True, interval=round(1000 * TRY_EVERY_S))

    def say(failure: ProblemError) -> None:
        dialog.say(failure)
        if failure.goes_on_by_itself:
            clock.start()

    def try_again() -> None:
        clock.stop()
        try:
            attempt()
        except ProblemError as again:
            say(again)
        else:
            loop.exit(1)

    clock.timeout.connect(try_again)
    dialog.again_requested.connect(try_again)
    try:
        say(error)
        dialog.show()
        return loop.exec() == 1
    finally:
        dialog.deleteLater()
        languages.end()
        signal.signal(signal.SIGINT, interrupted)
