"""The writer: what it answers, in which groups, and what it does when the world is against it."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kvitto.core.money import Money
from kvitto.core.outages import OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.store.clock_guard import ClockReading
from kvitto.store.database import Database, open_database
from kvitto.store.errors import (
    DatabaseLockedError,
    QueueFullError,
    StoreClosedError,
)
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.reader import Reader
from kvitto.store.receiver_runs import Heartbeat
from kvitto.store.write_requests import UnauthorizedCount, WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, append_all, arriving, refused
from tests.store.receiver_run_rows import receiver_runs
from tests.store.writers import NOON, alarm_of


async def test_a_report_can_be_read_back_when_its_receipt_is_there(
    writer: Writer, reader: Reader
) -> None:
    receipt = await writer.append(arriving(a_report(), body=b'{"raw": "body"}'))

    assert receipt is WriteResult.STORED
    [message] = reader.stream_messages()
    [record] = reader.reports(message.key)
    assert record.received.report == a_report()
    assert record.body == b'{"raw": "body"}'
    assert message.state.price is not None
    assert message.state.price == Money(82_000_000, "EUR")


async def test_the_same_report_again_is_a_duplicate_and_only_counts(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(arriving(a_report()))
    before = reader.batches()

    assert await writer.append(arriving(a_report())) is WriteResult.DUPLICATE

    assert reader.batches() == before
    [message] = reader.stream_messages()
    [record] = reader.reports(message.key)
    assert record.repeats == 1
    assert reader.counts().repeats == 1


async def test_copies_in_one_group_are_duplicates_too(writer: Writer, reader: Reader) -> None:
    receipts = await append_all(writer, [arriving(a_report())] * 5)

    assert sorted(receipt.value for receipt in receipts) == ["duplicate"] * 4 + ["stored"]
    assert reader.counts().reports == 1
    assert reader.counts().repeats == 4


async def test_a_price_counts_once_however_many_reports_repeat_it(
    writer: Writer, reader: Reader
) -> None:
    for code in (101, 102, 110, 201):
        await writer.append(arriving(a_report(code=code, second=code, final=code == 201)))

    [batch] = reader.batches()
    assert batch.cost == {"EUR": Money(82_000_000, "EUR")}
    assert (batch.messages, batch.finished, batch.segments, batch.reports) == (1, 1, 2, 4)


async def test_sums_beyond_64_bits_stay_exact(writer: Writer, reader: Reader) -> None:
    price = 10**18 - 1
    await append_all(
        writer, [arriving(a_report(f"m{number}", price_nano=price)) for number in range(40)]
    )

    [batch] = reader.batches()
    assert batch.cost["EUR"].nano == 40 * price


async def test_refused_bodies_are_kept_once_and_counted(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [refused(b"no"), refused(b"no"), refused(b"neither")])
    await writer.append(refused(b"no"))

    kept = {one.body: one.times for one in reader.stream_quarantine()}
    assert kept == {b"no": 3, b"neither": 1}
    first = next(reader.stream_quarantine())
    assert first.headers == [("Content-Type", "text/plain"), ("X-Name", "Åsa")]


async def test_unauthorized_counts_add_up_by_minute(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [UnauthorizedCount(7, 2), UnauthorizedCount(8, 1)])
    await writer.append(UnauthorizedCount(7, 3))

    assert reader.counts().unauthorized_counts == 6


async def test_what_waits_for_the_disk_shares_a_transaction(
    database: Database, reader: Reader
) -> None:
    revisions: list[int] = []
    writer = Writer(database, on_commit=revisions.append)
    tasks = [
        asyncio.ensure_future(writer.append(arriving(a_report(f"m{number}"))))  # noqa: TID251
        for number in range(100)
    ]
    await asyncio.sleep(0)
    writer.start()
    await asyncio.gather(*tasks)
    writer.close()

    assert revisions == [1]
    assert reader.counts().messages == 100


def test_a_heartbeat_is_told_only_where_it_has_news(database: Database) -> None:
    """The window would read what changed every few seconds, though nothing has."""
    told: list[int] = []
    writer = Writer(database, on_commit=told.append)
    writer.start()
    boot, start = "boot", datetime(2026, 3, 1, 12, tzinfo=UTC)

    def beat(after_s: float, *, jump: timedelta = timedelta(), **mark: Any) -> bool:
        is_first = not after_s
        now = start + timedelta(seconds=after_s)
        clocks = ClockReading(now + jump, after_s, boot)
        before = len(told)
        writer.edit(
            Heartbeat(RecordHeartbeat(start, now, **mark), clocks, is_first=is_first)
        ).result()
        return len(told) > before

    slept = RecordOutage(start, start + timedelta(seconds=9), OutageCause.ASLEEP)
    assert beat(0), "a receiver has started"
    assert not beat(5)
    assert beat(10, outages=[slept])
    assert not beat(15)
    assert beat(20, jump=timedelta(hours=5)), "the clock is doubted"
    assert not beat(25, jump=timedelta(hours=5))
    assert beat(30), "the clock is believed again"
    assert beat(35, is_stopped=True)
    writer.close()
    assert [one.heartbeat_at_us - to_microseconds(start) for one in receiver_runs(database)] == [
        35_000_000
    ]


async def test_a_full_queue_turns_away_at_once(database: Database) -> None:
    writer = Writer(database, max_waiting=1)
    waiting = asyncio.ensure_future(writer.append(arriving(a_report())))  # noqa: TID251
    await asyncio.sleep(0)

    with pytest.raises(QueueFullError):
        await writer.append(arriving(a_report("m2")))

    writer.start()
    assert await waiting is WriteResult.STORED
    writer.close()


async def test_closing_stores_all_that_waits(database: Database, reader: Reader) -> None:
    writer = Writer(database, max_group=7)
    tasks = [
        asyncio.ensure_future(writer.append(arriving(a_report(f"m{number}"))))  # noqa: TID251
        for number in range(50)
    ]
    await asyncio.sleep(0)
    writer.start()
    writer.close()
    writer.close()

    assert await asyncio.gather(*tasks) == [WriteResult.STORED] * 50
    assert reader.counts().messages == 50
    with pytest.raises(StoreClosedError):
        await writer.append(arriving(a_report()))
    with pytest.raises(StoreClosedError):
        writer.flush()


async def test_flush_waits_for_all_before_it(writer: Writer, reader: Reader) -> None:
    task = asyncio.ensure_future(writer.append(arriving(a_report())))  # noqa: TID251
    await asyncio.sleep(0)

    assert await asyncio.to_thread(writer.flush, 10)

    assert reader.counts().reports == 1
    await task


async def test_a_reader_in_mid_stream_does_not_hold_up_the_writer(
    writer: Writer, reader: Reader
) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(20)])
    stream = reader.stream_messages()
    next(stream)

    receipt = await asyncio.wait_for(writer.append(arriving(a_report("late"))), timeout=60)

    assert receipt is WriteResult.STORED
    assert len(list(stream)) == 19, "a stream shows one state, the one in which it began"


async def test_a_lock_that_lasts_refuses_and_recovers_without_restart(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.database._BUSY_TIMEOUT_S", 0.05)
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        intruder = sqlite3.connect(database.path)
        intruder.execute("BEGIN EXCLUSIVE")

        with (
            log_watch.expect(logging.ERROR, "can't be stored"),
            pytest.raises(DatabaseLockedError, match=r"keeps .* locked"),
        ):
            await writer.append(arriving(a_report()))
        assert isinstance(alarm_of(writer), DatabaseLockedError)
        with pytest.raises(DatabaseLockedError):
            await writer.append(arriving(a_report()))

        intruder.rollback()
        intruder.close()
        with log_watch.expect(logging.WARNING, "stored again"):
            assert await writer.append(arriving(a_report())) is WriteResult.STORED
            await asyncio.to_thread(writer.flush, 10)
        assert alarm_of(writer) is None
        writer.close()


@pytest.fixture
def _poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one message id raise in the fold, as a mistake of ours would."""
    store = IngestGroup.store

    def failing(group: IngestGroup, arrivals: Sequence[Arrival]) -> list[WriteResult]:
        receipts = store(group, arrivals)
        if any(getattr(one, "body", b"") == b"poison" for one in arrivals):
            message = "a mistake"
            raise LookupError(message)
        return receipts

    monkeypatch.setattr(IngestGroup, "store", failing)


@pytest.mark.usefixtures("_poison")
async def test_a_mistake_of_ours_costs_one_report_and_not_its_neighbours(
    database: Database, reader: Reader, log_watch: LogWatch
) -> None:
    writer = Writer(database)
    arrivals = [arriving(a_report(f"m{number}")) for number in range(4)]
    arrivals[2] = arriving(a_report("bad"), body=b"poison")
    tasks = [asyncio.ensure_future(writer.append(one)) for one in arrivals]  # noqa: TID251
    await asyncio.sleep(0)
    with log_watch.expect(logging.ERROR, "could not be stored"):
        writer.start()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    writer.close()

    assert [type(result) for result in results] == [
        WriteResult,
        WriteResult,
        LookupError,
        WriteResult,
    ]
    assert {one.message_id for one in reader.stream_messages()} == {"m0", "m1", "m3"}


async def test_a_loop_that_ended_does_not_hurt_the_writer(writer: Writer, reader: Reader) -> None:
    def append_and_leave() -> None:
        async def leave() -> None:
            task = asyncio.ensure_future(writer.append(arriving(a_report())))  # noqa: TID251
            await asyncio.sleep(0)
            task.cancel()

        asyncio.run(leave())

    thread = threading.Thread(target=append_and_leave)
    thread.start()
    thread.join()

    assert await writer.append(arriving(a_report("m2"))) is WriteResult.STORED
    assert reader.counts().messages == 2


async def test_who_gives_up_waiting_for_an_edit_does_not_hurt_the_writer(
    writer: Writer, database: Database
) -> None:
    with database.writing.begin():
        edited = asyncio.wrap_future(writer.edit(RecordHeartbeat(NOON, NOON)))
        edited.cancel()
    assert await asyncio.to_thread(writer.flush, 10.0)
    assert await writer.append(arriving(a_report())) is WriteResult.STORED


async def test_a_listener_that_fails_does_not_end_the_writer(
    database: Database, reader: Reader, log_watch: LogWatch
) -> None:
    def fail(_revision: int) -> None:
        message = "the listener's own mistake"
        raise LookupError(message)

    writer = Writer(database, on_commit=fail)
    writer.start()
    with log_watch.expect(logging.ERROR, "listener of the store failed"):
        await writer.append(arriving(a_report("m-1")))
        await asyncio.wrap_future(writer.edit(RecordHeartbeat(NOON, NOON)))
        await writer.append(arriving(a_report("m-2")))
        writer.close()
    assert reader.counts().reports == 2
