"""Reading again what is shown: soon, but never twice at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.throttle import Throttle
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


class Reading:
    """Counts how often it reads; each takes until it is let go on."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        assert self.begun == self.ended + 1, "twice at once"
        await self.gate.wait()
        self.ended += 1


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.close()


def paced(tasks: Tasks, reading: Any, rest_ms: int) -> tuple[Throttle, QObject]:
    owner = QObject(QApplication.instance())
    return Throttle(tasks, reading, "reading", rest_ms=rest_ms, parent=owner), owner


async def test_what_is_wanted_while_reading_is_read_once_more(tasks: Tasks) -> None:
    reading = Reading()
    throttle, _owner = paced(tasks, reading, rest_ms=1)
    throttle.want()
    await until(lambda: reading.begun == 1)

    for _ in range(5):
        throttle.want()
    reading.gate.set()

    await until(lambda: reading.ended == 2)
    assert reading.begun == 2


async def test_it_rests_after_reading(tasks: Tasks) -> None:
    reading = Reading()
    reading.gate.set()
    throttle, _owner = paced(tasks, reading, rest_ms=60_000)
    throttle.want()
    await until(lambda: reading.ended == 1)

    throttle.want()
    await asyncio.sleep(0)

    assert reading.begun == 1


async def test_what_is_in_a_hurry_does_not_wait_for_the_rest(tasks: Tasks) -> None:
    reading = Reading()
    reading.gate.set()
    throttle, _owner = paced(tasks, reading, rest_ms=60_000)
    throttle.want()
    await until(lambda: reading.ended == 1)

    throttle.hurry()

    await until(lambda: reading.ended == 2)


async def test_a_hurry_while_reading_is_read_at_once_after_it(tasks: Tasks) -> None:
    reading = Reading()
    throttle, _owner = paced(tasks, reading, rest_ms=60_000)
    throttle.want()
    await until(lambda: reading.begun == 1)

    throttle.hurry()
    reading.gate.set()

    await until(lambda: reading.ended == 2)


async def test_what_is_stopped_reads_no_more(tasks: Tasks) -> None:
    reading = Reading()
    reading.gate.set()
    throttle, _owner = paced(tasks, reading, rest_ms=1)
    throttle.stop()

    throttle.want()
    throttle.hurry()
    await asyncio.sleep(0)

    assert reading.begun == 0


async def test_an_owner_that_goes_while_it_reads_is_no_failure(tasks: Tasks) -> None:
    reading = Reading()
    throttle, owner = paced(tasks, reading, rest_ms=1)
    throttle.want()
    await until(lambda: reading.begun == 1)
    gone: list[None] = []
    owner.destroyed.connect(lambda: gone.append(None))

    owner.deleteLater()
    await until(lambda: bool(gone))
    reading.gate.set()

    await until(lambda: reading.ended == 1)
