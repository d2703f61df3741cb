"""How many repeats are known by when they came."""

from typing import Final

from sqlalchemy import Connection, delete, func, select

from kvitto.store.receiver_tables import recent_repeat

MOST_REPEATS: Final = 20_000
"""So many repeats are known by when they came: many more than can be in doubt at a time, which is
one group, and those that waited for a store that did not answer."""


def prune_repeats(connection: Connection) -> None:
    """Forget when repeats came, but of the latest `MOST_REPEATS`."""
    latest = (
        select(recent_repeat.c.revision)
        .order_by(recent_repeat.c.revision.desc())
        .limit(MOST_REPEATS)
        .subquery()
    )
    oldest = select(func.min(latest.c.revision)).scalar_subquery()
    connection.execute(delete(recent_repeat).where(recent_repeat.c.revision < oldest))
