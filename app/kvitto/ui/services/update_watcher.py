"""Notices that the packaged program was replaced by another version while it runs.

Parts of the window are loaded from the program's file when they are first needed, and what lies
there then may no longer fit: the user is told to start anew.
"""

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

_LOOK_EVERY_MS: Final = 30_000


def own_file() -> Path | None:
    """Return the packaged program's file; None from source."""
    return Path(sys.executable) if getattr(sys, "frozen", False) else None


class ReplacedProgram(QObject):
    """Looks now and then whether a file is still the one that it was.

    Args:
        file: the program's file.
        every_ms: how often to look.
        parent: the owner.

    Signals:
        replaced: it is another one now; told once.
    """

    replaced = Signal()

    def __init__(self, file: Path, parent: QObject, *, every_ms: int = _LOOK_EVERY_MS) -> None:
        super().__init__(parent)
        self._file = file
        self._first = self._identity()
        self._timer = QTimer(self, interval=every_ms)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _identity(self) -> tuple[int, int, int] | None:
        """Return what tells one file from another; None while it is not there."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _look(self) -> None:
        now = self._identity()
        # In the middle of an upgrade, or after the program was taken away, there is none.
        if now is not None and now != self._first:
            self._timer.stop()
            self.replaced.emit()
