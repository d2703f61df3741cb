"""When a receiver was running: heartbeats, a proper end, and what a crash leaves."""

import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.core.outages import OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.receiver.heartbeat import HeartbeatWriter
from kvitto.store.database import FileDatabase
from kvitto.store.errors import DatabaseLockedError, DiskFullError, StoreClosedError
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.receiver.heartbeats import (
    START,
    WITHIN_S,
    Clock,
    Failing,
    Refused,
    Signs,
    Turned,
    outages_of,
    seconds,
)
from tests.store.receiver_run_rows import receiver_runs


@pytest.fixture
def writer(database: FileDatabase) -> Iterator[Writer]:
    started = Writer(database)
    started.start()
    yield started
    started.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signs() -> Signs:
    return Signs()


def test_while_it_runs_its_last_sign_of_life_goes_on(
    writer: Writer, database: FileDatabase, clock: Clock, signs: Signs
) -> None:
    with HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs):
        signs.wait(3)
        [early] = receiver_runs(database)
        late = early
        while late.heartbeat_at_us <= early.heartbeat_at_us:
            signs.wait(1)
            [late] = receiver_runs(database)

    assert seconds(early.started_at_us) == seconds(late.started_at_us) == 0
    assert seconds(early.heartbeat_at_us) >= 3
    assert not early.is_stopped
    assert not late.is_stopped


def test_a_proper_end_is_marked(writer: Writer, database: FileDatabase, clock: Clock) -> None:
    with HeartbeatWriter(writer, clock, every_s=60.0):
        pass

    [opening] = receiver_runs(database)
    assert opening.is_stopped
    assert (seconds(opening.started_at_us), seconds(opening.heartbeat_at_us)) == (
        0,
        clock.looks - 1,
    )


def test_each_run_has_an_opening_of_its_own(
    writer: Writer, database: FileDatabase, clock: Clock
) -> None:
    for _ in range(3):
        with HeartbeatWriter(writer, clock, every_s=60.0):
            pass

    runs = receiver_runs(database)
    assert [one.is_stopped for one in runs] == [True] * 3
    times = [time for one in runs for time in (one.started_at_us, one.heartbeat_at_us)]
    assert times == sorted(times)


def test_the_beginning_is_kept_at_once(
    writer: Writer, database: FileDatabase, clock: Clock
) -> None:
    with HeartbeatWriter(writer, clock, every_s=3600.0):
        pause = threading.Event()
        while not receiver_runs(database):
            pause.wait(0.001)
        [opening] = receiver_runs(database)

    assert not opening.is_stopped
    assert (seconds(opening.started_at_us), seconds(opening.heartbeat_at_us)) == (0, 1)


_RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kvitto.receiver.heartbeat import HeartbeatWriter
from kvitto.store.database import open_database
from kvitto.store.writer import Writer

writer = Writer(open_database(Path(sys.argv[1])))
writer.start()
told = lambda: print(flush=True)
HeartbeatWriter(writer, lambda: datetime.now(UTC), every_s=0.01, on_heartbeat=told)
sys.stdin.read()
"""


def test_a_crash_leaves_the_last_sign_of_life(data_dir: Path, database: FileDatabase) -> None:
    before = datetime.now(UTC)
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdin is not None
    assert run.stdout is not None
    for _ in range(5):
        assert run.stdout.readline(), "it ended by itself"
    run.kill()
    run.wait(WITHIN_S)
    after = datetime.now(UTC)
    run.stdin.close()
    run.stdout.close()

    [opening] = receiver_runs(database)
    assert not opening.is_stopped
    assert (
        to_microseconds(before)
        < opening.started_at_us
        < opening.heartbeat_at_us
        < to_microseconds(after)
    )
    assert opening.heartbeat_at_us - opening.started_at_us >= 5 * 10_000


def test_a_disk_that_is_full_for_a_while_does_not_stop_it(
    writer: Writer,
    database: FileDatabase,
    clock: Clock,
    signs: Signs,
    log_watch: LogWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.receiver.heartbeat.ALARM_S", 0.001)
    keep = RecordHeartbeat.apply
    refused = threading.Semaphore(0)

    def refuse(*_arguments: object) -> bool:
        refused.release()
        raise DiskFullError(Path("kvitto.db"))

    with HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs):
        signs.wait(2)
        with log_watch.expect(logging.ERROR, "can't be stored"):
            monkeypatch.setattr(RecordHeartbeat, "apply", refuse)
            for _ in range(3):
                assert refused.acquire(timeout=WITHIN_S)
        [silent] = receiver_runs(database)
        with log_watch.expect(logging.WARNING, "stored again"):
            monkeypatch.setattr(RecordHeartbeat, "apply", keep)
            # Some were kept before the disk was full.
            signs.wait(1)
            while writer.alarm is not None:
                signs.wait(1)
        signs.wait(1)

    [opening] = receiver_runs(database)
    assert opening.is_stopped
    assert opening.heartbeat_at_us > silent.heartbeat_at_us


def test_sleep_is_kept_as_an_outage_and_told(writer: Writer, database: FileDatabase) -> None:
    clock, signs, woken = Turned(), Signs(), Signs()
    with HeartbeatWriter(
        writer, clock, every_s=0.001, on_heartbeat=signs, on_resume=woken, steady=clock.steady
    ):
        clock.second = 3
        signs.wait_anew()
        clock.second = 3003
        woken.wait(1)
        signs.wait_anew()
        [opening] = receiver_runs(database)

        assert outages_of(database) == [(OutageCause.ASLEEP, 3, 3003)]
        assert seconds(opening.heartbeat_at_us) == 3003


def test_sleep_is_kept_though_the_store_fails_at_waking(
    writer: Writer, database: FileDatabase, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, signs = Turned(), Signs()
    with (
        log_watch.expect(logging.ERROR, "can't be stored"),
        log_watch.expect(logging.WARNING, "stored again"),
        HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs, steady=clock.steady),
    ):
        signs.wait_anew()
        failing = Failing(monkeypatch)
        clock.second = 100
        failing.wait_anew()
        clock.second = 105
        failing.end()
        signs.wait_anew()

        assert set(outages_of(database)) == {
            (OutageCause.ASLEEP, 0, 100),
            (OutageCause.DISK, 0, 105),
        }


def test_a_store_that_fails_for_a_while_is_an_outage_from_its_last_success_to_the_next(
    writer: Writer, database: FileDatabase, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, signs = Turned(), Signs()
    with (
        log_watch.expect(logging.ERROR, "can't be stored"),
        log_watch.expect(logging.WARNING, "stored again"),
        HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs, steady=clock.steady),
    ):
        clock.second = 2
        signs.wait_anew()
        failing = Failing(monkeypatch)
        for clock.second in (5, 9, 17):
            failing.wait_anew()
        assert outages_of(database) == []
        failing.end()
        signs.wait_anew()

        assert outages_of(database) == [(OutageCause.DISK, 2, 17)]


def test_a_report_that_is_refused_between_two_signs_of_life_is_an_outage(
    writer: Writer, database: FileDatabase, log_watch: LogWatch
) -> None:
    clock, signs = Turned(), Signs()
    with HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs, steady=clock.steady):
        clock.second = 2
        signs.wait_anew()
        with (
            log_watch.expect(logging.ERROR, "can't be stored"),
            log_watch.expect(logging.WARNING, "stored again"),
        ):
            refused = writer.edit(Refused())
            assert isinstance(refused.exception(WITHIN_S), DiskFullError)
            clock.second = 4
            signs.wait_anew()

        [(by, begin, end)] = outages_of(database)
        assert by is OutageCause.DISK
        assert begin == 2
        assert end in {2, 4}


def test_it_ends_with_what_it_has_not_noted_yet(writer: Writer, database: FileDatabase) -> None:
    clock = Turned()
    with HeartbeatWriter(writer, clock, every_s=60.0, steady=clock.steady):
        pause = threading.Event()
        while not receiver_runs(database):
            pause.wait(0.001)
        clock.second = 500

    assert outages_of(database) == [(OutageCause.ASLEEP, 0, 500)]


def test_a_store_that_is_locked_at_the_beginning_leaves_out_only_that(
    database: FileDatabase,
    clock: Clock,
    signs: Signs,
    log_watch: LogWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.receiver.heartbeat.ALARM_S", 0.001)
    monkeypatch.setattr("kvitto.store.database._BUSY_TIMEOUT_S", 0.01)
    intruder = sqlite3.connect(database.path)
    intruder.execute("BEGIN EXCLUSIVE")
    patient = Writer(database)
    patient.start()
    pause = threading.Event()
    with (
        log_watch.expect(logging.ERROR, "can't be stored"),
        log_watch.expect(logging.WARNING, "stored again"),
        HeartbeatWriter(patient, clock, every_s=0.001, on_heartbeat=signs),
    ):
        while not isinstance(patient.alarm, DatabaseLockedError):
            pause.wait(0.001)
        intruder.rollback()
        signs.wait(1)
    patient.close()
    intruder.close()

    [opening] = receiver_runs(database)
    assert seconds(opening.started_at_us) == 0
    assert opening.is_stopped


def test_what_is_done_at_each_sign_may_fail_for_the_stores_reasons(
    writer: Writer, database: FileDatabase, clock: Clock
) -> None:
    calls = Signs()

    def fail() -> None:
        calls()
        raise DiskFullError(Path("kvitto.db"))

    with HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=fail):
        calls.wait(3)

    [opening] = receiver_runs(database)
    assert opening.is_stopped


def test_a_mistake_of_ours_is_told_and_the_heartbeats_go_on(
    writer: Writer, database: FileDatabase, clock: Clock, log_watch: LogWatch
) -> None:
    calls = Signs()
    told: list[Exception] = []

    def fail() -> None:
        calls()
        if not told:
            raise ZeroDivisionError

    with (
        log_watch.expect(logging.ERROR, "a mistake while writing heartbeats"),
        HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=fail, on_fault=told.append),
    ):
        calls.wait(3)

    assert [type(one) for one in told] == [ZeroDivisionError]
    [run] = receiver_runs(database)
    assert run.is_stopped


def test_it_ends_though_the_store_was_closed_before_it(
    writer: Writer, database: FileDatabase, clock: Clock, signs: Signs
) -> None:
    heartbeat = HeartbeatWriter(writer, clock, every_s=0.001, on_heartbeat=signs)
    signs.wait(1)
    writer.close()
    with pytest.raises(StoreClosedError):
        writer.edit(RecordHeartbeat(START, START))

    heartbeat.close()

    [opening] = receiver_runs(database)
    assert not opening.is_stopped


def test_it_ends_though_the_disk_does_not_answer(
    database: FileDatabase, clock: Clock, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    answers = threading.Event()
    writer = Writer(database, stall_s=0.2)
    connection = writer.files
    assert isinstance(connection, WriterConnection)
    ready = connection.ready  # stands for the disk

    def wait() -> object:
        answers.wait()
        return ready()

    monkeypatch.setattr(writer._connection, "ready", wait)  # noqa: SLF001
    writer.start()
    with log_watch.expect(logging.ERROR, "disk does not answer"):
        HeartbeatWriter(writer, clock).close()
        writer.close()
    answers.set()
    writer._watchdog.thread.join()  # noqa: SLF001 - before its database is closed
