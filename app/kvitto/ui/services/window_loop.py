"""The loop that the window runs on: qasync's, without what crashes in it."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from qasync import QEventLoop  # noqa: TID251 - the one that it is made of
from typing_extensions import override

from kvitto.receiver.numbered_calls import NumberedCallExecutor
from kvitto.ui.services.from_threads import CallsFromThreads

_THREADS: Final = 10


class WindowLoop(QEventLoop):  # type: ignore[misc]  # it says nothing about its types
    """Runs asyncio's tasks in Qt's loop; `kvitto.ui.services.from_threads` says what it changes.

    qasync would emit a signal on the threads that it hears from, and start ten `QThread`s for
    what is waited for. So `asyncio.to_thread` and `run_in_executor` may be used on it:
    `kvitto.receiver.numbered_calls` says what else may happen on threads.

    Args:
        application: the one in whose loop it runs.
        on_screen_lost: is called when Qt has given up, as it does when the screen is gone: each
            further run would end at once. Must end the process.
    """

    def __init__(
        self, application: QCoreApplication, on_screen_lost: Callable[[], object] | None = None
    ) -> None:
        super().__init__(application)
        self._on_screen_lost: Final = on_screen_lost
        self._is_stopped = False
        self._from_threads = CallsFromThreads()
        threads = NumberedCallExecutor(_THREADS, "kvitto-waiting", self._from_threads.call)
        self.set_default_executor(threads)

    @override
    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> None:
        """Have a call made soon; from any thread."""
        self._from_threads.call(partial(self.call_soon, callback, *args, context=context))

    @override
    def run_forever(self) -> int:
        """Run until `stop`; return Qt's exit code."""
        self._is_stopped = False
        code: int = super().run_forever()
        if code != 0 and not self._is_stopped and self._on_screen_lost is not None:
            self._on_screen_lost()
        return code

    @override
    def stop(self) -> None:
        """Have `run_forever` end."""
        self._is_stopped = True
        super().stop()

    @override
    def close(self) -> None:
        """End; what other threads ask for later is not done."""
        super().close()
        self._from_threads.close()


def new_window_loop(
    application: QCoreApplication, on_screen_lost: Callable[[], object] | None = None
) -> asyncio.AbstractEventLoop:
    """Return a loop for the window of `application`; see `WindowLoop`."""
    loop: asyncio.AbstractEventLoop = WindowLoop(application, on_screen_lost)
    return loop
