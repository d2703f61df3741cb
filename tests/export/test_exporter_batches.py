"""Batches and refused requests in files."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import DeliveryReport, Origin
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS, What
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from kvitto.store.writer import Writer
from tests.export.editing import label_batch
from tests.export.reading import csv_rows, export_to, jsonl_rows, xlsx_rows
from tests.store.arrivals import START, a_report, append_all, arriving, refused

LATER = START + timedelta(seconds=2, microseconds=500_000)


# --- Batches ------------------------------------------------------------------------------------


async def test_batches_have_a_cost_for_each_currency_and_none_in_all(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report("m1", batch_id="a", code=201)))
    await writer.append(arriving(a_report("m2", batch_id="a", currency="SEK", price_nano=10**9)))
    await writer.append(arriving(a_report("m3", batch_id="a", currency=None, price_nano=1)))
    await writer.append(arriving(a_report("m1", batch_id="b", price_nano=None), at=LATER))
    label_batch(writer, reader, "a", "=1+1")

    first, second = jsonl_rows(export_to(reader, What.BATCHES, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.BATCHES, folder / "out.csv"))

    assert first == {
        "batch_id": "a",
        "label": "=1+1",
        "expected_count": 4,
        "message_count": 3,
        "finished_count": 1,
        "delivered_count": 1,
        "pending_count": 2,
        "expired_count": 0,
        "cancelled_count": 0,
        "rejected_count": 0,
        "failed_count": 0,
        "unknown_count": 0,
        "segment_count": 6,
        "cost_without_currency": Decimal("0.000000001"),
        "paid_back_without_currency": 0,
        "cost_EUR": Decimal("0.082"),
        "paid_back_EUR": 0,
        "cost_SEK": 1,
        "paid_back_SEK": 0,
        "first_seen_at": "2026-03-01T10:00:00Z",
        "last_seen_at": "2026-03-01T10:00:00Z",
        "report_count": 3,
        "reports_with_unread_fields_count": 0,
        "origin": "webhook",
        "is_archived": False,
        "notes": None,
        "purged_at": None,
        "reports_may_be_lost": None,
    }
    assert second["cost_EUR"] is None
    assert second["first_seen_at"] == "2026-03-01T10:00:02.500000Z"
    assert cells[0]["label"] == "'=1+1"
    assert cells[0]["cost_without_currency"] == "0.000000001"


async def test_what_was_paid_back_and_what_could_not_be_read_have_columns_of_their_own(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    spoiled = msgspec.structs.replace(
        a_report("m1", batch_id="a", code=511, final=True), left_out=("recipient", "created")
    )
    await writer.append(ReportRequest(spoiled, b"{}", LATER, marks=("url",)))
    await writer.append(arriving(a_report("m1", batch_id="a", code=104, second=1)))
    await writer.append(arriving(a_report("m2", batch_id="a", code=511)))
    await writer.append(arriving(a_report("m3", batch_id="a", code=112, final=True)))

    [batch] = jsonl_rows(export_to(reader, What.BATCHES, folder / "out.jsonl"))
    messages = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))
    reports = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))

    assert (batch["cost_EUR"], batch["paid_back_EUR"]) == (Decimal("0.164"), Decimal("0.082"))
    assert (batch["pending_count"], batch["failed_count"], batch["unknown_count"]) == (1, 1, 1)
    assert batch["reports_with_unread_fields_count"] == 1
    assert [(one["result"], one["cost"], one["paid_back"]) for one in messages] == [
        ("failed", 0, Decimal("0.082")),
        ("pending", Decimal("0.082"), None),
        ("unknown", Decimal("0.082"), None),
    ]
    assert [one["result"] for one in reports] == ["failed", "pending", "pending", "unknown"]
    assert reports[0]["marks"] == "recipient created url"


async def test_a_time_that_can_not_be_right_is_that_of_the_arrival(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    unset = DeliveryReport("m", "b", 102, created=datetime(1, 1, 1, tzinfo=UTC))
    await writer.append(ReportRequest(unset, b"{}", LATER))

    [report] = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))
    [message] = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))

    for row in (report, message):
        assert (row["created_at"], row["is_created_at_arrival"]) == (row["arrived_at"], True)
    assert (report["marks"], report["delay_seconds"]) == ("created", None)


async def test_a_batch_about_which_reports_may_be_lost_tells_when_they_were_sent(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    for edit in (
        RecordHeartbeat(START - timedelta(hours=1), START, is_stopped=True),
        RecordHeartbeat(START + timedelta(hours=8), START + timedelta(hours=9), is_stopped=True),
    ):
        writer.edit(edit).result(60)
    await writer.append(arriving(a_report("m1", batch_id="a")))
    late = START + timedelta(hours=9)
    after = msgspec.structs.replace(a_report("m1", batch_id="b", code=101), created=late)
    await writer.append(arriving(after, at=late))

    for batch_id in (None, "a"):
        rows = jsonl_rows(export_to(reader, What.BATCHES, folder / "out.jsonl", batch_id=batch_id))
        lost = str(rows[0]["reports_may_be_lost"])
        # Nothing receives since: that may have cost some, too.
        assert lost.startswith("2026-03-01T10:00:00Z/2026-03-01T16:32:00Z 2026-03-01T19:00:00Z/")
    rows = jsonl_rows(export_to(reader, What.BATCHES, folder / "out.jsonl", batch_id="b"))
    assert str(rows[0]["reports_may_be_lost"]).startswith("2026-03-01T19:00:00Z/")


async def test_a_batch_alone_has_the_columns_of_its_own_currencies(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report(batch_id="a", currency="SEK")))
    await writer.append(arriving(a_report(batch_id="b", currency="EUR")))

    [row] = csv_rows(export_to(reader, What.BATCHES, folder / "out.csv", batch_id="a"))

    assert [name for name in row if name.startswith("cost_")] == ["cost_SEK"]


async def test_batches_come_in_pages_and_none_is_left_out(
    writer: Writer, reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.reader._ROWS_AT_ONCE", 3)
    await append_all(
        writer, [arriving(a_report(batch_id=f"batch-{number}")) for number in range(10)]
    )

    rows = csv_rows(export_to(reader, What.BATCHES, folder / "out.csv"))

    assert [row["batch_id"] for row in rows] == [f"batch-{number}" for number in range(10)]


# --- Quarantine ---------------------------------------------------------------------------------


async def test_the_quarantine_shows_bodies_and_headers(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(refused(b"=cmd|'/C calc'!A0 \xff\0"))
    await writer.append(refused(b"=cmd|'/C calc'!A0 \xff\0", at=LATER))
    cut = RejectedRequest(
        RejectionKind.TOO_LARGE,
        RejectionReason(ReasonCode.DECOMPRESSED_TOO_LARGE),
        b"x" * 40_000,
        2**62,
        (),
        LATER,
    )
    await writer.append(cut)

    first, second = jsonl_rows(export_to(reader, What.QUARANTINE, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.QUARANTINE, folder / "out.csv"))
    values = xlsx_rows(export_to(reader, What.QUARANTINE, folder / "out.xlsx"))

    assert first == {
        "first_seen_at": "2026-03-01T10:00:00Z",
        "last_seen_at": "2026-03-01T10:00:02.500000Z",
        "request_count": 2,
        "kind": "not_json",
        "reason": "The body is not JSON.",
        "size_bytes": 20,
        "body": "=cmd|'/C calc'!A0 \ufffd\0",
        "headers": "Content-Type: text/plain\nX-Name: Åsa",
    }
    assert (second["size_bytes"], len(second["body"])) == (2**62, 40_000)
    assert cells[0]["body"] == "'=cmd|'/C calc'!A0 \ufffd␀"
    assert len(cells[1]["body"]) == len(values[1]["body"]) == 32_767
    assert values[1]["size_bytes"] == str(2**62)


@pytest.mark.parametrize("what", EXPORT_KINDS)
async def test_demos_are_exported_on_purpose_only(
    writer: Writer, reader: Reader, database: Database, what: str
) -> None:
    demo = CallbackKeyStore(database).make(START, Origin.DEMO)
    real = ReportRequest(a_report("real", batch_id="real"), b"{}", START)
    played = msgspec.structs.replace(
        real,
        report=a_report("demo", batch_id="demo", currency="XTS"),
        callback_key=demo.key,
        origin=Origin.DEMO,
    )
    rejections = (
        refused(b"real"),
        msgspec.structs.replace(refused(b"demo"), callback_key=demo.key),
    )
    await append_all(writer, [real, played, *rejections])

    def written(batch_id: str | None = None, *, with_demo: bool = False) -> str:
        out = BytesIO()
        export(reader, what, batch_id, "jsonl", out, with_demo=with_demo)
        return out.getvalue().decode()

    assert len(written().splitlines()) == 1
    assert '"demo"' not in written()
    assert "XTS" not in written()
    assert len(written(with_demo=True).splitlines()) == 2
    if what != "quarantine":
        assert len(written("demo").splitlines()) == 1, "it is named"
