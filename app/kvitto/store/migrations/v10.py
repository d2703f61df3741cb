"""Version 10: what the user did about messages that were not delivered."""

from sqlalchemy import Connection

_STATEMENT = """
    CREATE TABLE message_follow_up (
        message_pk INTEGER NOT NULL PRIMARY KEY REFERENCES message (pk),
        mark TEXT,
        note TEXT,
        changed_at_us INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
"""


def upgrade(connection: Connection) -> None:
    """Add a table."""
    connection.exec_driver_sql(_STATEMENT)
