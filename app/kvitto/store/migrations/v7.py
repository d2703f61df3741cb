"""Version 7: deletions that go on after a restart, and what is known of the clock and the file."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    """
    CREATE TABLE pending_deletion (
        batch_pk INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        is_detached BOOLEAN NOT NULL,
        seen_before_us INTEGER,
        purged_at_us INTEGER
    )
    """,
    """
    CREATE TABLE store_health (
        pk INTEGER NOT NULL PRIMARY KEY CHECK (pk = 1),
        checked_at_us INTEGER,
        clock_at_us INTEGER,
        clock_steady_us INTEGER,
        clock_boot TEXT,
        clock_doubt TEXT,
        clock_confirmed_at_us INTEGER
    )
    """,
    "INSERT INTO store_health (pk) VALUES (1)",
)


def upgrade(connection: Connection) -> None:
    """Add the two tables."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
