"""The one place where tasks are made: kept, named, logged and awaited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)


class PeriodicTasks:
    """What is done again and again beside the requests.

    An async context: leaving it ends all chores and waits for them. Belongs to one loop.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def every(self, interval_s: float, chore: Callable[[], Awaitable[None]], name: str) -> None:
        """Do `chore` every `interval_s` seconds, for the first time after one of them.

        A chore that fails is our mistake: it is logged, and tried again at its next turn.
        """
        self._tasks.add(
            asyncio.create_task(  # noqa: TID251 - this is the one place
                self._repeat(interval_s, chore, name), name=f"kvitto receiver: {name}"
            )
        )

    async def _repeat(
        self, interval_s: float, chore: Callable[[], Awaitable[None]], name: str
    ) -> None:
        while True:
            await asyncio.sleep(interval_s)
            try:
                await chore()
            except Exception:
                log.exception("The receiver's chore failed: %s", name)
