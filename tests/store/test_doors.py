"""What the store knows of the front door."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.core.door import ClosedBy, Closure
from app.core.lateness import Late
from app.core.report import DeliveryReport, Origin
from app.store.arrivals import Knocks, ReportArrival
from app.store.database import Database
from app.store.doors import DoorReader
from app.store.edits import DismissClosure, Edit, MarkClosure, MarkOpen
from app.store.lags import LagSpread
from app.store.reader import Reader
from app.store.schema import report
from app.store.secrets import SecretStore
from app.store.writer import Writer
from tests.store.arrivals import START, append_all


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def edited(writer: Writer, *edits: Edit) -> None:
    for edit in edits:
        writer.edit(edit).result(10)


def ran(begin: float, last: float, *, ended: bool = True) -> MarkOpen:
    """Return the mark of a receiver that ran."""
    return MarkOpen(at(begin), at(last), is_closed=ended)


def arrival(number: int, created: float | None, arrived: float, batch: str = "a") -> ReportArrival:
    """Return a report of its own message, created and arriving at these minutes."""
    made = None if created is None else at(created)
    one = DeliveryReport(f"m{number}", batch, 101, created=made)
    return ReportArrival(one, b"{}", at(arrived))


async def appended(writer: Writer, arrivals: Iterable[ReportArrival]) -> None:
    """Store reports in this order."""
    for one in arrivals:
        await writer.append(one)


@pytest.fixture
def doors(database: Database) -> DoorReader:
    return DoorReader(database)


# --- Closures -----------------------------------------------------------------------------------


def test_a_store_that_was_never_received_into_knows_of_no_closure(doors: DoorReader) -> None:
    assert doors.closures(START, now=at(100), is_running=False) == []


def test_between_two_runs_the_door_was_closed_for_the_reason_that_ended_the_first(
    writer: Writer, doors: DoorReader
) -> None:
    edited(writer, ran(0, 10), ran(15, 20, ended=False), ran(40, 50))

    assert doors.closures(START, now=at(50), is_running=True) == [
        Closure(at(10), at(15), ClosedBy.STOPPED),
        Closure(at(20), at(40), ClosedBy.CRASHED),
    ]


@pytest.mark.parametrize("ended", [True, False])
def test_while_nothing_runs_the_last_closure_has_no_end(
    writer: Writer, doors: DoorReader, ended: bool
) -> None:
    edited(writer, ran(0, 10, ended=ended))
    cause = ClosedBy.STOPPED if ended else ClosedBy.CRASHED

    assert doors.closures(START, now=at(12), is_running=True) == []
    assert doors.closures(START, now=at(12), is_running=False) == [Closure(at(10), None, cause)]


def test_what_is_known_begins_with_the_first_run(writer: Writer, doors: DoorReader) -> None:
    assert doors.known_since() is None

    edited(writer, ran(30, 40), ran(10, 20))

    assert doors.known_since() == at(10)


def test_closures_that_ended_before_are_left_out(writer: Writer, doors: DoorReader) -> None:
    edited(
        writer,
        *(ran(begin, begin + 10) for begin in (0, 20, 40)),
        MarkClosure(at(2), at(3), ClosedBy.DISK),
        MarkClosure(at(22), at(23), ClosedBy.DISK),
    )

    found = doors.closures(at(16), now=at(50), is_running=True)

    assert [(one.begin, one.by) for one in found] == [
        (at(10), ClosedBy.STOPPED),
        (at(22), ClosedBy.DISK),
        (at(30), ClosedBy.STOPPED),
    ]


def test_a_clock_that_was_put_back_makes_no_closure_of_less_than_nothing(
    writer: Writer, doors: DoorReader
) -> None:
    edited(writer, ran(0, 60), ran(5, 20), ran(70, 80))

    assert doors.closures(START, now=at(80), is_running=True) == [
        Closure(at(60), at(70), ClosedBy.STOPPED)
    ]


def test_a_closure_is_changed_by_its_beginning_and_cause(writer: Writer, doors: DoorReader) -> None:
    edited(writer, MarkClosure(at(1), None, ClosedBy.TUNNEL, "dns"))
    assert doors.closures(at(90), now=at(95), is_running=True) == [
        Closure(at(1), None, ClosedBy.TUNNEL, "dns")
    ]

    edited(
        writer,
        MarkClosure(at(1), at(9), ClosedBy.TUNNEL, "tls"),
        MarkClosure(at(1), at(8), ClosedBy.ASLEEP),
    )

    assert doors.closures(START, now=at(95), is_running=True) == [
        Closure(at(1), at(8), ClosedBy.ASLEEP),
        Closure(at(1), at(9), ClosedBy.TUNNEL, "tls"),
    ]


def test_a_sign_of_life_keeps_what_it_brings(writer: Writer, doors: DoorReader) -> None:
    slept = MarkClosure(at(2), at(8), ClosedBy.ASLEEP)
    edited(writer, MarkOpen(START, at(9), closures=[slept]))

    assert doors.closures(START, now=at(9), is_running=True) == [
        Closure(at(2), at(8), ClosedBy.ASLEEP)
    ]


@pytest.mark.parametrize("is_running", [True, False])
def test_whatever_is_dismissed_stays_so(
    writer: Writer, doors: DoorReader, is_running: bool
) -> None:
    edited(writer, ran(0, 10), ran(20, 30), MarkClosure(at(22), None, ClosedBy.TUNNEL, "dns"))
    found = doors.closures(START, now=at(40), is_running=is_running)
    assert len(found) == (2 if is_running else 3)

    edited(
        writer,
        *(DismissClosure(one, at(41)) for one in found),
        MarkClosure(at(22), at(28), ClosedBy.TUNNEL, "tls"),
        ran(50, 60),
    )

    later = doors.closures(START, now=at(60), is_running=True)
    assert [(one.begin, one.end, one.fault) for one in later] == [
        (at(10), at(20), ""),
        (at(22), at(28), "tls"),
        (at(30), at(50), ""),
    ]
    dismissed = [None if one.dismissed is None else one.begin for one in later]
    assert dismissed == [at(10), at(22), None if is_running else at(30)]


def test_a_dismissal_does_not_open_again_what_has_ended_meanwhile(
    writer: Writer, doors: DoorReader
) -> None:
    edited(writer, MarkClosure(at(1), None, ClosedBy.TUNNEL))
    [known] = doors.closures(START, now=at(5), is_running=True)
    edited(writer, MarkClosure(at(1), at(6), ClosedBy.TUNNEL), DismissClosure(known, at(7)))

    [found] = doors.closures(START, now=at(8), is_running=True)
    assert (found.end, found.dismissed) == (at(6), at(7))


# --- Reports ------------------------------------------------------------------------------------


async def test_knocks_are_told_by_minute(writer: Writer, doors: DoorReader) -> None:
    await append_all(writer, [Knocks(12, 3), Knocks(10, 1), Knocks(12, 1), Knocks(9, 7)])

    assert doors.knocks(10) == {10: 1, 12: 4}


async def test_late_reports_are_those_of_the_closure_that_came_by_a_later_try(
    writer: Writer, doors: DoorReader
) -> None:
    closed = Closure(at(30), at(70), ClosedBy.ASLEEP)
    await appended(
        writer,
        [
            arrival(1, 29, 29.1),  # before
            arrival(2, 29.9, 70.5),  # created before: its first try met an open door
            arrival(3, 31, 71),
            arrival(4, 69.9, 70.1),  # its first try came after
            arrival(5, 60, 80),
            arrival(6, None, 75),
            arrival(7, 75, 75),
            arrival(8, 60, 83),  # too late for a try that found the door closed
        ],
    )

    assert doors.came_late(closed) == 2


async def test_late_reports_are_counted_on_as_they_come(writer: Writer, doors: DoorReader) -> None:
    closed = Closure(at(30), at(70), ClosedBy.ASLEEP)
    assert doors.came_late(closed) == 0
    counts = []
    for number in range(30):
        await appended(writer, [arrival(number, 35, 70 + number / 3)])
        counts.append(doors.came_late(closed))

    assert counts == list(range(1, 31))
    assert doors.came_late(Closure(at(30), None, ClosedBy.ASLEEP)) == 0


async def test_counting_late_reports_looks_at_few_others(
    writer: Writer, doors: DoorReader, database: Database
) -> None:
    reports = [arrival(number, number / 10, number / 10) for number in range(3000)]
    reports.insert(2998, arrival(9999, 281, 299.75))
    for begin in range(0, 3001, 1000):
        await append_all(writer, reports[begin : begin + 1000])
    closed = Closure(at(280), at(289), ClosedBy.ASLEEP)
    work = Work(database)

    assert doors.came_late(closed) == 1
    first, work.steps = work.steps, 0
    assert doors.came_late(closed) == 1
    again, work.steps = work.steps, 0
    with database.reading.connect() as connection:
        connection.execute(select(func.sum(report.c.arrived_us))).all()
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


async def test_the_last_proof_is_the_latest_report_by_the_secret(
    writer: Writer, doors: DoorReader, database: Database
) -> None:
    secrets = SecretStore(database)
    mine, other = secrets.make(START), secrets.make(START)
    for number, secret in enumerate((mine, mine, other, None)):
        one = DeliveryReport(f"m{number}", "a", 101)
        key = None if secret is None else secret.key
        await writer.append(ReportArrival(one, b"{}", at(number), key))

    assert doors.last_proof(mine.key) == at(1)
    assert doors.last_proof(other.key) == at(2)
    assert doors.last_proof(99) is None


async def test_the_spread_of_a_batch_is_of_all_its_reports_that_have_a_time(
    writer: Writer, doors: DoorReader, reader: Reader
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

    assert doors.lags(batch.key) == LagSpread(
        median=timedelta(seconds=0.6),
        most=timedelta(minutes=20.5),
        longest=timedelta(minutes=20.5),
        reasons={Late.PROMPT: 14, Late.NETWORK: 1, Late.CLOSED_DOOR: 2, Late.UNKNOWN: 1},
    )


async def test_a_report_waited_at_the_sender_where_others_came_by_its_secret_meanwhile(
    writer: Writer, doors: DoorReader, database: Database
) -> None:
    edited(writer, ran(0, 300, ended=False))
    key = SecretStore(database).newest(START).key
    late = arrival(1, 100, 130)
    await appended(
        writer,
        [
            *(arrival(9 + minute, minute, minute, batch="b") for minute in (105, 115, 125)),
            late,
        ],
    )
    assert doors.minutes_of(key, at(100), at(130)) == [], "by none that is known"
    keyed = [
        ReportArrival(DeliveryReport(f"n{minute}", "c", 101), b"{}", at(minute), key)
        for minute in (105, 115, 125)
    ]
    keyed.append(
        ReportArrival(DeliveryReport("late", "d", 112, created=at(100)), b"", at(130), key)
    )
    await appended(writer, keyed)

    assert doors.minutes_of(key, at(100), at(129)) == [at(105), at(115), at(125)]
    by_key = doors.lags(4)
    without = doors.lags(2)
    assert by_key is not None
    assert without is not None
    assert by_key.reasons == {Late.QUEUED: 1}
    assert without.reasons == {Late.UNKNOWN: 1}


async def test_a_batch_without_any_time_has_no_spread(writer: Writer, doors: DoorReader) -> None:
    await append_all(writer, [arrival(1, None, 3)])

    assert doors.lags(1) is None


# --- Batches ------------------------------------------------------------------------------------


async def test_a_batch_knows_the_secret_of_its_latest_webhook_report(
    writer: Writer, reader: Reader, database: Database
) -> None:
    secrets = SecretStore(database)
    first, second = secrets.make(START), secrets.make(START)
    demo = secrets.make(START, Origin.DEMO)
    seen: list[int | None] = []
    for number, (secret, origin) in enumerate(
        [
            (None, Origin.WEBHOOK),
            (first.key, Origin.WEBHOOK),
            (second.key, Origin.WEBHOOK),
            (demo.key, Origin.DEMO),
            (None, Origin.WEBHOOK),
        ]
    ):
        one = DeliveryReport(f"m{number}", "a", 101)
        await writer.append(ReportArrival(one, b"{}", at(number), secret, origin))
        batch = reader.batch("a")
        assert batch is not None
        seen.append(batch.secret)

    assert seen == [None, first.key, second.key, second.key, second.key]
