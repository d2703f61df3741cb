"""What does not wait for the next heartbeat, which may be a minute away."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import pytest
from typing_extensions import override

from kvitto.core.outages import OutageCause
from kvitto.receiver.heartbeat import HeartbeatWriter
from kvitto.store.clock_guard import ClockReading
from kvitto.store.database import Database
from kvitto.store.errors import DiskFullError
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.receiver.heartbeats import START, WITHIN_S, Refused, Signs, Turned, outages_of, seconds
from tests.store.receiver_run_rows import receiver_runs

_FAR_S: Final = 3600.0
_PAUSE: Final = threading.Event()


class Watched(Turned):
    """Knows how often it was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    @override
    def __call__(self) -> datetime:
        self.looks += 1
        return super().__call__()

    def turn(self, second: float) -> None:
        """Turn it, and wait until it was looked at twice since."""
        self.second = second
        before, end = self.looks, time.monotonic() + WITHIN_S
        while self.looks < before + 3:  # the first may be under way
            assert time.monotonic() < end, "nobody looks at the clock"
            _PAUSE.wait(0.001)


@pytest.fixture
def writer(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setattr("kvitto.receiver.heartbeat.ALARM_S", 0.001)
    started = Writer(database)
    started.start()
    yield started
    started.close()


def test_a_clock_that_was_set_is_noted_at_once(writer: Writer, database: Database) -> None:
    clock, signs = Watched(), Signs()
    # By more than the longest sleep: it is no outage.
    later_s = timedelta(days=400).total_seconds()

    def read_clocks() -> ClockReading:
        return ClockReading(clock(), 0.0, "this start of the computer")

    with HeartbeatWriter(
        writer, clock, read_clocks, every_s=_FAR_S, on_heartbeat=signs, steady=lambda: 0.0
    ):
        clock.turn(0)
        clock.turn(later_s)
        signs.wait(1)

        [run] = receiver_runs(database)
        assert seconds(run.heartbeat_at_us) == later_s
        assert outages_of(database) == []


def test_what_the_disk_refuses_is_told_of_since_what_was_stored_last(
    writer: Writer, database: Database, log_watch: LogWatch
) -> None:
    clock, signs = Watched(), Signs()
    with HeartbeatWriter(writer, clock, every_s=_FAR_S, on_heartbeat=signs, steady=clock.steady):
        clock.turn(4)
        writer.edit(RecordHeartbeat(START, START)).result(WITHIN_S)
        clock.turn(4)
        clock.turn(8)
        with (
            log_watch.expect(logging.ERROR, "can't be stored"),
            log_watch.expect(logging.WARNING, "stored again"),
        ):
            refused = writer.edit(Refused())
            assert isinstance(refused.exception(WITHIN_S), DiskFullError)
            signs.wait(1)

    assert outages_of(database) == [(OutageCause.DISK, 4, 8)]


def test_chores_are_done_though_no_heartbeat_is_due(writer: Writer) -> None:
    chores = Signs()
    with HeartbeatWriter(writer, Watched(), every_s=_FAR_S, chores=chores):
        chores.wait(1)
