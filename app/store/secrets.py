"""The secrets of the callback URL: the only thing that tells the sender from a stranger.

Several can be valid at once, so that a renewed secret does not strand batches that were sent with
the old one. Every report carries the key of the secret by which it came.
"""

from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import msgspec
from sqlalchemy import Row, func, insert, select, update
from typing_extensions import override

from app.core.report import Origin
from app.core.times import from_microseconds, to_microseconds
from app.store.database import Database
from app.store.schema import report, secret

SECRET_BITS: Final = 128
LATEST_REPORTS: Final = 20_000
"""How many of the latest reports are looked at for whether a secret is in use."""


class CallbackSecret(msgspec.Struct, frozen=True):
    """One secret of the callback URL.

    Attributes:
        key: its number in the store; safe to log, unlike `value`.
        value: 32 hexadecimal digits, 128 random bits. Never logged.
        origin: what reports that come by it count as.
        created: when it was made, UTC.
    """

    key: int
    value: str
    origin: Origin
    created: datetime

    @override
    def __repr__(self) -> str:
        """Show the key only, so that no log and no traceback holds the value."""
        return f"CallbackSecret(key={self.key})"

    __str__ = __repr__


class SecretStore:
    """The secrets in the store."""

    def __init__(self, database: Database) -> None:
        """Keep secrets in `database`."""
        self._database = database

    def valid(self) -> list[CallbackSecret]:
        """Return the secrets that are valid, oldest first."""
        query = select(secret).where(secret.c.ended_us.is_(None)).order_by(secret.c.pk)
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            return [_from_row(row) for row in connection.execute(query)]

    def make(self, now: datetime, origin: Origin = Origin.WEBHOOK) -> CallbackSecret:
        """Make a new secret, valid at once beside the others, and keep it on the disk."""
        values = {
            "value": token_hex(SECRET_BITS // 8),
            "origin": origin.value,
            "created_us": to_microseconds(now),
        }
        self._database.ensure_file_is_there()
        with self._database.in_words(), self._database.writing.begin() as connection:
            made = insert(secret).returning(secret)
            return _from_row(connection.execute(made, values).one())

    def newest(self, now: datetime) -> CallbackSecret:
        """Return the newest valid secret for the sender's reports; make the first one."""
        ours = [one for one in self.valid() if one.origin is Origin.WEBHOOK]
        return ours[-1] if ours else self.make(now)

    def end(self, key: int, now: datetime) -> None:
        """End a secret: requests that come by it are strangers' from now on."""
        ended = update(secret).where(secret.c.pk == key).values(ended_us=to_microseconds(now))
        self._database.ensure_file_is_there()
        with self._database.in_words(), self._database.writing.begin() as connection:
            connection.execute(ended)

    def last_arrivals(self, among: int = LATEST_REPORTS) -> dict[int, datetime]:
        """Return when the last new report came by each secret, by its key.

        Args:
            among: look at so many of the latest reports only. A secret by which none of these came
                is left out.
        """
        latest = (
            select(report.c.secret_pk, report.c.arrived_us)
            .order_by(report.c.pk.desc())
            .limit(among)
            .subquery()
        )
        query = (
            select(latest.c.secret_pk, func.max(latest.c.arrived_us))
            .where(latest.c.secret_pk.is_not(None))
            .group_by(latest.c.secret_pk)
        )
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            return {key: from_microseconds(us) for key, us in connection.execute(query)}


def _from_row(row: Row[Any]) -> CallbackSecret:
    return CallbackSecret(
        key=row.pk,
        value=row.value,
        origin=Origin(row.origin),
        created=from_microseconds(row.created_us),
    )
