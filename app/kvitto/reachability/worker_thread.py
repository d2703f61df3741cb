"""Calls that may block, made away from the loop: the window's loop must not wait for a disk."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

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
