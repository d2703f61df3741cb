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


async def test_what_was_begun_is_answered_later_or_raises() -> None:
    tasks = Tasks()
    answer, failure = tasks.begin(lambda: 7), tasks.begin(lambda: 1 // 0)
    assert await answer == 7
    with pytest.raises(ZeroDivisionError):
        await failure
    unawaited = tasks.begin(lambda: 8)
    await tasks.close()
    assert unawaited.done()
