"""The keys of the callback URL: what tells the SMS service from unknown callers.

Several can be valid at once, so that a rotated key leaves no batch behind that was sent with
the old one. Each public URL has a key of its own. Every report carries the number of the key by
which it came, and so tells by which URL.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from typing_extensions import override

from kvitto.core.awaited import AFTER_LAST_REPORT, is_batch_finished, key_needed_until
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.clock_guard import clock_doubt
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.expected_counts import EXPECTED_COUNT
from kvitto.store.schema import batch, batch_status, callback_key, report

CALLBACK_KEY_BITS: Final = 128
LATEST_REPORTS: Final = 20_000
"""How many of the latest reports are looked at for whether a key is in use."""
_KEEPING: Final = threading.Lock()
"""Held while keys are committed and noted: what is noted last is what was committed last."""


class CallbackKey(msgspec.Struct, frozen=True):
    """One key of the callback URL.

    Attributes:
        key: its number in the store; safe to log, unlike `value`.
        value: 32 hexadecimal digits, 128 random bits. Never logged.
        origin: what reports that come by it count as.
        created: when it was made, UTC.
        public_url: the base of the public URL that it belongs to; None for local use.
        rotated: when another took its place, UTC; it stays valid for what was sent with it.
        receiver: the name of the receiver that it was made for; "" where the store has one.
    """

    key: int
    value: str
    origin: Origin
    created: datetime
    public_url: str | None = None
    rotated: datetime | None = None
    receiver: str = ""

    @override
    def __repr__(self) -> str:
        """Show the number only, so that no log and no traceback holds the value."""
        return f"CallbackKey(key={self.key})"

    __str__ = __repr__


class CallbackKeyStore:
    """The keys in the store."""

    def __init__(self, database: Database) -> None:
        """Keep keys in `database`."""
        self._database = database

    def valid(self) -> list[CallbackKey]:
        """Return the keys that are valid, oldest first."""
        with self._reading_whole() as connection:
            return _valid(connection)

    def mark(self) -> str:
        """Return what tells the store, and its copies, from others; see `store_mark`."""
        with self._reading() as connection:
            return store_mark(connection)

    @property
    def receiver(self) -> str:
        """The name of the receiver that asks, of which a local key is; "" where there is one."""
        return self._database.receiver

    def make(self, now: datetime, origin: Origin = Origin.WEBHOOK) -> CallbackKey:
        """Make a new local key, valid at once beside the others, and keep it on the disk."""
        with self._writing() as connection:
            return _make(connection, now, origin, None, self._database.receiver)

    def for_demo(self, now: datetime) -> CallbackKey:
        """Return the key of demos and test reports: made at first, and the same from then on."""
        with self._reading_whole() as connection:
            known = _of_demo(connection)
        if known is not None:
            return known
        with self._writing() as connection:
            return _of_demo(connection) or _make(connection, now, Origin.DEMO, None, "")

    def newest(self, now: datetime) -> CallbackKey:
        """Return the newest valid key for the SMS service's reports to the local URL.

        The first is made; one that is rotated is not meant.
        """
        return self._of_url(None, now)

    def for_public_url(self, url: str, now: datetime) -> CallbackKey:
        """Return the key of a public URL: made at first, and the same whenever it comes back.

        Args:
            url: the base of the URL, without the path to the receiver; spelled the same each time.
            now: the time.
        """
        return self._of_url(url, now)

    def find(self, url: str | None) -> CallbackKey | None:
        """Return the key of a public URL, or of the local one; None where there is none yet."""
        with self._reading() as connection:
            return _current(connection, url, self._database.receiver)

    def rotate(self, key: int, now: datetime) -> CallbackKey:
        """Make a new key for the URL of an old one, and mark the old one as rotated.

        Both are valid, until `revoke_unneeded` revokes the old one.
        """
        with self._writing() as connection:
            old = _from_row(
                connection.execute(select(callback_key).where(callback_key.c.pk == key)).one()
            )
            rotated = update(callback_key).where(
                callback_key.c.pk == key, callback_key.c.rotated_at_us.is_(None)
            )
            connection.execute(rotated.values(rotated_at_us=to_microseconds(now)))
            return _make(connection, now, old.origin, old.public_url, old.receiver)

    def revoke(self, key: int, now: datetime) -> None:
        """Revoke a key: requests that come by it are unauthorized from now on."""
        ended = (
            update(callback_key)
            .where(callback_key.c.pk == key)
            .values(revoked_at_us=to_microseconds(now))
        )
        with self._writing() as connection:
            connection.execute(ended)

    def users(self, now: datetime) -> dict[int, list[int]]:
        """Return the batches of which reports may still come by each key, by its number.

        Those are not finished, and were heard of lately enough (`core.awaited`); whether the user
        put them out of the way is no matter. A key by which none comes is left out.
        """
        with self._reading() as connection:
            return _users(connection, now)

    def needed_until(self) -> dict[int, datetime]:
        """Return how long reports may still come by each rotated key that is valid, by its number.

        See `core.awaited.key_needed_until`.
        """
        with self._reading() as connection:
            return _needed_until(connection)

    def revoke_unneeded(self, now: datetime) -> list[int]:
        """Revoke the rotated keys by which no report can come any more; return their numbers.

        None is ended while the clock may be wrong.
        """
        with self._reading() as connection:
            if not _unneeded(connection, now) or clock_doubt(connection, now) is not None:
                return []
        with self._writing() as connection:
            keys = _unneeded(connection, now)
            ended = update(callback_key).where(is_one_of(callback_key.c.pk, keys))
            connection.execute(ended.values(revoked_at_us=to_microseconds(now)))
            return keys

    def last_arrivals(self, among: int = LATEST_REPORTS) -> dict[int, datetime]:
        """Return when the last new report came by each key, by its number.

        Args:
            among: look at so many of the latest reports only. A key by which none of these came
                is left out.
        """
        latest = (
            select(report.c.callback_key_pk, report.c.arrived_at_us)
            .order_by(report.c.pk.desc())
            .limit(among)
            .subquery()
        )
        query = (
            select(latest.c.callback_key_pk, func.max(latest.c.arrived_at_us))
            .where(latest.c.callback_key_pk.is_not(None))
            .group_by(latest.c.callback_key_pk)
        )
        with self._reading() as connection:
            return {key: from_microseconds(us) for key, us in connection.execute(query)}

    def _of_url(self, url: str | None, now: datetime) -> CallbackKey:
        with self._reading_whole() as connection:
            known = _current(connection, url, self._database.receiver)
        if known is not None:
            return known
        with self._writing() as connection:
            # Another program may have been quicker.
            self._ensure_none_is_missing(connection, self._database.known_keys)
            receiver = self._database.receiver
            return _current(connection, url, receiver) or _make(
                connection, now, Origin.WEBHOOK, url, receiver
            )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def _reading_whole(self) -> Iterator[Connection]:
        # Before the state that is read: of what is kept meanwhile that knows nothing.
        known = self._database.known_keys
        with self._reading() as connection:
            self._ensure_none_is_missing(connection, known)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._database.ensure_is_there()
        with _KEEPING:
            with self._database.in_words(), self._database.writing.begin() as connection:
                yield connection
                keys = known_rows(connection)
            self._database.remember_keys(keys)

    def _ensure_none_is_missing(
        self, connection: Connection, known: Sequence[tuple[Any, ...]]
    ) -> None:
        """Check that all keys which were kept are there.

        Raises:
            StoreError: somebody has touched the files, and the writer has not mended that yet.
        """
        there = set(connection.scalars(select(callback_key.c.value)))
        if not there.issuperset(row[1] for row in known):
            raise self._database.lost("callback keys are missing")


def known_rows(connection: Connection) -> list[tuple[Any, ...]]:
    """Return all keys, ended ones too, as rows of the table."""
    query = select(callback_key).order_by(callback_key.c.pk)
    return [tuple(row) for row in connection.execute(query)]


def note_keys(database: Database, connection: Connection) -> None:
    """Note the keys that are kept, by a connection that is in no transaction."""
    with _KEEPING, connection.begin():
        database.remember_keys(known_rows(connection))


def put_back_keys(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Make keys as they were, in a transaction of its own where any is not."""
    with connection.begin():
        there = set(known_rows(connection))
        names = callback_key.columns.keys()
        for row in rows:
            if row not in there:
                values = dict(zip(names, row, strict=True))
                statement = sqlite_insert(callback_key).values(values)
                changed = statement.on_conflict_do_update(index_elements=["pk"], set_=values)
                connection.execute(changed)


def store_mark(connection: Connection) -> str:
    """Return what tells a store, and its copies, from others: no secret. "" where it has no key."""
    oldest = select(callback_key.c.value).order_by(callback_key.c.pk).limit(1)
    value = connection.scalar(oldest)
    return "" if value is None else hashlib.sha256(value.encode()).hexdigest()


def _valid(connection: Connection) -> list[CallbackKey]:
    query = (
        select(callback_key)
        .where(callback_key.c.revoked_at_us.is_(None))
        .order_by(callback_key.c.pk)
    )
    return [_from_row(row) for row in connection.execute(query)]


def _of_demo(connection: Connection) -> CallbackKey | None:
    """Return the newest valid key of demos and test reports."""
    ours = [one for one in _valid(connection) if one.origin is Origin.DEMO]
    return ours[-1] if ours else None


def _current(connection: Connection, url: str | None, receiver: str) -> CallbackKey | None:
    """Return the newest valid key of a URL that is not rotated, for the SMS service's reports.

    Each receiver has a local URL of its own.
    """
    ours = [
        one
        for one in _valid(connection)
        if one.origin is Origin.WEBHOOK and one.public_url == url and one.rotated is None
        if url is not None or one.receiver == receiver
    ]
    return ours[-1] if ours else None


def _make(
    connection: Connection,
    now: datetime,
    origin: Origin,
    public_url: str | None,
    receiver: str,
) -> CallbackKey:
    values = {
        "value": token_hex(CALLBACK_KEY_BITS // 8),
        "origin": origin.value,
        "created_at_us": to_microseconds(now),
        "public_url": public_url,
        "receiver": receiver,
    }
    return _from_row(connection.execute(insert(callback_key).returning(callback_key), values).one())


def _users(connection: Connection, now: datetime) -> dict[int, list[int]]:
    """Return the keys of the batches that report by each key, by its number."""
    counted = (
        select(
            batch_status.c.batch_pk,
            func.sum(batch_status.c.message_count).label("message_count"),
            func.sum(batch_status.c.finished_count).label("finished_count"),
        )
        .group_by(batch_status.c.batch_pk)
        .subquery()
    )
    query = (
        select(
            batch.c.callback_key_pk,
            batch.c.pk,
            EXPECTED_COUNT,
            counted.c.message_count,
            counted.c.finished_count,
        )
        .join(counted, counted.c.batch_pk == batch.c.pk)
        .where(
            batch.c.callback_key_pk.is_not(None),
            batch.c.last_seen_at_us >= to_microseconds(now - AFTER_LAST_REPORT),
        )
        .order_by(batch.c.pk)
    )
    found: dict[int, list[int]] = {}
    for row in connection.execute(query):
        if not is_batch_finished(
            messages=row.message_count, finished=row.finished_count, expected=row.expected
        ):
            found.setdefault(row.callback_key_pk, []).append(row.pk)
    return found


def _needed_until(connection: Connection) -> dict[int, datetime]:
    rotated = select(callback_key.c.pk, callback_key.c.rotated_at_us).where(
        callback_key.c.revoked_at_us.is_(None), callback_key.c.rotated_at_us.is_not(None)
    )
    rows = connection.execute(rotated.order_by(callback_key.c.pk)).all()
    if not rows:
        return {}
    heard = (
        select(batch.c.callback_key_pk, func.max(batch.c.last_seen_at_us))
        .where(batch.c.callback_key_pk.is_not(None))
        .group_by(batch.c.callback_key_pk)
    )
    heard_us = {key: us for key, us in connection.execute(heard)}  # noqa: C416 - rows, no tuples
    return {
        row.pk: key_needed_until(
            from_microseconds(row.rotated_at_us),
            from_microseconds(heard_us[row.pk]) if row.pk in heard_us else None,
        )
        for row in rows
    }


def _unneeded(connection: Connection, now: datetime) -> list[int]:
    return [key for key, until in _needed_until(connection).items() if now > until]


def _from_row(row: Row[Any]) -> CallbackKey:
    return CallbackKey(
        key=row.pk,
        value=row.value,
        origin=Origin(row.origin),
        created=from_microseconds(row.created_at_us),
        public_url=row.public_url,
        receiver=row.receiver,
        rotated=None if row.rotated_at_us is None else from_microseconds(row.rotated_at_us),
    )
