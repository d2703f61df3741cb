"""The window's coroutines end with the window."""

import asyncio
import threading
from contextlib import suppress

import pytest
from PySide6.QtCore import QObject

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


class Reading(QObject):
    """An object of the window's that reads on another thread, and tells where it is deleted."""

    def __init__(self, deleted: list[int], until: threading.Event, *, fails: bool) -> None:
        super().__init__()
        self._deleted, self._until, self._fails = deleted, until, fails

    def read(self) -> None:
        assert self._until.wait(10)
        if self._fails:
            raise ValueError

    def __del__(self) -> None:
        self._deleted.append(threading.get_ident())


@pytest.mark.parametrize("is_cancelled", [False, True])
@pytest.mark.parametrize("fails", [False, True])
async def test_what_a_thread_has_read_for_is_deleted_by_the_window(
    *, is_cancelled: bool, fails: bool
) -> None:
    tasks, deleted, until = Tasks(), list[int](), threading.Event()

    async def read() -> None:
        with suppress(ValueError):
            await tasks.in_thread(Reading(deleted, until, fails=fails).read)

    for _ in range(20):
        until.clear()
        reading = asyncio.get_event_loop().create_task(read())
        await asyncio.sleep(0.01)
        if is_cancelled:
            reading.cancel()
            await asyncio.sleep(0)
        until.set()
        await asyncio.gather(reading, return_exceptions=True)
        del reading
    for _ in range(500):
        if len(deleted) == 20:
            break
        await asyncio.sleep(0.01)
    await tasks.close()

    assert deleted == [threading.get_ident()] * 20


async def test_what_was_begun_is_answered_later_or_raises() -> None:
    tasks = Tasks()
    answer, failure = tasks.begin(lambda: 7), tasks.begin(lambda: 1 // 0)
    assert await answer == 7
    with pytest.raises(ZeroDivisionError):
        await failure
    unawaited = tasks.begin(lambda: 8)
    await tasks.close()
    assert unawaited.done()
