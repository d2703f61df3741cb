"""The window's own coroutines: kept, named, logged when they fail, and awaited at the end.

The only module of the window that makes tasks.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from kvitto.receiver.numbered_calls import NumberedCallExecutor

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_THREADS: Final = 3


class Tasks:
    """Runs coroutines on the window's loop, and queries on threads of its own.

    Belongs to the window's thread.
    """

    def __init__(self) -> None:
        """Start without any. The loop must be there."""
        self._running: set[asyncio.Task[Any]] = set()
        self._begun: set[asyncio.Future[Any]] = set()
        soon = asyncio.get_event_loop().call_soon_threadsafe
        self._threads: Final = NumberedCallExecutor(_THREADS, "kvitto-reading", soon)
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
        return await self._made(partial(call, *args, **kwargs))

    def begin(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Make a call as `in_thread` does, and begin at once: its answer is awaited later."""
        made = self._made(call)
        self._begun.add(made)
        made.add_done_callback(self._begun.discard)
        return made

    def _made(self, call: Callable[[], T]) -> asyncio.Future[T]:
        # Qt goes on with tasks before the loop calls itself running, and after.
        loop = asyncio.get_event_loop()
        return asyncio.wrap_future(self._threads.submit(call), loop=loop)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        self._is_closed = True
        running = [*self._running, *self._begun]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not self._is_closed:
            log.error("The task %s failed", task.get_name(), exc_info=error)
