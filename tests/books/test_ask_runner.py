"""Asking when it is due: it ends with the key, and goes on after all else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kvitto.books.ask_runner import AskRunner
from kvitto.books.books_errors import KeyRefusedError
from kvitto.books.pass_result import PassResult, WhyIncomplete
from kvitto.books.schedule import AskReason, BatchFacts, Facts
from kvitto.store.asked_reader import AskableBatch

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class World:
    """A batch that looks finished, and a time that passes as soon as somebody waits."""

    def __init__(self) -> None:
        self.now = START
        self.asked: list[datetime] = []
        self.answers: list[WhyIncomplete | None] = []
        self.is_list_refused = False
        self.lists = 0
        self.rests = 0
        self.enough = asyncio.Event()

    async def facts(self) -> Facts:
        batch = AskableBatch("a", None, START, START, 1, 1, None, None, None)
        return Facts(
            batches=[BatchFacts(batch, is_finished=True)], lists_at=START if self.lists else None
        )

    async def ask(self, batch_id: str, _reason: AskReason) -> PassResult:
        self.asked.append(self.now)
        why = self.answers.pop(0) if self.answers else None
        again_at = self.now + timedelta(minutes=10) if why is WhyIncomplete.BUSY else None
        return PassResult(batch_id=batch_id, asked_at=self.now, incomplete=why, again_at=again_at)

    async def ask_list(self) -> None:
        if self.is_list_refused:
            raise KeyRefusedError
        self.lists += 1

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.rests += 1
        if self.rests > 50:
            self.enough.set()
        await asyncio.sleep(0)

    @property
    def runner(self) -> AskRunner:
        return AskRunner(self.facts, self.ask, self.ask_list, lambda: self.now, sleep=self.sleep)


@pytest.fixture
def world() -> World:
    return World()


async def test_it_ends_when_the_key_is_refused_by_a_pass(world: World) -> None:
    world.answers = [None, WhyIncomplete.KEY_REFUSED]
    runner = world.runner
    await runner.run()
    assert runner.is_key_refused
    assert len(world.asked) == 2


async def test_it_ends_when_the_key_is_refused_by_the_list(world: World) -> None:
    world.is_list_refused = True
    runner = world.runner
    await runner.run()
    assert runner.is_key_refused
    assert world.asked == []


async def test_after_a_busy_answer_nothing_is_asked_before_it_may_be(world: World) -> None:
    world.answers = [WhyIncomplete.BUSY, WhyIncomplete.KEY_REFUSED]
    await world.runner.run()
    first, second = world.asked
    assert second - first >= timedelta(minutes=10)


async def test_cancelled_it_ends_at_once(world: World) -> None:
    task = asyncio.get_running_loop().create_task(world.runner.run())
    await world.enough.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    asked = len(world.asked)
    await asyncio.sleep(0)
    assert len(world.asked) == asked
