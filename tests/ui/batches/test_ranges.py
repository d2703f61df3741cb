"""Times that end now, in the computer's time zone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.core.times import from_microseconds
from app.ui.batches.ranges import TimeRange, range_start, range_word


@pytest.fixture(autouse=True)
def _stockholm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def start(chosen: TimeRange, now: datetime) -> str:
    found = range_start(chosen, now)
    return "" if found is None else from_microseconds(found).isoformat()


@pytest.mark.parametrize(
    ("chosen", "begins"),
    [
        (TimeRange.ALL, ""),
        (TimeRange.HOUR, "2026-03-30T21:15:00+00:00"),
        (TimeRange.TODAY, "2026-03-30T22:00:00+00:00"),
        # Six days earlier, on the other side of the change to summer time.
        (TimeRange.WEEK, "2026-03-24T23:00:00+00:00"),
        (TimeRange.MONTH, "2026-03-01T23:00:00+00:00"),
    ],
)
def test_a_range_begins_at_midnight_here(chosen: TimeRange, begins: str) -> None:
    assert start(chosen, datetime(2026, 3, 30, 22, 15, 30, tzinfo=UTC)) == begins


def test_every_range_has_a_word() -> None:
    assert len({range_word(one) for one in TimeRange}) == len(TimeRange)
