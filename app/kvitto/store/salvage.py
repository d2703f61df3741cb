"""Save what can be read of a damaged store, and fold it into a new one.

Tables are read in the order of their keys. Where a part can't be read, the next key that can be is
sought. Reports are folded anew, so that all states and sums of the new store agree with the reports
that were saved.
"""

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from itertools import chain
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
from kvitto.store.backup_contents import StoreContents, check_is_file
from kvitto.store.bin import BINNED, take_over_bin
from kvitto.store.damaged_store import DamagedStore
from kvitto.store.database import open_database
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.errors import AlreadyRunningError, DatabaseTooNewError, StoreError
from kvitto.store.file_guard import companions
from kvitto.store.follow_up_queries import MARKED, take_over_marks
from kvitto.store.ingest import IngestGroup
from kvitto.store.lockfile import running_instance
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import APPLICATION_ID, refuse_unreleased
from kvitto.store.prepared_statements import writing
from kvitto.store.record_rows import body_from_row, report_from_row
from kvitto.store.restore_errors import (
    BackupFailedError,
    FileFault,
    NotABackupError,
    NothingToSalvageError,
)
from kvitto.store.salvage_asked import add_asked, add_unreported
from kvitto.store.schema_graft import grafts, replace_pages, table_names
from kvitto.store.sqlite_errors import is_no_room, translated
from kvitto.store.write_requests import ReportRequest

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
_COPIED: Final = (
    "callback_key",
    "receiver_run",
    "outage",
    "quarantine",
    "unauthorized_minute",
    "erasure",
    "erased_message",
    "code_note",
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
        incomplete_since: since when reports may be missing, UTC: the file lies without the log that
            a receiver had beside it which had not noted its end. None where that is not so.
    """

    contents: StoreContents
    lost: int
    is_exact: bool
    batches_lost: list[str]
    incomplete_since: datetime | None = None


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
        StoreError: nothing of it can be read, it is not of Kvitto, a newer version made it,
            somebody receives into it, or the new one can't be written.
    """
    try:
        check_is_file(damaged)
    except NotABackupError as error:
        raise NothingToSalvageError(damaged, error.fault) from error
    _refuse_running(damaged.resolve().parent)
    folder = damaged.parent if is_data_folder(damaged.parent) else None
    place, part = part_beside(target, folder, replaces=replaces)
    try:
        with tempfile.TemporaryDirectory(prefix=".kvitto-salvage-", dir=place.parent) as scratch:
            copy = _copied(damaged, Path(scratch))
            folder = Path(scratch) / "new"
            has_log = companions(copy)[0].exists()
            with closing(_opened(copy, damaged)) as old:
                source = DamagedStore(old)
                _fold(source, folder, on_progress)
                batches_lost, lost, is_exact = _compare(source, folder)
                since = None if has_log else _incomplete_since(source)
            database_file(folder).replace(part)
        contents = finish_copy(part, place, target, replaces=replaces)
    except (OSError, sqlite3.Error, StoreError) as error:
        told = translated(error, part, error)
        if is_no_room(told):
            raise BackupFailedError(target, str(error)) from error
        raise
    finally:
        part.unlink(missing_ok=True)
    return Salvaged(contents, lost, is_exact and since is None, batches_lost, since)


# --- Reading ------------------------------------------------------------------------------------


def _refuse_running(folder: Path) -> None:
    """Refuse a database that changes while it is copied: what is saved would not be whole."""
    if (found := running_instance(folder)) is not None:
        raise AlreadyRunningError(folder, found.address, found.pid)


def _copied(damaged: Path, scratch: Path) -> Path:
    """Copy the files, so that nothing that reads them changes them."""
    copy = scratch / "damaged.db"
    log_file = companions(damaged)[0]
    try:
        readings = [(damaged.open("rb"), copy)]
        if log_file.exists() and log_file.stat().st_size:
            readings.append((log_file.open("rb"), companions(copy)[0]))
    except OSError as error:
        raise NothingToSalvageError(damaged, FileFault.UNREADABLE) from error
    for reading, to in readings:
        with reading, to.open("wb") as written:
            shutil.copyfileobj(reading, written, 1 << 20)
    if not copy.stat().st_size:
        raise NothingToSalvageError(damaged, FileFault.EMPTY)
    return copy


def _opened(copy: Path, damaged: Path) -> sqlite3.Connection:
    """Open the copy; with another header, or another list of tables, where its own is of no use."""
    found: dict[int, bytes] | None = None
    error: StoreError = NothingToSalvageError(damaged, FileFault.DAMAGED)
    with tempfile.TemporaryDirectory(dir=copy.parent) as scratch:
        wanted = table_names(Path(scratch) / "new")
        for pages in chain([{}], grafts(copy.read_bytes(), Path(scratch) / "new")):
            before = replace_pages(copy, pages)
            try:
                with closing(_connected(copy)) as connection:
                    try:
                        version, tables = _require_ours(connection, damaged)
                    finally:
                        # So that its end folds nothing in: pages may be replaced once more.
                        connection.interrupt()
            except NothingToSalvageError as failure:
                if not pages:
                    raise  # it is whole enough to tell that it is another program's
                error = failure
            except sqlite3.DatabaseError as failure:
                error = NothingToSalvageError(damaged, FileFault.DAMAGED, str(failure))
            else:
                found = pages if found is None else found
                if version != NEWEST or wanted <= tables:
                    found = pages
                    break
            replace_pages(copy, before)
    if found is None:
        raise error
    replace_pages(copy, found)
    connection = _connected(copy)
    connection.row_factory = sqlite3.Row
    return connection


def _connected(copy: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(uri_of(copy, "rw"), uri=True, isolation_level=None)
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _require_ours(connection: sqlite3.Connection, damaged: Path) -> tuple[int, set[str]]:
    """Return the version and the tables.

    Raises:
        StoreError: another program made it, or a newer Kvitto, whose tables are not known here.
    """
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    refuse_unreleased(application, damaged)
    query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    tables = {row[0] for row in connection.execute(query)}
    if not {"report", "message", "batch"} & tables:
        raise NothingToSalvageError(damaged, FileFault.FOREIGN)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version > NEWEST:
        raise DatabaseTooNewError(damaged, version, NEWEST)
    return version, tables


# --- Writing ------------------------------------------------------------------------------------


def _fold(source: DamagedStore, folder: Path, on_progress: Callable[[int], None]) -> None:
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
        names = {key: row["external_id"] for key, row in batches.items() if key not in going}
        add_unreported(
            connection,
            [row for key, row in batches.items() if key in names],
            source.rows("batch_tombstone"),
        )
        add_asked(connection, source.rows("asked_status"), names, source.one)
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
        raw.execute("BEGIN IMMEDIATE")
        take_over_marks(raw, source.query(MARKED))
        take_over_bin(raw, source.query(BINNED))
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _arrival(
    source: DamagedStore,
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
            body_from_row(SimpleNamespace(**dict(row))),
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
    source: DamagedStore, row: sqlite3.Row, batches: dict[int, sqlite3.Row], going: set[int]
) -> DeliveryReport | None:
    query = "SELECT external_id, batch_pk FROM message WHERE pk = ?"
    of = source.one(query, row["message_pk"])
    if of is not None and of["batch_pk"] in going:
        return None
    named: Any = SimpleNamespace(**dict(row))
    if of is not None and of["batch_pk"] in batches:
        ids = (batches[of["batch_pk"]]["external_id"], of["external_id"])
        return report_from_row(named, batch_id=ids[0], message_id=ids[1]).report
    return parse(body_from_row(named))


def _copy_rows(
    source: DamagedStore, raw: sqlite3.Connection, batches: dict[int, sqlite3.Row]
) -> None:
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


def _incomplete_since(source: DamagedStore) -> datetime | None:
    """Return the last sign of a receiver that had not noted its end; it had a log then."""
    runs = sorted(source.rows("receiver_run"), key=lambda row: int(row["pk"]))
    if not runs or runs[-1]["stopped_at_us"] is not None:
        return None
    return from_microseconds(runs[-1]["heartbeat_at_us"])


def _compare(source: DamagedStore, folder: Path) -> tuple[list[str], int, bool]:
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
