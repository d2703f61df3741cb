"""The store as the receiver sees it: remembers what it was given, and fails or waits on demand."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from kvitto.receiver.handler import Append
from kvitto.store.write_requests import (
    RejectedRequest,
    ReportRequest,
    UnauthorizedCount,
    WriteResult,
)

Arrival = ReportRequest | RejectedRequest | UnauthorizedCount
A = TypeVar("A", ReportRequest, RejectedRequest, UnauthorizedCount)


class FakeStore:
    """Passes arrivals on, usually to the real writer.

    Args:
        append: what really stores; without it nothing is, and every receipt says so.

    Attributes:
        stored: what was stored, in order.
        failure: what `append` raises instead of storing, while it is set.
        waiting: how many arrivals wait for `hold` to end.
    """

    def __init__(self, append: Append | None = None) -> None:
        self.stored: Final[list[Arrival]] = []
        self.failure: Exception | None = None
        self.waiting = 0
        self._append = append
        self._gate: _Gate | None = None

    async def append(self, arrival: Arrival) -> WriteResult:
        if self.failure is not None:
            raise self.failure
        if self._gate is not None:
            self.waiting += 1
            try:
                await self._gate.passed()
            finally:
                self.waiting -= 1
        receipt = WriteResult.STORED if self._append is None else await self._append(arrival)
        self.stored.append(arrival)
        return receipt

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let everybody who appends wait until the context ends."""
        gate = self._gate = _Gate()
        try:
            yield
        finally:
            self._gate = None
            gate.open()

    def of(self, kind: type[A]) -> list[A]:
        """Return what was stored of one kind."""
        return [one for one in self.stored if isinstance(one, kind)]

    def only(self, kind: type[A]) -> A:
        """Return the one thing of its kind that was stored."""
        (one,) = self.of(kind)
        return one


class _Gate:
    """Keeps coroutines of any loop waiting until a thread opens it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def passed(self) -> None:
        event = asyncio.Event()
        with self._lock:
            self._waiting.append((asyncio.get_running_loop(), event))
        await event.wait()

    def open(self) -> None:
        with self._lock:
            for loop, event in self._waiting:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(event.set)
