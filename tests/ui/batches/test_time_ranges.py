"""Times that end now, in the computer's time zone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kvitto.core.timestamps import from_microseconds
from kvitto.ui.batches.filter_bar import TimeRangeChoice, range_start, range_word


@pytest.fixture(autouse=True)
def _stockholm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def start(chosen: TimeRangeChoice, now: datetime) -> str:
    found = range_start(chosen, now)
    return "" if found is None else from_microseconds(found).isoformat()


@pytest.mark.parametrize(
    ("chosen", "begins"),
    [
        (TimeRangeChoice.ALL, ""),
        (TimeRangeChoice.HOUR, "2026-03-30T21:15:00+00:00"),
        (TimeRangeChoice.TODAY, "2026-03-30T22:00:00+00:00"),
        # Six days earlier, on the other side of the change to summer time.
        (TimeRangeChoice.WEEK, "2026-03-24T23:00:00+00:00"),
        (TimeRangeChoice.MONTH, "2026-03-01T23:00:00+00:00"),
    ],
)
def test_a_range_begins_at_midnight_here(chosen: TimeRangeChoice, begins: str) -> None:
    assert start(chosen, datetime(2026, 3, 30, 22, 15, 30, tzinfo=UTC)) == begins


def test_every_range_has_a_word() -> None:
    assert len({range_word(one) for one in TimeRangeChoice}) == len(TimeRangeChoice)
