"""The receiver's heartbeat, and what the clocks say, in one transaction.

It is written every minute for as long as Kvitto runs. So it costs one commit, and no window is
told of it, unless it says something that a window shows.
"""

from typing import Final

from sqlalchemy import Connection, select

from kvitto.store.clock_guard import ClockReading, NoteClock
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.schema import store_health


class Heartbeat:
    """A heartbeat; an edit of the writer.

    Attributes:
        has_news: whether it changed anything that a window shows; known once it is applied.

    Args:
        mark: what is noted.
        clocks: what the clocks say; None where they are not compared now.
        is_first: whether it tells of a receiver that has just started.
    """

    def __init__(
        self, mark: RecordHeartbeat, clocks: ClockReading | None, *, is_first: bool
    ) -> None:
        self._mark: Final = mark
        self._clocks: Final = clocks
        self._is_first: Final = is_first
        self.has_news = True

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        is_doubt_new = False
        if self._clocks is not None:
            before = connection.scalar(select(store_health.c.clock_doubt))
            NoteClock(self._clocks).apply(connection, revision)
            is_doubt_new = connection.scalar(select(store_health.c.clock_doubt)) != before
        self._mark.apply(connection, revision)
        mark = self._mark
        self.has_news = self._is_first or is_doubt_new or mark.is_stopped or bool(mark.outages)
        return True
