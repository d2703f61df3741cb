"""The window's own coroutines: kept, named, logged when they fail, and awaited at the end.

The only module of the window that makes tasks.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Tasks:
    """Runs coroutines on the window's loop, and queries on threads of its own.

    Belongs to the window's thread.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._running: set[asyncio.Task[Any]] = set()
        self._threads = ThreadPoolExecutor(max_workers=3, thread_name_prefix="kvitto-reading")
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work`; keep it until it ends. A failure is logged, a cancellation is not.

        Nothing is begun any more once `close` was called: nobody would wait for it.
        """
        if self._is_closed:
            work.close()
            return
        task = asyncio.get_event_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def start_latest(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work` instead of what was started under the same name, which is cancelled."""
        for task in self._running:
            if task.get_name() == name:
                task.cancel()
        self.start(work, name)

    async def in_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a call that may take 10 ms, such as a query, away from the window's thread."""
        # Qt goes on with tasks before the loop calls itself running, and after.
        loop = asyncio.get_event_loop()
        return await loop.run_in_executor(self._threads, lambda: call(*args, **kwargs))

    def begin(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Make a call as `in_thread` does, and begin at once: its answer is awaited later."""
        return asyncio.get_event_loop().run_in_executor(self._threads, call)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        self._is_closed = True
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not self._is_closed:
            log.error("The task %s failed", task.get_name(), exc_info=error)
