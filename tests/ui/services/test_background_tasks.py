"""The window's coroutines end with the window."""

import asyncio

import pytest

from kvitto.ui.services.background_tasks import Tasks

pytestmark = pytest.mark.qasync


async def test_nothing_is_begun_once_it_is_closed() -> None:
    tasks, begun = Tasks(), list[str]()

    async def work(name: str) -> None:
        begun.append(name)

    tasks.start(work("before"), "before")
    await asyncio.sleep(0)
    await tasks.close()
    tasks.start(work("after"), "after")
    tasks.start_latest(work("after, too"), "after")
    await asyncio.sleep(0.01)

    assert begun == ["before"]
