"""Fold the log into the database, and write the database anew."""

import sqlite3
from collections.abc import Callable
from typing import Final

WAIT_MS: Final = 1000
"""How long to wait for whoever reads an earlier state, so that the log can be emptied."""


def fold(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Fold in what no reader holds; return if it is busy, the frames, and how many are folded."""
    found: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return found


def vacuum(raw: sqlite3.Connection, on_progress: Callable[[], None]) -> bool:
    """Write a database anew, and empty its log; return whether that could be emptied.

    Args:
        raw: the only connection that writes; in no transaction.
        on_progress: is called often.
    """

    def go_on() -> int:
        on_progress()
        return 0

    raw.set_progress_handler(go_on, 100_000)
    # As much memory as the database is large may be more than there is.
    raw.execute("PRAGMA temp_store = FILE")
    wait_ms: int = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {min(wait_ms, WAIT_MS)}")
    try:
        raw.execute("INSERT INTO message_fts (message_fts) VALUES ('optimize')")
        raw.execute("VACUUM")
        on_progress()
        is_busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.execute(f"PRAGMA busy_timeout = {wait_ms}")
        raw.execute("PRAGMA temp_store = MEMORY")
        raw.set_progress_handler(None, 0)
    return not is_busy
