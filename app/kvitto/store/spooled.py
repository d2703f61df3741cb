"""Store what has waited on a receiver's own disk; edits of the writer.

What has waited may be in the store already, since a receiver, or its connection, ended after a
commit and before it knew of it. So may what is tried again since a connection was lost. An arrival
is known by its report and the moment at which it came: of a new report, the store has that anyway;
of a repeat, for the latest ones, in the table `recent_repeat`. So nothing that came once is counted
twice.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from kvitto.core.report import fingerprint
from kvitto.core.timestamps import to_microseconds
from kvitto.store.callback_keys import store_mark
from kvitto.store.dialect import select_stored
from kvitto.store.edit_errors import OtherStoreError
from kvitto.store.erased_messages import without_erased
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.kept_arrivals import as_kept
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.prepared_statements import Prepared, cursor_of, together
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.write_requests import RejectedRequest, ReportRequest


def _stored_on_a_server() -> str:
    from kvitto.store.engines.postgresql_known import stored_sql

    return stored_sql()


_STORED: Final = Prepared(select_stored(), elsewhere=_stored_on_a_server)
_PLACES: Final = msgspec.json.Decoder(list[int])


class StoreSpooled:
    """Stores arrivals in one transaction, but for those that the store has.

    Attributes:
        raises_limit: what has waited counts in the limits of its day, and is stored all the same.
        has_news: whether there is anything to store.
        last_report: the key of the newest report, once some are stored; None before.

    Args:
        arrivals: what has waited, in the order in which it came.
        mark: of the store that it has waited for; see `store_mark`. "" for any.
    """

    raises_limit: Final = True

    def __init__(self, arrivals: Sequence[ReportRequest | RejectedRequest], mark: str = "") -> None:
        self._arrivals = arrivals
        self._mark = mark
        self.has_news: Final = bool(arrivals)
        self.last_report: int | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Store them; there is nothing left to do.

        Raises:
            OtherStoreError: they have waited for another store.
        """
        _ensure_store(connection, self._mark)
        reports = [one for one in self._arrivals if isinstance(one, ReportRequest)]
        others = [one for one in self._arrivals if not isinstance(one, ReportRequest)]
        new: list[Arrival] = [*unknown_among(connection, reports), *others]
        if new:
            with together(connection):
                group = IngestGroup(connection, notes_repeats=True)
                group.store(new)
            assert group.revision == revision
            self.last_report = group.last_report
        return True


def unknown_among(connection: Connection, reports: Sequence[ReportRequest]) -> list[ReportRequest]:
    """Return those of some reports that the store does not have, as they came at that moment."""
    cursor = cursor_of(connection)
    names = []
    for kept in without_erased(cursor, as_kept(cursor, reports)):
        told, at_us = kept.report, to_microseconds(kept.arrived)
        names.append((told.batch_id, told.message_id, fingerprint(told), at_us))
    (found,) = _STORED.row(cursor, {"arrivals": msgspec.json.encode(names).decode()})
    there = set(_PLACES.decode(found))
    return [one for place, one in enumerate(reports) if place not in there]


class StoreHeartbeats:
    """Notes how long receivers ran that could not reach the store; none that is known to be older.

    Args:
        heartbeats: the last of each run.
        mark: of the store that they have waited for; see `store_mark`. "" for any.
    """

    def __init__(self, heartbeats: Sequence[RecordHeartbeat], mark: str = "") -> None:
        self._heartbeats = heartbeats
        self._mark = mark

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write them; there is nothing left to do.

        Raises:
            OtherStoreError: they have waited for another store.
        """
        _ensure_store(connection, self._mark)
        for one in self._heartbeats:
            there = connection.scalar(
                select(receiver_run.c.heartbeat_at_us).where(
                    receiver_run.c.started_at_us == to_microseconds(one.started),
                    receiver_run.c.receiver == one.receiver,
                )
            )
            # One that went on has noted all of it itself.
            if there is None or there < to_microseconds(one.now):
                one.apply(connection, revision)
        return True


def _ensure_store(connection: Connection, mark: str) -> None:
    if mark and store_mark(connection) != mark:
        raise OtherStoreError
