"""Which receiver of a store deletes what is old: one at a time.

Its lease is a row on the server, by the server's clock, and is renewed with each part. When it has
not been for `LEASE_S`, since its receiver ended, froze or has nothing to delete, the next one that
has something takes over. A store in a folder has one receiver, and needs no lease.
"""

from typing import Final

from sqlalchemy import Connection, text

from kvitto.store.edit_errors import DeletingElsewhereError

LEASE_S: Final = 60
"""How long nobody else deletes after a part."""
OWNER: Final = "kvitto_lease_owner"
"""Where a connection's `info` has who takes the lease; none where the store has one receiver."""

_MAY_DELETE: Final = text("SELECT has_table_privilege('report', 'DELETE')")
_TAKE: Final = text(
    """
    INSERT INTO store_lease (task, owner, until)
    VALUES ('deleting', :owner, clock_timestamp() + make_interval(secs => :lease_s))
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
    if connection.scalar(_TAKE, {"owner": owner, "lease_s": LEASE_S}) is None:
        raise DeletingElsewhereError
