"""The numbers that don't work, found among all messages."""

from datetime import timedelta

from msgspec.structs import replace

from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.bin import MoveToBin
from kvitto.store.database import Database
from kvitto.store.dead_number_queries import read_dead_numbers
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all

DEAD, ALIVE, AWAY = "46701000001", "46701000002", "46701000003"


def report_to(recipient: str, number: int, code: int, batch_id: str = "a") -> DeliveryReport:
    report = a_report(
        f"{recipient}-{number}", batch_id=batch_id, code=code, final=True, second=number
    )
    return replace(report, recipient=recipient)


async def put(writer: Writer, *reports: DeliveryReport, origin: Origin = Origin.WEBHOOK) -> None:
    await append_all(writer, [ReportRequest(one, b"{}", START, origin=origin) for one in reports])


async def test_numbers_whose_last_three_messages_failed(database: Database, writer: Writer) -> None:
    assert read_dead_numbers(database) == ([], None)
    for recipient, codes in {
        DEAD: (201, 511, 500, 405),
        ALIVE: (511, 511, 511, 201),
        AWAY: (202, 202, 202),
    }.items():
        reports = [report_to(recipient, at, code) for at, code in enumerate(codes, start=1)]
        await put(writer, *reports)

    dead = read_dead_numbers(database)

    assert dead.since == START + timedelta(seconds=1)
    [one] = dead.found
    assert (one.recipient, one.failures, one.last_failure.code) == (DEAD, 3, 405)
    assert one.last_delivered == START + timedelta(seconds=1)


async def test_numbers_that_a_server_hides_are_not_taken_for_one(
    database: Database, writer: Writer
) -> None:
    await put(writer, *(report_to("•••••••••67", at, 511) for at in range(3)))
    assert read_dead_numbers(database).found == []


async def test_a_number_that_works_again_leaves(database: Database, writer: Writer) -> None:
    await put(writer, *(report_to(DEAD, at, 511) for at in range(3)))
    assert len(read_dead_numbers(database).found) == 1

    await put(writer, report_to(DEAD, 9, 201, batch_id="b"))

    assert read_dead_numbers(database).found == []


async def test_a_demo_tells_nothing(database: Database, writer: Writer) -> None:
    await put(writer, *(report_to(DEAD, at, 511) for at in range(3)), origin=Origin.DEMO)

    assert read_dead_numbers(database) == ([], None)


async def test_what_does_not_count_is_not_the_oldest_that_is_kept(
    database: Database, writer: Writer
) -> None:
    await put(writer, report_to(DEAD, 1, 511, "demo"), origin=Origin.DEMO)
    await put(writer, report_to(DEAD, 2, 511, "binned"), report_to(DEAD, 3, 511, "kept"))
    binned = next(one for one in Reader(database).batches() if one.batch_id == "binned")
    writer.edit(MoveToBin((binned.key,), START)).result(60)

    assert read_dead_numbers(database).since == START + timedelta(seconds=3)
