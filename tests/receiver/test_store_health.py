"""When the alarm begins and ends, and what is told of it."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.receiver.metrics import AlarmState
from kvitto.receiver.receiver_errors import problem_of
from kvitto.receiver.store_health import StoreHealth
from kvitto.store.errors import DatabaseLockedError, DiskFullError, QueueFullError
from tests.helpers.logwatch import LogWatch

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FILE = Path("/data/kvitto.db")


class Now:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def alarm(now: Now) -> StoreHealth:
    return StoreHealth(lambda: NOON, now, calm_s=5.0)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [f"{record.levelname} {record.getMessage()}" for record in caplog.records]


def test_there_is_no_alarm_while_all_is_stored(alarm: StoreHealth) -> None:
    alarm.worked()
    alarm.settle()
    assert alarm.state is None


def test_failures_are_counted_and_told_once(
    alarm: StoreHealth, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.WARNING, "is full"):
        assert [alarm.failed(DiskFullError(FILE)) for _ in range(3)] == [True, False, False]
    assert alarm.state == AlarmState(problem_of(DiskFullError(FILE)), NOON, 3)
    assert told(caplog) == [f"WARNING Reports are answered 503 from now on: {DiskFullError(FILE)}"]


def test_what_was_said_already_is_told_to_the_file_only(
    alarm: StoreHealth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    assert alarm.failed(DiskFullError(FILE), is_logged=True)

    assert told(caplog) == [f"INFO Reports are answered 503 from now on: {DiskFullError(FILE)}"]


def test_a_store_that_works_and_fails_by_turns_is_told_of_once(
    alarm: StoreHealth, now: Now, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.WARNING, "come faster"):
        for _ in range(1_000):
            now.seconds += 0.01
            alarm.failed(QueueFullError(9))
            alarm.worked()
    assert len(told(caplog)) == 1
    now.seconds += 5.0
    alarm.worked()
    assert alarm.state is None
    assert told(caplog)[1:] == ["INFO Reports are stored again; 1000 were answered 503"]


def test_the_alarm_ends_by_itself_once_the_store_has_worked_and_time_has_passed(
    alarm: StoreHealth, now: Now, log_watch: LogWatch
) -> None:
    with log_watch.expect(logging.WARNING, "is full"):
        alarm.failed(DiskFullError(FILE))
    now.seconds += 60.0
    alarm.settle()
    assert alarm.state is not None, "nothing has been stored since"
    alarm.failed(DiskFullError(FILE))
    alarm.worked()
    alarm.settle()
    assert alarm.state is not None, "too early"
    now.seconds += 5.0
    alarm.settle()
    assert alarm.state is None


def test_another_cause_is_told_too_and_shown_but_each_once(
    alarm: StoreHealth, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.WARNING, "is full"), log_watch.expect(logging.WARNING, "locked"):
        for _ in range(3):
            alarm.failed(DiskFullError(FILE))
            alarm.failed(DatabaseLockedError(FILE))
    assert alarm.state is not None
    assert (alarm.state.problem.code, alarm.state.turned_away) == ("DatabaseLockedError", 6)
    assert len(told(caplog)) == 2


def test_a_second_alarm_is_told_again(alarm: StoreHealth, now: Now, log_watch: LogWatch) -> None:
    for _ in range(2):
        with log_watch.expect(logging.WARNING, "is full"):
            alarm.failed(DiskFullError(FILE))
        now.seconds += 10.0
        alarm.worked()
        assert alarm.state is None
