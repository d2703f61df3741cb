"""Wait for a condition while the window's loop runs."""

import asyncio
from collections.abc import Callable
from typing import Any

from kvitto.ui.services.change_feed import ChangeFeed


async def until(condition: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait until `condition` holds.

    Raises:
        TimeoutError: it did not within the time.
    """
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - any condition, of any widget
            await asyncio.sleep(0.01)


async def finished(before: set[asyncio.Task[Any]]) -> None:
    """Wait until no task runs but those of `before`: whatever was begun since has had its say."""
    await until(lambda: asyncio.all_tasks() <= before)


async def shown_all(feed: ChangeFeed, revision: int) -> None:
    """Wait until `feed` has read `revision`, though nobody told it of that.

    The newest revision may be that of a heartbeat with no news, of which no window is told.
    """
    feed.notify(revision)
    await until(lambda: feed.revision >= revision)
