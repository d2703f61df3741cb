"""Whole exports of a real store, read back the way that others read them."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from kvitto.core.report import DeliveryReport, Origin
from kvitto.export.kinds import What
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.export.editing import label_batch
from tests.export.reading import HOSTILE, csv_rows, export_to, jsonl_rows, xlsx_rows, xlsx_sheets
from tests.store.arrivals import START, a_report, append_all, arriving

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
        "result": "delivered",
        "is_finished": True,
        "segments": 3,
        "price": Decimal("0.1"),
        "cost": Decimal("0.1"),
        "paid_back": None,
        "currency": "EUR",
        "price_per_segment": Decimal("0.033333333"),
        "reference": "Höstrea",
        "created_at": "2026-03-01T10:00:01Z",
        "is_created_at_arrival": False,
        "first_created_at": "2026-03-01T10:00:00Z",
        "arrived_at": "2026-03-01T10:00:02.500000Z",
        "report_count": 2,
        "batch_origin": "webhook",
    }
    assert b'"price":0.1,' in (folder / "out.jsonl").read_bytes()


async def test_what_a_message_does_not_have_is_empty(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    bare = DeliveryReport(message_id="m", batch_id="b", code=511)
    await writer.append(ReportRequest(bare, b"{}", LATER))

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
    assert row["created_at"] == row["arrived_at"] == "2026-03-01T10:00:02.500000Z"
    assert row["is_created_at_arrival"] is True


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
    await writer.append(ReportRequest(timeless, b"{}", LATER, origin=Origin.DEMO))

    first, second = jsonl_rows(export_to(reader, What.REPORTS, folder / "out.jsonl"))
    cells = csv_rows(export_to(reader, What.REPORTS, folder / "out.csv"))

    assert first == {
        "batch_id": "batch-a",
        "message_id": "message-1",
        "recipient": "46701234567",
        "code": 102,
        "status": "Queued",
        "group": "info",
        "result": "pending",
        "is_final": False,
        "created_at": "2026-03-01T10:00:00Z",
        "is_created_at_arrival": False,
        "arrived_at": "2026-03-01T10:00:02.500000Z",
        "delay_seconds": Decimal("2.5"),
        "segments": 2,
        "price": Decimal("0.082"),
        "currency": "EUR",
        "reference": "Höstrea",
        "marks": None,
        "origin": "webhook",
        "repeat_count": 1,
        "body": '{"messageId":"message-1","å":"📱"}\ufffd',
        "body_bytes": len(body),
    }
    assert (second["status"], second["group"], second["result"]) == (None, "success", "unknown")
    assert (second["created_at"], second["is_created_at_arrival"]) == (second["arrived_at"], True)
    assert second["delay_seconds"] is None
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
