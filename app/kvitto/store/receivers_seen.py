"""When receivers were heard of last, whichever computer they run on."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select

from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import Database
from kvitto.store.prepared_statements import Asked, Prepared
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


_BEAT: Final = receiver_run.c.heartbeat_at_us
_IS_RUNNING: Final = receiver_run.c.stopped_at_us.is_(None)
_SEEN: Final = Prepared(
    select(
        func.max(_BEAT),
        func.max(_BEAT).filter(_IS_RUNNING),
        func.coalesce(func.sum(_BEAT).filter(_IS_RUNNING), 0),
        select(receiver_run.c.is_spooling)
        .where(_IS_RUNNING)
        .order_by(_BEAT.desc())
        .limit(1)
        .scalar_subquery(),
    )
)
RECEIVERS: Final = Asked(_SEEN, {})
"""What `read_receivers_seen` asks."""


def read_receivers_seen(database: Database) -> ReceiversSeen:
    """Read when receivers were heard of last.

    Raises:
        StoreError: the database can't be read.
    """
    with database.read() as connection:
        last, newest, beats, is_spooling = RECEIVERS.row(connection)
    return ReceiversSeen(
        running=None if newest is None else from_microseconds(newest),
        last=None if last is None else from_microseconds(last),
        beats=beats,
        is_spooling=bool(is_spooling),
    )
