"""Read what is shown again when something has changed, but not all the time."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from shiboken6 import isValid

from kvitto.ui.services.background_tasks import Tasks

_SHARE: Final = 9
"""So many times as long as the reading took is the rest after it: a tenth of the time at most."""


class Throttle(QObject):
    """Runs one kind of reading: never twice at once, and with a rest after each.

    The rest is as long as `rest_ms`, and longer where the reading itself takes long, so that a
    huge batch does not keep a processor busy. Belongs to the window's thread.

    Args:
        tasks: runs the reading.
        read: makes the coroutine that reads and shows.
        name: of the task, for the log.
        rest_ms: the shortest rest.
        parent: the owner; when it is gone, nothing is read any more.
    """

    def __init__(
        self,
        tasks: Tasks,
        read: Callable[[], Coroutine[Any, Any, None]],
        name: str,
        *,
        rest_ms: int,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._read = read
        self._name = name
        self._rest_ms = rest_ms
        self._is_wanted = False
        self._is_hurried = False
        self._is_reading = False
        self._is_stopped = False
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._on_rested)

    def want(self) -> None:
        """Read when the rest is over: something may have changed."""
        self._is_wanted = True
        if not self._is_reading and not self._rest.isActive():
            self._start()

    def hurry(self) -> None:
        """Read as soon as may be: something else is shown now."""
        self._is_wanted = True
        self._is_hurried = True
        if not self._is_reading:
            self._start()

    def stop(self) -> None:
        """Read no more. What is being read still ends."""
        self._is_stopped = True
        if not self._is_reading:
            self._rest.stop()

    def _start(self) -> None:
        if not self._is_stopped:
            self._is_reading = True
            self._rest.stop()
            self._tasks.start(self._run(), self._name)

    async def _run(self) -> None:
        self._is_wanted = False
        self._is_hurried = False
        clock = QElapsedTimer()
        clock.start()
        try:
            if not self._is_stopped:  # since it was asked for
                await self._read()
        finally:
            self._is_reading = False
            if not self._is_stopped and isValid(self):
                rest = max(self._rest_ms, _SHARE * clock.elapsed())
                self._rest.start(0 if self._is_hurried else rest)

    def _on_rested(self) -> None:
        if self._is_wanted:
            self._start()
