"""Save what can be read of a damaged store, and fold it into a new one.

Tables are read in the order of their keys. Where a part can't be read, the next key that can be is
sought. Reports are folded anew, so that all states and sums of the new store agree with the reports
that were saved.
"""

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import msgspec

from kvitto.core.ip1_parser import parse
from kvitto.core.marks import split
from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.paths import database_file, is_data_folder
from kvitto.store.backup import finish_copy, part_beside
from kvitto.store.backup_contents import StoreContents
from kvitto.store.database import open_database
from kvitto.store.engines import uri_of
from kvitto.store.errors import NotABackupError
from kvitto.store.file_guard import companions
from kvitto.store.ingest import IngestGroup
from kvitto.store.migrations.runner import refuse_unreleased
from kvitto.store.prepared_statements import writing
from kvitto.store.record_rows import report_from_row
from kvitto.store.write_requests import ReportRequest

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
_HEADER: Final = 100
"""Bytes at the beginning of a database that say how to read the rest."""
_COPIED: Final = (
    "callback_key",
    "receiver_run",
    "outage",
    "quarantine",
    "unauthorized_minute",
)
"""What is taken over as it is."""
_SUMS: Final = ("batch_status", "batch_cost", "batch_cost_minute", "batch_report_minute")
_MOST_REPEATS: Final = 100
"""As many repetitions of a report are counted again, at most."""


class Salvaged(msgspec.Struct):
    """What came of it.

    Attributes:
        contents: what the new store has.
        lost: how many reports could not be read, as far as is known.
        is_exact: whether more than that can't be lost.
        batches_lost: the batches of which anything is known to be lost, by their ids.
    """

    contents: StoreContents
    lost: int
    is_exact: bool
    batches_lost: list[str]


def salvage(
    damaged: Path,
    target: Path,
    *,
    replaces: bool = False,
    on_progress: Callable[[int], None] = lambda _saved: None,
) -> Salvaged:
    """Make a new store of all that can be read of a damaged one, which is not changed.

    Args:
        damaged: its database; a log beside it is read, too.
        target: the file for the new one.
        replaces: whether an older file of that name may be replaced.
        on_progress: is told how many reports are saved.

    Raises:
        StoreError: nothing of it can be read, or the new one can't be written.
    """
    folder = damaged.parent if is_data_folder(damaged.parent) else None
    place, part = part_beside(target, folder, replaces=replaces)
    try:
        with tempfile.TemporaryDirectory(prefix=".kvitto-salvage-", dir=place.parent) as scratch:
            copy = _copied(damaged, Path(scratch))
            folder = Path(scratch) / "new"
            with closing(_opened(copy, damaged)) as old:
                source = _Source(old)
                _fold(source, folder, on_progress)
                batches_lost, lost, is_exact = _compare(source, folder)
            database_file(folder).replace(part)
        contents = finish_copy(part, place, target, replaces=replaces)
    finally:
        part.unlink(missing_ok=True)
    return Salvaged(contents, lost, is_exact, batches_lost)


# --- Reading ------------------------------------------------------------------------------------


def _copied(damaged: Path, scratch: Path) -> Path:
    """Copy the files, so that nothing that reads them changes them."""
    copy = scratch / "damaged.db"
    log_file = companions(damaged)[0]
    try:
        shutil.copyfile(damaged, copy)
        if log_file.exists():
            shutil.copyfile(log_file, companions(copy)[0])
    except OSError as error:
        raise NotABackupError(damaged, str(error)) from error
    return copy


def _opened(copy: Path, damaged: Path) -> sqlite3.Connection:
    """Open the copy; with another header, where its own is of no use."""
    for is_patched in (False, True):
        if is_patched:
            _put_header(copy)
        connection = sqlite3.connect(uri_of(copy, "rw"), uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            if is_patched:
                raise NotABackupError(damaged, str(error)) from error
        else:
            connection.row_factory = sqlite3.Row
            _refuse_unreleased(connection, damaged)
            return connection
    raise AssertionError


def _refuse_unreleased(connection: sqlite3.Connection, damaged: Path) -> None:
    try:
        refuse_unreleased(connection.execute("PRAGMA application_id").fetchone()[0], damaged)
    except BaseException:
        connection.close()
        raise


def _put_header(copy: Path) -> None:
    """Give a database the header of a new one, for as many pages as it has."""
    with tempfile.TemporaryDirectory(dir=copy.parent) as scratch:
        open_database(Path(scratch)).close()
        header = bytearray(database_file(Path(scratch)).read_bytes()[:_HEADER])
    page = int.from_bytes(header[16:18], "big") or 65536
    header[28:32] = (copy.stat().st_size // page).to_bytes(4, "big")
    header[92:96] = header[24:28]
    with copy.open("r+b") as file:
        file.write(header)


class _Source:
    """The damaged store. What can't be read is passed over.

    Attributes:
        skipped: how many keys lay in parts of `report` that could not be read.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.skipped = 0

    def reports(self) -> Iterator[sqlite3.Row]:
        """Yield the reports that can be read, in the order of arrival."""
        last = 0
        end = self._last("report")
        while last < end:
            rows, is_whole = self._some("report", last)
            for row in rows:
                last = row["pk"]
                yield row
            if is_whole and not rows:
                return
            if not is_whole:
                following = self._next_readable("report", last, end)
                self.skipped += following - last - 1
                last = following - 1

    def rows(self, table: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a small table that can be read."""
        try:
            cursor = self._connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own
            while (row := cursor.fetchone()) is not None:
                yield row
        except sqlite3.DatabaseError as error:
            log.info("Not all of the table %s could be read: %s", table, error)

    def one(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the row of a query; None where there is none, or it can't be read."""
        try:
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row

    def _some(self, table: str, after: int) -> tuple[list[sqlite3.Row], bool]:
        rows: list[sqlite3.Row] = []
        query = f"SELECT * FROM {table} NOT INDEXED WHERE pk > ? ORDER BY pk LIMIT {_AT_ONCE}"  # noqa: S608 - our own
        try:
            cursor = self._connection.execute(query, (after,))
            while (row := cursor.fetchone()) is not None:
                rows.append(row)
        except sqlite3.DatabaseError:
            return rows, False
        return rows, True

    def _next_readable(self, table: str, last: int, end: int) -> int:
        """Return the least key after `last + 1` from which on something can be read."""
        step = 1
        low, high = last, last + 1
        while high <= end and not self._is_readable(table, high):
            low, high = high, high + step
            step *= 2
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_readable(table, middle):
                high = middle
            else:
                low = middle
        return min(high, end + 1) + 1

    def _is_readable(self, table: str, after: int) -> bool:
        query = f"SELECT * FROM {table} NOT INDEXED WHERE pk > ? ORDER BY pk LIMIT 1"  # noqa: S608 - our own
        try:
            self._connection.execute(query, (after,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True

    def _last(self, table: str) -> int:
        """Return the greatest key that a table can have."""
        told = self.one("SELECT last_report_pk FROM store_state")
        found = self.one(f"SELECT max(pk) FROM {table} NOT INDEXED")  # noqa: S608 - our own
        known = [int(one[0]) for one in (told, found) if one is not None and one[0] is not None]
        return max(known, default=1 << 32)


# --- Writing ------------------------------------------------------------------------------------


def _fold(source: _Source, folder: Path, on_progress: Callable[[int], None]) -> None:
    batches = {row["pk"]: row for row in source.rows("batch")}
    going = {row["batch_pk"] for row in source.rows("pending_deletion") if row["kind"] == "batch"}
    with open_database(folder) as database, database.writing.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        # A key that is lost is no reason to lose what came by it.
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        _copy_rows(source, raw, batches)
        arrivals: list[ReportRequest] = []
        saved = 0

        def store() -> None:
            with writing(connection):
                IngestGroup(connection).store(arrivals)
            on_progress(saved)
            arrivals.clear()

        callback_keys = {row["pk"] for row in source.rows("callback_key")}
        for row in source.reports():
            arrival = _arrival(source, row, batches, going, callback_keys)
            if arrival is None:
                continue
            saved += 1
            arrivals.extend([arrival] * (1 + min(row["repeat_count"], _MOST_REPEATS)))
            if len(arrivals) >= _AT_ONCE:
                store()
        store()
        for row in batches.values():
            said = (
                row["label"],
                row["expected_count"],
                row["notes"],
                row["is_archived"],
                row["external_id"],
            )
            raw.execute(
                "UPDATE batch SET label = ?, expected_count = ?, notes = ?, is_archived = ? "
                "WHERE external_id = ?",
                said,
            )
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _arrival(
    source: _Source,
    row: sqlite3.Row,
    batches: dict[int, sqlite3.Row],
    going: set[int],
    callback_keys: set[int],
) -> ReportRequest | None:
    """Return a report as it arrived; None where it is being deleted, or can't be understood."""
    try:
        report = _report(source, row, batches, going)
        if report is None:
            return None
        return ReportRequest(
            report,
            bytes(row["body"]),
            from_microseconds(row["arrived_at_us"]),
            row["callback_key_pk"] if row["callback_key_pk"] in callback_keys else None,
            Origin(row["origin"]),
            split(row["marks"]),
            row["body_bytes"],
        )
    except (TypeError, ValueError, OverflowError, RejectedBodyError):
        source.skipped += 1
        return None


def _report(
    source: _Source, row: sqlite3.Row, batches: dict[int, sqlite3.Row], going: set[int]
) -> DeliveryReport | None:
    query = "SELECT external_id, batch_pk FROM message WHERE pk = ?"
    of = source.one(query, row["message_pk"])
    if of is not None and of["batch_pk"] in going:
        return None
    if of is not None and of["batch_pk"] in batches:
        ids = (batches[of["batch_pk"]]["external_id"], of["external_id"])
        named: Any = SimpleNamespace(**dict(row))
        return report_from_row(named, batch_id=ids[0], message_id=ids[1]).report
    return parse(bytes(row["body"]))


def _copy_rows(source: _Source, raw: sqlite3.Connection, batches: dict[int, sqlite3.Row]) -> None:
    """Take over what is not made of reports."""
    raw.execute("BEGIN IMMEDIATE")
    for table in _COPIED:
        for row in source.rows(table):
            _insert(raw, table, row)
    size = "sum(length(body) + length(headers))"
    raw.execute(
        f"UPDATE store_state SET quarantine_bytes = (SELECT coalesce({size}, 0) FROM quarantine)"  # noqa: S608 - our own
    )
    # Of purged batches the sums are all that there is.
    purged = {key for key, row in batches.items() if row["purged_at_us"] is not None}
    for key in purged:
        _insert(raw, "batch", batches[key])
    for table in (*_SUMS, "purged_message"):
        for row in source.rows(table):
            if row["batch_pk"] in purged:
                _insert(raw, table, row)
    for row in source.rows("message"):
        if row["batch_pk"] in purged:
            raw.execute(
                "INSERT OR IGNORE INTO purged_message (batch_pk, external_id) VALUES (?, ?)",
                (row["batch_pk"], row["external_id"]),
            )
    raw.execute("UPDATE store_state SET last_batch_pk = ?", (max(batches, default=0),))
    raw.execute("COMMIT")


def _insert(raw: sqlite3.Connection, table: str, row: sqlite3.Row) -> None:
    names = ", ".join(row.keys())
    marks = ", ".join("?" * len(row.keys()))
    try:
        raw.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", tuple(row))  # noqa: S608 - our own
    except sqlite3.IntegrityError as error:
        log.info("A row of the table %s could not be kept: %s", table, error)


def _compare(source: _Source, folder: Path) -> tuple[list[str], int, bool]:
    """Return which batches have fewer reports than they counted, how many, and whether that is all.

    Batches that were purged count reports that are long gone.
    """
    lost: dict[str, int] = {}
    known = 0
    with (
        closing(sqlite3.connect(uri_of(database_file(folder), "ro"), uri=True)) as new,
    ):
        there = dict(new.execute("SELECT external_id, report_count FROM batch").fetchall())
    for row in source.rows("batch"):
        known += 1
        missing = row["report_count"] - there.get(row["external_id"], 0)
        if row["purged_at_us"] is None and missing > 0:
            lost[row["external_id"]] = missing
    told = source.one("SELECT count(*) FROM batch")
    is_exact = told is not None and told[0] == known
    counted = sum(lost.values())
    return sorted(lost), max(counted, 0 if is_exact else source.skipped), is_exact
