"""Counting unauthorized requests."""

from datetime import UTC, datetime, timedelta

from kvitto.receiver.unauthorized import UnauthorizedCounter
from kvitto.store.errors import StoreClosedError
from kvitto.store.write_requests import UnauthorizedCount
from tests.receiver.fake_store import FakeStore

MINUTE = 29_000_000


class Clock:
    def __init__(self) -> None:
        self.minute = MINUTE

    def __call__(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=self.minute, seconds=59.9)


async def test_unknown_callers_are_counted_by_the_minute_and_stored_once() -> None:
    clock, fake_store = Clock(), FakeStore()
    counter = UnauthorizedCounter(clock)
    for _ in range(1_000):
        counter.count()
    clock.minute += 1
    counter.count()
    assert await counter.flush(fake_store.append) is True
    assert fake_store.stored == [UnauthorizedCount(MINUTE, 1_000), UnauthorizedCount(MINUTE + 1, 1)]
    assert await counter.flush(fake_store.append) is False
    assert (counter.total, len(fake_store.stored)) == (1_001, 2)


async def test_what_cannot_be_stored_is_kept_for_the_next_time() -> None:
    fake_store = FakeStore()
    counter = UnauthorizedCounter(Clock())
    counter.count()
    fake_store.failure = StoreClosedError()
    assert await counter.flush(fake_store.append) is False
    counter.count()
    fake_store.failure = None
    await counter.flush(fake_store.append)
    assert fake_store.stored == [UnauthorizedCount(MINUTE, 2)]


async def test_what_comes_while_the_count_is_being_stored_is_not_forgotten() -> None:
    counter, fake_store = UnauthorizedCounter(Clock()), FakeStore()

    async def append_slowly(count: UnauthorizedCount) -> object:
        counter.count()
        return await fake_store.append(count)

    counter.count()
    await counter.flush(append_slowly)  # type: ignore[arg-type]  # any receipt will do
    await counter.flush(fake_store.append)
    assert sum(count.requests for count in fake_store.of(UnauthorizedCount)) == 2


async def test_a_broken_store_does_not_let_the_counts_grow_for_ever() -> None:
    clock, fake_store = Clock(), FakeStore()
    counter = UnauthorizedCounter(clock)
    for _ in range(3_000):
        clock.minute += 1
        counter.count()
    await counter.flush(fake_store.append)
    assert len(fake_store.stored) == 1_440
    assert sum(count.requests for count in fake_store.of(UnauthorizedCount)) == 3_000
