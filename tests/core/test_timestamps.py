"""Instants, and the whole microseconds and minutes in which they are kept."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kvitto.core.timestamps import (
    EPOCH,
    from_microseconds,
    iso,
    iso_at,
    minute_of,
    to_microseconds,
)

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
INSTANTS = st.datetimes(timezones=st.just(UTC))
ZONES = st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))


@pytest.mark.parametrize(
    ("instant", "microseconds"),
    [
        (EPOCH, 0),
        (EPOCH + timedelta(microseconds=1), 1),
        (EPOCH - timedelta(microseconds=1), -1),
        (datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC), 1_540_316_601_000_000),
        (
            datetime(2018, 10, 23, 19, 43, 21, tzinfo=timezone(timedelta(hours=2))),
            1_540_316_601_000_000,
        ),
    ],
)
def test_microseconds_count_from_1970_in_utc(instant: datetime, microseconds: int) -> None:
    assert to_microseconds(instant) == microseconds


@given(INSTANTS)
@example(FIRST)
@example(LAST)
def test_an_instant_survives_the_way_to_microseconds_and_back(instant: datetime) -> None:
    back = from_microseconds(to_microseconds(instant))

    assert back == instant
    assert back.tzinfo is UTC
    assert -(2**63) <= to_microseconds(instant) < 2**63


@given(INSTANTS, INSTANTS)
def test_microseconds_stand_in_the_order_of_the_instants(one: datetime, other: datetime) -> None:
    assert (to_microseconds(one) < to_microseconds(other)) == (one < other)


@pytest.mark.parametrize(
    "microseconds",
    [to_microseconds(FIRST) - 1, to_microseconds(LAST) + 1, 2**62, -(2**63)],
)
def test_what_lies_outside_the_years_1_to_9999_is_an_overflow(microseconds: int) -> None:
    with pytest.raises(OverflowError):
        from_microseconds(microseconds)


@given(INSTANTS)
@example(EPOCH - timedelta(microseconds=1))
@example(FIRST)
@example(LAST)
def test_a_minute_begins_at_its_first_instant_and_holds_all_of_it(instant: datetime) -> None:
    minute = minute_of(to_microseconds(instant))

    begins = EPOCH + timedelta(minutes=minute)
    assert begins == instant.replace(second=0, microsecond=0)
    assert timedelta(0) <= instant - begins < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC), "2018-10-23T17:43:21Z"),
        (datetime(2018, 10, 23, 17, 43, 21, 253_000, tzinfo=UTC), "2018-10-23T17:43:21.253000Z"),
        (
            datetime(2018, 10, 24, 0, 13, 21, tzinfo=timezone(timedelta(hours=6, minutes=30))),
            "2018-10-23T17:43:21Z",
        ),
        (datetime(33, 4, 3, tzinfo=UTC), "0033-04-03T00:00:00Z"),
    ],
)
def test_iso_is_utc_with_a_z(instant: datetime, text: str) -> None:
    assert iso(instant) == text


@given(INSTANTS, ZONES)
def test_iso_can_be_read_back(instant: datetime, zone: timezone) -> None:
    assume(timedelta(days=1) < instant - FIRST < LAST - FIRST - timedelta(days=1))

    assert datetime.fromisoformat(iso(instant.astimezone(zone))) == instant


@given(INSTANTS)
@example(FIRST)
@example(LAST)
@example(EPOCH - timedelta(microseconds=1))
def test_an_instant_is_written_alike_by_its_microseconds(instant: datetime) -> None:
    assert iso_at(to_microseconds(instant)) == iso(instant)
