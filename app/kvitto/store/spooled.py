"""Store what has waited on a receiver's own disk; edits of the writer.

What has waited may be in the store already, since a receiver, or its connection, ended after a
commit and before it knew of it. So may what is tried again since a connection was lost. An arrival
is known by its report and the moment at which it came: of a new report, the store has that anyway;
of a repeat, for the latest ones, in the table `recent_repeat`. So nothing that came once is counted
twice.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, select

from kvitto.core.report import fingerprint
from kvitto.core.timestamps import to_microseconds
from kvitto.store.callback_keys import store_mark
from kvitto.store.dialect import is_one_of
from kvitto.store.edit_errors import OtherStoreError
from kvitto.store.erased_messages import without_erased
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.kept_arrivals import as_kept
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.receiver_tables import receiver_run, recent_repeat
from kvitto.store.schema import batch, message, report
from kvitto.store.write_requests import RejectedRequest, ReportRequest


class StoreSpooled:
    """Stores arrivals in one transaction, but for those that the store has.

    Attributes:
        raises_limit: what has waited counts in the limits of its day, and is stored all the same.
        has_news: whether there is anything to store.

    Args:
        arrivals: what has waited, in the order in which it came.
        mark: of the store that it has waited for; see `store_mark`. "" for any.
    """

    raises_limit: Final = True

    def __init__(self, arrivals: Sequence[ReportRequest | RejectedRequest], mark: str = "") -> None:
        self._arrivals = arrivals
        self._mark = mark
        self.has_news: Final = bool(arrivals)

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
            group = IngestGroup(connection, notes_repeats=True)
            group.store(new)
            assert group.revision == revision
        return True


def unknown_among(connection: Connection, reports: Sequence[ReportRequest]) -> list[ReportRequest]:
    """Return those of some reports that the store does not have, as they came at that moment."""
    cursor = cursor_of(connection)
    names = []
    for kept in without_erased(cursor, as_kept(cursor, reports)):
        told, at_us = kept.report, to_microseconds(kept.arrived)
        names.append((told.batch_id, told.message_id, fingerprint(told), at_us))
    there = set(_known(connection, names))
    return [one for one, name in zip(reports, names, strict=True) if name not in there]


def _known(
    connection: Connection, named: Sequence[tuple[str, str, int, int]]
) -> Iterator[tuple[str, str, int, int]]:
    """Yield arrivals of some messages that the store has, repeats included."""
    reports = batch.join(message).join(report, report.c.message_pk == message.c.pk)
    for at_us, tables in (
        (report.c.arrived_at_us, reports),
        (
            recent_repeat.c.arrived_at_us,
            reports.join(recent_repeat, recent_repeat.c.report_pk == report.c.pk),
        ),
    ):
        query = (
            select(batch.c.external_id, message.c.external_id, report.c.fingerprint, at_us)
            .select_from(tables)
            .where(
                is_one_of(batch.c.external_id, {name[0] for name in named}),
                is_one_of(message.c.external_id, {name[1] for name in named}),
            )
        )
        for row in connection.execute(query):
            yield row[0], row[1], row[2], row[3]


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
