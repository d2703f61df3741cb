"""When a receiver was running, as the store has it."""

from typing import NamedTuple

from sqlalchemy import select

from kvitto.store.database import Database
from kvitto.store.receiver_tables import receiver_run


class ReceiverRun(NamedTuple):
    """A time in which a receiver was running.

    Attributes:
        started_at_us: from when, microseconds since the epoch, UTC.
        heartbeat_at_us: its end, or its last heartbeat.
        is_stopped: whether it ended properly; False while it runs, and after a crash.
    """

    started_at_us: int
    heartbeat_at_us: int
    is_stopped: bool


def receiver_runs(database: Database) -> list[ReceiverRun]:
    """Return when a receiver was running, oldest first."""
    with database.reading.connect() as connection:
        return [
            ReceiverRun(row.started_at_us, row.heartbeat_at_us, row.stopped_at_us is not None)
            for row in connection.execute(select(receiver_run).order_by(receiver_run.c.pk))
        ]
