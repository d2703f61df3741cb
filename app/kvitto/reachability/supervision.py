"""Supervise long-lived loops, and make blocking calls on threads."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from kvitto.reachability.error_details import trace_of

log = logging.getLogger(__name__)

FIRST_DELAY_S: Final = 1.0
MAX_DELAY_S: Final = 60.0


async def supervised(
    run: Callable[[], Awaitable[None]],
    name: str,
    on_failed: Callable[[Exception], None] = lambda _error: None,
    *,
    first_delay_s: float = FIRST_DELAY_S,
) -> None:
    """Run something until it ends or is cancelled; where it fails, start it again after a delay.

    Each failure is logged. The delay is twice as long each time, up to a minute, and short again
    once it has run for that long.

    Args:
        run: starts it.
        name: what it does, for the log.
        on_failed: is called with each failure, before the delay.
        first_delay_s: the first delay.
    """
    loop = asyncio.get_running_loop()
    delay_s = first_delay_s
    while True:
        begun_s = loop.time()
        try:
            await run()
        except asyncio.CancelledError as error:
            if is_being_cancelled():
                raise
            # Something that it waited for was cancelled, not we.
            failure: Exception = RuntimeError("what was waited for was cancelled")
            failure.__cause__ = error
        except Exception as error:  # noqa: BLE001 - whatever it is, its siblings need not suffer
            failure = error
        else:
            return
        log.error("Kvitto made a mistake while %s: %s", name, trace_of(failure))
        try:
            on_failed(failure)
        except Exception as error:  # noqa: BLE001 - likewise
            log.error("The failure could not be reported: %s", trace_of(error))  # noqa: TRY400
        if loop.time() - begun_s > MAX_DELAY_S:
            delay_s = first_delay_s
        await asyncio.sleep(delay_s)
        delay_s = min(2 * delay_s, MAX_DELAY_S)


def is_being_cancelled() -> bool:
    """Return whether this task itself is cancelled, not just something that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Start a task that its caller keeps, ends and awaits: the one place here that makes tasks.

    Unlike one of a group, it is not cancelled when another task fails.
    """
    return asyncio.get_running_loop().create_task(work, name=name)


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
