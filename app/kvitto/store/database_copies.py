"""Tell a copy of the database that was made without its log, while a receiver was running."""

from datetime import datetime

from sqlalchemy import select

from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import FileDatabase
from kvitto.store.file_guard import companions
from kvitto.store.lockfile import is_alive, read_instance_info
from kvitto.store.receiver_tables import receiver_run


def incomplete_since(database: FileDatabase) -> datetime | None:
    """Return since when reports may be missing in a copy without its log, UTC; None for no copy.

    A receiver that runs, or ended without its last words, leaves a log behind. One that ended as it
    should has folded the log in and noted its end. So a database without a log and without a noted
    end is a copy; or another program has folded the log in after a crash, and nothing is missing.

    Raises:
        StoreError: the database can't be read.
    """
    log_file = companions(database.path)[0]
    running = read_instance_info(database.path.parent)
    if (log_file.exists() and log_file.stat().st_size) or (running and is_alive(running)):
        return None
    query = select(receiver_run).order_by(receiver_run.c.pk.desc()).limit(1)
    with database.read() as connection:
        latest = connection.execute(query).first()
    if latest is None or latest.stopped_at_us is not None:
        return None
    return from_microseconds(latest.heartbeat_at_us)
