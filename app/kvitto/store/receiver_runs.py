"""The receiver's heartbeat, and what the clocks say, in one transaction.

It is written every minute for as long as Kvitto runs. So it costs one commit, and no window is
told of it, unless it says something that a window shows.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select, update

from kvitto.core.timestamps import to_microseconds
from kvitto.store.clock_guard import ClockReading, NoteClock
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.receiver_names import is_name_taken
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.recent_repeats import prune_repeats
from kvitto.store.schema import store_health
from kvitto.store.server_errors import ReceiverNameTakenError

_MOST_NAMESAKES: Final = 10


class Heartbeat:
    """A heartbeat; an edit of the writer.

    Attributes:
        has_news: whether it changed anything that a window shows; known once it is applied.
        namesakes: the last heartbeats of other runs by this name that have not ended, by their
            starts, in microseconds; known once it is applied.

    Args:
        mark: what is noted.
        clocks: what the clocks say; None where they are not compared now.
        is_first: whether it tells of a receiver that has just started.
        namesakes: what was known at the last heartbeat.
        renamed_from: the name and what tells it apart by which this run was noted until now; None
            where they are the same.
    """

    def __init__(
        self,
        mark: RecordHeartbeat,
        clocks: ClockReading | None,
        *,
        is_first: bool,
        namesakes: Mapping[int, int] | None = None,
        renamed_from: tuple[str, str] | None = None,
    ) -> None:
        self._mark: Final = mark
        self._clocks: Final = clocks
        self._is_first: Final = is_first
        self._renamed_from: Final = renamed_from
        self.namesakes: Mapping[int, int] = namesakes or {}
        self.has_news = True

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do.

        Raises:
            ReceiverNameTakenError: another receiver runs by this name.
        """
        mark = self._mark
        if mark.receiver:
            self._ensure_alone(connection)
            prune_repeats(connection)
        is_doubt_new = False
        if self._clocks is not None:
            before = connection.scalar(select(store_health.c.clock_doubt))
            NoteClock(self._clocks).apply(connection, revision)
            is_doubt_new = connection.scalar(select(store_health.c.clock_doubt)) != before
        mark.apply(connection, revision)
        self.has_news = self._is_first or is_doubt_new or mark.is_stopped or bool(mark.outages)
        return True

    def _ensure_alone(self, connection: Connection) -> None:
        """Check that no other receiver runs by this name, wherever that was started.

        One whose folder is a copy of this one's is known by its heartbeats, which go on.
        """
        mark, run = self._mark, receiver_run.c
        if self._renamed_from is not None:
            name, folder_id = self._renamed_from
            ours = (run.receiver == name, run.folder_id == folder_id)
            connection.execute(
                update(receiver_run)
                .where(run.started_at_us == to_microseconds(mark.started), *ours)
                .values(receiver=mark.receiver, folder_id=mark.folder_id)
            )
        if is_name_taken(connection, mark.receiver, mark.folder_id, mark.now):
            raise ReceiverNameTakenError(mark.receiver)
        started_us = to_microseconds(mark.started)
        query = (
            select(run.started_at_us, run.heartbeat_at_us)
            .where(
                run.receiver == mark.receiver,
                run.stopped_at_us.is_(None),
                run.started_at_us != started_us,
                run.heartbeat_at_us > started_us,
            )
            .order_by(run.heartbeat_at_us.desc())
            .limit(_MOST_NAMESAKES)
        )
        found = {row.started_at_us: row.heartbeat_at_us for row in connection.execute(query)}
        if any(self.namesakes.get(one, beat) < beat for one, beat in found.items()):
            raise ReceiverNameTakenError(mark.receiver)
        self.namesakes = found
