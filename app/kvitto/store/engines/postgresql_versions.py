"""The schema version of a store on a server: who may use it, and its upgrade.

Whoever upgrades holds the lock of all that write, so two that start at once upgrade once, and
nothing is written meanwhile. Each transaction that writes reads the version: an older program that
still runs is refused from then on, and reads on where the new tables let it.
"""

from types import SimpleNamespace
from typing import Any, Final, cast

from sqlalchemy import Connection, text

from kvitto.store.copy_errors import CopyUnfinishedError
from kvitto.store.engines.postgresql_roles import DROP_VIEWS, role_rights
from kvitto.store.engines.postgresql_schema import COPYING, SCHEMA, in_postgresql
from kvitto.store.migrations import MIGRATIONS, NEWEST, READABLE_SINCE
from kvitto.store.migrations.runner import OnUpgrade, UpgradeProgress, UpgradeStage
from kvitto.store.server_errors import (
    NoStoreError,
    StoreOutdatedError,
    StoreVersionError,
    UserRefusedError,
)

_THERE: Final = text("SELECT to_regclass('schema_version') IS NOT NULL")
_COPYING: Final = text(
    "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = :schema AND tablename = :name)"
).bindparams(schema=SCHEMA, name=COPYING)
"""Of the catalogue, which viewers can read, too."""
_IS_CLOSED: Final = text("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = :name)")
_READ: Final = text("SELECT version, readable_since FROM schema_version")
_MAY_CHANGE: Final = text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)"
)


class _Written:
    """Notes a step's statements, which are SQLite's, in PostgreSQL's SQL."""

    def __init__(self) -> None:
        self.dialect = SimpleNamespace(name="postgresql")
        self.statements: list[str] = []

    def exec_driver_sql(self, statement: str) -> None:
        """Note a statement."""
        self.statements.append(in_postgresql(statement))


class _InPostgresql:
    """Executes a step's statements, which are SQLite's, in PostgreSQL's SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    def exec_driver_sql(self, statement: str) -> Any:
        """Execute a statement."""
        return self._connection.exec_driver_sql(in_postgresql(statement))


def version_of(connection: Connection, place: str) -> int:
    """Return the schema version of the store at `place`; 0 where there is none.

    Raises:
        UserRefusedError: this user may not look into it.
    """
    return _versions(connection, place)[0]


def ensure_version(connection: Connection, place: str) -> None:
    """Check that the store at `place` is one that this program may write.

    Raises:
        NoStoreError: there is none.
        StoreOutdatedError: an earlier version made it.
        StoreVersionError: a newer one did.
        CopyUnfinishedError: it is not whole yet.
    """
    refuse_other(version_of(connection, place), place)
    _refuse_copy(connection, place)


def ensure_readable(connection: Connection, place: str) -> None:
    """Check that the store at `place` is one that this program can read.

    Raises:
        NoStoreError: there is none.
        StoreOutdatedError: an earlier version made it.
        StoreVersionError: a newer one did, and left nothing that this one can read.
        CopyUnfinishedError: it is not whole yet.
    """
    found, readable_since = _versions(connection, place)
    if not readable_since <= NEWEST <= found:
        refuse_other(found, place)
    _refuse_copy(connection, place)


def is_being_copied(connection: Connection) -> bool:
    """Return whether the store is not whole yet, since a copy into it has not ended."""
    return bool(connection.scalar(_COPYING))


def _refuse_copy(connection: Connection, place: str) -> None:
    if is_being_copied(connection):
        raise CopyUnfinishedError(place)


def refuse_other(found: int, place: str) -> None:
    """Refuse a store of another version than this program's; see `ensure_version`."""
    if not found:
        raise NoStoreError(place)
    if found < NEWEST:
        raise StoreOutdatedError(place, found, NEWEST)
    refuse_newer(found, place)


def refuse_newer(found: int, place: str) -> None:
    """Refuse a store that a newer program made."""
    if found > NEWEST:
        raise StoreVersionError(place, found, NEWEST)


def upgrade(connection: Connection, place: str, on_upgrade: OnUpgrade) -> bool:
    """Bring the store to this program's version, in the transaction that the connection is in.

    Its roles are made, too, where they are missing and this user may make them.

    Args:
        connection: holds the lock of all that write.
        place: where the store is.
        on_upgrade: is told how far it is, and may stop it.

    Returns:
        Whether there was anything to do.

    Raises:
        NoStoreError: there is none.
        StoreVersionError: a newer program was first.
        StoreOutdatedError: this user may not change the tables.
        CopyUnfinishedError: it is not whole yet.
        InterruptedError: `on_upgrade` did not let it go on; nothing is changed.
    """
    found = version_of(connection, place)
    may_change = connection.scalar(_MAY_CHANGE, {"table": f"{SCHEMA}.store_state"})
    if found >= NEWEST or not found:
        refuse_other(found, place)
        if may_change:
            role_rights(connection)
        return False
    if not may_change:
        raise StoreOutdatedError(place, found, NEWEST)
    _refuse_copy(connection, place)
    connection.exec_driver_sql(DROP_VIEWS)
    step = cast("Connection", _InPostgresql(connection))
    for target in range(found + 1, NEWEST + 1):
        done, total = target - found - 1, NEWEST - found
        if not on_upgrade(UpgradeProgress(UpgradeStage.CHANGING, done, total)):
            raise InterruptedError("the upgrade was stopped")
        MIGRATIONS[target - 1](step)
    note_version(connection)
    role_rights(connection)
    return True


def upgrading_statements() -> list[str]:
    """Return the SQL that brings a store of version 1, with nothing in it, to this version."""
    written = _Written()
    for step in MIGRATIONS[1:]:
        step(cast("Connection", written))
    versions = f"version = {NEWEST}, readable_since = {READABLE_SINCE}"
    noted = f"UPDATE schema_version SET {versions}"  # noqa: S608 - our own numbers
    return [*written.statements, noted]


def note_version(connection: Connection) -> None:
    """Note that the store has this program's version."""
    versions = {"version": NEWEST, "since": READABLE_SINCE}
    statement = "UPDATE schema_version SET version = :version, readable_since = :since"
    connection.execute(text(statement), versions)


def _versions(connection: Connection, place: str) -> tuple[int, int]:
    if not connection.scalar(_THERE):
        if connection.scalar(_IS_CLOSED, {"name": SCHEMA}):
            raise UserRefusedError(place, "this user has none of the store's roles")
        return 0, 0
    version, readable_since = connection.execute(_READ).one()
    return int(version), int(readable_since)
