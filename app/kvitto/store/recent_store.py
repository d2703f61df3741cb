"""Save what was stored lately into a database of its own, where the one in use is overwritten."""

import logging
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from kvitto.paths import database_file
from kvitto.store.callback_keys import put_back_keys
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.errors import DatabaseBrokenError, StoreError
from kvitto.store.file_errors import DatabaseEmptiedError, DatabaseOverwrittenError
from kvitto.store.recent_arrivals import RecentArrivals
from kvitto.store.replacing import free_folder

log = logging.getLogger(__name__)


def with_recent_saved(
    error: StoreError, database: FileDatabase, recent: RecentArrivals
) -> StoreError:
    """Save what is held in memory, where the database is of no use any more: once, for all of it.

    Args:
        error: why nothing can be stored.
        database: the one in use, which is not opened.
        recent: what it is to hold, as far as that is in memory.

    Returns:
        The error, or one that tells where the reports are saved.
    """
    if not isinstance(error, DatabaseBrokenError) or not len(recent):
        return error
    if recent.saved_in is None:
        folder = free_folder(database.path.parent, "saved")
        try:
            with (
                open_database(folder, holds_folder=True) as saved,
                saved.writing.connect() as connection,
            ):
                put_back_keys(connection, database.known_keys)
                recent.store_all(connection)
        except (StoreError, DBAPIError, sqlite3.Error, OSError) as failure:
            log.critical("The newest reports are only in memory: %s", failure)
            return error
        recent.saved_in = database_file(folder)
    kind = DatabaseOverwrittenError if _has_content(database.path) else DatabaseEmptiedError
    return kind(error.file, error.detail, recent.saved_in, len(recent))


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return True
