"""The connection that the writer stores through, by where the store is kept."""

from collections.abc import Callable

from kvitto.store.database import FileDatabase
from kvitto.store.engines.base import Database, WriteConnection
from kvitto.store.writer_connection import WriterConnection


def write_connection(database: Database, on_suspicion: Callable[[], None]) -> WriteConnection:
    """Return what the writer stores through.

    Args:
        database: where to write.
        on_suspicion: is called when a database file should be looked through.
    """
    if isinstance(database, FileDatabase):
        return WriterConnection(database, on_suspicion)
    # Imported here: its driver need not be installed where all stores are files.
    from kvitto.store.engines.postgresql import ServerDatabase
    from kvitto.store.engines.postgresql_writing import ServerConnection

    assert isinstance(database, ServerDatabase)
    return ServerConnection(database)
