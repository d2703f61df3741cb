"""When receivers were heard of last, whichever computer they run on."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import Database
from kvitto.store.receiver_tables import receiver_run


class ReceiversSeen(msgspec.Struct, frozen=True):
    """The latest heartbeats, UTC, by the clocks of the receivers' computers; None for none.

    Attributes:
        running: of the receivers that have not said that they stopped.
        last: of all.
    """

    running: datetime | None = None
    last: datetime | None = None


def read_receivers_seen(database: Database) -> ReceiversSeen:
    """Read when receivers were heard of last.

    Raises:
        StoreError: the database can't be read.
    """
    newest = select(func.max(receiver_run.c.heartbeat_at_us))
    with database.read() as connection:
        last = connection.scalar(newest)
        running = connection.scalar(newest.where(receiver_run.c.stopped_at_us.is_(None)))
    return ReceiversSeen(*(None if us is None else from_microseconds(us) for us in (running, last)))
