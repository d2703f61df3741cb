"""What the API says enters the store without ever overruling a report, in any order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.export.exporter import export
from kvitto.store.asked_edits import (
    AddAsked,
    AskedDifference,
    AskedMessage,
    FinishAsking,
)
from kvitto.store.asked_reader import AskedReader, AskedRecord
from kvitto.store.batch_statistics import Statistics
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.asked import ASKED_AT, asking


async def asked(writer: Writer, *told: DeliveryReport) -> None:
    await append_all(writer, [arriving(a_report(code=102, price_nano=None))])
    writer.edit(asking(*told)).result(30)


async def test_what_was_never_reported_is_there(writer: Writer, reader: Reader) -> None:
    await asked(writer, a_report("lost", code=201, final=True, second=9))
    (batch,) = reader.batches()
    record = reader.message("batch-a", "lost")
    assert record is not None
    assert (record.state.code, record.state.reports) == (201, 0)
    assert record.state.rank.sequence < 0
    assert (batch.messages, batch.finished, batch.reports) == (2, 1, 1)
    (status,) = reader.reports(record.key)
    assert (status.origin, status.received.arrived) == (Origin.API, ASKED_AT)
    assert [one.origin for one in reader.stream_reports()] == [Origin.WEBHOOK, Origin.API]
    assert check(reader.database).differences == []


async def test_arrivals_are_those_of_reports_alone(writer: Writer, reader: Reader) -> None:
    await append_all(writer, [arriving(a_report(code=102))])
    before = reader.batches()[0]
    writer.edit(asking(a_report(code=201, final=True, second=9))).result(30)
    after = reader.batches()[0]
    assert (after.first_seen, after.last_seen, after.reports) == (
        before.first_seen,
        before.last_seen,
        before.reports,
    )
    assert after.finished == 1
    assert reader.counts().reports == 1


async def test_what_was_asked_never_arrived_and_is_not_late(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9))
    for table in ("messages", "reports"):
        export(reader, table, None, None, str(tmp_path / f"{table}.jsonl"))
    (message,) = rows_of(tmp_path / "messages.jsonl")
    assert (message["code"], message["arrived_at"]) == (201, None)
    came, told = rows_of(tmp_path / "reports.jsonl")
    assert came["arrived_at"] is not None
    assert (told["origin"], told["arrived_at"], told["delay_seconds"]) == ("api", None, None)


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]


async def test_what_never_reported_makes_no_batch_look_quick(
    writer: Writer, database: Database
) -> None:
    for code, second in ((102, 0), (201, 60)):
        report = a_report(code=code, final=code == 201, second=second)
        await append_all(writer, [arriving(report)])
    lost = [a_report(f"lost{n}", code=201, final=True, second=9) for n in range(5)]
    writer.edit(asking(*lost)).result(30)
    now_us = to_microseconds(ASKED_AT + timedelta(seconds=1))
    told = Statistics(database).batch(1, now_us=now_us)
    assert (told.median_s, told.slow_s) == (60.0, 60.0)
    assert sum(told.finishes) == 0


async def test_a_late_report_takes_the_place_of_what_was_asked(
    writer: Writer, reader: Reader
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9, price_nano=1))
    late = a_report(code=201, final=True, second=8, price_nano=2)
    await append_all(writer, [arriving(late)])
    record = reader.message("batch-a", "message-1")
    assert record is not None
    assert record.state.price is not None
    assert record.state.price.nano == 2
    assert [one.origin for one in reader.reports(record.key)] == [Origin.WEBHOOK] * 2
    assert check(reader.database).differences == []


async def test_two_late_reports_in_one_group_are_folded_in_order(
    writer: Writer, reader: Reader
) -> None:
    told = [a_report(code=112, second=5), a_report(code=201, final=True, second=9)]
    await asked(writer, *told)
    await append_all(writer, [arriving(one) for one in told])
    record = reader.message("batch-a", "message-1")
    assert record is not None
    assert (record.state.code, record.state.reports) == (201, 3)
    assert check(reader.database).differences == []


async def test_what_differs_is_kept_beside_until_a_whole_pass_finds_it_no_more(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [arriving(a_report(code=102))])
    different = AskedMessage("message-1", (), (AskedDifference("price", 5, "EUR"),))
    writer.edit(AddAsked("batch-a", ASKED_AT, (different,))).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=ASKED_AT)).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    later = ASKED_AT + timedelta(minutes=1)
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=later, incomplete="busy")).result(30)
    assert differing(database) == [("message-1", "price", 5, "EUR")]
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=later)).result(30)
    assert differing(database) == []


async def test_no_answer_takes_nothing_away(writer: Writer, database: Database) -> None:
    """Neither what was said of a batch, nor that it was confirmed, nor an alarm."""
    reader = AskedReader(database)
    await append_all(writer, [arriving(a_report(code=201, final=True))])
    confirmed_at = max(reader.batches()[0].last_seen, ASKED_AT) + timedelta(minutes=1)
    told = FinishAsking(batch_id="batch-a", asked_at=confirmed_at, messages=7, sender="Kliniken")
    busy = FinishAsking(
        batch_id="batch-a",
        asked_at=confirmed_at + timedelta(minutes=1),
        incomplete="busy",
        is_answered=False,
    )

    def after(*edits: FinishAsking) -> AskedRecord:
        for edit in edits:
            writer.edit(edit).result(30)
        record = reader.of_batch(1)
        assert record is not None
        return record

    record = after(told, busy)
    assert (record.incomplete, record.asked_at) == (None, confirmed_at)
    unfinished = msgspec.structs.replace(told, incomplete="budget", unknown_there=2)
    unreadable = msgspec.structs.replace(busy, incomplete="unreadable", is_answered=True)
    for edit in (busy, unreadable):
        record = after(unfinished, edit)
        assert (record.incomplete, record.asked_at) == (edit.incomplete, edit.asked_at)
        assert (record.there, record.sender, record.unknown_there) == (7, "Kliniken", 2)
    assert after(told).unknown_there == 0


def differing(database: Database) -> list[tuple[Any, ...]]:
    query = "SELECT external_id, kind, price_nano, currency FROM asked_difference"
    with database.reading.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("how", ["purged", "deleted", "archived", "demo", "never there"])
async def test_some_batches_are_left_alone(writer: Writer, reader: Reader, how: str) -> None:
    origin = Origin.DEMO if how == "demo" else Origin.WEBHOOK
    if how != "never there":
        await writer.append(ReportRequest(a_report(code=102), b"{}", START, origin=origin))
    for batch in reader.batches():
        if how == "purged":
            purge(writer.edit, batch.key, START)
        elif how == "deleted":
            writer.edit(DeleteBatches((batch.key,))).result(30)
        elif how == "archived":
            writer.edit(ChangeBatch(batch.key, BatchChange(is_archived=True))).result(30)
    before = list(reader.stream_messages())
    writer.edit(asking(a_report("lost", code=201, final=True))).result(30)
    writer.edit(FinishAsking(batch_id="batch-a", asked_at=ASKED_AT)).result(30)
    assert list(reader.stream_messages()) == before
    assert check(reader.database).differences == []


@pytest.mark.parametrize("how", ["purged", "deleted"])
async def test_what_was_asked_goes_with_its_batch(
    writer: Writer, database: Database, reader: Reader, how: str
) -> None:
    await asked(writer, a_report(code=201, final=True), a_report("lost", code=201, final=True))
    (batch,) = reader.batches()
    if how == "purged":
        purge(writer.edit, batch.key, START)
    else:
        writer.edit(DeleteBatches((batch.key,))).result(30)
    writer.edit(ChangeBatch(batch.key, BatchChange())).result(30)  # behind what is left to delete
    writer.flush()
    assert check(database).differences == []
    with database.reading.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM asked_status").scalar()
    assert left == 0


async def test_a_late_report_of_a_purged_message_is_not_counted_twice(
    writer: Writer, reader: Reader
) -> None:
    await asked(writer, a_report(code=201, final=True, second=9))
    (batch,) = reader.batches()
    purge(writer.edit, batch.key, START)
    await append_all(writer, [arriving(a_report(code=201, final=True, second=9))])
    (batch,) = reader.batches()
    assert batch.messages == 1
