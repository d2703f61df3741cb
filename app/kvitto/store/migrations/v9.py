"""Version 9: how large a body was of which a part is kept, and what each key stored in a day."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    "ALTER TABLE report ADD COLUMN body_bytes INTEGER",
    """
    CREATE TABLE secret_usage (
        secret_pk INTEGER NOT NULL,
        day INTEGER NOT NULL,
        report_count INTEGER NOT NULL,
        body_bytes INTEGER NOT NULL,
        raised_count INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (secret_pk, day)
    ) WITHOUT ROWID
    """,
)


def upgrade(connection: Connection) -> None:
    """Add a column and a table."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
