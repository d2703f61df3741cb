"""Write one table: choose its columns and rows, and pass them to a format and a place."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TypeAlias, TypeVar

from kvitto.core.outages import TimeRange
from kvitto.export.atomic_file import destination
from kvitto.export.export_columns import (
    MESSAGE_COLUMNS,
    QUARANTINE_COLUMNS,
    REPORT_COLUMNS,
    ExportColumn,
    batch_columns,
)
from kvitto.export.export_errors import NoBatchInQuarantineError, TerminalError, UnknownBatchError
from kvitto.export.kinds import Format, What
from kvitto.export.row_choice import RowChoice
from kvitto.export.table_writer import TableWriter, Value
from kvitto.export.text_files import CsvFile, JsonLinesFile
from kvitto.export.xlsx_file import XlsxFile
from kvitto.store.exposure_queries import read_exposure
from kvitto.store.outage_queries import OutageReader
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Counts, Reader
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import ShownScope
from kvitto.store.server_errors import RejectionsHiddenError

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
    with (
        destination(out, reader.folder) as stream,
        # The database is let go before a stream, which may be slow, is written to.
        reader.database.shared_snapshot(),
        _table(reader, RowChoice(What(what), batch_id, with_demo, shown), chosen) as table,
        closing(_writer(table, chosen, stream)) as writer,
    ):
        progress = RowProgress(table.total, on_progress)
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
        self, what: What, columns: Sequence[ExportColumn[T]], records: Iterable[T], total: int
    ) -> None:
        self.title = what.value
        self.columns: Sequence[ExportColumn[Any]] = columns
        self.rows: Iterator[list[Value]] = (
            [column.value(record) for column in columns] for record in records
        )
        self.total = total


@contextmanager
def _table(reader: Reader, rows: RowChoice, form: Format) -> Iterator[_Table]:
    def fitting(columns: Sequence[ExportColumn[T]]) -> Sequence[ExportColumn[T]]:
        if form is Format.JSONL:
            return columns
        return [column for column in columns if column.is_for_spreadsheets]

    with found_records(reader, rows) as found:
        columns: Sequence[ExportColumn[Any]]
        match rows.what:
            case What.MESSAGES:
                columns = MESSAGE_COLUMNS
            case What.REPORTS:
                columns = REPORT_COLUMNS
            case What.BATCHES:
                columns = batch_columns(found.currencies, _exposed(reader))
            case What.QUARANTINE:
                columns = QUARANTINE_COLUMNS
        yield _Table(rows.what, fitting(columns), found.records, found.total)


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
    what, with_demo, shown = rows.what, rows.with_demo, rows.shown
    batch = _batch(reader, what, rows.batch_id)
    key = None if batch is None else batch.key
    if batch is not None:
        with_demo, shown = True, None

    def total(of_batch: int | None, counted: Callable[[Counts], int], *, reports: bool) -> int:
        if of_batch is not None:
            return of_batch
        if shown is not None:
            return reader.count_shown(shown, reports=reports)
        return counted(reader.counts(with_demo=with_demo))

    match what:
        case What.MESSAGES:
            count = total(
                None if batch is None else batch.messages, lambda one: one.messages, reports=False
            )
            stream = reader.stream_messages(key, with_demo=with_demo, shown=shown)
            with closing(stream) as messages:
                yield Found(messages, count)
        case What.REPORTS:
            count = total(
                None if batch is None else batch.reports, lambda one: one.reports, reports=True
            )
            with closing(reader.stream_reports(key, with_demo=with_demo, shown=shown)) as reports:
                yield Found(reports, count)
        case What.BATCHES if batch is not None:
            yield Found([batch], 1, sorted(batch.costs))
        case What.BATCHES:
            with reader.streaming_batches(with_demo=with_demo, shown=shown) as found:
                yield Found(found[1], reader.counts(with_demo=with_demo).batches, found[0])
        case What.QUARANTINE:
            _refuse_hidden(reader)
            count = reader.counts(with_demo=with_demo).refused
            with closing(reader.stream_quarantine(with_demo=with_demo)) as refused:
                yield Found(refused, count)


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


def _writer(table: _Table, form: Format, stream: BinaryIO) -> TableWriter:
    match form:
        case Format.CSV:
            return CsvFile(stream, [column.name for column in table.columns])
        case Format.JSONL:
            return JsonLinesFile(stream, [column.name for column in table.columns])
        case Format.XLSX:
            return XlsxFile(stream, table.columns, table.title)
