"""What has come today and in the last minute: the same, whether it is read anew or kept up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pytest

from kvitto.core.report import Origin
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store import arrival_counts
from kvitto.store.arrival_counts import ArrivalCounter, ArrivalCounts
from kvitto.store.bin import MoveToBin, PutBack
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches, is_any_pending
from kvitto.store.prepared_statements import Asked
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

MINUTE: Final = minute_of(to_microseconds(START))


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def counted(database: Database) -> Callable[[int, int], ArrivalCounts]:
    """Return what counts at a second with a midnight, and is the same as what is read anew."""
    kept = ArrivalCounter(database)

    def count(second: int, minute: int = MINUTE) -> ArrivalCounts:
        found = kept.read(minute, at(second))
        assert found == ArrivalCounter(database).read(minute, at(second))
        return found

    return count


def test_nothing_has_come_to_an_empty_store(
    counted: Callable[[int], ArrivalCounts],
) -> None:
    assert counted(0) == counted(1) == ArrivalCounts(0, 0, None)


async def test_the_last_minute_slides(
    writer: Writer, counted: Callable[[int], ArrivalCounts]
) -> None:
    seconds = (0, 30, 59, 60, 90)
    found = []
    for number, second in enumerate(seconds):
        await writer.append(arriving(a_report(f"m{number}"), at=at(second)))
        found.append(counted(second))
    assert [one.last_minute for one in found] == [1, 2, 3, 4, 4]
    assert [one.today for one in found] == [1, 2, 3, 4, 5]
    assert found[-1].last == at(90)
    assert [counted(second).last_minute for second in (91, 120, 150, 151)] == [3, 2, 1, 0]


async def test_what_comes_late_and_out_of_order_falls_out_in_its_turn(
    writer: Writer, counted: Callable[[int], ArrivalCounts]
) -> None:
    for number, second in enumerate((9, 3, 7, 1)):
        await writer.append(arriving(a_report(f"m{number}"), at=at(second)))
        counted(10)
    assert [counted(60 + second).last_minute for second in (1, 2, 4, 8, 10)] == [4, 3, 2, 1, 0]


async def test_another_day_begins_and_a_clock_is_set_back(
    writer: Writer, counted: Callable[[int, int], ArrivalCounts]
) -> None:
    for number in range(3):
        await writer.append(arriving(a_report(f"m{number}"), at=at(60 * number)))
        counted(60 * number, MINUTE)
    assert counted(130, MINUTE).today == 3
    assert counted(131, MINUTE + 1).today == 2
    assert counted(132, MINUTE + 3).today == 0
    assert counted(61, MINUTE).last_minute == 2, "what had fallen out counts again"
    assert counted(59, MINUTE).last_minute == 2, "what comes in more than a minute does not"


async def test_demo_reports_are_not_counted(
    writer: Writer, counted: Callable[[int], ArrivalCounts]
) -> None:
    demo = ReportRequest(a_report("d", batch_id="demo"), b"{}", at(5), origin=Origin.DEMO)
    await append_all(writer, [arriving(a_report("m1")), demo])
    assert counted(6) == ArrivalCounts(1, 1, START)
    await append_all(
        writer, [ReportRequest(a_report("e", batch_id="demo"), b"{}", at(6), origin=Origin.DEMO)]
    )
    assert counted(7) == ArrivalCounts(1, 1, START)
    await append_all(writer, [arriving(a_report("f", batch_id="demo"), at=at(7))])
    assert counted(8).last == at(7), "the demo batch is a real one now"


async def test_the_bin_and_what_is_deleted_are_not_counted(
    writer: Writer, database: Database, counted: Callable[[int], ArrivalCounts]
) -> None:
    for number in range(6):
        batch = "ab"[number % 2]
        await writer.append(arriving(a_report(f"m{number}", batch_id=batch), at=at(number)))
        counted(number)
    writer.edit(MoveToBin((2,), at(6))).result(60)
    assert counted(6) == ArrivalCounts(3, 3, at(4))
    await writer.append(arriving(a_report("m7", batch_id="a"), at=at(7)))
    await writer.append(arriving(a_report("m8", batch_id="b"), at=at(8)))
    assert counted(8).last_minute == 4, "what comes for one in the bin is not counted"
    writer.edit(PutBack((2,))).result(60)
    assert counted(9).last_minute == 8
    writer.edit(DeleteBatches((1,))).result(60)
    assert counted(10).last_minute == 4
    while is_any_pending(database):
        assert writer.flush(60)
    assert counted(10) == ArrivalCounts(4, 4, at(8))


async def test_only_what_is_new_is_read(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Asked] = []
    usual = arrival_counts._read  # noqa: SLF001 - nothing else tells how much is read

    def noting(connection: object, one: Asked) -> object:
        asked.append(one)
        return usual(connection, one)  # type: ignore[arg-type]

    monkeypatch.setattr(arrival_counts, "_read", noting)
    counter = ArrivalCounter(database)
    for number in range(4):
        await writer.append(arriving(a_report(f"m{number}"), at=at(number)))
        expected = counter.ask(MINUTE, at(number))
        counter.read(MINUTE, at(number))
        assert asked[-1] == expected, "what is asked ahead is what is asked"
    assert [one.values.get("last_report") for one in asked] == [None, 1, 2, 3]
