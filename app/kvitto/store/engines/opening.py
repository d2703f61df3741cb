"""Open a store by its URL. Nothing of its driver is imported before."""

from pathlib import Path
from typing import TYPE_CHECKING

from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import DriverMissingError

if TYPE_CHECKING:
    from kvitto.store.copy_source import CopySource
    from kvitto.store.copy_target import CopyTarget
    from kvitto.store.engines.postgresql import ServerDatabase


def server_database(url: StoreUrl, folder: Path) -> "ServerDatabase":
    """Return the store on a server, which is not reached yet; see `open_store_at`.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    try:
        from kvitto.store.engines.postgresql import ServerDatabase
    except ImportError as error:
        raise DriverMissingError(str(error)) from error
    return ServerDatabase(url, folder)


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


def server_source(url: StoreUrl, folder: Path) -> "CopySource":
    """Return the store on a server, to be copied from.

    Raises:
        StoreError: it can't be reached, or is none that this program knows.
    """
    database = server_database(url, folder)
    from kvitto.store.engines.postgresql_copy import ServerSource

    try:
        database.ensure_is_there()
    except BaseException:
        database.close()
        raise
    return ServerSource(database)


def server_target(url: StoreUrl, folder: Path) -> "CopyTarget":
    """Return the store on a server that is to become a copy; it is not reached yet.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    database = server_database(url, folder)
    from kvitto.store.engines.postgresql_copy import ServerTarget

    return ServerTarget(database)
