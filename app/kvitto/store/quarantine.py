"""What is in quarantine: how much of what kind, and the bodies a page at a time.

A body can be 64 KiB, and there can be thousands: lists leave them out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, select

from kvitto.core.rejection import RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.records import QuarantineRecord, quarantine_record, reason_values, stored_reason
from kvitto.store.schema import callback_key, quarantine, store_state


class RejectionGroup(msgspec.Struct, frozen=True):
    """The refused requests of one kind that were refused for the same reason.

    Attributes:
        kind, reason: of all of them.
        bodies: how many different ones there are.
        times: how often they came in all.
        first_seen, last_seen: when the first and the last of them came, UTC.
    """

    kind: RejectionKind
    reason: RejectionReason
    bodies: int
    times: int
    first_seen: datetime
    last_seen: datetime


class Rejections(msgspec.Struct, frozen=True):
    """What is in quarantine.

    Attributes:
        groups: by kind, then by reason.
        unkept: how many more were refused when it was full: only counted.
        newest: the greatest key; 0 where it is empty.
        is_hidden: whether this user sees none of it, whatever there is.
    """

    groups: Sequence[RejectionGroup]
    unkept: int
    newest: int
    is_hidden: bool = False


class RejectionScope(msgspec.Struct, frozen=True):
    """Which refused requests are meant; None lets all pass.

    Attributes:
        kind, reason: why they were refused.
    """

    kind: RejectionKind | None = None
    reason: RejectionReason | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return it in SQL."""
        parts: list[ColumnElement[bool]] = []
        if self.kind is not None:
            parts.append(quarantine.c.kind == self.kind.value)
        if self.reason is not None:
            parts.append(quarantine.c.reason == self.reason.code)
            parts.append(quarantine.c.reason_values == reason_values(self.reason))
        return and_(True, *parts)


class RejectionRecord(msgspec.Struct, frozen=True):
    """One refused request, without its bytes: a row of a list. As `QuarantineRecord`."""

    key: int
    kind: RejectionKind
    reason: RejectionReason
    size: int
    times: int
    first_seen: datetime
    last_seen: datetime


class RejectedBody(msgspec.Struct, frozen=True):
    """One refused request with its bytes.

    Attributes:
        record: the body.
        origin: what a report counts as that came as it did.
    """

    record: QuarantineRecord
    origin: Origin

    @property
    def is_whole(self) -> bool:
        """Whether all of its bytes were kept."""
        return len(self.record.body) >= self.record.size


_LISTED: Final = select(
    quarantine.c.pk,
    quarantine.c.kind,
    quarantine.c.reason,
    quarantine.c.reason_values,
    quarantine.c.size_bytes,
    quarantine.c.request_count,
    quarantine.c.first_seen_at_us,
    quarantine.c.last_seen_at_us,
)


class QuarantineReader:
    """Reads the quarantine, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    def rejections(self) -> Rejections:
        """Count what there is. Takes time in proportion to the number of bodies."""
        with self._database.read() as connection:
            return self._rejections(connection)

    def look(
        self, scope: RejectionScope, *, down_to: int | None, limit: int = 200
    ) -> tuple[Rejections, list[RejectionRecord]]:
        """Return what there is, and the newest refused requests, both of the same state.

        Args:
            scope: which bodies to return.
            down_to: the key of the oldest to return; None for as many as `limit` says.
            limit: how many to return at most where `down_to` is None.
        """
        query = _LISTED.where(scope.condition()).order_by(quarantine.c.pk.desc())
        query = query.limit(limit) if down_to is None else query.where(quarantine.c.pk >= down_to)
        with self._database.read() as connection:
            rows = [_listed(row) for row in connection.execute(query)]
            return self._rejections(connection), rows

    def _rejections(self, connection: Connection) -> Rejections:
        found = _rejections(connection)
        is_hidden = self._database.is_masked(connection)
        return msgspec.structs.replace(found, is_hidden=is_hidden)

    def page(
        self, scope: RejectionScope, *, before: int, limit: int = 200
    ) -> list[RejectionRecord]:
        """Return some of the refused requests, the newest first.

        Args:
            scope: which.
            before: the key that ended the page before.
            limit: how many to return at most.
        """
        query = (
            _LISTED.where(scope.condition(), quarantine.c.pk < before)
            .order_by(quarantine.c.pk.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_listed(row) for row in connection.execute(query)]

    def keys(self, scope: RejectionScope, *, up_to: int) -> list[int]:
        """Return the keys of refused requests that are not newer than `up_to`, the oldest first."""
        query = (
            select(quarantine.c.pk)
            .where(scope.condition(), quarantine.c.pk <= up_to)
            .order_by(quarantine.c.pk)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def bodies(self, keys: Sequence[int]) -> list[RejectedBody]:
        """Return the bodies with these keys that are there, the oldest first."""
        query = (
            select(quarantine, callback_key.c.origin)
            .join(callback_key, callback_key.c.pk == quarantine.c.callback_key_pk, isouter=True)
            .where(is_one_of(quarantine.c.pk, keys))
            .order_by(quarantine.c.pk)
        )
        with self._database.read() as connection:
            return [
                RejectedBody(
                    quarantine_record(row),
                    Origin.WEBHOOK if row.origin is None else Origin(row.origin),
                )
                for row in connection.execute(query)
            ]


def _rejections(connection: Connection) -> Rejections:
    kept = quarantine.c
    query = (
        select(
            kept.kind,
            kept.reason,
            kept.reason_values,
            func.count(),
            func.sum(kept.request_count),
            func.min(kept.first_seen_at_us),
            func.max(kept.last_seen_at_us),
        )
        .group_by(kept.kind, kept.reason, kept.reason_values)
        .order_by(kept.kind, kept.reason, kept.reason_values)
    )
    groups = [
        RejectionGroup(
            kind=RejectionKind(kind),
            reason=stored_reason(reason, values),
            bodies=bodies,
            times=times,
            first_seen=from_microseconds(first_us),
            last_seen=from_microseconds(last_us),
        )
        for kind, reason, values, bodies, times, first_us, last_us in map(
            tuple, connection.execute(query)
        )
    ]
    unkept = connection.scalars(select(store_state.c.quarantine_dropped_count)).one()
    newest = connection.scalar(select(func.max(kept.pk))) or 0
    return Rejections(groups, unkept, newest)


def _listed(row: Any) -> RejectionRecord:
    return RejectionRecord(
        key=row.pk,
        kind=RejectionKind(row.kind),
        reason=stored_reason(row.reason, row.reason_values),
        size=row.size_bytes,
        times=row.request_count,
        first_seen=from_microseconds(row.first_seen_at_us),
        last_seen=from_microseconds(row.last_seen_at_us),
    )
