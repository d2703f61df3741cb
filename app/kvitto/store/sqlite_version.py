"""Whether the SQLite that runs has the repair of a rare fault in its write-ahead log."""

import sqlite3
from typing import Final

SQLITE_VERSION: Final = sqlite3.sqlite_version
_REPAIRED_SINCE: Final = (3, 51, 3)
_REPAIRED_BEFORE: Final = {(3, 44): 6, (3, 50): 7}
"""Older lines of versions that have the repair, and from which of their versions on."""


def has_log_repair(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Return whether a version has it. Source: sqlite.org/wal.html, "The WAL-Reset Bug".

    Without it, a log that one connection folds in while another begins it anew may lose what was
    committed, once in a very long time. In Kvitto one connection does both, one after the other;
    only a key that is made, or an edit of another window, in that very moment could meet it.
    """
    if version >= _REPAIRED_SINCE:
        return True
    since = _REPAIRED_BEFORE.get(version[:2])
    return since is not None and version[2] >= since


def log_repair_notice() -> str:
    """Return a sentence for the user where the SQLite that runs does not have it, else ""."""
    if has_log_repair():
        return ""
    return (
        f"This computer's SQLite {SQLITE_VERSION} has a rare fault in its log that "
        "SQLite 3.51.3 mends. Kvitto works so that it is all but impossible to meet; update Python "
        "or the system when you can."
    )
