"""Serve the simulated books beside a campaign that is posted, on a thread of their own."""

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Final

from kvitto.receiver.signal_event import SignalEvent
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.retry_queue import AsLived, Throttle

BASE_VARIABLE: Final = "KVITTO_BOOKS_URL"
"""Names the books that are asked instead of the SMS service's."""
_START_S: Final = 30.0
_LOOK_EVERY_S: Final = 0.5


class LifeClock:
    """How much of a campaign's life has passed while it is posted.

    Args:
        pace: how it is posted: what is not posted as it lives has passed at once.
        clock: seconds that only go forward.
    """

    def __init__(self, pace: Throttle, clock: Callable[[], float] = time.monotonic) -> None:
        self._speed: Final = pace.speed if isinstance(pace, AsLived) else None
        self._clock: Final = clock
        self._began_s: Final = clock()
        self._is_over = False

    def end(self) -> None:
        """Let all of it have passed."""
        self._is_over = True

    def lived_s(self) -> float | None:
        """Return how much has passed; None for all of it."""
        if self._is_over or self._speed is None:
            return None
        return (self._clock() - self._began_s) * self._speed


@contextlib.contextmanager
def books_served(
    campaign: Campaign,
    port: int,
    lived_s: Callable[[], float | None] = lambda: None,
    *,
    callback_url: str = "",
) -> Iterator[str]:
    """Serve the books of a campaign within the context; gives the address to ask at.

    Args:
        campaign: the campaign.
        port: where; 0 takes any free one.
        lived_s: how much of its life has passed; None for all of it.
        callback_url: where its reports are posted.

    Raises:
        OSError: the port is taken.
    """
    books = Books(campaign, callback_url=callback_url, lived_s=lived_s)
    ready: Future[str] = Future()
    stopped = threading.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        try:
            async with BooksServer(books, port=port) as server:
                ready.set_result(server.base)
                await loop.run_in_executor(None, stopped.wait)
        except OSError as error:
            ready.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="books")
    thread.start()
    try:
        yield ready.result(_START_S)
    finally:
        stopped.set()
        books.stop()
        thread.join()


def say_served(base: str) -> None:
    """Say on stderr where the books are, and how they are asked."""
    with contextlib.suppress(OSError):
        sys.stderr.write(
            f"The simulated books answer at {base} until you stop with Ctrl-C. To ask them:\n"
            f"  {BASE_VARIABLE}={base} kvitto ask\n"
        )
        sys.stderr.flush()


def until_stopped() -> None:
    """Wait for Ctrl-C, or for being told to end."""
    with contextlib.suppress(KeyboardInterrupt), stop_asked() as asked:
        while not asked.wait(_LOOK_EVERY_S):
            pass


@contextlib.contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """Give an event that a signal to end sets."""
    asked = SignalEvent()
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)
