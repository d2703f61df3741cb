"""Write a table for people: as a workbook in their language, or as numbers alone."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from kvitto.core.aggregates import results_of
from kvitto.core.money import nano_of
from kvitto.core.report import Origin
from kvitto.export.atomic_file import destination
from kvitto.export.export_columns import ExportColumn
from kvitto.export.exporter import Found, OnProgress, RowProgress, found_records
from kvitto.export.kinds import What
from kvitto.export.people_columns import (
    ENGLISH,
    PeopleWords,
    batch_columns,
    dialled,
    message_columns,
    report_columns,
    title_of,
)
from kvitto.export.people_workbook import PeopleXlsxFile, SummarySheet, Sums
from kvitto.export.row_choice import RowChoice
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord, MessageRecord, ReportRecord
from kvitto.store.wrong_values import explained_by_wrong_values

T = TypeVar("T")


def export_for_people(
    reader: Reader,
    rows: RowChoice,
    file: Path,
    on_progress: OnProgress | None = None,
    *,
    now: datetime,
    about: str = "",
    words: PeopleWords = ENGLISH,
) -> int:
    """Write a table as a workbook for people, all of one state of the store; return its rows.

    Args:
        reader: where the rows are read.
        rows: which; of messages, reports or batches.
        file: is replaced in one step once the workbook is whole.
        on_progress: is told how far it is.
        now: the time, UTC.
        about: what the rows are, a sentence for the sheet that sums up.
        words: the words of the workbook.

    Raises:
        ExportError: it can't be done; of the kind that says why.
        StoreError: the database can't be read.
    """
    sums = Sums()
    with (
        explained_by_wrong_values(reader.database),
        destination(file, reader.folder) as stream,
        reader.database.shared_snapshot(),
        found_records(reader, rows) as found,
    ):
        columns = _columns(reader, rows.what, found, words)
        title = title_of(rows.what, words)
        summary = SummarySheet(words, sums, about, now)
        with closing(PeopleXlsxFile(stream, columns, title, summary)) as writer:
            progress = RowProgress(found.total, on_progress)
            for record in _counted(found.records, sums):
                writer.write([column.value(record) for column in columns])
                progress.step()
            writer.finish()
    return progress.done


def export_numbers(
    reader: Reader, rows: RowChoice, file: Path, on_progress: OnProgress | None = None
) -> int:
    """Write the numbers of messages, each once and one a line, as they are dialled.

    Returns how many. Nothing else is in the file, so that a program that sends can read it;
    what is no number is left out.

    Args:
        reader: where the rows are read.
        rows: which messages.
        file: is replaced in one step once it is whole.
        on_progress: is told how far it is.

    Raises:
        ExportError: it can't be done; of the kind that says why.
        StoreError: the database can't be read.
    """
    written: set[int] = set()
    with (
        explained_by_wrong_values(reader.database),
        destination(file, reader.folder) as stream,
        reader.database.shared_snapshot(),
        found_records(reader, rows) as found,
    ):
        progress = RowProgress(found.total, on_progress)
        for record in found.records:
            progress.step()
            number = record.state.recipient and dialled(record.state.recipient.value)
            if number and number.startswith("+") and int(number) not in written:
                written.add(int(number))
                stream.write(f"{number}\n".encode())
    return len(written)


def _columns(
    reader: Reader, what: What, found: Found, words: PeopleWords
) -> "list[ExportColumn[Any]]":
    match what:
        case What.MESSAGES:
            return list(message_columns(words, _names(reader, words.batch_name)))
        case What.REPORTS:
            return list(report_columns(words))
        case What.BATCHES:
            return list(batch_columns(words, found.currencies))
        case What.QUARANTINE:
            raise ValueError(what)


def _names(reader: Reader, name: Callable[[BatchRecord], str]) -> Callable[[int], str | None]:
    """Return what tells what a batch is known by, by its key."""
    batches = {one.key: one for one in reader.batches()}
    named: dict[int, str] = {}

    def name_of(key: int) -> str | None:
        if key not in named and key in batches:
            named[key] = name(batches[key])
        return named.get(key)

    return name_of


def _counted(records: Iterable[T], sums: Sums) -> Iterator[T]:
    """Yield records, and count what they say together."""
    for record in records:
        match record:
            case MessageRecord():
                sums.results[record.state.result] += 1
                cost = record.state.cost
                if cost is not None:
                    sums.costs[cost.currency] += nano_of(cost.amount)
                sums.demo_rows += record.batch_origin is Origin.DEMO
            case BatchRecord():
                sums.results.update(results_of(record.statuses))
                sums.costs.update({one: cost.nano for one, cost in record.costs.items()})
                sums.demo_rows += record.origin is Origin.DEMO
            case ReportRecord():
                sums.demo_rows += record.origin is Origin.DEMO
            case _:
                pass
        yield record
