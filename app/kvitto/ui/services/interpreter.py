"""How Python runs in the window: where garbage is collected, and how often threads take turns.

Python collects cycles in whichever thread makes the next object. A cycle that holds a widget or a
timer must not end in the writer's thread: Qt lets only their own thread end them.
"""

import gc
import linecache
import sys
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS: Final = 1000
_THOROUGH_EVERY: Final = 32
"""Full collections until one looks at what survived the others, too: an hour or more."""


class GarbageCollector(QObject):
    """Collects now and then, instead of Python, from its construction until `close`.

    Belongs to the window's thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Take over."""
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._until_thorough = _THOROUGH_EVERY
        gc.disable()
        self.settle()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def settle(self) -> None:
        """Take what there is now for what stays, and look no more at it for a long time.

        Programs and their tables consist of some hundred thousand objects. To look through them
        all takes a tenth of a second, in which nobody else runs. PySide reads the source of all
        that is imported, and Python keeps it for tracebacks: 24 MB.
        """
        linecache.clearcache()
        gc.freeze()

    def look(self) -> None:
        """Collect what Python would have collected by now: the oldest generation that is due."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                self._collect(generation)
                return

    def _collect(self, generation: int) -> None:
        is_full = generation == len(self._thresholds) - 1
        if is_full:
            self._until_thorough -= 1
            if not self._until_thorough:
                self._until_thorough = _THOROUGH_EVERY
                gc.unfreeze()
        gc.collect(generation)
        if is_full:
            self.settle()

    def close(self) -> None:
        """Collect once more, and let Python do it again."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()


_TURN_S: Final = 0.0005


def switch_threads_often() -> None:
    """Let the threads of this program change turns ten times as often as Python usually does.

    Only one of them runs Python at a time: the window's, those that read for it, the receiver's and
    the writer's. A report passes from one to another several times before it is answered, and each
    time may have to wait for a whole turn of a thread that draws or converts rows. With Python's
    5 ms that made the slowest 1 % of answers three times as slow while the window was in use.
    """
    sys.setswitchinterval(_TURN_S)
