"""Version 8: who called with a wrong key is kept, so that any window can show it."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    """
    CREATE TABLE client_source (
        source TEXT NOT NULL PRIMARY KEY,
        requested TEXT NOT NULL,
        request_count INTEGER NOT NULL,
        last_seen_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX client_source_revision ON client_source (revision)",
)


def upgrade(connection: Connection) -> None:
    """Add a table."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
