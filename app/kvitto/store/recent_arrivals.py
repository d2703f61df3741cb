"""Keep what was stored lately in memory: all that only the log has, and some of what was before.

Should the database's file be overwritten, these are stored once more, into what is there then.
"""

from collections import deque
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from kvitto.core.report import fingerprint
from kvitto.store import compiled_sql
from kvitto.store.erased_messages import without_erased
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.kept_arrivals import as_kept
from kvitto.store.prepared_statements import Prepared, cursor_of, writing
from kvitto.store.schema import store_state
from kvitto.store.transactions import EditTransaction, GroupTransaction, Transaction
from kvitto.store.write_requests import ReportRequest, UnauthorizedCount

MOST_ARRIVALS: Final = 20_000
MOST_BYTES: Final = 32 << 20
KEPT_ARRIVALS: Final = 4_000
KEPT_BYTES: Final = 8 << 20
"""So many of those that the file holds are kept: one that is written over it may be of before."""
_ARRIVAL_BYTES: Final = 1000
"""What an arrival takes beside its body."""
_ROWS: Final = msgspec.json.Decoder(list[list[Any]])
_NEWEST: Final = Prepared(select(store_state.c.revision, store_state.c.last_report_pk))
_SET_REVISION: Final = Prepared(update(store_state), "revision")


class StoredGroup:
    """Arrivals of one transaction.

    Attributes:
        arrivals: what was stored.
        revision: the revision that holds them.
    """

    __slots__ = ("arrivals", "revision")

    def __init__(self, arrivals: Sequence[Arrival], revision: int) -> None:
        self.arrivals = arrivals
        self.revision = revision

    def size_bytes(self) -> int:
        """Return about how much memory they take."""
        size = len(self.arrivals) * _ARRIVAL_BYTES
        for arrival in self.arrivals:
            if not isinstance(arrival, UnauthorizedCount):
                size += len(arrival.body)
        return size


class RecentArrivals:
    """What was stored last, the oldest first; bounded.

    Attributes:
        saved_in: the database that all of it is saved in, beside the one in use; None for none.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._groups: deque[StoredGroup] = deque()
        self._count = self._bytes = 0
        self._unfolded_count = self._unfolded_bytes = 0  # of these, what only the log has
        self._is_stale = False
        self.saved_in: Path | None = None

    def __len__(self) -> int:
        """Return how many reports and refused requests are held."""
        return self._count

    @property
    def is_full(self) -> bool:
        """Whether more is held than should be: the log is to be folded in."""
        return self._unfolded_count > MOST_ARRIVALS // 2 or self._unfolded_bytes > MOST_BYTES // 2

    def note(self, work: Transaction, arrivals: Sequence[Arrival], revision: int) -> None:
        """Note a transaction that was made: hold what it stored, let go of what it deleted.

        Args:
            work: the transaction.
            arrivals: what it was to store.
            revision: the revision that holds it.
        """
        if isinstance(work, EditTransaction) and work.removes:
            self.let_go()
        if arrivals:
            self.add(work.stored if isinstance(work, GroupTransaction) else arrivals, revision)

    def add(self, arrivals: Sequence[Arrival], revision: int) -> None:
        """Hold a group; where the bounds are reached, the oldest are let go."""
        group = StoredGroup(arrivals, revision)
        self._groups.append(group)
        self.saved_in = None
        size_bytes = group.size_bytes()
        self._count += len(arrivals)
        self._bytes += size_bytes
        self._unfolded_count += len(arrivals)
        self._unfolded_bytes += size_bytes
        self._keep(MOST_ARRIVALS, MOST_BYTES)

    def folded(self) -> None:
        """Note that the database's file holds all of it; keep the newest all the same."""
        if self._is_stale:
            self._groups.clear()
            self._count = self._bytes = 0
        self._is_stale = False
        self._unfolded_count = self._unfolded_bytes = 0
        self._keep(KEPT_ARRIVALS, KEPT_BYTES)

    def let_go(self) -> None:
        """Let go of what is folded in, and of the rest once it is: some of it was deleted."""
        self._is_stale = True
        self._keep(self._unfolded_count, MOST_BYTES)

    def _keep(self, arrivals: int, size_bytes: int) -> None:
        """Let the oldest go until it is within these bounds."""
        while self._count > arrivals or self._bytes > size_bytes:
            oldest = self._groups.popleft()
            self._count -= len(oldest.arrivals)
            self._bytes -= oldest.size_bytes()
        self._unfolded_count = min(self._unfolded_count, self._count)
        self._unfolded_bytes = min(self._unfolded_bytes, self._bytes)

    def store_again(self, connection: Connection, found: int, known: int) -> None:
        """Store all that a store has not, or none of it.

        The store may be a copy that went its own way: it has nothing of a later revision than its
        own, but may lack what is of an earlier one. Of a refused request, nothing tells.

        Args:
            connection: to the store; not in a transaction.
            found: its revision.
            known: the revision that it had, or `found` where that is higher. Whoever has heard of
                that asks for what is newer.
        """
        revisions: list[tuple[StoredGroup, int]] = []
        with writing(connection):
            _SET_REVISION.execute(cursor_of(connection), {"revision": known})
            for group in self._groups:
                missing: Sequence[Arrival] = group.arrivals
                if group.revision <= found:
                    missing = _missing_among(connection, group.arrivals)
                if missing:
                    ingest = IngestGroup(connection)
                    ingest.store(missing)
                    revisions.append((group, ingest.revision))
        for group, revision in revisions:
            group.revision = revision
        self._unfolded_count, self._unfolded_bytes = self._count, self._bytes

    def store_all(self, connection: Connection) -> None:
        """Store all that is held in a store that has nothing yet."""
        with writing(connection):
            for group in self._groups:
                IngestGroup(connection).store(group.arrivals)


def _missing_among(connection: Connection, arrivals: Sequence[Arrival]) -> list[ReportRequest]:
    """Return the reports of which a store has none with the same contents."""
    cursor = cursor_of(connection)
    reports = [one for one in arrivals if isinstance(one, ReportRequest)]
    kept = [one.report for one in without_erased(cursor, as_kept(cursor, reports))]
    names = [(one.batch_id, one.message_id, fingerprint(one)) for one in kept]
    asked = {"batches": _json({one.batch_id for one in kept}), "reports": _json(names)}
    *_, messages = compiled_sql.KNOWN.row(cursor, asked)
    there = {place for place, *_, key in _ROWS.decode(messages) if key is not None}
    return [one for place, one in enumerate(reports) if place not in there]


def _json(values: Collection[object]) -> str:
    return msgspec.json.encode(list(values)).decode()


def newest(connection: Connection) -> tuple[int, int]:
    """Return the newest revision, and the key of the newest report."""
    # The log and its index are opened by this query.
    revision, last_report = _NEWEST.row(cursor_of(connection), {})
    return revision, last_report
