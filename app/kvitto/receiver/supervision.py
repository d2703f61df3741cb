"""Loops that go on for as long as the program: a fault in one is logged and told, and not its end.

Also what they need: to wait, and to make blocking calls on threads.
"""

import asyncio
import contextlib
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar

from kvitto.receiver.error_details import trace_of

log = logging.getLogger(__name__)

FIRST_DELAY_S: Final = 1.0
MAX_DELAY_S: Final = 60.0

OnFault: TypeAlias = Callable[[Exception], None]


class _Faults:
    """Logs and tells the faults of one loop.

    The delay after each is twice as long as the one before, up to the longest; and short again
    once there was none for twice that time.
    """

    def __init__(
        self, name: str, on_fault: OnFault, first_delay_s: float, max_delay_s: float
    ) -> None:
        self._name = name
        self._on_fault = on_fault
        self._first_delay_s = self._delay_s = first_delay_s
        self._max_delay_s = max_delay_s
        self._latest_s = float("-inf")

    def note(self, fault: Exception) -> float:
        """Log and tell a fault; return how long to wait after it."""
        log.error("Kvitto made a mistake while %s: %s", self._name, trace_of(fault))
        try:
            self._on_fault(fault)
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop need not suffer
            log.error("The failure could not be reported: %s", trace_of(error))  # noqa: TRY400
        now_s = time.monotonic()
        if now_s - self._latest_s > 2 * self._max_delay_s:
            self._delay_s = self._first_delay_s
        self._latest_s = now_s
        delay_s = self._delay_s
        self._delay_s = min(2 * delay_s, self._max_delay_s)
        return delay_s


async def run_forever(
    name: str,
    step: Callable[[], Awaitable[None]],
    on_fault: OnFault = lambda _fault: None,
    *,
    every_s: float = 0.0,
    first_delay_s: float = FIRST_DELAY_S,
    max_delay_s: float = MAX_DELAY_S,
) -> None:
    """Take a step again and again, until this task is cancelled. A step that fails ends nothing.

    Args:
        name: what the loop does, for the log.
        step: one turn of the loop.
        on_fault: is called with each fault, before the delay.
        every_s: the time before each step.
        first_delay_s: the delay after a fault, at first.
        max_delay_s: the longest delay.
    """
    faults = _Faults(name, on_fault, first_delay_s, max_delay_s)
    while True:
        try:
            await asyncio.sleep(every_s)
            await step()
        except asyncio.CancelledError as error:
            if is_being_cancelled():
                raise
            # Something that it waited for was cancelled, not we.
            fault = RuntimeError("what was waited for was cancelled")
            fault.__cause__ = error
            await asyncio.sleep(faults.note(fault))
        except Exception as error:  # noqa: BLE001 - whatever it is, its siblings need not suffer
            await asyncio.sleep(faults.note(error))


def run_forever_in_thread(
    name: str,
    step: Callable[[], None],
    stopped: threading.Event,
    on_fault: OnFault = lambda _fault: None,
    *,
    first_delay_s: float = FIRST_DELAY_S,
) -> None:
    """Take a step again and again on this thread, until `stopped` is set; see `run_forever`."""
    faults = _Faults(name, on_fault, first_delay_s, MAX_DELAY_S)
    while not stopped.is_set():
        try:
            step()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on
            stopped.wait(faults.note(error))


def is_being_cancelled() -> bool:
    """Return whether this task itself is cancelled, not just something that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Start a task that its caller keeps, ends and awaits: only this module makes tasks.

    Unlike one of a group, it is not cancelled when another task fails.
    """
    return asyncio.get_running_loop().create_task(work, name=name)


def start_at_once(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task as `start` does; from Python 3.12 on it runs at once, until it first waits."""
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(work, loop=loop, eager_start=True)
    return loop.create_task(work)


P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a call that may block, and return what it returns."""
    # Unlike asyncio.to_thread, this takes the threads of the window's loop, which it awaits itself.
    return await asyncio.get_running_loop().run_in_executor(None, partial(call, *args, **kwargs))


async def until(event: asyncio.Event, wait_s: float) -> None:
    """Wait for an event, but no longer than `wait_s` seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await event.wait()
