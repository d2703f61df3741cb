"""When the alarm begins and ends, and what is told of it."""

import logging
from datetime import UTC, datetime

import pytest

from kvitto.receiver.store_health import StoreHealth
from tests.helpers.logwatch import LogWatch

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


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
    with log_watch.expect(logging.WARNING, "Full"):
        assert [alarm.failed("full", "Full.") for _ in range(3)] == [True, False, False]
    assert alarm.state is not None
    assert (alarm.state.sentence, alarm.state.since, alarm.state.turned_away) == ("Full.", NOON, 3)
    assert told(caplog) == ["WARNING Reports are answered 503 from now on: Full."]


def test_what_was_said_already_is_told_to_the_file_only(
    alarm: StoreHealth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    assert alarm.failed("full", "Full.", is_logged=True)

    assert told(caplog) == ["INFO Reports are answered 503 from now on: Full."]


def test_a_store_that_works_and_fails_by_turns_is_told_of_once(
    alarm: StoreHealth, now: Now, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.WARNING, "Queue"):
        for _ in range(1_000):
            now.seconds += 0.01
            alarm.failed("queue", "Queue full.")
            alarm.worked()
    assert len(told(caplog)) == 1
    now.seconds += 5.0
    alarm.worked()
    assert alarm.state is None
    assert told(caplog)[1:] == ["INFO Reports are stored again; 1000 were answered 503"]


def test_the_alarm_ends_by_itself_once_the_store_has_worked_and_time_has_passed(
    alarm: StoreHealth, now: Now, log_watch: LogWatch
) -> None:
    with log_watch.expect(logging.WARNING, "Full"):
        alarm.failed("full", "Full.")
    now.seconds += 60.0
    alarm.settle()
    assert alarm.state is not None, "nothing has been stored since"
    alarm.failed("full", "Full.")
    alarm.worked()
    alarm.settle()
    assert alarm.state is not None, "too early"
    now.seconds += 5.0
    alarm.settle()
    assert alarm.state is None


def test_another_cause_is_told_too_and_shown_but_each_once(
    alarm: StoreHealth, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    with log_watch.expect(logging.WARNING, "Full"), log_watch.expect(logging.WARNING, "Locked"):
        for _ in range(3):
            alarm.failed("full", "Full.")
            alarm.failed("locked", "Locked.")
    assert alarm.state is not None
    assert (alarm.state.sentence, alarm.state.turned_away) == ("Locked.", 6)
    assert len(told(caplog)) == 2


def test_a_second_alarm_is_told_again(alarm: StoreHealth, now: Now, log_watch: LogWatch) -> None:
    for _ in range(2):
        with log_watch.expect(logging.WARNING, "Full"):
            alarm.failed("full", "Full.")
        now.seconds += 10.0
        alarm.worked()
        assert alarm.state is None
