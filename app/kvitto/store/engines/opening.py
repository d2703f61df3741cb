"""Open a store by its URL. Nothing of its driver is imported before."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import DriverMissingError

if TYPE_CHECKING:
    from kvitto.store.engines.postgresql_watch import RevisionWatch


def server_database(url: StoreUrl, folder: Path, *, receives: bool = True) -> Database:
    """Return the store on a server, which is not reached yet; see `ServerDatabase`.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    try:
        from kvitto.store.engines.postgresql import ServerDatabase
    except ImportError as error:
        raise DriverMissingError(str(error)) from error
    return ServerDatabase(url, folder, receives=receives)


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


def open_store_at(url: StoreUrl, folder: Path) -> Database:
    """Open the store on a server.

    Args:
        url: where it is.
        folder: the data folder of this computer that goes with it.

    Raises:
        StoreError: it can't be reached, or is none that this program knows.
    """
    database = server_database(url, folder)
    try:
        database.ensure_is_there()
    except BaseException:
        database.close()
        raise
    return database


def create_store(url: StoreUrl, folder: Path) -> None:
    """Make a store in a database of a server.

    Raises:
        StoreExistsError: there is one already.
        StoreError: it can't be made.
    """
    database = server_database(url, folder)
    from kvitto.store.engines.postgresql_schema import make_store, version_of
    from kvitto.store.server_errors import StoreExistsError

    with database, database.in_words(), database.writing.begin() as connection:
        if version_of(connection):
            raise StoreExistsError(url.place)
        make_store(connection)
