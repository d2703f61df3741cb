"""Make a call that may hang on a thread that nobody waits for at the end of the program."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kvitto.receiver.numbered_calls import call_on_own_thread

T = TypeVar("T")


def in_own_thread(call: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Make a call, and return a future of what it returns or raises.

    A loop waits at its end for the calls of its own threads: the end of the program would take as
    long as a name server that is silent, or a keyring whose question nobody answers.
    """
    loop = asyncio.get_running_loop()
    return asyncio.wrap_future(call_on_own_thread(call, name, loop.call_soon_threadsafe), loop=loop)
