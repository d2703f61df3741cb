"""Fold the log into the database, and write the database anew."""

import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kvitto.store.engines.base import WriteConnection

log = logging.getLogger(__name__)

WAIT_MS: Final = 1000
"""How long to wait for whoever reads an earlier state, so that the log can be emptied."""
CHECKPOINT_PAGES: Final = 1000
"""Pages of 4 KiB in the write-ahead log before it is folded into the database: 4 MB. Reports wait
meanwhile for some 4 ms, at 16 MB for 10."""
EARLY_PAGES: Final = 500
"""The same while much is deleted: to fold in 16 MB that lie all over the database takes 50 ms."""
_PAGE_BYTES: Final = 4096


class FoldSchedule:
    """Knows how large the log may be until it is folded in next. Belongs to the writer's thread."""

    def __init__(self) -> None:
        self._at_bytes = self._folded_bytes = 0

    def is_due(self, log_bytes: int, *, is_full: bool, is_early: bool = False) -> bool:
        """Return whether a log of this size is to be folded in.

        Args:
            log_bytes: its size.
            is_full: whether that is wanted, however small it is.
            is_early: whether it is to be folded in in small pieces.
        """
        if log_bytes < self._folded_bytes:  # it was begun anew
            self.begin_anew()
        is_large = log_bytes >= (EARLY_PAGES if is_early else CHECKPOINT_PAGES) * _PAGE_BYTES
        return (is_large or is_full) and log_bytes >= self._at_bytes

    def put_off(self, log_bytes: int) -> None:
        """Wait for some more: where somebody's reading keeps it from being folded in."""
        self._folded_bytes = log_bytes
        self._at_bytes = log_bytes + CHECKPOINT_PAGES * _PAGE_BYTES // 4

    def begin_anew(self) -> None:
        """Forget how large the log was."""
        self._at_bytes = self._folded_bytes = 0


def fold(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Fold in what no reader holds; return if it is busy, the frames, and how many are folded."""
    found: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return found


def write_anew(
    files: WriteConnection, raw: sqlite3.Connection, on_progress: Callable[[], None]
) -> bool:
    """Write a database anew, once, and empty its log; return whether both are done.

    What is written anew goes into the log, which takes that only once while somebody reads: so
    nothing is written while the log can't be emptied, nor again before it is.

    Args:
        files: tells whether it is written, and is told.
        raw: the only connection that writes; in no transaction.
        on_progress: is called often.
    """
    is_empty = _empty_log(raw)
    if files.is_written_anew or not (is_empty and _has_room(raw)):
        return is_empty and files.is_written_anew
    _vacuum(raw, on_progress)
    files.is_written_anew = True
    return _empty_log(raw)


def _vacuum(raw: sqlite3.Connection, on_progress: Callable[[], None]) -> None:
    def go_on() -> int:
        on_progress()
        return 0

    raw.set_progress_handler(go_on, 100_000)
    # As much memory as the database is large may be more than there is.
    raw.execute("PRAGMA temp_store = FILE")
    try:
        raw.execute("INSERT INTO message_fts (message_fts) VALUES ('optimize')")
        raw.execute("VACUUM")
        on_progress()
    finally:
        raw.execute("PRAGMA temp_store = MEMORY")
        raw.set_progress_handler(None, 0)


def _empty_log(raw: sqlite3.Connection) -> bool:
    """Fold all of the log in, and cut it; return whether nobody's reading hindered that."""
    wait_ms: int = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {min(wait_ms, WAIT_MS)}")
    try:
        is_busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.execute(f"PRAGMA busy_timeout = {wait_ms}")
    return not is_busy


def _has_room(raw: sqlite3.Connection) -> bool:
    """Return whether the disks take the database twice more: as a temporary file, and the log."""
    file = Path(raw.execute("PRAGMA database_list").fetchone()[2])
    places = (file.parent, _temporary_folder())
    try:
        once = file.stat().st_size
        is_one_disk = places[0].stat().st_dev == places[1].stat().st_dev
        for place in places:
            needed, free = 2 * once if is_one_disk else once, shutil.disk_usage(place).free
            if free < needed:
                log.warning(
                    "Traces of what was erased are left for now: to write the database anew takes "
                    "%s MB in %s, and there are %s",
                    needed >> 20,
                    place,
                    free >> 20,
                )
                return False
    except OSError:
        pass  # whoever writes is told
    return True


def _temporary_folder() -> Path:
    """Return where SQLite makes its temporary files (https://sqlite.org/tempfiles.html)."""
    if os.name != "posix":
        return Path(tempfile.gettempdir())
    named = (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"))
    for place in (*filter(None, named), "/var/tmp", "/usr/tmp", "/tmp"):
        if Path(place).is_dir() and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    return Path()
