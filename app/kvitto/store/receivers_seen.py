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
        is_spooling: whether the one of `running` keeps reports on its own disk while it can't reach
            the store.
        beats: a number that is another one after each heartbeat, whatever the clocks say.
    """

    running: datetime | None = None
    last: datetime | None = None
    beats: int = 0
    is_spooling: bool = False


def read_receivers_seen(database: Database) -> ReceiversSeen:
    """Read when receivers were heard of last.

    Raises:
        StoreError: the database can't be read.
    """
    beat = receiver_run.c.heartbeat_at_us
    running = select(func.max(beat), func.sum(beat)).where(receiver_run.c.stopped_at_us.is_(None))
    newest_run = (
        select(receiver_run.c.is_spooling)
        .where(receiver_run.c.stopped_at_us.is_(None))
        .order_by(beat.desc())
        .limit(1)
    )
    with database.read() as connection:
        last = connection.scalar(select(func.max(beat)))
        newest, beats = connection.execute(running).one()
        is_spooling = bool(connection.scalar(newest_run))
    return ReceiversSeen(
        running=None if newest is None else from_microseconds(newest),
        last=None if last is None else from_microseconds(last),
        beats=beats or 0,
        is_spooling=is_spooling,
    )
