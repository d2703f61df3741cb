"""Write one table: choose its columns and rows, and pass them to a format and a place."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TypeAlias

from kvitto.core.outages import TimeRange
from kvitto.export.atomic_file import destination
from kvitto.export.block_columns import (
    MESSAGE_COLUMNS,
    REPORT_COLUMNS,
    BlockColumn,
    BlockWriter,
)
from kvitto.export.export_columns import (
    QUARANTINE_COLUMNS,
    ExportColumn,
    Heading,
    batch_columns,
)
from kvitto.export.export_errors import NoBatchInQuarantineError, TerminalError, UnknownBatchError
from kvitto.export.kinds import Format, What
from kvitto.export.row_choice import RowChoice
from kvitto.export.text_files import CsvFile, JsonLinesFile
from kvitto.export.xlsx_file import XlsxFile
from kvitto.store.exposure_queries import read_exposure
from kvitto.store.outage_queries import OutageReader
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import ShownScope
from kvitto.store.server_errors import RejectionsHiddenError
from kvitto.store.table_blocks import message_blocks, report_blocks
from kvitto.store.wrong_values import explained_by_wrong_values

STDOUT: Final = "-"
"""The target that stands for the standard output."""

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENDINGS: Final = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".xlsx": Format.XLSX,
}
OnProgress: TypeAlias = Callable[[int, int], None]
"""Is told the rows that are done, and how many there are in all, as far as was known at the start.
It is called where the export runs. What it raises ends the export, which leaves nothing behind."""

_INTERVAL_S: Final = 0.25


class RowProgress:
    """Counts rows, and tells of them four times a second at most.

    Attributes:
        done: the rows that are written.
    """

    def __init__(
        self,
        total: int,
        on_progress: OnProgress | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at nothing of `total`."""
        self.done = 0
        self._total = total
        self._on_progress = on_progress
        self._clock = clock
        self._told = clock()

    def step(self, rows: int = 1) -> None:
        """Count rows."""
        self.done += rows
        if self._on_progress is None:
            return
        now = self._clock()
        if now - self._told >= _INTERVAL_S:
            self._told = now
            # More may have come since they were counted.
            self._on_progress(self.done, max(self.done, self._total))


def format_of(path: Path) -> Format:
    """Return the format that a file's ending asks for: CSV unless it is that of another one."""
    return _ENDINGS.get(path.suffix.lower(), Format.CSV)


def export(
    reader: Reader,
    what: What | str,
    batch_id: str | None,
    form: Format | str | None,
    target: Path | BinaryIO | str,
    on_progress: OnProgress | None = None,
    *,
    with_demo: bool = False,
    shown: ShownScope | None = None,
) -> int:
    """Write a table, all of one state of the store, in memory that does not grow with it.

    Runs in any thread, for minutes at a million rows, and does not hold up the writer.

    Args:
        reader: where the rows are read.
        what: which rows, or one of `EXPORT_KINDS`.
        batch_id: the SMS service's id of the only batch to write; None for all.
        form: the format, or one of `EXPORT_FORMATS`; None for the one that the file's ending asks
            for.
        target: a file or its name, which is replaced in one step once the export is whole; or a
            binary stream, which is left open, or `-` for the standard output.
        on_progress: is told how far it is, see `OnProgress`.
        with_demo: whether what demo campaigns and test reports made is among all; the only batch is
            written in any case.
        shown: write only what is shown; None for all. It says itself whether demos are in.

    Returns:
        How many rows were written; to a stream that nobody reads to its end, too.

    Raises:
        ExportError: it can't be done; of the kind that says why.
        StoreError: the database can't be read.
    """
    out = _opened(target)
    if form is None:
        form = format_of(out) if isinstance(out, Path) else Format.CSV
    chosen = Format(form)
    if chosen is Format.XLSX and not isinstance(out, Path) and out.isatty():
        raise TerminalError
    choice = RowChoice(What(what), batch_id, with_demo, shown)
    with (
        explained_by_wrong_values(reader.database),
        destination(out, reader.folder) as stream,
        # The database is let go before a stream, which may be slow, is written to.
        reader.database.shared_snapshot(),
    ):
        if choice.what in {What.MESSAGES, What.REPORTS}:
            return _export_blocks(reader, choice, chosen, stream, on_progress)
        return _export_records(reader, choice, chosen, stream, on_progress)


def _export_blocks(
    reader: Reader,
    choice: RowChoice,
    form: Format,
    stream: BinaryIO,
    on_progress: OnProgress | None,
) -> int:
    """Write one of the large tables; return how many rows."""
    what = choice.what
    columns: Sequence[BlockColumn] = MESSAGE_COLUMNS if what is What.MESSAGES else REPORT_COLUMNS
    if form is not Format.JSONL:
        columns = [column for column in columns if column.is_for_spreadsheets]
    key, count, choice = _scope(reader, choice)
    read = message_blocks if what is What.MESSAGES else report_blocks
    given = read(reader.database, key, with_demo=choice.with_demo, shown=choice.shown)
    with closing(given) as blocks, closing(_writer(columns, what, form, stream)) as writer:
        makers = [column.maker(writer.forms) for column in columns]
        progress = RowProgress(count, on_progress)
        for block in blocks:
            writer.write_block([make(block) for make in makers])
            progress.step(len(block["batch_id"]))
        writer.finish()
    return progress.done


def _export_records(
    reader: Reader,
    choice: RowChoice,
    form: Format,
    stream: BinaryIO,
    on_progress: OnProgress | None,
) -> int:
    """Write one of the small tables; return how many rows."""
    with found_records(reader, choice) as found:
        columns: Sequence[ExportColumn[Any]] = QUARANTINE_COLUMNS
        if choice.what is What.BATCHES:
            columns = batch_columns(found.currencies, _exposed(reader))
        with closing(_writer(columns, choice.what, form, stream)) as writer:
            progress = RowProgress(found.total, on_progress)
            for record in found.records:
                writer.write([column.value(record) for column in columns])
                progress.step()
            writer.finish()
    return progress.done


def _opened(target: Path | BinaryIO | str) -> Path | BinaryIO:
    if not isinstance(target, str):
        return target
    return sys.stdout.buffer if target == STDOUT else Path(target)


class Found(NamedTuple):
    """The records that are asked for.

    Attributes:
        records: the records, which can be read once.
        total: how many there are.
        currencies: of batches, those of their costs, sorted.
    """

    records: Iterable[Any]
    total: int
    currencies: Sequence[str] = ()


@contextmanager
def found_records(reader: Reader, rows: RowChoice) -> Iterator[Found]:
    """Give the records that are asked for.

    Raises:
        ExportError: there is no such batch.
        StoreError: the database can't be read.
    """
    what = rows.what
    match what:
        case What.MESSAGES:
            key, count, (_, _, with_demo, shown) = _scope(reader, rows)
            stream = reader.stream_messages(key, with_demo=with_demo, shown=shown)
            with closing(stream) as messages:
                yield Found(messages, count)
        case What.REPORTS:
            key, count, (_, _, with_demo, shown) = _scope(reader, rows)
            with closing(reader.stream_reports(key, with_demo=with_demo, shown=shown)) as reports:
                yield Found(reports, count)
        case What.BATCHES if (batch := _batch(reader, what, rows.batch_id)) is not None:
            yield Found([batch], 1, sorted(batch.costs))
        case What.BATCHES:
            with_demo, shown = rows.with_demo, rows.shown
            with reader.streaming_batches(with_demo=with_demo, shown=shown) as found:
                yield Found(found[1], reader.counts(with_demo=with_demo).batches, found[0])
        case What.QUARANTINE:
            _batch(reader, what, rows.batch_id)
            _refuse_hidden(reader)
            with_demo = rows.with_demo
            count = reader.counts(with_demo=with_demo).refused
            with closing(reader.stream_quarantine(with_demo=with_demo)) as refused:
                yield Found(refused, count)


def _scope(reader: Reader, rows: RowChoice) -> tuple[int | None, int, RowChoice]:
    """Return of which batch messages or reports are asked for, how many, and which of them.

    Raises:
        ExportError: there is no such batch.
        StoreError: the database can't be read.
    """
    is_of_reports = rows.what is What.REPORTS
    batch = _batch(reader, rows.what, rows.batch_id)
    if batch is not None:
        count = batch.reports if is_of_reports else batch.messages
        return batch.key, count, rows._replace(with_demo=True, shown=None)
    if rows.shown is not None:
        return None, reader.count_shown(rows.shown, reports=is_of_reports), rows
    counts = reader.counts(with_demo=rows.with_demo)
    return None, counts.reports if is_of_reports else counts.messages, rows


def _refuse_hidden(reader: Reader) -> None:
    """Refuse to write that nothing was refused, where that is not known."""
    if QuarantineReader(reader.database).rejections().is_hidden:
        raise RejectionsHiddenError


def _exposed(reader: Reader) -> dict[int, Sequence[TimeRange]]:
    """Return of which times reports about each batch may be lost, by its key."""
    outage_queries, now = OutageReader(reader.database), datetime.now(UTC)
    outages = outage_queries.outages(_EVER, now=now, is_running=False)
    return read_exposure(outage_queries, outages, reader.batches(), now)


def _batch(reader: Reader, what: What, batch_id: str | None) -> BatchRecord | None:
    if batch_id is None:
        return None
    if what is What.QUARANTINE:
        raise NoBatchInQuarantineError
    batch = reader.batch(batch_id)
    if batch is None:
        raise UnknownBatchError(batch_id)
    return batch


def _writer(columns: Sequence[Heading], what: What, form: Format, stream: BinaryIO) -> BlockWriter:
    match form:
        case Format.CSV:
            return CsvFile(stream, [column.name for column in columns])
        case Format.JSONL:
            return JsonLinesFile(stream, [column.name for column in columns])
        case Format.XLSX:
            return XlsxFile(stream, columns, what.value)
