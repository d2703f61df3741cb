"""Make a call that may hang on a thread that nobody waits for at the end of the program."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


def in_own_thread(call: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Make a call, and return a future of what it returns or raises.

    A loop waits at its end for the calls of its own threads: the end of the program would take as
    long as a name server that is silent, or a keyring whose question nobody answers.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(set_it: Callable[[Any], None], value: object) -> None:
        if not answer.done():
            set_it(value)

    def run() -> None:
        try:
            then = partial(settle, answer.set_result, call())
        except Exception as error:  # noqa: BLE001 - whatever it is, who awaits it is told
            then = partial(settle, answer.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(then)

    threading.Thread(target=run, name=name, daemon=True).start()
    return answer
