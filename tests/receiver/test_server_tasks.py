"""Chores."""

import asyncio
import logging

from kvitto.receiver.server import PeriodicTasks
from tests.helpers.logwatch import LogWatch


async def test_a_chore_is_done_again_and_again_until_the_context_ends() -> None:
    done = asyncio.Semaphore(0)

    async def chore() -> None:
        done.release()

    async with PeriodicTasks() as periodic_tasks:
        periodic_tasks.every(0.001, chore, "count")
        for _ in range(5):
            await asyncio.wait_for(done.acquire(), 5)
        (task,) = (one for one in asyncio.all_tasks() if "count" in one.get_name())
    assert task.cancelled()


async def test_a_chore_that_fails_is_logged_and_tried_again(log_watch: LogWatch) -> None:
    tries = asyncio.Semaphore(0)

    async def chore() -> None:
        tries.release()
        raise ZeroDivisionError

    with log_watch.expect(logging.ERROR, "a mistake while dividing"):
        async with PeriodicTasks() as periodic_tasks:
            periodic_tasks.every(0.001, chore, "dividing")
            for _ in range(3):
                await asyncio.wait_for(tries.acquire(), 5)


async def test_leaving_waits_for_what_a_chore_has_to_finish() -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def chore() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            finished.set()

    async with PeriodicTasks() as periodic_tasks:
        periodic_tasks.every(0.001, chore, "linger")
        await asyncio.wait_for(begun.wait(), 5)
    assert finished.is_set()
