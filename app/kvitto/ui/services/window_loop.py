"""The loop that the window runs on: qasync's, without what crashes in it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from qasync import QEventLoop  # noqa: TID251 - the one that it is made of
from typing_extensions import override

from kvitto.ui.services.from_threads import CallsFromThreads

_THREADS: Final = 10


class WindowLoop(QEventLoop):  # type: ignore[misc]  # it says nothing about its types
    """Runs asyncio's tasks in Qt's loop; `kvitto.ui.services.from_threads` says what it changes.

    qasync would emit a signal on the threads that it hears from, and start ten `QThread`s for
    what is waited for.
    """

    def __init__(self, application: QCoreApplication) -> None:
        """Run in the loop of `application`."""
        super().__init__(application)
        self._from_threads = CallsFromThreads()
        self.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="kvitto-waiting"))

    @override
    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> None:
        """Have a call made soon; from any thread."""
        self._from_threads.call(partial(self.call_soon, callback, *args, context=context))

    @override
    def close(self) -> None:
        """End; what other threads ask for later is not done."""
        super().close()
        self._from_threads.close()


def new_window_loop(application: QCoreApplication) -> asyncio.AbstractEventLoop:
    """Return a loop for the window of `application`."""
    loop: asyncio.AbstractEventLoop = WindowLoop(application)
    return loop
