"""What is old enough to be forgotten."""

from datetime import datetime, timedelta

import pytest

from kvitto.store.mutations import PurgeBatch
from kvitto.store.reader import Reader
from kvitto.store.retention import LONG_SILENT, Retention, RetentionRule
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused

NOW = START + timedelta(days=100)
TEN_DAYS = RetentionRule(10)
NOTHING_KEPT = RetentionRule(10, keeps_sums=False)


@pytest.fixture
def retention(writer: Writer) -> Retention:
    return Retention(writer._database)  # noqa: SLF001 - the fixture's own


def finished(batch_id: str, at: datetime, *, messages: int = 1) -> list[ReportRequest]:
    return [
        arriving(a_report(f"m{n}", batch_id=batch_id, code=code, final=code == 201), at=at)
        for n in range(messages)
        for code in (102, 201)
    ]


def unfinished(batch_id: str, at: datetime) -> list[ReportRequest]:
    return [arriving(a_report("m1", batch_id=batch_id, code=111), at=at)]


def key_of(reader: Reader, batch_id: str) -> int:
    batch = reader.batch(batch_id)
    assert batch is not None
    return batch.key


async def test_a_finished_batch_goes_once_its_newest_report_is_old_enough(
    writer: Writer, reader: Reader, retention: Retention
) -> None:
    long_ago, limit = NOW - timedelta(days=30), NOW - timedelta(days=10)
    second = timedelta(seconds=1)
    await append_all(
        writer,
        [
            *finished("old", limit - second, messages=3),
            *finished("older", long_ago),
            *finished("young", limit),
            *finished("revived", long_ago),
        ],
    )
    await append_all(writer, finished("revived", limit + second, messages=2))

    due = retention.due(TEN_DAYS, NOW)

    assert list(due.batches) == [key_of(reader, "old"), key_of(reader, "older")]
    assert (due.messages, due.reports, due.oldest) == (4, 8, long_ago)


async def test_a_batch_that_is_not_finished_goes_only_after_a_long_silence(
    writer: Writer, reader: Reader, retention: Retention
) -> None:
    second = timedelta(seconds=1)
    await append_all(
        writer,
        [
            *unfinished("waiting", NOW - LONG_SILENT + second),
            *unfinished("given up", NOW - LONG_SILENT - second),
        ],
    )

    assert list(retention.due(TEN_DAYS, NOW).batches) == [key_of(reader, "given up")]
    assert retention.due(RetentionRule(31), NOW).is_empty


async def test_refused_bodies_are_forgotten_as_well(
    writer: Writer, reader: Reader, retention: Retention
) -> None:
    await append_all(writer, [refused(b"old"), refused(b"new", at=NOW)])
    old, _new = reader.stream_quarantine()

    due = retention.due(TEN_DAYS, NOW)

    assert list(due.refused) == [old.key]
    assert not due.is_empty


async def test_kept_sums_are_not_due_until_nothing_is_to_be_kept(
    writer: Writer, reader: Reader, retention: Retention
) -> None:
    await append_all(writer, finished("old", START))
    key = key_of(reader, "old")
    writer.edit(PurgeBatch(key, NOW)).result(60)

    assert retention.due(TEN_DAYS, NOW).is_empty

    due = retention.due(NOTHING_KEPT, NOW)
    assert list(due.batches) == [key]
    assert (due.messages, due.reports) == (0, 0)


async def test_of_a_batch_forgotten_in_part_the_rest_is_counted(
    writer: Writer, reader: Reader, retention: Retention
) -> None:
    await append_all(writer, finished("old", START, messages=3))
    writer.edit(PurgeBatch(key_of(reader, "old"), NOW)).result(60)
    late = arriving(a_report("m9", batch_id="old", code=201, final=True), at=START)
    await append_all(writer, [late])

    due = retention.due(TEN_DAYS, NOW)

    assert (due.messages, due.reports) == (1, 1)


def test_an_empty_store_has_nothing_to_forget(retention: Retention) -> None:
    due = retention.due(TEN_DAYS, NOW)

    assert due.is_empty
    assert due.oldest is None
