"""Open a store by its URL. Nothing of its driver is imported before."""

from pathlib import Path

from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import DriverMissingError


def server_database(url: StoreUrl, folder: Path) -> Database:
    """Return the store on a server, which is not reached yet; see `open_store_at`.

    Raises:
        DriverMissingError: the driver is not installed.
    """
    try:
        from kvitto.store.engines.postgresql import ServerDatabase
    except ImportError as error:
        raise DriverMissingError(str(error)) from error
    return ServerDatabase(url, folder)


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
