"""When reports came, and how many."""

from datetime import timedelta

import pytest

from kvitto.core.report import Origin
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.bin import MoveToBin, PutBack
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.traffic import Traffic
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, arriving

MINUTE = minute_of(to_microseconds(START))


@pytest.fixture
def traffic(database: Database) -> Traffic:
    return Traffic(database)


def test_nothing_has_come_to_an_empty_store(traffic: Traffic) -> None:
    assert traffic.reports_since(0) == 0
    assert traffic.last_arrival() is None


async def test_reports_are_counted_from_a_minute_on(writer: Writer, traffic: Traffic) -> None:
    for number in range(4):
        at = START + timedelta(minutes=number)
        await writer.append(arriving(a_report(f"m{number}"), at=at))

    assert [traffic.reports_since(MINUTE + number) for number in (0, 1, 3, 4)] == [4, 3, 1, 0]
    assert traffic.last_arrival() == START + timedelta(minutes=3)


async def test_demo_reports_are_not_counted(writer: Writer, traffic: Traffic) -> None:
    await writer.append(arriving(a_report("m1")))
    later = START + timedelta(minutes=5)
    demo = a_report("m1", batch_id="demo")
    await writer.append(ReportRequest(demo, b"", later, origin=Origin.DEMO))

    assert traffic.reports_since(0) == 1
    assert traffic.last_arrival() == START


async def test_the_reports_of_the_last_minute_are_counted_exactly(
    writer: Writer, traffic: Traffic
) -> None:
    demo = a_report("d", batch_id="demo")
    await writer.append(ReportRequest(demo, b"{}", START, origin=Origin.DEMO))
    for number, second in enumerate((0, 30, 59, 60, 90)):
        at = START + timedelta(seconds=second)
        batch = "a" if number % 2 else "b"
        await writer.append(arriving(a_report(f"m{number}", batch_id=batch), at=at))
    await writer.append(
        ReportRequest(a_report("d", batch_id="demo"), b"{}", START, origin=Origin.DEMO)
    )

    def within(second: int, batch_key: int | None = None) -> int:
        until = START + timedelta(seconds=second)
        return traffic.reports_between(until - timedelta(minutes=1), until, batch_key)

    assert [within(second) for second in (60, 61, 91, 120, 150, 151)] == [3, 3, 3, 2, 1, 0]
    assert (within(91, 2), within(91, 3)) == (2, 1)


async def test_the_latest_is_known_whatever_becomes_of_the_batches(
    writer: Writer, database: Database
) -> None:
    traffic = Traffic(database)

    def last() -> float | None:
        at = traffic.last_arrival()
        assert at == Traffic(database).last_arrival(), "as whoever asks for the first time"
        return None if at is None else (at - START).total_seconds()

    async def arrives(batch: str, minute: int) -> None:
        at = START + timedelta(minutes=minute)
        await writer.append(arriving(a_report(f"m{minute}", batch_id=batch), at=at))

    for batch, minute in (("a", 0), ("b", 2), ("c", 1)):
        await arrives(batch, minute)
        assert last() == (0 if batch == "a" else 120)
    writer.edit(MoveToBin((2,), START)).result(30)
    assert last() == 60
    writer.edit(PutBack((2,))).result(30)
    assert last() == 120
    writer.edit(DeleteBatches((2,))).result(30)
    assert last() == 60
    await arrives("a", 3)
    assert last() == 180
