"""Days and times here, on the days on which clocks are changed."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.core.outages import Outage, OutageCause
from kvitto.core.sending_period import PeriodKind, SendingPeriod
from kvitto.ui.batches.cell_text import TextManner, change_tip
from kvitto.ui.charts.ticks import time_ticks
from kvitto.ui.reachability.lists import OutageRow
from kvitto.ui.reachability.outages_page import OutagesModel
from kvitto.ui.text import formatting
from kvitto.ui.text.local_days import local_midnight, sent_range
from tests.ui.batches.records import a_message

Zone = Callable[[str], None]
ZONES = (
    "Europe/Stockholm",
    "America/Santiago",  # at midnight
    "America/Havana",  # at midnight, and back to it
    "Asia/Beirut",  # at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",
    "America/New_York",
    "Asia/Kathmandu",
    "UTC",
)

TIMES = st.integers(1_577_836_800, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))
"""Of the twenties."""


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale("en_GB"))


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    def be_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield be_in
    monkeypatch.undo()
    time.tzset()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "now", "begins"),
    [
        # Clocks go forward at 02:00, and back at 03:00.
        ("Europe/Stockholm", "2026-03-29T00:30", "2026-03-28T23:00"),
        ("Europe/Stockholm", "2026-03-29T12:00", "2026-03-28T23:00"),
        ("Europe/Stockholm", "2026-03-29T21:59", "2026-03-28T23:00"),
        ("Europe/Stockholm", "2026-03-29T22:00", "2026-03-29T22:00"),
        ("Europe/Stockholm", "2026-10-25T00:30", "2026-10-24T22:00"),
        ("Europe/Stockholm", "2026-10-25T12:00", "2026-10-24T22:00"),
        ("Europe/Stockholm", "2026-10-25T22:59", "2026-10-24T22:00"),
        ("Europe/Stockholm", "2026-10-25T23:00", "2026-10-25T23:00"),
        # There is no midnight: the day begins at 01:00.
        ("America/Santiago", "2026-09-06T12:00", "2026-09-06T04:00"),
        # 00:00 to 01:00 comes twice.
        ("America/Havana", "2026-11-01T12:00", "2026-11-01T04:00"),
    ],
)
def test_a_day_begins_at_midnight_here(zone: Zone, place: str, now: str, begins: str) -> None:
    zone(place)
    assert local_midnight(utc(now)) == utc(begins)
    found = sent_range(SendingPeriod(PeriodKind.TODAY), utc(now))
    assert found is not None
    assert found.begin == utc(begins)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    place=st.sampled_from(ZONES),
    now=TIMES,
    days=st.integers(0, 40),
)
def test_a_day_begins_once_and_holds_its_times(
    zone: Zone, place: str, now: datetime, days: int
) -> None:
    zone(place)
    midnight = local_midnight(now, days)

    day = now.astimezone().date() - timedelta(days=days)
    assert midnight.astimezone().date() == day
    assert (midnight - timedelta(seconds=1)).astimezone().date() < day
    assert days or midnight <= now


def test_both_times_of_a_repeated_hour_are_told_apart(zone: Zone) -> None:
    zone("Europe/Stockholm")
    first, second = utc("2026-10-25T00:30"), utc("2026-10-25T01:30")

    assert formatting.clock_time(first) == "02:30:00 (UTC+2)"
    assert formatting.clock_time(second) == "02:30:00 (UTC+1)"
    assert formatting.exact_time(first).endswith("02:30:00 (UTC+2)")
    assert formatting.exact_time(second).endswith("02:30:00 (UTC+1)")
    assert formatting.clock_time(utc("2026-10-24T23:59:59")) == "01:59:59"
    assert formatting.clock_time(utc("2026-10-25T00:00")) == "02:00:00 (UTC+2)"
    assert formatting.clock_time(utc("2026-10-25T01:59:59")) == "02:59:59 (UTC+1)"
    assert formatting.clock_time(utc("2026-10-25T02:00")) == "03:00:00"
    assert formatting.clock_time(utc("2026-03-29T01:00")) == "03:00:00", "skipped, not repeated"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    place=st.sampled_from(ZONES),
    now=TIMES,
    later_s=st.integers(1, 8 * 3600),
)
def test_no_two_times_are_written_alike(
    zone: Zone, place: str, now: datetime, later_s: int
) -> None:
    zone(place)
    now = now.replace(microsecond=0)
    assert formatting.exact_time(now) != formatting.exact_time(now + timedelta(seconds=later_s))


@pytest.mark.parametrize("place", ZONES)
def test_around_every_change_of_the_clock_no_two_minutes_are_written_alike(
    zone: Zone, place: str
) -> None:
    zone(place)
    for change in (
        utc("2026-03-29T01:00"),
        utc("2026-10-25T01:00"),
        utc("2026-09-06T04:00"),
        utc("2026-11-01T05:00"),
        utc("2026-04-05T03:00"),
        utc("2026-04-04T15:00"),
        utc("2026-10-24T21:00"),
    ):
        times = [change + timedelta(minutes=10 * step) for step in range(-18, 18)]
        assert len({formatting.exact_time(one) for one in times}) == len(times)


def test_the_table_the_history_and_the_interruptions_tell_them_apart(zone: Zone) -> None:
    zone("Europe/Stockholm")
    begin, end = utc("2026-10-25T00:30"), utc("2026-10-25T01:30")
    seconds = int((begin - utc("2026-03-01T10:00")).total_seconds())
    assert "02:30:00 (UTC+2)" in change_tip(a_message(1, second=seconds), TextManner(begin))
    outages = OutagesModel()
    outages.show_outages([OutageRow(Outage(begin, end, OutageCause.TUNNEL), end, 0)])
    said = [str(outages.index(0, column).data()) for column in range(outages.columnCount())]
    assert any("02:30:00 (UTC+2)" in one for one in said)
    assert any("02:30:00 (UTC+1)" in one for one in said)


def test_the_axis_of_a_chart_tells_them_apart(zone: Zone) -> None:
    zone("Europe/Stockholm")
    begin_s = utc("2026-10-24T22:00").timestamp()
    ticks = [text for _, text in time_ticks(begin_s, begin_s + 6 * 3600, 3600)]
    assert len(set(ticks)) == len(ticks)


@pytest.mark.parametrize("place", ZONES)
def test_times_at_the_ends_of_the_calendar_are_written(zone: Zone, place: str) -> None:
    zone(place)
    for edge in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert formatting.exact_time(edge)
        assert formatting.clock_time(edge)
