"""Whole exports of a real store, read back the way that others read them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from app.core.refusal import RefusalKind
from app.core.report import DeliveryReport, Origin
from app.export.export import EXPORT_KINDS, What, export
from app.store.arrivals import RefusedArrival, ReportArrival
from app.store.database import Database
from app.store.edits import MarkOpen
from app.store.reader import Reader
from app.store.secrets import SecretStore
from app.store.writer import Writer
from tests.export.editing import label_batch
from tests.export.reading import HOSTILE, csv_rows, export_to, jsonl_rows, xlsx_rows, xlsx_sheets
from tests.store.arrivals import START, a_report, append_all, arriving, refused

LATER = START + timedelta(seconds=2, microseconds=500_000)


# --- Messages -----------------------------------------------------------------------------------


async def test_messages_show_their_current_states(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report(), at=START + timedelta(seconds=1)))
    await writer.append(
        arriving(a_report(code=201, final=True, second=1, segments=3, price_nano=10**8), at=LATER)
    )
    label_batch(writer, reader, "batch-a", "Vårkampanj")

    [row] = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))

    assert row == {
        "batch_id": "batch-a",
        "batch_label": "Vårkampanj",
        "message_id": "message-1",
        "recipient": "46701234567",
        "code": 201,
        "status": "DeliveredToHandset",
        "outcome": "delivered",
        "settled": True,
        "segments": 3,
        "price": Decimal("0.1"),
        "cost": Decimal("0.1"),
        "paid_back": None,
        "currency": "EUR",
        "price_per_segment": Decimal("0.033333333"),
        "reference": "Höstrea",
        "created": "2026-03-01T10:00:01Z",
        "created_is_arrival": False,
        "first_created": "2026-03-01T10:00:00Z",
        "arrived": "2026-03-01T10:00:02.500000Z",
        "reports": 2,
    }
    assert b'"price":0.1,' in (folder / "out.jsonl").read_bytes()


async def test_what_a_message_does_not_have_is_empty(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    bare = DeliveryReport(message_id="m", batch_id="b", code=511)
    await writer.append(ReportArrival(bare, b"{}", LATER))

    [row] = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))
    [cells] = csv_rows(export_to(reader, What.MESSAGES, folder / "out.csv"))
    [values] = xlsx_rows(export_to(reader, What.MESSAGES, folder / "out.xlsx"))

    absent = [
        "batch_label",
        "recipient",
        "status",
        "segments",
        "price",
        "cost",
        "paid_back",
        "currency",
        "price_per_segment",
        "reference",
    ]
    assert [name for name, value in row.items() if value is None] == absent
    assert [name for name, value in cells.items() if value == ""] == absent
    assert [name for name, value in values.items() if value is None] == absent
    assert row["created"] == row["arrived"] == "2026-03-01T10:00:02.500000Z"
    assert row["created_is_arrival"] is True


async def test_a_price_without_a_currency_or_segments_is_shown_as_it_is(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report(currency=None, segments=0)))

    [row] = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))

    assert (row["price"], row["currency"], row["price_per_segment"]) == (
        Decimal("0.082"),
        None,
        None,
    )


async def test_phone_numbers_and_ids_stay_text_and_amounts_stay_numbers(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report("5e61384887", batch_id="0123")))

    [cells] = csv_rows(export_to(reader, What.MESSAGES, folder / "out.csv"))
    [values] = xlsx_rows(export_to(reader, What.MESSAGES, folder / "out.xlsx"))

    assert [cells[name] for name in ("batch_id", "message_id", "recipient")] == [
        "'0123",
        "'5e61384887",
        "'46701234567",
    ]
    assert [cells[name] for name in ("code", "segments", "price")] == ["102", "2", "0.082"]
    assert [values[name] for name in ("batch_id", "message_id", "recipient")] == [
        "0123",
        "5e61384887",
        "46701234567",
    ]
    assert [values[name] for name in ("code", "segments", "price", "price_per_segment")] == [
        102,
        2,
        0.082,
        0.041,
    ]


async def test_hostile_texts_survive_in_json_and_harm_no_spreadsheet(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await append_all(
        writer,
        [arriving(a_report(text, batch_id=text, reference=text)) for text in HOSTILE],
    )

    rows = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.MESSAGES, folder / "out.csv"))
    [sheet] = xlsx_sheets(export_to(reader, What.MESSAGES, folder / "out.xlsx"))

    assert {row["message_id"] for row in rows} == set(HOSTILE)
    assert all(row["message_id"] == row["batch_id"] == row["reference"] for row in rows)
    assert len(cells) == sheet.max_row - 1 == len(HOSTILE)
    assert not any(
        value.startswith(("=", "+", "-", "@", "\t", "\r"))
        for row in cells
        for value in row.values()
    )
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}


# --- Reports ------------------------------------------------------------------------------------


async def test_reports_are_all_there_duplicates_once(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    body = '{"messageId":"message-1","å":"📱"}'.encode() + b"\xff"
    await writer.append(arriving(a_report(), at=LATER, body=body))
    await writer.append(arriving(a_report(), at=LATER))
    timeless = msgspec.structs.replace(a_report(code=299, final=True), created=None)
    await writer.append(ReportArrival(timeless, b"{}", LATER, origin=Origin.DEMO))

    first, second = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.REPORTS, folder / "out.csv"))

    assert first == {
        "batch_id": "batch-a",
        "message_id": "message-1",
        "recipient": "46701234567",
        "code": 102,
        "status": "Queued",
        "group": "info",
        "outcome": "pending",
        "final": False,
        "created": "2026-03-01T10:00:00Z",
        "created_is_arrival": False,
        "arrived": "2026-03-01T10:00:02.500000Z",
        "lag_seconds": Decimal("2.5"),
        "segments": 2,
        "price": Decimal("0.082"),
        "currency": "EUR",
        "reference": "Höstrea",
        "marks": None,
        "origin": "webhook",
        "repeats": 1,
        "body": '{"messageId":"message-1","å":"📱"}\ufffd',
    }
    assert (second["status"], second["group"], second["outcome"]) == (None, "success", "unknown")
    assert (second["created"], second["created_is_arrival"]) == (second["arrived"], True)
    assert second["lag_seconds"] is None
    assert second["origin"] == "demo"
    assert list(cells[0]) == [name for name in first if name != "body"]


async def test_one_batch_alone(writer: Writer, reader: Reader, folder: Path) -> None:
    for batch_id in ("a", "b"):
        await writer.append(arriving(a_report("m1", batch_id=batch_id)))
        await writer.append(arriving(a_report("m1", batch_id=batch_id, code=201)))
        await writer.append(arriving(a_report("m2", batch_id=batch_id, currency="SEK")))

    def rows(what: What) -> list[dict[str, object]]:
        return jsonl_rows(export_to(reader, what, folder / "out.jsonl", batch_id="b"))

    assert [(row["batch_id"], row["message_id"]) for row in rows(What.MESSAGES)] == [
        ("b", "m1"),
        ("b", "m2"),
    ]
    assert [row["message_id"] for row in rows(What.REPORTS)] == ["m1", "m1", "m2"]
    assert [row["batch_id"] for row in rows(What.BATCHES)] == ["b"]


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
        "expected": 4,
        "messages": 3,
        "settled": 1,
        "delivered": 1,
        "pending": 2,
        "expired": 0,
        "cancelled": 0,
        "rejected": 0,
        "failed": 0,
        "unknown": 0,
        "segments": 6,
        "cost_without_currency": Decimal("0.000000001"),
        "paid_back_without_currency": 0,
        "cost_EUR": Decimal("0.082"),
        "paid_back_EUR": 0,
        "cost_SEK": 1,
        "paid_back_SEK": 0,
        "first_seen": "2026-03-01T10:00:00Z",
        "last_seen": "2026-03-01T10:00:00Z",
        "reports": 3,
        "reports_with_unread_fields": 0,
        "origin": "webhook",
        "done": False,
        "notes": None,
        "forgotten": None,
        "reports_may_be_lost": None,
    }
    assert second["cost_EUR"] is None
    assert second["first_seen"] == "2026-03-01T10:00:02.500000Z"
    assert cells[0]["label"] == "'=1+1"
    assert cells[0]["cost_without_currency"] == "0.000000001"


async def test_what_was_paid_back_and_what_could_not_be_read_have_columns_of_their_own(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    spoiled = msgspec.structs.replace(
        a_report("m1", batch_id="a", code=511, final=True), left_out=("recipient", "created")
    )
    await writer.append(ReportArrival(spoiled, b"{}", LATER, marks=("url",)))
    await writer.append(arriving(a_report("m1", batch_id="a", code=104, second=1)))
    await writer.append(arriving(a_report("m2", batch_id="a", code=511)))
    await writer.append(arriving(a_report("m3", batch_id="a", code=112, final=True)))

    [batch] = jsonl_rows(export_to(reader, What.BATCHES, folder / "out.jsonl"))
    messages = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))
    reports = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))

    assert (batch["cost_EUR"], batch["paid_back_EUR"]) == (Decimal("0.164"), Decimal("0.082"))
    assert (batch["pending"], batch["failed"], batch["unknown"]) == (1, 1, 1)
    assert batch["reports_with_unread_fields"] == 1
    assert [(one["outcome"], one["cost"], one["paid_back"]) for one in messages] == [
        ("failed", 0, Decimal("0.082")),
        ("pending", Decimal("0.082"), None),
        ("unknown", Decimal("0.082"), None),
    ]
    assert [one["outcome"] for one in reports] == ["failed", "pending", "pending", "unknown"]
    assert reports[0]["marks"] == "recipient created url"


async def test_a_time_that_can_not_be_right_is_that_of_the_arrival(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    unset = DeliveryReport("m", "b", 102, created=datetime(1, 1, 1, tzinfo=UTC))
    await writer.append(ReportArrival(unset, b"{}", LATER))

    [report] = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))
    [message] = jsonl_rows(export_to(reader, What.MESSAGES, folder / "out.jsonl"))

    for row in (report, message):
        assert (row["created"], row["created_is_arrival"]) == (row["arrived"], True)
    assert (report["marks"], report["lag_seconds"]) == ("created", None)


async def test_a_batch_about_which_reports_may_be_lost_tells_when_they_were_sent(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    for edit in (
        MarkOpen(START - timedelta(hours=1), START, is_closed=True),
        MarkOpen(START + timedelta(hours=8), START + timedelta(hours=9), is_closed=True),
    ):
        writer.edit(edit).result(10)
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
    monkeypatch.setattr("app.store.reader._ROWS_AT_ONCE", 3)
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
    cut = RefusedArrival(RefusalKind.TOO_LARGE, "It is too large.", b"x" * 40_000, 2**62, (), LATER)
    await writer.append(cut)

    first, second = jsonl_rows(export_to(reader, What.QUARANTINE, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.QUARANTINE, folder / "out.csv"))
    values = xlsx_rows(export_to(reader, What.QUARANTINE, folder / "out.xlsx"))

    assert first == {
        "first_seen": "2026-03-01T10:00:00Z",
        "last_seen": "2026-03-01T10:00:02.500000Z",
        "times": 2,
        "kind": "not_json",
        "reason": "The body is not JSON.",
        "size": 20,
        "body": "=cmd|'/C calc'!A0 \ufffd\0",
        "headers": "Content-Type: text/plain\nX-Name: Åsa",
    }
    assert (second["size"], len(second["body"])) == (2**62, 40_000)
    assert cells[0]["body"] == "'=cmd|'/C calc'!A0 \ufffd␀"
    assert len(cells[1]["body"]) == len(values[1]["body"]) == 32_767
    assert values[1]["size"] == str(2**62)


@pytest.mark.parametrize("what", EXPORT_KINDS)
async def test_demos_are_exported_on_purpose_only(
    writer: Writer, reader: Reader, database: Database, what: str
) -> None:
    demo = SecretStore(database).make(START, Origin.DEMO)
    real = ReportArrival(a_report("real", batch_id="real"), b"{}", START)
    played = msgspec.structs.replace(
        real,
        report=a_report("demo", batch_id="demo", currency="XTS"),
        secret=demo.key,
        origin=Origin.DEMO,
    )
    refusals = (refused(b"real"), msgspec.structs.replace(refused(b"demo"), secret=demo.key))
    await append_all(writer, [real, played, *refusals])

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
