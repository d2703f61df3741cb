"""Who deletes what is old, and who asks the SMS service: one of all that use a store.

A lease is a row on the server, by the server's clock, and is renewed with each part. When it has
not been for `LEASE_S`, since its receiver ended, froze or has nothing to delete, the next one that
has something takes over; likewise with a window that is closed. A store in a folder has one
receiver and one window, and needs no lease.
"""

from typing import Final

from sqlalchemy import Connection, text

from kvitto.store.edit_errors import DeletingElsewhereError
from kvitto.store.engines.base import Database

LEASE_S: Final = 60
"""How long nobody else deletes after a part."""
ASKING_LEASE_S: Final = 180
"""How long nobody else asks after a window has looked at what is due, which it does each minute."""
OWNER: Final = "kvitto_lease_owner"
"""Where a connection's `info` has who takes the lease; none where the store has one receiver."""

_MAY_DELETE: Final = text("SELECT has_table_privilege('report', 'DELETE')")
_TAKE: Final = text(
    """
    INSERT INTO store_lease (task, owner, until)
    VALUES (:task, :owner, clock_timestamp() + make_interval(secs => :lease_s))
    ON CONFLICT (task) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE store_lease.owner = excluded.owner OR store_lease.until < clock_timestamp()
    RETURNING task
    """
)


def take_deleting_lease(connection: Connection) -> None:
    """Take or renew the lease, in the transaction that deletes.

    Raises:
        DeletingElsewhereError: another receiver has it, or this one may not delete.
    """
    owner = connection.info.get(OWNER)
    if owner is None:
        return
    if not connection.scalar(_MAY_DELETE):
        raise DeletingElsewhereError(is_forbidden=True)
    if connection.scalar(_TAKE, _values("deleting", owner, LEASE_S)) is None:
        raise DeletingElsewhereError


def take_asking_lease(database: Database) -> bool:
    """Take or renew the lease of the window that asks the SMS service by itself.

    Returns:
        Whether it has it now: no other one has.

    Raises:
        StoreError: the store can't be written by this user now.
    """
    if not database.is_shared:
        return True
    with database.in_words(), database.writing.connect() as connection, connection.begin():
        values = _values("asking", connection.info[OWNER], ASKING_LEASE_S)
        return connection.scalar(_TAKE, values) is not None


def _values(task: str, owner: str, lease_s: int) -> dict[str, str | int]:
    return {"task": task, "owner": owner, "lease_s": lease_s}
