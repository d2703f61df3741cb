"""Store what has waited on a receiver's own disk; an edit of the writer."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from kvitto.core.report import fingerprint
from kvitto.core.timestamps import to_microseconds
from kvitto.store.dialect import is_one_of
from kvitto.store.ingest import IngestGroup, as_kept
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.schema import batch, message, report
from kvitto.store.write_requests import RejectedRequest, ReportRequest


class StoreSpooled:
    """Stores arrivals in one transaction, but for those that the store has.

    Such are there where a receiver, or its connection, ended after a commit and before it knew of
    it: the same report that arrived at the same moment. A report that came twice is told apart by
    the moment, and counted as a repeat.

    Attributes:
        raises_limit: what has waited counts in the limits of its day, and is stored all the same.
        has_news: whether there is anything to store.

    Args:
        arrivals: what has waited, in the order in which it came.
    """

    raises_limit: Final = True

    def __init__(self, arrivals: Sequence[ReportRequest | RejectedRequest]) -> None:
        self._arrivals = arrivals
        self.has_news: Final = bool(arrivals)

    def apply(self, connection: Connection, revision: int) -> bool:
        """Store them; there is nothing left to do."""
        new = self._new(connection)
        if new:
            group = IngestGroup(connection)
            group.store(new)
            assert group.revision == revision
        return True

    def _new(self, connection: Connection) -> list[ReportRequest | RejectedRequest]:
        reports = [one for one in self._arrivals if isinstance(one, ReportRequest)]
        names = {}
        for arrival, kept in zip(reports, as_kept(cursor_of(connection), reports), strict=True):
            told = kept.report
            at_us = to_microseconds(kept.arrived)
            names[id(arrival)] = (told.batch_id, told.message_id, fingerprint(told), at_us)
        query = (
            select(
                batch.c.external_id,
                message.c.external_id,
                report.c.fingerprint,
                report.c.arrived_at_us,
            )
            .select_from(batch.join(message).join(report, report.c.message_pk == message.c.pk))
            .where(
                is_one_of(batch.c.external_id, {name[0] for name in names.values()}),
                is_one_of(message.c.external_id, {name[1] for name in names.values()}),
            )
        )
        there = {tuple(row) for row in connection.execute(query)}
        return [one for one in self._arrivals if names.get(id(one)) not in there]
