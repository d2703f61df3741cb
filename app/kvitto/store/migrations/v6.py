"""Version 6: refused requests are counted by the minute, and what the user has seen of them."""

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Add the table. What was refused before counts as seen."""
    connection.exec_driver_sql(
        """
        CREATE TABLE refused_minute (
            minute INTEGER NOT NULL,
            kind TEXT NOT NULL,
            request_count INTEGER NOT NULL,
            acknowledged_count INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (minute, kind)
        ) WITHOUT ROWID
        """
    )
