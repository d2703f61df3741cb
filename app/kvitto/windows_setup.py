"""What is particular to Windows: how programs are started, and what its installers are told of us.

Not tried on Windows: only what is called.

A silent update must not end receiving without a word. The installer finds out by the name of a
mutex that Kvitto runs, and stops; and Windows starts again what it has ended itself, such as for an
update of the system.

Source: learn.microsoft.com, "RegisterApplicationRestart function (winbase.h)" and "CreateMutexW
function (synchapi.h)"; Inno Setup's help, "AppMutex".
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

MUTEX: Final = "KvittoIsRunning"
"""As in packaging/kvitto.iss."""
NO_WINDOW: Final = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: without it, Windows shows a console for each program that we start."""
_NO_CRASH: Final = 1
_NO_HANG: Final = 2
_LONGEST: Final = 1024
"""RESTART_MAX_CMD_LINE, in characters."""


def be_known(arguments: Sequence[str] | None, kernel: Any = None) -> None:
    """Let installers find the packaged program, and Windows start it again; elsewhere do nothing.

    Args:
        arguments: what it is to be started with, without the program; None for not at all.
        kernel: another kernel32 than the system's.
    """
    if kernel is None and sys.platform == "win32" and getattr(sys, "frozen", False):
        import ctypes

        kernel = ctypes.windll.kernel32
    if kernel is None:
        return
    # It is let go of when the program ends, however it ends.
    kernel.CreateMutexW(None, False, MUTEX)
    line = None if arguments is None else subprocess.list2cmdline(arguments)
    # What crashes or hangs is started again by Kvitto itself.
    if line is not None and len(line) < _LONGEST:
        kernel.RegisterApplicationRestart(line, _NO_CRASH | _NO_HANG)
