"""Open a store by its URL. Nothing of its driver is imported before."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from kvitto.own_user import user_name
from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.receiver_names import name_after_folder
from kvitto.store.server_errors import BodiesHiddenError, DriverMissingError

if TYPE_CHECKING:
    from kvitto.store.copy_source import CopySource
    from kvitto.store.copy_target import CopyTarget
    from kvitto.store.engines.postgresql import ServerDatabase
    from kvitto.store.engines.postgresql_watch import RevisionWatch


def server_database(url: StoreUrl, folder: Path, *, receives: bool = True) -> "ServerDatabase":
    """Return the store on a server, which is not reached yet; see `ServerDatabase`.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    try:
        from kvitto.store.engines.postgresql import ServerDatabase
    except ImportError as error:
        raise DriverMissingError(str(error)) from error
    database = ServerDatabase(url, folder, receives=receives)
    database.editor = user_name()
    name_after_folder(database)
    return database


def watch_revisions(database: Database, on_revision: Callable[[int], None]) -> "RevisionWatch":
    """Tell of each new revision of a store on a server until that is closed; see `RevisionWatch`.

    Args:
        database: of `server_database`.
        on_revision: is told them, and 0 when the store can't be reached any more.
    """
    from kvitto.store.engines.postgresql import ServerDatabase
    from kvitto.store.engines.postgresql_watch import RevisionWatch

    assert isinstance(database, ServerDatabase)
    return RevisionWatch(database, on_revision)


def check_driver() -> None:
    """Load the driver, and see that it is whole.

    Raises:
        DriverMissingError: it can't be loaded, or not with the libpq that it brings along.
    """
    try:
        from psycopg import pq

        from kvitto.store.engines import postgresql
    except ImportError as error:
        raise DriverMissingError(str(error)) from error
    del postgresql
    if pq.__impl__ == "python":
        raise DriverMissingError("its own libpq can't be loaded; the system's may be another one")


def open_store_at(url: StoreUrl, folder: Path) -> Database:
    """Open the store on a server.

    Args:
        url: where it is.
        folder: the data folder of this computer that goes with it.

    Raises:
        StoreError: it can't be reached, or is none that this program knows.
    """
    database = server_database(url, folder, receives=False)
    try:
        database.ensure_can_be_read()
    except BaseException:
        database.close()
        raise
    return database


def create_store(url: StoreUrl, folder: Path) -> bool:
    """Make a store in a database of a server; return whether it has roles.

    It has none where its user may make none, and nobody has made them before.

    Raises:
        StoreExistsError: there is one already.
        StoreError: it can't be made.
    """
    database = server_database(url, folder, receives=False)
    from kvitto.store.engines.postgresql_roles import role_rights
    from kvitto.store.engines.postgresql_schema import make_store
    from kvitto.store.engines.postgresql_versions import upgrade, version_of
    from kvitto.store.migrations.runner import go_on
    from kvitto.store.server_errors import StoreExistsError

    with database, database.changing_tables() as connection:
        if version_of(connection, url.place):
            raise StoreExistsError(url.place)
        make_store(connection)
        upgrade(connection, url.place, go_on)
        return role_rights(connection)


def creating_sql() -> str:
    """Return the SQL that makes a store of this version with its roles, for psql."""
    from kvitto.store.engines.postgresql_roles import role_statements
    from kvitto.store.engines.postgresql_schema import store_statements
    from kvitto.store.engines.postgresql_versions import upgrading_statements

    statements = "".join(
        f"{dedent(one).strip()};\n"
        for one in (*store_statements(), *upgrading_statements(), *role_statements())
    )
    return f"BEGIN;\n{statements}COMMIT;\n"


def upgrade_store(url: StoreUrl, folder: Path) -> bool:
    """Bring a store to this program's version; return whether it was not.

    Raises:
        StoreError: it can't be upgraded by this program or this user.
    """
    from kvitto.store.migrations.runner import go_on

    with server_database(url, folder, receives=False) as database:
        return database.upgrade(go_on)


def server_source(url: StoreUrl, folder: Path) -> "CopySource":
    """Return the store on a server, to be copied from.

    Raises:
        StoreError: it can't be reached, or is none that this program knows.
    """
    database = server_database(url, folder, receives=False)
    from kvitto.store.engines.postgresql_copy import ServerSource

    try:
        database.ensure_is_there()
        _refuse_masked(database)
    except BaseException:
        database.close()
        raise
    return ServerSource(database)


def _refuse_masked(database: Database) -> None:
    with database.read() as connection:
        if database.is_masked(connection):
            raise BodiesHiddenError


def server_target(url: StoreUrl, folder: Path) -> "CopyTarget":
    """Return the store on a server that is to become a copy; it is not reached yet.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    database = server_database(url, folder, receives=False)
    from kvitto.store.engines.postgresql_copy import ServerTarget

    return ServerTarget(database)
