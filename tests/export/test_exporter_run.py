"""An export as a whole: where it goes, what can go wrong, and what it takes."""

import io
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typing_extensions import override

from kvitto.export.export_errors import (
    ExportError,
    NoBatchInQuarantineError,
    NoRoomError,
    TerminalError,
    UnknownBatchError,
)
from kvitto.export.exporter import export, format_of
from kvitto.export.kinds import EXPORT_FORMATS, EXPORT_KINDS, Format, What
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.export.editing import edit_batch
from tests.export.full_disk import FullDisk
from tests.export.reading import csv_rows, export_to
from tests.store.arrivals import a_report, append_all, arriving

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
    monkeypatch.setattr("kvitto.export.exporter._INTERVAL_S", 0.0)
    monkeypatch.setattr("kvitto.store.report_order.ROWS_IN_BLOCK", 1)
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
    monkeypatch.setattr("kvitto.export.exporter._INTERVAL_S", 0.0)
    monkeypatch.setattr("kvitto.store.report_order.ROWS_IN_BLOCK", 1)
    [batch] = reader.batches()

    def relabel(done: int, _total: int) -> None:
        edit_batch(writer, batch.key, label=f"after {done}")

    export(reader, What.MESSAGES, None, None, folder / "out.csv", relabel)

    assert {row["batch_label"] for row in csv_rows(folder / "out.csv")} == {""}
    assert [one.label for one in reader.batches()] == ["after 20"]


# --- Memory -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.no_cover
async def test_memory_does_not_grow_with_the_rows(
    writer: Writer, reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of which two may be in memory at once.
    monkeypatch.setattr("kvitto.store.reader._ROWS_AT_ONCE", 200)
    await _fill(writer, "small", 420)
    await _fill(writer, "large", 1_000)

    for form in Format:

        def export_batch(batch_id: str, form: Format = form) -> int:
            return export(reader, What.MESSAGES, batch_id, form, folder / "out")

        export_batch("small")
        small = _peak_bytes(partial(export_batch, "small"))
        large = _peak_bytes(partial(export_batch, "large"))

        assert large < small + 150_000, form


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


def names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]
