"""Take the reports of another database into the one of a data folder, which keeps its own.

For what a restore has left out, and for what the old computer received after a move.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

from kvitto.clock import utc_now
from kvitto.core.marks import split
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.paths import database_file
from kvitto.store.backup_contents import check_is_file, raise_if_interrupted, read_contents
from kvitto.store.bin import BINNED, take_over_bin
from kvitto.store.carry_over import (
    MISSING,
    carry_erasures,
    carry_keys,
    carry_runs,
    forget_left_out,
    is_same_store,
    side_by_side,
    transaction,
)
from kvitto.store.database import open_database
from kvitto.store.erasing import erase_again
from kvitto.store.errors import NothingReceivedError, StoreError
from kvitto.store.file_guard import companions
from kvitto.store.folder import may_use, prepare_folder
from kvitto.store.follow_up_queries import MARKED, take_over_marks
from kvitto.store.ingest import IngestGroup
from kvitto.store.lockfile import Instance
from kvitto.store.packed_body import unpacked
from kvitto.store.prepared_statements import writing
from kvitto.store.record_rows import report_from_row
from kvitto.store.restore_errors import FileFault, MergeFailedError, NotABackupError
from kvitto.store.sqlite_errors import from_os, is_no_room, translated
from kvitto.store.write_requests import ReportRequest

_AT_ONCE: Final = 500
_MOST_REPEATS: Final = 100
"""As many repetitions of a report are counted again, at most."""


class Merged(msgspec.Struct, frozen=True):
    """What came of it.

    Attributes:
        reports: how many reports were taken over.
    """

    reports: int


def merge(folder: Path, file: Path, *, may_go_on: Callable[[], bool] = lambda: True) -> Merged:
    """Add all reports of another database that a data folder's own does not have.

    The other file is only read. What is there already stays as it is. Where this is cut off, what
    was added is whole, and doing it again adds the rest.

    Args:
        folder: the data folder, in which nobody receives.
        file: the other database; a log that lies beside it is read as a part of it.
        may_go_on: is asked now and then; InterruptedError if not.

    Raises:
        StoreError: it can't be done; of the kind that says why.
    """
    path = database_file(folder)
    try:
        if not path.exists():
            raise NothingReceivedError(folder)
        check_is_file(file)
        if file.samefile(path):
            raise NotABackupError(file, FileFault.IN_USE)
        prepare_folder(folder)
        with (
            Instance(folder),
            tempfile.TemporaryDirectory(prefix=".kvitto-merge-", dir=folder) as scratch,
        ):
            other = _copied(file, Path(scratch) / "other", may_go_on)
            open_database(folder, holds_folder=True).close()
            return Merged(_merge(folder, other, file, may_go_on))
    except (OSError, sqlite3.Error, StoreError) as error:
        if isinstance(error, sqlite3.Error):
            raise_if_interrupted(error)
        told = translated(error, path, error)
        if is_no_room(told) and may_use(path):
            raise MergeFailedError(file, folder, str(error)) from error
        if isinstance(told, OSError) and not isinstance(told, InterruptedError):
            raise from_os(told, path) from error
        if told is error:
            raise
        raise told from error


def _copied(file: Path, scratch: Path, may_go_on: Callable[[], bool]) -> Path:
    """Copy a database, and bring the copy to the present version; return it."""
    scratch.mkdir(mode=0o700)
    copy = database_file(scratch)
    pairs = [(file, copy)]
    if companions(file)[0].exists():
        pairs.append((companions(file)[0], companions(copy)[0]))
    for source, target in pairs:
        try:
            reading = source.open("rb")
        except PermissionError as error:
            raise NotABackupError(file, FileFault.UNREADABLE) from error
        with reading, target.open("wb") as written:
            target.chmod(0o600)
            shutil.copyfileobj(reading, written, 1 << 20)
    read_contents(copy, may_go_on, of=file)
    open_database(scratch).close()
    return copy


def _merge(folder: Path, other: Path, file: Path, may_go_on: Callable[[], bool]) -> int:
    own = database_file(folder)
    with side_by_side(own, other, may_go_on) as both:
        with transaction(both):
            keys = carry_keys(both, utc_now())
            carry_erasures(both)
            if is_same_store(both):
                carry_runs(both)
        known = {row[0] for row in both.execute("SELECT external_id FROM main.batch")}
    added = 0
    with open_database(folder, holds_folder=True) as database:
        with database.in_words(), database.writing.connect() as connection:
            erase_again(connection)
        # Read with one connection what is missing, before the other one adds to it.
        with side_by_side(own, other, may_go_on) as both:
            missing = [row[0] for row in both.execute(f"SELECT r.pk {MISSING} ORDER BY r.pk")]
        with (
            database.in_words(),
            closing(sqlite3.connect(other)) as reading,
            database.writing.connect() as connection,
        ):
            reading.row_factory = sqlite3.Row
            for arrivals in _groups(reading, missing, keys):
                if not may_go_on():
                    raise InterruptedError
                with writing(connection):
                    IngestGroup(connection).store(arrivals)
                added += len({id(one) for one in arrivals})
            _take_words(connection, reading, known)
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            with transaction(raw):
                forget_left_out(raw, file.resolve().parent.name)
    return added


def _groups(
    reading: sqlite3.Connection, missing: Sequence[int], keys: dict[int, int]
) -> Iterator[list[ReportRequest]]:
    """Yield reports as they arrived, some at a time; repetitions of one are the same object."""
    query = (
        "SELECT r.*, m.external_id AS message_id, b.external_id AS batch_id FROM report AS r "
        "JOIN message AS m ON m.pk = r.message_pk JOIN batch AS b ON b.pk = m.batch_pk "
        "WHERE r.pk IN (SELECT value FROM json_each(?)) ORDER BY r.pk"
    )
    for first in range(0, len(missing), _AT_ONCE):
        some = msgspec.json.encode(missing[first : first + _AT_ONCE]).decode()
        group: list[ReportRequest] = []
        for row in reading.execute(query, (some,)):
            one = _arrival(row, keys)
            group += [one] * (1 + min(row["repeat_count"], _MOST_REPEATS))
        yield group


def _arrival(row: sqlite3.Row, keys: dict[int, int]) -> ReportRequest:
    named = _Named(row)
    received = report_from_row(named, batch_id=row["batch_id"], message_id=row["message_id"])
    return ReportRequest(
        received.report,
        unpacked(row["body"], received.report),
        from_microseconds(row["arrived_at_us"]),
        keys.get(row["callback_key_pk"]),
        Origin(row["origin"]),
        split(row["marks"]),
        row["body_bytes"],
    )


class _Named:
    """A row whose columns are attributes."""

    def __init__(self, row: sqlite3.Row) -> None:
        self.__dict__.update(dict(row))


def _take_words(connection: Connection, reading: sqlite3.Connection, known: set[str]) -> None:
    """Take over what the user said of batches that are new here."""
    query = "SELECT label, expected_count, notes, is_archived, external_id FROM batch"
    said = [tuple(row) for row in reading.execute(query) if row["external_id"] not in known]
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    with transaction(raw):
        raw.executemany(
            "UPDATE batch SET label = ?, expected_count = ?, notes = ?, is_archived = ? "
            "WHERE external_id = ?",
            said,
        )
        take_over_marks(raw, reading.execute(MARKED))
        raw.executemany(
            "INSERT OR IGNORE INTO code_note (code, note, revision) VALUES (?, ?, ?)",
            [tuple(row) for row in reading.execute("SELECT code, note, revision FROM code_note")],
        )
        binned = (tuple(row) for row in reading.execute(BINNED))
        take_over_bin(raw, [row for row in binned if row[0] not in known])
