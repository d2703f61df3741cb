"""Version 3: the front door: closures, and a secret for each public URL."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    """
    CREATE TABLE closure (
        pk INTEGER NOT NULL PRIMARY KEY,
        begin_us INTEGER NOT NULL,
        end_us INTEGER,
        cause TEXT NOT NULL,
        fault TEXT NOT NULL,
        dismissed_us INTEGER,
        revision INTEGER NOT NULL,
        UNIQUE (begin_us, cause)
    )
    """,
    "ALTER TABLE secret ADD COLUMN public_url TEXT",
    "ALTER TABLE secret ADD COLUMN retired_us INTEGER",
    "ALTER TABLE batch ADD COLUMN secret_pk INTEGER REFERENCES secret (pk)",
    # Of the row with the greatest key, SQLite takes the other columns, too.
    """
    UPDATE batch SET secret_pk = latest.secret_pk
    FROM (
        SELECT message.batch_pk, report.secret_pk, max(report.pk)
        FROM report JOIN message ON message.pk = report.message_pk
        WHERE report.origin = 'webhook' AND report.secret_pk IS NOT NULL
        GROUP BY message.batch_pk
    ) AS latest
    WHERE latest.batch_pk = batch.pk
    """,
)


def upgrade(connection: Connection) -> None:
    """Add the tables and columns, and fill them from what is there."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
