"""What the store knows of outages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from kvitto.core.delay import DelayReason
from kvitto.core.outages import Outage, OutageCause
from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database
from kvitto.store.delay_stats import DelaySpread
from kvitto.store.mutations import AcknowledgeOutage, Edit, RecordHeartbeat, RecordOutage
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from kvitto.store.schema import report
from kvitto.store.write_requests import ReportRequest, UnauthorizedCount
from kvitto.store.writer import Writer
from tests.store.arrivals import START, append_all


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def edited(writer: Writer, *edits: Edit) -> None:
    for edit in edits:
        writer.edit(edit).result(60)


def ran(begin: float, last: float, *, ended: bool = True) -> RecordHeartbeat:
    """Return the mark of a receiver that ran."""
    return RecordHeartbeat(at(begin), at(last), is_stopped=ended)


def arrival(number: int, created: float | None, arrived: float, batch: str = "a") -> ReportRequest:
    """Return a report of its own message, created and arriving at these minutes."""
    made = None if created is None else at(created)
    one = DeliveryReport(f"m{number}", batch, 101, created=made)
    return ReportRequest(one, b"{}", at(arrived))


async def appended(writer: Writer, arrivals: Iterable[ReportRequest]) -> None:
    """Store reports in this order."""
    for one in arrivals:
        await writer.append(one)


@pytest.fixture
def outage_queries(database: Database) -> OutageReader:
    return OutageReader(database)


# --- Closures -----------------------------------------------------------------------------------


def test_a_store_that_was_never_received_into_knows_of_no_outage(
    outage_queries: OutageReader,
) -> None:
    assert outage_queries.outages(START, now=at(100), is_running=False) == []


def test_between_two_runs_the_reachability_was_closed_for_the_reason_that_ended_the_first(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 10), ran(15, 20, ended=False), ran(40, 50))

    assert outage_queries.outages(START, now=at(50), is_running=True) == [
        Outage(at(10), at(15), OutageCause.STOPPED),
        Outage(at(20), at(40), OutageCause.CRASHED),
    ]


@pytest.mark.parametrize("ended", [True, False])
def test_while_nothing_runs_the_last_outage_has_no_end(
    writer: Writer, outage_queries: OutageReader, ended: bool
) -> None:
    edited(writer, ran(0, 10, ended=ended))
    cause = OutageCause.STOPPED if ended else OutageCause.CRASHED

    assert outage_queries.outages(START, now=at(12), is_running=True) == []
    assert outage_queries.outages(START, now=at(12), is_running=False) == [
        Outage(at(10), None, cause)
    ]


def test_the_time_before_the_first_run_is_no_outage(
    writer: Writer, outage_queries: OutageReader
) -> None:
    assert outage_queries.outages(START, now=at(5), is_running=False) == []

    edited(writer, ran(10, 20, ended=False))

    assert outage_queries.outages(START, now=at(20), is_running=True) == []


def test_outages_that_ended_before_are_left_out(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(
        writer,
        *(ran(begin, begin + 10) for begin in (0, 20, 40)),
        RecordOutage(at(2), at(3), OutageCause.DISK),
        RecordOutage(at(22), at(23), OutageCause.DISK),
    )

    found = outage_queries.outages(at(16), now=at(50), is_running=True)

    assert [(one.begin, one.by) for one in found] == [
        (at(10), OutageCause.STOPPED),
        (at(22), OutageCause.DISK),
        (at(30), OutageCause.STOPPED),
    ]


def test_a_clock_that_was_put_back_makes_no_outage_of_less_than_nothing(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, ran(0, 60), ran(5, 20), ran(70, 80))

    assert outage_queries.outages(START, now=at(80), is_running=True) == [
        Outage(at(60), at(70), OutageCause.STOPPED)
    ]


def test_an_outage_is_changed_by_its_beginning_and_cause(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, RecordOutage(at(1), None, OutageCause.TUNNEL, "dns"))
    assert outage_queries.outages(at(90), now=at(95), is_running=True) == [
        Outage(at(1), None, OutageCause.TUNNEL, "dns")
    ]

    edited(
        writer,
        RecordOutage(at(1), at(9), OutageCause.TUNNEL, "tls"),
        RecordOutage(at(1), at(8), OutageCause.ASLEEP),
    )

    assert outage_queries.outages(START, now=at(95), is_running=True) == [
        Outage(at(1), at(8), OutageCause.ASLEEP),
        Outage(at(1), at(9), OutageCause.TUNNEL, "tls"),
    ]


def test_a_sign_of_life_keeps_what_it_brings(writer: Writer, outage_queries: OutageReader) -> None:
    slept = RecordOutage(at(2), at(8), OutageCause.ASLEEP)
    edited(writer, RecordHeartbeat(START, at(9), outages=[slept]))

    assert outage_queries.outages(START, now=at(9), is_running=True) == [
        Outage(at(2), at(8), OutageCause.ASLEEP)
    ]


@pytest.mark.parametrize("is_running", [True, False])
def test_whatever_is_dismissed_stays_so(
    writer: Writer, outage_queries: OutageReader, is_running: bool
) -> None:
    edited(writer, ran(0, 10), ran(20, 30), RecordOutage(at(22), None, OutageCause.TUNNEL, "dns"))
    found = outage_queries.outages(START, now=at(40), is_running=is_running)
    assert len(found) == (2 if is_running else 3)

    edited(
        writer,
        *(AcknowledgeOutage(one, at(41)) for one in found),
        RecordOutage(at(22), at(28), OutageCause.TUNNEL, "tls"),
        ran(50, 60),
    )

    later = outage_queries.outages(START, now=at(60), is_running=True)
    assert [(one.begin, one.end, one.fault) for one in later] == [
        (at(10), at(20), ""),
        (at(22), at(28), "tls"),
        (at(30), at(50), ""),
    ]
    acknowledged = [None if one.acknowledged is None else one.begin for one in later]
    assert acknowledged == [at(10), at(22), None if is_running else at(30)]


def test_a_dismissal_does_not_open_again_what_has_ended_meanwhile(
    writer: Writer, outage_queries: OutageReader
) -> None:
    edited(writer, RecordOutage(at(1), None, OutageCause.TUNNEL))
    [known] = outage_queries.outages(START, now=at(5), is_running=True)
    edited(writer, RecordOutage(at(1), at(6), OutageCause.TUNNEL), AcknowledgeOutage(known, at(7)))

    [found] = outage_queries.outages(START, now=at(8), is_running=True)
    assert (found.end, found.acknowledged) == (at(6), at(7))


# --- Reports ------------------------------------------------------------------------------------


async def test_unauthorized_counts_are_told_by_minute(
    writer: Writer, outage_queries: OutageReader
) -> None:
    await append_all(
        writer,
        [
            UnauthorizedCount(12, 3),
            UnauthorizedCount(10, 1),
            UnauthorizedCount(12, 1),
            UnauthorizedCount(9, 7),
        ],
    )

    assert outage_queries.unauthorized_counts(10) == {10: 1, 12: 4}


async def test_late_reports_are_those_of_the_outage_that_came_by_a_later_try(
    writer: Writer, outage_queries: OutageReader
) -> None:
    closed = Outage(at(30), at(70), OutageCause.ASLEEP)
    await appended(
        writer,
        [
            arrival(1, 29, 29.1),  # before
            arrival(2, 29.9, 70.5),  # created before: its first try got in
            arrival(3, 31, 71),
            arrival(4, 69.9, 70.1),  # its first try came after
            arrival(5, 60, 80),
            arrival(6, None, 75),
            arrival(7, 75, 75),
            arrival(8, 60, 83),  # too late for a try that fell into the outage
        ],
    )

    assert outage_queries.came_late(closed) == 2


async def test_late_reports_are_counted_on_as_they_come(
    writer: Writer, outage_queries: OutageReader
) -> None:
    closed = Outage(at(30), at(70), OutageCause.ASLEEP)
    assert outage_queries.came_late(closed) == 0
    counts = []
    for number in range(30):
        await appended(writer, [arrival(number, 35, 70 + number / 3)])
        counts.append(outage_queries.came_late(closed))

    assert counts == list(range(1, 31))
    assert outage_queries.came_late(Outage(at(30), None, OutageCause.ASLEEP)) == 0


async def test_counting_late_reports_looks_at_few_others(
    writer: Writer, outage_queries: OutageReader, database: Database
) -> None:
    reports = [arrival(number, number / 10, number / 10) for number in range(3000)]
    reports.insert(2998, arrival(9999, 281, 299.75))
    for begin in range(0, 3001, 1000):
        await append_all(writer, reports[begin : begin + 1000])
    closed = Outage(at(280), at(289), OutageCause.ASLEEP)
    work = Work(database)

    assert outage_queries.came_late(closed) == 1
    first, work.steps = work.steps, 0
    assert outage_queries.came_late(closed) == 1
    again, work.steps = work.steps, 0
    with database.reading.connect() as connection:
        connection.execute(select(func.sum(report.c.arrived_at_us))).all()
    everything = work.steps

    assert 0 < again < first < everything / 3


class Work:
    """Counts what the database does, in steps of its own machine."""

    def __init__(self, database: Database) -> None:
        self.steps = 0
        event.listen(database.reading, "checkout", self._watch)

    def _watch(self, connection: Any, _record: object, _proxy: object) -> None:
        connection.set_progress_handler(self._step, 1)

    def _step(self) -> int:
        self.steps += 1
        return 0


async def test_the_last_proof_is_the_latest_report_by_the_callback_key(
    writer: Writer, outage_queries: OutageReader, database: Database
) -> None:
    callback_keys = CallbackKeyStore(database)
    mine, other = callback_keys.make(START), callback_keys.make(START)
    for number, callback_key in enumerate((mine, mine, other, None)):
        one = DeliveryReport(f"m{number}", "a", 101)
        key = None if callback_key is None else callback_key.key
        await writer.append(ReportRequest(one, b"{}", at(number), key))

    assert outage_queries.last_proof(mine.key) == at(1)
    assert outage_queries.last_proof(other.key) == at(2)
    assert outage_queries.last_proof(99) is None


async def test_the_spread_of_a_batch_is_of_all_its_reports_that_have_a_time(
    writer: Writer, outage_queries: OutageReader, reader: Reader
) -> None:
    edited(writer, ran(0, 100), ran(140, 300, ended=False))
    await append_all(
        writer,
        [
            *(arrival(number, 1, 1.01) for number in range(14)),
            arrival(20, 1, 2),
            arrival(21, 120, 140.5),
            arrival(22, 121, 141.5),
            arrival(23, 150, 170),
            arrival(24, None, 170),
            arrival(25, 1, 99, batch="b"),
        ],
    )
    batch = reader.batch("a")
    assert batch is not None

    assert outage_queries.delay_stats(batch.key) == DelaySpread(
        median=timedelta(seconds=0.6),
        most=timedelta(minutes=20.5),
        longest=timedelta(minutes=20.5),
        reasons={
            DelayReason.PROMPT: 14,
            DelayReason.NETWORK: 1,
            DelayReason.UNREACHABLE: 2,
            DelayReason.UNKNOWN: 1,
        },
    )


async def test_a_report_waited_at_the_sender_where_others_came_by_its_callback_key_meanwhile(
    writer: Writer, outage_queries: OutageReader, database: Database
) -> None:
    edited(writer, ran(0, 300, ended=False))
    key = CallbackKeyStore(database).newest(START).key
    late = arrival(1, 100, 130)
    await appended(
        writer,
        [
            *(arrival(9 + minute, minute, minute, batch="b") for minute in (105, 115, 125)),
            late,
        ],
    )
    assert outage_queries.minutes_of(key, at(100), at(130)) == [], "by none that is known"
    keyed = [
        ReportRequest(DeliveryReport(f"n{minute}", "c", 101), b"{}", at(minute), key)
        for minute in (105, 115, 125)
    ]
    keyed.append(
        ReportRequest(DeliveryReport("late", "d", 112, created=at(100)), b"", at(130), key)
    )
    await appended(writer, keyed)

    assert outage_queries.minutes_of(key, at(100), at(129)) == [at(105), at(115), at(125)]
    by_key = outage_queries.delay_stats(4)
    without = outage_queries.delay_stats(2)
    assert by_key is not None
    assert without is not None
    assert by_key.reasons == {DelayReason.QUEUED: 1}
    assert without.reasons == {DelayReason.UNKNOWN: 1}


async def test_a_batch_without_any_time_has_no_spread(
    writer: Writer, outage_queries: OutageReader
) -> None:
    await append_all(writer, [arrival(1, None, 3)])

    assert outage_queries.delay_stats(1) is None


# --- Batches ------------------------------------------------------------------------------------


async def test_a_batch_knows_the_callback_key_of_its_latest_webhook_report(
    writer: Writer, reader: Reader, database: Database
) -> None:
    callback_keys = CallbackKeyStore(database)
    first, second = callback_keys.make(START), callback_keys.make(START)
    demo = callback_keys.make(START, Origin.DEMO)
    seen: list[int | None] = []
    for number, (callback_key, origin) in enumerate(
        [
            (None, Origin.WEBHOOK),
            (first.key, Origin.WEBHOOK),
            (second.key, Origin.WEBHOOK),
            (demo.key, Origin.DEMO),
            (None, Origin.WEBHOOK),
        ]
    ):
        one = DeliveryReport(f"m{number}", "a", 101)
        await writer.append(ReportRequest(one, b"{}", at(number), callback_key, origin))
        batch = reader.batch("a")
        assert batch is not None
        seen.append(batch.callback_key)

    assert seen == [None, first.key, second.key, second.key, second.key]
