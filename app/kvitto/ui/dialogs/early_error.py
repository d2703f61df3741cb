"""What is shown where the window fails before there is a loop, a folder or a log.

Who starts Kvitto from a menu sees no terminal.
"""

import signal

from PySide6.QtCore import QEventLoop

from kvitto.problem import ProblemError
from kvitto.ui.dialogs.startup_error import StartupErrorDialog
from kvitto.ui.services.early_start import application
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language


def asks_to_try_again(error: ProblemError) -> bool:
    """Show why there is no window; return whether the user wants to try again.

    Speaks the system's language: that of the settings lies in the folder.
    """
    application()
    # Python's own handler would wait for the loop to end.
    interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
    languages = Languages()
    languages.speak(Language.SYSTEM)
    dialog = StartupErrorDialog()
    loop = QEventLoop()
    dialog.quit_requested.connect(lambda: loop.exit(0))
    dialog.again_requested.connect(lambda: loop.exit(1))
    try:
        dialog.say(error)
        dialog.show()
        return loop.exec() == 1
    finally:
        dialog.deleteLater()
        languages.end()
        signal.signal(signal.SIGINT, interrupted)
