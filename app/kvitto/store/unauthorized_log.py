"""Where requests with a wrong key or path came from: the latest addresses, and not many of them.

How many such requests came is counted by the minute elsewhere; here is who sent them.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select

from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.database import Database
from kvitto.store.dialect import ADDED, NEW, upsert
from kvitto.store.schema import client_source

MAX_SOURCES: Final = 300
"""So many are kept: of those that were not heard of for longest, the rest is deleted."""


class RequestedPath(StrEnum):
    """What an unauthorized request asked for."""

    KEY = "key"
    """A callback URL, with a key that is not valid."""
    FRONT = "front"
    """The address without any path."""
    ELSEWHERE = "elsewhere"
    """A path that is none of ours."""


class ClientSource(msgspec.Struct, frozen=True):
    """Where unauthorized requests came from.

    Attributes:
        source: an address: the peer's, or what the tunnel says that it passes on for. For display.
        at: what was asked for last.
        requests: how many came from it.
        last: when the last one came, UTC.
    """

    source: str
    at: RequestedPath
    requests: int
    last: datetime


class RecordUnauthorized(msgspec.Struct, frozen=True):
    """Add requests to what is known of their sources, and keep to the bound. An edit.

    Attributes:
        sources: each with the requests that are not in the store yet, the latest last.
        most: how many sources are kept.
    """

    sources: Sequence[ClientSource]
    most: int = MAX_SOURCES

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        statement = upsert(client_source, requested=NEW, request_count=ADDED, last_seen_at_us=NEW)
        rows = [
            {
                "source": one.source,
                "requested": one.at.value,
                "request_count": one.requests,
                "last_seen_at_us": to_microseconds(one.last),
                "revision": revision,
            }
            for one in self.sources[-self.most :]
        ]
        if rows:
            connection.execute(statement, rows)
        # By the revision: a clock that was wrong for a while would keep its rows for ever.
        kept = (
            select(client_source.c.source)
            .order_by(client_source.c.revision.desc(), client_source.c.last_seen_at_us.desc())
            .limit(self.most)
        )
        connection.execute(delete(client_source).where(client_source.c.source.not_in(kept)))
        return True


class UnauthorizedReader:
    """Reads who called with a wrong key, from any thread."""

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    def latest(self) -> list[ClientSource]:
        """Return the sources, the latest first.

        Raises:
            StoreError: the database can't be read.
        """
        query = select(client_source).order_by(
            client_source.c.revision.desc(), client_source.c.last_seen_at_us.desc()
        )
        with self._database.read() as connection:
            return [
                ClientSource(
                    row.source,
                    RequestedPath(row.requested),
                    row.request_count,
                    from_microseconds(row.last_seen_at_us),
                )
                for row in connection.execute(query)
            ]
