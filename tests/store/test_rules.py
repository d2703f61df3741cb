"""The rules of states and money as the store keeps them: what is shown is what is found."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport
from kvitto.core.state import ReceivedReport
from kvitto.core.status import Result
from kvitto.store.batch_statistics import Statistics
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.ingest import IngestGroup
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageOrder, MessageSearch
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.core import strategies
from tests.helpers.examples import examples
from tests.helpers.ledger import Ledger
from tests.helpers.new_store import open_new_database
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

HOUR = timedelta(hours=1)


def store(database: Database, arrivals: list[ReportRequest], size: int = 3) -> None:
    """Store arrivals in groups, so that what was stored is read again."""
    with database.writing.connect() as connection:
        for start in range(0, len(arrivals), size):
            with connection.begin():
                IngestGroup(connection).store(arrivals[start : start + size])


@settings(examples(60), deadline=None)
@given(strategies.streams(strategies.reports(), max_size=16), st.integers(1, 5))
def test_the_store_says_what_the_ledger_says_and_finds_what_it_counts(
    posted: list[DeliveryReport], size: int
) -> None:
    received = strategies.received(posted)
    ledger = Ledger(received)
    with tempfile.TemporaryDirectory() as folder, open_new_database(Path(folder)) as database:
        store(database, [ReportRequest(one.report, b"{}", one.arrived) for one in received], size)
        reader, finder = Reader(database), MessageSearch(database)

        assert check(database).differences == []
        said = {
            (one.batch_id, one.message_id): (
                one.state.code,
                one.state.result,
                one.state.is_finished,
                one.state.cost,
                one.state.paid_back,
                one.state.rank[:4],
            )
            for one in reader.stream_messages()
        }
        assert said == {
            key: (
                state.code,
                state.result,
                state.is_finished,
                state.cost,
                state.paid_back,
                state.rank[:4],
            )
            for key, state in ledger.states.items()
        }
        for batch in reader.batches():
            for result, count in batch.results().items():
                wanted = MessageFilter(results=frozenset({result}))
                assert finder.batches(wanted).get(batch.key, 0) == count
                assert len(finder.page(batch.key, wanted)) == count
            for currency, cost in batch.costs.items():
                wanted = MessageFilter(currencies=frozenset({currency}))
                assert finder.batches(wanted).get(batch.key, 0) == cost.messages
            unfinished = finder.batches(MessageFilter(is_unfinished=True)).get(batch.key, 0)
            assert unfinished == batch.messages - batch.finished
            costs = Statistics(database).batch(batch.key, now_us=0).costs
            by_currency: dict[str, int] = dict.fromkeys(batch.cost, 0)
            for sums in costs.values():
                for currency, money in sums.items():
                    by_currency[currency] += money.nano
            assert by_currency == {one: money.nano for one, money in batch.cost.items()}


async def test_messages_are_sorted_by_what_they_cost(database: Database, writer: Writer) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("cheap", price_nano=3)),
            arriving(a_report("back", price_nano=9)),
            arriving(a_report("back", code=104, price_nano=9, second=1)),
            arriving(a_report("dear", price_nano=7)),
        ],
    )

    page = MessageSearch(database).page(1, MessageFilter(), order=MessageOrder.PRICE)

    assert [one.message_id for one in page] == ["back", "cheap", "dear"]


async def test_what_was_paid_back_is_told_apart_in_all_sums(
    database: Database, writer: Writer
) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("a", code=511, final=True, price_nano=5)),
            arriving(a_report("a", code=104, second=1, price_nano=5, currency=None)),
            arriving(a_report("b", code=201, final=True, price_nano=7)),
        ],
    )

    [batch] = Reader(database).batches()
    totals = Statistics(database).totals()
    assert batch.cost == totals.costs == {"EUR": Money(7, "EUR")}
    assert batch.paid_back == totals.paid_back == {"EUR": Money(5, "EUR")}
    assert Statistics(database).batch(1, now_us=0).undelivered == {"EUR": Money(0, "EUR")}


async def test_a_batch_was_last_seen_at_its_latest_arrival_though_the_clock_went_back(
    database: Database, writer: Writer
) -> None:
    for hours in (0, 2, -3, 1):
        await append_all(writer, [arriving(a_report(f"m{hours}"), at=START + hours * HOUR)])

    [batch] = Reader(database).batches()
    assert (batch.first_seen, batch.last_seen) == (START - 3 * HOUR, START + 2 * HOUR)
    assert check(database).differences == []


# --- Times and marks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "created", [datetime(1, 1, 1, tzinfo=UTC), START + timedelta(days=1, seconds=1)]
)
async def test_a_time_out_of_bounds_is_stored_as_none_and_marked(
    database: Database, writer: Writer, created: datetime
) -> None:
    report = DeliveryReport("m", "b", 102, created=created)

    receipts = [await writer.append(arriving(report)) for _ in range(2)]

    assert receipts == [WriteResult.STORED, WriteResult.DUPLICATE]
    [message] = Reader(database).stream_messages()
    [record] = Reader(database).reports(message.key)
    assert message.state.rank.created == START
    assert (record.received.report.created, record.marks) == (None, ("created",))
    assert check(database).differences == []


async def test_marks_of_the_receiver_are_kept_with_the_fields_that_could_not_be_read(
    database: Database, writer: Writer
) -> None:
    spoiled = DeliveryReport("m", "b", 102, left_out=("price", "currency"))
    await append_all(
        writer,
        [
            ReportRequest(spoiled, b"{}", START, marks=("url",)),
            ReportRequest(DeliveryReport("n", "b", 102), b"{}", START, marks=("url",)),
            arriving(DeliveryReport("o", "b", 102)),
        ],
    )

    reader = Reader(database)
    marks = [one.marks for one in reader.stream_reports()]
    assert marks == [("price", "currency", "url"), ("url",), ()]
    [batch] = reader.batches()
    assert batch.marks == {"price currency url": 1, "url": 1}
    assert Statistics(database).totals().marks == batch.marks
    assert check(database).differences == []


async def test_counts_of_marks_stay_with_the_sums_and_go_with_the_batch(
    database: Database, writer: Writer
) -> None:
    spoiled = DeliveryReport("m", "b", 102, left_out=("price",))
    await append_all(writer, [arriving(spoiled)])

    purge(writer.edit, 1, START)
    [batch] = Reader(database).batches()
    assert batch.marks == {"price": 1}

    writer.edit(DeleteBatches((1,))).result(60)
    assert Statistics(database).totals().marks == {}
    assert check(database).differences == []


async def test_a_wrong_count_of_marks_or_money_is_found(database: Database, writer: Writer) -> None:
    spoiled = DeliveryReport("m", "b", 104, price_nano=5, left_out=("currency",))
    await append_all(writer, [arriving(spoiled)])
    with database.writing.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE batch_mark SET report_count = 2")
        connection.exec_driver_sql("UPDATE batch_cost SET paid_back_nanos = 6")
        connection.exec_driver_sql("UPDATE batch_report_minute SET finished_count = 1")
        connection.exec_driver_sql("UPDATE batch SET last_seen_at_us = last_seen_at_us - 1")

    found = "\n".join(check(database).differences)

    for words in ("with the marks currency", "cost in", "in minute", "last seen"):
        assert words in found


def test_the_state_of_a_refund_alone_is_pending_until_something_else_is_known() -> None:
    refund = ReceivedReport(DeliveryReport("m", "b", 104), 1, START)

    assert Ledger([refund]).states["b", "m"].result is Result.PENDING
