"""Version 4: the search index may lag behind, and forgotten messages are known again."""

from typing import Final

from sqlalchemy import Connection

_STATEMENTS: Final = (
    # New messages enter the index many at once: one by one that took most of the fold's time.
    "ALTER TABLE meta ADD COLUMN indexed_message INTEGER NOT NULL DEFAULT 0",
    "UPDATE meta SET indexed_message = last_message",
    "DROP TRIGGER message_text_insert",
    "DROP TRIGGER message_text_delete",
    "DROP TRIGGER message_text_update",
    """
    CREATE TRIGGER message_text_delete AFTER DELETE ON message
    WHEN old.pk <= (SELECT indexed_message FROM meta)
    BEGIN
        INSERT INTO message_text (message_text, rowid, message_id, recipient, reference)
        VALUES ('delete', old.pk, old.message_id, old.recipient, old.reference);
    END
    """,
    """
    CREATE TRIGGER message_text_update AFTER UPDATE OF message_id, recipient, reference ON message
    WHEN (
        old.message_id IS NOT new.message_id
        OR old.recipient IS NOT new.recipient
        OR old.reference IS NOT new.reference
    ) AND old.pk <= (SELECT indexed_message FROM meta)
    BEGIN
        INSERT INTO message_text (message_text, rowid, message_id, recipient, reference)
        VALUES ('delete', old.pk, old.message_id, old.recipient, old.reference);
        INSERT INTO message_text (rowid, message_id, recipient, reference)
        VALUES (new.pk, new.message_id, new.recipient, new.reference);
    END
    """,
    """
    CREATE TABLE forgotten (
        batch_pk INTEGER NOT NULL REFERENCES batch (pk),
        message_id TEXT NOT NULL,
        PRIMARY KEY (batch_pk, message_id)
    ) WITHOUT ROWID
    """,
)


def upgrade(connection: Connection) -> None:
    """Let go of the triggers that index one message at a time, and add a table."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
