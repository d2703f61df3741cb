"""Deletions that are cut off: nothing shows it, nothing counts twice, and the rest follows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select
from typing_extensions import override

from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import ContinueDeletions, DeleteBatches, PartMade, PurgePart
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord
from kvitto.store.schema import message, pending_deletion, purged_message, report
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

LATER = START + timedelta(days=100)
MESSAGES = 5


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", 1)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", 0)
    monkeypatch.setattr("kvitto.store.deletions._PURGED_AT_ONCE", 1)


@pytest.fixture
async def batch(writer: Writer, reader: Reader) -> BatchRecord:
    await append_all(
        writer,
        [arriving(a_report(f"m{n}", code=code)) for n in range(MESSAGES) for code in (101, 102)]
        + [arriving(a_report("m1", code=101)), arriving(a_report("other", batch_id="b"))],
    )
    found = reader.batch("batch-a")
    assert found is not None
    return found


@pytest.fixture
def _nothing_follows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the program be cut off after the first transaction of a deletion."""
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_continue_deletions", lambda _self: None)
        yield


def left(database: Database) -> tuple[int, ...]:
    """Return how many messages, reports, remembered messages and intentions there are."""
    with database.reading.connect() as connection:
        return tuple(
            connection.scalars(select(func.count()).select_from(table)).one()
            for table in (message, report, purged_message, pending_deletion)
        )


@pytest.mark.usefixtures("_nothing_follows")
def test_a_deletion_that_was_cut_off_shows_nothing_of_the_batch(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    known = reader.revision()
    writer.edit(DeleteBatches((batch.key,))).result(60)

    assert left(database) == (MESSAGES + 1, 2 * MESSAGES + 1, 0, 1)
    assert reader.batch("batch-a") is None
    assert list(reader.changes_since(known).removed) == [batch.key]
    assert (reader.counts().messages, reader.counts().reports) == (1, 1)
    assert [one.message_id for one in reader.stream_messages()] == ["other"]
    assert len(list(reader.stream_reports())) == 1
    assert set(MessageSearch(database).batches(MessageFilter(text="m1"))) == set()
    assert check(database).differences == []


@pytest.mark.usefixtures("_nothing_follows")
async def test_a_report_that_is_retried_in_the_middle_counts_once(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    writer.edit(DeleteBatches((batch.key,))).result(60)
    again = arriving(a_report("m1", code=101))

    assert await append_all(writer, [again]) == [WriteResult.STORED]
    assert await append_all(writer, [again]) == [WriteResult.DUPLICATE]

    made_anew = reader.batch("batch-a")
    assert made_anew is not None
    assert (made_anew.messages, made_anew.reports) == (1, 1)
    while not writer.edit(OnePart()).result(60) or left(database)[3]:
        assert check(database).differences == []
    assert reader.batch("batch-a") == made_anew
    assert left(database) == (2, 2, 0, 0)
    assert check(database).differences == []


class OnePart(ContinueDeletions):
    """A part of the deletions, and no more."""

    @override
    def apply(self, connection: Connection, revision: int) -> bool:
        super().apply(connection, revision)
        return True


async def test_the_rest_follows_at_the_next_start(
    database: Database, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Writer(database)
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_continue_deletions", lambda _self: None)
        first.start()
        await append_all(first, [arriving(a_report(f"m{n}")) for n in range(MESSAGES)])
        first.edit(DeleteBatches((1,))).result(60)
        first.close()
    assert left(database)[3] == 1

    second = Writer(database)
    second.start()
    while left(database)[3]:
        second.flush(10)
    second.close()

    assert left(database) == (0, 0, 0, 0)
    assert check(database).differences == []
    assert reader.batches() == []


async def test_of_many_batches_all_go_though_only_one_goes_at_once(
    writer: Writer, reader: Reader, database: Database
) -> None:
    await append_all(writer, [arriving(a_report("m", batch_id=f"b{n}")) for n in range(9)])

    writer.edit(DeleteBatches(tuple(one.key for one in reader.batches()[1:]))).result(60)
    while left(database)[3]:
        assert check(database).differences == []
        writer.flush(10)

    assert [one.batch_id for one in reader.batches()] == ["b0"]
    assert left(database) == (1, 1, 0, 0)


@pytest.mark.parametrize("keeps_sums", [True, False])
async def test_a_purge_that_was_cut_off_goes_on_at_the_next_start(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord, *, keeps_sums: bool
) -> None:
    for _ in range(2):
        part = PurgePart(batch.key, LATER, LATER, keeps_sums)
        writer.edit(part).result(10)
        assert part.made == PartMade(1, is_last=False)
    writer.close()
    assert check(database).differences == []
    assert left(database)[0] == MESSAGES - 2 + 1

    second = Writer(database)
    second.start()
    while left(database)[3]:
        assert check(database).differences == []
        second.flush(10)
    second.close()

    kept = reader.batch("batch-a")
    assert left(database) == (1, 1, MESSAGES if keeps_sums else 0, 0)
    assert (kept is not None) == keeps_sums
    assert kept is None or (kept.statuses, kept.costs) == (batch.statuses, batch.costs)
    assert check(database).differences == []


async def test_a_purge_that_was_cut_off_leaves_alone_what_was_heard_of_again(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    for _ in range(2):
        writer.edit(PurgePart(batch.key, LATER, LATER, keeps_sums=False)).result(10)
    await append_all(writer, [arriving(a_report("m4", code=201), at=LATER)])
    writer.close()

    second = Writer(database)
    second.start()
    while left(database)[3]:
        second.flush(10)
    second.close()

    assert left(database)[0] == MESSAGES - 2 + 1
    assert check(database).differences == []


async def test_a_purge_goes_on_by_the_rule_of_today(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    writer.edit(PurgePart(batch.key, LATER, LATER, keeps_sums=True)).result(10)

    purge(writer.edit, batch.key, LATER, keeps_sums=False)

    assert reader.batch("batch-a") is None
    assert left(database) == (1, 1, 0, 0)


@pytest.mark.usefixtures("_nothing_follows")
async def test_what_the_user_deletes_is_not_purged(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    writer.edit(DeleteBatches((batch.key,))).result(10)
    part = PurgePart(batch.key, LATER, LATER, keeps_sums=True)

    writer.edit(part).result(10)

    assert part.made == PartMade(is_overtaken=True)
    assert left(database)[3] == 1, "the rest follows as it would have"
