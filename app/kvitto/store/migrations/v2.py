"""Version 2: what the window needs: the user's marks, a search index, rates, and openings."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    "ALTER TABLE batch ADD COLUMN done BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE batch ADD COLUMN notes TEXT",
    "ALTER TABLE batch ADD COLUMN origin TEXT NOT NULL DEFAULT 'webhook'",
    "ALTER TABLE batch ADD COLUMN forgotten_us INTEGER",
    """
    CREATE TABLE report_step (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        minute INTEGER NOT NULL,
        code INTEGER NOT NULL,
        reports INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (batch_pk, minute, code)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO report_step
    SELECT message.batch_pk, report.arrived_us / 60000000, report.code, count(*), 0
    FROM report JOIN message ON message.pk = report.message_pk
    GROUP BY 1, 2, 3
    """,
    """
    CREATE TABLE removal (
        pk INTEGER NOT NULL PRIMARY KEY,
        batch_pk INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX removal_revision ON removal (revision)",
    """
    CREATE TABLE opening (
        pk INTEGER NOT NULL PRIMARY KEY,
        opened_us INTEGER NOT NULL,
        last_us INTEGER NOT NULL,
        closed_us INTEGER
    )
    """,
    """
    CREATE VIRTUAL TABLE message_text USING fts5 (
        message_id, recipient, reference,
        content = 'message', content_rowid = 'pk', tokenize = 'trigram'
    )
    """,
    "INSERT INTO message_text (message_text) VALUES ('rebuild')",
    """
    CREATE TRIGGER message_text_insert AFTER INSERT ON message BEGIN
        INSERT INTO message_text (rowid, message_id, recipient, reference)
        VALUES (new.pk, new.message_id, new.recipient, new.reference);
    END
    """,
    """
    CREATE TRIGGER message_text_delete AFTER DELETE ON message BEGIN
        INSERT INTO message_text (message_text, rowid, message_id, recipient, reference)
        VALUES ('delete', old.pk, old.message_id, old.recipient, old.reference);
    END
    """,
    """
    CREATE TRIGGER message_text_update AFTER UPDATE OF message_id, recipient, reference ON message
    WHEN old.message_id IS NOT new.message_id
        OR old.recipient IS NOT new.recipient
        OR old.reference IS NOT new.reference
    BEGIN
        INSERT INTO message_text (message_text, rowid, message_id, recipient, reference)
        VALUES ('delete', old.pk, old.message_id, old.recipient, old.reference);
        INSERT INTO message_text (rowid, message_id, recipient, reference)
        VALUES (new.pk, new.message_id, new.recipient, new.reference);
    END
    """,
)


def upgrade(connection: Connection) -> None:
    """Add the tables and columns, and fill them from what is there."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
