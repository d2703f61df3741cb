"""The quarantine: bounded, and honest about it."""

import logging

import msgspec

from kvitto.core.rejection import RejectionKind
from kvitto.store import rejections
from kvitto.store.database import Database
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.reader import Reader
from kvitto.store.rejections import QuarantineUsage
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import refused


def test_beyond_its_size_bodies_are_only_counted(
    database: Database, reader: Reader, log_watch: LogWatch
) -> None:
    fill = QuarantineUsage(0, 0)
    bodies = [refused(b"%d" % number * 100) for number in range(10)]
    with (
        database.writing.begin() as connection,
        log_watch.expect(logging.WARNING, "quarantine is full"),
    ):
        rejections.keep(cursor_of(connection), bodies, fill, 1, max_total_bytes=1000)

    kept = len(list(reader.stream_quarantine()))
    assert 0 < kept < 10
    assert fill.unkept == 10 - kept
    assert fill.size_bytes <= 1000


def test_large_bodies_with_the_same_beginning_are_told_apart_by_size(
    database: Database, reader: Reader
) -> None:
    beginning = refused(b"x" * 4096, kind=RejectionKind.TOO_LARGE)
    sizes = (70_000, 80_000, 10**30)
    with database.writing.begin() as connection:
        rejections.keep(
            cursor_of(connection),
            [msgspec.structs.replace(beginning, size=size) for size in sizes],
            QuarantineUsage(0, 0),
            1,
        )

    assert [one.size for one in reader.stream_quarantine()] == [70_000, 80_000, 2**62]
