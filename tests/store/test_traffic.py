"""How many reports of a batch came lately."""

from datetime import timedelta

from kvitto.core.report import Origin
from kvitto.store.database import Database
from kvitto.store.traffic import Traffic
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, arriving


async def test_the_reports_of_a_minute_are_counted_exactly(
    writer: Writer, database: Database
) -> None:
    demo = a_report("d", batch_id="demo")
    await writer.append(ReportRequest(demo, b"{}", START, origin=Origin.DEMO))
    for number, second in enumerate((0, 30, 59, 60, 90)):
        at = START + timedelta(seconds=second)
        batch = "a" if number % 2 else "b"
        await writer.append(arriving(a_report(f"m{number}", batch_id=batch), at=at))

    def within(second: int, batch_key: int) -> int:
        until = START + timedelta(seconds=second)
        traffic = Traffic(database)
        return traffic.reports_between(until - timedelta(minutes=1), until, batch_key)

    assert [within(second, 2) for second in (60, 61, 91, 120, 150)] == [2, 1, 2, 1, 1]
    assert [within(second, 3) for second in (60, 61, 91, 120)] == [1, 2, 1, 1]
