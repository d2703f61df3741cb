"""The window's own coroutines: kept, named, logged when they fail, and awaited at the end.

The only module of the window that makes tasks. Of the calls that it makes on other threads nothing
is left there once they are made: what is not needed any more is deleted by the thread that let go
of it last, and an object of Qt's that is deleted away from the window's thread waits for Python's
lock while it holds one of Qt's. The window may have the first and wait for the second: for ever.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final, Generic, ParamSpec, TypeVar

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class _Call(Generic[T]):
    """A call that another thread makes, and what came of it."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call: Final = call
        self._results: list[T] = []
        self._error: BaseException | None = None

    def make(self) -> None:
        """Make it; on the other thread."""
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            self._error = error

    def result(self) -> T:
        """Return what it returned, or raise what it raised."""
        error, self._error = self._error, None
        if error is None:
            return self._results[0]
        try:
            raise error
        finally:
            del error  # which holds all of these frames

    def forget(self) -> None:
        """Let go of what it raised, which holds the call by its frames."""
        self._error = None


_CALLS: Final[dict[int, _Call[Any]]] = {}
"""Those that are not over, by their numbers: a thread is given a number, and holds nothing else."""
_NUMBERS: Final = itertools.count()


def _make(number: int) -> None:
    _CALLS[number].make()


def _end(number: int) -> None:
    """Let go of a call that is over; in the window's thread."""
    one = _CALLS.pop(number, None)
    if one is not None:
        one.forget()


def _let_go(number: int, loop: asyncio.AbstractEventLoop, _made: "Future[None]") -> None:
    """Have the window's thread let go of a call that nobody waits for any more; any thread."""
    with suppress(RuntimeError):  # the loop has ended: it stays
        loop.call_soon_threadsafe(_end, number)


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
        return await self._outcome(*self._begun(partial(call, *args, **kwargs)))

    def begin(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Make a call as `in_thread` does, and begin at once: its answer is awaited later."""
        task = asyncio.get_event_loop().create_task(self._outcome(*self._begun(call)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _begun(self, call: Callable[[], T]) -> "tuple[int, _Call[T], Future[None]]":
        number = next(_NUMBERS)
        _CALLS[number] = one = _Call(call)
        return number, one, self._threads.submit(_make, number)

    async def _outcome(self, number: int, one: _Call[T], made: "Future[None]") -> T:
        # Qt goes on with tasks before the loop calls itself running, and after.
        loop = asyncio.get_event_loop()
        try:
            await asyncio.wrap_future(made, loop=loop)
            return one.result()
        finally:
            if made.done():
                _end(number)
            else:
                made.add_done_callback(partial(_let_go, number, loop))

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
