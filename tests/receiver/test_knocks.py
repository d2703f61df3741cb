"""Counting strangers."""

from datetime import UTC, datetime, timedelta

from app.receiver.knocks import KnockCounter
from app.store.arrivals import Knocks
from app.store.errors import StoreClosedError
from tests.receiver.shelf import Shelf

MINUTE = 29_000_000


class Clock:
    def __init__(self) -> None:
        self.minute = MINUTE

    def __call__(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=self.minute, seconds=59.9)


async def test_strangers_are_counted_by_the_minute_and_stored_once() -> None:
    clock, shelf = Clock(), Shelf()
    counter = KnockCounter(clock)
    for _ in range(1_000):
        counter.count()
    clock.minute += 1
    counter.count()
    assert await counter.flush(shelf.append) is True
    assert shelf.stored == [Knocks(MINUTE, 1_000), Knocks(MINUTE + 1, 1)]
    assert await counter.flush(shelf.append) is False
    assert (counter.total, len(shelf.stored)) == (1_001, 2)


async def test_what_cannot_be_stored_is_kept_for_the_next_time() -> None:
    shelf = Shelf()
    counter = KnockCounter(Clock())
    counter.count()
    shelf.failure = StoreClosedError()
    assert await counter.flush(shelf.append) is False
    counter.count()
    shelf.failure = None
    await counter.flush(shelf.append)
    assert shelf.stored == [Knocks(MINUTE, 2)]


async def test_what_comes_while_the_count_is_being_stored_is_not_forgotten() -> None:
    counter, shelf = KnockCounter(Clock()), Shelf()

    async def append_slowly(knocks: Knocks) -> object:
        counter.count()
        return await shelf.append(knocks)

    counter.count()
    await counter.flush(append_slowly)  # type: ignore[arg-type]  # any receipt will do
    await counter.flush(shelf.append)
    assert sum(knocks.requests for knocks in shelf.of(Knocks)) == 2


async def test_a_broken_store_does_not_let_the_counts_grow_for_ever() -> None:
    clock, shelf = Clock(), Shelf()
    counter = KnockCounter(clock)
    for _ in range(3_000):
        clock.minute += 1
        counter.count()
    await counter.flush(shelf.append)
    assert len(shelf.stored) == 1_440
    assert sum(knocks.requests for knocks in shelf.of(Knocks)) == 3_000
