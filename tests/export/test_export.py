"""Whole exports of a real store, read back the way that others read them."""

import io
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from typing_extensions import override

from app.core.refusal import RefusalKind
from app.core.report import DeliveryReport, Origin
from app.export.errors import (
    ExportError,
    NoBatchInQuarantineError,
    NoRoomError,
    TerminalError,
    UnknownBatchError,
)
from app.export.export import EXPORT_FORMATS, EXPORT_KINDS, Format, What, export, format_of
from app.store.arrivals import RefusedArrival, ReportArrival
from app.store.edits import BatchChange, ChangeBatch
from app.store.reader import Reader
from app.store.writer import Writer
from tests.export.full_disk import FullDisk
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
        "cost_EUR": Decimal("0.082"),
        "cost_SEK": 1,
        "first_seen": "2026-03-01T10:00:00Z",
        "last_seen": "2026-03-01T10:00:00Z",
        "reports": 3,
        "origin": "webhook",
        "done": False,
        "notes": None,
        "forgotten": None,
    }
    assert second["cost_EUR"] is None
    assert second["first_seen"] == "2026-03-01T10:00:02.500000Z"
    assert cells[0]["label"] == "'=1+1"
    assert cells[0]["cost_without_currency"] == "0.000000001"


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


# --- Where it goes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("out.csv", Format.CSV),
        ("out.XLSX", Format.XLSX),
        ("out.jsonl", Format.JSONL),
        ("out.ndjson", Format.JSONL),
        ("out.txt", Format.CSV),
        ("out", Format.CSV),
    ],
)
def test_the_files_ending_asks_for_a_format(name: str, form: Format) -> None:
    assert format_of(Path(name)) is form


async def test_words_from_a_command_line_are_enough(
    writer: Writer, reader: Reader, folder: Path
) -> None:
    await writer.append(arriving(a_report()))

    for what in EXPORT_KINDS:
        for form in EXPORT_FORMATS:
            path = folder / f"{what}-{form}"
            rows = export(reader, what=what, batch_id=None, form=form, target=str(path))
            assert rows == (0 if what == "quarantine" else 1)
            assert path.stat().st_size > 0 or (what, form) == ("quarantine", "jsonl")


async def test_a_dash_is_the_standard_output(
    writer: Writer, reader: Reader, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    await writer.append(arriving(a_report()))

    assert export(reader, "batches", None, None, "-") == 1

    assert capsysbinary.readouterr().out.startswith(b"\xef\xbb\xbfbatch_id,label,")
    assert not sys.stdout.closed


async def test_a_workbook_can_go_to_a_pipe(writer: Writer, reader: Reader) -> None:
    await writer.append(arriving(a_report()))
    stream = io.BytesIO()

    assert export(reader, What.MESSAGES, None, Format.XLSX, stream) == 1

    assert stream.getvalue().startswith(b"PK")


class _Terminal(io.BytesIO):
    @override
    def isatty(self) -> bool:
        return True


def test_a_workbook_does_not_go_to_a_terminal(reader: Reader) -> None:
    terminal = _Terminal()

    with pytest.raises(TerminalError, match="terminal"):
        export(reader, What.MESSAGES, None, Format.XLSX, terminal)

    assert not terminal.getvalue()


# --- What can go wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("what", [What.MESSAGES, What.REPORTS, What.BATCHES])
def test_an_unknown_batch_is_named_and_no_file_is_touched(
    reader: Reader, folder: Path, what: What
) -> None:
    path = folder / "out.csv"
    path.write_bytes(b"old")

    with pytest.raises(UnknownBatchError, match="a batch nope") as caught:
        export_to(reader, what, path, batch_id="nope")

    assert isinstance(caught.value, ExportError)
    assert path.read_bytes() == b"old"


def test_refused_bodies_have_no_batch(reader: Reader, folder: Path) -> None:
    with pytest.raises(NoBatchInQuarantineError):
        export_to(reader, What.QUARANTINE, folder / "out.csv", batch_id="a")


@pytest.mark.parametrize("form", Format)
async def test_a_full_disk_is_told_in_words(writer: Writer, reader: Reader, form: Format) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(20)])

    with pytest.raises(NoRoomError) as caught:
        export(reader, What.MESSAGES, None, form, FullDisk(room=500))

    assert caught.value.detail


class _StoppedError(Exception):
    pass


@pytest.mark.parametrize("form", Format)
async def test_whoever_hears_of_the_progress_can_stop_it(
    writer: Writer, reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(20)])
    monkeypatch.setattr("app.export.progress._INTERVAL_S", 0.0)
    path = folder / "out"
    path.write_bytes(b"old")
    told: list[tuple[int, int]] = []

    def stop_at_5(done: int, total: int) -> None:
        told.append((done, total))
        if done == 5:
            raise _StoppedError

    with pytest.raises(_StoppedError):
        export(reader, What.MESSAGES, None, form, path, stop_at_5)

    assert told == [(done, 20) for done in range(1, 6)]
    assert path.read_bytes() == b"old"
    assert names_in(folder) == ["out"]


async def test_an_export_is_of_one_state_while_reports_arrive(
    writer: Writer, reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append_all(writer, [arriving(a_report(f"m{number}")) for number in range(20)])
    monkeypatch.setattr("app.export.progress._INTERVAL_S", 0.0)
    [batch] = reader.batches()

    def relabel(done: int, _total: int) -> None:
        edit_batch(writer, batch.key, label=f"after {done}")

    export(reader, What.MESSAGES, None, None, folder / "out.csv", relabel)

    assert {row["batch_label"] for row in csv_rows(folder / "out.csv")} == {""}
    assert [one.label for one in reader.batches()] == ["after 20"]


# --- Memory -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", Format)
async def test_memory_does_not_grow_with_the_rows(
    writer: Writer, reader: Reader, folder: Path, form: Format
) -> None:
    await _fill(writer, "small", 1_200)
    await _fill(writer, "large", 3_200)

    def export_batch(batch_id: str) -> int:
        return export(reader, What.MESSAGES, batch_id, form, folder / "out")

    export_batch("small")
    small = _peak_bytes(lambda: export_batch("small"))
    large = _peak_bytes(lambda: export_batch("large"))

    assert large < small + 150_000


async def _fill(writer: Writer, batch_id: str, messages: int) -> None:
    for first in range(0, messages, 1_000):
        await append_all(
            writer,
            [
                arriving(a_report(f"{batch_id}-{number}", batch_id=batch_id))
                for number in range(first, min(first + 1_000, messages))
            ],
        )


def _peak_bytes(work: Callable[[], int]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --- Helpers ------------------------------------------------------------------------------------


def names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def label_batch(writer: Writer, reader: Reader, batch_id: str, label: str) -> None:
    batch = reader.batch(batch_id)
    assert batch is not None
    edit_batch(writer, batch.key, label=label, expected=4)


def edit_batch(writer: Writer, key: int, *, label: str, expected: int | None = None) -> None:
    change = BatchChange(label=label, expected=expected)
    writer.edit(ChangeBatch(key, change)).result(timeout=10)
