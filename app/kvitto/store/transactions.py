"""The writer's transactions: of a group of arrivals, and of a part of an edit."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from sqlalchemy import Connection, select, update

from kvitto.store.daily_limit import DailyLimit, DailyUsage
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.leases import take_deleting_lease
from kvitto.store.mutations import Edit
from kvitto.store.prepared_statements import writing
from kvitto.store.schema import store_state
from kvitto.store.write_requests import WriteResult

Transaction: TypeAlias = Callable[[Connection], tuple[int, int | None]]
"""Makes and commits a transaction, on a connection that is in none; more than once if need be.
Returns its revision, and the key of the newest report where that is known."""

_REMOVING: Final = ("removes", "needs_lease", "detaches", "leaves_traces")
"""What an edit says of itself that deletes, or erases."""


class GroupTransaction:
    """Stores a group of arrivals.

    Attributes:
        results: what became of each, once it is committed.
        stored: the arrivals as they are kept: those of an erased person without the number.
        usage: what came by each key.
        revision: the revision that holds them.
    """

    def __init__(
        self,
        arrivals: Sequence[Arrival],
        *,
        notes_repeats: bool = False,
        is_deleting: bool = False,
    ) -> None:
        """Store `arrivals`; see `IngestGroup`."""
        self._arrivals = arrivals
        self._notes_repeats, self._is_deleting = notes_repeats, is_deleting
        self.results: list[WriteResult] = []
        self.stored: Sequence[Arrival] = arrivals
        self.usage: list[DailyUsage] = []
        self.revision = 0

    def __call__(self, connection: Connection) -> tuple[int, int | None]:
        """Store them; see `Transaction`."""
        with writing(connection):
            group = IngestGroup(
                connection, notes_repeats=self._notes_repeats, is_deleting=self._is_deleting
            )
            self.results = group.store(self._arrivals)
            self.usage, self.revision = group.usage, group.revision
            self.stored = group.stored
        return group.revision, group.last_report


class EditTransaction:
    """Makes a part of an edit.

    Attributes:
        is_done: whether nothing of it is left to do, once it is committed.
        removes: whether it deletes something, or takes a person's number out.
        revision: the revision that holds it.
    """

    def __init__(self, edit: Edit, daily_limit: DailyLimit) -> None:
        """Make `edit`, which may change the `daily_limit`."""
        self._edit = edit
        self._daily_limit = daily_limit
        self.is_done = False
        self.removes = any(getattr(edit, name, False) for name in _REMOVING)
        self.revision = 0

    def __call__(self, connection: Connection) -> tuple[int, int | None]:
        """Make it; see `Transaction`."""
        with _detaching(connection, self._edit), connection.begin():
            if getattr(self._edit, "needs_lease", False):
                take_deleting_lease(connection)
            self.revision = connection.scalars(select(store_state.c.revision)).one() + 1
            self.is_done = self._edit.apply(connection, self.revision)
            connection.execute(update(store_state).values(revision=self.revision))
            if getattr(self._edit, "raises_limit", False):
                self._daily_limit.read(connection)
        return self.revision, getattr(self._edit, "last_report", None)


@contextmanager
def _detaching(connection: Connection, edit: Edit) -> Iterator[None]:
    """Let an edit that says so delete a batch before its messages; before a transaction."""
    raw = connection.connection.driver_connection
    # A server's tables have no foreign keys: see `kvitto.store.engines.postgresql_schema`.
    if not getattr(edit, "detaches", False) or not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")
