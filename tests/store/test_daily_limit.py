"""What one key may store in a day has a limit, which ends by itself or by the user's say."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.errors import DailyLimitError
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all

LIMIT = 3
ONE, OTHER = 1, 2


@pytest.fixture
def database(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileDatabase]:
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_REPORTS", LIMIT)
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_BYTES", 1000)
    with open_database(data_dir) as opened:
        for origin in (Origin.WEBHOOK, Origin.DEMO):
            CallbackKeyStore(opened).make(START, origin)
        yield opened


@asynccontextmanager
async def writing(database: FileDatabase) -> AsyncIterator[Writer]:
    writer = Writer(database)
    writer.start()
    try:
        yield writer
    finally:
        writer.close()


def coming(
    number: int, callback_key: int | None = ONE, *, days: int = 0, body: bytes = b"{}"
) -> ReportRequest:
    return ReportRequest(
        a_report(f"m{number}"), body, START + timedelta(days=days, seconds=number), callback_key
    )


async def fill(writer: Writer, callback_key: int | None = ONE, *, first: int = 0) -> None:
    await append_all(writer, [coming(first + number, callback_key) for number in range(LIMIT)])


@pytest.mark.parametrize("callback_key", [ONE, None])
async def test_a_key_that_has_stored_as_much_as_it_may_is_refused(
    database: FileDatabase, callback_key: int | None
) -> None:
    async with writing(database) as writer:
        await fill(writer, callback_key)
        with pytest.raises(DailyLimitError):
            await writer.append(coming(9, callback_key))
        assert writer.daily_limit.is_reached([ONE], START)
        assert await writer.append(coming(10, OTHER)) is WriteResult.STORED
        assert writer.alarm is None
    assert check(database).reports == LIMIT + 1


async def test_it_goes_on_on_the_next_day(database: FileDatabase) -> None:
    async with writing(database) as writer:
        await fill(writer)
        assert await writer.append(coming(9, days=1)) is WriteResult.STORED
        assert not writer.daily_limit.is_reached([ONE], START + timedelta(days=1))


async def test_it_outlives_a_restart(database: FileDatabase) -> None:
    async with writing(database) as writer:
        await fill(writer)
    async with writing(database) as writer:
        with pytest.raises(DailyLimitError):
            await writer.append(coming(9))


async def test_the_bytes_of_bodies_count_too(database: FileDatabase) -> None:
    async with writing(database) as writer:
        await writer.append(coming(0, body=b'"' + b"x" * 1000 + b'"'))
        with pytest.raises(DailyLimitError):
            await writer.append(coming(1))


async def test_what_comes_again_counts_once(database: FileDatabase) -> None:
    async with writing(database) as writer:
        for _ in range(LIMIT):
            await append_all(writer, [coming(0), coming(1)])
        assert await writer.append(coming(2)) is WriteResult.STORED


async def test_the_user_lets_it_store_as_much_again(database: FileDatabase) -> None:
    async with writing(database) as writer:
        await fill(writer)
        await asyncio.wrap_future(writer.edit(RaiseDailyLimit(START)))
        await fill(writer, first=LIMIT)
        with pytest.raises(DailyLimitError):
            await writer.append(coming(9))
    async with writing(database) as writer:
        with pytest.raises(DailyLimitError):
            await writer.append(coming(9))
        await asyncio.wrap_future(writer.edit(RaiseDailyLimit(START)))
        assert await writer.append(coming(9)) is WriteResult.STORED


async def test_a_limit_that_is_passed_by_far_is_raised_at_once(database: FileDatabase) -> None:
    async with writing(database) as writer:
        # What comes together is stored together.
        await append_all(writer, [coming(number) for number in range(5 * LIMIT)])
        await asyncio.wrap_future(writer.edit(RaiseDailyLimit(START)))
        assert await writer.append(coming(99)) is WriteResult.STORED
