"""Who called with a wrong key, as the store keeps it."""

from datetime import UTC, datetime, timedelta

import pytest

from kvitto.store.database import Database
from kvitto.store.unauthorized_log import (
    ClientSource,
    RecordUnauthorized,
    RequestedPath,
    UnauthorizedReader,
)
from kvitto.store.writer import Writer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def reader(database: Database) -> UnauthorizedReader:
    return UnauthorizedReader(database)


def a_source(number: int, at: datetime = NOON, requests: int = 1) -> ClientSource:
    return ClientSource(f"192.0.2.{number}", RequestedPath.KEY, requests, at)


def test_requests_of_a_known_source_are_added_up(
    writer: Writer, reader: UnauthorizedReader
) -> None:
    later = NOON + timedelta(hours=1)
    writer.edit(RecordUnauthorized([a_source(1, requests=3), a_source(2)])).result()
    again = ClientSource("192.0.2.1", RequestedPath.FRONT, 2, later)
    writer.edit(RecordUnauthorized([again])).result()

    assert reader.latest() == [
        ClientSource("192.0.2.1", RequestedPath.FRONT, 5, later),
        a_source(2),
    ]


def test_only_so_many_are_kept_and_the_one_silent_longest_goes_first(
    writer: Writer, reader: UnauthorizedReader
) -> None:
    for number in (1, 2, 3, 1, 4):
        writer.edit(RecordUnauthorized([a_source(number)], most=3)).result()

    assert [one.source for one in reader.latest()] == ["192.0.2.4", "192.0.2.1", "192.0.2.3"]


def test_more_at_once_than_are_kept_leave_the_latest(
    writer: Writer, reader: UnauthorizedReader
) -> None:
    many = [a_source(number, NOON + timedelta(seconds=number)) for number in range(9)]
    writer.edit(RecordUnauthorized(many, most=3)).result()

    assert [one.source for one in reader.latest()] == ["192.0.2.8", "192.0.2.7", "192.0.2.6"]


def test_a_clock_that_was_ahead_keeps_no_row_for_ever(
    writer: Writer, reader: UnauthorizedReader
) -> None:
    writer.edit(RecordUnauthorized([a_source(1, NOON + timedelta(days=400))], most=2)).result()
    for number in (2, 3):
        writer.edit(RecordUnauthorized([a_source(number)], most=2)).result()

    assert [one.source for one in reader.latest()] == ["192.0.2.3", "192.0.2.2"]
