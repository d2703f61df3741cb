"""When days begin here."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from kvitto.clock import day_begin, local_day

Zone = Callable[[str], None]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    def be_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield be_in
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("place", "day", "begins"),
    [
        ("Europe/Stockholm", "2026-10-25", "2026-10-24T22:00"),
        # There is no midnight: the day begins at 01:00.
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),
        # From 23:30 to 00:30.
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),
        # 00:00 to 01:00 comes twice.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),
        # Left out.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(zone: Zone, place: str, day: str, begins: str) -> None:
    zone(place)
    found = day_begin(date.fromisoformat(day))
    assert found == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert local_day(found) >= date.fromisoformat(day)
    assert local_day(found - timedelta(seconds=1)) < date.fromisoformat(day)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_have_a_beginning(zone: Zone, day: date) -> None:
    zone("Pacific/Apia")
    assert abs(day_begin(day) - datetime(day.year, day.month, day.day, tzinfo=UTC)) < timedelta(1)
