"""Collect garbage in the window's thread, and in no other.

Python collects cycles in whichever thread makes the next object. A cycle that holds a widget or a
timer must not end in the writer's thread: Qt lets only their own thread end them.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS: Final = 1000


class GarbageCollector(QObject):
    """Collects now and then, instead of Python, from its construction until `close`.

    Belongs to the window's thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Take over."""
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        # What was made while starting stays to the end: no need to look at it ever again.
        gc.collect()
        gc.freeze()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what Python would have collected by now: the oldest generation that is due."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Collect once more, and let Python do it again."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()
