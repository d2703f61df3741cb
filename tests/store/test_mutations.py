"""What the user changes: in its turn, with a revision, and gone for good where it is deleted."""

from datetime import UTC, datetime

import pytest

from kvitto.core.report import Origin
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import StoreClosedError
from kvitto.store.mutations import (
    BatchChange,
    ChangeBatch,
    DeleteRejections,
    Edit,
)
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving, refused

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def batch(writer: Writer, reader: Reader) -> BatchRecord:
    await append_all(
        writer,
        [arriving(a_report(f"m{n}", code=code)) for n in range(5) for code in (101, 102)]
        + [arriving(a_report("m1", code=101)), arriving(a_report("other", batch_id="b"))],
    )
    found = reader.batch("batch-a")
    assert found is not None
    return found


def edited(writer: Writer, edit: Edit) -> int:
    return writer.edit(edit).result(60)


def test_a_change_leaves_alone_what_it_does_not_name(
    writer: Writer, reader: Reader, batch: BatchRecord
) -> None:
    edited(writer, ChangeBatch(batch.key, BatchChange(label="Höstrea", expected_count=6)))
    revision = edited(
        writer, ChangeBatch(batch.key, BatchChange(expected_count=None, is_archived=True))
    )

    [changed] = reader.changes_since(revision - 1).batches
    assert (changed.label, changed.expected_count, changed.is_archived, changed.notes) == (
        "Höstrea",
        None,
        True,
        None,
    )
    assert changed.costs == batch.costs


@pytest.mark.parametrize("part", [1, 2, 100])
@pytest.mark.parametrize("part_s", [0, 60])
def test_a_deleted_batch_is_gone_with_all_of_it(
    writer: Writer,
    reader: Reader,
    database: Database,
    batch: BatchRecord,
    part: int,
    part_s: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kvitto.store.deletion_pace.MOST", part)
    monkeypatch.setattr("kvitto.store.deletions._PART_S", part_s)
    known = reader.revision()

    edited(writer, DeleteBatches((batch.key,)))

    changes = reader.changes_since(known)
    assert list(changes.removed) == [batch.key]
    assert reader.batch("batch-a") is None
    assert reader.counts().messages == 1
    result = check(database)
    assert result.differences == []


async def test_a_report_for_a_deleted_batch_makes_it_anew(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    edited(writer, DeleteBatches((batch.key,)))

    assert await writer.append(arriving(a_report("m1", code=101))) is WriteResult.STORED

    again = reader.batch("batch-a")
    assert again is not None
    assert again.key != batch.key
    assert again.messages == 1
    assert check(database).differences == []


def test_a_forgotten_batch_keeps_its_sums(
    writer: Writer, reader: Reader, database: Database, batch: BatchRecord
) -> None:
    purge(writer.edit, batch.key, NOW)

    kept = reader.batch("batch-a")
    assert kept is not None
    assert kept.purged == NOW
    assert (kept.statuses, kept.costs) == (batch.statuses, batch.costs)
    assert reader.messages(batch.key) == []
    assert check(database).differences == []


async def test_deleting_what_was_refused_makes_room(
    writer: Writer, reader: Reader, database: Database
) -> None:
    await append_all(writer, [refused(b"a" * 100), refused(b"b")])
    first, second = reader.stream_quarantine()

    edited(writer, DeleteRejections((first.key,)))

    assert list(reader.stream_quarantine()) == [second]
    with database.reading.connect() as connection:
        size = connection.exec_driver_sql("SELECT quarantine_bytes FROM store_state").scalar_one()
    assert size < 100


def test_an_edit_of_a_closed_store_is_refused(writer: Writer, batch: BatchRecord) -> None:
    writer.close()

    with pytest.raises(StoreClosedError):
        writer.edit(DeleteBatches((batch.key,)))


async def test_a_batch_of_the_demo_is_known_as_one_until_a_real_report_comes(
    writer: Writer, reader: Reader
) -> None:
    demo = a_report("m1", batch_id="demo")
    await writer.append(ReportRequest(demo, b"", START, origin=Origin.DEMO))
    batch = reader.batch("demo")
    assert batch is not None
    assert batch.origin is Origin.DEMO

    await writer.append(arriving(a_report("m2", batch_id="demo")))
    await writer.append(
        ReportRequest(a_report("m3", batch_id="demo"), b"", START, origin=Origin.DEMO)
    )

    batch = reader.batch("demo")
    assert batch is not None
    assert batch.origin is Origin.WEBHOOK
