"""Write one table: choose its columns and rows, and pass them to a format and a place."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, TypeVar

from kvitto.core.outages import TimeRange
from kvitto.export.atomic_file import destination, roomiest_folder
from kvitto.export.export_columns import (
    MESSAGE_COLUMNS,
    QUARANTINE_COLUMNS,
    REPORT_COLUMNS,
    Column,
    batch_columns,
)
from kvitto.export.export_errors import NoBatchInQuarantineError, TerminalError, UnknownBatchError
from kvitto.export.kinds import Format, What
from kvitto.export.table_writer import TableWriter, Value
from kvitto.export.text_files import CsvFile, JsonLinesFile
from kvitto.export.xlsx_file import XlsxFile
from kvitto.store.exposure_queries import read_exposure
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Counts, Reader
from kvitto.store.records import BatchRecord

T = TypeVar("T")


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


class Progress:
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

    def step(self) -> None:
        """Count one row."""
        self.done += 1
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
    with (
        destination(out, reader.folder) as stream,
        # The database is let go before a stream, which may be slow, is written to.
        _table(reader, What(what), batch_id, chosen, with_demo=with_demo) as table,
        closing(_writer(table, chosen, stream, out)) as writer,
    ):
        progress = Progress(table.total, on_progress)
        for row in table.rows:
            writer.write(row)
            progress.step()
        writer.finish()
    return progress.done


def _opened(target: Path | BinaryIO | str) -> Path | BinaryIO:
    if not isinstance(target, str):
        return target
    return sys.stdout.buffer if target == STDOUT else Path(target)


class _Table:
    """The rows that are asked for, and what there is to know of them."""

    def __init__(
        self, what: What, columns: Sequence[Column[T]], records: Iterable[T], total: int
    ) -> None:
        self.title = what.value
        self.columns: Sequence[Column[Any]] = columns
        self.rows: Iterator[list[Value]] = (
            [column.value(record) for column in columns] for record in records
        )
        self.total = total


@contextmanager
def _table(
    reader: Reader, what: What, batch_id: str | None, form: Format, *, with_demo: bool
) -> Iterator[_Table]:
    batch = _batch(reader, what, batch_id)
    key = None if batch is None else batch.key
    with_demo = with_demo or batch is not None

    def counts() -> Counts:
        return reader.counts(with_demo=with_demo)

    def fitting(columns: Sequence[Column[T]]) -> Sequence[Column[T]]:
        if form is Format.JSONL:
            return columns
        return [column for column in columns if column.is_for_spreadsheets]

    match what:
        case What.MESSAGES:
            total = counts().messages if batch is None else batch.messages
            with closing(reader.stream_messages(key, with_demo=with_demo)) as messages:
                yield _Table(what, fitting(MESSAGE_COLUMNS), messages, total)
        case What.REPORTS:
            total = counts().reports if batch is None else batch.reports
            with closing(reader.stream_reports(key, with_demo=with_demo)) as reports:
                yield _Table(what, fitting(REPORT_COLUMNS), reports, total)
        case What.BATCHES if batch is not None:
            columns = batch_columns(sorted(batch.costs), _exposed(reader))
            yield _Table(what, fitting(columns), [batch], 1)
        case What.BATCHES:
            total = counts().batches
            exposed = _exposed(reader)
            with reader.streaming_batches(with_demo=with_demo) as (currencies, batches):
                yield _Table(what, fitting(batch_columns(currencies, exposed)), batches, total)
        case What.QUARANTINE:
            total = counts().refused
            with closing(reader.stream_quarantine(with_demo=with_demo)) as refused:
                yield _Table(what, fitting(QUARANTINE_COLUMNS), refused, total)


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


def _writer(table: _Table, form: Format, stream: BinaryIO, out: Path | BinaryIO) -> TableWriter:
    match form:
        case Format.CSV:
            return CsvFile(stream, [column.name for column in table.columns])
        case Format.JSONL:
            return JsonLinesFile(stream, [column.name for column in table.columns])
        case Format.XLSX:
            return XlsxFile(stream, table.columns, table.title, roomiest_folder(out))
